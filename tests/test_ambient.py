"""What a message is about: by names, by words, by meaning; and the data sources that it needs."""

import pytest

from core.agent.ambient import Hit, as_text, fused, lexical
from core.agent.sources import choose_by_rules, offered, sources
from core.chat import Place

FRAN, CINDY, MURPH = Hit("workout", "Fran"), Hit("workout", "Cindy"), Hit("workout", "Murph")
SHELF = {
    FRAN: "Fran 21-15-9 thrusters, pull-ups",
    CINDY: "Cindy AMRAP 20: 5 pull-ups, 10 push-ups, 15 squats",
    MURPH: "Murph 1 mile run, 100 pull-ups, 200 push-ups, 300 squats, 1 mile run",
}


def test_words_find_what_they_stand_in() -> None:
    """With room for what stands around them; small talk finds nothing."""
    assert lexical("what was Cindy again?", SHELF)[0] == CINDY
    assert lexical("good morning everybody", SHELF) == []


def test_what_stands_high_in_both_comes_first() -> None:
    """Reciprocal ranks: two good places beat one best."""
    assert fused([[FRAN, CINDY], [CINDY, MURPH]])[0] == CINDY
    assert fused([[], [MURPH]]) == [MURPH]
    assert fused([]) == []


def test_what_is_found_costs_few_words() -> None:
    """Grouped by type, each key ready to be an argument, long names cut and cleaned."""
    told = as_text([FRAN, Hit("class_type", "Yoga\u200b\nnow"), CINDY, Hit("member", "A" * 200)])
    assert told == f"workout “Fran”, “Cindy”; class type “Yoga now”; member “{'A' * 64}”"


@pytest.mark.parametrize(
    ("words", "needed"),
    [
        ("am I booked tomorrow?", ["bookings"]),
        ("how many visits left on my pack", ["membership"]),
        ("what did I do last workout", ["workout_history"]),
        ("switch everything to pounds", ["user_settings"]),
        ("until when can I cancel, what's the deadline?", ["gym_profile"]),
        ("book yoga tonight", []),
        ("hello", []),
    ],
)
def test_sources_are_chosen_by_what_is_asked(words: str, needed: list[str]) -> None:
    """Only what is asked for, and why."""
    chosen = choose_by_rules(words, offered(Place.PRIVATE))
    assert chosen.data_sources == needed
    assert chosen.reasoning


def test_a_place_is_offered_only_what_its_readers_may_see() -> None:
    """What is the person's own stays in their private chat."""
    assert set(offered(Place.OPEN)) == {"gym_profile"}
    assert "membership" not in offered(Place.STAFF)
    catalogue = {
        "user_profile", "category_goals", "muscle_goals", "active_preferences", "workout_history", "exercise_distribution",
        "user_settings", "running_plan", "nutrition_targets", "gym_profile",
    }  # fmt: skip
    assert catalogue <= set(sources())
