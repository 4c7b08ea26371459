"""Asks a model for a coach answer and shows it only if it is whole and fits the person; otherwise the rules answer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import structlog
from pydantic import BaseModel

from core.agent.loop import Loop
from core.agent.prompt import COACH
from core.agent.small import Small
from core.coaching.answers import CoachContext, Engine, Insight, StallAnalysis, StallContext, TodayPlan, faults

log = structlog.get_logger()
WITHIN_S = 40.0
Answer = TypeVar("Answer", bound=BaseModel)


@dataclass(frozen=True)
class Coached(Generic[Answer]):
    """An answer, and whether a model or the rules gave it."""

    answer: Answer
    by: str


class Coach:
    """Coach answers with a fallback that cannot fail."""

    def __init__(self, jobs: Small, engine: Engine) -> None:
        self.jobs = jobs
        self.engine = engine

    async def plan(self, context: CoachContext) -> Coached[TodayPlan]:
        """Today's session."""

        def fits(plan: TodayPlan) -> bool:
            return not faults(plan, context)

        def by_rules() -> TodayPlan:
            return self.engine.plan(context)

        return await self._answered("Plan today's session.", context, TodayPlan, fits, by_rules)

    async def insight(self, session: StallContext) -> Coached[Insight]:
        """One observation about an exercise's newest session."""

        def by_rules() -> Insight:
            return self.engine.insight(session.exercise, session.sessions)

        return await self._answered("Give one insight into the newest session.", session, Insight, _any, by_rules)

    async def stall(self, context: StallContext) -> Coached[StallAnalysis]:
        """Whether an exercise is stuck."""

        def by_rules() -> StallAnalysis:
            return self.engine.stall(context)

        return await self._answered("Say whether this exercise is stalled.", context, StallAnalysis, _any, by_rules)

    async def _answered(
        self,
        task: str,
        about: BaseModel,
        kind: type[Answer],
        fits: Callable[[Answer], bool],
        by_rules: Callable[[], Answer],
    ) -> Coached[Answer]:
        text = f"{task}\n{about.model_dump_json(exclude_none=True)}"
        told = await self.jobs.ask(COACH, text, kind, WITHIN_S, purpose="plan")
        if told is not None and fits(told):
            return Coached(told, "model")
        if told is not None:
            log.info("coach_answer_unfit", kind=kind.__name__)
        return Coached(by_rules(), "rules")


class Coaching:
    """Where an installation's coach answers come from: its models, and behind them the engine that answers by rules."""

    def __init__(self, loop: Loop, engine: Engine) -> None:
        self.loop = loop
        self.engine = engine

    async def of(self, turn_id: int) -> Coach:
        """The coach for what was asked in a turn: its answers are paid for with it. None of them may be asked for inside
        of a transaction: a model takes its time."""
        async with self.loop.store.read() as db:
            request = await self.loop.request(db, await self.loop.look(turn_id, db))
        return Coach(Small(self.loop.model, request, self.loop.executor.clock), self.engine)


def _any(answer: BaseModel) -> bool:
    return True
