"""What was changed, by whom, and taking it back: undo, redo, and the change log's answers."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated

from rapidfuzz import fuzz
from sqlalchemy import bindparam
from sqlalchemy.sql import select

from core.agent import policy
from core.agent import undo as undoing
from core.agent.messages import AgentEvent
from core.agent.reference import TypeName
from core.agent.tools import Context, Data, Effect, Result, Role, load, tool
from core.chat import Card
from core.clock import to_instant, to_local
from core.errors import NotFound, Refused
from core.people import Person
from core.references.kinds import Number, When, Words
from core.store.changes import Change
from core.when.read import find

LINES = 10
ENOUGH = 0.5
EMPTY = frozenset(
    ("the", "a", "an", "class", "session", "s", "my", "our", "this", "that", "it", "booking", "to", "on", "of")
)
# There is nothing in such words that anyone in the place may not read.
HARMLESS = Data.PUBLIC.value
ChangeRef = Annotated[Change, TypeName("change")]
StaffRef = Annotated[Person, TypeName("staff")]


@tool(
    Role.MEMBER,
    Effect.WRITE,
    shows=Data.SELF,
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
    ],
)
async def undo(ctx: Context, last: Number | None = None, change: ChangeRef | None = None) -> Result:
    """Undo the newest changes you made here within 24 hours."""
    wanted = 1 if last is None else last
    changes = [change] if change else await _newest(ctx, wanted)
    fewer = (
        f"You asked for {wanted}, but {_only(len(changes))} to undo here."
        if not change and len(changes) < wanted
        else ""
    )
    return replace(await _take_back(ctx, changes), text=fewer)


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
    ],
)
async def redo(ctx: Context) -> Result:
    """Do again what was last undone here."""
    changes = await undoing.newest(ctx.db, ctx.speaker.person_id, ctx.room, ctx.now - undoing.WINDOW, 1, undone=True)
    if not changes:
        raise NotFound("There is nothing to redo here: nothing was undone in the last 24 hours.", shows=HARMLESS)
    return await _take_back(ctx, changes)


async def _newest(ctx: Context, last: int) -> list[Change]:
    if last < 1 or last > 20:
        raise Refused("I can undo 1 to 20 changes at a time.", shows=HARMLESS)
    changes = await undoing.newest(ctx.db, ctx.speaker.person_id, ctx.room, ctx.now - undoing.WINDOW, last)
    if changes:
        return changes
    older = await undoing.newest(ctx.db, ctx.speaker.person_id, ctx.room, None, 1)
    if older:
        when = _said(ctx, older[0].at)
        raise Refused(
            f"You have changed nothing here in the last 24 hours. Your newest change is older: "
            f"“{older[0].summary}” ({when}). Its Undo button still works.",
            shows=_class_of(ctx, older).value,
        )
    raise NotFound("There is nothing to undo: you have changed nothing here.", shows=HARMLESS)


def _only(found: int) -> str:
    return "there was only 1 change" if found == 1 else f"there were only {found} changes"


def _class_of(ctx: Context, changes: list[Change]) -> Data:
    """Whose eyes the words about some changes are for; what one did of one's own in the room, the room has seen."""
    data = max((Data(c.data) for c in changes), key=lambda d: [*Data].index(d))
    return Data.STAFF if data is Data.SELF and ctx.room else data


async def _take_back(ctx: Context, changes: list[Change]) -> Result:
    """Take changes back; a refusal is said where the change itself may be seen."""
    try:
        return await _taken_back(ctx, changes)
    except Refused as refusal:
        raise Refused(refusal.words, *refusal.offers, shows=_class_of(ctx, changes).value) from None


async def _taken_back(ctx: Context, changes: list[Change]) -> Result:
    parts = []
    for change in changes:
        _check_may(ctx, change)
        done = await undoing.take_back(ctx, change)
        root = await undoing.root_of(ctx.db, change)
        parts.append(("Undone" if done.depth % 2 else "Done again", root.summary))
    receipt = f"{parts[0][0]}: {', '.join(f'“{summary}”' for _, summary in parts)}"
    return Result(receipt=receipt, note=receipt, undone=tuple(c.id for c in changes), data=_class_of(ctx, changes))


def _check_may(ctx: Context, change: Change) -> None:
    """Undo passes the policy of what was done; one's own changes, or anyone's for the owner."""
    if change.person_id != ctx.speaker.person_id and ctx.speaker.role < Role.OWNER:
        raise Refused("Only the one who made a change, or the owner, can undo it.")
    if change.undone_by is not None:
        raise Refused(f"“{change.summary}” is undone already.")
    original = load().get(change.tool)
    if original is not None:
        decision = policy.decide(ctx.speaker, original, (), ctx.place, by_code=True)
        if decision.refused:
            raise Refused(decision.refused)


# What was done, and how the tools that do it begin.
DEEDS: Mapping[str, tuple[str, ...]] = {
    "moved": ("move_",),
    "cancelled": ("cancel_", "delete_"),
    "deleted": ("delete_", "cancel_"),
    "booked": ("book_", "move_booking"),
    "added": ("add_", "create_", "schedule_", "book_"),
    "edited": ("edit_", "update_", "set_", "rename_"),
}
ASKED = re.compile(
    r"\bwho(?:'s| has| was it that| had)?(?: just)? (moved|cancell?ed|deleted|booked|added|edited)\b", re.I
)
_WORDS_OF_TURN = (
    select(AgentEvent.content)
    .where(AgentEvent.turn_id == bindparam("turn"), AgentEvent.event_type == "user_message")
    .limit(1)
)


