"""Decides when the owners hear that the day's money for language models runs low or is used up, and in which words."""

from core.agent.budget import MICROS, TIERS
from core.i18n import _, marked

NEARLY, ALL = 80, 100
RUNS_LOW = marked(
    "{percent} % of today's AI budget is spent: {spent} of {cap} (tier {tier}). When it is used up, my fixed commands answer "
    "until midnight."
)
USED_UP = marked(
    "Today's AI budget is used up: {spent} of {cap} are spent (tier {tier}) and another answer has no room. My fixed commands "
    "answer until midnight."
)
RAISED_BY = marked("To raise it: “set ai tier {tier}”.")


def reached(spent: int, cap: int) -> int:
    """The percentage of the cap that a day's spending has reached, of those that are told; 0 for none. Both amounts are
    in millionths of a dollar."""
    return 0 if cap <= 0 or spent * 100 < cap * NEARLY else NEARLY if spent < cap else ALL


def words(percent: int, spent: int, cap: int, tier: str) -> str:
    """What an owner is told."""
    said = _(USED_UP if percent == ALL else RUNS_LOW)
    told = said.format(percent=spent * 100 // cap, spent=_dollars(spent), cap=_dollars(cap), tier=tier)
    more = TIERS[TIERS.index(tier) + 1 :] if tier in TIERS else ()
    return f"{told} {_(RAISED_BY).format(tier=more[0])}" if more else told


def _dollars(micros: int) -> str:
    return f"${micros / MICROS:.2f}"
