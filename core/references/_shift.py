"""How far something is moved in words: "one hour later", "15 minutes earlier", "the day after"."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from core.agent.reference import Span
from core.references._past import WEEKDAY
from core.when.value import When

_AMOUNT = r"(?:\d{1,3}|an?|one|two|three|half an?|a quarter of an|fifteen|thirty)"
SHIFT = re.compile(
    rf"(?i)\b(?:(?P<many>{_AMOUNT})\s*(?P<unit>h|hrs?|hours?|min|mins|minutes?|days?|weeks?)\s+(?P<way>later|earlier|back|forward|sooner)\b"
    r"|the\s+(?:next|following)\s+(?P<next>day|week)\b"
    r"|the\s+(?P<after>day|week)\s+after\b(?:\s+(?:that|it)\b)?(?!\s+(?!at\b|and\b|please\b|pls\b|instead\b)\w))"
)
_BY = re.compile(
    rf"(?i)\b(?:by|back|forward)\s+(?P<length>{_AMOUNT}\s*(?:h|hrs?|hours?|min|mins|minutes?|days?|weeks?))(?!\w|\s+(?:later|earlier))"
)
_EARLIER = re.compile(r"(?i)\b(?:forward|earlier|bring|pull|sooner|ahead)\b")
_MINUTES = {"h": 60, "m": 1, "d": 24 * 60, "w": 7 * 24 * 60}
# "The next day" is counted from a class only where one is moved.
_MOVING = re.compile(r"(?i)\b(?:move|shift|push|postpone|reschedule|change|delay|put|bring|pull|switch|swap)\b")
_NEXT_WEEK = re.compile(r"(?i)\bnext\s+week\b")
_NUMBERS = {
    "a": 1,
    "an": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "half a": 0.5,
    "half an": 0.5,
    "a quarter of an": 0.25,
    "fifteen": 15,
    "thirty": 30,
}


def far(match: re.Match[str]) -> timedelta:
    """The time that such words move something by; back is before zero."""
    if one := match["next"] or match["after"]:
        return timedelta(days=7 if one.lower() == "week" else 1)
    many = match["many"].lower()
    amount = float(many) if many.isdigit() else float(_NUMBERS[many])
    minutes = amount * _MINUTES[match["unit"][0].lower()]
    return timedelta(minutes=-minutes if match["way"].lower() in ("earlier", "back", "sooner") else minutes)


def shifts(text: str) -> Sequence[Span]:
    """Where words say how far something is moved; "later" may belong to the command."""
    moved = _MOVING.search(text) is not None
    found = ((m, end) for m in SHIFT.finditer(text) if moved or m["way"] for end in (m.end(), m.start("way")))
    return [Span(m.start(), end, m.group()) for m, end in found if end > 0]


def lengths(text: str) -> Sequence[Span]:
    """Where a length alone says it, behind "by" or "back": which way, the rest of the text tells."""
    way = "earlier" if _EARLIER.search(text) else "later"
    return [Span(m.start(), m.end(), f"{m['length']} {way}") for m in _BY.finditer(text)]


def in_its_week(when: When, text: str, beside: datetime) -> When:
    """ "Next week at 7pm" on the day of the week that the class is on."""
    if not (when.time_said and _NEXT_WEEK.search(text)) or WEEKDAY.search(text):
        return when
    return replace(when, start=when.start + timedelta(days=beside.weekday() - when.start.weekday()))
