"""What can be told of the speaker: who they are here, their settings, their membership and what they are owed or owe."""

from core.agent.sources import Sight, short, source
from core.agent.tools import Data
from core.gym import payments, plans
from core.gym.wording import full_day, sum_of
from core.people import Person


@source(says=["profile", "age", "birthday", "old am i", "about me", "know me"])
async def user_profile(sight: Sight, limit: int) -> str:
    """Who the person is in the gym: role, since when, birthday"""
    person = await sight.db.get_one(Person, sight.speaker.person_id)
    born = f"; born {person.birthday.isoformat()}" if person.birthday else ""
    return f"{short(person.name)}; {person.role} since {person.joined_on.isoformat()}{born}"


@source(says=["setting", "unit", "kg", "lb", "pound", "kilo", "language", "quiet", "notification", "remind"])
async def user_settings(sight: Sight, limit: int) -> str:
    """The person's own settings: units, language, zone, quiet hours, notifications"""
    person = await sight.db.get_one(Person, sight.speaker.person_id)
    told = "; ".join(f"{name} {_plain(value)}" for name, value in sorted(person.settings.items()))
    return told or f"nothing set: {sight.gym.units}, gym's zone"


@source(shows=Data.MONEY, says=["membership", "plan", "pack", "visits left", "freeze", "expire", "owe", "credit"])
async def membership(sight: Sight, limit: int) -> str:
    """The person's plan, visits left and open charges"""
    today = sight.local_now.date()
    me = sight.speaker.person_id
    held = plans.fitting((await plans.held_by(sight.db, sight.gym.id, me)).get(me, ()), today)
    owed = await payments.unpaid(sight.db, sight.gym.id, today, me)
    parts = [_membership(held) if held else "no plan"]
    parts += [f"owes {sum_of(d.amount, d.currency)} since {full_day(d.since)}" for d in owed]
    return "; ".join(parts)


def _membership(held: plans.Held) -> str:
    left = f", {held.left} of {held.membership.visits} visits left" if held.left is not None else ""
    ends = f", ends {held.membership.ends_on.isoformat()}" if held.membership.ends_on else ""
    until = held.membership.frozen_until
    frozen = f", frozen until {until.isoformat()}" if until else ""
    return f"{short(held.plan)}{left}{ends}{frozen}"


def _plain(value: object) -> str:
    if isinstance(value, dict):
        return " ".join(f"{k}={_plain(v)}" for k, v in sorted(value.items()))
    return short("on" if value is True else "off" if value is False else value)
