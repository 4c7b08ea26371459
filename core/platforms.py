"""The desk's door for platforms: raw updates in, messages and presses with the chat they came from, carriers out."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql import delete, select

from core.agent import bookmarks, deliveries, files, places
from core.agent.arrivals import ArrivalRow, Arrivals, Handle, Piece
from core.agent.commands import Command, commands
from core.agent.courier import Courier, shown_by
from core.agent.deliveries import DeliveryRow
from core.agent.execute import facts_of, speaker_of
from core.agent.explain import certain, explain
from core.agent.messages import current_or_new
from core.agent.outbox import OutboxRow, To
from core.agent.questions import LIFETIME, Bound, make_button
from core.agent.suggest import candidates
from core.agent.tools import Context
from core.chat import Call, Incoming, Message, Place, Press, Spot, Suggestion
from core.door import COMMAND, Answer, Door
from core.errors import Stranger, Told
from core.i18n import _, marked, speak, speaking
from core.llm.contract import Model
from core.parcels import Carrier, Raw, of_nothing
from core.people import Person, Sender, person_of
from core.store.changes import Cause

if TYPE_CHECKING:
    from core.desk import Desk

log = structlog.get_logger()
OTHER_GYM = marked("This chat belongs to another gym.")
PUT_ASIDE = marked(
    "A message from {platform} could not be read, so it was put aside after five attempts (number {id}). Nothing was "
    "changed by it; if somebody waits for an answer, they should write again."
)


@dataclass(frozen=True)
class Pressed:
    """What a press led to. `notice` is for the toast, and null when the press was taken without more words."""

    notice: str | None
    inbox_id: int | None = None
    turn_id: int | None = None


@dataclass(frozen=True)
class PlaceFacts:
    """What a chat is to Whistle. `room` is null in a private chat; `listens` allows unaddressed words to be handed on."""

    room: str | None
    listens: bool


class Platforms:
    """What `desk.platforms` offers to adapters, and what the desk asks about chats."""

    def __init__(self, desk: "Desk") -> None:
        self.desk = desk
        self.routes = desk.outbox.routes
        desk.executor.doors = self.doors
        self.door = Door(desk.store, desk.clock)
        self.rules: Model | None = None
        self._arrivals: dict[tuple[str, str], Arrivals] = {}
        self._couriers: dict[tuple[str, str], Courier] = {}

    # -- a bot begins and ends -------------------------------------------------------------------------------

    def announce(self, carrier: Carrier) -> None:
        """A bot belongs to this house: from now on messages are addressed to it too. Before the desk starts, so that a
        turn which is taken up again finds its way out, however long the platform itself takes to answer."""
        desk, key = self.desk, (carrier.platform, carrier.bot)
        courier = Courier(desk.store, desk.clock, self.routes, carrier)
        self._couriers[key] = courier
        self.routes.open(*key, courier.wake)

    def doors(self, code: str, group: bool = False, but: Collection[str] = ()) -> list[str]:
        """The addresses that open a chat with a bot of ours, or add it to a `group`, and bring a code along; `but` leaves
        out some platforms."""
        carriers = [c.carrier for c in self._couriers.values() if c.platform not in but]
        return [door for carrier in carriers if (door := carrier.door(code, group))]

    async def open(self, carrier: Carrier, handle: Handle, piece_of: Piece = of_nothing) -> None:
        """Begin with a bot: take up what it left unsent and unhandled. Before the platform's own ingest begins. Updates
        that `piece_of` says the same of are handled as one message."""
        desk, key = self.desk, (carrier.platform, carrier.bot)
        if key not in self._couriers:
            self.announce(carrier)
        self._arrivals[key] = Arrivals(desk.store, desk.clock, *key, handle, self._alert, piece_of)
        await self._couriers[key].start()
        await self._arrivals[key].start()

    async def close(self, carrier: Carrier) -> None:
        """End with a bot: what is under way is left where it stands and goes on at the next start."""
        key = (carrier.platform, carrier.bot)
        if key in self._arrivals:
            await self._arrivals.pop(key).stop()
        if key in self._couriers:
            await self._couriers.pop(key).stop()

    async def idle(self) -> None:
        """Wait until everything that arrived is handled, answered and carried."""
        while True:
            for arrivals in self._arrivals.values():
                await arrivals.idle()
            await self.desk.lanes.idle()
            for courier in self._couriers.values():
                await courier.idle()
            busy = [a.busy for a in self._arrivals.values()] + [c.busy for c in self._couriers.values()]
            if not any(busy):
                return

    # -- in -------------------------------------------------------------------------------------------------

    async def arrive(self, platform: str, bot: str, batch: Sequence[Raw], read: Mapping[str, int] | None = None) -> int:
        """Commit updates before they are acknowledged; returns how many were new. `read` moves the bookmarks of channels."""
        return await self._arrivals[platform, bot].accept(batch, read)

    async def receive(self, incoming: Incoming) -> int | None:
        """Take a message from a spot. Returns the inbox id (to `desk.follow`), or None when no turn comes of it: a
        stranger was greeted, a refusal was said. Nothing is left for the adapter to answer. Idempotent by event id."""
        if incoming.spot is None:
            raise ValueError("a platform's message needs the spot that it came from")
        if incoming.spot.group and await self._voided(incoming, incoming.spot):
            return None
        if not incoming.addressed:
            return await self._overhear(incoming, incoming.spot)
        try:
            if COMMAND.match(incoming.text.strip()) and await self._at_the_door(incoming, incoming.spot):
                return None
            return await self.desk.receive(incoming)
        except Stranger:
            await self._at_the_door(incoming, incoming.spot)
            return None
        except Told as error:
            await self._say(incoming, incoming.spot, Message(text=error.words))
            return None

    async def press(self, press: Press) -> Pressed:
        """Settle a press and return as soon as that is committed; what it leads to comes through the carrier."""
        try:
            pressed, *_rest = await self.desk.settle(press)
        except Told as error:
            return Pressed(error.words)
        return Pressed(pressed.notice, pressed.inbox_id, pressed.turn_id)

    async def _voided(self, incoming: Incoming, spot: Spot) -> bool:
        """Whether a code of ours stood in what a group can read: nobody can use it from now on, and the group is told."""
        async with self.desk.store.read() as db:
            if await self.routes.said(db, incoming.platform, incoming.bot, f"{incoming.event_id}:void"):
                return True
            codes = await self.door.in_public(db, incoming)
        if not codes:
            return False
        async with self.desk.store.write() as db:
            said = Message(text=(await self.door.void(db, codes)).words)
            event = f"{incoming.event_id}:void"
            await self.routes.say(db, incoming.platform, incoming.bot, spot, incoming.account, event, said)
        return True

    async def _at_the_door(self, incoming: Incoming, spot: Spot) -> bool:
        """Whether a message was for the door: a stranger's, or a code. What it did commits with what is said."""
        try:
            answer = await self._answer(incoming, spot)
        except BaseException:
            self.door.give_back(incoming)
            raise
        if answer is None:
            return False
        if answer.call:
            event, call = f"{incoming.event_id}:then", Call(tool=answer.call)
            await self.desk.receive(incoming.model_copy(update={"event_id": event, "text": "", "call": call}))
        return True

    async def _answer(self, incoming: Incoming, spot: Spot) -> Answer | None:
        """What the door says; None where the message is not for it, nothing where that was said before."""
        async with self.desk.store.write() as db:
            if await self.routes.said(db, incoming.platform, incoming.bot, incoming.event_id):
                return Answer()
            answer = await self.door.answer(db, incoming)
            if answer is None:
                return None
            person = await person_of(db, incoming.platform, incoming.account)
            if person is not None and not spot.group:
                now = self.desk.clock.now()
                await places.met(db, person.gym_id, person.id, incoming.platform, incoming.bot, spot, now)
                await self.routes.unpark(db, person.id, incoming.platform, incoming.bot, spot.chat)
            if answer.words:
                said = Message(text=answer.words)
                alone = incoming.call is not None
                await self.routes.say(
                    db, incoming.platform, incoming.bot, spot, incoming.account, incoming.event_id, said, alone
                )
        return answer

    async def _overhear(self, incoming: Incoming, spot: Spot) -> int | None:
        """Unaddressed words in a room that listens: only what is certainly meant is offered, and only a press does it."""
        desk = self.desk
        if self.rules is None:
            return None
        speak(None)
        async with desk.store.read() as db:
            person = await person_of(db, incoming.platform, incoming.account)
            row, room = await places.bound(db, incoming.platform, incoming.bot, spot.chat, spot.thread)
            if person is None or person.left_on is not None or row is None or row.mode != places.LISTEN:
                return None
            now = desk.clock.now()
            found = await explain(db, desk.executor, self.rules, desk.names, person, incoming.text, room, now)
        offer = certain(desk.executor.toolbox, found)
        if offer is None or await self._answered(incoming):
            return None
        async with desk.store.write() as db:
            lane = await current_or_new(db, person.gym_id, person.id, room, now)
            bound = Bound(person.gym_id, person.id, lane, room)
            what = {"tool": offer.tool, "args": offer.args}
            button = await make_button(db, bound, offer.label, "call", what, now + LIFETIME)
            said = Message(text=_("{name}, shall I?").format(name=person.name), buttons=((button,),))
            await self.routes.say(db, incoming.platform, incoming.bot, spot, incoming.account, incoming.event_id, said)
        return None

    async def _answered(self, incoming: Incoming) -> bool:
        async with self.desk.store.read() as db:
            return await self.routes.said(db, incoming.platform, incoming.bot, incoming.event_id)

    async def refuse(self, incoming: Incoming, words: str, alone: bool = False) -> None:
        """Say what of a message was not taken; once, and also when the rest of it is. `alone` is for a message that nobody
        else saw, on a platform that whispers."""
        beside = incoming.model_copy(update={"event_id": f"{incoming.event_id}:not"})
        assert incoming.spot is not None
        await self._say(beside, incoming.spot, Message(text=words), alone)

    async def _say(self, incoming: Incoming, spot: Spot, message: Message, alone: bool = False) -> None:
        """Words of the house to whoever wrote, where no conversation of theirs is."""
        async with self.desk.store.write() as db:
            await self.routes.say(
                db, incoming.platform, incoming.bot, spot, incoming.account, incoming.event_id, message, alone
            )

    async def _alert(self, db: AsyncSession, row: ArrivalRow) -> None:
        """The owners hear once of an update that was put aside."""
        owners = await db.scalars(select(Person).where(Person.role == "owner", Person.left_on.is_(None)))
        for owner in list(owners):
            to = To(owner.gym_id, owner.id, None)
            with speaking(owner.language):
                words = _(PUT_ASIDE).format(platform=row.platform.capitalize(), id=row.id)
            await self.desk.outbox.post(db, to, Message(text=words), self.desk.clock.now(), kind="notice")

    # -- chats ----------------------------------------------------------------------------------------------

    async def place(self, platform: str, bot: str, chat: str, thread: str = "") -> PlaceFacts | None:
        """What a chat is bound to; None for one that Whistle has never seen."""
        async with self.desk.store.read() as db:
            row, room = await places.bound(db, platform, bot, chat, thread)
            if row is None:
                return None
            return PlaceFacts(None if row.room is None else room, row.mode == places.LISTEN)

    async def shown(self, platform: str, bot: str, chat: str, message: str) -> int | None:
        """The id of the message that one of the platform's messages shows: for `Incoming.reply_to`."""
        async with self.desk.store.read() as db:
            row = await deliveries.shown(db, platform, bot, chat, message)
            return row.outbox_id if row is not None else None

    async def thread(self, platform: str, bot: str, chat: str, message: str) -> str:
        """The topic or thread that one of the platform's messages was sent to; empty for the chat itself."""
        async with self.desk.store.read() as db:
            row = await deliveries.shown(db, platform, bot, chat, message)
            return row.thread if row is not None else ""

    async def change(self, platform: str, bot: str, chat: str, message: str) -> int | None:
        """The change that one of the platform's messages tells of; None for one that changed nothing, or is not ours."""
        async with self.desk.store.read() as db:
            row = await deliveries.shown(db, platform, bot, chat, message)
            told = await db.get(OutboxRow, row.outbox_id) if row is not None and row.outbox_id else None
            return told.change_id if told is not None else None

    async def message(self, platform: str, bot: str, chat: str, message: str) -> Message | None:
        """What one of the platform's messages shows, in its newest form."""
        async with self.desk.store.read() as db:
            row = await deliveries.shown(db, platform, bot, chat, message)
            return await shown_by(db, row) if row is not None else None

    async def content(self, address: str) -> bytes | None:
        """The bytes of a file that Whistle made, by the address that stands in a message; for whoever that message goes
        to. What people sent is not here."""
        number = address.rpartition("/")[2]
        async with self.desk.store.read() as db:
            return await files.made(db, int(number)) if number.isdecimal() else None

    async def moved(self, platform: str, bot: str, chat: str, to: str) -> None:
        """A chat has another id from now on."""
        async with self.desk.store.write() as db:
            await self.routes.move(db, platform, bot, chat, to)
        if (platform, bot) in self._couriers:
            self._couriers[platform, bot].wake(to)

    async def gone(self, platform: str, bot: str, chat: str, back: bool = False) -> None:
        """Nothing can be sent to a chat any more, or (`back`) it can again."""
        async with self.desk.store.write() as db:
            await places.set_state(db, platform, bot, chat, places.OPEN if back else places.GONE)

    # -- answers on their way --------------------------------------------------------------------------------

    async def growing(self, platform: str, bot: str, spot: Spot, message: str) -> None:
        """A message shows the words that answer a spot as they come."""
        async with self.desk.store.write() as db:
            db.add(deliveries.half_said(platform, bot, spot, message))

    async def grown(self, platform: str, bot: str, chat: str, asked: str) -> None:
        """What showed them is the whole answer now, or is gone."""
        async with self.desk.store.write() as db:
            await db.execute(delete(DeliveryRow).where(*deliveries.is_half_said(platform, bot, chat, asked)))

    async def half_said(self, platform: str, bot: str) -> list[tuple[Spot, str]]:
        """What an earlier process left half said: where it was asked, and the message that answers."""
        async with self.desk.store.read() as db:
            rows = await db.scalars(select(DeliveryRow).where(*deliveries.is_half_said(platform, bot)))
            return [(Spot.model_validate(row.spot), row.message_ids[0]) for row in rows]

    async def back(self, platform: str, bot: str, chats: Sequence[str]) -> None:
        """Some groups can be written to: those of them that were given up are not any more."""
        async with self.desk.store.read() as db:
            lost = await places.lost(db, platform, bot, chats)
        for chat in lost:
            await self.gone(platform, bot, chat, back=True)

    async def bookmarks(self, platform: str, bot: str) -> dict[str, int]:
        """How far each channel was read that was ever heard of: where a platform that can be asked for its past goes on."""
        async with self.desk.store.read() as db:
            return await bookmarks.bookmarks(db, platform, bot)

    # -- commands -------------------------------------------------------------------------------------------

    def commands(self) -> list[Command]:
        """Everything that can be called by name."""
        return commands(self.desk.executor.toolbox)

    async def suggest(self, platform: str, account: str, tool: str, param: str, words: str) -> list[Suggestion]:
        """What a person may mean by the words that they have typed so far for a parameter, the best first."""
        desk, known = self.desk, self.desk.executor.toolbox.get(tool)
        spec = known.param(param) if known else None
        if known is None or spec is None:
            return []
        async with desk.store.read() as db:
            person = await person_of(db, platform, account)
            if person is None or person.left_on is not None:
                return []
            found = await candidates(await self._looking(db, person), known, spec, words)
        return [Suggestion(label=c.label or str(c.key), words=str(c.key)) for c in found]

    async def _looking(self, db: AsyncSession, person: Person) -> Context:
        """A context in which nothing is done, only looked up."""
        desk, now = self.desk, self.desk.clock.now()
        gym, speaker = await facts_of(db, person.gym_id), speaker_of(person)
        cause = Cause(gym.id, person.id, None, None, "suggest", None, "suggest", {}, "staff", now)
        return Context(db, speaker, gym, Place.PRIVATE, None, 0, 0, "suggest", desk.clock, now, cause)

    # -- for the desk ---------------------------------------------------------------------------------------

    async def placed(self, db: AsyncSession, person: Person | Sender, incoming: Incoming) -> Incoming:
        """A message with the room that its chat is bound to; the chat is remembered."""
        spot = incoming.spot
        if spot is None:
            return incoming
        platform, bot = incoming.platform, incoming.bot
        if spot.group:
            row, _room = await places.bound(db, platform, bot, spot.chat, spot.thread)
            if row is not None and row.gym_id != person.gym_id:
                raise Told(_(OTHER_GYM))
        room, opened = await places.met(db, person.gym_id, person.id, platform, bot, spot, self.desk.clock.now())
        if opened:
            await self.routes.unpark(db, person.id, platform, bot, spot.chat)
        return incoming.model_copy(update={"room": room})

    async def pressed_in(self, db: AsyncSession, press: Press) -> Press:
        """A press with the room of its chat."""
        spot = press.spot
        if spot is None or not spot.group:
            return press
        _row, room = await places.bound(db, press.platform, press.bot, spot.chat, spot.thread)
        return press.model_copy(update={"room": room})

    def working(self, spot: dict[str, Any] | None, on: bool) -> None:
        """Whistle begins or ends its work on what was said at a spot: its platform shows that somebody types."""
        courier = self._couriers.get((spot["platform"], spot["bot"])) if spot else None
        if spot is None or courier is None:
            return
        try:
            courier.working(spot, on)
        except Exception:
            log.exception("typing_failed", platform=spot["platform"])
