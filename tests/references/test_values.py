"""Counts, lengths, switches and other plain values in words."""

from datetime import datetime
from typing import Any

import pytest

from core.agent.reference import Focus
from core.references.spots import REFERENCES as SPOTS
from core.references.values import REFERENCES

READERS = {r.name: r.reader(None, Focus(), datetime(2026, 11, 16, 10, 0), 2) for r in (*REFERENCES, *SPOTS)}


def surest(kind: str, text: str) -> Any:
    """The value of the surest stretch of a type."""
    spans = READERS[kind].spans(text)
    return max(spans, key=lambda span: span.sure).words if spans else None


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("spots", "make it 20 spots", 20),
        ("spots", "cap friday's 6pm crossfit at 10", 10),
        ("spots", "45 min, 10 spots", 10),
        ("spots", "max 8 people", 8),
        ("spots", "add 4 more spots to yoga", "+4"),
        ("spots", "engine needs another 3 places", "+3"),
        ("spots", "take 2 spots off kids", "-2"),
        ("spots", "lower the limit by 5", "-5"),
        ("minutes", "for 45 min", 45),
        ("minutes", "an hour and a half", 90),
        ("minutes", "Boxing, 60 minutes, 12 spots", 60),
        ("day_count", "for more than 30 days", 30),
        ("day_count", "two weeks", 14),
        ("contact", "Lukas Brandt, lukas@example.com", "lukas@example.com"),
        ("contact", "Selma Aydin +4917055512345 ten pack", "+4917055512345"),
        ("units", "i prefer kilos", "kg"),
        ("units", "switch to pounds", "lb"),
        ("zone", "set time zone to Europe/Lisbon", "Europe/Lisbon"),
        ("language", "talk to me in Spanish from now on", "Spanish"),
        ("switch", "turn reminders back on", True),
        ("switch", "switch off the reminders", False),
        ("money", "49 EUR a month", 49.0),
        ("number", "undo the last two", 2),
    ],
)
def test_a_value_is_read_from_words(kind: str, text: str, value: object) -> None:
    """Each type finds its value among other words."""
    assert surest(kind, text) == value
