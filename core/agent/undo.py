"""Undo and redo: rows go back to their before images if they are still as the change left them and nothing was built on
them; it is itself a change, so it can be undone."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql import func, select, update

from core.agent.outbox import Outbox, OutboxRow, To
from core.agent.receipts import undone_message
from core.agent.tools import Context
from core.chat import Message
from core.errors import Refused
from core.store import changes
from core.store.changes import Change, ChangeRow, from_json, image
from core.store.rows import Logged, Row, model_of

WINDOW = timedelta(hours=24)


@dataclass(frozen=True)
class Touched:
    """A row's images over a whole change: the first before and the last after."""

    table: str
    row_id: int
    before: dict[str, Any] | None
    after: dict[str, Any] | None


async def newest(
    db: AsyncSession, person_id: int, room: str | None, since: datetime | None, limit: int, *, undone: bool = False
) -> list[Change]:
    """A person's newest changes made in a place that are not undone (or, for redo, their newest undoings)."""
    place = Change.room.is_(None) if room is None else Change.room == room
    kind = Change.depth % 2 == 1 if undone else Change.depth == 0
    query = select(Change).where(Change.person_id == person_id, place, kind, Change.undone_by.is_(None))
    if since is not None:
        query = query.where(Change.at >= since)
    return list(await db.scalars(query.order_by(Change.id.desc()).limit(limit)))


async def touched_by(db: AsyncSession, change_id: int) -> list[Touched]:
    """The rows of a change in the order in which they were first touched."""
    rows = await db.scalars(select(ChangeRow).where(ChangeRow.change_id == change_id).order_by(ChangeRow.id))
    merged: dict[tuple[str, int], Touched] = {}
    for row in rows:
        key = (row.table, row.row_id)
        known = merged.get(key)
        merged[key] = replace(known, after=row.after) if known else Touched(*key, row.before, row.after)
    return [t for t in merged.values() if t.before != t.after]


async def take_back(ctx: Context, change: Change) -> Change:
    """Restore what a change touched, as a change of its own; refuses with words when the world has moved on.

    Returns the new change. The unit of work is flushed, so that several can follow each other in one transaction."""
    touched = await touched_by(ctx.db, change.id)
    for row in touched:
        await _check_untouched(ctx, change, row)
    for row in touched:
        await _check_nothing_built(ctx.db, change, row)
    cause = replace(ctx.cause, change=None, undoes=change.id, depth=change.depth + 1, data=change.data)
    changes.watch(ctx.db.sync_session, cause)
    for row in reversed(touched):
        await _restore(ctx.db, row)
        await ctx.db.flush()
    if cause.change is None:
        raise Refused("That change left nothing behind that could be undone.")
    await _mark(ctx.db, change, cause.change)
    ctx.cause.change = cause.change
    return cause.change


async def _check_untouched(ctx: Context, change: Change, touched: Touched) -> None:
    row = await ctx.db.get(model_of(touched.table), touched.row_id, populate_existing=True)
    now = image(row) if row is not None else None
    if now != touched.after:
        later = await _later_change(ctx.db, change, touched)
        raise Refused(
            f"I can't undo “{change.summary}”: it was changed again since{later}. Nothing was changed. "
            "Undo the later change first, or say what it should be now."
        )


async def _later_change(db: AsyncSession, change: Change, touched: Touched) -> str:
    found = await db.scalar(
        select(Change)
        .join(ChangeRow, ChangeRow.change_id == Change.id)
        .where(ChangeRow.table == touched.table, ChangeRow.row_id == touched.row_id, Change.id > change.id)
        .order_by(Change.id)
        .limit(1)
    )
    return f" (“{found.summary}”)" if found and found.summary else ""


async def _check_nothing_built(db: AsyncSession, change: Change, touched: Touched) -> None:
    """Later rows that point at a touched row would lose what they stand on."""
    for child, column in children_of(touched.table):
        key = inspect(child).local_table.c
        later = (
            select(func.count(func.distinct(ChangeRow.row_id)))
            .select_from(ChangeRow)
            .join(inspect(child).local_table, key.id == ChangeRow.row_id)
            .where(
                ChangeRow.table == child.__tablename__,
                ChangeRow.change_id > change.id,
                ChangeRow.made.is_(True),
                key[column] == touched.row_id,
                *_live(child),
            )
        )
        count = await db.scalar(later) or 0
        if count:
            raise Refused(
                f"I can't undo “{change.summary}”: {_built(child.__tablename__, count)} since. Nothing was changed. "
                "Cancelling it instead tells the people concerned."
            )


