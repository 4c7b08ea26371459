"""A message prepared for matching: which command words each of its words may be, and which stretches each type reads."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

from core.llm.contract import Param, Reader, Span
from core.llm.phrases.grammar import Grammar
from core.llm.phrases.lexicon import ASKING, NOUNS, OF_PERSONS, OF_THINGS, PERSONS, PRONOUNS
from core.llm.phrases.slips import SLIP, begun_by, is_form_of, near, spellings, stands_for
from core.llm.phrases.tokens import Clause, Token, clauses, readable, tokenise

TITLES = frozenset({"title", "exercise_name"})
FREE_TEXT = TITLES | {"text"}
SURE_OF_SPOTS = 0.95
_TARGET = 0.78
_TO_A_FIGURE = re.compile(r"(?i)\d\s*(?:am|pm|h|:\d\d)\s+to\s+$")
_SURELY = 0.8
_OPENINGS = frozenset({"please", "hey", "hi", "hello", "so", "ok", "and", "can", "could", "you", "would", "me"})
_REQUESTING = ASKING | frozenset({"any", "remind", "open", "pull", "search", "browse", "describe", "explain"}) - {
    "make",
    "change",
    "turn",
    "set",
    "do",
    "put",
}
_SPEAKER = frozenset({"i", "me", "my", "myself"})
_POLITE = frozenset({"please", "can", "could", "may", "would"})
_SHIFT = re.compile(
    r"(?i)(?:\s+by)?\s+(?P<far>(?:\d+|an?|one|two|three|half\s+an?|a\s+quarter\s+of\s+an|fifteen|thirty)\s*"
    r"(?:h|hrs?|hours?|min|mins|minutes?)\s+(?:later|earlier|back|forward|sooner))\b"
)
_ALL = re.compile(r"(?i)\ball\s+$")
_LENGTH = re.compile(r"(?i)\d|(?:night|day|week|weekend|morning|afternoon|evening|month)\b")
_WORKOUT = re.compile(r"(?i)\b(?:work-?out|wod)s?\b")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A span of a message in words: tokens `start` to `end`, what it is read as, and how sure that is."""

    start: int
    end: int
    words: Any
    sure: float = 1.0
    extra: Mapping[str, Any] = field(default_factory=dict)
    pronoun: bool = False


@dataclass(frozen=True, slots=True)
class Carried:
    """What a pronoun means behind an earlier command of the same message: what that command names, in `words`, or makes
    (None). `by` is the part of the message that holds it."""

    words: Any
    by: "Message"


def _without_from(text: str, span: Span) -> Span:
    """A class without the "from" that only leads to it."""
    led = re.match(r"(?i)from\s+(?:the\s+)?", text[span.start : span.end])
    if led is None or not isinstance(span.words, str) or not span.words.lower().startswith("from"):
        return span
    return replace(span, start=span.start + led.end(), words=span.words[led.end() :])


def _before_shift(text: str, span: Span) -> Span | None:
    """A class without how far it is to be moved: "yoga on thursday" of "yoga on thursday an hour later"."""
    shift = next((m for m in _SHIFT.finditer(text) if m.start("far") < span.end <= m.end()), None)
    if shift is None or not isinstance(span.words, str):
        return span
    if shift.start("far") <= span.start:
        return None
    return replace(span, end=shift.start(), words=text[span.start : shift.start()].rstrip())


def _before_to(text: str, span: Span) -> list[Span]:
    """A class that ends where its new time or a figure begins: "the 10am on saturday" of "the 10am on saturday to
    10:30", "engine sat" of "engine sat at 12"; and what it may be moved to: "6 on friday crossfit" of "5 to 6 on …"."""
    joint = re.search(
        r"(?i)\s+(?:(?:to|until|till)\s|(?:at|by)\s+\d+$|for\s+(?:the\s+)?\d[\d:.]*\s*(?:am|pm|h)?$)",
        text[span.start : span.end],
    )
    if joint is None or not isinstance(span.words, str):
        return []
    end, behind = span.start + joint.start(), span.start + joint.end()
    first = replace(span, end=end, words=text[span.start : end], sure=max(span.sure, 0.85) - 0.05)
    leads = joint.group().split()[0].lower() in ("to", "until", "till") and behind < span.end
    return [first, replace(span, start=behind, words=text[behind : span.end], sure=_TARGET)] if leads else [first]


