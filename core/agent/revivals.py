"""Decides what becomes of turns that a process left behind or that keep failing: who goes on at once, who alone, and
which one is given up and put aside."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql import func, select, update

from core.agent import inbox
from core.agent.messages import AgentEvent, TurnRow
from core.agent.outbox import Outbox, To
from core.chat import Message
from core.i18n import _, marked, speaking
from core.people import Person, language_of

MOST_DEATHS = 5
# How long after a start a turn waits that was taken up so often in vain: only a process that lives that long is held
# against it.
WAITS_S = {2: 5.0, 3: 10.0, 4: 20.0, 5: 40.0}
DEAD_WORDS = marked(
    "I tried this message five times and something on my side kept failing, so I have put it aside. "
    "Nothing was changed. The owner has been told; please try it in other words."
)


class Left(NamedTuple):
    """A turn that was under way when the process ended, and how often it has been taken up again without a step forward."""

    turn_id: int
    lane: int
    revivals: int

    @property
    def waits_s(self) -> float:
        """How long it waits after a start; 0 is not at all."""
        return WAITS_S.get(self.revivals, 0.0)


async def left_behind(db: AsyncSession) -> list[Left]:
    """Every turn that was under way, those that may be to blame for the end of the process last."""
    query = select(TurnRow.id, TurnRow.session_id, TurnRow.revivals).where(TurnRow.state == "running")
    return [Left(*row) for row in await db.execute(query.order_by(TurnRow.revivals, TurnRow.id))]


async def goes_on(db: AsyncSession, turn: TurnRow) -> bool:
    """Count that a turn is taken up again. One that got a step further since the last time begins at one; the answer is
    no once it has brought the process down as often as is allowed."""
    reached = select(func.coalesce(func.max(AgentEvent.id), 0)).where(AgentEvent.turn_id == turn.id)
    step = await db.scalar(reached) or 0
    turn.revivals = turn.revivals + 1 if turn.revived_at == step else 1
    turn.revived_at = step
    return turn.revivals <= MOST_DEATHS


async def stopped_in_order(db: AsyncSession, lanes: Sequence[int]) -> None:
    """The process ends because it was told to: no turn is to blame for that."""
    await db.execute(
        update(TurnRow)
        .where(TurnRow.session_id.in_(lanes), TurnRow.state == "running", TurnRow.revivals > 0)
        .values(revivals=TurnRow.revivals - 1)
        .execution_options(synchronize_session=False)
    )


async def bury(
    db: AsyncSession, outbox: Outbox, turn: TurnRow, now: datetime, why: str = "the turn failed five times"
) -> None:
    """Put a turn and its messages aside for good; its sender hears it, and the owners are told once."""
    turn.state, turn.done_at = "failed", now
    for row in await inbox.of_turn(db, turn.id):
        row.state, row.error = inbox.DEAD, why
    person = turn.person_id if turn.room is None else None
    with speaking(await language_of(db, person)):
        said = Message(text=_(DEAD_WORDS))
    await outbox.post(db, To(turn.gym_id, person, turn.room, turn.session_id, turn.id), said, now)
    for owner in await db.scalars(select(Person).where(Person.gym_id == turn.gym_id, Person.role == "owner")):
        with speaking(owner.language):
            words = _("A message could not be handled (turn {number}); it was put aside after five attempts.")
        told = Message(text=words.format(number=turn.id))
        await outbox.post(db, To(turn.gym_id, owner.id, None), told, now, kind="notice")
