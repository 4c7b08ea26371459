"""Finds several commands in one message: it is cut only where both halves are commands by themselves."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from core.llm.contract import Param, Request
from core.llm.phrases.align import Bound
from core.llm.phrases.checked import says_it_is_so
from core.llm.phrases.choose import Reading, doing, verbs
from core.llm.phrases.clauses import taken_back
from core.llm.phrases.frame import leads_to_report
from core.llm.phrases.grammar import grammar
from core.llm.phrases.lexicon import CLAUSE_BLOCKERS, PERSONS, SUBJECTS
from core.llm.phrases.readings import FREE_TEXT, TITLES, Carried, Message, message_of
from core.llm.phrases.said import DAY, plainly_named
from core.llm.phrases.tokens import tokenise

_CLOCK_AT_END = re.compile(r"(?i)(?<!\S)\d{1,2}(?:[:.]\d\d)?\s*(?:am|pm|h|uhr)?$")
_CLOCK = re.compile(r"(?i)(?:\bat\s+)?(?<![\w:])\d{1,2}(?:[:.]\d\d)?\s*(?:am|pm|h|uhr)?(?![\w:])|\bnoon\b")
_TIMED = re.compile(r"(?i)\b(?:next|first|last|week|month)\b|\d")
_JOINTS = frozenset({"and", "then", "also", "plus"})
_MOST_JOINTS = 8
# What a pronoun can mean.
_NAMED = frozenset({"session", "member", "workout", "exercise", "staff", "class_type", "chat", "plan"})
# A longer message is one command with a text in it, or none.
_LONGEST_CUT = 100


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the message that is one command. `refers` are the parameters that mean what an earlier command is
    about, with the stretch of that one."""

    message: Message
    reading: Reading
    refers: Mapping[str, Message] = field(default_factory=dict)


def commands(text: str, request: Request, carried: Mapping[str, Carried] | None = None) -> list[Part]:
    """The commands of a message in order."""
    message = _prepared(text, request, carried)
    if taken_back(message.tokens):
        return []
    whole = doing(message, request)
    if (
        whole is not None
        and whole.whole
        and not whole.forbidden
        and not _swallows(message, whole)
        and not _loose_joint(message, whole)
    ):
        return _put_on_first(message, whole, request, carried) or [_part(message, whole, carried)]
    parts = _halves(message, request, carried or {}, whole) if len(message) <= _LONGEST_CUT else []
    if whole is not None and whole.forbidden and any(part.reading.forbidden for part in parts):
        parts = []
    if says_it_is_so([token.norm for token in message.tokens if not token.mark]) and not all(
        p.reading.strong for p in parts
    ):
        parts = []
    if parts and not (whole is not None and whole.whole and any(incomplete(part.reading) for part in parts)):
        return parts
    return [_part(message, whole, carried)] if whole is not None else []


# Tools that say something more of a class: who takes it, how many it has room for.
DETAILS = {"set_class_coach": "coach", "set_class_spots": "spots"}


def _put_on_first(
    message: Message, whole: Reading, request: Request, carried: Mapping[str, Carried] | None
) -> list[Part]:
    """A class that is put on and then spoken of, where the message reads as if it were there: "let's do an open gym on
    sunday 10-12, i'll cover it"."""
    parts = _halves(message, request, carried or {}, None) if whole.tool.name in DETAILS else []
    if not parts or incomplete(first := parts[0].reading):
        return []
    new = first.tool.name.startswith("schedule_") and first.whole
    return parts if new and (first.strong or message.tokens[0].norm == "let") else []


def _prepared(text: str, request: Request, carried: Mapping[str, Carried] | None) -> Message:
    known = grammar(request.tools)
    return Message(text, known, request.readers, carried) if carried else message_of(text, known, request.readers)


def _single(text: str, request: Request, carried: Mapping[str, Carried]) -> Part | None:
    """A text as one command that accounts for all its words."""
    message = _prepared(text, request, carried)
    found = doing(message, request)
    return None if found is None or (found.tool.writes and not found.whole) else _part(message, found, carried)