def _pronouns_of(kind: str) -> frozenset[str]:
    return OF_PERSONS if kind in PERSONS else OF_THINGS


class Message:
    """A text with everything that can be read in it, each type read once."""

    def __init__(
        self,
        text: str,
        grammar: Grammar,
        readers: Mapping[str, Reader],
        carried: Mapping[str, Carried] | None = None,
    ) -> None:
        self.text = text
        self._readable = readable(text)
        self.tokens: tuple[Token, ...] = tokenise(text)
        self._token_starts = [token.start for token in self.tokens]
        self._token_ends = [token.end for token in self.tokens]
        self.grammar = grammar
        self._readers = readers
        self._carried = dict(carried or {})
        self._found = _found_in(text, readers)
        self._stretches: dict[str | tuple[str, ...], tuple[Stretch, ...]] = {}
        self.values: dict[tuple[str, str, tuple[str, ...], bool], tuple[Any, ...]] = {}
        self.unknown: dict[tuple[str, str, int], tuple[Any, ...]] = {}
        self.spoken_of: dict[tuple[int, tuple[int, ...]], bool] = {}
        self._places: dict[frozenset[str], tuple[tuple[int, float], ...]] = {}
        self.readings: list[dict[str, float]] = [
            {} if token.mark or token.quoted else dict(near(token.norm, grammar.words)) for token in self.tokens
        ]

    @cached_property
    def named(self) -> Mapping[int, Any]:
        """The words that surely name a class, a person or a workout, with what each is handed on as."""
        return {
            place: stretch.words
            for kind in ("member", "staff", "workout", "class_type", "session")
            for stretch in self.stretches(Param("", kind, False))
            if stretch.sure >= _SURELY
            for place in range(stretch.start, stretch.end)
        }

    @cached_property
    def persons(self) -> frozenset[int]:
        """The words that surely name a member or one of the staff."""
        kinds = (Param("", kind, False) for kind in PERSONS)
        sure = (s for kind in kinds for s in self.stretches(kind) if s.sure >= _SURELY and not s.pronoun)
        return frozenset(place for s in sure for place in range(s.start, s.end) if self.tokens[place].weight)

    @cached_property
    def requests(self) -> bool:
        """Whether the message opens like a question or a wish to be shown something, or ends as a question."""
        first = next((token.norm for token in self.tokens if not token.mark and token.norm not in _OPENINGS), "")
        return first in _REQUESTING or self.text.rstrip(" !\"'”)…").endswith("?")

    @property
    def asks(self) -> bool:
        """Whether the message ends as a question that does not merely ask politely."""
        polite = any(token.soft or token.norm in _POLITE for token in self.tokens)
        return not polite and self.text.rstrip(" !\"'”)…").endswith("?")

    def __len__(self) -> int:
        return len(self.tokens)

    def reads(self, place: int, words: frozenset[str]) -> float | None:
        """The cost of taking a word for one of these; None where it is none of them."""
        token = self.tokens[place]
        if token.mark or token.quoted:
            return None
        if token.norm in words:
            return 0.0
        costs = [cost for word, cost in self.readings[place].items() if word in words]
        return min(costs) if costs else None

    def slipped(self, place: int) -> bool:
        """Whether a word is no command word, except perhaps by a slip."""
        return all(cost >= SLIP for cost in self.readings[place].values())

    def inflected(self, place: int) -> bool:
        """Whether a word is another form of a command word, as in a report: "duplicated", "booking"."""
        return is_form_of(self.tokens[place].norm, self.grammar.words)

    def original(self, start: int, end: int) -> str:
        """The typed words of tokens `start` to `end`, with a sign that stands right before them ("+49…", "€20")."""
        first = self.tokens[start].start
        while first > 0 and self.text[first - 1] in "+€$£#@":
            first -= 1
        return self.text[first : self.tokens[end - 1].end]

    def stretches(self, param: Param) -> tuple[Stretch, ...]:
        """Where this parameter's type can be read, in order."""
        choices = param.type == "choice"
        key = param.options if choices else param.type
        known = self._stretches.get(key)
        if known is None:
            found = self._longest(self._choices(param.options)) if choices else self._read(param.type)
            known = self._stretches[key] = tuple(found)
        return known

    def places(self, words: frozenset[str]) -> tuple[tuple[int, float], ...]:
        """Where one of these words stands, and the cost of taking it for one."""
        known = self._places.get(words)
        if known is None:
            found: dict[int, float] = {}
            for word, places in self._by_word.items():
                if word in words:
                    for place, cost in places:
                        found[place] = min(cost, found.get(place, cost))
            known = self._places[words] = tuple(sorted(found.items()))
        return known

    @cached_property
    def _by_word(self) -> Mapping[str, list[tuple[int, float]]]:
        """Where each word stands that some word of the message is or may be a slip for."""
        found: dict[str, list[tuple[int, float]]] = {}
        for place, token in enumerate(self.tokens):
            if not token.mark and not token.quoted:
                for word, cost in {**self.readings[place], token.norm: 0.0}.items():
                    found.setdefault(word, []).append((place, cost))
        return found

    @cached_property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """Every two words that stand side by side and are nobody else's."""
        return frozenset(pairwise(token.norm for token in self.tokens if not token.quoted))

    @cached_property
    def present(self) -> frozenset[str]:
        """Every word that some word of the message is or may be a slip for."""
        return frozenset(self._by_word)

    @cached_property
    def clauses(self) -> tuple[Clause, ...]:
        """The clauses of the message in order."""
        return tuple(clauses(self.tokens))

    def given(self, params: Sequence[Param]) -> frozenset[str]:
        """The parameters that come along with the words of others ("13:00-14:00" also gives `minutes`)."""
        return frozenset(
            name
            for param in params
            if param.type not in FREE_TEXT
            for stretch in self.stretches(param)
            for name in stretch.extra
        )

    def shifts(self, stretch: Stretch) -> bool:
        """Whether a time says how far something is moved: "an hour later", "on sunday an hour earlier"."""
        words = f" {stretch.words}" if isinstance(stretch.words, str) else ""
        return any(shift.end() == len(words) for shift in _SHIFT.finditer(words))

    def _spans(self, kind: str) -> Sequence[Span]:
        """What the reader of a type finds, looked for once."""
        known = self._found.get(kind)
        if known is None:
            reader = self._readers.get(kind)
            known = self._found[kind] = () if reader is None else reader.spans(self._readable)
        return known

    def _read(self, kind: str) -> Iterable[Stretch]:
        spans = list(self._spans(kind)) if kind not in FREE_TEXT else []
        if kind == "session":
            spans = [kept for span in spans if (kept := _before_shift(self._readable, span))]
            spans = [_without_from(self.text, span) for span in spans] + self._bare_times(spans)
            spans += [cut for span in spans for cut in _before_to(self._readable, span)]
            spans = [
                replace(span, sure=span.sure - 0.3) if _WORKOUT.search(str(span.words)) else span for span in spans
            ]
        if kind in ("spots", "number", "amount"):
            spans = [kept for span in spans if (kept := self._beside_hours(span, kind))]
        if kind in ("session", "when"):
            spans = [self._rarer_if_often(span) for span in spans]
        for span in spans:
            place = self._place(span.start, span.end)
            if place is not None and not self._means_earlier(kind, place, spans):
                yield Stretch(*place, span.words, span.sure, span.extra, self._is_pronoun(*place))
        if kind in self._carried:
            yield from self._pronouns(kind, self._carried[kind])

    def _bare_times(self, spans: Sequence[Span]) -> list[Span]:
        """Times that the reader of classes passes over ("move it to 7"): each may be a class, too."""
        times = self._spans("when")
        return [
            replace(time, sure=0.6)
            for time in times
            if (time.sure < 0.9 or not any(s.start < time.end and time.start < s.end for s in spans))
            and not (_LENGTH.match(self._readable, time.start) and _ALL.search(self._readable[: time.start]))
        ]

    def _beside_hours(self, span: Span, kind: str) -> Span | None:
        """A figure, unless it is an end of a stretch of hours ("from 9 to 11 am"). One that only follows an hour with a
        mere "to" may be a number of spots: "raise the 6pm crossfit to 20"."""
        times = self._spans("when")
        around = [t for t in times if t.extra and t.start <= span.start and span.end <= t.end]
        if not around:
            return span
        before = self._readable[around[0].start : span.start]
        last = _TO_A_FIGURE.search(before) and self._readable[span.start : span.end].isdigit()
        return replace(span, sure=SURE_OF_SPOTS) if kind == "spots" and last and span.end == around[0].end else None

    def _rarer_if_often(self, span: Span) -> Span:
        """A series ("every monday") is hardly one class."""
        often = [s for s in self._spans("days") if s.start < span.end and span.start < s.end]
        sure = min([span.sure, *(span.sure - (0.9 if s.sure == 1.0 else 0.15) for s in often)])
        return replace(span, sure=sure) if often else span

    def _place(self, start: int, end: int) -> tuple[int, int] | None:
        """The tokens that a stretch of characters touches."""
        first = bisect_right(self._token_ends, start)
        last = bisect_left(self._token_starts, end)
        return (first, last) if first < last else None

    def _is_pronoun(self, start: int, end: int) -> bool:
        if self.tokens[start].norm in _SPEAKER:
            return False
        return end - start <= 2 and all(token.norm in PRONOUNS or token.weight == 0 for token in self.tokens[start:end])

    def _means_earlier(self, kind: str, place: tuple[int, int], spans: Sequence[Span]) -> bool:
        """Whether a pronoun of this message means what an earlier command of it is about, and so nothing that the
        conversation was about before."""
        if not self._carried or not self._is_pronoun(*place):
            return False
        start = self.tokens[place[0]].start
        here = any(
            span.end <= start and not self._is_pronoun(*(self._place(span.start, span.end) or place)) for span in spans
        )
        words = {token.norm for token in self.tokens[slice(*place)]}
        return not here and any(not words.isdisjoint(_pronouns_of(other)) for other in self._carried)

    def _pronouns(self, kind: str, carried: Carried) -> Iterable[Stretch]:
        """What "it" and "his" mean behind an earlier command of the same message."""
        for place, token in enumerate(self.tokens):
            if token.norm in _pronouns_of(kind):
                end = place + 1
                if end < len(self.tokens) and self.tokens[end].norm in ("one", "class", "session"):
                    end += 1
                words = self.original(place, place + 1) if carried.words is None else carried.words
                yield Stretch(place, end, words, 0.95, {}, True)

    def _choices(self, options: tuple[str, ...]) -> Iterable[Stretch]:
        norms = {token.norm for token in self.tokens}
        for number in sorted({number for norm in norms for number in begun_by(norm, options)}):
            value, spelling = spellings(options)[number]
            yield from self._spelled(value, spelling)

    def _longest(self, found: Iterable[Stretch]) -> tuple[Stretch, ...]:
        """Choices without those that only begin a longer name of the same: "triage" of "triage time"."""
        every = tuple(found)
        return tuple(
            s for s in every if not any((o.start, o.words) == (s.start, s.words) and o.end > s.end for o in every)
        )

    def _spelled(self, value: str, norms: tuple[str, ...]) -> Iterable[Stretch]:
        for start in range(len(self.tokens) - len(norms) + 1):
            sure = 1.0
            for offset, norm in enumerate(norms):
                fits = stands_for(self.tokens[start + offset].norm, norm)
                if fits is None:
                    break
                sure = min(sure, fits)
            else:
                yield Stretch(start, start + len(norms), value, sure)

    def nouns(self, kind: str, place: int) -> bool:
        """Whether a word only says what kind of thing stands beside it ("class", "member")."""
        token = self.tokens[place]
        return token.norm in NOUNS.get(kind, ()) and not token.quoted


def message_of(text: str, grammar: Grammar, readers: Mapping[str, Reader]) -> Message:
    """A text prepared once for all who look at it with the same readers."""
    known = _KEPT.get(text)
    if known is None or known[0] is not readers or known[1].grammar is not grammar:
        if len(_KEPT) > _MOST_KEPT:
            _KEPT.clear()
        known = _KEPT[text] = (readers, Message(text, grammar, readers))
    return known[1]


_KEPT: dict[str, tuple[Mapping[str, Reader], Message]] = {}
_MOST_KEPT = 16


def _found_in(text: str, readers: Mapping[str, Reader]) -> dict[str, Sequence[Span]]:
    """What these readers have found in a text so far, by type, whatever phrases it is read with."""
    known = _FOUND.get(text)
    if known is None or known[0] is not readers:
        if len(_FOUND) > _MOST_KEPT:
            _FOUND.clear()
        known = _FOUND[text] = (readers, {})
    return known[1]


_FOUND: dict[str, tuple[Mapping[str, Reader], dict[str, Sequence[Span]]]] = {}
