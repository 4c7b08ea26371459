"""What has been read of one phrase so far, and the instant, interval or recurrence that comes of it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from core.when.clock import Clock, ClockRange
from core.when.dayparts import DayPart
from core.when.days import Days
from core.when.numerals import Length
from core.when.offsets import Exact
from core.when.recurring import Repeat
from core.when.tokens import Words
from core.when.value import Grain, Part, When
from core.when.words import RULE_DAYS, SHORT_DAYS

# A morning of no day said is the waking one.
_UNDATED = {(0, 12): (8, 12), (0, 9): (8, 10)}
_LATE_PARTS = ("noon", "afternoon", "evening", "night")


@dataclass
class Draft:
    """The parts found: at most one of each."""

    days: Days | None = None
    clock: Clock | None = None
    last: Clock | None = None
    part: DayPart | None = None
    length: Length | None = None
    exact: Exact | None = None
    repeat: Repeat | None = None
    until: date | None = None
    starting: date | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing of a time has been found."""
        return not (self.days or self.clock or self.part or self.exact or self.repeat)


def _hours(clock: Clock, part: DayPart | None) -> tuple[int, ...]:
    """The hours a clock time can mean beside a part of the day."""
    if part is None or not clock.either:
        return clock.hours()
    if part.name in _LATE_PARTS:
        night = part.name in ("night", "evening") and clock.hour == 12
        return (24,) if night else (clock.hour % 12 + 12,)
    return (clock.hour,)


def _on(day: date, hour: int, clock: Clock) -> datetime:
    return datetime.combine(day, time()) + timedelta(hours=hour, minutes=clock.minute, seconds=clock.second)


def _base_day(s: Words, draft: Draft) -> date | None:
    """The day a clock time is on, where one was said."""
    days = draft.days
    if days is not None:
        return days.start
    if draft.part is not None and draft.part.shift is not None:
        return s.today + timedelta(days=draft.part.shift)
    return None


def _this_hour(s: Words, clock: Clock, option: datetime) -> bool:
    """Whether a time has passed within the running hour: the class that has just begun is still the one meant."""
    hour = s.at.replace(minute=0, second=0, microsecond=0)
    return option >= hour and option.hour > 0 and (not clock.either or clock.grain != "hour")


def _start_options(s: Words, draft: Draft, clock: Clock) -> list[datetime]:
    """Every moment the first clock time can mean, the best guess first."""
    day, hours = _base_day(s, draft), _hours(clock, draft.part)
    if day is None:
        options = [_on(s.today + timedelta(days=n), hour, clock) for n in (0, 1) for hour in hours]
        return sorted(option for option in options if option > s.at or _this_hour(s, clock, option))
    if draft.days is not None and draft.days.maybe_today:
        ahead = sorted(option for hour in hours if (option := _on(s.today, hour, clock)) > s.at)
        if ahead:
            return ahead
    options = [_on(day, hour, clock) for hour in hours]
    if day == s.today and draft.days is not None and draft.days.recurs:
        return options
    if day == s.today:
        return [option for option in options if option > s.at] or options
    return options


def _range(s: Words, draft: Draft, first: Clock, last: Clock) -> tuple[datetime, datetime]:
    """Both ends of a clock range: where one end says its half of the day the other follows it."""
    last_hours = _hours(last, draft.part)
    starts = _start_options(s, draft, first)
    if first.either and len(starts) > 1 and last.half is not None and draft.part is None:
        fitting = []
        for start in starts:
            end = _on(start.date(), last_hours[0], last)
            fitting.append((end <= start, end - start if end > start else timedelta(0), start, end))
        best = min(fitting)
        return best[2], best[3] if best[3] > best[2] else best[3] + timedelta(days=1)
    start = starts[0]
    if last.either and not first.either:
        last_hours = last.hours()
    ends = sorted(
        end
        for day in (0, 1)
        for hour in last_hours
        if (end := _on(start.date() + timedelta(days=day), hour, last)) > start
    )
    return start, ends[0]


def _other_half(first: Clock, last: Clock) -> Clock:
    """The first time of a range as its end makes it: "3-4pm" begins in the afternoon, "11-1pm" in the morning."""
    if not first.either or last.half is None:
        return first
    end = last.hours()[0] * 60 + last.minute
    options = [h for h in (first.hour % 12, first.hour % 12 + 12) if h * 60 + first.minute < end]
    hour = max(options) if options else first.hour % 12 + 12
    return Clock(
        hour % 12 or 12, first.minute, first.second, "pm" if hour >= 12 else "am", grain=first.grain, zone=first.zone
    )


def _moved(s: Words, moment: datetime, zone: int | None) -> datetime:
    """A time said in a zone, on the gym's wall clock; unmoved where the gym's offset is not known."""
    if zone is None or s.offset is None:
        return moment
    return moment + s.offset - timedelta(minutes=zone)


