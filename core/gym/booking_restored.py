"""What must hold of seats that an undo puts back or takes away: the rules of booking, whatever way a seat came about."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_
from sqlalchemy.sql import select

from core.errors import Offer
from core.gym import timetable, wording
from core.gym.booking_facts import AROUND, obstacles_for, policy_of
from core.gym.booking_rules import PERSONAL, Obstacle, Policy, Rule, is_late
from core.gym.bookings import LIVE, Booking, hold_person, seats_between
from core.gym.classes import CANCELLED, SCHEDULED, ClassSession
from core.gym.gyms import settings_of
from core.gym.timetable import Occurrence
from core.i18n import _, ngettext
from core.people import ROLES, Person
from core.store.changes import ChangeRow
from core.store.restoring import Remark, Restoring, Ruling, Touched, when_restored

# A seat that was taken in time was taken in time.
MET_BEFORE = frozenset({Rule.NOT_OPEN})
STAFF = ROLES.index("coach")


@when_restored("bookings")
async def seats_restored(undo: Restoring) -> Sequence[Remark]:
    """The rulings on every seat that is taken again or given up again."""
    settings = await settings_of(undo.db, undo.gym_id)
    policy = policy_of(settings["zone"], settings["currency"], settings)
    window = timedelta(seconds=int(settings["undo_window_s"]))
    found: list[Remark] = []
    for touched in undo.of("bookings"):
        image = touched.before or touched.after or {}
        row = await undo.db.get(ClassSession, image["session_id"])
        if row is None or _live(touched.before) == _live(touched.after):
            continue
        occurrence = await timetable.of_row(undo.db, policy.zone, row.id)
        person = await undo.db.get_one(Person, image["person_id"])
        if _live(touched.before):
            found += await _taken_again(undo, policy, touched, person, occurrence)
        else:
            found += await _given_up(undo, policy, window, person, occurrence)
    return found


def _live(image: dict[str, Any] | None) -> bool:
    return image is not None and image["status"] in LIVE


async def _taken_again(
    undo: Restoring, policy: Policy, touched: Touched, person: Person, occurrence: Occurrence
) -> list[Remark]:
    """A seat comes back only where it could be booked now; what its booking had met already is met."""
    await hold_person(undo.db, person.id)
    booking = await undo.db.get_one(Booking, touched.row_id)
    with_its_class = _class_comes_back(undo, booking.session_id)
    if not with_its_class and (moved := await _moved_since(undo, booking.session_id, occurrence)):
        return [Remark(Ruling.NO, moved, _book_it(undo, person, occurrence))]
    who = "you" if person.id == undo.person_id else person.name
    without = replace(occurrence, booked=occurrence.booked - 1)
    stop = await obstacles_for(undo.db, policy, person, without, undo.now, who=who, instead_of=booking)
    aside = {*MET_BEFORE, *((Rule.FULL,) if booking.beyond else ())}
    if any(o.rule is Rule.OVERLAP for o in stop) and await _held_together(undo, booking, occurrence):
        aside.add(Rule.OVERLAP)
    kept = [o for o in stop if (o.rule is Rule.OVERLAP if with_its_class else o.rule not in aside)]
    return [Remark(Ruling.NO, _words(o, undo, person), _elsewhere(o)) for o in kept[:1]]


def _class_comes_back(undo: Restoring, session_id: int) -> bool:
    """Whether the undo is about a class that was called off, and the seats come back with it."""
    return any(
        t.row_id == session_id
        and t.before
        and t.after
        and (t.before["status"], t.after["status"]) == (SCHEDULED, CANCELLED)
        for t in undo.of("class_sessions")
    )


async def _held_together(undo: Restoring, booking: Booking, occurrence: Occurrence) -> bool:
    """Whether all that a seat overlaps was held beside it before it was given up: staff had moved a class onto another."""
    near = await seats_between(undo.db, booking.person_id, occurrence.starts_at - AROUND, occurrence.ends_at)
    others = [s for s in near if s.booking_id != booking.id and occurrence.overlaps(s.starts_at, s.minutes)]
    seats, classes = [seat.booking_id for seat in others], [seat.session_id for seat in others]
    since = select(ChangeRow.id).where(
        ChangeRow.change_id > undo.change_id,
        or_(
            and_(ChangeRow.table == "bookings", ChangeRow.row_id.in_(seats)),
            and_(ChangeRow.table == "class_sessions", ChangeRow.row_id.in_(classes)),
        ),
    )
    return await undo.db.scalar(since.limit(1)) is None


def _words(obstacle: Obstacle, undo: Restoring, person: Person) -> str:
    """Why not; what is wrong with somebody else's plan or payments is not for everyone who may read this."""
    if obstacle.rule in PERSONAL and person.id != undo.person_id:
        return _("{name}'s plan does not cover that class any more.").format(name=person.name)
    return obstacle.words


