"""Opens gyms on Discord: the demo gym with the rules, or a small gym with toy tools, before a stand-in of Discord."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.sql import select

from core.agent.tools import load
from core.clock import SetClock
from core.llm.rules import RulesModel
from core.people import Person
from core.store.database import Store
from tests.conftest import House
from tests.databases import fresh
from tests.discord.server import Server
from tests.fakes.discord import FakeDiscord, discord
from tests.test_dialogues import AT, demo_gym


@pytest.fixture
async def fake() -> AsyncIterator[FakeDiscord]:
    """Discord, on this machine."""
    async with discord() as server:
        server.rates.enforced = False
        yield server


async def known_people(url: str) -> dict[str, int]:
    """Everyone in a database, by first name (of several by last)."""
    store = Store(url)
    async with store.read() as db:
        people = list(await db.scalars(select(Person).order_by(Person.id)))
    await store.dispose()
    known: dict[str, int] = {}
    for person in people:
        first, last = person.name.casefold().split(" ", 1)
        known.setdefault(first if first not in known else last, person.id)
    return known


Opener = Callable[..., Any]


@pytest.fixture
async def demo(fake: FakeDiscord, tmp_path: Path) -> AsyncIterator[Opener]:
    """Opens the demo gym, with the rules as its model."""
    opened: list[Server] = []
    async with fresh("sqlite", tmp_path, "demo", demo_gym) as url:

        async def open_server(**more: Any) -> Server:
            known = await known_people(url)
            house = House(url=url, clock=SetClock(AT), model=RulesModel(), toolbox=load(), people=known)
            opened.append(await Server(house, fake, tmp_path / "data", **more).open())
            return opened[-1]

        yield open_server
        for server in opened:
            await server.close()
