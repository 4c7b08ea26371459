"""Booking a seat in a class, giving it up, moving it, and seeing what one has booked."""

from collections.abc import Callable

from sqlalchemy.ext.asyncio import AsyncSession

from core.agent.tools import Context, Data, Effect, Notice, Result, Role, Thing, notice, tool
from core.chat import Card
from core.errors import Offer, Refused
from core.gym import seats, timetable, wording
from core.gym.booking_facts import obstacles_for, policy_of, standing_for, with_room
from core.gym.booking_rules import PERSONAL, STAFF_MAY, Obstacle, Policy, Rule, is_late, late_cost
from core.gym.bookings import BOOKED, Booking, coming_seats, hold_person, seat_of
from core.gym.plans import Standing
from core.gym.timetable import Occurrence
from core.gym.wording import YOU, about
from core.i18n import _, ngettext
from core.people import Person, Someone, sender
from core.references.classes import SessionRef
from core.references.kinds import When
from core.references.people import MemberRef
from core.tools._booking_phrases import SAYS

MOST_LISTED = 20


@tool(
    Role.MEMBER,
    Effect.WRITE,
    shows=Data.SELF,
    least={"member": Role.COACH},
    intro={"member": ["for"]},
    says=SAYS["book_class"],
)
async def book_class(ctx: Context, session: SessionRef, member: MemberRef | None = None) -> Result:
    """Book a seat in a class.

    For oneself or, as staff, for a member."""
    person, policy = await _person(ctx, member), _policy(ctx)
    row_id = await timetable.hold(ctx.db, ctx.gym.id, session)
    await hold_person(ctx.db, person.id)
    occurrence = await timetable.of_row(ctx.db, ctx.gym.zone, row_id)
    stop = await obstacles_for(ctx.db, policy, person, occurrence, ctx.now, who=_who(ctx, person))
    await _refuse(ctx, person, occurrence, [o for o in stop if not _set_aside(ctx, member, o)])
    held = await standing_for(ctx.db, policy, person, occurrence, ctx.now)
    await seats.take(ctx.db, person, row_id, held, ctx.now, beyond=any(o.rule is Rule.FULL for o in stop))
    held = await standing_for(ctx.db, policy, person, occurrence, ctx.now)
    who = _who(ctx, person)
    return Result(
        text=_balance(held, who),
        receipt=about(who, _("Booked: {session}"), _("Booked {name}: {session}"), session=_in(ctx, occurrence)),
        things=_things(occurrence, None if who == YOU else person),
        tell=_told(ctx, person, lambda: _booked_words(ctx, occurrence)),
    )


@book_class.check
async def _may_book(ctx: Context, session: Occurrence, member: Person | None = None) -> Card | None:
    """Refuses what no rule allows; asks staff before a rule is set aside."""
    person = await _person(ctx, member)
    stop = await obstacles_for(ctx.db, _policy(ctx), person, session, ctx.now, who=_who(ctx, person))
    if not stop:
        return None
    if member is None or any(o.rule not in STAFF_MAY for o in stop):
        await _refuse(ctx, person, session, [o for o in stop if member is None or o.rule not in STAFF_MAY])
    return Card(
        kind="confirm",
        title=_("Book {name} into {session} all the same?").format(name=person.name, session=wording.class_at(session)),
        lines=tuple(o.words for o in stop),
    )


@tool(
    Role.MEMBER,
    Effect.WRITE,
    shows=Data.SELF,
    least={"member": Role.COACH},
    says=SAYS["cancel_booking"],
)
async def cancel_booking(ctx: Context, *, member: MemberRef | None = None, session: SessionRef) -> Result:
    """Give up a seat in a class.

    Past the deadline the visit still counts."""
    person, policy = await _person(ctx, member), _policy(ctx)
    booking = await _seat(ctx, person, session)
    late = is_late(session.starts_at, ctx.now, policy) and member is None
    await seats.give_up(ctx.db, booking, ctx.now, late=late)
    held = await standing_for(ctx.db, policy, person, session, ctx.now)
    who = _who(ctx, person)
    return Result(
        text=late_cost(held) if late else _balance(held, who),
        receipt=about(who, _("Cancelled: {session}"), _("Cancelled for {name}: {session}"), session=_in(ctx, session)),
        things=_things(session, None if who == YOU else person),
        tell=_told(ctx, person, lambda: _cancelled_words(ctx, session)),
    )


@cancel_booking.check
async def _may_cancel(ctx: Context, *, member: Person | None = None, session: Occurrence) -> Card | None:
    """Refuses without a seat; says first what a late cancellation costs."""
    person, policy = await _person(ctx, member), _policy(ctx)
    await _seat(ctx, person, session)
    if not is_late(session.starts_at, ctx.now, policy):
        return None
    said = wording.class_at(session)
    deadline = _("The deadline was {hours} hours before the start.").format(hours=policy.cancel_deadline_h)
    if member is not None:
        title = _("Cancel {name}'s seat in {session} after the deadline?").format(name=person.name, session=said)
        return Card(kind="confirm", title=title, lines=(deadline, _("You set it aside: the visit is not counted.")))
    held = await standing_for(ctx.db, policy, person, session, ctx.now)
    title = _("Cancel {session} late?").format(session=said)
    return Card(kind="confirm", title=title, lines=(deadline, late_cost(held)))


