"""Decides whose seat or class "his" and "her" speak of, so that no class is cancelled where one seat in it was meant."""

from collections.abc import Iterator

from core.llm.contract import Param, ToolSpec
from core.llm.phrases.leftover import SURE
from core.llm.phrases.lexicon import bag
from core.llm.phrases.readings import Message

_OWNERS = frozenset({"his", "her", "their"})
_SEATS = bag("booking bookings spot seat place reservation")


def of_somebody_else(message: Message, tool: ToolSpec, told: Message | None = None) -> Iterator[int]:
    """The words that make a seat or class somebody's whom this tool is not about; who it is was `told` in the message, or
    before it."""
    seats = any(param.type == "member" for param in tool.params)
    for place in range(len(message) - 1):
        if message.tokens[place].norm not in _OWNERS:
            continue
        seat = message.tokens[place + 1].norm in _SEATS
        if (seat and not seats) or (
            not seat and _is_class(message, place + 1) and _is_of_the_others(told or message, seats)
        ):
            yield place


def owner(message: Message) -> int | None:
    """Where "his" or "her" stands before a class."""
    places = (place for place in range(len(message) - 1) if message.tokens[place].norm in _OWNERS)
    return next((place for place in places if _is_class(message, place + 1)), None)


def _is_class(message: Message, place: int) -> bool:
    return any(s.start <= place < s.end for s in message.stretches(Param("", "session", False)) if not s.pronoun)


def _is_of_the_others(message: Message, seats: bool) -> bool:
    """Whether a coach is named, whose class is no seat; or a member, who teaches no class."""
    staff = _named(message, "staff")
    members = _named(message, "member") - staff
    return bool(staff if seats else members)


def _named(message: Message, kind: str) -> set[int]:
    sure = (s for s in message.stretches(Param("", kind, False)) if s.sure >= SURE and not s.pronoun)
    return {place for s in sure for place in range(s.start, s.end)}
