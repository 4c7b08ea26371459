"""What one search finds, for whom, and what models say by themselves."""

from tests.conftest import House
from tests.tools.test_workouts import GRINDER, card, words


async def test_a_search_finds_workouts_and_exercises(gym: House) -> None:
    """What fits by name comes first."""
    await gym.call("carla", "create_workout", text="21-15-9 thrusters 43/29 kg, pull-ups", name="Fran")
    shown = card(await gym.say("mia", "search for fran"))
    assert shown.lines[0].startswith("Fran (workouts)")
    shown = card(await gym.call("mia", "find", query="thruster"))
    assert {"Thruster (exercises)", "Fran (workouts)"} <= {line.split(" — ")[0] for line in shown.lines}


async def test_a_search_can_be_kept_to_one_kind(gym: House) -> None:
    """Only workouts, where only workouts were asked for."""
    await gym.call("carla", "create_workout", text=GRINDER, name="Burpee Hell")
    shown = card(await gym.call("mia", "find", query="burpee", kinds="workouts"))
    assert [line.split(" — ")[0] for line in shown.lines] == ["Burpee Hell (workouts)"]


async def test_people_are_found_by_staff_only(gym: House) -> None:
    """A member searching a name finds no member."""
    assert "Anna Schmidt" in str(await gym.call("carla", "find", query="anna"))
    assert "Anna Schmidt" not in str(await gym.call("mia", "find", query="anna"))


async def test_nothing_found_is_said(gym: House) -> None:
    """In plain words, with what was looked for."""
    assert "nothing like it" in words(await gym.call("mia", "find", query="zzgrblx"))


async def test_what_is_not_there_yet_says_so(gym: House) -> None:
    """Nothing is made up in its place."""
    assert "not there yet" in words(await gym.call("mia", "calculate", kind="vdot", text="5 km in 20:00"))


async def test_data_is_loaded_by_name(gym: House) -> None:
    """What the gym keeps nothing of yet says so, and what is no source is not found."""
    told = words(await gym.call("mia", "fetch_data", sources="user_profile, muscle_goals, gym_profile"))
    assert told.split("\n")[0] == "[user_profile] Mia Tran; member since 2025-01-01"
    assert "[muscle_goals] not kept yet" in told
    assert "free cancellation until" in told
    assert not (await gym.call("mia", "fetch_data", sources="everybody")).actions[0].ok


async def test_times_and_workouts_are_calculated(gym: House) -> None:
    """The readers of calc, in the chat."""
    when = {f.label: f.value for f in card(await gym.say("mia", "calculate when tomorrow 6pm")).facts}
    assert when["from"].startswith("2026-11-21 18:00")
    shown = card(await gym.say("mia", "calc wod amrap 10 5 burpees"))
    assert shown.lines == ("5 Burpee",)
    assert "no date or time" in words(await gym.call("mia", "calculate", kind="when", text="blue"))


async def test_a_models_question_lists_its_options(gym: House) -> None:
    """A button each; the run waits for the answer."""
    turn = await gym.call("mia", "message_ask_user", question="Which day?", options="Mon|Tue")
    assert turn.question is not None
    assert [o.label for o in turn.question.options] == ["Mon", "Tue"]
    assert words(await gym.call("mia", "message_notify_user", message="Hello")) == "Hello"


async def test_nobody_is_recommended_without_a_timetable(gym: House) -> None:
    """An empty gym is honest about it."""
    assert "nobody to recommend" in words(await gym.call("mia", "recommend_trainers", goal="strength"))
