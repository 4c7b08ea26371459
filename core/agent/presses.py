"""What a tap on a button does: answers a question, asks it again, undoes a change, or makes an offered call."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.sql import select

from core.agent import inbox, messages, questions
from core.agent.answers import Answer
from core.agent.deliveries import origin, shown
from core.agent.execute import speaker_of
from core.agent.inbox import DONE, NEW, TAKEN, InboxRow
from core.agent.messages import AgentEvent, AgentSession, Event, TurnRow
from core.agent.outbox import OutboxRow
from core.agent.places import place_of
from core.agent.questions import ButtonRow, QuestionRow
from core.agent.referring import referred
from core.agent.tools import Role
from core.agent.turns import Lanes
from core.chat import Call, Incoming, Place, Press
from core.i18n import _, marked
from core.llm.contract import ToolCall
from core.people import Person, Sender
from core.store.changes import Change
from core.store.database import after_commit

UNKNOWN = marked("I don't know this button any more. Say what you need and I will ask again.")
NO_LONGER = marked("This is no longer open; nothing was done.")
UNDONE = marked("That is undone already; nothing more was done.")
REDONE = marked("That is done again already; nothing more was done.")
UNDER_WAY = marked("That is being done already.")
NOT_HERE = marked("This button does not belong here; nothing was done. Use the one on the message that I sent.")
EXPIRED = marked("This button has expired; nothing was done. Say it again and I will ask anew.")
NOT_YOUR_ROOM = marked("The coaches' room is for the gym's staff; nothing was done.")


@dataclass(frozen=True)
class Pressed:
    """What a press led to: a turn, a message in the lane that will become one, or only a notice for whoever pressed."""

    turn_id: int | None = None
    notice: str | None = None
    inbox_id: int | None = None


class Presses:
    """Handles presses outside of the lanes: the compare-and-set on the question decides who was first."""

    def __init__(self, lanes: Lanes) -> None:
        self.lanes = lanes
        self.store = lanes.store
        self.executor = lanes.executor

    async def press(self, db: Any, press: Press, person: Sender, lane: int) -> Pressed:
        """Handle a press in one transaction with everything it allows."""
        row = inbox.row_of(press, person.gym_id, person.id, lane, self.executor.clock.now())
        row.state = DONE
        row.body = {**row.body, "token": questions.hash_of(press.token)}
        db.add(row)
        button = await questions.button_of(db, press.token)
        pressed = await self._pressed(db, button, person, press)
        row.turn_id, row.error = pressed.turn_id, pressed.notice
        if pressed.inbox_id is not None:
            row.body = {**row.body, "inbox": pressed.inbox_id}
        return pressed

    async def _pressed(self, db: Any, button: ButtonRow | None, person: Sender, press: Press) -> Pressed:
        now = self.executor.clock.now()
        if button is None or button.gym_id != person.gym_id:
            return Pressed(notice=_(UNKNOWN))
        if not await _where_it_was_shown(db, button, press):
            return Pressed(notice=_(NOT_HERE))
        if button.person_id != person.id and not _may_undo_for(button, person):
            owner = await db.get(Person, button.person_id)
            whose = owner.name if owner else _("somebody else")
            return Pressed(
                notice=_("This one is for {whose}. It stays open for them; nothing was done.").format(whose=whose)
            )
        if button.expires_at <= now:
            return Pressed(notice=_(EXPIRED))
        match button.does:
            case "answer":
                return await self._answer(db, button, press)
            case "again":
                return await self._again(db, button, press)
            case "undo":
                return await self._undo(db, button, person, press, int(button.what["change"]))
            case _:
                call = Call(tool=button.what["tool"], args=button.what["args"])
                if call.tool == "undo" and "change" in call.args:
                    return await self._undo(db, button, person, press, int(call.args["change"]))
                return await self._call(db, button, press, call)

    async def _answer(self, db: Any, button: ButtonRow, press: Press) -> Pressed:
        question: QuestionRow = await db.get_one(QuestionRow, button.question_id)
        if question.state != questions.OPEN:
            return Pressed(notice=_(NO_LONGER))
        session = await db.get_one(AgentSession, question.session_id)
        turn = await self.lanes.new_turn(db, session, self.executor.clock.now(), _pressed_at(press))
        turn.answered_by = (await db.get_one(TurnRow, question.turn_id)).answered_by
        option = question.options[button.what["option"]]
        rejected = question.kind == "confirm" and option["key"] == "no"
        answer = Answer(questions.REJECTED if rejected else questions.ANSWERED, option["key"])
        if not await self.lanes.settle(db, turn, question, answer):
            await db.delete(turn)
            return Pressed(notice=_(NO_LONGER))
        await self._continue(db, turn, question)
        return Pressed(turn.id)

    async def _continue(self, db: Any, turn: TurnRow, question: QuestionRow) -> None:
        """Run the call that was answered for in this very transaction; the lane does the rest."""
        loop = self.lanes.loop
        step = await loop.look(turn.id, db)
        calls = messages.unanswered(step.history)
        if calls and calls[0].id == question.call_id:
            await loop.run_call_in(db, step, calls[0], len(calls) == 1)
        asked_in = await db.get(TurnRow, question.turn_id)
        if asked_in is not None and asked_in.state == "waiting":
            asked_in.state = "done"
        after_commit(db, lambda: self.lanes.wake(turn.session_id))

    async def _again(self, db: Any, button: ButtonRow, press: Press) -> Pressed:
        event = await db.scalar(
            select(AgentEvent).where(AgentEvent.call_id == button.what["call"], AgentEvent.event_type == "action")
        )
        if event is None:
            return Pressed(notice=_(UNKNOWN))
        args = await self._referred(db, event.content)
        return await self._call(db, button, press, Call(tool=event.content["tool"], args=args))

    async def _referred(self, db: Any, action: dict[str, Any]) -> dict[str, Any]:
        """The arguments of a call that is asked again, with what an earlier call of its message made; what was never made
        is asked for."""
        refers = action.get("refers", {})
        found = select(AgentEvent).where(AgentEvent.call_id.in_(refers.values()), AgentEvent.event_type == "result")
        results = (
            [Event(e.turn_id, e.event_type, e.call_id, e.content) for e in await db.scalars(found)] if refers else []
        )
        call = ToolCall("", action["tool"], action["args"], refers)
        meant = referred(call, results, self.executor.toolbox)
        return dict(meant.args) if meant else {k: v for k, v in action["args"].items() if k not in refers}

    async def _undo(self, db: Any, button: ButtonRow, person: Sender, press: Press, change_id: int) -> Pressed:
        """A change is taken back once: a press on what is undone, or is about to be, only says so."""
        change = await db.scalar(select(Change).where(Change.id == change_id).with_for_update())
        if change is None:
            return Pressed(notice=_(UNKNOWN))
        again = change.depth % 2 == 1
        if change.undone_by is not None:
            return Pressed(notice=_(REDONE if again else UNDONE))
        call = Call(tool="undo", args={"change": change_id})
        under_way = select(InboxRow.body).where(InboxRow.gym_id == button.gym_id, InboxRow.state.in_((NEW, TAKEN)))
        if any((body.get("call") or {}) == call.model_dump(mode="json") for body in await db.scalars(under_way)):
            return Pressed(notice=_(UNDER_WAY))
        return await self._call(db, button, press, call, person.id)

    async def _call(self, db: Any, button: ButtonRow, press: Press, call: Call, presser: int | None = None) -> Pressed:
        """A button that makes a call is a message of its own, which waits its turn in the lane of whoever pressed."""
        session = await db.get_one(AgentSession, button.session_id)
        person = await db.get_one(Person, presser or button.person_id)
        if person.id != button.person_id:
            lane = await messages.current_or_new(db, button.gym_id, person.id, session.room, self.executor.clock.now())
            session = await db.get_one(AgentSession, lane)
        if place_of(session.room) is Place.STAFF and speaker_of(person).role < Role.COACH:
            return Pressed(notice=_(NOT_YOUR_ROOM))
        said = Incoming(
            platform=press.platform,
            bot=press.bot,
            event_id=f"{press.event_id}:call",
            account=press.account,
            room=session.room,
            call=call,
            spot=press.spot,
        )
        row = inbox.row_of(said, button.gym_id, person.id, session.id, self.executor.clock.now())
        db.add(row)
        await db.flush()
        after_commit(db, lambda: self.lanes.wake(session.id))
        return Pressed(inbox_id=row.id)


def _may_undo_for(button: ButtonRow, person: Sender) -> bool:
    """Whether somebody may press a button that is not theirs: the owner may undo anyone's change."""
    return button.does == "undo" and person.rank >= Role.OWNER


def _pressed_at(press: Press) -> dict[str, Any] | None:
    """Where on a platform a button was pressed; null on the page."""
    return origin(press.platform, press.bot, press.account, press.spot) if press.spot else None


async def _where_it_was_shown(db: Any, button: ButtonRow, press: Press) -> bool:
    """Whether a press on a platform is on the message that carries the button, as far as the message is known: never in
    a room that the button was not shown to, never on a message of ours that does not hold it."""
    spot = press.spot
    if spot is None:
        return True
    if spot.group and press.room != button.room:
        return False
    delivery = await shown(db, press.platform, press.bot, spot.chat, spot.message) if spot.message else None
    if delivery is None or delivery.outbox_id is None:
        return True
    row = await db.get(OutboxRow, delivery.outbox_id)
    return row is None or press.token in str(row.body) or await _used_to_hold(db, row, button)


async def _used_to_hold(db: Any, row: OutboxRow, button: ButtonRow) -> bool:
    """Whether a message held a button before it was settled: a press that was under way meanwhile hears what became of it."""
    if button.does == "undo":
        return row.change_id is not None and row.change_id == button.what["change"]
    question = await db.get(QuestionRow, button.question_id) if button.question_id else None
    return question is not None and question.outbox_id == row.id
