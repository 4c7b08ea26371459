"""The store: settings of the connections, what a transaction may write, and commits that cannot be cut in half."""

import asyncio

import pytest
from sqlalchemy import text

from core.agent.outbox import next_number
from core.store.changes import NoCause
from core.store.database import Store, UnloggedWrite, unlogged
from tests.conftest import Opener, small_gym
from tests.toys import Toy


async def test_sqlite_runs_with_full_durability_and_foreign_keys(tmp_path: object) -> None:
    """WAL, synchronous FULL, foreign keys and a busy timeout on every connection."""
    store = Store(f"sqlite+aiosqlite:///{tmp_path}/gym.db")
    for door in (store.read, store.write):
        async with door() as db:
            found = [
                (await db.execute(text(f"pragma {p}"))).scalar()
                for p in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            ]
        assert found == ["wal", 2, 1, 5000]
    await store.dispose()


async def test_two_first_posts_at_once_get_different_positions(database: str) -> None:
    """The counter is made by whoever comes first, and nobody fails."""
    store = Store(database)

    async def one() -> int:
        async with store.write() as db:
            return await next_number(db, "outbox")

    assert sorted(await asyncio.gather(*(one() for _ in range(8)))) == list(range(1, 9))
    await store.dispose()


async def test_a_logged_row_needs_a_cause(database: str) -> None:
    """A change that nobody is named for is refused, and nothing is written."""
    store = Store(database)
    people = await small_gym(store)

    async def orphan() -> None:
        async with store.write() as db:
            db.add(Toy(gym_id=1, name="orphan", owner_id=people["mia"]))

    with pytest.raises(NoCause):
        await orphan()
    await store.dispose()


async def test_what_one_transaction_was_allowed_the_next_is_not(database: str) -> None:
    """Leave to write around the log, and a flush that failed, end with their transaction."""
    store = Store(database)
    people = await small_gym(store)

    async def allowed() -> None:
        async with store.write() as db:
            await db.run_sync(lambda s: unlogged(s).__enter__())
            raise RuntimeError("cut off in the middle")

    async def sneak() -> None:
        async with store.write() as db:
            await db.execute(text("update persons set name = 'x' where id = :id"), {"id": people["mia"]})

    with pytest.raises(RuntimeError):
        await allowed()
    with pytest.raises(UnloggedWrite):
        await sneak()
    await store.dispose()


async def test_cancelling_a_writer_never_leaves_its_outcome_unknown(toy_house: Opener) -> None:
    """A cancelled transaction has either committed whole or left nothing."""
    house = await toy_house()
    store = house.desk.store

    async def write(number: int) -> None:
        async with store.write() as db:
            await next_number(db, f"n{number}")

    tasks = [asyncio.create_task(write(n)) for n in range(12)]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    async with store.read() as db:
        names = set((await db.scalars(text("select name from counters where name like 'n%'"))).all())
    assert {f"n{n}" for n in range(1, 12, 2)} <= names
