"""Decides when a conversation has grown too long for a model, and what of it stays known: a checkpoint keeps names,
numbers, promises and open questions; the log itself stays whole."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from pydantic import BaseModel, Field
from sqlalchemy import Integer, bindparam
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql import select

from core.agent import messages
from core.agent.execute import BY_CODE
from core.agent.gist import gist
from core.agent.messages import AgentEvent, Event
from core.agent.prompt import SUMMARY
from core.agent.small import Small
from core.agent.sources import short
from core.agent.toolset import tokens_of
from core.llm.contract import Answered, Returned, Turnwise
from core.store.rows import Id
from core.store.statements import Statement

MOST_EVENTS = 800
MOST_SUMMARY, LONGEST_LINE, LONGEST_RESULT = 6_000, 240, 6_000
SUMMARY_S = 10.0
CHECKPOINT, FETCH = "checkpoint", "fetch_data"
_LOADED = re.compile(r"^\[(\w+)\] .*$", re.MULTILINE)


@dataclass(frozen=True)
class Limits:
    """How far a conversation may grow before it is summed up: messages said, or tokens to send. At twice the tokens a turn
    ends in the middle."""

    messages: int = 24
    tokens: int = 40_000

    @property
    def hard_stop(self) -> int:
        """What no request grows beyond."""
        return 2 * self.tokens


class Kept(NamedTuple):
    """One event of the log, with its number."""

    sequence_number: int
    turn_id: int | None
    event_type: str
    call_id: str | None
    content: dict[str, Any]


@dataclass(frozen=True)
class Past:
    """What a model is sent of a conversation: the newest checkpoint, and all that came after what it sums up."""

    checkpoint: Kept | None
    events: Sequence[Kept]

    def with_added(self, added: Sequence[Kept]) -> "Past":
        """The past with what was just written behind it."""
        newest = next((e for e in added if e.event_type == CHECKPOINT), self.checkpoint)
        return Past(newest, [*self.events, *(e for e in added if e.event_type != CHECKPOINT)])

    def before(self, start: int | None) -> "Past":
        """What stands before an event, the old checkpoint included."""
        return Past(self.checkpoint, [e for e in self.events if start is not None and e.sequence_number < start])

    def since(self, start: int) -> "Past":
        """What is left once all before an event is summed up."""
        return Past(None, [e for e in self.events if e.sequence_number >= start])

    @cached_property
    def messages(self) -> list[Turnwise]:
        """The past as messages; a result of any length is cut at the same place every time."""
        told = messages.as_messages(as_events([*([self.checkpoint] if self.checkpoint else ()), *self.events]))
        return [_bounded(m) for m in told]

    @cached_property
    def tokens(self) -> int:
        """About how much it costs to send."""
        return sum(_tokens(m) for m in self.messages)

    @property
    def said(self) -> int:
        """How many messages were said, by the person and to them."""
        return sum(
            1 for e in self.events if e.event_type == "user_message" or (e.event_type == "answer" and e.content["text"])
        )

    def loaded_on(self, day: str) -> frozenset[str]:
        """The data sources that are in sight already, and not as they were on another day."""
        days = loaded_days(self)
        return frozenset(name for name in loaded_texts(self) if days.get(name, day) == day)


def as_events(rows: Sequence[Kept]) -> list[Event]:
    """Rows of the log as the agent reads them."""
    return [Event(r.turn_id, r.event_type, r.call_id, r.content) for r in rows]


def _bounded(message: Turnwise) -> Turnwise:
    if isinstance(message, Returned) and len(message.note) > LONGEST_RESULT:
        cut = f"{message.note[:LONGEST_RESULT]} … (cut; {len(message.note)} characters in all)"
        return Returned(message.call_id, cut, message.ok)
    return message


def _tokens(message: Turnwise) -> int:
    if isinstance(message, Answered):
        return (
            tokens_of(message.raw) if message.raw else tokens_of([message.text, [dict(c.args) for c in message.calls]])
        )
    return tokens_of(message.note if isinstance(message, Returned) else message.text)


_SINCE = Statement(
    select(
        AgentEvent.sequence_number, AgentEvent.turn_id, AgentEvent.event_type, AgentEvent.call_id, AgentEvent.content
    )
    .where(
        AgentEvent.session_id == bindparam("session", type_=Id),
        AgentEvent.sequence_number >= bindparam("start", type_=Integer),
        AgentEvent.event_type != "action",
    )
    .order_by(AgentEvent.sequence_number.desc())
    .limit(bindparam("most", type_=Integer))
)


async def past_of(db: AsyncSession, session_id: int, start: int) -> Past:
    """The part of a conversation that a model is sent: bounded, however long the log is."""
    rows = await _SINCE.rows(db, {"session": session_id, "start": start, "most": MOST_EVENTS})
    return Past(None, []).with_added([Kept(*row) for row in reversed(rows)])


def beginning_of(past: Past, turn_id: int) -> int | None:
    """The sequence number at which a turn begins that the person's own words began; None for any other turn."""
    own = [e for e in past.events if e.turn_id == turn_id]
    if not any(e.event_type == "user_message" for e in own):
        return None
    return min(e.sequence_number for e in own)


