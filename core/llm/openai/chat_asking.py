"""Decides what a compatible server is sent through Chat Completions: the plainest form that all of them take."""

from functools import lru_cache
from typing import Any

import orjson

from core.llm.contract import MOST_TOKENS, Raw, Request, on_shelves
from core.llm.openai.asking import output_of
from core.llm.replay import NOTE, Heard, Told, replayed, safe
from core.llm.schema import closed, of

API = "chat"


def prefix(model: str, request: Request) -> bytes:
    """Everything before the messages; the rules are their first one. No search of tools but ours, no strict schemas:
    many servers know neither."""
    head: dict[str, Any] = {
        "model": model,
        "stream": True,
        "stream_options": {"include_usage": True},
        "max_tokens": MOST_TOKENS[request.purpose],
    }
    tools, _ = on_shelves(request.tools, searches=False)
    if tools:
        head["tools"] = [
            {
                "type": "function",
                "function": {"name": t.name, "description": t.description, "parameters": closed(of(t))},
            }
            for t in tools
        ]
    return orjson.dumps(head)[:-1]


def ending(request: Request) -> bytes:
    """What comes after the messages: the form of the answer, where one is asked for."""
    if request.output is None:
        return b"}"
    form = {"name": "answer", "schema": closed(request.output)}
    return b"," + orjson.dumps({"response_format": {"type": "json_schema", "json_schema": form}})[1:]


def conversation(request: Request) -> list[bytes]:
    """The messages, as pieces of JSON. Only the first is a system message and the sides alternate: the templates of many
    models take nothing else."""
    pieces: list[bytes] = []
    if request.system.strip():
        pieces.append(orjson.dumps({"role": "system", "content": request.system}))
    ids: dict[str, str] = {}
    used: set[str] = set()
    for step in replayed(request.messages):
        if isinstance(step, Heard):
            pieces += _heard(step, ids)
        else:
            piece, ids = _told(step, used)
            used.update(ids.values())
            pieces.append(piece)
    return pieces


def _heard(step: Heard, ids: dict[str, str]) -> list[bytes]:
    said: list[dict[str, Any]] = [
        {"role": "tool", "tool_call_id": ids.get(r.call_id, r.call_id), "content": output_of(r)} for r in step.results
    ]
    words = [*step.texts, *(NOTE + note for note in step.notes)]
    if words:
        said.append({"role": "user", "content": "\n\n".join(words)})
    return [orjson.dumps(message) for message in said]


def _told(step: Told, used: set[str]) -> tuple[bytes, dict[str, str]]:
    """An answer as it came, where it came from such a server and its calls have ids that no other call has: some servers
    count them anew in every answer. Else the same thing built from its text and calls."""
    own = _own_ids(step.raw)
    unique = own is not None and len({*own}) == len(own) and used.isdisjoint(own)
    if step.raw is not None and own is not None and unique and len(own) == len(step.calls):
        return step.raw["content"].encode(), {c.id: own_id for c, own_id in zip(step.calls, own, strict=True)}
    ids = {call.id: safe(call.id) for call in step.calls}
    calls = [(ids[c.id], safe(c.tool), orjson.dumps(dict(c.args)).decode()) for c in step.calls]
    return message_of(step.text, calls), ids


def message_of(text: str, calls: list[tuple[str, str, str]]) -> bytes:
    """An answer as these servers take it back; calls as (id, name, arguments)."""
    message: dict[str, Any] = {"role": "assistant", "content": text if text.strip() or not calls else None}
    if calls:
        message["tool_calls"] = [
            {"id": id, "type": "function", "function": {"name": name, "arguments": arguments}}
            for id, name, arguments in calls
        ]
    return orjson.dumps(message)


def _own_ids(raw: Raw | None) -> tuple[str, ...] | None:
    return _ids_in(raw["content"]) if raw is not None and raw.get("api") == API else None


@lru_cache(maxsize=4096)
def _ids_in(content: str) -> tuple[str, ...] | None:
    try:
        return tuple(call["id"] for call in orjson.loads(content).get("tool_calls", ()))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
