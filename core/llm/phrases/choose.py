"""Decides which command a message means: every tool is tried, and the one that accounts for its words best is taken."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any

from core.llm.contract import Param, Request, ToolSpec
from core.llm.phrases.align import Alignment, Bound, Path
from core.llm.phrases.bounds import ASKED_ENOUGH, FORBIDDEN, READ_ENOUGH, Bounds
from core.llm.phrases.checked import only_checks
from core.llm.phrases.clauses import Remains, judge
from core.llm.phrases.costs import lacking, structure, unlikely
from core.llm.phrases.grammar import Grammar, Literal, Variant
from core.llm.phrases.grammar import grammar as compiled
from core.llm.phrases.leads import only_spoken_of
from core.llm.phrases.leftover import SURE, Filled, fill
from core.llm.phrases.lexicon import BLOCKERS, ELSEWHERE, LIGHT, NO_VERBS
from core.llm.phrases.mood import says_goodbye, speaks_of_past, told_at_once, told_of_past, told_weekly
from core.llm.phrases.readings import FREE_TEXT, Message, Stretch
from core.llm.phrases.replaced import replaced
from core.llm.phrases.said import (
    all_said,
    conditioned,
    measured,
    misshapen,
    on_its_day,
    plainly_asked_of,
    takes_a_deed,
    text_only,
    too_little,
    unnamed,
)
from core.llm.phrases.whose import of_somebody_else

_FAR = 5.0
# What a change, or values without a command word, may cost to believe and still be done; beyond it the person is asked
# whether it was meant.
_BELIEVED = 0.8


@dataclass(frozen=True, slots=True)
class Reading:
    """A message read as one call: its arguments, how much of the message they account for, what it costs to believe it.
    `acts` says whether it may be done; `verb` is where the command's first value begins."""

    tool: ToolSpec
    args: Mapping[str, Any]
    types: Mapping[str, str]
    score: float
    cost: float
    acts: bool
    strong: bool
    forbidden: bool = False
    bound: tuple[Bound, ...] = ()
    literals: tuple[int, ...] = ()

    @property
    def whole(self) -> bool:
        return self.acts and self.score >= 0.999


def readings(message: Message, request: Request) -> list[Reading]:
    """Every way to read the message as one call, the most believable first. Ways that cannot be more believable than one
    that may be done are left out."""
    found = _read(message, request, pruned=True)
    nearest = _only_if_nearest(found)
    return nearest if nearest is found else _only_if_nearest(_read(message, request, pruned=False))


def doing(message: Message, request: Request) -> Reading | None:
    """The most believable way to read the message as one call, where it may be done."""
    if told_at_once(message):
        return None
    found = _read(message, request, pruned=True, acting=True)
    best = found[0] if found and found[0].acts else None
    if best is None or best.whole or best.tool.writes:
        return best
    best = readings(message, request)[0]
    return best if best.acts else None


def _read(message: Message, request: Request, *, pruned: bool, acting: bool = False) -> list[Reading]:
    best: dict[int, Reading] = {}
    bounds = Bounds(message, request.tools)
    for variant, path in _promising(message, request, bounds, acting):
        if acting and _only_told(message, variant, path, request):
            continue
        reading = _weighed(message, variant, path, request, bounds.enough)
        if reading is not None and (variant.tool not in best or _rank(reading) < _rank(best[variant.tool])):
            best[variant.tool] = reading
            if reading.acts and pruned:
                bounds.enough = min(bounds.enough, reading.cost)
    return sorted(best.values(), key=_rank)


def _only_if_nearest(found: list[Reading]) -> list[Reading]:
    """A question that is half understood is answered only where nothing else fits the message far better."""
    if not found or not found[0].acts or found[0].whole or found[0].tool.writes:
        return found
    best = found[0]
    near = 0.5 if best.score <= READ_ENOUGH else 0.2
    rivals = [r for r in found if r.cost < best.cost - near and (r.tool.writes or best.score <= READ_ENOUGH)]
    return sorted((replace(reading, acts=False) for reading in found), key=_rank) if rivals else found


def _rank(reading: Reading) -> tuple[bool, float, bool, float, int]:
    """What may be done first, then what is cheap; of equals that of one's own tools, with the surer values, then a question that says more
    and a change that says less."""
    unsure = sum(1 - bound.stretch.sure for bound in reading.bound)
    many = len(reading.bound)
    said = many if reading.tool.writes else -many
    return not reading.acts, round(reading.cost, 6), not reading.tool.allowed, round(unsure, 6), said


