"""Reads a time that is asked of what has happened: a weekday, a month or a date without a year is the one that is past."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

from core.when.value import When, add_months

WEEKDAY = re.compile(r"(?i)\b(?:mon|tue|wed|thu|fri|sat|sun)(?:s|r|rs|day|sday|nesday|rsday|urday)?\b")
_MONTHS = re.compile(
    r"(?i)\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\b"
)

_DATED = re.compile(r"(?<![\d./])(?:0?[1-9]|[12]\d|3[01])[./](?:0?[1-9]|1[0-2])\.?(?![./:\d]|\s*\d{2,4})")


def behind(when: When, text: str, now: datetime) -> When:
    """What is still to come, as the one that is past: "what did priya do on saturday", "who did what on 16.11."."""
    ahead = when.kind != "recurring" and when.start.date() > now.date()
    dated = not when.time_said and _DATED.search(text)
    if ahead and (dated or (_MONTHS.search(text) and not re.search(r"(?i)\bnext\b|\d", text))):
        last = add_months(when.start.date(), -12) - when.start.date()
        return replace(when, start=when.start + last, end=when.end + last if when.end else None)
    if not ahead or not WEEKDAY.search(text) or re.search(r"(?i)\bnext\b|\d", text):
        return when
    week = timedelta(days=7)
    return replace(when, start=when.start - week, end=when.end - week if when.end else None)
