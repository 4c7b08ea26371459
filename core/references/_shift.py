"""How far something is moved in words: "one hour later", "15 minutes earlier"."""

import re
from datetime import timedelta

SHIFT = re.compile(
    r"(?i)\b(?P<many>\d+|an?|one|two|three|half an?|a quarter of an|fifteen|thirty)\s*"
    r"(?P<unit>h|hrs?|hours?|min|mins|minutes?)\s+(?P<way>later|earlier|back|forward|sooner)\b"
)
# Amounts in words.
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
    many = match["many"].lower()
    amount = float(many) if many.isdigit() else float(_NUMBERS[many])
    minutes = amount * (60 if match["unit"].lower().startswith("h") else 1)
    return timedelta(minutes=-minutes if match["way"].lower() in ("earlier", "back", "sooner") else minutes)
