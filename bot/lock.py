"""One process at a time on a SQLite file, held by a lock that dies with its process."""

import fcntl
import os
from pathlib import Path
from typing import IO


class Taken(Exception):
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