def _part(message: Message, reading: Reading, carried: Mapping[str, Carried] | None) -> Part:
    """A command with what its pronouns refer to."""
    known = carried or {}
    one = reading.tool.makes in PERSONS
    titles = [b for b in reading.bound if reading.types[b.param] in TITLES]
    doubtful = [b.param for b in titles if not plainly_named(message, b) or (one and _of_several(message, b))]
    if doubtful and reading.tool.writes:
        reading = replace(reading, args={name: words for name, words in reading.args.items() if name not in doubtful})
    kinds = {b.param: reading.types[b.param] for b in reading.bound if b.stretch.pronoun}
    return Part(message, reading, {param: known[kind].by for param, kind in kinds.items() if kind in known})


def _of_several(message: Message, bound: Bound) -> bool:
    """Whether a name is that of more than one: "Gina and Tina Moss"."""
    return any(token.norm in _JOINTS for token in message.tokens[bound.stretch.start : bound.stretch.end])


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


def incomplete(reading: Reading) -> bool:
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


def _halves(message: Message, request: Request, carried: Mapping[str, Carried], whole: Reading | None) -> list[Part]:
    in_text = whole is not None and whole.whole and not whole.forbidden and _swallows(message, whole)
    for end, start in _joints(message):
        first = message.text[:end].strip()
        second = message.text[start:].strip()
        if not first or not second:
            continue
        apart = _is_condition(message, end) or leads_to_report(first)
        left = None if apart else _single(first, request, carried)
        if left is None or _by_a_noun(left, request):
            continue
        left = _with_shared_day(_with_shared_clock(left, second, request, carried), second, request, carried)
        handed = handed_on(left, carried)
        right = _rest(left, second, request, handed, plain_verb=in_text)
        right = right or _more_of_it(left, second, request, handed)
        right = [completed_by(part, handed) if part.reading.tool.name in DETAILS else part for part in right]
        if right:
            return [_completed(left, right[0]), *right]
    return []


def _with_shared_clock(left: Part, second: str, request: Request, carried: Mapping[str, Carried]) -> Part:
    """A first class with the hour of the second, where both are named by their days and one hour behind them: "crossfit
    mon and wed 6am"."""
    held = next((b for b in left.reading.bound if left.reading.types[b.param] in ("session", "when")), None)
    times = Message(second, left.message.grammar, request.readers).stretches(Param("", "when", False))
    clock = _CLOCK.search(second) if times and times[0].start == 0 and DAY.match(second) else None
    if held is None or clock is None or held.stretch.pronoun or held.stretch.end < len(left.message):
        return left
    said = left.message.original(held.stretch.start, held.stretch.end)
    if _CLOCK.search(said) or not DAY.search(said):
        return left
    return _single(f"{left.message.text} {clock.group()}", request, carried) or left


def _with_shared_day(left: Part, second: str, request: Request, carried: Mapping[str, Carried]) -> Part:
    """A first class without a day with that of the second: "engine and then the 9am crossfit on saturday"."""
    held = next((b for b in left.reading.bound if left.reading.types[b.param] == "session"), None)
    days = {m.group().lower() for m in DAY.finditer(second)}
    if held is None or len(days) != 1 or held.stretch.pronoun or held.stretch.end < len(left.message):
        return left
    if _TIMED.search(left.message.text) or left.message.stretches(Param("", "when", False)):
        return left
    return _single(f"{left.message.text} {days.pop()}", request, carried) or left


def _completed(left: Part, right: Part) -> Part:
    """A first half that leaves to the second what both share: "book anna and jonas into yoga"."""
    if left.reading.tool is not right.reading.tool or not incomplete(left.reading):
        return left
    lacking = {p.name for p in left.reading.tool.params if p.required and p.name not in left.reading.args}
    shared = {name: value for name, value in right.reading.args.items() if name in lacking}
    return replace(left, reading=replace(left.reading, args={**left.reading.args, **shared}))


def completed_by(part: Part, carried: Mapping[str, Carried]) -> Part:
    """A command that lacks one thing, with that of an earlier one: "how many are left in yoga on sunday? book me in"."""
    reading = part.reading
    lacking = [p for p in reading.tool.params if p.required and p.name not in reading.args]
    if len(lacking) != 1 or lacking[0].type not in carried or lacking[0].type not in ("session", "workout"):
        return part
    name, value = lacking[0].name, carried[lacking[0].type]
    args = {**reading.args, name: "it" if value.words is None else value.words}
    return replace(part, reading=replace(reading, args=args), refers={**part.refers, name: value.by})


