"""Finds what a way of saying a command costs at least, so that those that cannot win are not laid along the message."""

import math
from collections.abc import Iterable, Iterator, Sequence
from heapq import heapify, heappop, heapreplace

from core.llm.contract import Param, ToolSpec
from core.llm.phrases.align import MISSING, NAMED, UNKNOWN
from core.llm.phrases.grammar import Variant
from core.llm.phrases.leftover import intro_words
from core.llm.phrases.readings import FREE_TEXT, Message

_TIME = Param("", "when", False)
_TIMED = frozenset({"session", "when"})
_MOST_UNKNOWN = 3.0
# What a phrase without a command word costs: one value alone, or several.
ALONE, HARDLY_ALONE = 0.12, 0.04
# How much of a message a question must account for, where it opens or ends like one and where it does not.
ASKED_ENOUGH, READ_ENOUGH = 0.55, 0.75
# What it costs that the speaker may not do it.
FORBIDDEN = 0.35


class Bounds:
    """The least costs of the ways to say each tool's command with one message. `enough` is what the best way so far
    costs that may be done."""

    def __init__(self, message: Message, tools: Sequence[ToolSpec]) -> None:
        self._message = message
        self._tools = tools
        self.enough = math.inf
        self._total = sum(token.weight for token in message.tokens) or 1.0
        self._asked_for = ASKED_ENOUGH if message.requests else READ_ENOUGH
        self._lacking: dict[int, dict[str, float]] = {}
        self._valueless_at: dict[tuple[int, frozenset[str]], float] = {}
        self._needed: dict[int, tuple[tuple[int, float, frozenset[str]], ...]] = {}
        self._clause = [
            next((n for n, c in enumerate(message.clauses) if c.start <= place < c.end), -1)
            for place in range(len(message))
        ]
        self._words = [
            frozenset() if token.mark or token.quoted else frozenset({token.norm, *message.readings[place]})
            for place, token in enumerate(message.tokens)
        ]

    def likeliest_first(self, variants: Iterable[Variant]) -> Iterator[tuple[float, Variant]]:
        """The ways of saying, with the least that each costs: its shape, what of it was not said, and the values that the
        message lacks. Values are looked up only for those whose words alone come next."""
        ways = [(self.shape(v) + self._unsaid(v), v.number, False, v) for v in variants]
        heapify(ways)
        while ways:
            bound, number, valued, variant = ways[0]
            if valued:
                heappop(ways)
                yield bound, variant
            else:
                heapreplace(ways, (bound + self._valueless(variant), number, True, variant))

    def shape(self, variant: Variant) -> float:
        """The least cost of a way of saying all of which was said."""
        tool = self._tools[variant.tool]
        spoken = -0.06 * len(variant.hard) - 0.02 * variant.soft
        return spoken - 0.015 * tool.role if tool.allowed else spoken + FORBIDDEN

    def hopeless(self, variant: Variant, least: float) -> bool:
        """Whether a way of saying that costs `least`, with the words that it cannot reach, costs more than the best so
        far."""
        return least > self.enough or (self.enough != math.inf and least + self._unreached(variant) > self.enough)

    def idle(self, variant: Variant) -> bool:
        """Whether a way of saying surely leaves over words that keep its command from being done."""
        params = [p for p in self._tools[variant.tool].params if p.name in variant.slots]
        over = self._over(variant, params) - _MOST_UNKNOWN * sum(p.type in NAMED for p in params)
        return over > (0.0 if self._tools[variant.tool].writes else (1 - self._asked_for) * self._total)

    def _unsaid(self, variant: Variant) -> float:
        """What it costs that the message lacks words of the phrase, and that a phrase without a command word is alone."""
        alone = (ALONE if len(variant.slots) == 1 else HARDLY_ALONE) * (not variant.hard)
        if not variant.soft:
            return alone
        present = self._message.present
        said = sum([not words.isdisjoint(present) for words in variant.wanted])
        return alone + variant.skips * (1 - said / variant.soft) + 0.02 * (variant.soft - said)

    def _valueless(self, variant: Variant) -> float:
        """What it costs that the message has no value for a parameter of the phrase."""
        key = (variant.tool, variant.slots)
        cost = self._valueless_at.get(key)
        if cost is None:
            lacking = self._costs_of_lacking(variant.tool)
            cost = self._valueless_at[key] = sum(lacking[name] for name in variant.slots if name in lacking)
        return cost

    def _costs_of_lacking(self, number: int) -> dict[str, float]:
        """The parameters of a tool that the message has no value for, and what that costs each."""
        known = self._lacking.get(number)
        if known is None:
            known = self._lacking[number] = self._lacked(self._tools[number])
        return known

    def _lacked(self, tool: ToolSpec) -> dict[str, float]:
        lacking = [p for p in tool.params if p.type not in FREE_TEXT and not self._message.stretches(p)]
        given = self._message.given(tool.params) if lacking else frozenset()
        return {p.name: UNKNOWN if p.type in NAMED else MISSING for p in lacking if p.name not in given}

    def _unreached(self, variant: Variant) -> float:
        """What the words weigh that neither the phrase nor a value can take, in the clauses where the phrase must be:
        any other clause may be an aside."""
        params = [p for p in self._tools[variant.tool].params if p.name in variant.slots]
        total = self._over(variant, params)
        named = sum(p.type in NAMED for p in params)
        return total if not named else max(min(total, UNKNOWN), total - _MOST_UNKNOWN * named)

    def _over(self, variant: Variant, params: Sequence[Param]) -> float:
        """What the words weigh that neither the phrase nor a known value can take."""
        needed = self._of(variant.tool)
        if not needed or any(p.type in FREE_TEXT for p in params):
            return 0.0
        sure = self._clauses_of(variant)
        return sum(w for place, w, words in needed if self._clause[place] in sure and words.isdisjoint(variant.words))

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
            if "not" in (token.norm, message.tokens[place - 1].norm if place else ""):
                continue
            if not any(message.nouns(kind, place) for kind in types):
                yield place, token.weight, self._words[place]
