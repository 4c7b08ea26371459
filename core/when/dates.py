"""Single days as they are said: weekdays, "tomorrow", "the 26th", "26 nov", "the 15th of june"."""

from dataclasses import replace
from datetime import date, timedelta

from core.when.days import Days, coming, made, monday, monthly, one, period, yearly
from core.when.figures import figure_date, full_year
from core.when.holidays import holiday
from core.when.numerals import NUMBER_WORDS, ONES, TENS, number, ordinal
from core.when.tokens import Words
from core.when.words import COUNTED, MONTH, SHY_DAYS, WEEKDAY, bag

Found = tuple[Days, int] | None
RELATIVE = {"today": 0, "tomorrow": 1, "yesterday": -1, "overmorrow": 2}
NEXT = frozenset({"next", "following", "nächste"})
COMING = frozenset({"coming", "upcoming"})
LAST = frozenset({"last", "past"})
_PREVIOUS = frozenset({"previous", "prior"})
_THIS = frozenset({"this", "current"})
LEADS = NEXT | COMING | LAST | _PREVIOUS | _THIS
_NOT_DATES = frozenset(
    bag(
        "one ones option person member time set round week quarter half floor place rep guy button "
        "choice last answer and/or name"
    )
)
_NO_DAY_BEFORE = frozenset({"the", "i", "we", "he", "she", "they", "who", "you"})
_NO_DAY_AFTER = frozenset({"down", "up", "here", "there", "next"})
_DATED_BY = frozenset({"on", "until", "by", "before", "after", "since", "from", "to"})
_CLOCK_SIGNS = frozenset({":", "h", "am", "pm", "."})
_NOT_EARLY_DATES = frozenset(bag("class classes session sessions workout slot exercise movement coach booking"))


def shift_of(word: str) -> int:
    """-1, 0 or 1 for the word that leads a period: last, this, next."""
    return 1 if word in NEXT or word in COMING else 0 if word in _THIS else -1


def weekday_word(s: Words, i: int) -> int | None:
    """The weekday named here, unless it is the sun or someone who sat."""
    word = s[i]
    if word in SHY_DAYS and (s[i + 1] in _NO_DAY_AFTER or (s[i - 1] in _NO_DAY_BEFORE and s[i + 1] != "at")):
        return None
    return WEEKDAY.get(word)


def relative_day(s: Words, i: int) -> Found:
    """ "today", "tomorrow", "the day after tomorrow", "the day before"."""
    j = i + 1 if s[i] == "the" else i
    if s[j] == "day" and s[j + 1] in ("after", "before"):
        sign = 1 if s[j + 1] == "after" else -1
        if s[j + 2] in RELATIVE:
            return one(s.today + timedelta(days=RELATIVE[s[j + 2]] + sign)), j + 3
        if j > i and s[i - 1] != "day" and not (s[j + 2].isalnum() and s[j + 2] not in ("at", "on", "in")):
            return one(s.today + timedelta(days=sign)), j + 2
        return None
    if s[i] in RELATIVE:
        return one(s.today + timedelta(days=RELATIVE[s[i]])), i + 1
    return None


def _led_weekday(s: Words, i: int) -> tuple[Days, int, int] | None:
    """A weekday with or without a leading word: the days, the weekday, the place after."""
    j = i + 1 if s[i] in ("the", "this", "on") and s[i + 1] in (LEADS - _THIS) else i
    lead = s[j] if s[j] in LEADS else ""
    j = j + 1 if lead else j
    if lead in NEXT and s[j] in COMING:
        j += 1
    weekday = weekday_word(s, j)
    if weekday is None:
        return None
    after = j + 2 if s[j + 1] == "." and s.glued(j + 1) and len(s[j]) <= 5 else j + 1
    return _led_day(lead, weekday, s.today), weekday, after


def _led_day(lead: str, weekday: int, today: date) -> Days:
    if lead in NEXT or lead in _PREVIOUS:
        return one(monday(today) + timedelta(days=weekday + (7 if lead in NEXT else -7)))
    if lead in LAST:
        return one(coming(weekday, today - timedelta(days=8)))
    day = coming(weekday, today)
    if lead in _THIS and weekday == today.weekday():
        return one(today)
    return replace(one(day), maybe_today=not lead and weekday == today.weekday(), weekday=True)


