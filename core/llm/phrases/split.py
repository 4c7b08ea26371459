"""Finds several commands in one message: it is cut only where both halves are commands by themselves."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from core.llm.contract import Param, Request
from core.llm.phrases.choose import Reading, readings
from core.llm.phrases.clauses import taken_back
from core.llm.phrases.grammar import grammar
from core.llm.phrases.lexicon import CLAUSE_BLOCKERS
from core.llm.phrases.readings import FREE_TEXT, Message

_CLOCK_AT_END = re.compile(r"(?i)(?<!\S)\d{1,2}(?:[:.]\d\d)?\s*(?:am|pm|h|uhr)?$")
_CLOCK = re.compile(r"(?i)(?:\bat\s+)?(?<![\w:])\d{1,2}(?:[:.]\d\d)?\s*(?:am|pm|h|uhr)?(?![\w:])|\bnoon\b")
# The days by which people name a class; what they say otherwise of a day is not handed on.
_DAY = re.compile(
    r"(?i)\b(?:(?:this|next)\s+)?(?:today|tonight|tonite|tomorrow|tomorow|tommorow|tommorrow|tmrw?|tmw|2moro"
    r"|(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?)\b"
)
_JOINTS = frozenset({"and", "then", "also", "plus"})
_MOST_JOINTS = 8
# A longer message is one command with a text in it, or none.
_LONGEST_CUT = 100


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the message that is one command."""

    message: Message
    reading: Reading


def commands(text: str, request: Request, carried: Mapping[str, Any] | None = None) -> tuple[list[Part], list[Reading]]:
    """The commands of a message in order, and, where there is none, the nearest readings of the whole."""
    message = _prepared(text, request, carried)
    if taken_back(message.tokens):
        return [], []
    found = readings(message, request)
    whole = found[0] if found and found[0].acts else None
    if (
        whole is not None
        and whole.whole
        and not whole.forbidden
        and not _swallows(message, whole)
        and not _loose_joint(message, whole)
    ):
        return [Part(message, whole)], []
    parts = _halves(message, request, carried or {}, whole) if len(message) <= _LONGEST_CUT else []
    if whole is not None and whole.forbidden and any(part.reading.forbidden for part in parts):
        parts = []
    if parts and not (whole is not None and whole.whole and any(_incomplete(part.reading) for part in parts)):
        return parts, []
    if whole is not None:
        return [Part(message, whole)], []
    return [], found


def _prepared(text: str, request: Request, carried: Mapping[str, Any] | None) -> Message:
    return Message(text, grammar(request.tools), request.readers, carried)


def _single(text: str, request: Request, carried: Mapping[str, Any]) -> Part | None:
    """A text as one command that accounts for all its words."""
    message = _prepared(text, request, carried)
    found = readings(message, request)
    if not found or not found[0].acts or (found[0].tool.writes and not found[0].whole):
        return None
    return Part(message, found[0])


def _joints(message: Message) -> list[tuple[int, int]]:
    """Where the message may be cut: characters that end the first half and begin the second."""
    found: list[tuple[int, int]] = []
    for token in message.tokens:
        if not token.quoted and ((token.mark and token.norm != ":") or token.norm in _JOINTS):
            if found and message.text[found[-1][1] : token.start].strip() == "":
                found[-1] = (found[-1][0], token.end)
            else:
                found.append((token.start, token.end))
    return found[:_MOST_JOINTS]


def _loose_joint(message: Message, reading: Reading) -> bool:
    """Whether an "and" stands between values, taken by none of them."""
    held = {p for b in reading.bound for p in range(b.stretch.start, b.stretch.end)} | set(reading.literals)
    return any(token.norm in _JOINTS and place not in held for place, token in enumerate(message.tokens))


def _incomplete(reading: Reading) -> bool:
    return any(param.required and param.name not in reading.args for param in reading.tool.params)


def _swallows(message: Message, reading: Reading) -> bool:
    """Whether free words took a joint with them."""
    return any(
        reading.types.get(b.param) in FREE_TEXT
        and any(
            message.tokens[p].mark or message.tokens[p].norm in _JOINTS for p in range(b.stretch.start, b.stretch.end)
        )
        for b in reading.bound
    )


def _halves(message: Message, request: Request, carried: Mapping[str, Any], whole: Reading | None) -> list[Part]:
    in_text = whole is not None and whole.whole and not whole.forbidden and _swallows(message, whole)
    for end, start in _joints(message):
        first = message.text[:end].strip()
        second = message.text[start:].strip()
        if not first or not second:
            continue
        left = None if _is_condition(message, end) else _single(first, request, carried)
        if left is None:
            continue
        handed = {**carried, **_handed_on(left.reading)}
        right = _rest(left, second, request, handed, plain_verb=in_text)
        if right:
            return [_completed(left, right[0]), *right]
    return []


