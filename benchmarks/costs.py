"""What a coach's morning costs: the share that the prompt caches have, dollars by the price table, and both against
resending everything uncached; and what asking the rules and the small model first saves on top."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy.sql import select

from benchmarks.morning import TURNS
from benchmarks.report import Figure, counted
from core.agent.budget import MICROS
from core.agent.ledger import Ledger, ModelCall
from core.agent.tools import Role, load
from core.agent.toolset import THEIR_SEARCH, cost, in_full, toolset
from core.chat import Place
from core.clock import SetClock
from core.llm.anthropic.model import Claude
from core.llm.contract import Model, Request, Usage, on_shelves
from core.llm.failover import Ladder
from core.llm.openai.model import Gpt
from core.llm.paying import Rung
from core.llm.prices import price_of, priced_on
from core.llm.routing import Route
from core.llm.rules import RulesModel
from core.store.database import Store
from tests.databases import fresh
from tests.fakes.anthropic_server import AnthropicServer
from tests.fakes.model_answers import Say
from tests.fakes.model_server import ModelServer
from tests.fakes.openai_server import ResponsesServer
from tests.test_dialogues import AT, demo_gym, demo_house

FROM_TURN = 3
MINUTES = 6
Message = tuple[str, tuple[tuple[str, Mapping[str, object]], ...], str]
SMALL = 8


class Unrouted(Ladder):
    """A ladder that asks the better model for everything."""

    def _route(self, request: Request) -> Route:
        return Route("writing")


class OneModel(Ladder):
    """A ladder that asks the rules first and the better model for all else, whose cache stays warm."""

    def _is_dearer(self, small: Sequence[Rung], better: Sequence[Rung], request: Request) -> bool:
        return True


@dataclass
class Brain:
    """Answers as it was recorded: the calls of the message that is being answered, then its words; a small job with the
    least that its form takes."""

    message: Message = TURNS[0]
    asked: int = 0

    def begin(self, message: Message) -> None:
        """Another message is to be answered."""
        self.message, self.asked = message, 0

    def __call__(self, body: Mapping[str, Any]) -> Say:
        form = _form(body)
        if form is not None:
            return Say(orjson.dumps(_least(form)).decode())
        self.asked += 1
        _, calls, words = self.message
        if self.asked == 1 and calls:
            return Say("", list(calls), thinking="what is asked for, and which tools fit")
        return Say(words)


@dataclass
class Morning:
    """What a run came to: the calls of each turn, and who answered it."""

    turns: list[list[ModelCall]] = field(default_factory=list)
    answered_by: list[str] = field(default_factory=list)

    @property
    def dollars(self) -> float:
        return sum(call.cost_usd_micros for turn in self.turns for call in turn) / MICROS

    @property
    def uncached(self) -> float:
        """The same calls with everything sent anew."""
        return sum(price_of(c.model).uncached(_usage(c)) for turn in self.turns for c in turn) / MICROS

    @property
    def longest(self) -> int:
        """The tokens of the longest request."""
        return max(_usage(call).prompt for turn in self.turns for call in turn)

    def share(self, begin: int) -> float:
        """How much of what was sent from a turn on came from a cache."""
        calls = [call for turn in self.turns[begin - 1 :] for call in turn]
        sent = sum(_usage(call).prompt for call in calls)
        return sum(call.tokens_cached for call in calls) / sent if sent else 0.0


async def measure(small: bool) -> list[Figure]:
    """The morning with Claude, with GPT, and routed."""
    messages = TURNS[:SMALL] if small else TURNS
    claude = await _live("anthropic/claude-sonnet-5-5", "anthropic/claude-haiku-5-5", messages, Unrouted)
    gpt = await _live("openai/gpt-6.1-terra", "openai/gpt-6-luna", messages, Unrouted)
    routed = await _live("anthropic/claude-sonnet-5-5", "anthropic/claude-haiku-5-5", messages, Ladder)
    one = await _live("anthropic/claude-sonnet-5-5", "anthropic/claude-haiku-5-5", messages, OneModel)
    number = len(messages)
    return [
        *_figures("Claude", claude, number),
        *_figures("GPT", gpt, number),
        *_routed(claude, one, routed, number),
        *_tools(),
        Figure("prices as of", priced_on()),
    ]


def _figures(name: str, morning: Morning, number: int) -> list[Figure]:
    ratio = morning.dollars / morning.uncached
    return [
        counted(f"{name}: cached share of input tokens from turn {FROM_TURN} on", morning.share(FROM_TURN), "",
                ("≥", 0.9), 3),
        Figure(f"{name}: a turn of {number}, every message to the model", _cents(morning.dollars / number),
               _cents(morning.uncached / number) + " uncached", ratio),
        counted(f"{name}: most tokens in one request", morning.longest, "tokens"),
    ]  # fmt: skip


def _routed(all_asked: Morning, one: Morning, routed: Morning, number: int) -> list[Figure]:
    rules = sum(by == "rules" for by in routed.answered_by)
    small = sum("haiku" in by for by in routed.answered_by)
    return [
        Figure("routed: turns that the rules answered for nothing", f"{rules} of {number}"),
        Figure("routed: turns that the small model answered", f"{small} of {number}"),
        Figure("routed: a turn", _cents(routed.dollars / number), _cents(all_asked.dollars / number) + " unrouted",
               routed.dollars / all_asked.dollars),
        Figure("routed: the same, against reading with the better model too, whose cache is warm",
               _cents(routed.dollars / number), _cents(one.dollars / number), routed.dollars / one.dollars,
               routed.dollars / one.dollars, ("≤", 1.0)),
        Figure("routed: cached share of input tokens", f"{routed.share(FROM_TURN):.3f}",
               f"{one.share(FROM_TURN):.3f} with one model"),
    ]  # fmt: skip


def _tools() -> list[Figure]:
    """What the tools of a request cost, where a provider searches by itself and where our search is sent along."""
    box = load()
    full = sum(cost(in_full(t)) for t in box.values())
    told = []
    for who, role in (("a member", Role.MEMBER), ("a coach", Role.COACH)):
        specs = toolset(box, Place.PRIVATE, role)
        for searches, where in ((True, "Claude and GPT"), (False, "a server of one's own")):
            sent, _ = on_shelves(specs, searches)
            ours = sum(cost(t) for t in sent) + THEIR_SEARCH * searches
            what = f"{who}, {where}: tokens of {len(sent)} tools in a request"
            told.append(
                Figure(what, f"{ours:,}", f"{full:,} for all {len(box)}", ours / full, ours / full, ("≤", 0.15))
            )
    return told


async def _live(better: str, lesser: str, messages: tuple[Message, ...], ladder: type[Ladder]) -> Morning:
    """One morning of Carla's on the demo gym, over the wire, with two stand-ins that keep their caches apart."""
    brain, clock = Brain(), SetClock(AT)
    servers = [_server(better, brain), _server(lesser, brain)]
    servers[1]._number = 1000  # type: ignore[attr-defined]  # ids are unique at a provider, whichever model made them
    async with servers[0], servers[1]:
        models = [_model(better, servers[0].url), _model(lesser, servers[1].url)]
        steps: dict[Any, Any] = {"chat": [_rung(models[0])], "small": [_rung(models[1])]}

        def brains(store: Store) -> Model:
            return ladder(steps, RulesModel(), clock, Ledger(store, clock))

        with tempfile.TemporaryDirectory() as place:
            async with fresh("sqlite", Path(place), "demo", demo_gym) as url:
                morning = await _spoken(url, brains, brain, clock, servers, messages)
        for model in models:
            await model.close()
    refused = [reason for server in servers for reason in server.rejected]
    if refused:
        raise AssertionError(f"a request was refused: {refused}")
    return morning


