"""How a gym's people are found by the names that others use for them: exact, in part, by initial, or with a slip."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

TOKEN = re.compile(r"[^\W\d_]+(?:['’`´][^\W\d_]+)*")
_APOSTROPHES = re.compile(r"['’`´]")
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "ð": "d", "þ": "th"})
_SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
_NUMBERED = re.compile(r"^(.*\S)\s*#(\d+)$")


@lru_cache(8192)
def fold(word: str) -> str:
    """A word as names are compared: lower case, without accents and apostrophes."""
    lower = _APOSTROPHES.sub("", unicodedata.normalize("NFC", word).casefold()).translate(_PLAIN)
    return "".join(c for c in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(c))


def folded(name: str) -> tuple[str, ...]:
    """A name's words, folded."""
    return tuple(fold(m.group()) for m in TOKEN.finditer(name))


def spellings(name: str) -> set[tuple[str, ...]]:
    """The ways a name's words are typed: Müller, Muller and Mueller; O'Brien, OBrien and O Brien."""
    plain = unicodedata.normalize("NFC", name).casefold()
    return {folded(name), folded(plain.translate(_SPELT_OUT)), folded(_APOSTROPHES.sub(" ", plain))}


@dataclass(frozen=True)
class Known:
    """A person by name. Those who left are found by their full name only."""

    id: int
    name: str
    left: bool = False
    username: str | None = None


@dataclass(frozen=True)
class Found:
    """People whom some words mean, alphabetically, and whether the words are spelt as their names are."""

    people: tuple[Known, ...]
    exact: bool = True


NOBODY = Found(())


@dataclass(frozen=True)
class NameIndex:
    """A gym's people by every word of their names."""

    people: Mapping[int, Known]
    by_full: Mapping[tuple[str, ...], tuple[int, ...]]
    by_word: Mapping[str, frozenset[int]]
    by_letter: Mapping[str, tuple[str, ...]]
    spelt: Mapping[int, tuple[tuple[str, ...], ...]]
    _near: dict[tuple[str, int, bool], Mapping[str, int]] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, people: Iterable[Known]) -> "NameIndex":
        """Index these people."""
        known = {p.id: p for p in people}
        by_full: dict[tuple[str, ...], list[int]] = {}
        by_word: dict[str, set[int]] = {}
        spelt = {p.id: tuple(sorted(spellings(p.name))) for p in known.values()}
        for person in known.values():
            for words in spelt[person.id]:
                by_full.setdefault(words, []).append(person.id)
                for word in () if person.left else words:
                    by_word.setdefault(word, set()).add(person.id)
            if person.username and not person.left:
                by_word.setdefault(fold(person.username), set()).add(person.id)
        by_letter: dict[str, list[str]] = {}
        for word in by_word:
            by_letter.setdefault(word[:1], []).append(word)
        return cls(
            known,
            {words: tuple(ids) for words, ids in by_full.items()},
            {word: frozenset(ids) for word, ids in by_word.items()},
            {letter: tuple(words) for letter, words in by_letter.items()},
            spelt,
        )

    @cached_property
    def longest(self) -> int:
        """The most words that a name has."""
        return max((len(words) for words in self.by_full), default=0)

    def named(self, words: Sequence[str]) -> Found:
        """Whom folded words mean: the full name; else all its parts, the last perhaps an initial."""
        if not words:
            return NOBODY
        full = self.by_full.get(tuple(words))
        if full:
            return self._found(full)
        return self._found(self._with_all(words))

    def meant(self, words: Sequence[str], loosely: bool = False) -> Found:
        """Whom folded words mean, with room for a slip of the keys. A slip that comes close to several means all of
        them. `loosely` also tries words that begin with another letter."""
        found = self.named(words)
        return found if found.people or not words else self._slipped(words, loosely)

    def label(self, person: Known) -> str:
        """The words that mean exactly this person: the full name, with a number where two share it."""
        same = self.by_full.get(folded(person.name), ())
        return person.name if len(same) <= 1 else f"{person.name} #{person.id}"

    def numbered(self, words: str) -> Known | None:
        """The person of a label with a number."""
        match = _NUMBERED.match(words.strip())
        person = self.people.get(int(match[2])) if match else None
        return person if person and match and folded(person.name) == folded(match[1]) else None

    def _found(self, ids: Iterable[int], exact: bool = True) -> Found:
        people = (self.people[i] for i in set(ids))
        return Found(tuple(sorted(people, key=lambda p: (folded(p.name), p.id))), exact)

    def _with_all(self, words: Sequence[str]) -> set[int]:
        long, initials = [w for w in words if len(w) > 1], [w for w in words if len(w) == 1]
        if not long:
            return set()
        ids = set.intersection(*(set(self.by_word.get(w, ())) for w in long))
        return {i for i in ids if _has_initials(self.spelt[i], initials, long)}

    def _slipped(self, words: Sequence[str], loosely: bool) -> Found:
        near = [self._alike(word, len(words) > 1, loosely) for word in words]
        costs: dict[int, int] = {}
        for word, distance in near[0].items():
            for i in self.by_word[word]:
                costs[i] = min(distance, costs.get(i, 9))
        for others in near[1:]:
            costs = {i: cost + best for i, cost in costs.items() if (best := self._cost(i, others)) < 9}
        close = min(costs.values(), default=0)
        return self._found((i for i, cost in costs.items() if cost <= close + 1), exact=False)

    def _cost(self, person: int, words: Mapping[str, int]) -> int:
        own = {word for spelling in self.spelt[person] for word in spelling}
        return min((distance for word, distance in words.items() if word in own), default=9)

    def _alike(self, word: str, beside_others: bool, loosely: bool) -> Mapping[str, int]:
        """Words of names that may be meant by a misspelt one, with how many letters are wrong. A short word must be
        right, unless others stand beside it; a right one may still be meant for another beside a word of theirs."""
        if word in self.by_word:
            close = {word: 0}
            allowed = 2 if beside_others and len(word) > 3 else 0
        else:
            close, allowed = {}, _slips_in(word, beside_others)
        if not allowed:
            return close
        key = (word, allowed, loosely)
        if key not in self._near:
            if len(self._near) > 5000:
                self._near.clear()
            letters = self.by_letter if loosely and len(word) > 5 else {word[:1]: self.by_letter.get(word[:1], ())}
            pool = [w for letter in letters for w in self.by_letter.get(letter, ())]
            hits = process.extract(word, pool, scorer=OSA.distance, score_cutoff=allowed, limit=None)
            self._near[key] = {hit: int(distance) for hit, distance, _ in hits}
        return {**self._near[key], **close}


def _slips_in(word: str, beside_others: bool) -> int:
    """How many wrong letters a word of this length may have."""
    if len(word) < 5:
        return 1 if beside_others and len(word) > 2 else 0
    return 1 if len(word) < 7 else 2


def _has_initials(spelt: Iterable[Sequence[str]], initials: Sequence[str], taken: Sequence[str]) -> bool:
    """Whether other words of the name begin with the initials."""
    return not initials or any(
        all(any(own[:1] == letter and own not in taken for own in words) for letter in initials) for words in spelt
    )
