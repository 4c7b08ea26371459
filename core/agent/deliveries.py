"""Which chats of which platforms a message goes to: decided and written in the transaction that delivers the message."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ForeignKey, Index, Integer, String, UniqueConstraint, bindparam
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql import delete, insert, select, update

from core.agent import places
from core.agent.messages import TurnRow
from core.chat import Message, Spot
from core.people import Person
from core.store.database import after_commit
from core.store.rows import Row
from core.store.statements import Statement

PENDING, SENDING, SENT, UNCERTAIN, DEAD, WITHDRAWN, PARKED = (
    "pending",
    "sending",
    "sent",
    "uncertain",
    "dead",
    "withdrawn",
    "parked",
)
HALF_SAID = "half"
CHOSEN = "platform"
_SPOT = Statement(select(TurnRow.spot).where(TurnRow.id == bindparam("turn")))


class DeliveryRow(Row):
    """One message on its way to one chat. Its words are the outbox row's newest (or `body`, for somebody the gym does
    not know). `of` is the delivery that an edit changes. A `parked` one waits until its person opens a private chat."""

    __tablename__ = "deliveries"
    __table_args__ = (
        Index("ix_deliveries_next", "platform", "bot", "state", "chat", "id"),
        Index("ix_deliveries_person", "person_id", "state"),
        UniqueConstraint("platform", "bot", "event"),
    )

    gym_id: Mapped[int | None]
    outbox_id: Mapped[int | None] = mapped_column(index=True)
    person_id: Mapped[int | None]
    platform: Mapped[str] = mapped_column(String(20))
    bot: Mapped[str] = mapped_column(String(60))
    chat: Mapped[str] = mapped_column(String(80))
    thread: Mapped[str] = mapped_column(String(80), default="")
    kind: Mapped[str] = mapped_column(String(10))
    only_for: Mapped[str] = mapped_column(String(80), default="")
    spot: Mapped[dict[str, Any]] = mapped_column(default=dict)
    body: Mapped[dict[str, Any]] = mapped_column(default=dict)
    of: Mapped[int | None] = mapped_column(index=True)
    event: Mapped[str | None] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(10), default=PENDING)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    repeat: Mapped[bool] = mapped_column(default=False)
    not_before: Mapped[datetime | None]
    message_ids: Mapped[list[Any]] = mapped_column(default=list)
    error: Mapped[str | None] = mapped_column(String(300))


class ShownRow(Row):
    """A message of a platform and the delivery that it shows (a part of)."""

    __tablename__ = "shown"
    __table_args__ = (UniqueConstraint("platform", "bot", "chat", "message"),)

    platform: Mapped[str] = mapped_column(String(20))
    bot: Mapped[str] = mapped_column(String(60))
    chat: Mapped[str] = mapped_column(String(80))
    message: Mapped[str] = mapped_column(String(80))
    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id", ondelete="CASCADE"), index=True)


class Posted(NamedTuple):
    """A message that has just been delivered to its readers' transcript."""

    id: int
    gym_id: int
    person_id: int | None
    room: str | None
    turn_id: int | None
    kind: str
    target: int | None


Wake = Callable[[str], None]
_FRESH: dict[str, Any] = {
    **{c.name: None for c in DeliveryRow.__table__.columns if c.name != "id"},
    **{"thread": "", "only_for": "", "spot": {}, "body": {}, "state": PENDING, "attempts": 0, "repeat": False},
    "message_ids": [],
}
_WRITE = Statement(insert(DeliveryRow.__table__))  # type: ignore[arg-type]


