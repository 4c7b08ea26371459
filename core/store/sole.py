"""One process at a time on a PostgreSQL database: two advisory locks, one of the process and one of its connections."""

import asyncio
from collections.abc import Callable
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

PROCESS, CONNECTIONS = 7_746_120, 7_746_121
_MINE = text("SELECT pg_try_advisory_lock(:key)")
_OWNER = text(
    "SELECT a.pid, host(a.client_addr), a.backend_start FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid "
    "WHERE l.locktype = 'advisory' AND l.objid = :key AND l.granted AND l.database = "
    "(SELECT oid FROM pg_database WHERE datname = current_database()) LIMIT 1"
)
# A connection that writes belongs to the process that holds the lock, and keeps the next process out while it lives.
_SHARE = """
SELECT pg_try_advisory_lock_shared({connections}) AND EXISTS (
    SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = {process} AND granted AND pid = {pid})
"""


class NotAlone(Exception):
    """Another process works on this database, or this one can no longer be sure that none does."""


class Sole:
    """The right to be the only one who writes. It is held by a connection of its own for as long as that lives; every
    connection of `engine` shares in it from its beginning to its end, so that the next process does not begin before the
    last connection of this one has gone. `lost` is called once with what is to be said when the right is gone."""

    def __init__(self, url: URL, engine: AsyncEngine, lost: Callable[[NotAlone], None]) -> None:
        self._url = url
        self._engine = engine
        self._lost = lost
        self._holder: AsyncConnection | None = None

    async def acquire(self) -> None:
        """Take the right, or say who has it. Connections that `engine` had before are none of it: call this first."""
        holder = create_async_engine(self._url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        connection = await holder.connect()
        try:
            for key in (PROCESS, CONNECTIONS):
                if not await connection.scalar(_MINE, {"key": key}):
                    raise NotAlone(await _who(connection, key))
            await connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": CONNECTIONS})
            pid = await connection.scalar(text("SELECT pg_backend_pid()"))
        except BaseException:
            await connection.close()
            raise
        self._holder = connection
        (await _driver(connection)).add_termination_listener(self._ended)
        share = _SHARE.format(connections=CONNECTIONS, process=PROCESS, pid=pid)
        event.listen(self._engine.sync_engine, "connect", lambda made, record: _join(made, share))

    async def release(self) -> None:
        """Let go of the right, once nothing is written any more."""
        holder, self._holder = self._holder, None
        if holder is not None:
            (await _driver(holder)).remove_termination_listener(self._ended)
            await asyncio.shield(holder.close())

    def _ended(self, connection: Any) -> None:
        if self._holder is not None:
            self._lost(NotAlone("The connection that kept this process alone on its database was lost."))


def _join(made: Any, share: str) -> None:
    """A new connection shares in the right, or is refused."""
    cursor = made.cursor()
    cursor.execute(share)
    (joined,) = cursor.fetchone()
    cursor.close()
    made.commit()
    if not joined:
        raise NotAlone("This process is no longer the only one on its database.")


async def _who(connection: AsyncConnection, key: int) -> str:
    found = (await connection.execute(_OWNER, {"key": key})).first()
    owner = (
        f" (server process {found[0]}, from {found[1] or 'this machine'}, since {found[2]:%Y-%m-%d %H:%M})"
        if found
        else ""
    )
    return f"Whistle is already running on this PostgreSQL database{owner}. Stop it first, or use another database."


async def _driver(connection: AsyncConnection) -> Any:
    return (await connection.get_raw_connection()).driver_connection
