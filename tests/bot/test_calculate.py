"""`calc`: values in, one object out, and words instead of tracebacks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.calculate import LATER, calculate, calculate_line


def test_a_time_and_a_workout_are_read() -> None:
    """The two kinds that are there answer with their structure."""
    assert calculate("when", {"text": "tomorrow 6pm", "at": "2026-11-20T10:00"})["start"] == "2026-11-21T18:00:00"
    assert calculate("wod", {"text": "3 rounds - 200m run, 30 double-unders"})["rounds"] == 3


@pytest.mark.parametrize("kind", LATER)
def test_a_kind_that_is_to_come_says_so(kind: str) -> None:
    """No kind of the list answers with a guess."""
    assert "not there yet" in calculate(kind, {})["error"]


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("when", "x"),
        ("when", "[]"),
        ("when", '{"text": 5}'),
        ("when", '{"text": "tomorrow", "at": "soon"}'),
        ("when", '{"text": "tomorrow", "at": "2026-11-20T10:00", "zone": "Mars"}'),
        ("when", '{"words": "tomorrow"}'),
        ("wod", '{"text": "5 pullups", "unit": "stone"}'),
        ("wod", "{}"),
        ("horoscope", "{}"),
    ],
)
def test_what_cannot_be_computed_is_told_in_words(kind: str, line: str) -> None:
    """A bad line is an object with an error, and nothing else."""
    found = calculate_line(kind, line)
    assert list(found) == ["error"]
    assert found["error"]


def test_a_time_without_a_moment_asks_for_one() -> None:
    """Tomorrow is nothing without a today: the words say what to give and how."""
    assert calculate("when", {"text": "tomorrow 6pm"})["error"] == (
        "There is no moment to reckon from; give the local time with at=…, like at=2026-11-20T10:00"
    )


@given(st.sampled_from(["when", "wod"]), st.text(max_size=200), st.text(max_size=20))
def test_no_text_whatever_is_a_traceback(kind: str, text: str, at: str) -> None:
    """Any words give an object."""
    values = {"text": text, "at": at} if kind == "when" else {"text": text}
    assert "the log has the details" not in calculate(kind, values).get("error", "")
