"""Lays a message along one way of saying a command, at the least cost of words left over."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from core.llm.contract import Param
from core.llm.phrases.grammar import Literal, Slot, Variant
from core.llm.phrases.lexicon import BLOCKERS, CAUSES, CLAUSE_BLOCKERS, COURTESY, ELSEWHERE, EVERYDAY, FREE, SUBJECTS
from core.llm.phrases.misplaced import misplaced
from core.llm.phrases.readings import FREE_TEXT, TITLES, Message, Stretch
from core.llm.phrases.texts import BEFORE_VALUE, behind_change, names_it, names_nobody, trimmed, untied

MISSING = 0.6
UNKNOWN = 0.45
_MOST_LEFT = 8.0
_TITLE_WORDS = 7
_LEADS = {
    "text": frozenset({"that", "saying", "says"}),
    "title": frozenset({"as", "called", "named", "that", "saying"}),
    "exercise_name": frozenset({"a", "an", "the", "called", "named"}),
}
_BEHIND_NAMES = frozenset({"value", "name", "title"})
_BEFORE_REASON = CAUSES | frozenset({"of", "to", "for", "without", "with"})
# The shapes of a workout, which open its text and do not name it.
_SHAPES = frozenset(
    "amrap emom tabata rounds round time for intervals strength sets every min minutes part a b warmup".split()
)
_IN_THEM = re.compile(r"(?i)\s+(?:in|with|on)\s+(?:it|them|em)$")
_BEFORE_GOAL = frozenset({"there", "for", "you", "advise"})
_KEPT_IN = frozenset(
    "a the on in to his her their note notes remark comment profile file card record page account".split()
)
_ASKING = frozenset(
    "which what any some all the me remaining other others rest available existing current left".split()
)
_TELLING = frozenset({"back", "told", "asked", "said", "says", "wants", "thinks"})
_SOUGHT = frozenset({"query", "goal", "filter"})
_BEFORE_SOUGHT = frozenset(
    "are there for the a an my me us some you advise anything something everything stuff things with about".split()
)
_TIME = Param("", "when", False)
NAMED = frozenset({"session", "member", "staff", "class_type", "workout", "plan", "program", "chat"})


@dataclass(frozen=True, slots=True)
class Bound:
    """A parameter and the stretch of the message that it took."""

    param: str
    stretch: Stretch
    known: bool = True
    cost: float = 0.0


@dataclass(frozen=True, slots=True)
class Path:
    """One way through a message: what it costs, which tokens its literals took, what its slots hold."""

    cost: float
    literals: tuple[int, ...] = ()
    bound: tuple[Bound, ...] = ()


class Alignment:
    """The search for the cheapest path of one variant through one message."""

    def __init__(
        self, message: Message, variant: Variant, params: Mapping[str, Param], left: list[float], given: frozenset[str]
    ) -> None:
        self.message = message
        self.elements = variant.elements
        self.params = params
        self.left = left
        self.given = given
        self._known: dict[tuple[int, int], Path | None] = {}

    def best(self) -> Path | None:
        """The cheapest path, if the variant fits at all."""
        return self._from(0, 0)

    def _from(self, element: int, place: int) -> Path | None:
        key = (element, place)
        if key not in self._known:
            self._known[key] = self._search(element, place)
        return self._known[key]

    def _search(self, number: int, place: int) -> Path | None:
        if number == len(self.elements):
            return Path(self.left[-1] - self.left[place])
        element = self.elements[number]
        steps = (
            self._literal(element, number, place)
            if isinstance(element, Literal)
            else self._slot(element, number, place)
        )
        return min(steps, key=lambda path: path.cost, default=None)

    def _literal(self, element: Literal, number: int, place: int) -> Iterator[Path]:
        for at, cost in self.message.places(element.words):
            if at < place:
                continue
            skipped = self.left[at] - self.left[place]
            if skipped > _MOST_LEFT:
                break
            rest = self._from(number + 1, at + 1)
            if rest is not None:
                far = 0.0 if element.hard or at == place else 0.03
                yield Path(skipped + cost + far + rest.cost, (at, *rest.literals), rest.bound)
        if not element.hard:
            rest = self._from(number + 1, place)
            if rest is not None:
                yield Path(element.skip + rest.cost, rest.literals, rest.bound)

    def _slot(self, element: Slot, number: int, place: int) -> Iterator[Path]:
        param = self.params.get(element.param)
        if param is None:
            return
        for bound, cost in self._fillings(param, number, place):
            skipped = self.left[bound.stretch.start] - self.left[place]
            rest = self._from(number + 1, bound.stretch.end)
            if rest is not None and skipped <= _MOST_LEFT:
                yield Path(skipped + cost + rest.cost, rest.literals, (bound, *rest.bound))
        yield from self._without(param, number, place)

    def _without(self, param: Param, number: int, place: int) -> Iterator[Path]:
        """The parameter not said, or only its kind ("a class")."""
        rest = self._from(number + 1, place)
        if rest is not None:
            missing = 0.02 if param.name in self.given else MISSING
            yield Path(missing + rest.cost, rest.literals, rest.bound)
        for at in range(place, min(place + 4, len(self.message))):
            if self.message.nouns(param.type, at):
                rest = self._from(number + 1, at + 1)
                if rest is not None:
                    yield Path(
                        MISSING - 0.05 + self.left[at] - self.left[place] + rest.cost, (at, *rest.literals), rest.bound
                    )

    def _fillings(self, param: Param, number: int, place: int) -> Iterator[tuple[Bound, float]]:
        if param.type in FREE_TEXT:
            yield from self._texts(param, number, place)
            return
        for bound in self._known_values(param):
            if bound.stretch.start >= place:
                yield bound, bound.cost
        if param.type in NAMED:
            key = (param.type, param.name, place)
            unknown = self.message.unknown.get(key)
            if unknown is None:
                unknown = self.message.unknown[key] = tuple(self._unknown(param, place))
            yield from unknown

    def _known_values(self, param: Param) -> Sequence[Bound]:
        """Every value of a parameter with what it costs, the same for all ways to say a tool's command."""
        key = (param.name, param.type, param.options, "to" in self.params)
        known = self.message.values.get(key)
        if known is None:
            known = self.message.values[key] = tuple(self._valued(param))
        return known

    def _valued(self, param: Param) -> Iterator[Bound]:
        for stretch in self.message.stretches(param):
            if param.name != "to" and self.message.shifts(stretch):
                continue
            cost = 0.25 * (1 - stretch.sure) + (0.05 if stretch.pronoun else 0.0)
            cost += 0.15 if stretch.sure < 0.3 else 0.0
            cost += 0.4 if self._is_the_class(param, stretch) else 0.0
            cost += misplaced(self.message, self.params, param, stretch)
            for start, end in self._with_nouns(param.type, stretch):
                wide = Stretch(start, end, stretch.words, stretch.sure, stretch.extra, stretch.pronoun)
                yield Bound(param.name, wide, cost=cost)

    def _is_the_class(self, param: Param, stretch: Stretch) -> bool:
        """Whether "for" leads to the class that is moved, where no other is said: "move my booking for yoga"."""
        led = stretch.start > 0 and self.message.tokens[stretch.start - 1].norm in ("for", "in")
        return led and param.name == "to" and param.type == "session" and not self._slotted("session")

    def _with_nouns(self, kind: str, stretch: Stretch) -> Iterator[tuple[int, int]]:
        """The stretch alone, and with its kind's noun before or behind it ("yoga class", "member anna")."""
        yield stretch.start, stretch.end
        size = len(self.message)
        behind = stretch.end < size and self.message.nouns(kind, stretch.end)
        before = stretch.start
        while before > 0 and self.message.tokens[before - 1].norm in ("of", "the", "for", "called", "named"):
            before -= 1
        led = before > 0 and self.message.nouns(kind, before - 1)
        if behind:
            yield stretch.start, stretch.end + 1
        if led:
            yield before - 1, stretch.end

    def _unknown(self, param: Param, place: int) -> Iterator[tuple[Bound, float]]:
        """Words nobody knows where a name was due: handed on as typed, so that the answer can say what was looked for."""
        start = place
        while (
            start < len(self.message)
            and self.message.tokens[start].norm in FREE
            and not self.message.tokens[start].mark
        ):
            start += 1
        articled = any(t.norm in ("the", "a", "an", "my", "our") for t in self.message.tokens[place:start])
        end, limit = start, (2 if param.type in ("session", "class_type") else 3)
        while end < len(self.message) and end - start < limit and self._nameless(end):
            end += 1
            if articled and not self._has_noun(end):
                continue
            if param.type == "session":
                for stop in (end, self._timed(end)):
                    yield self._as_typed(param, start, stop, UNKNOWN * (end - start)), UNKNOWN * (end - start)
            else:
                cost = UNKNOWN + 0.02 * (end - start)
                yield self._as_typed(param, start, end, cost), cost

    def _has_noun(self, place: int) -> bool:
        return place < len(self.message) and self.message.nouns("class_type", place)

    def _as_typed(self, param: Param, start: int, end: int, cost: float) -> Bound:
        words = self.message.original(start, end)
        return Bound(param.name, Stretch(start, end, words.removesuffix("'s").removesuffix("’s"), 0.5), False, cost)

    def _timed(self, end: int) -> int:
        """The end with the words of time that follow."""
        times = self.message.stretches(_TIME)
        for stretch in times:
            between = self.message.tokens[end : stretch.start]
            if stretch.start >= end and all(t.norm in ("class", "session", "on", "at", "for", "the") for t in between):
                return stretch.end
        return end

    def _nameless(self, place: int) -> bool:
        token = self.message.tokens[place]
        return bool(
            token.weight
            and not token.quoted
            and self.message.slipped(place)
            and token.norm not in ELSEWHERE
            and token.norm not in COURTESY
            and token.norm not in EVERYDAY
            and token.norm not in BLOCKERS
            and not self.message.inflected(place)
            and token.norm.isalpha()
            and len(token.norm) > 1
            and not any(s.start <= place < s.end for s in self.message.stretches(_TIME))
            and place not in self.message.named
            and token.norm
            not in (
                "and",
                "because",
                "dont",
                "not",
                "if",
                "when",
                "who",
                "what",
                "which",
                "why",
                "how",
                "wer",
                "whoever",
                "wont",
            )
        )

    def _texts(self, param: Param, number: int, place: int) -> Iterator[tuple[Bound, float]]:
        start = place
        tokens = self.message.tokens
        while start < len(tokens) and tokens[start].mark:
            start += 1
        if param.name == "value" and names_it(self.message, start):
            return
        leads = _LEADS[param.type] | BEFORE_VALUE if param.name == "value" else _LEADS[param.type]
        while start < len(tokens) and tokens[start].norm in leads:
            start += 1
        leading = _BEFORE_SOUGHT if param.name == "query" else _BEFORE_GOAL if param.name in _SOUGHT else ()
        while start < len(tokens) - 1 and tokens[start].norm in leading:
            start += 1
        if param.name == "reason":
            while start < len(tokens) and (tokens[start].mark or tokens[start].norm == "reason"):
                start += 1
            if not self._leads_to_reason(start):
                return
        if param.name == "value":
            start = behind_change(self.message, start)
        for end in sorted(self._ends(param, number, start)):
            last = trimmed(self.message, start, end, named=param.name in _BEHIND_NAMES)
            last = untied(self.message, start, last) if param.type in TITLES and end < len(tokens) else last
            if (
                last > start
                and any(not t.mark for t in tokens[start:last])
                and self._says_something(param, start, last)
                and not (param.name in _SOUGHT and all(t.norm in _ASKING for t in tokens[start:last]))
                and not (param.name in _SOUGHT and self._is_time(start, last))
            ):
                words = self.message.original(start, last).strip()
                words = _IN_THEM.sub("", words) if param.name in _SOUGHT else words
                words = words[1:-1] if len(words) > 2 and words[0] in "\"'“„«" and words[-1] in "\"'”“»" else words
                held = sum(t.weight > 0 for t in tokens[start:last]) + 7 * self._is_time(start, last)
                held += 7 * (param.type in TITLES and self._has_clock(start, last))
                led = tokens[start].norm in ("to", "as", "on", "for", "of", "me", "us")
                first = 0.3 if number == 0 else 0.1 if led else 0.0
                cost = first + 0.02 + 0.001 * (last - start) + 0.03 * held + self._untitled(param, start)
                cost += 0.4 if self._is_scheme(param, start, last) else 0.0
                yield Bound(param.name, Stretch(start, end, words), cost=cost), cost

    def _leads_to_reason(self, start: int) -> bool:
        """Whether a reason may begin here: behind a mark or a cause, or with who or what it is about."""
        tokens = self.message.tokens
        if start >= len(tokens) or tokens[start].norm in CLAUSE_BLOCKERS:
            return False
        before = tokens[start - 1] if start else tokens[start]
        return before.mark or before.norm in _BEFORE_REASON or tokens[start].norm in _BEFORE_REASON | SUBJECTS

    def _untitled(self, param: Param, start: int) -> float:
        """What it costs to leave a name inside a text: "Gnarly: 5 rounds" is a title and what follows."""
        if param.name != "text" or "name" not in self.params or self._slotted("name"):
            return 0.0
        words = [token.norm for token in self.message.tokens[start : start + _TITLE_WORDS]]
        if ":" not in words[1:]:
            return 0.0
        title = words[: words.index(":", 1)]
        plain = all(word.isalpha() for word in title) and _SHAPES.isdisjoint(title)
        return 0.4 if plain else 0.0

    def _is_scheme(self, param: Param, start: int, end: int) -> bool:
        """Whether what would be a workout's name ends with how its work is counted: "3 rounds" of "3 rounds of 400m run"."""
        words = [token.norm for token in self.message.tokens[start:end]][-2:]
        counted = param.name == "name" and "text" in self.params and not _SHAPES.isdisjoint(words)
        return counted and all(word in _SHAPES or word[0].isdigit() for word in words)

    def _slotted(self, name: str) -> bool:
        return any(isinstance(element, Slot) and element.param == name for element in self.elements)

    def _is_time(self, start: int, end: int) -> bool:
        """Whether words are nothing but a time, which is hardly a text."""
        inside = [at for at in range(start, end) if self.message.tokens[at].weight]
        return bool(inside) and any(s.start <= inside[0] and inside[-1] < s.end for s in self.message.stretches(_TIME))

    def _has_clock(self, start: int, end: int) -> bool:
        """Whether a time of the clock stands inside words, which hardly belongs to a name."""
        inside = (s for s in self.message.stretches(_TIME) if start <= s.start and s.end <= end)
        return any(self.message.tokens[at].norm[0].isdigit() for s in inside for at in range(s.start, s.end))

    def _says_something(self, param: Param, start: int, end: int) -> bool:
        tokens = self.message.tokens[start:end]
        if param.type in TITLES and tokens[0].norm in FREE and tokens[0].norm not in ("the", "my", "our", "one"):
            return False
        if param.type in TITLES and all(t.norm in _SHAPES or t.norm.isdigit() for t in tokens):
            return False
        if param.type == "title" and names_nobody(self.message, self.params, start, end):
            return False
        if param.name == "note" and _KEPT_IN.issuperset(token.norm for token in tokens):
            return False
        if param.name in _SOUGHT and tokens[0].norm in _TELLING:
            return tokens[0].norm == "back"
        return any(t.weight or t.quoted or not (t.soft or t.norm in COURTESY) for t in tokens) or len(tokens) > 3

    def _ends(self, param: Param, number: int, start: int) -> set[int]:
        """Where a text may stop: at the end, before the pattern's next words, and for a title at a mark or another value."""
        size = len(self.message)
        following = self.elements[number + 1] if number + 1 < len(self.elements) else None
        ends: set[int] = set()
        if isinstance(following, Literal):
            ends |= {at for at in range(start + 1, size) if self.message.reads(at, following.words) is not None}
        if isinstance(following, Slot) and following.param in self.params:
            after = self.params[following.param]
            if after.type in FREE_TEXT:
                ends |= {at for at in range(start + 1, size) if self.message.tokens[at].mark}
            else:
                ends |= {s.start for s in self.message.stretches(after) if s.start > start}
        if following is None or param.type in TITLES or not ends:
            ends.add(size)
        if param.name in _SOUGHT:
            asked = [at for at in range(start + 1, size - 1) if self.message.tokens[at].norm in ("?", "!")]
            ends = {end for end in ends if end <= asked[0]} | {asked[0]} if asked else ends
        if param.type in TITLES:
            marks = [at for at in range(start, size) if self.message.tokens[at].mark]
            ends |= {marks[0]} if marks else set()
            ends |= self._values(param, start)
            longest = min([start + _TITLE_WORDS, *marks[:1]])
            ends = {end for end in ends if end <= longest or (end == size and not marks)}
        return {end for end in ends if end > start}

    def _values(self, param: Param, start: int) -> set[int]:
        """Where another parameter's value begins behind a title."""
        return {
            s.start
            for other in self.params.values()
            if other.name != param.name and other.type not in FREE_TEXT | {"number", "amount"}
            for s in self.message.stretches(other)
            if s.start > start
        }
