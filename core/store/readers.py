"""Snapshots of a SQLite file: a few connections that only read, each used by one session at a time."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession

from core.store.statements import RAW, Params, Record, Statement, raw_of


class Readers:
    """At most so many sessions read at once; the next waits for a connection."""

    def __init__(self, engine: AsyncEngine, most: int) -> None:
        self._engine = engine
        self._free = asyncio.Semaphore(most)
        self._idle: list[AsyncConnection] = []
        self._open = True

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        """A session in a transaction of its own, which is thrown away. Only opening a connection waits: statements run
        inline, and so does SQLAlchemy's own part of a transaction."""
        async with self._connection() as connection:
            sync = _sync(connection)
            snapshot = sync.begin()
            db = AsyncSession(
                connection, join_transaction_mode="rollback_only", expire_on_commit=False, autoflush=False
            )
            db.info[RAW] = raw_of(sync)
            try:
                yield db
            finally:
                db.sync_session.close()
                snapshot.rollback()

    async def look(self, statement: Statement, params: Params) -> Sequence[Record]:
        """The rows of one statement, which is a snapshot by itself."""
        async with self._connection() as connection:
            return statement.run(raw_of(_sync(connection)), params)

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[AsyncConnection]:
        async with self._free:
            connection = self._idle.pop() if self._idle else await self._engine.connect()
            try:
                yield connection
            finally:
                if self._open:
                    self._idle.append(connection)
                else:
                    await connection.close()

    async def dispose(self) -> None:
        """Close the connections; one that is still in use is closed by its session."""
        self._open = False
        while self._idle:
            await self._idle.pop().close()


def _sync(connection: AsyncConnection) -> Connection:
    assert connection.sync_connection is not None
    return connection.sync_connection


__all__ = ["Readers"]
