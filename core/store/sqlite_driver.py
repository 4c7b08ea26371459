"""aiosqlite for SQLAlchemy with one hop to its thread per statement instead of four: cursor, execute, fetch and close
are one function there."""

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


class Done:
    """A closed cursor as far as results ask for it."""

    def __init__(self, description: Any, rowcount: int, lastrowid: int | None) -> None:
        self.description = description
        self.rowcount = rowcount
        self.lastrowid = lastrowid
        self.arraysize = 1

    async def close(self) -> None:
        """Nothing is open any more."""


class OneHopCursor(AsyncAdapt_aiosqlite_cursor):
    """Runs a whole statement in one function on the connection's thread."""

    __slots__ = ()

    def __init__(self, adapt_connection: Any) -> None:
        self._adapt_connection = adapt_connection
        self._connection = adapt_connection._connection
        self._cursor = Done(None, -1, None)  # type: ignore[assignment]
        self._soft_closed_memoized = {}  # type: ignore[assignment]
        self._rows = deque()

    async def _execute_async(self, operation: Any, parameters: Any) -> Any:
        return await self._hop(_run, operation, parameters)

    async def _executemany_async(self, operation: Any, seq_of_parameters: Any) -> Any:
        return await self._hop(_run_many, operation, seq_of_parameters)

    async def _hop(self, work: Any, operation: str, parameters: Any) -> Any:
        async with self._adapt_connection._execute_mutex:
            rows, done = await self._connection._execute(work, self._connection._conn, operation, parameters)
        self._rows = deque(rows)
        self._cursor = done
        return self

    async def _async_soft_close(self) -> None:
        self._soft_closed_memoized = {"description": self._cursor.description}  # type: ignore[assignment]


def _run(connection: Any, operation: str, parameters: Any) -> tuple[Sequence[Any], Done]:
    cursor = connection.execute(operation, parameters) if parameters is not None else connection.execute(operation)
    rows = cursor.fetchall() if cursor.description else ()
    done = Done(cursor.description, cursor.rowcount, cursor.lastrowid)
    cursor.close()
    return rows, done


def _run_many(connection: Any, operation: str, parameters: Any) -> tuple[Sequence[Any], Done]:
    cursor = connection.executemany(operation, parameters)
    done = Done(cursor.description, cursor.rowcount, cursor.lastrowid)
    cursor.close()
    return (), done


class OneHopConnection(AsyncAdapt_aiosqlite_connection):
    """A connection whose cursors take one hop."""

    __slots__ = ()

    _cursor_cls = OneHopCursor


def one_hop_driver() -> "OneHopDriver":
    """The driver module of an engine."""
    return OneHopDriver(aiosqlite, sqlite3)


class OneHopDriver(AsyncAdapt_aiosqlite_dbapi):
    """aiosqlite as a DBAPI module for `create_async_engine(..., module=...)`."""

    def connect(self, *arg: Any, **kw: Any) -> OneHopConnection:
        made = super().connect(*arg, **kw)
        return OneHopConnection(self, made._connection)
