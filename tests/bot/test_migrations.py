"""Revisions: they make exactly the tables that the program declares, on both databases."""

import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Table, text
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from core.store.migrate import newest, revision_of, upgrade
from core.store.rows import Row
from core.store.tables import metadata
from tests.conftest import POSTGRES, postgres_up


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def bare(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The URL of a database without any table."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'gym.db'}"
        return
    if not await postgres_up():
        pytest.skip("no PostgreSQL server answers; set WHISTLE_TEST_POSTGRES to one")
    name = f"whistle_{uuid.uuid4().hex[:12]}"
    admin = create_async_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    async with admin.connect() as conn:
        await conn.execute(text(f"create database {name}"))
    yield POSTGRES.rsplit("/", 1)[0] + f"/{name}"
    async with admin.connect() as conn:
        await conn.execute(text(f"drop database {name} with (force)"))
    await admin.dispose()


def table_of(item: Any) -> str:
    """The table that a part of the schema belongs to."""
    return str(item.name if isinstance(item, Table) else item.table.name)


def differences(connection: Connection) -> list[str]:
    """What a new revision would have to change."""
    complete = metadata()
    toys = {m.local_table.name for m in Row.registry.mappers if m.class_.__module__.startswith("tests.")}  # type: ignore[attr-defined]
    opts = {"compare_type": True, "include_object": lambda item, name, *_: table_of(item) not in toys}
    context = MigrationContext.configure(connection, opts=opts)
    return [str(difference) for difference in compare_metadata(context, complete)]


async def test_revisions_and_tables_agree(bare: str) -> None:
    """After all revisions there is nothing left to revise; docs/runbook.md says how to make a new one."""
    await upgrade(bare)
    engine = create_async_engine(bare, poolclass=NullPool)
    async with engine.connect() as connection:
        left = await connection.run_sync(differences)
    assert await revision_of(engine) == newest()
    await engine.dispose()
    assert not left, "\n".join(left)


async def test_upgrading_again_changes_nothing(bare: str) -> None:
    """Every start runs the revisions; the second finds nothing to do."""
    await upgrade(bare)
    await upgrade(bare)
    engine = create_async_engine(bare, poolclass=NullPool)
    async with engine.connect() as connection:
        rows = (await connection.scalars(text("SELECT version_num FROM alembic_version"))).all()
    await engine.dispose()
    assert list(rows) == [newest()]
