"""What came in, committed before it is acknowledged: unique per event, merged into turns, buried after five attempts."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint, bindparam
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql import select, update

from core.chat import Incoming, Press
from core.store.rows import Row

NEW, TAKEN, DONE, DEAD = "new", "taken", "done", "dead"
MOST_ATTEMPTS = 5


class InboxRow(Row):
    """One event of a platform. A finished row stays as the tombstone that makes a second delivery harmless."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("platform", "bot", "event_id"),
        Index("ix_inbox_lane", "session_id", "state"),
        Index("ix_inbox_state", "state"),
    )

    gym_id: Mapped[int] = mapped_column(ForeignKey("gyms.id"))
    platform: Mapped[str] = mapped_column(String(20))
    bot: Mapped[str] = mapped_column(String(60))
    event_id: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(10))
    person_id: Mapped[int]
    session_id: Mapped[int]
    body: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(10))
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    turn_id: Mapped[int | None] = mapped_column(index=True)
    error: Mapped[str | None] = mapped_column(Text)
    received_at: Mapped[datetime]


_SEEN = select(InboxRow).where(
    InboxRow.platform == bindparam("platform"),
    InboxRow.bot == bindparam("bot"),
    InboxRow.event_id == bindparam("event_id"),
)
_WAITING = (
    select(InboxRow)
    .where(InboxRow.session_id == bindparam("lane"), InboxRow.state == NEW, InboxRow.kind == "message")
    .order_by(InboxRow.id)
)
_FINISH = (
    update(InboxRow)
    .where(InboxRow.turn_id == bindparam("turn"))
    .values(state=DONE)
    .execution_options(synchronize_session=False)
)


async def seen(db: AsyncSession, event: Incoming | Press) -> InboxRow | None:
    """The row of an event that was delivered before."""
    key = {"platform": event.platform, "bot": event.bot, "event_id": event.event_id}
    found: InboxRow | None = await db.scalar(_SEEN, key)
    return found


def row_of(event: Incoming | Press, gym_id: int, person_id: int, session_id: int, now: datetime) -> InboxRow:
    """The row of a new event."""
    return InboxRow(
        gym_id=gym_id,
        platform=event.platform,
        bot=event.bot,
        event_id=event.event_id,
        kind="press" if isinstance(event, Press) else "message",
        person_id=person_id,
        session_id=session_id,
        body=event.model_dump(mode="json"),
        state=NEW,
        attempts=0,
        turn_id=None,
        received_at=now,
    )


async def waiting(db: AsyncSession, session_id: int) -> list[InboxRow]:
    """Messages of a lane that no turn has taken yet, in the order in which they came."""
    return list(await db.scalars(_WAITING, {"lane": session_id}))


async def waiting_lanes(db: AsyncSession) -> list[int]:
    """Every lane with a message that no turn has taken."""
    rows = await db.scalars(
        select(InboxRow.session_id).where(InboxRow.state == NEW, InboxRow.kind == "message").distinct()
    )
    return list(rows)


async def of_turn(db: AsyncSession, turn_id: int) -> list[InboxRow]:
    """The messages that one turn answers."""
    return list(await db.scalars(select(InboxRow).where(InboxRow.turn_id == turn_id).order_by(InboxRow.id)))


async def finish(db: AsyncSession, turn_id: int) -> None:
    """The messages of a turn need no more attention; their rows stay as tombstones."""
    await db.execute(_FINISH, {"turn": turn_id})
