"""The types `workout` and `exercise`: their names in words, "the workout I just made", and what those words mean."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Annotated, Any

from core.agent.reference import Ask, Candidate, Focus, Span, TypeName
from core.agent.tools import Context, Thing
from core.coaching import exercises, workouts
from core.coaching.exercises import Exercise
from core.coaching.workouts import Workout
from core.llm.contract import Reader
from core.references._listed import listed

WorkoutRef = Annotated[Workout, TypeName("workout")]
ExerciseRef = Annotated[Exercise, TypeName("exercise")]
# Words that are given as an exercise's name, whether the catalogue has one of that name or not.
ExerciseName = Annotated[str, TypeName("exercise_name")]

_MADE = r"(?:made|created|built|added|saved|wrote|programmed|set up|did)"
_NOUN = r"(?:work[\s-]?outs?|wods?)"
# What was just made, by whatever name it has.
_JUST_MADE = re.compile(
    rf"\b(?:(?:the|that|this|my)\s+(?:last\s+|new\s+|newest\s+|latest\s+)?(?:one|{_NOUN})\s+(?:that\s+)?(?:i|we)(?:'ve)?\s+"
    rf"(?:have\s+)?(?:just|now|only just|last)?\s*{_MADE}(?:\s+(?:just now|now|before|earlier))?"
    rf"|what\s+(?:i|we)(?:'ve)?\s+(?:just\s+)?{_MADE}|(?:the|that|my)\s+(?:new(?:est)?|just made)\s+(?:one|{_NOUN}))\b",
    re.IGNORECASE,
)
_POINTING = r"(?:that|this|the\s+(?:last|previous|same|other)|the|my\s+last|my|our)"
_THE_WORKOUT = re.compile(rf"\b{_POINTING}\s+{_NOUN}\b|\b(?:that|this|the last) one\b|\b(?:it|that|this)\b", re.I)
_THE_EXERCISE = re.compile(
    rf"\b{_POINTING}\s+(?:exercises?|movements?|moves?|lifts?)\b|\b(?:that|this|the last) one\b|\b(?:it|that|this)\b",
    re.I,
)
# Words after "workout" that name one which the gym may not have.
_CALLED = re.compile(
    rf"\b{_NOUN}\s+(?:called\s+|named\s+|titled\s+)?[\"“']?(?P<name>[^\W\d_][\w'’&-]*(?:\s+(?!to\b|for\b|on\b|and\b|with\b|"
    r"in\b|pls\b|please\b|from\b|at\b)[\w'’&-]+){0,3})[\"”']?",
    re.IGNORECASE,
)
_TO_BE_MADE = re.compile(r"(?i)\b(?:an?|new|another|following)\s+$")
_NO_NAME = frozenset(
    {
        "to", "for", "on", "and", "with", "in", "pls", "please", "from", "at", "of", "the", "a", "an", "is", "are",
        "called", "named", "i", "we", "you", "that", "this", "do", "does", "look", "looks", "today", "tomorrow",
        "tonight", "now", "again", "history", "stats", "plan", "list", "library", "program", "programs", "log", "me",
        "my",
    }
)  # fmt: skip
_TOO_COMMON = _NO_NAME | {
    "workout", "workouts", "wod", "wods", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
    "morning", "evening", "week", "day", "time", "rounds", "round", "minutes", "min", "new", "old",
}  # fmt: skip
_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_LONGEST_WINDOW = 6


_MOST_KEPT = 8192


@dataclass(frozen=True)
class Shelf:
    """The gym's workout names, and the words that stand in them."""

    names: Mapping[tuple[str, ...], str]
    tokens: frozenset[str]

    @cached_property
    def slipped(self) -> dict[tuple[str, ...], str]:
        """What words that were looked at before turned out to be slips for; an empty name for none."""
        return {}

    def slip(self, words: tuple[str, ...]) -> str:
        """The workout whose name the words are but for a slip of the keys."""
        known = self.slipped.get(words)
        if known is None:
            if len(self.slipped) > _MOST_KEPT:
                self.slipped.clear()
            joined = " ".join(words)
            near = (
                name
                for own, name in self.names.items()
                if len(own) == len(words) and workouts.is_slip(joined, " ".join(own))
            )
            known = self.slipped[words] = next(near, "")
        return known


