"""Times of the clock as they are written and said: "3pm", "15h30", "half three", "quarter to noon", "9-11am"."""

from dataclasses import dataclass, replace
from typing import Literal

from core.when.numerals import ONES, TENS, number
from core.when.tokens import Words
from core.when.value import Grain
from core.when.words import COUNTED, NAMED_ZONES, NOT_PLURAL, ZONES, bag

Half = Literal["am", "pm"]
_RANGE_WORDS = frozenset({"-", "to", "until", "thru"})
# What comes before the time of an effort: "fran in 4:23".
_TIMED = frozenset(bag("in took time pr pb best score result was"))
_AM_PARTS = frozenset({"morning"})
_PM_PARTS = frozenset({"afternoon", "evening", "night"})


@dataclass(frozen=True)
class Clock:
    """A time of the clock; `sure` where a 24-hour sign or a name leaves no choice of the half of the day,
    `strong` where it is a time even with nothing around it."""

    hour: int
    minute: int = 0
    second: int = 0
    half: Half | None = None
    sure: bool = False
    strong: bool = True
    grain: Grain = "hour"
    zone: int | None = None

    @property
    def either(self) -> bool:
        """Whether the hour may be in either half of the day."""
        return self.half is None and not self.sure and 1 <= self.hour <= 12

    def hours(self) -> tuple[int, ...]:
        """The hours of the 24 it can mean, the likelier first."""
        if self.half is not None:
            return (self.hour % 12 + (12 if self.half == "pm" else 0),)
        if self.either:
            return (12, 0) if self.hour == 12 else (self.hour, self.hour + 12)
        return (self.hour,)


@dataclass(frozen=True)
class ClockRange:
    """From one time of the clock to another, as spoken."""

    first: Clock
    last: Clock
    strong: bool


def _meridiem(s: Words, i: int) -> tuple[Half, int] | None:
    """ "am", "p.m.", "p m", or a single letter written against the number."""
    word = s[i]
    if word in ("am", "pm"):
        return ("am" if word == "am" else "pm"), i + 1
    if word in ("a", "p"):
        half: Half = "am" if word == "a" else "pm"
        j = i + 2 if s[i + 1] == "." else i + 1
        if s[j] == "m" and (s.glued(j) or s[i + 1] == "." or not s.glued(i)):
            return half, j + 2 if s[j + 1] == "." and (s[i + 1] == "." or s.glued(j + 1)) else j + 1
        if s.glued(i) and not s.glued(i + 1):
            return half, i + 1
        if s.glued(i) and not s[i + 1].isalnum():
            return half, i + 1
    return None


def _part_half(s: Words, i: int) -> tuple[Half, int] | None:
    """ "in the morning", "at night", "in the PM" after an hour."""
    if s[i] == "at" and s[i + 1] == "night":
        return "pm", i + 2
    if s[i] != "in" and (s[i], s[i + 1]) != ("of", "the"):
        return None
    j = i + 2 if s[i + 1] == "the" else i + 1
    if s[j] in _AM_PARTS or (s[j] == "am" and j > i + 1):
        return "am", j + 1
    if s[j] in _PM_PARTS or (s[j] == "pm" and j > i + 1):
        return "pm", j + 1
    return None


def _zone(s: Words, i: int) -> tuple[int, int] | None:
    """A zone name right after a time: its minutes from UTC."""
    j = i + 1 if s[i] == "(" else i
    if s[j] in ZONES:
        after = j + 1
        return ZONES[s[j]], after + 1 if j > i and s[after] == ")" else after
    if s[j] in NAMED_ZONES and s[j + 1] in ("time", "timezone", "standard", "daylight"):
        return NAMED_ZONES[s[j]], j + 3 if s[j + 2] in ("time", "zone") else j + 2
    return None


def counted(s: Words, i: int) -> bool:
    """Whether what stands here makes the number before it a count or a measure and not an hour."""
    word = s[i]
    if not word:
        return False
    if s.glued(i) and (word.isalnum() or word in "%x*×$€£°/"):
        return True
    if word in (".", ",", ":", "-") and s.glued(i) and s.glued(i + 1) and s[i + 1].isalnum():
        return True
    if word in COUNTED or word in ("%", "x", "×", "/", "$", "€"):
        return True
    return len(word) > 3 and word.endswith("s") and not word.endswith("ss") and word not in NOT_PLURAL


