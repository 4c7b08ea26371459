"""The adapters' one door: receive a message, settle a press, read a place's transcript, listen, and look up one's own."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from functools import partial
from typing import Any

from sqlalchemy import bindparam
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql import select

from core.agent import answered, files, inbox, messages, outbox, presses, usage
from core.agent.budget import Assistants
from core.agent.coach import Coaching
from core.agent.commands import typed
from core.agent.delivery import Pump
from core.agent.erasure import ERASED
from core.agent.execute import Executor, facts_of, speaker_of
from core.agent.files import PICTURES, FileRow, Kept
from core.agent.inbox import InboxRow
from core.agent.loop import Loop
from core.agent.messages import AgentEvent, AgentSession, TurnRow
from core.agent.names import NameBook
from core.agent.outbox import Outbox, To
from core.agent.places import is_staff, read_in
from core.agent.presses import Presses
from core.agent.sessions import forget_session
from core.agent.tools import GymFacts, Role, Speaker, Tool, load
from core.agent.turns import AtWork, Lanes
from core.agent.waiting import Acted, Waiting
from core.chat import STAFF_ROOM, Entry, Incoming, Press, Turn
from core.clock import Clock
from core.coaching.answers import SteadyEngine
from core.errors import NotFound, Refused, Stranger
from core.gym import invites
from core.gym.gyms import profile
from core.hub import Hub, Listener, Typing
from core.i18n import _, speak
from core.llm.contract import Model, TextDelta
from core.metrics import COUNTS, SECONDS, Spread
from core.people import Person, Sender, sender_of
from core.platforms import Platforms
from core.store.database import Store, after_commit
from core.store.statements import Statement

HEARTBEAT_S = 15.0
_SENT = Statement(select(InboxRow.session_id, InboxRow.person_id).where(InboxRow.id == bindparam("message")))
_ANSWERED = Statement(
    select(InboxRow.state, InboxRow.turn_id, TurnRow.state.label("turn_state"))
    .outerjoin(TurnRow, TurnRow.id == InboxRow.turn_id)
    .where(InboxRow.id == bindparam("message"))
)
_STATE = Statement(select(TurnRow.state).where(TurnRow.id == bindparam("turn")))


class Conflict(Refused):
    """What is asked for collides with what has already happened or is under way."""


class Desk:
    """Whistle as adapters see it."""

    def __init__(
        self, store: Store, clock: Clock, model: Model, toolbox: dict[str, Tool] | None = None, base_url: str = ""
    ) -> None:
        self.store = store
        self.clock = clock
        self.hub = Hub()
        self.names = NameBook(shared=not store.sqlite, forgotten=self.hub.look_again)
        self.waiting = Waiting()
        self.outbox = Outbox("Whistle", self.hub.publish)
        self.executor = Executor(clock, toolbox if toolbox is not None else load(), self.outbox, base_url)
        self.executor.assistants = getattr(model, "assistants", None) or Assistants()
        if ledger := getattr(model, "ledger", None):
            ledger.outbox = self.outbox
        self.loop = Loop(store, self.executor, model, self.names, self.waiting.heard)
        self.lanes, self.coaching = Lanes(self.loop, self._finished, self._typing), Coaching(self.loop, SteadyEngine())
        self.presses = Presses(self.lanes)
        self.pump = Pump(store, clock, self.outbox)
        self.platforms = Platforms(self)
        self.commands, self.suggest = self.platforms.commands, self.platforms.suggest

    async def start(self) -> None:
        """Resume what was under way and start delivering what is due."""
        await self.lanes.resume()
        self.pump.start()

    async def stop(self) -> None:
        """Stop taking work and let go of the database."""
        await self.lanes.close()
        await self.pump.stop()
        await self.store.dispose()

    # -- in -------------------------------------------------------------------------------------------------

    async def receive(self, incoming: Incoming) -> int:
        """Commit a message before it is acknowledged; returns its inbox id. A second delivery changes nothing."""
        incoming = typed(self.executor.toolbox, incoming)
        async with self.store.write() as db:
            known = await inbox.seen(db, incoming)
            if known is not None:
                return _same_message(known, incoming)
            person = await self._person(db, incoming.platform, incoming.account)
            incoming = await self.platforms.placed(db, person, incoming)
            lane, room = await self._place(db, person, incoming)
            now = self.clock.now()
            kept = await inbox.keep(db, incoming, person.gym_id, person.id, lane, now)
            await self._echo(db, person, lane, room, incoming)
            after_commit(db, lambda: self.lanes.wake(lane))
            return kept

    async def _place(self, db: AsyncSession, person: Sender, incoming: Incoming) -> tuple[int, str | None]:
        """The conversation that a message belongs to, and its room."""
        self._check_room(person, incoming.room, there=incoming.spot is not None)
        if incoming.session_id is None:
            room = incoming.room
            return await messages.current_or_new(db, person.gym_id, person.id, room, self.clock.now()), room
        session = await self._own_session(db, person.id, incoming.session_id)
        self._check_room(person, session.room)
        if incoming.room not in (None, session.room):
            raise NotFound(_("That conversation is not in this room."))
        return session.id, session.room

    async def _own_session(self, db: AsyncSession, person_id: int, session_id: int) -> AgentSession:
        session = await db.get(AgentSession, session_id)
        if session is None or session.person_id != person_id:
            raise NotFound(_("There is no such conversation of yours."))
        return session

    @staticmethod
    def _check_room(person: Person | Sender, room: str | None, there: bool = False) -> None:
        """Whether a person may speak in a room: the page knows the coaches' room; another is entered by being `there`."""
        if room is None or (there and not is_staff(room)):
            return
        if room != STAFF_ROOM and not (there and is_staff(room)):
            raise NotFound(_("There is no room called {room}.").format(room=room))
        if speaker_of(person).role < Role.COACH:
            raise Refused(_("The coaches' room is for the gym's staff."))

    async def _echo(self, db: AsyncSession, person: Sender, lane: int, room: str | None, incoming: Incoming) -> None:
        """What a person said is part of the place's transcript at once, for everyone who reads it."""
        words = incoming.text or (f"/{incoming.call.tool}" if incoming.call else "")
        message = await files.shown_with(db, person.id, room, incoming.attachments, words[:8000])
        to = To(person.gym_id, person.id if room is None else None, room, lane)
        await self.outbox.post(db, to, message, self.clock.now(), kind="said", author=(person.id, person.name))

    async def press(self, press: Press) -> Turn:
        """Settle a press and wait for all it leads to."""
        pressed, person_id, session_id = await self.settle(press)
        if pressed.inbox_id is not None:
            return await self.turn_of(pressed.inbox_id)
        if pressed.turn_id is None:
            return Turn(session_id=session_id, answered_by="code", iterations=0, notice=pressed.notice)
        turn_id = pressed.turn_id
        async with self.store.read() as db:
            turn = await db.get(TurnRow, turn_id)
        if turn is not None:
            await self.waiting.until(turn.session_id, lambda: self._ended(turn_id))
        return await self._turn(turn_id, person_id)

    async def settle(self, press: Press) -> tuple[presses.Pressed, int, int]:
        """Settle a press, without waiting for what it leads to; returns whose press in which conversation it is too."""
        async with self.store.write() as db:
            person = await self._person(db, press.platform, press.account)
            press = await self.platforms.pressed_in(db, press)
            known = await inbox.seen(db, press)
            if known is not None:
                pressed = presses.Pressed(known.turn_id, known.error, known.body.get("inbox"))
            else:
                lane = await messages.current_or_new(db, person.gym_id, person.id, None, self.clock.now())
                pressed = await self.presses.press(db, press, person, lane)
            person_id, session_id = person.id, known.session_id if known else lane
        COUNTS.press(pressed.turn_id is not None or pressed.inbox_id is not None)
        self.pump.wake()
        return pressed, person_id, session_id

    # -- out ------------------------------------------------------------------------------------------------

    async def turn_of(self, inbox_id: int) -> Turn:
        """Wait until a received message was answered, and return the turn as its sender sees it."""
        lane, person_id = (await self.store.look(_SENT, {"message": inbox_id}))[0]
        turn_id = await self.waiting.until(lane, lambda: self._answered_in(inbox_id))
        return await self._turn(turn_id, person_id)

    async def _answered_in(self, inbox_id: int) -> int | None:
        """The turn that answered a message, once it has ended."""
        state, turn_id, turn_state = (await self.store.look(_ANSWERED, {"message": inbox_id}))[0]
        if turn_state is None and state in (inbox.DONE, inbox.DEAD):
            raise NotFound(_("That message was answered in a conversation which has been deleted."))
        return turn_id if turn_state not in (None, "running") else None

    async def _ended(self, turn_id: int) -> int | None:
        found = await self.store.look(_STATE, {"turn": turn_id})
        return turn_id if not found or found[0][0] != "running" else None

    async def follow(self, inbox_id: int) -> AsyncGenerator[TextDelta | Acted | Turn, None]:
        """What is said and done about a received message as it happens, then the turn."""
        async with aclosing(self.heard(inbox_id)) as pieces:
            async for piece in pieces:
                yield piece
        yield await self.turn_of(inbox_id)

    async def heard(self, inbox_id: int, newest: bool = False) -> AsyncGenerator[TextDelta | Acted, None]:
        """What is said and done about a received message as it happens, until its turn has ended. Of several messages
        that one turn answers, only the `newest` hears it, if that is wanted."""
        lane, _ = (await self.store.look(_SENT, {"message": inbox_id}))[0]
        ended = asyncio.ensure_future(self.waiting.until(lane, lambda: self._answered_in(inbox_id)))
        try:
            mine = partial(inbox.answered_by, self.store, inbox_id, newest)
            async for piece in self.waiting.words(lane, ended, mine):
                yield piece
            ended.result()
        finally:
            ended.cancel()

    async def _turn(self, turn_id: int, reader: int) -> Turn:
        async with self.store.read() as db:
            return await answered.turn_of(db, turn_id, reader)

    # -- listening ------------------------------------------------------------------------------------------

    async def subscribe(self, person_id: int, after: int | None) -> AsyncGenerator[Entry | Typing | None, None]:
        """Everything that reaches a person from a position on, as it happens, until they leave the gym. None is a
        heartbeat."""
        async with self.store.read() as db:
            person = await db.get_one(Person, person_id)
            staff = speaker_of(person).role >= Role.COACH
            position = after if after is not None else await _newest(db)
        listener = Listener(person_id, person.gym_id, staff)
        self.hub.join(listener)
        try:
            while True:
                listener.wake.clear()
                async with self.store.read() as db:
                    person = await db.get_one(Person, person_id)
                    listener.staff = speaker_of(person).role >= Role.COACH
                    rows = await outbox.since(db, person.gym_id, person_id, listener.staff, position)
                for row in rows:
                    position = row.position or position
                    yield outbox.as_entry(row, person_id)
                if person.left_on is not None:
                    return
                signs, listener.typing = listener.typing, []
                for sign in signs:
                    yield sign
                if not await _set_within(listener.wake, HEARTBEAT_S):
                    yield None
        finally:
            self.hub.leave(listener)

    async def newest(self) -> int:
        """The position behind everything that has been delivered so far."""
        async with self.store.read() as db:
            return await _newest(db)

    async def history(
        self, person_id: int, room: str | None, session_id: int | None, limit: int, before: int | None
    ) -> list[Entry]:
        """The transcript of a place as a person may read it, oldest first."""
        async with self.store.read() as db:
            person = await db.get_one(Person, person_id)
            self._check_room(person, room)
            if room is None and session_id is None:
                session_id = await messages.current_id(db, person.id, room)
            elif session_id is not None:
                await self._own_session(db, person_id, session_id)
            rows = await outbox.transcript(db, person.gym_id, person_id, room, session_id, limit, before)
            return [outbox.as_entry(row, person_id) for row in rows]

    # -- one's own ------------------------------------------------------------------------------------------

    async def _person(self, db: AsyncSession, platform: str, account: str) -> Sender:
        person = await sender_of(db, platform, account)
        speak(person.language if person else None)
        if person is None or person.left_on is not None:
            raise Stranger(_("I only work for people this gym knows. Ask the front desk for an invitation link."))
        return person

    async def who(self, platform: str, account: str) -> tuple[Speaker, GymFacts]:
        """The person behind an account, and their gym."""
        async with self.store.read() as db:
            person = await self._person(db, platform, account)
            return speaker_of(person), await facts_of(db, person.gym_id)

    async def sessions(self, person_id: int, limit: int) -> list[AgentSession]:
        """A person's conversations, newest first."""
        async with self.store.read() as db:
            rows = await db.scalars(
                select(AgentSession)
                .where(AgentSession.person_id == person_id, AgentSession.room.is_(None))
                .order_by(AgentSession.last_message_at.desc(), AgentSession.id.desc())
                .limit(limit)
            )
            return list(rows)

    async def new_session(self, person_id: int) -> AgentSession:
        """Start a private conversation; it becomes the current one."""
        async with self.store.write() as db:
            person = await db.get_one(Person, person_id)
            return await messages.new_session(db, person.gym_id, person.id, None, self.clock.now())

    async def session(self, person_id: int, session_id: int) -> tuple[AgentSession, list[AgentEvent]]:
        """One of a person's conversations with its whole log."""
        async with self.store.read() as db:
            session = await self._own_session(db, person_id, session_id)
            events = await db.scalars(
                select(AgentEvent).where(AgentEvent.session_id == session_id).order_by(AgentEvent.sequence_number)
            )
            return session, list(events)

    async def delete_session(self, person_id: int, session_id: int) -> None:
        """Remove a conversation with what was said in it; what it changed in the gym stays."""
        async with self.store.write() as db:
            await self._own_session(db, person_id, session_id)
            busy = select(TurnRow.id).where(TurnRow.session_id == session_id, TurnRow.state == "running").limit(1)
            if await db.scalar(busy) is not None or await inbox.waiting(db, session_id):
                raise Conflict(_("An answer in this conversation is still under way. Delete it once that has come."))
            await forget_session(db, session_id, self.outbox, self.clock.now())

    async def save_file(self, person_id: int, kept: Kept) -> int:
        """Remember a file whose bytes are kept; returns its id."""
        async with self.store.write() as db:
            person = await db.get_one(Person, person_id)
            return await files.save(db, person.gym_id, person_id, kept, self.clock.now())

    async def file(self, person_id: int, file_id: int) -> FileRow:
        """One of a person's own files."""
        async with self.store.read() as db:
            return await files.own(db, person_id, file_id)

    async def file_to_read(self, person_id: int, file_id: int) -> FileRow:
        """A file with its content where that is kept here: the person's own, or one shown in their rooms."""
        async with self.store.read() as db:
            person = await db.get_one(Person, person_id)
            rooms = (STAFF_ROOM,) if speaker_of(person).role >= Role.COACH else ()
            return await files.readable(db, person_id, person.gym_id, rooms, file_id)

    async def invited(self, code: str) -> tuple[str, str]:
        """Whom an invitation is for, and by which gym, while it can still be used."""
        async with self.store.read() as db:
            _, person = await invites.open_to(db, code, self.clock.now())
            return person.name, (await profile(db, person.gym_id)).name

    async def join(self, platform: str, code: str) -> int:
        """Use up an invitation: its person gets an account on a platform that signs people in itself. Returns their id."""
        async with self.store.write() as db:
            person = await invites.use(db, platform, code, self.clock.now())
            return person.id

    async def usage(self, person_id: int) -> dict[str, Any]:
        """What a person has used today and, for the owner, the gym."""
        async with self.store.read() as db:
            person = await db.get_one(Person, person_id)
            gym = await facts_of(db, person.gym_id, assistants=self.executor.assistants)
            return await usage.seen_by(db, speaker_of(person), gym, self.clock.now())

    async def spending(self, person_id: int) -> list[dict[str, Any]]:
        """What the models of an owner's gym have cost today; nothing for anybody else."""
        async with self.store.read() as db:
            person = await db.get_one(Person, person_id)
            gym = await facts_of(db, person.gym_id, assistants=self.executor.assistants)
            return await usage.spending(db, speaker_of(person), gym, self.clock.now())

    # -- inside ---------------------------------------------------------------------------------------------

    def _finished(self, turn_id: int) -> None:
        self.pump.wake()
        self.waiting.ended(turn_id)

    def _typing(self, turn: AtWork, on: bool) -> None:
        if on:
            self.waiting.began(turn.turn_id, turn.lane)
        self.hub.typing(turn.gym_id, Typing(read_in(turn.room), turn.person_id, on))
        self.platforms.working(turn.spot, on)


def _same_message(known: InboxRow, incoming: Incoming) -> int:
    """The id of a message that came before; a key that was used for other words is a mistake of the sender's."""
    said = known.body.get("text", incoming.text)
    if said not in (incoming.text, ERASED) or known.body.get("room", incoming.room) != incoming.room:
        raise Conflict(_("This key was already used for another message. Nothing was received; use a new key."))
    return known.id


async def _newest(db: AsyncSession) -> int:
    found: int | None = await db.scalar(select(outbox.Counter.value).where(outbox.Counter.name == "outbox"))
    return found or 0


async def _set_within(event: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True


__all__ = ["COUNTS", "PICTURES", "SECONDS", "Acted", "Conflict", "Desk", "Kept", "Spread", "Stranger", "Typing"]
