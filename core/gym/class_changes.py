"""What stands in the way of putting a class somewhere, and what people are told when one moves or is called off."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from core.clock import to_instant
from core.gym import timetable, wording
from core.gym.bookings import Booking, seats_between, seats_in
from core.gym.class_types import ClassType
from core.gym.classes import WEEKDAYS, ClassSeries, series_of
from core.gym.timetable import Occurrence
from core.people import Person

MINUTES = range(5, 601)
SPOTS = range(1, 1001)
CLASH_WEEKS = timedelta(weeks=4)


@dataclass(frozen=True)
class Told:
    """A message about a class, and what is said instead if it is taken back."""

    text: str
    correction: str


def planned(kind: ClassType, start: datetime, zone: str, minutes: int, spots: int, coach: Person | None) -> Occurrence:
    """A class as it would be on the timetable."""
    return Occurrence(
        class_type_id=kind.id,
        class_type=kind.name,
        local_start=start,
        starts_at=to_instant(start, zone),
        minutes=minutes,
        spots=spots,
        coach_id=coach.id if coach else None,
        coach=coach.name if coach else None,
    )


def amiss(starts_at: datetime, minutes: int, spots: int, now: datetime) -> str:
    """What is wrong with a class's time, length or size, in words; nothing if all is well."""
    if starts_at <= now:
        return "That time has already passed."
    if minutes not in MINUTES:
        return f"A class takes {MINUTES.start} to {MINUTES.stop - 1} minutes, not {minutes}."
    if spots not in SPOTS:
        return f"A class has {SPOTS.start} to {SPOTS.stop - 1} spots, not {spots}."
    return ""


async def twin(db: AsyncSession, gym_id: int, zone: str, wanted: Occurrence) -> Occurrence | None:
    """A class of the same type at the same time, other than itself: the two could not be told apart."""
    found = await timetable.find_key(db, gym_id, zone, wanted.key)
    return None if found is None or found.cancelled or _same(found, wanted) else found


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
    return f"{coach} has {' and '.join(wording.class_at(o) for o in others)} at the same time."


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
    others = [s for s in await series_of(db, rule.gym_id, rule.class_type_id, rule.from_date) if s.time == rule.time]
    overlapping = [s for s in others if rule.until_date is None or s.from_date <= rule.until_date]
    return [day for day in WEEKDAYS if day in rule.days and any(day in s.days for s in overlapping)]


async def booked_in(db: AsyncSession, occurrence: Occurrence) -> Sequence[tuple[Booking, Person]]:
    """Everyone with a seat in a class, with or without a row."""
    return await seats_in(db, occurrence.row_id) if occurrence.row_id else ()


async def would_overlap(db: AsyncSession, occurrence: Occurrence, moved: Occurrence) -> int:
    """How many of the people in a class have another one at its new time."""
    count = 0
    for _, person in await booked_in(db, occurrence):
        rows = await seats_between(db, person.id, moved.starts_at - timedelta(hours=24), moved.ends_at)
        others = [row for _, row in rows if row.id != occurrence.row_id]
        count += any(moved.overlaps(row.starts_at, row.minutes) for row in others)
    return count


def moved_to(occurrence: Occurrence, start: datetime, zone: str) -> Occurrence:
    """A class at another time."""
    return replace(occurrence, local_start=start, starts_at=to_instant(start, zone))


def cancelled_words(occurrence: Occurrence, zone: str, reason: str | None) -> Told:
    """What people in a cancelled class hear."""
    said = wording.class_in(occurrence, zone)
    why = f": {reason}" if reason else ""
    return Told(
        f"{said} is cancelled{why}. The visit is not counted.",
        f"{said} takes place after all, and you have your seat as before.",
    )


def moved_words(occurrence: Occurrence, moved: Occurrence, zone: str) -> Told:
    """What people in a moved class hear."""
    return Told(
        f"{wording.class_at(occurrence)} is moved: it now starts {wording.at_in(moved.local_start, zone)}. "
        "Your seat moved with it; cancel it if that does not suit you.",
        f"{wording.class_in(occurrence, zone)} stays at its time after all, and you have your seat as before.",
    )


def with_coach(occurrence: Occurrence, coach: Person) -> Occurrence:
    """A class as another coach's."""
    return replace(occurrence, coach_id=coach.id, coach=coach.name)
