"""aiosqlite for SQLAlchemy without a hop to its thread for each statement: statements of a local file take microseconds
and run where they are asked; only opening, closing and a commit, which waits for the disk, go to the thread. The
statements around transactions go to the driver as they are."""

import sqlite3
from collections import deque
from collections.abc import Sequence
from typing import Any

import aiosqlite
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
    AsyncAdapt_aiosqlite_dbapi,
    SQLiteDialect_aiosqlite,
)
from sqlalchemy.engine import URL, Connection, Engine
from sqlalchemy.util import LRUCache

DRIVER = "sqlite+inline"
COMPILED: LRUCache[Any, Any] = LRUCache(1000)


class Ran:
    """A cursor that has run, as far as results ask for it."""

    __slots__ = ("arraysize", "description", "lastrowid", "rowcount")

    def __init__(self, description: Any, rowcount: int, lastrowid: int | None) -> None:
        self.description = description
        self.rowcount = rowcount
        self.lastrowid = lastrowid
        self.arraysize = 1

    async def close(self) -> None:
        """Nothing is open any more."""


class InlineCursor(AsyncAdapt_aiosqlite_cursor):
    """Runs a statement on the connection itself and keeps its rows."""

    __slots__ = ()

    def __init__(self, adapt_connection: Any) -> None:
        self._adapt_connection = adapt_connection
        self._connection = adapt_connection._connection
        self._cursor = Ran(None, -1, None)  # type: ignore[assignment]
        self._soft_closed_memoized = {}  # type: ignore[assignment]
        self._rows = deque()

    def execute(self, operation: Any, parameters: Any = None) -> Any:
        """Run one statement and fetch its rows."""
        raw = self._connection._conn
        try:
            ran = raw.execute(operation, parameters) if parameters is not None else raw.execute(operation)
            rows: Sequence[Any] = ran.fetchall() if ran.description else ()
        except Exception as error:
            self._adapt_connection._handle_exception(error)
        return self._keep(ran, rows)

    def executemany(self, operation: Any, seq_of_parameters: Any) -> Any:
        """Run one statement for each set of parameters."""
        try:
            ran = self._connection._conn.executemany(operation, seq_of_parameters)
        except Exception as error:
            self._adapt_connection._handle_exception(error)
        return self._keep(ran, ())

    def _keep(self, ran: sqlite3.Cursor, rows: Sequence[Any]) -> Any:
        self._rows = deque(rows)
        self._cursor = Ran(ran.description, ran.rowcount, ran.lastrowid)  # type: ignore[assignment]
        ran.close()
        return self

    def close(self) -> None:
        """Let go of the rows."""
        self._rows.clear()

    async def _async_soft_close(self) -> None:
        self._soft_closed_memoized = {"description": self._cursor.description}  # type: ignore[assignment]


class InlineConnection(AsyncAdapt_aiosqlite_connection):
    """A connection whose statements run inline and whose commits run on its thread."""

    __slots__ = ()

    _cursor_cls = InlineCursor

    def rollback(self) -> None:
        """Throw away what was not committed: nothing waits for the disk here."""
        if self._connection._connection:
            self._connection._conn.rollback()


class InlineDriver(AsyncAdapt_aiosqlite_dbapi):
    """aiosqlite as a DBAPI module."""

    def connect(self, *arg: Any, **kw: Any) -> InlineConnection:
        made = super().connect(*arg, **kw)
        return InlineConnection(self, made._connection)


class InlineDialect(SQLiteDialect_aiosqlite):
    """SQLite over this driver. `begin` is the statement that opens a transaction. All are one to the cache of compiled
    statements, so that what the reader's engine has compiled the writer's finds, and that of the next store."""

    driver = "inline"
    supports_statement_cache = True

    def __init__(self, begin: str = "BEGIN", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._begin = begin

    def __eq__(self, other: object) -> bool:
        return isinstance(other, InlineDialect) and self._json_serializer is other._json_serializer

    def __hash__(self) -> int:
        return hash(type(self))

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        """Give an engine the common cache."""
        engine.update_execution_options(compiled_cache=COMPILED)

    @classmethod
    def import_dbapi(cls) -> InlineDriver:
        """The driver itself."""
        return InlineDriver(aiosqlite, sqlite3)

    def do_begin(self, dbapi_connection: Any) -> None:
        """Open a transaction."""
        dbapi_connection.driver_connection._conn.execute(self._begin)

    def do_savepoint(self, connection: Connection, name: str) -> None:
        """Open a savepoint."""
        self._run(connection, f"SAVEPOINT {name}")

    def do_rollback_to_savepoint(self, connection: Connection, name: str) -> None:
        """Throw away what came after a savepoint."""
        self._run(connection, f"ROLLBACK TO SAVEPOINT {name}")

    def do_release_savepoint(self, connection: Connection, name: str) -> None:
        """Keep what came after a savepoint, as far as the transaction is kept."""
        self._run(connection, f"RELEASE SAVEPOINT {name}")

    def _run(self, connection: Connection, statement: str) -> None:
        driver: Any = connection.connection.driver_connection
        driver._conn.execute(statement)


def inline(url: URL) -> URL:
    """The address of a SQLite database, to be opened with this driver."""
    registry.register("sqlite.inline", __name__, "InlineDialect")
    return url.set(drivername=DRIVER)
