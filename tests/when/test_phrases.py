"""The talk of a gym about days and times, phrase by phrase, said on Friday 20 November 2026 at ten."""

from datetime import date, datetime

import pytest

from core.when.read import find, read
from core.when.value import When

FRIDAY = datetime(2026, 11, 20, 10, 0)
TUESDAY = datetime(2026, 11, 17, 10, 0)


def the(text: str, at: datetime = FRIDAY) -> When:
    """The reading of a text that must have one."""
    when = read(text, at)
    assert when is not None, text
    return when


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("tmrw 1pm", "2026-11-21T13:00"),
        ("13h", "2026-11-20T13:00"),
        ("15h30", "2026-11-20T15:30"),
        ("at 1830", "2026-11-20T18:30"),
        ("crossfit thu 18.30", "2026-11-26T18:30"),
        ("6ish", "2026-11-20T18:00"),
        ("half past 3 pm", "2026-11-20T15:30"),
        ("quarter to noon", "2026-11-20T11:45"),
        ("midnight", "2026-11-21T00:00"),
        ("half three", "2026-11-20T15:30"),
        ("at three twenty", "2026-11-20T15:20"),
        ("six pm", "2026-11-20T18:00"),
        ("6 in the morning", "2026-11-21T06:00"),
        ("tonight at 8", "2026-11-20T20:00"),
        ("in 45 min", "2026-11-20T10:45"),
        ("friday's 6pm crossfit", "2026-11-20T18:00"),
        ("tuesday the week after next at 6pm", "2026-12-01T18:00"),
        ("the friday 7am class", "2026-11-27T07:00"),
        ("26.11. 18 Uhr", "2026-11-26T18:00"),
        ("2026-11-18T13:00", "2026-11-18T13:00"),
        ("morgen um 18 Uhr", "2026-11-21T18:00"),
        ("mañana a las 7", "2026-11-21T07:00"),
        ("demain 18h", "2026-11-21T18:00"),
        ("Tue 24 November 18:00", "2026-11-24T18:00"),
        ("24.11. 18:00", "2026-11-24T18:00"),
        ("6pm on nov 24", "2026-11-24T18:00"),
        ("wendesday 7pm", "2026-11-25T19:00"),
        ("tommorow 6pm", "2026-11-21T18:00"),
    ],
)
def test_a_clock_time_is_read_to_its_minute(text: str, start: str) -> None:
    """One instant with its day, whatever the notation or the typo."""
    when = the(text)
    assert (when.kind, when.start) == ("instant", datetime.fromisoformat(start))
    assert when.time_said


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("26.11.", "2026-11-26", "2026-11-26"),
        ("26/11", "2026-11-26", "2026-11-26"),
        ("the 26th", "2026-11-26", "2026-11-26"),
        ("nov 26th", "2026-11-26", "2026-11-26"),
        ("day after tomorrow", "2026-11-22", "2026-11-22"),
        ("in 2 weeks", "2026-12-04", "2026-12-04"),
        ("a week from friday", "2026-12-04", "2026-12-04"),
        ("friday week", "2026-12-04", "2026-12-04"),
        ("yesterday", "2026-11-19", "2026-11-19"),
        ("this week", "2026-11-16", "2026-11-22"),
        ("next week", "2026-11-23", "2026-11-29"),
        ("the week after next", "2026-11-30", "2026-12-06"),
        ("this weekend", "2026-11-21", "2026-11-22"),
        ("last month", "2026-10-01", "2026-10-31"),
        ("end of the month", "2026-11-21", "2026-11-30"),
        ("the rest of the week", "2026-11-20", "2026-11-22"),
        ("last 30 days", "2026-10-21", "2026-11-19"),
        ("past two weeks", "2026-11-06", "2026-11-19"),
        ("from 24 to 31 dec", "2026-12-24", "2026-12-31"),
        ("dec 24-31", "2026-12-24", "2026-12-31"),
        ("24.12.-31.12.", "2026-12-24", "2026-12-31"),
        ("monday to friday", "2026-11-23", "2026-11-27"),
        ("saterday", "2026-11-21", "2026-11-21"),
        ("christmas eve", "2026-12-24", "2026-12-24"),
        ("übermorgen", "2026-11-22", "2026-11-22"),
    ],
)
def test_days_and_spans_of_days_have_an_inclusive_last_day(text: str, first: str, last: str) -> None:
    """`covers_days` gives both ends, whole weeks and months included."""
    when = the(text)
    assert when.covers_days() == (date.fromisoformat(first), date.fromisoformat(last))
    assert when.date_said
    assert not when.time_said


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("open gym on tomorrow 13:00-14:00", "2026-11-21T13:00", "2026-11-21T14:00"),
        ("next tue 6-7pm", "2026-11-24T18:00", "2026-11-24T19:00"),
        ("9-11am sunday", "2026-11-22T09:00", "2026-11-22T11:00"),
        ("from 9a to 11a on mon", "2026-11-23T09:00", "2026-11-23T11:00"),
        ("18-19h", "2026-11-20T18:00", "2026-11-20T19:00"),
        ("11-1pm tomorrow", "2026-11-21T11:00", "2026-11-21T13:00"),
        ("18.00-19.00", "2026-11-20T18:00", "2026-11-20T19:00"),
        ("mon 30 nov 18:30 for 45 min", "2026-11-30T18:30", "2026-11-30T19:15"),
        ("in the last hour", "2026-11-20T09:00", "2026-11-20T10:00"),
    ],
)
def test_a_range_of_the_clock_ends_as_spoken(text: str, start: str, end: str) -> None:
    """Where only the end says its half of the day, the start follows it."""
    when = the(text)
    assert (when.kind, when.start, when.end) == ("interval", datetime.fromisoformat(start), datetime.fromisoformat(end))


