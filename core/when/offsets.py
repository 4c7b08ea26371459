"""Distances in time: "in 2 weeks", "3 days ago", "a week from friday", "four tuesdays from now", "in half an hour"."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from core.when.dates import LEADS, shift_of, single_day
from core.when.days import Days, coming, one
from core.when.numerals import Length, length, number
from core.when.tokens import Words
from core.when.value import Grain
from core.when.words import UNIT, WEEKDAY, WEEKDAYS, bag

_NOW = frozenset({"now"})
_MOVES = frozenset({"move", "push", "shift", "reschedule", "make", "put", "start", "moved"})
_CLOCKED = {"second": 1, "minute": 60, "hour": 3600}
_MISSED = frozenset(bag("hasn't haven't hasnt havent didn't didnt never nobody missing inactive absent"))
_PERFECT = frozenset(bag("seen been has have trained come"))
_FROM = frozenset({"from", "after", "since", "before"})


@dataclass(frozen=True)
class Exact:
    """A moment to the second or minute, or a stretch of moments."""

    start: datetime
    grain: Grain
    end: datetime | None = None


def _now_words(s: Words, i: int) -> int:
    """The place after "now", "right now", "at the moment", or the same place."""
    j = i + 1 if s[i] in ("right", "just") and s[i + 1] in _NOW else i
    if s[j] in _NOW:
        return j + 1
    if s[i] == "at" and s[i + 1] in ("the", "this") and s[i + 2] in ("moment", "time", "minute"):
        return i + 3 if s[i + 1] == "this" or s[i + 2] != "time" else i
    return i


def exact(s: Words, i: int) -> tuple[Exact, int] | None:
    """A moment counted in hours or less from now, or now itself."""
    j = _now_words(s, i)
    if j > i and s[j] not in WEEKDAY:
        return Exact(s.at, "second"), j
    if s[i] == "within":
        size = length(s, i + 3 if s[i + 1] == "the" and s[i + 2] == "next" else i + 1)
        if size is None and s[i + 1] == "the" and s[i + 2] == "next" and s[i + 3] in ("day", "hour", "week"):
            size = _unnumbered(s, i + 3)
        return (Exact(s.at, "minute", size[0].moment_from(s.at)), size[1]) if size else None
    if s[i] == "next" and s[i + 1] == "hour":
        return Exact(s.at, "minute", s.at + timedelta(hours=1)), i + 2
    spoken = _hours_led(s, i) or _end_of_day(s, i)
    if spoken is not None:
        return spoken
    k = i + 1 if s[i] == "in" else i
    size = length(s, k)
    if size is None or not size[0].clocked:
        return None
    end, sign = size[1], _direction(s, size[1])
    if s[i] == "in" and sign is None:
        end = end + 2 if s[end] == "'s" else end
        return Exact(size[0].moment_from(s.at), "minute"), end + (s[end] == "time")
    return (Exact(size[0].moment_from(s.at, sign[0]), "minute"), sign[1]) if sign else None


def _hours_led(s: Words, i: int) -> tuple[Exact, int] | None:
    """ "next 3 hours", "past 20 minutes", "the last hour", "5 past minutes": whole ones to come, or the ones up to now."""
    j = i + 1 if s[i] == "the" else i
    lead, size = s[j], length(s, j + 1)
    if size is None and lead in LEADS and shift_of(lead) < 0 and s[j + 1] == "hour":
        size = _unnumbered(s, j + 1)
    if lead not in LEADS and (found := number(s, j)) and s[found[1]] in LEADS and UNIT.get(s[found[1] + 1]) in _CLOCKED:
        lead, unit = s[found[1]], UNIT[s[found[1] + 1]]
        each = _CLOCKED[unit]
        size = Length(0, 0, found[0] * each, "hour" if each == 3600 else "minute"), found[1] + 2
    if lead not in LEADS or lead in ("this", "current") or size is None or not size[0].clocked:
        return None
    far, end = size
    if shift_of(lead) < 0:
        return Exact(far.moment_from(s.at, -1), far.grain, s.at), end
    start = s.at.replace(second=0, microsecond=0)
    start = start.replace(minute=0) + timedelta(hours=1) if far.grain == "hour" else start + timedelta(minutes=1)
    return Exact(start, far.grain, far.moment_from(start)), end


def _end_of_day(s: Words, i: int) -> tuple[Exact, int] | None:
    """ "end of the day", "eod", "end of tomorrow": the day's last second."""
    j = s.skip(i, ("at", "by", "the"))
    if s[j] == "eod":
        day, end = s.today, j + 1
    elif s[j] == "end" and s[j + 1] == "of":
        k = s.skip(j + 2, ("the",))
        found = (s.today, k + 1) if s[k] in ("day", "today") else None
        if s[k] in ("tomorrow",) or (s[k] == "business" and s[k + 1] == "day"):
            found = (s.today + timedelta(days=s[k] == "tomorrow"), k + 1 + (s[k] == "business"))
        if found is None:
            return None
        day, end = found
    else:
        return None
    return Exact(datetime.combine(day, time(23, 59, 59)), "second"), end


