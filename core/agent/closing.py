"""What a turn of a language model ends with: its words, held to what really happened, and what was done if it was much."""

from typing import Any

from sqlalchemy.sql import select

from core.agent import egress, policy, receipts
from core.agent.tools import Data
from core.chat import Place
from core.store.changes import Change

MANY = 2


async def last_words(db: Any, turn_id: int, place: Place, text: str, base_url: str) -> str:
    """The model's words without a claim that no change backs and without foreign links; behind several changes, all of
    them from the change log. `place` is where they will be read."""
    query = select(Change.summary, Change.data, Change.undone_by).where(Change.turn_id == turn_id).order_by(Change.id)
    changes = (await db.execute(query)).all()
    words = egress.guarded(receipts.honest(text, bool(changes)), base_url)
    standing = [c for c in changes if c.undone_by is None]
    return f"{words}\n\n{recap(standing, place)}" if len(standing) >= MANY else words


def recap(changes: Any, place: Place) -> str:
    """What was done in a turn, a line a change; what is not for the place is only counted."""
    shown = [c.summary for c in changes if policy.cleared(Data(c.data), place)]
    hidden = len(changes) - len(shown)
    lines = [f"- {' '.join(summary.split())}" for summary in shown]
    lines += [f"- {hidden} more, answered privately"] if hidden else []
    return "Done in this turn:\n" + "\n".join(lines)
