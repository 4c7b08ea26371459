"""One process at a time on a database: a lock that dies with its process, beside a SQLite file or in PostgreSQL."""

import fcntl
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO

from core.store.database import Store
from core.store.sole import NotAlone, Sole


class Taken(NotAlone):
    """Another process works on this database."""


class FileLock:
    """The lock beside a database file."""

    def __init__(self, database: Path) -> None:
        self.path = database.with_name(f"{database.name}.lock")
        self._held: IO[str] | None = None

    def acquire(self) -> None:
        """Take the lock, or say who has it."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        held = self.path.open("a+", encoding="utf-8")
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            held.seek(0)
            owner = held.read().strip() or "unknown"
            held.close()
            raise Taken(
                f"Whistle is already running on {self.path.with_suffix('')} (process {owner}). "
                "Stop it first, or use another WHISTLE_DATA_DIR."
            ) from None
        held.truncate(0)
        held.write(str(os.getpid()))
        held.flush()
        self._held = held

    def release(self) -> None:
        """Let go of the lock."""
        if self._held:
            self._held.close()
            self._held = None


@asynccontextmanager
async def alone(store: Store, file: Path | None, lost: Callable[[], None]) -> AsyncIterator[None]:
    """Be the only process on a database, or say who is. On PostgreSQL the right can be lost: then nothing more is
    committed, and `lost` is called."""
    if file is not None:
        lock = FileLock(file)
        lock.acquire()
        try:
            yield
        finally:
            lock.release()
        return

    def stop(why: NotAlone) -> None:
        store.close_for_writing(why)
        lost()

    sole = Sole(store.url, store.writer, stop)
    await sole.acquire()
    try:
        yield
    finally:
        await sole.release()
