"""What a language model is sent: the tools' share, the cache's share, what it costs, and whether it stays bounded.

Figures are of stand-ins that count four characters as a token and the cache from the exact prefix of every request."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.morning import TURNS, script
from benchmarks.report import Figure, against, counted
from core.agent.tools import Role, load
from core.agent.toolset import MOST_SHARE, cost, in_full, kind_of, toolset
from core.chat import Place
from core.llm.contract import Usage
from core.llm.prices import price_of
from core.llm.scripted import ScriptedModel
from tests.databases import fresh
from tests.fakes.prompt_cache import Counted
from tests.llm.brains import SERVERS, model_for
from tests.test_dialogues import demo_gym, demo_house

KINDS = (
    (Place.PRIVATE, Role.MEMBER),
    (Place.PRIVATE, Role.COACH),
    (Place.PRIVATE, Role.OWNER),
    (Place.STAFF, Role.COACH),
    (Place.OPEN, Role.MEMBER),
)
BRAINS = (("claude", "anthropic/claude-sonnet-5-5"), ("gpt", "openai/gpt-6.1-terra"))
CACHED = 0.90


async def measure(small: bool) -> list[Figure]:
    """The lines of the table."""
    figures = tools()
    for kind, name in BRAINS:
        figures += await morning(kind, name, 6 if small else len(TURNS))
    figures.append(await bounded(30 if small else 300))
    return figures


def tools() -> list[Figure]:
    """The tokens of the tools in each request of a kind of place, against all of them in full."""
    toolbox = load()
    everything = sum(cost(in_full(t)) for t in toolbox.values())
    figures = []
    for place, role in KINDS:
        core = [t for t in toolset(toolbox, place, role) if t.shelf == "core"]
        spent = sum(map(cost, core))
        what = f"tools in the prefix, {kind_of(place, role)}"
        ours, all_of_them = f"{len(core)} tools, {spent:,} tokens", f"{len(toolbox)} tools, {everything:,} tokens"
        figures.append(against(what, ours, all_of_them, spent / everything, ("≤", MOST_SHARE)))
    return figures


async def morning(kind: str, name: str, turns: int) -> list[Figure]:
    """A coach's morning: the cached share of what was sent from the third turn on, and the cost beside sending it anew."""
    counts, third = await _played(kind, turns)
    from_third = counts[third:]
    sent = sum(_usage(c).prompt for c in from_third)
    share = sum(c.read for c in from_third) / max(sent, 1)
    price = price_of(name)
    paid, anew = (sum(of(_usage(c)) for c in counts) / 1e6 for of in (price.cost, price.uncached))
    label = f"{turns} turns of a coach's morning on {name.partition('/')[2]}"
    return [
        Figure(f"cached share of the input, {label}", f"{share:.3f}", judged=share, goal=("≥", CACHED)),
        against(f"input cost, {label}", f"${paid:.4f}", f"${anew:.4f} sent anew", paid / anew),
        counted(f"most tokens in one request, {label}", max(_usage(c).prompt for c in counts), "tokens"),
    ]


async def _played(kind: str, turns: int) -> tuple[Sequence[Counted], int]:
    """What each request of the morning counted, and the number of the first one of the third turn."""
    third = 0
    with tempfile.TemporaryDirectory() as folder:
        async with fresh("sqlite", Path(folder), "demo", demo_gym) as url, SERVERS[kind](*script(turns)) as server:
            house = await demo_house(url)
            house.desk.loop.model = model = model_for(kind, server.url)
            for number, (words, _, _) in enumerate(TURNS[:turns]):
                if number == 2:
                    third = len(server.counted)
                await house.say("carla", words)
            await model.close()
            await house.desk.stop()
            if server.rejected:
                raise RuntimeError(f"the stand-in refused a request: {server.rejected[0]}")
            return list(server.counted), third


def _usage(counted_: Counted) -> Usage:
    return Usage(input=counted_.plain, cached=counted_.read, cache_written=counted_.written, cache_kept=counted_.kept)


async def bounded(turns: int) -> Figure:
    """The longest request of a talk's last third beside that of the third before it."""
    with tempfile.TemporaryDirectory() as folder:
        async with fresh("sqlite", Path(folder), "demo", demo_gym) as url:
            house = await demo_house(url)
            house.desk.loop.model = model = ScriptedModel(*["It goes on like this. " * 20] * turns, context=True)
            for number in range(turns):
                await house.say("carla", f"{TURNS[number % len(TURNS)][0]} {number}")
            await house.desk.stop()
    sizes = [sum(len(str(m)) for m in request.messages) // 4 for request in model.requests]
    before, last = max(sizes[turns // 3 : -turns // 3]), max(sizes[-turns // 3 :])
    what = f"longest request in the last third of {turns} turns, against the third before"
    return against(what, f"{last:,} tokens", f"{before:,} tokens", last / before, ("≤", 1.1))
