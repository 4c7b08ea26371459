"""What stands in the way of putting a class somewhere, and what people are told when one moves or is called off."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from core.clock import to_instant, to_local
from core.gym import timetable, wording
from core.gym.bookings import Booking, seats_between, seats_in
from core.gym.class_types import ClassType
from core.gym.classes import WEEKDAYS, ClassSeries, series_of
from core.gym.timetable import Occurrence
from core.i18n import _, marked
from core.people import Person

MINUTES = range(5, 601)
SPOTS = range(1, 1001)
NOT_MOVED = marked("{session} began at {time} and can't be moved any more. Nothing was changed.")
NOT_CANCELLED = marked("{session} began at {time} and can't be cancelled any more. Nothing was changed.")
NOT_CHANGED = marked("{session} began at {time} and can't be changed any more. Nothing was changed.")
CLASH_WEEKS = timedelta(weeks=4)


class Told(NamedTuple):
    """A message about a class, and what is said instead if it is taken back."""

    text: str
    correction: str


def planned(kind: ClassType, start: datetime, zone: str, minutes: int, spots: int, coach: Person | None) -> Occurrence:
    """A class as it would be on the timetable."""
    return Occurrence(
        class_type_id=kind.id,
        class_type=kind.name,
        local_start=to_local(to_instant(start, zone), zone),
        starts_at=to_instant(start, zone),
        minutes=minutes,
        spots=spots,
        coach_id=coach.id if coach else None,
        coach=coach.name if coach else None,
    )


def amiss(starts_at: datetime, minutes: int, spots: int, now: datetime) -> str:
    """What is wrong with a class's time, length or size, in words; nothing if all is well."""
    if starts_at <= now:
        return _("That time has already passed.")
    if minutes not in MINUTES:
        words = _("A class takes {least} to {most} minutes, not {minutes}.")
        return words.format(least=MINUTES.start, most=MINUTES.stop - 1, minutes=minutes)
    if spots not in SPOTS:
        words = _("A class has {least} to {most} spots, not {spots}.")
        return words.format(least=SPOTS.start, most=SPOTS.stop - 1, spots=spots)
    return ""


async def twin(db: AsyncSession, gym_id: int, zone: str, wanted: Occurrence) -> Occurrence | None:
    """A class of the same type at the same time, other than itself: the two could not be told apart."""
    day = wanted.local_start.date()
    on = await timetable.between(db, gym_id, zone, day, day)
    return next((o for o in on if o.key == wanted.key and not o.cancelled and not _same(o, wanted)), None)


async def clashes(db: AsyncSession, gym_id: int, zone: str, wanted: Occurrence) -> list[Occurrence]:
    """The coach's other classes at the time of a class."""
    day = wanted.local_start.date()
    near = await timetable.between(db, gym_id, zone, day - timedelta(days=1), day + timedelta(days=1))
    return [o for o in near if wanted.coach_id and not _same(o, wanted) and _takes(o, wanted)]


def _takes(o: Occurrence, wanted: Occurrence) -> bool:
    return o.coach_id == wanted.coach_id and not o.cancelled and o.overlaps(wanted.starts_at, wanted.minutes)


def _same(o: Occurrence, wanted: Occurrence) -> bool:
    if o.row_id is not None or wanted.row_id is not None:
        return o.row_id == wanted.row_id
    return o.series_id is not None and (o.series_id, o.original_local) == (wanted.series_id, wanted.original_local)


def clash_line(coach: str | None, others: Sequence[Occurrence]) -> str:
    """That a coach has something else at the time."""
    sessions = _(" and ").join(wording.class_at(o) for o in others)
    return _("{coach} has {sessions} at the same time.").format(coach=coach, sessions=sessions)


async def series_clashes(
    db: AsyncSession, gym_id: int, zone: str, rule: ClassSeries, kind: ClassType
) -> list[Occurrence]:
    """The coach's other classes at the times of a new series in its first weeks."""
    first = rule.from_date
    last = min(first + CLASH_WEEKS, rule.until_date or date.max)
    near = await timetable.between(db, gym_id, zone, first, last)
    minutes = rule.minutes or kind.minutes
    starts = [to_instant(s, zone) for s in timetable.starts_of(rule, first, last)]
    taken = (o for o in near if rule.coach_id and o.coach_id == rule.coach_id and not o.cancelled)
    return [o for o in taken if any(o.overlaps(s, minutes) for s in starts)]


async def same_series(db: AsyncSession, rule: ClassSeries) -> list[str]:
    """The days on which a series of the same type already runs at the same time."""
    running = await series_of(db, rule.gym_id, rule.class_type_id, rule.from_date)
    others = [s for s in running if s.time == rule.time and s.id != rule.id]
    overlapping = [s for s in others if rule.until_date is None or s.from_date <= rule.until_date]
    return [day for day in WEEKDAYS if day in rule.days and any(day in s.days for s in overlapping)]


async def booked_in(db: AsyncSession, occurrence: Occurrence) -> Sequence[tuple[Booking, Person]]:
    """Everyone with a seat in a class, with or without a row."""
    return await seats_in(db, occurrence.row_id) if occurrence.row_id else ()


async def would_overlap(db: AsyncSession, occurrence: Occurrence, moved: Occurrence) -> int:
    """How many of the people in a class have another one at its new time."""
    count = 0
    for _seat, person in await booked_in(db, occurrence):
        seats = await seats_between(db, person.id, moved.starts_at - timedelta(hours=24), moved.ends_at)
        others = [seat for seat in seats if seat.session_id != occurrence.row_id]
        count += any(moved.overlaps(seat.starts_at, seat.minutes) for seat in others)
    return count


def moved_to(occurrence: Occurrence, start: datetime, zone: str) -> Occurrence:
    """A class at another time."""
    starts_at = to_instant(start, zone)
    return replace(occurrence, local_start=to_local(starts_at, zone), starts_at=starts_at)


def cancelled_words(occurrence: Occurrence, zone: str, reason: str | None) -> Told:
    """What people in a cancelled class hear."""
    said = wording.class_in(occurrence, zone)
    words = (
        _("{session} is cancelled: {reason}. The visit is not counted.")
        if reason
        else _("{session} is cancelled. The visit is not counted.")
    )
    after_all = _("{session} takes place after all, and you have your seat as before.")
    return Told(words.format(session=said, reason=reason), after_all.format(session=said))


def moved_words(occurrence: Occurrence, moved: Occurrence, zone: str) -> Told:
    """What people in a moved class hear."""
    words = _("{session} is moved: it now starts {time}. Your seat moved with it; cancel it if that does not suit you.")
    after_all = _("{session} stays at its time after all, and you have your seat as before.")
    return Told(
        words.format(session=wording.class_at(occurrence), time=wording.at_in(moved.local_start, zone)),
        after_all.format(session=wording.class_in(occurrence, zone)),
    )


def with_coach(occurrence: Occurrence, coach: Person) -> Occurrence:
    """A class as another coach's."""
    return replace(occurrence, coach_id=coach.id, coach=coach.name)
