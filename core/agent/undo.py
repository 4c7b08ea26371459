"""Undo and redo: rows go back to their before images if they are still as the change left them, nothing was built on them,
and their nouns agree; it is itself a change, so it can be undone."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, inspect
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql import func, select, update

from core.agent.tools import Context
from core.errors import Offer, Refused
from core.i18n import _, ngettext
from core.store import changes
from core.store.changes import Change, ChangeRow, from_json, image
from core.store.restoring import Remark, Restoring, Ruling, Touched, clear, remarks
from core.store.rows import Logged, Row, model_of
from core.store.statements import Statement

WINDOW = timedelta(hours=24)
EVERYWHERE = "everywhere"


@dataclass(frozen=True)
class Taken:
    """A change that was taken back, the change that did it, and what the nouns remarked."""

    change: Change
    root: Change
    by: Change
    remarks: tuple[Remark, ...]

    @property
    def again(self) -> bool:
        """Whether something was done again by it, and not undone."""
        return self.by.depth % 2 == 0


class _GivenUp(Exception):
    """A trial has ended."""


async def newest(
    db: AsyncSession, person_id: int, room: str | None, since: datetime | None, limit: int, *, undone: bool = False
) -> list[Change]:
    """A person's newest changes made in a place that are not undone (or, for redo, their newest undoings)."""
    kind = Change.depth % 2 == 1 if undone else Change.depth == 0
    query = _by(person_id, room, since).where(kind, Change.undone_by.is_(None))
    return list(await db.scalars(query.order_by(Change.id.desc()).limit(limit)))


async def newest_undone(db: AsyncSession, person_id: int, room: str | None, since: datetime) -> Change | None:
    """The newest change of a person in a place that is undone already."""
    query = _by(person_id, room, since).where(Change.depth == 0, Change.undone_by.is_not(None))
    found: Change | None = await db.scalar(query.order_by(Change.id.desc()).limit(1))
    return found


def _by(person_id: int, room: str | None, since: datetime | None) -> Any:
    query = select(Change).where(Change.person_id == person_id)
    if room != EVERYWHERE:
        query = query.where(Change.room.is_(None) if room is None else Change.room == room)
    return query if since is None else query.where(Change.at >= since)


async def together(db: AsyncSession, change: Change) -> list[Change]:
    """A change with what else the same call took back or did again, the newest first: one press redoes all of it."""
    if change.depth == 0:
        return [change]
    same_call = select(Change).where(
        Change.gym_id == change.gym_id,
        Change.call_id == change.call_id,
        Change.depth == change.depth,
        Change.undone_by.is_(None),
    )
    return list(await db.scalars(same_call.order_by(Change.id.desc()))) or [change]


_TOUCHED = Statement(
    select(ChangeRow.table, ChangeRow.row_id, ChangeRow.before, ChangeRow.after)
    .where(ChangeRow.change_id == bindparam("change"))
    .order_by(ChangeRow.id)
)


async def touched_by(db: AsyncSession, change_id: int) -> list[Touched]:
    """The rows of a change in the order in which they were first touched."""
    merged: dict[tuple[str, int], Touched] = {}
    for table, row_id, before, after in await _TOUCHED.rows(db, {"change": change_id}):
        known = merged.get((table, row_id))
        merged[table, row_id] = replace(known, after=after) if known else Touched(table, row_id, before, after)
    return [t for t in merged.values() if t.before != t.after]


async def tried(ctx: Context, wanted: Sequence[Change]) -> list[Taken]:
    """What taking changes back would lead to: it is done, and given up again. Refuses as the real thing would."""
    taken: list[Taken] = []
    try:
        async with ctx.db.begin_nested():
            for change in wanted:
                taken.append(await take_back(ctx, change))
            raise _GivenUp
    except _GivenUp:
        return taken
    finally:
        ctx.cause.change = None
        changes.watch(ctx.db.sync_session, ctx.cause)


async def take_back(ctx: Context, change: Change) -> Taken:
    """Restore what a change touched, as a change of its own; refuses with words when the world has moved on or a noun says
    no. The unit of work is flushed, so that several can follow each other in one transaction."""
    await _hold(ctx.db, change)
    root = await root_of(ctx.db, change)
    touched = await touched_by(ctx.db, change.id)
    for row in touched:
        await _check_untouched(ctx, change, root, row)
    for row in touched:
        await _check_nothing_built(ctx.db, change, root, row)
    cause = replace(ctx.cause, change=None, undoes=change.id, depth=change.depth + 1, data=change.data)
    changes.watch(ctx.db.sync_session, cause)
    for row in reversed(touched):
        await _restore(ctx.db, row)
        await ctx.db.flush()
    if cause.change is None:
        raise _cannot(change, root, _("it left nothing behind that could be put back."))
    said = await _asked(ctx, change, root, touched)
    await _mark(ctx.db, change, root, cause.change)
    ctx.cause.change = cause.change
    return Taken(change, root, cause.change, said)


def _cannot(change: Change, root: Change, reason: str, *offers: Offer) -> Refused:
    """That a change cannot be taken back, with the reason as whole sentences."""
    again = change.depth % 2 == 1
    words = _("I can't do “{change}” again: {reason}") if again else _("I can't undo “{change}”: {reason}")
    return Refused(words.format(change=root.summary, reason=reason), *offers)


