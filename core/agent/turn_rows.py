"""The rows of a turn that a lane runs, its own and its conversation's: nobody else writes to them meanwhile, so they are
written by a statement at the end of each step instead of through the unit of work."""

from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import bindparam, case, inspect
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import make_transient, make_transient_to_detached
from sqlalchemy.sql import insert, select, update

from core.agent.messages import AgentSession, TurnRow
from core.store.rows import Row
from core.store.statements import Statement

Kept = TypeVar("Kept", bound=Row)
_TURNS: Any = TurnRow.__table__
_SESSIONS: Any = AgentSession.__table__
_OF_TURN = ("state", "answered_by", "iterations", "question_id", "notice", "done_at")
_OF_SESSION = ("tainted", "heard_upto", "message_count", "last_message_at")


def _bound(table: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in names}


_BEGIN = Statement(insert(_TURNS).returning(_TURNS.c.id))
_SESSION = Statement(select(_SESSIONS).where(_SESSIONS.c.id == bindparam("session")))
_SAVE_TURN = Statement(update(_TURNS).where(_TURNS.c.id == bindparam("row")).values(_bound(_TURNS, _OF_TURN)))
# A better title may have been given since this one was read.
_TITLE = case((_SESSIONS.c.title == "", bindparam("new_title")), else_=_SESSIONS.c.title)
_SAVE_SESSION = Statement(
    update(_SESSIONS).where(_SESSIONS.c.id == bindparam("row")).values(**_bound(_SESSIONS, _OF_SESSION), title=_TITLE)
)


def beginning(session: AgentSession, now: datetime, spot: dict[str, Any] | None) -> dict[str, Any]:
    """The values of a turn that begins now, spoken at a spot of a platform or on the page."""
    return {
        "gym_id": session.gym_id,
        "session_id": session.id,
        "person_id": session.person_id,
        "room": session.room,
        "state": "running",
        "attempts": 1,
        "iterations": 0,
        "answered_by": "rules",
        "revivals": 0,
        "revived_at": 0,
        "question_id": None,
        "notice": None,
        "spot": spot,
        "started_at": now,
        "done_at": None,
    }


async def begun(db: AsyncSession, session: AgentSession, now: datetime, spot: dict[str, Any] | None) -> TurnRow:
    """A new turn of a conversation."""
    values = beginning(session, now, spot)
    made = await _BEGIN.first(db, values)
    assert made is not None
    return _detached(TurnRow(id=made[0], **values))


async def conversation(db: AsyncSession, session_id: int) -> AgentSession:
    """The conversation of a lane, which must exist."""
    found = await _SESSION.first(db, {"session": session_id})
    assert found is not None
    return _detached(AgentSession(**dict(zip(_SESSIONS.c.keys(), found, strict=True))))


async def save(db: AsyncSession, turn: TurnRow, session: AgentSession) -> None:
    """Write what a step has set on the rows of its turn."""
    if inspect(turn).modified:
        await _SAVE_TURN.rows(db, {"row": turn.id, **_new(turn, _OF_TURN)})
        _detached(turn)
    if inspect(session).modified:
        await _SAVE_SESSION.rows(db, {"row": session.id, **_new(session, (*_OF_SESSION, "title"))})
        _detached(session)


def _new(row: Row, names: tuple[str, ...]) -> dict[str, Any]:
    return {f"new_{name}": getattr(row, name) for name in names}


def _detached(row: Kept) -> Kept:
    """A row as one that was read and belongs to no session: nothing of it waits to be written."""
    make_transient(row)
    make_transient_to_detached(row)
    return row


__all__ = ["beginning", "begun", "conversation", "save"]
