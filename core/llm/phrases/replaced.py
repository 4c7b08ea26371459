"""Finds the words of what somebody no longer wants: "instead of kilos", "at 8:30 not 8"."""

from collections.abc import Sequence

from core.llm.contract import ToolSpec
from core.llm.phrases.align import Bound
from core.llm.phrases.readings import Message
from core.llm.phrases.tokens import Token

_NOT_THEM = (["not", "me"], ["not", "him"], ["not", "her"], ["not", "them"])


def replaced(message: Message, tool: ToolSpec, bound: tuple[Bound, ...], left: set[int]) -> set[int]:
    """The words of "instead of kilos", where what is wanted instead was understood."""
    corrected = _corrected(message, tool, bound, left)
    if corrected:
        return corrected
    places = [p for p in left if message.tokens[p].norm == "instead of"]
    if not places:
        return set()
    if {"session", "to"} <= {b.param for b in bound} and places[0] + 1 not in left:
        return set(places)
    types = {
        p
        for p in tool.params
        if (p.type not in ("session", "when") or (p.name, p.type) == ("to", "when"))
        and any(b.param == p.name for b in bound)
    }
    behind = {
        p
        for param in types
        for s in message.stretches(param)
        if s.start == places[0] + 1
        for p in range(s.start, s.end)
    }
    if behind:
        return {places[0], *behind}
    # What starts at another hour than it did is there already: it is moved, and neither put on nor booked.
    return _plain_hour(message, bound, places[0]) if any(p.name == "to" for p in tool.params) else set()


def _plain_hour(message: Message, bound: tuple[Bound, ...], place: int) -> set[int]:
    """The words of "instead of 8", where an hour was said to be another."""
    timed = any(b.stretch.end == place and message.tokens[place - 1].norm[0].isdigit() for b in bound)
    behind = message.tokens[place + 1 : place + 2]
    last = place + 2 == len(message) or message.tokens[place + 2].mark
    return {place, place + 1} if timed and last and behind and behind[0].norm[0].isdigit() else set()


def _refuses(tokens: Sequence[Token], place: int) -> bool:
    """Whether what is no longer wanted begins here: "not kilos", "no more kilos"."""
    norm, ahead = tokens[place].norm, tokens[place + 1].norm
    return norm == "not" or (norm == "no" and ahead == "more" and place + 2 < len(tokens))


def _corrected(message: Message, tool: ToolSpec, bound: tuple[Bound, ...], left: set[int]) -> set[int]:
    """The words of "not 8" behind a value of the same kind: "at 8:30 not 8"; of "not me" where a coach is named."""
    tokens = message.tokens
    if any(b.param == "coach" for b in bound) and [t.norm for t in tokens if not t.mark][-2:] in _NOT_THEM:
        return left & {place for place, token in enumerate(tokens) if token.norm == "not"}
    params = {param.name: param for param in tool.params}
    for place in (p for p in range(len(tokens) - 1) if _refuses(tokens, p)):
        before = place
        while before and not tokens[before - 1].weight and all(b.stretch.end != before for b in bound):
            before -= 1
        held = next((b for b in bound if b.stretch.end == before), None)
        if held is None or held.param not in params:
            continue
        begin = place + 1 + (tokens[place].norm == "no")
        begin += begin + 1 < len(tokens) and not tokens[begin].weight
        behind = [s for s in message.stretches(params[held.param]) if s.start == begin]
        figure = tokens[place + 1].norm[0].isdigit() and tokens[before - 1].norm[0].isdigit()
        end = max((s.end for s in behind), default=place + 2 if figure else 0)
        if end:
            return left & {*range(place, end)}
    return set()
