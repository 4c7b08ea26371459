"""The store: settings of the connections, what a transaction may write, and commits that cannot be cut in half."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import NoneType

import pytest
from sqlalchemy import bindparam, text
from sqlalchemy.sql import select, update

from core.agent.outbox import next_number
from core.people import Person
from core.store.after import after_commit
from core.store.changes import NoCause
from core.store.database import CommitHook, Store, UnloggedWrite, unlogged
from core.store.statements import Statement
from tests.conftest import Opener, small_gym
from tests.databases import empty_file
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


async def test_units_that_wait_together_share_one_commit(tmp_path: Path) -> None:
    """Twenty writers at once on SQLite wait for the disk twice at most: who came first, and all the others."""
    moments: list[str] = []
    async with counters(tmp_path, moments.append) as store:
        await asyncio.gather(*(add(store, f"n{n}") for n in range(20)))
        assert moments.count("after") <= 2
        assert await names(store) == {f"n{n}" for n in range(20)}


async def test_a_unit_that_fails_leaves_the_others_of_its_commit(tmp_path: Path) -> None:
    """What it wrote is gone, what the others wrote is there."""
    async with counters(tmp_path) as store:
        outcomes = await asyncio.gather(
            add(store, "a"), add(store, "b", RuntimeError("no")), add(store, "c"), return_exceptions=True
        )
        assert [type(o) for o in outcomes] == [NoneType, RuntimeError, NoneType]
        assert await names(store) == {"a", "c"}


async def test_a_commit_that_fails_fails_everyone_in_it(tmp_path: Path) -> None:
    """Nobody is told that their work is durable, nothing of it is there, and the next unit works."""
    broken = True

    def hook(moment: str) -> None:
        if broken and moment == "before":
            raise OSError("the disk is full")

    async with counters(tmp_path, hook) as store:
        outcomes = await asyncio.gather(add(store, "a"), add(store, "b"), return_exceptions=True)
        assert [type(o) for o in outcomes] == [OSError, OSError]
        broken = False
        await add(store, "c")
        assert await names(store) == {"c"}


async def test_what_waits_for_a_commit_runs_after_it_and_in_order(tmp_path: Path) -> None:
    """Callbacks of a unit run once everything in the commit is durable; those of a failed unit never."""
    ran: list[str] = []
    async with counters(tmp_path, ran.append) as store:
        jobs = [add(store, "a", heard=ran), add(store, "b", RuntimeError("no"), ran), add(store, "c", heard=ran)]
        await asyncio.gather(*jobs, return_exceptions=True)
    assert ran == ["before", "after", "a", "c"]


async def test_compiled_statements_read_what_the_session_reads(database: str) -> None:
    """Instants, dates and JSON come back as the program uses them, on both databases."""
    store = Store(database)
    people = await small_gym(store)
    columns = (Person.id, Person.joined_on, Person.settings, Person.left_on)
    statement = Statement(select(*columns).where(Person.id == bindparam("who")))
    async with store.read() as db:
        plain = [tuple(row) for row in await db.execute(select(*columns).where(Person.id == people["mia"]))]
        assert list(await statement.rows(db, {"who": people["mia"]})) == plain
    assert list(await store.look(statement, {"who": people["mia"]})) == plain
    await store.dispose()


def test_a_compiled_statement_refuses_to_write_around_the_change_log() -> None:
    """Logged rows change through their objects only."""
    statement = Statement(update(Person.__table__).values(name="x"))  # type: ignore[arg-type]
    with pytest.raises(UnloggedWrite):
        statement.run(sqlite3.connect(":memory:"), {})


@asynccontextmanager
async def counters(folder: Path, hook: CommitHook | None = None) -> AsyncIterator[Store]:
    """A database that holds counters, which are no one's data."""
    store = Store(await empty_file(folder / "counters.db"), hook)
    yield store
    await store.dispose()


async def add(store: Store, name: str, error: Exception | None = None, heard: list[str] | None = None) -> None:
    """One unit of work: a counter is made, and then perhaps something fails."""
    async with store.write() as db:
        await next_number(db, name)
        if heard is not None:
            after_commit(db, lambda: heard.append(name))
        if error:
            raise error


async def names(store: Store) -> set[str]:
    """The counters that are there."""
    async with store.read() as db:
        return set((await db.scalars(text("select name from counters"))).all())
