"""The gym that tests play in: a real database, a clock that stands still, and people who talk and press."""

import gc
import importlib
import pkgutil
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session
from sqlalchemy.sql import select

import core.agent
import core.coaching
import core.gym
from bot import logs
from core.agent.outbox import PENDING, OutboxRow
from core.agent.tools import Tool
from core.chat import Call, Entry, Incoming, Message, Press, Turn
from core.clock import SetClock
from core.desk import Desk
from core.gym.gyms import Gym, GymProfile
from core.llm.contract import Model, ToolCall
from core.llm.scripted import ScriptedModel
from core.people import Account, Person
from core.store.database import CommitHook, Store, unlogged
from tests import toys
from tests.databases import KINDS, POSTGRES, fresh, make_tables, nothing, postgres_up

START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
PEOPLE = {
    "Olivia Grant": "owner",
    "Adam Novak": "admin",
    "Carla Reyes": "coach",
    "Marcus Hale": "coach",
    "Mia Tran": "member",
    "Anna Schmidt": "member",
    "Anna Kowalski": "member",
}

# Without a form of its own the log draws every variable of every frame: seconds for each fault that a test provokes.
logs.configure("warning", False)
for package in (core.agent, core.gym, core.coaching):
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")


def pytest_collection_finish() -> None:
    """What was imported and collected stays: the garbage of a test is looked for in what the test made."""
    gc.collect()
    gc.freeze()


@pytest.fixture(params=KINDS)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The URL of an empty database of each kind, with all tables."""
    async with fresh(request.param, tmp_path, "empty", nothing) as url:
        yield url


@pytest.fixture
async def sqlite(tmp_path: Path) -> AsyncIterator[str]:
    """The URL of an empty SQLite database, for what is no matter of the database."""
    async with fresh("sqlite", tmp_path, "empty", nothing) as url:
        yield url


async def small_gym(store: Store, slug: str = "ironside") -> dict[str, int]:
    """A gym with a few people, who can all sign in; returns their ids by first name."""
    async with store.write() as db:
        gym = Gym(slug=slug)
        db.add(gym)
        await db.flush()
        return await db.run_sync(_fill, gym.id)


def _fill(session: Session, gym_id: int) -> dict[str, int]:
    """Rows that no test tells from those of the unit of work, in a tenth of its time."""
    of_gym = {"gym_id": gym_id, "version": 1}
    profile = {"name": "Ironside Athletic", "zone": "Europe/Berlin", "currency": "EUR"}
    joined = {"joined_on": date(2025, 1, 1), "settings": {}}
    people = [
        {
            **of_gym,
            **joined,
            "name": name,
            "role": role,
            "username": name.split()[0].casefold() if role != "member" else None,
        }
        for name, role in PEOPLE.items()
    ]
    with unlogged(session):
        session.execute(insert(GymProfile), [{**of_gym, **profile}])
        ids = list(session.scalars(insert(Person).returning(Person.id, sort_by_parameter_order=True), people))
        held = [{"platform": "web", "account": str(id), "person_id": id, "linked_at": START} for id in ids]
        session.execute(insert(Account), held)
    return {name.replace("Anna ", "").split()[0].casefold(): id for name, id in zip(PEOPLE, ids, strict=True)}


@dataclass
class House:
    """A running Whistle and everyone in it. `rebuild` builds it anew from its database before every request."""

    url: str
    clock: SetClock
    model: Model | Callable[[Store], Model]
    toolbox: dict[str, Tool]
    rebuild: bool = False
    on_commit: CommitHook | None = None
    furnish: Callable[[Desk], None] = lambda desk: None
    people: dict[str, int] = field(default_factory=dict)
    desk: Desk = field(init=False)
    _events: int = 0

    async def open(self) -> "House":
        store = Store(self.url, self.on_commit)
        model = self.model(store) if callable(self.model) else self.model
        self.desk = Desk(store, self.clock, model, self.toolbox)
        if not self.people:
            self.people = await small_gym(self.desk.store)
        self.furnish(self.desk)
        await self.desk.start()
        return self

    async def reopen(self) -> None:
        """Stop and start again on the same database."""
        await self.desk.stop()
        await self.open()

    async def _fresh(self) -> str:
        if self.rebuild:
            await self.reopen()
        self._events += 1
        return f"e{self._events}"

    async def say(self, who: str, words: str, room: str | None = None, **more: Any) -> Turn:
        """A person says something and waits for the answer."""
        event = await self._fresh()
        incoming = Incoming(platform="web", event_id=event, account=self.account(who), text=words, room=room, **more)
        return await self.desk.turn_of(await self.desk.receive(incoming))

    async def call(self, who: str, tool: str, /, room: str | None = None, **args: Any) -> Turn:
        """A person makes a prefilled call."""
        return await self.say(who, "", room, call=Call(tool=tool, args=args))

    async def tap(self, who: str, token: str | None) -> Turn:
        """A person presses a button."""
        assert token is not None
        event = await self._fresh()
        return await self.desk.press(Press(platform="web", event_id=event, account=self.account(who), token=token))

    def account(self, who: str) -> str:
        return str(self.people[who])

    async def read(self, who: str, room: str | None = None) -> list[Entry]:
        """What a person sees in a place."""
        return await self.desk.history(self.people[who], room, None, 100, None)

    async def last(self, who: str, room: str | None = None) -> Message:
        """The newest message that a person sees in a place."""
        return (await self.read(who, room))[-1].message

    async def pass_time(self, by: timedelta) -> None:
        """Move the clock and let everything that became due happen. What the desk itself is just delivering is passed
        over on PostgreSQL, and there is only once that is committed."""
        self.clock.move(by)
        now, store = self.clock.now(), self.desk.store
        waits = select(OutboxRow.id).where(OutboxRow.state == PENDING, OutboxRow.due_at <= now).limit(1)
        left: int | None = 1
        while left is not None:
            await self.desk.outbox.deliver_due(store, now)
            async with store.read() as db:
                left = await db.scalar(waits)


Opener = Callable[..., Any]


@pytest.fixture
async def gym(tmp_path: Path) -> AsyncIterator[House]:
    """The demo gym, Monday at 10:00."""
    from tests.test_dialogues import demo_gym, demo_house  # they open the House that is made here

    async with fresh("sqlite", tmp_path, "demo", demo_gym) as url:
        house = await demo_house(url)
        yield house
        await house.desk.stop()


@pytest.fixture
async def toy_house(database: str) -> AsyncIterator[Opener]:
    """Opens a house with the toy tools and a scripted model."""
    opened: list[House] = []

    async def open_house(*steps: Any, **more: Any) -> House:
        more.setdefault("clock", SetClock(START))
        house = House(url=database, model=ScriptedModel(*steps), toolbox=toys.toolbox(), **more)
        opened.append(await house.open())
        return house

    yield open_house
    for house in opened:
        await house.desk.stop()


def calls(*named: tuple[str, dict[str, Any]]) -> list[ToolCall]:
    """A model's answer that proposes calls."""
    return [ToolCall("", name, args) for name, args in named]


__all__ = ["POSTGRES", "make_tables", "postgres_up"]
