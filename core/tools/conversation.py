"""What models say and ask by themselves, and the calculators as a tool."""

import json
from collections.abc import Mapping
from typing import Annotated, Any

from core.agent.tools import Context, Result, Role, Thing, tool
from core.chat import Card, Fact
from core.coaching import guide, wod
from core.coaching.wod import Wod, describe
from core.coaching.wod_shape import Unit
from core.errors import Refused
from core.gym.coaches import classes_by_coach
from core.i18n import _, marked
from core.references.kinds import Words, one_of
from core.tools._coaching_phrases import COACHING
from core.when.calculate import calc as calc_when

KINDS = {"instant": marked("instant"), "interval": marked("interval"), "recurring": marked("recurring")}
Calculator = Annotated[
    str,
    one_of(
        "when", "wod|workout", "sets", "e1rm|one rep max|1rm", "rpe", "plates|plate math|load the bar|load a bar|load my bar", "progress", "strength", "vdot", "riegel",
        "load", "energy|tdee|calories", "food",
    ),
]  # fmt: skip


@tool(Role.MEMBER)
async def message_notify_user(ctx: Context, message: Words) -> Result:
    """Say something without expecting an answer."""
    if not message.strip():
        raise Refused(_("The message is empty; nothing was said."))
    return Result(text=message.strip())


@tool(Role.MEMBER, asks=("question", "options"))
async def message_ask_user(ctx: Context, question: Words, options: Words | None = None) -> Result:
    """Ask the person and wait; `options`, split by |, become buttons."""
    return Result(note=f"They answered: {ctx.answer}")


@tool(Role.MEMBER, asks=("question", "choices"))
async def ask_user_to_pick(ctx: Context, question: Words, choices: Words) -> Result:
    """Ask the person to pick one of several things that were found, separated by a bar, and wait for it."""
    return Result(note=f"They picked: {ctx.answer}")


@tool(Role.MEMBER)
async def idle(ctx: Context, reason: Words) -> Result:
    """There is nothing more to do for now."""
    return Result(note=f"Done for now: {reason}")


@tool(
    Role.MEMBER,
    says=COACHING["ask_coaching"],
)
async def ask_coaching(ctx: Context, topic: Words) -> Result:
    """Look up form, recovery, programming or supplements in the coaching guide.

    The answer names its source."""
    if guide.is_alarming(topic):
        return Result(text=_(guide.STOP))
    found = guide.about(topic)
    if not found:
        topics = ", ".join(s.title.casefold() for s in guide.sections())
        raise Refused(
            _("My coaching guide has nothing on “{topic}”, and I will not make something up. It has: {topics}.").format(
                topic=topic, topics=topics
            )
        )
    return Result(text="\n\n".join(_section(s) for s in found))


@tool(
    Role.MEMBER,
    says=COACHING["recommend_trainers"],
    intro={"goal": ["for", "to get better at", "if i want"]},
)
async def recommend_trainers(ctx: Context, goal: Words | None = None) -> Result:
    """Say which coaches fit a goal, with the classes they give."""
    given = await classes_by_coach(ctx.db, ctx.gym.id, ctx.local_now.date())
    fitting = [g for g in given if not goal or g.fits(goal)]
    if not given:
        return Result(
            text=_("No coach has a class on the timetable, so I have nobody to recommend. Ask the front desk.")
        )
    line = _("{coach} — {classes} ({count} a week)")
    shown = fitting or given
    lines = tuple(line.format(coach=g.coach, classes=", ".join(g.classes), count=g.weekly) for g in shown)
    title = _("Coaches for “{goal}”").format(goal=goal) if goal and fitting else _("Coaches and their classes")
    text = (
        _("No class is plainly for “{goal}”; these are all the coaches.").format(goal=goal)
        if goal and not fitting
        else ""
    )
    things = (Thing("staff", fitting[0].coach),) if len(fitting) == 1 else ()
    card = Card(kind="list", title=title, lines=lines)
    return Result(text=text, cards=(card,), note=f"{title}: {'; '.join(lines)}", things=things)


@tool(
    Role.MEMBER,
    says=COACHING["calculate"],
)
async def calculate(ctx: Context, kind: Calculator, text: Words) -> Result:
    """Run one of the calculators on words: `when` reads a date or time, `wod` reads a workout."""
    name = kind.split("|")[0]
    if name == "when":
        return _when(ctx, text)
    if name == "wod":
        return _wod(ctx, text)
    raise Refused(
        _("The calculator {name} is not there yet. I can do: when (dates and times) and wod (workouts).").format(
            name=name
        )
    )


def _section(section: guide.Section) -> str:
    source = _("Source: {source}.").format(source=section.source)
    return f"**{section.title}.** {section.text}\n_{source}_"


def _when(ctx: Context, text: str) -> Result:
    """A date or time in words, as calendars write it."""
    found = calc_when(text, ctx.local_now.replace(tzinfo=None), ctx.gym.zone)
    if found.get("error"):
        raise Refused(str(found["error"]))
    if found["kind"] == "none":
        raise Refused(_("I read no date or time in “{text}”. Say it like “next Tuesday 6-7pm”.").format(text=text))
    kind = _(KINDS[str(found["kind"])])
    told = {_("what"): kind, _("from"): found["start"], _("to"): found["end"], _("repeats"): found["rule"]}
    facts = _facts(told)
    return Result(cards=(Card(kind="table", title=f"“{text}”", facts=facts),), note=json.dumps(found))


def _wod(ctx: Context, text: str) -> Result:
    """A workout in words, as a structure."""
    unit: Unit = "lb" if ctx.gym.units == "lb" else "kg"
    found = wod.calc(text, unit)
    if "error" in found:
        raise Refused(found["error"])
    lines = describe(Wod.model_validate(found))
    facts = _facts({_("Format"): lines[0], _("Score"): found["score"]})
    card = Card(kind="workout", title=_("Workout"), facts=facts, lines=tuple(lines[1:]))
    return Result(cards=(card,), note=json.dumps(found))


def _facts(told: Mapping[str, Any]) -> tuple[Fact, ...]:
    return tuple(Fact(label=k, value=str(v).replace("T", " ")) for k, v in told.items() if v)
