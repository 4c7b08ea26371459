"""Bookings: who has a seat in which class, and what became of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Boolean, ForeignKey, Index, String, bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql import func, select

from core.gym.classes import ClassSession
from core.people import Person
from core.store.rows import Logged, Row
from core.store.statements import Statement

BOOKED, DROPPED, LATE, ATTENDED, NO_SHOW = "booked", "cancelled", "late_cancelled", "attended", "no_show"
LIVE = (BOOKED, ATTENDED, NO_SHOW)
# What uses up a visit of a pack or of a week: a late cancellation does too.
USED = (*LIVE, LATE)
_SEAT_TAKEN = text("status in ('booked', 'attended', 'no_show')")


class Booking(Logged, Row):
    """A person's seat in a class. `membership_id` is what the visit is on; `beyond` is a seat that staff gave on purpose
    although the class was full."""

    __tablename__ = "bookings"
    __settled__ = (DROPPED,)
    __table_args__ = (
        Index(
            "uq_bookings_one_seat",
            "session_id",
            "person_id",
            unique=True,
            sqlite_where=_SEAT_TAKEN,
            postgresql_where=_SEAT_TAKEN,
        ),
        Index("ix_bookings_person_status", "person_id", "status"),
    )

    session_id: Mapped[int] = mapped_column(ForeignKey("class_sessions.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    status: Mapped[str] = mapped_column(String(20), default=BOOKED)
    booked_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    membership_id: Mapped[int | None] = mapped_column(index=True)
    beyond: Mapped[bool] = mapped_column(Boolean, default=False)


class Seat(NamedTuple):
    """A seat as it is read, with the time of its class."""

    booking_id: int
    status: str
    session_id: int
    class_type_id: int
    starts_at: datetime
    minutes: int


_IN = (
    Booking.session_id == bindparam("session"),
    Booking.person_id == bindparam("person"),
    Booking.status.in_(LIVE),
)
_SEAT = select(Booking).where(*_IN)
_ANY = Statement(select(Booking.id).where(*_IN), unwritten=True)
_SEATS = (
    select(
        Booking.id,
        Booking.status,
        ClassSession.id,
        ClassSession.class_type_id,
        ClassSession.starts_at,
        ClassSession.minutes,
    )
    .join(ClassSession, ClassSession.id == Booking.session_id)
    .where(Booking.person_id == bindparam("person"))
    .order_by(ClassSession.starts_at)
)
_WITHIN = (ClassSession.starts_at >= bindparam("start"), ClassSession.starts_at < bindparam("end"))
_COMING = Statement(_SEATS.where(Booking.status == BOOKED, ClassSession.starts_at > bindparam("after")), unwritten=True)
_BETWEEN = Statement(_SEATS.where(Booking.status.in_(LIVE), *_WITHIN), unwritten=True)
_VISITS = Statement(
    select(func.count())
    .select_from(Booking)
    .join(ClassSession, ClassSession.id == Booking.session_id)
    .where(Booking.membership_id == bindparam("membership"), Booking.status.in_(USED), *_WITHIN),
    unwritten=True,
)
_HOLD = Statement(select(Person.id).where(Person.id == bindparam("person")).with_for_update(key_share=True))


async def seat_of(db: AsyncSession, session_id: int, person_id: int) -> Booking | None:
    """A person's seat in a class, if they have one."""
    return await db.scalar(_SEAT, {"session": session_id, "person": person_id})


async def seat_id(db: AsyncSession, session_id: int, person_id: int) -> int | None:
    """The number of a person's seat in a class, if they have one."""
    found = await _ANY.first(db, {"session": session_id, "person": person_id})
    return int(found[0]) if found else None


async def seats_in(db: AsyncSession, session_id: int) -> Sequence[tuple[Booking, Person]]:
    """Everyone who has a seat in a class, in the order of booking."""
    rows = await db.execute(
        select(Booking, Person)
        .join(Person, Person.id == Booking.person_id)
        .where(Booking.session_id == session_id, Booking.status.in_(LIVE))
        .order_by(Booking.booked_at, Booking.id)
    )
    return [(booking, person) for booking, person in rows]


async def coming_seats(db: AsyncSession, person_id: int, after: datetime) -> list[Seat]:
    """A person's seats in classes that start after a moment, the next first."""
    return [Seat(*row) for row in await _COMING.rows(db, {"person": person_id, "after": after})]


async def seats_between(db: AsyncSession, person_id: int, start: datetime, end: datetime) -> list[Seat]:
    """A person's seats in classes that start within a stretch of time."""
    return [Seat(*row) for row in await _BETWEEN.rows(db, {"person": person_id, "start": start, "end": end})]


async def visits_between(db: AsyncSession, membership_id: int, start: datetime, end: datetime) -> int:
    """How many visits on a membership fall within a stretch of time, late cancellations included."""
    found = await _VISITS.first(db, {"membership": membership_id, "start": start, "end": end})
    return int(found[0]) if found else 0


async def hold_person(db: AsyncSession, person_id: int) -> None:
    """Keep two bookings of one person from being checked at the same time on databases with several writers."""
    await _HOLD.rows(db, {"person": person_id})
