"""Decides how a conversation, however it was cut, is told to a model: sides in turn, each call answered once and at once."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from core.llm.contract import Answered, Raw, Request, Returned, Said, ToolCall, Turnwise

NO_RESULT = "Not done: this call was never carried out."
GO_ON = "Go on."
EARLIER = "What was said before this is not shown."
NOTE = "Note from Whistle: "

# The calls of the last answer: the id in the log to the id that is told, and the result as soon as it is heard.
Waiting = dict[str, tuple[str, Returned | None]]


@dataclass
class Heard:
    """What a model reads between two of its answers, in this order: results of its calls, words, then code's own notes."""

    results: list[Returned] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.results or self.texts or self.notes)


@dataclass(frozen=True)
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
    waiting: Waiting = {}
    for message in messages:
        if isinstance(message, Said):
            _hear(heard, message)
        elif isinstance(message, Returned):
            _take_result(heard, waiting, known, message)
        elif message.text.strip() or message.calls:
            _close(heard, waiting, first=not steps)
            told, waiting = _told(message, known)
            steps += (heard, told)
            heard = Heard()
    _close(heard, waiting, first=not steps)
    steps.append(heard)
    return steps


def _hear(heard: Heard, said: Said) -> None:
    text = _clean(said.text)
    if text.strip():
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
    heard.results = [result or Returned(call_id, NO_RESULT, False) for call_id, result in waiting.values()]
    if not heard:
        heard.texts.append(EARLIER if first else GO_ON)


def _told(answered: Answered, known: set[str]) -> tuple[Told, Waiting]:
    """The answer with ids of its own, and its calls as waiting for results."""
    waiting: Waiting = {}
    calls: list[ToolCall] = []
    again = False
    for call in answered.calls:
        unique = call.id
        while not unique or unique in known:
            unique, again = f"{unique or 'call'}-again", True
        known.add(unique)
        waiting.setdefault(call.id, (unique, None))
        if waiting[call.id][0] != unique:
            waiting[unique] = (unique, None)
        calls.append(call if unique == call.id else replace(call, id=unique))
    raw = answered.raw
    if raw is not None:
        again = again or raw["content"] in known
        known.add(raw["content"])
    return Told(_clean(answered.text), tuple(calls), None if again else raw), waiting


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
