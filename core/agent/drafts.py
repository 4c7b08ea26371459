"""Hears a model's answer, and decides which of its words are shown while they come: none that claim what no change backs,
and no foreign link, by the same rules as the finished message."""

import re
from collections.abc import Awaitable, Callable, Collection, Sequence

from core.agent.claims import SENTENCE, Earlier, unbacked
from core.agent.egress import guarded
from core.agent.messages import Event as Logged
from core.agent.toolset import unwrapped
from core.llm.contract import Event, Model, Proposed, Request, Stop, TextDelta, ToolCall

Tell = Callable[[Event], Awaitable[None] | None]

# A link or a tag that has begun and not ended: its words are no sentence yet.
_OPEN = re.compile(r"!?\[[^\]]{0,300}$|\]\([^)]{0,300}$|<\s*/?\s*[a-z][^>]{0,300}$", re.IGNORECASE)
# Letters that are written without spaces: Thai, Lao, Burmese, Khmer, Japanese, Chinese.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff66-\uff9d"
_LAST_WORD = re.compile(rf"(?:[^\s{_UNSPACED}]+|[{_UNSPACED}]{{1,4}})$")
# Between two of the letters of addresses, an ideographic full stop may be the dot of one.
_SENTENCE = re.compile(rf"{SENTENCE.pattern}|(?<=[！？])|(?<=[^A-Za-z0-9]。)|(?<=。)(?=[^A-Za-z0-9])")
_CLAUSE = re.compile(r"[,;:]\s+")
# How much of a sentence is judged at once, and how much of what went before it then: no claim is longer. In characters.
_LONGEST, _BEFORE = 300, 150


class Draft:
    """One answer while it grows. Words go on as they come, a word behind; from the first sentence on that claims something
    false, what follows waits for the finished message, which corrects it. A sentence without an end is judged piece by
    piece, and a clause of it when it comes, so that the work grows with the answer and no faster. `lied` says that a claim
    was what stopped it."""

    def __init__(
        self, base_url: str, changed: Collection[str], read: Collection[str], earlier: Earlier | None = None
    ) -> None:
        self._base_url = base_url
        self._changed = changed
        self._read = read
        self._earlier = earlier
        self.lied = False
        self._sentence = ""
        self._told = ""
        # The clause that a piece of a long sentence broke off in, and where in the open piece the newest clause begins.
        self._before, self._clause = "", 0
        self._stopped = False

    def take(self, words: str) -> str:
        """What may be shown now that more words have come."""
        if self._stopped:
            return ""
        self._sentence += words
        shown = ""
        while not self._stopped and (end := _end_of_sentence(self._sentence) or _end_of_piece(self._sentence)):
            shown += self._ended(self._sentence[:end])
            self._sentence = self._sentence[end:]
        if len(self._sentence) > 2 * _LONGEST:  # a word or a link of such a length: nothing to read along
            self._stopped = True
        return shown if self._stopped else shown + self._begun()

    def rest(self) -> str:
        """What may be shown now that no more words come."""
        return "" if self._stopped else self._ended(self._sentence)

    def _ended(self, piece: str) -> str:
        """What is still to be shown of a whole sentence, or of a piece of a long one."""
        plain = guarded(piece, self._base_url)
        self.lied = self._is_false(self._before + piece)
        self._stopped = self.lied or not plain.startswith(self._told)
        begun, self._told, self._clause = len(self._told), "", 0
        self._before = _open_clause(self._before + piece)
        return "" if self._stopped else plain[begun:]

    def _begun(self) -> str:
        """What may be shown of a sentence that goes on: whole words that say nothing which its end must justify."""
        words = _whole_words(self._sentence)
        if len(words) <= len(self._told) or self._claims_falsely(words) or guarded(words, self._base_url) != words:
            return ""
        begun, self._told, self._clause = len(self._told), words, _last_clause(words)
        return words[begun:]

    def _claims_falsely(self, words: str) -> bool:
        """Whether the newest clause does; what went before was judged when it came, and may yet be its condition."""
        if self._clause and not self._is_false(words[self._clause :]):
            return False
        return self._is_false(self._before + words)

    def _is_false(self, words: str) -> bool:
        return unbacked(words, self._changed, self._read, self._earlier) is not None