def children_of(table: str) -> list[tuple[Any, str]]:
    """The logged models with a foreign key on a table, and the column that holds it."""
    found = []
    for mapper in Row.registry.mappers:
        if issubclass(mapper.class_, Logged):
            for key in mapper.local_table.foreign_keys:
                if key.column.table.name == table and table != "gyms":
                    found.append((mapper.class_, key.parent.name))
    return found


def _live(child: type[Row]) -> list[Any]:
    """A cancelled booking stands on nothing."""
    status = inspect(child).local_table.c.get("status")
    return [status.not_in(("cancelled", "ended"))] if status is not None else []


def _built(table: str, count: int) -> str:
    people = "1 person has" if count == 1 else f"{count} people have"
    what = {"bookings": "booked", "memberships": "started it", "class_sessions": "used it"}.get(table)
    return f"{people} {what}" if what == "booked" else f"{count} {table.replace('_', ' ')} depend on it"


async def _restore(db: AsyncSession, touched: Touched) -> None:
    model = model_of(touched.table)
    row = await db.get(model, touched.row_id)
    if touched.before is None:
        await db.delete(row)
        return
    values = from_json(model, touched.before)
    if row is None:
        db.add(model(**values))
        return
    for name, value in values.items():
        setattr(row, name, value)


async def root_of(db: AsyncSession, change: Change) -> Change:
    """The change that a chain of undoing and doing again is about."""
    while change.undoes is not None:
        change = await db.get_one(Change, change.undoes)
    return change


async def _mark(db: AsyncSession, change: Change, by: Change) -> None:
    """Note that a change was taken back, and whether the one at the root of the chain stands now."""
    await _set_undone(db, change.id, by.id)
    root = await root_of(db, change)
    if root.id != change.id:
        await _set_undone(db, root.id, by.id if by.depth % 2 else None)


async def _set_undone(db: AsyncSession, change_id: int, by: int | None) -> None:
    await db.execute(
        update(Change).where(Change.id == change_id).values(undone_by=by).execution_options(synchronize_session=False)
    )


async def settle_undone(ctx: Context, outbox: Outbox, undone: Sequence[int]) -> None:
    """What was taken back is taken back for people too: notices that wait are withdrawn, those who were told hear the
    correction, and the receipt's message says that it is undone. Doing it again tells people again."""
    for change_id in undone:
        change = await ctx.db.get_one(Change, change_id, populate_existing=True)
        root = await root_of(ctx.db, change)
        if change.depth % 2:
            await _tell_again(ctx, outbox, root.id)
            continue
        await outbox.withdraw(ctx.db, root.id)
        corrections = {(r.person_id, r.correction): r for r in await outbox.told(ctx.db, root.id) if r.correction}
        for row in corrections.values():
            to = To(row.gym_id, row.person_id, row.room)
            await outbox.post(ctx.db, to, Message(text=row.correction or ""), ctx.now, kind="notice")
        for row in await _receipts_of(ctx.db, root.id):
            await outbox.revise(ctx.db, row, undone_message(Message.model_validate(row.body)), ctx.now)


async def _tell_again(ctx: Context, outbox: Outbox, change_id: int) -> None:
    due = ctx.now + timedelta(seconds=int(ctx.gym.settings["undo_window_s"]))
    rows = await ctx.db.scalars(select(OutboxRow).where(OutboxRow.change_id == change_id, OutboxRow.kind == "notice"))
    for row in list(rows):
        await outbox.post(
            ctx.db,
            To(row.gym_id, row.person_id, row.room),
            Message.model_validate(row.body),
            ctx.now,
            kind="notice",
            change_id=change_id,
            due_at=due,
            correction=row.correction,
        )
    for row in await _receipts_of(ctx.db, change_id):
        await outbox.revise(ctx.db, row, _standing_again(Message.model_validate(row.body)), ctx.now)


async def _receipts_of(db: AsyncSession, change_id: int) -> list[OutboxRow]:
    rows = await db.scalars(select(OutboxRow).where(OutboxRow.change_id == change_id, OutboxRow.kind == "message"))
    return list(rows)


def _standing_again(message: Message) -> Message:
    receipts = tuple(r.model_copy(update={"state": "done"}) for r in message.receipts)
    cards = tuple(c.model_copy(update={"state": "plain", "outcome": None}) for c in message.cards)
    return message.model_copy(update={"receipts": receipts, "cards": cards})
