"""The timetable: which classes are on between two days, computed from the series and from classes with their own row."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, or_
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
from core.store.statements import Record, Statement
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


class Rule(NamedTuple):
    """A series as the timetable reads it, with the names of its class type and its coach."""

    id: int
    days: list[Any]
    time: str
    from_date: date
    until_date: date | None
    minutes: int
    spots: int
    class_type_id: int
    class_type: str
    coach_id: int | None
    coach: str | None


_RULES = Statement(
    select(
        ClassSeries.id,
        ClassSeries.days,
        ClassSeries.time,
        ClassSeries.from_date,
        ClassSeries.until_date,
        func.coalesce(ClassSeries.minutes, ClassType.minutes),
        func.coalesce(ClassSeries.spots, ClassType.spots),
        ClassType.id,
        ClassType.name,
        ClassSeries.coach_id,
        Person.name,
    )
    .join(ClassType, ClassType.id == ClassSeries.class_type_id)
    .outerjoin(Person, Person.id == ClassSeries.coach_id)
    .where(
        ClassSeries.gym_id == bindparam("gym"),
        ClassType.archived.is_(False),
        ClassSeries.from_date <= bindparam("last"),
        or_(ClassSeries.until_date.is_(None), ClassSeries.until_date >= bindparam("first")),
    ),
    unwritten=True,
)
_BOOKED = (
    select(func.count())
    .select_from(Booking)
    .where(Booking.session_id == ClassSession.id, Booking.status.in_(LIVE))
    .correlate(ClassSession)
    .scalar_subquery()
)
_CLASSES = (
    select(
        ClassType.id,
        ClassType.name,
        ClassSession.starts_at,
        ClassSession.minutes,
        ClassSession.spots,
        ClassSession.coach_id,
        Person.name,
        ClassSession.status,
        ClassSession.id,
        ClassSession.series_id,
        ClassSession.original_local,
        _BOOKED,
        ClassSession.workout_id,
        ClassSession.reason,
    )
    .join(ClassType, ClassType.id == ClassSession.class_type_id)
    .outerjoin(Person, Person.id == ClassSession.coach_id)
)
# Rows that start within the days, and rows that the rules put there though they were moved elsewhere.
_ON = Statement(
    _CLASSES.where(
        ClassSession.gym_id == bindparam("gym"),
        or_(
            and_(ClassSession.starts_at >= bindparam("start"), ClassSession.starts_at < bindparam("end")),
            and_(ClassSession.original_local >= bindparam("from"), ClassSession.original_local < bindparam("until")),
        ),
    ),
    unwritten=True,
)
_OF_IDS = Statement(_CLASSES.where(ClassSession.id.in_(bindparam("ids", expanding=True))), unwritten=True)
_COUNTS = Statement(
    select(Booking.session_id, func.count())
    .where(Booking.session_id.in_(bindparam("ids", expanding=True)), Booking.status.in_(LIVE))
    .group_by(Booking.session_id),
    unwritten=True,
)
_HELD = Statement(select(ClassSession.id).where(ClassSession.id == bindparam("row")).with_for_update())
_MADE = Statement(
    select(ClassSession.id)
    .where(ClassSession.series_id == bindparam("series"), ClassSession.original_local == bindparam("original"))
    .with_for_update()
)


async def between(db: AsyncSession, gym_id: int, zone: str, first_day: date, last_day: date) -> list[Occurrence]:
    """All classes whose local start lies within two days, both inclusive, in order of time and name."""
    rules = await _RULES.rows(db, {"gym": gym_id, "first": first_day, "last": last_day})
    rows = await _ON.rows(db, {"gym": gym_id, **_bounds(zone, first_day, last_day + timedelta(days=1))})
    found = [_of_row(row, zone) for row in rows]
    with_row = {(o.series_id, o.original_local) for o in found}
    for rule in map(Rule._make, rules):
        for start in starts_of(rule, first_day, last_day):
            if (rule.id, _local_key(start)) not in with_row:
                found.append(_of_rule(rule, start, zone))
    inside = (o for o in found if first_day <= o.local_start.date() <= last_day)
    return sorted(inside, key=lambda o: (o.starts_at, o.class_type, o.cancelled, o.row_id or 0))


def _bounds(zone: str, first_day: date, after: date) -> dict[str, Any]:
    """A stretch of days as instants and as local times are kept."""
    return {
        "start": to_instant(datetime.combine(first_day, time()), zone),
        "end": to_instant(datetime.combine(after, time()), zone),
        "from": first_day.isoformat(),
        "until": after.isoformat(),
    }


def starts_of(rule: ClassSeries | Rule, first_day: date, last_day: date) -> Iterator[datetime]:
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


async def of_row(db: AsyncSession, zone: str, row_id: int) -> Occurrence:
    """A class with a row, as it is on the timetable now."""
    return (await of_rows(db, zone, [row_id]))[row_id]


async def of_rows(db: AsyncSession, zone: str, ids: Iterable[int]) -> dict[int, Occurrence]:
    """Several classes with rows, by row."""
    wanted = list(set(ids))
    found = [_of_row(row, zone) for row in await _OF_IDS.rows(db, {"ids": wanted})] if wanted else []
    return {o.row_id: o for o in found if o.row_id is not None}


async def materialise(db: AsyncSession, gym_id: int, occurrence: Occurrence) -> ClassSession:
    """The row of a class, made if it has none, and held against other writers until the transaction ends."""
    return await db.get_one(ClassSession, await hold(db, gym_id, occurrence), populate_existing=True)


async def hold(db: AsyncSession, gym_id: int, occurrence: Occurrence) -> int:
    """The number of a class's row, held as by `materialise`. Making it is no change that anyone could see, so the change
    log has nothing of it."""
    if occurrence.row_id is None:
        await db.run_sync(_make_row, gym_id, occurrence)
        held = await _MADE.first(db, {"series": occurrence.series_id, "original": occurrence.original_local})
    else:
        held = await _HELD.first(db, {"row": occurrence.row_id})
    assert held is not None
    return int(held[0])


async def booked_counts(db: AsyncSession, session_ids: Sequence[int]) -> dict[int, int]:
    """How many seats of each class are taken."""
    return {row[0]: row[1] for row in await _COUNTS.rows(db, {"ids": session_ids})} if session_ids else {}


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


def _of_row(row: Record, zone: str) -> Occurrence:
    kind_id, kind, starts_at, *rest = row
    return Occurrence(kind_id, kind, to_local(starts_at, zone), starts_at, *rest)


def _of_rule(rule: Rule, start: datetime, zone: str) -> Occurrence:
    starts_at = to_instant(start, zone)
    return Occurrence(
        class_type_id=rule.class_type_id,
        class_type=rule.class_type,
        local_start=to_local(starts_at, zone),
        starts_at=starts_at,
        minutes=rule.minutes,
        spots=rule.spots,
        coach_id=rule.coach_id,
        coach=rule.coach,
        series_id=rule.id,
        original_local=_local_key(start),
    )


def _local_key(start: datetime) -> str:
    return start.isoformat(timespec="minutes")