class Routes:
    """The platforms that run in this process, and the way of each message to them."""

    def __init__(self) -> None:
        self._wakes: dict[tuple[str, str], Wake] = {}
        self._moved: dict[tuple[str, str, str], str] = {}

    def open(self, platform: str, bot: str, wake: Wake) -> None:
        """From now on messages go to this platform too; `wake(chat)` is told of each that does."""
        self._wakes[platform, bot] = wake

    def close(self, platform: str, bot: str) -> None:
        """This platform is no longer served."""
        self._wakes.pop((platform, bot), None)

    def bot_of(self, platform: str) -> str | None:
        """The bot that serves a platform."""
        return next((bot for name, bot in self._wakes if name == platform), None)

    async def route(self, db: AsyncSession, posted: Posted) -> None:
        """Write the deliveries of a message, in the transaction that gives it its position."""
        if not self._wakes or posted.kind == "said":
            return
        if posted.kind == "update":
            rows = await _edits(db, posted)
        else:
            turn = await _SPOT.first(db, {"turn": posted.turn_id}) if posted.turn_id else None
            rows = self._answer(posted, turn[0]) if turn is not None else await self._push(db, posted)
        await self.add(db, rows)

    async def add(self, db: AsyncSession, rows: list[DeliveryRow]) -> None:
        """Write deliveries; their couriers are woken by the commit."""
        for row in rows:
            await _WRITE.rows(db, {**_FRESH, **{name: v for name in _FRESH if (v := getattr(row, name)) is not None}})
            self.wake_after(db, row)

    def wake_after(self, db: AsyncSession, row: DeliveryRow) -> None:
        """Wake the courier of a delivery once the transaction has committed."""
        wake = self._wakes.get((row.platform, row.bot))
        if wake is not None:
            chat = row.chat
            after_commit(db, lambda: wake(chat))

    def _answer(self, posted: Posted, spot: dict[str, Any] | None) -> list[DeliveryRow]:
        """An answer goes back to where it was asked; what is for the asker alone is addressed to them there."""
        if not spot or (spot["platform"], spot["bot"]) not in self._wakes:
            return []
        chat = self._moved.get((spot["platform"], spot["bot"], spot["chat"]), spot["chat"])
        row = _row(posted, spot["platform"], spot["bot"], chat, spot["thread"], "answer")
        row.spot = dict(spot)
        if posted.room is None and spot["group"]:
            row.only_for, row.person_id = spot["account"], posted.person_id
        return [row]

    async def _push(self, db: AsyncSession, posted: Posted) -> list[DeliveryRow]:
        """A push to a person goes to one of their chats, a push to a room to every chat that is bound to it."""
        if posted.room is not None:
            found = [p for p in await places.chats_of_room(db, posted.gym_id, posted.room) if self._serves(p)]
            return [_row(posted, p.platform, p.bot, p.chat, p.thread, "push") for p in found]
        chat = await self.chat_of(db, posted.person_id) if posted.person_id else None
        return [_row(posted, chat.platform, chat.bot, chat.chat, "", "push")] if chat else []

    async def chat_of(self, db: AsyncSession, person_id: int) -> places.PlaceRow | None:
        """The private chat for a push: on the platform that the person chose, else where they wrote last."""
        chats = [p for p in await places.private_chats(db, person_id) if self._serves(p)]
        person = await db.get(Person, person_id)
        chosen = (person.settings or {}).get(CHOSEN) if person else None
        if chosen == "web":
            return None
        return next((p for p in chats if p.platform == chosen), chats[0] if chats else None)

    def _serves(self, place: places.PlaceRow) -> bool:
        return (place.platform, place.bot) in self._wakes

    async def move(self, db: AsyncSession, platform: str, bot: str, chat: str, to: str) -> None:
        """A chat has another id: what is on its way there, what is shown there, and what turns under way will say there
        goes with it."""
        await places.move(db, platform, bot, chat, to)
        for model in (DeliveryRow, ShownRow):
            await db.execute(
                update(model)
                .where(model.platform == platform, model.bot == bot, model.chat == chat)
                .values(chat=to)
                .execution_options(synchronize_session=False)
            )
        self._moved[platform, bot, chat] = to

    async def said(self, db: AsyncSession, platform: str, bot: str, event: str) -> bool:
        """Whether the house has spoken to an event already."""
        known = select(DeliveryRow.id).where(
            DeliveryRow.platform == platform, DeliveryRow.bot == bot, DeliveryRow.event == event
        )
        return await db.scalar(known) is not None

    def forwards(self, db: AsyncSession, row: DeliveryRow) -> bool:
        """Send on what was addressed to a chat while it was moving."""
        to = self._moved.get((row.platform, row.bot, row.chat))
        if to is None or to == row.chat:
            return False
        row.chat = to
        self.wake_after(db, row)
        return True

    async def say(
        self,
        db: AsyncSession,
        platform: str,
        bot: str,
        spot: Spot,
        account: str,
        event: str,
        message: Message,
        alone: bool = False,
    ) -> None:
        """Words of the house to a spot where nobody's conversation is: to a stranger, or a refusal. Once per event; in a
        group to everyone, or to the account `alone`."""
        if await self.said(db, platform, bot, event):
            return
        row = DeliveryRow(platform=platform, bot=bot, chat=spot.chat, thread=spot.thread, kind="answer", event=event)
        row.body = message.model_dump(mode="json")
        row.spot = origin(platform, bot, account, spot)
        row.only_for = account if alone and spot.group else ""
        await self.add(db, [row])

    async def unpark(self, db: AsyncSession, person_id: int, platform: str, bot: str, chat: str) -> None:
        """A person opened their private chat: what waited for that is sent there."""
        waiting = await db.scalars(
            select(DeliveryRow)
            .where(DeliveryRow.person_id == person_id, DeliveryRow.state == PARKED, DeliveryRow.platform == platform)
            .order_by(DeliveryRow.id)
        )
        for row in waiting:
            row.state, row.bot, row.chat, row.thread, row.only_for, row.spot = PENDING, bot, chat, "", "", {}
            self.wake_after(db, row)


