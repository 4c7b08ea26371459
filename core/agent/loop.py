"""The agent's loop: run the calls that have no result, ask the model, until it has had its say or a person is asked."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import takewhile
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql import select
from structlog.contextvars import bound_contextvars

from core.agent import alarms, egress, inbox, messages, turn_rows
from core.agent.budget import MOST_MODEL_CALLS, MOST_PROPOSED, MOST_TOOL_CALLS, count
from core.agent.claims import Earlier
from core.agent.closing import last_words
from core.agent.context import ContextBuilder, TooLong
from core.agent.drafts import Showing, heard, showing
from core.agent.execute import BY_CODE, Executor, facts_of, speaker_of
from core.agent.messages import AgentSession, TurnRow, append
from core.agent.names import NameBook
from core.agent.outbox import OutboxRow, To
from core.agent.places import place_of
from core.agent.prompt import SYSTEM
from core.agent.questions import LIFETIME, Bound, make_button, open_question
from core.agent.referring import referred, referring
from core.agent.repeats import apart, note_on_repeat, reads_in_circles
from core.agent.standing import standing
from core.agent.tools import Thing
from core.agent.waiting import Acted
from core.chat import Message
from core.clock import to_local
from core.errors import Whistle
from core.gym.gyms import zone_of
from core.i18n import _, marked
from core.llm.contract import (
    Answered,
    ContextExceeded,
    Event,
    Model,
    Request,
    Stop,
    ToolCall,
    Turnwise,
    reads_context,
)
from core.metrics import COUNTS
from core.people import sender
from core.store.database import Store, after_commit
from core.tracing import span

log = structlog.get_logger()
Listener = Callable[[int, Event | Acted], Awaitable[None] | None]
SPEECHLESS = marked("I have no answer to that. Try it in other words, or say “help” for what I can do.")
TOO_MUCH = marked(
    "That was more than I do in one go, so I stopped here. What is done is listed above; say what is still missing."
)


@dataclass
class Step:
    """Where a turn stands: its rows and the newest part of the conversation. The lane is the only one that adds to it."""

    turn: TurnRow
    session: AgentSession
    events: list[messages.Event]
    _read: tuple[list[messages.Event], list[Turnwise]] | None = field(
        default=None, init=False, repr=False, compare=False
    )

    @property
    def history(self) -> list[Turnwise]:
        """The events as messages, read once: what is added makes another list of events."""
        if self._read is None or self._read[0] is not self.events:
            self._read = self.events, messages.as_messages(self.events)
        return self._read[1]

    @property
    def answered(self) -> Answered | None:
        return next((m for m in reversed(self.history) if isinstance(m, Answered)), None)

    @contextlib.asynccontextmanager
    async def write(self, store: Store) -> AsyncIterator[AsyncSession]:
        """A transaction that keeps the turn's rows; what it appended is part of the conversation once it is committed."""
        async with store.write() as db:
            yield db
            await turn_rows.save(db, self.turn, self.session)
            new = messages.appended(db)
        self.events = [*self.events, *new][-messages.RECENT_EVENTS :]


