"""The timetable and its classes: seeing them, putting them on, moving them, calling them off."""

from datetime import date, datetime, timedelta

from sqlalchemy.sql import select

from core.agent.sources import short
from core.agent.tools import Context, Data, Effect, Notice, Result, Role, Thing, tool
from core.chat import Card
from core.clock import to_local
from core.coaching.workouts import Workout
from core.errors import Offer, Refused
from core.gym import class_changes as changes
from core.gym import class_views as views
from core.gym import timetable, wording
from core.gym.bookings import DROPPED, LATE, Booking, seat_of, seats_in
from core.gym.class_types import ClassType
from core.gym.classes import CANCELLED, ClassSeries, ClassSession
from core.gym.timetable import Occurrence
from core.people import Person
from core.references.classes import ClassTypeRef, SessionRef
from core.references.kinds import Days, Minutes, Spots, TimeOfDay, When, Words
from core.references.people import StaffRef
from core.references.times import minutes_of
from core.references.training import WorkoutRef
from core.tools._class_phrases import SAYS

USUAL_DAYS, MOST_DAYS = 7, 62
WITH_COACH = {"coach": ("with", "by", "coach", "coached", "coaching", "taught", "led", "given", "run", "coaches")}
IN_FULL = {**WITH_COACH, "minutes": ("for", "long", "lasting"), "spots": ("for", "max", "maximum", "limit", "capacity")}


@tool(Role.MEMBER, says=SAYS["show_timetable"], intro={"coach": ("with", "by", "does", "from")})
async def show_timetable(
    ctx: Context, when: When | None = None, class_type: ClassTypeRef | None = None, coach: StaffRef | None = None
) -> Result:
    """What is on, with spots left: the coming week unless a day, a type or a coach is named."""
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
    return Result(text=views.timetable_text(on, ctx.gym.zone, ctx.now), things=things)


async def _nothing_on(
    ctx: Context, first: date, last: date, class_type: ClassType | None, coach: Person | None
) -> Result:
    """That nothing is on, and when the next such class is."""
    what = class_type.name if class_type else "No class"
    who = f" with {coach.name}" if coach else ""
    days = wording.full_day(first) if first == last else f"{wording.full_day(first)} to {wording.full_day(last)}"
    said = f"{'No ' + what if class_type else what}{who} is on the timetable for {days}."
    after = max(last, ctx.local_now.date())
    later = await timetable.between(ctx.db, ctx.gym.id, ctx.gym.zone, after, after + timedelta(days=28))
    fits = [o for o in later if o.starts_at > ctx.now and not o.cancelled]
    fits = [o for o in fits if class_type is None or o.class_type_id == class_type.id]
    fits = [o for o in fits if coach is None or o.coach_id == coach.id]
    return Result(text=f"{said} The next one is {wording.class_at(fits[0])}." if fits else said)


@tool(Role.MEMBER, says=SAYS["show_class"])
async def show_class(ctx: Context, session: SessionRef) -> Result:
    """One class: when, how long, with whom, what, and how many spots are left."""
    workout = await ctx.db.get(Workout, session.workout_id) if session.workout_id else None
    seat = await seat_of(ctx.db, session.row_id, ctx.speaker.person_id) if session.row_id else None
    private = seat is not None and ctx.room is None
    card = views.class_card(session, ctx.gym.zone, workout.name if workout else None, mine=private)
    free = session.left and not session.cancelled and session.starts_at > ctx.now and seat is None
    offers = (Offer("Book it", "book_class", {"session": session.key}),) if free else ()
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
    return Result(text=text, things=(Thing("session", session.key),))


@tool(Role.COACH, Effect.WRITE, says=SAYS["schedule_class"], intro=IN_FULL)
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
    with_coach = f", with {new.coach}" if new.coach else ""
    return Result(
        receipt=f"On the timetable: {wording.class_in(new, ctx.gym.zone)}, {new.minutes} minutes, {wording.spots(new.spots)}"
        f"{with_coach}",
        things=(Thing("session", new.key),),
    )


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
    return await _clash_card(ctx, f"Put on {wording.class_at(new)} with {new.coach} all the same?", new)


