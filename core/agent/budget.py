"""What people use: counted per person and gym day, and how long one message may be."""

from datetime import date

from sqlalchemy import BigInteger, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql import insert, select, update

from core.store.rows import Row

LONGEST_MESSAGE = 4000
MOST_MODEL_CALLS = 8
MOST_TOOL_CALLS = 12


class UsageDaily(Row):
    """One person's day: messages sent, turns by rules and by models, tokens, and cost in millionths of a dollar."""

    __tablename__ = "usage_daily"
    __table_args__ = (UniqueConstraint("person_id", "day", "model"),)

    gym_id: Mapped[int] = mapped_column(ForeignKey("gyms.id"), index=True)
    person_id: Mapped[int]
    day: Mapped[date]
    model: Mapped[str] = mapped_column(String(60))
    messages: Mapped[int] = mapped_column(Integer, default=0)
    turns: Mapped[int] = mapped_column(Integer, default=0)
    tokens_in: Mapped[int] = mapped_column(BigInteger, default=0)
    tokens_cached: Mapped[int] = mapped_column(BigInteger, default=0)
    tokens_out: Mapped[int] = mapped_column(BigInteger, default=0)
    cost_usd_micros: Mapped[int] = mapped_column(BigInteger, default=0)


async def count(db: AsyncSession, gym_id: int, person_id: int, day: date, model: str, messages: int) -> None:
    """Add a turn and its messages to a person's day."""
    bump = (
        update(UsageDaily)
        .where(UsageDaily.person_id == person_id, UsageDaily.day == day, UsageDaily.model == model)
        .values(messages=UsageDaily.messages + messages, turns=UsageDaily.turns + 1)
        .returning(UsageDaily.id)
        .execution_options(synchronize_session=False)
    )
    if await db.scalar(bump) is None:
        row = {"gym_id": gym_id, "person_id": person_id, "day": day, "model": model, "messages": messages, "turns": 1}
        zero = {"tokens_in": 0, "tokens_cached": 0, "tokens_out": 0, "cost_usd_micros": 0}
        await db.execute(insert(UsageDaily).values(**row, **zero))


async def of_day(db: AsyncSession, person_id: int, day: date) -> list[UsageDaily]:
    """A person's usage of a day, a row a model."""
    return list(await db.scalars(select(UsageDaily).where(UsageDaily.person_id == person_id, UsageDaily.day == day)))


async def of_gym(db: AsyncSession, gym_id: int, since: date) -> list[UsageDaily]:
    """A gym's usage from a day on."""
    rows = await db.scalars(select(UsageDaily).where(UsageDaily.gym_id == gym_id, UsageDaily.day >= since))
    return list(rows)