def _possible(message: Message, tools: Sequence[ToolSpec]) -> Iterator[Variant]:
    """The variants whose required words are all in the message, and those without that have their values there."""
    present, by_word = message.present, message.grammar.by_word
    for word in present & by_word.keys():
        for variant in by_word[word]:
            if not any(map(present.isdisjoint, variant.hard)):
                yield variant
    for alike in message.grammar.bare:
        if _has_values(message, tools[alike[0].tool], alike[0]):
            yield from alike


def _promising(message: Message, request: Request, bounds: Bounds, acting: bool) -> Iterator[tuple[Variant, Path]]:
    """The cheapest path of every variant that fits, the likeliest first, without those that are hopeless or leave far
    more over than another; with `acting` also without those that can do nothing."""
    costs: dict[tuple[int, frozenset[str]], list[float]] = {}
    given: dict[int, frozenset[str]] = {}
    least = math.inf
    for bound, variant in bounds.likeliest_first(_possible(message, request.tools)):
        if bound > bounds.enough:
            break
        tool = request.tools[variant.tool]
        key = (variant.tool, variant.slots)
        if bounds.hopeless(variant, bound) or (acting and bounds.idle(variant)):
            continue
        if key not in costs:
            costs[key] = _left_over(message, tool, variant)
        if variant.tool not in given:
            given[variant.tool] = message.given(tool.params)
        params = {param.name: param for param in tool.params}
        path = Alignment(message, variant, params, costs[key], given[variant.tool]).best()
        if path is not None and path.cost <= least + _FAR:
            least = min(least, path.cost)
            yield variant, path


def _has_values(message: Message, tool: ToolSpec, variant: Variant) -> bool:
    """Whether a phrase without a command word has something for each of its required values."""
    slots = [p for p in tool.params if p.name in variant.slots and p.type not in FREE_TEXT]
    return (
        bool(slots)
        and all(message.stretches(p) or not p.required for p in slots)
        and any(map(message.stretches, slots))
    )


def _left_over(message: Message, tool: ToolSpec, variant: Variant) -> list[float]:
    """What leaving the words up to each place over costs: little where another parameter of the tool can take them."""
    weights = [token.weight for token in message.tokens]
    for param in tool.params:
        if param.name in variant.slots or param.type in FREE_TEXT | {"number", "amount"}:
            continue
        for stretch in message.stretches(param):
            if stretch.sure >= SURE:
                for place in range(stretch.start, stretch.end):
                    weights[place] = min(weights[place], 0.1)
    return list(accumulate(weights, initial=0.0))


def _weighed(message: Message, variant: Variant, path: Path, request: Request, enough: float) -> Reading | None:
    """A path as a call with what it costs to believe it; None where it is none, or surely costs more than `enough`."""
    tool = request.tools[variant.tool]
    filled = _of_the_whole(message, variant, path, fill(message, tool, path, variant.slots))
    bound, types = filled.bound, {p.name: p.type for p in tool.params}
    literals = set(path.literals)
    used = literals | filled.taken
    bare = not variant.hard
    guessed = any(not b.known for b in bound)
    cost = filled.far + structure(message, variant, path, filled.late) + unlikely(message, variant, path, used)
    if cost + (-0.015 * tool.role if tool.allowed else FORBIDDEN) > enough:
        return None
    if not bound and all(message.tokens[p].norm in BLOCKERS or not message.tokens[p].weight for p in literals):
        return None
    if ((guessed or variant.whole) and not all_said(message, variant, path)) or text_only(
        message, variant, path, bound, types
    ):
        return None
    if variant.whole and not plainly_asked_of(message, path):
        return None
    remains = _remains(message, variant, filled, literals, tool, request)
    spoken = {message.tokens[place].norm for place in path.literals}
    args = dict(on_its_day(measured(_said_of_each(bound, types) | dict(filled.extra)), types, spoken))
    if remains.reason and "reason" not in args and "reason" in types:
        args["reason"] = remains.reason
    missing = [p for p in tool.params if p.required and p.name not in args]
    if too_little(message, path, bound, missing, tool) or unnamed(message, variant, filled, tool) or misshapen(args):
        return None
    beyond = any(p.role > request.role for p in tool.params if p.name in args)
    forbidden = not tool.allowed or beyond
    if not tool.writes and variant.slots and not bound and len(literals) == 1 and not all_said(message, variant, path):
        return None
    if bare and (
        (beyond and tool.allowed) or missing or not _may_be_bare(message, variant, tool, bound, types, literals)
    ):
        return None
    total = sum(token.weight for token in message.tokens) or 1.0
    unexplained = sum(message.tokens[place].weight or 1.0 for place in remains.unexplained)
    score = max(0.0, 1 - unexplained / total)
    cost += unexplained + lacking(message, missing, remains) + (FORBIDDEN if forbidden else -0.015 * tool.role)
    may = unexplained == 0 if tool.writes or bare or guessed else score > _asked_for(message)
    if forbidden and missing and len(variant.hard) < 2:
        may = False
    if may:
        may = not _only_told(message, variant, path, request) and not (tool.writes and told_weekly(message, types))
        may = may and (tool.writes or not _asks_for_more(message, remains.unexplained, request))
        may = may and not (told_weekly(message, types) and _opens_as_a_change(message, request))
        may = may and not (tool.writes and conditioned(args, types))
        may = may and (tool.writes or bool(variant.whole) or not takes_a_deed(message, bound, types))
    believed = not (tool.writes or bare) or cost - FORBIDDEN * forbidden <= _BELIEVED
    acts = may and not (remains.blocked and (tool.writes or unexplained)) and (bool(variant.hard) or bool(args))
    acts = acts and believed
    return Reading(tool, args, types, round(score, 3), cost, acts, not bare, forbidden, bound, path.literals)


