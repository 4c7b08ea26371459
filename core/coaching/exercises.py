"""Holds the exercise catalogue and decides which exercise a person's words mean."""

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Literal

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

Measure = Literal["reps", "distance", "duration", "calories"]

# Words with an S of their own, which is no plural.
_SINGULAR_ALREADY = frozenset({"kbs", "bss", "abs", "press", "cross", "less", "jacks"})
# A bare word that names a family rather than one movement.
_FAMILIES = {
    "press": (
        "Bench Press",
        "Overhead Press",
        "Leg Press",
        "Push Press",
        "Dumbbell Shoulder Press",
        "Incline Bench Press",
    ),
    "extension": ("Leg Extension", "Back Extension"),
    "raise": ("Lateral Raise", "Calf Raise", "Front Raise", "Hanging Leg Raise"),
    "carry": ("Farmer Carry", "Sandbag Carry", "Suitcase Carry", "Overhead Carry"),
}
_MUSCLE_GROUPS = {
    "legs": ("quadriceps", "hamstrings", "glutes", "calves"),
    "arms": ("biceps", "triceps", "forearms"),
    "back": ("lats", "middle back", "lower back", "traps"),
    "core": ("abdominals", "lower back"),
    "abs": ("abdominals",),
    "stomach": ("abdominals",),
    "quads": ("quadriceps",),
    "hams": ("hamstrings",),
    "butt": ("glutes",),
    "delts": ("shoulders",),
    "pecs": ("chest",),
    "upper back": ("middle back", "traps"),
    "upper body": ("chest", "shoulders", "lats", "middle back", "biceps", "triceps"),
    "lower body": ("quadriceps", "hamstrings", "glutes", "calves"),
}
_EQUIPMENT_WORDS = {
    "none": "bodyweight",
    "no equipment": "bodyweight",
    "without equipment": "bodyweight",
    "at home": "bodyweight",
    "body only": "bodyweight",
    "body weight": "bodyweight",
    "bar": "barbell",
    "db": "dumbbell",
    "kb": "kettlebell",
    "band": "bands",
    "rower": "rowing machine",
    "pull up bar": "pull-up bar",
    "med ball": "medicine ball",
    "rope": "jump rope",
}
_NEAR = 80.0
_CLOSE_TO_BEST = 12.0
_LONGEST_NAME_WORDS = 9
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|&|\+")


@dataclass(frozen=True, slots=True)
class Exercise:
    """One movement of the catalogue: what it trains, what it needs and how it is counted."""

    name: str
    category: str
    equipment: str | None
    level: str
    force: str | None
    mechanic: str | None
    primary: tuple[str, ...]
    secondary: tuple[str, ...]
    aliases: tuple[str, ...]
    measures: Measure


@dataclass(frozen=True, slots=True)
class _Index:
    """The catalogue prepared for look-up by the different ways of writing a name."""

    by_name: Mapping[str, Exercise]
    by_key: Mapping[str, Exercise]
    staple_rank: Mapping[str, int]
    words: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)


def _singular(word: str) -> str:
    if word in _SINGULAR_ALREADY or len(word) < 3 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    return word[:-1]