@pytest.mark.parametrize(
    ("text", "rule", "start"),
    [
        ("every mon/wed/fri 6am", "FREQ=WEEKLY;BYDAY=MO,WE,FR;BYHOUR=6;BYMINUTE=0", "2026-11-23T06:00"),
        ("mondays and wednesdays at 18:00", "FREQ=WEEKLY;BYDAY=MO,WE;BYHOUR=18;BYMINUTE=0", "2026-11-23T18:00"),
        ("every weekday 7am", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=7;BYMINUTE=0", "2026-11-23T07:00"),
        ("mon-fri 6am", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=6;BYMINUTE=0", "2026-11-23T06:00"),
        ("every other tuesday", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "2026-11-24T00:00"),
        ("weekends", "FREQ=WEEKLY;BYDAY=SA,SU", "2026-11-21T00:00"),
        ("daily at 18:00", "FREQ=DAILY;BYHOUR=18;BYMINUTE=0", "2026-11-20T18:00"),
        ("every sunday 10am starting 6 dec", "FREQ=WEEKLY;BYDAY=SU;BYHOUR=10;BYMINUTE=0", "2026-12-06T10:00"),
    ],
)
def test_a_recurrence_gives_its_rule_and_first_occurrence(text: str, rule: str, start: str) -> None:
    """The rule is RFC 5545; the start is the first occurrence still to come."""
    when = the(text)
    assert (when.kind, when.rule, when.start) == ("recurring", rule, datetime.fromisoformat(start))


def test_next_weekday_is_the_one_of_next_week() -> None:
    """ "Next Tuesday" on a Tuesday is a week on; "next Wednesday" on a Tuesday is not tomorrow."""
    assert the("next tuesday", TUESDAY).start.date() == date(2026, 11, 24)
    assert the("next wednesday", TUESDAY).start.date() == date(2026, 11, 25)
    assert the("wednesday", TUESDAY).start.date() == date(2026, 11, 18)


def test_a_bare_weekday_is_today_only_with_a_time_still_ahead() -> None:
    """On a Friday, "friday" alone is the coming one, "friday 6pm" is tonight."""
    assert the("friday").start.date() == date(2026, 11, 27)
    assert the("friday 6pm").start == datetime(2026, 11, 20, 18)
    assert the("friday 7am").start == datetime(2026, 11, 27, 7)
    assert the("this friday").start.date() == date(2026, 11, 20)


def test_a_bare_hour_leaves_the_half_of_the_day_open() -> None:
    """`either_half` is for the timetable to settle; am, pm, a 24-hour sign or a part of the day settle it here."""
    assert the("tomorrow at 7").either_half
    for text in ("tomorrow 7pm", "tomorrow 19:00", "tomorrow 07:00", "tomorrow evening at 7"):
        assert not the(text).either_half, text


def test_a_part_of_the_day_is_kept_by_name() -> None:
    """The part lets classes use their own limits; start and end are the calculator's."""
    tomorrow = the("book crossfit tomorrow evening")
    assert (tomorrow.part, tomorrow.start, tomorrow.time_said) == ("evening", datetime(2026, 11, 21, 18), False)
    assert the("tonite").part == "evening"
    assert the("class after lunch").part == "afternoon"


@pytest.mark.parametrize(
    ("text", "side", "start", "end"),
    [
        ("after 5pm", "after", "2026-11-20T17:00", None),
        ("friday after 5pm", "after", "2026-11-20T17:00", None),
        ("until 3 dec", "before", "2026-11-20T10:00", "2026-12-04T00:00"),
        ("before 9am tomorrow", "before", "2026-11-20T10:00", "2026-11-21T09:00"),
        ("since monday", "after", "2026-11-16T00:00", "2026-11-20T10:00"),
    ],
)
def test_an_open_end_says_on_which_side_it_is_open(text: str, side: str, start: str, end: str | None) -> None:
    """A whole day after "until" is included."""
    when = the(text)
    expected = datetime.fromisoformat(end) if end else None
    assert (when.open, when.start, when.end) == (side, datetime.fromisoformat(start), expected)


@pytest.mark.parametrize(
    "text",
    [
        "5x5",
        "make it 20 spots",
        "3 rounds - 200m run, 30 double-unders",
        "10 people",
        "60 min",
        "amrap 20 min: 10 burpees",
        "21-15-9 thrusters and pull-ups",
        "fran in 4:23",
        "i ran 5k in 24:30",
        "pain 7/10",
        "5/3/1 cycle",
        "3/4 squat 5 reps",
        "rpe 8.5",
        "bench 82.5 x 5 x 3",
        "squat at 100kg",
        "at 60%",
        "the second one",
        "the 2nd class",
        "option 2",
        "may i join",
        "hey can i march in",
        "good morning",
        "first",
        "three a week",
        "my pin is 1830",
        "call 0170 1234567",
        "weekly plan",
        "monthly membership",
        "31 feb",
        "30.2.",
        "",
        "   ",
        "🏋️",
        "5-10 people",
        "the sun",
    ],
)
def test_numbers_and_words_that_are_no_times_stay_out(text: str) -> None:
    """Sets, weights, scores, counts, greetings and dates that do not exist give nothing."""
    assert find(text, FRIDAY) == []


def test_two_moments_in_a_message_are_two_spans() -> None:
    """The spans come in order with their offsets in the original text."""
    text = "move Friday's 6pm crossfit to 7pm"
    spans = find(text, FRIDAY)
    assert [span.text for span in spans] == ["Friday's 6pm", "7pm"]
    assert all(text[span.start : span.end] == span.text for span in spans)


def test_the_day_comes_first_unless_the_gym_says_otherwise() -> None:
    """5/12 follows `day_first`; 2/15 can only be read one way."""
    ours, theirs = read("on 5/12", FRIDAY), read("on 5/12", FRIDAY, day_first=False)
    assert ours is not None
    assert theirs is not None
    assert (ours.start.date(), theirs.start.date()) == (date(2026, 12, 5), date(2027, 5, 12))
    assert the("2/15").start.date() == date(2027, 2, 15)


def test_not_seen_for_weeks_looks_back() -> None:
    """ "Hasn't trained in 2 weeks" is the two weeks up to today."""
    assert the("who hasn't trained in 2 weeks").covers_days() == (date(2026, 11, 6), date(2026, 11, 20))
