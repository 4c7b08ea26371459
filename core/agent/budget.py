"""What people and gyms use of the models: counted per person and gym day, how much of it they may, and in which words
they hear that it is used up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, UniqueConstraint, bindparam
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql import func, insert, select, update

from core.i18n import _
from core.store.rows import Row
from core.store.statements import Statement

LONGEST_MESSAGE = 4000
MOST_MODEL_CALLS = 8
MOST_TOOL_CALLS = 12
# Calls of one answer that are written down. With their results they stay in sight of the loop (messages.RECENT_EVENTS).
MOST_PROPOSED = 20
CAPS_USD: Mapping[str, int] = {"lite": 1, "pro": 5, "elite": 25}
TIERS = tuple(CAPS_USD)
MICROS = 1_000_000
COACH = 2


@dataclass(frozen=True)
class Limits:
    """How much is allowed. Messages are those that a language model answers; what the rules answer is free. Tokens are
    those of one message with all that it leads to, and of one conversation. `caps_usd` are dollars a gym and day by tier."""

    member_hour: int = 20
    member_day: int = 60
    staff_hour: int = 60
    staff_day: int = 300
    message_tokens: int = 400_000
    session_tokens: int = 4_000_000
    caps_usd: Mapping[str, float] = field(default_factory=lambda: dict(CAPS_USD))

    def hour(self, rank: int) -> int:
        """Messages an hour for a role."""
        return self.staff_hour if rank >= COACH else self.member_hour

    def day(self, rank: int) -> int:
        """Messages a day for a role."""
        return self.staff_day if rank >= COACH else self.member_day

    def cap(self, tier: str) -> int:
        """What a gym may spend in a day, in millionths of a dollar."""
        return round(self.caps_usd.get(tier, 0) * MICROS)


@dataclass(frozen=True)
class Assistants:
    """The kinds of language model that are connected here ("claude", "gpt"), and how much of them is allowed."""

    brands: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
    any: bool = False


@dataclass(frozen=True)
class Used:
    """What has been used when a call is asked for. `again` is when the hour's oldest message no longer counts. `begun`
    says that the message it belongs to has had a call before."""

    rank: int
    tier: str
    spent: int
    turns_hour: int
    turns_day: int
    message_tokens: int
    session_tokens: int
    again: datetime
    begun: bool


def refusal(used: Used, limits: Limits, tokens: int, micros: int, job: bool = False) -> tuple[str, str]:
    """Why a call of so many tokens and so much money at most is not paid for: the reason's name, and the line for the
    person with the way to raise it. Two empty words if it is. A small job counts for money and tokens only."""
    if used.rank <= 0:
        return "stranger", ""
    cap = limits.cap(used.tier)
    if used.spent + micros > cap:
        raising = TIERS[TIERS.index(used.tier) + 1] if used.tier in TIERS[:-1] else None
        more = _("The owner can raise it: “set ai tier {tier}”.") if raising else _("It starts anew at midnight.")
        words = _(
            "Today's AI budget of the gym ({amount}, tier {tier}) has no room for another answer, so my fixed "
            "commands answer until midnight."
        )
        words = words.format(amount=f"${cap / MICROS:g}", tier=used.tier)
        return f"gym:{cap}", f"{words} {more.format(tier=raising)}"
    if used.message_tokens + tokens > limits.message_tokens:
        return "message", _("This message took more reading than one message may. Ask for less at once.")
    if used.session_tokens + tokens > limits.session_tokens:
        return "session", _("This chat has used what one chat may of the AI model. Start a fresh one with “new chat”.")
    if used.begun or job:
        return "", ""
    if used.turns_hour >= limits.hour(used.rank):
        words = _(
            "You have used the {count} AI answers that an hour has, so my fixed commands answer until {time}. "
            "The owner can have the limit raised in the settings of this installation."
        )
        return "hour", words.format(count=limits.hour(used.rank), time=f"{used.again:%H:%M}")
    if used.turns_day >= limits.day(used.rank):
        words = _(
            "You have used your {count} AI answers for today, so my fixed commands answer until midnight. "
            "The owner can have the limit raised in the settings of this installation."
        )
        return "day", words.format(count=limits.day(used.rank))
    return "", ""


class UsageDaily(Row):
    """One person's day with one model: messages sent and turns answered; tokens, those read from a cache and written to
    one apart; cost in millionths of a dollar, what is put aside for a call under way included. `spared` are turns that the
    rules answered because they were certain, `saved_usd_micros` what reading with the small model cost less."""

    __tablename__ = "usage_daily"
    __table_args__ = (UniqueConstraint("person_id", "day", "model"), Index("ix_usage_daily_gym_day", "gym_id", "day"))

    gym_id: Mapped[int] = mapped_column(ForeignKey("gyms.id"))
    person_id: Mapped[int]
    day: Mapped[date]
    model: Mapped[str] = mapped_column(String(60))
    messages: Mapped[int] = mapped_column(Integer, default=0)
    turns: Mapped[int] = mapped_column(Integer, default=0)
    spared: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    tokens_in: Mapped[int] = mapped_column(BigInteger, default=0)
    tokens_cached: Mapped[int] = mapped_column(BigInteger, default=0)
    tokens_written: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    tokens_out: Mapped[int] = mapped_column(BigInteger, default=0)
    cost_usd_micros: Mapped[int] = mapped_column(BigInteger, default=0)
    saved_usd_micros: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")


_DAYS: Any = UsageDaily.__table__
_COUNTED = (
    "messages", "turns", "spared", "tokens_in", "tokens_cached", "tokens_written", "tokens_out", "cost_usd_micros",
    "saved_usd_micros",
)  # fmt: skip
_OF_DAY = (
    _DAYS.c.person_id == bindparam("who"), _DAYS.c.day == bindparam("on"), _DAYS.c.model == bindparam("by"),
)  # fmt: skip
_ADD = Statement(
    update(_DAYS)
    .where(*_OF_DAY)
    .values({name: _DAYS.c[name] + bindparam(f"more_{name}") for name in _COUNTED})
    .returning(_DAYS.c.id)
)


async def add(db: AsyncSession, gym_id: int, person_id: int, day: date, model: str, **more: int) -> None:
    """Add to a person's day with a model."""
    found = {"who": person_id, "on": day, "by": model}
    if await _ADD.first(db, found | {f"more_{name}": more.get(name, 0) for name in _COUNTED}) is None:
        row = {"gym_id": gym_id, "person_id": person_id, "day": day, "model": model}
        await db.execute(insert(UsageDaily).values(**row, **more))


