"""The timetable: which classes are on between two days, computed from the series and from classes with their own row."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import and_, or_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session
from sqlalchemy.sql import func, select

from core.clock import to_instant, to_local
from core.gym.bookings import LIVE, Booking
from core.gym.class_types import ClassType
from core.gym.classes import CANCELLED, SCHEDULED, WEEKDAYS, ClassSeries, ClassSession
from core.people import Person
from core.store.database import unlogged
from core.when.value import When

# How gyms speak of the parts of a day: the morning ends at noon, the evening begins at five.
PARTS_OF_DAY: Mapping[str, tuple[time, time]] = {
    "early_morning": (time.min, time(9)),
    "morning": (time.min, time(12)),
    "noon": (time(11), time(14)),
    "afternoon": (time(12), time(18)),
    "evening": (time(17), time.max),
    "night": (time(17), time.max),
}
KEY = re.compile(r"\s*(?P<name>\S.*?)\s+(?P<start>\d{4}-\d{2}-\d{2}T\d{2}:\d{2})(?::\d{2})?\s*")


@dataclass(frozen=True)
class Occurrence:
    """One class on the timetable, with or without a row. `local_start` is the gym's wall clock."""

    class_type_id: int
    class_type: str
    local_start: datetime
    starts_at: datetime
    minutes: int
    spots: int
    coach_id: int | None = None
    coach: str | None = None
    status: str = SCHEDULED
    row_id: int | None = None
    series_id: int | None = None
    original_local: str | None = None
    booked: int = 0
    workout_id: int | None = None
    reason: str | None = None

    @property
    def key(self) -> str:
        """The canonical words for this class."""
        return f"{self.class_type} {self.local_start:%Y-%m-%dT%H:%M}"

    @property
    def ends_at(self) -> datetime:
        """The instant at which it ends."""
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def left(self) -> int:
        """Free spots."""
        return max(0, self.spots - self.booked)

    @property
    def cancelled(self) -> bool:
        """Whether it was called off."""
        return self.status == CANCELLED

    def overlaps(self, start: datetime, minutes: int) -> bool:
        """Whether it shares a minute with a stretch of time."""
        return self.starts_at < start + timedelta(minutes=minutes) and start < self.ends_at


async def between(db: AsyncSession, gym_id: int, zone: str, first_day: date, last_day: date) -> list[Occurrence]:
    """All classes whose local start lies within two days, both inclusive, in order of time and name."""
    types = {t.id: t for t in await db.scalars(select(ClassType).where(ClassType.gym_id == gym_id))}
    series = await _series(db, gym_id, first_day, last_day)
    rows = await _rows(db, gym_id, zone, first_day, last_day)
    coaches = await _names(db, {*(s.coach_id for s in series), *(r.coach_id for r in rows)})
    booked = await booked_counts(db, [r.id for r in rows])
    with_row = {(r.series_id, r.original_local) for r in rows}
    found = [_of_row(r, types[r.class_type_id], zone, coaches, booked) for r in rows]
    for rule in series:
        if not types[rule.class_type_id].archived:
            for start in starts_of(rule, first_day, last_day):
                if (rule.id, _local_key(start)) not in with_row:
                    found.append(_of_rule(rule, start, types[rule.class_type_id], zone, coaches))
    inside = (o for o in found if first_day <= o.local_start.date() <= last_day)
    return sorted(inside, key=lambda o: (o.starts_at, o.class_type, o.cancelled, o.row_id or 0))


def starts_of(rule: ClassSeries, first_day: date, last_day: date) -> Iterator[datetime]:
    """The local starts that a rule gives between two days."""
    day = max(first_day, rule.from_date)
    end = min(last_day, rule.until_date) if rule.until_date else last_day
    clock = time.fromisoformat(rule.time)
    while day <= end:
        if WEEKDAYS[day.weekday()] in rule.days:
            yield datetime.combine(day, clock)
        day += timedelta(days=1)


def within(when: When, start: datetime) -> bool:
    """Whether a local start lies within what was said of the hour, as gyms speak of the parts of a day."""
    clock = start.time()
    if when.part is not None and not when.time_said:
        first, last = PARTS_OF_DAY[when.part]
        return first <= clock < last
    if not when.time_said:
        return True
    if when.open == "before":
        return clock < (when.end or when.start).time()
    if when.open == "after":
        return clock >= when.start.time()
    if when.kind == "interval" and when.end is not None:
        return when.start.time() <= clock < when.end.time() or when.end.time() <= when.start.time() <= clock
    return (clock.hour, clock.minute) == (when.start.hour, when.start.minute)


async def find_key(db: AsyncSession, gym_id: int, zone: str, key: str) -> Occurrence | None:
    """The class that a key names; one that is on before one that was called off."""
    match = KEY.fullmatch(key)
    if match is None:
        return None
    start = datetime.fromisoformat(match["start"])
    that_day = await between(db, gym_id, zone, start.date(), start.date())
    wanted = match["name"].casefold()
    named = [o for o in that_day if o.class_type.casefold() == wanted and o.local_start == start]
    return min(named, key=lambda o: o.cancelled, default=None)


async def of_row(db: AsyncSession, zone: str, row: ClassSession) -> Occurrence:
    """A class with a row, as it is on the timetable now."""
    kind = await db.get_one(ClassType, row.class_type_id)
    coaches = await _names(db, {row.coach_id})
    return _of_row(row, kind, zone, coaches, await booked_counts(db, [row.id]))


