"""Which changes an undo is about, what is said before and after it, and what is offered where it cannot be done."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

import structlog
from sqlalchemy.exc import OperationalError

from core.agent import policy
from core.agent import undo as undoing
from core.agent.tools import Context, Data, Notice, Result, Role, load, notice
from core.agent.undo import Taken
from core.chat import Card
from core.clock import to_local
from core.errors import NotFound, Offer, Refused, Whistle
from core.gym.wording import at
from core.i18n import _, ngettext
from core.people import Person
from core.store.changes import Change
from core.store.restoring import Ruling

log = structlog.get_logger()
MOST = 20
# There is nothing in such words that anyone in the place may not read.
HARMLESS = Data.PUBLIC.value


@dataclass(frozen=True)
class Wanted:
    """The changes that somebody wants undone, the newest first; `typed` where they were not named by a button."""

    changes: Sequence[Change]
    typed: bool = False
    asked: int = 1

    @property
    def fewer(self) -> str:
        """That there was less to undo than was asked for."""
        found = len(self.changes)
        if not self.typed or found >= self.asked:
            return ""
        words = ngettext(
            "You asked for {wanted}, but there was only {count} change to undo here.",
            "You asked for {wanted}, but there were only {count} changes to undo here.",
            found,
        )
        return words.format(wanted=self.asked, count=found)


async def chosen(ctx: Context, last: int | None, who: Person | None, change: Change | None) -> Wanted:
    """The changes that are meant: one by its button, else the newest of a person, in this place if it is the speaker."""
    if change is not None:
        return Wanted(await undoing.together(ctx.db, change))
    asked = 1 if last is None else last
    if asked < 1 or asked > MOST:
        raise Refused(_("I can undo 1 to {most} changes at a time.").format(most=MOST), shows=HARMLESS)
    if who is not None and who.id != ctx.speaker.person_id:
        since = ctx.now - undoing.WINDOW
        changes = await undoing.newest(ctx.db, who.id, undoing.EVERYWHERE, since, asked)
        if not changes:
            words = _("{name} has changed nothing in the last 24 hours that could be undone.")
            raise NotFound(words.format(name=who.name))
        return Wanted(changes, True, asked)
    changes = await undoing.newest(ctx.db, ctx.speaker.person_id, ctx.room, ctx.now - undoing.WINDOW, asked)
    return Wanted(changes, True, asked) if changes else await _nothing(ctx)


async def last_undone(ctx: Context) -> Wanted:
    """What was last undone in this place by the speaker."""
    since = ctx.now - undoing.WINDOW
    changes = await undoing.newest(ctx.db, ctx.speaker.person_id, ctx.room, since, 1, undone=True)
    if not changes:
        raise NotFound(_("There is nothing to redo here: nothing was undone in the last 24 hours."), shows=HARMLESS)
    return Wanted(await undoing.together(ctx.db, changes[0]))


async def _nothing(ctx: Context) -> NoReturn:
    """Why there is nothing to undo: it is undone already, or it is older than a day, or there never was anything."""
    me, room = ctx.speaker.person_id, ctx.room
    undone = await undoing.newest_undone(ctx.db, me, room, ctx.now - undoing.WINDOW)
    if undone is not None:
        raise await _undone_already(ctx, undone)
    older = await undoing.newest(ctx.db, me, room, None, 1)
    if older:
        words = _(
            "You have changed nothing here in the last 24 hours. Your newest change is older: “{change}” ({time}). "
            "Its Undo button still works."
        )
        words = words.format(change=older[0].summary, time=said_at(ctx, older[0]))
        raise Refused(words, shows=class_of(ctx, older).value)
    raise NotFound(_("There is nothing to undo: you have changed nothing here."), shows=HARMLESS)


async def _undone_already(ctx: Context, undone: Change) -> Refused:
    by = await ctx.db.get(Change, undone.undone_by)
    own = by is not None and by.person_id == ctx.speaker.person_id and by.room == ctx.room
    person = (
        await ctx.db.get(Person, by.person_id) if by is not None and by.person_id != ctx.speaker.person_id else None
    )
    offers = (Offer(_("Redo it"), "redo"),) if own else ()
    words = (
        _("“{change}” is undone already by {name}, and there is nothing else of yours to undo here.")
        if person
        else _("“{change}” is undone already, and there is nothing else of yours to undo here.")
    )
    words = words.format(change=undone.summary, name=person.name if person else "")
    return Refused(words, *offers, shows=class_of(ctx, [undone]).value)


async def asked_first(ctx: Context, wanted: Wanted) -> Card | None:
    """The card to press before it is done, None where nothing has to be set aside; refuses what cannot be done."""
    taken = await _tried(ctx, wanted)
    lines = tuple(r.words for t in taken for r in t.remarks if r.ruling is Ruling.PRESS)
    if not lines:
        return None
    title = _("Do {changes} again all the same?") if taken[0].again else _("Undo {changes} all the same?")
    return Card(kind="confirm", title=title.format(changes=_quoted([t.root for t in taken])), lines=lines)


async def _tried(ctx: Context, wanted: Wanted) -> list[Taken]:
    """Try it. A refusal is said where the change itself may be seen, and a change that stands in the way of the words
    "undo" can be left as it is."""
    try:
        for change in wanted.changes:
            _check_may(ctx, change)
        return await undoing.tried(ctx, wanted.changes)
    except Refused as refusal:
        words, offers = refusal.words, refusal.offers
    except (Whistle, OSError, OperationalError):
        raise
    except Exception:
        log.exception("undo_failed", changes=[c.id for c in wanted.changes])
        summary = _quoted(wanted.changes)
        words = _("Something went wrong on my side: {changes} can't be undone. Nothing was changed.")
        words, offers = words.format(changes=summary), ()
    skip = await _instead(ctx, wanted)
    raise Refused(words, *offers, *skip, shows=class_of(ctx, wanted.changes).value)


async def _instead(ctx: Context, wanted: Wanted) -> tuple[Offer, ...]:
    """The change before the one that cannot be undone, to be undone instead of it."""
    if not wanted.typed or not wanted.changes:
        return ()
    since = ctx.now - undoing.WINDOW
    oldest = wanted.changes[-1]
    room = ctx.room if oldest.person_id == ctx.speaker.person_id else undoing.EVERYWHERE
    older = await undoing.newest(ctx.db, oldest.person_id, room, since, len(wanted.changes) + 1)
    before = [c for c in older if c.id < oldest.id]
    label = _("Leave it, undo “{change}”")
    return tuple(Offer(label.format(change=c.summary), "undo", {"change": c.id}) for c in before[:1])


async def taken_back(ctx: Context, wanted: Wanted) -> Result:
    """Take the changes back; the receipt names them, and whose they were."""
    taken = []
    for change in wanted.changes:
        _check_may(ctx, change)
        taken.append(await undoing.take_back(ctx, change))
    if not ctx.pressed and any(r.ruling is Ruling.PRESS for t in taken for r in t.remarks):
        raise Refused(_("This has changed while you asked. Nothing was changed; please ask again."), shows=HARMLESS)
    notes = [wanted.fewer, *(r.words for t in taken for r in t.remarks if r.ruling is Ruling.NOTE)]
    data = class_of(ctx, wanted.changes)
    whose = await _others(ctx, taken)
    receipt = _receipt(ctx, taken, whose)
    return Result(
        text="\n".join(n for n in notes if n),
        receipt=receipt,
        note=receipt,
        undone=tuple(t.change.id for t in taken),
        tell=_told(ctx, taken, whose),
        data=data,
    )


async def _others(ctx: Context, taken: Sequence[Taken]) -> Person | None:
    """Whose changes they were, if not the speaker's own."""
    theirs = next((t.root.person_id for t in taken if t.root.person_id != ctx.speaker.person_id), None)
    return await ctx.db.get(Person, theirs) if theirs is not None else None


