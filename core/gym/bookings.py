"""Bookings: who has a seat in which class, and what became of it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, String, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql import func, select

from core.gym.classes import ClassSession
from core.people import Person
from core.store.rows import Logged, Row

BOOKED, DROPPED, LATE, ATTENDED, NO_SHOW = "booked", "cancelled", "late_cancelled", "attended", "no_show"
LIVE = (BOOKED, ATTENDED, NO_SHOW)
# What uses up a visit of a pack or of a week: a late cancellation does too.
USED = (*LIVE, LATE)
_SEAT_TAKEN = text("status in ('booked', 'attended', 'no_show')")


class Booking(Logged, Row):
    """A person's seat in a class. `membership_id` is what the visit is on; `beyond` is a seat that staff gave on purpose
    although the class was full."""

    __tablename__ = "bookings"
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


async def seat_of(db: AsyncSession, session_id: int, person_id: int) -> Booking | None:
    """A person's seat in a class, if they have one."""
    return await db.scalar(
        select(Booking).where(
            Booking.session_id == session_id, Booking.person_id == person_id, Booking.status.in_(LIVE)
        )
    )


async def seats_in(db: AsyncSession, session_id: int) -> Sequence[tuple[Booking, Person]]:
    """Everyone who has a seat in a class, in the order of booking."""
    rows = await db.execute(
        select(Booking, Person)
        .join(Person, Person.id == Booking.person_id)
        .where(Booking.session_id == session_id, Booking.status.in_(LIVE))
        .order_by(Booking.booked_at, Booking.id)
    )
    return [(booking, person) for booking, person in rows]


async def coming_seats(db: AsyncSession, person_id: int, after: datetime) -> Sequence[tuple[Booking, ClassSession]]:
    """A person's seats in classes that start after a moment, the next first."""
    rows = await db.execute(
        select(Booking, ClassSession)
        .join(ClassSession, ClassSession.id == Booking.session_id)
        .where(Booking.person_id == person_id, Booking.status == BOOKED, ClassSession.starts_at > after)
        .order_by(ClassSession.starts_at)
    )
    return [(booking, row) for booking, row in rows]


async def seats_between(
    db: AsyncSession, person_id: int, start: datetime, end: datetime
) -> Sequence[tuple[Booking, ClassSession]]:
    """A person's seats in classes that start within a stretch of time."""
    rows = await db.execute(
        select(Booking, ClassSession)
        .join(ClassSession, ClassSession.id == Booking.session_id)
        .where(
            Booking.person_id == person_id,
            Booking.status.in_(LIVE),
            ClassSession.starts_at >= start,
            ClassSession.starts_at < end,
        )
        .order_by(ClassSession.starts_at)
    )
    return [(booking, row) for booking, row in rows]


async def visits_between(db: AsyncSession, membership_id: int, start: datetime, end: datetime) -> int:
    """How many visits on a membership fall within a stretch of time, late cancellations included."""
    counted = (
        select(func.count())
        .select_from(Booking)
        .join(ClassSession, ClassSession.id == Booking.session_id)
        .where(
            Booking.membership_id == membership_id,
            Booking.status.in_(USED),
            ClassSession.starts_at >= start,
            ClassSession.starts_at < end,
        )
    )
    return await db.scalar(counted) or 0


async def hold_person(db: AsyncSession, person_id: int) -> None:
    """Keep two bookings of one person from being checked at the same time on databases with several writers."""
    await db.execute(select(Person.id).where(Person.id == person_id).with_for_update(key_share=True))
