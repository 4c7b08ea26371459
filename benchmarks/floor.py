"""The floor F: the very transactions that the program made, with the same rows, by a plain sqlite3 loop."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.store.database import PRAGMAS

Statement = tuple[str, Any, bool]
CHANGES = ("INSERT", "UPDATE", "DELETE")


@dataclass(frozen=True)
class Transaction:
    """One transaction as it reached the driver; `writes` is false for a look that was thrown away."""

    statements: tuple[Statement, ...]
    writes: bool

    def only_changes(self) -> "Transaction":
        """The same without what was read on the way."""
        return Transaction(tuple(s for s in self.statements if s[0].lstrip().upper().startswith(CHANGES)), self.writes)


class Recorder:
    """Keeps the transactions of a store in the order in which they ended: give `connection()` to it as the class of its
    connections. A unit of work is a transaction of its own, even where several shared a commit: the floor has none to
    share with."""

    def __init__(self) -> None:
        self.transactions: list[Transaction] = []

    def take(self) -> list[Transaction]:
        """What was recorded since the last time."""
        taken, self.transactions = self.transactions, []
        return taken

    def connection(self) -> type[sqlite3.Connection]:
        """A class of connections that are recorded."""
        recorder = self

        class Recorded(_Recorded):
            def ended(self, statements: list[Statement], writes: bool) -> None:
                if statements:
                    recorder.transactions.append(Transaction(tuple(statements), writes))

        return Recorded


class _Recorded(sqlite3.Connection):
    """A connection that tells its units of work to a recorder."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._said: list[Statement] = []
        self._marks: list[int] = []
        self._writes: bool | None = None

    def ended(self, statements: list[Statement], writes: bool) -> None:
        """A unit of work has ended."""

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        self._hear(sql, parameters, False)
        return super().execute(sql, parameters)

    def executemany(self, sql: str, parameters: Any, /) -> sqlite3.Cursor:
        self._hear(sql, parameters, True)
        return super().executemany(sql, parameters)

    def commit(self) -> None:
        super().commit()
        self._end(True)

    def rollback(self) -> None:
        super().rollback()
        self._end(self._writes is False)

    def _hear(self, sql: str, parameters: Any, many: bool) -> None:
        words = sql.split(None, 2)
        match words[0]:
            case "PRAGMA":
                pass
            case "BEGIN":
                self._writes = words[1:2] == ["IMMEDIATE"]
            case "SAVEPOINT":
                self._marks.append(len(self._said))
            case "ROLLBACK":
                del self._said[self._marks[-1] :]
                self._marks.pop()
            case "RELEASE":
                self._marks.pop()
                if not self._marks:
                    self._unit(True)
            case _:
                self._said.append((sql, parameters, many))
                if self._writes is None:
                    self._unit(False)

    def _unit(self, writes: bool) -> None:
        said, self._said = self._said, []
        self.ended(said, writes)

    def _end(self, kept: bool) -> None:
        if kept:
            self._unit(bool(self._writes))
        self._said, self._marks, self._writes = [], [], None


class Floor:
    """A database of its own in which recorded transactions are made again, one after the other, fully durable."""

    def __init__(self, copy_of: Path, name: str) -> None:
        self.file = copy_of.with_name(f"{copy_of.stem}-{name}.db")
        copy(copy_of, self.file)
        self._db = sqlite3.connect(self.file, isolation_level=None)
        for pragma in PRAGMAS:
            self._db.execute(f"PRAGMA {pragma}")

    async def replay(self, transactions: Sequence[Transaction]) -> None:
        """Make the transactions again; whatever they return is fetched."""
        for transaction in transactions:
            self._db.execute("BEGIN IMMEDIATE" if transaction.writes else "BEGIN")
            for statement, params, many in transaction.statements:
                cursor = self._db.executemany(statement, params) if many else self._db.execute(statement, params)
                if cursor.description:
                    cursor.fetchall()
            self._db.execute("COMMIT" if transaction.writes else "ROLLBACK")

    def rows(self) -> dict[str, int]:
        """How many rows each table has, to be compared with the program's own."""
        return row_counts(self._db)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()


def row_counts(db: sqlite3.Connection) -> dict[str, int]:
    """The number of rows of every table."""
    tables = [name for (name,) in db.execute("select name from sqlite_master where type = 'table' order by name")]
    return {t: int(db.execute(f'select count(*) from "{t}"').fetchone()[0]) for t in tables}


def copy(source: Path, target: Path) -> None:
    """A database as it is now, in another file."""
    before, after = sqlite3.connect(source), sqlite3.connect(target)
    before.backup(after)
    before.close()
    after.close()
