"""Stretches of days by name: this week, next month, the weekend, end of the month, last 30 days, mid March, 2014."""

from datetime import date, timedelta

from core.when.dates import LAST, LEADS, month_day, shift_of, single_day
from core.when.days import Days, made, monday, nth_weekday, one, period
from core.when.numerals import length, number, ordinal
from core.when.tokens import Words
from core.when.value import add_months
from core.when.words import MONTH, SHY_MONTHS, UNIT, WEEKDAY, bag

Found = tuple[Days, int] | None
_UNITS = frozenset({"week", "month", "quarter", "year", "weekend"})
_MONTH_MARKS = frozenset(
    bag(
        "in of during this next last until by since from to before after mid early late for and "
        "through thru between the every around -"
    )
)
_EDGES = {
    "end": "end",
    "beginning": "start",
    "start": "start",
    "begin": "start",
    "middle": "middle",
    "mid": "middle",
    "early": "start",
    "late": "end",
    "later": "rest",
    "rest": "rest",
    "remainder": "rest",
    "earlier": "sofar",
}
_SHORT_EDGES = {
    "eom": ("end", "month"),
    "eoy": ("end", "year"),
    "eow": ("end", "week"),
    "bom": ("start", "month"),
    "boy": ("start", "year"),
}


def _unit(s: Words, i: int) -> tuple[str, int] | None:
    word = s[i]
    if word == "week" and s[i + 1] == "-" and s[i + 2] == "end":
        return "weekend", i + 3
    if word == "week" and s[i + 1] == "end" and s[i + 2] != "of":
        return "weekend", i + 2
    unit = word if word in _UNITS else {"qtr": "quarter", "yr": "year", "wk": "week"}.get(word)
    return (unit, i + 1) if unit else None


def _last_month_named(month: int, today: date) -> Days:
    year = today.year if month < today.month else today.year - 1
    return period("month", date(year, month, 1), 0)


def month_named(s: Words, i: int, *, inner: bool = False) -> Found:
    """ "March", "next March", "October 2014", "in march"."""
    lead = s[i] if s[i] in LEADS else ""
    j = i + 1 if lead else s.skip(i, ("in", "the")) if s[i] == "in" else i
    month = MONTH.get(s[j])
    if month is None:
        return None
    end = j + 2 if s[j + 1] == "." and s.glued(j + 1) and len(s[j]) < 5 else j + 1
    year_at = s.skip(end, (",", "of", "in"))
    year = s.number(year_at) if len(s.digits(year_at)) == 4 and 1500 <= s.number(year_at) <= 4000 else 0
    if year:
        return period("month", date(year, month, 1), 0), year_at + 1
    plain = s[j] not in SHY_MONTHS or s[i - 1] in _MONTH_MARKS or s.whole(i, end)
    if s.digits(i - 1) or not (inner or lead or j > i or plain):
        return None
    if lead in LAST or lead in ("previous", "prior"):
        return _last_month_named(month, s.today), end
    year = s.today.year + (month < s.today.month)
    return period("month", date(year, month, 1), 0), end


def _counted_span(s: Words, i: int) -> Found:
    """ "last 30 days", "next few days", "past two weeks", "2 upcoming months", "next 4 business days"."""
    j = i + 1 if s[i] == "the" else i
    if s[j] in LEADS and s[j] not in ("this", "current"):
        lead, size = s[j], length(s, j + 1)
    else:
        found = number(s, j)
        lead = s[found[1]] if found else ""
        if not found or lead not in LEADS or UNIT.get(s[found[1] + 1]) not in ("day", "week", "month", "year"):
            return None
        unit, count = UNIT[s[found[1] + 1]], found[0]
        days, months = {"day": (count, 0), "week": (7 * count, 0), "month": (0, count)}.get(unit, (0, 12 * count))
        return _rolled(s.today, days, months, shift_of(lead)), found[1] + 2
    if size is None or size[0].clocked:
        return None
    far, end = size
    if "business" in s.words[j:end] or "working" in s.words[j:end]:
        return _working(s.today, int(far.days), shift_of(lead)), end
    return _rolled(s.today, int(far.days), far.months, shift_of(lead)), end


def _rolled(today: date, days: int, months: int, sign: int) -> Days:
    """So many days or months up to today, or from tomorrow on."""
    if sign < 0:
        return Days(add_months(today, -months) - timedelta(days=days), today, interval=True)
    first = today + timedelta(days=1)
    return Days(first, add_months(first, months) + timedelta(days=days), interval=True)


