"""Reads a message as commands: as it stands, or else what it asks for behind a greeting, an excuse or a reason."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from core.llm.contract import Param, Request
from core.llm.phrases.align import NAMED
from core.llm.phrases.checked import only_checks
from core.llm.phrases.choose import Reading, readings, verbs
from core.llm.phrases.clauses import reason_in, taken_back
from core.llm.phrases.frame import (
    Framed,
    asked_indirectly,
    binds,
    frames,
    plain_reason,
    unmarked,
    verb_first,
    whole_first,
)
from core.llm.phrases.grammar import grammar
from core.llm.phrases.leads import asks_leave, only_spoken_of
from core.llm.phrases.leftover import SURE
from core.llm.phrases.readings import FREE_TEXT, Carried, Message, message_of
from core.llm.phrases.said import DAY
from core.llm.phrases.split import Part, commands, incomplete
from core.llm.phrases.tokens import tokenise
from core.llm.phrases.told import told_then_asked

_MOST = 3
_THINKING = re.compile(r"(?i)\bi(?:\s+was|\s+am|'m)\s+(?:thinking|wondering|hoping)\b")
_PAST = frozenset({"was", "were", "did", "had", "loved", "went", "came"})
_CLOCK = re.compile(r"(?i)\d\s*(?:am|pm|h|:\d\d)|^\s*(?:at\s+)?\d{1,2}\s*$|\bnoon\b")
_AWAY = frozenset({"cant", "wont"})
# What keeps somebody busy on a day that is still to come: "i have a wedding friday", "no time on wednesday", "tomorrow is crazy".
_BUSY = re.compile(r"(?i)\b(?:i\s+have|i['’]ve\s+got|i\s+got|we\s+have|no\s+time|busy|is|gets|comes)\b")
_NOT_THEN = re.compile(
    r"(?i)\b(?:since|until|till|last|back|after|before|from|see\s+you|free|fell|flew|broke|went|ran|came|saw|was|were|had|did|got\s+(?:hurt|sick|ill))\b"
)
_LONGEST = 600
_LONGEST_UNMARKED = 160


def asked(
    text: str, request: Request, carried: Mapping[str, Carried] | None = None, *, offering: bool = True
) -> tuple[list[Part], list[Reading]]:
    """The commands of a message in order, and, where there is none, the nearest readings of the whole if they are to be
    offered. `carried` is what its pronouns mean that follows other commands."""
    parts, nearest = _asked(text, request, carried, offering)
    return [_dated(parts[0])] if len(parts) == 1 else parts, nearest


def _asked(
    text: str, request: Request, carried: Mapping[str, Carried] | None, offering: bool
) -> tuple[list[Part], list[Reading]]:
    offering = offering and carried is None
    if asks_leave(tokenise(text)):
        return _or_nearest([], text, request, carried, offering)
    parts = commands(text, request, carried)
    found = [] if len(text) > _LONGEST else list(frames(text))[-_MOST:]
    if taken_back(tokenise(text)):
        return parts, []
    if (
        not _all_given(parts)
        and _all_given(parts[1:] or parts[:0]) == (len(parts) > 1)
        and carried is None
        and (told := told_then_asked(text, request))
    ):
        return told, []
    if not found or _settled(parts, found):
        return _or_nearest(parts or _behind_a_reason(text, request), text, request, carried, offering)
    swallowed = False
    for framed in reversed(found):
        core = commands(framed.core, request, carried)
        core = _at_its_time(_completed(core, framed.head, request), framed.head, request)
        if not _sure(core) or (parts and (not _complete(core) or _score(core) < _score(parts))):
            continue
        if not framed.head:
            return core, []
        if _same_call(commands(framed.head, request), core):
            return core, []
        if _commands_itself(framed.head, request):
            continue
        if binds(framed.head, _deed(core, request)):
            swallowed = True
            continue
        return [_with_reason(part, framed.head, request) for part in core], []
    if swallowed:
        return [], []
    return _or_nearest(parts or _behind_a_reason(text, request), text, request, carried, offering)


def _or_nearest(
    parts: list[Part], text: str, request: Request, carried: Mapping[str, Carried] | None, offering: bool
) -> tuple[list[Part], list[Reading]]:
    """Commands, or the nearest readings of a message that stands alone."""
    if carried is not None or any(not part.reading.forbidden for part in parts):
        return parts, []
    if before := _before_a_reason(text, request):
        return before, []
    if parts:
        return parts, []
    for ordered in filter(None, (verb_first(text, verbs(request)), whole_first(text))):
        orders = commands(ordered, request)
        if _sure(orders) and _complete(orders):
            return orders, []
    question = asked_indirectly(text)
    reads = commands(question, request) if question else []
    if reads and not any(part.reading.tool.writes or incomplete(part.reading) for part in reads):
        return reads, []
    return [], readings(message_of(text, grammar(request.tools), request.readers), request) if offering else []


def _completed(core: list[Part], head: str, request: Request) -> list[Part]:
    """A request with the one class or person that it needs and that was named before it: "yoga on the 26th would be
    lovely, please grab me a mat"."""
    if len(core) != 1 or not head:
        return core
    reading = core[0].reading
    lacking = [p for p in reading.tool.params if p.required and p.name not in reading.args]
    if len(lacking) != 1 or lacking[0].type not in NAMED:
        return core
    said = Message(head, core[0].message.grammar, request.readers)
    sure = [s for s in said.stretches(lacking[0]) if s.sure >= SURE and not s.pronoun]
    longest = max(sure, key=lambda s: s.end - s.start, default=None)
    if longest is None or any(s.end <= longest.start or longest.end <= s.start for s in sure):
        return core
    args = {**reading.args, lacking[0].name: longest.words}
    return [replace(core[0], reading=replace(reading, args=args))]


