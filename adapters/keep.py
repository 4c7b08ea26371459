"""Keeps the bytes of files that people send: whole or not at all, under names that nobody can guess."""

import asyncio
import os
import secrets
import shutil
from collections.abc import Collection
from pathlib import Path
from typing import BinaryIO

from core.desk import Kept


async def keep(folder: Path, source: BinaryIO, name: str, media_type: str, size: int) -> Kept:
    """Write a file's bytes to the disk; its row comes after, so that a row always has its bytes."""
    key = secrets.token_hex(16)
    await asyncio.to_thread(_write, folder, key, source)
    return Kept(key=key, name=name, media_type=media_type, size=size)


def _write(folder: Path, key: str, source: BinaryIO) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = folder / f"{key}.part"
    with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        source.seek(0)
        shutil.copyfileobj(source, target, 1024 * 1024)
        target.flush()
        os.fsync(target.fileno())
    unfinished.rename(folder / key)


async def tidy(folder: Path, known: Collection[str], before: float) -> int:
    """Remove bytes that no row speaks of and that are older than a moment (seconds since 1970, as the disk counts): of
    erased people, and of files that never came through whole. Returns how many there were."""
    return await asyncio.to_thread(_tidy, folder, known, before)


def _tidy(folder: Path, known: Collection[str], before: float) -> int:
    stale = [f for f in folder.glob("*") if f.name not in known and f.stat().st_mtime < before]
    for file in stale:
        file.unlink(missing_ok=True)
    return len(stale)