def half_said(platform: str, bot: str, spot: Spot, message: str) -> DeliveryRow:
    """The row of a message that shows the words of an answer as they come. No courier carries it."""
    row = DeliveryRow(platform=platform, bot=bot, chat=spot.chat, thread=spot.thread, kind=HALF_SAID, state=HALF_SAID)
    row.event, row.spot, row.message_ids = (
        f"half:{spot.chat}:{spot.message}"[:120],
        spot.model_dump(mode="json"),
        [message],
    )
    return row


def is_half_said(platform: str, bot: str, chat: str = "", asked: str = "") -> list[Any]:
    """What finds such rows: all of a bot's, or the one that answers a message."""
    mine = [DeliveryRow.platform == platform, DeliveryRow.bot == bot, DeliveryRow.kind == HALF_SAID]
    return [*mine, DeliveryRow.event == f"half:{chat}:{asked}"[:120]] if chat else mine


def origin(platform: str, bot: str, account: str, spot: Spot) -> dict[str, Any]:
    """A spot with whose account it was on which platform, as it is kept with a turn."""
    return {**spot.model_dump(mode="json"), "platform": platform, "bot": bot, "account": account}


def spot_of(kept: dict[str, Any]) -> Spot | None:
    """The spot in what `origin` made."""
    return Spot.model_validate({k: v for k, v in kept.items() if k in Spot.model_fields}) if kept else None


def _row(posted: Posted, platform: str, bot: str, chat: str, thread: str, kind: str) -> DeliveryRow:
    return DeliveryRow(
        gym_id=posted.gym_id,
        outbox_id=posted.id,
        person_id=posted.person_id,
        platform=platform,
        bot=bot,
        chat=chat,
        thread=thread,
        kind=kind,
    )


async def _edits(db: AsyncSession, posted: Posted) -> list[DeliveryRow]:
    """A message changed: wherever it is out, or going out, it is edited. One that has not left yet leaves as it is now,
    and an edit that has not left yet will show the newest form too."""
    out = await db.scalars(
        select(DeliveryRow).where(
            DeliveryRow.outbox_id == posted.target, DeliveryRow.of.is_(None), DeliveryRow.state.in_((SENDING, SENT))
        )
    )
    rows = []
    for row in list(out):
        coming = select(DeliveryRow.id).where(DeliveryRow.of == row.id, DeliveryRow.state == PENDING)
        if await db.scalar(coming) is not None:
            continue
        edit = _row(posted, row.platform, row.bot, row.chat, row.thread, "edit")
        edit.outbox_id, edit.of, edit.only_for, edit.spot = posted.target, row.id, row.only_for, row.spot
        rows.append(edit)
    return rows


_HERE: dict[str, Any] = {name: bindparam(f"of_{name}") for name in ("platform", "bot", "chat", "message")}
_UNSHOW = Statement(delete(ShownRow.__table__).where(*(getattr(ShownRow, n) == p for n, p in _HERE.items())))  # type: ignore[arg-type]
_SHOW = Statement(insert(ShownRow.__table__).values({**_HERE, "delivery_id": bindparam("of_delivery")}))  # type: ignore[arg-type]


async def now_shown(db: AsyncSession, delivery: int, chat: tuple[str, str, str], messages: Sequence[str]) -> None:
    """These messages of a chat (of a platform's bot) show a delivery from now on, whatever they showed before."""
    here = dict(zip(("of_platform", "of_bot", "of_chat"), chat, strict=True))
    found = [{**here, "of_message": number} for number in dict.fromkeys(messages)]
    await _UNSHOW.each(db, found)
    await _SHOW.each(db, [{**one, "of_delivery": delivery} for one in found])


async def shown(db: AsyncSession, platform: str, bot: str, chat: str, message: str) -> DeliveryRow | None:
    """The delivery that one of the platform's messages shows."""
    found: DeliveryRow | None = await db.scalar(
        select(DeliveryRow)
        .join(ShownRow, ShownRow.delivery_id == DeliveryRow.id)
        .where(ShownRow.platform == platform, ShownRow.bot == bot, ShownRow.chat == chat, ShownRow.message == message)
    )
    return found
