"""Questions that suspend a run, and the buttons that answer them: opened with their event, settled by one
compare-and-set, bound to one person, closed visibly when the person moves on."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from textwrap import shorten
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, bindparam
from sqlalchemy.engine import CursorResult
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql import insert, select, update

from core.agent.messages import AgentEvent
from core.chat import Button, Card, CardState, Message
from core.store.rows import Row
from core.store.statements import Statement

OPEN, ANSWERED, REJECTED, CLOSED, EXPIRED = "open", "answered", "rejected", "closed", "expired"
LIFETIME = timedelta(days=7)
MONEY_LIFETIME = timedelta(days=1)
LABEL_CHARS = 64


class QuestionRow(Row):
    """One question of one call. `options` are [{label, key}]; `seen` is what the card showed, compared at the press."""

    __tablename__ = "questions"
    __table_args__ = (Index("ix_questions_open", "session_id", "state"), Index("ix_questions_call", "call_id"))

    gym_id: Mapped[int] = mapped_column(ForeignKey("gyms.id"))
    session_id: Mapped[int] = mapped_column(ForeignKey("agent_sessions.id", ondelete="CASCADE"))
    turn_id: Mapped[int]
    call_id: Mapped[str] = mapped_column(String(80))
    person_id: Mapped[int]
    room: Mapped[str | None] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(10))
    param: Mapped[str | None] = mapped_column(String(60))
    type: Mapped[str | None] = mapped_column("type_name", String(40))
    text: Mapped[str] = mapped_column(Text)
    options: Mapped[list[Any]]
    seen: Mapped[str] = mapped_column(String(64), default="")
    typed_yes: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(10), default=OPEN)
    answer: Mapped[str | None] = mapped_column(Text)
    expires_at: Mapped[datetime]
    asked_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    outbox_id: Mapped[int | None]


class ButtonRow(Row):
    """What a token stands for. Only its hash is kept; `does` is answer | again | undo | call."""

    __tablename__ = "buttons"

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    gym_id: Mapped[int] = mapped_column(ForeignKey("gyms.id"))
    person_id: Mapped[int]
    session_id: Mapped[int] = mapped_column(ForeignKey("agent_sessions.id", ondelete="CASCADE"))
    room: Mapped[str | None] = mapped_column(String(80))
    question_id: Mapped[int | None] = mapped_column(index=True)
    does: Mapped[str] = mapped_column(String(10))
    what: Mapped[dict[str, Any]]
    expires_at: Mapped[datetime]


@dataclass(frozen=True)
class Bound:
    """Whose button it is and where."""

    gym_id: int
    person_id: int
    session_id: int
    room: str | None


def hash_of(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_token() -> str:
    """An opaque key: 27 characters, within every platform's limit for button data."""
    return "v1:" + secrets.token_urlsafe(18)


_BUTTON = Statement(insert(ButtonRow.__table__))  # type: ignore[arg-type]


async def make_button(
    db: AsyncSession,
    bound: Bound,
    label: str,
    does: str,
    what: dict[str, Any],
    expires_at: datetime,
    *,
    question_id: int | None = None,
    style: str = "plain",
) -> Button:
    """A button whose token is written down, as a hash, in this transaction."""
    token = new_token()
    values = {
        "token_hash": hash_of(token),
        "gym_id": bound.gym_id,
        "person_id": bound.person_id,
        "session_id": bound.session_id,
        "room": bound.room,
        "question_id": question_id,
        "does": does,
        "what": what,
        "expires_at": expires_at,
    }
    await _BUTTON.rows(db, values)
    return Button(label=shorten(label, LABEL_CHARS, placeholder="…"), token=token, style=style)


async def button_of(db: AsyncSession, token: str) -> ButtonRow | None:
    """The button behind a token, if there is one."""
    return await db.scalar(select(ButtonRow).where(ButtonRow.token_hash == hash_of(token)))


_OPEN = Statement(
    select(QuestionRow.id)
    .where(QuestionRow.session_id == bindparam("session"), QuestionRow.state == OPEN)
    .order_by(QuestionRow.id.desc())
    .limit(1)
)
_ASKED = Statement(select(QuestionRow.id).where(QuestionRow.call_id == bindparam("call")).limit(1))
_OF_CALL = (
    select(QuestionRow)
    .where(QuestionRow.call_id == bindparam("call"))
    .order_by(QuestionRow.id)
    .execution_options(populate_existing=True)
)


async def open_question(db: AsyncSession, session_id: int) -> QuestionRow | None:
    """The question a conversation waits on."""
    found = await _OPEN.first(db, {"session": session_id})
    return await db.get(QuestionRow, found[0], populate_existing=True) if found else None


async def open_count(db: AsyncSession, person_id: int, room: str | None) -> int:
    """How many questions a person has open in a place."""
    place = QuestionRow.room.is_(None) if room is None else QuestionRow.room == room
    rows = await db.scalars(
        select(QuestionRow.id).where(QuestionRow.person_id == person_id, QuestionRow.state == OPEN, place)
    )
    return len(list(rows))


async def of_call(db: AsyncSession, call_id: str) -> list[QuestionRow]:
    """All questions that were asked about a call, oldest first."""
    if not await _ASKED.rows(db, {"call": call_id}):
        return []
    return list(await db.scalars(_OF_CALL, {"call": call_id}))


async def words_asked(db: AsyncSession, question: QuestionRow) -> str:
    """The words for a parameter that led to a question: those of the call, or of the answer before."""
    before = [q.answer for q in await of_call(db, question.call_id) if q.answer and q.param == question.param]
    if before:
        return before[-1]
    proposed = select(AgentEvent.content).where(
        AgentEvent.call_id == question.call_id, AgentEvent.event_type == "action"
    )
    action = await db.scalar(proposed)
    return str(action["args"].get(question.param, "")) if action else ""


async def settle(db: AsyncSession, question_id: int, state: str, answer: str | None, now: datetime) -> bool:
    """Settle an open question; False when somebody or something else was first, or it has expired."""
    result: CursorResult[Any] = await db.execute(  # type: ignore[assignment]
        update(QuestionRow)
        .where(QuestionRow.id == question_id, QuestionRow.state == OPEN, QuestionRow.expires_at > now)
        .values(state=state, answer=answer, settled_at=now)
        .execution_options(synchronize_session=False)
    )
    return result.rowcount == 1


async def close(db: AsyncSession, question_id: int, state: str, now: datetime) -> bool:
    """Close an open question without an answer, expired or not."""
    result: CursorResult[Any] = await db.execute(  # type: ignore[assignment]
        update(QuestionRow)
        .where(QuestionRow.id == question_id, QuestionRow.state == OPEN)
        .values(state=state, settled_at=now)
        .execution_options(synchronize_session=False)
    )
    return result.rowcount == 1


def settled_message(message: Message, state: CardState, outcome: str, left: tuple[Button, ...] = ()) -> Message:
    """The question's message after it was settled: its card says what became of it, and only `left` can be pressed."""
    cards = tuple(c.model_copy(update={"state": state, "outcome": outcome}) for c in message.cards)
    return message.model_copy(update={"cards": cards, "buttons": (left,) if left else ()})


def card_hash(card: Card) -> str:
    """What a person saw, in short: compared with the card as it would be drawn now."""
    return hashlib.sha256(card.model_dump_json().encode()).hexdigest()
