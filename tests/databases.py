"""Databases for tests: each kind of content is made once in a process, and every test gets a copy of its own. An empty
one of PostgreSQL is emptied again and handed on, which is quicker than a new one."""

import asyncio
import atexit
import os
import shutil
import tempfile
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]
import pytest
from sqlalchemy import text
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.engine import Engine
from sqlalchemy.ext.asyncio import create_async_engine

from core.store.rows import Row
from core.store.sqlite_driver import COMPILED

POSTGRES = os.environ.get("WHISTLE_TEST_POSTGRES", "postgresql+asyncpg://postgres@127.0.0.1:5432/postgres")
KINDS = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
Fill = Callable[[str], Awaitable[None]]
LEAVE = "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and pid <> pg_backend_pid()"
SHAPE = """select md5(string_agg(concat_ws(' ', relname, relkind, relnatts), ',' order by relname)) from pg_class
    where relnamespace = 'public'::regnamespace"""
EMPTY = """do $$
    declare name text; held boolean;
    begin
        foreach name in array array[{tables}] loop
            execute 'select exists (select from ' || name || ')' into held;
            if held then execute 'delete from ' || name; end if;
        end loop;
        for name in select sequencename from pg_sequences where schemaname = 'public' and last_value is not null loop
            execute 'alter sequence ' || name || ' restart';
        end loop;
    end $$"""
_made: dict[tuple[str, str], str] = {}
_shapes: dict[str, str] = {}
_emptied: list[str] = []
_answers: dict[str, bool] = {}


class OneServer(PGDialect_asyncpg):
    """All engines speak with the same server: what one has compiled, those of all other tests find."""

    supports_statement_cache = True

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self)

    def __hash__(self) -> int:
        return hash(type(self))

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        engine.update_execution_options(compiled_cache=COMPILED)


registry.register("postgresql.asyncpg", __name__, "OneServer")


async def postgres_up() -> bool:
    """Whether a PostgreSQL server answers; asked once in a process."""
    if "postgres" not in _answers:
        _answers["postgres"] = await _connects()
    return _answers["postgres"]


async def _connects() -> bool:
    engine = create_async_engine(POSTGRES)
    try:
        async with asyncio.timeout(60), engine.connect() as conn:
            await conn.execute(text("select 1"))
    except Exception:
        return False
    finally:
        await engine.dispose()
    return True


async def make_tables(url: str) -> None:
    """All tables of the program, and the toys'."""
    engine = create_async_engine(url)
    async with engine.begin() as conn:
        await conn.run_sync(Row.metadata.create_all)
    await engine.dispose()


@asynccontextmanager
async def fresh(kind: str, folder: Path, content: str, fill: Fill) -> AsyncIterator[str]:
    """The URL of a new database of a kind that holds what `fill` makes; `content` names it."""
    if kind == "sqlite":
        yield await filled_file(folder / f"{content}.db", content, fill)
        return
    if not await postgres_up():
        pytest.skip("no PostgreSQL server answers; set WHISTLE_TEST_POSTGRES to one")
    name = _emptied.pop() if content == "empty" and _emptied else await _postgres_copy(content, fill)
    yield _address(name)
    if content == "empty" and await _empty(name):
        _emptied.append(name)
    else:
        await _admin(f"drop database {name} with (force)")


async def empty_file(file: Path) -> str:
    """The URL of a new SQLite file that has all tables and nothing in them."""
    return await filled_file(file, "empty", nothing)


async def filled_file(file: Path, content: str, fill: Fill) -> str:
    """The URL of a new SQLite file that holds what `fill` makes; `content` names it."""
    shutil.copyfile(await _sqlite_template(content, fill), file)
    return f"sqlite+aiosqlite:///{file}"


async def _sqlite_template(content: str, fill: Fill) -> str:
    if ("sqlite", content) not in _made:
        folder = tempfile.mkdtemp(prefix="whistle-tests-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        file = Path(folder) / f"{content}.db"
        await make_tables(f"sqlite+aiosqlite:///{file}")
        await fill(f"sqlite+aiosqlite:///{file}")
        _made["sqlite", content] = str(file)
    return _made["sqlite", content]


async def _postgres_copy(content: str, fill: Fill) -> str:
    template = await _postgres_template(content, fill)
    name = f"whistle_{uuid.uuid4().hex[:12]}"
    await _admin(f"create database {name} template {template}")
    # A test kills processes, never the server: commits need not wait for the disk.
    await _admin(f"alter database {name} set synchronous_commit = off")
    async with _inside(name) as connection:
        _shapes[name] = await connection.fetchval(SHAPE)
    return name


async def _postgres_template(content: str, fill: Fill) -> str:
    if ("postgres", content) not in _made:
        name = f"whistle_t_{uuid.uuid4().hex[:12]}"
        await _admin(f"create database {name}")
        atexit.register(lambda: asyncio.run(_drop(name, *(_emptied if content == "empty" else ()))))
        await make_tables(_address(name))
        await fill(_address(name))
        _made["postgres", content] = name
    return _made["postgres", content]


async def _drop(*names: str) -> None:
    for name in names:
        await _admin(f"drop database {name} with (force)")


async def _empty(name: str) -> bool:
    """Take out what a test left; false when it changed the tables themselves, so that nobody else may have them."""
    tables = ", ".join(f"'{table.name}'" for table in reversed(Row.metadata.sorted_tables))
    async with _inside(name) as connection:
        await connection.execute(LEAVE, name)
        if await connection.fetchval(SHAPE) != _shapes[name]:
            return False
        await connection.execute(EMPTY.format(tables=tables))
    return True


@asynccontextmanager
async def _inside(name: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(_address(name).replace("+asyncpg", ""))
    try:
        yield connection
    finally:
        await connection.close()


def _address(name: str) -> str:
    return POSTGRES.rsplit("/", 1)[0] + f"/{name}"


async def _admin(statement: str) -> None:
    async with _inside(POSTGRES.rsplit("/", 1)[1]) as connection:
        await connection.execute(statement)


async def nothing(url: str) -> None:
    """No content: the tables alone."""