def _of_the_whole(message: Message, variant: Variant, path: Path, filled: Filled) -> Filled:
    """What was bound, with all that was said from the phrase's first word on for the parameter that takes the whole."""
    end = len(message)
    while end and message.tokens[end - 1].mark and message.tokens[end - 1].norm != "?":
        end -= 1
    if not variant.whole or not path.literals or end <= path.literals[0]:
        return filled
    start = path.literals[0]
    stretch = Stretch(start, end, message.original(start, end).strip())
    others = tuple(b for b in filled.bound if b.param != variant.whole)
    return replace(filled, bound=(*others, Bound(variant.whole, stretch)), taken=filled.taken | {*range(start, end)})


def _said_of_each(bound: Iterable[Bound], types: Mapping[str, str]) -> dict[str, Any]:
    """The words of each value; a class told in two places has both: "thursday yoga at 8pm instead of 7:30"."""
    said: dict[str, Any] = {}
    for b in bound:
        both = b.param in said and types.get(b.param) == "session"
        said[b.param] = f"{said[b.param]} {b.stretch.words}" if both else b.stretch.words
    return said


def _remains(
    message: Message,
    variant: Variant,
    filled: Filled,
    literals: set[int],
    tool: ToolSpec,
    request: Request,
) -> Remains:
    """What becomes of the words that a command leaves over."""
    used = literals | filled.taken
    left = {
        p for p, token in enumerate(message.tokens) if token.weight and p not in used and not _kind(message, tool, p)
    }
    left -= replaced(message, tool, filled.bound, left)
    if tool.writes:
        left |= {p + 1 for p in literals if p + 1 < len(message) and _is_somebody(message, p + 1) and p + 1 not in used}
        left |= {*of_somebody_else(message, tool)} - used
    given = {b.param for b in filled.bound}
    wordless = any(p.required and p.type in FREE_TEXT and p.name not in given for p in tool.params)
    own, opening, things = message.grammar.own[variant.tool], verbs(request), _known_places(message, tool)
    spoken = {word for p in literals for word in message.readings[p] if word in opening}
    deed = frozenset(spoken | {tool.name.split("_")[0]})
    return judge(message, left, used, literals, own, opening, deed, not variant.hard, wordless, things)


def _is_somebody(message: Message, place: int) -> bool:
    """Whether a pronoun stands for somebody whom the command would be about: "take her off"."""
    return message.tokens[place].norm in ("him", "her", "them") and not message.tokens[place].soft


def _may_be_bare(
    message: Message,
    variant: Variant,
    tool: ToolSpec,
    bound: tuple[Bound, ...],
    types: Mapping[str, str],
    literals: set[int],
) -> bool:
    """Whether values without a command word may be this command."""
    chosen = any(types.get(b.param) == "choice" for b in bound)
    if tool.writes and not chosen and any(types.get(name) in FREE_TEXT for name in variant.slots):
        return False
    return bool(bound) and _stands_alone(message, bound, len(literals))


