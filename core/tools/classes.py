"""The timetable and its classes: seeing them, putting them on, moving them, calling them off."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from sqlalchemy.sql import select

from core.agent.sources import short
from core.agent.tools import Context, Data, Effect, Notice, Result, Role, Thing, Unconcerning, notice, tool
from core.chat import Card
from core.clock import to_local
from core.coaching.workouts import Workout
from core.errors import Offer, Refused
from core.gym import class_changes as changes
from core.gym import class_views as views
from core.gym import members, timetable, wording
from core.gym.bookings import DROPPED, LATE, Booking, seat_of, seats_in
from core.gym.class_types import ClassType
from core.gym.classes import CANCELLED, ClassSession
from core.gym.timetable import Occurrence
from core.i18n import _
from core.people import Person
from core.references.classes import ClassTypeRef, SessionRef
from core.references.kinds import Minutes, Spots, When, Words
from core.references.people import StaffRef
from core.references.times import minutes_of
from core.references.training import WorkoutRef
from core.tools._class_phrases import IN_FULL, SAYS

USUAL_DAYS, MOST_DAYS = 7, 62


@tool(Role.MEMBER, says=SAYS["show_timetable"], intro={"coach": ("with", "by", "does", "from")})
async def show_timetable(
    ctx: Context, when: When | None = None, class_type: ClassTypeRef | None = None, coach: StaffRef | None = None
) -> Result:
    """What is on, with spots left.
    The coming week, unless a day, a type or a coach is named."""
    today = ctx.local_now.date()
    first, last = (today, today + timedelta(days=USUAL_DAYS - 1)) if when is None else when.covers_days()
    if when is not None and (when.part is not None or when.time_said):
        last = first
    if (last - first).days > MOST_DAYS:
        last = first + timedelta(days=MOST_DAYS)
    on = await timetable.between(ctx.db, ctx.gym.id, ctx.gym.zone, first, last)
    on = [o for o in on if class_type is None or o.class_type_id == class_type.id]
    on = [o for o in on if coach is None or o.coach_id == coach.id]
    on = [o for o in on if when is None or timetable.within(when, o.local_start)]
    on = [o for o in on if o.ends_at > ctx.now] if when is None else on
    if not on:
        return await _nothing_on(ctx, first, last, class_type, coach)
    things = (Thing("session", on[0].key),) if len(on) == 1 else ()
    listed = tuple(Thing("session", o.key) for o in on)
    return Result(text=views.timetable_text(on, ctx.gym.zone, ctx.now), things=things, listed=listed)


async def _nothing_on(
    ctx: Context, first: date, last: date, class_type: ClassType | None, coach: Person | None
) -> Result:
    """That nothing is on, and when the next such class is."""
    said = views.nothing_on(class_type.name if class_type else None, coach.name if coach else None, first, last)
    after = max(last, ctx.local_now.date())
    later = await timetable.between(ctx.db, ctx.gym.id, ctx.gym.zone, after, after + timedelta(days=28))
    fits = [o for o in later if o.starts_at > ctx.now and not o.cancelled]
    fits = [o for o in fits if class_type is None or o.class_type_id == class_type.id]
    fits = [o for o in fits if coach is None or o.coach_id == coach.id]
    if not fits:
        return Result(text=said)
    return Result(text=_("{said} The next one is {session}.").format(said=said, session=wording.class_at(fits[0])))


@tool(Role.MEMBER, says=SAYS["show_class"])
async def show_class(ctx: Context, session: SessionRef) -> Result:
    """One class: when, with whom, what, spots left."""
    workout = await ctx.db.get(Workout, session.workout_id) if session.workout_id else None
    seat = await seat_of(ctx.db, session.row_id, ctx.speaker.person_id) if session.row_id else None
    private = seat is not None and ctx.room is None
    card = views.class_card(session, ctx.gym.zone, workout.name if workout else None, mine=private)
    free = session.left and not session.cancelled and session.starts_at > ctx.now and seat is None
    offers = (Offer(_("Book it"), "book_class", {"session": session.key}),) if free else ()
    things = (Thing("session", session.key),)
    return Result(cards=(card,), note=views.class_sentence(session), things=things, offers=offers)


@tool(Role.COACH, shows=Data.STAFF, says=SAYS["show_roster"])
async def show_roster(ctx: Context, session: SessionRef) -> Result:
    """Who is in a class: booked, checked in, cancelled late."""
    seats = await changes.booked_in(ctx.db, session)
    late: list[Person] = []
    if session.row_id:
        dropped = select(Person).join(Booking, Booking.person_id == Person.id)
        late = list(await ctx.db.scalars(dropped.where(Booking.session_id == session.row_id, Booking.status == LATE)))
    text = views.roster_text(session, ctx.gym.zone, seats, [p for p in late if p.id not in {s.id for _, s in seats}])
    keys = await members.keys_of(ctx.db, ctx.gym.id, [(person.id, person.name) for _seat, person in seats])
    listed = tuple(Thing("member", key) for key in keys)
    return Result(text=text, things=(Thing("session", session.key),), listed=listed)


@tool(Role.COACH, Effect.WRITE, makes="session", says=SAYS["schedule_class"], intro=IN_FULL)
async def schedule_class(
    ctx: Context,
    class_type: ClassTypeRef,
    when: When,
    minutes: Minutes | None = None,
    coach: StaffRef | None = None,
    spots: Spots | None = None,
) -> Result:
    """Put a single class on the timetable."""
    new = await _planned(ctx, class_type, when, minutes, coach, spots)
    ctx.db.add(
        ClassSession(
            gym_id=ctx.gym.id,
            class_type_id=class_type.id,
            starts_at=new.starts_at,
            minutes=new.minutes,
            spots=new.spots,
            coach_id=new.coach_id,
        )
    )
    change = wording.clock_change(_to_the_minute(when), ctx.gym.zone)
    return Result(text=change, receipt=views.put_on(new, ctx.gym.zone), things=(Thing("session", new.key),))


@schedule_class.check
async def _fits_in(
    ctx: Context,
    class_type: ClassType,
    when: When,
    minutes: int | None = None,
    coach: Person | None = None,
    spots: int | None = None,
) -> Card | None:
    new = await _planned(ctx, class_type, when, minutes, coach, spots)
    title = _("Put on {session} with {coach} all the same?")
    return await _clash_card(ctx, title.format(session=wording.class_at(new), coach=new.coach), new)


async def _planned(
    ctx: Context, class_type: ClassType, when: When, minutes: int | None, coach: Person | None, spots: int | None
) -> Occurrence:
    """The class that is to be put on; refused if it cannot be."""
    if not when.time_said:
        words = _("At what time on {day}? Say it like “put {class_type} on {day} 18:00”. Nothing was put on.")
        raise Refused(words.format(day=wording.full_day(when.start), class_type=class_type.name))
    if minutes is None and when.kind == "interval" and when.open is None and when.end and minutes_of(when) is None:
        words = _("From {start} to {end} is no time for a class. Nothing was put on; say when it begins and ends.")
        raise Refused(words.format(start=f"{when.start:%H:%M}", end=f"{when.end:%H:%M}"))
    length = class_type.minutes if minutes is None else minutes
    length = minutes_of(when) or length if minutes is None else length
    size = class_type.spots if spots is None else spots
    start = _to_the_minute(when)
    new = changes.planned(class_type, start, ctx.gym.zone, length, size, coach)
    wrong = changes.amiss(new.starts_at, new.minutes, new.spots, ctx.now)
    if wrong:
        words = _("{reason} {session} was not put on.")
        raise Refused(words.format(reason=wrong, session=wording.class_at(new)))
    await _refuse_twin(ctx, new)
    return new


def _to_the_minute(when: When) -> datetime:
    return when.start.replace(second=0, microsecond=0)


@tool(Role.COACH, Effect.CONFIRM, says=SAYS["move_class"])
async def move_class(ctx: Context, session: SessionRef, to: When) -> Result:
    """Move a class to another time and tell everyone who booked it."""
    moved = await _moved(ctx, session, to)
    row = await timetable.materialise(ctx.db, ctx.gym.id, session)
    row.starts_at = moved.starts_at
    to_time = wording.at_in(moved.local_start, ctx.gym.zone)
    return Result(
        receipt=_("Moved: {session} → {to}").format(session=wording.class_at(session), to=to_time),
        things=(Thing("session", moved.key),),
        tell=await _to_all(ctx, row.id, lambda: changes.moved_words(session, moved, ctx.gym.zone)),
    )


@move_class.check
async def _move_scope(ctx: Context, session: Occurrence, to: When) -> Card | Unconcerning:
    moved = await _moved(ctx, session, to)
    others = await changes.clashes(ctx.db, ctx.gym.id, ctx.gym.zone, moved)
    if not session.booked and not others:
        return Unconcerning()
    lines = [views.will_be_told(session.booked), *([changes.clash_line(moved.coach, others)] if others else [])]
    torn = await changes.would_overlap(ctx.db, session, moved)
    lines += [views.torn(torn)] if torn else []
    title = _("Move {session} to {time}?").format(
        session=wording.class_at(session), time=wording.at_in(moved.local_start, ctx.gym.zone)
    )
    return Card(kind="confirm", title=title, lines=tuple(lines))


async def _moved(ctx: Context, session: Occurrence, to: When) -> Occurrence:
    """The class at its new time; refused if it cannot be there."""
    _refuse_past(ctx, session, changes.NOT_MOVED)
    clock = to.start.time() if to.time_said else session.local_start.time()
    start = datetime.combine(to.start.date(), clock.replace(second=0, microsecond=0))
    moved = changes.moved_to(session, start, ctx.gym.zone)
    if moved.starts_at == session.starts_at:
        words = _("{session} is already at that time. Nothing was changed.")
        raise Refused(words.format(session=wording.class_at(session)))
    if moved.starts_at <= ctx.now:
        raise Refused(_("{time} has already passed. Nothing was changed.").format(time=wording.at(start)))
    await _refuse_twin(ctx, moved)
    return moved


@tool(Role.COACH, Effect.CONFIRM, says=SAYS["cancel_class"])
async def cancel_class(ctx: Context, session: SessionRef, reason: Words | None = None) -> Result:
    """Cancel a class and tell everyone who booked it."""
    _refuse_past(ctx, session, changes.NOT_CANCELLED)
    row = await timetable.materialise(ctx.db, ctx.gym.id, session)
    told = await _to_all(ctx, row.id, lambda: changes.cancelled_words(session, ctx.gym.zone, reason))
    row.status, row.reason = CANCELLED, reason[:300] if reason else None
    for booking, _person in await changes.booked_in(ctx.db, await timetable.of_row(ctx.db, ctx.gym.zone, row.id)):
        booking.status, booking.cancelled_at = DROPPED, ctx.now
    words = _("Cancelled: {session} ({reason})") if reason else _("Cancelled: {session}")
    return Result(
        receipt=words.format(session=wording.class_in(session, ctx.gym.zone), reason=short(reason or "")),
        things=(Thing("session", session.key),),
        tell=told,
    )


@cancel_class.check
async def _cancel_scope(ctx: Context, session: Occurrence, reason: str | None = None) -> Card:
    _refuse_past(ctx, session, changes.NOT_CANCELLED)
    lines = (views.will_be_told(session.booked), *((_("Reason: {reason}").format(reason=reason),) if reason else ()))
    title = _("Cancel {session}?").format(session=wording.class_in(session, ctx.gym.zone))
    return Card(kind="confirm", title=title, lines=lines)


@tool(Role.COACH, Effect.WRITE, says=SAYS["set_class_coach"])
async def set_class_coach(ctx: Context, session: SessionRef, coach: StaffRef) -> Result:
    """Say who coaches a class."""
    _refuse_past(ctx, session, changes.NOT_CHANGED)
    row = await timetable.materialise(ctx.db, ctx.gym.id, session)
    if row.coach_id == coach.id:
        words = _("{coach} already coaches {session}.")
        return Result(text=words.format(coach=coach.name, session=wording.class_at(session)), things=_thing(session))
    row.coach_id = coach.id
    words = _("{coach} coaches {session} instead of {before}") if session.coach else _("{coach} coaches {session}")
    said = wording.class_in(session, ctx.gym.zone)
    return Result(receipt=words.format(coach=coach.name, session=said, before=session.coach), things=_thing(session))


@set_class_coach.check
async def _coach_is_free(ctx: Context, session: Occurrence, coach: Person) -> Card | None:
    _refuse_past(ctx, session, changes.NOT_CHANGED)
    new = changes.with_coach(session, coach)
    title = _("Let {coach} coach {session} all the same?")
    return await _clash_card(ctx, title.format(coach=coach.name, session=wording.class_at(session)), new)


@tool(Role.COACH, Effect.WRITE, says=SAYS["set_class_spots"], intro={"spots": ("to", "at")})
async def set_class_spots(ctx: Context, session: SessionRef, spots: Spots) -> Result:
    """Set how many people fit into a class."""
    _refuse_past(ctx, session, changes.NOT_CHANGED)
    wrong = changes.amiss(session.starts_at, session.minutes, spots, ctx.now)
    if wrong:
        raise Refused(_("{reason} Nothing was changed.").format(reason=wrong))
    row = await timetable.materialise(ctx.db, ctx.gym.id, session)
    booked = (await timetable.booked_counts(ctx.db, [row.id])).get(row.id, 0)
    if spots < booked and spots < row.spots:
        raise Refused(views.too_few_spots(session, booked))
    if spots == row.spots:
        words = _("{session} already has {spots}.")
        words = words.format(session=wording.class_at(session), spots=wording.spots(spots))
        return Result(text=words, things=_thing(session))
    before, row.spots = row.spots, spots
    said = wording.class_in(session, ctx.gym.zone)
    receipt = _("{session}: {spots} (was {before})").format(session=said, spots=wording.spots(spots), before=before)
    return Result(receipt=receipt, things=_thing(session))


@tool(Role.COACH, Effect.WRITE, says=SAYS["set_class_workout"])
async def set_class_workout(ctx: Context, session: SessionRef, workout: WorkoutRef) -> Result:
    """Say which workout a class does."""
    _refuse_past(ctx, session, changes.NOT_CHANGED)
    row = await timetable.materialise(ctx.db, ctx.gym.id, session)
    if row.workout_id == workout.id:
        words = _("{session} already does {workout}.")
        words = words.format(session=wording.class_at(session), workout=workout.name)
        return Result(text=words, things=_thing(session))
    row.workout_id = workout.id
    said = wording.class_in(session, ctx.gym.zone)
    receipt = _("{session} does {workout}").format(session=said, workout=workout.name)
    return Result(receipt=receipt, things=(Thing("workout", workout.name), *_thing(session)))


def _thing(session: Occurrence) -> tuple[Thing, ...]:
    return (Thing("session", session.key),)


def _refuse_past(ctx: Context, session: Occurrence, words: str) -> None:
    said = wording.class_at(session)
    if session.cancelled:
        raise Refused(_("{session} is already cancelled. Nothing was changed.").format(session=said))
    if session.starts_at <= ctx.now:
        began = to_local(session.starts_at, ctx.gym.zone)
        raise Refused(_(words).format(session=said, time=f"{began:%H:%M}"))


async def _refuse_twin(ctx: Context, wanted: Occurrence) -> None:
    if await changes.twin(ctx.db, ctx.gym.id, ctx.gym.zone, wanted):
        words = _("{session} is already on the timetable. Nothing was changed; choose another time.")
        raise Refused(words.format(session=wording.class_at(wanted)))


async def _clash_card(ctx: Context, title: str, wanted: Occurrence) -> Card | None:
    """A card that says what else the coach has at the time."""
    others = await changes.clashes(ctx.db, ctx.gym.id, ctx.gym.zone, wanted)
    return Card(kind="confirm", title=title, lines=(changes.clash_line(wanted.coach, others),)) if others else None


async def _to_all(ctx: Context, session_id: int, told: Callable[[], changes.Told]) -> tuple[Notice, ...]:
    """The same message for everyone with a seat, but the speaker."""
    people = [person for _booking, person in await seats_in(ctx.db, session_id)]
    others = [p for p in people if p.id != ctx.speaker.person_id]
    return tuple(notice(p, told) for p in others)