def newest_beginning(past: Past) -> int | None:
    """The sequence number at which the newest turn begins that a person's words began: a later one belongs to it."""
    said = [e for e in past.events if e.event_type == "user_message"]
    return beginning_of(past, said[-1].turn_id) if said and said[-1].turn_id is not None else None


def is_due(past: Past, prefix_changed: bool, limits: Limits) -> bool:
    """Whether what came before this turn is to be summed up: it has grown too long, or tools and rules have changed."""
    return prefix_changed or past.said > limits.messages or past.tokens > limits.tokens


# -- the summary ----------------------------------------------------------------------------------------------------

# What is kept longest comes first: what was done and is open, what was promised, what was asked, what was looked up.
DONE, OPEN, PROMISED, ASKED, LOOKED = "done", "open", "promised", "asked", "looked up"
_WORTH = {DONE: 0, OPEN: 0, "summary": 0, PROMISED: 1, ASKED: 2, LOOKED: 3}
_PROMISE = re.compile(
    r"\b(?:i|we)(?:['’]ll| will)\b|\bpromise|\bremind|\blet you know\b|\bby (?:mon|tue|wed|thu|fri|sat|sun)",
    re.IGNORECASE,
)
_FREE_TEXT = "a text by somebody else was read; its words are left out"


class Summary(BaseModel):
    """What the small model keeps of a conversation."""

    summary: str = Field(min_length=20, max_length=4000)


@dataclass(frozen=True)
class Line:
    """One thing that is kept of a conversation, and why."""

    kind: str
    text: str


def _short(text: str) -> str:
    return gist(text, LONGEST_LINE)


def _whole(text: str) -> str:
    return " ".join(text.split())[:LONGEST_RESULT]


def lines_of(past: Past, tainted: bool = False, told: Callable[[str], str] = _short) -> list[Line]:
    """What code keeps: the old summary, what was asked, done, not done, promised and left open, each in a line. The
    words of a text by somebody else, what a model said after it read one, and what became of the calls that it proposed
    then, are not carried on: of those only the names of tools and things. A talk that is `tainted` although no such text
    is in sight has read it before. `told` makes the text of a line from what was said."""
    kept = [Line(k, t) for k, t in (past.checkpoint.content.get("lines", ()) if past.checkpoint else ())]
    tainted = tainted and not any(e.content.get("taints") for e in past.events)
    by_model: set[str] = set()
    for event in past.events:
        tainted = tainted or bool(event.content.get("taints"))
        if event.event_type == "answer" and event.content["provider"] not in BY_CODE:
            by_model.update(call["id"] for call in event.content["calls"])
        kept += _line(event, tainted, event.call_id in by_model, told)
    return kept


def _line(event: Kept, tainted: bool, by_model: bool, told: Callable[[str], str]) -> Iterable[Line]:
    content = event.content
    if event.event_type == "user_message":
        yield Line(ASKED, f"asked “{told(content['text'])}”")
    elif event.event_type == "result":
        yield from _bare_result(content) if tainted and by_model else _result(content, told)
    elif event.event_type == "answer" and content["text"] and (not tainted or content["provider"] in BY_CODE):
        yield from _said(content["text"], told)


def _bare_result(content: dict[str, Any]) -> Iterable[Line]:
    """A result without a word that a model may have put into it: names only."""
    if content.get("taints"):
        yield Line(LOOKED, _FREE_TEXT)
        return
    if not content["ok"]:
        yield Line(LOOKED, "a call failed")
        return
    things = () if content.get("private") else content.get("things", ())
    named = ", ".join(f"“{short(t['key'])}”" for t in things)
    kind, ended = (DONE, "done") if content.get("change_id") else (LOOKED, "ran")
    yield Line(kind, f"{content['tool']} {ended}{f': {named}' if named else ''}")


