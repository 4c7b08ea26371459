"""Which gym an installation opens with: the one in the database, the one in the settings, or the demo gym."""

import tomllib
import uuid
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy.sql import select

from bot.config import GymSettings, Settings
from core.errors import Told
from core.gym import opening
from core.gym.gyms import Gym, GymProfile
from core.gym.known_names import fold
from core.people import ROLES, Account, Person
from core.store.changes import Cause
from core.store.database import Store

WEB = "web"


async def gym_zone(store: Store, settings: Settings) -> str:
    """The zone of the gym that is, or will be, in the database."""
    async with store.read() as db:
        zone: str | None = await db.scalar(select(GymProfile.zone).order_by(GymProfile.id).limit(1))
    return zone or (settings.gym.zone if settings.gym else str(demo_facts()["zone"]))


@cache
def demo_facts() -> dict[str, Any]:
    """The demo gym's name, zone and settings."""
    demo: dict[str, Any] = tomllib.loads((Path(__file__).parent / "demo_gym.toml").read_text(encoding="utf-8"))
    facts: dict[str, Any] = demo["gym"]
    return facts


async def furnish(store: Store, settings: Settings, at: datetime) -> None:
    """Give an empty database its gym."""
    async with store.read() as db:
        if await db.scalar(select(Gym.id).limit(1)):
            return
    if settings.gym:
        await open_gym(store, settings.gym, at)
    elif not settings.has_platform:
        from bot import demo

        await demo.make(store, at)


async def open_gym(store: Store, wanted: GymSettings, at: datetime) -> None:
    """A new gym with its owner, who invites everybody else."""
    async with store.write() as db:
        facts = wanted.model_dump(include={"name", "zone", "owner", "currency", "units"})
        await db.run_sync(lambda session: opening.open_gym(session, at, **facts, account=None))


async def people_to_show(store: Store) -> list[Person]:
    """Whose sign-in links are printed: the demo's staff and its member, or the owners of a gym of one's own."""
    from bot import demo

    async with store.read() as db:
        if await db.scalar(select(Gym.id).where(Gym.slug == demo_facts()["slug"])):
            return list(await demo.demo_people(db))
        owners = select(Person).where(Person.role == "owner", Person.left_on.is_(None)).order_by(Person.id)
        return list(await db.scalars(owners))


async def person_named(store: Store, words: str) -> Person:
    """A person by username, full name or first name; several or none are told."""
    wanted = fold(words.strip().removeprefix("@"))
    async with store.read() as db:
        people = list(await db.scalars(select(Person).where(Person.left_on.is_(None)).order_by(Person.id)))
    for said in (
        [p for p in people if fold(p.username or "") == wanted],
        [p for p in people if fold(p.name) == wanted],
        [p for p in people if fold(p.name.split()[0]) == wanted],
    ):
        if len(said) == 1:
            return said[0]
        if said:
            names = ", ".join(f"{p.name} ({p.username})" if p.username else p.name for p in said[:6])
            raise Told(f"{words} could be {names}. Use the whole name or the username.")
    known = ", ".join(p.name for p in sorted(people, key=lambda p: -ROLES.index(p.role))[:6])
    raise Told(f"Nobody here is called {words}. Some who are: {known}.")


async def account_of(store: Store, person: Person, at: datetime) -> str:
    """The person's account on the page; a terminal is the same private chat."""
    async with store.write() as db:
        known: str | None = await db.scalar(
            select(Account.account).where(Account.platform == WEB, Account.person_id == person.id)
        )
        if known is None:
            known = str(person.id)
            db.add(Account(platform=WEB, account=known, person_id=person.id, linked_at=at))
        return known


async def invitation(store: Store, name: str, at: datetime, address: str) -> str:
    """A fresh invitation's link for a person, recorded as the owner's doing."""
    from core.gym.invites import link, new_invite

    person = await person_named(store, name)
    async with store.read() as db:
        owner = await db.scalar(
            select(Person.id).where(Person.role == "owner", Person.gym_id == person.gym_id).limit(1)
        )
    call_id = f"command-{uuid.uuid4().hex[:12]}"
    cause = Cause(
        person.gym_id, owner or person.id, None, None, call_id, None, "invite", {"member": person.name}, "staff", at
    )
    async with store.write(cause) as db:
        row, code = new_invite(person.gym_id, person.id, at)
        db.add(row)
    return link(code, address)