@tool(
    Role.COACH,
    shows=Data.STAFF,
    says=[
        "who (moved|changed|cancelled|canceled|edited|deleted|added|booked|made|touched) {what}",
        "what (did|has) {who} (change|do|edit|done|changed|edited|move|moved|cancel|add|added) [{when}]",
        "(everything|all|list everything|list all) {who} (changed|did|edited|done) [{when}]",
        "(which|what) changes (were made|were there|have been made|did we make|happened) [{when}]",
        "(which|what) changes (did|has) {who} (make|made) [{when}]",
        "(who|what) (changed|was changed) {when}",
        "(which|what) (classes|bookings|things) (were|was|have been) (changed|moved|cancelled|edited|added) [{when}]",
        "what (changed|was changed|has changed|happened) [{when}]",
        "[show] [me] [the] (changes|change log|changelog|history|log) [of|from|by] {who} [{when}]",
        "[show] [me] [the] (changes|change log|changelog|history|audit log) [{when}]",
        "[show] [me] [the] changes [that] {who} made [{when}]",
        "[show] [me] [the] (latest|last|recent|newest) changes",
        "(show|list) [me] [the] changes (to|of) {what}",
        "who did {what}",
    ],
)
async def show_changes(
    ctx: Context, who: StaffRef | None = None, what: Words | None = None, when: When | None = None
) -> Result:
    """Answer from the change log who changed what, and when."""
    query = select(Change, Person).join(Person, Person.id == Change.person_id).where(Change.gym_id == ctx.gym.id)
    if who is not None:
        query = query.where(Change.person_id == who.id)
    if when is not None:
        first, last = when.covers_days()
        start = to_instant(datetime.combine(first, datetime.min.time()), ctx.gym.zone)
        end = to_instant(datetime.combine(last + timedelta(days=1), datetime.min.time()), ctx.gym.zone)
        query = query.where(Change.at >= start, Change.at < end)
    rows = (await ctx.db.execute(query.order_by(Change.id.desc()).limit(400))).all()
    seen = [
        (c, p) for c, p in rows if policy.may_see(ctx.speaker.role, Data(c.data), c.person_id == ctx.speaker.person_id)
    ]
    about = f" about “{what}”" if what else ""
    found = _about(ctx, seen, what)
    if not found:
        return Result(text=f"Nothing in the change log{about}.")
    verb = await _verb(ctx) if what else None
    done = [(c, p) for c, p in found if verb is None or c.tool.startswith(DEEDS[verb])]
    if not done:
        words = f"Nothing in the change log says that anyone {verb} “{what}”. What was done{about} is below."
        return _told(ctx, words, found[:LINES], "Other changes")
    return _told(ctx, _line(ctx, *done[0]) if what or len(done) == 1 else "", done[:LINES], "Changes")


def _told(ctx: Context, text: str, found: Sequence[tuple[Change, Person]], title: str) -> Result:
    lines = tuple(_line(ctx, change, person) for change, person in found)
    private = any(Data(c.data) in (Data.MONEY, Data.HEALTH) for c, _ in found)
    card = Card(kind="list", title=title, lines=lines)
    return Result(text=text, cards=() if lines == (text,) else (card,), data=Data.MONEY if private else None)


async def _verb(ctx: Context) -> str | None:
    """What "who moved friday's class?" asks about, where the words of this turn name one kind of deed."""
    text = await ctx.db.scalar(_WORDS_OF_TURN, {"turn": ctx.turn_id})
    asked = ASKED.search(str((text or {}).get("text", "")))
    return next((verb for verb in DEEDS if asked and verb[:4] == asked[1].casefold()[:4]), None)


def _about(ctx: Context, rows: list[tuple[Change, Person]], what: str | None) -> list[tuple[Change, Person]]:
    """The changes that the words are about, those that hold most of them first, then the newest."""
    words = _content(ctx, what) if what else set()
    if not words:
        return rows
    scored = [(_share(words, f"{c.tool} {c.summary}"), c, p) for c, p in rows]
    best = [(s, c, p) for s, c, p in scored if s >= ENOUGH]
    return [(c, p) for s, c, p in sorted(best, key=lambda x: (-x[0], -x[1].id))]


def _content(ctx: Context, what: str) -> set[str]:
    """The words that count, with days as summaries write them: "Fri", or "27 November" for a date."""
    rest, words = what, set()
    for span in reversed(find(what, ctx.local_now)):
        day = span.when.start
        rest = rest[: span.start] + " " + rest[span.end :]
        named = any(c.isdigit() for c in span.text) and not span.when.time_said
        words.add(f"{day.day} {day:%B}".casefold() if named else f"{day:%a}".casefold())
        if span.when.time_said and not span.when.either_half:
            words.add(f"{day:%H:%M}")
    plain = {w.removesuffix("'s").removesuffix("’s") for w in re.findall(r"[\w'’-]+", rest.casefold())}
    return words | (plain - EMPTY)


def _share(words: set[str], text: str) -> float:
    """The share of the words that a text holds, slips of the finger allowed."""
    known = text.casefold().replace("_", " ")
    return sum(1 for w in words if w in known or fuzz.partial_ratio(w, known) >= 88) / len(words)


def _line(ctx: Context, change: Change, person: Person) -> str:
    undone = " — since undone" if change.undone_by else ""
    return f"{person.name}, {_said(ctx, change.at)}: {change.summary}{undone}"


def _said(ctx: Context, at: datetime) -> str:
    local = to_local(at, ctx.gym.zone)
    return f"{local:%a} {local.day} {local:%B %H:%M}"
