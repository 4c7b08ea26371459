"""Brings a database to the newest revision, in the process and before anything else reads it; makes new revisions."""

import asyncio
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

HERE = Path(__file__).parent / "migrations"
# Any number, the same for every process that starts on one PostgreSQL database.
ADVISORY_LOCK = 7_746_119


def newest() -> str:
    """The newest revision: the number that its file's name begins with."""
    return max(path.name.partition("_")[0] for path in (HERE / "versions").glob("[0-9]*.py"))


async def upgrade(url: str) -> None:
    """Bring a database to the newest revision; nothing is touched when it is there already."""
    engine = create_async_engine(url, poolclass=NullPool)
    try:
        if await revision_of(engine) == newest():
            return
        async with engine.connect() as connection:
            await connection.run_sync(_upgrade)
            await connection.commit()
    finally:
        await engine.dispose()


async def revision_of(engine: AsyncEngine) -> str | None:
    """The revision that a database is at; None for an empty one."""
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(_version)
    except DBAPIError as error:
        if "alembic_version" in str(error.orig):
            return None
        raise


def _version(connection: Connection) -> str | None:
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def _upgrade(connection: Connection) -> None:
    from alembic import command

    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
    command.upgrade(config(connection), "head")


def config(connection: Connection | None = None) -> Any:
    """Alembic's configuration; it has no file of its own."""
    from alembic.config import Config

    made = Config()
    made.set_main_option("script_location", str(HERE))
    made.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    made.attributes["connection"] = connection
    return made


def revise(message: str) -> None:
    """Write the next revision from what the tables say and an up-to-date scratch database does not."""
    number = f"{int(newest()) + 1:04d}" if any((HERE / "versions").glob("[0-9]*.py")) else "0001"

    def write(connection: Connection) -> None:
        from alembic import command

        if number != "0001":
            command.upgrade(config(connection), "head")
        command.revision(config(connection), message, autogenerate=True, rev_id=number)

    async def run() -> None:
        engine = create_async_engine("sqlite+aiosqlite://", poolclass=NullPool)
        async with engine.connect() as connection:
            await connection.run_sync(write)
        await engine.dispose()

    asyncio.run(run())


if __name__ == "__main__":
    revise(" ".join(sys.argv[1:]) or "change")
