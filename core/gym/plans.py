"""Plans and memberships: what a person may use, from when to when, how often, and what of it is left."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import Boolean, ForeignKey, Integer, String, bindparam, case
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql import func, select

from core.gym.bookings import USED, Booking
from core.gym.payments import Cents, unpaid
from core.store.rows import Logged, Row
from core.store.statements import Statement


class Plan(Logged, Row):
    """What a gym sells: by the month or as a pack of visits, some with a limit per week."""

    __tablename__ = "plans"
    __data__ = "public"

    name: Mapped[str] = mapped_column(String(80))
    price: Mapped[Decimal] = mapped_column(Cents)
    per: Mapped[str | None] = mapped_column(String(10))
    visits: Mapped[int | None] = mapped_column(Integer)
    visits_per_week: Mapped[int | None] = mapped_column(Integer)
    archived: Mapped[bool] = mapped_column(Boolean, default=False)


class Membership(Logged, Row):
    """A person's use of a plan. Its days decide whether it holds, and one that was ended has a last day. Both ends of a
    freeze are days without visits; `visits` is the size of a pack."""

    __tablename__ = "memberships"

    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id"), index=True)
    status: Mapped[str] = mapped_column(String(10), default="active")
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    frozen_from: Mapped[date | None]
    frozen_until: Mapped[date | None]
    visits: Mapped[int | None] = mapped_column(Integer)


@dataclass(frozen=True)
class Standing:
    """What a person may use on a day. If no membership covers the day it is the nearest one, and `starts` and `ends`
    say why it does not; without any, `membership_id` is None. Packs count in `visits_left`."""

    membership_id: int | None
    plan: str | None
    visits_per_week: int | None
    visits_left: int | None
    starts: date | None
    ends: date | None
    frozen_from: date | None
    frozen_until: date | None
    overdue: Decimal
    overdue_since: date | None

    def covers(self, on: date) -> bool:
        """Whether there is a membership that runs on the day, frozen or not."""
        if self.membership_id is None or (self.starts and on < self.starts):
            return False
        return self.ends is None or on <= self.ends

    def frozen(self, on: date) -> bool:
        """Whether the membership is frozen on the day."""
        return is_frozen(self.frozen_from, self.frozen_until, on)


class Term(NamedTuple):
    """A membership as it is read, with what its plan allows."""

    id: int
    person_id: int
    starts_on: date
    ends_on: date | None
    frozen_from: date | None
    frozen_until: date | None
    visits: int | None
    plan: str
    visits_per_week: int | None


@dataclass(frozen=True)
class Held:
    """A membership and how many visits of it are used."""

    membership: Term
    used: int

    @property
    def plan(self) -> str:
        """The plan's name."""
        return self.membership.plan

    @property
    def left(self) -> int | None:
        """Visits left of a pack; None where visits are not counted."""
        return None if self.membership.visits is None else max(0, self.membership.visits - self.used)


def is_frozen(frozen_from: date | None, frozen_until: date | None, on: date) -> bool:
    """Whether a freeze holds on the day; one without an end holds until it is lifted."""
    return frozen_from is not None and frozen_from <= on and (frozen_until is None or on <= frozen_until)


def fitting(held: Iterable[Held], on: date) -> Held | None:
    """The membership that a visit on the day is on: one that covers it, has visits left and is not frozen, the one
    that ends first; else the one that comes closest."""
    ranked = sorted(held, key=lambda h: _distance(h, on))
    return ranked[0] if ranked else None


def _distance(held: Held, on: date) -> tuple[int, bool, bool, date, int]:
    """How far a membership is from being usable on the day; the smallest is used."""
    m = held.membership
    before, after = (m.starts_on - on).days, (on - m.ends_on).days if m.ends_on else 0
    frozen = is_frozen(m.frozen_from, m.frozen_until, on)
    return max(before, after, 0), held.left == 0, frozen, m.ends_on or date.max, m.id


_USED = (
    select(func.count())
    .where(Booking.membership_id == Membership.id, Booking.status.in_(USED))
    .correlate(Membership)
    .scalar_subquery()
)
_HELD = (
    select(
        Membership.id,
        Membership.person_id,
        Membership.starts_on,
        Membership.ends_on,
        Membership.frozen_from,
        Membership.frozen_until,
        Membership.visits,
        Plan.name,
        Plan.visits_per_week,
        case((Membership.visits.is_not(None), _USED), else_=0),
    )
    .join(Plan, Plan.id == Membership.plan_id)
    .where(Membership.gym_id == bindparam("gym"))
    .order_by(Membership.starts_on, Membership.id)
)
_BY_ALL = Statement(_HELD, unwritten=True)
_BY_ONE = Statement(_HELD.where(Membership.person_id == bindparam("person")), unwritten=True)


async def held_by(db: AsyncSession, gym_id: int, person_id: int | None = None) -> dict[int, list[Held]]:
    """A person's memberships with plans and used visits, or those of the whole gym."""
    statement = _BY_ALL if person_id is None else _BY_ONE
    found: dict[int, list[Held]] = {}
    for *facts, used in await statement.rows(db, {"gym": gym_id, "person": person_id}):
        held = Held(Term._make(facts), used)
        found.setdefault(held.membership.person_id, []).append(held)
    return found


async def standing(db: AsyncSession, gym_id: int, person_id: int, on: date, today: date | None = None) -> Standing:
    """What a person may use on a day, and what they owe today (on that day, if today is not given)."""
    held = fitting((await held_by(db, gym_id, person_id)).get(person_id, ()), on)
    owed = await unpaid(db, gym_id, today or on, person_id)
    overdue, since = (owed[0].amount, owed[0].since) if owed else (Decimal(0), None)
    if held is None:
        return Standing(None, None, None, None, None, None, None, None, overdue, since)
    m = held.membership
    return Standing(
        membership_id=m.id,
        plan=m.plan,
        visits_per_week=m.visits_per_week,
        visits_left=held.left,
        starts=m.starts_on,
        ends=m.ends_on,
        frozen_from=m.frozen_from,
        frozen_until=m.frozen_until,
        overdue=overdue,
        overdue_since=since,
    )


async def plans(db: AsyncSession, gym_id: int) -> Sequence[Plan]:
    """The plans that a gym sells now, by name."""
    query = select(Plan).where(Plan.gym_id == gym_id, Plan.archived.is_(False))
    return (await db.scalars(query.order_by(Plan.name))).all()
