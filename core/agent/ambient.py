"""Finds the things that a message speaks of before a model is asked, so that it needs no search of its own: names by
their types' readers, workouts and exercises by words and, where there is an embedder, by meaning; nothing that the
speaker or the place may not see."""

import array
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from rapidfuzz import fuzz, process
from rapidfuzz.utils import default_process

from core.agent import policy
from core.agent.choose import asking
from core.agent.reference import Focus, TypeName, references
from core.agent.sources import short
from core.agent.tools import Context, Data, Effect, ParamSpec, Role, Tool
from core.coaching import exercises, workouts
from core.llm.contract import Reader

MOST_A_NAME, MOST_FOUND, MOST_ALIKE = 4, 12, 3
ENOUGH, SLIP = 0.5, 88.0
NEAR = 0.45
# The constant of reciprocal rank fusion: how fast a place further down counts for less.
RANK = 60

# The types of things that are looked for, the least role that may find them, and whose eyes their names are for.
_KINDS: Mapping[str, tuple[Role, Data]] = {
    "session": (Role.MEMBER, Data.PUBLIC),
    "class_type": (Role.MEMBER, Data.PUBLIC),
    "staff": (Role.MEMBER, Data.PUBLIC),
    "workout": (Role.MEMBER, Data.PUBLIC),
    "exercise": (Role.MEMBER, Data.PUBLIC),
    "member": (Role.COACH, Data.STAFF),
    "plan": (Role.COACH, Data.STAFF),
}


@dataclass(frozen=True)
class Hit:
    """One thing that was found: its type, and the words that mean exactly this one."""

    kind: str
    key: str


class Embedder(Protocol):
    """Turns texts into vectors whose nearness is nearness of meaning; a provider of these is configured or there is none."""

    name: str

    async def embed(self, texts: Sequence[str]) -> Sequence[Sequence[float]]: ...


async def found(
    ctx: Context, text: str, readers: Mapping[str, Reader], focus: Focus, meanings: "Meanings | None" = None
) -> list[Hit]:
    """What the message speaks of, the surest first, at most a dozen."""
    hits: dict[Hit, None] = {}
    for kind, (role, data) in _KINDS.items():
        if kind == "class_type" and hits:
            continue
        if ctx.speaker.role >= role and policy.cleared(data, ctx.place) and kind in readers:
            for hit in await _named(ctx, text, kind, readers[kind], focus):
                hits.setdefault(hit)
    for hit in await alike(ctx, text, meanings):
        hits.setdefault(hit)
    return list(hits)[:MOST_FOUND]


async def _named(ctx: Context, text: str, kind: str, reader: Reader, focus: Focus) -> list[Hit]:
    """Things of one type whose names stand in the text."""
    tool, param = _asking_for(kind)
    hits = []
    for words in dict.fromkeys(str(span.words) for span in _widest(reader.spans(text))):
        ask = asking(ctx, tool, param, {}, {}, focus)
        candidates = await references()[kind].resolve(ctx, words, ask)
        hits += [Hit(kind, str(c.key)) for c in candidates[:MOST_A_NAME]]
    return hits


def _widest(spans: Iterable[Any]) -> list[Any]:
    """Sure spans that lie in no other."""
    sure = [s for s in spans if s.sure >= 0.9]
    return [
        s
        for s in sure
        if not any(o is not s and o.start <= s.start and s.end <= o.end and _len(o) > _len(s) for o in sure)
    ]


def _len(span: Any) -> int:
    return int(span.end - span.start)


def _asking_for(kind: str) -> tuple[Tool, ParamSpec]:
    """A look-up asks like a reading tool with one parameter."""
    param = ParamSpec(kind, TypeName(kind), required=True)
    return Tool("look_up", Role.MEMBER, Effect.READ, Data.PUBLIC, (), "", (param,), _nothing), param


async def _nothing(ctx: Context) -> Any:
    raise AssertionError("a look-up has no body")


# -- by words and by meaning ----------------------------------------------------------------------------------------


