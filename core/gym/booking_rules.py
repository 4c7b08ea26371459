"""The rules of booking: whether a person may have a seat in a class, and what giving one up costs. Values in, values out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from core.clock import to_instant, to_local
from core.gym import booking_words, wording
from core.gym.plans import Standing
from core.gym.timetable import Occurrence
from core.gym.wording import about
from core.i18n import _, ngettext


class Rule(StrEnum):
    """What can stand in the way of a booking."""

    CANCELLED = "cancelled"
    STARTED = "started"
    HAS_SEAT = "has_seat"
    OVERLAP = "overlap"
    NO_PLAN = "no_plan"
    NOT_YET = "not_yet"
    ENDED = "ended"
    FROZEN = "frozen"
    UNPAID = "unpaid"
    PACK_EMPTY = "pack_empty"
    WEEK_FULL = "week_full"
    NOT_OPEN = "not_open"
    FULL = "full"


# What staff may set aside for a member, with a press.
STAFF_MAY = frozenset({Rule.FULL, Rule.NOT_OPEN})
# Another class would not help against these.
PERSONAL = frozenset({Rule.NO_PLAN, Rule.NOT_YET, Rule.ENDED, Rule.FROZEN, Rule.UNPAID, Rule.PACK_EMPTY})


@dataclass(frozen=True)
class Policy:
    """What a gym has decided about booking."""

    zone: str
    currency: str
    opens_days: int
    cancel_deadline_h: int
    unpaid_may_book: bool
    unpaid_grace_days: int


@dataclass(frozen=True)
class Wish:
    """A seat that somebody wants, with all that the rules look at. `mine` are the person's other seats around that time,
    `week_visits` the visits of that week on the same membership. Staff train without a plan. `who` is "you" or a name."""

    occurrence: Occurrence
    now: datetime
    mine: Sequence[Occurrence]
    standing: Standing | None
    week_visits: int
    has_seat: bool = False
    who: str = "you"


@dataclass(frozen=True)
class Obstacle:
    """A rule that says no, in words that say why and what would work."""

    rule: Rule
    words: str


def obstacles(wish: Wish, policy: Policy) -> list[Obstacle]:
    """Every rule that stands in the way of a seat, the most fundamental first."""
    return [*_of_class(wish, policy), *_of_person(wish, policy), *_of_room(wish)]


def _of_class(wish: Wish, policy: Policy) -> list[Obstacle]:
    o = wish.occurrence
    said = wording.class_at(o)
    if o.cancelled:
        words = _("{session} is cancelled ({reason}).") if o.reason else _("{session} is cancelled.")
        return [Obstacle(Rule.CANCELLED, words.format(session=said, reason=o.reason))]
    if o.starts_at <= wish.now:
        return [Obstacle(Rule.STARTED, _("{session} has already started.").format(session=said))]
    if wish.has_seat:
        yours, theirs = _("You already have a seat in {session}."), _("{name} already has a seat in {session}.")
        return [Obstacle(Rule.HAS_SEAT, about(wish.who, yours, theirs, session=said))]
    found = []
    for other in wish.mine:
        if other.overlaps(o.starts_at, o.minutes):
            words = about(
                wish.who,
                _(
                    "You are booked into {other}, which is at the same time as {session}. Cancel or move that one first."
                ),
                _(
                    "{name} is booked into {other}, which is at the same time as {session}. "
                    "Cancel or move that one first."
                ),
                other=wording.class_at(other),
                session=said,
            )
            found.append(Obstacle(Rule.OVERLAP, words))
    opens = opens_on(o.local_start.date(), policy.opens_days)
    if to_local(wish.now, policy.zone).date() < opens:
        words = _("{session} can be booked from {day}, {days} days before.")
        words = words.format(session=said, day=wording.full_day(opens), days=policy.opens_days)
        found.append(Obstacle(Rule.NOT_OPEN, words))
    return found


def _of_person(wish: Wish, policy: Policy) -> list[Obstacle]:
    standing = wish.standing
    if standing is None:
        return []
    on = wish.occurrence.local_start.date()
    today = to_local(wish.now, policy.zone).date()
    membership = _of_membership(wish, standing, on)
    return [*([membership] if membership else []), *_of_money(wish, standing, today, policy)]


def _of_membership(wish: Wish, standing: Standing, on: date) -> Obstacle | None:
    """What of the membership stands in the way on a day: it does not run, rests, or is used up."""
    limit = standing.visits_per_week
    if standing.membership_id is None:
        return Obstacle(Rule.NO_PLAN, booking_words.no_plan(wish.who))
    if standing.starts and on < standing.starts:
        return Obstacle(Rule.NOT_YET, booking_words.starts_later(wish.who, standing, standing.starts))
    if standing.ends and on > standing.ends:
        return Obstacle(Rule.ENDED, booking_words.ends_before(wish.who, standing, standing.ends))
    if standing.frozen(on):
        return Obstacle(Rule.FROZEN, booking_words.frozen(wish.who, standing))
    if standing.visits_left is not None and standing.visits_left <= 0:
        return Obstacle(Rule.PACK_EMPTY, booking_words.used_up(wish.who, standing))
    if limit is not None and wish.week_visits >= limit:
        monday = on - timedelta(days=on.weekday())
        return Obstacle(Rule.WEEK_FULL, booking_words.week_full(wish.who, standing, limit, monday))
    return None


def _of_money(wish: Wish, standing: Standing, today: date, policy: Policy) -> list[Obstacle]:
    if policy.unpaid_may_book or standing.overdue <= 0 or standing.overdue_since is None:
        return []
    if (today - standing.overdue_since).days <= policy.unpaid_grace_days:
        return []
    owed = wording.sum_of(standing.overdue, policy.currency)
    return [Obstacle(Rule.UNPAID, booking_words.unpaid(wish.who, owed, standing.overdue_since))]


def _of_room(wish: Wish) -> list[Obstacle]:
    o = wish.occurrence
    if o.booked < o.spots or o.cancelled or o.starts_at <= wish.now or wish.has_seat:
        return []
    words = ngettext(
        "{session} is full: its only spot is taken.", "{session} is full: all {count} spots are taken.", o.spots
    )
    return [Obstacle(Rule.FULL, words.format(session=wording.class_at(o), count=o.spots))]


def opens_on(day: date, opens_days: int) -> date:
    """The day from whose first minute a class on a day can be booked."""
    return day - timedelta(days=opens_days)


def is_late(starts_at: datetime, now: datetime, policy: Policy) -> bool:
    """Whether giving up a seat now is past the deadline."""
    return now > starts_at - timedelta(hours=policy.cancel_deadline_h)


def week_of(day: date, zone: str) -> tuple[datetime, datetime]:
    """The instants at which the Monday-to-Sunday week of a day begins and ends in a zone."""
    monday = datetime.combine(day - timedelta(days=day.weekday()), datetime.min.time())
    return to_instant(monday, zone), to_instant(monday + timedelta(days=7), zone)


def late_cost(standing: Standing | None) -> str:
    """What a late cancellation costs, in words."""
    if standing is not None and standing.visits_left is not None:
        words = ngettext(
            "The visit still counts: {count} visit is left of {plan}.",
            "The visit still counts: {count} visits are left of {plan}.",
            standing.visits_left,
        )
        return words.format(count=standing.visits_left, plan=standing.plan)
    if standing is not None and standing.visits_per_week is not None:
        return _("The visit still counts as one of the {count} of that week.").format(count=standing.visits_per_week)
    return _("It is noted as a late cancellation, and the visit still counts.")
