"""Lanes: one turn at a time for each conversation, in the order in which its messages came, many lanes at once."""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import structlog
from sqlalchemy import bindparam
from sqlalchemy.sql import select
from structlog.contextvars import bound_contextvars

from core.agent import answers, files, first_look, inbox, messages, questions, revivals, titles, turn_rows
from core.agent.answers import Answer, outcome_of
from core.agent.budget import LONGEST_MESSAGE
from core.agent.deliveries import origin
from core.agent.inbox import MOST_ATTEMPTS, Waiting
from core.agent.loop import Loop, Step, store_answer
from core.agent.messages import AgentSession, TurnRow, append
from core.agent.outbox import OutboxRow, To, overheard, plain_words
from core.agent.places import read_in
from core.agent.questions import QuestionRow
from core.agent.sessions import speak_in
from core.agent.taint import lends_rights
from core.chat import Message, Spot, visible
from core.clock import to_local
from core.gym.gyms import profile
from core.i18n import _, marked
from core.llm.contract import Stop, ToolCall
from core.people import sender
from core.store.database import after_commit
from core.store.statements import Statement
from core.tracing import span

log = structlog.get_logger()
MOST_OVERHEARD = 20
MOVED_ON = "not done: the person moved on"
PRESS = marked("Please press the button on the card for this one: a typed yes is not enough here. It is still open.")

_RUNNING = Statement(
    select(TurnRow.id)
    .where(TurnRow.session_id == bindparam("lane"), TurnRow.state == "running")
    .order_by(TurnRow.id)
    .limit(1)
)


class AtWork(NamedTuple):
    """A turn that runs, and whom it answers where."""

    turn_id: int
    lane: int
    gym_id: int
    person_id: int
    room: str | None
    spot: dict[str, Any] | None = None


