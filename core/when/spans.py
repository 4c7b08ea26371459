"""Ranges of days that share a month or a weekday's week: "July 13-15", "4-23 of next month"."""

from datetime import timedelta

from core.when.dates import LEADS, shift_of, year_after
from core.when.days import Days, made, monthly, period, stretch, yearly
from core.when.numerals import number, ordinal
from core.when.tokens import Words
from core.when.words import COUNTED, MONTH

Found = tuple[Days, int] | None
_TO = frozenset({"-", "to", "until", "thru"})


def _day_of_month(s: Words, i: int) -> tuple[int, int] | None:
    j = i + 1 if s[i] == "the" else i
    found = ordinal(s, j) or number(s, j)
    if found is None or not 1 <= found[0] <= 31:
        return None
    return (found[0], found[1] + 1) if s[found[1]] == "." and s.glued(found[1]) and not s.glued(found[1] + 1) else found


def _separator(s: Words, i: int, opened: str) -> bool:
    return s[i] in _TO or (s[i] in ("and", "&") and opened == "between")


def _in_month(s: Words, month: int, first: int, last: int, end: int) -> Found:
    """Two days of one named month, of the year said behind it or the coming one."""
    year, j = year_after(s, end)
    start = made(year, month, first) if year else None
    if not year:
        ahead = yearly(month, last, s.today)
        start = made(ahead.year, month, first) if ahead else None
    stop = made(start.year, month, last) if start else None
    return (stretch(start, stop), j) if start and stop and start <= stop else None


def _month_then_days(s: Words, i: int, opened: str) -> Found:
    month = MONTH.get(s[i])
    if month is None:
        return None
    a = _day_of_month(s, i + 2 if s[i + 1] == "." else i + 1)
    if a is None or not _separator(s, a[1], opened):
        return None
    b = _day_of_month(s, a[1] + 1)
    if b is None or s[b[1]] in COUNTED or s[b[1]] in (":", "am", "pm") or s[b[1]] in MONTH:
        return None
    return _in_month(s, month, a[0], b[0], b[1])


def _days_then_month(s: Words, i: int, opened: str) -> Found:
    """ "13th to the 15th of July", "4-23 in next month", "the 21st to the 23rd"."""
    a = _day_of_month(s, i)
    if a is None or not _separator(s, a[1], opened):
        return None
    b = _day_of_month(s, a[1] + 1)
    if b is None:
        return None
    j = s.skip(b[1], ("of", "in", "the"))
    if s[j] in MONTH:
        return _in_month(s, MONTH[s[j]], a[0], b[0], j + 2 if s[j + 1] == "." and s.glued(j + 1) else j + 1)
    if s[j] in LEADS and s[j + 1] == "month":
        month = period("month", s.today, shift_of(s[j])).start
        start, stop = made(month.year, month.month, a[0]), made(month.year, month.month, b[0])
        return (stretch(start, stop), j + 2) if start and stop and start <= stop else None
    first = i + 1 if s[i] == "the" else i
    second = a[1] + 2 if s[a[1] + 1] == "the" else a[1] + 1
    if ordinal(s, first) and ordinal(s, second) and s.digits(first) and s.digits(second) and s[b[1]] not in COUNTED:
        start, stop = monthly(a[0], s.today), monthly(b[0], s.today)
        if start and stop and stop < start:
            start = monthly(a[0], stop - timedelta(days=31))
        return (stretch(start, stop), b[1]) if start and stop and start <= stop else None
    return None


def day_range(s: Words, i: int) -> Found:
    """Two days of a month with a range sign between them."""
    opened = s[i - 1]
    return _month_then_days(s, i, opened) or _days_then_month(s, i, opened)