async def alike(ctx: Context, text: str, meanings: "Meanings | None" = None) -> list[Hit]:
    """Workouts and exercises that are like the message: by words, by meaning where that is known, fused by rank."""
    shelf = {Hit("workout", w.name): f"{w.name} {w.text}" for w in await workouts.all_of(ctx.db, ctx.gym.id)}
    by_words = lexical(text, shelf)
    if meanings is None:
        return by_words[:MOST_ALIKE]
    shelf.update({Hit("exercise", e.name): f"{e.name} {', '.join(e.primary)}" for e in exercises.catalogue().values()})
    return fused([by_words, await meanings.nearest(text, shelf)])[:MOST_ALIKE]


def lexical(text: str, shelf: Mapping[Hit, str]) -> list[Hit]:
    """The things that have at least half of the words that count in the text, the best first."""
    asked = {w for w in _words(text) if w not in _COMMON}
    if not asked:
        return []
    scores = {hit: _share(asked, _words(told)) for hit, told in shelf.items()}
    return sorted((h for h in scores if scores[h] >= ENOUGH), key=lambda h: (-scores[h], h.kind, h.key))


def _words(text: str) -> set[str]:
    return {w.removesuffix("s") for w in default_process(text).split() if len(w) > 2}


def _share(asked: Collection[str], own: Collection[str]) -> float:
    found = sum(1 for w in asked if w in own or process.extractOne(w, own, scorer=fuzz.ratio, score_cutoff=SLIP))
    return found / len(asked)


# Words that say nothing about what a workout is.
_COMMON = frozenset(_words(
    """
    about again all also and any are ask bad been before but can class classes could day did does doing done else every
    everybody exercise exercises find for from get give good got had has have hello here hey how into is it just know last
    let like make maybe more morning evening tonight my need new next not now off one our out over please put show some
    something start still tell than thanks that the them then there these they thing think this today tomorrow too try use
    want was way week well were what when where which who why will with without workout workouts wod wods would yes you
    your
    """
))  # fmt: skip


def fused(rankings: Sequence[Sequence[Hit]]) -> list[Hit]:
    """Several rankings as one, by reciprocal rank: what stands high in more than one comes first."""
    scores: dict[Hit, float] = {}
    for ranking in rankings:
        for place, hit in enumerate(ranking, 1):
            scores[hit] = scores.get(hit, 0.0) + 1 / (RANK + place)
    return sorted(scores, key=lambda hit: (-scores[hit], hit.kind, hit.key))


class Meanings:
    """What things mean, as an embedder sees it; each text is embedded once in the life of the process."""

    def __init__(self, embedder: Embedder) -> None:
        self.embedder = embedder
        self._known: dict[str, array.array[float]] = {}

    async def nearest(self, text: str, shelf: Mapping[Hit, str]) -> list[Hit]:
        """The things whose texts mean nearly the same as this one, the nearest first."""
        new = [t for t in dict.fromkeys((text, *shelf.values())) if t not in self._known]
        if new:
            for told, vector in zip(new, await self.embedder.embed(new), strict=True):
                self._known[told] = _unit(vector)
        asked = self._known.pop(text)
        near = {hit: _dot(asked, self._known[told]) for hit, told in shelf.items() if told != text}
        return sorted((hit for hit, score in near.items() if score >= NEAR), key=lambda hit: -near[hit])


def _unit(vector: Sequence[float]) -> "array.array[float]":
    length = math.sqrt(sum(x * x for x in vector)) or 1.0
    return array.array("f", (x / length for x in vector))


def _dot(a: "array.array[float]", b: "array.array[float]") -> float:
    return sum(x * y for x, y in zip(a, b, strict=True))


# -- as a model reads it --------------------------------------------------------------------------------------------


def as_text(hits: Iterable[Hit]) -> str:
    """What was found, in few words, with keys that tools take as arguments."""
    by_kind: dict[str, list[str]] = {}
    for hit in hits:
        by_kind.setdefault(hit.kind, []).append(f"“{short(hit.key)}”")
    return "; ".join(f"{kind.replace('_', ' ')} {', '.join(keys)}" for kind, keys in by_kind.items())
