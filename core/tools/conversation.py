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
from core.references.kinds import Words, one_of
from core.when.calculate import calc as calc_when

Calculator = Annotated[
    str,
    one_of(
        "when", "wod|workout", "sets", "e1rm|one rep max|1rm", "rpe", "plates", "progress", "strength", "vdot", "riegel",
        "load", "energy|tdee|calories", "food",
    ),
]  # fmt: skip


@tool(Role.MEMBER)
async def message_notify_user(ctx: Context, message: Words) -> Result:
    """Say something without expecting an answer."""
    return Result(text=_said(message, "message"))


@tool(Role.MEMBER, asks=("question", "options"))
async def message_ask_user(ctx: Context, question: Words, options: Words | None = None) -> Result:
    """Ask the person something and wait for the answer; `options` are separated by a bar and become buttons."""
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
    says=[
        "(coaching|training|form|technique|recovery) (advice|tips|help|cues) (on|about|for|with) {topic}",
        "(give me|any|some) [coaching|form|technique] (advice|tips|cues) (on|about|for) {topic}",
        "ask coaching [guide|handbook|library] (about|on) {topic}",
        "how (do|can|should) i improve my {topic}",
        "(what's|what is|whats) (good|proper|correct) (form|technique) (for|in|on) {topic}",
        "how (do|should) i recover from {topic}",
        "should i (take|use) {topic}",
        "should i (train|work out|exercise|lift|run) (when|while|if|through) {topic}",
        "is it (ok|okay|safe|bad|good|fine|healthy) to (train|work out|exercise|lift|stretch|squat|deadlift) {topic}",
        "how (much|many|often|long) {topic} (do i need|should i take|should i eat|should i get|should i have)",
        "how (much|many|often|long) should i {topic}",
        "[good|best|proper] (warm up|warmup|cool down) (for|before) {topic}",
        "how (do|can|should) i (get better at|get stronger at|avoid|prevent|fix) {topic}",
    ],
)
async def ask_coaching(ctx: Context, topic: Words) -> Result:
    """Answer about form, recovery, programming and supplements from the bundled coaching guide, with its source."""
    if guide.is_alarming(topic):
        return Result(text=guide.STOP)
    found = guide.about(topic)
    if not found:
        topics = ", ".join(s.title.casefold() for s in guide.sections())
        raise Refused(
            f"My coaching guide has nothing on “{topic}”, and I will not make something up. It has: {topics}."
        )
    return Result(text="\n\n".join(f"**{s.title}.** {s.text}\n_Source: {s.source}._" for s in found))


@tool(
    Role.MEMBER,
    says=[
        "(which|what) (coach|trainer|instructor) (should|would|do) (i|you) (train with|work with|see|talk to|recommend|take)",
        "(which|what) (coach|trainer|instructor) (is|fits|would be|would suit) [best|good|right] [for] {goal}",
        "(recommend|suggest|find) [good] (coach|trainer|instructor|coaches|trainers)",
        "(recommend|suggest|find) [good] (coach|trainer|instructor|coaches|trainers) for {goal}",
        "who (is|are) the (best|right|good) (coach|trainer|coaches|trainers) for {goal}",
        "who (should|can) (i train|train me) for {goal}",
        "(any|which|what) (coach|trainer|instructor) (you would recommend|you recommend|do you recommend|would you recommend) for {goal}",
        "(best|good|right) (coach|trainer|instructor) (for|in|at) {goal}",
        "(which|what) (coach|trainer|instructor) (fits|suits) me [best]",
        "who (is|are|would be) [the] (best|right|good) (coach|trainer|coaches|trainers) [for me]",
        "who (are|is) [the|your|our] (coaches|trainers|instructors)",
        "(which|what|how many) (coaches|trainers|instructors) (do you have|are there|have you|work here|do we have)",
        "(list|show|see) [me] [the|your|all] [all] (coaches|trainers|instructors)",
        "who (should|could|can) i (talk to|ask|see|train with|work with) (about|for|on|if i want to|to get|to improve) {goal}",
        "(need|want|looking for|find) [a] (coach|trainer|instructor) (for|who knows|to help with) {goal}",
        "(which|what) (coach|trainer|instructor) (for|knows about|specialises in|specializes in|is good at|is good with) {goal}",
        "who (can|could) (help|coach) me with {goal}",
    ],
    intro={"goal": ["for", "to get better at", "if i want"]},
)
async def recommend_trainers(ctx: Context, goal: Words | None = None) -> Result:
    """Say which coaches fit a goal, with the classes they give."""
    given = await classes_by_coach(ctx.db, ctx.gym.id, ctx.local_now.date())
    fitting = [g for g in given if not goal or g.fits(goal)]
    if not given:
        return Result(text="No coach has a class on the timetable, so I have nobody to recommend. Ask the front desk.")
    lines = tuple(f"{g.coach} — {', '.join(g.classes)} ({g.weekly} a week)" for g in fitting or given)
    title = f"Coaches for “{goal}”" if goal and fitting else "Coaches and their classes"
    text = f"No class is plainly for “{goal}”; these are all the coaches." if goal and not fitting else ""
    things = (Thing("staff", fitting[0].coach),) if len(fitting) == 1 else ()
    card = Card(kind="list", title=title, lines=lines)
    return Result(text=text, cards=(card,), note=f"{title}: {'; '.join(lines)}", things=things)


@tool(
    Role.MEMBER,
    says=[
        "(calc|calculate|compute) {kind} {text}",
        "(calc|calculate|compute|work out) {kind} (for|of|from) {text}",
        "(parse|read) {kind} {text}",
        "(what does|how do you read) {kind} {text}",
        "calculator {kind} {text}",
        "(calc|calculate) {kind}",
    ],
)
async def calculate(ctx: Context, kind: Calculator, text: Words) -> Result:
    """Run one of the calculators on words: `when` reads a date or time, `wod` reads a workout."""
    name = kind.split("|")[0]
    if name == "when":
        return _when(ctx, text)
    if name == "wod":
        return _wod(ctx, text)
    raise Refused(f"The calculator {name} is not there yet. I can do: when (dates and times) and wod (workouts).")


def _said(words: str, what: str) -> str:
    if not words.strip():
        raise Refused(f"The {what} is empty; nothing was said.")
    return words.strip()


def _when(ctx: Context, text: str) -> Result:
    """A date or time in words, as calendars write it."""
    found = calc_when(text, ctx.local_now.replace(tzinfo=None), ctx.gym.zone)
    if found.get("error"):
        raise Refused(str(found["error"]))
    if found["kind"] == "none":
        raise Refused(f"I read no date or time in “{text}”. Say it like “next Tuesday 6-7pm”.")
    facts = _facts({"what": found["kind"], "from": found["start"], "to": found["end"], "repeats": found["rule"]})
    return Result(cards=(Card(kind="table", title=f"“{text}”", facts=facts),), note=json.dumps(found))


def _wod(ctx: Context, text: str) -> Result:
    """A workout in words, as a structure."""
    unit: Unit = "lb" if ctx.gym.units == "lb" else "kg"
    found = wod.calc(text, unit)
    if "error" in found:
        raise Refused(found["error"])
    lines = describe(Wod.model_validate(found))
    facts = _facts({"Format": lines[0], "Score": found["score"]})
    card = Card(kind="workout", title="Workout", facts=facts, lines=tuple(lines[1:]))
    return Result(cards=(card,), note=json.dumps(found))


def _facts(told: Mapping[str, Any]) -> tuple[Fact, ...]:
    return tuple(Fact(label=k, value=str(v).replace("T", " ")) for k, v in told.items() if v)
