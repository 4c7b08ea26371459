"""Decides whether words that say how things stand can mean a class that an earlier turn dealt with: by the kind of class, the
day and the time that they name."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.gym import timetable
from core.when.read import find
from core.when.value import When

_NO_TIME = frozenset({"now", "right now", "just now", "again", "all day"})


@dataclass(frozen=True)
class Named:
    """The kinds of class and the times that some words name."""

    classes: frozenset[str] = frozenset()
    times: tuple[When, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.classes or self.times)

    def fits(self, session: str) -> bool:
        """Whether all of it is said of a class, by its key ("Yoga 2026-11-23T19:30")."""
        name, _, start = session.rpartition(" ")
        at = datetime.fromisoformat(start)
        return self.classes <= {name.casefold()} and all(_covers(when, at) for when in self.times)


def named(text: str, classes: Collection[str], now: datetime) -> Named:
    """What a text names, where a gym has these kinds of class; times by the gym's clock."""
    said = text.casefold()
    kinds = {name.casefold() for name in classes}
    met = {kind for kind in kinds if re.search(rf"\b{re.escape(kind)}\b", said)}
    found = find(said, now)
    return Named(frozenset(met), tuple(span.when for span in found if span.text not in _NO_TIME))


def _covers(when: When, at: datetime) -> bool:
    """Whether a class at that time lies within what was said; a bare hour is of either half of the day."""
    first, last = when.covers_days()
    halves = (at, at - timedelta(hours=12), at + timedelta(hours=12)) if when.either_half else (at,)
    return (not when.date_said or first <= at.date() <= last) and any(timetable.within(when, half) for half in halves)
