"""What a room is shown in the place of an answer that waits in private: one line, with the way to the chat."""

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql import select

from core.agent.deliveries import PENDING, WITHDRAWN, DeliveryRow
from core.agent.execute import PRIVATELY
from core.agent.outbox import OutboxRow
from core.chat import Message
from core.i18n import _, languages, marked, speaking

POINTER = marked("I have answered you privately. Open our chat to read it.")


async def point(db: AsyncSession, row: DeliveryRow) -> DeliveryRow | None:
    """One pointer in the room for all that waits for a person since the same message of theirs, in the place of the line
    that something was answered privately. A row that is still to be written; None where that line has become it."""
    event = f"pointer:{row.chat}:{row.thread}:{row.spot.get('message') or row.id}:{row.person_id}"[:120]
    mine = (DeliveryRow.platform == row.platform, DeliveryRow.bot == row.bot)
    lines = await _lines(db, row)
    if await db.scalar(select(DeliveryRow.id).where(*mine, DeliveryRow.event == event)) is not None:
        for line in lines:
            line.state = WITHDRAWN
        return None
    pointer = lines[0] if lines else DeliveryRow(platform=row.platform, bot=row.bot, chat=row.chat)
    for line in lines[1:]:
        line.state = WITHDRAWN
    pointer.gym_id, pointer.thread, pointer.kind, pointer.outbox_id = row.gym_id, row.thread, "pointer", None
    pointer.event, pointer.spot = event, row.spot
    with speaking(None):
        pointer.body = Message(text=_(POINTER)).model_dump(mode="json")
    return None if lines else pointer


async def _lines(db: AsyncSession, row: DeliveryRow) -> list[DeliveryRow]:
    """The lines of the same turn that tell the room of a private answer and have not gone out."""
    private = await db.get(OutboxRow, row.outbox_id) if row.outbox_id is not None else None
    if private is None or private.turn_id is None:
        return []
    here = (DeliveryRow.platform == row.platform, DeliveryRow.bot == row.bot, DeliveryRow.chat == row.chat)
    waiting = await db.execute(
        select(DeliveryRow, OutboxRow.body)
        .join(OutboxRow, OutboxRow.id == DeliveryRow.outbox_id)
        .where(*here, DeliveryRow.thread == row.thread, DeliveryRow.state == PENDING, DeliveryRow.kind == "answer")
        .where(DeliveryRow.only_for == "", OutboxRow.turn_id == private.turn_id)
        .order_by(DeliveryRow.id)
    )
    told = _told()
    return [line for line, body in waiting if body.get("text") in told]


def _told() -> set[str]:
    """That line in every language."""
    found = set()
    for language in languages():
        with speaking(language):
            found.add(_(PRIVATELY))
    return found