class Showing:
    """A draft that may claim what a turn has done so far. What earlier turns did is looked up once it claims more: with that
    it is begun again, and goes on behind what was shown."""

    def __init__(self, draft: Callable[[Earlier | None], Draft], look_back: Callable[[], Awaitable[Earlier]]) -> None:
        self._begin = draft
        self._draft = draft(None)
        self._look_back: Callable[[], Awaitable[Earlier]] | None = look_back
        self._text = ""
        self._shown = ""

    async def take(self, words: str) -> str:
        """What may be shown now that more words have come."""
        self._text += words
        return await self._more(self._draft.take(words), ended=False)

    async def rest(self) -> str:
        """What may be shown now that no more words come."""
        return await self._more(self._draft.rest(), ended=True)

    async def _more(self, new: str, ended: bool) -> str:
        self._shown += new
        if not self._draft.lied or self._look_back is None:
            return new
        draft, self._look_back = self._begin(await self._look_back()), None
        again = draft.take(self._text) + (draft.rest() if ended else "")
        if not again.startswith(self._shown):
            return new
        self._draft, behind = draft, again[len(self._shown) :]
        self._shown = again
        return new + behind


def showing(
    turn_id: int, events: Sequence[Logged], base_url: str, look_back: Callable[[], Awaitable[Earlier]]
) -> Showing:
    """What is shown of a turn's next answer."""
    results = [e.content for e in events if e.turn_id == turn_id and e.event_type == "result"]
    changed = {r["tool"] for r in results if r["change_id"]}
    read = {r["tool"] for r in results if r["ok"]}
    return Showing(lambda earlier: Draft(base_url, changed, read, earlier), look_back)


async def heard(model: Model, request: Request, draft: Showing | None, tell: Tell) -> tuple[str, list[ToolCall], Stop]:
    """All that a model answers, told as it comes: as far as the draft lets it, where there is one. Calls of an answer that
    broke off are none."""
    text, calls, stop = "", [], Stop("cut")
    async for event in model.stream(request):
        if isinstance(event, TextDelta):
            text += event.text
            event = TextDelta(await draft.take(event.text)) if draft else event
        elif isinstance(event, Proposed):
            calls.append(unwrapped(event.call))
        elif isinstance(event, Stop):
            stop = event
            await _pass_on(TextDelta(await draft.rest() if draft else ""), tell)
        await _pass_on(event, tell)
    return text, calls if stop.reason in ("end", "tools") else [], stop


async def _pass_on(event: Event, tell: Tell) -> None:
    told = tell(event) if event != TextDelta("") else None
    if told is not None:
        await told


def _end_of_sentence(text: str) -> int:
    """Where the first sentence that has ended ends; 0 where none has, or only after a long while."""
    head = text[:_LONGEST]
    ends = (m.end() for m in _SENTENCE.finditer(head) if m.end())
    return next((end for end in ends if not _OPEN.search(head[:end].rstrip())), 0)


def _end_of_piece(text: str) -> int:
    """Where a sentence is cut that has become too long to be judged as a whole; 0 where it has not."""
    return len(_whole_words(text[:_LONGEST])) if len(text) > _LONGEST else 0


def _whole_words(text: str) -> str:
    """A text without the word, and without the link or tag, that may go on."""
    return _OPEN.sub("", _LAST_WORD.sub("", text))


def _open_clause(text: str) -> str:
    """The clause in which a text breaks off, as far as it counts; nothing where it ends with a sentence."""
    return _CLAUSE.split(_SENTENCE.split(text)[-1])[-1][-_BEFORE:]


def _last_clause(words: str) -> int:
    """Where the last clause begins."""
    return max((m.end() for m in _CLAUSE.finditer(words)), default=0)
