"""What a turn would do with a message, without doing it: the turn's own match, resolve and decide, printed as values."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core.agent import choose, policy
from core.agent.choose import Arguments
from core.agent.execute import Executor, facts_of, speaker_of
from core.agent.names import NameBook
from core.agent.places import place_of
from core.agent.prompt import SYSTEM
from core.agent.reference import Focus, references
from core.agent.tools import Context, Tool
from core.clock import to_local
from core.errors import Offer, Told, Unfit
from core.llm.contract import Model, Proposed, Request, Said, Stop, ToolCall
from core.people import Person
from core.store.changes import Cause

# Types without names: a refusal may say their values back.
CERTAIN = 0.99
PLAINLY = frozenset(
    {"when", "days", "time_of_day", "minutes", "spots", "number", "day_count", "money", "switch", "duration"}
)


async def explain(
    db: AsyncSession,
    executor: Executor,
    model: Model,
    names: NameBook,
    person: Person,
    text: str,
    room: str | None,
    at: datetime,
) -> dict[str, Any]:
    """`{"calls": [{"tool", "args", "refused"?}], "question": null | {...}, "score"}` for one message of a person."""
    gym = await facts_of(db, person.gym_id)
    speaker = speaker_of(person)
    now = to_local(at, gym.zone)
    readers = await names.readers(db, gym.id, Focus(), now, int(speaker.role))
    tools = executor.specs.of(int(speaker.role))
    request = Request([Said(text)], tools, SYSTEM, now, gym.zone, int(speaker.role), readers)
    proposed: list[ToolCall] = []
    score = 0.0
    async for event in model.stream(request):
        if isinstance(event, Proposed):
            proposed.append(event.call)
        elif isinstance(event, Stop):
            score = event.score
    calls, question = [], None
    for call in proposed:
        cause = Cause(gym.id, person.id, None, None, call.id, room, call.tool, {}, "staff", at)
        ctx = Context(db, speaker, gym, place_of(room), room, 0, 0, call.id, executor.clock, at, cause)
        shown, asked = await _explained(ctx, executor, call)
        calls.append(shown)
        question = question or asked
    return {"calls": calls, "question": question, "score": round(score, 3)}


def certain(toolbox: Mapping[str, Tool], found: Mapping[str, Any]) -> Offer | None:
    """The one change that words certainly ask for, as an offer; None when there is any doubt."""
    if found["question"] is not None or len(found["calls"]) != 1 or found["score"] < CERTAIN:
        return None
    call = found["calls"][0]
    tool = toolbox[call["tool"]]
    if "refused" in call or not tool.writes:
        return None
    said = ", ".join(str(value) for value in call["args"].values())
    return Offer(f"{policy.deed(tool).capitalize()}: {said}"[:60].rstrip(": "), tool.name, dict(call["args"]))


async def _explained(ctx: Context, executor: Executor, call: ToolCall) -> tuple[dict[str, Any], dict[str, Any] | None]:
    tool = executor.toolbox[call.tool]
    decision = policy.decide(ctx.speaker, tool, call.args.keys(), by_code=True)
    if decision.refused:
        return {"tool": call.tool, "args": await _dated(ctx, tool, call), "refused": decision.refused}, None
    try:
        arguments = await choose.resolve(ctx, tool, call.args, {}, Focus())
    except (Told, Unfit):
        return {"tool": call.tool, "args": dict(call.args)}, None
    return {"tool": call.tool, "args": dict(arguments.canonical)}, _question(tool, call, arguments)


async def _dated(ctx: Context, tool: Tool, call: ToolCall) -> dict[str, Any]:
    """The arguments of a refused call: times are said in full, names stay as they were typed."""
    args: dict[str, Any] = {}
    for name, words in call.args.items():
        spec = tool.param(name)
        if spec is None or spec.type.name not in PLAINLY:
            args[name] = words
            continue
        ask = choose.asking(ctx, tool, spec, call.args, {}, Focus())
        found = await references()[spec.type.name].resolve(ctx, words, ask)
        args[name] = found[0].key if len(found) == 1 else words
    return args


def _question(tool: Tool, call: ToolCall, arguments: Arguments) -> dict[str, Any] | None:
    pending = arguments.pending
    if pending is None or arguments.unknown is not None:
        return None
    if pending.kind == "ask":
        return {"kind": "ask", "missing": [p.name for p in tool.params if p.required and not _said(call, p.name)]}
    return {"kind": "pick", "options": [{"label": c.key} for c in pending.options]}


def _said(call: ToolCall, name: str) -> bool:
    return call.args.get(name) not in (None, "")
