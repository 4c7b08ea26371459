"""What was used, as people are shown it: their own day, and the gym's last days for its owner."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core.agent.budget import UsageDaily, of_day, of_gym

DAYS = 14
CAPS_USD = {"lite": 1, "pro": 5, "elite": 25}


async def mine(db: AsyncSession, person_id: int, today: date) -> dict[str, Any]:
    """A person's own day; nothing is left to count where nothing is limited."""
    messages = sum(row.messages for row in await of_day(db, person_id, today))
    return {"messages_today": messages, "messages_left_today": None, "messages_left_hour": None}


async def of_the_gym(db: AsyncSession, gym_id: int, tier: str, today: date) -> dict[str, Any]:
    """A gym's last days, by day and by model, in dollars."""
    rows = await of_gym(db, gym_id, today - timedelta(days=DAYS - 1))
    days: dict[date, list[UsageDaily]] = {}
    models: dict[str, list[UsageDaily]] = {}
    for row in rows:
        days.setdefault(row.day, []).append(row)
        models.setdefault(row.model, []).append(row)
    return {
        "tier": tier,
        "cap_usd": CAPS_USD[tier],
        "spent_usd_today": _dollars(days.get(today, [])),
        "days": [_day(day, days[day]) for day in sorted(days, reverse=True)],
        "by_model": [_model(model, models[model]) for model in sorted(models)],
    }


def _day(day: date, rows: list[UsageDaily]) -> dict[str, Any]:
    return {
        "day": day.isoformat(),
        "people": len({row.person_id for row in rows}),
        "messages": sum(row.messages for row in rows),
        "tokens": _tokens(rows),
        "cost_usd": _dollars(rows),
    }


def _model(model: str, rows: list[UsageDaily]) -> dict[str, Any]:
    turns = sum(row.turns for row in rows)
    return {"model": model, "turns": turns, "tokens": _tokens(rows), "cost_usd": _dollars(rows)}


def _tokens(rows: list[UsageDaily]) -> int:
    return sum(row.tokens_in + row.tokens_cached + row.tokens_out for row in rows)


def _dollars(rows: list[UsageDaily]) -> float:
    return sum(row.cost_usd_micros for row in rows) / 1_000_000
