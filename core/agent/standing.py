"""Decides what of a conversation that a model still has in sight says how things stand: changes that nobody took back or
changed again, and what was read after them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql import select

from core.agent.claims import Claim, Earlier, Standing, asks_for_a_change, table
from core.agent.messages import AgentEvent, AgentSession, TurnRow
from core.agent.naming import Named, named
from core.clock import to_local
from core.gym.class_types import ClassType
from core.gym.gyms import zone_of
from core.store.changes import Change, ChangeRow
from core.store.statements import Statement

_Row = tuple[str, int]

_RESULTS = Statement(
    select(AgentEvent.content)
    .join(AgentSession, AgentSession.id == AgentEvent.session_id)
    .join(TurnRow, TurnRow.session_id == AgentSession.id)
    .where(
        TurnRow.id == bindparam("turn"),
        AgentEvent.event_type == "result",
        AgentEvent.sequence_number >= AgentSession.context_start_sequence,
    )
    .order_by(AgentEvent.sequence_number),
    unwritten=True,
)
_SAID = select(AgentEvent.content).where(AgentEvent.event_type == "user_message").order_by(AgentEvent.sequence_number)


async def standing(db: AsyncSession, turn_id: int) -> Earlier:
    """What stands for a model in a turn and a claim can mean: from the results since the newest checkpoint of its
    conversation, and the words that the turn is about."""
    results = [content for (content,) in await _RESULTS.rows(db, {"turn": turn_id}) if content["ok"]]
    stand = await _not_undone(db, {r["change_id"] for r in results if r.get("change_id")})
    made = [_Made(r["tool"], _sessions(r)) for r in results if r.get("change_id") in stand]
    turn = await db.get_one(TurnRow, turn_id)
    now = to_local(turn.started_at, await zone_of(db, turn.gym_id))
    classes = list(await db.scalars(select(ClassType.name).where(ClassType.gym_id == turn.gym_id)))
    asked = await asked_in(db, turn_id)
    return _Before(made, frozenset(_read_since_the_last_change(results)), asked, classes, now)


async def asked_in(db: AsyncSession, turn_id: int) -> str:
    """The words that a turn is about."""
    said = await db.scalars(_SAID.where(AgentEvent.turn_id == turn_id))
    return " ".join(content["text"] for content in said)


class _Made(NamedTuple):
    """A change that stands, and the classes that it dealt with."""

    tool: str
    sessions: tuple[str, ...]

    def is_meant_by(self, words: Named) -> bool:
        """Whether words can mean it: they name another class by nothing."""
        return not self.sessions or any(words.fits(session) for session in self.sessions)


def _sessions(result: Any) -> tuple[str, ...]:
    return tuple(t["key"] for t in result.get("things", ()) if t["type"] == "session")


class _Before:
    """What stands when a turn begins. Words that name nothing mean what the person speaks of; who asks for a change is
    not told of an old one, or of what was read before, unless it is what was asked for."""

    def __init__(
        self, made: Sequence[_Made], read: frozenset[str], asked: str, classes: Sequence[str], now: datetime
    ) -> None:
        self._made = made
        self._read = read
        self._commands = asks_for_a_change(asked)
        self._classes, self._now = classes, now
        self._asked = named(asked, classes, now)

    def __call__(self, claim: Claim) -> Standing:
        said = named(claim.words, self._classes, self._now)
        if self._commands and not (said or self._asked):
            return Standing()
        meant = [said, self._asked] if self._commands or not said else [said]
        changed = {m.tool for m in self._made if all(m.is_meant_by(words) for words in meant)}
        return Standing(frozenset(changed), frozenset() if self._commands else self._read)


def _read_since_the_last_change(results: Sequence[Any]) -> list[str]:
    """Who is booked, was told and has paid is to be read again once that was changed."""
    alter = frozenset[str]().union(*(kind.changes for kind in table().kinds.values()))
    last = max((n for n, r in enumerate(results) if r.get("change_id") and r["tool"] in alter), default=-1)
    return [r["tool"] for r in results[last + 1 :] if not r.get("change_id")]


async def _not_undone(db: AsyncSession, made: Collection[int]) -> set[int]:
    """Those of the changes that are as they were left."""
    if not made:
        return set()
    mine = select(Change.id).where(Change.id.in_(made), Change.depth == 0, Change.undone_by.is_(None))
    rows = await _rows_of(db, made)
    newest = await _newest_touch(db, {row for own in rows.values() for row in own})
    return {change for change in await db.scalars(mine) if _stands(change, rows.get(change, ()), newest)}


def _stands(change: int, rows: Collection[_Row], newest: dict[_Row, int]) -> bool:
    """Whether a row at least is as a change left it."""
    return not rows or any(newest.get(row, change) <= change for row in rows)


async def _rows_of(db: AsyncSession, changes: Collection[int]) -> dict[int, set[_Row]]:
    """The rows that each change made; where it made none, those that it altered."""
    query = select(ChangeRow.change_id, ChangeRow.table, ChangeRow.row_id, ChangeRow.made)
    touched = (await db.execute(query.where(ChangeRow.change_id.in_(changes)))).all()
    makers = {change for change, _table, _row, made in touched if made}
    rows: dict[int, set[_Row]] = {}
    for change, name, row_id, made in touched:
        if made or change not in makers:
            rows.setdefault(change, set()).add((name, row_id))
    return rows


async def _newest_touch(db: AsyncSession, rows: Collection[_Row]) -> dict[_Row, int]:
    """The newest change of each row that was not taken back."""
    query = (
        select(ChangeRow.table, ChangeRow.row_id, ChangeRow.change_id)
        .join(Change, Change.id == ChangeRow.change_id)
        .where(ChangeRow.row_id.in_({row_id for _table, row_id in rows}), Change.depth == 0, Change.undone_by.is_(None))
        .order_by(ChangeRow.change_id)
    )
    return {(name, row_id): change for name, row_id, change in (await db.execute(query)).all()}
