"""Group commit for SQLite: units of work that are ready together become durable with one wait for the disk."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Final

import aiosqlite
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession
from sqlalchemy.orm import Session

from core.store.after import run_after, settled
from core.store.statements import RAW, driver_of

JOINED: Final = "rollback_only"
CommitHook = Callable[[str], None]
Forget = Callable[[AsyncConnection], None]


@dataclass
class Group:
    """One transaction of the database and the units of work in it; `ended` is set once all of them are durable, or
    fails with what kept all of them from being so."""

    connection: AsyncConnection
    driver: aiosqlite.Connection
    raw: sqlite3.Connection
    ended: asyncio.Future[None]
    units: list[AsyncSession] = field(default_factory=list)


class GroupCommit:
    """The only writer of a SQLite file. Each unit of work is a savepoint; whoever waited for the writer when a group
    was opened is part of it, and the commit comes behind them in the same queue."""

    def __init__(self, engine: AsyncEngine, on_commit: CommitHook, forget: Forget) -> None:
        self._engine = engine
        self._on_commit = on_commit
        self._forget = forget
        self._turn = asyncio.Lock()
        self._connection: AsyncConnection | None = None
        self._group: Group | None = None
        self._committing: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def unit(self) -> AsyncIterator[AsyncSession]:
        """One unit of work: kept when the block ends and durable when this returns, undone alone when it raises."""
        async with self._turn:
            group = await self._open()
            db = AsyncSession(group.connection, join_transaction_mode=JOINED, expire_on_commit=False)
            db.info[RAW] = group.raw
            with self._savepoint(group, db.sync_session):
                yield db
            group.units.append(db)
        await settled(group.ended)

    @contextmanager
    def _savepoint(self, group: Group, session: Session) -> Iterator[None]:
        """What a session does between two statements of its own. Nothing of this waits, as statements run inline."""
        savepoint = _sync(group.connection).begin_nested()
        try:
            yield
            if session.in_transaction():
                session.commit()
            savepoint.commit()
        except BaseException:
            session.rollback()
            if savepoint.is_active:
                savepoint.rollback()
            raise
        finally:
            session.close()
            self._forget(group.connection)

    async def _open(self) -> Group:
        if self._group is None:
            if self._connection is None:
                self._connection = await self._engine.connect()
            # Nothing of this waits: statements run inline, and so does SQLAlchemy's own part of a transaction.
            _sync(self._connection).begin()
            driver = driver_of(_sync(self._connection))
            self._group = Group(self._connection, driver, driver._conn, asyncio.get_running_loop().create_future())
            task = asyncio.create_task(self._close(self._group))
            self._committing.add(task)
            task.add_done_callback(self._committing.discard)
        return self._group

    async def _close(self, group: Group) -> None:
        async with self._turn:
            self._group = None
            try:
                await self._commit(group)
            except BaseException as error:
                _ended(group)
                if group.units:
                    group.ended.set_exception(error)
                return
            group.ended.set_result(None)

    async def _commit(self, group: Group) -> None:
        if group.units:
            self._on_commit("before")
            await group.driver.commit()
            self._on_commit("after")
        _ended(group)
        for db in group.units:
            await run_after(db)

    async def dispose(self) -> None:
        """Let what is ready become durable, and close the connection."""
        await asyncio.gather(*self._committing, return_exceptions=True)
        if self._connection is not None:
            await self._connection.close()
            self._connection = None


def _ended(group: Group) -> None:
    """Let SQLAlchemy know that its transaction is over: what was not committed until now is thrown away."""
    transaction = _sync(group.connection).get_transaction()
    if transaction is not None:
        transaction.rollback()


def _sync(connection: AsyncConnection) -> Connection:
    assert connection.sync_connection is not None
    return connection.sync_connection


__all__ = ["CommitHook", "GroupCommit"]
