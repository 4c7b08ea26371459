"""Everything that reaches people goes through here: rows written with what caused them, delivered when due, withdrawn
by undo, and read back as the transcript of a place."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, and_, bindparam, or_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql import insert, select, update

from core.agent.deliveries import Posted, Routes
from core.agent.messages import current_or_new
from core.agent.places import STAFF, is_read_in, read_in
from core.agent.tools import Thing
from core.chat import Author, Entry, Message
from core.store.database import Store, after_commit
from core.store.rows import Row
from core.store.statements import Statement

PENDING, SENT, UNCERTAIN, WITHDRAWN, DEAD = "pending", "sent", "uncertain", "withdrawn", "dead"


class OutboxRow(Row):
    """One message to one person or one room, fixed when it is written. `position` is given when it is delivered and
    orders the stream of its readers; `change_id` ties a receipt or a notice to the change that caused it."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_due", "state", "due_at"),
        Index("ix_outbox_person", "person_id", "position"),
        Index("ix_outbox_room", "gym_id", "room", "position"),
    )

    gym_id: Mapped[int] = mapped_column(ForeignKey("gyms.id"))
    person_id: Mapped[int | None]
    room: Mapped[str | None] = mapped_column(String(80))
    session_id: Mapped[int | None] = mapped_column(index=True)
    turn_id: Mapped[int | None] = mapped_column(index=True)
    change_id: Mapped[int | None] = mapped_column(index=True)
    question_id: Mapped[int | None] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(10))
    author_id: Mapped[int | None]
    author: Mapped[str] = mapped_column(String(120))
    target: Mapped[int | None]
    body: Mapped[dict[str, Any]]
    things: Mapped[list[Any]]
    state: Mapped[str] = mapped_column(String(10))
    due_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    position: Mapped[int | None] = mapped_column(unique=True)
    correction: Mapped[str | None] = mapped_column(String(2000))


class Counter(Row):
    """A number that grows by one in the transaction that uses it, so that its order is the order of commits."""

    __tablename__ = "counters"

    name: Mapped[str] = mapped_column(String(40), unique=True)
    value: Mapped[int] = mapped_column(Integer)


@dataclass(frozen=True)
class To:
    """Where a message goes: a person's private chat (`room` null) or a room. `person_id` is the reader, or null."""

    gym_id: int
    person_id: int | None
    room: str | None
    session_id: int | None = None
    turn_id: int | None = None


@dataclass(frozen=True)
class Readers:
    """Whom a delivered row concerns: one person, or everyone in a room."""

    gym_id: int
    person_id: int | None
    room: str | None


Publish = Callable[[Sequence[Readers]], Awaitable[None] | None]
_POST = Statement(insert(OutboxRow.__table__).returning(OutboxRow.id))  # type: ignore[arg-type]
_NOTICES = (OutboxRow.change_id == bindparam("change"), OutboxRow.kind == "notice")
_WITHDRAW = Statement(
    update(OutboxRow.__table__)  # type: ignore[arg-type]
    .where(*_NOTICES, OutboxRow.state == PENDING)
    .values(state=WITHDRAWN)
    .returning(OutboxRow.id)
)
_TOLD = select(OutboxRow).where(*_NOTICES, OutboxRow.state.in_((SENT, UNCERTAIN)))


class Outbox:
    """Writes rows and tells the process's subscribers about them once they are committed."""

    def __init__(self, gym_name: str, publish: Publish) -> None:
        self.gym_name = gym_name
        self.routes = Routes()
        self._publish = publish

    async def post(
        self,
        db: AsyncSession,
        to: To,
        message: Message,
        at: datetime,
        *,
        kind: str = "message",
        author: tuple[int | None, str] | None = None,
        change_id: int | None = None,
        question_id: int | None = None,
        target: int | None = None,
        things: Sequence[Thing] = (),
        due_at: datetime | None = None,
        correction: str | None = None,
        routed: bool = True,
    ) -> int:
        """Write one row and return its id; it is delivered with the commit when it is due now, else by the pump. One that
        is not `routed` stands in the transcript alone."""
        due = due_at or at
        now = due <= at
        to = await _in_a_conversation(db, to, at) if now else to
        author_id, name = author or (None, "Whistle")
        values = {
            "gym_id": to.gym_id,
            "person_id": to.person_id,
            "room": to.room,
            "session_id": to.session_id,
            "turn_id": to.turn_id,
            "change_id": change_id,
            "question_id": question_id,
            "kind": kind,
            "author_id": author_id,
            "author": name,
            "target": target,
            "body": message.model_dump(mode="json"),
            "things": [{"type": t.type, "key": t.key} for t in things],
            "state": SENT if now else PENDING,
            "due_at": due,
            "sent_at": at if now else None,
            "position": await next_number(db, "outbox") if now else None,
            "correction": correction,
        }
        made = await _POST.first(db, values)
        assert made is not None
        if now:
            posted = Posted(int(made[0]), to.gym_id, to.person_id, to.room, to.turn_id, kind, target)
            if routed:
                await self.routes.route(db, posted)
            readers = Readers(to.gym_id, to.person_id, to.room)
            after_commit(db, lambda: self._publish([readers]))
        return int(made[0])

    async def revise(self, db: AsyncSession, row: OutboxRow, message: Message, at: datetime) -> None:
        """Change what a sent message shows: its row keeps the newest form and its readers get an update."""
        body = message.model_copy(update={"id": row.id})
        row.body = body.model_dump(mode="json")
        to = To(row.gym_id, row.person_id, row.room, row.session_id, row.turn_id)
        await self.post(db, to, body, at, kind="update", target=row.id)

    async def withdraw(self, db: AsyncSession, change_id: int) -> int:
        """Take back the notices of a change that have not gone out; returns how many."""
        return len(await _WITHDRAW.rows(db, {"change": change_id}))

    async def told(self, db: AsyncSession, change_id: int) -> list[OutboxRow]:
        """The notices of a change that did reach people."""
        return list(await db.scalars(_TOLD, {"change": change_id}))

    async def deliver_due(self, store: Store, now: datetime, limit: int = 200) -> int:
        """Deliver what has become due; each row leaves `pending` by one compare-and-set."""
        async with store.write() as db:
            due = await db.scalars(
                select(OutboxRow)
                .where(OutboxRow.state == PENDING, OutboxRow.due_at <= now)
                .order_by(OutboxRow.due_at, OutboxRow.id)
                .limit(limit)
                .with_for_update(skip_locked=True)
            )
            rows = list(due)
            for row in rows:
                to = await _in_a_conversation(db, To(row.gym_id, row.person_id, row.room, row.session_id), now)
                row.session_id = to.session_id
                row.state, row.sent_at, row.position = SENT, now, await next_number(db, "outbox")
                posted = Posted(row.id, row.gym_id, row.person_id, row.room, row.turn_id, row.kind, row.target)
                await self.routes.route(db, posted)
            if rows:
                readers = [Readers(row.gym_id, row.person_id, row.room) for row in rows]
                after_commit(db, lambda: self._publish(readers))
        return len(rows)