def _receipt(ctx: Context, taken: Sequence[Taken], whose: Person | None) -> str:
    what = _quoted([t.root for t in taken])
    if whose is None:
        words = _("Done again: {changes}") if taken[0].again else _("Undone: {changes}")
        return words.format(changes=what)
    words = (
        _("Done again by {who}, what {whose} did: {changes}")
        if taken[0].again
        else _("Undone by {who}, what {whose} did: {changes}")
    )
    return words.format(who=ctx.speaker.name, whose=whose.name, changes=what)


def _told(ctx: Context, taken: Sequence[Taken], whose: Person | None) -> tuple[Notice, ...]:
    """Whoever did it hears that somebody else took it back, unless it was said in the room that they are in."""
    if whose is None or (ctx.room is not None and all(t.root.room == ctx.room for t in taken)):
        return ()
    return (notice(whose, lambda: _words_for_others(ctx.speaker.name, taken)),)


def _words_for_others(who: str, taken: Sequence[Taken]) -> tuple[str, str]:
    what = _quoted([t.root for t in taken])
    if taken[0].again:
        return _("{who} did again what you had done: {changes}.").format(who=who, changes=what), ""
    told = _("{who} undid what you had done: {changes}.").format(who=who, changes=what)
    return told, _("What you had done stands again: {changes}.").format(changes=what)


def _quoted(changes: Sequence[Change]) -> str:
    return ", ".join(_("“{change}”").format(change=c.summary) for c in changes)


def class_of(ctx: Context, changes: Sequence[Change]) -> Data:
    """Whose eyes the words about some changes are for; what one did of one's own in the room, the room has seen."""
    data = max((Data(c.data) for c in changes), key=lambda d: [*Data].index(d))
    return Data.STAFF if data is Data.SELF and ctx.room else data


def said_at(ctx: Context, change: Change) -> str:
    """When a change was made, on the gym's clock."""
    return at(to_local(change.at, ctx.gym.zone))


def _check_may(ctx: Context, change: Change) -> None:
    """Undo passes the policy of what was done; one's own changes, or anyone's for the owner."""
    if change.person_id != ctx.speaker.person_id and ctx.speaker.role < Role.OWNER:
        raise Refused(_("Only the one who made a change, or the owner, can undo it."))
    original = load().get(change.tool)
    if original is not None:
        decision = policy.decide(ctx.speaker, original, (), by_code=True)
        if decision.refused:
            raise Refused(decision.refused)
