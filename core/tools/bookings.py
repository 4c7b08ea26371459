"""Booking a seat in a class, giving it up, moving it, and seeing what one has booked."""

from sqlalchemy.ext.asyncio import AsyncSession

from core.agent.tools import Context, Data, Effect, Notice, Result, Role, Thing, tool
from core.chat import Card
from core.errors import Offer, Refused
from core.gym import seats, timetable, wording
from core.gym.booking_facts import obstacles_for, policy_of, standing_for, with_room
from core.gym.booking_rules import PERSONAL, STAFF_MAY, Obstacle, Policy, Rule, is_late, late_cost
from core.gym.bookings import BOOKED, Booking, coming_seats, hold_person, seat_of
from core.gym.plans import Standing
from core.gym.timetable import Occurrence
from core.people import Person
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
    """Book a seat in a class, for oneself or, as staff, for a member."""
    person, policy = await _person(ctx, member), _policy(ctx)
    row = await timetable.materialise(ctx.db, ctx.gym.id, session)
    await hold_person(ctx.db, person.id)
    occurrence = await timetable.of_row(ctx.db, ctx.gym.zone, row)
    stop = await obstacles_for(ctx.db, policy, person, occurrence, ctx.now, who=_who(ctx, person))
    await _refuse(ctx, person, occurrence, [o for o in stop if not _set_aside(ctx, member, o)])
    held = await standing_for(ctx.db, policy, person, occurrence, ctx.now)
    await seats.take(ctx.db, person, row.id, held, ctx.now, beyond=any(o.rule is Rule.FULL for o in stop))
    held = await standing_for(ctx.db, policy, person, occurrence, ctx.now)
    said = wording.class_in(occurrence, ctx.gym.zone)
    own = person.id == ctx.speaker.person_id
    return Result(
        text=_balance(held, own),
        receipt=f"Booked: {said}" if own else f"Booked {person.name}: {said}",
        things=_things(occurrence, None if own else person),
        tell=_told(
            ctx, person, f"{ctx.speaker.name} booked you into {said}.", f"You are not booked into {said} after all."
        ),
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
        title=f"Book {person.name} into {wording.class_at(session)} all the same?",
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
    """Give up a seat in a class; past the deadline the visit still counts."""
    person, policy = await _person(ctx, member), _policy(ctx)
    booking = await _seat(ctx, person, session)
    late = is_late(session.starts_at, ctx.now, policy) and member is None
    await seats.give_up(ctx.db, booking, ctx.now, late=late)
    said = wording.class_in(session, ctx.gym.zone)
    held = await standing_for(ctx.db, policy, person, session, ctx.now)
    own = person.id == ctx.speaker.person_id
    return Result(
        text=late_cost(held) if late else _balance(held, own),
        receipt=f"Cancelled: {said}" if own else f"Cancelled for {person.name}: {said}",
        things=_things(session, None if own else person),
        tell=_told(
            ctx,
            person,
            f"{ctx.speaker.name} cancelled your seat in {said}.",
            f"You have your seat in {said} after all.",
        ),
    )


@cancel_booking.check
async def _may_cancel(ctx: Context, *, member: Person | None = None, session: Occurrence) -> Card | None:
    """Refuses without a seat; says first what a late cancellation costs."""
    person, policy = await _person(ctx, member), _policy(ctx)
    await _seat(ctx, person, session)
    if not is_late(session.starts_at, ctx.now, policy):
        return None
    said = wording.class_at(session)
    deadline = f"The deadline was {policy.cancel_deadline_h} hours before the start."
    if member is not None:
        return Card(
            kind="confirm",
            title=f"Cancel {person.name}'s seat in {said} after the deadline?",
            lines=(deadline, "You set it aside: the visit is not counted."),
        )
    held = await standing_for(ctx.db, policy, person, session, ctx.now)
    return Card(kind="confirm", title=f"Cancel {said} late?", lines=(deadline, late_cost(held)))


@tool(
    Role.MEMBER,
    shows=Data.SELF,
    least={"member": Role.COACH},
    intro={"member": ["for", "of"]},
    says=SAYS["list_bookings"],
)
async def list_bookings(ctx: Context, member: MemberRef | None = None, when: When | None = None) -> Result:
    """The classes that one has booked, the next one first; of some days, if they are named."""
    person = await _person(ctx, member)
    rows = await coming_seats(ctx.db, person.id, ctx.now)
    booked = await timetable.of_rows(ctx.db, ctx.gym.id, ctx.gym.zone, [row.id for _, row in rows])
    coming = sorted((o for o in booked.values() if _on(o, when)), key=lambda o: o.starts_at)
    own = person.id == ctx.speaker.person_id
    if not coming:
        who = "You have" if own else f"{person.name} has"
        then = " then" if when else ""
        offers = (Offer("Show the timetable", "show_timetable", {}),)
        return Result(text=f"{who} no coming bookings{then}.", offers=offers)
    lines = [f"- {wording.class_at(o)}{f' · {o.coach}' if o.coach else ''}" for o in coming[:MOST_LISTED]]
    more = [f"… and {len(coming) - MOST_LISTED} more."] if len(coming) > MOST_LISTED else []
    head = f"**{'Your' if own else person.name + ':'} coming classes** ({ctx.gym.zone})"
    things = tuple(Thing("session", o.key) for o in coming) if len(coming) == 1 else ()
    return Result(text="\n".join([head, "", *lines, *more]), things=(*_person_thing(None if own else person), *things))


@tool(
    Role.MEMBER,
    Effect.WRITE,
    shows=Data.SELF,
    says=SAYS["move_booking"],
)
async def move_booking(ctx: Context, session: SessionRef, to: SessionRef) -> Result:
    """Change a seat in one class for a seat in another."""
    person, policy = await _person(ctx, None), _policy(ctx)
    rows = {o.key: await timetable.materialise(ctx.db, ctx.gym.id, o) for o in sorted((session, to), key=_lock_order)}
    await hold_person(ctx.db, person.id)
    booking = await _seat(ctx, person, session)
    late = is_late(session.starts_at, ctx.now, policy)
    target = await timetable.of_row(ctx.db, ctx.gym.zone, rows[to.key])
    await _refuse(ctx, person, target, await _in_the_way(ctx, policy, person, target, booking, late))
    await seats.give_up(ctx.db, booking, ctx.now, late=late)
    held = await standing_for(ctx.db, policy, person, target, ctx.now)
    await seats.take(ctx.db, person, rows[to.key].id, held, ctx.now)
    return Result(
        receipt=f"Moved: {wording.class_at(session)} → {wording.class_in(target, ctx.gym.zone)}",
        text=_balance(await standing_for(ctx.db, policy, person, target, ctx.now), True),
        things=_things(target, None),
    )


@move_booking.check
async def _may_move(ctx: Context, session: Occurrence, to: Occurrence) -> Card | None:
    """Refuses what the rules of booking refuse; says first what a late change costs."""
    person, policy = await _person(ctx, None), _policy(ctx)
    if session.key == to.key:
        raise Refused(f"That is the class you are in: {wording.class_at(session)}. Nothing was changed.")
    booking = await _seat(ctx, person, session)
    late = is_late(session.starts_at, ctx.now, policy)
    await _refuse(ctx, person, to, await _in_the_way(ctx, policy, person, to, booking, late))
    if not late:
        return None
    held = await standing_for(ctx.db, policy, person, session, ctx.now)
    return Card(
        kind="confirm",
        title=f"Move {wording.class_at(session)} to {wording.class_at(to)} after the deadline?",
        lines=(
            f"The deadline was {policy.cancel_deadline_h} hours before the start, so the first seat is a late "
            "cancellation.",
            late_cost(held),
        ),
    )


async def _in_the_way(
    ctx: Context, policy: Policy, person: Person, to: Occurrence, booking: Booking, late: bool
) -> list[Obstacle]:
    return await obstacles_for(ctx.db, policy, person, to, ctx.now, instead_of=booking, given_back=not late)


async def _person(ctx: Context, member: Person | None) -> Person:
    """Whom a call is about: the member who was named, else the speaker."""
    if member is not None:
        return member
    return await ctx.db.get_one(Person, ctx.speaker.person_id)


def _on(o: Occurrence, when: When | None) -> bool:
    """Whether a class is on the days that were named."""
    if when is None:
        return True
    first, last = when.covers_days()
    return first <= o.local_start.date() <= last and timetable.within(when, o.local_start)


def _policy(ctx: Context) -> Policy:
    return policy_of(ctx.gym.zone, ctx.gym.currency, ctx.gym.settings)


def _who(ctx: Context, person: Person) -> str:
    return "you" if person.id == ctx.speaker.person_id else person.name


def _set_aside(ctx: Context, member: Person | None, obstacle: Obstacle) -> bool:
    """Whether staff have pressed to let a member in all the same."""
    return member is not None and ctx.pressed and obstacle.rule in STAFF_MAY


async def _refuse(ctx: Context, person: Person, wanted: Occurrence, stop: list[Obstacle]) -> None:
    """Say no with the reason and what would work, if anything stands in the way."""
    if not stop:
        return
    first, own = stop[0], person.id == ctx.speaker.person_id
    if first.rule in PERSONAL:
        offers = (Offer("Show my balance", "show_balance", {}),) if own and first.rule is Rule.UNPAID else ()
        raise Refused(f"{first.words} Nothing was booked.", *offers)
    if first.rule is Rule.HAS_SEAT:
        raise Refused(f"{first.words} Nothing was changed.")
    free = await with_room(ctx.db, _policy(ctx), person, wanted, ctx.now)
    hint = f" These {wanted.class_type} classes have room:" if free else " The timetable shows what else is on."
    extra = {} if own else {"member": person.name}
    others = tuple(Offer(wording.class_label(o, spots=True), "book_class", {"session": o.key, **extra}) for o in free)
    raise Refused(
        f"{first.words} Nothing was booked.{hint}", *(others or (Offer("Show the timetable", "show_timetable", {}),))
    )


async def _seat(ctx: Context, person: Person, session: Occurrence) -> Booking:
    """The seat that a person may still give up; refused in words where there is none."""
    own = person.id == ctx.speaker.person_id
    booking = await seat_of(ctx.db, session.row_id, person.id) if session.row_id else None
    said = wording.class_at(session)
    if booking is None:
        has = "You have" if own else f"{person.name} has"
        offers = await _own_seats(ctx.db, ctx, person) if own else ()
        raise Refused(f"{has} no seat in {said}. Nothing was changed.", *offers)
    if session.starts_at <= ctx.now or booking.status != BOOKED:
        raise Refused(f"{said} has already started, so the seat can't be given up any more. Nothing was changed.")
    return booking


async def _own_seats(db: AsyncSession, ctx: Context, person: Person) -> tuple[Offer, ...]:
    rows = await coming_seats(db, person.id, ctx.now)
    return (Offer("Show my bookings", "list_bookings", {}),) if rows else ()


def _lock_order(occurrence: Occurrence) -> tuple[int, str]:
    """Rows are always held in one order, so that two moves cannot wait for each other."""
    return occurrence.row_id or 0, occurrence.key


def _balance(held: Standing | None, own: bool) -> str:
    """What is left of a pack, read after the change was written."""
    if held is None or held.visits_left is None:
        return ""
    visits = "1 visit" if held.visits_left == 1 else f"{held.visits_left} visits"
    return f"{visits} left of {'your' if own else 'the'} {held.plan}."


def _things(occurrence: Occurrence, member: Person | None) -> tuple[Thing, ...]:
    return (*_person_thing(member), Thing("session", occurrence.key))


def _person_thing(member: Person | None) -> tuple[Thing, ...]:
    return (Thing("member", member.name),) if member else ()


def _told(ctx: Context, person: Person, text: str, correction: str) -> tuple[Notice, ...]:
    """People hear what others did with their seats."""
    return () if person.id == ctx.speaker.person_id else (Notice(person.id, text, correction),)