@dataclass(frozen=True)
class WorkoutReader:
    """Finds workouts in a text: by name, by part of one, by a name with a slip, and by what the talk was about."""

    shelf: Shelf
    focus: Focus

    def spans(self, text: str) -> Sequence[Span]:
        """Every stretch that can be a workout; the surer ones are names."""
        found = [span for window in _windows(text) if (span := self._named(text, *window))]
        known = [(s.start, s.end) for s in found]
        found += [s for s in _unheard(text) if not any(s.start < end and start < s.end for start, end in known)]
        wide = [around for span in found for around in _with_noun(text, span)]
        return [*wide, *self._pointed(text, wide)]

    def _named(self, text: str, start: int, end: int, words: tuple[str, ...]) -> Span | None:
        if words in self.shelf.names:
            return Span(start, end, text[start:end])
        if self.shelf.slip(words):
            return Span(start, end, text[start:end], 0.8)
        part = set(words) <= self.shelf.tokens and not set(words) <= _TOO_COMMON and max(map(len, words)) >= 4
        if part and any(set(words) <= set(own) for own in self.shelf.names):
            return Span(start, end, text[start:end], 0.6)
        return None

    def _pointed(self, text: str, named: Sequence[Span]) -> Iterator[Span]:
        made = next((t for t in reversed(self.focus.made) if t.type == "workout"), None) or self.focus.newest("workout")
        just = [Span(m.start(), m.end(), made.key) for m in _JUST_MADE.finditer(text)] if made else []
        just += listed(text, self.focus, "workout")
        yield from just
        known = [(s.start, s.end) for s in (*named, *just)]
        yield from pointed(text, _THE_WORKOUT, self.focus, "workout", known)


def pointed(
    text: str, words: re.Pattern[str], focus: Focus, kind: str, taken: Sequence[tuple[int, int]]
) -> Iterator[Span]:
    """Pronouns and "the workout", where the conversation has one; surer when it was the last thing named."""
    thing = focus.newest(kind)
    if thing is None:
        return
    last: Thing | None = (*focus.things, *focus.replied)[-1] if (focus.things or focus.replied) else None
    sure = 1.0 if last is None or last.type == kind else 0.6
    for match in words.finditer(text):
        if not any(match.start() < end and start < match.end() for start, end in taken):
            yield Span(match.start(), match.end(), thing.key, sure)


@lru_cache(64)
def _windows(text: str) -> Sequence[tuple[int, int, tuple[str, ...]]]:
    """Every run of up to six words: where it is, and its words as names are compared."""
    found: list[tuple[int, int, tuple[str, ...]]] = []
    tokens = [(m.start(), m.end(), workouts.words_of(m.group())) for m in _TOKEN.finditer(text)]
    for first in range(len(tokens)):
        for last in range(first, min(first + _LONGEST_WINDOW, len(tokens))):
            run = tokens[first : last + 1]
            words = tuple(word for token in run for word in token[2])
            if words:
                found.append((run[0][0], run[-1][1], words))
    return tuple(found)


def _with_noun(text: str, span: Span) -> Iterator[Span]:
    """A name by itself, and with the words "the" and "workout" around it."""
    yield span
    before = re.search(
        rf"(?:\b(?:the|our|my)\s+)?(?:\b{_NOUN}\s+(?:called\s+|named\s+)?)?[\"“']?$", text[: span.start], re.I
    )
    after = re.match(rf"[\"”']?\s+{_NOUN}\b", text[span.end :], re.I)
    start = before.start() if before else span.start
    end = span.end + (after.end() if after else 0)
    if (start, end) != (span.start, span.end):
        yield Span(start, end, span.words, span.sure, span.extra)


def _unheard(text: str) -> Iterator[Span]:
    """Words that are given as a workout's name, though the gym has none of that name."""
    for match in _CALLED.finditer(text):
        words = match["name"]
        if _TO_BE_MADE.search(text[: match.start()]):
            continue
        if words.split()[0].casefold() not in _NO_NAME:
            yield Span(match.start("name"), match.end("name"), words, 0.3)