def _asked_for(message: Message) -> float:
    return ASKED_ENOUGH if message.requests else READ_ENOUGH


def _only_told(message: Message, variant: Variant, path: Path, request: Request) -> bool:
    """Whether the message tells or asks something where this command would be done."""
    tool, bare = request.tools[variant.tool], not variant.hard
    if told_at_once(message) or (bare and says_goodbye(message)):
        return True
    if tool.writes:
        opening, named = verbs(request), tool.name.split("_")[0]
        spoken = [p for p in path.literals if message.tokens[p].norm == named or message.reads(p, opening) is not None]
        first = min(spoken or path.literals, default=min((b.stretch.start for b in path.bound), default=0))
        types = {param.name: param.type for param in tool.params}
        worded = any(types[b.param] in FREE_TEXT and b.param != "reason" for b in path.bound)
        told = told_of_past(message, path.literals) or (bare and message.asks)
        told = told or only_checks(message, first, opening, types.values(), bare=bare, worded=worded)
        return told or only_spoken_of(message, first, path.literals)
    return speaks_of_past(message, path.literals)


_STANDING_IN = frozenset({"cover", "sub", "substitute", "fill", "replace"})


def _opens_as_a_change(message: Message, request: Request) -> bool:
    """Whether the first word is one that a change begins with: "schedule yoga every tuesday" asks for no schedule."""
    first = next((token.norm for token in message.tokens if token.weight), "")
    return first in verbs(request)


def _asks_for_more(message: Message, unexplained: Sequence[int], request: Request) -> bool:
    """Whether a question leaves over what is done elsewhere, or something that is to be done."""
    beyond = (ELSEWHERE | verbs(request) | _STANDING_IN) - LIGHT
    return any(message.tokens[place].norm in beyond or place in message.persons for place in unexplained)


def _known_places(message: Message, tool: ToolSpec) -> frozenset[int] | None:
    """Where the tool's own things are named; None for a tool that takes no reason."""
    if not any(param.name == "reason" for param in tool.params):
        return None
    stretches = (s for param in tool.params for s in message.stretches(param) if s.sure >= 0.6)
    return frozenset(place for s in stretches for place in range(s.start, s.end))


def _kind(message: Message, tool: ToolSpec, place: int) -> bool:
    """Whether a word only says what kind of thing the tool is about."""
    return any(message.nouns(param.type, place) for param in tool.params)


def _stands_alone(message: Message, bound: tuple[Bound, ...], spoken: int) -> bool:
    """Whether values without a verb are a command: a day alone ("tomorrow") is none, nor is a name nobody knows."""
    if any(not b.known or b.stretch.pronoun or b.stretch.sure < SURE - 0.2 for b in bound):
        return False
    places = {p for b in bound for p in range(b.stretch.start, b.stretch.end)}
    only_these = all(t.mark or p in places for p, t in enumerate(message.tokens))
    if all(b.param == "member" for b in bound) and (len(places) < 2 or not only_these):
        return False
    named = [b for b in bound if not _is_time(message, b)]
    clock = any(token.norm[0].isdigit() for b in bound for token in message.tokens[b.stretch.start : b.stretch.end])
    return bool(named) or (clock and spoken > 1)


def _is_time(message: Message, bound: Bound) -> bool:
    times = message.stretches(Param("", "when", False))
    return all(
        any(s.start <= place < s.end for s in times)
        or message.nouns("session", place)
        or not message.tokens[place].weight
        for place in range(bound.stretch.start, bound.stretch.end)
    )


_VERBS: dict[int, tuple[Grammar, frozenset[str]]] = {}


def verbs(request: Request) -> frozenset[str]:
    """The words that open commands which change something."""
    grammar = compiled(request.tools)
    known = _VERBS.get(id(grammar))
    if known is None or known[0] is not grammar:
        variants = {v for found in grammar.by_word.values() for v in found}
        words = frozenset(
            word
            for v in variants
            if request.tools[v.tool].writes and isinstance(v.elements[0], Literal) and v.elements[0].hard
            for word in v.elements[0].words - NO_VERBS
        )
        known = _VERBS[id(grammar)] = (grammar, words)
    return known[1]


def with_args(reading: Reading, args: Mapping[str, Any]) -> Reading:
    """The same call with other arguments."""
    return replace(reading, args=args)