@tool(
    Role.MEMBER,
    shows=Data.SELF,
    least={"member": Role.COACH},
    intro={"member": ["for", "of"]},
    says=SAYS["list_bookings"],
)
async def list_bookings(ctx: Context, member: MemberRef | None = None, when: When | None = None) -> Result:
    """The classes that one has booked.

    The next one first; of some days, if they are named."""
    person = await _person(ctx, member)
    seats = await coming_seats(ctx.db, person.id, ctx.now)
    booked = await timetable.of_rows(ctx.db, ctx.gym.zone, [seat.session_id for seat in seats])
    coming = sorted((o for o in booked.values() if _on(o, when)), key=lambda o: o.starts_at)
    who = _who(ctx, person)
    if not coming:
        return Result(text=_nothing_booked(who, when), offers=(_timetable(),))
    lines = [f"- {wording.class_at(o)}{f' · {o.coach}' if o.coach else ''}" for o in coming[:MOST_LISTED]]
    more = [_("… and {count} more.").format(count=len(coming) - MOST_LISTED)] if len(coming) > MOST_LISTED else []
    head = about(
        who, _("**Your coming classes** ({zone})"), _("**{name}: coming classes** ({zone})"), zone=ctx.gym.zone
    )
    listed = tuple(Thing("session", o.key) for o in coming[:MOST_LISTED])
    things = listed if len(coming) == 1 else ()
    known = _person_thing(None if who == YOU else person)
    return Result(text="\n".join([head, "", *lines, *more]), things=(*known, *things), listed=listed)


def _nothing_booked(who: str, when: When | None) -> str:
    if when is None:
        return about(who, _("You have no coming bookings."), _("{name} has no coming bookings."))
    return about(who, _("You have no coming bookings then."), _("{name} has no coming bookings then."))


@tool(
    Role.MEMBER,
    Effect.WRITE,
    shows=Data.SELF,
    says=SAYS["move_booking"],
)
async def move_booking(ctx: Context, session: SessionRef, to: SessionRef) -> Result:
    """Change a seat in one class for a seat in another."""
    person, policy = await _person(ctx, None), _policy(ctx)
    rows = {o.key: await timetable.hold(ctx.db, ctx.gym.id, o) for o in sorted((session, to), key=_lock_order)}
    await hold_person(ctx.db, person.id)
    booking = await _seat(ctx, person, session)
    late = is_late(session.starts_at, ctx.now, policy)
    target = await timetable.of_row(ctx.db, ctx.gym.zone, rows[to.key])
    await _refuse(ctx, person, target, await _in_the_way(ctx, policy, person, target, booking, late))
    await seats.give_up(ctx.db, booking, ctx.now, late=late)
    held = await standing_for(ctx.db, policy, person, target, ctx.now)
    await seats.take(ctx.db, person, rows[to.key], held, ctx.now)
    return Result(
        receipt=_("Moved: {session} → {to}").format(session=wording.class_at(session), to=_in(ctx, target)),
        text=_balance(await standing_for(ctx.db, policy, person, target, ctx.now), YOU),
        things=_things(target, None),
    )


@move_booking.check
async def _may_move(ctx: Context, session: Occurrence, to: Occurrence) -> Card | None:
    """Refuses what the rules of booking refuse; says first what a late change costs."""
    person, policy = await _person(ctx, None), _policy(ctx)
    if session.key == to.key:
        words = _("That is the class you are in: {session}. Nothing was changed.")
        raise Refused(words.format(session=wording.class_at(session)))
    booking = await _seat(ctx, person, session)
    late = is_late(session.starts_at, ctx.now, policy)
    await _refuse(ctx, person, to, await _in_the_way(ctx, policy, person, to, booking, late))
    if not late:
        return None
    held = await standing_for(ctx.db, policy, person, session, ctx.now)
    title = _("Move {session} to {to} after the deadline?")
    deadline = _("The deadline was {hours} hours before the start, so the first seat is a late cancellation.")
    return Card(
        kind="confirm",
        title=title.format(session=wording.class_at(session), to=wording.class_at(to)),
        lines=(deadline.format(hours=policy.cancel_deadline_h), late_cost(held)),
    )


async def _in_the_way(
    ctx: Context, policy: Policy, person: Someone, to: Occurrence, booking: Booking, late: bool
) -> list[Obstacle]:
    return await obstacles_for(ctx.db, policy, person, to, ctx.now, instead_of=booking, given_back=not late)


async def _person(ctx: Context, member: Person | None) -> Someone:
    """Whom a call is about: the member who was named, else the speaker."""
    return member if member is not None else await sender(ctx.db, ctx.speaker.person_id)


