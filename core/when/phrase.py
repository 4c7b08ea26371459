"""How the parts of a phrase follow each other: days, clock times, ranges, recurrences and open ends."""

from dataclasses import replace
from datetime import datetime, time, timedelta

from core.when.clock import clock, clock_range
from core.when.dates import LEADS, RELATIVE, single_day
from core.when.dayparts import daypart
from core.when.days import Days, one
from core.when.draft import Draft, ranged, settle
from core.when.numerals import length
from core.when.offsets import exact, offset, weekday_offset
from core.when.periods import period_span
from core.when.recurring import Repeat, repeat, weekday_list
from core.when.spans import day_range
from core.when.tokens import Words
from core.when.value import When
from core.when.words import WEEKDAY, bag

Found = tuple[When, int] | None
_TIME_MARKS = frozenset(bag("at around about approximately circa ca from between"))
_FIRST_GLUE = frozenset(bag("at around about approximately sometime on the for"))
_GLUE = frozenset(
    bag("at around about approximately sometime on in the of for from between starting beginning , ( ) - by and a las")
)
_SEPARATORS = frozenset({"-", "to", "until", "thru"})
_AFTER = frozenset({"after", "since", "from", "later", "starting", "beginning", "ab", "post"})
_BEFORE = frozenset({"before", "until", "by", "pre"})


def _days_at(s: Words, i: int) -> tuple[Days, int] | None:
    """Any day or stretch of days at this place; the longer phrase wins."""
    best: tuple[Days, int] | None = None
    for family in (day_range, weekday_offset, offset, period_span, single_day):
        found = family(s, i)
        if found is not None and (best is None or found[1] > best[1]):
            best = found
    return best


def _day_follows(s: Words, i: int) -> bool:
    """Whether a day is said right here: a bare hour before it is one."""
    word = s[i]
    if word in RELATIVE or word in ("tonight",) or word in WEEKDAY:
        return True
    if word in LEADS:
        return s[i + 1] in WEEKDAY or s[i + 1] in ("morning", "afternoon", "evening", "night", "week")
    return word == "in" and s[i + 1] == "the" and s[i + 2] in ("morning", "afternoon", "evening")


def _take_clock(s: Words, draft: Draft, i: int, *, loose: bool) -> int:
    """Read a clock time or a range of two; the place after, or the same place."""
    span = clock_range(s, i)
    if span is not None:
        after = span[1] + 1 if s[span[1]] in ("on", ",") else span[1]
        behind_day = s[i - 1] == "," and draft.days is not None and draft.days.grain == "day"
        if span[0].strong or loose or behind_day or s.whole(i, span[1]) or _day_follows(s, after):
            ranged(draft, span[0])
            return span[1]
    found = clock(s, i)
    if found is None:
        return i
    if found[0].strong or loose or _day_follows(s, found[1]) or (s.whole(i, found[1]) and found[0].minute):
        draft.clock = found[0]
        return found[1]
    return i


def _take_length(s: Words, draft: Draft, i: int) -> int:
    """ "for 30 mins" behind or before the rest."""
    if s[i] != "for" or draft.length is not None or draft.last is not None:
        return i
    found = length(s, i + 1)
    if found is None or (draft.clock is not None) != found[0].clocked:
        return i
    if draft.clock is None and (draft.days is None or draft.days.interval):
        return i
    draft.length = found[0]
    return found[1]


def _take(s: Words, draft: Draft, i: int, *, loose: bool) -> int:
    """Read one more part of the phrase; the place after it, or the same place where nothing fits."""
    if draft.exact is not None:
        return i
    if draft.empty:
        moment = exact(s, i)
        if moment is not None:
            draft.exact = moment[0]
            return moment[1]
    if draft.days is None and draft.repeat is None:
        days = _days_at(s, i)
        if days is not None:
            draft.days = days[0]
            return days[1]
    if draft.clock is None:
        j = _take_clock(s, draft, i, loose=loose)
        if j > i:
            return j
    if draft.part is None:
        part = daypart(s, i)
        if part is not None:
            draft.part = part[0]
            return part[1]
    return _take_length(s, draft, i) if not draft.empty else i


def compose(s: Words, i: int, draft: Draft, *, loose: bool = False) -> int:
    """Read as many parts as follow each other; the place after the last one."""
    end = i
    for _ in range(8):
        taken = _take(s, draft, end, loose=loose or _loose(s, draft, end))
        if taken == end:
            k = s.skip(end, _FIRST_GLUE if draft.empty else _GLUE)
            k = end + 1 if s[end] == "for" and s[k] != s[end + 1] else k
            if k == end or k - end > 3 or (s[end] == "-" and not draft.days):
                break
            taken = _take(s, draft, k, loose=loose or s[k - 1] in _TIME_MARKS or _loose(s, draft, k))
            if taken == k or (s[k - 1] == "for" and draft.length is None and draft.clock is None):
                break
        end = taken
    return end


