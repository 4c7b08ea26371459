"""What a short line keeps of a long text."""

import pytest

from core.agent.gist import gist

CHATTER = "Well, that is what I have been thinking about for quite a while, and it is not easy to put into words. "
FILLER = "and so it goes on and on without anything that somebody would want to know later, "


@pytest.mark.parametrize(
    "fact",
    [
        "My knee hurts since 4 April.",
        "I train with Carla Reyes now.",
        "My phone is 0171 555.",
        "I can come on saturdays.",
    ],
)
def test_facts_later_in_a_text_are_kept_before_chatter(fact: str) -> None:
    """Figures, dates and names, wherever they stand."""
    kept = gist(CHATTER * 4 + fact + " " + CHATTER, 240)
    assert fact in kept
    assert len(kept) <= 240


def test_a_long_sentence_is_kept_in_its_clauses() -> None:
    """Without a full stop the clause that tells something is found all the same."""
    assert "my squat is at 110 kg," in gist(FILLER * 5 + "my squat is at 110 kg, " + FILLER * 3, 240)


def test_what_is_kept_stays_in_its_order() -> None:
    """And dots stand where something was left out."""
    kept = gist(f"I weigh 82 kg. {CHATTER * 3}I squat 110 kg. {CHATTER}", 60)
    assert kept == "I weigh 82 kg. … I squat 110 kg. …"


@pytest.mark.parametrize("text", ["short", "", "x" * 500, "two\nlines  here"])
def test_a_short_text_stays_and_one_word_is_cut(text: str) -> None:
    """On one line."""
    assert gist(text, 240) == (" ".join(text.split()) if len(text) < 240 else "x" * 239 + "…")
