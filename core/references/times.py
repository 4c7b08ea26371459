"""The types `when`, `days` and `time_of_day`: times in words, what they mean beside a class, and how they are written."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from core.agent.reference import Ask, Candidate, Focus, Span
from core.agent.tools import Context
from core.clock import to_local
from core.llm.contract import Reader
from core.references._past import WEEKDAY, behind
from core.references._shift import SHIFT, far, in_its_week, lengths, shifts
from core.references.classes import classes_beside
from core.when.read import find, read
from core.when.value import Span as Read
from core.when.value import When

WEEK = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_LIMIT = re.compile(
    r"(?i)\b(?:as of|from(?!\s+\d{1,2}(?::\d\d)?\s*(?:(?:am|pm|h|uhr)\b|(?:to|-|until|till)\s*\d|(?=\s*start|\s*until|\s*till)))|start(?:s|ing)?|beginning|since|until|till?|through|ending)\b"
)
# "move oly tonight to 20:30" says of which class and where to, not from when to when.
_DAY_TO_CLOCK = re.compile(r"(?i)(?:\w+ )?(?:tonight|morning|afternoon|evening)\s+(?:to|until|till)\s")
_CLOCK_WORDS = (
    r"(?<![\w.:/])(?:noon|midnight|midday|half past (?:\d{1,2}|[a-z]+)|quarter (?:past|to) (?:\d{1,2}|[a-z]+)"
    r"|(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)(?=\s+(?:in the|at night|o['’]?clock|[ap]\.?m\b))(?:\s*o['’]?clock|\s*[ap]\.?m\b)?"
    r"|\d{1,2}(?:[:.h]\d{2})?\s*(?:a\.?m\.?|p\.?m\.?|h|uhr|o['’]?clock)?)(?![\w:/%])"
    r"(?:\s+in the (?:morning|afternoon|evening)|\s+at night)?"
)
_CLOCK = re.compile(rf"(?i){_CLOCK_WORDS}")
_AT = re.compile(rf"(?i),?\s+at\s+{_CLOCK_WORDS}")
# "move it to 8": an hour, as nothing else follows the figure.
_BARE_HOUR = re.compile(
    r"(?i)\b(?:to|til|till|until)\s+(?P<hour>\d{1,2}(?:[:.]\d{2})?)(?=\s*(?:[?!.,;]|$|please|pls|plz|instead|then|and|thx|thanks|on))"
)
_MONTH = re.compile(r"(?i)\s*(?:st|nd|rd|th)?\.?\s*(?:of\s+)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)")
# What is asked of these has happened.
_OF_THE_PAST = frozenset({"show_changes", "show_ai_usage"})
# Of a bare hour in both halves of the day the one that a night begins or ends with.
_AT_NIGHT = {("set_quiet_hours", "from"): max, ("set_quiet_hours", "to"): min}
_FIRST_HOUR, _LAST_HOUR = time(5, 30), time(21, 30)
_LONGEST_CLASS = timedelta(hours=12)


def written(when: When) -> Any:
    """A reading as its canonical words: a minute, a day, or the first and last day of a span."""
    if when.time_said:
        return when.start.isoformat(timespec="minutes")
    first, last = when.covers_days()
    if when.open == "before":
        return last.isoformat()
    if first == last or when.part is not None:
        return first.isoformat()
    return {"from": first.isoformat(), "to": last.isoformat()}


def minutes_of(when: When) -> int | None:
    """How long a range of the clock is."""
    if not when.time_said or when.end is None or when.kind != "interval" or when.open is not None:
        return None
    length = when.end - when.start
    return int(length.total_seconds() // 60) if timedelta(0) < length <= _LONGEST_CLASS else None


class WhenReader:
    """Finds times in a text."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def spans(self, text: str) -> Sequence[Span]:
        moves = shifts(text)
        found = [s for s in self._found(text, 0) if not any(m.start <= s.start and s.end <= m.end for m in moves)]
        found += moves
        found += [Span(m.start, at.end(), text[m.start : at.end()]) for m in moves if (at := _AT.match(text, m.end))]
        found += lengths(text)
        bare = (m for m in _BARE_HOUR.finditer(text) if not any(s.start < m.end() and m.start() < s.end for s in found))
        found += [Span(m.start("hour"), m.end("hour"), f"at {m['hour']}", 0.8) for m in bare]
        return found

    def _found(self, text: str, offset: int) -> Iterator[Span]:
        for span in find(text[offset:], self._now):
            start, end, words = span.start + offset, span.end + offset, span.text
            limit = _LIMIT.search(words, 1) if span.when.kind == "recurring" else None
            if limit is not None:
                yield Span(start, start + limit.start(), words[: limit.start()].strip(), 0.6)
                yield from self._found(text, start + limit.start())
                return
            often = span.when.kind == "recurring" and (len(span.when.days) != 1 or "every" in words.lower())
            if (span.when.kind == "interval" and not span.when.days) or (span.when.kind == "recurring" and not often):
                yield from self._ends(text, start, end)
            minutes = minutes_of(span.when)
            sure = 0.6 if often else 0.4 if _DAY_TO_CLOCK.match(words) else 1.0
            yield Span(start, end, words, sure, {"minutes": minutes} if minutes else {})

    def _ends(self, text: str, start: int, end: int) -> Iterator[Span]:
        """The second of two times, for what is moved from the one to the other."""
        joint = re.search(r"(?i)\s(?:to|until|till)\s+(?=\S)", text[start:end])
        if joint is None:
            return
        begin = start + joint.end()
        words = text[begin:end]
        if read(words, self._now) is not None or read(f"at {words}", self._now) is not None:
            yield Span(begin, end, words if read(words, self._now) else f"at {words}", 0.8)
            first = text[start : start + joint.start()]
            yield Span(start, start + joint.start(), first, 0.7)
            yield from self._with_its_day(text, begin, end)

    def _with_its_day(self, text: str, begin: int, end: int) -> Iterator[Span]:
        """A time and the day right behind it: "from saturday 8am to 1pm sunday"."""
        day = next(iter(find(text[end:], self._now)), None)
        if day is None or day.when.time_said or not day.when.date_said:
            return
        if text[end : end + day.start].strip() in ("", "on"):
            yield Span(begin, end + day.end, text[begin : end + day.end], 0.85)


