"""Checks an installation from the outside in, and says for each finding what to do."""

import asyncio
import shutil
import sqlite3
import stat
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.sql import select

from bot.app import PortTaken, check_port, last_recorded
from bot.backup import problems
from bot.config import Settings, unknown_variables
from bot.lock import FileLock, Taken
from bot.models import Connected, connected, everyone
from core.clock import to_local
from core.gym.gyms import GymProfile
from core.llm.contract import KeyRefused, ModelError, Permanent
from core.store.database import Store
from core.store.migrate import newest, revision_of

WAL_MENDED = (3, 51, 3)
LITTLE_DISK = 500_000_000
LEAST_DISK = 50_000_000
MODEL_PATIENCE = 10
MARKS = {"ok": "ok  ", "note": "note", "bad": "BAD "}


@dataclass(frozen=True)
class Check:
    """One finding. `note` is worth knowing, `bad` keeps Whistle from working or endangers data."""

    name: str
    state: Literal["ok", "note", "bad"]
    words: str

    def line(self) -> str:
        """The finding as one line."""
        return f"{MARKS[self.state]} {self.name}: {self.words}"


async def examine(settings: Settings) -> list[Check]:
    """Every check, in the order in which trouble is best looked for."""
    checks = [_sqlite_version(settings), _disk(settings), *_files(settings)]
    checks += await _database(settings)
    running = _running(settings)
    checks += [_port(settings, running), _hosts(settings), *_tokens(settings), *await _models(settings), *_variables()]
    return checks


def _sqlite_version(settings: Settings) -> Check:
    version = sqlite3.sqlite_version
    if settings.sqlite_file is None:
        return Check("sqlite", "ok", "not used; the database is PostgreSQL")
    if sqlite3.sqlite_version_info < WAL_MENDED:
        return Check(
            "sqlite",
            "note",
            f"version {version} has a rare fault that can damage a database in WAL mode; 3.51.3 mends it. Whistle writes "
            "through one connection only, which avoids it. Make backups, and update Python's SQLite when you can.",
        )
    return Check("sqlite", "ok", f"version {version}")


def _disk(settings: Settings) -> Check:
    folder = settings.data_dir.resolve()
    there = next(f for f in (folder, *folder.parents) if f.exists())
    free = shutil.disk_usage(there).free
    words = f"{free / 1e9:.1f} GB free for {folder}"
    if free < LEAST_DISK:
        return Check("disk", "bad", f"{words}; make room now, or messages can no longer be kept")
    return Check("disk", "note", f"{words}; make room soon") if free < LITTLE_DISK else Check("disk", "ok", words)


def _files(settings: Settings) -> list[Check]:
    secret = settings.data_dir / "secret"
    if not settings.data_dir.exists():
        return [Check("data", "note", f"{settings.data_dir} does not exist yet; `python -m bot run` makes it")]
    if secret.exists() and stat.S_IMODE(secret.stat().st_mode) & 0o077:
        return [Check("data", "bad", f"others on this machine can read {secret}; run: chmod 600 {secret}")]
    return [Check("data", "ok", f"kept in {settings.data_dir.resolve()}")]


async def _database(settings: Settings) -> list[Check]:
    file = settings.sqlite_file
    if file and not file.exists():
        return [Check("database", "note", f"{file} does not exist yet; `python -m bot run` makes it"), _clock(None)]
    store = Store(settings.database_url)
    try:
        return [
            await _revision(store),
            *await _integrity(file),
            *await _gyms(store),
            _clock(await last_recorded(store)),
        ]
    except (SQLAlchemyError, OSError) as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        where = file or f"the PostgreSQL server at {store.url.host}:{store.url.port or 5432}"
        return [Check("database", "bad", f"{where} cannot be read: {reason}. Check that it runs and the URL is right.")]
    finally:
        await store.dispose()


async def _revision(store: Store) -> Check:
    at = await revision_of(store.reader)
    if at == newest():
        return Check("database", "ok", f"{store.url.get_backend_name()}, revision {at}")
    if at and at > newest():
        return Check("database", "bad", f"revision {at} is from a newer Whistle than this one; update Whistle")
    return Check("database", "note", f"revision {at or 'none'}; `python -m bot run` brings it to {newest()}")