def _on(o: Occurrence, when: When | None) -> bool:
    """Whether a class is on the days that were named."""
    if when is None:
        return True
    first, last = when.covers_days()
    return first <= o.local_start.date() <= last and timetable.within(when, o.local_start)


def _policy(ctx: Context) -> Policy:
    return policy_of(ctx.gym.zone, ctx.gym.currency, ctx.gym.settings)


def _who(ctx: Context, person: Someone) -> str:
    return YOU if person.id == ctx.speaker.person_id else person.name


def _in(ctx: Context, session: Occurrence) -> str:
    return wording.class_in(session, ctx.gym.zone)


def _timetable() -> Offer:
    return Offer(_("Show the timetable"), "show_timetable", {})


def _set_aside(ctx: Context, member: Person | None, obstacle: Obstacle) -> bool:
    """Whether staff have pressed to let a member in all the same."""
    return member is not None and ctx.pressed and obstacle.rule in STAFF_MAY


async def _refuse(ctx: Context, person: Someone, wanted: Occurrence, stop: list[Obstacle]) -> None:
    """Say no with the reason and what would work, if anything stands in the way."""
    if not stop:
        return
    first, own = stop[0], person.id == ctx.speaker.person_id
    if first.rule in PERSONAL:
        offers = (Offer(_("Show my balance"), "show_balance", {}),) if own and first.rule is Rule.UNPAID else ()
        raise Refused(_("{reason} Nothing was booked.").format(reason=first.words), *offers)
    if first.rule is Rule.HAS_SEAT:
        raise Refused(_("{reason} Nothing was changed.").format(reason=first.words))
    free = await with_room(ctx.db, _policy(ctx), person, wanted, ctx.now)
    if not free:
        words = _("{reason} Nothing was booked. The timetable shows what else is on.")
        raise Refused(words.format(reason=first.words), _timetable())
    extra = {} if own else {"member": person.name}
    others = tuple(Offer(wording.class_label(o, spots=True), "book_class", {"session": o.key, **extra}) for o in free)
    words = _("{reason} Nothing was booked. These {class_type} classes have room:")
    raise Refused(words.format(reason=first.words, class_type=wanted.class_type), *others)


async def _seat(ctx: Context, person: Someone, session: Occurrence) -> Booking:
    """The seat that a person may still give up; refused in words where there is none."""
    own = person.id == ctx.speaker.person_id
    booking = await seat_of(ctx.db, session.row_id, person.id) if session.row_id else None
    said = wording.class_at(session)
    if booking is None:
        offers = await _own_seats(ctx.db, ctx, person) if own else ()
        yours = _("You have no seat in {session}. Nothing was changed.")
        theirs = _("{name} has no seat in {session}. Nothing was changed.")
        raise Refused(about(_who(ctx, person), yours, theirs, session=said), *offers)
    if session.starts_at <= ctx.now or booking.status != BOOKED:
        words = _("{session} has already started, so the seat can't be given up any more. Nothing was changed.")
        raise Refused(words.format(session=said))
    return booking


async def _own_seats(db: AsyncSession, ctx: Context, person: Someone) -> tuple[Offer, ...]:
    rows = await coming_seats(db, person.id, ctx.now)
    return (Offer(_("Show my bookings"), "list_bookings", {}),) if rows else ()


def _lock_order(occurrence: Occurrence) -> tuple[int, str]:
    """Rows are always held in one order, so that two moves cannot wait for each other."""
    return occurrence.row_id or 0, occurrence.key


def _balance(held: Standing | None, who: str) -> str:
    """What is left of a pack, read after the change was written."""
    if held is None or held.visits_left is None:
        return ""
    count = held.visits_left
    yours = ngettext("{count} visit left of your {plan}.", "{count} visits left of your {plan}.", count)
    theirs = ngettext("{count} visit left of the {plan}.", "{count} visits left of the {plan}.", count)
    return about(who, yours, theirs, count=count, plan=held.plan)


def _things(occurrence: Occurrence, member: Someone | None) -> tuple[Thing, ...]:
    return (*_person_thing(member), Thing("session", occurrence.key))


def _person_thing(member: Someone | None) -> tuple[Thing, ...]:
    return (Thing("member", member.name),) if member else ()


def _told(ctx: Context, person: Someone, words: Callable[[], tuple[str, str]]) -> tuple[Notice, ...]:
    """People hear what others did with their seats."""
    return () if person.id == ctx.speaker.person_id else (notice(person, words),)


def _booked_words(ctx: Context, session: Occurrence) -> tuple[str, str]:
    words, correction = _("{coach} booked you into {session}."), _("You are not booked into {session} after all.")
    said = _in(ctx, session)
    return words.format(coach=ctx.speaker.name, session=said), correction.format(session=said)


def _cancelled_words(ctx: Context, session: Occurrence) -> tuple[str, str]:
    words, correction = _("{coach} cancelled your seat in {session}."), _("You have your seat in {session} after all.")
    said = _in(ctx, session)
    return words.format(coach=ctx.speaker.name, session=said), correction.format(session=said)
