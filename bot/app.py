"""The composition root: settings become a database, a clock, a gym, the desk and the adapters, started and stopped."""

import asyncio
import gc
import os
import secrets
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import structlog
from sqlalchemy.sql import func, select

from adapters import keep
from adapters.contract import Adapter
from bot.config import Settings
from bot.gyms import furnish, gym_zone, people_to_show
from bot.lock import alone
from bot.models import connected, everyone, limits_of, meanings_of, model_of
from bot.platforms import configured, speaking
from core.agent.compaction import Limits
from core.agent.files import keys
from core.agent.meanings import Meanings
from core.agent.messages import AgentEvent
from core.agent.outbox import OutboxRow
from core.agent.tools import Role
from core.clock import Clock, SystemClock, to_instant
from core.desk import Desk
from core.errors import Told
from core.people import Account, Person
from core.store.database import Store
from core.store.migrate import upgrade
from core.store.sole import NotAlone

log = structlog.get_logger("whistle")
LOST = (
    "The connection that kept Whistle alone on its PostgreSQL database was lost, so it stopped before it wrote anything "
    "more. What people sent until then is kept and answered after the next start: start it again."
)
EVERY_S = 3600.0
Timekeeper = Callable[[datetime | None], Clock]


class PortTaken(Told):
    """Something else listens where the page should."""


@dataclass
class House:
    """What every command works with: the database, the time, and the gym's zone. `lost` is set when the process can no
    longer be sure that it is alone on its database; nothing is committed from then on."""

    settings: Settings
    store: Store
    clock: Clock
    zone: str
    lost: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.models = connected(self.settings, self.clock.sleep)
        self.meanings: Meanings | None = None

    def desk(self) -> Desk:
        """The desk with the model of this installation."""
        model = model_of(self.models, self.store, self.clock, limits_of(self.settings))
        desk = Desk(self.store, self.clock, model, base_url=address(self.settings).rstrip("/"))
        settings = self.settings.models
        desk.loop.context.limits = Limits(settings.checkpoint_messages, settings.checkpoint_tokens)
        desk.loop.context.meanings = self.meanings = meanings_of(self.settings, model, self.store, self.clock)
        return desk

    async def connect(self) -> None:
        """Load what the models need, while the first messages are accepted already."""
        for model in everyone(self.models):
            await model.connection()

    async def close(self) -> None:
        """Close the connections to the models."""
        for model in everyone(self.models):
            await model.close()
        if self.meanings is not None:
            await self.meanings.close()


@asynccontextmanager
async def opened(settings: Settings, timekeeper: Timekeeper = SystemClock) -> AsyncIterator[House]:
    """The database, migrated and with a gym in it, for this process alone."""
    private_folder(settings.data_dir)
    store, lost = Store(settings.database_url), asyncio.Event()
    async with alone(store, settings.sqlite_file, lost.set):
        try:
            await upgrade(settings.database_url)
            zone = await gym_zone(store, settings)
            clock = await clock_of(store, settings, zone, timekeeper)
            await furnish(store, settings, clock.now())
            house = House(settings, store, clock, zone, lost)
            try:
                yield house
            finally:
                await house.close()
        finally:
            await store.dispose()


async def clock_of(store: Store, settings: Settings, zone: str, timekeeper: Timekeeper = SystemClock) -> Clock:
    """The machine's clock, or one moved to the start that is set; a gym that has moved on is not taken back."""
    if settings.clock.start is None:
        return timekeeper(None)
    start = to_instant(settings.clock.start, zone)
    last = await last_recorded(store)
    return timekeeper(max(start, last) if last else start)


async def last_recorded(store: Store) -> datetime | None:
    """The moment of the newest thing that the database remembers."""
    async with store.read() as db:
        moments = [
            await db.scalar(select(func.max(AgentEvent.at))),
            await db.scalar(select(func.max(OutboxRow.sent_at))),
        ]
    return max((m for m in moments if m), default=None)


