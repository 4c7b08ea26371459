"""The gym: its name, zone, money and the settings that its rules read."""

from typing import Any

from sqlalchemy import Boolean, Integer, String, bindparam, inspect
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql import select

from core.store.rows import Json, Logged, Row
from core.store.statements import Statement


class Gym(Row):
    """The key of everything a gym owns; what can be changed about it is in its profile."""

    __tablename__ = "gyms"

    slug: Mapped[str] = mapped_column(String(60), unique=True)


class GymProfile(Logged, Row):
    """What an owner may set. Windows, times and deadlines are in the unit that their name ends with."""

    __tablename__ = "gym_profiles"
    __data__ = "public"

    name: Mapped[str] = mapped_column(String(120))
    zone: Mapped[str] = mapped_column(String(60))
    currency: Mapped[str] = mapped_column(String(3))
    units: Mapped[str] = mapped_column(String(2), default="kg")
    tier: Mapped[str] = mapped_column(String(10), default="pro")
    triage_at: Mapped[str] = mapped_column(String(5), default="07:00")
    weekly_plan_at: Mapped[str] = mapped_column(String(9), default="Sun 23:00")
    undo_window_s: Mapped[int] = mapped_column(Integer, default=15)
    booking_opens_days: Mapped[int] = mapped_column(Integer, default=14)
    cancel_deadline_h: Mapped[int] = mapped_column(Integer, default=4)
    waitlist_claim_min: Mapped[int] = mapped_column(Integer, default=30)
    waitlist_quiet: Mapped[list[str]] = mapped_column(Json, default=lambda: ["22:00", "07:00"])
    unpaid_may_book: Mapped[bool] = mapped_column(Boolean, default=False)
    unpaid_grace_days: Mapped[int] = mapped_column(Integer, default=7)


_PROFILE = select(GymProfile).where(GymProfile.gym_id == bindparam("gym"))


async def profile(db: AsyncSession, gym_id: int) -> GymProfile:
    """The gym's profile."""
    return (await db.scalars(_PROFILE, {"gym": gym_id})).one()


_COLUMNS = [c for c in inspect(GymProfile).columns if c.key not in ("version", "id", "gym_id")]
_FACTS = Statement(select(*_COLUMNS).where(GymProfile.gym_id == bindparam("gym")))


async def settings_of(db: AsyncSession, gym_id: int) -> dict[str, Any]:
    """The gym's profile as plain values by name."""
    found = await _FACTS.first(db, {"gym": gym_id})
    assert found is not None
    return {column.key: value for column, value in zip(_COLUMNS, found, strict=True)}


_ZONE = Statement(select(GymProfile.zone).where(GymProfile.gym_id == bindparam("gym")))


async def zone_of(db: AsyncSession, gym_id: int) -> str:
    """The zone that the gym's clock shows."""
    found = await _ZONE.first(db, {"gym": gym_id})
    assert found is not None
    return str(found[0])
