"""What was used, as people are shown it: their own day, and the gym's last days for its owner. All of it comes from the
table that money is put aside in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core.agent.budget import MICROS, Assistants, UsageDaily, of_day, of_gym
from core.agent.ledger import turns_of
from core.agent.tools import GymFacts, Role, Speaker
from core.clock import to_local

DAYS = 14
BY_CODE = ("rules", "code")


@dataclass(frozen=True)
class Sum:
    """Rows of usage taken together. `cache_share` is how much of what was sent to models came from their cache, None if
    nothing was sent."""

    people: int
    messages: int
    turns: int
    spared: int
    tokens: int
    cache_share: float | None
    cost_usd: float
    saved_usd: float

    @classmethod
    def of(cls, rows: Iterable[UsageDaily]) -> "Sum":
        """The sum of rows."""
        rows = list(rows)
        sent = sum(r.tokens_in + r.tokens_cached + r.tokens_written for r in rows)
        return cls(
            people=len({r.person_id for r in rows}),
            messages=sum(r.messages for r in rows),
            turns=sum(r.turns for r in rows),
            spared=sum(r.spared for r in rows),
            tokens=sent + sum(r.tokens_out for r in rows),
            cache_share=round(sum(r.tokens_cached for r in rows) / sent, 4) if sent else None,
            cost_usd=sum(r.cost_usd_micros for r in rows) / MICROS,
            saved_usd=sum(r.saved_usd_micros for r in rows) / MICROS,
        )


async def mine(db: AsyncSession, speaker: Speaker, gym: GymFacts, now: datetime) -> dict[str, Any]:
    """A person's own day, and what is left of what a language model may answer; null where nothing is limited."""
    today = to_local(now, gym.zone).date()
    messages = sum(row.messages for row in await of_day(db, speaker.person_id, today))
    assistants: Assistants = gym.settings["assistants"]
    if assistants.any:
        spoken, limits = await turns_of(db, speaker.person_id, now, today), assistants.limits
        day = max(limits.day(int(speaker.role)) - spoken.day, 0)
        hour = max(min(limits.hour(int(speaker.role)) - spoken.hour, day), 0)
        return {"messages_today": messages, "messages_left_today": day, "messages_left_hour": hour}
    return {"messages_today": messages, "messages_left_today": None, "messages_left_hour": None}


async def of_the_gym(db: AsyncSession, gym: GymFacts, now: datetime) -> dict[str, Any]:
    """A gym's last days, by day and by model, in dollars; and what routing has saved in them."""
    today, assistants = to_local(now, gym.zone).date(), gym.settings["assistants"]
    rows = await of_gym(db, gym.id, today - timedelta(days=DAYS - 1))
    tier = str(gym.settings["tier"])
    days = {day: Sum.of(r for r in rows if r.day == day) for day in sorted({r.day for r in rows}, reverse=True)}
    models = {name: Sum.of(r for r in rows if r.model == name) for name in sorted({r.model for r in rows})}
    return {
        "tier": tier,
        "cap_usd": assistants.limits.cap(tier) / MICROS,
        "spent_usd_today": days[today].cost_usd if today in days else 0.0,
        "cache_share": Sum.of(rows).cache_share,
        "days": [{"day": day.isoformat(), **_shown(one)} for day, one in days.items()],
        "by_model": [{"model": name, "turns": one.turns, **_shown(one)} for name, one in models.items()],
        **saved(rows),
    }


async def seen_by(db: AsyncSession, speaker: Speaker, gym: GymFacts, now: datetime) -> dict[str, Any]:
    """What a person may see of it: their own, and the gym's if they own it."""
    gyms = await of_the_gym(db, gym, now) if speaker.role is Role.OWNER else None
    return {"me": await mine(db, speaker, gym, now), "gym": gyms}


async def spending(db: AsyncSession, speaker: Speaker, gym: GymFacts, now: datetime) -> list[dict[str, Any]]:
    """What a gym's models have used today, by model, for its owner to watch over; nothing for anybody else."""
    if speaker.role is not Role.OWNER:
        return []
    today = to_local(now, gym.zone).date()
    rows = [r for r in await of_gym(db, gym.id, today) if r.model not in BY_CODE]
    kinds = ("tokens_in", "tokens_cached", "tokens_written", "tokens_out")
    models = {
        name: {kind: sum(getattr(r, kind) for r in rows if r.model == name) for kind in kinds}
        | {"cost_usd": Sum.of(r for r in rows if r.model == name).cost_usd}
        for name in sorted({r.model for r in rows})
    }
    cap = gym.settings["assistants"].limits.cap(str(gym.settings["tier"])) / MICROS
    return [{"gym": gym.id, "cap_usd": cap, "cache_share": Sum.of(rows).cache_share, "models": models}]


def saved(rows: Sequence[UsageDaily]) -> dict[str, Any]:
    """What routing has saved: turns that the rules answered for certain, at what a model's turn has cost on average, and
    what reading with the small model cost less than the better one would have."""
    by_models = Sum.of(r for r in rows if r.model not in BY_CODE)
    spared = sum(r.spared for r in rows)
    each = by_models.cost_usd / by_models.turns if by_models.turns else 0.0
    return {"turns_spared": spared, "saved_usd": round(spared * each + by_models.saved_usd, 6)}


def _shown(one: Sum) -> dict[str, Any]:
    return {
        "people": one.people,
        "messages": one.messages,
        "tokens": one.tokens,
        "cost_usd": one.cost_usd,
        "cache_share": one.cache_share,
    }


def period_of(used: dict[str, Any], first: date, last: date) -> list[dict[str, Any]]:
    """The days of a gym's usage that lie in a period."""
    return [d for d in used["days"] if first <= date.fromisoformat(d["day"]) <= last]
