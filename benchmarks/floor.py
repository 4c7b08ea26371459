"""The floor F: the very transactions that the program made, with the same rows, by a plain sqlite3 loop."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Connection

from core.store.database import PRAGMAS, Store

Statement = tuple[str, Any, bool]
CHANGES = ("INSERT", "UPDATE", "DELETE")
FRAME = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "PRAGMA")


@dataclass(frozen=True)
class Transaction:
    """One transaction as it reached the driver; `writes` is false for a look that was thrown away."""

    statements: tuple[Statement, ...]
    writes: bool

    def only_changes(self) -> "Transaction":
        """The same without what was read on the way."""
        return Transaction(tuple(s for s in self.statements if s[0].lstrip().upper().startswith(CHANGES)), self.writes)


@dataclass
class _Open:
    statements: list[Statement] = field(default_factory=list)
    marks: list[int] = field(default_factory=list)


class Recorder:
    """Listens to a store and keeps its transactions in the order in which they ended."""

    def __init__(self, store: Store) -> None:
        self.transactions: list[Transaction] = []
        self._open: dict[int, _Open] = {}
        for engine in {store.writer.sync_engine, store.reader.sync_engine}:
            writes = engine is store.writer.sync_engine
            event.listen(engine, "before_cursor_execute", self._said)
            event.listen(engine, "commit", self._ended(writes, committed=True))
            event.listen(engine, "rollback", self._ended(writes, committed=False))

    def take(self) -> list[Transaction]:
        """What was recorded since the last time."""
        taken, self.transactions = self.transactions, []
        return taken

    def _said(self, conn: Connection, cursor: Any, statement: str, params: Any, context: Any, many: bool) -> None:
        open_ = self._open.setdefault(id(conn.connection.dbapi_connection), _Open())
        if not statement.startswith(FRAME):
            open_.statements.append((statement, params, many))
        elif statement.startswith("SAVEPOINT"):
            open_.marks.append(len(open_.statements))
        elif statement.startswith("ROLLBACK TO"):
            del open_.statements[open_.marks[-1] :]
        elif statement.startswith("RELEASE"):
            open_.marks.pop()

    def _ended(self, writes: bool, *, committed: bool) -> Any:
        def ended(conn: Connection) -> None:
            open_ = self._open.pop(id(conn.connection.dbapi_connection), None)
            if open_ and open_.statements and (committed or not writes):
                self.transactions.append(Transaction(tuple(open_.statements), writes))

        return ended


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