class Loop:
    """Drives one turn at a time from whatever the log says; after a crash it is simply run again."""

    def __init__(self, store: Store, executor: Executor, model: Model, names: NameBook, listener: Listener) -> None:
        self.store = store
        self.executor = executor
        self.model = model
        self.names = names
        self.listener = listener
        self.context = ContextBuilder(store, executor.clock, executor.toolbox)

    async def run(self, step: Step) -> None:
        """Run a turn from where it stands to its end, or until a question suspends it."""
        while True:
            if await self._run_calls(step):
                return
            if step.turn.state != "running" or messages.finished(step.history):
                return await self._finish(step)
            if step.turn.iterations >= MOST_MODEL_CALLS or reads_in_circles(step.events, step.turn.id):
                return await self._finish(step, _(TOO_MUCH))
            try:
                await self._ask_model(step)
            except TooLong:
                return await self._finish(step, _(TOO_MUCH))

    async def look(self, turn_id: int, db: AsyncSession) -> Step:
        """Where a turn stands according to the log."""
        turn = await db.get_one(TurnRow, turn_id)
        session = await db.get_one(AgentSession, turn.session_id)
        return Step(turn, session, await messages.recent(db, session.id))

    async def _run_calls(self, step: Step) -> bool:
        """Run what has no result yet, a transaction a call, in order. True when the turn now waits or has ended."""
        calls = messages.unanswered(step.history)
        done = sum(1 for e in step.events if e.turn_id == step.turn.id and e.event_type == "result")
        together = self._reading(step, calls[: max(0, MOST_TOOL_CALLS - done)])
        if len(together) > 1 and (ended := await self._run_reads(step, together, len(calls))) is not None:
            return ended or await self._run_calls(step)
        for number, call in enumerate(calls):
            if done + number >= MOST_TOOL_CALLS:
                await self._finish(step, _(TOO_MUCH), calls[number:])
                return True
            last = number == len(calls) - 1
            if note := self._note(step, call):
                async with step.write(self.store) as db:
                    now = self.executor.clock.now()
                    await messages.not_done(db, step.session.id, step.turn.id, [call], note, now)
            elif await self._run_call(step, call, last):
                return True
        return False

    def _note(self, step: Step, call: ToolCall) -> str:
        return note_on_repeat(step.events, step.turn.id, step.answered, call, self.executor.toolbox.get(call.tool))

    def _reading(self, step: Step, calls: Sequence[ToolCall]) -> list[ToolCall]:
        """The calls at the beginning that only read, each what was not read yet."""
        tools = self.executor.toolbox
        reading = takewhile(lambda c: c.tool in tools and not tools[c.tool].writes and not tools[c.tool].asks, calls)
        return list(takewhile(lambda c: not self._note(step, c), apart(list(reading))))

    async def _run_reads(self, step: Step, calls: Sequence[ToolCall], proposed: int) -> bool | None:
        """Run calls that only read in one transaction. True when the turn now waits or has ended; None where one failed:
        then each is run by itself."""
        ended, run = False, []
        try:
            async with step.write(self.store) as db:
                for number, call in enumerate(calls, 1):
                    run.append(call)
                    with bound_contextvars(call=call.id), span("tool", tool=call.tool, call=call.id):
                        if ended := await self.run_call_in(db, step, call, last=number == proposed):
                            break
        except (Whistle, OSError):
            raise
        except Exception:
            log.exception("reads_failed", turn=step.turn.id)
            async with self.store.read() as db:
                fresh = await self.look(step.turn.id, db)
            step.turn, step.session, step.events = fresh.turn, fresh.session, fresh.events
            return None
        for call in run:
            self._tell(step, call)
        return ended

    async def _run_call(self, step: Step, call: ToolCall, last: bool) -> bool:
        turn_id = step.turn.id
        try:
            with bound_contextvars(call=call.id), span("tool", tool=call.tool, call=call.id):
                async with step.write(self.store) as db:
                    ended = await self.run_call_in(db, step, call, last)
                self._tell(step, call)
                return ended
        except (Whistle, OSError):
            raise
        except Exception:
            log.exception("tool_failed", tool=call.tool, call=call.id, turn=turn_id)
        async with self.store.read() as db:
            fresh = await self.look(turn_id, db)
        step.turn, step.session, step.events = fresh.turn, fresh.session, fresh.events
        async with step.write(self.store) as db:
            await self.executor.failed(db, step.turn, step.session, call)
        self._tell(step, call)
        return False

    def _tell(self, step: Step, call: ToolCall) -> None:
        """Whoever follows the answer hears of a call as soon as its end is committed; one that asks has not ended."""
        ends = (e for e in reversed(step.events) if e.event_type == "result" and e.call_id == call.id)
        if (end := next(ends, None)) is not None:
            self.listener(step.turn.id, Acted(call.tool, bool(end.content["ok"])))

    async def run_call_in(self, db: Any, step: Step, call: ToolCall, last: bool) -> bool:
        """Run a call in an open transaction, and end the turn in it where nothing is left to do."""
        answered = step.answered
        # What cannot be seen any more was not said by code: only code's own calls go without a model's checks.
        provider = answered.provider if answered else "unknown"
        focus = messages.focus_of([*step.events, *messages.waiting_in(db)], await self._replied(db, step))
        meant = referred(call, [*step.events, *messages.waiting_in(db)], self.executor.toolbox)
        if meant is None:
            await self.executor.baseless(db, step.turn, step.session, call)
            suspended = False
        else:
            if provider not in BY_CODE:
                said = messages.said_in(step.events)
                meant = replace(meant, args=egress.arguments(meant.args, self.executor.base_url, said))
            suspended = await self.executor.execute(db, step.turn, step.session, meant, provider, focus)
        await self._forget_names(db, step.turn.gym_id)
        if suspended:
            question = await open_question(db, step.session.id)
            step.turn.state, step.turn.question_id = "waiting", question.id if question else None
            step.turn.done_at = self.executor.clock.now()
            await inbox.finish(db, turn_id=step.turn.id)
            after_commit(db, COUNTS.question)
            after_commit(db, lambda: COUNTS.turn(step.turn.answered_by))
            return True
        if last and answered and answered.final:
            await self._end(db, step, "")
            return True
        return False

    async def _forget_names(self, db: Any, gym_id: int) -> None:
        """Names are looked up anew once a change of what they were read from has committed."""
        cause = db.sync_session.info.get("cause")
        if cause and cause.tables:
            await self.names.changed(db, gym_id, cause.tables)
            after_commit(db, lambda: self.names.forget(gym_id, cause.tables))

    async def _replied(self, db: Any, step: Step) -> list[Thing]:
        """What the message was about that this turn's words reply to."""
        said = next((e for e in reversed(step.events) if e.event_type == "user_message"), None)
        return [Thing(t["type"], t["key"]) for t in said.content.get("replied", ())] if said else []

    async def request(self, db: Any, step: Step) -> Request:
        """All that a model needs for its next answer."""
        gym = await facts_of(db, step.turn.gym_id)
        person = await sender(db, step.turn.person_id)
        speaker = speaker_of(person)
        now = to_local(self.executor.clock.now(), gym.zone)
        focus = messages.focus_of(step.events, await self._replied(db, step))
        return Request(
            messages=step.history,
            tools=self.executor.specs.of(int(speaker.role)),
            system=SYSTEM,
            now=now,
            zone=gym.zone,
            role=int(speaker.role),
            readers=await self.names.readers(db, gym.id, focus, now, int(speaker.role)),
            turn=step.turn.id,
            talk=step.session.id,
            prefer=(person.settings or {}).get("model", ""),
        )

    async def _ask_model(self, step: Step) -> None:
        """Ask for one answer and store it whole, before any of its calls runs."""
        async with self.store.read() as db:
            request = await self.request(db, step)
        alarm = alarms.is_alarming(step.events, step.turn.id, step.turn.iterations)
        request = alarms.by_rules(request) if alarm else request
        if reads_context(self.model, request):
            prepared = await self.context.prepare(self.model, request, step.turn, step.session)
            request = replace(prepared, plain=request)
        draft = self._showing(step) if request.plain else None
        tell = partial(self.listener, step.turn.id) if request.plain or not alarm else _nobody
        try:
            text, calls, stop = await heard(self.model, request, draft, tell)
        except ContextExceeded:
            request = await self.context.shortened(self.model, request.plain or request, step.turn, step.session)
            text, calls, stop = await heard(self.model, request, draft, tell)
        if alarm:
            text, calls, stop = alarms.answered(text, calls, stop, request.role)
        async with step.write(self.store) as db:
            by = stop.by or self.model.name
            if stop.notice and calls:
                await self._say(db, step, Message(text=stop.notice))
            elif stop.notice:
                text = f"{stop.notice}\n\n{text}"
            await store_answer(db, step.turn, text, calls[:MOST_PROPOSED], by, stop, self.executor.clock.now())

    def _showing(self, step: Step) -> Showing:
        async def look_back() -> Earlier:
            async with self.store.read() as db:
                return await standing(db, step.turn.id)

        return showing(step.turn.id, step.events, self.executor.base_url, look_back)

    async def _finish(self, step: Step, words: str = "", left: Sequence[ToolCall] = ()) -> None:
        async with step.write(self.store) as db:
            now = self.executor.clock.now()
            await messages.not_done(
                db, step.session.id, step.turn.id, left, "not done: too many calls in one turn", now
            )
            await self._end(db, step, words)

    async def _end(self, db: Any, step: Step, words: str) -> None:
        """Say the model's last words and close the turn."""
        turn = step.turn
        if turn.state != "running":
            return
        now = self.executor.clock.now()
        last = next((e for e in reversed(step.events) if e.event_type == "answer" and e.turn_id == turn.id), None)
        text = words or (last.content["text"] if last else "")
        if words or (last and not last.content["calls"] and (text.strip() or not await _was_heard(db, turn.id))):
            shown = text if turn.answered_by in BY_CODE else await self._held_to(db, turn, text)
            buttons = await self._choices(db, step, last.content.get("choices", ()) if last else ())
            await self._say(db, step, Message(text=shown or _(SPEECHLESS), buttons=buttons))
        turn.state, turn.done_at = "done", now
        await inbox.finish(db, turn.id)
        day = to_local(now, await zone_of(db, turn.gym_id)).date()
        spared = last is not None and last.content.get("route") == "certain"
        await count(db, turn.gym_id, turn.person_id, day, turn.answered_by, 1, spared)
        after_commit(db, lambda: COUNTS.turn(turn.answered_by, (now - turn.started_at).total_seconds()))

    async def _say(self, db: Any, step: Step, message: Message) -> None:
        """Put a message into the place where the turn was spoken."""
        turn = step.turn
        person = turn.person_id if turn.room is None else None
        to = To(turn.gym_id, person, turn.room, step.session.id, turn.id)
        await self.executor.outbox.post(db, to, message, self.executor.clock.now())

    async def _held_to(self, db: Any, turn: TurnRow, text: str) -> str:
        place = place_of(turn.room)
        return await last_words(db, turn.id, place, text or _(SPEECHLESS), self.executor.base_url)

    async def _choices(self, db: Any, step: Step, choices: Any) -> Any:
        """The nearest commands, as buttons, where a model was unsure."""
        bound = Bound(step.turn.gym_id, step.turn.person_id, step.session.id, step.turn.room)
        expires = self.executor.clock.now() + LIFETIME
        return tuple([(await make_button(db, bound, c["label"], "call", c["call"], expires),) for c in choices])