def _fold(text: str) -> str:
    """Lower case without accents; only used where positions in the text do not matter."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _words(text: str) -> tuple[str, ...]:
    found = (
        match.group().replace("’", "'").replace("'s", "s").replace("'", "") for match in _WORD.finditer(_fold(text))
    )
    return tuple("and" if word in {"&", "+"} else _singular(word) for word in found)


@lru_cache(maxsize=8192)
def _key(text: str) -> str:
    """One spelling for "pull-ups", "Pull Up" and "pullup"."""
    return "".join(_words(text))


def _bundled(file: str) -> str:
    return resources.files("core.coaching").joinpath(file).read_text(encoding="utf-8")


@cache
def _index() -> _Index:
    usual: dict[str, list[str]] = json.loads(_bundled("exercise_aliases.json"))
    by_name: dict[str, Exercise] = {}
    for row in json.loads(_bundled("exercises.json")):
        aliases = dict.fromkeys([*row.pop("aliases"), *usual.get(row["name"], [])])
        row["primary"], row["secondary"] = tuple(row["primary"]), tuple(row["secondary"])
        by_name[row["name"]] = Exercise(**row, aliases=tuple(aliases))
    by_key = {_key(name): exercise for name, exercise in by_name.items()}
    for exercise in (by_name[name] for name in [*usual, *by_name]):
        for alias in exercise.aliases:
            by_key.setdefault(_key(alias), exercise)
    words = {
        name: tuple(dict.fromkeys(_words(spelling) for spelling in (name, *exercise.aliases)))
        for name, exercise in by_name.items()
    }
    return _Index(by_name, by_key, {name: rank for rank, name in enumerate(usual)}, words)


def catalogue() -> Mapping[str, Exercise]:
    """Every exercise by its name."""
    return MappingProxyType(dict(_index().by_name))


def is_staple(exercise: Exercise) -> bool:
    """Whether the exercise is one of those gyms use every day."""
    return exercise.name in _index().staple_rank


def exact(words: str) -> Exercise | None:
    """The exercise with this very name or alias; plurals, hyphens and case do not matter."""
    return _index().by_key.get(_key(words))


def _usual_first(exercise: Exercise) -> tuple[int, int, str]:
    return (_index().staple_rank.get(exercise.name, 10_000), len(exercise.name), exercise.name)


def _word_score(asked: tuple[str, ...], spelling: tuple[str, ...]) -> float:
    """How well every asked word is found, in any order, among the words of a name."""
    if not asked or not spelling:
        return 0.0
    best = [max(fuzz.ratio(word, other) for other in spelling) for word in asked]
    return 0.0 if min(best) < 80 else 0.95 * sum(best) / len(best)


def _score(key: str, asked: tuple[str, ...], spellings: Iterable[tuple[str, ...]]) -> float:
    return max(max(fuzz.ratio(key, "".join(spelling)), _word_score(asked, spelling)) for spelling in spellings)


@cache
def _spellings() -> Mapping[tuple[str, int], Sequence[tuple[str, Exercise]]]:
    """Every spelling by its first letter and length, so that a slip is looked for only where it can be."""
    found: dict[tuple[str, int], list[tuple[str, Exercise]]] = {}
    for spelling, exercise in _index().by_key.items():
        found.setdefault((spelling[0], len(spelling)), []).append((spelling, exercise))
    return found


@lru_cache(maxsize=8192)
def slip(words: str) -> Exercise | None:
    """The one exercise a slip of the keys away, if there is exactly one."""
    key = _key(words)
    if len(key) < 6:
        return None
    allowed = 1 if len(key) < 8 else 2
    near = {
        exercise.name: exercise
        for length in range(max(5, len(key) - allowed), len(key) + allowed + 1)
        for spelling, exercise in _spellings().get((key[0], length), ())
        if OSA.distance(key, spelling, score_cutoff=allowed) <= allowed
    }
    return next(iter(near.values())) if len(near) == 1 else None


def is_family(words: str) -> bool:
    """Whether a bare word stands for several exercises ("press")."""
    return _key(words) in _FAMILIES


def candidates(words: str, limit: int = 6) -> list[Exercise]:
    """What the words can mean, best first: one exercise when they name it, none when nothing is near."""
    key, asked = _key(words), _words(words)
    if not key:
        return []
    named = exact(words) or slip(words)
    if named is not None:
        return [named]
    if key in _FAMILIES:
        return [catalogue()[name] for name in _FAMILIES[key]][:limit]
    index = _index()
    scored = {name: _score(key, asked, spellings) for name, spellings in index.words.items()}
    best = max(scored.values())
    floor = max(_NEAR, best - _CLOSE_TO_BEST)
    near = [index.by_name[name] for name, score in scored.items() if score >= floor]
    near.sort(key=lambda exercise: (-round(scored[exercise.name] / 5), *_usual_first(exercise)))
    return near[:limit]


def _muscles(words: str) -> tuple[str, ...]:
    plain = _fold(words).strip()
    group = _MUSCLE_GROUPS.get(plain) or _MUSCLE_GROUPS.get(f"{plain}s")
    if group:
        return group
    return (_muscle_by_key().get(_key(plain), plain),)


@cache
def _equipment() -> frozenset[str]:
    return frozenset(exercise.equipment for exercise in _index().by_name.values() if exercise.equipment)


def equipment_named(words: str) -> str:
    """The catalogue's own word for a piece of equipment ("db" is dumbbell)."""
    plain = " ".join(_words(words))
    if plain in _EQUIPMENT_WORDS:
        return _EQUIPMENT_WORDS[plain]
    return next((name for name in sorted(_equipment()) if _key(name) == _key(plain)), plain)


def knows_equipment(words: str) -> bool:
    """Whether the words are a piece of equipment of the catalogue."""
    return words.casefold() != "other" and equipment_named(words) in _equipment()


def knows_muscle(words: str) -> bool:
    """Whether the words are a muscle or a group of muscles ("legs")."""
    plain = _fold(words).strip()
    return (
        f"{plain}s" in _MUSCLE_GROUPS
        or plain in _MUSCLE_GROUPS
        or (bool(plain) and _muscle_by_key().get(_key(plain)) is not None)
    )


@cache
def _muscle_by_key() -> Mapping[str, str]:
    return {_key(muscle): muscle for exercise in _index().by_name.values() for muscle in exercise.primary}


def search(query: str = "", muscle: str | None = None, equipment: str | None = None, limit: int = 10) -> list[Exercise]:
    """Exercises by name, muscle and equipment, the usual ones first."""
    if query.strip():
        found = candidates(query, limit=len(_index().by_name))
        key, asked = _key(query), _words(query)
        more = [
            e for e in _index().by_name.values() if e not in found and _score(key, asked, _index().words[e.name]) >= 90
        ]
        found += sorted(more, key=_usual_first)
    else:
        found = sorted(_index().by_name.values(), key=_usual_first)
    if muscle:
        wanted = _muscles(muscle)
        found = [exercise for exercise in found if any(name in exercise.primary for name in wanted)]
    if equipment:
        tool = equipment_named(equipment)
        found = [exercise for exercise in found if exercise.equipment == tool]
    return found[:limit]


@lru_cache(64)
def spans(text: str) -> Sequence[tuple[int, int, Exercise]]:
    """Where exercises are named in a sentence: start, end and exercise, in the order of the text."""
    words = [(match.start(), match.end(), _key(match.group())) for match in _WORD.finditer(text)]
    by_key = _index().by_key
    taken = [False] * len(words)
    found: list[tuple[int, int, Exercise]] = []
    for length in range(min(_LONGEST_NAME_WORDS, len(words)), 0, -1):
        for first in range(len(words) - length + 1):
            window = words[first : first + length]
            exercise = by_key.get("".join(key for _, _, key in window))
            if exercise is None or any(taken[first : first + length]):
                continue
            taken[first : first + length] = [True] * length
            found.append((window[0][0], window[-1][1], exercise))
    return tuple(sorted(found, key=lambda span: span[0]))
