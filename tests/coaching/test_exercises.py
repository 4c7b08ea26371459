"""Holds what the exercise catalogue promises about names, look-up and substitutes."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.coaching import exercises
from core.coaching.exercises import candidates, catalogue, exact, search, spans
from core.coaching.substitution import substitutes

_PUBLIC_LIST = Path(__file__).parents[2] / "../shared/data/exercises/free_exercise_db.json"

USUAL = {
    "ohp": "Overhead Press",
    "rdls": "Romanian Deadlift",
    "deads": "Deadlift",
    "dubs": "Double-under",
    "du": "Double-under",
    "double unders": "Double-under",
    "T2B": "Toes-to-bar",
    "ttb": "Toes-to-bar",
    "hspu": "Handstand Push-up",
    "kbs": "Kettlebell Swing",
    "c&j": "Clean and Jerk",
    "bss": "Bulgarian Split Squat",
    "bench": "Bench Press",
    "squats": "Back Squat",
    "curl": "Biceps Curl",
    "pull ups": "Pull-up",
    "PULLUPS": "Pull-up",
    "chinup": "Chin-up",
    "press ups": "Push-up",
    "lunges": "Walking Lunge",
    "wbs": "Wall Ball",
    "rower": "Row",
    "bike": "Assault Bike",
    "Barbell Squat": "Back Squat",
    "Barbell Bench Press - Medium Grip": "Bench Press",
}


@pytest.mark.parametrize(("words", "name"), USUAL.items())
def test_a_usual_word_names_one_exercise(words: str, name: str) -> None:
    """Short names, plurals, hyphens and case all lead to the one meaning."""
    assert [exercise.name for exercise in candidates(words)] == [name]


def test_every_name_leads_to_itself() -> None:
    """No alias ever hides the exercise whose name it is."""
    assert all(exact(name) == exercise for name, exercise in catalogue().items())


def test_every_exercise_of_the_public_list_is_known_by_its_own_name() -> None:
    """The names of the public data set still work, whatever the gym calls them."""
    if not _PUBLIC_LIST.exists():
        pytest.skip("the public exercise list is not here")
    names = [row["name"] for row in json.loads(_PUBLIC_LIST.read_text(encoding="utf-8"))]
    assert [name for name in names if exact(name) is None] == []


def test_press_alone_offers_the_presses() -> None:
    """A family word is a question, not an answer."""
    names = [exercise.name for exercise in candidates("press")]
    assert names[:3] == ["Bench Press", "Overhead Press", "Leg Press"]


def test_a_slip_of_the_keys_still_finds_the_exercise() -> None:
    """One or two wrong letters are forgiven."""
    assert [exercise.name for exercise in candidates("dedlift")] == ["Deadlift"]
    assert [exercise.name for exercise in candidates("bakc squat")] == ["Back Squat"]


@pytest.mark.parametrize("words", ["", "   ", "xyzzy", "banana", "42"])
def test_words_that_name_nothing_find_nothing(words: str) -> None:
    """Nothing near means an empty answer."""
    assert candidates(words) == []


def test_search_narrows_by_muscle_and_equipment() -> None:
    """A muscle group and a tool are both respected."""
    found = search(muscle="legs", equipment="kb")
    assert found
    legs = {"quadriceps", "hamstrings", "glutes", "calves"}
    assert all(exercise.equipment == "kettlebell" and legs & set(exercise.primary) for exercise in found)


def test_search_by_word_finds_the_exact_name_first() -> None:
    """The named exercise leads, its relatives follow."""
    found = [exercise.name for exercise in search("deadlift")]
    assert found[0] == "Deadlift"
    assert "Sumo Deadlift" in found


def test_no_barbell_gives_squats_without_a_barbell() -> None:
    """The missing tool is left out and the reason says so."""
    back_squat = catalogue()["Back Squat"]
    found = substitutes(back_squat, "no barbell")
    assert "Goblet Squat" in [exercise.name for exercise, _ in found]
    assert all(exercise.equipment != "barbell" and "no barbell" in why for exercise, why in found)


@pytest.mark.parametrize(
    ("name", "reason", "never"),
    [
        ("Back Squat", "knee pain", "squat"),
        ("Overhead Press", "my shoulder hurts", "overhead"),
        ("Deadlift", "lower back is sore", "deadlift"),
    ],
)
def test_pain_rules_out_the_movement_that_hurts(name: str, reason: str, never: str) -> None:
    """Nothing offered repeats the painful pattern."""
    found = [exercise.name.casefold() for exercise, _ in substitutes(catalogue()[name], reason)]
    assert found
    assert not [other for other in found if never in other]


def test_at_home_needs_no_machine() -> None:
    """Only what fits in a living room is offered."""
    tools = {exercise.equipment for exercise, _ in substitutes(catalogue()["Bench Press"], "at home")}
    assert tools <= {"bodyweight", "dumbbell", "kettlebell", "bands", None}


def test_too_hard_gives_an_easier_step() -> None:
    """An easier pull is offered for a pull-up."""
    found = [exercise.name for exercise, _ in substitutes(catalogue()["Muscle-up"], "too hard for me")]
    assert "Pull-up" in found


def test_spans_prefer_the_longest_name() -> None:
    """In a sentence the longer name wins over the word inside it."""
    text = "3 rounds: box jump overs, kb swings and Barbell Bench Press - Medium Grip, then c&j"
    found = [(text[start:end], exercise.name) for start, end, exercise in spans(text)]
    assert found == [
        ("box jump overs", "Box Jump Over"),
        ("kb swings", "Kettlebell Swing"),
        ("Barbell Bench Press - Medium Grip", "Bench Press"),
        ("c&j", "Clean and Jerk"),
    ]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_looked_up_without_failing(text: str) -> None:
    """Odd characters are just words that name nothing, and spans lie inside the text in order."""
    candidates(text)
    last = 0
    for start, end, _ in spans(text):
        assert last <= start < end <= len(text)
        last = end


def test_measures_follow_what_is_counted() -> None:
    """Runs are counted in metres, planks in seconds, lifts in repetitions."""
    counted = [exercises.catalogue()[name].measures for name in ("Run", "Plank", "Back Squat", "Assault Bike")]
    assert counted == ["distance", "duration", "reps", "calories"]
