"""Taking and giving up seats, and what must hold of them whatever changed them: a tool, an undo or an import."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import event, inspect
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session, UOWTransaction
from sqlalchemy.sql import func, select

from core.clock import to_local
from core.errors import Refused
from core.gym import wording
from core.gym.booking_rules import week_of
from core.gym.bookings import BOOKED, DROPPED, LATE, LIVE, USED, Booking
from core.gym.classes import CANCELLED, ClassSeries, ClassSession
from core.gym.gyms import GymProfile
from core.gym.plans import Membership, Plan, Standing
from core.people import Person


async def take(
    db: AsyncSession, person: Person, session_id: int, held: Standing | None, now: datetime, *, beyond: bool = False
) -> Booking:
    """Give a person a seat, on what they hold. `beyond` is a seat that staff give in a full class."""
    booking = Booking(
        gym_id=person.gym_id,
        session_id=session_id,
        person_id=person.id,
        status=BOOKED,
        booked_at=now,
        membership_id=held.membership_id if held else None,
        beyond=beyond,
    )
    db.add(booking)
    await db.flush()
    return booking


async def give_up(db: AsyncSession, booking: Booking, now: datetime, *, late: bool = False) -> None:
    """Free a seat. Late, its visit still counts."""
    booking.status, booking.cancelled_at = (LATE if late else DROPPED), now
    await db.flush()


@event.listens_for(Session, "before_flush", insert=True)
def _guard(session: Session, context: UOWTransaction, instances: Any) -> None:
    """Refuse a write that would put two people on one spot, overdraw a pack, or leave bookings without their class."""
    for series in [o for o in session.deleted if isinstance(o, ClassSeries)]:
        _clear_series(session, series)
    bookings = [o for o in (*session.new, *session.dirty) if isinstance(o, Booking) and o not in session.deleted]
    shrunk = [o.id for o in session.dirty if isinstance(o, ClassSession) and _changed(o, "spots")]
    taken = [b.session_id for b in bookings if b.status in LIVE and _newly(b, LIVE, "session_id")]
    used = [
        b.membership_id for b in bookings if b.membership_id and b.status in USED and _newly(b, USED, "membership_id")
    ]
    for session_id in sorted({*taken, *shrunk}):
        _check_spots(session, session_id, bookings)
    for membership_id in sorted(set(used)):
        _check_pack(session, membership_id, bookings)
        _check_weeks(session, membership_id, [b for b in bookings if b.membership_id == membership_id])


def _changed(row: Any, name: str) -> bool:
    history = inspect(row).attrs[name].history
    return bool(history.deleted) and history.deleted[0] != getattr(row, name)


def _newly(booking: Booking, statuses: Collection[str | None], owner: str) -> bool:
    """Whether a booking counts from this write on and did not before."""
    history = inspect(booking).attrs["status"].history
    before = history.deleted[0] if history.deleted else None
    return (
        booking.id is None
        or inspect(booking).pending
        or _changed(booking, owner)
        or (bool(history.deleted) and before not in statuses)
    )


def _check_spots(session: Session, session_id: int, pending: list[Booking]) -> None:
    row = session.scalars(select(ClassSession).where(ClassSession.id == session_id).with_for_update()).one()
    known = [b.id for b in pending if b.id is not None]
    kept = session.scalar(
        select(func.count()).where(
            Booking.session_id == session_id,
            Booking.status.in_(LIVE),
            Booking.beyond.is_(False),
            Booking.id.not_in(known),
        )
    )
    here = sum(b.session_id == session_id and b.status in LIVE and not b.beyond for b in pending)
    if (kept or 0) + here > row.spots:
        raise Refused(f"The class has {wording.spots(row.spots)}, and no seat is free. Nothing was changed.")


def _check_pack(session: Session, membership_id: int, pending: list[Booking]) -> None:
    visits = session.scalar(select(Membership.visits).where(Membership.id == membership_id).with_for_update())
    if visits is None:
        return
    known = [b.id for b in pending if b.id is not None]
    kept = session.scalar(
        select(func.count()).where(
            Booking.membership_id == membership_id, Booking.status.in_(USED), Booking.id.not_in(known)
        )
    )
    here = sum(b.membership_id == membership_id and b.status in USED for b in pending)
    if (kept or 0) + here > visits:
        raise Refused("All visits of that pack are used or booked. Nothing was changed.")


def _check_weeks(session: Session, membership_id: int, pending: list[Booking]) -> None:
    """No week that a visit is added to may have more of them than the plan allows."""
    limit = session.scalar(
        select(Plan.visits_per_week)
        .join(Membership, Membership.plan_id == Plan.id)
        .where(Membership.id == membership_id)
    )
    if limit is None:
        return
    zone = session.scalars(select(GymProfile.zone).where(GymProfile.gym_id == pending[0].gym_id)).one()
    ids = [b.session_id for b in pending]
    found = session.execute(select(ClassSession.id, ClassSession.starts_at).where(ClassSession.id.in_(ids)))
    starts: dict[int, datetime] = {row[0]: row[1] for row in found}
    known = [b.id for b in pending if b.id is not None]
    for start, end in {week_of(to_local(starts[b.session_id], zone).date(), zone) for b in pending if b.status in USED}:
        kept = session.scalar(
            select(func.count())
            .select_from(Booking)
            .join(ClassSession, ClassSession.id == Booking.session_id)
            .where(
                Booking.membership_id == membership_id,
                Booking.status.in_(USED),
                Booking.id.not_in(known),
                ClassSession.starts_at >= start,
                ClassSession.starts_at < end,
            )
        )
        here = sum(b.status in USED and start <= starts[b.session_id] < end for b in pending)
        if (kept or 0) + here > limit:
            raise Refused("All visits of that week are used or booked. Nothing was changed.")


def _clear_series(session: Session, series: ClassSeries) -> None:
    """A series goes with its untouched classes; classes that somebody is booked into keep it where it is."""
    rows = list(session.scalars(select(ClassSession).where(ClassSession.series_id == series.id)))
    counts = session.execute(
        select(Booking.session_id, Booking.status, func.count())
        .where(Booking.session_id.in_([r.id for r in rows]))
        .group_by(Booking.session_id, Booking.status)
    ).all()
    booked = sum(count for _, status, count in counts if status in LIVE)
    if booked:
        people = "1 person has" if booked == 1 else f"{booked} people have"
        raise Refused(
            f"{people} booked classes of this series. Nothing was changed. Cancel those classes first, so that the people "
            "are told; then the series can go."
        )
    with_history = {session_id for session_id, _, _ in counts}
    for row in rows:
        if row.id in with_history:
            row.series_id, row.original_local, row.status = None, None, CANCELLED
        else:
            session.delete(row)
