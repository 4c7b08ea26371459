"""Finds the things that a message speaks of before a model is asked, so that it needs no search of its own: names by
their types' readers, workouts and exercises by words and, where there is an embedder, by meaning; nothing that the
speaker or the place may not see."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz, process
from rapidfuzz.utils import default_process

from core.agent import policy
from core.agent.choose import asking
from core.agent.reference import Focus, TypeName, references
from core.agent.sources import short
from core.agent.tools import Context, Data, Effect, ParamSpec, Role, Tool
from core.chat import Place
from core.coaching import workouts
from core.llm.contract import Reader

MOST_A_NAME, MOST_FOUND, MOST_ALIKE = 4, 12, 3
ENOUGH, SLIP = 0.5, 88.0
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


def is_for(kind: str, place: Place) -> bool:
    """Whether the names of a type of thing are for everyone who reads a place; of a type that nobody looks for they are
    the person's own."""
    return policy.cleared(_KINDS[kind][1] if kind in _KINDS else Data.SELF, place)


@dataclass(frozen=True)
class Hit:
    """One thing that was found: its type, and the words that mean exactly this one."""

    kind: str
    key: str


async def found(
    ctx: Context, text: str, readers: Mapping[str, Reader], focus: Focus, near: Sequence[Hit] = ()
) -> list[Hit]:
    """What the message speaks of, the surest first, at most a dozen; `near` is what means nearly the same."""
    hits: dict[Hit, None] = {}
    for kind, (role, _data) in _KINDS.items():
        if kind == "class_type" and hits:
            continue
        if ctx.speaker.role >= role and is_for(kind, ctx.place) and kind in readers:
            for hit in await _named(ctx, text, kind, readers[kind], focus):
                hits.setdefault(hit)
    for hit in await alike(ctx, text, near):
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


async def alike(ctx: Context, text: str, near: Sequence[Hit] = ()) -> list[Hit]:
    """Workouts and exercises that are like the message: by words, and by meaning where that is known, fused by rank."""
    shelf = {Hit("workout", w.name): f"{w.name} {w.text}" for w in await workouts.all_of(ctx.db, ctx.gym.id)}
    return fused([lexical(text, shelf), near])[:MOST_ALIKE]


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


# -- as a model reads it --------------------------------------------------------------------------------------------


def as_text(hits: Iterable[Hit]) -> str:
    """What was found, in few words, with keys that tools take as arguments."""
    by_kind: dict[str, list[str]] = {}
    for hit in hits:
        by_kind.setdefault(hit.kind, []).append(f"“{short(hit.key)}”")
    return "; ".join(f"{kind.replace('_', ' ')} {', '.join(keys)}" for kind, keys in by_kind.items())
