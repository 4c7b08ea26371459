"""What it costs to take words for a parameter's value where they hardly stand for it: a target for the class that is moved, a
day that begins nothing."""

import re
from collections.abc import Mapping
from itertools import pairwise

from core.llm.contract import Param
from core.llm.phrases.readings import Message, Stretch
from core.llm.phrases.tokens import ARROW

Params = Mapping[str, Param]
_SETTINGS = frozenset({"choice", "units", "language", "zone", "staff", "spots", "number"})
_CLOCK = re.compile(r"(?i)\d\s*(?:am|pm|h|uhr)\b|\d:\d\d|o'?clock|\bnoon\b")
_DATE = re.compile(r"(?i)\d(?:st|nd|rd|th)\b|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)")

_ENDS = frozenset({"to", "until"})
_LEADING_TO = frozenset(
    [ARROW, "to", "until", "till", "by", "at", "into", "hour", "hours", "minutes", "noon", "midday", "later"]
)
_A_WHOLE_NAME = 0.75
_BEGINNING = frozenset("from after starting start since beginning begins starts as".split())


def misplaced(message: Message, params: Params, param: Param, stretch: Stretch) -> float:
    """What a value costs for where it stands in the message; `params` are all that the tool has."""
    ends = param.name in _ENDS
    cost = 0.3 if ends and (stretch.extra or _joins_two(message, stretch)) else 0.0
    cost += 0.3 if ends and message.tokens[stretch.start].norm == "from" else 0.0
    cost += 0.7 if _day_alone(message, param, stretch) else 0.0
    cost += 0.5 if _is_target(message, params, param, stretch) else 0.0
    cost += 0.3 if _holds_target(message, params, param, stretch) else 0.0
    cost += 0.5 if _names_a_type(message, param, stretch) else 0.0
    cost += 0.3 if _is_replaced(message, param, stretch) else 0.0
    cost += 0.15 if _is_a_class(message, param, stretch) else 0.0
    cost += 0.3 if _has_its_length(message, params, param, stretch) else 0.0
    cost += 0.15 if _asks_of_spots(message, params, param, stretch) else 0.0
    return cost + (0.6 if _begins_nothing(message, param, stretch) else 0.0)


def _joins_two(message: Message, stretch: Stretch) -> bool:
    """Whether a time runs from one to another: "saturday to sunday"."""
    inside = message.tokens[stretch.start + 1 : stretch.end - 1]
    return any(token.norm in ("to", ARROW, "until", "till") for token in inside)


def _is_replaced(message: Message, param: Param, stretch: Stretch) -> bool:
    """Whether a value is the one that is no longer wanted: "on discord instead of telegram"."""
    before = message.tokens[stretch.start - 1].norm if stretch.start else ""
    return before == "instead of" and param.type in _SETTINGS


def _is_a_class(message: Message, param: Param, stretch: Stretch) -> bool:
    """Whether a time names the one class that begins then: "the 7am tomorrow", "how many spots left at 6pm"; or all that begin
    then, "every sunday at 10"."""
    if param.type != "when" or not isinstance(stretch.words, str) or not _CLOCK.search(stretch.words):
        return False
    norms = [token.norm for token in message.tokens[max(0, stretch.start - 1) : stretch.end]]
    return "every" in norms or ("the" in norms[:2] and not _DATE.search(stretch.words))


def _has_its_length(message: Message, params: Params, param: Param, stretch: Stretch) -> bool:
    """Whether a class is told from one hour to another, as one is that is yet to be put on: "open gym sunday 15-17h"."""
    if param.type != "session" or "to" in params or stretch.pronoun:
        return False
    times = message.stretches(Param("", "when", False))
    return any(s.extra and stretch.start < s.start and s.end == stretch.end for s in times)


def _asks_of_spots(message: Message, params: Params, param: Param, stretch: Stretch) -> bool:
    """Whether the spots at a time of the clock are asked for: those of the class that begins then, and not of a day."""
    clock = isinstance(stretch.words, str) and _CLOCK.search(stretch.words)
    looks = param.type == "when" and "class_type" in params and "spots" not in params
    return bool(clock) and looks and any(message.nouns("spots", place) for place in range(len(message)))


def _begins_nothing(message: Message, param: Param, stretch: Stretch) -> bool:
    """Whether a day stands without the word that makes it the first one: "from monday", "after december"."""
    if param.name != "from" or param.type != "when":
        return False
    around = message.tokens[max(0, stretch.start - 2) : stretch.start + 1]
    return _BEGINNING.isdisjoint(token.norm for token in around)


def _names_a_type(message: Message, param: Param, stretch: Stretch) -> bool:
    """Whether a part of a workout's name is the whole name of a class type, which is rather meant: "engine"."""
    if param.type != "workout" or stretch.sure >= _A_WHOLE_NAME or stretch.pronoun:
        return False
    types = message.stretches(Param("", "class_type", False))
    return any((s.start, s.end) == (stretch.start, stretch.end) and s.sure == 1.0 for s in types)


def _holds_target(message: Message, params: Params, param: Param, stretch: Stretch) -> bool:
    """Whether a class that is moved took in where it goes: "crossfit on friday from 5 to 6"."""
    if param.name != "session" or "to" not in params:
        return False
    norms = [token.norm for token in message.tokens[stretch.start : stretch.end]]
    return any(a[0].isdigit() and b in ("to", ARROW, "until", "till") for a, b in pairwise(norms[:-1]))


def _is_target(message: Message, params: Params, param: Param, stretch: Stretch) -> bool:
    """Whether a time that follows "to" is where something goes, and not the class that is moved: "move it to 14:00"."""
    if param.name != "session" or "to" not in params or stretch.pronoun:
        return False
    if message.tokens[stretch.end - 1].norm in ("later", "earlier"):
        return True
    if stretch.sure >= 0.8:
        return False
    return stretch.start > 0 and message.tokens[stretch.start - 1].norm in ("to", ARROW, "until", "till")


def _day_alone(message: Message, param: Param, stretch: Stretch) -> bool:
    """Whether a mere day, with nothing that leads to it, stands where something would be moved to: "move yoga thu"."""
    if param.name not in _ENDS or param.type != "when":
        return False
    norms = [token.norm for token in message.tokens[max(0, stretch.start - 2) : stretch.end]]
    return not any(norm[0].isdigit() or norm in _LEADING_TO for norm in norms)
