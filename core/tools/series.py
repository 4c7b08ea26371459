"""Series: putting a class on every week, and ending that."""

from datetime import timedelta

from core.agent.tools import Context, Effect, Result, Role, Thing, tool
from core.chat import Card
from core.errors import Offer, Refused
from core.gym import class_changes as changes
from core.gym import class_views as views
from core.gym import series, timetable, wording
from core.gym.class_types import ClassType
from core.gym.classes import ClassSeries
from core.gym.series import Ending
from core.i18n import _, ngettext
from core.people import Person
from core.references.classes import ClassTypeRef
from core.references.kinds import Days, Minutes, Spots, TimeOfDay, When
from core.references.people import StaffRef
from core.tools._class_phrases import IN_FULL, SAYS

_MOST_KEPT = 5


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
    ahead = timetable.starts_of(rule, rule.from_date, rule.from_date + timedelta(days=7))
    first = next((start for start in ahead if start > ctx.local_now), None)
    things = (Thing("session", f"{class_type.name} {first:%Y-%m-%dT%H:%M}"),) if first else ()
    receipt = views.every_week(class_type.name, rule, ctx.gym.zone, first, coach.name if coach else None)
    return Result(receipt=receipt, things=things)


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
    title = _("Put {class_type} on {days} {time} with {coach} all the same?").format(
        class_type=class_type.name, days=views.days(rule.days), time=rule.time, coach=coach.name
    )
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
        words = _("{day} is past. No series was put on; let it begin today or later.")
        raise Refused(words.format(day=wording.full_day(first)))
    last = until.last_day if until else None
    if last is not None and last < first:
        raise Refused(_("The series would end before it begins. Nothing was put on."))
    wrong = changes.amiss(
        ctx.now + timedelta(days=1),
        class_type.minutes if minutes is None else minutes,
        class_type.spots if spots is None else spots,
        ctx.now,
    )
    if wrong:
        raise Refused(_("{reason} The series was not put on.").format(reason=wrong))
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
        words = _("{class_type} is already on every {days} at {time}. Nothing was put on.")
        raise Refused(words.format(class_type=class_type.name, days=views.days(taken), time=time))
    return rule


@tool(
    Role.ADMIN, Effect.CONFIRM, says=SAYS["end_series"], intro={"time": ("at",), "from": ("from", "after", "starting")}
)
async def end_series(
    ctx: Context,
    class_type: ClassTypeRef,
    days: Days | None = None,
    time: TimeOfDay | None = None,
    from_: When | None = None,
) -> Result:
    """End a series.
    On all of its days, or on those that are named. What somebody has booked stays on the timetable."""
    ending = await _ending(ctx, class_type, days, f"{time:%H:%M}" if time else None, from_)
    kept = await series.end(ctx.db, ctx.gym.zone, ending)
    said = _("Ended: {series}").format(series=views.no_longer(class_type.name, ending))
    offers = tuple(
        Offer(_("Cancel {session}").format(session=wording.class_label(o)), "cancel_class", {"session": o.key})
        for o in kept[:_MOST_KEPT]
    )
    text = _("People have booked these, so they stay on until you cancel them:") if kept else ""
    return Result(text=text, receipt=said, note=said, offers=offers)


@end_series.check
async def _series_ends(
    ctx: Context,
    class_type: ClassType,
    days: Days | None = None,
    time: TimeOfDay | None = None,
    from_: When | None = None,
) -> Card:
    ending = await _ending(ctx, class_type, days, f"{time:%H:%M}" if time else None, from_)
    kept = await series.booked(ctx.db, ctx.gym.zone, ending)
    title = _("End {series}?").format(series=views.no_longer(class_type.name, ending))
    return Card(kind="confirm", title=title, lines=(_kept_line(len(kept), sum(o.booked for o in kept)),))


def _kept_line(classes: int, people: int) -> str:
    if not classes:
        return _("Nobody has booked any of its classes.")
    words = ngettext(
        "{classes} of its classes stays on, because people have booked it: {people} seats.",
        "{classes} of its classes stay on, because people have booked them: {people} seats.",
        classes,
    )
    return words.format(classes=classes, people=people)


async def _ending(
    ctx: Context, class_type: ClassType, days: Days | None, time: str | None, from_: When | None
) -> Ending:
    """What is to end and when; refused if there is no such series or the day is past."""
    today = ctx.local_now.date()
    first = from_.start.date() if from_ else today
    if first < today:
        words = _("{day} is past. Nothing was ended; let it end today or later.")
        raise Refused(words.format(day=wording.full_day(first)))
    ending = await series.ending(ctx.db, class_type, days, time, first, ctx.local_now)
    if ending is None:
        running = await series.running(ctx.db, class_type, first)
        known = "; ".join(f"{views.days(rule.days)} {rule.time}" for rule in running)
        words = (
            _("{class_type} is not on every week like that; its series: {series}. Nothing was ended.")
            if known
            else _("{class_type} has no series that is still to come. Nothing was ended.")
        )
        raise Refused(words.format(class_type=class_type.name, series=known))
    return ending
