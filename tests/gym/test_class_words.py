"""How people speak of classes, read into what is sought and matched with a timetable."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.agent.reference import Focus
from core.agent.tools import Thing
from core.clock import to_instant
from core.gym.timetable import Occurrence
from core.references._class_choice import View, kept_half, meant, target
from core.references._class_names import ClassNames, names_of
from core.references._class_words import sought_in
from core.references.classes import SessionReader

ZONE = "Europe/Berlin"
NOW = datetime.fromisoformat("2026-11-17T09:00")  # a Tuesday
TYPES = ("CrossFit", "Olympic Lifting", "Open Gym", "Engine", "Yoga", "Mobility", "Kids")
NAMES: ClassNames = names_of(
    TYPES, [(1, "Carla Reyes", "carla"), (2, "Marcus Hale", "marcus"), (3, "Priya Nair", "priya")]
)
VIEW = View(to_instant(NOW, ZONE))


def week(first: str, days: int = 14) -> list[Occurrence]:
    """CrossFit at 6, 7, 17, 18 and 19 and yoga at 19:30 on every day."""
    on = []
    for day in range(days):
        start = datetime.fromisoformat(first) + timedelta(days=day)
        for hour in (6, 7, 17, 18, 19):
            on.append(_class("CrossFit", start + timedelta(hours=hour), 2 if hour < 8 else 1))
        on.append(_class("Yoga", start + timedelta(hours=19, minutes=30), 3))
    return on


def _class(name: str, start: datetime, coach: int) -> Occurrence:
    return Occurrence(TYPES.index(name), name, start, to_instant(start, ZONE), 60, 10, coach)


ON = week("2026-11-17")


def keys(text: str, view: View = VIEW) -> list[str]:
    """The classes that a text means."""
    return [o.key for o in meant(sought_in(text, NAMES, NOW), ON, view)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("crossfit tomorrow 6pm", ["CrossFit 2026-11-18T18:00"]),
        ("6pm xfit tmrw", ["CrossFit 2026-11-18T18:00"]),
        ("cf tomorrow at 5", ["CrossFit 2026-11-18T17:00"]),
        ("cf tomorrow at 6", ["CrossFit 2026-11-18T06:00", "CrossFit 2026-11-18T18:00"]),
        ("crossfit tomorrow morning", ["CrossFit 2026-11-18T06:00", "CrossFit 2026-11-18T07:00"]),
        ("tonight's 6pm crossfit", ["CrossFit 2026-11-17T18:00"]),
        (
            "crossfit tonight",
            ["CrossFit 2026-11-17T17:00", "CrossFit 2026-11-17T18:00", "CrossFit 2026-11-17T19:00"],
        ),
        ("the next yoga", ["Yoga 2026-11-17T19:30"]),
        ("yga thursday", ["Yoga 2026-11-19T19:30"]),
        ("yoga on the 26th", ["Yoga 2026-11-26T19:30"]),
        ("the 7pm", ["CrossFit 2026-11-17T19:00"]),
        ("crossfit with marcus tomorrow", ["CrossFit 2026-11-18T06:00", "CrossFit 2026-11-18T07:00"]),
        ("priya's class on friday", ["Yoga 2026-11-20T19:30"]),
        ("priyas class on friday", ["Yoga 2026-11-20T19:30"]),
        ("crossfit today at 7 in the morning", []),
    ],
)
def test_words_mean_classes(text: str, expected: list[str]) -> None:
    """Type, day, time and coach in any order; what has begun does not count."""
    assert keys(text) == expected


def test_without_a_day_the_next_few_are_meant() -> None:
    """Nothing is guessed: the nearest are asked about."""
    assert len(keys("yoga")) == 6
    assert keys("yoga")[0] == "Yoga 2026-11-17T19:30"


def test_ones_own_booking_decides_only_if_exactly_one_fits() -> None:
    """Two of one's own are asked about with all the others."""
    one = replace(VIEW, mine=frozenset({"CrossFit 2026-11-18T18:00"}))
    two = replace(VIEW, mine=frozenset({"CrossFit 2026-11-18T18:00", "CrossFit 2026-11-18T06:00"}))
    assert keys("crossfit tomorrow", one) == ["CrossFit 2026-11-18T18:00"]
    assert len(keys("crossfit tomorrow", two)) == 5


def test_the_next_class_of_somebody_is_the_first_they_are_booked_into() -> None:
    """However many they are booked into, and whatever else the gym puts on before."""
    two = replace(VIEW, mine=frozenset({"CrossFit 2026-11-20T18:00", "Yoga 2026-11-19T19:30"}))
    assert keys("my next class", two) == ["Yoga 2026-11-19T19:30"]
    assert keys("my next crossfit", two) == ["CrossFit 2026-11-20T18:00"]
    assert keys("the next yoga", VIEW) == ["Yoga 2026-11-17T19:30"]


def test_a_coachs_own_class_is_the_one_they_give() -> None:
    """ "my 6pm" narrows to the speaker's classes."""
    assert keys("my 7pm today", replace(VIEW, coach_id=3)) == ["CrossFit 2026-11-17T19:00"]
    assert keys("my classes today", replace(VIEW, coach_id=3)) == ["Yoga 2026-11-17T19:30"]


def test_a_cancelled_class_is_meant_only_if_nothing_else_is() -> None:
    """So that the answer can say that it is cancelled."""
    off = [replace(o, status="cancelled") if o.key == "Yoga 2026-11-19T19:30" else o for o in ON]
    assert [o.key for o in meant(sought_in("yoga thursday", NAMES, NOW), off, VIEW)] == ["Yoga 2026-11-19T19:30"]
    assert len(meant(sought_in("yoga this week", NAMES, NOW), off, VIEW)) == 5


def test_a_target_keeps_what_was_not_said() -> None:
    """The type and the day for a time, the time for a day, the half of the day for a bare hour."""
    base = [next(o for o in ON if o.key == "CrossFit 2026-11-19T18:00")]

    def to(text: str) -> list[str]:
        wanted = target(sought_in(text, NAMES, NOW), base)
        return [o.key for o in kept_half(meant(wanted, ON, VIEW), wanted, base)]

    assert to("at 7") == ["CrossFit 2026-11-19T19:00"]
    assert to("7am") == ["CrossFit 2026-11-19T07:00"]
    assert to("saturday") == ["CrossFit 2026-11-21T18:00"]
    assert to("yoga saturday") == ["Yoga 2026-11-21T19:30"]


@pytest.mark.parametrize("text", ["every monday 6am", "yoga every tuesday and thursday at 7am"])
def test_what_happens_every_week_is_no_single_class(text: str) -> None:
    """A series is not read as a time of one class."""
    found = SessionReader(NAMES, Focus(), NOW).spans(text)
    assert all("every" not in str(s.words) for s in found)


def test_it_means_the_class_that_was_talked_about() -> None:
    """A pronoun stands for the newest class, and for nothing without one."""
    focus = Focus(things=(Thing("session", "Yoga 2026-11-19T19:30"),))
    assert [s.words for s in SessionReader(NAMES, focus, NOW).spans("make it 20 spots")] == ["Yoga 2026-11-19T19:30"]
    assert not list(SessionReader(NAMES, Focus(), NOW).spans("make it so"))


@given(st.text(max_size=80))
def test_any_text_is_read_without_fault(text: str) -> None:
    """Spans lie inside the text and are ordered pairs."""
    for span in SessionReader(NAMES, Focus(), NOW).spans(text):
        assert 0 <= span.start < span.end <= len(text)
