"""Hears a model's answer, and decides which of its words are shown while they come: none that claim what no change backs,
and no foreign link, by the same rules as the finished message."""

import re
from collections.abc import Awaitable, Callable, Collection, Sequence

from core.agent.claims import SENTENCE, unbacked
from core.agent.egress import guarded
from core.agent.messages import Event as Logged
from core.agent.toolset import unwrapped
from core.llm.contract import Event, Model, Proposed, Request, Stop, TextDelta, ToolCall

Tell = Callable[[Event], Awaitable[None] | None]

# A link or a tag that has begun and not ended: its words are no sentence yet.
_OPEN = re.compile(r"!?\[[^\]]{0,300}$|\]\([^)]{0,300}$|<\s*/?\s*[a-z][^>]{0,300}$", re.IGNORECASE)
_LAST_WORD = re.compile(r"\S*$")


class Draft:
    """One answer while it grows. Words go on as they come, a word behind; from the first sentence on that claims something
    false, what follows waits for the finished message, which corrects it."""

    def __init__(self, base_url: str, changed: Collection[str], read: Collection[str]) -> None:
        self._base_url = base_url
        self._changed = changed
        self._read = read
        self._sentence = ""
        self._told = ""
        self._stopped = False

    def take(self, words: str) -> str:
        """What may be shown now that more words have come."""
        self._sentence += words
        shown = ""
        while not self._stopped and (end := _end_of_sentence(self._sentence)):
            shown += self._ended(self._sentence[:end])
            self._sentence = self._sentence[end:]
        return shown if self._stopped else shown + self._begun()

    def rest(self) -> str:
        """What may be shown now that no more words come."""
        return "" if self._stopped else self._ended(self._sentence)

    def _ended(self, sentence: str) -> str:
        """What is still to be shown of a whole sentence."""
        plain = guarded(sentence, self._base_url)
        self._stopped = self._is_false(sentence) or not plain.startswith(self._told)
        begun, self._told = len(self._told), ""
        return "" if self._stopped else plain[begun:]

    def _begun(self) -> str:
        """What may be shown of a sentence that goes on: whole words that say nothing which its end must justify."""
        words = _LAST_WORD.sub("", self._sentence)
        words = _OPEN.sub("", words)
        if len(words) <= len(self._told) or self._is_false(words) or guarded(words, self._base_url) != words:
            return ""
        begun, self._told = len(self._told), words
        return words[begun:]

    def _is_false(self, words: str) -> bool:
        return unbacked(words, self._changed, self._read) is not None


def draft_of(turn_id: int, events: Sequence[Logged], base_url: str) -> Draft:
    """A draft that may claim what the turn has done so far."""
    results = [e.content for e in events if e.turn_id == turn_id and e.event_type == "result"]
    changed = {r["tool"] for r in results if r["change_id"]}
    return Draft(base_url, changed, {r["tool"] for r in results if r["ok"]})


async def heard(model: Model, request: Request, draft: Draft | None, tell: Tell) -> tuple[str, list[ToolCall], Stop]:
    """All that a model answers, told as it comes: as far as the draft lets it, where there is one. Calls of an answer that
    broke off are none."""
    text, calls, stop = "", [], Stop("cut")
    async for event in model.stream(request):
        if isinstance(event, TextDelta):
            text += event.text
            event = TextDelta(draft.take(event.text)) if draft else event
        elif isinstance(event, Proposed):
            calls.append(unwrapped(event.call))
        elif isinstance(event, Stop):
            stop = event
            await _pass_on(TextDelta(draft.rest() if draft else ""), tell)
        await _pass_on(event, tell)
    return text, calls if stop.reason in ("end", "tools") else [], stop


async def _pass_on(event: Event, tell: Tell) -> None:
    told = tell(event) if event != TextDelta("") else None
    if told is not None:
        await told


def _end_of_sentence(text: str) -> int:
    """Where the first sentence that has ended ends; 0 where none has."""
    ends = (m.end() for m in SENTENCE.finditer(text) if m.end())
    return next((end for end in ends if not _OPEN.search(text[:end].rstrip())), 0)
