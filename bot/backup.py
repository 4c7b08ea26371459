"""A copy of the SQLite database, taken while it is in use and checked before it counts."""

import asyncio
import contextlib
import os
import sqlite3
from pathlib import Path

from bot.config import Settings
from core.errors import Told


async def copy(settings: Settings, target: Path) -> str:
    """Write a checked copy to a new file, and say what was done."""
    return await asyncio.to_thread(_copy, settings, target)


def _copy(settings: Settings, target: Path) -> str:
    source = settings.sqlite_file
    if source is None:
        raise Told(
            "This database is PostgreSQL, which has its own tool: pg_dump --format=custom --file=whistle.dump YOUR_URL. "
            "Nothing was written."
        )
    if not source.exists():
        raise Told(f"There is no database at {source} yet, so there is nothing to copy.")
    if target.exists():
        raise Told(f"{target} exists already and was left as it is. Choose another name.")
    if not target.parent.is_dir():
        raise Told(f"There is no folder {target.parent}. Make it first.")
    _copied(source, target)
    return f"Copied {source} to {target} ({target.stat().st_size / 1_000_000:.1f} MB) and checked it: ok."


def _copied(source: Path, target: Path) -> None:
    part = target.with_name(f".{target.name}.{os.getpid()}")
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        live = sqlite3.connect(f"file:{source}?mode=ro", uri=True)
        made = sqlite3.connect(part)
        with contextlib.closing(live), contextlib.closing(made):
            live.backup(made)
            made.execute("PRAGMA journal_mode=DELETE")
        found = problems(part)
        if found:
            raise Told(f"The copy failed its check and was removed: {found}. Run `python -m bot doctor`.")
        _keep(part, target)
    finally:
        part.unlink(missing_ok=True)


def _keep(part: Path, target: Path) -> None:
    """Give the copy its name only if nobody took the name meanwhile, and only once it is on the disk."""
    with part.open("rb") as file:
        os.fsync(file.fileno())
    try:
        os.link(part, target)
    except FileExistsError:
        raise Told(f"{target} exists already and was left as it is. Choose another name.") from None


def problems(database: Path) -> str:
    """What SQLite's own check finds wrong with a file; empty when nothing is."""
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
        broken = [row[0] for row in db.execute("PRAGMA integrity_check(3)") if row[0] != "ok"]
        orphans = db.execute("PRAGMA foreign_key_check").fetchmany(3)
    return "; ".join(
        [*broken, *(f"{table} row {row} points at a missing {parent}" for table, row, parent, _ in orphans)]
    )
