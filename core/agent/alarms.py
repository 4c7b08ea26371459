"""Decides when a message names a sign that needs a doctor: code says so first, and a member's words go to the rules alone,
which diagnose nothing."""

from collections.abc import Sequence
from dataclasses import replace

from core.agent.messages import Event
from core.agent.tools import Role
from core.coaching import guide
from core.i18n import _, marked
from core.llm.contract import URGENTLY, Request, Stop, ToolCall

NOTHING_ELSE = marked("I have done nothing else.")
# What it would answer is said already.
_ANSWERED = frozenset({"ask_coaching"})


def is_alarming(events: Sequence[Event], turn_id: int, iterations: int) -> bool:
    """Whether the words that a turn is about to answer name such a sign."""
    said = (e.content["text"] for e in events if e.turn_id == turn_id and e.event_type == "user_message")
    return iterations == 0 and any(guide.is_alarming(text) for text in said)


def by_rules(request: Request) -> Request:
    """A member's request as the rules get it; staff speak of others, and a model may go on with what they ask for."""
    return replace(request, prefer="rules") if request.role < Role.COACH else request


def answered(text: str, calls: Sequence[ToolCall], stop: Stop, role: int) -> tuple[str, list[ToolCall], Stop]:
    """An answer with the line of code before it; where a member asked for nothing that could be done, that line alone. What
    the rules say of an emergency is more than that line, and stands for itself."""
    kept = [call for call in calls if call.tool not in _ANSWERED]
    alarm = _(guide.STOP)
    if stop.note == URGENTLY:
        return text, kept, stop
    if not kept and role < Role.COACH:
        return f"{alarm} {_(NOTHING_ELSE)}", [], replace(stop, notice="", choices=())
    return text, kept, replace(stop, notice=f"{alarm}\n\n{stop.notice}".strip())
