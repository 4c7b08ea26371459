"""What the booking rules look at, read from the database: the gym's policy, a person's other seats, their plan and week."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core.clock import to_local
from core.gym import timetable
from core.gym.booking_rules import Obstacle, Policy, Wish, obstacles, week_of
from core.gym.bookings import Booking, seat_id, seats_between, visits_between
from core.gym.plans import Standing, standing
from core.gym.timetable import Occurrence
from core.people import ROLES, Someone

# No class is longer, so seats that begin this close may overlap.
AROUND = timedelta(hours=24)


def policy_of(zone: str, currency: str, settings: Mapping[str, Any]) -> Policy:
    """A gym's booking policy from its settings."""
    return Policy(
        zone=zone,
        currency=currency,
        opens_days=int(settings["booking_opens_days"]),
        cancel_deadline_h=int(settings["cancel_deadline_h"]),
        unpaid_may_book=bool(settings["unpaid_may_book"]),
        unpaid_grace_days=int(settings["unpaid_grace_days"]),
    )


def trains_free(person: Someone) -> bool:
    """Staff train without a plan."""
    return person.rank >= ROLES.index("coach")


async def standing_for(
    db: AsyncSession, policy: Policy, person: Someone, occurrence: Occurrence, now: datetime
) -> Standing | None:
    """What a person may use for a class; None for staff."""
    if trains_free(person):
        return None
    on, today = occurrence.local_start.date(), to_local(now, policy.zone).date()
    return await standing(db, person.gym_id, person.id, on, today)


async def wish_for(
    db: AsyncSession,
    policy: Policy,
    person: Someone,
    occurrence: Occurrence,
    now: datetime,
    *,
    who: str = "you",
    instead_of: Booking | None = None,
    given_back: bool = True,
) -> Wish:
    """A person's wish for a seat. With `instead_of`, a seat that is given up for it: it no longer overlaps, and unless
    it is too late it gives its visit back."""
    near = await seats_between(db, person.id, occurrence.starts_at - AROUND, occurrence.ends_at + AROUND)
    kept = [seat.session_id for seat in near if instead_of is None or seat.booking_id != instead_of.id]
    mine = (await timetable.of_rows(db, policy.zone, kept)).values()
    held = await standing_for(db, policy, person, occurrence, now)
    week_visits = 0
    if held and held.membership_id and held.visits_per_week is not None:
        week_visits = await visits_between(db, held.membership_id, *week_of(occurrence.local_start.date(), policy.zone))
    seat = await seat_id(db, occurrence.row_id, person.id) if occurrence.row_id is not None else None
    seated = seat is not None and (instead_of is None or seat != instead_of.id)
    wish = Wish(
        occurrence=occurrence,
        now=now,
        mine=[o for o in mine if o.row_id != occurrence.row_id],
        standing=held,
        week_visits=week_visits,
        has_seat=seated,
        who=who,
    )
    return await _with_visit_back(db, policy, wish, instead_of) if instead_of and given_back else wish


async def _with_visit_back(db: AsyncSession, policy: Policy, wish: Wish, freed: Booking) -> Wish:
    """The wish as it stands once the freed seat's visit is given back."""
    held = wish.standing
    if held is None or freed.membership_id != held.membership_id:
        return wish
    start, end = week_of(wish.occurrence.local_start.date(), policy.zone)
    row = (await timetable.of_rows(db, policy.zone, [freed.session_id]))[freed.session_id]
    weekly = wish.week_visits - (1 if start <= row.starts_at < end else 0)
    left = None if held.visits_left is None else held.visits_left + 1
    return replace(wish, standing=replace(held, visits_left=left), week_visits=weekly)


async def obstacles_for(
    db: AsyncSession,
    policy: Policy,
    person: Someone,
    occurrence: Occurrence,
    now: datetime,
    *,
    who: str = "you",
    instead_of: Booking | None = None,
    given_back: bool = True,
) -> list[Obstacle]:
    """Every rule that keeps a person from a seat in a class."""
    wish = await wish_for(db, policy, person, occurrence, now, who=who, instead_of=instead_of, given_back=given_back)
    return obstacles(wish, policy)


async def with_room(
    db: AsyncSession, policy: Policy, person: Someone, wanted: Occurrence, now: datetime, most: int = 3
) -> list[Occurrence]:
    """The next classes of a type that the person may book right now, other than the one that was wanted."""
    today = to_local(now, policy.zone).date()
    last = today + timedelta(days=policy.opens_days)
    coming = await timetable.between(db, person.gym_id, policy.zone, today, last)
    of_type = [
        o for o in coming if o.class_type_id == wanted.class_type_id and o.key != wanted.key and o.starts_at > now
    ]
    nearest = sorted(of_type, key=lambda o: (abs(o.starts_at - wanted.starts_at), o.starts_at))
    found: list[Occurrence] = []
    for occurrence in nearest[:12]:
        if len(found) < most and not await obstacles_for(db, policy, person, occurrence, now):
            found.append(occurrence)
    return sorted(found, key=lambda o: o.starts_at)
