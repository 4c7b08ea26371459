"""What each chat of a platform is to Whistle: somebody's private chat, the coaches' room, or an open place."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, String, UniqueConstraint, bindparam, or_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql import select, update

from core.chat import Place, Spot
from core.store.rows import Row
from core.store.statements import Statement

OPEN, GONE = "open", "gone"
QUIET, LISTEN = "quiet", "listen"
STAFF = "staff"


class PlaceRow(Row):
    """One chat, or one thread of a chat. `room` is null in a private chat, which has a `person_id`. `gone` is one that
    nothing can be sent to any more. A room keeps its key when the platform gives its chat another id."""

    __tablename__ = "places"
    __table_args__ = (
        UniqueConstraint("platform", "bot", "chat", "thread"),
        Index("ix_places_room", "gym_id", "room"),
        Index("ix_places_person", "person_id"),
    )

    gym_id: Mapped[int] = mapped_column(ForeignKey("gyms.id"))
    platform: Mapped[str] = mapped_column(String(20))
    bot: Mapped[str] = mapped_column(String(60))
    chat: Mapped[str] = mapped_column(String(80))
    thread: Mapped[str] = mapped_column(String(80), default="")
    room: Mapped[str | None] = mapped_column(String(80))
    person_id: Mapped[int | None]
    mode: Mapped[str] = mapped_column(String(10), default=QUIET)
    state: Mapped[str] = mapped_column(String(10), default=OPEN)
    title: Mapped[str] = mapped_column(String(120), default="")
    wrote_at: Mapped[datetime]


# Most messages come from a private chat that is open and whose person is known.
_WROTE_AGAIN = Statement(
    update(PlaceRow.__table__)  # type: ignore[arg-type]
    .where(
        PlaceRow.platform == bindparam("at_platform"),
        PlaceRow.bot == bindparam("at_bot"),
        PlaceRow.chat == bindparam("at_chat"),
        PlaceRow.thread == "",
        PlaceRow.person_id == bindparam("whose"),
        PlaceRow.gym_id == bindparam("gym"),
        PlaceRow.room.is_(None),
        PlaceRow.state == OPEN,
    )
    .values(wrote_at=bindparam("now"))
    .returning(PlaceRow.id),
    unwritten=True,
)


def head_of(room: str) -> str:
    """The room that a topic or thread belongs to; clearance follows it."""
    return room.partition("#")[0]


def is_staff(room: str | None) -> bool:
    """Whether a room is the coaches' room or a topic of it."""
    return room is not None and head_of(room) == STAFF


def read_in(room: str | None) -> str | None:
    """The room in which a page reads what was said in a room: a topic of the coaches' room stands there with the rest."""
    return STAFF if is_staff(room) else room


def is_read_in(column: Any, room: str) -> ColumnElement[bool]:
    """Whether rows of a table are read in a room, in SQL."""
    own: ColumnElement[bool] = column == room
    return or_(own, column.startswith(f"{STAFF}#", autoescape=True)) if room == STAFF else own


def place_of(room: str | None) -> Place:
    """Who can read along in a room."""
    return Place.PRIVATE if room is None else Place.STAFF if is_staff(room) else Place.OPEN


async def at(db: AsyncSession, platform: str, bot: str, chat: str, thread: str = "") -> PlaceRow | None:
    """The row of a chat or of one of its threads."""
    found: PlaceRow | None = await db.scalar(
        select(PlaceRow).where(
            PlaceRow.platform == platform, PlaceRow.bot == bot, PlaceRow.chat == chat, PlaceRow.thread == thread
        )
    )
    return found


async def bound(db: AsyncSession, platform: str, bot: str, chat: str, thread: str) -> tuple[PlaceRow | None, str]:
    """The row that decides for a chat or thread (the thread's own, else the chat's), and the key of its room."""
    own = await at(db, platform, bot, chat, thread)
    if own is not None and own.room is not None:
        return own, own.room
    whole = await at(db, platform, bot, chat) if thread else own
    head = whole.room if whole is not None and whole.room else f"{platform}:{chat}"
    return whole, f"{head}#{thread}" if thread else head


