"""Files that people sent or asked for: whose they are, who may read them, and where their bytes are."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column, undefer
from sqlalchemy.sql import select

from core.agent.places import read_in
from core.chat import File, Image, Message, one_line
from core.errors import NotFound
from core.i18n import _
from core.store.rows import Row

PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


@dataclass(frozen=True)
class Kept:
    """A file whose bytes an adapter has stored under `key`."""

    key: str
    name: str
    media_type: str
    size: int


class FileRow(Row):
    """One file of one person. What was sent lies outside of the database, under the name `key`; what was made for them
    is in `content`. `room` is where it was shown to others."""

    __tablename__ = "files"

    gym_id: Mapped[int] = mapped_column(ForeignKey("gyms.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    key: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigInteger)
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    room: Mapped[str | None] = mapped_column(String(40))
    received_at: Mapped[datetime]


async def save(db: AsyncSession, gym_id: int, person_id: int, kept: Kept, now: datetime) -> int:
    """Write a person's file down; returns its id."""
    row = FileRow(
        gym_id=gym_id,
        person_id=person_id,
        key=kept.key,
        name=kept.name,
        media_type=kept.media_type,
        size=kept.size,
        received_at=now,
    )
    db.add(row)
    await db.flush()
    return row.id


async def make(
    db: AsyncSession, gym_id: int, person_id: int, name: str, media_type: str, content: bytes, now: datetime
) -> File:
    """Make a file for a person; it takes the place of the one that was made for them before."""
    made = select(FileRow).where(FileRow.person_id == person_id, FileRow.content.is_not(None))
    row = await db.scalar(made) or FileRow(gym_id=gym_id, person_id=person_id, key=secrets.token_hex(16))
    row.name, row.media_type, row.size, row.content, row.received_at = name, media_type, len(content), content, now
    db.add(row)
    await db.flush()
    return File(url=address_of(row), name=name)


async def made(db: AsyncSession, file_id: int) -> bytes | None:
    """The bytes of a file that was made for somebody; None for one that they sent."""
    found: bytes | None = await db.scalar(select(FileRow.content).where(FileRow.id == file_id))
    return found


def address_of(row: FileRow) -> str:
    """Where a file is read again, by those who may."""
    return f"/agent/files/{row.id}"


async def shown_with(db: AsyncSession, person_id: int, room: str | None, sent: Sequence[str], words: str) -> Message:
    """Words with the sender's own files beside them: pictures to look at, others to download."""
    images, others = [], []
    for row in await _sent(db, person_id, sent):
        row.room = room
        if row.media_type in PICTURES:
            images.append(Image(url=address_of(row), alt=row.name))
        else:
            others.append(File(url=address_of(row), name=row.name))
    return Message(text=words, images=tuple(images), files=tuple(others))


async def names_of(db: AsyncSession, person_id: int, sent: Sequence[str]) -> list[str]:
    """The names of a person's own files, in the order of their ids."""
    return [one_line(row.name) for row in await _sent(db, person_id, sent)]


async def _sent(db: AsyncSession, person_id: int, sent: Sequence[str]) -> list[FileRow]:
    """A person's own files among some ids, which a client names; others are not there."""
    ids = [int(id) for id in sent if id.isascii() and id.isdecimal()]
    if not ids:
        return []
    rows = await db.scalars(select(FileRow).where(FileRow.id.in_(ids), FileRow.person_id == person_id))
    return sorted(rows, key=lambda row: ids.index(row.id))


async def own(db: AsyncSession, person_id: int, file_id: int) -> FileRow:
    """One of a person's own files; somebody else's is not there."""
    row = await db.get(FileRow, file_id)
    if row is None or row.person_id != person_id:
        raise NotFound(_("There is no such file of yours."))
    return row


async def readable(db: AsyncSession, person_id: int, gym_id: int, rooms: Collection[str], file_id: int) -> FileRow:
    """A file that a person may read: their own, or one that was shown in a room of their gym which they are in."""
    row = await db.get(FileRow, file_id, options=(undefer(FileRow.content),))
    if row is None or not (row.person_id == person_id or (row.gym_id == gym_id and read_in(row.room) in rooms)):
        raise NotFound(_("There is no such file of yours. It may have been replaced by a newer one."))
    return row


async def keys(db: AsyncSession) -> set[str]:
    """The keys of all files that there is a row of."""
    return set(await db.scalars(select(FileRow.key)))
