"""Small jobs and coach answers on every provider: the schema is taken, the answer is checked."""

import json
from typing import Any

import pytest
from pydantic import BaseModel

from core.agent.compaction import Summary
from core.agent.ledger import Ledger
from core.agent.prompt import COACH
from core.agent.small import Purpose, Small, schema_of
from core.agent.sources import Chosen
from core.agent.titles import Title
from core.clock import SetClock
from core.coaching.answers import Insight, StallAnalysis, TodayPlan
from core.llm.contract import BrokenOff, TextDelta
from core.llm.failover import Ladder
from core.llm.paying import Rung
from core.llm.prices import price_of
from core.llm.rules import RulesModel
from tests.conftest import START
from tests.fakes.model_answers import Fault, Say
from tests.ladder_house import Brisk, gives, rigged, used
from tests.llm.brains import KINDS, pair, request

WORK = {"weight": 100, "reps": 5, "rpe_cap": 8, "set_count": 3}
EXERCISE = {"exercise": "Back Squat", "warmup_sets": [], "top_set": None, "backoff_sets": [], "working_sets": [WORK]}
ANSWERS: tuple[tuple[type[BaseModel], dict[str, object]], ...] = (
    (Title, {"title": "Stronger squat before summer"}),
    (Chosen, {"data_sources": ["bookings"], "reasoning": "they ask for them"}),
    (Summary, {"summary": "Mia asked about yoga on Monday and wants a reminder."}),
    (StallAnalysis, {"is_stalled": False, "reason": None, "suggested_fix": None, "fix_type": None}),
    (Insight, {"insight": "Bench is up.", "action": "Add 2.5 kg.", "category": "progress"}),
    (
        TodayPlan,
        {"exercises": [EXERCISE], "substitutions": [], "adjustments": [], "reasoning": [], "minutes": 45},
    ),
)


@pytest.mark.parametrize("kind", KINDS)
async def test_every_answer_that_code_asks_for_is_given_by_every_provider(kind: str) -> None:
    """No schema is refused, and what comes is what was asked for."""
    async with pair(kind, *(Say(json.dumps(said)) for _, said in ANSWERS)) as (model, server):
        small = Small(model, request(), SetClock(START))
        for answer, said in ANSWERS:
            told = await small.ask(COACH, "Do it.", answer, 5)
            assert told == answer.model_validate(said), server.rejected
    assert server.rejected == []


@pytest.mark.parametrize("kind", KINDS)
async def test_a_small_job_that_fails_is_no_fault(kind: str) -> None:
    """Nobody hears of it: code has a way of its own."""
    async with pair(kind, Fault("error"), Say("I would rather not."), Say("", ends="refusal")) as (model, _):
        small = Small(model, request(), SetClock(START))
        for _ in range(3):
            assert await small.ask(COACH, "Do it.", Title, 5) is None


HALF = gives(TextDelta('{"title": "Weaker'), BrokenOff("cut", status=200, code="cut"))
WHOLE = used('{"title": "Stronger squat before summer"}')


@pytest.mark.parametrize(("first", "second"), [([HALF, WHOLE], []), ([HALF] * 3, [WHOLE])])
@pytest.mark.parametrize("purpose", ["small", "plan"])
async def test_a_job_that_broke_off_is_done_again_from_the_start(
    sqlite: str, purpose: Purpose, first: list[Any], second: list[Any]
) -> None:
    """By the same model or by the next one: of the half of an answer nothing is left in the whole one."""
    async with rigged(sqlite, claude=[used("Hi")]) as rig:
        await rig.say("mia", "I would love something soft for my nephew")
        about, desk = rig.claude.requests[-1], rig.house.desk
        rig.claude.steps, rig.gpt.steps = [*first], [*second]
        rungs = [Rung(m, price_of(m.name), 1000) for m in (rig.claude, rig.gpt)]
        ladder = Ladder({purpose: rungs}, RulesModel(), Brisk(rig.clock), Ledger(desk.store, rig.clock, rig.limits))
        job = Small(ladder, about, SetClock(START))
        assert await job.ask(COACH, "Do it.", Title, 60, purpose) == Title(title="Stronger squat before summer")


@pytest.mark.parametrize("answer", [answer for answer, _ in ANSWERS])
def test_a_schema_is_in_one_piece(answer: type[BaseModel]) -> None:
    """Without references, which not every server follows, and without words that cost tokens."""
    written = json.dumps(schema_of(answer))
    assert "$ref" not in written
    assert "default" not in written
    assert set(schema_of(answer)["properties"]) == set(answer.model_fields)