async def _planned(
    ctx: Context, class_type: ClassType, when: When, minutes: int | None, coach: Person | None, spots: int | None
) -> Occurrence:
    """The class that is to be put on; refused if it cannot be."""
    if not when.time_said:
        raise Refused(
            f"At what time on {wording.full_day(when.start)}? Say it like “put {class_type.name} on "
            f"{wording.full_day(when.start)} 18:00”. Nothing was put on."
        )
    length = class_type.minutes if minutes is None else minutes
    length = minutes_of(when) or length if minutes is None else length
    size = class_type.spots if spots is None else spots
    start = when.start.replace(second=0, microsecond=0)
    new = changes.planned(class_type, start, ctx.gym.zone, length, size, coach)
    wrong = changes.amiss(new.starts_at, new.minutes, new.spots, ctx.now)
    if wrong:
        raise Refused(f"{wrong} {wording.class_at(new)} was not put on.")
    await _refuse_twin(ctx, new)
    return new


@tool(Role.ADMIN, Effect.WRITE, says=SAYS["schedule_series"], intro={**IN_FULL, "time": ("at",)})
async def schedule_series(
    ctx: Context,
    class_type: ClassTypeRef,
    days: Days,
    time: TimeOfDay,
    from_: When | None = None,
    until: When | None = None,
    minutes: Minutes | None = None,
    coach: StaffRef | None = None,
    spots: Spots | None = None,
) -> Result:
    """Put a class on every week, on one or more days at the same time."""
    rule = await _rule(ctx, class_type, (days, f"{time:%H:%M}"), from_, until, (minutes, spots), coach)
    ctx.db.add(rule)
    first = next(timetable.starts_of(rule, rule.from_date, rule.from_date + timedelta(days=7)), None)
    last = f" until {wording.full_day(rule.until_date)}" if rule.until_date else ""
    with_coach = f", with {coach.name}" if coach else ""
    begins = f", first on {wording.full_day(first)}" if first else ""
    things = (Thing("session", f"{class_type.name} {first:%Y-%m-%dT%H:%M}"),) if first else ()
    return Result(
        receipt=f"Every week: {class_type.name}, {', '.join(rule.days)} {rule.time} ({ctx.gym.zone}){begins}{last}{with_coach}",
        things=things,
    )


@schedule_series.check
async def _series_fits_in(
    ctx: Context,
    class_type: ClassType,
    days: Days,
    time: TimeOfDay,
    from_: When | None = None,
    until: When | None = None,
    minutes: int | None = None,
    coach: Person | None = None,
    spots: int | None = None,
) -> Card | None:
    rule = await _rule(ctx, class_type, (days, f"{time:%H:%M}"), from_, until, (minutes, spots), coach)
    others = await changes.series_clashes(ctx.db, ctx.gym.id, ctx.gym.zone, rule, class_type)
    if not others or coach is None:
        return None
    title = f"Put {class_type.name} on {', '.join(rule.days)} {rule.time} with {coach.name} all the same?"
    return Card(kind="confirm", title=title, lines=(changes.clash_line(coach.name, others[:3]),))


async def _rule(
    ctx: Context,
    class_type: ClassType,
    days_and_time: tuple[Days, str],
    from_: When | None,
    until: When | None,
    size: tuple[int | None, int | None],
    coach: Person | None,
) -> ClassSeries:
    """The series that is to be put on; refused if it cannot be."""
    (days, time), (minutes, spots) = days_and_time, size
    today = ctx.local_now.date()
    first = from_.start.date() if from_ else today
    if first < today:
        raise Refused(f"{wording.full_day(first)} is past. No series was put on; let it begin today or later.")
    last = until.last_day if until else None
    if last is not None and last < first:
        raise Refused("The series would end before it begins. Nothing was put on.")
    wrong = changes.amiss(
        ctx.now + timedelta(days=1),
        class_type.minutes if minutes is None else minutes,
        class_type.spots if spots is None else spots,
        ctx.now,
    )
    if wrong:
        raise Refused(f"{wrong} The series was not put on.")
    rule = ClassSeries(
        gym_id=ctx.gym.id,
        class_type_id=class_type.id,
        days=list(days),
        time=time,
        minutes=minutes,
        spots=spots,
        coach_id=coach.id if coach else None,
        from_date=first,
        until_date=last,
    )
    taken = await changes.same_series(ctx.db, rule)
    if taken:
        raise Refused(f"{class_type.name} is already on every {', '.join(taken)} at {time}. Nothing was put on.")
    return rule


