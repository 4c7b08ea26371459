"""What people see and hear of an undo: notices that wait are withdrawn, corrections go out, and receipts say what stands."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from sqlalchemy.sql import select

from core.agent.outbox import Outbox, OutboxRow, To
from core.agent.receipts import undone_message
from core.agent.tools import Context
from core.agent.undo import root_of
from core.chat import Message
from core.i18n import speaking
from core.people import language_of
from core.store.changes import Change


async def settle_undone(ctx: Context, outbox: Outbox, undone: Sequence[int]) -> None:
    """What was taken back is taken back for people too: notices that wait are withdrawn, those who were told hear the
    correction, and the receipt's message says that it is undone. Doing it again tells people again."""
    for change_id in undone:
        change = await ctx.db.get_one(Change, change_id, populate_existing=True)
        root = await root_of(ctx.db, change)
        await _take_back_words(ctx, outbox, change.id)
        if change.depth % 2:
            await _tell_again(ctx, outbox, root.id)
            await _revise(ctx, outbox, change.id, _without_buttons)
            continue
        if root.id != change.id:
            await _take_back_words(ctx, outbox, root.id)
            await _revise(ctx, outbox, root.id, undone_message)
        await _revise(ctx, outbox, change.id, undone_message)


async def _take_back_words(ctx: Context, outbox: Outbox, change_id: int) -> None:
    await outbox.withdraw(ctx.db, change_id)
    corrections = {(r.person_id, r.correction): r for r in await outbox.told(ctx.db, change_id) if r.correction}
    for row in corrections.values():
        to = To(row.gym_id, row.person_id, row.room)
        await outbox.post(ctx.db, to, Message(text=row.correction or ""), ctx.now, kind="notice")


async def _tell_again(ctx: Context, outbox: Outbox, change_id: int) -> None:
    due = ctx.now + timedelta(seconds=int(ctx.gym.settings["undo_window_s"]))
    rows = await ctx.db.scalars(select(OutboxRow).where(OutboxRow.change_id == change_id, OutboxRow.kind == "notice"))
    for row in {(r.person_id, r.room, r.body["text"]): r for r in rows}.values():
        await outbox.post(
            ctx.db,
            To(row.gym_id, row.person_id, row.room),
            Message.model_validate(row.body),
            ctx.now,
            kind="notice",
            change_id=change_id,
            due_at=due,
            correction=row.correction,
        )
    await _revise(ctx, outbox, change_id, _standing_again)


async def _revise(ctx: Context, outbox: Outbox, change_id: int, revised: Callable[[Message], Message]) -> None:
    """Every message that carries a change's receipt says what has become of it."""
    rows = await ctx.db.scalars(select(OutboxRow).where(OutboxRow.change_id == change_id, OutboxRow.kind == "message"))
    for row in list(rows):
        with speaking(await language_of(ctx.db, row.person_id)):
            message = revised(Message.model_validate(row.body))
        await outbox.revise(ctx.db, row, message, ctx.now)


def _standing_again(message: Message) -> Message:
    receipts = tuple(r.model_copy(update={"state": "done"}) for r in message.receipts)
    cards = tuple(c.model_copy(update={"state": "plain", "outcome": None}) for c in message.cards)
    return message.model_copy(update={"receipts": receipts, "cards": cards})


def _without_buttons(message: Message) -> Message:
    return message.model_copy(update={"receipts": tuple(r.model_copy(update={"undo": None}) for r in message.receipts)})
