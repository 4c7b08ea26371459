"""A turn as its sender sees it: what was shown, done and asked."""

from typing import Any

from sqlalchemy import bindparam
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql import select

from core.agent.messages import AgentEvent, TurnRow
from core.agent.outbox import OutboxRow
from core.agent.questions import QuestionRow
from core.chat import Action, Message, Option, Question, Turn
from core.errors import NotFound
from core.i18n import _
from core.store.statements import Statement

_TURN = Statement(
    select(TurnRow.session_id, TurnRow.answered_by, TurnRow.iterations, TurnRow.notice, TurnRow.question_id).where(
        TurnRow.id == bindparam("turn")
    )
)
_SHOWN = Statement(
    select(OutboxRow.id, OutboxRow.target, OutboxRow.person_id, OutboxRow.body)
    .where(OutboxRow.turn_id == bindparam("turn"), OutboxRow.kind == "message", OutboxRow.position.is_not(None))
    .order_by(OutboxRow.position)
)
_RESULTS = Statement(
    select(AgentEvent.content)
    .where(AgentEvent.turn_id == bindparam("turn"), AgentEvent.event_type == "result")
    .order_by(AgentEvent.sequence_number)
)


async def turn_of(db: AsyncSession, turn_id: int, reader: int) -> Turn:
    """A turn that has ended, with what one of its readers may see of it."""
    found = await _TURN.first(db, {"turn": turn_id})
    if found is None:
        raise NotFound(_("That was answered in a conversation which has been deleted."))
    session_id, answered_by, iterations, notice, question_id = found
    question = await db.get(QuestionRow, question_id) if question_id else None
    return Turn(
        session_id=session_id,
        answered_by=answered_by,
        iterations=iterations,
        messages=await _shown(db, turn_id, reader),
        question=await _asked(db, question) if question and question.state == "open" else None,
        actions=await _done(db, turn_id),
        notice=notice,
    )


async def _shown(db: AsyncSession, turn_id: int, reader: int) -> tuple[Message, ...]:
    rows = await _SHOWN.rows(db, {"turn": turn_id})
    return tuple(
        Message.model_validate({**body, "id": target or number})
        for number, target, person_id, body in rows
        if person_id in (None, reader)
    )


async def _asked(db: AsyncSession, question: QuestionRow) -> Question:
    row = await db.get(OutboxRow, question.outbox_id) if question.outbox_id else None
    buttons = Message.model_validate(row.body).buttons if row else ()
    options = tuple(Option(label=b.label, token=b.token) for line in buttons for b in line)
    return Question(kind=question.kind, text=question.text, options=options)


async def _done(db: AsyncSession, turn_id: int) -> tuple[Action, ...]:
    return tuple(_action(content) for (content,) in await _RESULTS.rows(db, {"turn": turn_id}))


def _action(content: dict[str, Any]) -> Action:
    words = content["note"]
    return Action(
        tool=content["tool"],
        args=content["args"],
        ok=content["ok"],
        result=words if content["ok"] else None,
        error=None if content["ok"] else words,
    )