class Lanes:
    """Runs the turns of all conversations in this process. `finished(turn_id)` is told of each turn that ended."""

    def __init__(self, loop: Loop, finished: Callable[[int], None], typing: Callable[[AtWork, bool], Any]) -> None:
        self.loop = loop
        self.store = loop.store
        self.executor = loop.executor
        self._finished = finished
        self._typing = typing
        self._running: dict[int, asyncio.Task[None]] = {}
        self._again: set[int] = set()
        self._closed = False
        self._revived: set[int] = set()
        self._held: set[int] = set()
        self._alone: asyncio.Task[None] | None = None

    async def resume(self) -> None:
        """After a start: go on with every turn that was under way and every message that no turn has taken. Turns that
        have been taken up in vain before go on later and one at a time: a machine that is often killed does not get to
        them, and if one of them ends the process, it is known which."""
        async with self.store.read() as db:
            lanes = set(await inbox.waiting_lanes(db))
            left = await revivals.left_behind(db)
        self._revived = {turn.turn_id for turn in left}
        doubtful = [turn for turn in left if turn.waits_s]
        self._held = {turn.lane for turn in doubtful}
        for session_id in sorted(lanes.union(turn.lane for turn in left) - self._held):
            self.wake(session_id)
        if doubtful:
            self._alone = asyncio.create_task(self._one_by_one(doubtful, self.executor.clock.now()))

    async def _one_by_one(self, doubtful: Sequence[revivals.Left], started: datetime) -> None:
        clock = self.executor.clock
        for turn in doubtful:
            await clock.sleep(turn.waits_s - (clock.now() - started).total_seconds())
            self._held.discard(turn.lane)
            self.wake(turn.lane)
            if turn.lane in self._running:
                await asyncio.gather(self._running[turn.lane], return_exceptions=True)

    def wake(self, session_id: int) -> None:
        """There is something to do in a lane."""
        if self._closed or session_id in self._held:
            return
        self._again.add(session_id)
        if session_id not in self._running:
            self._running[session_id] = asyncio.create_task(self._drain(session_id))

    async def idle(self) -> None:
        """Wait until no lane has anything to do."""
        while self._running or (self._alone and not self._alone.done()):
            await asyncio.gather(*(self._running.values() or filter(None, [self._alone])), return_exceptions=True)

    async def close(self) -> None:
        """Stop taking turns; the one under way in each lane is cut off where it stands and goes on at the next start."""
        self._closed = True
        lanes, running = list(self._running), [*self._running.values(), *filter(None, [self._alone])]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        self._running.clear()
        if lanes:
            with contextlib.suppress(Exception):  # a database that is gone does not keep the process from ending
                async with self.store.write() as db:
                    await revivals.stopped_in_order(db, lanes)

    async def _drain(self, session_id: int) -> None:
        try:
            while session_id in self._again and not self._closed:
                self._again.discard(session_id)
                while (step := await self._taken(session_id)) is not None:
                    await self._run(step)
        finally:
            self._running.pop(session_id, None)
            if session_id in self._again and not self._closed:
                self.wake(session_id)

    async def _taken(self, session_id: int) -> Step | None:
        """The next turn; a message that cannot even be taken is tried five times and then put aside."""
        for attempt in range(1, MOST_ATTEMPTS + 1):
            try:
                return await self._next(session_id)
            except Exception:
                log.exception("take_failed", session=session_id, attempt=attempt)
        async with self.store.write() as db:
            session = await db.get_one(AgentSession, session_id)
            stuck = (await inbox.waiting(db, session_id))[:1]
            spot = _spoken_at(stuck[0].body) if stuck else None
            turn = await self.new_turn(db, session, self.executor.clock.now(), spot)
            await inbox.take(db, stuck, turn.id)
            await revivals.bury(db, self.executor.outbox, turn, self.executor.clock.now())
            after_commit(db, lambda: self._finished(turn.id))
        return await self._next(session_id)

    async def _run(self, step: Step) -> None:
        # A transaction that fails takes the values out of its rows: what is needed afterwards is read before.
        t = step.turn
        at_work = AtWork(t.id, t.session_id, t.gym_id, t.person_id, t.room, t.spot)
        self._typing(at_work, True)
        try:
            with bound_contextvars(turn=at_work.turn_id, session=at_work.lane), span("turn", turn=at_work.turn_id):
                await self.loop.run(step)
        except Exception:
            log.exception("turn_failed", turn=at_work.turn_id)
            await self._failed(at_work.turn_id)
            return
        finally:
            self._typing(at_work, False)
        self._finished(at_work.turn_id)

    async def _failed(self, turn_id: int) -> None:
        """Count the failure; after the last attempt the message is dead, its sender and the owner are told once."""
        async with self.store.write() as db:
            turn = await db.get_one(TurnRow, turn_id)
            turn.attempts += 1
            if turn.attempts > MOST_ATTEMPTS:
                await revivals.bury(db, self.executor.outbox, turn, self.executor.clock.now())
                after_commit(db, lambda: self._finished(turn_id))

    async def _next(self, session_id: int) -> Step | None:
        """The turn to run: one that is under way, else a new one from what came in."""
        running = await self.store.look(_RUNNING, {"lane": session_id})
        if running:
            return await self._go_on(running[0][0], session_id)
        if not await inbox.any_waiting(self.store, session_id):
            return None
        async with self.store.write() as db:
            rows = inbox.together(await inbox.waiting(db, session_id))
            return await self._begin(db, session_id, rows) if rows else None

    async def _go_on(self, turn_id: int, session_id: int) -> Step | None:
        """A turn that is under way, unless it has ended the process too often."""
        if turn_id in self._revived:
            async with self.store.write() as db:
                turn = await db.get_one(TurnRow, turn_id)
                given_up = not await revivals.goes_on(db, turn)
                if given_up:
                    await revivals.bury(
                        db, self.executor.outbox, turn, self.executor.clock.now(), "its process ended five times"
                    )
                    after_commit(db, lambda: self._finished(turn_id))
            self._revived.discard(turn_id)
            if given_up:
                return await self._next(session_id)
        async with self.store.read() as db:
            step = await self.loop.look(turn_id, db)
            await speak_in(db, step.session)
            return step

    async def _begin(self, db: Any, session_id: int, rows: list[Waiting]) -> Step:
        """Take messages into one turn: their words become an event, an open question is answered or closed."""
        now = self.executor.clock.now()
        session = await turn_rows.conversation(db, session_id)
        await speak_in(db, session)
        turn = await turn_rows.begun(db, session, now, _spoken_at(rows[-1].body))
        await inbox.take(db, rows, turn.id)
        await self._overhear(db, turn, session)
        text = "\n".join(r.body["text"] for r in rows if r.body["text"]).strip()
        await self._settle_open(db, turn, session, rows, text)
        await turn_rows.save(db, turn, session)
        return Step(turn, session, await messages.recent(db, session_id))

    async def _overhear(self, db: Any, turn: TurnRow, session: AgentSession) -> None:
        """What others said and did in the room since this conversation's last turn comes to it as a quotation."""
        if session.room is None:
            return
        rows = await overheard(db, session.gym_id, session.room, session.id, session.heard_upto, MOST_OVERHEARD)
        if not rows:
            return
        session.heard_upto = rows[-1].position or session.heard_upto
        said = [{"who": r.author, "words": plain_words(r)} for r in rows]
        tainted = await lends_rights(db, rows, session.person_id)
        session.tainted = session.tainted or tainted
        heard = {"said": said, **({"taints": True} if tainted else {})}
        await append(db, session.id, turn.id, "room", heard, self.executor.clock.now())

    async def new_turn(self, db: Any, session: AgentSession, now: Any, spot: Any = None) -> TurnRow:
        """A running turn of a conversation, spoken at a spot of a platform or on the page."""
        turn = TurnRow(**turn_rows.beginning(session, now, spot))
        db.add(turn)
        await db.flush()
        return turn

    async def _settle_open(self, db: Any, turn: TurnRow, session: AgentSession, rows: list[Waiting], text: str) -> None:
        question = await questions.open_question(db, session.id)
        call = rows[0].body.get("call")
        if question is not None and not call and (answer := await self._answer(db, turn, question, text)):
            await self._said(db, turn, session, rows, text, kind="reply")
            await self.settle(db, turn, question, answer)
            return
        if question is not None:
            await self.move_on(db, session, turn.id)
        await self._said(db, turn, session, rows, text)
        await self._without_model(db, turn, rows, text, call)

    async def _said(
        self, db: Any, turn: TurnRow, session: AgentSession, rows: list[Waiting], text: str, kind: str = "user_message"
    ) -> None:
        now = self.executor.clock.now()
        replied = [t for r in rows if r.body.get("reply_to") for t in await self._things(db, turn, r.body["reply_to"])]
        content = {"text": visible(text[:LONGEST_MESSAGE]), "inbox": [r.id for r in rows], "replied": replied}
        if passed_on := [f"forward-{r.id}" for r in rows if r.body.get("quoted")]:
            content["passed_on"] = passed_on
        if sent := await files.names_of(db, turn.person_id, inbox.attached(rows)):
            content["files"] = sent
        await append(db, session.id, turn.id, kind, content, now)
        session.message_count += len(rows)
        session.last_message_at = now
        session.title = session.title or titles.from_words(text)

    async def _things(self, db: Any, turn: TurnRow, outbox_id: int) -> list[Any]:
        """What the message replied to was about, if it is one that this person can see."""
        row = await db.get(OutboxRow, outbox_id)
        if row is None or row.gym_id != turn.gym_id:
            return []
        here = read_in(row.room) == read_in(turn.room)
        seen = row.person_id == turn.person_id if row.room is None else here
        private = {} if here else {"private": True}
        return [{**thing, **private} for thing in row.things] if seen else []

    async def _without_model(self, db: Any, turn: TurnRow, rows: list[Waiting], text: str, call: Any) -> None:
        """A prefilled call, an empty and an endless message need no model: code answers."""
        now = self.executor.clock.now()
        if call:
            made = ToolCall("", call["tool"], call["args"])
            await store_answer(db, turn, "", [made], "code", Stop("tools", final=True), now)
            return
        sent = await files.names_of(db, turn.person_id, inbox.attached(rows))
        readable = first_look.is_readable(text)
        if readable and not sent:
            return
        if readable:
            await self._say(db, turn, first_look.unread(sent))
            return
        words = first_look.answer(text, any(r.body.get("quoted") for r in rows), sent)
        await store_answer(db, turn, words, [], "code", Stop("end", final=True), now)

    async def _answer(self, db: Any, turn: TurnRow, question: QuestionRow, text: str) -> Answer | None:
        now = self.executor.clock.now()
        if question.expires_at <= now:
            return None
        reader = None
        if question.kind == "ask" and question.type:
            gym = await profile(db, turn.gym_id)
            focus = messages.focus_of(await messages.recent(db, question.session_id))
            local = to_local(now, gym.zone)
            person = await sender(db, turn.person_id)
            reader = (await self.loop.names.readers(db, turn.gym_id, focus, local, person.rank)).get(question.type)
        answer = answers.read(question, text, reader)
        if answer and answer.state == answers.NARROWED:
            return Answer(questions.ANSWERED, f"{await questions.words_asked(db, question)} {text}".strip())
        if answer and question.kind == "confirm" and answer.state == questions.ANSWERED:
            alone = await questions.open_count(db, turn.person_id, turn.room) == 1
            return answer if question.typed_yes and alone else Answer("press", answer.key)
        return answer

    async def settle(self, db: Any, turn: TurnRow, question: QuestionRow, answer: Answer) -> bool:
        """Settle a question in the transaction of what it allows; a no ends the call, anything else lets it run."""
        now = self.executor.clock.now()
        if answer.state == "press":
            await self._say_and_wait(db, turn, question, _(PRESS))
            return True
        if not await questions.settle(db, question.id, answer.state, str(answer.key), now):
            return False
        outcome, state = outcome_of(question, answer)
        await self.mark(db, question, state, outcome)
        content = {"question": question.id, "kind": question.kind, "param": question.param, "answer": outcome}
        await append(db, question.session_id, turn.id, "answered", content, now, question.call_id)
        if answer.state == questions.REJECTED:
            await self._rejected(db, turn, question)
        return True

    async def _say(self, db: Any, turn: TurnRow, words: str) -> None:
        """Put words of code into the place where the turn was spoken."""
        person = turn.person_id if turn.room is None else None
        to = To(turn.gym_id, person, turn.room, turn.session_id, turn.id)
        await self.executor.outbox.post(db, to, Message(text=words), self.executor.clock.now())

    async def _say_and_wait(self, db: Any, turn: TurnRow, question: QuestionRow, words: str) -> None:
        await self._say(db, turn, words)
        now = self.executor.clock.now()
        turn.state, turn.question_id, turn.done_at, turn.answered_by = "waiting", question.id, now, "code"
        after_commit(db, lambda: self._finished(turn.id))

    async def _rejected(self, db: Any, turn: TurnRow, question: QuestionRow) -> None:
        """The person said no: this call and those behind it are not done."""
        await self._leave_open_calls(db, question.session_id, turn.id, "not done: the person said no")
        stop = Stop("end", final=True)
        await store_answer(db, turn, _("All right, nothing was changed."), [], "code", stop, self.executor.clock.now())

    async def _leave_open_calls(self, db: Any, session_id: int, turn_id: int | None, note: str) -> None:
        """Calls without a result get one: in the given turn, else in the turn that proposed them."""
        events = await messages.recent(db, session_id)
        calls = messages.unanswered(messages.as_messages(events))
        proposed_in = next((e.turn_id for e in reversed(events) if e.event_type == "answer"), None)
        turn = turn_id or proposed_in
        await messages.not_done(db, session_id, turn, calls, note, self.executor.clock.now())

    async def move_on(self, db: Any, session: AgentSession, turn_id: int) -> None:
        """The person went on to something else: open calls are not done, their card says so and can be asked again."""
        now = self.executor.clock.now()
        question = await questions.open_question(db, session.id)
        await self._leave_open_calls(db, session.id, None, MOVED_ON)
        if question is None or not await questions.close(db, question.id, questions.CLOSED, now):
            return
        bound = questions.Bound(session.gym_id, session.person_id, session.id, session.room)
        again = await questions.make_button(
            db, bound, _("Ask again"), "again", {"call": question.call_id}, now + questions.LIFETIME
        )
        await self.mark(db, question, "closed", _("No longer open"), (again,))
        asked_in = await db.get(TurnRow, question.turn_id)
        if asked_in is not None and asked_in.state == "waiting":
            asked_in.state = "done"

    async def mark(self, db: Any, question: QuestionRow, state: Any, outcome: str, left: tuple[Any, ...] = ()) -> None:
        """Let the question's message say what became of it."""
        row = await db.get(OutboxRow, question.outbox_id) if question.outbox_id else None
        if row is not None:
            message = questions.settled_message(Message.model_validate(row.body), state, outcome, left)
            await self.executor.outbox.revise(db, row, message, self.executor.clock.now())


def _spoken_at(body: dict[str, Any]) -> dict[str, Any] | None:
    """Where on a platform a message was sent; null on the page."""
    spot = body.get("spot")
    return origin(body["platform"], body["bot"], body["account"], Spot.model_validate(spot)) if spot else None