@tool(Role.COACH, Effect.CONFIRM, says=SAYS["move_class"])
async def move_class(ctx: Context, session: SessionRef, to: When) -> Result:
    """Move a class to another time and tell everyone who booked it."""
    moved = await _moved(ctx, session, to)
    row = await timetable.materialise(ctx.db, ctx.gym.id, session)
    row.starts_at = moved.starts_at
    told = changes.moved_words(session, moved, ctx.gym.zone)
    return Result(
        receipt=f"Moved: {wording.class_at(session)} → {wording.at_in(moved.local_start, ctx.gym.zone)}",
        things=(Thing("session", moved.key),),
        tell=await _to_all(ctx, row.id, told),
    )


@move_class.check
async def _move_scope(ctx: Context, session: Occurrence, to: When) -> Card:
    moved = await _moved(ctx, session, to)
    lines = [_scope(session)]
    others = await changes.clashes(ctx.db, ctx.gym.id, ctx.gym.zone, moved)
    lines += [changes.clash_line(moved.coach, others)] if others else []
    torn = await changes.would_overlap(ctx.db, session, moved)
    lines += [f"{wording.people(torn, 'of them has', 'of them have')} another class then."] if torn else []
    title = f"Move {wording.class_at(session)} to {wording.at_in(moved.local_start, ctx.gym.zone)}?"
    return Card(kind="confirm", title=title, lines=tuple(lines))


async def _moved(ctx: Context, session: Occurrence, to: When) -> Occurrence:
    """The class at its new time; refused if it cannot be there."""
    _refuse_past(ctx, session, "moved")
    clock = to.start.time() if to.time_said else session.local_start.time()
    start = datetime.combine(to.start.date(), clock.replace(second=0, microsecond=0))
    moved = changes.moved_to(session, start, ctx.gym.zone)
    if moved.starts_at == session.starts_at:
        raise Refused(f"{wording.class_at(session)} is already at that time. Nothing was changed.")
    if moved.starts_at <= ctx.now:
        raise Refused(f"{wording.at(start)} has already passed. Nothing was changed.")
    await _refuse_twin(ctx, moved)
    return moved


@tool(Role.COACH, Effect.CONFIRM, says=SAYS["cancel_class"])
async def cancel_class(ctx: Context, session: SessionRef, reason: Words | None = None) -> Result:
    """Cancel a class and tell everyone who booked it."""
    _refuse_past(ctx, session, "cancelled")
    row = await timetable.materialise(ctx.db, ctx.gym.id, session)
    told = await _to_all(ctx, row.id, changes.cancelled_words(session, ctx.gym.zone, reason))
    row.status, row.reason = CANCELLED, reason[:300] if reason else None
    for booking, _ in await changes.booked_in(ctx.db, await timetable.of_row(ctx.db, ctx.gym.zone, row)):
        booking.status, booking.cancelled_at = DROPPED, ctx.now
    why = f" ({short(reason)})" if reason else ""
    return Result(
        receipt=f"Cancelled: {wording.class_in(session, ctx.gym.zone)}{why}",
        things=(Thing("session", session.key),),
        tell=told,
    )


@cancel_class.check
async def _cancel_scope(ctx: Context, session: Occurrence, reason: str | None = None) -> Card:
    _refuse_past(ctx, session, "cancelled")
    lines = (_scope(session), *((f"Reason: {reason}",) if reason else ()))
    return Card(kind="confirm", title=f"Cancel {wording.class_in(session, ctx.gym.zone)}?", lines=lines)


@tool(Role.COACH, Effect.WRITE, says=SAYS["set_class_coach"])
async def set_class_coach(ctx: Context, session: SessionRef, coach: StaffRef) -> Result:
    """Say who coaches a class."""
    _refuse_past(ctx, session, "changed")
    row = await timetable.materialise(ctx.db, ctx.gym.id, session)
    if row.coach_id == coach.id:
        return Result(text=f"{coach.name} already coaches {wording.class_at(session)}.", things=_thing(session))
    row.coach_id = coach.id
    instead = f" instead of {session.coach}" if session.coach else ""
    receipt = f"{coach.name} coaches {wording.class_in(session, ctx.gym.zone)}{instead}"
    return Result(receipt=receipt, things=_thing(session))


