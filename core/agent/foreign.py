"""Decides whether a text is in a language or script in which the table of claims reads nothing: what it claims is unknown."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from core.agent.claims import table

# A sentence of a script without letters for single sounds says in a few signs what takes words elsewhere.
SIGNS_A_WORD = 3
WORDS_ENOUGH = 5
_SENTENCE = re.compile(r"(?<=[。！？])|(?<=[.!?…؟।])\s+|\n+")
_ASKED = ("?", "？", "؟")
_WORD = re.compile(r"[^\W\d_]+")
_ALPHABETS = frozenset("abcdefghijklmnopqrstuvwxyzäöüßáéíóúñàâçèêëîïôùûœìòãõąćęłńśźżğışi̇")


def is_foreign(text: str) -> bool:
    """Whether what a text states is rather in another language than in one of the table; what it asks does not count."""
    words = [word for sentence in _stated(text) for word in _spoken(sentence)]
    known = max(_known(words), default=0)
    elsewhere = sum(_weight(word) for word in words)
    return 0 < elsewhere >= known or (known == 0 and len(words) >= WORDS_ENOUGH)


def _stated(text: str) -> list[str]:
    told = (sentence.strip() for sentence in _SENTENCE.split(text))
    return [sentence for sentence in told if sentence and not sentence.endswith(_ASKED)]


def _spoken(sentence: str) -> list[str]:
    """A sentence's words in small letters, without names: those that begin large behind its first, where letters do."""
    found = _WORD.findall(sentence)
    return [w.lower() for n, w in enumerate(found) if n == 0 or not w[0].isupper()]


def _known(words: Iterable[str]) -> list[int]:
    """How many words say that it is each language of the table."""
    told = list(words)
    marks = [(own.common, own.letters) for own in table().languages.values()]
    return [sum(w in common or not letters.isdisjoint(w) for w in told) for common, letters in marks]


def _weight(word: str) -> float:
    """How much a word says that it is none of them."""
    strange = [letter for letter in word if letter not in _ALPHABETS and letter.isalpha()]
    if signs := sum(1 for letter in strange if not _is_latin(letter)):
        return signs / SIGNS_A_WORD
    return float(bool(strange) or word in table().elsewhere)


@cache
def _is_latin(letter: str) -> bool:
    return unicodedata.name(letter, "").startswith("LATIN")
