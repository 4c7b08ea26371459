"""Connections and transactions: one writer at a time on SQLite, real BEGINs, full durability, shielded commits."""

import contextlib
import re
import sqlite3
from collections.abc import AsyncIterator, Sequence
from typing import Any

import orjson
from sqlalchemy import event
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import Session

from core.store import changes
from core.store.after import after_commit, run_after, unbroken
from core.store.group_commit import CommitHook, GroupCommit
from core.store.readers import Readers
from core.store.rows import logged_tables
from core.store.sqlite_driver import inline
from core.store.statements import Params, Record, Statement, UnloggedWrite, readable_json

MOST_READERS = 5
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000")
WRITES = re.compile(r'^\s*(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE|DELETE\s+FROM)\s+"?(\w+)"?', re.IGNORECASE)


class Store:
    """The database behind two doors: `read()` for a snapshot, `write()` for one transaction.

    `on_commit(moment)` is called with "before" and "after" around every commit; tests crash there. `connection` is the
    class of SQLite's connections; benchmarks listen there.
    """

    def __init__(
        self,
        url: str,
        on_commit: CommitHook | None = None,
        connection: type[sqlite3.Connection] = sqlite3.Connection,
    ) -> None:
        self.url = make_url(url)
        self._connection = connection
        self.sqlite = self.url.get_backend_name() == "sqlite"
        self._on_commit = on_commit or (lambda moment: None)
        self.writer = self._engine("BEGIN IMMEDIATE", pool_size=1 if self.sqlite else 5)
        self.reader = self._engine("BEGIN", pool_size=MOST_READERS) if self.sqlite else self.writer
        self._readers = Readers(self.reader, MOST_READERS) if self.sqlite else None
        self._closed: Exception | None = None
        self._grouped = GroupCommit(self.writer, self._on_commit, _forget) if self.sqlite else None

    def _engine(self, begin: str, pool_size: int) -> AsyncEngine:
        driver: dict[str, Any] = {"json_serializer": readable_json, "json_deserializer": orjson.loads}
        if self.sqlite:
            driver |= {"begin": begin, "connect_args": {"factory": self._connection}}
        url = inline(self.url) if self.sqlite else self.url
        engine = create_async_engine(url, pool_size=pool_size, max_overflow=0, hide_parameters=True, **driver)
        if self.sqlite:
            event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "begin", _forget_marks)
        event.listen(engine.sync_engine, "before_cursor_execute", _refuse_unlogged)
        return engine

    @contextlib.asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A session for reading; what is changed in it is thrown away."""
        async with self._readers.session() if self._readers else self._own_reader() as db:
            yield db

    def _own_reader(self) -> AsyncSession:
        return AsyncSession(self.reader, expire_on_commit=False, autoflush=False)

    async def look(self, statement: Statement, params: Params | None = None) -> Sequence[Record]:
        """The rows of one statement in a snapshot of its own."""
        if self._readers:
            return await self._readers.look(statement, params or {})
        async with self.read() as db:
            return await statement.rows(db, params)

    @contextlib.asynccontextmanager
    async def write(self, cause: "changes.Cause | None" = None) -> AsyncIterator[AsyncSession]:
        """One transaction: committed when the block ends, rolled back when it raises. Cancelling the caller does not
        cut a commit in half. `cause` is what the change log writes down as the reason of every logged row."""
        async with self._grouped.unit() if self._grouped else self._own_transaction() as db:
            if cause is not None:
                changes.watch(db.sync_session, cause)
            yield db

    @contextlib.asynccontextmanager
    async def _own_transaction(self) -> AsyncIterator[AsyncSession]:
        async with AsyncSession(self.writer, expire_on_commit=False) as db:
            try:
                yield db
                await unbroken(self._commit(db))
            except BaseException:
                await unbroken(db.rollback())
                raise

    def close_for_writing(self, why: Exception) -> None:
        """Commit nothing from now on: whoever tries hears why."""
        self._closed = why

    async def _commit(self, db: AsyncSession) -> None:
        await db.flush()
        if self._closed is not None:
            raise self._closed
        self._on_commit("before")
        await db.commit()
        self._on_commit("after")
        await run_after(db)

    async def dispose(self) -> None:
        """Close every connection."""
        if self._grouped:
            await self._grouped.dispose()
        if self._readers:
            await self._readers.dispose()
        await self.writer.dispose()
        if self.reader is not self.writer:
            await self.reader.dispose()


@contextlib.contextmanager
def unlogged(db: Session) -> Any:
    """Allow writes to logged tables that change nothing a person could see: a computed class getting its row, a
    demo gym's history, an erasure that must leave no image."""
    info = db.connection().info
    before = info.get("unlogged", False)
    info["unlogged"] = True
    try:
        yield
    finally:
        info["unlogged"] = before


def _forget_marks(connection: Connection) -> None:
    """What an earlier transaction was allowed is not inherited by the next on the same connection."""
    connection.info.pop("flushing", None)
    connection.info.pop("unlogged", None)


def _forget(connection: AsyncConnection) -> None:
    if connection.sync_connection is not None:
        _forget_marks(connection.sync_connection)


def _prepare_sqlite(connection: Any, record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


_LOGGED: set[str] = set()


def _refuse_unlogged(conn: Connection, cursor: Any, statement: str, params: Any, context: Any, many: bool) -> None:
    found = WRITES.match(statement)
    if not found:
        return
    if not _LOGGED:
        _LOGGED.update(logged_tables())
    if found[1] in _LOGGED and not conn.info.get("flushing") and not conn.info.get("unlogged"):
        raise UnloggedWrite(
            f"{found[1]} is a logged table: change it through the objects of a transaction that names its cause"
        )


__all__ = ["CommitHook", "Store", "UnloggedWrite", "after_commit", "run_after", "unbroken", "unlogged"]