def _result(content: dict[str, Any], told: Callable[[str], str]) -> Iterable[Line]:
    if content.get("taints"):
        yield Line(LOOKED, _FREE_TEXT)
    elif not content["ok"]:
        yield Line(LOOKED, f"{content['tool']} failed: {told(content['note'])}")
    elif content.get("change_id"):
        yield Line(DONE, told(content["note"]))
    else:
        yield Line(LOOKED, f"{content['tool']}: {told(content['note'])}")


def _said(text: str, told: Callable[[str], str]) -> Iterable[Line]:
    sentences = re.split(r"(?<=[.!?…])\s+", " ".join(text.split()))
    promised = [s for s in sentences if _PROMISE.search(s)]
    yield Line(ASKED, f"answered “{told(text)}”")
    if promised:
        yield Line(PROMISED, f"said “{told(' '.join(promised))}”")
    if sentences[-1].endswith("?"):
        yield Line(OPEN, f"asked the person, unanswered: “{told(sentences[-1])}”")


def closed(lines: Sequence[Line]) -> list[Line]:
    """A question that was followed by the person's next words is no longer open."""
    last = max((n for n, line in enumerate(lines) if line.kind == ASKED and line.text.startswith("asked")), default=-1)
    return [line for n, line in enumerate(lines) if line.kind != OPEN or n > last]


def within(lines: Sequence[Line], most: int = MOST_SUMMARY) -> list[Line]:
    """As many lines as fit, in order; the oldest of the least worth go first."""
    kept = list(dict.fromkeys(lines))
    size = sum(len(line.text) + 1 for line in kept)
    for worth in sorted(set(_WORTH.values()), reverse=True):
        for line in [k for k in kept if _WORTH.get(k.kind, 3) == worth]:
            if size <= most:
                return kept
            kept.remove(line)
            size -= len(line.text) + 1
    return kept


async def summed_up(jobs: Small, past: Past, tainted: bool) -> tuple[list[Line], str]:
    """The lines of a checkpoint, and who wrote them. The small model writes a summary where there is one; what was done
    and what is open is added by code all the same. What was tainted is summed up by code alone."""
    by_code = within(closed(lines_of(past, tainted)))
    if tainted:
        return by_code, "code"
    told = await jobs.ask(SUMMARY, "\n".join(spoken(past)), Summary, SUMMARY_S)
    if told is None:
        return by_code, "code"
    kept = [line for line in by_code if line.kind in (DONE, OPEN, PROMISED)]
    return within([Line("summary", " ".join(told.summary.split())), *kept]), "model"


def spoken(past: Past, most: int = 60_000) -> list[str]:
    """The conversation as a small model reads it: whole texts, and of a long one the newest part."""
    told = [f"{line.kind}: {line.text}" for line in lines_of(past, told=_whole)]
    size = 0
    for number, line in enumerate(reversed(told)):
        size += len(line) + 1
        if size > most:
            return told[len(told) - number :]
    return told


def as_content(lines: Sequence[Line], by: str, before: Past) -> dict[str, Any]:
    """A checkpoint as an event: the lines, and the data sources that stay in sight, with the days that they are of."""
    known = loaded_texts(before)
    told = "\n".join(f"- {line.text}" for line in lines) or "- nothing that matters now"
    text = f"From Whistle: summary of the conversation so far.\n{told}"
    if known:
        text += "\nLoaded before, as it was then:\n" + "\n".join(known.values())
    kept = [[line.kind, line.text] for line in lines]
    return {"text": text, "lines": kept, "by": by, "known": known, "days": loaded_days(before)}


def loaded_texts(past: Past) -> dict[str, str]:
    """What was loaded so far, by source: it stays in sight and is not loaded again."""
    known: dict[str, str] = dict(past.checkpoint.content.get("known", {})) if past.checkpoint else {}
    for event in past.events:
        if event.event_type == "knowledge":
            known[event.content["source"]] = event.content["text"]
        elif event.event_type == "result" and event.content["tool"] == FETCH and event.content["ok"]:
            known |= {m[1]: m[0] for m in _LOADED.finditer(event.content["note"])}
    return known


def loaded_days(past: Past) -> dict[str, str]:
    """The days on which sources were loaded, where that is known."""
    days: dict[str, str] = dict(past.checkpoint.content.get("days", {})) if past.checkpoint else {}
    loaded = [e.content for e in past.events if e.event_type == "knowledge" and "day" in e.content]
    return days | {c["source"]: c["day"] for c in loaded}