class WorkoutReference:
    """A workout of the gym by its name."""

    name = "workout"

    def reader(self, names: Any, focus: Focus, now: datetime, role: int) -> Reader:
        return WorkoutReader(names or Shelf({}, frozenset()), focus)

    async def names(self, db: Any, gym_id: int) -> Shelf:
        own = {workouts.words_of(w.name): w.name for w in await workouts.all_of(db, gym_id)}
        return Shelf(own, frozenset(word for words in own for word in words))

    async def resolve(self, ctx: Context, words: Any, ask: Ask) -> Sequence[Candidate]:
        typed = str(words).strip()
        found = await workouts.meant(ctx.db, ctx.gym.id, typed)
        if not found:
            bare = re.sub(rf"^(?:the|our|my)\s+|\b{_NOUN}\b|\b(?:called|named)\b|[\"“”]", " ", typed, flags=re.I)
            found = await workouts.meant(ctx.db, ctx.gym.id, bare)
        if not found and (thing := _thing_meant(typed, ask.focus)):
            found = await workouts.meant(ctx.db, ctx.gym.id, thing.key)
        return [Candidate(workout, workout.name, workout.name) for workout in found]

    def schema(self) -> Mapping[str, Any]:
        return {"type": "string", "description": "a workout's name, or “the workout I just made”"}


def _thing_meant(typed: str, focus: Focus) -> Thing | None:
    """What a pronoun means when a model hands it on as it was typed."""
    if _JUST_MADE.fullmatch(typed):
        made = next((t for t in reversed(focus.made) if t.type == "workout"), None)
        return made or focus.newest("workout")
    return focus.newest("workout") if _THE_WORKOUT.fullmatch(typed) else None


@dataclass(frozen=True)
class ExerciseReader:
    """Finds exercises in a text by name and alias, by a name with a slip, and by what the talk was about."""

    focus: Focus

    def spans(self, text: str) -> Sequence[Span]:
        found = [Span(start, end, exercise.name) for start, end, exercise in exercises.spans(text)]
        found += list(_families(text, found))
        found += list(_slips(text, found))
        found += listed(text, self.focus, "exercise")
        return [*found, *pointed(text, _THE_EXERCISE, self.focus, "exercise", [(s.start, s.end) for s in found])]


def _families(text: str, found: Sequence[Span]) -> Iterator[Span]:
    """A bare word for several exercises: "the press"."""
    for match in _TOKEN.finditer(text):
        if exercises.is_family(match.group()) and not _within(match.start(), match.end(), found):
            yield Span(match.start(), match.end(), match.group(), 0.8)


def _slips(text: str, found: Sequence[Span]) -> Iterator[Span]:
    """One to three words that are an exercise but for a slip of the keys."""
    words = list(_TOKEN.finditer(text))
    for length in (3, 2, 1):
        for first in range(len(words) - length + 1):
            start, end = words[first].start(), words[first + length - 1].end()
            if words[first].group().casefold() in _NO_NAME or _within(start, end, found):
                continue
            exercise = exercises.slip(text[start:end])
            if exercise:
                yield Span(start, end, exercise.name, 0.8)


def _within(start: int, end: int, found: Sequence[Span]) -> bool:
    return any(s.start <= start and end <= s.end for s in found)


class ExerciseReference:
    """An exercise of the catalogue by its name or one of its aliases."""

    name = "exercise"

    def reader(self, names: Any, focus: Focus, now: datetime, role: int) -> Reader:
        return ExerciseReader(focus)

    async def names(self, db: Any, gym_id: int) -> None:
        return None

    async def resolve(self, ctx: Context, words: Any, ask: Ask) -> Sequence[Candidate]:
        typed = re.sub(r"^(?:the|an?|my|those|these)\s+", "", str(words).strip(), flags=re.I)
        thing = ask.focus.newest("exercise") if _THE_EXERCISE.fullmatch(str(words).strip()) else None
        found = exercises.candidates(thing.key if thing else typed)
        return [Candidate(exercise, exercise.name, exercise.name) for exercise in found]

    def schema(self) -> Mapping[str, Any]:
        return {"type": "string", "description": "an exercise's name or a usual short form, such as rdl"}


class ExerciseNameReference:
    """What somebody calls an exercise: the catalogue's name for it where it has one, else the words."""

    name = "exercise_name"

    def reader(self, names: Any, focus: Focus, now: datetime, role: int) -> Reader:
        return ExerciseReader(focus)

    async def names(self, db: Any, gym_id: int) -> None:
        return None

    async def resolve(self, ctx: Context, words: Any, ask: Ask) -> Sequence[Candidate]:
        typed = str(words).strip()
        known = exercises.exact(typed)
        return [Candidate(typed, known.name if known else typed)] if typed else []

    def schema(self) -> Mapping[str, Any]:
        return {"type": "string", "description": "what an exercise is called"}


REFERENCES = (WorkoutReference(), ExerciseReference(), ExerciseNameReference())
