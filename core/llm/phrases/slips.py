"""Says which command words a typed word may be: itself, its other number, a slip of the keys, or another form of it."""

from functools import lru_cache

from rapidfuzz.distance import OSA

from core.llm.phrases.lexicon import BLOCKERS, EVERYDAY, FREE
from core.llm.phrases.tokens import tokenise

SLIP = 0.15
_FAR_APART = 4
# Another form of a word is no slip: "noted" does not ask to note something.
_ENDINGS = frozenset({"d", "ed", "er", "r", "ing", "ly", "y", "n"})


@lru_cache(maxsize=8192)
def near(word: str, vocabulary: frozenset[str]) -> tuple[tuple[str, float], ...]:
    """The command words that a word may be: itself, its other number, or what it is a slip for."""
    if word in vocabulary:
        return ((word, 0.0),)
    for other in (word + "s", word[:-1] if word.endswith("s") else "", word[:-2] if word.endswith("es") else ""):
        if len(other) > 2 and other in vocabulary:
            return ((other, 0.01),)
    if len(word) < 3 or word in EVERYDAY or word in FREE or word in BLOCKERS or not word.isalpha():
        return ()
    allowed = 2 if len(word) >= 7 else 1
    found = []
    for target in vocabulary:
        if len(target) < 4 or target[0] != word[0] or abs(len(target) - len(word)) > allowed:
            continue
        if word.startswith(target) and word[len(target) :] in _ENDINGS:
            continue
        if OSA.distance(word, target, score_cutoff=allowed) <= allowed:
            found.append((target, SLIP))
    return tuple(found)


_GERUNDS = frozenset(
    "booking canceling cancelling moving deleting removing duplicating copying renaming changing putting setting adding making taking".split()
)


@lru_cache(maxsize=8192)
def is_form_of(word: str, vocabulary: frozenset[str]) -> bool:
    """Whether a word is the past or the gerund of a command word. Many a gerund is a sport: "boxing"."""
    stem = word.removesuffix("ing") if word in _GERUNDS else word.removesuffix("ed")
    if stem == word or len(stem) < 3:
        return False
    return any(form in vocabulary for form in (stem, stem + "e", stem[:-1] if stem[-1] == stem[-2] else stem))


@lru_cache(maxsize=256)
def spellings(options: tuple[str, ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Every spelling of every option, as words."""
    return tuple(
        (option.split("|")[0], tuple(t.norm for t in tokenise(spelling.replace("_", " "))))
        for option in options
        for spelling in option.split("|")
    )


@lru_cache(maxsize=16384)
def begun_by(word: str, options: tuple[str, ...]) -> tuple[int, ...]:
    """Which spellings of the options a word may begin."""
    return tuple(
        n
        for n, (_, norms) in enumerate(spellings(options))
        if norms and abs(len(word) - len(norms[0])) < _FAR_APART and stands_for(word, norms[0]) is not None
    )


@lru_cache(maxsize=16384)
def stands_for(word: str, norm: str) -> float | None:
    """How surely a typed word is one of a spelling: wholly but for its number, less with a slip of the keys."""
    if word == norm or word.rstrip("s") == norm.rstrip("s"):
        return 1.0
    slipped = (
        len(norm) >= 5
        and word not in EVERYDAY
        and word not in (norm + "d", norm + "ed")
        and OSA.distance(word, norm, score_cutoff=1) <= 1
    )
    return 0.8 if slipped else None
