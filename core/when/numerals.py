"""Numbers and lengths of time in digits and in words: "twenty-three", "2.5 hours", "a week", "half an hour"."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.when.tokens import Words
from core.when.value import Grain, add_months
from core.when.words import UNIT, bag

ONES = {
    w: n
    for n, w in enumerate(
        bag(
            "zero one two three four five six seven eight nine ten eleven twelve thirteen "
            "fourteen fifteen sixteen seventeen eighteen nineteen"
        )
    )
}
TENS = {w: n * 10 for n, w in enumerate(bag("twenty thirty forty fifty sixty seventy eighty ninety"), 2)}
_FIRSTS = {
    w: n
    for n, w in enumerate(
        bag(
            "first second third fourth fifth sixth seventh eighth ninth tenth "
            "eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth "
            "eighteenth nineteenth"
        ),
        1,
    )
} | {"twentieth": 20, "thirtieth": 30}
_SUFFIX = frozenset({"st", "nd", "rd", "th"})
NUMBER_WORDS = frozenset({*ONES, *TENS, *_FIRSTS})
_SIZES: dict[str, tuple[int, float, float, Grain]] = {
    "second": (0, 0, 1, "second"),
    "minute": (0, 0, 60, "minute"),
    "hour": (0, 0, 3600, "hour"),
    "day": (0, 1, 0, "day"),
    "week": (0, 7, 0, "week"),
    "fortnight": (0, 14, 0, "week"),
    "month": (1, 0, 0, "month"),
    "quarter": (3, 0, 0, "quarter"),
    "year": (12, 0, 0, "year"),
}


def number(s: Words, i: int) -> tuple[int, int] | None:
    """A whole number in digits or words, and the place after it."""
    if s.digits(i):
        return s.number(i), i + 1
    word = s[i]
    if word in ONES:
        return ONES[word], i + 1
    if word in TENS:
        j = i + 2 if s[i + 1] == "-" else i + 1
        unit = ONES.get(s[j], 0)
        return (TENS[word] + unit, j + 1) if 0 < unit < 10 else (TENS[word], i + 1)
    return None


def ordinal(s: Words, i: int) -> tuple[int, int] | None:
    """ "26th", "second", "twenty-third", and the place after it."""
    if s.digits(i) and s[i + 1] in _SUFFIX:
        return s.number(i), i + 2
    word = s[i]
    if word in _FIRSTS:
        return _FIRSTS[word], i + 1
    if word in ("twenty", "thirty"):
        j = i + 2 if s[i + 1] == "-" else i + 1
        if s[j] in _FIRSTS and _FIRSTS[s[j]] < 10:
            return TENS[word] + _FIRSTS[s[j]], j + 1
    return None


def _amount(s: Words, i: int) -> tuple[float, int] | None:
    """How many of a unit: "a", "2.5", "a couple of", "one and a half"."""
    i = i + 1 if s[i] == "a" and s[i + 1] in ("few", "couple", "half") else i
    if s[i] == "few" or s[i] == "couple":
        return (3.0 if s[i] == "few" else 2.0), i + 2 if s[i + 1] == "of" else i + 1
    if s[i] == "half":
        return 0.5, i + 2 if s[i + 1] in ("a", "an") else i + 1
    if s[i] in ("a", "an"):
        return 1.0, i + 1
    found = number(s, i)
    if found is None:
        return None
    value, j = float(found[0]), found[1]
    if s.digits(i) and s[j] in (".", ",") and s.glued(j) and s.glued(j + 1) and s.digits(j + 1):
        return float(f"{s[i]}.{s[j + 1]}"), j + 2
    if s[j] == "and" and s[j + 1] in ("a", "an") and s[j + 2] == "half":
        return value + 0.5, j + 3
    return value, j


@dataclass(frozen=True)
class Length:
    """A length of time; `grain` is its smallest unit."""

    months: int
    days: float
    seconds: float
    grain: Grain

    @property
    def clocked(self) -> bool:
        """Whether hours or less were said."""
        return self.grain in ("second", "minute", "hour")

    def day_from(self, day: date, sign: int = 1) -> date:
        """The day this far from another."""
        return add_months(day, sign * self.months) + timedelta(days=sign * int(self.days))

    def moment_from(self, at: datetime, sign: int = 1) -> datetime:
        """The moment this far from another."""
        moment = datetime.combine(add_months(at.date(), sign * self.months), at.time())
        return moment + sign * timedelta(days=self.days, seconds=self.seconds)


def _one_length(s: Words, i: int, *, minutes_left_out: bool) -> tuple[Length, int] | None:
    amount = _amount(s, i)
    if amount is None:
        return None
    count, j = amount
    if s[j] in ("business", "working", "full", "more"):
        j += 1
    unit = UNIT.get(s[j])
    if unit is None or count > 20_000 or (s[j] == "h" and not s.digits(j - 1)):
        return None
    if s[j] in ("'", "’", "′") and not s.glued(j):
        return None
    months, days, seconds, grain = _SIZES[unit]
    j += 1
    if s[j] == "and" and s[j + 1] == "a" and s[j + 2] == "half":
        count, j = count + 0.5, j + 3
    if unit == "hour" and minutes_left_out and s.glued(j) and s.number(j) in range(60):
        return Length(0, 0, count * 3600 + s.number(j) * 60, "minute"), j + 1
    whole_days = count * days
    spare = (whole_days - int(whole_days)) * 86_400
    return Length(int(count * months), int(whole_days), count * seconds + spare, grain), j


def length(s: Words, i: int) -> tuple[Length, int] | None:
    """ "3 hours 30 minutes", "2 weeks", "a day and 5 hours", and the place after it."""
    first = _one_length(s, i, minutes_left_out=True)
    if first is None:
        return None
    total, j = first
    for _ in range(3):
        more = _one_length(s, s.skip(j, ("and", ",")), minutes_left_out=False)
        if more is None or not (s.digits(s.skip(j, ("and", ","))) or s[j] == "and" or s[j] in ONES):
            break
        extra, j = more
        total = Length(total.months + extra.months, total.days + extra.days, total.seconds + extra.seconds, extra.grain)
    return total, j
