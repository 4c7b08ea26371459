"""Accounts on platforms lead to one person, and a person has one role in a gym."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint, bindparam
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql import select

from core.store.rows import Json, Logged, Row

ROLES = ("stranger", "member", "coach", "admin", "owner")


class Person(Logged, Row):
    """Someone a gym knows, member or staff. Contact data and birthday are staff data; `settings` are the person's own."""

    __tablename__ = "persons"

    name: Mapped[str] = mapped_column(String(120))
    username: Mapped[str | None] = mapped_column(String(60))
    role: Mapped[str] = mapped_column(String(10), default="member")
    email: Mapped[str | None] = mapped_column(String(200))
    phone: Mapped[str | None] = mapped_column(String(40))
    birthday: Mapped[date | None]
    joined_on: Mapped[date]
    left_on: Mapped[date | None]
    settings: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)

    @property
    def rank(self) -> int:
        """The role as a number: 0 stranger to 4 owner."""
        return ROLES.index(self.role)


class Account(Row):
    """A verified identity on a platform: the only way anyone becomes a person."""

    __tablename__ = "accounts"
    __table_args__ = (UniqueConstraint("platform", "account"),)

    platform: Mapped[str] = mapped_column(String(20))
    account: Mapped[str] = mapped_column(String(80))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    linked_at: Mapped[datetime]


_PERSON_OF = (
    select(Person)
    .join(Account, Account.person_id == Person.id)
    .where(Account.platform == bindparam("platform"), Account.account == bindparam("account"))
)


async def person_of(db: AsyncSession, platform: str, account: str) -> Person | None:
    """The person behind a verified account, if any."""
    return (await db.scalars(_PERSON_OF, {"platform": platform, "account": account})).first()
