"""Finds what a way of saying a command costs at least, so that those that cannot win are not laid along the message."""

import math
from collections.abc import Iterable, Sequence

from core.llm.contract import Param, ToolSpec
from core.llm.phrases.align import MISSING, NAMED, UNKNOWN
from core.llm.phrases.grammar import Literal, Variant
from core.llm.phrases.leftover import intro_words
from core.llm.phrases.readings import FREE_TEXT, Message

_TIME = Param("", "when", False)
_TIMED = frozenset({"session", "when"})
_MOST_UNKNOWN = 3.0
# What a phrase without a command word costs: one value alone, or several.
ALONE, HARDLY_ALONE = 0.12, 0.04


class Bounds:
    """The least costs of the ways to say each tool's command with one message. `enough` is what the best way so far
    costs that may be done."""

    def __init__(self, message: Message, tools: Sequence[ToolSpec]) -> None:
        self._message = message
        self._tools = tools
        self.enough = math.inf
        self._needed: dict[int, tuple[tuple[int, float, frozenset[str]], ...]] = {}
        self._clause = [
            next((n for n, c in enumerate(message.clauses) if c.start <= place < c.end), -1)
            for place in range(len(message))
        ]
        self._words = [
            frozenset() if token.mark or token.quoted else frozenset({token.norm, *message.readings[place]})
            for place, token in enumerate(message.tokens)
        ]

    def shape(self, variant: Variant) -> float:
        """The least cost of a way of saying that accounts for every word."""
        return -0.06 * len(variant.hard) - 0.02 * variant.soft - 0.015 * self._tools[variant.tool].role

    def hopeless(self, variant: Variant) -> bool:
        """Whether a way of saying, with the words that it cannot reach, costs more than the best so far."""
        if self.enough == math.inf:
            return False
        least = self.shape(variant) + self._unsaid(variant)
        if least <= self.enough:
            least += self._valueless(variant)
        return least > self.enough or least + self._unreached(variant) > self.enough

    def _unsaid(self, variant: Variant) -> float:
        """What it costs that the message lacks words of the phrase, and that a phrase without a command word is alone."""
        alone = (ALONE if len(variant.slots) == 1 else HARDLY_ALONE) * (not variant.hard)
        if not variant.soft:
            return alone
        said = sum(
            1
            for e in variant.elements
            if isinstance(e, Literal) and not e.hard and e.skip and self._message.places(e.words)
        )
        return alone + variant.skips * (1 - said / variant.soft) + 0.02 * (variant.soft - said)

    def _valueless(self, variant: Variant) -> float:
        """What it costs that the message has no value for a parameter of the phrase."""
        tool = self._tools[variant.tool]
        lacking = [
            p
            for p in tool.params
            if p.name in variant.slots and p.type not in FREE_TEXT and not self._message.stretches(p)
        ]
        if not lacking:
            return 0.0
        given = self._message.given(tool.params)
        return sum(UNKNOWN if p.type in NAMED else MISSING for p in lacking if p.name not in given)

    def _unreached(self, variant: Variant) -> float:
        """What the words weigh that neither the phrase nor a value can take, in the clauses where the phrase must be:
        any other clause may be an aside."""
        params = [p for p in self._tools[variant.tool].params if p.name in variant.slots]
        if any(p.type in FREE_TEXT for p in params):
            return 0.0
        needed = self._of(variant.tool)
        if not needed:
            return 0.0
        sure = self._clauses_of(variant)
        total = sum(w for place, w, words in needed if self._clause[place] in sure and words.isdisjoint(variant.words))
        named = sum(p.type in NAMED for p in params)
        return total if not named else max(min(total, UNKNOWN), total - _MOST_UNKNOWN * named)

    def _clauses_of(self, variant: Variant) -> set[int]:
        """The clauses in which the phrase certainly has a word."""
        found: set[int] = set()
        for words in variant.hard:
            at = {self._clause[place] for place, _ in self._message.places(words)}
            if len(at) == 1:
                found |= at
        return found

    def _of(self, number: int) -> tuple[tuple[int, float, frozenset[str]], ...]:
        """The words with content that no value of a tool can take."""
        known = self._needed.get(number)
        if known is None:
            known = self._needed[number] = tuple(self._unvalued(self._tools[number]))
        return known

    def _unvalued(self, tool: ToolSpec) -> Iterable[tuple[int, float, frozenset[str]]]:
        message = self._message
        types = {param.type for param in tool.params}
        held = {
            place
            for param in (*tool.params, *((_TIME,) if types & _TIMED else ()))
            if param.type not in FREE_TEXT
            for stretch in message.stretches(param)
            for place in range(stretch.start, stretch.end)
        }
        leading = frozenset({"instead of"}).union(*(intro_words(param) for param in tool.params))
        for place, token in enumerate(message.tokens):
            if not token.weight or place in held or token.norm in leading:
                continue
            if not any(message.nouns(kind, place) for kind in types):
                yield place, token.weight, self._words[place]