@set_class_coach.check
async def _coach_is_free(ctx: Context, session: Occurrence, coach: Person) -> Card | None:
    _refuse_past(ctx, session, "changed")
    new = changes.with_coach(session, coach)
    return await _clash_card(ctx, f"Let {coach.name} coach {wording.class_at(session)} all the same?", new)


@tool(Role.COACH, Effect.WRITE, says=SAYS["set_class_spots"], intro={"spots": ("to", "at")})
async def set_class_spots(ctx: Context, session: SessionRef, spots: Spots) -> Result:
    """Set how many people fit into a class."""
    _refuse_past(ctx, session, "changed")
    wrong = changes.amiss(session.starts_at, session.minutes, spots, ctx.now)
    if wrong:
        raise Refused(f"{wrong} Nothing was changed.")
    row = await timetable.materialise(ctx.db, ctx.gym.id, session)
    booked = (await timetable.booked_counts(ctx.db, [row.id])).get(row.id, 0)
    if spots < booked and spots < row.spots:
        raise Refused(
            f"{wording.people(booked)} booked into {wording.class_at(session)}, so it needs at least {wording.spots(booked)}. "
            "Nothing was changed."
        )
    if spots == row.spots:
        return Result(text=f"{wording.class_at(session)} already has {wording.spots(spots)}.", things=_thing(session))
    before, row.spots = row.spots, spots
    receipt = f"{wording.class_in(session, ctx.gym.zone)}: {wording.spots(spots)} (was {before})"
    return Result(receipt=receipt, things=_thing(session))


@tool(Role.COACH, Effect.WRITE, says=SAYS["set_class_workout"])
async def set_class_workout(ctx: Context, session: SessionRef, workout: WorkoutRef) -> Result:
    """Say which workout a class does."""
    _refuse_past(ctx, session, "changed")
    row = await timetable.materialise(ctx.db, ctx.gym.id, session)
    if row.workout_id == workout.id:
        return Result(text=f"{wording.class_at(session)} already does {workout.name}.", things=_thing(session))
    row.workout_id = workout.id
    receipt = f"{wording.class_in(session, ctx.gym.zone)} does {workout.name}"
    return Result(receipt=receipt, things=(Thing("workout", workout.name), *_thing(session)))


def _thing(session: Occurrence) -> tuple[Thing, ...]:
    return (Thing("session", session.key),)


def _scope(session: Occurrence) -> str:
    """Whom it concerns."""
    return f"{wording.people(session.booked)} booked and will be told." if session.booked else "Nobody is booked."


def _refuse_past(ctx: Context, session: Occurrence, verb: str) -> None:
    said = wording.class_at(session)
    if session.cancelled:
        raise Refused(f"{said} is already cancelled. Nothing was changed.")
    if session.starts_at <= ctx.now:
        began = to_local(session.starts_at, ctx.gym.zone)
        raise Refused(f"{said} began at {began:%H:%M} and can't be {verb} any more. Nothing was changed.")


async def _refuse_twin(ctx: Context, wanted: Occurrence) -> None:
    if await changes.twin(ctx.db, ctx.gym.id, ctx.gym.zone, wanted):
        raise Refused(
            f"{wording.class_at(wanted)} is already on the timetable. Nothing was changed; choose another time."
        )


async def _clash_card(ctx: Context, title: str, wanted: Occurrence) -> Card | None:
    """A card that says what else the coach has at the time."""
    others = await changes.clashes(ctx.db, ctx.gym.id, ctx.gym.zone, wanted)
    return Card(kind="confirm", title=title, lines=(changes.clash_line(wanted.coach, others),)) if others else None


async def _to_all(ctx: Context, session_id: int, told: changes.Told) -> tuple[Notice, ...]:
    """The same message for everyone with a seat, but the speaker."""
    seats = await seats_in(ctx.db, session_id)
    return tuple(Notice(p.id, told.text, told.correction) for _, p in seats if p.id != ctx.speaker.person_id)
