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
    says=[
        "(coaching|training|form|technique|recovery) (advice|tips|help|cues) (on|about|for|with) {topic}",
        "(give me|any|some) [coaching|form|technique] (advice|tips|cues) (on|about|for) {topic}",
        "[got|have you|have you got|do you have|you got] [any|some] [coaching|form|technique|good] (advice|tips|cues|pointers|hints) (on|about|for|with|against|to) {topic}",
        "ask coaching [guide|handbook|library] (about|on) {topic}",
        "what does [your|the] [coaching] (guide|handbook|library) say about {topic}",
        "(tell me|teach me|explain) [to me] (about|how) (to recover|recovery|nutrition|stretching|supplements|programming) {topic}",
        "{topic} = how (do|can|should) i improve [my] {topic}",
        "(what's|what is|whats) (good|proper|correct) (form|technique) (for|in|on) {topic}",
        "{topic} = how (do|should|can) i recover [from] {topic}",
        "{topic} = should i (take|use|eat|drink) {topic}",
        "{topic} = should i (train|work out|exercise|lift|run|rest|stretch|warm up|cool down) {topic}",
        "{topic} = is it (ok|okay|safe|bad|good|fine|healthy|normal|better) to (train|work out|exercise|lift|stretch|squat|deadlift|run|eat|take) {topic}",
        "{topic} = is {topic} (bad|safe|healthy|worth it|useful|necessary) [for me|for muscles|for recovery|for beginners]",
        "explain {topic}",
        "explain {topic} (to me)",
        "{topic} = how (much|many|often|long) {topic} (do i need|should i take|should i eat|should i get|should i have|should i drink|should i sleep)",
        "{topic} = how (much|many|often|long) should i {topic}",
        "{topic} = what should i (eat|drink|take) {topic}",
        "{topic} = what (can|could|should|do) i do (against|about) {topic}",
        "{topic} = what (helps|is good) (against|for) (sore|soreness|doms|recovery|pain|stiffness) {topic}",
        "{topic} = how (do|can|should) i (warm up|cool down|stretch|breathe|brace) {topic}",
        "[good|best|proper] (warm up|warmup|cool down) (for|before) {topic}",
        "{topic} = how (do|can|should) i (get better at|get stronger at|get stronger|avoid|prevent|fix|gain|lose) {topic}",
        "{topic} = is! (creatine|protein|carbs|caffeine|supplements|bcaa|electrolytes|sleep|soreness|sore|doms|stretch|stretching|deload|recovery|recover|rest|cardio|gains|muscle|hypertrophy|plateau|overtraining|fasting|bulking|hydration|technique|nutrition|shakes|foam|mobility work|warm up|cool down|fat loss) {topic}",
        "{topic} = are! (creatine|protein|carbs|caffeine|supplements|bcaa|electrolytes|sleep|soreness|sore|doms|stretch|stretching|deload|recovery|recover|rest|cardio|gains|muscle|hypertrophy|plateau|overtraining|fasting|bulking|hydration|technique|nutrition|shakes|foam|mobility work|warm up|cool down|fat loss) {topic}",
        "{topic} = does! (creatine|protein|carbs|caffeine|supplements|bcaa|electrolytes|sleep|soreness|sore|doms|stretch|stretching|deload|recovery|recover|rest|cardio|gains|muscle|hypertrophy|plateau|overtraining|fasting|bulking|hydration|technique|nutrition|shakes|foam|mobility work|warm up|cool down|fat loss) {topic}",
        "{topic} = do! (creatine|protein|carbs|caffeine|supplements|bcaa|electrolytes|sleep|soreness|sore|doms|stretch|stretching|deload|recovery|recover|rest|cardio|gains|muscle|hypertrophy|plateau|overtraining|fasting|bulking|hydration|technique|nutrition|shakes|foam|mobility work|warm up|cool down|fat loss) {topic}",
        "{topic} = should! (creatine|protein|carbs|caffeine|supplements|bcaa|electrolytes|sleep|soreness|sore|doms|stretch|stretching|deload|recovery|recover|rest|cardio|gains|muscle|hypertrophy|plateau|overtraining|fasting|bulking|hydration|technique|nutrition|shakes|foam|mobility work|warm up|cool down|fat loss) {topic}",
        "{topic} = whats! (creatine|protein|carbs|caffeine|supplements|bcaa|electrolytes|sleep|soreness|sore|doms|stretch|stretching|deload|recovery|recover|rest|cardio|gains|muscle|hypertrophy|plateau|overtraining|fasting|bulking|hydration|technique|nutrition|shakes|foam|mobility work|warm up|cool down|fat loss) {topic}",
        "{topic} = what! (creatine|protein|carbs|caffeine|supplements|bcaa|electrolytes|sleep|soreness|sore|doms|stretch|stretching|deload|recovery|recover|rest|cardio|gains|muscle|hypertrophy|plateau|overtraining|fasting|bulking|hydration|technique|nutrition|shakes|foam|mobility work|warm up|cool down|fat loss) {topic}",
        "{topic} = why! (creatine|protein|carbs|caffeine|supplements|bcaa|electrolytes|sleep|soreness|sore|doms|stretch|stretching|deload|recovery|recover|rest|cardio|gains|muscle|hypertrophy|plateau|overtraining|fasting|bulking|hydration|technique|nutrition|shakes|foam|mobility work|warm up|cool down|fat loss) {topic}",
        "{topic} = how! (creatine|protein|carbs|caffeine|supplements|bcaa|electrolytes|sleep|soreness|sore|doms|stretch|stretching|deload|recovery|recover|rest|cardio|gains|muscle|hypertrophy|plateau|overtraining|fasting|bulking|hydration|technique|nutrition|shakes|foam|mobility work|warm up|cool down|fat loss) {topic}",
        "{topic} = which! (creatine|protein|carbs|caffeine|supplements|bcaa|electrolytes|sleep|soreness|sore|doms|stretch|stretching|deload|recovery|recover|rest|cardio|gains|muscle|hypertrophy|plateau|overtraining|fasting|bulking|hydration|technique|nutrition|shakes|foam|mobility work|warm up|cool down|fat loss) {topic}",
        "{topic} = when! (creatine|protein|carbs|caffeine|supplements|bcaa|electrolytes|sleep|soreness|sore|doms|stretch|stretching|deload|recovery|recover|rest|cardio|gains|muscle|hypertrophy|plateau|overtraining|fasting|bulking|hydration|technique|nutrition|shakes|foam|mobility work|warm up|cool down|fat loss) {topic}",
        "{topic} = can! (creatine|protein|carbs|caffeine|supplements|bcaa|electrolytes|sleep|soreness|sore|doms|stretch|stretching|deload|recovery|recover|rest|cardio|gains|muscle|hypertrophy|plateau|overtraining|fasting|bulking|hydration|technique|nutrition|shakes|foam|mobility work|warm up|cool down|fat loss) {topic}",
        "(what means|what does) {topic} (mean|mean again)",
        "what means! {topic}",
        "whats! (a|an) deload [week]",
        "{topic} = what is better {topic}",
    ],
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
    says=[
        "(which|what) (coach|trainer|instructor) (should|would|do) (i|you) (train with|work with|see|talk to|recommend|take)",
        "(which|what) (coach|trainer|instructor) (is|fits|would be|would suit) [best|good|right] [for] {goal}",
        "(recommend|suggest|find) [good] (coach|trainer|instructor|coaches|trainers)",
        "(which|what) (coach|trainer|instructor) would you (advise|suggest|recommend|pick) for [someone who wants to] {goal}",
        "(recommend|suggest|find) [good] (coach|trainer|instructor|coaches|trainers) for {goal}",
        "who is [the] right! (coach|trainer|instructor) for {goal}",
        "who (is|are) the (best|right|good) (coach|trainer|coaches|trainers) for {goal}",
        "who (should|can) (i train|train me) for {goal}",
        "(any|which|what) (coach|trainer|instructor) (you would recommend|you recommend|do you recommend|would you recommend) for {goal}",
        "(best|good|right) (coach|trainer|instructor) (for|in|at) {goal}",
        "(which|what) (coach|trainer|instructor) would you (say|recommend|pick|choose|suggest) [for|if i want to] {goal}",
        "(which|what) (coach|trainer|instructor) (fits|suits) me [best]",
        "(which|what) (coach|trainer|instructor) would (suit|fit|be right for|be good for|be best for) me [best]",
        "(which|what) (coach|trainer|instructor) (is|would be) [the] (best|right|good) for me",
        "who (is|are|would be) [the] (best|right|good) (coach|trainer|coaches|trainers) [for me]",
        "who (are|is) [the|your|our] (coaches|trainers|instructors)",
        "(which|what|how many) (coaches|trainers|instructors) (do you have|are there|have you|work here|do we have)",
        "(list|show|see) [me] [the|your|all] [all] (coaches|trainers|instructors)",
        "who (should|could|can) i (talk to|ask|see|train with|work with) (about|for|on|if i want to|to get|to improve) {goal}",
        "(need|want|looking for|find) [a] (coach|trainer|instructor) (for|who knows|to help with) {goal}",
        "(which|what) (coach|trainer|instructor) (for|knows about|specialises in|specializes in|is good at|is good with) {goal}",
        "who (can|could) (help|coach) me with {goal}",
        "who (can|could) help me {goal}",
        "(which|what) (coach|trainer|instructor) [is|would be] [a] [good|best|right] (fit|match|choice) for {goal}",
        "(which|what) (coach|trainer|instructor) (can|could) (help|coach) me [with|to] {goal}",
    ],
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
    says=[
        "(calc|calculate|compute) {kind} {text}",
        "(calc|calculate|compute|work out) {kind} (for|of|from) {text}",
        "(parse|read) {kind} {text}",
        "(what does|how do you read) {kind} {text}",
        "calculator {kind} {text}",
        "(calc|calculate) {kind}",
        "(what is|whats) [my] {kind} if i (did|do|lift|lifted|can do|could do|got|made) {text}",
        "[what is|whats] [my] {kind} (for|of|from|with|at) {text}",
        "how (should|do|can) i {kind} (for|with|to) {text}",
    ],
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
