"""What may be chosen for a parameter: offered on buttons when nothing was said, completed while somebody types."""

from collections.abc import Sequence
from datetime import timedelta

from core.agent import choose, policy
from core.agent.reference import Candidate, Focus, nearest, offered, references
from core.agent.tools import Context, ParamSpec, Role, Tool

MOST = 25
DAYS = 7
NAMED = frozenset({"session", "class_type", "member", "staff", "plan", "workout", "exercise"})
ON_BUTTONS = NAMED - {"member", "workout", "exercise"} | {"choice", "switch", "units"}
FIXED = {"switch": ("on", "off"), "units": ("kg", "lb")}


async def candidates(ctx: Context, tool: Tool, param: ParamSpec, words: str = "") -> list[Candidate]:
    """Things that fit the words so far, the best first; without words what is usually meant. Nothing that the speaker
    may not do, and nobody's name to somebody who may not look names up."""
    if policy.decide(ctx.speaker, tool, (param.name,), by_code=True).refused:
        return []
    if param.type.name == "member" and ctx.speaker.role < Role.COACH:
        return []
    if fixed := FIXED.get(param.type.name) or tuple(o.split("|")[0] for o in param.type.options):
        listed = [Candidate(o, o, choose.option_label(o)) for o in fixed]
        return [c for c in listed if words.casefold().strip() in f"{c.key} {c.label}".casefold()][:MOST]
    if param.type.name == "when":
        return await _moments(ctx, tool, param, words)
    reference = references()[param.type.name]
    ask = choose.asking(ctx, tool, param, {}, {}, Focus())
    known = await offered(reference, ctx, ask)
    if not words.strip():
        return _once(known)
    beginning = [c for c in known if words.casefold().strip() in str(c.label or c.key).casefold()]
    named = param.type.name in NAMED
    meant = await reference.resolve(ctx, words, ask) if named else ()
    near = await nearest(reference, ctx, words, ask) if named and not meant and not beginning else ()
    return _once([*beginning, *meant, *near])


async def _moments(ctx: Context, tool: Tool, param: ParamSpec, words: str) -> list[Candidate]:
    """Days to come; with words, how they are read."""
    today = ctx.local_now.date()
    named = ("today", "tomorrow", *(f"{today + timedelta(days=n):%A}" for n in range(2, DAYS)))
    if not words.strip():
        return [Candidate(n, n, n) for n in named]
    fitting = [Candidate(n, n, n) for n in named if n.casefold().startswith(words.casefold().strip())]
    ask = choose.asking(ctx, tool, param, {}, {}, Focus())
    read = await references()["when"].resolve(ctx, words, ask)
    return _once([*(Candidate(c.value, words, words) for c in read), *fitting])


async def on_buttons(ctx: Context, tool: Tool, param: ParamSpec) -> tuple[Candidate, ...]:
    """What is offered with the question for a parameter of which nothing was said: only where few things can be meant."""
    if param.type.name not in ON_BUTTONS:
        return ()
    return tuple((await candidates(ctx, tool, param))[: choose.MOST_OPTIONS])


def _once(found: Sequence[Candidate]) -> list[Candidate]:
    """Each thing once, in order."""
    return list({str(c.key): c for c in reversed(found)}.values())[::-1][:MOST]
