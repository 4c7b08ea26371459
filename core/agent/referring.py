"""Decides what "it" and "her" mean in a later call of one answer: what an earlier call of it has named or made."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from core.agent.messages import Event
from core.agent.tools import Tool
from core.llm.contract import ToolCall


def referring(call: ToolCall, ids: Mapping[str, str]) -> dict[str, Any]:
    """The references of a call by the ids under which an answer's calls are stored; nothing for a call that has none."""
    refers = {param: ids[earlier] for param, earlier in call.refers.items() if earlier in ids}
    return {"refers": refers} if refers else {}


def referred(call: ToolCall, events: Sequence[Event], toolbox: Mapping[str, Tool]) -> ToolCall | None:
    """The call with what it refers to; None where it would change something and an earlier call that it leans
    on was not done. What that call says it was about counts more than how it was asked for: a class that was moved has
    another time now."""
    if not call.refers:
        return call
    args = dict(call.args)
    tool = toolbox[call.tool]
    for param, earlier in call.refers.items():
        result = next((e.content for e in events if e.event_type == "result" and e.call_id == earlier), None)
        spec = tool.param(param)
        kind = spec.type.name if spec else ""
        if result is None or not result["ok"]:
            if tool.writes or result is None or toolbox[result["tool"]].makes == kind:
                return None
            continue
        meant = next((t["key"] for t in reversed(result["things"]) if t["type"] == kind), None)
        if meant is not None:
            args[param] = meant
    return replace(call, args=args)
