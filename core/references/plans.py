"""The types `plan` and `member_filter`: the gym's plans as people call them, and which members a list is of."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from rapidfuzz.distance import OSA

from core.agent.reference import Ask, Candidate, Focus, TypeName
from core.agent.tools import Context
from core.gym import plans
from core.gym.known_names import folded
from core.gym.plans import Plan
from core.llm.contract import Reader, Span
from core.when.words import bag

PlanRef = Annotated[Plan, TypeName("plan")]
MemberFilter = Annotated[str, TypeName("member_filter")]

_NUMBERS = bag("zero one two three four five six seven eight nine ten eleven twelve")
_AROUND = r"(?:\s+(?:plans?|memberships?|packages?|pass(?:es)?|subscriptions?|abo))?"
_WORD = re.compile(r"[^\W\d_]{6,}")
# What members can be, and how people say it. "left" alone is what remains of something.
STATES = {
    "active": r"active(?:ly)?|currently active|current",
    "frozen": r"frozen|freezed|on (?:a )?(?:freeze|hold|pause|ice)|paused|on a break",
    "new": r"new(?:est|bies|comers)?|just joined|recently joined|joined (?:recently|lately|this (?:week|month)|last month)"
    r"|(?:recent|latest) (?:joiners|sign-?ups|additions)|signed up (?:recently|lately|this (?:week|month))",
    "left": r"left (?:us|the gym|the club|recently|lately|this (?:week|month|year)|last (?:week|month|year))"
    r"|(?<=who )left|(?<=who has )left|(?<=who have )left|(?<=that )left|quit|former|ex|churned|gone|cancelled their membership",
    "birthdays": r"(?:birth ?days?|b-?days?|birth ?dates?)(?: (?:in )?(?:this|next|the next) (?:week|weeks|month)| (?:today|tomorrow|soon|coming up))?",
    "no plan": r"(?:without|with no|no) (?:a )?(?:plan|membership|active plan)",
}
_STATE = {key: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for key, words in STATES.items()}


def pattern_of(name: str) -> re.Pattern[str]:
    """How people write a plan's name: "Three a week" is also "3x per week", "Ten pack" also "10-pack"."""
    return re.compile(
        r"\b" + r"(?:\s+|-)?".join(_part(word) for word in re.findall(r"\w+", name)) + rf"s?{_AROUND}\b", re.I
    )


def _part(word: str) -> str:
    low = word.casefold()
    if low in _NUMBERS or low.isdigit():
        number = int(low) if low.isdigit() else _NUMBERS.index(low)
        spelt = _NUMBERS[number] if number < len(_NUMBERS) else low
        return rf"(?:{number}|{spelt})(?:\s*(?:x|times))?"
    return r"(?:a|per|each|every|/)" if low in ("a", "per") else re.escape(word)


@dataclass(frozen=True)
class PlanReader:
    """Finds plans in a text by name, and by a long name with a slip."""

    patterns: Mapping[str, re.Pattern[str]]

    def spans(self, text: str) -> Sequence[Span]:
        found = [Span(m.start(), m.end(), m.group()) for p in self.patterns.values() for m in p.finditer(text)]
        return found or list(self._slips(text))

    def _slips(self, text: str) -> Iterator[Span]:
        for match in _WORD.finditer(text):
            if any(OSA.distance(match.group().casefold(), name.casefold()) <= 2 for name in self.patterns):
                yield Span(match.start(), match.end(), match.group(), 0.8)


@dataclass(frozen=True)
class FilterReader:
    """Finds in a text which members are meant: by state, or by plan."""

    plans: PlanReader

    def spans(self, text: str) -> Sequence[Span]:
        states = [Span(m.start(), m.end(), key) for key, p in _STATE.items() for m in p.finditer(text)]
        return [*states, *self.plans.spans(text)]


def meant(names: Sequence[str], words: str) -> list[str]:
    """The plans that words mean."""
    typed = re.sub(rf"^(?:the|our|a|an)\s+|{_AROUND}$", "", words.strip(), flags=re.I)
    exact = [n for n in names if n.casefold() == typed.casefold() or pattern_of(n).fullmatch(typed)]
    near = [n for n in names if len(n) > 5 and OSA.distance(n.casefold(), typed.casefold()) <= 2]
    part = [n for n in names if set(folded(typed)) <= set(folded(n)) and folded(typed)]
    return exact or near or sorted(part)


class PlanReference:
    """A plan that the gym sells."""

    name = "plan"

    def reader(self, names: Any, focus: Focus, now: datetime, role: int) -> Reader:
        return PlanReader({name: pattern_of(name) for name in names or ()})

    async def names(self, db: Any, gym_id: int) -> Sequence[str]:
        return [plan.name for plan in await plans.plans(db, gym_id)]

    async def offered(self, ctx: Context, ask: Ask) -> Sequence[Candidate]:
        """Every plan that is sold."""
        return [Candidate(p, p.name, p.name) for p in await plans.plans(ctx.db, ctx.gym.id)]

    async def resolve(self, ctx: Context, words: Any, ask: Ask) -> Sequence[Candidate]:
        sold = {plan.name: plan for plan in await plans.plans(ctx.db, ctx.gym.id)}
        return [Candidate(sold[name], name, name) for name in meant(list(sold), str(words))]

    def schema(self) -> Mapping[str, Any]:
        return {"type": "string", "description": "the name of a membership plan or class pack"}


class MemberFilterReference:
    """Which members: active, frozen, new, left, birthdays, no plan, or those on a plan."""

    name = "member_filter"

    def reader(self, names: Any, focus: Focus, now: datetime, role: int) -> Reader:
        return FilterReader(PlanReader({name: pattern_of(name) for name in names or ()}))

    async def names(self, db: Any, gym_id: int) -> Sequence[str]:
        return await PlanReference().names(db, gym_id)

    async def resolve(self, ctx: Context, words: Any, ask: Ask) -> Sequence[Candidate]:
        typed = str(words).strip()
        states = [key for key, p in _STATE.items() if typed.casefold() == key or p.fullmatch(typed)]
        found = states[:1] or meant(await self.names(ctx.db, ctx.gym.id), typed)
        return [Candidate(name, name, name) for name in found]

    def schema(self) -> Mapping[str, Any]:
        return {"type": "string", "description": f"{', '.join(STATES)}, or the name of a plan"}


REFERENCES = (PlanReference(), MemberFilterReference())
