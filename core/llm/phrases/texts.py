"""Finds where free words begin and end: without thanks, without words that only lead to them or on to what follows."""

from collections.abc import Collection

from core.llm.phrases.readings import Message

BEFORE_VALUE = frozenset({"is", "it", "now", "to", "as", "be", "at"})
_LEADS_ON = frozenset(["and", "on", "with", "the", "a", "an", "to", "for", "at", "as", "in", "our", "plus", "by"])
_FROM_NOW_ON = ("from", "now", "on")
_OWNED = frozenset({"his", "her", "their"})
_PARTING = frozenset({"please", "thanks", "thank"})
_THANKS = frozenset(["you", "lot", "a", "advance", "in", "million", "many", "appreciated", "much"])


def _from_now_on(message: Message, end: int) -> bool:
    norms = tuple(token.norm for token in message.tokens[:end])
    return any(norms[-many:] == _FROM_NOW_ON[:many] for many in (2, 3)) or (
        message.tokens[end - 1].soft and (norms[-1] == "on" or norms[-1] == "from")
    )


def behind_change(message: Message, start: int) -> int:
    """Where a value begins behind words that only ask to write it down: "new number, change it to" 0301112233."""
    norms = [token.norm for token in message.tokens[start : start + 3]]
    asked = norms[:1] and norms[0] in ("change", "set", "update", "make") and norms[1:2] in (["it"], ["that"])
    return start + (2 + (norms[2:] in (["to"], ["into"])) if asked and norms[2:] else 0)


def names_it(message: Message, start: int) -> bool:
    """Whether "it" is what gets the value: "name it Franny" says nothing of a field."""
    norms = [token.norm for token in message.tokens[start : start + 2]]
    return norms[:1] == ["it"] and BEFORE_VALUE.isdisjoint(norms[1:])


def untied(message: Message, start: int, end: int) -> int:
    """The end of a name without the words that lead on to what follows it: "Lea Sommer and the" ten pack."""
    while end > start + 1 and message.tokens[end - 1].norm in _LEADS_ON:
        end -= 1
    return end


def trimmed(message: Message, start: int, end: int, *, named: bool) -> int:
    """The end without trailing marks and thanks, and behind a name without "now" and "from now on"."""
    tokens = message.tokens
    while end > start and (
        tokens[end - 1].mark
        or tokens[end - 1].norm in _PARTING
        or (named and end - start > 1 and (tokens[end - 1].norm == "now" or _from_now_on(message, end)))
        or (tokens[end - 1].soft and tokens[end - 1].norm in _THANKS)
        or (named and end - start > 1 and tokens[end - 1].norm in _OWNED)
    ):
        end -= 1
    return end


_NOBODY = frozenset("nobody noone none somebody someone anybody anyone everybody everyone".split())


def names_nobody(message: Message, params: Collection[str], start: int, end: int) -> bool:
    """Whether words are nobody's name: an order about one who was named before ("add him"), or "nobody" where a person is to
    be named."""
    tokens = message.tokens
    if end - start == 1:
        return not {"contact", "role"}.isdisjoint(params) and tokens[start].norm in _NOBODY
    return tokens[start + 1].norm in ("him", "her", "them") and message.reads(start, message.grammar.words) is not None