def _working(today: date, count: int, sign: int) -> Days:
    """So many working days before or after today."""
    day, first = today, today
    for _ in range(min(count, 400)):
        day += timedelta(days=sign)
        while day.weekday() > 4:
            day += timedelta(days=sign)
        first = day if first == today else first
    return Days(min(first, day), max(first, day) + timedelta(days=1) if sign > 0 else today, interval=True)


def period_at(s: Words, i: int, *, inner: bool = False) -> Found:
    """A period by its name alone, or "the week after next"; `inner` where another phrase leads to it ("end of march")."""
    j = s.skip(i, ("around", "the", "all", "whole")) if s[i] in ("around", "the", "all", "whole") else i
    lead = s[j] if s[j] in LEADS or s[j] in ("same", "that") else ""
    unit = _unit(s, j + bool(lead))
    if unit and not lead and s[unit[1]] == "after" and s[unit[1] + 1] == "next":
        return period(unit[0], s.today, 2), unit[1] + 2
    if unit and lead and not (s[j] == "past" and s[j - 1] == "half"):
        shift = 0 if lead in ("same", "that") else shift_of(lead)
        if unit[0] == "weekend" and lead in LAST and s.today.weekday() == 6:
            shift = -1
        return period(unit[0], s.today, shift), unit[1]
    if unit and lead == "" and (inner or j > i or (unit[0] == "weekend" and s[i - 1] in ("on", "at", "for", ""))):
        if j > i and s[j - 1] == "the" and s[unit[1]] == "of" and unit[0] == "week":
            return _week_of(s, unit[1] + 1)
        return (period(unit[0], s.today, 0), unit[1]) if inner or s[unit[1]] not in WEEKDAY else None
    return month_named(s, i if not inner else j, inner=inner) or _year(s, j, inner)


def _week_of(s: Words, i: int) -> Found:
    """ "the week of october 6th": the week that holds it."""
    found = month_day(s, s.skip(i, ("the",))) or single_day(s, s.skip(i, ("the",)))
    return (period("week", found[0].start, 0), found[1]) if found else None


def _year(s: Words, i: int, inner: bool) -> Found:
    j = i + 1 if s[i] == "in" else i
    if len(s.digits(j)) != 4 or not 1900 <= s.number(j) <= 2199 or s.glued(j + 1):
        return None
    if not (inner or j > i or s.whole(i, j + 1) or s[i - 1] in ("since", "during")):
        return None
    return period("year", date(s.number(j), 1, 1), 0), j + 1


def _edge(s: Words, i: int) -> Found:
    """ "end of the month", "beginning of next week", "mid March", "rest of the week", "later this week"."""
    j = s.skip(i, ("at", "by", "the", "in", "towards")) if s[i] in ("at", "the", "in", "towards") else i
    if s[j] in _SHORT_EDGES:
        edge, unit = _SHORT_EDGES[s[j]]
        return _cut(edge, period(unit, s.today, 0), s.today), j + 1
    if s[j] not in _EDGES:
        return None
    edge = _EDGES[s[j]]
    k = s.skip(j + 1, ("of", "in", "around", "the", "-"))
    if s[k] == "day" or s[k] in ("morning", "afternoon", "evening"):
        return None
    within = period_at(s, k, inner=True)
    if within is None or (within[0].interval and edge not in ("rest", "end")):
        return None
    if s[j] in ("mid", "early", "late") and s[k] not in MONTH and s[k] not in LEADS:
        return None
    return _cut(edge, within[0], s.today), within[1]


def _cut(edge: str, of: Days, today: date) -> Days:
    """The beginning, middle, end or rest of a period."""
    if edge in ("rest", "sofar"):
        first = max(of.start, today) if edge == "rest" else of.start
        last = of.end if edge == "rest" else min(of.end, today + timedelta(days=1))
        return Days(min(first, of.end - timedelta(days=1)), max(last, of.start + timedelta(days=1)), interval=True)
    if of.grain == "week":
        cuts = {"start": (0, 3), "middle": (2, 4), "end": (4, 7)}
    elif of.grain == "month":
        cuts = {"start": (0, 10), "middle": (10, 20), "end": (20, (of.end - of.start).days)}
    else:
        months = (
            {"start": (0, 3), "middle": (4, 8), "end": (8, 12)}
            if of.grain == "year"
            else {"start": (0, 1), "middle": (1, 2), "end": (2, 3)}
        )
        a, b = months[edge]
        return Days(add_months(of.start, a), add_months(of.start, b), interval=True)
    a, b = cuts[edge]
    return Days(of.start + timedelta(days=a), of.start + timedelta(days=b), interval=True)


