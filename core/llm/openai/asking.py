"""Decides what GPT is sent through the Responses API: a prefix that stays the same, items that are only ever added."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import orjson

from core.llm.contract import MOST_TOKENS, Request, Returned, ToolSpec, on_shelves
from core.llm.replay import Heard, Told, replayed, safe
from core.llm.schema import complete, of

API = "responses"
_NO_IDS: Mapping[str, str] = {}
Effort = Literal["none", "low", "medium", "high", "xhigh", "max"]
_VERSION = re.compile(r"gpt-(\d+)(?:\.(\d+))?")


def version(model: str) -> tuple[int, int]:
    """The generation that a name tells of; (0, 0) where it tells none."""
    found = _VERSION.match(model)
    return (int(found[1]), int(found[2] or 0)) if found else (0, 0)


def prefix(model: str, request: Request, effort: Effort) -> bytes:
    """Everything before the conversation, up to where its items begin. `prompt_cache_key` brings requests of the same prefix
    to the same cache. Behind the rules stands a breakpoint that all conversations of a kind of place share, beside the one
    that the API sets at the end; nobody asks for a job's prompt again, so none of it is written to a cache."""
    generation = version(model)
    marked, chats = generation >= (5, 6), request.purpose == "chat"
    rules = request.system if request.system.strip() else ""
    told: dict[str, Any] = {"instructions": rules} if rules and not (marked and chats) else {}
    tools = _tools(request, searching=generation >= (5, 4))
    if tools:
        told["tools"] = tools
    if generation >= (5, 0):
        told["reasoning"] = {"effort": "low" if request.purpose == "small" else effort, "summary": "auto"}
        told["include"] = ["reasoning.encrypted_content"]
    if marked and not chats:
        told["prompt_cache_options"] = {"mode": "explicit"}
    first = _rules(rules) if rules and "instructions" not in told else b""
    key = hashlib.sha256(orjson.dumps(told) + first).hexdigest()[:32]
    head = {
        "model": model,
        "stream": True,
        "store": False,
        "max_output_tokens": MOST_TOKENS[request.purpose],
        "prompt_cache_key": key,
        "stream_options": {"include_obfuscation": False},
    }
    return b'%b,"input":[%b' % (orjson.dumps({**head, **told})[:-1], first)


def _rules(text: str) -> bytes:
    """The rules as the first item, with a breakpoint behind them."""
    part = {"type": "input_text", "text": text, "prompt_cache_breakpoint": {"mode": "explicit"}}
    return orjson.dumps({"type": "message", "role": "developer", "content": [part]}) + b","


def ending(request: Request) -> bytes:
    """What comes after the conversation: the form of the answer, where one is asked for."""
    if request.output is None:
        return b"}"
    form = {"type": "json_schema", "name": "answer", "strict": True, "schema": complete(request.output)}
    return b"," + orjson.dumps({"text": {"format": form}})[1:]


def _tools(request: Request, searching: bool) -> list[dict[str, Any]]:
    """The core tools; the others behind the API's own search, or ours where it has none."""
    core, deferred = on_shelves(request.tools, searching)
    told = [_tool(t) for t in core]
    if deferred:
        told += [*({**_tool(t), "defer_loading": True} for t in deferred), {"type": "tool_search"}]
    return told


def _tool(spec: ToolSpec) -> dict[str, Any]:
    return {
        "type": "function",
        "name": spec.name,
        "description": spec.description,
        "parameters": complete(of(spec)),
        "strict": True,
    }


def conversation(request: Request, model: str) -> list[bytes]:
    """The items of the conversation, as pieces of JSON."""
    pieces: list[bytes] = []
    ids = _NO_IDS
    for step in replayed(request.messages):
        if isinstance(step, Heard):
            pieces += _heard(step, ids)
        else:
            told, ids = _told(step, model)
            pieces += told
    return pieces


def _heard(step: Heard, ids: Mapping[str, str]) -> tuple[bytes, ...]:
    if not step.results and not step.notes and len(step.texts) == 1:
        text = orjson.dumps(step.texts[0])
        return (b'{"type":"message","role":"user","content":[{"type":"input_text","text":%b}]}' % text,)
    said: list[dict[str, Any]] = [
        {"type": "function_call_output", "call_id": ids.get(r.call_id, r.call_id), "output": output_of(r)}
        for r in step.results
    ]
    if step.texts:
        content = [{"type": "input_text", "text": text} for text in step.texts]
        said.append({"type": "message", "role": "user", "content": content})
    if step.notes:
        content = [{"type": "input_text", "text": note} for note in step.notes]
        said.append({"type": "message", "role": "developer", "content": content})
    return tuple(orjson.dumps(item) for item in said)


def output_of(returned: Returned) -> str:
    """A result in words; this API has no mark for one that failed."""
    note = returned.note.strip()
    return (note or "Done.") if returned.ok else f"Error: {note or 'it failed.'}"


def _told(step: Told, model: str) -> tuple[tuple[bytes, ...], Mapping[str, str]]:
    """An answer as it came, where the same model gave it (no other can read its thoughts); else its text and calls."""
    raw = step.raw
    own = None if raw is None or raw.get("api") != API or raw.get("model") != model else _own(raw["content"])
    if own is not None and len(own.ids) == len(step.calls):
        ids = {call.id: own_id for call, own_id in zip(step.calls, own.ids, strict=True)} if own.ids else _NO_IDS
        return (own.whole,), ids
    items: list[dict[str, Any]] = []
    if step.text.strip():
        items.append({"type": "message", "role": "assistant", "content": step.text})
    ids = {call.id: safe(call.id) for call in step.calls}
    for call in step.calls:
        arguments = orjson.dumps(dict(call.args)).decode()
        items.append(
            {"type": "function_call", "call_id": ids[call.id], "name": safe(call.tool), "arguments": arguments}
        )
    return tuple(orjson.dumps(item) for item in items), ids


@dataclass(frozen=True, slots=True)
class _Own:
    """An answer of this API as it goes back, and the ids of its calls."""

    whole: bytes
    ids: tuple[str, ...]


@lru_cache(maxsize=4096)
def _own(content: str) -> _Own | None:
    """What an answer's own form holds; None where it cannot go back as it is."""
    try:
        items = orjson.loads(content)
        if not any(item["type"] != "reasoning" for item in items) or not all(_is_sound(item) for item in items):
            return None
        ids = tuple(item["call_id"] for item in items if item["type"] == "function_call")
        return _Own(content.encode()[1:-1], ids)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _is_sound(item: dict[str, Any]) -> bool:
    """Whether an item can go back: messages have content, and everything else is a thought, a call or an output."""
    kind = item["type"]
    return bool(item["content"]) if kind == "message" else kind.endswith(("reasoning", "_call", "_output"))