def _at_its_time(core: list[Part], head: str, request: Request) -> list[Part]:
    """A request about a class whose time was said with what keeps somebody away: "i can't tomorrow at 7, please cancel
    crossfit"."""
    if len(core) != 1:
        return core
    if _AWAY.isdisjoint(token.norm for token in tokenise(head)):
        return [_on_its_day(core[0], head, core[0].message.text)]
    reading, when = core[0].reading, Param("", "when", False)
    session = reading.args.get("session")
    times = [s.words for s in Message(head, core[0].message.grammar, request.readers).stretches(when)]
    if (
        not isinstance(session, str)
        or len(times) != 1
        or not isinstance(times[0], str)
        or core[0].message.stretches(when)
    ):
        return core
    return [replace(core[0], reading=replace(reading, args={**reading.args, "session": f"{session} {times[0]}"}))]


def _dated(part: Part) -> Part:
    """A command on the day of the reason that is told before it: "i have a wedding friday, cancel the 6pm"."""
    tokens, reading = part.message.tokens, part.reading
    first = min([*reading.literals, *(bound.stretch.start for bound in reading.bound)], default=0)
    start = tokens[first].start if tokens else 0
    head = part.message.text[:start]
    if not _BUSY.search(head) or _NOT_THEN.search(head):
        return part
    return _on_its_day(part, head, part.message.text[start:], ("cancel_booking", "move_booking"))


def _on_its_day(part: Part, head: str, core: str, tools: Collection[str] = ("book_class",)) -> Part:
    """A request about a class whose day was said before it: "i finally have time tomorrow, so put me into the 5pm crossfit"."""
    session = part.reading.args.get("session")
    days = {m.group().lower() for m in DAY.finditer(head)}
    told = _THINKING.sub(" ", head)
    past = any(not t.soft and (t.norm in _PAST or t.norm.endswith("ed")) for t in tokenise(told))
    if not isinstance(session, str) or len(days) != 1 or past or part.reading.tool.name not in tools:
        return part
    times = part.message.stretches(Param("", "when", False))
    if DAY.search(core) or not any(_CLOCK.search(str(s.words)) for s in times):
        return part
    return replace(
        part, reading=replace(part.reading, args={**part.reading.args, "session": f"{session} {days.pop()}"})
    )


def _all_given(parts: Sequence[Part]) -> bool:
    return bool(parts) and not any(incomplete(part.reading) and not part.reading.forbidden for part in parts)


def _score(parts: Sequence[Part]) -> float:
    return min(part.reading.score for part in parts)


def _behind_a_reason(text: str, request: Request) -> list[Part]:
    """A command that follows a reason without a mark: "as im sick cancel my 6pm"."""
    if len(text) > _LONGEST_UNMARKED:
        return []
    whole = message_of(text, grammar(request.tools), request.readers)
    for framed in unmarked(text, verbs(request)):
        if _continues(whole, framed.at, verbs(request)):
            continue
        core = commands(framed.core, request)
        if not _sure(core) or not _complete(core) or binds(framed.head, _deed(core, request)):
            continue
        if plain_reason(framed.head) and reason_in(message_of(framed.head, core[0].message.grammar, request.readers)):
            return [_with_reason(part, framed.head, request) for part in core]
    return []


