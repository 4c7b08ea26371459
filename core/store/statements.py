"""Statements of the hottest paths: compiled once, and on SQLite handed to the driver as they are."""

import json
import re
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import aiosqlite
import orjson
from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session
from sqlalchemy.schema import Table
from sqlalchemy.sql import Executable, visitors
from sqlalchemy.sql.dml import UpdateBase

from core.store.rows import logged_tables

Params = Mapping[str, Any]
Record = tuple[Any, ...]
Process = Callable[[Any], Any]
RAW, READ = "raw", "tables read"
_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")


def readable_json(value: Any) -> str:
    """JSON in which a name is written as it is, so that it can be found and erased; without the two kinds of characters
    that not every database can hold, NUL and halves of surrogate pairs."""
    try:
        text = orjson.dumps(value).decode()
    except TypeError:
        text = json.dumps(value, ensure_ascii=False).encode("utf-8", "ignore").decode()
    return _NUL.sub(r"\1", text) if "\\u0000" in text else text


class UnloggedWrite(Exception):
    """A write to a logged table that did not go through the unit of work: it would escape the change log."""


def raw_of(connection: Any) -> sqlite3.Connection:
    """SQLite's own connection behind one of SQLAlchemy."""
    return driver_of(connection)._conn


def driver_of(connection: Any) -> aiosqlite.Connection:
    """The driver's connection behind one of SQLAlchemy on SQLite."""
    driver: aiosqlite.Connection = connection.connection.driver_connection
    return driver


class Statement:
    """One statement with bound parameters. Its rows are plain tuples, in the order of its columns; what waits in the
    session is not flushed first, unless it is to see `unwritten` changes too. Tables of the change log can be read this
    way, never written."""

    def __init__(self, core: Any, *, unwritten: bool = False) -> None:
        self.core: Executable = core
        self._unwritten = unwritten
        self._compiled: _Compiled | None = None

    async def rows(self, db: AsyncSession, params: Params | None = None) -> Sequence[Record]:
        """Run it inside of a transaction."""
        info = db.info
        if READ in info:
            info[READ].update(tables_in(self.core))
        if self._unwritten and (db.new or db.dirty or db.deleted):
            await db.flush()
        raw = info.get(RAW)
        if raw is not None:
            return self.run(raw, params or {})
        result = await db.execute(self.core, dict(params or {}))
        return [tuple(row) for row in result] if getattr(result, "returns_rows", True) else []

    async def first(self, db: AsyncSession, params: Params | None = None) -> Record | None:
        """The first row, if there is one."""
        rows = await self.rows(db, params)
        return rows[0] if rows else None

    def within(self, session: Session, params: Params) -> Sequence[Record]:
        """Run it inside of a flush."""
        raw = session.info.get(RAW)
        if raw is not None:
            return self.run(raw, params)
        result = session.connection().execute(self.core, dict(params))
        return [tuple(row) for row in result] if result.returns_rows else []

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
        cursor = raw.execute(*compiled.with_values(params))
        return compiled.read(cursor.fetchall()) if cursor.description else ()

    def _on_sqlite(self) -> "_Compiled":
        if self._compiled is None:
            self._compiled = _Compiled(self.core)
        return self._compiled


def tables_in(statement: Any) -> set[str]:
    """The names of the tables that a statement speaks of."""
    return {part.name for part in visitors.iterate(statement) if isinstance(part, Table)}


class _Bind(NamedTuple):
    """One place of a statement: what fills it, how a value becomes a column's, and how a list of them is written."""

    name: str
    default: Any
    process: Process | None
    slot: str


class _Compiled:
    """A statement as SQLite takes it, with what turns values into columns and back."""

    def __init__(self, core: Any) -> None:
        if isinstance(core, UpdateBase) and str(core.table) in logged_tables():
            raise UnloggedWrite(f"{core.table} is a logged table")
        dialect = sqlite_dialect(json_serializer=readable_json, json_deserializer=orjson.loads)
        compiled: Any = core.compile(dialect=dialect)
        self.sql = str(compiled)
        self._binds = [_bind(name, compiled, dialect) for name in compiled.positiontup]
        self._lists = any(bind.slot for bind in self._binds)
        columns = core.exported_columns if hasattr(core, "exported_columns") else ()
        processors = [_processor(column.type, dialect, "result_processor") for column in columns]
        self._readers = [(n, p) for n, p in enumerate(processors) if p is not None]

    def with_values(self, params: Params) -> tuple[str, list[Any]]:
        """The statement and the values in the order of their places; a list takes a place for each of its values."""
        if not self._lists:
            return self.sql, self.bound(params)
        sql, values = self.sql, []
        for bind, value in zip(self._binds, self.bound(params), strict=True):
            if bind.slot:
                sql = sql.replace(bind.slot, ", ".join("?" * len(value)))
                values.extend(value)
            else:
                values.append(value)
        return sql, values

    def bound(self, params: Params) -> list[Any]:
        """The values in the order of their places."""
        return [_column_value(bind, params.get(bind.name, bind.default)) for bind in self._binds]

    def read(self, rows: list[Record]) -> Sequence[Record]:
        """Rows with their columns as the program uses them."""
        return [self._read(row) for row in rows] if self._readers else rows

    def _read(self, row: Record) -> Record:
        values = list(row)
        for place, process in self._readers:
            values[place] = process(values[place])
        return tuple(values)


def _bind(name: str, compiled: Any, dialect: Any) -> _Bind:
    bind = compiled.binds[name]
    process = _processor(bind.type, dialect, "bind_processor")
    return _Bind(name, compiled.params.get(name), process, f"__[POSTCOMPILE_{name}]" if bind.expanding else "")


def _column_value(bind: _Bind, value: Any) -> Any:
    if bind.process is None:
        return value
    return [bind.process(v) for v in value] if bind.slot else bind.process(value)


def _processor(kind: Any, dialect: Any, which: str) -> Process | None:
    made = kind.dialect_impl(dialect)
    found: Process | None = (
        made.bind_processor(dialect) if which == "bind_processor" else made.result_processor(dialect, None)
    )
    return found
