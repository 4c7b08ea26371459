"""Group commit for SQLite: units of work that are ready together become durable with one wait for the disk."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession

from core.store.after import run_after, unbroken
from core.store.statements import begun

CommitHook = Callable[[str], None]
Forget = Callable[[AsyncConnection], None]


@dataclass
class Group:
    """One transaction of the database and the units of work in it; `ended` is set once all of them are durable, or
    fails with what kept all of them from being so."""

    connection: AsyncConnection
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
            async with self._session(group.connection) as db:
                try:
                    await begun(db)
                    yield db
                    await unbroken(db.commit())
                except BaseException:
                    await unbroken(db.rollback())
                    raise
                finally:
                    self._forget(group.connection)
            group.units.append(db)
        await unbroken(_until(group.ended))

    @staticmethod
    def _session(connection: AsyncConnection) -> AsyncSession:
        return AsyncSession(connection, join_transaction_mode="create_savepoint", expire_on_commit=False)

    async def _open(self) -> Group:
        if self._group is None:
            if self._connection is None:
                self._connection = await self._engine.connect()
            await self._connection.begin()
            self._group = Group(self._connection, asyncio.get_running_loop().create_future())
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
                await group.connection.rollback()
                if group.units:
                    group.ended.set_exception(error)
                return
            group.ended.set_result(None)

    async def _commit(self, group: Group) -> None:
        if not group.units:
            await group.connection.rollback()
            return
        self._on_commit("before")
        await group.connection.commit()
        self._on_commit("after")
        for db in group.units:
            await run_after(db)

    async def dispose(self) -> None:
        """Let what is ready become durable, and close the connection."""
        await asyncio.gather(*self._committing, return_exceptions=True)
        if self._connection is not None:
            await self._connection.close()
            self._connection = None


async def _until(ended: Awaitable[None]) -> None:
    await ended


__all__ = ["CommitHook", "GroupCommit"]
