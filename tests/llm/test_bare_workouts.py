"""A coach who just writes a workout down wants it kept; whoever only speaks of rounds does not."""

import pytest

from core.llm.phrases.bare_workouts import saved


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("amrap 12: 5 pull-ups 10 push-ups", "build a workout: amrap 12: 5 pull-ups 10 push-ups"),
        ("21-15-9 thrusters and pull-ups", "build a workout: 21-15-9 thrusters and pull-ups"),
        ("3 rounds - 200m run, 30 dubs. Call it Fish!", "save workout called Fish: 3 rounds - 200m run, 30 dubs"),
        ("for time: 50 burpees, save as “Sunday Sweat”", "save workout called Sunday Sweat: for time: 50 burpees"),
    ],
)  # fmt: skip
def test_a_workout_alone_is_a_command_to_keep_it(text: str, command: str) -> None:
    """With the name that it ends with, if it does."""
    assert saved(text) == command


@pytest.mark.parametrize(
    "text",
    [
        "5 rounds was too much yesterday",
        "3 rounds left in me today",
        "what is a tabata?",
        "for time is what we do",
        "amrap 12: 5 pull-ups?",
        "make it 5 rounds",
        "12 spots in engine saturday",
    ],
)
def test_what_only_sounds_like_one_is_left_alone(text: str) -> None:
    """Word for word."""
    assert saved(text) == text