class WhenReference:
    """An instant, a day, or a span of days or hours; an ISO time stands for itself."""

    name = "when"

    def reader(self, names: Any, focus: Focus, now: datetime, role: int) -> Reader:
        return WhenReader(now)

    async def names(self, db: Any, gym_id: int) -> None:
        return None

    async def resolve(self, ctx: Context, words: Any, ask: Ask) -> Sequence[Candidate]:
        beside = await _class_beside(ctx, ask)
        found = meant(words, ask.now, beside)
        if ask.tool in _OF_THE_PAST:
            found = [behind(when, str(words), ask.now) for when in found]
        return [Candidate(when, written(when)) for when in found]

    def schema(self) -> Mapping[str, Any]:
        return {"type": "string", "description": "a time as it was said (“tomorrow 6pm”, “next week”) or local ISO"}


def meant(words: Any, now: datetime, beside: datetime | None = None) -> list[When]:
    """The readings of words or ISO. `beside` is the start of the class that the same call is about: its day and its half
    of the day count where none was said."""
    exact = _iso(words)
    if exact is not None:
        return [exact]
    text = str(words)
    shift = SHIFT.search(text)
    if shift is not None and beside is not None:
        moved = beside + far(shift)
        clock = read(text[shift.end() :].strip(" ,"), now)
        return [_beside(clock, moved, now) if clock and clock.time_said else _minute(moved)]
    when = read(text, now) or read(f"at {text}", now)
    if when is None:
        return []
    if beside is not None:
        return [_beside(in_its_week(when, text, beside), beside, now)]
    return _ahead(_halves(when, text), text, now)


async def _class_beside(ctx: Context, ask: Ask) -> datetime | None:
    """The local start of the class that the same call is about; of several on one day, the first."""
    if ask.param != "to":
        return None
    found = await classes_beside(ctx, ask)
    starts = [to_local(occurrence.starts_at, ctx.gym.zone) for occurrence in found]
    return starts[0] if starts and all(start.date() == starts[0].date() for start in starts) else None


def _minute(start: datetime) -> When:
    return When("instant", "minute", start, date_said=True, time_said=True)


def _beside(when: When, beside: datetime, now: datetime) -> When:
    """A time said of a class: on the class's day unless another was named, in its half of the day; in a week without
    more on the same day of that week."""
    start = when.start
    if when.grain == "week":
        return _minute(datetime.combine(start + timedelta(days=beside.weekday() - start.weekday()), beside.time()))
    if when.time_said and not when.date_said:
        start = datetime.combine(beside.date(), start.time())
    if when.time_said and when.either_half:
        same = [start.replace(hour=start.hour % 12 + half) for half in (0, 12)]
        start = min(same, key=lambda s: abs(s - datetime.combine(s.date(), beside.time())))
    moved = start - when.start
    return replace(when, start=start, end=when.end + moved if when.end else None)


