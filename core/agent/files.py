"""Files that people sent: whose they are, what they are called, and under which key their bytes are kept."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.errors import NotFound
from core.store.rows import Row


@dataclass(frozen=True)
class Kept:
    """A file whose bytes an adapter has stored under `key`."""

    key: str
    name: str
    media_type: str
    size: int


class FileRow(Row):
    """One file of one person. Its bytes lie outside of the database; `key` is their name there."""

    __tablename__ = "files"

    gym_id: Mapped[int] = mapped_column(ForeignKey("gyms.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    key: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigInteger)
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


async def own(db: AsyncSession, person_id: int, file_id: int) -> FileRow:
    """One of a person's own files; somebody else's is not there."""
    row = await db.get(FileRow, file_id)
    if row is None or row.person_id != person_id:
        raise NotFound("There is no such file of yours.")
    return row
