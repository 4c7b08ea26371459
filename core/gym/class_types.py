"""Class types: what a gym gives classes in, how long each takes and for how many."""

from collections.abc import Sequence

from sqlalchemy import Boolean, Integer, String, bindparam
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql import select

from core.store.rows import Logged, Row
from core.store.statements import Statement


class ClassType(Logged, Row):
    """A kind of class. `minutes` and `spots` are what its classes have unless they say otherwise; an archived type is
    no longer on the timetable and keeps its history."""

    __tablename__ = "class_types"
    __data__ = "public"

    name: Mapped[str] = mapped_column(String(80))
    minutes: Mapped[int] = mapped_column(Integer)
    spots: Mapped[int] = mapped_column(Integer)
    archived: Mapped[bool] = mapped_column(Boolean, default=False)


_NOW = (
    select(ClassType)
    .where(ClassType.gym_id == bindparam("gym"), ClassType.archived.is_(False))
    .order_by(ClassType.name)
)
_NAMES = Statement(_NOW.with_only_columns(ClassType.name), unwritten=True)


async def class_types(db: AsyncSession, gym_id: int) -> Sequence[ClassType]:
    """The types that a gym gives now, by name."""
    return (await db.scalars(_NOW, {"gym": gym_id})).all()


async def type_names(db: AsyncSession, gym_id: int) -> list[str]:
    """Their names alone."""
    return [name for (name,) in await _NAMES.rows(db, {"gym": gym_id})]


async def type_named(db: AsyncSession, gym_id: int, name: str) -> ClassType | None:
    """The gym's type of a name, however it is capitalised."""
    wanted = name.strip().casefold()
    return next((t for t in await class_types(db, gym_id) if t.name.casefold() == wanted), None)
