"""What holds for every text and every moment."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.when.calculate import calc
from core.when.read import find, read
from core.when.words import bag

MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)).map(lambda at: at.replace(second=0, microsecond=0))
WORDS = st.sampled_from(
    bag(
        "every mon tue/thu friday next this last week weekend month 6 7pm 18:30 6-7pm 13h at on in from "
        "to until between and "
        "the of end 26th second half past quarter noon morning tonight for 2 hours days nov 31 2026 "
        "24.12. 5/12 - , ago before "
        "after since now gmt 99999999 a few other yesterday christmas 400 years rest later or starting . day"
    )
)
TALK = st.lists(WORDS, max_size=12).map(" ".join)


@given(st.text(max_size=200), MOMENTS)
def test_no_text_makes_the_reader_raise(text: str, at: datetime) -> None:
    """Anything that can be typed is read or left alone."""
    find(text, at)
    assert "kind" in calc(text, at) or "error" in calc(text, at)


@given(TALK, st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31)))
def test_spans_lie_in_the_text_and_do_not_overlap(text: str, at: datetime) -> None:
    """In order, each one the text between its offsets, ends never before starts, at any moment of the calendar."""
    reached = 0
    for span in find(text, at):
        assert reached <= span.start < span.end <= len(text)
        assert text[span.start : span.end] == span.text
        assert span.when.end is None or span.when.end >= span.when.start
        first, last = span.when.covers_days()
        assert first <= last
        reached = span.end


FORMATS = (
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M",
    "%d.%m.%Y %H:%M",
    "%A, %d %B %Y at %H:%M",
    "%d %b %Y %H:%M",
    "%B %d, %Y %I:%M %p",
    "%I:%M%p on %d %B %Y",
    "%H:%M %d/%m/%Y",
)
SHORT_FORMATS = ("%a %d %B %H:%M", "%d.%m. %H:%M", "%b %d at %H:%M", "%I:%M %p on %b %d")


@given(MOMENTS, MOMENTS, st.sampled_from(FORMATS))
def test_a_written_date_and_time_is_read_back(moment: datetime, at: datetime, style: str) -> None:
    """A full date says the same whenever it is said."""
    when = read(moment.strftime(style), at)
    assert when is not None
    assert (when.kind, when.date_said, when.time_said) == ("instant", True, True)
    assert when.start in (moment, moment.replace(hour=(moment.hour + 12) % 24) if when.either_half else moment)


@given(MOMENTS, st.integers(1, 300), st.integers(13, 23), st.integers(0, 59), st.sampled_from(SHORT_FORMATS))
def test_a_date_without_a_year_is_the_coming_one(at: datetime, ahead: int, hour: int, minute: int, style: str) -> None:
    """What is said within a year before it is read back without its year."""
    moment = datetime.fromordinal(at.toordinal() + ahead).replace(hour=hour, minute=minute)
    when = read(moment.strftime(style), at)
    assert when is not None
    assert when.start == moment


@contextmanager
def process_zone(zone: str) -> Iterator[None]:
    """The process as if started in a zone."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = zone
    time.tzset()
    try:
        yield
    finally:
        os.environ.pop("TZ")
        if before is not None:
            os.environ["TZ"] = before
        time.tzset()


@given(TALK, MOMENTS)
def test_the_machines_zone_changes_nothing(text: str, at: datetime) -> None:
    """The moment said is the only clock."""
    readings = []
    for zone in ("UTC", "Pacific/Kiritimati", "America/Los_Angeles"):
        with process_zone(zone):
            readings.append(find(text, at))
    assert readings[0] == readings[1] == readings[2]


@pytest.mark.parametrize("piece", ["monday ", "the ", "in the at ", "5 past 6-7pm ", "every ", "- / , ", "1 ", "nov "])
def test_a_very_long_message_is_read_in_time_that_grows_with_its_length(piece: str) -> None:
    """20,000 characters of the worst words cost no more than a few times twice 10,000."""
    text = piece * (20_000 // len(piece))

    def cost(size: int) -> float:
        begin = time.process_time()
        find(text[:size], datetime(2026, 11, 20, 10))
        return time.process_time() - begin

    assert min(cost(20_000) for _ in range(3)) < 6 * min(cost(10_000) for _ in range(3)) + 0.5
