"""Decides what of a conversation that a model still has in sight says how things stand: changes that nobody took back or
changed again, and what was read after them."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import bindparam
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql import select

from core.agent.claims import Standing, table
from core.agent.messages import AgentEvent, AgentSession, TurnRow
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


async def standing(db: AsyncSession, turn_id: int) -> Standing:
    """What stands for a model in a turn: from the results since the newest checkpoint of its conversation."""
    results = [content for (content,) in await _RESULTS.rows(db, {"turn": turn_id}) if content["ok"]]
    made = {r["change_id"] for r in results if r.get("change_id")}
    return Standing(frozenset(await _not_undone(db, made)), frozenset(_read_since_the_last_change(results)))


def _read_since_the_last_change(results: Sequence[Any]) -> list[str]:
    """Who is booked, was told and has paid is to be read again once that was changed."""
    alter = frozenset[str]().union(*(kind.changes for kind in table().kinds.values()))
    last = max((n for n, r in enumerate(results) if r.get("change_id") and r["tool"] in alter), default=-1)
    return [r["tool"] for r in results[last + 1 :] if not r.get("change_id")]


async def _not_undone(db: AsyncSession, made: Collection[int]) -> list[str]:
    """The tools of those changes that are as they were left."""
    if not made:
        return []
    mine = select(Change.id, Change.tool).where(Change.id.in_(made), Change.depth == 0, Change.undone_by.is_(None))
    rows = await _rows_of(db, made)
    newest = await _newest_touch(db, {row for own in rows.values() for row in own})
    return [tool for change, tool in (await db.execute(mine)).all() if _stands(change, rows.get(change, ()), newest)]


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
