"""The type `change`: one entry of the change log by its number, used by Undo buttons and never offered to a model."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from core.agent.reference import Ask, Candidate, Focus, Reader, Span
from core.agent.tools import Context
from core.store.changes import Change


class _Nothing:
    """No words stand for a change's number."""

    def spans(self, text: str) -> Sequence[Span]:
        return ()


class ChangeReference:
    """A change of this gym by its id."""

    name = "change"

    def reader(self, names: Any, focus: Focus, now: datetime, role: int) -> Reader:
        return _Nothing()

    async def names(self, db: Any, gym_id: int) -> Any:
        return None

    async def resolve(self, ctx: Context, words: Any, ask: Ask) -> Sequence[Candidate]:
        change = await ctx.db.get(Change, int(words))
        return [Candidate(change, change.id)] if change and change.gym_id == ctx.gym.id else []

    def schema(self) -> Mapping[str, Any]:
        return {"type": "integer"}


REFERENCES = (ChangeReference(),)
