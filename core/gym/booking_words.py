"""What is said when a membership stands in the way of a booking, to the person themselves or to staff about them."""

from datetime import date

from core.gym.plans import Standing
from core.gym.wording import about, full_day
from core.i18n import _


def no_plan(who: str) -> str:
    """Nobody books without a plan."""
    yours = _("You have no plan. The front desk can start a plan or sell a drop-in.")
    return about(who, yours, _("{name} has no plan. The front desk can start a plan or sell a drop-in."))


def starts_later(who: str, standing: Standing, starts: date) -> str:
    """The plan begins after the class."""
    yours = _("Your {plan} starts on {day}: classes from that day on work.")
    theirs = _("{name}'s {plan} starts on {day}: classes from that day on work.")
    return about(who, yours, theirs, plan=_plan(standing), day=full_day(starts))


def ends_before(who: str, standing: Standing, ends: date) -> str:
    """The plan is over by then."""
    yours = _("Your {plan} ends on {day}, before that class. The front desk can start a plan or sell a drop-in.")
    theirs = _("{name}'s {plan} ends on {day}, before that class. The front desk can start a plan or sell a drop-in.")
    return about(who, yours, theirs, plan=_plan(standing), day=full_day(ends))


def frozen(who: str, standing: Standing) -> str:
    """The plan rests, until a day or until somebody lifts that."""
    until = standing.frozen_until
    if until is None:
        yours = _("Your {plan} is frozen until it is lifted. The front desk can end the freeze earlier.")
        theirs = _("{name}'s {plan} is frozen until it is lifted. The front desk can end the freeze earlier.")
        return about(who, yours, theirs, plan=_plan(standing))
    yours = _(
        "Your {plan} is frozen until {day}: classes after that day work. The front desk can end the freeze earlier."
    )
    theirs = _(
        "{name}'s {plan} is frozen until {day}: classes after that day work. The front desk can end the freeze earlier."
    )
    return about(who, yours, theirs, plan=_plan(standing), day=full_day(until))


def used_up(who: str, standing: Standing) -> str:
    """A pack has no visit left."""
    yours = _("All visits of your {plan} are used or booked. The front desk can start a plan or sell a drop-in.")
    theirs = _("All visits of {name}'s {plan} are used or booked. The front desk can start a plan or sell a drop-in.")
    return about(who, yours, theirs, plan=_plan(standing))


def week_full(who: str, standing: Standing, limit: int, monday: date) -> str:
    """The week has all the visits that the plan is for."""
    if limit == 1:
        yours = _(
            "Your {plan} is for 1 visit a week, and the week of {day} has that. "
            "Another week works, or cancel one of that week's classes in time."
        )
        theirs = _(
            "{name}'s {plan} is for 1 visit a week, and the week of {day} has that. "
            "Another week works, or cancel one of that week's classes in time."
        )
    else:
        yours = _(
            "Your {plan} is for {count} visits a week, and the week of {day} has that. "
            "Another week works, or cancel one of that week's classes in time."
        )
        theirs = _(
            "{name}'s {plan} is for {count} visits a week, and the week of {day} has that. "
            "Another week works, or cancel one of that week's classes in time."
        )
    return about(who, yours, theirs, plan=_plan(standing), count=limit, day=full_day(monday))


def unpaid(who: str, owed: str, since: date) -> str:
    """Money has been open for too long."""
    yours = _("{amount} of your plan has been open since {day}. Once it is paid, booking works again.")
    theirs = _("{amount} of {name}'s plan has been open since {day}. Once it is paid, booking works again.")
    return about(who, yours, theirs, amount=owed, day=full_day(since))


def _plan(standing: Standing) -> str:
    return standing.plan or _("plan")
