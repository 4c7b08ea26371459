"""The rules of booking: whether a person may have a seat in a class, and what giving one up costs. Values in, values out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from core.clock import to_instant, to_local
from core.gym import wording
from core.gym.plans import Standing
from core.gym.timetable import Occurrence


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
        why = f" ({o.reason})" if o.reason else ""
        return [Obstacle(Rule.CANCELLED, f"{said} is cancelled{why}.")]
    if o.starts_at <= wish.now:
        return [Obstacle(Rule.STARTED, f"{said} has already started.")]
    if wish.has_seat:
        return [Obstacle(Rule.HAS_SEAT, f"{_who(wish)} already {_have(wish)} a seat in {said}.")]
    found = []
    for other in wish.mine:
        if other.overlaps(o.starts_at, o.minutes):
            words = (
                f"{_who(wish)} {_are(wish)} booked into {wording.class_at(other)}, which is at the same time as {said}."
            )
            found.append(Obstacle(Rule.OVERLAP, f"{words} Cancel or move that one first."))
    opens = opens_on(o.local_start.date(), policy.opens_days)
    if to_local(wish.now, policy.zone).date() < opens:
        words = f"{said} can be booked from {wording.full_day(opens)}, {policy.opens_days} days before."
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
    who, plan = _whose(wish), standing.plan or "plan"
    desk = "The front desk can start a plan or sell a drop-in."
    if standing.membership_id is None:
        return Obstacle(Rule.NO_PLAN, f"{_who(wish)} {_have(wish)} no plan. {desk}")
    if standing.starts and on < standing.starts:
        words = f"{who} {plan} starts on {wording.full_day(standing.starts)}: classes from that day on work."
        return Obstacle(Rule.NOT_YET, words)
    if standing.ends and on > standing.ends:
        return Obstacle(
            Rule.ENDED, f"{who} {plan} ends on {wording.full_day(standing.ends)}, before that class. {desk}"
        )
    if standing.frozen(on):
        until = standing.frozen_until
        back = f"until {wording.full_day(until)}: classes after that day work" if until else "until it is lifted"
        return Obstacle(Rule.FROZEN, f"{who} {plan} is frozen {back}. The front desk can end the freeze earlier.")
    if standing.visits_left is not None and standing.visits_left <= 0:
        return Obstacle(Rule.PACK_EMPTY, f"All visits of {_whose_inside(wish)} {plan} are used or booked. {desk}")
    limit = standing.visits_per_week
    if limit is not None and wish.week_visits >= limit:
        monday = on - timedelta(days=on.weekday())
        words = f"{who} {plan} is for {_a_week(limit)}, and the week of {wording.full_day(monday)} has that."
        return Obstacle(Rule.WEEK_FULL, f"{words} Another week works, or cancel one of that week's classes in time.")
    return None


def _of_money(wish: Wish, standing: Standing, today: date, policy: Policy) -> list[Obstacle]:
    if policy.unpaid_may_book or standing.overdue <= 0 or standing.overdue_since is None:
        return []
    if (today - standing.overdue_since).days <= policy.unpaid_grace_days:
        return []
    owed = wording.sum_of(standing.overdue, policy.currency)
    since = wording.full_day(standing.overdue_since)
    words = f"{owed} of {_whose_inside(wish)} plan has been open since {since}. Once it is paid, booking works again."
    return [Obstacle(Rule.UNPAID, words)]


def _of_room(wish: Wish) -> list[Obstacle]:
    o = wish.occurrence
    if o.booked < o.spots or o.cancelled or o.starts_at <= wish.now or wish.has_seat:
        return []
    taken = "its only spot is taken" if o.spots == 1 else f"all {o.spots} spots are taken"
    return [Obstacle(Rule.FULL, f"{wording.class_at(o)} is full: {taken}.")]


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
        return f"The visit still counts: {_visits(standing.visits_left)} left of {standing.plan}."
    if standing is not None and standing.visits_per_week is not None:
        return f"The visit still counts as one of the {standing.visits_per_week} of that week."
    return "It is noted as a late cancellation, and the visit still counts."


def _a_week(limit: int) -> str:
    return "1 visit a week" if limit == 1 else f"{limit} visits a week"


def _visits(count: int) -> str:
    return "1 visit is" if count == 1 else f"{count} visits are"


def _who(wish: Wish) -> str:
    return "You" if wish.who == "you" else wish.who


def _whose(wish: Wish) -> str:
    return "Your" if wish.who == "you" else f"{wish.who}'s"


def _whose_inside(wish: Wish) -> str:
    return "your" if wish.who == "you" else f"{wish.who}'s"


def _are(wish: Wish) -> str:
    return "are" if wish.who == "you" else "is"


def _have(wish: Wish) -> str:
    return "have" if wish.who == "you" else "has"