def _finish(s: Words, clock: Clock, j: int) -> tuple[Clock, int] | None:
    """Add what follows the figures: am or pm, o'clock, "in the morning", a zone."""
    if s[j] == "o'clock" or (s[j] in ("hours", "hrs") and s[j - 2] == "at"):
        clock, j = replace(clock, strong=True), j + 1
    if clock.hour <= 12 and clock.half is None:
        half = _meridiem(s, j) or _part_half(s, j)
        if half is not None:
            clock, j = replace(clock, half=half[0], strong=True), half[1]
            if s[j] == "o'clock":
                j += 1
    elif clock.hour > 12 and s[j] in ("am", "pm"):
        j += 1
    if s[j] == "ish":
        clock, j = replace(clock, strong=True), j + 1
    if s[j] == "-" and s[j + 1] == "ish":
        clock, j = replace(clock, strong=True), j + 2
    if not clock.strong and counted(s, j):
        return None
    if s.glued(j) and s[j].isalnum() and s[j - 1] not in ("h", ".", "m"):
        return None
    zone = _zone(s, j)
    return (replace(clock, zone=zone[0]), zone[1]) if zone else (clock, j)


def _named(s: Words, i: int) -> tuple[Clock, int] | None:
    i = i + 1 if s[i] == "12" and s[i + 1] in ("noon", "midnight") else i
    if s[i] == "noon":
        return Clock(12, sure=True), i + 1
    if s[i] == "midnight":
        return Clock(0, sure=True), i + 1
    if s[i] == "mid" and s[i + 1] in ("day", "night"):
        j = i + 3 if s[i + 1] == "-" else i + 2
        return Clock(12 if s[i + 1] == "day" else 0, sure=True), j
    return None


def _hour(s: Words, i: int) -> tuple[Clock, int] | None:
    """A full hour that minutes are counted from: "3 pm", "noon", "three", "seven o'clock"."""
    named = _named(s, i)
    if named:
        return named
    found = number(s, i)
    if found is None or not 0 < found[0] <= 23 or (s[found[1]] == ":" and s.glued(found[1])):
        return None
    return _finish(s, Clock(found[0], strong=False), found[1])


def _shifted(clock: Clock, minutes: int) -> Clock:
    """A full hour moved by minutes either way."""
    total = (clock.hour * 60 + minutes) % 1440
    hour = total // 60
    if clock.either or clock.half:
        hour = (hour - 1) % 12 + 1
        crossed = clock.hour == 12 and minutes < 0
        half: Half | None = clock.half and (("am" if clock.half == "pm" else "pm") if crossed else clock.half)
        return replace(clock, hour=hour, minute=total % 60, half=half, grain="minute", strong=True)
    return replace(clock, hour=hour, minute=total % 60, grain="minute", strong=True)


def _relative(s: Words, i: int) -> tuple[Clock, int] | None:
    """ "half past seven", "half three", "quarter to noon", "20 minutes past 3pm", "twenty after 3pm"."""
    i = i + 1 if s[i] == "a" else i
    minutes, j, spoken = 0, i + 1, True
    if s[i] in ("half", "halb"):
        minutes = 30
    elif s[i] == "quarter":
        minutes = 15
    else:
        found = number(s, i)
        if found is None or not 0 < found[0] < 60:
            return None
        minutes, j = found
        spoken = s[j] in ("minute", "minutes", "min", "mins")
        j += spoken
    if s[j] in ("past", "after") or (s[j] == "to" or s[j] in ("before", "til")):
        hour = _hour(s, j + 1)
        late = s[j] in ("past", "after")
        if hour is None or not (late or spoken or hour[0].sure or (minutes > 12 and hour[0].strong)):
            return None
        if s[j] in ("after", "before") and not (spoken or hour[0].half or hour[0].sure or s[i] in TENS):
            return None
        return _shifted(hour[0], minutes if late else -minutes), hour[1]
    if s[i] in ("half", "halb") and s[j] not in ("a", "an"):
        hour = _hour(s, j)
        if hour is not None and hour[0].hour <= 12 and not (s.glued(j)):
            return _shifted(hour[0], -30 if s[i] == "halb" else 30), hour[1]
    return None


def _two(s: Words, i: int) -> int:
    """Two digits below sixty written against what is before, or -1."""
    return s.number(i) if len(s.digits(i)) == 2 and s.glued(i) and s.number(i) < 60 else -1


