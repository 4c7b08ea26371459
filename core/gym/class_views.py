"""How classes look: a timetable by day, one class on a card, its roster."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby

from core.chat import Card, Fact
from core.clock import to_local
from core.gym import wording
from core.gym.bookings import ATTENDED, Booking
from core.gym.timetable import Occurrence
from core.people import Person

MOST_CLASSES = 80


def timetable_text(classes: Sequence[Occurrence], zone: str, now: datetime) -> str:
    """Classes under their days, with coach and spots left."""
    lines = [f"Times are {zone}."]
    for day, those in groupby(classes[:MOST_CLASSES], key=lambda o: o.local_start.date()):
        lines += ["", f"**{wording.full_day(day)}**", *(line_of(o, now) for o in those)]
    if len(classes) > MOST_CLASSES:
        lines += ["", f"… and {len(classes) - MOST_CLASSES} more. Ask for fewer days to see them."]
    return "\n".join(lines)


def line_of(o: Occurrence, now: datetime) -> str:
    """A class in one line of a list."""
    left = "over" if o.ends_at <= now else wording.spots_left(o)
    coach = f" · {o.coach}" if o.coach else ""
    return f"- {o.local_start:%H:%M} {o.class_type}{coach} · {left}"


def class_card(o: Occurrence, zone: str, workout: str | None, *, mine: bool) -> Card:
    """One class with all that anyone may know of it."""
    facts = [
        Fact(label="When", value=wording.at_in(o.local_start, zone)),
        Fact(label="Length", value=f"{o.minutes} minutes"),
        Fact(label="Coach", value=o.coach or "not decided"),
        Fact(label="Spots", value=f"{o.booked} of {o.spots} taken, {wording.spots_left(o)}"),
    ]
    facts += [Fact(label="Workout", value=workout)] if workout else []
    facts += [Fact(label="Cancelled", value=o.reason or "yes")] if o.cancelled else []
    facts += [Fact(label="You", value="have a seat")] if mine else []
    return Card(kind="class", title=o.class_type, facts=tuple(facts))


def class_sentence(o: Occurrence) -> str:
    """One class in a sentence, for a model."""
    coach = f" with {o.coach}" if o.coach else ""
    taken = f"{o.booked} of {wording.spots(o.spots)} taken"
    return f"{wording.class_at(o)}, {o.minutes} minutes{coach}, {taken}, {wording.spots_left(o)}."


def roster_text(o: Occurrence, zone: str, seats: Iterable[tuple[Booking, Person]], late: Iterable[Person]) -> str:
    """Who is in a class, in the order of booking."""
    rows = list(seats)
    lines = [f"**{wording.class_in(o, zone)}** · {len(rows)} of {o.spots}{f' · {o.coach}' if o.coach else ''}", ""]
    lines += [f"{n}. {person.name}{_flags(booking, person, o, zone)}" for n, (booking, person) in enumerate(rows, 1)]
    lines += [] if rows else ["Nobody is booked yet."]
    dropped = [p.name for p in late]
    return "\n".join([*lines, *(["", f"Cancelled late: {', '.join(dropped)}"] if dropped else [])])


def _flags(booking: Booking, person: Person, o: Occurrence, zone: str) -> str:
    """What a coach wants to see beside a name."""
    flags = ["checked in"] if booking.status == ATTENDED else []
    flags += ["beyond the spots"] if booking.beyond else []
    flags += ["new"] if (o.local_start.date() - person.joined_on).days < 30 else []
    day = o.local_start
    if person.birthday and (person.birthday.month, person.birthday.day) == (day.month, day.day):
        flags.append("birthday")
    if to_local(booking.booked_at, zone).date() == day.date():
        flags.append("booked today")
    return f" ({', '.join(flags)})" if flags else ""
