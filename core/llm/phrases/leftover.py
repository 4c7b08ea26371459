"""Gives the words that a pattern left over to the parameters that it did not fill."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from core.llm.contract import Param, ToolSpec
from core.llm.phrases.align import Bound, Path
from core.llm.phrases.lexicon import FREE
from core.llm.phrases.readings import FREE_TEXT, Message, Stretch
from core.llm.phrases.tokens import ARROW

_INTROS: dict[str, frozenset[str]] = {
    "from": frozenset(["from", "starting", "start", "since", "beginning", "starts", "begins"]),
    "until": frozenset(["until", "till", "til", "to", ARROW, "ending", "ends", "through", "thru"]),
    "to": frozenset(["to", ARROW, "into"]),
    "at": frozenset({"at"}),
}
_ENDS = frozenset({"from", "until"})
_NEEDS_INTRO = frozenset({"number", "amount", "switch"})
SURE = 0.75
_WEEKDAY = re.compile(r"(?i)\b(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:days?)?\b")
_PLACED_IN_TIME = frozenset({"session", "when"})


@dataclass(frozen=True, slots=True)
class Filled:
    """All bound parameters, the tokens they took, values that came along with others, how many of the pattern's own were
    found late, and what it costs to have looked for them elsewhere."""

    bound: tuple[Bound, ...]
    taken: frozenset[int]
    extra: Mapping[str, Any]
    late: int
    far: float


def fill(message: Message, tool: ToolSpec, path: Path, slots: frozenset[str]) -> Filled:
    """Bind what is left over: parameters with words of their own first, then the words of time that a class or a day
    was said apart from."""
    taken = {place for bound in path.bound for place in range(bound.stretch.start, bound.stretch.end)}
    blocked = taken | set(path.literals)
    bound = _better_than_pronouns(message, tool, list(path.bound), blocked, taken)
    late, far = 0, 0.0
    extra: dict[str, Any] = {}
    for held in bound:
        extra |= {key: value for key, value in held.stretch.extra.items() if _lacks(tool, bound, key)}
    for param in tool.params:
        if any(b.param == param.name for b in bound) or param.name in extra:
            continue
        found = _leftover(message, tool, param, blocked, path)
        if found is None:
            continue
        stretch, intro = found
        bound.append(Bound(param.name, stretch))
        late += param.name in slots
        far += 0.04 if intro else 0.2 if param.name in slots else 0.12
        places = {*range(stretch.start, stretch.end), *intro}
        taken |= places
        blocked |= places
        extra |= {key: value for key, value in stretch.extra.items() if _lacks(tool, bound, key)}
    bound = [_parted(held, tool, bound, extra) for held in bound]
    joined = [_joined(message, tool, held, blocked, taken, extra, bound) for held in bound]
    far += 0.15 * sum(new is not old for new, old in zip(joined, bound, strict=True))
    return Filled(tuple(joined), frozenset(taken), extra, late, far)


_STRETCH = re.compile(r"(?i)(?P<first>.*?)\s+(?:until|till|til|to|through|thru)\s+(?P<last>.*)")


def _parted(held: Bound, tool: ToolSpec, bound: list[Bound], extra: dict[str, Any]) -> Bound:
    """ "from 1 december until 18 december" as a first day and a last one, where a tool asks for both."""
    words = held.stretch.words
    if held.param != "from" or not isinstance(words, str) or not _lacks(tool, bound, "until"):
        return held
    found = _STRETCH.fullmatch(words)
    if found is None:
        return held
    extra["until"] = found["last"]
    return replace(held, stretch=replace(held.stretch, words=found["first"]))


def _lacks(tool: ToolSpec, bound: list[Bound], name: str) -> bool:
    return any(p.name == name for p in tool.params) and all(b.param != name for b in bound)


def intro_words(param: Param) -> frozenset[str]:
    """The words that lead to a parameter."""
    return frozenset(param.intro) | _INTROS.get(param.name, frozenset())


def _leftover(
    message: Message, tool: ToolSpec, param: Param, blocked: set[int], path: Path
) -> tuple[Stretch, tuple[int, ...]] | None:
    """The longest free stretch of a parameter's type, with the words around it that lead to it."""
    if param.type in FREE_TEXT:
        return None
    same = sum(1 for other in tool.params if other.type == param.type)
    ends = param.name in _ENDS and not param.required
    led_only = param.type in _NEEDS_INTRO or (same > 1 and (not param.required or param.name in _INTROS)) or ends
    leading = intro_words(param)
    best: tuple[tuple[bool, int, float], Stretch, tuple[int, ...]] | None = None
    for stretch in message.stretches(param):
        if any(place in blocked for place in range(stretch.start, stretch.end)) or stretch.sure < SURE:
            continue
        if all(message.tokens[place].soft for place in range(stretch.start, stretch.end)):
            continue
        intro = _intro(message, stretch, leading, blocked)
        inner = message.tokens[stretch.start].norm in leading
        if led_only and not intro and not inner:
            continue
        rank = (
            bool(intro) or inner,
            sum(message.tokens[p].weight > 0 for p in range(stretch.start, stretch.end)),
            stretch.sure,
        )
        if best is None or rank > best[0]:
            best = rank, stretch, intro
    return (best[1], best[2]) if best else None


