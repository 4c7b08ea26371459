"""Reads a time that is asked of what has happened: a weekday or a month without a year is the one that is past."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

from core.when.value import When, add_months

_WEEKDAY = re.compile(r"(?i)\b(?:mon|tue|wed|thu|fri|sat|sun)(?:s|r|rs|day|sday|nesday|rsday|urday)?\b")
_MONTHS = re.compile(
    r"(?i)\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\b"
)

_DATED = re.compile(r"(?<!\d)\d{1,2}[./]\d{1,2}(?:[./](?!\d)|(?![./\d]))")


def behind(when: When, text: str, now: datetime) -> When:
    """A weekday that is still to come, as the one that is past: "what did priya do on saturday"."""
    ahead = when.kind != "recurring" and when.start.date() > now.date()
    if ahead and _DATED.search(text):
        last = add_months(when.start.date(), -12) - when.start.date()
        return replace(when, start=when.start + last, end=when.end + last if when.end else None)
    if ahead and _MONTHS.search(text) and not re.search(r"(?i)\bnext\b|\d", text):
        last = add_months(when.start.date(), -12) - when.start.date()
        return replace(when, start=when.start + last, end=when.end + last if when.end else None)
    if not ahead or not _WEEKDAY.search(text) or re.search(r"(?i)\bnext\b|\d", text):
        return when
    week = timedelta(days=7)
    return replace(when, start=when.start - week, end=when.end - week if when.end else None)
