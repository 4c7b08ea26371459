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
from core.tools._undoing import asked_first, chosen, last_undone, said_at, taken_back

LINES = 10
StaffRef = Annotated[Person, TypeName("staff")]


@tool(
    Role.MEMBER,
    Effect.WRITE,
    shows=Data.SELF,
    least={"who": Role.OWNER},
    says=[
        "undo {last}",
        "undo",
        "undo [the] last (thing|action|change|step|one|booking|message|command)",
        "undo my last (thing|action|change|step|one|booking|message|command)",
        "undo [please]",
        "no undo [it|that|this]",
        "wrong [one|class|person|thing|day] undo [it|that]",
        "(ctrl|control|cmd) z",
        "go back one step",
        "undo {last} steps",
        "(undo|revert|take back) [my] [last] {last} (steps|actions|things|changes)",
        "[that was|it was] [a] (mistake|wrong|error) (undo|revert|take it back)",
        "(revert|cancel|reverse) (my|the) last (change|action|step)",
        "(wrong|mistake) undo",
        "undo (it|that|this|the last one|the last change|last)",
        "undo [the] last {last} [changes|things|ones]",
        "undo {last} [changes|things]",
        "(revert|take back|roll back|reverse) [that|it|the last change|last change]",
        "(revert|take back|roll back|reverse) [the] last {last} [changes|things|ones]",
        "undo what i [just] did",
        "put it back [how|as|the way] [it was]",
        "(oops|whoops) undo",
        "(oops|whoops) undo (it|that)",
        "undo {who} [last] (change|changes|action|move|edit|thing)",
        "undo [the] last (change|action|thing|edit) (of|by|from) {who}",
        "undo [the] last {last} (changes|actions|things|edits) (of|by|from) {who}",
        "undo {who} last {last} (changes|actions|things|edits)",
        "(undo|revert|take back|reverse) what {who} [just|last] (did|changed|has done|has changed)",
        "(undo|revert|take back|reverse) what {who} did last",
    ],
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
    says=[
        "redo",
        "redo (it|that|the last one)",
        "undo the undo",
        "(do|make) it again",
        "(do|make) (that|it) again [after all]",
        "(restore|redo|bring back|repeat) what i [just] (undid|undone|took back)",
        "(undo|revert|reverse) [my|the|that] undo",
        "put (it|that) back in",
        "put back what i [just] (undid|undone|took back)",
    ],
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
    says=[
        "who (changed|did|edited|touched) (something|anything|things|stuff) [{when}]",
        "who {deed} {what}",
        "who [has] {deed} [something|anything|a class|classes|things] {when}",
        "(has|did) (anyone|anybody|someone|somebody) {deed} (something|anything|a class|things) [{when}]",
        "who (changed|made|touched) {what}",
        "what (did|has) {who} (change|do|edit|done|changed|edited|move|moved|cancel|add|added) [{when}]",
        "(everything|all|list everything|list all) {who} (changed|edited|touched) [{when}]",
        "(everything|all|list everything|list all) {who} did! [{when}]",
        "(which|what) changes (were made|were there|have been made|did we make|happened) [{when}]",
        "(which|what) changes (did|has) {who} (make|made) [{when}]",
        "(who|what) (changed|was changed) {when}",
        "(which|what) (classes|bookings|things) (were|was|have been) (changed|moved|cancelled|edited|added) [{when}]",
        "what (changed|was changed|has changed|happened) [{when}]",
        "[show] [me] [the] (changes|change log|changelog|history|log) [of|from|by] {who} [{when}]",
        "[show] [me] [the] (changes|change log|changelog|history|audit log) [{when}]",
        "[show] [me] [the] changes [that] {who} made [{when}]",
        "[show] [me] [the] (latest|last|recent|newest) [few|2|3|5|10|20|two|three|five|ten] changes",
        "(show|list) [me] [the] changes (to|of) {what}",
        "who did {what}",
        "who (changed|did|moved|edited) what [{when}]",
        "what (has|was|is|did) {who} been! (doing|up to|fiddling with|tinkering with|playing with|working on) [{when}]",
        "what (has|was|is) {who} (fiddling with|tinkering with|up to) [{when}]",
        "(list|show) [me] [the] changes {who} made [{when}]",
        "(everything|all|anything) (that was|that has been|that got|we|that we) (changed|edited|done|moved) [{when}]",
        "(everything|all|anything) (changed|edited) [{when}]",
    ],
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
