"""Claude and GPT on one ladder over the wire: one conversation, several brains, whatever breaks on the way."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from tests.fakes.model_answers import Brain, Fault, Say, Step
from tests.fakes.model_server import ModelServer
from tests.ladder_house import Rigged, rigged
from tests.llm.brains import pair

MAKE = ("make_toy", {"name": "kite"})
OVERLOADED = Fault("status", 529)
TOYS = "select count(*) from toys"


@asynccontextmanager
async def two(
    url: str, claude: tuple[Step, ...] = (), gpt: tuple[Step, ...] = (), brain: Brain | None = None
) -> AsyncIterator[tuple[Rigged, ModelServer, ModelServer]]:
    """A house over both, each with a script; `brain` is what Claude's stand-in does when its script is used up."""
    async with pair("claude", *claude, brain=brain) as (one, first), pair("gpt", *gpt) as (other, second):
        async with rigged(url, models=[one, other]) as rig:
            yield rig, first, second
        assert first.rejected == []
        assert second.rejected == []


async def test_a_conversation_changes_its_brain_and_keeps_everything(sqlite: str) -> None:
    """Claude makes a toy and falls silent, GPT ends the turn, Claude takes up again: each is told all that was done."""
    claude = (
        Say("Hello.", thinking="a greeting"),
        Say("I make it.", [MAKE], thinking="a toy"),
        *(OVERLOADED,) * 3,
        Say("Still here.", thinking="again"),
    )
    async with two(sqlite, claude, (Say("Have fun with it."),)) as (rig, first, second):
        assert await rig.say("mia", "tell me something nice about kites in the wind") == ["Hello."]
        shown = await rig.say("mia", "please knock together a kite for my nephew")
        assert rig.by == "openai/gpt-6.1-terra"
        assert shown[-1] == "Have fun with it."
        assert await rig.say("mia", "tell me something nice about kites once more") == ["Still here."]
        assert await rig.rows(TOYS) == [(1,)]
        told = second.bodies[0].decode()
        assert "Hello." in told
        assert "make_toy" in told
        last = first.bodies[-1].decode()
        assert "a greeting" in last
        assert "a toy" in last
        assert "Have fun with it." in last


@pytest.mark.parametrize(
    "fault",
    [
        OVERLOADED,
        Fault("status", 500, code="api_error"),
        Fault("status", 429, {"retry-after": "3600"}, code="rate_limit_error"),
        Fault("status", 401, code="authentication_error"),
        Fault("cut", after=6, answer=Say("", [MAKE])),
        Fault("error", after=6, answer=Say("", [MAKE])),
        Fault("garbage", after=6, answer=Say("", [MAKE])),
        Fault("arguments", answer=Say("", [MAKE])),
        Fault("empty"),
    ],
    ids=lambda fault: f"{fault.kind} {fault.status if fault.kind == 'status' else ''}".strip(),
)
async def test_whatever_breaks_the_next_one_answers_and_nothing_of_it_was_run(sqlite: str, fault: Fault) -> None:
    """No toy is made of half an answer, and the person hears the one that is whole."""
    async with two(sqlite, gpt=(Say("Here I am."),), brain=lambda _: fault) as (rig, first, _):
        assert await rig.say("mia", "please knock together a kite for my nephew") == ["Here I am."]
        assert await rig.rows(TOYS) == [(0,)]
        assert len(first.requests) <= 3


@pytest.mark.parametrize(("fault", "seconds"), [(Fault("silence"), 31), (Fault("stall", after=2), 46)])
@pytest.mark.parametrize("words", ["please knock together a kite for my nephew", "what can a kite be made of"])
async def test_a_provider_that_stands_still_is_left(sqlite: str, fault: Fault, seconds: float, words: str) -> None:
    """The first event must come within 30 s, and the next one within 45 s, whatever is asked and after a ping, too."""
    async with two(sqlite, gpt=(Say("Here I am."), Say("And again.")), brain=lambda _: fault) as (rig, first, _):
        asked = asyncio.create_task(rig.say("mia", words))
        while not asked.done():
            waiting = asyncio.create_task(first.stalled.wait())
            await asyncio.wait([asked, waiting], return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()
            if not asked.done():
                first.stalled.clear()
                rig.clock.move(timedelta(seconds=seconds))
        assert await asked == ["Here I am."]
        assert await rig.rows(TOYS) == [(0,)]
        assert (rig.clock.now() - rig.turn_started()).total_seconds() <= 90
        assert await rig.say("mia", words) == ["And again."]
        assert len(first.requests) == 1


async def test_when_both_are_down_for_good_the_rules_answer_and_say_so(sqlite: str) -> None:
    """One honest line, and what the rules can do is done."""
    down: Any = lambda _: OVERLOADED  # noqa: E731
    async with two(sqlite, brain=down) as (rig, _, second):
        second.brain = down
        shown = await rig.say("mia", "please knock together a kite for my nephew")
        assert "cannot be reached" in " ".join(shown)
        assert rig.by == "rules"


async def test_a_call_that_does_not_fit_goes_back_in_words_that_can_be_corrected(sqlite: str) -> None:
    """An unknown tool, an undeclared argument and one of another type are told to the model, which calls again."""
    claude = (
        Say("", [("build_rocket", {})]),
        Say("", [("make_toy", {"name": "kite", "price": 3})]),
        Say("", [("make_toy", {"name": ["kite", {"of": "paper"}]})]),
        Say("", [MAKE]),
        Say("Have fun."),
    )
    async with two(sqlite, claude) as (rig, first, _):
        shown = await rig.say("mia", "please knock together a kite for my nephew")
        assert shown[-1] == "Have fun."
        assert await rig.rows(TOYS) == [(1,)]
        told = [body["messages"][-1]["content"][0] for body in first.requests[1:4]]
    assert all(block["is_error"] for block in told)
    assert "build_rocket" in told[0]["content"]
    assert "price" in told[1]["content"]
    assert "name" in told[2]["content"]
