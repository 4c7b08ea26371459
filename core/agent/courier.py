"""The courier: takes a platform's deliveries to its carrier, in order in each chat, many chats at once, and writes down what
became of each; what was in its hands when the process died counts as unsure."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import bindparam
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql import delete, select, update

from core.agent import deliveries, outbox, places
from core.agent.deliveries import (
    DEAD,
    PARKED,
    PENDING,
    SENDING,
    SENT,
    UNCERTAIN,
    WITHDRAWN,
    DeliveryRow,
    Routes,
    ShownRow,
)
from core.agent.outbox import OutboxRow
from core.agent.pointers import point
from core.chat import Message, Spot
from core.clock import Clock
from core.i18n import _, marked, speaking
from core.parcels import Carrier, Elsewhere, Failed, Gone, Later, Moved, Outcome, Parcel, ParcelKind, Sent, Unsure
from core.people import language_of
from core.store.database import Store
from core.store.statements import Statement

log = structlog.get_logger()
RETRY_S = 1.0
GRACE_S = 5.0
MOST_ATTEMPTS = 8
REPEAT = marked("(repeat)")
_DELIVERIES: Any = DeliveryRow.__table__
_ANY = Statement(
    select(DeliveryRow.id)
    .where(
        DeliveryRow.platform == bindparam("platform"),
        DeliveryRow.bot == bindparam("bot"),
        DeliveryRow.state == PENDING,
        DeliveryRow.chat == bindparam("chat"),
    )
    .limit(1),
    unwritten=True,
)
_WORDS = Statement(select(OutboxRow.body).where(OutboxRow.id == bindparam("message")), unwritten=True)
_OF = _DELIVERIES.c.id == bindparam("delivery")
_TAKEN = Statement(
    update(_DELIVERIES).where(_OF).values(state=SENDING, attempts=_DELIVERIES.c.attempts + 1), unwritten=True
)
_ARRIVED = Statement(
    update(_DELIVERIES)
    .where(_OF, _DELIVERIES.c.of.is_(None))
    .values(state=SENT, error=None, message_ids=bindparam("numbers"))
    .returning(_DELIVERIES.c.chat),
    unwritten=True,
)


class Courier:
    """Carries for one bot. A chat that is slow, full or gone holds up no other."""

    def __init__(self, store: Store, clock: Clock, routes: Routes, carrier: Carrier) -> None:
        self.store = store
        self.clock = clock
        self.routes = routes
        self.carrier = carrier
        self.platform, self.bot = carrier.platform, carrier.bot
        self._key = {"platform": self.platform, "bot": self.bot}
        self._running: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()
        self._in_hand: set[str] = set()
        self._held_until: datetime | None = None
        self._started = self._closed = False

    async def start(self) -> None:
        """Take up what an earlier process left: what it had in hand is unsure, the rest is still to be sent."""
        self._started = True
        async with self.store.write() as db:
            for row in await db.scalars(select(DeliveryRow).where(*self._mine(SENDING))):
                await self._unsure(db, row, Unsure(tuple(row.message_ids)), died=True)
            chats = await db.scalars(select(DeliveryRow.chat).where(*self._mine(PENDING)).distinct())
            waiting = list(chats)
        for chat in waiting:
            self.wake(chat)

    async def stop(self) -> None:
        """Stop carrying. Parcels in the carrier's hands get a moment to end; what does not is unsure at the next start."""
        self._closed = True
        self.routes.close(self.platform, self.bot)
        resting = [task for chat, task in self._running.items() if chat not in self._in_hand]
        carrying = [task for chat, task in self._running.items() if chat in self._in_hand]
        for task in resting:
            task.cancel()
        if carrying:
            _done, late = await asyncio.wait(carrying, timeout=GRACE_S)
            for task in late:
                task.cancel()
        await asyncio.gather(*resting, *carrying, return_exceptions=True)
        self._running.clear()

    def wake(self, chat: str) -> None:
        """There is something to carry to a chat."""
        if self._closed or not self._started:
            return
        self._again.add(chat)
        if chat not in self._running:
            self._running[chat] = asyncio.create_task(self._drain(chat))

    @property
    def busy(self) -> bool:
        """Whether something is being carried."""
        return bool(self._running)

    async def idle(self) -> None:
        """Wait until there is nothing to carry."""
        while self._running:
            await asyncio.gather(*self._running.values(), return_exceptions=True)

    def _mine(self, state: str) -> tuple[Any, ...]:
        return DeliveryRow.platform == self.platform, DeliveryRow.bot == self.bot, DeliveryRow.state == state

    async def _drain(self, chat: str) -> None:
        try:
            while chat in self._again and not self._closed:
                self._again.discard(chat)
                await self._carry(chat)
        finally:
            self._running.pop(chat, None)
            if chat in self._again and not self._closed:
                self.wake(chat)

    async def _carry(self, chat: str) -> None:
        """Hand over one parcel after the other; what became of one is written down where the next is taken up."""
        done: tuple[int, Outcome] | None = None
        while True:
            parcel, wait = await self._tried(lambda done=done: self._step(chat, done))  # type: ignore[misc]
            done = None
            if parcel is not None:
                done = parcel.id, await self._handed(parcel)
            elif wait is None:
                return
            else:
                await self.clock.sleep(wait)

    async def _tried(
        self, step: Callable[[], Coroutine[Any, Any, tuple[Parcel | None, float | None]]]
    ) -> tuple[Parcel | None, float | None]:
        """A step that the database refuses is taken again: nothing that was sent is forgotten."""
        while True:
            try:
                return await step()
            except Exception:
                log.exception("delivery_failed", platform=self.platform)
                await self.clock.sleep(RETRY_S)

    async def _step(self, chat: str, done: tuple[int, Outcome] | None) -> tuple[Parcel | None, float | None]:
        """Write down an outcome and take up the next parcel: the parcel, or the seconds to wait, or nothing more."""
        async with self.store.write() as db:
            if done is not None:
                await self._settle(db, *done)
            if self._closed:
                return None, None
            while await _ANY.first(db, {**self._key, "chat": chat}):
                row = await self._next(db, chat)
                if self.routes.forwards(db, row):
                    continue
                wait = self._wait(row)
                if wait > 0:
                    return None, wait
                parcel = await self._parcel(db, row)
                if parcel is not None:
                    await _TAKEN.rows(db, {"delivery": row.id})
                    return parcel, None
        return None, None

    async def _next(self, db: AsyncSession, chat: str) -> DeliveryRow:
        found = await db.scalars(
            select(DeliveryRow).where(*self._mine(PENDING), DeliveryRow.chat == chat).order_by(DeliveryRow.id).limit(1)
        )
        return found.one()

    def _wait(self, row: DeliveryRow) -> float:
        until = max((t for t in (row.not_before, self._held_until) if t is not None), default=None)
        return (until - self.clock.now()).total_seconds() if until else 0.0

    async def _handed(self, parcel: Parcel) -> Outcome:
        self._in_hand.add(parcel.chat)
        try:
            with speaking(parcel.language):
                return await self.carrier.send(parcel)
        except Exception:
            log.exception("carrier_failed", platform=self.platform, delivery=parcel.id)
            return Unsure(parcel.sent)
        finally:
            if not self._closed:
                self._in_hand.discard(parcel.chat)

    # -- what is handed over --------------------------------------------------------------------------------

    async def _parcel(self, db: AsyncSession, row: DeliveryRow) -> Parcel | None:
        """The parcel of a delivery as it is now; None when it has become pointless or goes another way."""
        message = await shown_by(db, row)
        edits: tuple[str, ...] = ()
        if row.of is not None:
            shown = await db.get(DeliveryRow, row.of)
            edits = tuple(shown.message_ids) if shown is not None else ()
        if message is None or (row.of is not None and not edits):
            row.state = WITHDRAWN
            return None
        if row.only_for and not self.carrier.whispers:
            await self._elsewhere(db, row)
            return None
        language = await language_of(db, row.person_id)
        if row.repeat:
            with speaking(language):
                message = _marked(message)
        return Parcel(
            id=row.id,
            nonce=str(row.outbox_id or f"d{row.id}"),
            chat=row.chat,
            thread=row.thread,
            kind=_kind(row),
            message=message,
            language=language,
            only_for=row.only_for,
            answers=deliveries.spot_of(row.spot),
            edits=edits,
            sent=tuple(row.message_ids),
            again=row.attempts > 0,
            repeat=row.repeat,
        )

    # -- what became of it ----------------------------------------------------------------------------------

    async def _settle(self, db: AsyncSession, delivery_id: int, outcome: Outcome) -> None:
        if (
            isinstance(outcome, Sent)
            and outcome.message_ids
            and await self._arrived(db, delivery_id, outcome.message_ids)
        ):
            return
        row = await db.get(DeliveryRow, delivery_id)
        if row is None:
            return
        match outcome:
            case Sent(ids):
                await self._sent(db, row, ids)
            case Later(seconds, everywhere, sent):
                self._later(row, seconds, everywhere, sent)
            case Unsure():
                await self._unsure(db, row, outcome)
            case Gone(reason):
                await self._gone(db, row, reason)
            case Moved(chat):
                row.state = PENDING
                await db.flush()
                await self.routes.move(db, self.platform, self.bot, row.chat, chat)
                db.expire_all()
                self.routes.wake_after(db, await db.get_one(DeliveryRow, delivery_id))
            case Elsewhere():
                await self._elsewhere(db, row)
            case Failed(reason):
                log.error("delivery_refused", platform=self.platform, delivery=row.id, reason=reason)
                row.state, row.error = DEAD, reason[:300]

    async def _arrived(self, db: AsyncSession, delivery_id: int, ids: tuple[str, ...]) -> bool:
        """Note that a new message is out; False for what only changes one."""
        where = await _ARRIVED.first(db, {"delivery": delivery_id, "numbers": list(ids)})
        if where is not None:
            await deliveries.now_shown(db, delivery_id, (self.platform, self.bot, where[0]), ids)
        return where is not None

    async def _sent(self, db: AsyncSession, row: DeliveryRow, ids: tuple[str, ...]) -> None:
        row.state, row.error = SENT, None
        target = row if row.of is None else await db.get(DeliveryRow, row.of)
        if target is None or not ids:
            return
        if target.message_ids and row.of is not None:
            if target.message_ids == list(ids):
                return
            await db.execute(delete(ShownRow).where(ShownRow.delivery_id == target.id))
        target.message_ids = list(ids)
        await deliveries.now_shown(db, target.id, (target.platform, target.bot, target.chat), ids)

    def _later(self, row: DeliveryRow, seconds: float, everywhere: bool, sent: tuple[str, ...]) -> None:
        """Nothing went out: the try does not count, and what did go out of it is not sent again."""
        until = self.clock.now() + timedelta(seconds=max(seconds, 0.0))
        row.state, row.attempts, row.not_before = PENDING, row.attempts - 1, until
        row.message_ids = list(sent) or row.message_ids
        if everywhere:
            self._held_until = max(until, self._held_until or until)

    async def _unsure(self, db: AsyncSession, row: DeliveryRow, outcome: Unsure, died: bool = False) -> None:
        """Sent again where that does no harm; an answer once more, marked, and again where we `died` over that; a push
        never, and it shows as uncertain."""
        harmless = self.carrier.idempotent or row.kind == "edit"
        row.message_ids = list(outcome.sent) or row.message_ids
        if harmless and row.attempts < MOST_ATTEMPTS:
            wait = RETRY_S * (2 ** (row.attempts - 1) - 1)
            row.state, row.not_before = PENDING, self.clock.now() + timedelta(seconds=wait)
            return
        again = not row.repeat or (died and row.attempts < MOST_ATTEMPTS)
        if row.kind in ("answer", "pointer") and again and not harmless:
            row.state, row.repeat = PENDING, True
            return
        row.state = UNCERTAIN
        if row.outbox_id is not None and row.of is None:
            uncertain = update(OutboxRow).where(OutboxRow.id == row.outbox_id).values(state=outbox.UNCERTAIN)
            await db.execute(uncertain.execution_options(synchronize_session=False))

    async def _gone(self, db: AsyncSession, row: DeliveryRow, reason: str) -> None:
        """The chat takes nothing any more; pushes to its person go to another chat of theirs, if there is one."""
        await places.set_state(db, self.platform, self.bot, row.chat, places.GONE)
        row.state = PENDING
        await db.flush()
        waiting = select(DeliveryRow).where(*self._mine(PENDING), DeliveryRow.chat == row.chat)
        for lost in list(await db.scalars(waiting.order_by(DeliveryRow.id))):
            other = await self.routes.chat_of(db, lost.person_id) if lost.person_id and lost.kind == "push" else None
            if other is None:
                lost.state, lost.error = DEAD, reason[:300]
                continue
            lost.platform, lost.bot, lost.chat, lost.attempts = other.platform, other.bot, other.chat, 0
            self.routes.wake_after(db, lost)

    async def _elsewhere(self, db: AsyncSession, row: DeliveryRow) -> None:
        """What is for one person alone goes to their private chat; without one it waits there, and the room gets a
        pointer to it. It never goes to the room itself."""
        chats = await places.private_chats(db, row.person_id) if row.person_id else []
        chat = next((c for c in chats if (c.platform, c.bot) == (self.platform, self.bot)), None)
        if row.of is not None or row.person_id is None:
            row.state, row.error = WITHDRAWN, "cannot be shown to one person alone any more"
        elif chat is not None:
            row.state, row.chat, row.thread, row.only_for, row.spot = PENDING, chat.chat, "", "", {}
            self.routes.wake_after(db, row)
        else:
            row.state = PARKED
            if (pointer := await point(db, row)) is not None:
                await self.routes.add(db, [pointer])

    def working(self, kept: dict[str, Any], on: bool) -> None:
        """Whistle begins or ends work on what was said at a spot of this bot."""
        spot: Spot | None = deliveries.spot_of(kept)
        if spot is not None:
            self.carrier.working(spot, on)


async def shown_by(db: AsyncSession, row: DeliveryRow) -> Message | None:
    """The words of a delivery in their newest form; None when they are no longer there."""
    if row.outbox_id is None:
        return Message.model_validate(row.body)
    found = await _WORDS.first(db, {"message": row.outbox_id})
    return Message.model_validate({**found[0], "id": row.outbox_id}) if found is not None else None


def _kind(row: DeliveryRow) -> ParcelKind:
    kinds: dict[str, ParcelKind] = {"push": "push", "edit": "edit", "pointer": "pointer"}
    return kinds.get(row.kind, "answer")


def _marked(message: Message) -> Message:
    """A message that says that it may have come before."""
    return message.model_copy(update={"text": f"{_(REPEAT)}\n\n{message.text}".strip()})
