"""Dates written in figures: 2026-11-26, 26/11, 26.11., 11/26/2026, 20261126."""

from datetime import date

from core.when.days import Days, made, one, yearly
from core.when.tokens import Words
from core.when.words import COUNTED, MONTH, WEEKDAY, bag

_MARKS = frozenset(
    bag(
        "on by until since from to before after of and between - at am the for date class , "
        "through thru starting beginning dated due &"
    )
)


def full_year(digits: str) -> int:
    """The year meant by its digits: two of them below forty are this century's."""
    year = int(digits)
    return year if len(digits) > 2 else year + (2000 if year < 40 else 1900)


def _is_year(digits: str) -> bool:
    return len(digits) == 2 or (len(digits) == 4 and 1000 <= int(digits) <= 9998)


def _month(s: Words, i: int) -> int:
    return MONTH.get(s[i], 0)


def _ordered(s: Words, a: int, b: int, year: int | None, weekday: int | None) -> date | None:
    """The date of two figures: the only order that works, else the one whose weekday fits, else the gym's order."""
    pairs = ((a, b), (b, a)) if s.day_first else ((b, a), (a, b))
    options = [
        d for day, month in pairs if (d := made(year, month, day) if year else yearly(month, day, s.today, weekday))
    ]
    fitting = [d for d in options if weekday is not None and d.weekday() == weekday]
    return min(fitting) if fitting else options[0] if options else None


def figure_date(s: Words, i: int, weekday: int | None = None) -> tuple[Days, int] | None:
    """A date in figures at this place; `weekday` is the one said before it."""
    digits = s.digits(i)
    if len(digits) == 8:
        packed = made(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
        return (
            (one(packed, dated=True), i + 1)
            if (packed and int(digits[:4]) >= 1900 and not s.glued(i + 1)) or (packed and s[i + 1] == "-")
            else None
        )
    if not digits or (s.glued(i) and (s[i - 1] in ("x", ":", "#") or (s[i - 1] == "." and s.digits(i - 2)))):
        return None
    return _three(s, i, weekday) or _two(s, i, weekday)


def _three(s: Words, i: int, weekday: int | None) -> tuple[Days, int] | None:
    """Year, month and day with one kind of sign between them, the month also by name."""
    sign = s[i + 1]
    spaced = sign not in ("-", "/", ".")
    a, b, c = (i, i + 1, i + 2) if spaced else (i, i + 2, i + 4)
    if not spaced and s[i + 3] != sign:
        return None
    first, last = s.digits(a), s.digits(c)
    if not first or not last or (spaced and not s.whole(i, c + 1) and len(first) != 4):
        return None
    named = _month(s, b)
    middle = s.number(b)
    if middle < 0 and not named:
        found = made(int(first), _month(s, c), middle) if len(first) == 4 else None
    elif len(first) == 4:
        found = made(int(first), named or middle, int(last))
        found = found or (made(int(first), int(last), middle) if not named else None)
    elif named:
        found = made(full_year(last), named, int(first)) if _is_year(last) else None
    elif _is_year(last) and max(len(first), len(s.digits(b))) <= 2:
        found = _ordered(s, int(first), middle, full_year(last), weekday)
    else:
        found = None
    if found is None or (s.glued(c + 1) and s.digits(c + 1)) or (sign == "." and not s.glued(c) and len(last) != 4):
        return None
    timed = s[c + 1] == "t" and s.glued(c + 1) and s.glued(c + 2) and s.digits(c + 2)
    return one(found, dated=True), c + 2 if timed else c + 1


def _year_day_month(s: Words, i: int) -> tuple[Days, int] | None:
    """ "2020/23/Sep"."""
    signed = s[i + 1] in ("/", "-") and s[i + 3] == s[i + 1]
    if signed and len(s.digits(i)) == 4 and s.digits(i + 2) and _month(s, i + 4):
        found = made(s.number(i), _month(s, i + 4), s.number(i + 2))
        return (one(found, dated=True), i + 5) if found else None
    return None


def _two(s: Words, i: int, weekday: int | None) -> tuple[Days, int] | None:
    """Day and month, in either order."""
    reversed_month = _year_day_month(s, i)
    if reversed_month:
        return reversed_month
    sign, a, b = s[i + 1], s.number(i), s.number(i + 2)
    if sign not in ("/", ".", "-") or b < 0 or max(len(s.digits(i)), len(s.digits(i + 2))) > 2 or not (a and b):
        return None
    end = i + 3
    dotted = s[end] == "." and s.glued(end)
    if (
        s[end] in ("/", "x", ":", "%")
        or s[end] in COUNTED
        or s[end] in ("percent", "am", "pm", "a", "p")
        or (s.glued(end) and (s[end].isalnum() or (dotted and s.digits(end + 1) and s.glued(end + 1))))
    ):
        return None
    if not _meant(s, i, end, weekday, dotted):
        return None
    found = _ordered(s, a, b, None, weekday)
    return (one(found, dated=True), end + 1 if dotted and sign == "." else end) if found else None


def _meant(s: Words, i: int, end: int, weekday: int | None, dotted: bool) -> bool:
    """Whether two figures and a sign are a date and not a score, a fraction, a weight or a range."""
    sign, a, b = s[i + 1], s.number(i), s.number(i + 2)
    tight = s.glued(i + 1) and s.glued(i + 2)
    alone = s.whole(i, end)
    if sign == "-":
        return (alone and max(a, b) > 12 and min(a, b) <= 12) or (
            weekday is not None and max(a, b) > 12 and not 0 < b - a <= 3
        )
    if not tight:
        return alone and sign == "/"
    if weekday is not None or alone:
        return sign == "/" or alone or s.digits(end) == "" or dotted
    marked = s[i - 1] in _MARKS or s[i - 1] in WEEKDAY
    if sign == "/":
        return (marked and s[i - 1] not in ("of", "at")) or (min(a, b) <= 12 < max(a, b) and len(s.digits(i + 2)) == 2)
    if s[i - 1] == "at" or (s[i - 1] in ("around", "about")):
        return False
    return (
        (dotted and len(s.digits(i + 2)) == 2)
        or (marked and b <= 12)
        or (dotted and marked)
        or (len(s.digits(i + 2)) == 2 and a > 12 and b <= 12 and s[i + 2][0] in "01" and marked)
    )