async def _spoken(
    url: str, brains: Any, brain: Brain, clock: SetClock, servers: list[ModelServer], messages: tuple[Message, ...]
) -> Morning:
    house = await demo_house(url, model=brains)
    house.clock = clock
    await house.reopen()
    morning = Morning()
    for message in messages:
        brain.begin(message)
        clock.move(timedelta(minutes=MINUTES))
        for server in servers:
            server.now = (clock.now() - AT).total_seconds()  # type: ignore[attr-defined]
        turn = await house.say("carla", message[0])
        await house.desk.loop.context.titles.settled()
        morning.answered_by.append(turn.answered_by)
        morning.turns.append(await _new_calls(house.desk.store, morning))
    await house.desk.stop()
    return morning


async def _new_calls(store: Store, morning: Morning) -> list[ModelCall]:
    seen = max((call.id for turn in morning.turns for call in turn), default=0)
    async with store.read() as db:
        return list(
            await db.scalars(select(ModelCall).where(ModelCall.id > seen, ModelCall.model != "").order_by(ModelCall.id))
        )


def _server(name: str, brain: Brain) -> ModelServer:
    return AnthropicServer(brain=brain) if name.startswith("anthropic/") else ResponsesServer(brain=brain)


def _model(name: str, url: str) -> Claude | Gpt:
    model = name.partition("/")[2]
    if name.startswith("anthropic/"):
        return Claude(model, "sk-test", base_url=url, pause=0)
    return Gpt(model, "sk-test", base_url=f"{url}/v1", pause=0)


def _rung(model: Claude | Gpt) -> Rung:
    return Rung(model, price_of(model.name))


def _usage(call: ModelCall) -> Usage:
    return Usage(
        input=call.tokens_in, cached=call.tokens_cached, cache_written=call.tokens_written, output=call.tokens_out
    )


def _cents(dollars: float) -> str:
    return f"{dollars * 100:.3f} ¢"


def _form(body: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The JSON form that a small job must answer in, wherever the provider has it."""
    told = body.get("output_config", {}).get("format") or body.get("text", {}).get("format") or {}
    return told.get("schema") if told.get("type") == "json_schema" else None


def _least(form: Mapping[str, Any]) -> Any:
    """The least that a form takes."""
    kind = form.get("type")
    if kind == "object":
        return {name: _least(part) for name, part in form.get("properties", {}).items()}
    if "enum" in form:
        return form["enum"][0]
    return {"array": [], "string": "Monday morning at the gym", "boolean": False, "integer": 0, "number": 0}.get(
        str(kind)
    )
