"""Decides when a model goes round in circles: the very change that it has made in this turn already."""

from collections.abc import Sequence

from core.agent.execute import BY_CODE
from core.agent.messages import Event
from core.agent.tools import Tool
from core.llm.contract import Answered, ToolCall

NOTE = "not done again: this very call has run in this turn, and its result stands above"


def repeats(
    events: Sequence[Event], turn_id: int, answered: Answered | None, call: ToolCall, tool: Tool | None
) -> bool:
    """Whether a model's call changes something and has done so, with the same arguments, earlier in this turn. Reading
    again may show something new, and a call without arguments (undo) says nothing by being repeated."""
    if answered is None or answered.provider in BY_CODE or tool is None or not tool.writes or not call.args:
        return False
    own = [e for e in events if e.turn_id == turn_id]
    done = {e.call_id for e in own if e.event_type == "result" and e.content["ok"]}
    return any(
        e.event_type == "action"
        and e.call_id in done
        and e.call_id != call.id
        and e.content == {"tool": call.tool, "args": dict(call.args)}
        for e in own
    )
