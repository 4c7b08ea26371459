"""Coach answers: whole, fit for the person, and there without a model."""

import json
from datetime import datetime
from typing import Any

import pytest
from pydantic import ValidationError

from core.agent.coach import Coach
from core.agent.small import Small
from core.clock import SetClock
from core.coaching.answers import (
    CoachContext,
    Done,
    Insight,
    PlannedExercise,
    Prescribed,
    StallAnalysis,
    StallContext,
    SteadyEngine,
    TodayPlan,
    faults,
)
from core.llm.contract import Event, Request, Stop, TextDelta
from core.llm.scripted import ScriptedModel
from tests.conftest import START

SQUAT = Prescribed(exercise="Back Squat", reps=(4, 6), sets=3, equipment="barbell")
ROW = Prescribed(exercise="Row", reps=(8, 12), sets=3, optional=True, equipment="dumbbell")
TODAY = CoachContext(template=(SQUAT, ROW), history={"Back Squat": (Done(weight=100, reps=5),)})


def coach(*steps: Any) -> Coach:
    """A coach whose model gives these answers."""
    request = Request((), (), "", datetime(2026, 11, 20, 10), "Europe/Berlin", 1, {})
    model = ScriptedModel(*steps, context=bool(steps))
    return Coach(Small(model, request, SetClock(START)), SteadyEngine())


def plan(weight: float, exercise: str = "Back Squat", rpe: float = 8) -> str:
    """A model's plan with one exercise."""
    work = {"weight": weight, "reps": 5, "rpe_cap": rpe, "set_count": 3}
    return json.dumps({"exercises": [{"exercise": exercise, "working_sets": [work]}], "minutes": 45})


async def test_a_fitting_plan_of_the_models_is_shown() -> None:
    """With who made it."""
    told = await coach(plan(102.5)).plan(TODAY)
    assert told.by == "model"
    assert told.answer.exercises[0].heaviest == 102.5


@pytest.mark.parametrize(
    ("answer", "context"),
    [
        (plan(140), TODAY),
        (plan(100, "Snatch"), TODAY),
        (plan(100), TODAY.model_copy(update={"energy": "low"})),
        (plan(100), TODAY.model_copy(update={"equipment": ("dumbbell",)})),
        ("{}", TODAY),
        ('{"exercises": [], "minutes": 45}', TODAY),
        ("Sure! Here is your plan: squats.", TODAY),
        (plan(-5), TODAY),
        (plan(100)[:-1], TODAY),
    ],
    ids=["jump", "foreign exercise", "tired", "no equipment", "empty", "no exercise", "prose", "negative", "cut"],
)
async def test_an_unfit_plan_is_replaced_by_the_rules(answer: str, context: CoachContext) -> None:
    """Nobody is shown a plan that is not whole, or not for them today."""
    told = await coach(answer).plan(context)
    assert told.by == "rules"
    assert faults(told.answer, context) == [] or context.equipment is not None


async def test_without_a_model_the_rules_answer() -> None:
    """The last weights again, held back on a tired day, optional things left out when time is short."""
    told = await coach().plan(TODAY.model_copy(update={"soreness": "high", "minutes": 40}))
    assert told.by == "rules"
    assert [e.exercise for e in told.answer.exercises] == ["Back Squat"]
    assert told.answer.exercises[0].working_sets[0].rpe_cap == 7.5
    assert "nothing was raised" in told.answer.reasoning[0]


async def test_a_model_that_fails_or_is_cut_is_no_reason_to_have_no_answer() -> None:
    """A refusal, a break in the stream, an error: the rules answer."""

    def broken(request: Request) -> list[Event]:
        raise RuntimeError("the provider is down")

    def cut(request: Request) -> list[Event]:
        return [TextDelta(plan(100)), Stop("length")]

    assert (await coach(broken).plan(TODAY)).by == "rules"
    assert (await coach(cut).plan(TODAY)).by == "rules"


@pytest.mark.parametrize(
    ("weights", "stalled"),
    [
        ((100, 100, 100), False),
        ((100, 100, 100, 100), True),
        ((100, 95, 100, 102.5), False),
        ((100, 102, 101, 99, 98), True),
    ],
)
async def test_a_stall_is_three_sessions_without_progress(weights: tuple[float, ...], stalled: bool) -> None:
    """With one thing to change."""
    sessions = tuple(Done(weight=w, reps=5) for w in weights)
    told = await coach().stall(StallContext(exercise="Bench Press", sessions=sessions))
    assert told.answer.is_stalled is stalled
    assert (told.answer.fix_type == "deload") is stalled


@pytest.mark.parametrize(("weights", "kind"), [((100,), "volume"), ((100, 105), "progress"), ((100, 95), "fatigue")])
async def test_an_insight_says_which_way_it_went(weights: tuple[float, ...], kind: str) -> None:
    """And what to do next."""
    sessions = tuple(Done(weight=w, reps=5) for w in weights)
    told = await coach().insight(StallContext(exercise="Bench Press", sessions=sessions))
    assert told.answer.category == kind


async def test_an_insight_of_the_models_is_taken_as_it_is() -> None:
    """If it has an observation, an action and a known kind."""
    said = {"insight": "Bench is up 3 %.", "action": "Add 2.5 kg.", "category": "progress"}
    session = StallContext(exercise="Bench Press", sessions=(Done(weight=100, reps=5),))
    assert (await coach(json.dumps(said)).insight(session)).answer == Insight.model_validate(said)
    assert (await coach(json.dumps({**said, "category": "luck"})).insight(session)).by == "rules"


def test_half_an_answer_is_none() -> None:
    """A stall without a fix, an exercise without work, a field that nobody knows."""
    with pytest.raises(ValidationError):
        StallAnalysis(is_stalled=True)
    with pytest.raises(ValidationError):
        PlannedExercise(exercise="Back Squat")
    with pytest.raises(ValidationError):
        TodayPlan.model_validate_json('{"exercises": [], "minutes": 45, "mood": "great"}')
