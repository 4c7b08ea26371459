"""Decides what a conversation is called: four to six words of its first message at once, better ones from the small
model when they come in time."""

import asyncio
import re
from textwrap import shorten

import structlog
from pydantic import BaseModel, Field, field_validator
from sqlalchemy.sql import update

from core.agent.messages import AgentSession
from core.agent.prompt import TITLE
from core.agent.small import Small
from core.chat import one_line
from core.store.database import Store

log = structlog.get_logger()
WITHIN_S = 3.0
FEWEST, MOST, LONGEST = 4, 6, 60
_WORD = re.compile(r"\S+")
_LETTER = re.compile(r"\w")
_AROUND = " \"'“”‘’.,:;!?-–—/("
# Words that lead on: nothing that was cut off ends on them.
_LEADS_ON = re.compile(
    r"(?:an?|the|and|or|but|to|for|of|in|on|at|by|with|from|into|as|is|are|was|my|your|our|their|his|her|this|that)\W*",
    re.IGNORECASE,
)
_HELLO = re.compile(
    r"^(?:(?:hi|hey|hello|hallo|yo|good (?:morning|afternoon|evening)|please|pls|ok|so|um|whistle|there|can you|could you|"
    r"would you|i(?:'d| would) like to|i want to|i need to|let me)\b[\s,!.:-]*)+",
    re.IGNORECASE,
)


def from_words(text: str) -> str:
    """A title from the first message: its first six words behind the greeting, without marks around them."""
    plain = one_line(text)
    told = _HELLO.sub("", plain) or plain
    said = _WORD.findall(told)
    words = said[:MOST]
    while 1 < len(words) < len(said) and (_LEADS_ON.fullmatch(words[-1]) or not _LETTER.search(words[-1])):
        words.pop()
    title = " ".join(words).strip(_AROUND)
    return (shorten(title, LONGEST, placeholder="") or title[:LONGEST]).rstrip(_AROUND)


def is_poor(title: str) -> bool:
    """Whether a title tells too little, as that of a greeting does: the first words that reach a model may give another."""
    return len(title.split()) < FEWEST


class Title(BaseModel):
    """A title of four to six words."""

    title: str = Field(max_length=LONGEST)

    @field_validator("title")
    @classmethod
    def _short(cls, title: str) -> str:
        tidy = one_line(title).strip(" \"'“”‘’.")
        if not FEWEST <= len(tidy.split()) <= MOST:
            raise ValueError("a title has four to six words")
        return tidy


class Titles:
    """Gives titles beside the conversation, never in its way."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._under_way: set[asyncio.Task[None]] = set()

    def begin(self, jobs: Small, session: AgentSession, text: str) -> None:
        """Ask for a better title than the first words; nobody waits for it."""
        task = asyncio.create_task(self._give(jobs, session.id, session.title, text))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def settled(self) -> None:
        """Wait until no title is under way."""
        while self._under_way:
            await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _give(self, jobs: Small, session_id: int, before: str, text: str) -> None:
        given = await jobs.ask(TITLE, text[:1000], Title, WITHIN_S)
        if given is None:
            return
        try:
            async with self.store.write() as db:
                same = (AgentSession.id == session_id, AgentSession.title == before)
                better = update(AgentSession).where(*same).values(title=given.title)
                await db.execute(better.execution_options(synchronize_session=False))
        except Exception:
            log.warning("title_not_kept", session=session_id, exc_info=True)
