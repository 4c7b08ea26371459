"""Decides how a conversation, however it was cut, is told to a model: sides in turn, each call answered once and at once."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from core.llm.contract import Answered, Raw, Request, Returned, Said, ToolCall, Turnwise

NO_RESULT = "Not done: this call was never carried out."
GO_ON = "Go on."
EARLIER = "What was said before this is not shown."
NOTE = "Note from Whistle: "


class Waiting(dict[str, tuple[str, Returned | None]]):
    """The calls of the last answer: the id in the log to the id that is told, and the result as soon as it is heard."""


@dataclass(slots=True)
class Heard:
    """What a model reads between two of its answers, in this order: results of its calls, words, then code's own notes."""

    results: list[Returned] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Told:
    """One answer of a model. Its calls have ids that no other call of the conversation has; `raw` is there only where it
    says the same, and for the first time."""

    text: str
    calls: tuple[ToolCall, ...]
    raw: Raw | None


def replayed(messages: Sequence[Turnwise]) -> list[Heard | Told]:
    """Any history as a valid one: it begins and ends with what was heard, and answers and what was heard alternate.
    What stands before an answer never depends on what comes after it, so that a prefix once sent stays as it was."""
    steps: list[Heard | Told] = []
    heard, known = Heard(), set[str]()
    waiting = Waiting()
    for message in messages:
        if isinstance(message, Said):
            _hear(heard, message)
        elif isinstance(message, Returned):
            _take_result(heard, waiting, known, message)
        elif message.calls or (message.text and not message.text.isspace()):
            _close(heard, waiting, first=not steps)
            told, waiting = _told(message, known)
            steps += (heard, told)
            heard = Heard()
    _close(heard, waiting, first=not steps)
    steps.append(heard)
    return steps


def _hear(heard: Heard, said: Said) -> None:
    text = said.text if said.text.isascii() else _clean(said.text)
    if text and not text.isspace():
        (heard.notes if said.kind == "note" else heard.texts).append(text)


def _take_result(heard: Heard, waiting: Waiting, known: set[str], returned: Returned) -> None:
    """A result goes to the call that waits for it; one that comes too late is told as words; any other is left out."""
    if returned.call_id in waiting:
        call_id, before = waiting[returned.call_id]
        if before is None:
            waiting[returned.call_id] = (call_id, replace(returned, call_id=call_id, note=_clean(returned.note)))
    elif returned.call_id in known and returned.note.strip():
        heard.texts.append(f"Result of an earlier call: {_clean(returned.note)}")


def _close(heard: Heard, waiting: Waiting, first: bool) -> None:
    if waiting:
        heard.results = [result or Returned(call_id, NO_RESULT, False) for call_id, result in waiting.values()]
    elif not heard.texts and not heard.notes:
        heard.texts.append(EARLIER if first else GO_ON)


def _told(answered: Answered, known: set[str]) -> tuple[Told, Waiting]:
    """The answer with ids of its own, and its calls as waiting for results."""
    calls, waiting = answered.calls, Waiting()
    if calls:
        calls = _with_ids(answered.calls, waiting, known)
    raw = answered.raw
    if raw is not None:
        content = raw["content"]
        if content in known or calls != answered.calls:
            raw = None
        known.add(content)
    text = answered.text if answered.text.isascii() else _clean(answered.text)
    return Told(text, calls, raw), waiting


def _with_ids(calls: Sequence[ToolCall], waiting: Waiting, known: set[str]) -> tuple[ToolCall, ...]:
    told: list[ToolCall] = []
    for call in calls:
        unique = call.id
        while not unique or unique in known:
            unique = f"{unique or 'call'}-again"
        known.add(unique)
        waiting.setdefault(call.id, (unique, None))
        if waiting[call.id][0] != unique:
            waiting[unique] = (unique, None)
        told.append(call if unique == call.id else replace(call, id=unique))
    return tuple(told)


def _clean(text: str) -> str:
    """Text that can be sent: half of a surrogate pair has no bytes."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text


def safe(name: str) -> str:
    """A name or an id in the alphabet that every API takes."""
    kept = "".join(c if c.isascii() and (c.isalnum() or c in "_-") else "_" for c in name)
    return kept[:64] or "unknown"


def after_results(request: Request) -> bool:
    """Whether a model may well have nothing to add: what its calls gave was shown already."""
    newest = next((m for m in reversed(request.messages) if not isinstance(m, Said) or m.kind == "user"), None)
    return isinstance(newest, Returned)
