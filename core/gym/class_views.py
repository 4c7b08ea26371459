"""How classes look: a timetable by day, one class on a card, its roster."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import groupby

from core.chat import Card, Fact
from core.clock import to_local
from core.gym import wording
from core.gym.bookings import ATTENDED, Booking
from core.gym.classes import WEEKDAYS, ClassSeries
from core.gym.series import Ending
from core.gym.timetable import Occurrence
from core.i18n import _, ngettext
from core.people import Person

MOST_CLASSES = 80


def timetable_text(classes: Sequence[Occurrence], zone: str, now: datetime) -> str:
    """Classes under their days, with coach and spots left."""
    lines = [_("Times are {zone}.").format(zone=zone)]
    for day, those in groupby(classes[:MOST_CLASSES], key=lambda o: o.local_start.date()):
        lines += ["", f"**{wording.full_day(day)}**", *(line_of(o, now) for o in those)]
    if len(classes) > MOST_CLASSES:
        more = _("… and {count} more. Ask for fewer days to see them.")
        lines += ["", more.format(count=len(classes) - MOST_CLASSES)]
    return "\n".join(lines)


def line_of(o: Occurrence, now: datetime) -> str:
    """A class in one line of a list."""
    left = _("over") if o.ends_at <= now else wording.spots_left(o)
    coach = f" · {o.coach}" if o.coach else ""
    return f"- {o.local_start:%H:%M} {o.class_type}{coach} · {left}"


def class_card(o: Occurrence, zone: str, workout: str | None, *, mine: bool) -> Card:
    """One class with all that anyone may know of it."""
    taken = _("{booked} of {spots} taken, {left}")
    facts = [
        Fact(label=_("When"), value=wording.at_in(o.local_start, zone)),
        Fact(label=_("Length"), value=_("{minutes} minutes").format(minutes=o.minutes)),
        Fact(label=_("Coach"), value=o.coach or _("not decided")),
        Fact(label=_("Spots"), value=taken.format(booked=o.booked, spots=o.spots, left=wording.spots_left(o))),
    ]
    facts += [Fact(label=_("Workout"), value=workout)] if workout else []
    facts += [Fact(label=_("Cancelled"), value=o.reason or _("yes"))] if o.cancelled else []
    facts += [Fact(label=_("You"), value=_("have a seat"))] if mine else []
    return Card(kind="class", title=o.class_type, facts=tuple(facts))


def class_sentence(o: Occurrence) -> str:
    """One class in a sentence, for a model."""
    coach = f" with {o.coach}" if o.coach else ""
    taken = f"{o.booked} of {wording.spots(o.spots)} taken"
    return f"{wording.class_at(o)}, {o.minutes} minutes{coach}, {taken}, {wording.spots_left(o)}."


def nothing_on(class_type: str | None, coach: str | None, first: date, last: date) -> str:
    """That nothing is on; of a type or with a coach, if that was asked for."""
    days = wording.full_day(first)
    if first != last:
        days = _("{first} to {last}").format(first=days, last=wording.full_day(last))
    if class_type and coach:
        words = _("No {class_type} with {coach} is on the timetable for {days}.")
    elif class_type:
        words = _("No {class_type} is on the timetable for {days}.")
    elif coach:
        words = _("No class with {coach} is on the timetable for {days}.")
    else:
        words = _("No class is on the timetable for {days}.")
    return words.format(class_type=class_type, coach=coach, days=days)


def put_on(o: Occurrence, zone: str) -> str:
    """That a class is on the timetable."""
    words = (
        _("On the timetable: {session}, {minutes} minutes, {spots}, with {coach}")
        if o.coach
        else _("On the timetable: {session}, {minutes} minutes, {spots}")
    )
    return words.format(
        session=wording.class_in(o, zone), minutes=o.minutes, spots=wording.spots(o.spots), coach=o.coach
    )


def every_week(class_type: str, rule: ClassSeries, zone: str, first: datetime | None, coach: str | None) -> str:
    """That a series is on the timetable: on which days, from when, until when, with whom."""
    words = _("Every week: {class_type}, {days} {time} ({zone})")
    said = [words.format(class_type=class_type, days=days(rule.days), time=rule.time, zone=zone)]
    if first:
        said.append(_(", first on {day}").format(day=wording.full_day(first)))
    if rule.until_date:
        said.append(_(" until {day}").format(day=wording.full_day(rule.until_date)))
    if coach:
        said.append(_(", with {coach}").format(coach=coach))
    return "".join(said)


def no_longer(class_type: str, ends: Ending) -> str:
    """What ends of a series and from when: "Yoga, Thu 19:30, from Mon 23 November"."""
    said = _("{class_type}, {days} {times}, from {day}")
    return said.format(
        class_type=class_type, days=days(ends.days), times=", ".join(ends.times), day=wording.full_day(ends.first)
    )


def days(names: Iterable[str]) -> str:
    """Days of the week in a row: "Mon, Wed"."""
    return ", ".join(wording.weekday(WEEKDAYS.index(name)) for name in names)


def will_be_told(booked: int) -> str:
    """Whom a change concerns."""
    if not booked:
        return _("Nobody is booked.")
    words = ngettext(
        "{count} person is booked and will be told.", "{count} people are booked and will be told.", booked
    )
    return words.format(count=booked)


def torn(count: int) -> str:
    """How many of the people in a class cannot come to its new time."""
    words = ngettext(
        "{count} person of them has another class then.", "{count} people of them have another class then.", count
    )
    return words.format(count=count)


def too_few_spots(o: Occurrence, booked: int) -> str:
    """Why a class cannot be made smaller."""
    words = ngettext(
        "{count} person is booked into {session}, so it needs at least {spots}. Nothing was changed.",
        "{count} people are booked into {session}, so it needs at least {spots}. Nothing was changed.",
        booked,
    )
    return words.format(count=booked, session=wording.class_at(o), spots=wording.spots(booked))


def roster_text(o: Occurrence, zone: str, seats: Iterable[tuple[Booking, Person]], late: Iterable[Person]) -> str:
    """Who is in a class, in the order of booking."""
    rows = list(seats)
    taken = _("{booked} of {spots}").format(booked=len(rows), spots=o.spots)
    lines = [f"**{wording.class_in(o, zone)}** · {taken}{f' · {o.coach}' if o.coach else ''}", ""]
    lines += [f"{n}. {person.name}{_flags(booking, person, o, zone)}" for n, (booking, person) in enumerate(rows, 1)]
    lines += [] if rows else [_("Nobody is booked yet.")]
    dropped = ", ".join(p.name for p in late)
    lines += ["", _("Cancelled late: {names}").format(names=dropped)] if dropped else []
    return "\n".join(lines)


def _flags(booking: Booking, person: Person, o: Occurrence, zone: str) -> str:
    """What a coach wants to see beside a name."""
    flags = [_("checked in")] if booking.status == ATTENDED else []
    flags += [_("beyond the spots")] if booking.beyond else []
    flags += [_("new")] if (o.local_start.date() - person.joined_on).days < 30 else []
    day = o.local_start
    if person.birthday and (person.birthday.month, person.birthday.day) == (day.month, day.day):
        flags.append(_("birthday"))
    if to_local(booking.booked_at, zone).date() == day.date():
        flags.append(_("booked today"))
    return f" ({', '.join(flags)})" if flags else ""
