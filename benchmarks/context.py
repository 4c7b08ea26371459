"""What a language model is sent: the tools' share of each kind of place, and whether a long talk stays bounded. What the
cache has of it is measured with its cost (costs)."""

import tempfile
from pathlib import Path

from benchmarks.morning import TURNS
from benchmarks.report import Figure, against
from core.agent.tools import Role, load
from core.agent.toolset import MOST_SHARE, cost, in_full, kind_of, toolset
from core.chat import Place
from core.llm.scripted import ScriptedModel
from tests.databases import fresh
from tests.test_dialogues import demo_gym, demo_house

KINDS = (
    (Place.PRIVATE, Role.MEMBER),
    (Place.PRIVATE, Role.COACH),
    (Place.PRIVATE, Role.OWNER),
    (Place.STAFF, Role.COACH),
    (Place.OPEN, Role.MEMBER),
)
# A summary fills with the questions of this many messages of its longest line, and then keeps its size.
SMALL_TURNS, FULL_TURNS = 75, 300
LONG = "as I said to you before, " * 10


async def measure(small: bool) -> list[Figure]:
    """The lines of the table."""
    return [*tools(), await bounded(SMALL_TURNS if small else FULL_TURNS)]


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


async def bounded(turns: int) -> Figure:
    """The longest request of a talk's last third beside that of the third before it."""
    with tempfile.TemporaryDirectory() as folder:
        async with fresh("sqlite", Path(folder), "demo", demo_gym) as url:
            house = await demo_house(url)
            house.desk.loop.model = model = ScriptedModel(*["It goes on like this. " * 20] * turns, context=True)
            for number in range(turns):
                await house.say("carla", f"{LONG}{TURNS[number % len(TURNS)][0]} {number}")
            await house.desk.stop()
    sizes = [sum(len(str(m)) for m in request.messages) // 4 for request in model.requests]
    before, last = max(sizes[turns // 3 : -turns // 3]), max(sizes[-turns // 3 :])
    what = f"longest request in the last third of {turns} turns, against the third before"
    return against(what, f"{last:,} tokens", f"{before:,} tokens", last / before, ("≤", 1.1))