def _figures(s: Words, i: int) -> tuple[Clock, int] | None:
    """ "15:30", "9:01:10", "15h30", "15h", "6.45pm", "1830", "9"."""
    digits, hour = s.digits(i), s.number(i)
    if not digits or s[i - 1] in ("$", "€", "£", "#") or (s.glued(i) and s[i - 1] in ("x", ".", "/", ":", "'")):
        return None
    sign = s[i + 1]
    if len(digits) <= 2 and hour <= 24 and s.glued(i + 1):
        sure = hour > 12 or hour == 0 or (len(digits) == 2 and hour < 10)
        if sign == ":" and _two(s, i + 2) >= 0 and (hour < 24 or s[i + 2] == "00"):
            done = _colon(s, i, Clock(hour % 24, _two(s, i + 2), sure=sure, grain="minute"))
            return None if done and done[0].half is None and s[i - 1] in _TIMED else done
        if sign == "h" and not (s.glued(i + 2) and s[i + 2].isalnum() and _two(s, i + 2) < 0):
            if _two(s, i + 2) >= 0:
                return _finish(s, Clock(hour % 24, _two(s, i + 2), sure=True, grain="minute"), i + 3)
            return _finish(s, Clock(hour % 24, sure=s[i + 2] not in ("pm", "am"), grain="minute"), i + 2)
        if sign == "." and _two(s, i + 2) >= 0 and not (s[i + 3] == "." and s.glued(i + 3) and s.glued(i + 4)):
            clock = Clock(hour % 24, _two(s, i + 2), sure=sure, strong=False, grain="minute")
            return _finish(s, clock, i + 3)
    if len(digits) in (3, 4) and int(digits[:-2]) < 24 and int(digits[-2:]) < 60:
        hour = int(digits[:-2])
        clock = Clock(hour, int(digits[-2:]), sure=hour > 12 or hour == 0, strong=False, grain="minute")
        done = _finish(s, clock, i + 1)
        return done if done and (len(digits) == 4 or done[0].half or done[0].strong) else None
    return _finish(s, Clock(hour % 24, sure=hour > 12, strong=False), i + 1) if 0 < hour <= 24 else None


def _colon(s: Words, i: int, clock: Clock) -> tuple[Clock, int] | None:
    if s[i + 3] == ":" and s.glued(i + 3) and _two(s, i + 4) >= 0:
        return _finish(s, replace(clock, second=_two(s, i + 4), grain="second"), i + 5)
    if s[i + 3] == ":" and s.glued(i + 3) and s.glued(i + 4):
        return None
    return _finish(s, clock, i + 3)


def _spoken(s: Words, i: int) -> tuple[Clock, int] | None:
    """ "six", "three twenty", "nine fifty nine a m", "seven oh five"."""
    hour = ONES.get(s[i], 20 if s[i] == "twenty" else 0)
    if not 0 < hour <= 20:
        return None
    j = i + 1
    if s[j] in ("oh", "o") and 0 < ONES.get(s[j + 1], 0) < 10:
        return _finish(s, Clock(hour, ONES[s[j + 1]], strong=False, grain="minute"), j + 2)
    minutes = number(s, j) if s[j] in TENS or (s[j] in ONES and ONES[s[j]] >= 10) else None
    if minutes and minutes[0] < 60 and hour <= 12:
        k = minutes[1] + (s[minutes[1]] == "minutes")
        return _finish(s, Clock(hour, minutes[0], strong=False, grain="minute"), k)
    return _finish(s, Clock(hour, strong=False, sure=hour > 12), j)


def clock(s: Words, i: int) -> tuple[Clock, int] | None:
    """One time of the clock at this place."""
    named = _named(s, i)
    if named:
        return _finish(s, *named)
    return _relative(s, i) or (_figures(s, i) if s.digits(i) else _spoken(s, i))


def clock_range(s: Words, i: int) -> tuple[ClockRange, int] | None:
    """Two times of the clock with "to", "-", "until", or "and" after "between"."""
    opened = s[i - 1] if i else ""
    first = _range_start(s, i)
    if first is None:
        return None
    start, j = first
    j = j + 1 if s[j] == "," and s[j + 1] == "but" else j
    if s[j] == "but" and s[j + 1] == "before":
        j += 1
    elif not (s[j] in _RANGE_WORDS or (s[j] in ("and", "&") and opened == "between")):
        return None
    last = clock(s, s.skip(j + 1, ("at", "around", "about", "say")))
    if last is None:
        return None
    strong = start.strong or last[0].strong or opened in ("between", "from")
    return ClockRange(start, last[0], strong), last[1]


def _range_start(s: Words, i: int) -> tuple[Clock, int] | None:
    """The first time of a range: a bare "9" or "0730" may stand against the dash."""
    found = clock(s, i)
    if found is not None:
        return found
    digits = s.digits(i)
    if not digits or s[i - 1] in ("$", "€", "£", "#", "x"):
        return None
    if s[i + 1] == "." and _two(s, i + 2) >= 0 and s[i + 3] == "-" and int(digits) < 24 and len(digits) <= 2:
        return Clock(int(digits), _two(s, i + 2), sure=int(digits) > 12, grain="minute"), i + 3
    if s[i + 1] != "-":
        return None
    if len(digits) == 4 and int(digits[:2]) < 24 and int(digits[2:]) < 60:
        return Clock(int(digits[:2]), int(digits[2:]), sure=int(digits[:2]) > 12, strong=False, grain="minute"), i + 1
    return (Clock(int(digits), strong=False, sure=int(digits) > 12), i + 1) if 0 < int(digits) <= 24 else None