def _intro(message: Message, stretch: Stretch, words: frozenset[str], blocked: set[int]) -> tuple[int, ...]:
    """The words before or behind a stretch that say which parameter it is."""
    found = []
    before = stretch.start - 1
    while before >= 0 and before not in blocked and stretch.start - before <= 3 and not message.tokens[before].mark:
        if message.tokens[before].norm in words:
            found.append(before)
        elif message.tokens[before].norm not in FREE:
            break
        before -= 1
    after = stretch.end
    while after < len(message) and after not in blocked and after - stretch.end < 3 and not message.tokens[after].mark:
        if message.tokens[after].norm in words - FREE:
            found.append(after)
        elif message.tokens[after].norm not in FREE:
            break
        after += 1
    return tuple(found)


def _better_than_pronouns(
    message: Message, tool: ToolSpec, bound: list[Bound], blocked: set[int], taken: set[int]
) -> list[Bound]:
    """ "tomorrow's yoga, book it": the name that was left over instead of the pronoun that was taken."""
    params = {p.name: p for p in tool.params}
    out = []
    for held in bound:
        named = [
            s
            for s in message.stretches(params[held.param])
            if held.stretch.pronoun
            and not s.pronoun
            and s.sure >= SURE
            and not any(place in blocked for place in range(s.start, s.end))
        ]
        if named:
            best = max(named, key=lambda s: (s.end - s.start, s.sure))
            taken |= set(range(best.start, best.end))
            blocked |= set(range(best.start, best.end))
            held = Bound(held.param, best)
        out.append(held)
    return out


def _joined(
    message: Message,
    tool: ToolSpec,
    held: Bound,
    blocked: set[int],
    taken: set[int],
    extra: dict[str, Any],
    bound: list[Bound],
) -> Bound:
    """A class or a time with the words of time that stand elsewhere in the message."""
    param = next(p for p in tool.params if p.name == held.param)
    first = next((b for b in bound if _type(tool, b.param) in _PLACED_IN_TIME), None)
    if param.type not in _PLACED_IN_TIME or first is not held or not isinstance(held.stretch.words, str):
        return held
    if held.stretch.pronoun:
        return held
    stretch = held.stretch
    for time in message.stretches(Param("", "when", False)):
        places = set(range(time.start, time.end))
        moved = not isinstance(time.words, str) or message.shifts(time)
        weighty = {p for p in places if message.tokens[p].weight}
        other = _WEEKDAY.search(str(time.words)) and _WEEKDAY.search(str(stretch.words))
        if not weighty or weighty & blocked or moved or other or _told_apart(message, places, blocked):
            continue
        taken |= places
        blocked |= places
        words = (
            f"{stretch.words} {time.words}"
            if time.start > stretch.start or param.type == "session"
            else f"{time.words} {stretch.words}"
        )
        extra |= {key: value for key, value in time.extra.items() if _lacks(tool, bound, key)}
        stretch = Stretch(stretch.start, stretch.end, words, stretch.sure, stretch.extra)
    return Bound(held.param, stretch, held.known, held.cost) if stretch is not held.stretch else held


_KEPT_AWAY = frozenset({"cant", "wont", "make", "come", "able"})


def _told_apart(message: Message, places: set[int], taken: set[int]) -> bool:
    """Whether a time belongs to a clause of its own that tells something else: "i overslept yesterday, …"."""
    for clause in message.clauses:
        inside = set(range(clause.start, clause.end))
        if places <= inside:
            told = (p for p in inside - places if message.tokens[p].norm not in _KEPT_AWAY)
            return not inside & taken and any(message.tokens[p].weight for p in told)
    return False


def _type(tool: ToolSpec, name: str) -> str:
    return next((p.type for p in tool.params if p.name == name), "")
