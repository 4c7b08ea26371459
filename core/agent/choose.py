"""From words to values: every argument of a call is resolved before its tool starts, or the person is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from core.agent.besides import taken_apart
from core.agent.reference import Ask, Candidate, Focus, missed, nearest, references
from core.agent.tools import Context, ParamSpec, Tool
from core.chat import visible
from core.errors import NotFound, Offer
from core.i18n import _, marked

MOST_OPTIONS = 8
NEAREST = 3


@dataclass(frozen=True)
class Pending:
    """What is still to be asked of the person: several things that the words may mean, or a missing parameter."""

    kind: str
    param: ParamSpec
    options: tuple[Candidate, ...] = ()
    words: Any = None


@dataclass(frozen=True)
class Arguments:
    """Arguments as far as they are known. `values` are for the tool's body, `canonical` are the keys that people and
    logs see; `pending` is the first thing to ask, `unknown` a parameter whose words meant nothing."""

    values: Mapping[str, Any] = field(default_factory=dict)
    canonical: Mapping[str, Any] = field(default_factory=dict)
    pending: Pending | None = None
    unknown: ParamSpec | None = None


async def resolve(
    ctx: Context, tool: Tool, args: Mapping[str, Any], chosen: Mapping[str, Any], focus: Focus
) -> Arguments:
    """Resolve the arguments in the order in which the tool declares them. `chosen` are the keys
    that the person picked, or their words."""
    values: dict[str, Any] = {}
    canonical: dict[str, Any] = {}
    pending: Pending | None = None
    unknown: ParamSpec | None = None
    chosen = taken_apart(tool.params, chosen, args, ctx.local_now, int(ctx.speaker.role))
    for param in tool.params:
        words = cleaned(chosen.get(param.name, args.get(param.name)))
        if words is None or words == "":
            if param.required:
                pending = pending or Pending("ask", param)
            continue
        ask = asking(ctx, tool, param, args, values, focus)
        candidates = await references()[param.type.name].resolve(ctx, words, ask)
        if len(candidates) == 1:
            values[param.name] = candidates[0].value
            if candidates[0].key is not None:
                canonical[param.name] = candidates[0].key
        elif candidates:
            pending = pending or Pending("pick", param, tuple(candidates[:MOST_OPTIONS]), words)
        else:
            unknown = unknown or param
            canonical[param.name] = words
    return Arguments(values, canonical, pending, unknown)


def cleaned(words: Any) -> Any:
    """What a person or a model wrote, without characters that cannot be seen."""
    if isinstance(words, str):
        return visible(words).strip()
    return [cleaned(w) for w in words] if isinstance(words, list) else words


def asking(
    ctx: Context, tool: Tool, param: ParamSpec, args: Mapping[str, Any], resolved: Mapping[str, Any], focus: Focus
) -> Ask:
    """The surroundings in which one parameter is resolved."""
    role, person = int(ctx.speaker.role), ctx.speaker.person_id
    return Ask(tool.name, param.name, args, resolved, focus, ctx.local_now, role, person, param.type.options)


async def not_found(ctx: Context, tool: Tool, arguments: Arguments, args: Mapping[str, Any], focus: Focus) -> NotFound:
    """What is told when words meant nothing: what was looked for, and what comes near, a button each."""
    param = arguments.unknown
    assert param is not None
    words, what = arguments.canonical[param.name], _(NOUNS.get(param.type.name, param.name))
    ask = asking(ctx, tool, param, args, arguments.values, focus)
    near = await nearest(references()[param.type.name], ctx, words, ask)
    offers = tuple(Offer(c.label or str(c.key), tool.name, {**args, param.name: c.key}) for c in near[:NEAREST])
    hint = _("The nearest are below.") if near else _(HINTS.get(param.type.name, TRY))
    told = _("I looked for {what} “{words}” and found nothing like it. Nothing was changed. {hint}")
    if why := await missed(references()[param.type.name], ctx, words, ask):
        told = f"{why} {{hint}}"
    others = tuple(replace(o, label=_(o.label)) for o in OFFERS.get(param.type.name, ()))
    return NotFound(told.format(what=what, words=words, hint=hint), *(offers or others))


def question_text(tool: Tool, pending: Pending) -> str:
    """The question in words."""
    param = pending.param
    if pending.kind == "pick":
        known = WHICH.get(param.type.name)
        return _(known) if known else _("Which {name} do you mean?").format(name=_(param.name.replace("_", " ")))
    known = ASKED.get(f"{tool.name}.{param.name}") or ASKS.get(param.type.name) or ASKED.get(param.name)
    return _(known) if known else _("What should the {name} be?").format(name=_(param.name.replace("_", " ")))


def option_label(option: str) -> str:
    """A fixed option as it stands on a button."""
    words = _(SPELT.get(option, option))
    return words if option in AS_WRITTEN else words[:1].upper() + words[1:]


TRY = marked("Try other words.")
NOUNS = {
    "session": marked("a class"),
    "class_type": marked("a class type"),
    "member": marked("a member"),
    "staff": marked("a member of staff"),
    "workout": marked("a workout"),
    "exercise": marked("an exercise"),
    "plan": marked("a plan"),
    "chat": marked("a chat"),
    "when": marked("a time"),
}
WHICH = {
    "session": marked("Which class do you mean?"),
    "class_type": marked("Which class type do you mean?"),
    "member": marked("Which member do you mean?"),
    "staff": marked("Which member of staff do you mean?"),
    "workout": marked("Which workout do you mean?"),
    "exercise": marked("Which exercise do you mean?"),
    "plan": marked("Which plan do you mean?"),
    "chat": marked("Which chat do you mean?"),
    "when": marked("Which time do you mean?"),
}
HINTS = {
    "session": marked("The timetable shows what is on: say “show the timetable”."),
    "class_type": marked("Say “list class types” for the ones there are."),
    "member": marked("Say “list members” for everyone."),
    "staff": marked("Coaches and admins go by their first names."),
    "workout": marked("Say “list workouts” for the ones there are."),
    "exercise": marked("Say “search exercises for …” with a muscle or a piece of equipment."),
    "when": marked("Say it like “tomorrow 18:00” or “Fri 27 Nov 6pm”."),
}
OFFERS = {
    "session": (Offer(marked("Show the timetable"), "show_timetable", {"when": "next 7 days"}),),
    "class_type": (Offer(marked("List class types"), "list_class_types"),),
    "workout": (Offer(marked("List workouts"), "list_workouts"),),
}
ASKS = {
    "session": marked("Which class? Say its type and time, like “CrossFit tomorrow 18:00”."),
    "class_type": marked("Which class type?"),
    "member": marked("Which member?"),
    "staff": marked("Which coach?"),
    "workout": marked("Which workout?"),
    "exercise": marked("Which exercise?"),
    "when": marked("When? Say it like “tomorrow 13:00-14:00”."),
    "days": marked("On which days? Say it like “Mon, Wed and Fri”."),
    "time_of_day": marked("At what time?"),
    "chat": marked("Which chat?"),
    "plan": marked("Which plan?"),
    "minutes": marked("How long does it take? Like “60 minutes”."),
    "spots": marked("For how many people?"),
    "units": marked("Kilograms or pounds?"),
    "language": marked("Which language?"),
    "zone": marked("Which time zone? Say a large city in it, like Berlin."),
    "switch": marked("On or off?"),
    "class_type_value": marked("What is it from now on?"),
    "workout_change": marked("What shall change? Like “squats to lunges”."),
    "exercise_name": marked("Which exercise?"),
}
# By the parameter's name, or by tool and parameter where that alone says too little.
ASKED = {
    "create_class_type.name": marked("What is the new kind of class called?"),
    "add_member.name": marked("What is their name, first and last?"),
    "invite_staff.name": marked("What is their name, first and last?"),
    "rename_workout.name": marked("What shall the workout be called?"),
    "rename_chat.title": marked("What shall the chat be called?"),
    "set_platform.platform": marked("Where shall I write to you by myself?"),
    "unlink.platform": marked("Which account shall I forget?"),
    "invite_staff.role": marked("What are they here?"),
    "set_model.preference": marked("Who shall answer you?"),
    "calculate.kind": marked("What shall I calculate?"),
    "calculate.text": marked("With which figures? Like “100 kg x 5”."),
    "create_workout.text": marked("What is in it? Like “3 rounds: 200 m run, 30 double-unders”."),
    "set_gym.field": marked("Which setting of the gym?"),
    "field": marked("What shall change?"),
    "value": marked("What is it from now on?"),
    "kind": marked("Which messages?"),
    "tier": marked("Which tier?"),
    "note": marked("What shall I write down?"),
    "query": marked("What are you looking for?"),
    "topic": marked("What would you like to know?"),
    "code": marked("Which code? Send it as you got it."),
}
SPELT = {
    "telegram": marked("Telegram"),
    "discord": marked("Discord"),
    "page": marked("the page"),
    "claude": marked("Claude"),
    "gpt": marked("GPT"),
    "rules": marked("rules only"),
    "any": marked("whichever fits"),
    "wod": marked("a workout's score"),
    "e1rm": marked("one-rep max"),
    "rpe": marked("RPE"),
    "vdot": marked("VDOT"),
    "plates": marked("plates on the bar"),
    "when": marked("a time"),
    "sets": marked("sets and volume"),
}
AS_WRITTEN = frozenset({"kg", "lb"})


def labels(candidates: Sequence[Candidate]) -> list[dict[str, Any]]:
    """Options as a question keeps them."""
    return [{"label": c.label or str(c.key), "key": c.key} for c in candidates]
