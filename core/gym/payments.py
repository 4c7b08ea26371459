"""What people owe: charges, and the rules that say who owes what, since when and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ForeignKey, String, bindparam
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql import select
from sqlalchemy.types import TypeDecorator

from core.store.rows import Logged, Row
from core.store.statements import Statement


class Cents(TypeDecorator[Decimal]):
    """An exact amount of money with two places, kept as whole cents, which every database counts alike."""

    impl = BigInteger
    cache_ok = True

    @property
    def python_type(self) -> type[Any]:
        return Decimal

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        return None if value is None else int((Decimal(value) * 100).to_integral_exact())

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value) / 100


class Charge(Logged, Row):
    """An amount that a person owes from a day on; it stays when it is paid or waived."""

    __tablename__ = "charges"
    __data__ = "money"

    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    membership_id: Mapped[int | None] = mapped_column(ForeignKey("memberships.id"), index=True)
    amount: Mapped[Decimal] = mapped_column(Cents)
    currency: Mapped[str] = mapped_column(String(3))
    due_on: Mapped[date]
    paid_at: Mapped[datetime | None]
    method: Mapped[str | None] = mapped_column(String(30))
    failed_reason: Mapped[str | None] = mapped_column(String(200))
    waived_reason: Mapped[str | None] = mapped_column(String(200))


class Due(NamedTuple):
    """An open charge as it is read."""

    id: int
    person_id: int
    amount: Decimal
    currency: str
    due_on: date
    failed_reason: str | None
    paid_at: None = None
    waived_reason: None = None


@dataclass(frozen=True)
class Debt:
    """What one person owes: the sum, the day of the oldest charge, why payments failed, and how many charges it is."""

    person_id: int
    amount: Decimal
    currency: str
    since: date
    reasons: tuple[str, ...]
    charges: int

    def days(self, today: date) -> int:
        """How long it has been owed."""
        return (today - self.since).days


def is_open(charge: Charge | Due, today: date) -> bool:
    """Whether a charge is owed now: due by today, neither paid nor waived."""
    return charge.paid_at is None and charge.waived_reason is None and charge.due_on <= today


def debts(charges: Iterable[Charge | Due], today: date) -> list[Debt]:
    """What each person owes of these charges, the oldest debt first."""
    owed: dict[int, list[Charge | Due]] = {}
    for charge in charges:
        if is_open(charge, today):
            owed.setdefault(charge.person_id, []).append(charge)
    found = [_debt(sorted(of_one, key=lambda c: (c.due_on, c.id))) for of_one in owed.values()]
    return sorted(found, key=lambda d: (d.since, d.person_id))


def _debt(charges: Sequence[Charge | Due]) -> Debt:
    reasons = dict.fromkeys(c.failed_reason for c in charges if c.failed_reason)
    return Debt(
        person_id=charges[0].person_id,
        amount=sum((c.amount for c in charges), Decimal(0)),
        currency=charges[0].currency,
        since=charges[0].due_on,
        reasons=tuple(reasons),
        charges=len(charges),
    )


def older_than(found: Iterable[Debt], days: int | None, today: date) -> list[Debt]:
    """Those of the debts that are older than so many days; all, if no age is asked for."""
    return [d for d in found if days is None or d.days(today) > days]


_UNPAID = select(
    Charge.id, Charge.person_id, Charge.amount, Charge.currency, Charge.due_on, Charge.failed_reason
).where(Charge.gym_id == bindparam("gym"), Charge.paid_at.is_(None), Charge.waived_reason.is_(None))
_OF_ALL = Statement(_UNPAID, unwritten=True)
_OF_ONE = Statement(_UNPAID.where(Charge.person_id == bindparam("person")), unwritten=True)


async def unpaid(db: AsyncSession, gym_id: int, today: date, person_id: int | None = None) -> list[Debt]:
    """Who of a gym owes what today, or what one person owes."""
    statement = _OF_ALL if person_id is None else _OF_ONE
    return debts((Due(*row) for row in await statement.rows(db, {"gym": gym_id, "person": person_id})), today)


async def payments_of(db: AsyncSession, gym_id: int, person_id: int, limit: int = 3) -> Sequence[Charge]:
    """A person's last settled charges, the newest first."""
    settled = Charge.paid_at.is_not(None) | Charge.waived_reason.is_not(None)
    query = select(Charge).where(Charge.gym_id == gym_id, Charge.person_id == person_id, settled)
    return (await db.scalars(query.order_by(Charge.due_on.desc(), Charge.id.desc()).limit(limit))).all()
