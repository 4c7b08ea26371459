"""Alone on a PostgreSQL database: the second process is refused, and one that lost the right commits nothing more."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.lock import alone
from core.agent.outbox import next_number
from core.store.database import Store
from core.store.sole import PROCESS, NotAlone
from tests.databases import fresh, nothing

pytestmark = pytest.mark.postgres
HOLDER = f"SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = {PROCESS} AND granted AND database = "
HERE = "(SELECT oid FROM pg_database WHERE datname = current_database())"


@pytest.fixture
async def address(tmp_path: Path) -> AsyncIterator[str]:
    """A PostgreSQL database of its own."""
    async with fresh("postgres", tmp_path, "empty", nothing) as url:
        yield url


async def test_a_second_process_is_refused_in_plain_words(address: str) -> None:
    """It hears who has the database, and gets it once the first has gone."""
    first, second = Store(address), Store(address)
    async with alone(first, None, lambda: None):
        await count(first)
        with pytest.raises(NotAlone, match=r"already running on this PostgreSQL database \(server process \d+"):
            async with alone(second, None, lambda: None):
                raise AssertionError("two processes on one database")
        await first.dispose()
    async with alone(second, None, lambda: None):
        assert await count(second) == 2
        await second.dispose()


async def test_who_lost_the_right_commits_nothing_more(address: str) -> None:
    """The server ends the connection that holds the lock, in the middle of a transaction: that one is not committed
    either. The next process waits until the last connection of this one has gone."""
    lost = asyncio.Event()
    store, other = Store(address), Store(address)
    async with alone(store, None, lost.set):
        await count(store)

        async def cut_off() -> None:
            async with store.write() as db:
                await next_number(db, "n")
                await db.execute(text(f"SELECT pg_terminate_backend(({HOLDER}{HERE}))"))
                await lost.wait()

        with pytest.raises(NotAlone):
            await cut_off()
        with pytest.raises(NotAlone):
            await count(store)
        with pytest.raises(NotAlone):
            async with alone(other, None, lambda: None):
                raise AssertionError("the connections of the first process are still there")
        await store.dispose()
    async with alone(other, None, lambda: None):
        assert await count(other) == 2
        await other.dispose()


async def count(store: Store) -> int:
    """One transaction."""
    async with store.write() as db:
        return await next_number(db, "n")
