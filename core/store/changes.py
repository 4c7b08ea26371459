"""The change log: before and after images of every logged row a tool call touched, taken from the unit of work."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, String, bindparam, event, insert, inspect, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, Session, UOWTransaction, mapped_column

from core.store.rows import Instant, Logged, Row
from core.store.statements import Statement


class Change(Row):
    """What one tool call did, and for whom: the header of its row images. `depth` is 0 for a change of its own, odd for
    one that undid something, even for one that did it again."""

    __tablename__ = "changes"

    gym_id: Mapped[int] = mapped_column(ForeignKey("gyms.id"), index=True)
    person_id: Mapped[int] = mapped_column(index=True)
    session_id: Mapped[int | None] = mapped_column(index=True)
    turn_id: Mapped[int | None] = mapped_column(index=True)
    call_id: Mapped[str] = mapped_column(String(80), index=True)
    room: Mapped[str | None] = mapped_column(String(80))
    tool: Mapped[str] = mapped_column(String(60))
    args: Mapped[dict[str, Any]]
    data: Mapped[str] = mapped_column(String(10))
    summary: Mapped[str] = mapped_column(String(500), default="")
    at: Mapped[datetime]
    undoes: Mapped[int | None] = mapped_column(index=True)
    depth: Mapped[int] = mapped_column(default=0)
    undone_by: Mapped[int | None]


class ChangeRow(Row):
    """One row's images; `before` is null for a row that was made, `after` for one that was deleted."""

    __tablename__ = "change_rows"

    change_id: Mapped[int] = mapped_column(ForeignKey("changes.id"), index=True)
    table: Mapped[str] = mapped_column("table_name", String(60), index=True)
    row_id: Mapped[int] = mapped_column(index=True)
    made: Mapped[bool]
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]


_HEADER_COLUMNS = tuple(c.key for c in inspect(Change).column_attrs if c.key != "id")
_HEADER = Statement(insert(Change).returning(Change.id))
_IMAGES = Statement(insert(ChangeRow))


@dataclass
class Cause:
    """Who is changing something, in which call and place; `change` is filled with the header once a row was touched, and
    `tables` with the names of the tables."""

    gym_id: int
    person_id: int
    session_id: int | None
    turn_id: int | None
    call_id: str
    room: str | None
    tool: str
    args: dict[str, Any]
    data: str
    at: datetime
    undoes: int | None = None
    depth: int = 0
    change: Change | None = None
    tables: set[str] = field(default_factory=set)


_SUMMARY = Statement(
    update(Change.__table__).where(Change.id == bindparam("change")).values(summary=bindparam("words"))  # type: ignore[arg-type]
)


async def sum_up(db: AsyncSession, change_id: int, words: str) -> None:
    """Write down in words what a change did, for whoever reads the log."""
    await _SUMMARY.rows(db, {"change": change_id, "words": words})


class NoCause(Exception):
    """A logged row was changed in a transaction that names no cause."""


def watch(session: Session, cause: Cause) -> None:
    """Record what this transaction does to logged rows as done for `cause`."""
    session.info["cause"] = cause


def image(row: Any) -> dict[str, Any]:
    """A row as plain JSON values by column name, without its version."""
    state = inspect(row)
    return {c.key: to_json(getattr(row, c.key)) for c in state.mapper.column_attrs if c.key != "version"}


def to_json(value: Any) -> Any:
    """A column value as JSON keeps it: instants, dates and times in ISO form, exact numbers as strings."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def from_json(model: type[Row], values: dict[str, Any]) -> dict[str, Any]:
    """The inverse of `image`: values ready to be set on a row of the model."""
    columns = inspect(model).column_attrs
    return {key: _parse(columns[key].columns[0].type, value) for key, value in values.items() if key in columns}


def _parse(kind: Any, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if isinstance(kind, Instant):
        return datetime.fromisoformat(value)
    python = _python_type(kind)
    return python.fromisoformat(value) if python in (date, time) else Decimal(value) if python is Decimal else value


def _python_type(kind: Any) -> Any:
    try:
        return kind.python_type
    except NotImplementedError:
        return None


@event.listens_for(Session, "before_flush")
def _bump(session: Session, context: UOWTransaction, instances: Any) -> None:
    touched = [o for o in (*session.new, *session.dirty, *session.deleted) if isinstance(o, Logged)]
    if not touched:
        return
    if "cause" not in session.info and not session.connection().info.get("unlogged"):
        raise NoCause(f"{type(touched[0]).__name__} was changed in a transaction without a cause")
    session.info["connection_info"] = session.connection().info
    session.info["connection_info"]["flushing"] = True
    images = session.info.setdefault("images", {})
    for row in touched:
        if row in session.dirty and not session.is_modified(row):
            continue
        if row not in session.new:
            images.setdefault(row, _loaded_image(row))
        if row in session.dirty:
            row.version = (row.version or 0) + 1


@event.listens_for(Session, "after_flush")
def _record(session: Session, context: UOWTransaction) -> None:
    cause: Cause | None = session.info.get("cause")
    session.connection().info.pop("flushing", None)
    if cause is None or session.info.get("recording"):
        return
    images = session.info.get("images", {})
    made = [o for o in session.new if isinstance(o, Logged)]
    gone = [o for o in session.deleted if isinstance(o, Logged)]
    changed = [o for o in session.dirty if isinstance(o, Logged) and o in images]
    rows = (
        [(o, None, image(o)) for o in made]
        + [(o, images.pop(o), image(o)) for o in changed]
        + [(o, images.pop(o), None) for o in gone]
    )
    if rows:
        _write(session, cause, [r for r in rows if r[1] != r[2]])


@event.listens_for(Session, "after_soft_rollback")
def _unmark(session: Session, previous: Any) -> None:
    """A flush that failed leaves neither leave to write nor images behind."""
    session.info.get("connection_info", {}).pop("flushing", None)
    session.info.pop("images", None)


def _write(session: Session, cause: Cause, rows: list[tuple[Any, Any, Any]]) -> None:
    if not rows:
        return
    cause.tables.update(o.__tablename__ for o, _, _ in rows)
    if cause.change is None:
        cause.change = _header(cause)
        values = {name: getattr(cause.change, name) for name in _HEADER_COLUMNS}
        cause.change.id = _HEADER.within(session, values)[0][0]
    for o, before, after in rows:
        images = {"table_name": o.__tablename__, "row_id": o.id, "before": before, "after": after}
        _IMAGES.within(session, {"change_id": cause.change.id, "made": before is None, **images})


def _header(cause: Cause) -> Change:
    return Change(
        gym_id=cause.gym_id,
        person_id=cause.person_id,
        session_id=cause.session_id,
        turn_id=cause.turn_id,
        call_id=cause.call_id,
        room=cause.room,
        tool=cause.tool,
        args=cause.args,
        data=cause.data,
        summary="",
        at=cause.at,
        undoes=cause.undoes,
        depth=cause.depth,
        undone_by=None,
    )


def _loaded_image(row: Any) -> dict[str, Any]:
    """The row as it was read: the old value of each attribute that was set since."""
    state = inspect(row)
    before = {}
    for attribute in state.mapper.column_attrs:
        if attribute.key == "version":
            continue
        history = state.attrs[attribute.key].history
        value = history.deleted[0] if history.deleted else getattr(row, attribute.key)
        before[attribute.key] = to_json(value)
    return before