async def _hold(db: AsyncSession, change: Change) -> None:
    """Two that take back the same change do it one after the other, and the second hears that it is done."""
    by = await db.scalar(select(Change.undone_by).where(Change.id == change.id).with_for_update())
    if by is not None:
        root = await root_of(db, change)
        words = _("“{change}” is done again already.") if change.depth % 2 else _("“{change}” is undone already.")
        raise Refused(words.format(change=root.summary))


async def _asked(ctx: Context, change: Change, root: Change, touched: Sequence[Touched]) -> tuple[Remark, ...]:
    """What the nouns say of their rows now that they are back; one no is enough."""
    restoring = Restoring(
        db=ctx.db,
        gym_id=ctx.gym.id,
        change_id=change.id,
        made_at=change.at,
        now=ctx.now,
        person_id=ctx.speaker.person_id,
        rank=int(ctx.speaker.role),
        rows=touched,
    )
    said = await remarks(restoring)
    for remark in said:
        if remark.ruling is Ruling.NO:
            reason = _("{reason} Nothing was changed.").format(reason=remark.words)
            raise _cannot(change, root, reason, *remark.offers)
    return tuple(said)


async def _check_untouched(ctx: Context, change: Change, root: Change, touched: Touched) -> None:
    row = await ctx.db.get(model_of(touched.table), touched.row_id, populate_existing=True, with_for_update=True)
    now = image(row) if row is not None else None
    if now != touched.after:
        later = await _later_change(ctx.db, change, touched)
        words = (
            _(
                "it was changed again since (“{later}”). Nothing was changed. "
                "Undo the later change first, or say what it should be now."
            )
            if later
            else _(
                "it was changed again since. Nothing was changed. "
                "Undo the later change first, or say what it should be now."
            )
        )
        raise _cannot(change, root, words.format(later=later))


async def _later_change(db: AsyncSession, change: Change, touched: Touched) -> str:
    found = await db.scalar(
        select(Change)
        .join(ChangeRow, ChangeRow.change_id == Change.id)
        .where(ChangeRow.table == touched.table, ChangeRow.row_id == touched.row_id, Change.id > change.id)
        .order_by(Change.id)
        .limit(1)
    )
    return found.summary if found else ""


async def _check_nothing_built(db: AsyncSession, change: Change, root: Change, touched: Touched) -> None:
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
                *([key["status"].not_in(child.__settled__)] if child.__settled__ else ()),
            )
        )
        count = await db.scalar(later) or 0
        if count:
            raise _cannot(change, root, _built_on(child.__tablename__, count))


def children_of(table: str) -> list[tuple[Any, str]]:
    """The logged models with a foreign key on a table, and the column that holds it."""
    found = []
    for mapper in Row.registry.mappers:
        if issubclass(mapper.class_, Logged):
            for key in mapper.local_table.foreign_keys:
                if key.column.table.name == table and table != "gyms":
                    found.append((mapper.class_, key.parent.name))
    return found


def _built_on(table: str, count: int) -> str:
    if table == "bookings":
        words = ngettext(
            "{count} person has booked since. Nothing was changed. Cancelling it instead tells the people concerned.",
            "{count} people have booked since. Nothing was changed. Cancelling it instead tells the people concerned.",
            count,
        )
        return words.format(count=count)
    words = _(
        "{count} {what} depend on it since. Nothing was changed. Cancelling it instead tells the people concerned."
    )
    return words.format(count=count, what=table.replace("_", " "))


async def _restore(db: AsyncSession, touched: Touched) -> None:
    model = model_of(touched.table)
    row = await db.get(model, touched.row_id)
    if touched.before is None:
        await clear(db, touched.table, touched.row_id)
        await _clear_settled(db, touched)
        await db.delete(row)
        return
    values = from_json(model, touched.before)
    if row is None:
        db.add(model(**values))
        return
    for name, value in values.items():
        setattr(row, name, value)


async def _clear_settled(db: AsyncSession, touched: Touched) -> None:
    """What is settled and points at a row goes with it, as part of the same change: doing it again brings both back."""
    for child, column in children_of(touched.table):
        if child.__settled__:
            behind = select(child).where(getattr(child, column) == touched.row_id, child.status.in_(child.__settled__))
            for row in list(await db.scalars(behind)):
                await db.delete(row)
    await db.flush()


async def root_of(db: AsyncSession, change: Change) -> Change:
    """The change that a chain of undoing and doing again is about."""
    while change.undoes is not None:
        change = await db.get_one(Change, change.undoes)
    return change


async def _mark(db: AsyncSession, change: Change, root: Change, by: Change) -> None:
    """Note what became of a change, whether the one at the root of the chain stands now, and what the new one did."""
    undone = bool(by.depth % 2)
    await _note(db, change.id, undone_by=by.id)
    if root.id != change.id:
        await _note(db, root.id, undone_by=by.id if undone else None)
    words = _("Undone: {changes}") if undone else _("Done again: {changes}")
    said = words.format(changes=_("“{change}”").format(change=root.summary))
    await _note(db, by.id, summary=said[:500])


async def _note(db: AsyncSession, change_id: int, **values: Any) -> None:
    await db.execute(
        update(Change).where(Change.id == change_id).values(**values).execution_options(synchronize_session=False)
    )