def _of_week(s: Words, i: int, weekday: int) -> Found:
    """ "of next week", "next week", "this week", "from last week", "after next", "the week after next" behind
    a weekday."""
    if s[i] == "after" and s[i + 1] in NEXT:
        return one(coming(weekday, s.today) + timedelta(weeks=1)), i + 2
    k = s.skip(i, ("of", "in", "the"))
    if (s[k], s[k + 1], s[k + 2]) == ("week", "after", "next"):
        return one(monday(s.today) + timedelta(days=weekday, weeks=2)), k + 3
    if s[i] == "week" and s[i - 1] in WEEKDAY and s[i + 1] != "of":
        return one(coming(weekday, s.today) + timedelta(weeks=1)), i + 1
    j = s.skip(i, ("of", "from", "in", ",", "the"))
    if s[j] in LEADS and s[j + 1] == "week":
        return one(monday(s.today) + timedelta(days=weekday, weeks=shift_of(s[j]))), j + 2
    return None


def weekday_day(s: Words, i: int) -> Found:
    """A weekday and all that may narrow it: "this Thu", "friday the 26th", "Sunday, Feb 10", "monday next week"."""
    led = _led_weekday(s, i)
    if led is None:
        return None
    days, weekday, j = led
    of_week = _of_week(s, j, weekday)
    if of_week is not None:
        return of_week
    k = s.skip(j, (",", "(", "the", "-", "on"))
    dated = month_day(s, k, weekday) or figure_date(s, k, weekday) or _bare_ordinal(s, k, weekday)
    if dated is not None and dated[0].grain == "day":
        return dated
    return days, j


def _bare_ordinal(s: Words, i: int, weekday: int | None) -> Found:
    """ "the 26th" behind a weekday or an article; with a weekday also "31" alone."""
    found = ordinal(s, i)
    if found is None and weekday is not None and s[i - 1] == "the":
        found = number(s, i) if s[i] != "one" else None
    if found is None and weekday is not None and s.number(i) > 24 and not (s.glued(i + 1) and s[i + 1].isalnum()):
        found = number(s, i)
    if found is None or not 1 <= found[0] <= 31 or s[found[1]] in COUNTED or s[found[1]] in (":", "am", "pm"):
        return None
    day = monthly(found[0], s.today, weekday)
    return (one(day, dated=True), found[1]) if day else None


def the_ordinal(s: Words, i: int) -> Found:
    """ "the 26th", "on the 15th", "the 20th of this month"."""
    j = s.skip(i, ("on", "the"))
    found = ordinal(s, j)
    if found is None:
        plain = number(s, j)
        return _of_month(s, plain[1], plain[0]) if plain else None
    day, end = found
    if s[end] == "day" and s[end + 1] == "of":
        end += 1
    of_month = _of_month(s, end, day)
    if of_month is not None:
        return of_month
    spelt = not s.digits(j)
    if j == i and not s.whole(i, end) and s[i - 1] not in _DATED_BY:
        return None
    if spelt or s[end] in _NOT_DATES or (day <= 9 and s[end] in _NOT_EARLY_DATES) or s[end] in WEEKDAY:
        return None
    coming_day = monthly(day, s.today) if 1 <= day <= 31 else None
    return (one(coming_day, dated=True), end) if coming_day else None


def _of_month(s: Words, i: int, day: int) -> Found:
    """ "of this month", "of the current month", "of next month" behind a day."""
    if s[i] not in ("of", "in"):
        return None
    j = i + 2 if s[i + 1] == "the" else i + 1
    lead = s[j] if s[j] in LEADS else ""
    if s[j + bool(lead)] != "month" or not (lead or s[i + 1] == "the"):
        return None
    month = period("month", s.today, shift_of(lead) if lead else 0).start
    found = made(month.year, month.month, day)
    return (one(found, dated=True), j + bool(lead) + 1) if found else None


def spoken_year(s: Words, i: int) -> tuple[int, int] | None:
    """ "nineteen eighty six", "two thousand and thirty two", "seventeen hundred thirty three"."""
    century = ONES.get(s[i], TENS.get(s[i], 0))
    if s[i + 1] == "thousand" and century == 2:
        rest = number(s, i + 3 if s[i + 2] == "and" else i + 2)
        return (2000 + rest[0], rest[1]) if rest and rest[0] < 100 else (2000, i + 2)
    if not 15 <= century <= 20:
        return None
    rest = number(s, i + 2 if s[i + 1] == "hundred" else i + 1)
    return (century * 100 + rest[0], rest[1]) if rest and 10 <= rest[0] < 100 and not s.digits(i + 1) else None


def year_after(s: Words, i: int) -> tuple[int, int]:
    """The year said behind a date, and the place after it; year 0 where none is."""
    j = s.skip(i, (",", "of", "in", "/", "-", "the", "year"))
    if len(s.digits(j)) == 4 and 1500 <= s.number(j) <= 2200 and s[j + 1] not in (":", "h"):
        return s.number(j), j + 1
    if s[j] in LEADS and s[j + 1] == "year" and s[j - 1] != "the":
        return s.today.year + shift_of(s[j]), j + 2
    if len(s.digits(j)) == 2 and (
        s[i] == "of" or (s[i] in ("/", "-") and s.glued(j) and s[j + 1] not in _CLOCK_SIGNS) or _short_year(s, j)
    ):
        return full_year(s[j]), j + 1
    if j > i and s[i] in ("-", "/"):
        return 0, i
    return spoken_year(s, j) or (0, i)