def _halves(when: When, text: str) -> list[When]:
    """A bare hour in both halves of the day, as far as a gym is open then."""
    if not when.time_said or not when.either_half or re.search(r"\d[:.]\d{2}", text):
        return [when]
    options = []
    for half in (0, 12):
        start = when.start.replace(hour=when.start.hour % 12 + half)
        if _FIRST_HOUR <= start.time() <= _LAST_HOUR:
            options.append(replace(when, start=start, end=when.end + (start - when.start) if when.end else None))
    return options or [when]


def _ahead(halves: list[When], text: str, now: datetime) -> list[When]:
    """Of both halves of the day what is still to come; where nothing is, the same hour of the next day that was meant."""
    coming = [half for half in halves if half.start > now]
    if coming or len(halves) > 1 or halves[0].start.date() != now.date() or not halves[0].either_half:
        return coming or halves
    on = 7 if WEEKDAY.search(text) else 0 if halves[0].date_said else 1
    later, [half] = timedelta(days=on), halves
    return [replace(half, start=half.start + later, end=half.end + later if half.end else None)]


def _iso(words: Any) -> When | None:
    """A value that is written exactly."""
    if isinstance(words, Mapping):
        first, last = _day(words.get("from")), _day(words.get("to"))
        return _days(first, last) if first and last else None
    text = str(words).strip()
    day = _day(text)
    if day is not None:
        return When("instant", "day", datetime.combine(day, time()), date_said=True)
    if not re.match(r"\d{4}-\d\d-\d\dT", text):
        return None
    try:
        return _minute(datetime.fromisoformat(text).replace(tzinfo=None))
    except ValueError:
        return None


