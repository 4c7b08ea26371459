"""Decides whether enough of a phrase was said to believe it: names nobody knows and free words need more of it."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from core.llm.contract import Param, ToolSpec
from core.llm.phrases.align import NAMED, Bound, Path
from core.llm.phrases.grammar import Literal, Slot, Variant
from core.llm.phrases.leftover import Filled
from core.llm.phrases.lexicon import ASKING, FREE, SENTENCES
from core.llm.phrases.readings import FREE_TEXT, Message
from core.llm.phrases.tokens import blocks

_SIGNS = re.compile(r"[*`\[\]<>{}|\\~^=()\"“”„«»;_]")
_BEFORE, _BEHIND = re.compile(r"[^\w\s,.:]*$"), re.compile(r"[^\w\s,.:!?]*")
_QUOTED = frozenset({('"', '"'), ("“", "”"), ("„", "“"), ("«", "»"), ("'", "'")})
_WEAK = ASKING | FREE | SENTENCES | {"should"}


def all_said(message: Message, variant: Variant, path: Path) -> bool:
    """Whether every word of the pattern that is not optional was said: asked of a command with a name nobody knows."""
    return all(
        any(message.reads(place, e.words) is not None for place in path.literals)
        for e in variant.elements
        if isinstance(e, Literal) and e.skip > 0
    )


_ASKED_ON = frozenset("tips advice cues hints pointers".split())
_OF_YOU = frozenset({("did", "you"), ("were", "you"), ("have", "you"), ("are", "you"), ("we", "pay"), ("you", "sleep")})


def plainly_asked_of(message: Message, path: Path) -> bool:
    """Whether a question that is handed on whole has its words spelt right, and is not about whom it is put to."""
    if any(token.norm in _ASKED_ON for token in message.tokens):
        return False
    spelt = all(message.tokens[place].norm in message.grammar.words for place in path.literals)
    return spelt and _OF_YOU.isdisjoint(message.pairs)


def text_only(
    message: Message, variant: Variant, path: Path, bound: tuple[Bound, ...], types: Mapping[str, str]
) -> bool:
    """Whether free words were taken on too little: words that ask for anything ("what …", "show …"), a pattern half
    said whose thing or kind is missing, or words before any command word that are a sentence of their own."""
    texts = [b for b in bound if types.get(b.param) in FREE_TEXT]
    if not texts:
        return False
    if any(_is_sentence(message, b) and not _led(variant, b.param) for b in texts):
        return True
    if any(types.get(param) == "choice" for param in variant.slots - {b.param for b in bound}):
        return True
    if not all(_led(variant, b.param) for b in texts) and not all_said(message, variant, path):
        return True
    named = {b.param for b in bound if types.get(b.param) not in FREE_TEXT and b.known}
    if variant.slots - named <= {b.param for b in texts} and named:
        return False
    said = [message.tokens[place].norm for place in path.literals]
    weak = all(word in _WEAK for word in said)
    unsaid = len(variant.slots - named - {b.param for b in texts})
    if unsaid > 1 or (unsaid and weak):
        return True
    return (weak or bool(unsaid)) and not all_said(message, variant, path)


def plainly_named(message: Message, bound: Bound) -> bool:
    """Whether a name is words and nothing else: what is written with signs in or around it is asked for again."""
    start, end = message.tokens[bound.stretch.start].start, message.tokens[bound.stretch.end - 1].end
    before, after = _BEFORE.search(message.text[:start]), _BEHIND.match(message.text[end:])
    around = (before.group() if before else "", after.group() if after else "")
    if around in _QUOTED:
        around = ("", "")
    return not _SIGNS.search(around[0] + message.text[start:end] + around[1])


_MEASURED = re.compile(
    r"(?i)(?P<value>\d[\d:.,]*\s*(?:h|hrs?|hours?|m|mins?|minutes?|s|secs?|seconds?|days?|weeks?|am|pm|uhr|o'?clock)?)"
    r"\s*(?:[,;–—]\s|\.\s|\s-\s|\bnot\b|\binstead\b|\bbecause\b|\bfrom\s+now\b|\bplease\b).*"
)


def measured(args: Mapping[str, Any]) -> Mapping[str, Any]:
    """A value that is a figure and its unit, without what is said behind it: "6 hours, too many drop out", "3 hours not 4"."""
    value = args.get("value")
    found = _MEASURED.fullmatch(value.strip()) if isinstance(value, str) and args.get("field") != "name" else None
    return args if found is None else {**args, "value": found["value"].strip()}


# The days by which people name a class; what they say otherwise of a day is not handed on.
DAY = re.compile(
    r"(?i)\b(?:(?:this|next)\s+)?(?:today|tonight|tonite|tomorrow|tomorow|tommorow|tommorrow|tmrw?|tmw|2moro"
    r"|(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?)\b"
)
_STARTING = frozenset("start starts starting begin begins beginning".split())


def on_its_day(args: Mapping[str, Any], types: Mapping[str, str], words: Collection[str]) -> Mapping[str, Any]:
    """A class that is only to start at another hour, with the day that was said with the hour: "yoga could start at 19:45 today"."""
    session, to = args.get("session"), args.get("to")
    if (types.get("session"), types.get("to")) != ("session", "when") or _STARTING.isdisjoint(words):
        return args
    day = DAY.search(to) if isinstance(to, str) else None
    if day is None or not isinstance(session, str) or DAY.search(session):
        return args
    return {**args, "session": f"{session} {day.group()}"}


_LENGTH = re.compile(
    r"(?i).*(?:\d|\b(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|half|no|none|zero|off|night|day)\b).*"
)
_AT_A_TIME = re.compile(
    r"(?i)(?:(?:at|on|to|from|every|(?:sun|mon|tues?|wed|thur?s?|fri|sat)[a-z]*)\W+)*(?:\d|noon|midnight|midday|half|quarter|six|seven|eight|nine|ten).*"
)
_SHAPES = {
    **dict.fromkeys(("triage time", "week plan time"), _AT_A_TIME),
    "phone": re.compile(r"(?:\D*\d){4,}\D*"),
    "email": re.compile(r"\S+@\S+"),
    "birthday": re.compile(r".*\d.*"),
    **dict.fromkeys(("booking window", "cancel deadline", "undo window", "claim window", "unpaid grace"), _LENGTH),
}


# A person's name: a few words, no figures, no marks but a title's or an initial's.
_NAME = re.compile(
    r"[\"“]?(?!(?:himself|herself|themselves|myself|me|him|her|us|in|back|again|just|put|book|take|add|please|he|she|can|could|to|about|yesterday|today)\b)[^\W\d_][^\d,;:!?\n]{0,60}",
    re.I,
)


def misshapen(args: Mapping[str, Any]) -> bool:
    """Whether a value can be none of its field's: a phone number without figures, an address without an @, a deadline
    without a length of time."""
    field, value = args.get("field"), args.get("value")
    if field == "name" and "member" in args and isinstance(value, str) and not _NAME.fullmatch(value.strip()):
        return True
    shape = _SHAPES.get(field) if isinstance(field, str) else None
    return shape is not None and isinstance(value, str) and shape.fullmatch(value.strip()) is None


_DEEDS = frozenset("cancel book delete unbook reschedule".split())


def takes_a_deed(message: Message, bound: Sequence[Bound], types: Mapping[str, str]) -> bool:
    """Whether a question's free words hold what is to be done: "something came up and i must cancel my yoga" looks for nothing."""
    held = {place for b in bound if types.get(b.param) in FREE_TEXT for place in range(b.stretch.start, b.stretch.end)}
    return any(message.tokens[place].norm in _DEEDS and not message.tokens[place].quoted for place in held)


