"""Invitations: a single-use code that lets a person in, of which only the hash is kept."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql import select

from core.errors import NotFound
from core.i18n import _
from core.people import Person, give_account
from core.store.changes import Cause, sum_up, watch
from core.store.rows import Logged, Row

VALID_FOR = timedelta(days=7)


class Invite(Logged, Row):
    """One code for one person; it works once, until it expires."""

    __tablename__ = "invites"

    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


def hashed(code: str) -> str:
    """What is kept of a code."""
    return hashlib.sha256(code.strip().encode()).hexdigest()


def new_invite(gym_id: int, person_id: int, now: datetime) -> tuple[Invite, str]:
    """A fresh invitation and its code, which is shown once and never stored."""
    code = secrets.token_urlsafe(18)
    row = Invite(gym_id=gym_id, person_id=person_id, code_hash=hashed(code), expires_at=now + VALID_FOR, used_at=None)
    return row, code


def link(code: str, base_url: str = "") -> str:
    """The address that an invited person opens."""
    return f"{base_url.rstrip('/')}/?invite={code}"


async def redeemable(db: AsyncSession, code: str, now: datetime) -> Invite | None:
    """The invitation of a code if it can still be used."""
    found = (await db.scalars(select(Invite).where(Invite.code_hash == hashed(code)))).first()
    return found if found and found.used_at is None and now < found.expires_at else None


async def open_invites(db: AsyncSession, gym_id: int, person_id: int, now: datetime) -> list[Invite]:
    """A person's invitations that have not been used and are not out of date."""
    query = select(Invite).where(Invite.gym_id == gym_id, Invite.person_id == person_id, Invite.used_at.is_(None))
    return [i for i in await db.scalars(query) if now < i.expires_at]


async def open_to(db: AsyncSession, code: str, now: datetime) -> tuple[Invite, Person]:
    """An invitation that can still be used, and whom it is for."""
    invite = await redeemable(db, code, now)
    person = await db.get(Person, invite.person_id) if invite else None
    if invite is None or person is None:
        raise NotFound(_("This invitation was used already or is out of date. Ask the front desk for a new one."))
    return invite, person


async def redeem(db: AsyncSession, platform: str, account: str, code: str, now: datetime) -> Person:
    """Use up an invitation from an account of a platform that nobody is known by: it becomes its person's."""
    person = await _used(db, code, now)
    await give_account(db, platform, account, person.id, now)
    return person


async def _used(db: AsyncSession, code: str, now: datetime) -> Person:
    """Whoever an invitation lets in: from now on it is used up, and one who had left is back."""
    invite, person = await open_to(db, code, now)
    cause = Cause(person.gym_id, person.id, None, None, f"join-{invite.id}", None, "join", {}, "staff", now)
    watch(db.sync_session, cause)
    words = _("{name} is back, by an invitation") if person.left_on else _("{name} joined, by an invitation")
    invite.used_at, person.left_on = now, None
    await _summed_up(db, cause, words.format(name=person.name))
    return person


async def _summed_up(db: AsyncSession, cause: Cause, words: str) -> None:
    """Write down what was changed, with words for whoever reads the log."""
    await db.flush()
    if cause.change is not None:
        await sum_up(db, cause.change.id, words)


async def void_all(db: AsyncSession, gym_id: int, person_id: int, now: datetime) -> None:
    """A person's invitations let nobody in any more."""
    for invite in await open_invites(db, gym_id, person_id, now):
        invite.used_at = now
    await db.flush()


async def void(db: AsyncSession, invite: Invite, now: datetime) -> None:
    """Take back an invitation whose code others have read."""
    cause = Cause(invite.gym_id, invite.person_id, None, None, f"seen-{invite.id}", None, "join", {}, "staff", now)
    watch(db.sync_session, cause)
    invite.used_at = now
    person = await db.get_one(Person, invite.person_id)
    await _summed_up(db, cause, _("Invitation for {name} void: others have read it").format(name=person.name))


async def use(db: AsyncSession, platform: str, code: str, now: datetime) -> Person:
    """Use up an invitation: its person gets an account on a platform that signs people in itself."""
    person = await _used(db, code, now)
    await give_account(db, platform, str(person.id), person.id, now)
    return person