def _short_year(s: Words, i: int) -> bool:
    """Whether two figures behind a date are its year and not an hour: too large for one, or the message's last word."""
    return (s.number(i) > 31 and not s.glued(i + 1)) or (
        s.number(i) >= 12
        and s[i - 1] != ","
        and (s[i + 1] in ("", "was") or (s[i + 1] in ".!?" and i + 2 >= s.count))
        and (s[i - 1] in MONTH or s[i - 1] in NUMBER_WORDS)
        and (s.whole(0, s.count) and s[i - 1] != "at")
    )


def month_day(s: Words, i: int, weekday: int | None = None) -> Found:
    """ "26 nov", "nov 26th 2026", "the 15th of february", "may twenty nine", "ides of march", "Dec31, 1994"."""
    if s[i] in MONTH:
        return _month_first(s, i, weekday)
    if s[i] == "ides" and s[i + 1] == "of" and s[i + 2] in MONTH:
        month = MONTH[s[i + 2]]
        day = yearly(month, 15 if month in (3, 5, 7, 10) else 13, s.today)
        return (one(day, dated=True), i + 3) if day else None
    found = ordinal(s, i) or number(s, i)
    if found is None or not 1 <= found[0] <= 31 or s[i - 1] in ("$", "€", "£"):
        return None
    if s.glued(i) and s[i - 1] in (":", "."):
        return None
    j = found[1]
    j = j + 1 if s[j] == "." and s.glued(j) else j
    j = j + 1 if s[j] == "day" and s[j + 1] == "of" else j
    j = s.skip(j, ("of", "the", "-", "/"))
    if s[j] not in MONTH or (s[j] == "mar" and s.glued(j)):
        return None
    return _dated(s, MONTH[s[j]], found[0], j + 2 if s[j + 1] == "." else j + 1, weekday)


def _month_first(s: Words, i: int, weekday: int | None) -> Found:
    month = MONTH[s[i]]
    j = s.skip(i + 1, (".", "the", "/", "-"))
    found = ordinal(s, j) or number(s, j)
    if found is None or not 1 <= found[0] <= 31 or (s.digits(j) and len(s.digits(j)) > 2):
        return None
    end = found[1]
    if s[end] in (":", "am", "pm", "h") or (s[end] in COUNTED and s[end] not in ("of", "am!")):
        return None
    if s[end] == "(" and s[end + 1] in WEEKDAY and s[end + 2] == ")":
        weekday, end = WEEKDAY[s[end + 1]], end + 3
    return _dated(s, month, found[0], end, weekday)


def _dated(s: Words, month: int, day: int, end: int, weekday: int | None) -> Found:
    year, j = year_after(s, end)
    if not year and weekday is None and s[s.skip(j, (",", "("))] in WEEKDAY:
        k = s.skip(j, (",", "("))
        weekday, j = WEEKDAY[s[k]], k + 1
    found = made(year, month, day) if year else yearly(month, day, s.today, weekday)
    return (one(found, dated=True), j) if found else None


def week_weekday(s: Words, i: int) -> Found:
    """ "next week Wednesday", "this week on Monday"."""
    if s[i] in LEADS and s[i + 1] == "week":
        j = s.skip(i + 2, ("on", ",", "'s"))
        weekday = weekday_word(s, j)
        if weekday is not None:
            return one(monday(s.today) + timedelta(days=weekday, weeks=shift_of(s[i]))), j + 1
    return None


def next_date(s: Words, i: int) -> Found:
    """ "next 6th of April", "last easter", "next new year day"."""
    if s[i] not in LEADS:
        return None
    past = shift_of(s[i]) < 0
    named = holiday(s, i + 1, past=past)
    if named:
        return named
    found = month_day(s, i + 1)
    if found is None or not past:
        return found
    before = found[0].start
    earlier = made(before.year - 1, before.month, before.day)
    return (one(earlier, dated=True), found[1]) if earlier else None


def single_day(s: Words, i: int) -> Found:
    """Any one day said at this place."""
    return (
        relative_day(s, i)
        or week_weekday(s, i)
        or weekday_day(s, i)
        or figure_date(s, i)
        or month_day(s, s.skip(i, ("on", "the")))
        or the_ordinal(s, i)
        or holiday(s, i)
        or next_date(s, i)
    )
