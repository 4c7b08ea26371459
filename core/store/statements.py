"""Statements of the hottest paths: compiled once, and on SQLite handed to the driver as they are."""

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import aiosqlite
import orjson
from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql import Executable
from sqlalchemy.sql.dml import UpdateBase

from core.store.rows import logged_tables

Params = Mapping[str, Any]
Record = tuple[Any, ...]
Process = Callable[[Any], Any]
RAW = "raw"


def readable_json(value: Any) -> str:
    """JSON in which a name is written as it is, so that it can be found and erased."""
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        return json.dumps(value, ensure_ascii=False)


class UnloggedWrite(Exception):
    """A write to a logged table that did not go through the unit of work: it would escape the change log."""


async def begun(db: AsyncSession) -> None:
    """Begin a session's transaction on SQLite now, so that statements can go to its driver."""
    connection = await db.connection()
    db.info[RAW] = raw_of(connection.sync_connection)


def raw_of(connection: Any) -> sqlite3.Connection:
    """SQLite's own connection behind one of SQLAlchemy."""
    return driver_of(connection)._conn


def driver_of(connection: Any) -> aiosqlite.Connection:
    """The driver's connection behind one of SQLAlchemy on SQLite."""
    driver: aiosqlite.Connection = connection.connection.driver_connection
    return driver


class Statement:
    """One statement with bound parameters. Its rows are plain tuples, in the order of its columns; what waits in the
    session is not flushed first. Tables of the change log can be read this way, never written."""

    def __init__(self, core: Any) -> None:
        self.core: Executable = core
        self._compiled: _Compiled | None = None

    async def rows(self, db: AsyncSession, params: Params | None = None) -> Sequence[Record]:
        """Run it inside of a transaction."""
        raw = db.info.get(RAW)
        if raw is not None:
            return self.run(raw, params or {})
        result = await db.execute(self.core, dict(params or {}))
        return [tuple(row) for row in result] if getattr(result, "returns_rows", True) else []

    async def first(self, db: AsyncSession, params: Params | None = None) -> Record | None:
        """The first row, if there is one."""
        rows = await self.rows(db, params)
        return rows[0] if rows else None

    async def each(self, db: AsyncSession, many: Sequence[Params]) -> None:
        """Run it once for each set of parameters."""
        raw = db.info.get(RAW)
        if raw is not None:
            compiled = self._on_sqlite()
            raw.executemany(compiled.sql, [compiled.bound(p) for p in many])
        elif many:
            await db.execute(self.core, [dict(p) for p in many])

    def run(self, raw: sqlite3.Connection, params: Params) -> Sequence[Record]:
        """Run it on a connection of SQLite."""
        compiled = self._on_sqlite()
        cursor = raw.execute(compiled.sql, compiled.bound(params))
        return compiled.read(cursor.fetchall()) if cursor.description else ()

    def _on_sqlite(self) -> "_Compiled":
        if self._compiled is None:
            self._compiled = _Compiled(self.core)
        return self._compiled


class _Compiled:
    """A statement as SQLite takes it, with what turns values into columns and back."""

    def __init__(self, core: Any) -> None:
        if isinstance(core, UpdateBase) and str(core.table) in logged_tables():
            raise UnloggedWrite(f"{core.table} is a logged table")
        dialect = sqlite_dialect(json_serializer=readable_json, json_deserializer=orjson.loads)
        compiled: Any = core.compile(dialect=dialect)
        self.sql = str(compiled)
        self._binds = [
            (name, compiled.params.get(name), _processor(compiled.binds[name].type, dialect, "bind_processor"))
            for name in compiled.positiontup
        ]
        columns = core.exported_columns if hasattr(core, "exported_columns") else ()
        processors = [_processor(column.type, dialect, "result_processor") for column in columns]
        self._readers = [(n, p) for n, p in enumerate(processors) if p is not None]

    def bound(self, params: Params) -> list[Any]:
        """The values in the order of their places."""
        values = ((params.get(name, default), process) for name, default, process in self._binds)
        return [process(value) if process is not None else value for value, process in values]

    def read(self, rows: list[Record]) -> Sequence[Record]:
        """Rows with their columns as the program uses them."""
        return [self._read(row) for row in rows] if self._readers else rows

    def _read(self, row: Record) -> Record:
        values = list(row)
        for place, process in self._readers:
            values[place] = process(values[place])
        return tuple(values)


def _processor(kind: Any, dialect: Any, which: str) -> Process | None:
    made = kind.dialect_impl(dialect)
    found: Process | None = (
        made.bind_processor(dialect) if which == "bind_processor" else made.result_processor(dialect, None)
    )
    return found