def private_folder(folder: Path) -> None:
    """The data directory, for its owner's eyes only."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)


def secret_of(folder: Path) -> bytes:
    """The key that sign-in links are made with; made once, so that links stay the same at every start."""
    path = folder / "secret"
    if not path.exists():
        private_folder(folder)
        fresh = path.with_name(f"secret.{os.getpid()}")
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
        fresh.replace(path)
    return path.read_bytes()


def address(settings: Settings, port: int | None = None) -> str:
    """Where a browser on this machine finds the page."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.web.host, settings.web.host)
    return f"http://{host}:{port or settings.web.port}/"


def check_port(host: str, port: int) -> None:
    """Say in plain words that a port cannot be had, before anything else is started."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTaken(
                f"Nothing can listen on {host} port {port}: {error.strerror or error}. Stop what uses it, or choose "
                f"another port with WHISTLE_WEB__PORT={port + 1}. Nothing was started."
            ) from None


async def run(settings: Settings, timekeeper: Timekeeper = SystemClock) -> None:
    """Serve until the process is told to stop. `timekeeper` makes the clock of its moment of start."""
    from adapters.web.adapter import WebAdapter
    from core.llm.rules import RulesModel, ready

    check_port(settings.web.host, settings.web.port)
    stopping = asyncio.Event()
    async with opened(settings, timekeeper) as house:
        desk = house.desk()
        web = WebAdapter(
            desk,
            host=settings.web.host,
            port=settings.web.port,
            secret=secret_of(settings.data_dir),
            data_dir=settings.data_dir,
            allowed_hosts=settings.web.allowed_hosts,
        )
        platforms = configured(settings, desk)
        desk.platforms.rules = RulesModel()
        _on_signals(stopping)
        await desk.start()
        tidying = asyncio.create_task(tidy(house))
        try:
            await web.start()
            async with speaking(platforms):
                await say_links(house, address(settings, web.port))
                await say_code(house, desk, platforms)
                await house.connect()
                await asyncio.to_thread(ready, desk.executor.specs.of(Role.MEMBER))
                gc.collect()
                gc.freeze()
                log.info("started", address=address(settings, web.port), database=house.store.url.get_backend_name())
                await _first(stopping, house.lost)
                log.info("stopping")
                if house.lost.is_set():
                    raise NotAlone(LOST)
        finally:
            tidying.cancel()
            await web.stop()
            await desk.stop()


async def tidy(house: House) -> None:
    """Remove, now and every hour, the bytes of files that the database knows nothing of any more; those of the last hour
    may still be on their way into it."""
    while True:
        async with house.store.read() as db:
            known = await keys(db)
        removed = await keep.tidy(house.settings.data_dir / "files", known, time.time() - EVERY_S)
        if removed:
            log.info("files_removed", count=removed)
        await house.clock.sleep(EVERY_S)


async def _first(*events: asyncio.Event) -> None:
    """Wait until one of these is set."""
    waiting = [asyncio.ensure_future(event.wait()) for event in events]
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()


def _on_signals(stopping: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)


async def say_code(house: House, desk: Desk, platforms: Sequence[Adapter]) -> None:
    """The code with which the owner opens the gym in a chat, or is known there, as long as one of the platforms knows no
    owner."""
    async with house.store.read() as db:
        owners = select(Account.platform).join(Person).where(Person.role == "owner", Person.left_on.is_(None))
        known = set(await db.scalars(owners))
    desk.platforms.door.tell = say_new_code
    if missing := [p.name.capitalize() for p in platforms if p.name not in known]:
        sys.stdout.write(
            f"Owner on {' and '.join(missing)}: write to the bot  /setup {desk.platforms.door.setup_code}\n"
        )
        sys.stdout.flush()


def say_new_code(code: str) -> None:
    """A group has read the one before."""
    sys.stdout.write(
        f"That code was shown in a group and is void. Write to the bot, in a private chat  /setup {code}\n"
    )
    sys.stdout.flush()


async def say_links(house: House, page: str) -> None:
    """One line for each person who is shown a sign-in link, at once even into a pipe."""
    from adapters.web.sign_in import token_for

    secret = secret_of(house.settings.data_dir)
    for person in await people_to_show(house.store):
        link = f"{page}?token={token_for(secret, person.id)}"
        sys.stdout.write(f"{person.name} ({person.role})  {link}\n")
    sys.stdout.flush()
