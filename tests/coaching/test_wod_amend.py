"""Holds what changing a workout by words promises."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.coaching.wod import WodError, amend, describe, parse

ENGINE = "3 rounds - 200m run, 30 double-unders"
CHIPPER = "for time: 1000m row, 50 thrusters 20kg, 20 pull-ups"
CINDY = "AMRAP 20: 5 pull-ups, 10 push-ups, 15 air squats"
STRENGTH = "back squat 5x5 @100kg, bench 3x8"


@pytest.mark.parametrize(
    ("text", "change", "lines"),
    [
        (ENGINE, "make it 5 rounds", ["5 rounds for time", "200 m Run", "30 Double-under"]),
        (ENGINE, "swap double-unders for burpees", ["3 rounds for time", "200 m Run", "30 Burpee"]),
        (ENGINE, "add 20 sit-ups", ["3 rounds for time", "200 m Run", "30 Double-under", "20 Sit-up"]),
        (ENGINE, "add 10 burpees after the run", ["3 rounds for time", "200 m Run", "10 Burpee", "30 Double-under"]),
        (ENGINE, "remove the run", ["3 rounds for time", "30 Double-under"]),
        (ENGINE, "make the run 400m", ["3 rounds for time", "400 m Run", "30 Double-under"]),
        (ENGINE, "change the double unders to 50", ["3 rounds for time", "200 m Run", "50 Double-under"]),
        (ENGINE, "40 du", ["3 rounds for time", "200 m Run", "40 Double-under"]),
        (ENGINE, "rest 90s between rounds", ["3 rounds for time", "200 m Run", "30 Double-under", "Rest 90 s"]),
        (ENGINE, "make it 12 min amrap", ["AMRAP 12 min", "200 m Run", "30 Double-under"]),
        (CHIPPER, "30 pull-ups instead of 20", ["For time", "1000 m Row", "50 Thruster 20 kg", "30 Pull-up"]),
        (CHIPPER, "thrusters at 30/20kg", ["For time", "1000 m Row", "50 Thruster 30/20 kg", "20 Pull-up"]),
        (CHIPPER, "replace the row with a 800m run", ["For time", "800 m Run", "50 Thruster 20 kg", "20 Pull-up"]),
        (CHIPPER, "cap 12 min", ["For time, cap 12 min", "1000 m Row", "50 Thruster 20 kg", "20 Pull-up"]),
        (CHIPPER, "make it 5 rounds and remove the row", ["5 rounds for time", "50 Thruster 20 kg", "20 Pull-up"]),
        (CINDY, "make it 15 minutes", ["AMRAP 15 min", "5 Pull-up", "10 Push-up", "15 Air Squat"]),
        (CINDY, "ring rows instead of pull-ups", ["AMRAP 20 min", "5 Ring Row", "10 Push-up", "15 Air Squat"]),
        (CHIPPER, "use 30/20 kg", ["For time", "1000 m Row", "50 Thruster 30/20 kg", "20 Pull-up"]),
        (STRENGTH, "make it 3x5", ["Strength", "Back Squat 3x5 100 kg", "Bench Press 3x5"]),
        (STRENGTH, "back squat 110kg", ["Strength", "Back Squat 5x5 110 kg", "Bench Press 3x8"]),
        (STRENGTH, "bench to 90kg", ["Strength", "Back Squat 5x5 100 kg", "Bench Press 3x8 90 kg"]),
        (STRENGTH, "make back squat 3x3", ["Strength", "Back Squat 3x3 100 kg", "Bench Press 3x8"]),
    ],
)
def test_a_change_in_words_changes_what_it_says_and_nothing_else(text: str, change: str, lines: list[str]) -> None:
    """The named part changes, the rest of the workout stays."""
    assert describe(amend(parse(text), change)) == lines


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("remove the burpees", "not in this workout"),
        ("swap the run for burpees", "How much Burpee"),
        ("use 40 kg", "Which movement"),
        ("paint it blue", "not understood"),
        ("make it 0 rounds", "cannot be right"),
    ],
)
def test_a_change_that_cannot_be_made_says_why_and_keeps_the_workout(change: str, told: str) -> None:
    """Nothing is guessed: the refusal says what was wrong."""
    with pytest.raises(WodError, match=told):
        amend(parse(ENGINE), change)


def test_the_last_movement_cannot_be_removed() -> None:
    """A workout without movements is none."""
    with pytest.raises(WodError, match="only movement"):
        amend(parse("100 burpees for time"), "remove the burpees")


def test_a_swapped_movement_does_not_keep_the_old_load() -> None:
    """A barbell's weight says nothing about a dumbbell's."""
    changed = amend(parse("21-15-9 thrusters 43/29, pull-ups"), "swap thrusters for dumbbell thrusters")
    assert changed.movements[0].exercise == "Dumbbell Thruster"
    assert changed.movements[0].load_kg is None


_WORDS = st.sampled_from(
    [
        "make",
        "it",
        "the",
        "add",
        "remove",
        "swap",
        "for",
        "5",
        "rounds",
        "run",
        "400m",
        "burpees",
        "to",
        "instead",
        "of",
        "amrap",
        "12",
        "min",
        "cap",
        "rest",
        "and",
        "21-15-9",
        "@",
        "kg",
        "x",
        "0",
    ]
)


@settings(max_examples=120, deadline=None)
@given(st.one_of(st.text(max_size=40), st.lists(_WORDS, max_size=9).map(" ".join)))
def test_any_change_is_made_or_refused_in_plain_words(change: str) -> None:
    """No wording makes it fail in another way."""
    try:
        changed = amend(parse(ENGINE), change)
    except WodError:
        return
    assert describe(changed)
