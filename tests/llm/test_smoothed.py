"""A message is read without what gets in the way: a pause, who speaks, an hour that no longer holds, bare figures."""

from collections.abc import Sequence

import pytest

from core.llm.contract import Span
from core.llm.phrases.smoothed import smoothed


class Marta:
    """Finds one name."""

    def spans(self, text: str) -> Sequence[Span]:
        at = text.find("marta")
        return [Span(at, at + 5, "marta")] if at >= 0 else []


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("wait what did i sign up for", "what did i sign up for"),
        ("hi its marta, i wanna do crossfit", "i wanna do crossfit"),
        ("this is marta here - cancel my yoga", "cancel my yoga"),
        ("kids should start at 10.30 instead of 11 pls", "kids should start at 10.30 pls"),
        ("shift me from the 1800 to the 1900 tonight", "shift me from the 18:00 to the 19:00 tonight"),
    ],
)
def test_what_gets_in_the_way_is_taken_out(text: str, read: str) -> None:
    """Word for word as it is read then."""
    assert smoothed(text, Marta()) == read


@pytest.mark.parametrize(
    "text",
    [
        "wait for me",
        "its full, put me on the list",
        "put me in the 7pm instead of the 6pm",
        "create a workout: run 400 at 1000 pace, 10 burpees",
        "row the 1500",
        "note for marta: back at 1830",
        "note for marta: should start at 10 instead of 20",
        "marta's phone number is to 1845",
        "set the fee to 1500",
        "it's marta, book her into yoga",
    ],
)
def test_what_has_a_meaning_stays(text: str) -> None:
    """Somebody's words, metres, and the class that is left."""
    assert smoothed(text, Marta()) == text
