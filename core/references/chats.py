"""The type `chat`: one of the speaker's own conversations in this place, by its title."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from rapidfuzz import fuzz

from core.agent.messages import AgentSession
from core.agent.reference import Ask, Candidate, Focus, Span, TypeName
from core.agent.sessions import UNTITLED, own_sessions
from core.agent.tools import Context
from core.llm.contract import Reader

ChatRef = Annotated[AgentSession, TypeName("chat")]

_MOST = 200
_NEAR = 85
_NOUN = r"(?:chats?|conversations?|threads?|talks?)"
_END = r"(?=\s+(?:to|into|as|and|pls|please|now|gone|should|shall|must|can|needs|is|has|called)\b|\s*[,.!?;:\"”]|\s*$)"
_HERE = re.compile(rf"\b(?:this|the current|our|my current)\s+{_NOUN}\b", re.IGNORECASE)
_BEFORE = re.compile(rf"\b(?:the|my)\s+(?:last|previous|old|other)\s+{_NOUN}\b", re.IGNORECASE)
_AFTER_NOUN = re.compile(
    rf"\b{_NOUN}\s+(?:called\s+|named\s+|titled\s+|about\s+|on\s+|with\s+)?[\"“']?(?P<title>(?!to\b|and\b|pls\b|please\b)[\w#][^,.!?;:\"”]*?){_END}",
    re.IGNORECASE,
)
_BEFORE_NOUN = re.compile(rf"\b(?:the|my|our)\s+[\"“']?(?P<title>\w[^,.!?;:\"”]*?)[\"”']?\s+{_NOUN}\b", re.IGNORECASE)
_QUOTED = re.compile(r"[\"“](?P<title>[^\"”]+)[\"”]")
_NO_TITLE = frozenset({"last", "previous", "old", "other", "current", "new", "list", "of", "history", "all"})


class _Titles:
    """Finds words that are given as a chat's title; whose they are is looked up when they are resolved."""

    def spans(self, text: str) -> Sequence[Span]:
        found = [Span(m.start(), m.end(), m.group()) for p in (_HERE, _BEFORE) for m in p.finditer(text)]
        return [*found, *(s for s in _titles(text) if not any(s.start < f.end and f.start < s.end for f in found))]


def _titles(text: str) -> Iterator[Span]:
    for words, sure in ((_QUOTED, 0.8), (_AFTER_NOUN, 0.7), (_BEFORE_NOUN, 0.5)):
        for match in words.finditer(text):
            title = match["title"].strip()
            plain = title.casefold()
            if plain and plain not in _NO_TITLE and (words is not _BEFORE_NOUN or plain.split()[0] not in _NO_TITLE):
                start = match.start("title")
                yield Span(start, start + len(match["title"].rstrip()), title, sure)


class ChatReference:
    """A conversation of the speaker by its title; others' conversations are never found."""

    name = "chat"

    def reader(self, names: Any, focus: Focus, now: datetime, role: int) -> Reader:
        return _Titles()

    async def names(self, db: Any, gym_id: int) -> None:
        return None

    async def resolve(self, ctx: Context, words: Any, ask: Ask) -> Sequence[Candidate]:
        typed = " ".join(str(words).split())
        own = list(await own_sessions(ctx.db, ctx.speaker.person_id, ctx.room, _MOST))
        if _HERE.fullmatch(typed):
            found = [s for s in own if s.id == ctx.session_id]
        elif _BEFORE.fullmatch(typed):
            found = [s for s in own if s.id != ctx.session_id][:1]
        else:
            found = _meant(own, typed)
        return [Candidate(s, _key(s, own), _key(s, own)) for s in found]

    def schema(self) -> Mapping[str, Any]:
        return {"type": "string", "description": "a chat's title, or “this chat”"}


def _meant(own: Sequence[AgentSession], typed: str) -> list[AgentSession]:
    """The conversations that words mean: by number, by title, by part of it, or by something near."""
    bare = re.sub(
        rf"^(?:the|my)\s+|^{_NOUN}\s+(?:called\s+|named\s+)?|\s+{_NOUN}$|[\"“”]", "", typed, flags=re.I
    ).casefold()
    numbered = re.search(r"#(\d+)$", bare)
    if numbered:
        return [s for s in own if s.id == int(numbered[1])]
    same = [s for s in own if s.title.casefold() == bare]
    part = [s for s in own if bare and bare in s.title.casefold()]
    return same or part or [s for s in own if s.title and fuzz.ratio(bare, s.title.casefold()) >= _NEAR]


def _key(session: AgentSession, own: Sequence[AgentSession]) -> str:
    """The title, with its number where several share it."""
    title = session.title or UNTITLED
    alone = bool(session.title) and sum(s.title.casefold() == title.casefold() for s in own) == 1
    return title if alone else f"{title} #{session.id}"


REFERENCES = (ChatReference(),)
