"""aiosqlite for SQLAlchemy without a hop to its thread for each statement: statements of a local file take microseconds
and run where they are asked; only opening, closing and a commit, which waits for the disk, go to the thread."""

import sqlite3
from collections import deque
from collections.abc import Sequence
from typing import Any

import aiosqlite
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
    AsyncAdapt_aiosqlite_dbapi,
)


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


def inline_driver() -> "InlineDriver":
    """The driver module of an engine."""
    return InlineDriver(aiosqlite, sqlite3)


class InlineDriver(AsyncAdapt_aiosqlite_dbapi):
    """aiosqlite as a DBAPI module for `create_async_engine(..., module=...)`."""

    def connect(self, *arg: Any, **kw: Any) -> InlineConnection:
        made = super().connect(*arg, **kw)
        return InlineConnection(self, made._connection)
