"""A person's conversations: listed, found by title, and taken out with what was said in them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql import delete, select, update

from core.agent.messages import AgentEvent, AgentSession, TurnRow
from core.agent.outbox import Outbox, OutboxRow
from core.agent.questions import OPEN, ButtonRow, QuestionRow, settled_message
from core.chat import Message
from core.i18n import _, marked, speak
from core.people import language_of

UNTITLED = marked("New chat")


async def own_sessions(db: AsyncSession, person_id: int, room: str | None, limit: int) -> Sequence[AgentSession]:
    """A person's conversations in a place, the newest first."""
    place = AgentSession.room.is_(None) if room is None else AgentSession.room == room
    rows = await db.scalars(
        select(AgentSession)
        .where(AgentSession.person_id == person_id, place)
        .order_by(AgentSession.last_message_at.desc(), AgentSession.id.desc())
        .limit(limit)
    )
    return list(rows)


async def make_current(db: AsyncSession, session: AgentSession) -> None:
    """Go on in a conversation: what is said next in its place belongs to it."""
    place = AgentSession.room.is_(None) if session.room is None else AgentSession.room == session.room
    await db.execute(
        update(AgentSession)
        .where(AgentSession.person_id == session.person_id, place)
        .values(current=AgentSession.id == session.id)
    )


async def forget_session(db: AsyncSession, session_id: int, outbox: Outbox, at: datetime) -> None:
    """Take a conversation out of the transcript and the log; what it still asked in a room is no longer open there."""
    await _close_cards(db, session_id, outbox, at)
    for model in (QuestionRow, AgentEvent):
        await db.execute(delete(model).where(model.session_id == session_id))
    await db.execute(delete(ButtonRow).where(ButtonRow.session_id == session_id))
    await db.execute(delete(TurnRow).where(TurnRow.session_id == session_id))
    await db.execute(
        update(OutboxRow)
        .where(OutboxRow.session_id == session_id, OutboxRow.room.is_(None))
        .values(session_id=-1, body=Message(text="(deleted)").model_dump(mode="json"))
        .execution_options(synchronize_session=False)
    )
    await db.execute(delete(AgentSession).where(AgentSession.id == session_id))


async def _close_cards(db: AsyncSession, session_id: int, outbox: Outbox, at: datetime) -> None:
    shown = (
        select(OutboxRow)
        .join(QuestionRow, QuestionRow.outbox_id == OutboxRow.id)
        .where(QuestionRow.session_id == session_id, QuestionRow.state == OPEN, OutboxRow.room.is_not(None))
    )
    for row in list(await db.scalars(shown)):
        await outbox.revise(
            db, row, settled_message(Message.model_validate(row.body), "closed", _("No longer open")), at
        )


async def speak_in(db: AsyncSession, session: AgentSession) -> None:
    """From here on code speaks as in this conversation: its person's language, or English in a room."""
    speak(await language_of(db, None if session.room else session.person_id))
