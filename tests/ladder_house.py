"""A house whose answers come from a real ladder over scripted models, with a real ledger and a clock that tests move."""

import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text

from core.agent.budget import Limits
from core.agent.ledger import Ledger
from core.clock import SetClock
from core.llm.contract import (
    Event,
    Model,
    ModelError,
    Permanent,
    Proposed,
    Request,
    Retryable,
    Stop,
    TextDelta,
    ToolCall,
    Usage,
)
from core.llm.failover import Ladder
from core.llm.paying import Rung
from core.llm.prices import price_of
from core.llm.rules import RulesModel
from core.llm.scripted import Piece, ScriptedModel, Silence
from core.store.database import Store
from tests import toys
from tests.conftest import START, House

CLAUDE, GPT, HAIKU = "anthropic/claude-sonnet-5-5", "openai/gpt-6.1-terra", "anthropic/claude-haiku-5-5"


@dataclass
class Brisk:
    """The house's clock, on which a ladder's own waits between two attempts pass at once."""

    clock: SetClock

    def now(self) -> datetime:
        return self.clock.now()

    async def sleep(self, seconds: float) -> None:
        if seconds <= 10:
            self.clock.move(timedelta(seconds=seconds))
            return
        await self.clock.sleep(seconds)


class Rigged:
    """Models with a script each, by name, and the house on top of them."""

    def __init__(
        self,
        url: str,
        limits: Limits | None = None,
        models: Sequence[Model] = (),
        small: str = HAIKU,
        **scripts: Sequence[Any],
    ) -> None:
        self.clock = SetClock(START)
        self.limits = limits or Limits()
        self.claude = ScriptedModel(*scripts.get("claude", ()), name=CLAUDE)
        self.models = models
        self.gpt = ScriptedModel(*scripts.get("gpt", ()), name=GPT)
        jobs = [gives(Permanent("no jobs today", status=400))] * 99
        self.haiku = ScriptedModel(*scripts["haiku"], name=small, small=jobs) if "haiku" in scripts else None
        self.house = House(url=url, clock=self.clock, model=self.ladder, toolbox=toys.toolbox())

    def ladder(self, store: Store) -> Ladder:
        """The ladder that the house's desk asks."""
        chat = [Rung(m, price_of(m.name), 1000) for m in (self.models or (self.claude, self.gpt))]
        steps: dict[Any, Any] = {"chat": chat}
        if self.haiku:
            steps["small"] = [Rung(self.haiku, price_of(self.haiku.name), 1000)]
        ledger = Ledger(store, self.clock, self.limits)
        return Ladder(steps, RulesModel(), Brisk(self.clock), ledger, chance=random.Random(1))

    async def say(self, who: str, words: str) -> list[str]:
        """What a person is shown for their words."""
        turn = await self.house.say(who, words)
        self.by = turn.answered_by
        self.turn = turn
        return [m.text for m in turn.messages]

    async def rows(self, sql: str, **values: Any) -> list[Any]:
        """Rows of the database."""
        async with self.house.desk.store.read() as db:
            return [tuple(row) for row in await db.execute(text(sql), values)]

    def turn_started(self) -> datetime:
        """When the test began."""
        return START

    def after(self, seconds: float) -> Silence:
        """Silence in which so much time passes."""
        return Silence(lambda: self.clock.move(timedelta(seconds=seconds)))


@asynccontextmanager
async def rigged(
    url: str, limits: Limits | None = None, models: Sequence[Model] = (), small: str = HAIKU, **scripts: Sequence[Any]
) -> AsyncIterator[Rigged]:
    """A running house over scripted models, or over others. `small` is the small one's name, where `haiku` is its script."""
    rig = Rigged(url, limits, models, small, **scripts)
    await rig.house.open()
    try:
        yield rig
    finally:
        await rig.house.desk.stop()


def used(words: str = "", *calls: ToolCall, **tokens: Any) -> Callable[[Request], list[Piece]]:
    """An answer with what it used."""
    usage = replace(Usage(input=1000, output=100), **tokens)
    return lambda request: [
        *([TextDelta(words)] if words else []), *(Proposed(c) for c in calls), usage,
        Stop("tools" if calls else "end"),
    ]  # fmt: skip


def fails(status: int = 529, retry_after: float | None = None, code: str = "") -> Callable[[Request], list[Piece]]:
    """A call that the provider turns away."""
    error = Retryable("turned away", status=status, code=code)
    error.retry_after = retry_after
    return lambda request: [error]


def gives(*pieces: Piece) -> Callable[[Request], list[Piece]]:
    """Events as they are."""
    return lambda request: list(pieces)


__all__ = ["CLAUDE", "GPT", "HAIKU", "Event", "ModelError", "Rigged", "fails", "gives", "rigged", "used"]