# Wakes nobody: for what is written beside a message that does.
SILENT = Outbox("Whistle", lambda readers: None)


async def _in_a_conversation(db: AsyncSession, to: To, at: datetime) -> To:
    """What reaches a person by itself belongs to the conversation that is theirs when it comes, and to no other."""
    if to.session_id is not None or to.room is not None or to.person_id is None:
        return to
    return replace(to, session_id=await current_or_new(db, to.gym_id, to.person_id, None, at))


_NEXT_DUE = Statement(select(OutboxRow.due_at).where(OutboxRow.state == PENDING).order_by(OutboxRow.due_at).limit(1))
_BUMP = Statement(
    update(Counter.__table__)  # type: ignore[arg-type]
    .where(Counter.name == bindparam("counter"))
    .values(value=Counter.value + 1)
    .returning(Counter.value)
)


async def next_due(store: Store) -> datetime | None:
    """When the next pending row becomes due."""
    rows = await store.look(_NEXT_DUE)
    return rows[0][0] if rows else None


async def next_number(db: AsyncSession, name: str) -> int:
    """The next value of a counter, ordered by commit."""
    bumped = await _BUMP.first(db, {"counter": name})
    if bumped is None:
        first = sqlite.insert if db.get_bind().dialect.name == "sqlite" else postgresql.insert
        await db.execute(first(Counter).values(name=name, value=0).on_conflict_do_nothing())
        bumped = await _BUMP.first(db, {"counter": name})
    assert bumped is not None
    return int(bumped[0])


async def transcript(
    db: AsyncSession,
    gym_id: int,
    person_id: int,
    room: str | None,
    session_id: int | None,
    limit: int,
    before: int | None = None,
) -> list[OutboxRow]:
    """What a place shows, oldest first: a room's messages with its topics', or one private conversation with its notices."""
    query = select(OutboxRow).where(OutboxRow.position.is_not(None), OutboxRow.kind != "update")
    if room is None:
        query = query.where(OutboxRow.person_id == person_id, OutboxRow.room.is_(None))
        if session_id is not None:
            query = query.where(OutboxRow.session_id == session_id)
    else:
        query = query.where(OutboxRow.gym_id == gym_id, is_read_in(OutboxRow.room, room))
    if before is not None:
        query = query.where(OutboxRow.position < before)
    rows = await db.scalars(query.order_by(OutboxRow.position.desc()).limit(limit))
    return list(rows)[::-1]


async def overheard(
    db: AsyncSession, gym_id: int, room: str, session_id: int, after: int, most: int
) -> list[OutboxRow]:
    """What others said and were told in a room after a position, the newest at the end."""
    rows = await db.scalars(
        select(OutboxRow)
        .where(
            OutboxRow.gym_id == gym_id,
            OutboxRow.room == room,
            OutboxRow.position > after,
            OutboxRow.kind != "update",
            OutboxRow.session_id != session_id,
        )
        .order_by(OutboxRow.position.desc())
        .limit(most)
    )
    return list(rows)[::-1]


async def since(db: AsyncSession, gym_id: int, person_id: int, staff: bool, position: int) -> list[OutboxRow]:
    """What has reached a person after a position of their stream."""
    mine = and_(OutboxRow.person_id == person_id, OutboxRow.room.is_(None))
    rooms = and_(OutboxRow.gym_id == gym_id, is_read_in(OutboxRow.room, STAFF))
    query = select(OutboxRow).where(OutboxRow.position > position, or_(mine, rooms) if staff else mine)
    return list(await db.scalars(query.order_by(OutboxRow.position).limit(500)))


def as_entry(row: OutboxRow, reader: int) -> Entry:
    """A delivered row as one of its readers sees it."""
    mine = row.author_id == reader
    message = Message.model_validate({**row.body, "id": row.target or row.id})
    return Entry(
        id=row.position or 0,
        kind=row.kind,
        room=read_in(row.room),
        session_id=row.session_id,
        turn_id=row.turn_id,
        author=Author(name=row.author, kind="person" if row.author_id else "bot", mine=mine),
        at=row.sent_at or row.due_at,
        message=message,
    )


def plain_words(row: OutboxRow) -> str:
    """A message in one line: its text, the titles of its cards, its receipts."""
    message = Message.model_validate(row.body)
    parts = [message.text, *(c.title for c in message.cards), *(r.text for r in message.receipts)]
    return " · ".join(" ".join(p.split()) for p in parts if p)[:300]