def _before_a_reason(text: str, request: Request) -> list[Part]:
    """A command before a reason that no mark parts from it: "put me on London time im home for xmas"."""
    tokens = tokenise(text) if len(text) <= _LONGEST_UNMARKED else ()
    for place in range(2, len(tokens)):
        head, tail = text[: tokens[place].start].strip(), text[tokens[place].start :]
        before = tokens[place - 1]
        if tokens[place].norm not in _SAYS_WHY or before.mark or before.norm in _LEADS_ON or not _is_why(tail, request):
            continue
        core = commands(head, request)
        if core and _sure(core) and _complete(core) and all(part.reading.strong for part in core):
            return [_with_reason(part, tail, request) for part in core]
    return []


def _is_why(tail: str, request: Request) -> bool:
    """Whether words are a reason and nothing that is to be done."""
    message = message_of(tail, grammar(request.tools), request.readers)
    deeds = any(token.norm in verbs(request) for token in message.tokens)
    return reason_in(message) is not None and not deeds and not binds(tail, frozenset())


# Behind these the same sentence goes on: "… for my wife" is no reason.
_LEADS_ON = frozenset({"for", "with", "to", "of", "in", "on", "at", "from", "and", "into"})
_SAYS_WHY = frozenset({"i", "my", "we", "our", "stuck", "got", "having", "feeling", "they", "nobody", "noone"})


def _continues(message: Message, at: int, deeds: frozenset[str]) -> bool:
    """Whether what begins at a character only goes on with what was said before it: "i was going to make | this group …"."""
    place = next((n for n, token in enumerate(message.tokens) if token.start >= at), 0)
    before = place > 0 and (message.tokens[place - 1].norm in deeds or message.inflected(place - 1))
    return before or only_spoken_of(message, place) or only_checks(message, place, deeds)


def _settled(parts: Sequence[Part], found: Sequence[Framed]) -> bool:
    """Whether the message is understood as it stands, no free words having taken a request with them."""
    return bool(parts) and all(
        part.reading.whole
        and part.reading.strong
        and not part.reading.forbidden
        and all(bound.known for bound in part.reading.bound)
        and not _took_a_request(part, found)
        for part in parts
    )


def _took_a_request(part: Part, found: Sequence[Framed]) -> bool:
    texts = [b for b in part.reading.bound if part.reading.types.get(b.param) in FREE_TEXT]
    held = [part.message.original(b.stretch.start, b.stretch.end) for b in texts]
    return any(framed.head and framed.core[:20] in words for framed in found for words in held)


def _sure(parts: Sequence[Part]) -> bool:
    return bool(parts) and all(
        (part.reading.whole or not part.reading.tool.writes) and all(bound.known for bound in part.reading.bound)
        for part in parts
    )


def _complete(parts: Sequence[Part]) -> bool:
    return all(
        all(param.name in part.reading.args for param in part.reading.tool.params if param.required)
        and not any(bound.stretch.pronoun for bound in part.reading.bound)
        for part in parts
    )


def _commands_itself(head: str, request: Request) -> bool:
    """Whether what stands before a request is a command, too."""
    parts = commands(head, request)
    return bool(parts) and all(
        part.reading.whole
        and part.reading.strong
        and not part.reading.forbidden
        and bool(part.reading.literals)
        and all(bound.known for bound in part.reading.bound)
        and not any(part.reading.types.get(b.param) in FREE_TEXT for b in part.reading.bound[:1])
        for part in parts
    )


def _same_call(said: Sequence[Part], core: Sequence[Part]) -> bool:
    """Whether a request only says again what was wished for before it: "i want to come to yoga, can you reserve me a place"."""
    return bool(said) and [(p.reading.tool.name, p.reading.args) for p in said] == [
        (p.reading.tool.name, p.reading.args) for p in core
    ]


def _deed(parts: Sequence[Part], request: Request) -> frozenset[str]:
    own = grammar(request.tools).own
    return frozenset().union(*(own[request.tools.index(part.reading.tool)] for part in parts))


def _with_reason(part: Part, head: str, request: Request) -> Part:
    """The command with what was said before it as its reason, where it takes one."""
    reading = part.reading
    if "reason" in reading.args or not any(param.name == "reason" for param in reading.tool.params):
        return part
    reason = reason_in(Message(head, part.message.grammar, request.readers))
    if not reason:
        return part
    return replace(part, reading=replace(reading, args={**reading.args, "reason": reason}))
