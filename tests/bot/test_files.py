"""What lies in the data directory: the lock, the secret, the database and its copies."""

import asyncio
import contextlib
import io
import os
import sqlite3
import stat
from pathlib import Path

import pytest

from adapters import keep
from bot.app import opened, secret_of, tidy
from bot.backup import copy, problems
from bot.config import DatabaseSettings, Settings
from bot.lock import FileLock, Taken
from core.errors import Told
from core.store.migrate import upgrade


@pytest.fixture
async def settings(tmp_path: Path) -> Settings:
    """An installation with a migrated, empty database."""
    made = Settings(data_dir=tmp_path / "data")
    made.data_dir.mkdir()
    await upgrade(made.database_url)
    return made


def test_two_processes_cannot_hold_one_database(tmp_path: Path) -> None:
    """The second is told who has it, and gets it once the first lets go."""
    first, second = FileLock(tmp_path / "whistle.db"), FileLock(tmp_path / "whistle.db")
    first.acquire()
    with pytest.raises(Taken, match=r"already running on .*whistle\.db \(process \d+\)"):
        second.acquire()
    first.release()
    second.acquire()
    second.release()


def test_the_secret_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    """Sign-in links stay the same at every start, and nobody else on the machine can make one."""
    first = secret_of(tmp_path / "data")
    assert len(first) == 32
    assert secret_of(tmp_path / "data") == first
    assert stat.S_IMODE((tmp_path / "data" / "secret").stat().st_mode) == 0o600


async def test_a_backup_is_a_whole_checked_copy(settings: Settings, tmp_path: Path) -> None:
    """The copy opens, passes SQLite's check and holds what was committed, even while the original is open."""
    assert settings.sqlite_file
    with contextlib.closing(sqlite3.connect(settings.sqlite_file)) as live:
        live.execute("insert into gyms (slug) values ('harbour')")
        live.commit()
        said = await copy(settings, tmp_path / "copy.db")
    assert "checked it: ok" in said
    assert problems(tmp_path / "copy.db") == ""
    with contextlib.closing(sqlite3.connect(tmp_path / "copy.db")) as made:
        assert made.execute("select slug from gyms").fetchall() == [("harbour",)]
    assert stat.S_IMODE((tmp_path / "copy.db").stat().st_mode) == 0o600
    assert {p.name for p in tmp_path.iterdir()} == {"data", "copy.db"}  # noqa: ASYNC240


async def test_a_backup_never_overwrites(settings: Settings, tmp_path: Path) -> None:
    """A file that is there stays as it is."""
    (tmp_path / "copy.db").write_text("mine")
    with pytest.raises(Told, match="left as it is"):
        await copy(settings, tmp_path / "copy.db")
    assert (tmp_path / "copy.db").read_text() == "mine"


async def test_a_damaged_database_is_not_passed_off_as_a_backup(settings: Settings, tmp_path: Path) -> None:
    """The copy is checked before it gets its name."""
    assert settings.sqlite_file
    with contextlib.closing(sqlite3.connect(settings.sqlite_file)) as live:
        live.execute("insert into accounts (platform, account, person_id, linked_at) values ('web', '1', 99, '2026')")
        live.commit()
    with pytest.raises(Told, match="points at a missing persons"):
        await copy(settings, tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()


async def test_postgres_is_backed_up_by_its_own_tool(tmp_path: Path) -> None:
    """The answer names the tool, and nothing is written."""
    made = Settings(database=DatabaseSettings.model_validate({"url": "postgresql://whistle@db/whistle"}))
    with pytest.raises(Told, match="pg_dump"):
        await copy(made, tmp_path / "copy.db")


async def test_bytes_that_no_row_speaks_of_are_removed(tmp_path: Path) -> None:
    """Those of erased people and of uploads that broke off; what is known, and what may be on its way, stays."""
    known = await keep.keep(tmp_path, io.BytesIO(b"plan"), "plan.pdf", "application/pdf", 4)
    gone = await keep.keep(tmp_path, io.BytesIO(b"mine"), "mine.pdf", "application/pdf", 4)
    (tmp_path / "half.part").write_bytes(b"ha")
    fresh = await keep.keep(tmp_path, io.BytesIO(b"now"), "now.pdf", "application/pdf", 3)
    for old in (known.key, gone.key, "half.part"):
        os.utime(tmp_path / old, (1000, 1000))
    assert await keep.tidy(tmp_path, {known.key}, before=2000) == 2
    assert {f.name for f in tmp_path.iterdir()} == {known.key, fresh.key}  # noqa: ASYNC240
    assert await keep.tidy(tmp_path / "none yet", set(), before=2000) == 0


async def test_a_program_that_starts_forgets_the_files_of_the_forgotten(settings: Settings) -> None:
    """At once, and again every hour."""
    async with opened(settings) as house:
        folder = settings.data_dir / "files"
        gone = await keep.keep(folder, io.BytesIO(b"mine"), "mine.pdf", "application/pdf", 4)
        os.utime(folder / gone.key, (1000, 1000))
        tidying = asyncio.create_task(tidy(house))
        while list(folder.iterdir()):  # noqa: ASYNC110
            await asyncio.sleep(0)
        assert not tidying.done()
        tidying.cancel()