async def of_rows(db: AsyncSession, gym_id: int, zone: str, ids: Iterable[int]) -> dict[int, Occurrence]:
    """Several classes with rows, by row."""
    wanted = list(set(ids))
    if not wanted:
        return {}
    rows = (await db.scalars(select(ClassSession).where(ClassSession.id.in_(wanted)))).all()
    types = {t.id: t for t in await db.scalars(select(ClassType).where(ClassType.gym_id == gym_id))}
    coaches = await _names(db, {r.coach_id for r in rows})
    booked = await booked_counts(db, wanted)
    return {r.id: _of_row(r, types[r.class_type_id], zone, coaches, booked) for r in rows}


async def materialise(db: AsyncSession, gym_id: int, occurrence: Occurrence) -> ClassSession:
    """The row of a class, made if it has none, and held against other writers until the transaction ends. Making it is
    no change that anyone could see, so the change log has nothing of it."""
    if occurrence.row_id is None:
        await db.run_sync(_make_row, gym_id, occurrence)
        wanted = and_(
            ClassSession.series_id == occurrence.series_id, ClassSession.original_local == occurrence.original_local
        )
    else:
        wanted = ClassSession.id == occurrence.row_id
    return (
        await db.scalars(select(ClassSession).where(wanted).with_for_update().execution_options(populate_existing=True))
    ).one()


async def booked_counts(db: AsyncSession, session_ids: Sequence[int]) -> dict[int, int]:
    """How many seats of each class are taken."""
    if not session_ids:
        return {}
    counted = (
        select(Booking.session_id, func.count())
        .where(Booking.session_id.in_(session_ids), Booking.status.in_(LIVE))
        .group_by(Booking.session_id)
    )
    return {row[0]: row[1] for row in await db.execute(counted)}


def _make_row(session: Session, gym_id: int, occurrence: Occurrence) -> None:
    insert: Any = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(ClassSession).values(
        gym_id=gym_id,
        version=1,
        class_type_id=occurrence.class_type_id,
        series_id=occurrence.series_id,
        original_local=occurrence.original_local,
        starts_at=occurrence.starts_at,
        minutes=occurrence.minutes,
        spots=occurrence.spots,
        coach_id=occurrence.coach_id,
        status=SCHEDULED,
    )
    with unlogged(session):
        session.execute(statement.on_conflict_do_nothing(index_elements=["series_id", "original_local"]))


async def _series(db: AsyncSession, gym_id: int, first_day: date, last_day: date) -> Sequence[ClassSeries]:
    runs = or_(ClassSeries.until_date.is_(None), ClassSeries.until_date >= first_day)
    query = select(ClassSeries).where(ClassSeries.gym_id == gym_id, ClassSeries.from_date <= last_day, runs)
    return (await db.scalars(query)).all()


async def _rows(db: AsyncSession, gym_id: int, zone: str, first_day: date, last_day: date) -> Sequence[ClassSession]:
    """Rows that start within the days, and rows that the rules put there though they were moved elsewhere."""
    after = last_day + timedelta(days=1)
    starts_here = and_(
        ClassSession.starts_at >= to_instant(datetime.combine(first_day, time()), zone),
        ClassSession.starts_at < to_instant(datetime.combine(after, time()), zone),
    )
    belongs_here = and_(
        ClassSession.original_local >= first_day.isoformat(), ClassSession.original_local < after.isoformat()
    )
    query = select(ClassSession).where(ClassSession.gym_id == gym_id, or_(starts_here, belongs_here))
    return (await db.scalars(query)).all()


async def _names(db: AsyncSession, person_ids: set[int | None]) -> dict[int, str]:
    wanted = [i for i in person_ids if i is not None]
    if not wanted:
        return {}
    rows = await db.execute(select(Person.id, Person.name).where(Person.id.in_(wanted)))
    return {row[0]: row[1] for row in rows}


def _of_row(
    row: ClassSession, kind: ClassType, zone: str, coaches: Mapping[int, str], booked: Mapping[int, int]
) -> Occurrence:
    return Occurrence(
        class_type_id=kind.id,
        class_type=kind.name,
        local_start=to_local(row.starts_at, zone),
        starts_at=row.starts_at,
        minutes=row.minutes,
        spots=row.spots,
        coach_id=row.coach_id,
        coach=coaches.get(row.coach_id) if row.coach_id else None,
        status=row.status,
        row_id=row.id,
        series_id=row.series_id,
        original_local=row.original_local,
        booked=booked.get(row.id, 0),
        workout_id=row.workout_id,
        reason=row.reason,
    )


def _of_rule(rule: ClassSeries, start: datetime, kind: ClassType, zone: str, coaches: Mapping[int, str]) -> Occurrence:
    starts_at = to_instant(start, zone)
    return Occurrence(
        class_type_id=kind.id,
        class_type=kind.name,
        local_start=to_local(starts_at, zone),
        starts_at=starts_at,
        minutes=rule.minutes or kind.minutes,
        spots=rule.spots or kind.spots,
        coach_id=rule.coach_id,
        coach=coaches.get(rule.coach_id) if rule.coach_id else None,
        series_id=rule.id,
        original_local=_local_key(start),
    )


def _local_key(start: datetime) -> str:
    return f"{start:%Y-%m-%dT%H:%M}"
