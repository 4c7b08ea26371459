"""What is shown of a call: the message built from its result, and the receipt of its committed change."""

from sqlalchemy.ext.asyncio import AsyncSession

from core.agent import questions
from core.agent.questions import Bound
from core.agent.tools import Context, Result
from core.chat import Button, Card, Message, Receipt, visible
from core.errors import Offer
from core.i18n import _

UNDO_DAYS = 1


def bound_of(ctx: Context) -> Bound:
    """Buttons of a call belong to its speaker, in its conversation and place."""
    return Bound(ctx.gym.id, ctx.speaker.person_id, ctx.session_id, ctx.room)


async def offer_buttons(db: AsyncSession, ctx: Context, offers: tuple[Offer, ...]) -> tuple[tuple[Button, ...], ...]:
    """What would work instead, a button a row."""
    expires, bound = ctx.now + questions.LIFETIME, bound_of(ctx)
    calls = [(o.label, {"tool": o.tool, "args": o.args}) for o in offers]
    return tuple([(await questions.make_button(db, bound, label, "call", what, expires),) for label, what in calls])


async def message_of(db: AsyncSession, ctx: Context, result: Result, change_id: int | None) -> Message:
    """A result as a message; its receipt is there only if rows really changed, and carries Undo."""
    return Message(
        text=result.text,
        cards=result.cards,
        buttons=await offer_buttons(db, ctx, result.offers),
        images=result.images,
        files=result.files,
        receipts=await _receipts(db, ctx, result, change_id),
    )


def note_of(result: Result) -> str:
    """What a model is told of a result: its note, else the words that people see."""
    return visible(result.note or "; ".join([result.text, *map(_card_words, result.cards), result.receipt])).strip("; ")


def _card_words(card: Card) -> str:
    facts = [f"{fact.label}: {fact.value}" for fact in card.facts]
    rows = [" | ".join(row) for row in (card.table.head, *card.table.rows)] if card.table else []
    return f"{card.title}: {'; '.join([*facts, *card.lines, *rows])}"


async def _receipts(db: AsyncSession, ctx: Context, result: Result, change_id: int | None) -> tuple[Receipt, ...]:
    if change_id is None or not result.receipt:
        return ()
    if result.final:
        return (Receipt(text=result.receipt),)
    expires = ctx.now + questions.LIFETIME
    undoing = ctx.cause.change is not None and ctx.cause.change.depth % 2 == 1
    label = _("Redo") if undoing else _("Undo")
    undo = await questions.make_button(db, bound_of(ctx), label, "undo", {"change": change_id}, expires)
    return (Receipt(text=result.receipt, undo=undo.token, label="Redo" if undoing else "Undo"),)


def undone_message(message: Message) -> Message:
    """A message whose change was taken back: receipts and cards say so and offer nothing more."""
    return message.model_copy(
        update={
            "receipts": tuple(Receipt(text=r.text, undo=None, state="undone") for r in message.receipts),
            "cards": tuple(c.model_copy(update={"state": "undone", "outcome": _("Undone")}) for c in message.cards),
            "buttons": (),
        }
    )
