"""How answers end on the ladder: what is said of them, who makes a small model's change, and what a pause costs."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from core.agent.budget import Limits
from core.llm.contract import BrokenOff, Ending, Event, KeyRefused, Permanent, Request, Stop, TextDelta, ToolCall, Usage
from core.llm.failover import BROKE_OFF, LISTED, REFUSED, STOPPED, UNREACHABLE
from core.llm.scripted import ScriptedModel
from core.llm.warmth import prompt_of
from tests.ladder_house import CLAUDE, Rigged, fails, gives, rigged, used

MAKE = ToolCall("", "make_toy", {"name": "teddy"})
ASK = "I would love something soft for my nephew"
READ = "what should a soft toy be made of"
MANY = Limits(member_hour=100, member_day=100)


@pytest.mark.parametrize(("ending", "told"), [("length", STOPPED["length"]), ("refusal", REFUSED)])
async def test_after_something_was_done_nobody_is_told_that_nothing_happened(
    sqlite: str, ending: Ending, told: str
) -> None:
    """What is listed is done, whatever became of the next answer."""
    async with rigged(sqlite, claude=[used("", MAKE), gives(Stop(ending))]) as rig:
        assert (await rig.say("mia", ASK))[-1] == f"{told} {LISTED}"
        assert len(await rig.rows("select * from toys")) == 1


@pytest.mark.parametrize(
    ("ending", "next_one"),
    [
        ([TextDelta("Hi"), Stop("end")], "back"),
        ([Stop("refusal")], "back"),
        ([TextDelta("Much"), Stop("length")], "back"),
        ([TextDelta("Hi"), "left"], "back"),
        ([Permanent("bad request", status=400)], "back"),
    ],
    ids=["answer", "refusal", "length", "left early", "400"],
)
async def test_a_look_at_a_rested_model_ends_on_every_way(sqlite: str, ending: list[Any], next_one: str) -> None:
    """Whatever came of the one request that was let through, the next one is let through too."""
    only = ScriptedModel(name=CLAUDE)
    async with rigged(sqlite, MANY, models=[only]) as rig:
        only.steps = [gives(KeyRefused("no key", status=401)), gives(*[p for p in ending if p != "left"]), used("back")]
        await rig.say("mia", ASK)
        await rig.house.pass_time(timedelta(minutes=11))
        if "left" in ending:
            events = rig.house.desk.loop.model.stream(only.requests[-1])
            assert await anext(events) == TextDelta("Hi")
            await events.aclose()  # type: ignore[attr-defined]
        else:
            await rig.say("mia", ASK)
        assert await rig.say("mia", ASK) == [next_one]


async def test_the_last_small_model_standing_does_not_wait_for_a_better_one(sqlite: str) -> None:
    """The better ones rest: its change goes through instead of into nothing."""
    down = gives(KeyRefused("no key", status=401))
    haiku = [used("Wool"), used("", MAKE), used("There.")]
    async with rigged(sqlite, MANY, claude=[down], gpt=[down], haiku=haiku) as rig:
        assert UNREACHABLE in (await rig.say("mia", ASK))[0]
        assert await rig.say("mia", READ) == ["Wool"]
        await rig.say("mia", READ)
        assert [a.tool for a in rig.turn.actions] == ["make_toy"]
        assert len(await rig.rows("select * from toys")) == 1


async def test_only_a_small_model_leaves_a_change_to_another(sqlite: str) -> None:
    """A better one that answers a reading turn because the small one is gone makes it itself."""
    async with rigged(sqlite, claude=[], gpt=[used("", MAKE), used("There.")], haiku=[fails(400)] * 3) as rig:
        assert rig.haiku is not None
        rig.haiku.steps = [gives(Permanent("no", status=400))]
        rig.claude.steps = [gives(Permanent("no", status=400)), used("There.")]
        await rig.say("mia", READ)
        assert [a.tool for a in rig.turn.actions] == ["make_toy"]


async def test_a_small_model_that_has_been_heard_makes_its_change_itself(sqlite: str) -> None:
    """A second model would answer a second time."""
    async with rigged(sqlite, claude=[], haiku=[used("A teddy, then. ", MAKE), used("There.")]) as rig:
        await rig.say("mia", READ)
        assert [a.tool for a in rig.turn.actions] == ["make_toy"]
        assert rig.claude.requests == []


class Pausing:
    """A model that pauses in the middle of its answer, and looks at what is put aside before and after."""

    name = CLAUDE

    def __init__(self, cap: float = 0) -> None:
        self.rig: Rigged | None = None
        self.held: list[int] = []
        self.cap = cap

    async def stream(self, request: Request) -> AsyncIterator[Event]:
        """One answer in two parts."""
        yield TextDelta("Wait. ")
        await self._look()
        yield Usage(input=1000, output=100, so_far=True)
        await self._look()
        yield TextDelta("Here.")
        yield Usage(input=2000, output=150)
        yield Stop("end")

    def reads_context(self, request: Request) -> bool:
        """As language models do."""
        return True

    async def _look(self) -> None:
        assert self.rig is not None
        rows = await self.rig.rows("select cost_usd_micros from model_calls where state = 'held'")
        self.held.append(rows[0][0])
        if self.cap:
            most = dict.fromkeys(("lite", "pro", "elite"), self.cap * self.held[0] / 1_000_000)
            self.rig.house.desk.loop.model.ledger.limits = Limits(caps_usd=most)  # type: ignore[attr-defined]


async def test_a_pause_puts_aside_as_much_again(sqlite: str) -> None:
    """What the rest may cost is held before it is asked for."""
    model = Pausing()
    async with rigged(sqlite, models=[model]) as rig:
        model.rig = rig
        assert await rig.say("mia", ASK) == ["Wait. Here."]
        assert model.held[1] == 2 * model.held[0] > 0
        assert await rig.rows("select tokens_in, tokens_out from model_calls") == [(2000, 150)]


async def test_an_answer_that_breaks_off_behind_a_pause_costs_the_first_part_and_what_was_sent_again(
    sqlite: str,
) -> None:
    """The provider told what it had used until then, and nothing of the rest."""
    first = Usage(input=1000, output=100, so_far=True)
    rest = BrokenOff("the connection broke", code="disconnected")
    async with rigged(sqlite, claude=[gives(TextDelta("Wait. "), first, rest)]) as rig:
        assert await rig.say("mia", ASK) == [f"Wait. \n\n{BROKE_OFF}"]
        spent = await rig.rows("select tokens_in, tokens_out from model_calls where model != ''")
        assert spent == [(1000 + prompt_of(rig.claude.requests[0]), 100)]


async def test_where_the_money_does_not_reach_a_paused_answer_ends_there(sqlite: str) -> None:
    """What was used until then is written down."""
    model = Pausing(cap=1.5)
    async with rigged(sqlite, models=[model]) as rig:
        model.rig = rig
        assert await rig.say("mia", ASK) == [f"Wait. \n\n{BROKE_OFF}"]
        spent = await rig.rows("select tokens_in, tokens_out, state from model_calls where model != ''")
        assert spent == [(1000, 100, "settled")]
