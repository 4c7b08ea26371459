"""Which classes of the timetable words may mean. Values in, values out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time

from core.gym.timetable import Occurrence
from core.references._class_words import Kind, Sought

NEAREST = 6


@dataclass(frozen=True)
class View:
    """From where a class is looked for: the moment, whether only classes ahead count, and the speaker's own: classes
    they are booked into (`mine`, by key) and, for a coach, their own id."""

    now: datetime
    coming: bool = True
    mine: frozenset[str] = frozenset()
    coach_id: int | None = None


def meant(sought: Sought, timetable: Sequence[Occurrence], view: View) -> list[Occurrence]:
    """The classes that fit what was said, in order of time."""
    fits = [o for o in timetable if _fits(o, sought) and _in_time(o, sought, view)]
    fits = [o for o in fits if not o.cancelled] or fits
    fits = _at_clock(fits, sought)
    if view.coach_id is not None and sought.mine:
        fits = [o for o in fits if o.coach_id == view.coach_id] or fits
    own = [o for o in fits if o.key in view.mine]
    if len(own) == 1:
        return own
    if sought.next:
        return (own or fits)[:1]
    if sought.of_day is not None and fits:
        return _of_day(fits, sought)
    return fits if sought.days else _nearest(fits, sought, view)


def _of_day(fits: Sequence[Occurrence], sought: Sought) -> list[Occurrence]:
    """The first or the last class of the first day that fits; of no day that was said, only the first."""
    day = [o for o in fits if o.local_start.date() == fits[0].local_start.date()]
    if sought.of_day is Kind.FIRST:
        return day[:1]
    return day[-1:] if sought.days else list(fits)


def _fits(o: Occurrence, sought: Sought) -> bool:
    if sought.types and o.class_type not in sought.types:
        return False
    if sought.coaches and o.coach_id not in sought.coaches:
        return False
    return not sought.days or any(first <= o.local_start.date() <= last for first, last in sought.days)


def _in_time(o: Occurrence, sought: Sought, view: View) -> bool:
    """Classes ahead; where one may look back, all of the day that was said."""
    return o.starts_at > view.now or (not view.coming and bool(sought.days))


def _at_clock(fits: Sequence[Occurrence], sought: Sought) -> list[Occurrence]:
    """Classes at the time that was said: exactly, else within the stretch that was said."""
    if not (sought.clocks or sought.windows):
        return list(fits)
    exact = [o for o in fits if any(is_at(o.local_start.time(), clock, either) for clock, either in sought.clocks)]
    if exact or not sought.windows:
        return exact
    return [o for o in fits if any(first <= o.local_start.time() < last for first, last in sought.windows)]


def is_at(start: time, clock: time, either: bool) -> bool:
    """Whether a class starts at what a clock was said to show, in either half of the day where none was said."""
    return start == clock or (either and (start.minute == clock.minute and (start.hour - clock.hour) % 12 == 0))


def _nearest(fits: Sequence[Occurrence], sought: Sought, view: View) -> list[Occurrence]:
    """Without a day: a time means the next day that has such a class, anything else the next few classes."""
    if not fits:
        return []
    if sought.clocks or sought.windows:
        return [o for o in fits if o.local_start.date() == fits[0].local_start.date()]
    return list(fits[:NEAREST])


def target(wanted: Sought, base: Sequence[Occurrence]) -> Sought:
    """Where a booking goes, with what was not said taken from where it is: the type, the day for a time alone."""
    types = wanted.types or (frozenset() if wanted.coaches else frozenset(o.class_type for o in base))
    days = wanted.days
    if not days and (wanted.clocks or wanted.windows) and not wanted.next:
        days = tuple(sorted({(o.local_start.date(), o.local_start.date()) for o in base}))
    return replace(wanted, types=types, days=days)


def kept_half(found: Sequence[Occurrence], wanted: Sought, base: Sequence[Occurrence]) -> list[Occurrence]:
    """Of several targets those that keep what the person did not say: the time of the day, or its half."""
    others = [o for o in found if o.key not in {b.key for b in base}]
    clocks = {b.local_start.time() for b in base}
    if not (wanted.clocks or wanted.windows):
        return [o for o in others if o.local_start.time() in clocks] or others
    halves = {c.hour < 12 for c in clocks}
    if any(either for _, either in wanted.clocks) and len(halves) == 1:
        return [o for o in others if (o.local_start.hour < 12) in halves] or others
    return others