def _nobody(event: Event) -> None:
    """What is said here is not shown before code has said its own."""


async def _was_heard(db: Any, turn_id: int) -> bool:
    """Whether a turn has said anything yet: a model that adds nothing to what its calls showed is no fault."""
    said = select(OutboxRow.id).where(OutboxRow.turn_id == turn_id, OutboxRow.kind == "message").limit(1)
    return await db.scalar(said) is not None


async def store_answer(
    db: Any, turn: TurnRow, text: str, calls: list[ToolCall], provider: str, stop: Stop, now: Any
) -> None:
    """Write a model's answer to the log: once it is there, it is never asked for again."""
    turn_id = turn.id
    turn.iterations += 1
    turn.answered_by = provider
    ids = {c.id: f"t{turn_id}-{turn.iterations}-{n}" for n, c in enumerate(calls, 1)}
    numbered = [
        {"id": f"t{turn_id}-{turn.iterations}-{n}", "tool": c.tool, "args": dict(c.args), **referring(c, ids)}
        for n, c in enumerate(calls, 1)
    ]
    choices = [{"label": label, "call": {"tool": c.tool, "args": dict(c.args)}} for label, c in stop.choices]
    content = {
        "text": text, "calls": numbered, "provider": provider, "raw": stop.raw, "final": stop.final,
        "choices": choices, "score": stop.score, "route": stop.route,
    }  # fmt: skip
    await append(db, turn.session_id, turn_id, "answer", content, now)
    for call in numbered:
        action = {name: value for name, value in call.items() if name != "id"}
        await append(db, turn.session_id, turn_id, "action", action, now, str(call["id"]))


__all__ = ["Loop", "Step", "store_answer"]
