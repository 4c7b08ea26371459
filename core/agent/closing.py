"""What a turn of a language model ends with: its words, held to what really happened, and what was done if it was much."""

from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import bindparam
from sqlalchemy.sql import select

from core.agent import egress, policy
from core.agent.claims import asks_for_a_change, unbacked
from core.agent.foreign import is_foreign
from core.agent.messages import AgentEvent
from core.agent.standing import asked_in, standing
from core.agent.tools import Data
from core.agent.toolset import FIND
from core.chat import Place
from core.i18n import _, marked
from core.store.changes import Change
from core.store.statements import Statement

MANY = 2
LONGEST_QUOTE = 400
NOTHING = marked("Nothing has been changed: no action ran in this turn.")
NOT_ALL = marked("Not all of what the assistant said was done.")
UNCHANGED = marked("Nothing was changed in this turn.")


class _Done(NamedTuple):
    """A change as its turn's last words tell it."""

    tool: str
    summary: str
    data: str
    undone_by: int | None


_CHANGES = Statement(
    select(Change.tool, Change.summary, Change.data, Change.undone_by)
    .where(Change.turn_id == bindparam("turn"))
    .order_by(Change.id),
    unwritten=True,
)


async def last_words(db: Any, turn_id: int, place: Place, text: str, base_url: str) -> str:
    """The model's words, marked where they claim what no change backs, and without foreign links; behind several changes,
    and behind a false claim, what was done from the change log; behind what cannot be judged, that nothing was. `place` is
    where they will be read."""
    changes = [_Done(*row) for row in await _CHANGES.rows(db, {"turn": turn_id})]
    false = await _is_false(db, turn_id, text, {c.tool for c in changes})
    words = egress.guarded(corrected(text, bool(changes)) if false else text, base_url)
    if not false and await _is_doubtful(db, turn_id, text, bool(changes)):
        return f"{words}\n\n{_(UNCHANGED)}"
    stand = [c for c in changes if c.undone_by is None]
    return f"{words}\n\n{recap(stand, place)}" if len(stand) >= (1 if false else MANY) else words


async def truth_beside(db: Any, turn_id: int, text: str) -> str:
    """The line of truth that a model's words need beside them where they are shown as they are; none for true ones."""
    changed = set(await db.scalars(select(Change.tool).where(Change.turn_id == turn_id)))
    if await _is_false(db, turn_id, text, changed):
        return _(NOT_ALL if changed else NOTHING)
    return _(UNCHANGED) if await _is_doubtful(db, turn_id, text, bool(changed)) else ""


def corrected(text: str, changed: bool) -> str:
    """The truth before a model's words that claim more than was done; long ones are left out."""
    truth = _(NOT_ALL if changed else NOTHING)
    return f"{truth}\n\n> {text}" if len(text) < LONGEST_QUOTE else truth


async def _is_false(db: Any, turn_id: int, text: str, changed: Collection[str]) -> bool:
    """Whether words claim what the turn did not do, or how things do not stand as far as the conversation shows. Each is
    looked up only where it could back a claim."""
    if unbacked(text, changed, ()) is None:
        return False
    read = await _read(db, turn_id)
    if unbacked(text, changed, read) is None:
        return False
    return unbacked(text, changed, read, await standing(db, turn_id)) is not None


async def _is_doubtful(db: Any, turn_id: int, text: str, changed: bool) -> bool:
    """Whether words may claim what nobody can judge: in a turn that changed nothing, how things stand where a change was
    asked for, or in a language that is not read where more was done than to read well."""
    if changed:
        return False
    if await _only_read(db, turn_id, text):
        return True
    if not is_foreign(text):
        return False
    ends = await _ends(db, turn_id)
    return not all(ends.values()) or not set(ends) - {FIND}


async def _only_read(db: Any, turn_id: int, text: str) -> bool:
    """Whether somebody who asked for a change is told how things stand, and the turn has only looked: "book me in" is not
    done by reading the bookings."""
    if unbacked(text, (), ()) is None or not asks_for_a_change(await asked_in(db, turn_id)):
        return False
    return unbacked(text, (), (), await standing(db, turn_id)) is not None


async def _read(db: Any, turn_id: int) -> set[str]:
    """The tools whose calls came to a result in a turn."""
    return {tool for tool, well in (await _ends(db, turn_id)).items() if well}


async def _ends(db: Any, turn_id: int) -> dict[str, bool]:
    """The tools that a turn called, and whether a call of each came to a result."""
    query = select(AgentEvent.content).where(AgentEvent.turn_id == turn_id, AgentEvent.event_type == "result")
    ends: dict[str, bool] = {}
    for result in await db.scalars(query):
        ends[result["tool"]] = ends.get(result["tool"], False) or bool(result["ok"])
    return ends


def recap(changes: Any, place: Place) -> str:
    """What was done in a turn, a line a change; what is not for the place is only counted."""
    shown = [c.summary for c in changes if policy.cleared(Data(c.data), place)]
    hidden = len(changes) - len(shown)
    lines = [f"- {' '.join(summary.split())}" for summary in shown]
    lines += [_("- {count} more, answered privately").format(count=hidden)] if hidden else []
    return "\n".join([_("Done in this turn:"), *lines])
