"""How members look: lists of them, and the facts of a profile."""

from datetime import date

from babel.dates import format_date

from core.chat import Fact
from core.gym import members
from core.gym.members import Listed
from core.gym.plans import Held
from core.gym.wording import date_in_full, full_day
from core.i18n import _, locale
from core.people import Person


def which(kind: str | None) -> str:
    """Which members a list holds, in words."""
    named = {
        None: _("all"),
        "new": _("joined in the last {days} days").format(days=members.NEW_FOR.days),
        "birthdays": _("birthday in the next {days} days").format(days=members.BIRTHDAYS_AHEAD),
        "active": _("active"),
        "frozen": _("frozen"),
        "left": _("left"),
        "no plan": _("without a plan"),
    }
    return named.get(kind) or _("on {plan}").format(plan=kind)


def third_column(kind: str | None) -> str:
    """What the third column of a list is about."""
    named = {"new": _("Joined"), "left": _("Left"), "birthdays": _("Birthday"), "frozen": _("Frozen until")}
    return named.get(kind or "") or _("State")


def row(line: Listed, kind: str | None, today: date) -> tuple[str, str, str]:
    """A member in a list: name, plan, and what the list is about."""
    days = {
        "new": line.joined_on,
        "left": line.left_on,
        "frozen": line.frozen_until,
        "birthdays": members.next_birthday(line.birthday, today) if line.birthday else None,
    }
    day = days.get(kind or "")
    third = full_day(day) if day else _("until lifted") if kind == "frozen" else _(line.state)
    return line.name, line.plan or _("none"), third


def plan_facts(held: Held | None, member: Person, today: date) -> list[Fact]:
    """The plan and what is left of it, since when, and until when."""
    state = members.state_of(held, member.left_on, today)
    plan = f"{held.plan}, {_(state)}" if held else _(state)
    facts = [Fact(label=_("Plan"), value=plan), Fact(label=_("Member since"), value=dated(member.joined_on))]
    if held and held.left is not None:
        facts.append(
            Fact(
                label=_("Visits left"),
                value=_("{left} of {visits}").format(left=held.left, visits=held.membership.visits),
            )
        )
    if held and state == "frozen" and held.membership.frozen_until:
        facts.append(Fact(label=_("Frozen until"), value=dated(held.membership.frozen_until)))
    if member.left_on:
        facts.append(Fact(label=_("Left"), value=dated(member.left_on)))
    return facts


def contact_facts(member: Person) -> list[Fact]:
    """How a member is reached, and their birthday."""
    birthday = date_in_full(member.birthday) if member.birthday else None
    named = ((_("E-mail"), member.email), (_("Phone"), member.phone), (_("Birthday"), birthday))
    return [Fact(label=label, value=value) for label, value in named if value]


def dated(day: date) -> str:
    """A day with its year: "Tue 24 November 2026"."""
    return format_date(day, _("EEE d MMMM yyyy"), locale=locale())