def _completed(left: Part, right: Part) -> Part:
    """A first half that leaves to the second what both share: "book anna and jonas into yoga"."""
    if left.reading.tool is not right.reading.tool or not _incomplete(left.reading):
        return left
    lacking = {p.name for p in left.reading.tool.params if p.required and p.name not in left.reading.args}
    shared = {name: value for name, value in right.reading.args.items() if name in lacking}
    return Part(left.message, replace(left.reading, args={**left.reading.args, **shared}))


def _is_condition(message: Message, end: int) -> bool:
    """Whether the first half opens with "when" or "if" and ends at a comma: what follows depends on it."""
    first = next((token for token in message.tokens if not token.mark), None)
    return first is not None and first.norm in CLAUSE_BLOCKERS and not first.soft and message.text[end : end + 1] == ","


def _handed_on(reading: Reading) -> dict[str, Any]:
    """What "it" and "his" mean in the next command."""
    return {
        reading.types[name]: value
        for name, value in reading.args.items()
        if reading.types.get(name) in ("session", "member", "workout", "exercise", "staff", "class_type")
    }


def _rest(left: Part, text: str, request: Request, carried: Mapping[str, Any], *, plain_verb: bool) -> list[Part]:
    """The commands of the second half: by itself, or leaning on the first half's verb."""
    alone, _ = commands(text, request, carried)
    if alone and not _sure(alone):
        alone = []
    alone = _on_the_same_day(left, alone, text, request, carried) or alone
    if plain_verb:
        return alone if alone and _opens_with_verb(alone[0]) else []
    if alone and alone[0].reading.strong:
        return alone
    for fuller in _leaning(left, text, request):
        parts, _ = commands(fuller, request, carried)
        changed = parts and parts[0].reading.tool.writes and parts[0].reading.tool is not left.reading.tool
        if parts and not changed and _sure(parts) and parts[0].reading.strong:
            return parts
    return alone


def _on_the_same_day(
    left: Part, alone: Sequence[Part], text: str, request: Request, carried: Mapping[str, Any]
) -> list[Part]:
    """The second half with the day of the first, where it names a class by the clock alone, or by nothing after a look at
    a day: "what's on tomorrow and book crossfit at 6pm"."""
    day = next((m.group() for m in _DAY.finditer(left.message.text)), "")
    named = next((b for part in alone for b in part.reading.bound if part.reading.types[b.param] == "session"), None)
    if not day or named is None or named.stretch.pronoun or _DAY.search(text):
        return []
    words = alone[0].message.original(named.stretch.start, named.stretch.end)
    clock = _CLOCK.search(words)
    if not clock and left.reading.types.get("when") != "when":
        return []
    dated = f"{words[: clock.start()]}{day} {words[clock.start() :]}" if clock else f"{words} {day}"
    parts, _ = commands(text.replace(words, dated, 1), request, carried)
    same = [p.reading.tool.name for p in parts] == [p.reading.tool.name for p in alone]
    return parts if same and _sure(parts) else []


def _sure(parts: Sequence[Part]) -> bool:
    return all(part.reading.whole or not part.reading.tool.writes for part in parts)


def _opens_with_verb(part: Part) -> bool:
    """Whether a command starts with words of its pattern and leaves none over."""
    content = [
        n for n, token in enumerate(part.message.tokens) if not token.mark and token.norm not in ("please", "then")
    ]
    return part.reading.whole and part.reading.strong and bool(content) and content[0] in part.reading.literals


def _leaning(left: Part, text: str, request: Request) -> list[str]:
    """The second half with what it leaves out: the first half's verb, or all of it but the time."""
    message, reading = left.message, left.reading
    fuller: list[str] = []
    when = Param("", "when", False)
    second = Message(text, message.grammar, request.readers)
    times = second.stretches(when)
    content = [n for n, token in enumerate(second.tokens) if token.weight]
    timed = bool(times) and all(any(s.start <= n < s.end for s in times) for n in content)
    earlier = message.stretches(when)
    if timed and earlier:
        last = earlier[-1]
        first, end = message.tokens[last.start].start, message.tokens[last.end - 1].end
        clock = _CLOCK_AT_END.search(message.text[first:end])
        if clock and _CLOCK_AT_END.fullmatch(text.strip(" .!?")):
            fuller.append(f"{message.text[: first + clock.start()]}{text}{message.text[end:]}")
        fuller.append(f"{message.text[:first]}{text}{message.text[end:]}")
    if reading.literals and reading.bound:
        begins = min(b.stretch.start for b in reading.bound)
        if begins and reading.literals[0] < begins:
            fuller.append(f"{message.text[: message.tokens[begins].start].strip()} {text}")
    elif reading.literals:
        fuller.append(f"{message.text[: message.tokens[reading.literals[0]].end].strip()} {text}")
    return fuller
