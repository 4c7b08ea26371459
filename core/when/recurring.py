"""Things that come back: "every mon/wed/fri", "tuesdays and thursdays", "daily", "every other week", "weekends"."""

from dataclasses import dataclass

from core.when.numerals import number, ordinal
from core.when.tokens import Words
from core.when.words import UNIT, WEEKDAY, WEEKDAYS, bag

_WORK = (0, 1, 2, 3, 4)
_FREQ = {"day": "DAILY", "week": "WEEKLY", "month": "MONTHLY", "year": "YEARLY"}
_LISTING = frozenset({"/", ",", "and", "&", "+", "or", "on", "und", "y"})
_ADVERBS = {
    "daily": "DAILY",
    "täglich": "DAILY",
    "weekly": "WEEKLY",
    "biweekly": "WEEKLY",
    "fortnightly": "WEEKLY",
    "monthly": "MONTHLY",
    "yearly": "YEARLY",
    "annually": "YEARLY",
    "everyday": "DAILY",
    "weekdays": "WEEKLY",
    "nightly": "DAILY",
}
_BEHIND = frozenset(bag("at on from until for starting in"))
RECURRING_STARTS = frozenset({"every", *_ADVERBS, *WEEKDAYS})


@dataclass(frozen=True)
class Repeat:
    """A frequency, its interval and the weekdays it is bound to (Monday is 0)."""

    freq: str
    interval: int = 1
    days: tuple[int, ...] = ()


def weekday_list(s: Words, i: int) -> tuple[tuple[int, ...], int, bool] | None:
    """Weekdays in a row: the days, the place after, and whether the list can only be a recurrence."""
    days: list[int] = []
    plural, slashed, j = False, False, i
    while len(days) < 15:
        k = s.skip(j, tuple(_LISTING)) if days else j
        day = WEEKDAYS.get(s[k], WEEKDAY.get(s[k]))
        if day is None or (days and k - j > 2):
            break
        plural = plural or s[k] in WEEKDAYS
        slashed = slashed or (s[k - 1] in ("/", "+", "&") and bool(days)) or (k == j and bool(days))
        days.append(day)
        j = k + 2 if s[k + 1] == "." and s.glued(k + 1) else k + 1
        if s[j] in ("-", "to", "thru", "until") and (last := WEEKDAYS.get(s[j + 1], WEEKDAY.get(s[j + 1]))) is not None:
            days.extend((day + n) % 7 for n in range(1, (last - day) % 7 + 1))
            j += 2
    return (tuple(sorted(set(days))), j, plural or slashed) if days else None


def _every(s: Words, i: int) -> tuple[Repeat, int] | None:
    j, interval = i + 1, 1
    if s[j] in ("other", "second", "2nd") and s[j + 1] != "s":
        j, interval = j + 1, 2
    elif (nth := ordinal(s, j) or number(s, j)) and 1 < nth[0] < 100:
        interval, j = nth[0], nth[1]
    if s[j] == "single":
        j += 1
    if s[j] in ("weekday", "weekdays", "workday"):
        return Repeat("WEEKLY", interval, _WORK), j + 1
    if s[j] == "weekend" or (s[j] == "week" and s[j + 1] == "end"):
        return Repeat("WEEKLY", interval, (5, 6)), j + 1 + (s[j] == "week")
    listed = weekday_list(s, j)
    if listed:
        return Repeat("WEEKLY", interval, listed[0]), listed[1]
    unit = UNIT.get(s[j], "")
    if unit == "fortnight":
        unit, interval = "week", 2
    if unit in _FREQ:
        return _on_days(s, Repeat(_FREQ[unit], interval), j + 1)
    if s[j] in ("morning", "afternoon", "evening", "night"):
        return Repeat("DAILY", interval), j
    return None


def _on_days(s: Words, repeat: Repeat, j: int) -> tuple[Repeat, int]:
    """ "weekly on monday", "every week on tue/thu", "daily except" left alone."""
    listed = weekday_list(s, s.skip(j, ("on",))) if repeat.freq == "WEEKLY" else None
    return (Repeat("WEEKLY", repeat.interval, listed[0]), listed[1]) if listed else (repeat, j)


def _weekly_behind(s: Words, i: int) -> bool:
    """Whether "every week" or "weekly" follows within the few words that a time takes."""
    return any(s[j] == "weekly" or (s[j] == "every" and s[j + 1] == "week") for j in range(i, i + 7))


def repeat(s: Words, i: int) -> tuple[Repeat, int] | None:
    """A recurrence said at this place."""
    j = i + 1 if s[i] == "on" else i
    word = s[j]
    if word == "every":
        return _every(s, j)
    if word == "weekdays" or (
        word in ("weekday", "weekend") and s.raw[s.starts[j] : s.ends[j]].casefold().endswith("s")
    ):
        return Repeat("WEEKLY", 1, (5, 6) if word == "weekend" else _WORK), j + 1
    if word in _ADVERBS and (s[j + 1] in _BEHIND or s[j + 1] in WEEKDAY or s.digits(j + 1) or not s[j + 1].isalnum()):
        return _on_days(s, Repeat(_ADVERBS[word], 2 if word in ("biweekly", "fortnightly") else 1), j + 1)
    if word in WEEKDAYS or word in WEEKDAY:
        listed = weekday_list(s, j)
        if listed and len(listed[0]) > 1 and _weekly_behind(s, listed[1]):
            return Repeat("WEEKLY", 1, listed[0]), listed[1]
        if listed and listed[2] and not (word in WEEKDAY and len(listed[0]) == 1):
            return Repeat("WEEKLY", 1, listed[0]), listed[1]
    return None
