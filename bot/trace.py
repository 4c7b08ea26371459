"""The trace of one turn, for whoever runs this installation: all that it left behind, in the order in which it happened."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql import func, select

from bot.config import Settings
from core.agent.budget import MICROS
from core.agent.inbox import InboxRow
from core.agent.ledger import HELD, TOLD, ModelCall
from core.agent.messages import AgentEvent, TurnRow
from core.agent.outbox import OutboxRow
from core.chat import Message
from core.errors import NotFound
from core.store.changes import Change, ChangeRow
from core.store.database import Store

SHORT = 200


@dataclass(frozen=True)
class Moment:
    """Something that happened: when, what kind of thing it was, and what is to be said of it."""

    at: datetime
    kind: str
    told: str


async def lines(settings: Settings, turn: int, words: bool) -> list[str]:
    """The trace as lines of text. Without `words` only the length of what people said and were told is shown."""
    store = Store(settings.database_url)
    try:
        async with store.read() as db:
            row = await db.get(TurnRow, turn)
            if row is None:
                raise NotFound(f"There is no turn {turn}. Its number stands in the log, as turn={turn}.")
            moments = await _moments(db, row, _Shown(words))
            return [*_head(row, moments), *_timeline(row, moments), *_sum(await _calls(db, turn))]
    finally:
        await store.dispose()


class _Shown:
    """How words of people appear in a trace."""

    def __init__(self, whole: bool) -> None:
        self._whole = whole

    def __call__(self, words: Any) -> str:
        text = " ".join(str(words).split())
        if not self._whole:
            return f"({len(text)} characters)" if text else ""
        return f"“{text[:SHORT]}{'…' if len(text) > SHORT else ''}”" if text else ""

    def args(self, args: Any) -> str:
        """A call's arguments: their names, and their values where words are shown."""
        if not self._whole:
            return ", ".join(args)
        return ", ".join(f"{name}={str(value)[:60]!r}" for name, value in dict(args).items())


def _head(turn: TurnRow, moments: Sequence[Moment]) -> list[str]:
    ended = f"{_ms(turn.started_at, turn.done_at)} ms" if turn.done_at else "not ended"
    where = f"{turn.room or 'private chat'}, conversation {turn.session_id}"
    return [
        f"Turn {turn.id}: {turn.state}, answered by {turn.answered_by}, {turn.iterations} answers, {ended}",
        f"gym {turn.gym_id}, person {turn.person_id}, {where}, {turn.started_at:%Y-%m-%d %H:%M:%S} UTC",
        "",
    ]  # fmt: skip


def _timeline(turn: TurnRow, moments: Sequence[Moment]) -> list[str]:
    ordered = sorted(moments, key=lambda moment: moment.at)
    return [f"{_ms(turn.started_at, m.at):>+8} ms  {m.kind:<9} {m.told}".rstrip() for m in ordered]


async def _moments(db: AsyncSession, turn: TurnRow, shown: _Shown) -> list[Moment]:
    """Everything that carries the turn's id."""
    received = await db.scalars(select(InboxRow).where(InboxRow.turn_id == turn.id).order_by(InboxRow.id))
    events = await db.scalars(select(AgentEvent).where(AgentEvent.turn_id == turn.id).order_by(AgentEvent.id))
    sent = await db.scalars(select(OutboxRow).where(OutboxRow.turn_id == turn.id).order_by(OutboxRow.id))
    found = [_received(row, shown) for row in received]
    found += [moment for event in events for moment in _event(event, shown)]
    found += [_called(call) for call in await _calls(db, turn.id)]
    found += await _changed(db, turn.id, shown)
    return found + [_sent(row, shown) for row in sent]


def _received(row: InboxRow, shown: _Shown) -> Moment:
    late = f", attempt {row.attempts}" if row.attempts > 1 else ""
    return Moment(row.received_at, "inbox", f"{row.kind} from {row.platform}{late} {shown(row.body.get('text', ''))}")


def _event(event: AgentEvent, shown: _Shown) -> Iterator[Moment]:
    said = event.content
    match event.event_type:
        case "action":
            yield Moment(event.at, "call", f"{said['tool']}({shown.args(said['args'])})  {event.call_id}")
        case "result":
            how = "ok" if said["ok"] else "not done"
            yield Moment(event.at, "result", f"{said.get('tool', '')} {how} {shown(said['note'])}")
        case "answer":
            route = f", {said['route']}" if said.get("route") else ""
            calls = f", {len(said['calls'])} calls" if said["calls"] else ""
            yield Moment(event.at, "answer", f"{said['provider']}{route}{calls} {shown(said['text'])}")
        case kind:
            yield Moment(event.at, kind.split("_")[0][:9], shown(said.get("text") or said.get("said") or ""))


async def _calls(db: AsyncSession, turn: int) -> list[ModelCall]:
    rows = select(ModelCall).where(ModelCall.turn_id == turn, ModelCall.state != TOLD).order_by(ModelCall.id)
    return list(await db.scalars(rows))


def _called(call: ModelCall) -> Moment:
    if call.state == HELD:
        return Moment(call.at, "model", f"{call.model} {call.purpose}: not settled, {_dollars(call)} put aside")
    tokens = f"{call.tokens_in} in, {call.tokens_cached} cached, {call.tokens_written} written, {call.tokens_out} out"
    times = f"first after {call.first_ms} ms, {call.ms} ms in all"
    told = f"{call.model} {call.purpose} ({call.route}, try {call.attempt}): {call.outcome}; {tokens}; {_dollars(call)}; {times}"
    return Moment(call.at, "model", told)


async def _changed(db: AsyncSession, turn: int, shown: _Shown) -> list[Moment]:
    rows = (
        select(Change, func.count(ChangeRow.id))
        .outerjoin(ChangeRow, ChangeRow.change_id == Change.id)
        .where(Change.turn_id == turn)
        .group_by(Change.id)
        .order_by(Change.id)
    )
    return [
        Moment(change.at, "change", f"{change.id} by {change.tool}, {touched} rows {shown(change.summary)}"
               + (f", undone by {change.undone_by}" if change.undone_by else ""))
        for change, touched in (await db.execute(rows)).all()
    ]  # fmt: skip


def _sent(row: OutboxRow, shown: _Shown) -> Moment:
    to = row.room or f"person {row.person_id}"
    message = Message.model_validate(row.body)
    parts = [f"{len(message.cards)} cards"] * bool(message.cards) + [f"{len(message.receipts)} receipts"] * bool(
        message.receipts
    )
    sent = f", sent {row.sent_at:%H:%M:%S}" if row.sent_at else f", due {row.due_at:%H:%M:%S}"
    told = f"{row.kind} {row.id} to {to}: {row.state}{sent} {' '.join([shown(message.text), *parts])}"
    return Moment(row.sent_at or row.due_at, "outbox", told)


def _sum(calls: Sequence[ModelCall]) -> list[str]:
    if not calls:
        return ["", "No language model was called; the turn cost nothing."]
    sent = sum(c.tokens_in + c.tokens_cached + c.tokens_written for c in calls)
    cached = sum(c.tokens_cached for c in calls)
    share = f", {cached / sent:.0%} of them from a cache" if sent else ""
    cost = sum(c.cost_usd_micros for c in calls) / MICROS
    return ["", f"{len(calls)} model calls, {sent} tokens sent{share}, ${cost:.6f}"]


def _dollars(call: ModelCall) -> str:
    return f"${call.cost_usd_micros / MICROS:.6f}"


def _ms(begin: datetime, end: datetime) -> int:
    return round((end - begin).total_seconds() * 1000)