def _counted_week(s: Words, i: int) -> Found:
    """ "first week of october", "last weekend of July", "3rd week of 2018", "1st week of Oct. on Friday"."""
    j = i + 1 if s[i] == "the" else i
    count = (-1, j + 1) if s[j] == "last" else ordinal(s, j)
    unit = _unit(s, count[1]) if count else None
    if count is None or unit is None or unit[0] not in ("week", "weekend") or s[unit[1]] not in ("of", "in"):
        return None
    within = period_at(s, s.skip(unit[1] + 1, ("the",)), inner=True)
    if within is None or within[0].grain not in ("month", "year"):
        return None
    if unit[0] == "weekend":
        saturday = nth_weekday(count[0], 5, within[0])
        return (Days(saturday, saturday + timedelta(days=2), interval=True), within[1]) if saturday else None
    thursday = nth_weekday(count[0], 3, within[0])
    if thursday is None:
        return None
    week, j = period("week", monday(thursday), 0), within[1]
    k = s.skip(j, (".", "on"))
    if s[k] in WEEKDAY:
        return one(week.start + timedelta(days=WEEKDAY[s[k]])), k + 1
    return week, j


def _numbered_week(s: Words, i: int) -> Found:
    """ "week 31", "calendar week 48"."""
    j = i + 1 if s[i] == "the" else i
    if (
        s[j] != "week"
        or not 1 <= s.number(j + 1) <= 53
        or s[i - 1] in ("per", "a", "each")
        or not (j > i or s.whole(i, j + 2) or s[i - 1] in ("calendar", "in"))
    ):
        return None
    first = monday(date(s.today.year, 1, 4)) + timedelta(weeks=s.number(j + 1) - 1)
    return period("week", first, 0), j + 2


def _month_in_figures(s: Words, i: int) -> Found:
    """ "2014-10", "2/2013" as the message's only words."""
    first, last = s.digits(i), s.digits(i + 2)
    if s[i + 1] not in ("-", "/") or {len(first), len(last)} not in ({4, 1}, {4, 2}) or not s.whole(i, i + 3):
        return None
    year, month = (first, last) if len(first) == 4 else (last, first)
    day = made(int(year), int(month), 1)
    return (period("month", day, 0), i + 3) if day else None


def quarter(s: Words, i: int) -> Found:
    """ "Q3", "4th quarter 2018"."""
    count = ordinal(s, i + 1 if s[i] == "the" else i)
    number_of, j = (count[0], count[1] + 1) if count and s[count[1]] in ("quarter", "qtr") else (0, i)
    if s[i] == "q" and s.glued(i + 1) and s[i + 1] in ("1", "2", "3", "4"):
        number_of, j = s.number(i + 1), i + 2
    if not 1 <= number_of <= 4:
        return None
    k = s.skip(j, ("of", "in"))
    year = s.number(k) if len(s.digits(k)) == 4 and 1000 < s.number(k) < 9000 else 0
    return period("quarter", date(year or s.today.year, number_of * 3 - 2, 1), 0), k + 1 if year else j


def period_span(s: Words, i: int) -> Found:
    """Any stretch of days with a name at this place."""
    return (
        counted_weekday(s, i)
        or _counted_week(s, i)
        or _counted_span(s, i)
        or _edge(s, i)
        or period_at(s, i)
        or _numbered_week(s, i)
        or _month_in_figures(s, i)
        or quarter(s, i)
    )


def counted_weekday(s: Words, i: int) -> Found:
    """ "last Monday of March", "first tuesday in october 2014", "the first Monday of this month"."""
    j = s.skip(i, ("the", "on"))
    found = (-1, j + 1) if s[j] == "last" else ordinal(s, j)
    if found is None:
        return None
    count, k = found
    weekday = WEEKDAY.get(s[k])
    if weekday is None or s[k + 1] not in ("of", "in"):
        return None
    within = period_at(s, s.skip(k + 2, ("the",)), inner=True)
    day = nth_weekday(count, weekday, within[0]) if within and within[0].grain in ("month", "year") else None
    if day is not None and within is not None and s[k + 2] in MONTH and day < s.today and not s.digits(within[1] - 1):
        later = Days(within[0].start.replace(year=day.year + 1), within[0].end.replace(year=within[0].end.year + 1))
        day = nth_weekday(count, weekday, later)
    return (one(day, dated=True), within[1]) if day and within else None
