"""What the rules would do with messages, for the command line: one gym per day, made once and asked many times."""

import asyncio
import contextlib
import os
import shutil
import tempfile
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, Self

import orjson
import structlog

from bot import logs
from bot.app import House, opened
from bot.config import Settings
from bot.gyms import demo_facts, gym_zone, person_named
from core.agent.explain import explain
from core.chat import STAFF_ROOM
from core.clock import SetClock, SystemClock, to_instant, to_local
from core.desk import Desk
from core.errors import Told
from core.llm.rules import RulesModel
from core.store.database import Store
from core.store.migrate import upgrade
from core.store.sole import NotAlone

GYMS_KEPT = 8


class Gyms:
    """The gym that a moment is explained in: the demo as it would be made then, or the configured one at any time."""

    def __init__(self, settings: Settings | None, migrated: Path | None = None) -> None:
        self._settings = settings
        self._migrated = migrated
        self._made: OrderedDict[date | None, Desk] = OrderedDict()
        self._stack = AsyncExitStack()
        self._folder = Path()
        self._house: House | None = None

    async def __aenter__(self) -> Self:
        if self._settings is None:
            self._folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="whistle-")))
        else:
            self._house = await self._stack.enter_async_context(_configured(self._settings))
        return self

    async def __aexit__(self, *error: object) -> None:
        for desk in self._made.values():
            await desk.store.dispose()
        await self._stack.aclose()

    def moment(self, at: str | None) -> datetime:
        """A local ISO time of the gym as an instant; now where none is given."""
        if not at:
            return self._house.clock.now() if self._house else datetime.now(UTC).replace(second=0, microsecond=0)
        try:
            said = datetime.fromisoformat(at)
        except (TypeError, ValueError):
            raise Told(f"'{at}' is not a local date and time; write it like 2026-11-20T10:00") from None
        zone = self._house.zone if self._house else str(demo_facts()["zone"])
        return said.astimezone(UTC) if said.tzinfo else to_instant(said, zone)

    async def desk(self, at: datetime) -> Desk:
        """The desk of the gym on the day of a moment: who has booked what is the same all day."""
        zone = self._house.zone if self._house else str(demo_facts()["zone"])
        morning = datetime.combine(to_local(at, zone).date(), time.min)
        key = None if self._house else morning.date()
        if key in self._made:
            self._made.move_to_end(key)
            return self._made[key]
        if len(self._made) >= GYMS_KEPT:
            await self._made.popitem(last=False)[1].store.dispose()
        made_at = to_instant(morning, zone)
        store = self._house.store if self._house else await self._demo(made_at)
        self._made[key] = Desk(store, SetClock(made_at), RulesModel())
        return self._made[key]

    async def _demo(self, at: datetime) -> Store:
        from bot import demo

        self._migrated = self._migrated or await migrated(self._folder)
        file = self._folder / f"{at:%Y%m%dT%H%M%S%f}.db"
        await asyncio.to_thread(shutil.copyfile, self._migrated, file)
        store = Store(f"sqlite+aiosqlite:///{file}")
        await demo.make(store, at)
        return store

    async def explained(self, text: object, who: object, at: object, room: object) -> dict[str, Any]:
        """What the rules would do with one message."""
        if not isinstance(text, str):
            raise Told("text must be what was said, in quotes")
        if not isinstance(who, str) or not who.strip():
            raise Told("as must be the username or first name of the person who says it")
        if room not in (None, "", STAFF_ROOM):
            raise Told(f"There is no room called {room}; the coaches' room is {STAFF_ROOM}")
        moment = self.moment(str(at) if at else None)
        desk = await self.desk(moment)
        person = await person_named(desk.store, who)
        if room == STAFF_ROOM and person.rank < 2:
            raise Told("The coaches' room is for the gym's staff")
        async with desk.store.read() as db:
            return await explain(
                db, desk.executor, desk.loop.model, desk.names, person, text, STAFF_ROOM if room else None, moment
            )

    async def answer(self, given: object) -> dict[str, Any]:
        """One object out for one in, even where it cannot be answered."""
        if not isinstance(given, dict):
            return {"error": 'A line must be a JSON object, like {"text": "book yoga", "as": "mia"}'}
        try:
            return await self.explained(given.get("text"), given.get("as"), given.get("at"), given.get("room"))
        except Told as told:
            return {"error": told.words}
        except Exception:
            structlog.get_logger("whistle").exception("explain failed", text=given.get("text"))
            return {"error": "This could not be explained because of a fault of our own; the log has the details"}

    async def answer_line(self, line: str | bytes) -> dict[str, Any]:
        """One object out for one line in."""
        try:
            given = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            return {"error": f"This line is not JSON: {error}"}
        return await self.answer(given)


async def migrated(folder: Path) -> Path:
    """A database with all tables and nothing in them, to be copied."""
    file = folder / "empty.db"
    await upgrade(f"sqlite+aiosqlite:///{file}")
    return file


def answer_lines(lines: Sequence[bytes], settings: Settings | None) -> Iterator[dict[str, Any]]:
    """One object for each line, in order. Lines of different days are different demo gyms, so they are shared out
    among this machine's processors; a configured gym is one, and is asked line by line."""
    days: dict[str, list[int]] = {}
    for number, line in enumerate(lines):
        days.setdefault(_day_of(line), []).append(number)
    if settings is not None or len(days) < 4:
        yield from asyncio.run(_answered(lines, settings, None))
        return
    with tempfile.TemporaryDirectory(prefix="whistle-") as folder:
        empty = asyncio.run(migrated(Path(folder)))
        with ProcessPoolExecutor(
            len(os.sched_getaffinity(0)), initializer=logs.configure, initargs=("warning", False)
        ) as pool:
            work = {at: pool.submit(_answer_group, [lines[n] for n in mine], empty) for at, mine in days.items()}
            for line in lines:
                yield work[_day_of(line)].result().pop(0)


def _day_of(line: bytes) -> str:
    with contextlib.suppress(orjson.JSONDecodeError, AttributeError):
        return str(orjson.loads(line).get("at"))[:10]
    return "None"


def _answer_group(lines: Sequence[bytes], empty: Path) -> list[dict[str, Any]]:
    return asyncio.run(_answered(lines, None, empty))


async def _answered(lines: Sequence[bytes], settings: Settings | None, empty: Path | None) -> list[dict[str, Any]]:
    async with Gyms(settings, empty) as gyms:
        return [await gyms.answer_line(line) for line in lines]


@asynccontextmanager
async def _configured(settings: Settings) -> AsyncIterator[House]:
    """The configured gym; one that is being served is only read."""
    async with AsyncExitStack() as stack:
        try:
            house = await stack.enter_async_context(opened(settings))
        except NotAlone:
            store = Store(settings.database_url)
            stack.push_async_callback(store.dispose)
            house = House(settings, store, SystemClock(), await gym_zone(store, settings))
        yield house
