"""What the exercise tools answer."""

from tests.conftest import House
from tests.tools.test_workouts import card, words


async def test_exercises_are_found_by_muscle_equipment_or_both(gym: House) -> None:
    """The bare words of a search say which they are."""
    for asked, name in (
        ("find exercises for hamstrings", "Romanian Deadlift"),
        ("search exercises kettlebell", "Kettlebell Swing"),
        ("exercises for chest with dumbbells", "Dumbbell Bench Press"),
        ("show me some leg exercises", "Back Squat"),
    ):
        shown = card(await gym.say("mia", asked))
        assert any(line.startswith(name) for line in shown.lines), asked


async def test_a_search_without_a_find_says_what_was_looked_for(gym: House) -> None:
    """And how to look for something else."""
    turn = await gym.call("mia", "search_exercises", query="zzgrblx")
    assert "zzgrblx" in words(turn)


async def test_an_exercise_is_shown_by_its_short_form(gym: House) -> None:
    """Muscles, equipment and level stand on the card."""
    shown = card(await gym.say("mia", "tell me about the ohp"))
    assert (shown.kind, shown.title) == ("exercise", "Overhead Press")
    facts = {f.label: f.value for f in shown.facts}
    assert "shoulders" in facts["Trains"]
    assert facts["Equipment"] == "barbell"


async def test_a_bare_family_of_exercises_is_asked_about(gym: House) -> None:
    """ "The press" can be several."""
    turn = await gym.say("mia", "show me the press")
    assert turn.question is not None
    assert "Bench Press" in [o.label for o in turn.question.options]


async def test_alternatives_respect_the_reason(gym: House) -> None:
    """Each says why; a shoulder that hurts rules out presses overhead."""
    turn = await gym.say("mia", "substitute for bench press because my shoulder hurts")
    shown = card(turn)
    assert shown.title == "Instead of Bench Press (my shoulder hurts)"
    assert shown.lines
    assert not any("Overhead" in line for line in shown.lines)
    assert all(" — " in line for line in shown.lines)


async def test_a_name_is_checked_against_the_catalogue(gym: House) -> None:
    """Known, known by another name, near, and unknown."""
    assert "Yes, I know “Hip Thrust”." in words(await gym.say("carla", "is Hip Thrust a valid exercise?"))
    assert "as **Romanian Deadlift**" in words(await gym.call("carla", "validate_exercise", exercise="rdl"))
    near = await gym.call("carla", "validate_exercise", exercise="barbell hip thrusts deluxe")
    assert "Yes" not in words(near)
    assert "nothing like it" in words(await gym.call("carla", "validate_exercise", exercise="zzgrblx"))


async def test_it_means_the_exercise_that_was_shown(gym: House) -> None:
    """A pronoun goes on with what the talk was about."""
    await gym.say("mia", "show exercise front squat")
    turn = await gym.say("mia", "what can i do instead of it")
    assert card(turn).title == "Instead of Front Squat"
