"""The types `change` and `deed`: one entry of the change log by its number, and what kind of thing was done."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from core.agent.reference import Ask, Candidate, Focus, Reader, Span, TypeName
from core.agent.tools import Context
from core.i18n import marked
from core.store.changes import Change

ChangeRef = Annotated[Change, TypeName("change")]
DeedRef = Annotated[str, TypeName("deed")]

# What somebody did, and the words that say so.
DEEDS: Mapping[str, str] = {
    marked("moved"): r"moved?|moving|rescheduled?|shifted|postponed",
    marked("cancelled"): r"cancel(?:l?ed|l?ing)?|called\s+off|scrapped",
    marked("deleted"): r"deleted?|removed?",
    marked("booked"): r"book(?:ed)?",
    marked("added"): r"add(?:ed)?|created?|scheduled?",
    marked("edited"): r"edit(?:ed)?|updated?|renamed?",
}
_SAID = {deed: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for deed, words in DEEDS.items()}


class _Nothing:
    """No words stand for a change's number."""

    def spans(self, text: str) -> Sequence[Span]:
        return ()


class _Verbs:
    """Finds what was done."""

    def spans(self, text: str) -> Sequence[Span]:
        return [Span(m.start(), m.end(), deed) for deed, said in _SAID.items() for m in said.finditer(text)]


class ChangeReference:
    """A change of this gym by its id; never offered to a model."""

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


class DeedReference:
    """A kind of deed by its verb. It goes without saying in what is shown of a call: the question's verb says it."""

    name = "deed"

    def reader(self, names: Any, focus: Focus, now: datetime, role: int) -> Reader:
        return _Verbs()

    async def names(self, db: Any, gym_id: int) -> Any:
        return None

    async def resolve(self, ctx: Context, words: Any, ask: Ask) -> Sequence[Candidate]:
        found = next((deed for deed, said in _SAID.items() if said.fullmatch(str(words).strip())), None)
        return [Candidate(found, None)] if found else []

    def schema(self) -> Mapping[str, Any]:
        return {"type": "string", "enum": [*DEEDS]}


REFERENCES = (ChangeReference(), DeedReference())
