"""Decides when a message wishes for something that nothing here does: wishes are read as tools are, and told from the commands
that they resemble."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from core.llm.contract import Param, Request, ToolSpec
from core.llm.phrases.bounds import FORBIDDEN
from core.llm.phrases.choose import doing
from core.llm.phrases.grammar import grammar
from core.llm.phrases.readings import Message
from core.llm.phrases.split import Part, incomplete
from core.llm.phrases.tokens import tokenise
from core.llm.phrases.wishes import WISHES, Wish

_PREFIX = "wish:"
_HOW = "(how|where) (do|can|could) [i|we|you] "
_CLEARLY = 0.05
_COUNTED = frozenset({"many", "much", "often", "long", "full", "busy"})


_TYPES = {
    "member": "member", "staff": "staff", "session": "session", "when": "when", "exercise": "exercise", "money": "money",
    "number": "number", "duration": "duration", "text": "text", "what": "text", "who": "text",
}  # fmt: skip


def _spec(name: str, says: Sequence[str], orders: bool) -> ToolSpec:
    """A wish as the rules read tools."""
    named = (param for param in _TYPES if any(f"{{{param}}}" in phrase for phrase in says))
    params = tuple(Param(param, _TYPES[param], required=False) for param in named)
    return ToolSpec(name, "", params, tuple(says), 1, orders, allowed=True)


def _asked(wish: Wish) -> tuple[str, ...]:
    """How a wish is asked for, "how do I …" included."""
    return (*wish.asks, *(_HOW + order for order in wish.orders))


_BY_NAME = {name: wish for wish in WISHES for name in (_PREFIX + wish.name, f"{_PREFIX}{wish.name}?")}
_ORDERS = tuple(_spec(_PREFIX + wish.name, wish.orders, orders=True) for wish in WISHES if wish.orders)
_SPECS = (*_ORDERS, *(_spec(f"{_PREFIX}{wish.name}?", _asked(wish), orders=False) for wish in WISHES))


def with_wishes(tools: Sequence[ToolSpec]) -> Sequence[ToolSpec]:
    """The tools with the wishes beside them: the same sequence for the same tools."""
    known = _LATEST.get(id(tools))
    if known is None or known[0] is not tools:
        if len(_LATEST) > _MOST:
            _LATEST.clear()
        known = _LATEST[id(tools)] = (tools, (*tools, *_SPECS))
    return known[1]


_LATEST: dict[int, tuple[Sequence[ToolSpec], Sequence[ToolSpec]]] = {}
_MOST = 64


def wished_for(text: str, request: Request, parts: Sequence[Part]) -> Part | None:
    """The wish that a message is as a whole, where that is clearly easier to believe than the commands it was read as."""
    if not _may_be_one({token.norm for token in tokenise(text)}):
        return None
    message = Message(text, grammar(_SPECS), request.readers)
    best = doing(message, replace(request, tools=_SPECS))
    if best is None or not best.whole or best.cost + _CLEARLY > sum(map(_believed_at, parts)):
        return None
    found = Part(message, best)
    only_beside = len(parts) == 1 and _stands_beside(found, parts[0])
    return None if asks_how_many(found) or only_beside else found


def _may_be_one(words: Collection[str]) -> bool:
    """Whether all that a wish needs is among the words, as they are spelt."""
    by_word = grammar(_SPECS).by_word
    near = (variant for word in words for variant in by_word.get(word, ()))
    return any(all(not needed.isdisjoint(words) for needed in variant.hard) for variant in near)


def _stands_beside(wished: Part, part: Part) -> bool:
    """Whether a wish was read out of the reason of a whole command: "replace deadlifts, my back hurts"."""
    whole = part.reading.whole and part.reading.strong and not incomplete(part.reading)
    return whole and wished.message.text == part.message.text and _taken(wished).isdisjoint(_taken(part))


def _taken(part: Part) -> frozenset[int]:
    """The words that a reading is made of, apart from what is said beside it."""
    values = (range(b.stretch.start, b.stretch.end) for b in part.reading.bound)
    return frozenset(part.reading.literals).union(*values)


def asks_how_many(part: Part) -> bool:
    """Whether a wish was read out of the "how" of another question: "how many messages have I got left"."""
    tokens, said = part.message.tokens, part.reading.literals
    return any(
        tokens[place].norm == "how" and tokens[place + 1].norm in _COUNTED and place + 1 not in said
        for place in said
        if place + 1 < len(tokens)
    )


def _believed_at(part: Part) -> float:
    """What it costs to believe a command, whoever says it."""
    return part.reading.cost - FORBIDDEN * part.reading.forbidden


def wish(tool: ToolSpec) -> Wish | None:
    """The wish behind what was read, where it is none of the tools."""
    return _BY_NAME.get(tool.name)