def _elsewhere(obstacle: Obstacle) -> tuple[Offer, ...]:
    return () if obstacle.rule in PERSONAL else (Offer(_("Show the timetable"), "show_timetable", {}),)


async def _moved_since(undo: Restoring, session_id: int, occurrence: Occurrence) -> str:
    """That a class is not where it was when the change was made, in words; nothing if it is."""
    rows = select(ChangeRow.before).where(
        ChangeRow.table == "class_sessions", ChangeRow.row_id == session_id, ChangeRow.change_id > undo.change_id
    )
    images = [before for before in await undo.db.scalars(rows.order_by(ChangeRow.id)) if before]
    if not images or datetime.fromisoformat(images[0]["starts_at"]) == occurrence.starts_at:
        return ""
    return _("That class was moved since: it is now {session}.").format(session=wording.class_at(occurrence))


def _book_it(undo: Restoring, person: Person, occurrence: Occurrence) -> tuple[Offer, ...]:
    extra = {} if person.id == undo.person_id else {"member": person.name}
    return (Offer(wording.class_label(occurrence), "book_class", {"session": occurrence.key, **extra}),)


async def _given_up(
    undo: Restoring, policy: Policy, window: timedelta, person: Person, occurrence: Occurrence
) -> list[Remark]:
    """A seat goes only as it could be cancelled now; a slip of the finger may be taken back within the undo window."""
    said = wording.class_at(occurrence)
    if occurrence.cancelled:
        return []
    if occurrence.starts_at <= undo.now:
        words = _("{session} has already started, so the seat can't be given up any more.")
        return [Remark(Ruling.NO, words.format(session=said))]
    if is_late(occurrence.starts_at, undo.now, policy) and undo.now - undo.made_at > window:
        return [_late(undo, policy, person, occurrence)]
    moved = await _moved_since(undo, occurrence.row_id or 0, occurrence)
    return [Remark(Ruling.NOTE, moved)] if moved else []


def _late(undo: Restoring, policy: Policy, person: Person, occurrence: Occurrence) -> Remark:
    said = wording.class_at(occurrence)
    hours = policy.cancel_deadline_h
    if person.id != undo.person_id and undo.rank >= STAFF:
        words = ngettext(
            "The deadline for {session} was {hours} hour before the start. You set it aside: the visit is not counted.",
            "The deadline for {session} was {hours} hours before the start. You set it aside: the visit is not counted.",
            hours,
        )
        return Remark(Ruling.PRESS, words.format(session=said, hours=hours))
    cancel = Offer(_("Cancel it late"), "cancel_booking", {"session": occurrence.key})
    words = ngettext(
        "The deadline for {session} was {hours} hour before the start, so giving the seat up now is a late cancellation.",
        "The deadline for {session} was {hours} hours before the start, so giving the seat up now is a late cancellation.",
        hours,
    )
    return Remark(Ruling.NO, words.format(session=said, hours=hours), (cancel,))
