"""Accounts on platforms lead to one person, and a person has one role in a gym."""

import hashlib
import re
import secrets
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ForeignKey, String, UniqueConstraint, bindparam
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql import select

from core.store.rows import Json, Logged, Row
from core.store.statements import Statement

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
    def language(self) -> str | None:
        """The language that the person has set, by its English name; None is English."""
        return (self.settings or {}).get("language")

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


class Sender(NamedTuple):
    """Who a verified account is: as much as taking in a message needs."""

    id: int
    gym_id: int
    name: str
    role: str
    left_on: date | None
    settings: dict[str, Any]

    @property
    def language(self) -> str | None:
        """The language that the person has set, by its English name; None is English."""
        return (self.settings or {}).get("language")

    @property
    def rank(self) -> int:
        """The role as a number; nobody once they have left."""
        return 0 if self.left_on is not None else ROLES.index(self.role)


Someone = Person | Sender
_FACTS = (Person.id, Person.gym_id, Person.name, Person.role, Person.left_on, Person.settings)
_SENDER = Statement(
    select(*_FACTS)
    .join(Account, Account.person_id == Person.id)
    .where(Account.platform == bindparam("platform"), Account.account == bindparam("account"))
)
_BY_ID = Statement(select(*_FACTS).where(Person.id == bindparam("person")))


async def sender_of(db: AsyncSession, platform: str, account: str) -> Sender | None:
    """Who is behind a verified account, if anyone."""
    found = await _SENDER.first(db, {"platform": platform, "account": account})
    return Sender(*found) if found else None


async def sender(db: AsyncSession, person_id: int) -> Sender:
    """A person as they are now, who is known to be there."""
    found = await _BY_ID.first(db, {"person": person_id})
    assert found is not None
    return Sender(*found)


async def person_of(db: AsyncSession, platform: str, account: str) -> Person | None:
    """The person behind a verified account, if any."""
    return (await db.scalars(_PERSON_OF, {"platform": platform, "account": account})).first()


async def language_of(db: AsyncSession, person_id: int | None) -> str | None:
    """The language in which a person reads; English for a room, where nobody is meant alone."""
    found = await _BY_ID.first(db, {"person": person_id}) if person_id is not None else None
    return Sender(*found).language if found else None


async def give_account(db: AsyncSession, platform: str, account: str, person_id: int, now: datetime) -> None:
    """An account is a person's from now on, also where it was that of somebody who has left."""
    mine = (Account.platform == platform, Account.account == account)
    known = (await db.scalars(select(Account).where(*mine))).first()
    if known is None:
        db.add(Account(platform=platform, account=account, person_id=person_id, linked_at=now))
    else:
        known.person_id, known.linked_at = person_id, now
    await db.flush()


class LinkCode(Row):
    """A code that brings one more account to a person: shown in their private chat, typed on the other platform. Only
    its hash is kept; it works once, for a few minutes."""

    __tablename__ = "link_codes"

    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


LINK_FOR = timedelta(minutes=15)
# Letters and digits that cannot be taken for each other.
_SIGNS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


def hash_of_code(code: str) -> str:
    """What is kept of a code; hyphens, spaces and capitals do not count."""
    return hashlib.sha256(re.sub(r"[\s-]", "", code).upper().encode()).hexdigest()


def new_code() -> str:
    """A code that is easily typed: 50 bits."""
    signs = "".join(secrets.choice(_SIGNS) for _ in range(10))
    return f"{signs[:5]}-{signs[5:]}"


def new_link(person_id: int, now: datetime) -> tuple[LinkCode, str]:
    """A fresh code, which is shown once and never stored."""
    code = new_code()
    return LinkCode(code_hash=hash_of_code(code), person_id=person_id, expires_at=now + LINK_FOR, used_at=None), code


async def linkable(db: AsyncSession, code: str, now: datetime) -> LinkCode | None:
    """The link code, if it can still be used."""
    found: LinkCode | None = await db.scalar(select(LinkCode).where(LinkCode.code_hash == hash_of_code(code)))
    return found if found is not None and found.used_at is None and now < found.expires_at else None


async def accounts_of(db: AsyncSession, person_id: int) -> list[Account]:
    """Every account of a person."""
    return list(await db.scalars(select(Account).where(Account.person_id == person_id).order_by(Account.id)))
