"""A coach who just writes a workout down wants it kept; whoever only speaks of rounds does not."""

from datetime import UTC, datetime

import pytest

from core.agent.reference import Focus, references
from core.agent.tools import load
from core.llm.phrases.bare_workouts import saved

load()
EXERCISES = references()["exercise"].reader(None, Focus(), datetime(2026, 11, 16, tzinfo=UTC), 2)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("amrap 12: 5 pull-ups 10 push-ups", "build a workout: amrap 12: 5 pull-ups 10 push-ups"),
        ("21-15-9 thrusters and pull-ups", "build a workout: 21-15-9 thrusters and pull-ups"),
        ("3 rounds - 200m run, 30 dubs. Call it Fish!", "save workout called Fish: 3 rounds - 200m run, 30 dubs"),
        ("for time: 50 burpees, save as “Sunday Sweat”", "save workout called Sunday Sweat: for time: 50 burpees"),
        ("5 rounds, 10 burpees, it's called misery", "save workout called misery: 5 rounds, 10 burpees"),
    ],
)
def test_a_workout_alone_is_a_command_to_keep_it(text: str, command: str) -> None:
    """With the name that it ends with, if it does."""
    assert saved(text, EXERCISES) == command


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
        "3 rounds of beers tonight on me, 5 people max",
        "5 rounds with marcus, 10 people came",
        "tabata at 6pm, 10 spots",
        "3 rounds, 10 burpees, don't save it",
        "21-15-9 was brutal today",
        "every minute counts, we have 5 new members",
        "10-12-14 people came on monday",
        "for time being 3 people are away",
        "21-15-9 thrusters, put it in friday's 6pm crossfit",
    ],
)
def test_what_only_sounds_like_one_is_left_alone(text: str) -> None:
    """Word for word."""
    assert saved(text, EXERCISES) == text
