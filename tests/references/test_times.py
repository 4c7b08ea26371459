"""Times in words beside a class, and as they are written."""

from datetime import datetime

import pytest

from core.references._past import behind
from core.references.times import ClockReader, DaysReader, WhenReader, clocks, meant, written

NOW = datetime(2026, 11, 17, 9, 0)


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("tomorrow 13:00", "2026-11-18T13:00"),
        ("thursday", "2026-11-19"),
        ("this week", {"from": "2026-11-16", "to": "2026-11-22"}),
        ("2026-11-20T18:00", "2026-11-20T18:00"),
        ("2026-11-20", "2026-11-20"),
        ({"from": "2026-11-20", "to": "2026-11-22"}, {"from": "2026-11-20", "to": "2026-11-22"}),
        ("until 19 december", "2026-12-19"),
    ],
)
def test_a_time_is_written_in_full(words: object, shown: object) -> None:
    """Words and ISO values lead to the same canonical form."""
    assert [written(when) for when in meant(words, NOW)] == [shown]


def test_a_bare_hour_may_be_either_half_of_the_day() -> None:
    """ "At 7" is asked about; "at 3" can only be the afternoon."""
    assert [written(w) for w in meant("tomorrow at 7", NOW)] == ["2026-11-18T07:00", "2026-11-18T19:00"]
    assert [written(w) for w in meant("tomorrow at 3", NOW)] == ["2026-11-18T15:00"]


def test_a_move_keeps_the_day_and_the_half_of_the_class() -> None:
    """What was not said of the target is as it was."""
    yoga = datetime(2026, 11, 19, 19, 30)
    assert [written(w) for w in meant("at 8", NOW, yoga)] == ["2026-11-19T20:00"]
    assert [written(w) for w in meant("half an hour later", NOW, yoga)] == ["2026-11-19T20:00"]
    assert [written(w) for w in meant("saturday 18:00", NOW, yoga)] == ["2026-11-21T18:00"]
    assert [written(w) for w in meant("the day after", NOW, yoga)] == ["2026-11-20T19:30"]
    assert [written(w) for w in meant("the following day at 18:00", NOW, yoga)] == ["2026-11-20T18:00"]
    assert [written(w) for w in meant("next week", NOW, yoga)] == ["2026-11-26T19:30"]
    assert [written(w) for w in meant("next week at 7pm", NOW, yoga)] == ["2026-11-26T19:00"]
    assert [written(w) for w in meant("next week saturday at 7pm", NOW, yoga)] == ["2026-11-28T19:00"]
    assert [written(w) for w in meant("the day after that at 8", NOW, yoga)] == ["2026-11-20T20:00"]
    assert [written(w) for w in meant("the day after", NOW)] == ["2026-11-18"]


def test_a_date_that_is_asked_of_what_has_happened_is_the_one_that_is_past() -> None:
    """ "Who did what on 16.11." on the 17th means yesterday."""
    (day,) = meant("16.11.", NOW)
    assert written(behind(day, "16.11.", NOW)) == "2026-11-16"
    (named,) = meant("16.11.2027", NOW)
    assert written(behind(named, "16.11.2027", NOW)) == "2027-11-16"
    (short,) = meant("18.11.26", NOW)
    assert written(behind(short, "18.11.26", NOW)) == "2026-11-18"


def test_a_range_of_hours_also_gives_its_minutes() -> None:
    """ "13:00-14:00" is a start and sixty minutes."""
    spans = WhenReader(NOW).spans("put open gym on tomorrow 13:00-14:00")
    assert [span.extra for span in spans if span.sure == 1.0] == [{"minutes": 60}]


def test_the_days_of_a_series_are_read_with_their_time() -> None:
    """ "every mon/wed/fri 6am" is three days and a time."""
    (span,) = DaysReader(NOW).spans("engine every mon/wed/fri 6am until 19 december")
    assert span.words == ["Mon", "Wed", "Fri"]
    assert span.extra["time"] == "06:00"


def test_times_of_the_clock_are_read_one_by_one() -> None:
    """Quiet hours have two of them."""
    assert [s.words for s in ClockReader().spans("quiet hours from 22:00 to 07:00")] == ["22:00", "07:00"]
    assert [t.strftime("%H:%M") for t in clocks("10pm", NOW)] == ["22:00"]


@pytest.mark.parametrize(
    ("words", "starts"),
    [
        ("saturday at 11", ["2026-11-28T11:00"]),
        ("sat 11-12", ["2026-11-28T11:00"]),
        ("at 11", ["2026-11-22T11:00"]),
        ("today at 11", ["2026-11-21T11:00"]),
        ("today at 9", ["2026-11-21T21:00"]),
        ("saturday at 6", ["2026-11-21T18:00"]),
        ("tomorrow at 9", ["2026-11-22T09:00", "2026-11-22T21:00"]),
    ],
)
def test_an_hour_that_has_passed_is_the_next_one(words: str, starts: list[str]) -> None:
    """Said on Saturday 21 November at noon; "today" stays today."""
    assert [f"{when.start:%Y-%m-%dT%H:%M}" for when in meant(words, datetime(2026, 11, 21, 12, 0))] == starts


@pytest.mark.parametrize(("words", "days"), [
    ("mon, wed and fri", "Mon Wed Fri"), ("Tuesday & Thursday", "Tue Thu"), ("only saturday", "Sat"),
    ("mon-fri", "Mon Tue Wed Thu Fri"), ("Monday through Friday.", "Mon Tue Wed Thu Fri"),
    ("sat to mon", "Mon Sat Sun"), ("tues, thurs at 6pm", "Tue Thu"),
])  # fmt: skip
def test_days_alone_are_the_days_of_a_series(words: str, days: str) -> None:
    """What somebody answers who was asked for them."""
    (span,) = DaysReader(NOW).spans(words)
    assert span.words == days.split()
    assert (span.start, span.end) == (0, len(words))


@pytest.mark.parametrize("words", ["monday yoga", "what's on monday and tuesday", "sunny", "wedding, friday", "6pm"])
def test_days_among_other_words_are_no_series(words: str) -> None:
    """Those are a class or a day."""
    assert DaysReader(NOW).spans(words) == []
