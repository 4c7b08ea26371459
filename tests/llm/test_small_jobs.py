"""Small jobs and coach answers on every provider: the schema is taken, the answer is checked."""

import json

import pytest
from pydantic import BaseModel

from core.agent.compaction import Summary
from core.agent.prompt import COACH
from core.agent.small import Small, schema_of
from core.agent.sources import Chosen
from core.agent.titles import Title
from core.clock import SetClock
from core.coaching.answers import Insight, StallAnalysis, TodayPlan
from tests.conftest import START
from tests.fakes.model_answers import Fault, Say
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


@pytest.mark.parametrize("answer", [answer for answer, _ in ANSWERS])
def test_a_schema_is_in_one_piece(answer: type[BaseModel]) -> None:
    """Without references, which not every server follows, and without words that cost tokens."""
    written = json.dumps(schema_of(answer))
    assert "$ref" not in written
    assert "default" not in written
    assert set(schema_of(answer)["properties"]) == set(answer.model_fields)