def _day(words: Any) -> date | None:
    if not isinstance(words, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", words):
        return None
    try:
        return date.fromisoformat(words)
    except ValueError:
        return None


def _days(first: date, last: date) -> When:
    end = datetime.combine(last, time()) + timedelta(days=1)
    return When("interval", "day", datetime.combine(first, time()), end, date_said=True)


_DAY = r"(?:mon(?:days?)?|tue(?:s|sdays?)?|wed(?:s|nesdays?)?|thu(?:r|rs|rsdays?)?|fri(?:days?)?|sat(?:urdays?)?|sun(?:days?)?)"
_TO = r"\s*(?:-|–|to|till|until|through|thru)\s*"
# What somebody answers who was asked for the days: nothing but their names, perhaps with a time.
_ONLY_DAYS = re.compile(
    rf"(?i)\W*(?:(?:only|just|on|each|every)\s+)*(?P<days>{_DAY}\b(?:(?:[\s,/&+–-]|(?:to|till|until|through|thru|and)\b)+{_DAY}\b)*)"
    rf"(?:,?\s+(?:at\s+)?(?P<clock>\d[\d:.]*\s*(?:am|pm|h)?))?\W*"
)
_FROM_TO = re.compile(rf"(?i)(?P<first>{_DAY})\b{_TO}(?P<last>{_DAY})\b")
_WEEKLY = re.compile(r"(?i)\b(?:weekly|(?:every|each) week)\b")
_SERIES = re.compile(r"(?i)\b(?:series|serie|recurring)\b")
_BEGINS = re.compile(r"(?i)\b(?:from|start\w*|begin\w*|until|till?|by|after|as of)\s+(?:next\s+|this\s+|the\s+)*$")


class DaysReader:
    """Finds the days of a series: "every mon/wed/fri", "sundays", "on weekdays"."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def spans(self, text: str) -> Sequence[Span]:
        found = []
        for span in find(text, self._now):
            weekly = span.when.kind != "recurring" and span.when.date_said and _weekly(text, span)
            if span.when.kind != "recurring" and not weekly:
                continue
            limit = _LIMIT.search(span.text, 1)
            end = span.start + limit.start() if limit else span.end
            said = text[span.start : end].rstrip()
            when = read(said, self._now) if limit else span.when
            days = days_of(when) if when is not None else ()
            days = (WEEK[span.when.start.weekday()],) if weekly else days
            if when is not None and days:
                extra: dict[str, Any] = {"time": _clock_words(when)} if when.time_said else {}
                if when.time_said and when.end is not None and timedelta(0) < when.end - when.start <= _LONGEST_CLASS:
                    extra["minutes"] = int((when.end - when.start).total_seconds() // 60)
                often = len(days) > 1 or re.search(r"(?i)\b(?:every|each|all)\b", said) is not None
                found.append(Span(span.start, span.start + len(said), list(days), 1.0 if often else 0.9, extra))
        return found or _only_days(text)


def _only_days(text: str) -> list[Span]:
    """A text that is nothing but days; one that runs to another, like "mon-fri", is every day of them."""
    said = _ONLY_DAYS.fullmatch(text)
    if said is None:
        return []
    named = {_number_of(name) for name in re.findall(rf"(?i){_DAY}", said["days"])}
    for run in _FROM_TO.finditer(said["days"]):
        first, last = _number_of(run["first"]), _number_of(run["last"])
        named |= {(first + n) % 7 for n in range((last - first) % 7 + 1)}
    extra = {"time": said["clock"].strip()} if said["clock"] else {}
    return [Span(0, len(text), [WEEK[n] for n in sorted(named)], 0.9, extra)]


def _number_of(day: str) -> int:
    return WEEK.index(day[:3].title())


def _weekly(text: str, span: Read) -> bool:
    """Whether a day stands for every week of it: "friday 10am weekly", "the friday 5pm series"."""
    if _WEEKLY.search(text):
        return True
    begins = _BEGINS.search(text[: span.start])
    return bool(_SERIES.search(text) and WEEKDAY.search(span.text) and not begins)


def days_of(when: When) -> tuple[str, ...]:
    """The weekdays of a reading, in the order of the week."""
    if when.kind == "recurring" and not when.days:
        return WEEK if (when.rule or "").startswith("FREQ=DAILY") else ()
    return tuple(day for day in WEEK if day in when.days)


def _clock_words(when: When) -> str:
    bare = when.either_half and when.grain == "hour"
    return f"at {when.start.hour % 12 or 12}" if bare else when.start.strftime("%H:%M")


class DaysReference:
    """The weekdays of a series."""

    name = "days"

    def reader(self, names: Any, focus: Focus, now: datetime, role: int) -> Reader:
        return DaysReader(now)

    async def names(self, db: Any, gym_id: int) -> None:
        return None

    async def resolve(self, ctx: Context, words: Any, ask: Ask) -> Sequence[Candidate]:
        text = words if isinstance(words, str) else " ".join(map(str, words))
        named = tuple(day for day in WEEK if re.search(rf"(?i)\b{day}", text))
        when = None if named else read(text, ask.now)
        days = named or (days_of(when) if when else ())
        return [Candidate(days, list(days))] if days else []

    def schema(self) -> Mapping[str, Any]:
        return {"type": "array", "items": {"enum": list(WEEK)}}


class ClockReader:
    """Finds single times of the clock."""

    def spans(self, text: str) -> Sequence[Span]:
        found = []
        for match in _CLOCK.finditer(text):
            words = match.group().strip()
            bare = words.isdigit()
            led = re.search(r"(?i)\b(?:at|from|to|until|till|and|between|by|after)\s*$", text[: match.start()])
            if bare and (int(words) > 24 or _MONTH.match(text, match.end())):
                continue
            found.append(Span(match.start(), match.start() + len(words), words, 0.7 if bare and not led else 1.0))
        return found


class ClockReference:
    """A time of the clock without a day, "06:00"."""

    name = "time_of_day"

    def reader(self, names: Any, focus: Focus, now: datetime, role: int) -> Reader:
        return ClockReader()

    async def names(self, db: Any, gym_id: int) -> None:
        return None

    async def resolve(self, ctx: Context, words: Any, ask: Ask) -> Sequence[Candidate]:
        found = clocks(str(words), ask.now)
        if len(found) > 1 and (ask.tool, ask.param) in _AT_NIGHT:
            found = [_AT_NIGHT[ask.tool, ask.param](found)]
        return [Candidate(at, at.strftime("%H:%M")) for at in found]

    def schema(self) -> Mapping[str, Any]:
        return {"type": "string", "description": "a time of the clock, like 06:00"}


def clocks(words: str, now: datetime) -> list[time]:
    """The times of the clock that words may mean: both halves of the day for a bare hour."""
    text = words.strip()
    if re.fullmatch(r"\d{1,2}:\d{2}", text):
        hour, minute = map(int, text.split(":"))
        return [time(hour % 24, minute)] if hour <= 24 and minute < 60 else []
    when = read(text, now) or read(f"at {text}", now)
    if when is None or not when.time_said:
        return []
    return [option.start.time() for option in _halves(when, text)]


REFERENCES = (WhenReference(), DaysReference(), ClockReference())
