"""Parts of the day and what surrounds meals and work: "in the morning", "tonight", "after lunch", "late afternoon"."""

from dataclasses import dataclass

from core.when.tokens import Words
from core.when.value import Part
from core.when.words import WEEKDAY, WEEKDAYS, bag


@dataclass(frozen=True)
class DayPart:
    """A stretch of one day in hours; `shift` is the day it names by itself (0 today, -1 yesterday)."""

    name: Part
    first: int
    last: int
    shift: int | None = None


_PARTS: dict[str, tuple[Part, int, int]] = {
    "morning": ("morning", 0, 12),
    "afternoon": ("afternoon", 12, 19),
    "evening": ("evening", 18, 24),
    "night": ("night", 18, 24),
    "eve": ("evening", 18, 24),
    "lunch": ("noon", 12, 14),
    "breakfast": ("morning", 7, 10),
    "dinner": ("evening", 18, 21),
}
_EARLY: dict[str, tuple[Part, int, int]] = {
    "morning": ("early_morning", 0, 9),
    "afternoon": ("afternoon", 12, 15),
    "evening": ("evening", 18, 20),
    "night": ("night", 18, 21),
}
_LATE: dict[str, tuple[Part, int, int]] = {
    "morning": ("morning", 10, 12),
    "afternoon": ("afternoon", 15, 19),
    "evening": ("evening", 21, 24),
    "night": ("night", 21, 24),
}
_AFTER: dict[str, tuple[Part, int, int]] = {
    "lunch": ("afternoon", 13, 17),
    "work": ("evening", 17, 21),
    "school": ("afternoon", 15, 21),
    "breakfast": ("morning", 9, 12),
    "dinner": ("night", 20, 24),
}
_NAMED = frozenset({"morning", "afternoon", "evening", "night", "eve"})
_MEALS = frozenset({"lunch", "breakfast", "dinner"})
_NOUNS = frozenset(
    bag(
        "class classes session sessions slot slots one ones crossfit yoga open workout workouts wod "
        "mobility olympic engine kids shift"
    )
)
_DEEPS = frozenset({"early", "late", "later"})


def _shaded(s: Words, i: int) -> tuple[tuple[Part, int, int], int] | None:
    """ "early morning", "late in the evening", "the early hours of the morning", or the plain name."""
    table = _PARTS
    if s[i] in _DEEPS:
        table = _EARLY if s[i] == "early" else _LATE
        i += 1
        i = i + 2 if s[i] == "hours" and s[i + 1] == "of" else i
        i = i + 1 if s[i] in ("in", "this") else i
        i = i + 1 if s[i] == "the" else i
    if s[i] == "day" and table is _EARLY:
        return ("morning", 0, 12), i + 1
    return (table[s[i]], i + 1) if s[i] in table else None


def _tied(s: Words, i: int, j: int) -> bool:
    """Whether a bare part of the day is meant as one: not a greeting, and not any noun that happens to stand there."""
    before = s[i - 1]
    if before in ("good", "gm", "happy", "bad"):
        return False
    if i == 0:
        return s.whole(i, j) or s[j] in _NOUNS or s[j] in WEEKDAY or s[j] in ("of", "tomorrow", "today", "at")
    return True


def _day_named(s: Words, i: int) -> tuple[int | None, int]:
    """The day that a leading word ties the part to, and the place after the word."""
    word = s[i]
    if word in ("this", "ths"):
        return 0, i + 1
    if word == "last" and s[i + 1] in _NAMED:
        return -1, i + 1
    if word == "next" and s[i + 1] in _NAMED:
        return 1, i + 1
    return None, i


def _behind_day(s: Words, i: int) -> bool:
    """Whether "am" stands for the morning of the day before it: "friday am", not "tomorrow am I in"."""
    return (s[i - 1] in WEEKDAY or s[i - 1] in ("tomorrow", "today")) and s[i + 1] not in ("i", "we")


def daypart(s: Words, i: int) -> tuple[DayPart, int] | None:
    """The part of a day at this place."""
    if s[i] == "late" and s[i + 1] == "tonight":
        return DayPart("night", 21, 24, 0), i + 2
    if s[i] == "tonight":
        return DayPart("evening", 18, 24, 0), i + 1
    if s[i] == "am" and _behind_day(s, i):
        return DayPart("morning", 0, 12), i + 1
    if s[i] == "after" and s[i + 1] in _AFTER:
        return DayPart(*_AFTER[s[i + 1]]), i + 2
    if s[i] == "before" and s[i + 1] in ("lunch", "work"):
        return DayPart("morning", 0, 11 if s[i + 1] == "lunch" else 9), i + 2
    leads = s[i] in ("in", "during", "at", "the")
    j = s.skip(i, ("in", "during", "at", "the", "of", "around", "every")) if leads else i
    shift, k = _day_named(s, j)
    found = _shaded(s, k)
    if found is None:
        return None
    part, end = found
    dated = s[i - 1] in WEEKDAY or s[i - 1] in ("tomorrow", "today")
    if s[end - 1] in _MEALS and not (i < k or dated or s.whole(i, end)):
        return None
    if k == i and s[i] in _PARTS and not _tied(s, i, end):
        return None
    if s[i - 1] in WEEKDAYS and k == i:
        return DayPart(*part, None), end
    return DayPart(*part, shift), end
