"""The type `workout_change`: words that change a workout, like “5 rounds” or “swap burpees for box jumps”."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from core.agent.reference import Ask, Candidate, Focus, Span, TypeName
from core.agent.tools import Context
from core.coaching import exercises
from core.llm.contract import Reader

WorkoutChange = Annotated[str, TypeName("workout_change")]

_TOKEN = re.compile(r"[^\s,;:]+")
_LONGEST = 400
_COURTESY = re.compile(r"[\s,.!]*(?:\b(?:pls|plz|please|thanks|thank you|thx|ok|cheers)\b[\s,.!]*)*$", re.IGNORECASE)
# Where the workout is named behind its change: "add 20 sit-ups to Fran".
_BEHIND = re.compile(r"\s+(?:in|on|to|for|from)\s+(?:the\s+)?(?=[^\s,.]+(?:\s+[^\s,.]+){0,3}\s*$)", re.IGNORECASE)
_OPENS = (
    r"(?:(?:make|do|set|put|use|change|turn|switch|go|with|only|just|have|let's do)\s+"
    r"(?:(?:it|that|this|the)\s+)?(?:(?:to|at|into|with)\s+)?)?"
)
_SWAPS = re.compile(
    r"(?:swap|replace|switch|substitute|trade|change|sub)\s+(?:out\s+)?.+\s(?:for|with|by|to|into)\s+.+", re.I
)
_PUTS = re.compile(
    r"(?:add|append|include|throw in|plus|remove|drop|take out|cut|skip|lose|delete|without|no|get rid of|double|halve)\s.+",
    re.I,
)
_AMOUNT = r"\d+(?:[.,]\d+)?(?:\s*/\s*\d+(?:[.,]\d+)?)?"
_SIZES = re.compile(
    rf"{_OPENS}(?:(?:the\s+)?(?:rounds?|reps?|weights?|loads?|cap|rest|time cap)\s+(?:to\s+|at\s+)?)?(?:@\s*)?(?:an?\s+)?"
    rf"(?:{_AMOUNT}\s*-?\s*(?:rounds?|rds?|rft|reps?|sets?|kgs?|kilos?|lbs?|pounds?|cals?|calories|metres?|meters?|km|%)\b"
    r"|\d+\s*x\s*\d+|\d+(?:\s*-\s*\d+){2,}|(?:amrap|emom|tabata)\b|(?:time\s+)?cap\b|rest\b"
    rf"|{_AMOUNT}\s*-?\s*(?:min(?:ute)?s?|m|s|sec(?:ond)?s?)\s+(?:amrap|emom|cap|rest|time cap)\b).*",
    re.I,
)
_CLOCK = re.compile(rf"{_OPENS}\d+\s*-?\s*(?:min(?:ute)?s?)(?:\s+long)?", re.I)
_INSTEAD = re.compile(r".+\s(?:instead of|rather than|in place of|not)\s+.+", re.I)
# Talk about a workout that was done, or a question: nothing to change.
_TALK = re.compile(r"\b(?:was|were|felt|feels?|did|is|are|am|seems?|looks?|too|i|we|you)\b|\?", re.I)
_COUNTED = re.compile(rf"{_OPENS}(?:max\s|{_AMOUNT}).*", re.I)


class _Changes:
    """Finds the words of a change: from where one can begin to the end of the message or to the workout's name."""

    def spans(self, text: str) -> Sequence[Span]:
        end = len(text) - len(tail.group()) if (tail := _COURTESY.search(text)) else len(text)
        named = [(start, stop) for start, stop, _ in exercises.spans(text)]
        starts = [token.start() for token in _TOKEN.finditer(text, max(0, end - _LONGEST))]
        found = [span for start in starts for span in _from(text, start, end, named)]
        return [*found, *_behind_a_colon(text, end, found)]


def _from(text: str, start: int, end: int, named: Sequence[tuple[int, int]]) -> Iterator[Span]:
    """The change that begins here, whole and without the workout's name behind it."""
    whole = text[start:end]
    for words in (whole, *(whole[: behind.start()] for behind in _BEHIND.finditer(whole))):
        stop = start + len(words)
        sure = _sure(words, any(start <= s and e <= stop for s, e in named))
        if sure:
            yield Span(start, stop, words, sure)


def _sure(words: str, names_exercise: bool) -> float:
    """How surely the words change a workout; 0 where they do not."""
    if _TALK.search(words):
        return 0.0
    if _SIZES.fullmatch(words):
        return 1.0
    if names_exercise and any(p.fullmatch(words) for p in (_SWAPS, _PUTS, _INSTEAD, _COUNTED)):
        return 1.0
    return 0.6 if _CLOCK.fullmatch(words) else 0.0


def _behind_a_colon(text: str, end: int, found: Sequence[Span]) -> Iterator[Span]:
    """Whatever follows the first colon: it was meant as the change, and the workout's own rules say if it is none."""
    at = text.find(": ")
    if at > 0 and not any(s.start == at + 2 for s in found) and at + 2 < end:
        yield Span(at + 2, end, text[at + 2 : end], 0.7)


class WorkoutChangeReference:
    """Words that change a workout, kept as they were typed."""

    name = "workout_change"

    def reader(self, names: Any, focus: Focus, now: datetime, role: int) -> Reader:
        return _Changes()

    async def names(self, db: Any, gym_id: int) -> None:
        return None

    async def resolve(self, ctx: Context, words: Any, ask: Ask) -> Sequence[Candidate]:
        typed = " ".join(str(words).split())
        return [Candidate(typed, typed)] if typed else []

    def schema(self) -> Mapping[str, Any]:
        return {"type": "string", "description": "a change in words, like “make it 5 rounds” or “add 20 sit-ups”"}


REFERENCES = (WorkoutChangeReference(),)
