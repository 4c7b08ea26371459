"""Classes: the series that repeat by rule, and the single classes that have a row of their own."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql import select

from core.store.rows import Json, Logged, Row

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
SCHEDULED, CANCELLED = "scheduled", "cancelled"


class ClassSeries(Logged, Row):
    """A rule: a class on some weekdays at a local time. Its minutes and spots are the type's where it has none."""

    __tablename__ = "class_series"
    __data__ = "public"

    class_type_id: Mapped[int] = mapped_column(ForeignKey("class_types.id"), index=True)
    days: Mapped[list[Any]] = mapped_column(Json)
    time: Mapped[str] = mapped_column(String(5))
    minutes: Mapped[int | None] = mapped_column(Integer)
    spots: Mapped[int | None] = mapped_column(Integer)
    coach_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    from_date: Mapped[date]
    until_date: Mapped[date | None]


class ClassSession(Logged, Row):
    """One class. A class of a series has a row since its first booking or change, and is known by the series and the
    local time at which the rule put it, wherever it was moved since."""

    __tablename__ = "class_sessions"
    __table_args__ = (
        UniqueConstraint("series_id", "original_local"),
        Index("ix_class_sessions_gym_start", "gym_id", "starts_at"),
    )
    __data__ = "public"

    class_type_id: Mapped[int] = mapped_column(ForeignKey("class_types.id"), index=True)
    series_id: Mapped[int | None] = mapped_column(ForeignKey("class_series.id"))
    original_local: Mapped[str | None] = mapped_column(String(16))
    starts_at: Mapped[datetime]
    minutes: Mapped[int] = mapped_column(Integer)
    spots: Mapped[int] = mapped_column(Integer)
    coach_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    workout_id: Mapped[int | None]
    status: Mapped[str] = mapped_column(String(10), default=SCHEDULED)
    reason: Mapped[str | None] = mapped_column(String(300))


async def series_of(db: AsyncSession, gym_id: int, class_type_id: int, since: date) -> Sequence[ClassSeries]:
    """The series of a type that still run on or after a day."""
    rows = await db.scalars(
        select(ClassSeries).where(ClassSeries.gym_id == gym_id, ClassSeries.class_type_id == class_type_id)
    )
    return [s for s in rows if s.until_date is None or s.until_date >= since]
