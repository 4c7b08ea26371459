"""Who the demo gym's members are: plans, joining days, habits, and who is new, frozen, at risk or behind with payment."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

WEEKS = 12
UNLIMITED, THREE, TEN, DROP_IN = "Unlimited", "Three a week", "Ten pack", "Drop-in"
# Of 60 members; who is not named here is on Unlimited.
SHARES = ((THREE, 9), (TEN, 6), (DROP_IN, 3))
REASONS = ("card declined", "insufficient funds", "card expired", "direct debit returned", "account closed")
# How long the eight have owed: four within the days of grace, two beyond them, two for weeks.
OWING_DAYS = (2, 3, 5, 6, 12, 16, 33, 41)
GRACE_DAYS = 7


@dataclass
class Guest:
    """One demo member. `owes_since` is when the last payment failed; `away_from` when they stopped coming."""

    name: str
    plan: str
    joined: date
    birthday: date
    early: float
    keen: int
    frozen_from: date | None = None
    frozen_until: date | None = None
    away_from: date | None = None
    owes_since: date | None = None
    reason: str | None = None

    @property
    def email(self) -> str:
        plain = unicodedata.normalize("NFKD", self.name.casefold().replace("ß", "ss"))
        letters = "".join(c for c in plain if c.isascii() and (c.isalnum() or c == " "))
        return f"{letters.replace(' ', '.')}@example.com"

    def comes_on(self, day: date) -> bool:
        """Whether the gym's rules and their own life let them come on a day."""
        if day < self.joined or (self.away_from and day >= self.away_from):
            return False
        if self.frozen_from and self.frozen_from <= day <= (self.frozen_until or day):
            return False
        return self.owes_since is None or day <= self.owes_since + timedelta(days=GRACE_DAYS)


def guests(names: Sequence[str], seed: int, today: date) -> list[Guest]:
    """The demo's members, the same for the same seed and day. The first is the one that visitors sign in as."""
    chance = Random(f"{seed}:people")
    plans = _plans(names, chance)
    found = [_guest(name, plans[name], chance, today) for name in names]
    # People with names that are alike are ordinary members, so that examples with them stay simple.
    ordinary = [g for g in found[9:] if g.plan == UNLIMITED and not g.name.startswith("Pet")]
    special = chance.sample(ordinary, 15)
    for guest in special[:3]:
        guest.frozen_from = today - timedelta(days=chance.randint(4, 20))
        guest.frozen_until = today + timedelta(days=chance.randint(16, 40))
    for guest in special[3:7]:
        guest.away_from = today - timedelta(days=chance.randint(21, 33))
    for guest in special[7:9]:
        guest.joined = today - timedelta(days=chance.randint(5, 12))
    owing = [*special[9:15], *special[3:5]]
    for guest, days in zip(owing, OWING_DAYS, strict=True):
        guest.owes_since, guest.reason = today - timedelta(days=days), chance.choice(REASONS)
    return found


def _plans(names: Sequence[str], chance: Random) -> Mapping[str, str]:
    plans = dict.fromkeys(names, UNLIMITED)
    others = chance.sample(names[1:], sum(count for _, count in SHARES))
    for plan, count in SHARES:
        for _ in range(count):
            plans[others.pop()] = plan
    return plans


def _guest(name: str, plan: str, chance: Random, today: date) -> Guest:
    return Guest(
        name=name,
        plan=plan,
        joined=today - timedelta(days=chance.randint(100, 1500)),
        birthday=date(chance.randint(1966, 2005), 1, 1) + timedelta(days=chance.randint(0, 364)),
        early=chance.random(),
        keen=chance.randint(4, 7),
    )
