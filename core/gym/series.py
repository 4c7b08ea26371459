"""Ends series: which rules stop on which days, what becomes of classes that somebody touched or booked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql import select

from core.clock import to_instant
from core.gym import timetable
from core.gym.bookings import Booking
from core.gym.class_types import ClassType
from core.gym.classes import CANCELLED, SCHEDULED, WEEKDAYS, ClassSeries, ClassSession, series_of
from core.gym.timetable import Occurrence


@dataclass(frozen=True)
class Ending:
    """The rules that end, each with the days on which it does, and the first local day without them."""

    rules: tuple[tuple[ClassSeries, tuple[str, ...]], ...]
    first: date

    @property
    def days(self) -> list[str]:
        """The days of the week that end, in order."""
        return [day for day in WEEKDAYS if any(day in days for _rule, days in self.rules)]

    @property
    def times(self) -> list[str]:
        """The local times that end."""
        return sorted({rule.time for rule, _days in self.rules})


async def running(db: AsyncSession, class_type: ClassType, first: date) -> Sequence[ClassSeries]:
    """The series of a type that still run on a day or begin later."""
    return await series_of(db, class_type.gym_id, class_type.id, first)


async def ending(
    db: AsyncSession, class_type: ClassType, days: Sequence[str] | None, clock: str | None, first: date, now: datetime
) -> Ending | None:
    """What ends from a local day on; from the next where a class of it has begun today. None where nothing fits."""
    rules = [
        (rule, tuple(day for day in rule.days if days is None or day in days))
        for rule in await running(db, class_type, first)
        if clock is None or rule.time == clock
    ]
    meant = tuple((rule, ended) for rule, ended in rules if ended)
    if not meant or (days is not None and not set(days) <= {day for _rule, ended in meant for day in ended}):
        return None
    begun = any(
        WEEKDAYS[first.weekday()] in ended and datetime.combine(first, time.fromisoformat(rule.time)) <= now
        for rule, ended in meant
    )
    return Ending(meant, first + timedelta(days=1) if begun and first == now.date() else first)


async def booked(db: AsyncSession, zone: str, ends: Ending) -> list[Occurrence]:
    """The classes that would end and that somebody has booked, in order of time."""
    rows = [row for rule, days in ends.rules for row in await _rows(db, zone, rule, days, ends.first)]
    found = await timetable.of_rows(db, zone, [row.id for row in rows if row.status == SCHEDULED])
    return sorted((o for o in found.values() if o.booked), key=lambda o: o.starts_at)


async def end(db: AsyncSession, zone: str, ends: Ending) -> list[Occurrence]:
    """End the rules; what somebody has booked stays as a class of its own and is returned. A rule that goes on on other
    days does so as a new one from that day."""
    kept = await booked(db, zone, ends)
    stay = {occurrence.row_id for occurrence in kept}
    for rule, days in ends.rules:
        going = [row for row in await _rows(db, zone, rule, days, ends.first) if row.id not in stay]
        for row in going:
            await _take_off(db, row)
        others = [day for day in rule.days if day not in days]
        if others:
            await _goes_on(db, zone, rule, others, ends.first)
        rule.until_date = ends.first - timedelta(days=1)
    for row_id in stay:
        row = await db.get_one(ClassSession, row_id)
        row.series_id, row.original_local = None, None
    await db.flush()
    return kept


async def _rows(
    db: AsyncSession, zone: str, rule: ClassSeries, days: Sequence[str], first: date
) -> Sequence[ClassSession]:
    """The classes of a rule with rows of their own that it put on these days, from a day on."""
    since = to_instant(datetime.combine(first, time.min), zone)
    found = await db.scalars(
        select(ClassSession).where(ClassSession.series_id == rule.id, ClassSession.starts_at >= since)
    )
    return [
        row
        for row in found
        if row.original_local and WEEKDAYS[datetime.fromisoformat(row.original_local).weekday()] in days
    ]


async def _take_off(db: AsyncSession, row: ClassSession) -> None:
    """A class that nobody has booked goes; one that somebody had booked and left stays in the books, cancelled."""
    if await db.scalar(select(Booking.id).where(Booking.session_id == row.id).limit(1)):
        row.series_id, row.original_local, row.status = None, None, CANCELLED
    else:
        await db.delete(row)


async def _goes_on(db: AsyncSession, zone: str, rule: ClassSeries, days: list[str], first: date) -> None:
    rows = await _rows(db, zone, rule, days, first)
    new = ClassSeries(
        gym_id=rule.gym_id,
        class_type_id=rule.class_type_id,
        days=days,
        time=rule.time,
        minutes=rule.minutes,
        spots=rule.spots,
        coach_id=rule.coach_id,
        from_date=max(first, rule.from_date),
        until_date=rule.until_date,
    )
    db.add(new)
    await db.flush()
    for row in rows:
        row.series_id = new.id
