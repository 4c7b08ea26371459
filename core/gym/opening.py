"""Opening a gym: its profile and its owner, who lets everybody else in."""

import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.sql import select

from core.clock import to_local
from core.gym.gyms import Gym, GymProfile
from core.people import Account, Person
from core.store.database import unlogged
from core.store.rows import Row

WEB = "web"
_EURO = ("Europe/",)
_BY_ZONE = {"Europe/London": "GBP", "Europe/Zurich": "CHF", "Europe/Warsaw": "PLN", "Europe/Stockholm": "SEK"}


class SetupRow(Row):
    """A gym that somebody is opening in a chat: what they have answered so far."""

    __tablename__ = "setups"
    __table_args__ = (UniqueConstraint("platform", "account"),)

    platform: Mapped[str] = mapped_column(String(20))
    account: Mapped[str] = mapped_column(String(80))
    answers: Mapped[dict[str, Any]]
    at: Mapped[datetime]


def open_gym(
    db: Session, at: datetime, *, name: str, zone: str, owner: str, currency: str, units: str, account: Account | None
) -> Person:
    """A new gym with its owner, who can sign in on the page and, with an account, on a platform."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "gym"
    taken = db.scalar(select(Gym.id).where(Gym.slug == slug))
    gym = Gym(slug=f"{slug}-{taken}" if taken else slug)
    db.add(gym)
    db.flush()
    with unlogged(db):
        joined = to_local(at, zone).date()
        person = Person(gym_id=gym.id, name=owner, role="owner", joined_on=joined, settings={})
        db.add_all([GymProfile(gym_id=gym.id, name=name, zone=zone, currency=currency, units=units), person])
        db.flush()
    db.add(Account(platform=WEB, account=str(person.id), person_id=person.id, linked_at=at))
    if account is not None:
        account.person_id = person.id
        db.add(account)
    db.flush()
    return person


def zones_meant(words: str) -> list[str]:
    """The time zones that a city or a zone's name means: "Berlin", "new york", "Europe/Berlin"."""
    wanted = "_".join(words.strip().split()).casefold()
    if not wanted:
        return []
    names = sorted(z for z in available_timezones() if "/" in z and not z.startswith(("Etc/", "posix/", "right/")))
    exact = [z for z in names if z.casefold() == wanted or z.rpartition("/")[2].casefold() == wanted]
    return exact[:1] or [z for z in names if wanted in z.casefold()][:6]


def money_of(zone: str) -> str:
    """The currency that is likely in a zone; the owner can change it."""
    if zone in _BY_ZONE:
        return _BY_ZONE[zone]
    return "EUR" if zone.startswith(_EURO) else "USD"


def known_zone(zone: str) -> bool:
    """Whether a zone's name can be used."""
    try:
        ZoneInfo(zone)
    except (ValueError, OSError, KeyError):
        return False
    return True