def _loose(s: Words, draft: Draft, i: int) -> bool:
    """Whether a bare number here is an hour: straight behind a day or a part of one."""
    return (
        (draft.days is not None and draft.days.grain == "day" and not draft.days.interval)
        or draft.part is not None
        or draft.repeat is not None
    ) and s[i - 1] not in (",", "for", "and", "(", ")")


def _joined(s: Words, first: Draft, i: int, opened: str) -> Found:
    """A second moment behind "to", "-", "until" or, after "between", "and"."""
    if not (s[i] in _SEPARATORS or (s[i] in ("and", "&") and opened == "between")) or first.repeat is not None:
        return None
    second = Draft()
    j = compose(s, i + 1, second, loose=first.clock is not None)
    if second.empty or second.repeat is not None:
        return None
    if first.exact is not None:
        return _up_to(s, settle(s, first).start, second, j)
    if (first.clock or first.part) and (second.clock or second.part) and not first.last:
        return _moments(s, first, second, j)
    if first.days and second.days and not first.days.interval and not (first.clock or second.clock):
        a, b = first.days, second.days
        start = a.start if a.start < b.start or not a.weekday else a.start - timedelta(days=7)
        end = b.end
        if end <= start and b.weekday:
            end += timedelta(days=7 * ((start - end).days // 7 + 1))
        if end <= start:
            return None
        midnights = datetime.combine(start, time()), datetime.combine(end, time())
        return When("interval", "day", *midnights, date_said=True), j
    return None


def _up_to(s: Words, start: datetime, second: Draft, j: int) -> Found:
    """From a moment that is known to another."""
    last = settle(s, second)
    end = last.end if last.kind == "instant" and last.end else last.start
    if second.clock is None and second.days is not None:
        end = datetime.combine(second.days.end, time())
    if end <= start:
        return None
    return When("interval", "minute", start, end, date_said=last.date_said, time_said=True), j


def _moments(s: Words, first: Draft, second: Draft, j: int) -> Found:
    """From one day's time to another's, or the same day's."""
    start = settle(s, first)
    if second.days is None:
        second.days = one(start.start.date())
    elif first.days is None and first.clock is not None:
        start = settle(s, first)
    last = settle(s, second)
    end = last.start
    if second.clock is not None and second.clock.either and end <= start.start:
        end += timedelta(hours=12)
    if end <= start.start:
        return None
    return replace(start, kind="interval", grain="minute", end=end, date_said=start.date_said or last.date_said), j


def _opened(s: Words, i: int) -> Found:
    """Open ends: "after 5pm", "before noon", "until friday", "since monday", "no later than 4"."""
    if s[i] == "after" and daypart(s, i):
        return None
    if s[i] == "before" and daypart(s, i):
        return None
    word, j = s[i], i + 1
    if word in ("no", "not") and s[j] == "later" and s[j + 1] == "than":
        word, j = "before", j + 2
    elif word == "later" and s[j] == "than":
        j += 1
    elif word == "later" or (word == "beginning" and s[j] == "of"):
        return None
    if word not in _AFTER and word not in _BEFORE:
        return None
    j = s.skip(j, ("from", "on", "around", "the")) if s[j] != "the" else j
    draft = Draft()
    end = compose(s, j, draft, loose=word not in ("by", "from"))
    if draft.empty or draft.repeat is not None:
        return None
    when = settle(s, draft)
    if word in _AFTER:
        if draft.last is not None:
            return when, end
        joined = _but_before(s, draft, end)
        return joined or (_open_after(s, when, draft, word), end)
    return _open_before(s, when, word), end


def _but_before(s: Words, draft: Draft, i: int) -> Found:
    """ "later than 9:30 but before 11:00 on Thursday"."""
    j = s.skip(i, ("but", "and", ","))
    if draft.clock is None or s[j] not in _BEFORE or j == i:
        return None
    second = Draft()
    end = compose(s, j + 1, second, loose=True)
    if second.clock is None:
        return None
    draft.last, draft.days = second.clock, draft.days or second.days
    return settle(s, draft), end


def _open_after(s: Words, when: When, draft: Draft, word: str) -> When:
    """From a moment on; after a whole day the next one; "since" looks back."""
    start, end = when.start, None
    if word == "since" and draft.days is not None and draft.clock is None:
        days = draft.days
        start = datetime.combine(days.start, time())
        if days.weekday and start > s.at:
            start -= timedelta(days=7)
        elif start > s.at and days.grain in ("day", "month"):
            start = (
                datetime.combine(days.start.replace(year=days.start.year - 1), time())
                if not (days.start.month == 2 and days.start.day == 29)
                else start - timedelta(days=1461)
            )
        end = s.at if start < s.at else None
    elif word in ("after", "later", "post") and not when.time_said and when.part is None and when.kind == "instant":
        start = datetime.combine(when.last_day + timedelta(days=1), time())
    elif when.kind == "interval" and when.end is not None and word in ("after", "later"):
        start = when.end
    return replace(when, kind="interval", start=start, end=end, open="after")


def _open_before(s: Words, when: When, word: str) -> When:
    """Up to a moment: "until" and "by" a whole day include it, "before" it does not."""
    end = when.start
    if word in ("until", "by") and not when.time_said:
        end = datetime.combine(when.last_day + timedelta(days=1), time())
    return replace(when, kind="interval", start=min(s.at, end), end=end, open="before")


def _recurring(s: Words, i: int) -> Found:
    """A recurrence with its time, its start and its end."""
    draft, k = Draft(), i
    j = i
    if s[i] not in ("every", "on") and not s[i].isalpha():
        found = clock_range(s, i)
        single = clock(s, i) if found is None else None
        k = found[1] if found else single[1] if single else i
        if k == i:
            return None
        if found and found[0].strong:
            ranged(draft, found[0])
        elif single and single[0].strong:
            draft.clock = single[0]
        else:
            return None
    again = repeat(s, k) or _weekday_range(s, k, draft)
    if again is None:
        return None
    draft.repeat, j = again
    j = compose(s, j, draft)
    return _limits(s, draft, j)


def _weekday_range(s: Words, i: int, draft: Draft) -> tuple[Repeat, int] | None:
    """ "mon-fri 6am": weekdays from one to another with a clock time come back each week."""
    listed = weekday_list(s, i) if s[i] in WEEKDAY and s[i + 1] in _SEPARATORS else None
    if listed is None or len(listed[0]) < 2:
        return None
    k = s.skip(listed[1], ("at", "from", ","))
    timed = draft.clock is not None or clock(s, k) is not None
    return (Repeat("WEEKLY", 1, listed[0]), listed[1]) if timed else None


def _limits(s: Words, draft: Draft, j: int) -> Found:
    """ "starting monday", "until june", "for 6 weeks" behind a recurrence."""
    for _ in range(2):
        k = j + 1 if s[j] == "," else j
        if s[k] in ("starting", "from", "beginning", "ab") and draft.starting is None:
            days = _days_at(s, s.skip(k + 1, ("on", "from", "the")) if s[k + 1] != "the" else k + 1)
            if days is None:
                break
            draft.starting, j = days[0].start, days[1]
        elif s[k] in ("until", "thru", "to") and draft.until is None:
            days = _days_at(s, k + 1)
            if days is None:
                break
            draft.until, j = days[0].end - timedelta(days=1), days[1]
        elif s[k] == "for" and draft.until is None and (far := length(s, s.skip(k + 1, ("the", "next")))):
            if far[0].clocked:
                break
            draft.until, j = far[0].day_from(draft.starting or s.today), far[1]
        else:
            break
    return settle(s, draft), j


def _lasting(s: Words, i: int) -> Found:
    """ "for 30' starting from 4pm", "for 10 days from 18th Dec": the length before the start."""
    far = length(s, i + 1) if s[i] == "for" else None
    if far is None:
        return None
    j = s.skip(far[1], ("starting", "beginning", "from", "at", "on"))
    draft = Draft()
    end = compose(s, j, draft, loose=True) if j > far[1] else j
    if (draft.clock is None and draft.days is None) or draft.last is not None or draft.repeat is not None:
        return None
    if draft.clock is None and far[0].clocked:
        return None
    draft.length = far[0]
    return settle(s, draft), end


def phrase(s: Words, i: int) -> Found:
    """The longest reading that begins at this place, and the place after it."""
    found = _recurring(s, i)
    if found is not None:
        return found
    lasting = _lasting(s, i)
    if lasting is not None:
        return lasting
    opened = s[i] if s[i] in ("from", "between") else ""
    draft = Draft()
    end = compose(s, i + 1 if opened else i, draft, loose=bool(opened))
    if not draft.empty:
        joined = _joined(s, draft, end, opened)
        if joined is not None:
            return joined
        if (
            not opened
            or draft.last is not None
            or draft.length is not None
            or (draft.days is not None and draft.days.interval)
        ):
            return _or_later(s, settle(s, draft), end, draft)
    return _opened(s, i) if s[i] != "between" else None


def _or_later(s: Words, when: When, end: int, draft: Draft) -> Found:
    """ "3 pm or later", "friday and after", "tomorrow before noon"."""
    if s[end] in ("after", "before") and draft.clock is None and (draft.days or draft.part) and draft.repeat is None:
        limit = clock(s, s.skip(end + 1, ("around", "about")))
        if limit is not None and (draft.days is None or draft.days.grain == "day"):
            draft.clock = limit[0]
            bounded = settle(s, draft)
            if s[end] == "after":
                return replace(bounded, kind="interval", open="after"), limit[1]
            return _open_before(s, bounded, "before"), limit[1]
    if s[end] in ("or", "and") and s[end + 1] in ("later", "after", "onwards", "earlier") and not s[end + 2].isdigit():
        if s[end + 1] == "earlier":
            return _open_before(s, when, "until"), end + 2
        return replace(when, kind="interval", end=None, open="after"), end + 2
    if s[end] in ("onwards", "onward"):
        return replace(when, kind="interval", end=None, open="after"), end + 1
    return when, end
