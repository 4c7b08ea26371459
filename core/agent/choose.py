"""From words to values: every argument of a call is resolved before its tool starts, or the person is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

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
    ctx: Context, tool: Tool, args: Mapping[str, Any], chosen: Mapping[str, str], focus: Focus
) -> Arguments:
    """Resolve the arguments in the order in which the tool declares them. `chosen` are keys that the person picked."""
    values: dict[str, Any] = {}
    canonical: dict[str, Any] = {}
    pending: Pending | None = None
    unknown: ParamSpec | None = None
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
    known = (WHICH if pending.kind == "pick" else ASKS).get(pending.param.type.name)
    if known:
        return _(known)
    words = _("Which {name} do you mean?") if pending.kind == "pick" else _("What should the {name} be?")
    return words.format(name=_(pending.param.name.replace("_", " ")))


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
}


def labels(candidates: Sequence[Candidate]) -> list[dict[str, Any]]:
    """Options as a question keeps them."""
    return [{"label": c.label or str(c.key), "key": c.key} for c in candidates]
