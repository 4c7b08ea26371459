"""Taking and giving up seats, and what must hold of them whatever changed them: a tool, an undo or an import."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, event, inspect
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session, UOWTransaction
from sqlalchemy.sql import func, select

from core.clock import to_local
from core.errors import Refused
from core.gym import wording
from core.gym.booking_rules import week_of
from core.gym.bookings import BOOKED, DROPPED, LATE, LIVE, USED, Booking
from core.gym.classes import ClassSession
from core.gym.gyms import GymProfile
from core.gym.plans import Membership, Plan, Standing
from core.i18n import _
from core.people import Someone
from core.store.statements import Statement


async def take(
    db: AsyncSession, person: Someone, session_id: int, held: Standing | None, now: datetime, *, beyond: bool = False
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
    """Refuse a write that would put two people on one spot, or overdraw a pack or a week."""
    bookings = [o for o in (*session.new, *session.dirty) if isinstance(o, Booking) and o not in session.deleted]
    shrunk = {o.id: o.spots for o in session.dirty if isinstance(o, ClassSession) and _changed(o, "spots")}
    taken = [b.session_id for b in bookings if b.status in LIVE and _newly(b, LIVE, "session_id")]
    used = [
        b.membership_id for b in bookings if b.membership_id and b.status in USED and _newly(b, USED, "membership_id")
    ]
    for session_id in sorted({*taken, *shrunk}):
        _check_spots(session, session_id, shrunk.get(session_id), bookings)
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


_SPOTS = Statement(select(ClassSession.spots).where(ClassSession.id == bindparam("session")).with_for_update())
_TAKEN = Statement(
    select(func.count()).where(
        Booking.session_id == bindparam("session"),
        Booking.status.in_(LIVE),
        Booking.beyond.is_(False),
        Booking.id.not_in(bindparam("known", expanding=True)),
    )
)
_SIZE = Statement(select(Membership.visits).where(Membership.id == bindparam("membership")).with_for_update())
_VISITS = select(func.count()).where(
    Booking.membership_id == bindparam("membership"),
    Booking.status.in_(USED),
    Booking.id.not_in(bindparam("known", expanding=True)),
)
_USED_UP = Statement(_VISITS)
_IN_WEEK = Statement(
    _VISITS.select_from(Booking)
    .join(ClassSession, ClassSession.id == Booking.session_id)
    .where(ClassSession.starts_at >= bindparam("start"), ClassSession.starts_at < bindparam("end"))
)
_WEEKLY = Statement(
    select(Plan.visits_per_week)
    .join(Membership, Membership.plan_id == Plan.id)
    .where(Membership.id == bindparam("membership"))
)
_STARTS = Statement(
    select(ClassSession.id, ClassSession.starts_at).where(ClassSession.id.in_(bindparam("ids", expanding=True)))
)
_ZONE = Statement(select(GymProfile.zone).where(GymProfile.gym_id == bindparam("gym")))


def _one(statement: Statement, db: Session, /, **params: Any) -> Any:
    """The only value of a statement."""
    found = statement.within(db, params)
    return found[0][0] if found else None


def _known(pending: list[Booking]) -> list[int]:
    return [b.id for b in pending if b.id is not None]


def _check_spots(session: Session, session_id: int, changed: int | None, pending: list[Booking]) -> None:
    kept_spots = _one(_SPOTS, session, session=session_id)
    spots = kept_spots if changed is None else changed
    kept = _one(_TAKEN, session, session=session_id, known=_known(pending))
    here = sum(b.session_id == session_id and b.status in LIVE and not b.beyond for b in pending)
    if kept + here > spots:
        words = _("The class has {spots}, and no seat is free. Nothing was changed.")
        raise Refused(words.format(spots=wording.spots(spots)))


def _check_pack(session: Session, membership_id: int, pending: list[Booking]) -> None:
    visits = _one(_SIZE, session, membership=membership_id)
    if visits is None:
        return
    kept = _one(_USED_UP, session, membership=membership_id, known=_known(pending))
    here = sum(b.membership_id == membership_id and b.status in USED for b in pending)
    if kept + here > visits:
        raise Refused(_("All visits of that pack are used or booked. Nothing was changed."))


def _check_weeks(session: Session, membership_id: int, pending: list[Booking]) -> None:
    """No week that a visit is added to may have more of them than the plan allows."""
    limit = _one(_WEEKLY, session, membership=membership_id)
    if limit is None:
        return
    zone = _one(_ZONE, session, gym=pending[0].gym_id)
    starts: dict[int, datetime] = dict(_STARTS.within(session, {"ids": [b.session_id for b in pending]}))
    known = _known(pending)
    for start, end in {week_of(to_local(starts[b.session_id], zone).date(), zone) for b in pending if b.status in USED}:
        kept = _one(_IN_WEEK, session, membership=membership_id, known=known, start=start, end=end)
        here = sum(b.status in USED and start <= starts[b.session_id] < end for b in pending)
        if kept + here > limit:
            raise Refused(_("All visits of that week are used or booked. Nothing was changed."))
