"""Decides when a model goes round in circles: the very change or reading that it has made in this turn already."""

from collections.abc import Sequence
from itertools import takewhile

from core.agent.execute import BY_CODE
from core.agent.messages import Event
from core.agent.tools import Tool
from core.llm.contract import Answered, ToolCall

MOST_READ_AGAIN = 1
NOTE = "not done again: this very call has run in this turn, and its result stands above"
READ_NOTE = "not read again: nothing was changed since this very call, and its result stands above; answer from it"


def note_on_repeat(
    events: Sequence[Event], turn_id: int, answered: Answered | None, call: ToolCall, tool: Tool | None
) -> str:
    """What a model is told of a call that has run well, with the same arguments, earlier in this turn; nothing where it is
    to run. A reading is a repeat until something is changed. A change without arguments (undo) says nothing by being
    repeated."""
    if answered is None or answered.provider in BY_CODE or tool is None or tool.asks or (tool.writes and not call.args):
        return ""
    own = [e for e in events if e.turn_id == turn_id]
    since = own if tool.writes else own[_after_the_last_change(own) :]
    done = {e.call_id for e in since if e.event_type == "result" and e.content["ok"]}
    same = any(e.call_id in done and e.call_id != call.id and _is_call(e, call) for e in own)
    return (NOTE if tool.writes else READ_NOTE) if same else ""


def reads_in_circles(events: Sequence[Event], turn_id: int) -> bool:
    """Whether a model has asked for what it had read already in more than one answer of a turn."""
    again = [e for e in events if e.turn_id == turn_id and e.event_type == "result" and e.content["note"] == READ_NOTE]
    return len({str(e.call_id).rpartition("-")[0] for e in again}) > MOST_READ_AGAIN


def apart(calls: Sequence[ToolCall]) -> list[ToolCall]:
    """The calls at the beginning of which none is like another."""
    return list(takewhile(lambda c: not any(_same(c, o) for o in takewhile(lambda o: o.id != c.id, calls)), calls))


def _after_the_last_change(events: Sequence[Event]) -> int:
    changed = [n for n, e in enumerate(events) if e.event_type == "result" and e.content.get("change_id")]
    return changed[-1] + 1 if changed else 0


def _is_call(event: Event, call: ToolCall) -> bool:
    return event.event_type == "action" and event.content == {"tool": call.tool, "args": dict(call.args)}


def _same(call: ToolCall, other: ToolCall) -> bool:
    return (call.tool, dict(call.args)) == (other.tool, dict(other.args))
