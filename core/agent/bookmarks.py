"""How far each channel of a platform was read: where a platform that can be asked for its past goes on, however long ago
that was."""

from collections.abc import Mapping

from sqlalchemy import BigInteger, String, UniqueConstraint
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql import select

from core.store.rows import Row


class BookmarkRow(Row):
    """Everything in a channel up to the message `upto`, by the platform's own number, has arrived."""

    __tablename__ = "bookmarks"
    __table_args__ = (UniqueConstraint("platform", "bot", "channel"),)

    platform: Mapped[str] = mapped_column(String(20))
    bot: Mapped[str] = mapped_column(String(60))
    channel: Mapped[str] = mapped_column(String(80))
    upto: Mapped[int] = mapped_column(BigInteger)


async def move(db: AsyncSession, platform: str, bot: str, read: Mapping[str, int]) -> None:
    """Move the bookmarks of some channels; never back."""
    insert = sqlite.insert if db.get_bind().dialect.name == "sqlite" else postgresql.insert
    for channel, upto in read.items():
        made = insert(BookmarkRow).values(platform=platform, bot=bot, channel=channel, upto=upto)
        further = made.on_conflict_do_update(
            index_elements=("platform", "bot", "channel"),
            set_={"upto": made.excluded.upto},
            where=BookmarkRow.upto < made.excluded.upto,
        )
        await db.execute(further)


async def bookmarks(db: AsyncSession, platform: str, bot: str) -> dict[str, int]:
    """Every channel that was ever read, and how far."""
    mine = (BookmarkRow.platform == platform, BookmarkRow.bot == bot)
    rows = await db.execute(select(BookmarkRow.channel, BookmarkRow.upto).where(*mine).order_by(BookmarkRow.id))
    return {row.channel: row.upto for row in rows}
