"""What was changed, by whom, and taking it back: undo, redo, and the change log's answers."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

from core.agent.reference import TypeName
from core.agent.tools import Context, Data, Effect, Result, Role, tool
from core.chat import Card
from core.i18n import _
from core.people import Person
from core.references.changes import ChangeRef, DeedRef
from core.references.kinds import Number, When, Words
from core.store.changes import Change
from core.tools._changelog import Asked, answers
from core.tools._history_phrases import HISTORY
from core.tools._undoing import asked_first, chosen, last_undone, said_at, taken_back

LINES = 10
StaffRef = Annotated[Person, TypeName("staff")]


@tool(
    Role.MEMBER,
    Effect.WRITE,
    shows=Data.SELF,
    least={"who": Role.OWNER},
    says=HISTORY["undo"],
)
async def undo(
    ctx: Context, last: Number | None = None, who: StaffRef | None = None, change: ChangeRef | None = None
) -> Result:
    """Undo the newest changes you made here within 24 hours."""
    return await taken_back(ctx, await chosen(ctx, last, who, change))


@undo.check
async def _may_undo(
    ctx: Context, last: int | None = None, who: Person | None = None, change: Change | None = None
) -> Card | None:
    """Refuses what cannot be undone; asks staff before a rule is set aside."""
    return await asked_first(ctx, await chosen(ctx, last, who, change))


@tool(
    Role.MEMBER,
    Effect.WRITE,
    shows=Data.SELF,
    says=HISTORY["redo"],
)
async def redo(ctx: Context) -> Result:
    """Do again what was last undone here."""
    return await taken_back(ctx, await last_undone(ctx))


@redo.check
async def _may_redo(ctx: Context) -> Card | None:
    """Refuses what cannot be done again; asks staff before a rule is set aside."""
    return await asked_first(ctx, await last_undone(ctx))


@tool(
    Role.COACH,
    shows=Data.STAFF,
    says=HISTORY["show_changes"],
)
async def show_changes(
    ctx: Context,
    who: StaffRef | None = None,
    deed: DeedRef | None = None,
    what: Words | None = None,
    when: When | None = None,
) -> Result:
    """Answer from the change log who changed what, and when."""
    asked = Asked(who, what, when, deed)
    found = await answers(ctx, asked, LINES)
    if found:
        return _told(ctx, _line(ctx, *found[0]) if what or len(found) == 1 else "", found, _("Changes"))
    others = await answers(ctx, replace(asked, deed=None), LINES) if deed else []
    if others and deed and what:
        words = _("Nothing in the change log says that anyone {deed} “{what}”. What was done about “{what}” is below.")
        return _told(ctx, words.format(deed=_(deed), what=what), others, _("Other changes"))
    words = _("Nothing in the change log about “{what}”.") if what else _("Nothing in the change log.")
    return Result(text=words.format(what=what))


def _told(ctx: Context, text: str, found: Sequence[tuple[Change, Person]], title: str) -> Result:
    lines = tuple(_line(ctx, change, person) for change, person in found)
    private = any(Data(c.data) in (Data.MONEY, Data.HEALTH) for c, _ in found)
    card = Card(kind="list", title=title, lines=lines)
    return Result(text=text, cards=() if lines == (text,) else (card,), data=Data.MONEY if private else None)


def _line(ctx: Context, change: Change, person: Person) -> str:
    words = _("{person}, {time}: {change} — since undone") if change.undone_by else _("{person}, {time}: {change}")
    return words.format(person=person.name, time=said_at(ctx, change), change=change.summary)