def _grain(clock: Clock, last: Clock | None) -> Grain:
    grains: tuple[Grain, ...] = ("second", "minute", "hour")
    return min((c.grain for c in (clock, last) if c is not None), key=grains.index)


def _clocked(s: Words, draft: Draft, clock: Clock) -> When:
    last = draft.last
    if last is not None:
        clock = _other_half(clock, last)
        start, end = _range(s, draft, clock, last)
        zone = last.zone if last.zone is not None else clock.zone
        start, finish = _moved(s, start, zone if clock.zone is None else clock.zone), _moved(s, end, zone)
        stop: datetime | None = finish if finish > start else finish + timedelta(days=1)
    else:
        start = _start_options(s, draft, clock)[0]
        start = _moved(s, start, clock.zone)
        stop = draft.length.moment_from(start) if draft.length else None
    said = draft.days is not None or (draft.part is not None and draft.part.shift is not None)
    return When(
        "interval" if stop else "instant",
        _grain(clock, last),
        start,
        stop,
        date_said=said,
        time_said=True,
        part=_part_name(draft),
        either_half=clock.either and draft.part is None,
    )


def _part_name(draft: Draft) -> Part | None:
    return draft.part.name if draft.part else None


def _parted(s: Words, draft: Draft, part: DayPart) -> When:
    """A part of a day with no clock time: from its first hour to its last."""
    day = _base_day(s, draft)
    said = day is not None
    midnight = datetime.combine(day or s.today, time())
    hours = (part.first, part.last)
    first, last = hours if said else _UNDATED.get(hours, hours)
    if (
        draft.days is not None
        and draft.days.maybe_today
        and s.at < datetime.combine(s.today, time()) + timedelta(hours=part.last)
    ):
        midnight = datetime.combine(s.today, time())
    if not said and midnight + timedelta(hours=part.last) <= s.at:
        midnight += timedelta(days=1)
    start, end = midnight + timedelta(hours=first), midnight + timedelta(hours=last)
    return When("interval", "hour", start, end, date_said=said, part=part.name)


def _whole_days(days: Days, length: Length | None) -> When:
    start, end = datetime.combine(days.start, time()), datetime.combine(days.end, time())
    if length is not None:
        return When("interval", "day", start, length.moment_from(start), date_said=True)
    if days.interval:
        return When("interval", days.grain, start, end, date_said=True)
    return When("instant", days.grain, start, date_said=True)


def _first_of(repeat: Repeat, day: date) -> date:
    """The first day from here that the recurrence falls on."""
    return next(d for n in range(7) if (d := day + timedelta(days=n)).weekday() in (repeat.days or range(7)))


def _repeated(s: Words, draft: Draft, repeat: Repeat) -> When:
    """A recurrence: its rule, its weekdays and its first occurrence."""
    first = draft.starting or s.today
    pieces = [f"FREQ={repeat.freq}"]
    if repeat.interval > 1:
        pieces.append(f"INTERVAL={repeat.interval}")
    if repeat.days:
        pieces.append("BYDAY=" + ",".join(RULE_DAYS[day] for day in repeat.days))
    day = _first_of(repeat, first)
    once = Draft(Days(day, day + timedelta(days=1), recurs=True), draft.clock, draft.last, draft.part, draft.length)
    when = _single(s, once)
    if draft.starting is None and when.time_said and when.start <= s.at and repeat.freq in ("DAILY", "WEEKLY"):
        day = _first_of(repeat, day + timedelta(days=1))
        once.days = Days(day, day + timedelta(days=1), recurs=True)
        when = _single(s, once)
    if when.time_said:
        pieces.append(f"BYHOUR={when.start.hour};BYMINUTE={when.start.minute}")
    if draft.until is not None:
        pieces.append(f"UNTIL={draft.until:%Y%m%d}T235959")
    return When(
        "recurring",
        when.grain,
        when.start,
        when.end,
        ";".join(pieces),
        date_said=True,
        time_said=when.time_said,
        part=when.part,
        either_half=when.either_half,
        days=tuple(SHORT_DAYS[day] for day in repeat.days),
    )


def _single(s: Words, draft: Draft) -> When:
    if draft.exact is not None:
        kind_end = draft.exact.end
        return When(
            "interval" if kind_end else "instant",
            draft.exact.grain,
            draft.exact.start,
            kind_end,
            date_said=False,
            time_said=True,
        )
    if draft.clock is not None:
        return _clocked(s, draft, draft.clock)
    if draft.part is not None:
        return _parted(s, draft, draft.part)
    assert draft.days is not None
    return _whole_days(draft.days, draft.length)


def settle(s: Words, draft: Draft) -> When:
    """The reading of a finished draft."""
    return _repeated(s, draft, draft.repeat) if draft.repeat is not None else _single(s, draft)


def ranged(draft: Draft, span: ClockRange) -> None:
    """Take both times of a clock range."""
    draft.clock, draft.last = span.first, span.last
