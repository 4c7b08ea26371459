"""The confirmation card: what a person approves, drawn by code from the resolved call, and compared again at the press."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from core.agent import questions
from core.agent.questions import QuestionRow, card_hash
from core.agent.tools import Context, Data, Effect, Tool, Unconcerning
from core.chat import Card, Fact
from core.i18n import _

YES, NO = "yes", "no"


async def card_to_ask(
    ctx: Context, tool: Tool, values: Mapping[str, Any], canonical: Mapping[str, Any], press: bool
) -> Card | None:
    """The card that must be approved before this call runs, or None when it may run at once."""
    asked = await tool.check(ctx, **as_arguments(values)) if tool.check else None
    if isinstance(asked, Unconcerning):
        asked, press = None, ctx.tainted
    if asked is None and press:
        asked = default_card(tool, canonical)
    return asked.model_copy(update={"kind": "confirm", "state": "open"}) if asked else None


def default_card(tool: Tool, canonical: Mapping[str, Any]) -> Card:
    """A card for a tool that draws none of its own: what it does, and with what."""
    facts = tuple(Fact(label=_(k.replace("_", " ")), value=_one_line(v)) for k, v in canonical.items())
    return Card(kind="confirm", title=_(tool.description.split("\n")[0]).rstrip("."), facts=facts)


def approved(asked: list[QuestionRow]) -> QuestionRow | None:
    """The confirmation that the person gave for this call, if the newest one was a yes."""
    confirms = [q for q in asked if q.kind == "confirm"]
    return confirms[-1] if confirms and confirms[-1].state == questions.ANSWERED else None


def still_true(question: QuestionRow, card: Card) -> bool:
    """Whether the world still looks as it did on the card that was approved."""
    return question.seen == card_hash(card)


def expiry(tool: Tool, now: datetime) -> datetime:
    """When a question about a tool is no longer open: a week, a day where money is concerned."""
    lifetime: timedelta = questions.MONEY_LIFETIME if tool.shows is Data.MONEY else questions.LIFETIME
    return now + lifetime


def typed_yes_counts(tool: Tool) -> bool:
    """A typed yes is enough for CONFIRM in a private chat; ALWAYS needs a press everywhere."""
    return tool.effect is not Effect.ALWAYS


def as_arguments(values: Mapping[str, Any]) -> dict[str, Any]:
    """Keyword arguments of a tool's body: names that Python reserves carry an underscore there."""
    return {f"{k}_" if k in ("from", "with", "for") else k: v for k, v in values.items()}


def _one_line(value: Any) -> str:
    return " ".join(str(value).split())[:120]