def _unnumbered(s: Words, i: int) -> tuple[Length, int] | None:
    """ "day and 5 hours" behind "the next"."""
    days = {"day": 1, "week": 7}.get(s[i], 0)
    hours = 1 if s[i] == "hour" else 0
    total, j = Length(0, days, hours * 3600, "hour"), i + 1
    more = length(s, j + 1) if s[j] == "and" else None
    if more:
        total, j = Length(more[0].months, days + more[0].days, total.seconds + more[0].seconds, more[0].grain), more[1]
    return total, j


def _direction(s: Words, i: int) -> tuple[int, int] | None:
    """Forward or back from now: "hence", "later", "ago". "Move it 30 minutes later" counts from elsewhere."""
    if s[i] in ("later", "earlier") and any(word in _MOVES for word in s.words[max(0, i - 12) : i]):
        return None
    if s[i] in ("ago", "back", "earlier"):
        return (-1, i + 1) if s[i] != "back" else None
    if s[i] in ("hence", "later"):
        return 1, i + 1
    if s[i] == "from":
        j = _now_words(s, i + 1)
        return (1, j) if j > i + 1 else None
    return None


def _tuesdays(s: Words, i: int) -> tuple[Days, int] | None:
    """ "four tuesdays from now"."""
    found = number(s, i)
    if found is None or not 0 < found[0] < 500:
        return None
    weekday = WEEKDAYS.get(s[found[1]], WEEKDAY.get(s[found[1]]))
    sign = _direction(s, found[1] + 1)
    if weekday is None or sign is None:
        return None
    if sign[0] > 0:
        return one(coming(weekday, s.today) + timedelta(weeks=found[0] - 1)), sign[1]
    return one(coming(weekday, s.today) - timedelta(weeks=found[0] + (weekday == s.today.weekday()))), sign[1]


def _missed(s: Words, i: int) -> bool:
    """Whether something has not happened: "who hasn't trained in 2 weeks" looks back."""
    before = s.words[max(0, i - 8) : i]
    return any(word in _MISSED for word in before) or ("not" in before and any(w in _PERFECT for w in before))


def offset_day(s: Words, i: int) -> tuple[Days, int] | None:
    """A day counted in days, weeks, months or years from now or from another day."""
    tuesdays = _tuesdays(s, i)
    if tuesdays:
        return tuesdays
    k = i + 1 if s[i] in ("in", "for") else i
    size = length(s, k)
    if size is None or size[0].clocked:
        return None
    far, end = size
    sign = _direction(s, end)
    if sign is None and s[i] in ("in", "for") and _missed(s, i):
        return Days(far.day_from(s.today, -1), s.today + timedelta(days=1), interval=True), end
    if sign is not None:
        return one(far.day_from(s.today, sign[0])), sign[1]
    if s[end] in _FROM:
        found = single_day(s, s.skip(end + 1, ("the", "on")) if s[end + 2] != "day" else end + 1)
        if found is None or (s[end] == "since" and k == i):
            return _since_year(s, far, end) if s[i] == "in" else None
        return one(far.day_from(found[0].start, -1 if s[end] == "before" else 1)), found[1]
    if s[i] == "in" and s[i + 1] not in ("day", "days"):
        end = end + (s[end] == "time")
        return one(far.day_from(s.today)), end
    return None


def _since_year(s: Words, far: Length, end: int) -> tuple[Days, int] | None:
    """ "in two weeks since the year 2011"; else the plain distance from now."""
    j = s.skip(end + 1, ("the", "year"))
    if s[end] == "since" and len(s.digits(j)) == 4 and 1000 <= s.number(j) <= 9000:
        return one(far.day_from(s.today.replace(year=s.number(j), month=1, day=1))), j + 1
    return one(far.day_from(s.today)), end


def offset(s: Words, i: int) -> tuple[Days, int] | None:
    """A day at a distance; a weekday said behind it takes the first such day from there."""
    found = offset_day(s, i)
    if found is None:
        return None
    days, j = found
    k = j + 1 if s[j] == "on" else j
    if s[j] == "on" and s[k] in WEEKDAY:
        return one(_nearest(days.start, WEEKDAY[s[k]])), k + 1
    return found


def weekday_offset(s: Words, i: int) -> tuple[Days, int] | None:
    """A weekday and a distance behind it: "saturday 3 days from now", "sunday 3 weeks after January 15th"."""
    weekday = WEEKDAY.get(s[i])
    found = offset_day(s, i + 1) if weekday is not None else None
    if found is None or weekday is None:
        return None
    return one(_nearest(found[0].start, weekday)), found[1]


def _nearest(day: date, weekday: int) -> date:
    """The such weekday at most three days off: who says both means the weekday and counts roughly."""
    return day + timedelta(days=(weekday - day.weekday() + 3) % 7 - 3)