async def _integrity(file: Path | None) -> list[Check]:
    if file is None:
        return []
    found, size = await asyncio.to_thread(lambda: (problems(file), file.stat().st_size))
    if found:
        return [Check("integrity", "bad", f"{found}. Stop Whistle and go back to the newest good backup.")]
    return [Check("integrity", "ok", f"every page and reference checked, {size / 1e6:.1f} MB")]


async def _gyms(store: Store) -> list[Check]:
    async with store.read() as db:
        gyms = list(await db.scalars(select(GymProfile).order_by(GymProfile.id)))
    if not gyms:
        return [Check("gym", "note", "none yet; `python -m bot run` opens the one in the settings, or the demo gym")]
    return [_zone(gym) for gym in gyms]


def _zone(gym: GymProfile) -> Check:
    try:
        ZoneInfo(gym.zone)
    except (ValueError, OSError, KeyError):
        return Check("zone", "bad", f"{gym.name} is in {gym.zone}, which is unknown here; install the package tzdata")
    return Check(
        "zone", "ok", f"{gym.name} in {gym.zone}, where it is {to_local(datetime.now(UTC), gym.zone):%a %H:%M}"
    )


def _clock(last: datetime | None) -> Check:
    now = datetime.now(UTC)
    if last and last > now + timedelta(minutes=5):
        ahead = last - now
        return Check(
            "clock",
            "note",
            f"the newest message is {ahead.days} days and {ahead.seconds // 3600} hours ahead of this machine's clock: "
            "either it ran with WHISTLE_CLOCK__START, or the clock is slow; check it with `date`",
        )
    return Check("clock", "ok", f"{now:%Y-%m-%d %H:%M} UTC")


def _running(settings: Settings) -> bool:
    if settings.sqlite_file is None or not settings.sqlite_file.parent.exists():
        return False
    lock = FileLock(settings.sqlite_file)
    try:
        lock.acquire()
    except Taken:
        return True
    lock.release()
    return False


def _port(settings: Settings, running: bool) -> Check:
    where = f"{settings.web.host}:{settings.web.port}"
    try:
        check_port(settings.web.host, settings.web.port)
    except PortTaken as taken:
        if running:
            return Check("port", "ok", f"{where} is in use, and Whistle is running on this data")
        return Check("port", "bad", taken.words)
    return Check("port", "ok", f"{where} is free")


def _hosts(settings: Settings) -> Check:
    if settings.web.host in ("127.0.0.1", "::1", "localhost"):
        return Check("web", "ok", "only this machine can reach the page")
    if not settings.web.allowed_hosts:
        return Check(
            "web",
            "bad",
            f"the page listens on {settings.web.host}, but no name is allowed: set web.allowed_hosts to the name in the "
            "address that people open, and put HTTPS in front",
        )
    return Check("web", "note", f"reachable as {', '.join(settings.web.allowed_hosts)}; put HTTPS in front")


def _tokens(settings: Settings) -> list[Check]:
    found = [name for name in ("telegram", "discord") if getattr(settings, name).token is not None]
    if not found:
        return []
    words = "its token is set; the platform says at the start whether it is the right one"
    return [Check(name, "ok", words) for name in found]


async def _models(settings: Settings) -> list[Check]:
    """Every connected model is asked for by name, which costs nothing."""
    found = everyone(connected(settings))
    if not found:
        return [Check("models", "note", "none is connected; the rules answer. The README says how to connect one")]
    checks = await asyncio.gather(*(_model(model) for model in found))
    for model in found:
        await model.close()
    return checks


async def _model(model: Connected) -> Check:
    try:
        async with asyncio.timeout(MODEL_PATIENCE):
            await model.check()
    except KeyRefused:
        return Check(model.name, "bad", "the key is refused; check it, and that the account has credit")
    except Permanent as error:
        return Check(model.name, "bad", f"the key works, but this model cannot be asked ({error.status}); see [models]")
    except (ModelError, TimeoutError):
        return Check(model.name, "note", "cannot be reached from here right now; others or the rules answer meanwhile")
    return Check(model.name, "ok", "the key works and the model is there")


def _variables() -> list[Check]:
    return [
        Check(
            "settings",
            "note",
            f"{name} is no setting and has no effect; sections take two underscores, as in WHISTLE_WEB__PORT",
        )
        for name in unknown_variables()
    ]
