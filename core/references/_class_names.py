"""The names that a gym's class types and coaches go by, and what is one but for a slip of the keys."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from rapidfuzz.distance import OSA

from core.references.everyday import is_plain
from core.when.words import bag

# What people call the usual types; a gym's own names always count.
ALIASES: Mapping[str, tuple[str, ...]] = {
    "crossfit": ("cf", "xfit", "x fit", "cross fit", "crosfit", "wod class"),
    "olympic lifting": (
        "oly", "oly lifting", "olympic", "olympics", "lifting", "weightlifting", "weight lifting", "olympic weightlifting",
        "oly lift", "olympic lift", "olympic lifts", "olly",
    ),
    "open gym": ("opengym", "free gym", "open box"),
    "engine": ("engine room", "engines"),
    "yoga": ("joga", "vinyasa"),
    "mobility": ("mob", "stretching", "mobility training", "mobi"),
    "kids": ("kid", "kiddies", "kids crossfit", "children", "childrens", "kids training"),
}  # fmt: skip
# Parts of type names that stand for too much to mean a type alone.
_TOO_COMMON = frozenset({"open", "gym", "class", "training", "time", "free", "room", "session", "course", "strength"})
TOKEN = re.compile(r"[^\W_]+(?:['’`´][^\W_]+)*")
_MOST_KEPT = 8192


@dataclass(frozen=True)
class ClassNames:
    """A gym's class types by every name they go by, and its coaches by theirs; words are folded."""

    types: Mapping[tuple[str, ...], frozenset[str]] = field(default_factory=dict)
    coaches: Mapping[tuple[str, ...], frozenset[int]] = field(default_factory=dict)

    @cached_property
    def longest(self) -> int:
        """The most words that a type's name has."""
        return max(map(len, self.types), default=0)

    @cached_property
    def coaches_begin(self) -> frozenset[str]:
        """The words with which the name of a coach begins."""
        return frozenset(name[0] for name in self.coaches if name)

    @cached_property
    def slipped(self) -> dict[tuple[str, ...], frozenset[str]]:
        """What runs of words that were looked at before turned out to be slips for."""
        return {}


def names_of(types: Iterable[str], coaches: Iterable[tuple[Any, ...]]) -> ClassNames:
    """The names by which a gym's types and coaches (id, name, username) are called."""
    return _called(tuple(types), tuple(coaches))


@lru_cache(maxsize=8)
def _called(known: tuple[str, ...], coaches: tuple[tuple[Any, ...], ...]) -> ClassNames:
    called: dict[tuple[str, ...], set[str]] = {}
    for name in known:
        for alias in (name, *ALIASES.get(name.casefold(), ()), *_telling_words(name, known)):
            called.setdefault(folded(alias), set()).add(name)
    for name in known:
        called[folded(name)] = {name}
    people: dict[tuple[str, ...], set[int]] = {}
    for person_id, name, username in coaches:
        for alias in (name, name.split()[0], name.split()[-1], username or ""):
            if alias:
                people.setdefault(folded(alias), set()).add(person_id)
    return ClassNames({k: frozenset(v) for k, v in called.items()}, {k: frozenset(v) for k, v in people.items()})


def _telling_words(name: str, names: Sequence[str]) -> Iterator[str]:
    """Words of a longer name that no other type has and that mean nothing else."""
    parts = folded(name)
    for part in parts:
        alone = not any(part in folded(other) for other in names if other != name)
        if len(parts) > 1 and alone and len(part) > 3 and part not in _TOO_COMMON and not is_plain(part):
            yield part


def folded(text: str) -> tuple[str, ...]:
    """A text as plain words in lower case, without possessives."""
    return tuple(bare(m.group()) for m in TOKEN.finditer(text))


def bare(word: str) -> str:
    """A word in lower case without a possessive."""
    low = word.casefold().replace("’", "'").replace("`", "'").replace("´", "'")
    return low.removesuffix("'s").replace("'", "")


def slips(run: Sequence[str], names: ClassNames) -> frozenset[str]:
    """The types whose name a run of words is but for a slip of the keys."""
    key = tuple(run)
    known = names.slipped.get(key)
    if known is None:
        if len(names.slipped) > _MOST_KEPT:
            names.slipped.clear()
        known = names.slipped[key] = _slips(key, names)
    return known


def _slips(run: Sequence[str], names: ClassNames) -> frozenset[str]:
    typed = " ".join(run)
    if len(typed) < 3 or all(is_plain(word) for word in run):
        return frozenset()
    near: set[str] = set()
    for name, types in names.types.items():
        known = " ".join(name)
        allowed = 2 if len(known) >= 7 else 1
        same_words = len(name) == len(run) or typed.replace(" ", "") == known.replace(" ", "")
        if same_words and len(known) >= 4 and known[0] == typed[0] and OSA.distance(typed, known) <= allowed:
            near |= types
    return frozenset(near)


_CHILDREN = frozenset({"kid", "kids", "child", "children"})
_VERBS = frozenset(bag("is are was were has have had got gets feels a"))
_SICK = frozenset(bag("sick ill unwell poorly feverish fever flu cold vomiting injured crying"))


def somebodys(words: Sequence[str], first: int, end: int) -> bool:
    """Whether what sounds like a class is somebody's children: "my kid is sick"."""
    behind = next((word for word in words[end : end + 4] if word not in _VERBS), "")
    return _CHILDREN.issuperset(words[first:end]) and behind in _SICK