async def met(
    db: AsyncSession, gym_id: int, person_id: int, platform: str, bot: str, spot: Spot, now: datetime
) -> tuple[str | None, bool]:
    """Somebody whom the gym knows wrote at a spot: its row is made or kept up. Returns the room's key, null in a
    private chat, and whether a private chat has just become open."""
    if not spot.group:
        return None, await _private(db, gym_id, person_id, platform, bot, spot, now)
    row, room = await bound(db, platform, bot, spot.chat, spot.thread)
    if row is None:
        room_of_chat = head_of(room)
        row = PlaceRow(gym_id=gym_id, platform=platform, bot=bot, chat=spot.chat, room=room_of_chat, wrote_at=now)
        row.title = spot.title[:120]
        db.add(row)
    row.state, row.wrote_at = OPEN, now
    await db.flush()
    return room, False


async def _private(
    db: AsyncSession, gym_id: int, person_id: int, platform: str, bot: str, spot: Spot, now: datetime
) -> bool:
    known = {
        "at_platform": platform,
        "at_bot": bot,
        "at_chat": spot.chat,
        "whose": person_id,
        "gym": gym_id,
        "now": now,
    }
    if await _WROTE_AGAIN.rows(db, known):
        return False
    row = await at(db, platform, bot, spot.chat)
    if row is None:
        row = PlaceRow(gym_id=gym_id, platform=platform, bot=bot, chat=spot.chat, room=None, state=GONE, wrote_at=now)
        db.add(row)
    opened = row.state != OPEN or row.person_id != person_id
    row.gym_id, row.person_id, row.state, row.wrote_at = gym_id, person_id, OPEN, now
    await db.flush()
    return opened


async def bind(
    db: AsyncSession, gym_id: int, platform: str, bot: str, spot: Spot, room: str, mode: str, now: datetime
) -> PlaceRow:
    """Make a chat a room of the gym: from now on what is said there is said in that room."""
    row = await at(db, platform, bot, spot.chat)
    if row is None:
        row = PlaceRow(gym_id=gym_id, platform=platform, bot=bot, chat=spot.chat, room=room, wrote_at=now)
        db.add(row)
    row.gym_id, row.room, row.mode, row.state, row.person_id = gym_id, room, mode, OPEN, None
    row.title = spot.title[:120] or row.title
    await db.flush()
    return row


async def private_chats(db: AsyncSession, person_id: int) -> list[PlaceRow]:
    """A person's private chats that can be written to, the one they wrote in last at the front."""
    rows = await db.scalars(
        select(PlaceRow)
        .where(PlaceRow.person_id == person_id, PlaceRow.room.is_(None), PlaceRow.state == OPEN)
        .order_by(PlaceRow.wrote_at.desc(), PlaceRow.id.desc())
    )
    return list(rows)


async def chats_of_room(db: AsyncSession, gym_id: int, room: str) -> list[PlaceRow]:
    """Every chat that is bound to a room."""
    rows = await db.scalars(
        select(PlaceRow)
        .where(PlaceRow.gym_id == gym_id, PlaceRow.room == head_of(room), PlaceRow.state == OPEN)
        .order_by(PlaceRow.id)
    )
    return list(rows)


async def rows_of_chat(db: AsyncSession, platform: str, bot: str, chat: str) -> list[PlaceRow]:
    """A chat and its threads."""
    rows = await db.scalars(
        select(PlaceRow).where(PlaceRow.platform == platform, PlaceRow.bot == bot, PlaceRow.chat == chat)
    )
    return list(rows)


async def move(db: AsyncSession, platform: str, bot: str, chat: str, to: str) -> None:
    """A chat has another id from now on. What was seen of the new id before it was known to be the same gives way."""
    for row in await rows_of_chat(db, platform, bot, chat):
        double = await at(db, platform, bot, to, row.thread)
        if double is not None:
            await db.delete(double)
            await db.flush()
        row.chat, row.state = to, OPEN
    await db.flush()


async def lost(db: AsyncSession, platform: str, bot: str, chats: Sequence[str]) -> list[str]:
    """Those of some chats that nothing could be sent to any more."""
    mine = (PlaceRow.platform == platform, PlaceRow.bot == bot, PlaceRow.state == GONE, PlaceRow.chat.in_(chats))
    return list(await db.scalars(select(PlaceRow.chat).where(*mine).distinct()))


async def set_state(db: AsyncSession, platform: str, bot: str, chat: str, state: str) -> None:
    """Whether anything can be sent to a chat."""
    for row in await rows_of_chat(db, platform, bot, chat):
        row.state = state
    await db.flush()
