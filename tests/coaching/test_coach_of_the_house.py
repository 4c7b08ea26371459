"""Coach answers in an installation: from its settings to the model's API, and by rules where that gives none."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.sql import func, select

from bot.app import opened
from bot.config import GymSettings, load
from bot.gyms import account_of, person_named
from core.agent.coach import Coach
from core.agent.messages import TurnRow
from core.chat import Incoming
from core.coaching.answers import CoachContext, Done, Prescribed, StallContext
from tests.fakes.anthropic_server import AnthropicServer
from tests.fakes.model_answers import Fault, Say, Step

SQUAT = Prescribed(exercise="Back Squat", reps=(4, 6), sets=3)
TODAY = CoachContext(template=(SQUAT,), history={"Back Squat": (Done(weight=100, reps=5),)})
STUCK = StallContext(exercise="Back Squat", sessions=(Done(weight=100, reps=5),) * 4)
WORK = {"weight": 102.5, "reps": 5, "rpe_cap": 8, "set_count": 3}
PLAN = {
    "exercises": [{"exercise": "Back Squat", "warmup_sets": [], "top_set": None, "backoff_sets": [], "working_sets": [WORK]}],
    "substitutions": [], "adjustments": [], "reasoning": [], "minutes": 45,
}  # fmt: skip


@pytest.fixture
async def coach(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> AsyncIterator[tuple[Coach, AnthropicServer]]:
    """The coach of an installation with one key, for what its owner has just said; the API answers as given."""
    script: list[Step] = request.param
    async with AnthropicServer(*script) as server:
        monkeypatch.delenv("OPENAI_API_KEY", raising=False)
        monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-right")
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
        monkeypatch.setenv("WHISTLE_DATA_DIR", str(tmp_path / "data"))
        own = GymSettings(name="Harbour Barbell", zone="Europe/Oslo", owner="Ida Berg")
        async with opened(load(None).model_copy(update={"gym": own})) as house:
            desk = house.desk()
            await desk.start()
            account = await account_of(house.store, await person_named(house.store, "ida"), house.clock.now())
            said = Incoming(platform="web", event_id="e1", account=account, text="/help")
            await desk.turn_of(await desk.receive(said))
            async with house.store.read() as db:
                turn = await db.scalar(select(func.max(TurnRow.id)))
            yield await desk.coaching.of(turn or 0), server
            await desk.stop()


@pytest.mark.parametrize("coach", [[Say(json.dumps(PLAN))]], indirect=True)
async def test_a_plan_comes_from_the_model_that_the_settings_connect(coach: tuple[Coach, AnthropicServer]) -> None:
    """Asked once, for the form that a plan has."""
    asked, server = coach
    told = await asked.plan(TODAY)
    assert (told.by, told.answer.exercises[0].heaviest) == ("model", 102.5)
    assert server.rejected == []
    assert len(server.requests) == 1
    assert server.requests[0]["output_config"]["format"]["type"] == "json_schema"


DOWN = Fault("status", status=401, code="authentication_error")


@pytest.mark.parametrize("coach", [[DOWN], [Say('{"exercises": []}')], [Say("Squats!")]], indirect=True)
async def test_where_the_api_gives_no_plan_the_rules_do(coach: tuple[Coach, AnthropicServer]) -> None:
    """A key that is refused, half a plan, prose: the last weights again."""
    asked, server = coach
    told = await asked.plan(TODAY)
    assert (told.by, told.answer.exercises[0].heaviest) == ("rules", 100)
    assert len(server.requests) == 1


@pytest.mark.parametrize("coach", [[DOWN]], indirect=True)
async def test_insights_and_stalls_are_there_without_a_model_too(coach: tuple[Coach, AnthropicServer]) -> None:
    """From the engine."""
    asked, _ = coach
    assert (await asked.stall(STUCK)).answer.is_stalled
    told = await asked.insight(STUCK)
    assert (told.by, told.answer.category) == ("rules", "volume")