_CONDITIONED = re.compile(
    r"(?i)\b(?:unless|joking|kidding|if\s+(?:it|i|we|he|she|they|you|the|my)|when\s+(?:i|you|we|it)|but\s+(?:i\s+)?(?:forgot|then|it|now)|automatically|myself"
    r"|next\s+year|last\s+(?:week|month|year))\b"
)
_NOTED = frozenset({"note", "topic", "query"})


def conditioned(args: Mapping[str, Any], types: Mapping[str, str]) -> bool:
    """Whether a change's free words took in what keeps it from being done: "rename it to Light if it rains"."""
    texts = (
        v
        for n, v in args.items()
        if n not in _NOTED and types.get(n) in FREE_TEXT | {"chat", "workout_change", "member"}
    )
    return any(isinstance(words, str) and _CONDITIONED.search(words) for words in texts)


def _led(variant: Variant, param: str) -> bool:
    """Whether a command word stands before a parameter."""
    for element in variant.elements:
        if isinstance(element, Slot):
            if element.param == param:
                return False
        elif element.hard:
            return True
    return True


def _is_sentence(message: Message, bound: Bound) -> bool:
    tokens = message.tokens[bound.stretch.start : bound.stretch.end]
    return any(blocks(token) or token.norm in SENTENCES for token in tokens)


def too_little(
    message: Message, path: Path, bound: tuple[Bound, ...], missing: Sequence[Param], tool: ToolSpec
) -> bool:
    """Whether what is missing makes a command unlikely: a guessed name alone, or only words that ask for anything."""
    if any(not b.known for b in bound) and all(message.tokens[p].norm in ("no", "more") for p in path.literals):
        return True
    if any(param.name == "to" for param in missing) and any(message.tokens[p].norm == "bring" for p in path.literals):
        return True
    if not missing or any(param.type in FREE_TEXT for param in missing):
        return False
    if any(message.nouns(param.type, place) for param in missing for place in range(len(message))):
        return False
    weak = all(message.tokens[p].norm in ASKING or not message.tokens[p].weight for p in path.literals)
    return (weak and not bound) or (tool.writes and any(not b.known for b in bound))


def unnamed(message: Message, variant: Variant, filled: Filled, tool: ToolSpec) -> bool:
    """Whether a change is about somebody or something that only its kind was said of: "put somebody into yoga"."""
    lacking = [
        p for p in tool.params if not p.required and p.type in NAMED and all(b.param != p.name for b in filled.bound)
    ]
    return tool.writes and any(
        message.nouns(param.type, place) and token.norm not in variant.words and place not in filled.taken
        for param in lacking
        for place, token in enumerate(message.tokens)
    )
