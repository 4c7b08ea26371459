"""Which workout a name means, and how words are found to be one."""

from hypothesis import given
from hypothesis import strategies as st

from core.agent.reference import Focus
from core.agent.tools import Thing
from core.coaching import workouts
from core.references.training import ExerciseReader, Shelf, WorkoutReader
from core.references.workout_changes import WorkoutChangeReference
from tests.conftest import START

NAMES = ("Fran", "Cindy", "Helen", "Tuesday Engine", "Strength A", "Strength B")
OWN = {workouts.words_of(name): name for name in NAMES}
SHELF = Shelf(OWN, frozenset(word for words in OWN for word in words))
BURNER = Thing("workout", "Burner")


def found(text: str, focus: Focus | None = None) -> list[tuple[str, str]]:
    """What a text can mean: its words and the workout."""
    spans = WorkoutReader(SHELF, focus or Focus()).spans(text)
    return [(text[s.start : s.end], s.words) for s in spans]


def test_names_are_found_whatever_their_case() -> None:
    """A name alone, and with the words around it that belong to it; it is handed on as typed."""
    assert found("show me the tuesday engine workout")[:2] == [
        ("tuesday engine", "tuesday engine"),
        ("the tuesday engine workout", "tuesday engine"),
    ]


def test_a_slip_in_a_longer_name_is_forgiven() -> None:
    """Short names must be right: Fran is not Frank."""
    assert ("strenght a", "strenght a") in found("edit strenght a")
    assert found("show frank") == []


def test_a_shared_word_stands_for_itself() -> None:
    """It is asked about later; a day of the week alone is no workout."""
    assert found("the strength workout")[0] == ("strength", "strength")
    assert found("book crossfit on tuesday") == []


def test_pronouns_mean_the_workout_that_was_named() -> None:
    """Without one, they mean nothing."""
    assert found("delete it") == []
    assert found("delete it", Focus((BURNER,))) == [("it", "Burner")]


def test_what_was_just_made_is_the_newest_made() -> None:
    """A workout that was only shown since is not it."""
    focus = Focus((BURNER, Thing("workout", "Fran")), (), (BURNER,))
    assert ("the workout I just made", "Burner") in found("delete the workout I just made", focus)
    assert ("the one i just created", "Burner") in found("show the one i just created", focus)


def test_a_name_the_gym_has_not_is_handed_on_as_typed() -> None:
    """So that the answer can say what was looked for."""
    assert ("Grinder", "Grinder") in found("delete the workout Grinder pls")


def test_a_name_means_one_and_a_part_means_all_that_have_it() -> None:
    """An exact name wins over the names that contain it."""
    assert workouts.named(["Engine", "Tuesday Engine"], "engine") == ["Engine"]
    assert workouts.named(NAMES, "strength") == ["Strength A", "Strength B"]
    assert workouts.named(NAMES, "tusday engine") == ["Tuesday Engine"]
    assert workouts.named(NAMES, "murph") == []


@given(st.sampled_from(NAMES), st.sampled_from((str.upper, str.lower, str.title)))
def test_every_name_means_itself(name: str, spelt: object) -> None:
    """A key resolves to exactly one workout."""
    assert callable(spelt)
    assert workouts.named(NAMES, spelt(name)) == [name]


@given(st.text(max_size=80))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    """Spans lie within the text, whatever it is."""
    focus = Focus((BURNER,), (), (BURNER,))
    reader = WorkoutChangeReference().reader(None, focus, START, 2)
    for spans in (WorkoutReader(SHELF, focus).spans(text), ExerciseReader(focus).spans(text), reader.spans(text)):
        assert all(0 <= s.start < s.end <= len(text) and s.words for s in spans)


def test_a_change_is_told_from_other_talk() -> None:
    """Rounds, loads and movements change a workout; spots and times do not."""
    reader = WorkoutChangeReference().reader(None, Focus(), START, 2)
    for text in ("5 rounds", "use 40/25 kg", "12 push-ups instead of 10", "swap burpees for box jumps", "amrap 12"):
        assert any(s.words == text for s in reader.spans(text)), text
    for text in ("20 spots", "14:00", "tomorrow at 6", "it bigger"):
        assert not reader.spans(text), text
