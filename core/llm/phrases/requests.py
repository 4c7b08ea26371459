"""Reads a message as commands: as it stands, or else what it asks for behind a greeting, an excuse or a reason."""

from collections.abc import Sequence
from dataclasses import replace

from core.llm.contract import Request
from core.llm.phrases.choose import Reading, verbs
from core.llm.phrases.clauses import reason_in, taken_back
from core.llm.phrases.frame import Framed, binds, frames, plain_reason, unmarked
from core.llm.phrases.grammar import grammar
from core.llm.phrases.readings import FREE_TEXT, Message
from core.llm.phrases.split import Part, commands
from core.llm.phrases.tokens import tokenise

_MOST = 3
_LONGEST = 600
_LONGEST_UNMARKED = 160


def asked(text: str, request: Request) -> tuple[list[Part], list[Reading]]:
    """The commands of a message in order, and, where there is none, the nearest readings of the whole."""
    parts, nearest = commands(text, request)
    found = [] if len(text) > _LONGEST else list(frames(text))[-_MOST:]
    if taken_back(tokenise(text)):
        return parts, nearest
    if not found or _settled(parts, found):
        return (parts, nearest) if parts else (_behind_a_reason(text, request), nearest)
    swallowed = False
    for framed in reversed(found):
        core, _ = commands(framed.core, request)
        if not _sure(core) or (parts and (not _complete(core) or _score(core) < _score(parts))):
            continue
        if not framed.head:
            return core, []
        if _commands_itself(framed.head, request):
            continue
        if binds(framed.head, _deed(core, request)):
            swallowed = True
            continue
        return [_with_reason(part, framed.head, request) for part in core], []
    if swallowed:
        return [], []
    return (parts, nearest) if parts else (_behind_a_reason(text, request), nearest)


def _score(parts: Sequence[Part]) -> float:
    return min(part.reading.score for part in parts)


def _behind_a_reason(text: str, request: Request) -> list[Part]:
    """A command that follows a reason without a mark: "as im sick cancel my 6pm"."""
    if len(text) > _LONGEST_UNMARKED:
        return []
    for framed in unmarked(text, verbs(request)):
        core, _ = commands(framed.core, request)
        if not _sure(core) or not _complete(core) or binds(framed.head, _deed(core, request)):
            continue
        if plain_reason(framed.head) and reason_in(Message(framed.head, core[0].message.grammar, request.readers)):
            return [_with_reason(part, framed.head, request) for part in core]
    return []


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
    parts, _ = commands(head, request)
    return bool(parts) and all(
        part.reading.whole
        and part.reading.strong
        and not part.reading.forbidden
        and bool(part.reading.literals)
        and all(bound.known for bound in part.reading.bound)
        and not any(part.reading.types.get(b.param) in FREE_TEXT for b in part.reading.bound[:1])
        for part in parts
    )


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
    return Part(part.message, replace(reading, args={**reading.args, "reason": reason}))