def _by_a_noun(part: Part, request: Request) -> bool:
    """Whether a change without any value is one only by a noun of its phrase, and no verb: "tim" is no time zone."""
    reading = part.reading
    deeds = verbs(request)
    spoken = any(part.message.reads(place, deeds) == 0.0 for place in reading.literals)
    return reading.tool.writes and incomplete(reading) and not reading.args and not spoken


def _is_condition(message: Message, end: int) -> bool:
    """Whether the first half opens with "when" or "if" and ends at a comma: what follows depends on it."""
    first = next((token for token in message.tokens if not token.mark), None)
    return first is not None and first.norm in CLAUSE_BLOCKERS and not first.soft and message.text[end : end + 1] == ","


def handed_on(left: Part, carried: Mapping[str, Carried]) -> dict[str, Carried]:
    """What "it" and "his" mean in the next command: what this one names, and before all else what it makes."""
    reading, makes = left.reading, left.reading.tool.makes
    named = {
        reading.types[name]: Carried(value, left.refers.get(name, left.message))
        for name, value in reading.args.items()
        if reading.types.get(name) in _NAMED
    }
    if not makes:
        return {**carried, **named}
    rivals = {kind for kind in _NAMED if (kind in PERSONS) == (makes in PERSONS)}
    others = {kind: value for kind, value in {**carried, **named}.items() if kind not in rivals}
    return {**others, makes: Carried(None, left.message)}


def _rest(left: Part, text: str, request: Request, carried: Mapping[str, Carried], *, plain_verb: bool) -> list[Part]:
    """The commands of the second half: by itself, or leaning on the first half's verb."""
    alone = commands(text, request, carried)
    if alone and not _sure(alone):
        alone = []
    alone = _on_the_same_day(left, alone, text, request, carried) or alone
    if plain_verb:
        return alone if alone and opens_with_verb(alone[0]) else []
    if alone and alone[0].reading.strong:
        return alone
    for fuller in () if _only_tells(left, text) else _leaning(left, text, request):
        parts = commands(fuller, request, carried)
        changed = parts and parts[0].reading.tool.writes and parts[0].reading.tool is not left.reading.tool
        guessed = any(
            part.reading.tool.writes and not (b.known and b.stretch.sure >= 0.5)
            for part in parts
            for b in part.reading.bound
        )
        if parts and not changed and not guessed and _sure(parts) and parts[0].reading.strong:
            return parts
    return alone


def _more_of_it(left: Part, text: str, request: Request, carried: Mapping[str, Carried]) -> list[Part]:
    """What is said further of the class that the first half is about, without naming it: "…, 10 spots max"."""
    if left.reading.tool.name not in DETAILS or "session" not in left.reading.args:
        return []
    parts = commands(f"make it {text}", request, carried)
    return parts if len(parts) == 1 and parts[0].reading.tool.name in DETAILS and _sure(parts) else []


def _only_tells(left: Part, text: str) -> bool:
    """Whether what follows a search begins a sentence about somebody: it is not looked for as well."""
    opening = next((token.norm for token in tokenise(text) if not token.mark), "")
    return opening in SUBJECTS and any(left.reading.types[b.param] in FREE_TEXT for b in left.reading.bound)


def _on_the_same_day(
    left: Part, alone: Sequence[Part], text: str, request: Request, carried: Mapping[str, Carried]
) -> list[Part]:
    """The second half with the day of the first, where it names a class by the clock alone, or by nothing after a look at
    a day: "what's on tomorrow and book crossfit at 6pm"."""
    day = next((m.group() for m in DAY.finditer(left.message.text)), "")
    named = next((b for part in alone for b in part.reading.bound if part.reading.types[b.param] == "session"), None)
    if not day or named is None or named.stretch.pronoun or DAY.search(text):
        return []
    words = alone[0].message.original(named.stretch.start, named.stretch.end)
    clock = _CLOCK.search(words)
    if not clock and left.reading.types.get("when") != "when":
        return []
    dated = f"{words[: clock.start()]}{day} {words[clock.start() :]}" if clock else f"{words} {day}"
    parts = commands(text.replace(words, dated, 1), request, carried)
    same = [p.reading.tool.name for p in parts] == [p.reading.tool.name for p in alone]
    return parts if same and _sure(parts) else []


def _sure(parts: Sequence[Part]) -> bool:
    return all(part.reading.whole or not part.reading.tool.writes for part in parts)


def opens_with_verb(part: Part) -> bool:
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
