"""What came in, committed before it is acknowledged: unique per event, merged into turns, buried after five attempts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint, bindparam, func
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql import insert, select, update

from core.chat import Incoming, Press
from core.store.database import Store
from core.store.rows import Row
from core.store.statements import Statement

NEW, TAKEN, DONE, DEAD = "new", "taken", "done", "dead"
MOST_ATTEMPTS = 5
MOST_TOGETHER = 5


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


class Waiting(NamedTuple):
    """A message that no turn has taken yet."""

    id: int
    body: dict[str, Any]


_SEEN = Statement(
    select(InboxRow.id).where(
        InboxRow.platform == bindparam("platform"),
        InboxRow.bot == bindparam("bot"),
        InboxRow.event_id == bindparam("event_id"),
    )
)
_KEEP = Statement(insert(InboxRow.__table__).returning(InboxRow.id))  # type: ignore[arg-type]
_IN_LANE = (InboxRow.session_id == bindparam("lane"), InboxRow.state == NEW, InboxRow.kind == "message")
_WAITING = Statement(select(InboxRow.id, InboxRow.body).where(*_IN_LANE).order_by(InboxRow.id).limit(MOST_TOGETHER))
_ANY = Statement(select(InboxRow.id).where(*_IN_LANE).limit(1))
_TAKE = Statement(
    update(InboxRow.__table__)  # type: ignore[arg-type]
    .where(InboxRow.id == bindparam("message"))
    .values(state=TAKEN, attempts=InboxRow.attempts + 1, turn_id=bindparam("turn"))
)
_FINISH = Statement(update(InboxRow.__table__).where(InboxRow.turn_id == bindparam("turn")).values(state=DONE))  # type: ignore[arg-type]


_TAKEN_BY = Statement(select(func.max(InboxRow.id)).where(InboxRow.turn_id == bindparam("turn")))
_TURN_OF = Statement(select(InboxRow.turn_id).where(InboxRow.id == bindparam("message")))


async def answered_by(store: Store, message_id: int, newest: bool, turn_id: int) -> bool:
    """Whether a turn answers a message; with `newest`, whether that is the newest of the messages it answers."""
    if newest:
        return bool((await store.look(_TAKEN_BY, {"turn": turn_id}))[0][0] == message_id)
    return bool((await store.look(_TURN_OF, {"message": message_id}))[0][0] == turn_id)


async def seen(db: AsyncSession, event: Incoming | Press) -> InboxRow | None:
    """The row of an event that was delivered before."""
    key = {"platform": event.platform, "bot": event.bot, "event_id": event.event_id}
    found = await _SEEN.first(db, key)
    return await db.get(InboxRow, found[0]) if found else None


async def keep(db: AsyncSession, event: Incoming, gym_id: int, person_id: int, session_id: int, now: datetime) -> int:
    """Write a new message down; returns its id. One that was delivered before is an integrity error."""
    found = await _KEEP.first(db, _values(event, gym_id, person_id, session_id, now))
    assert found is not None
    return int(found[0])


def row_of(event: Incoming | Press, gym_id: int, person_id: int, session_id: int, now: datetime) -> InboxRow:
    """The row of a new event."""
    return InboxRow(**_values(event, gym_id, person_id, session_id, now))


def _values(event: Incoming | Press, gym_id: int, person_id: int, session_id: int, now: datetime) -> dict[str, Any]:
    return {
        "gym_id": gym_id,
        "platform": event.platform,
        "bot": event.bot,
        "event_id": event.event_id,
        "kind": "press" if isinstance(event, Press) else "message",
        "person_id": person_id,
        "session_id": session_id,
        "body": event.model_dump(mode="json"),
        "state": NEW,
        "attempts": 0,
        "turn_id": None,
        "received_at": now,
    }


async def waiting(db: AsyncSession, session_id: int) -> list[Waiting]:
    """The first messages of a lane that no turn has taken yet, in the order in which they came: no more than one turn takes."""
    return [Waiting(*row) for row in await _WAITING.rows(db, {"lane": session_id})]


def together(rows: Sequence[Waiting]) -> list[Waiting]:
    """A few quick messages are one turn; a prefilled call is a turn of its own. `rows` are the first that wait."""
    taken: list[Waiting] = []
    for row in rows:
        if row.body.get("call") and taken:
            break
        taken.append(row)
        if row.body.get("call"):
            break
    return taken


def attached(rows: Sequence[Waiting]) -> list[str]:
    """The ids of the files that came with some messages."""
    return [id for row in rows for id in row.body.get("attachments", ())]


async def any_waiting(store: Store, session_id: int) -> bool:
    """Whether a lane has a message that no turn has taken yet."""
    return bool(await store.look(_ANY, {"lane": session_id}))


async def take(db: AsyncSession, messages: Sequence[Waiting], turn_id: int) -> None:
    """These messages are answered by a turn."""
    await _TAKE.each(db, [{"message": m.id, "turn": turn_id} for m in messages])


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
    await _FINISH.rows(db, {"turn": turn_id})