async def count(
    db: AsyncSession, gym_id: int, person_id: int, day: date, model: str, messages: int, spared: bool = False
) -> None:
    """Add a turn and its messages to a person's day; `spared` if the rules answered it because they were certain."""
    await add(db, gym_id, person_id, day, model, messages=messages, turns=1, spared=int(spared))


async def of_day(db: AsyncSession, person_id: int, day: date) -> list[UsageDaily]:
    """A person's usage of a day, a row a model."""
    return list(await db.scalars(select(UsageDaily).where(UsageDaily.person_id == person_id, UsageDaily.day == day)))


async def of_gym(db: AsyncSession, gym_id: int, since: date) -> list[UsageDaily]:
    """A gym's usage from a day on."""
    rows = await db.scalars(select(UsageDaily).where(UsageDaily.gym_id == gym_id, UsageDaily.day >= since))
    return list(rows)


_SPENT = Statement(
    select(func.coalesce(func.sum(_DAYS.c.cost_usd_micros), 0)).where(
        _DAYS.c.gym_id == bindparam("gym"), _DAYS.c.day == bindparam("on")
    )
)


async def spent_on(db: AsyncSession, gym_id: int, day: date) -> int:
    """What a gym has spent or put aside on a day, in millionths of a dollar."""
    found = await _SPENT.first(db, {"gym": gym_id, "on": day})
    return int(found[0]) if found else 0
