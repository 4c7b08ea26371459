"""Decides what Claude is sent: a prefix that stays the same to the byte, and a conversation that is only ever added to."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Any, Literal

import orjson

from core.llm.anthropic.breakpoints import with_breakpoints
from core.llm.anthropic.traits import Traits
from core.llm.contract import MOST_TOKENS, Request, Returned, ToolSpec, on_shelves
from core.llm.replay import NOTE, Heard, Told, replayed, safe
from core.llm.schema import closed, of, strict_names

API = "anthropic"
_NO_IDS: Mapping[str, str] = {}
_THOUGHTS = ("thinking", "redacted_thinking")
Effort = Literal["low", "medium", "high", "xhigh", "max"]
_SEARCH = {"type": "tool_search_tool_bm25_20251119", "name": "tool_search_tool_bm25"}


@dataclass(frozen=True)
class Asked:
    """One request, ready to be sent. `seen` is what everything before the answer is known by."""

    head: bytes
    messages: list[bytes]
    tail: bytes
    seen: str

    def body(self, *more: bytes) -> bytes:
        """The request as bytes; `more` are answers of which the server wants the rest."""
        answers = [b'{"role":"assistant","content":%b}' % content for content in more]
        return b'{%b"messages":[%b]%b' % (self.head, b",".join(self.messages + answers), self.tail)


def asked(model: str, request: Request, head: bytes, traits: Traits, effort: Effort, ttl: str) -> Asked:
    """A request from the prefix of its kind of place."""
    messages, blocks, seen = conversation(model, request, traits, head)
    if mark := _cached(request, ttl):
        messages = with_breakpoints(messages, blocks, orjson.dumps(mark["cache_control"]))
    return Asked(head, messages, _ending(model, request, traits, effort, ttl), seen)


def prefix(request: Request, traits: Traits, ttl: str) -> bytes:
    """Everything before the messages. Tools come first in what is cached, then the rules, where the one fixed breakpoint
    stands: all conversations of a kind of place share it. Nobody asks for a job's prompt again: none of it is cached."""
    head: dict[str, Any] = {}
    tools = _tools(request.tools, traits)
    if tools:
        head["tools"] = tools
    if request.system.strip():
        head["system"] = [{"type": "text", "text": request.system, **_cached(request, ttl)}]
    return orjson.dumps(head)[1:-1] + b"," if head else b""


def _ending(model: str, request: Request, traits: Traits, effort: Effort, ttl: str) -> bytes:
    """Everything after the messages: what is no part of the prompt. The last breakpoint moves along by itself with the
    last block."""
    tail: dict[str, Any] = {
        **_cached(request, ttl),
        "model": model,
        "max_tokens": MOST_TOKENS[request.purpose],
        "stream": True,
    }
    if traits.thinking:
        tail["thinking"] = {"type": "adaptive", "display": "summarized"}
    config: dict[str, Any] = {}
    if traits.effort:
        config["effort"] = "low" if request.purpose == "small" else effort
    if request.output is not None:
        config["format"] = {"type": "json_schema", "schema": closed(request.output)}
    if config:
        tail["output_config"] = config
    return b"," + orjson.dumps(tail)[1:]


def _cached(request: Request, ttl: str) -> dict[str, Any]:
    return {"cache_control": {"type": "ephemeral", "ttl": ttl}} if request.purpose == "chat" else {}


def _tools(specs: Any, traits: Traits) -> list[dict[str, Any]]:
    """The core tools in the prefix; the others behind the API's own search, or ours where it has none."""
    core, deferred = on_shelves(specs, traits.search)
    strict = strict_names(core)
    told = [_tool(t, t.name in strict) for t in core]
    if deferred:
        told += [_SEARCH, *({**_tool(t, strict=False), "defer_loading": True} for t in deferred)]
    return told


def _tool(spec: ToolSpec, strict: bool) -> dict[str, Any]:
    told = {"name": spec.name, "description": spec.description, "input_schema": closed(of(spec))}
    return {**told, "strict": True} if strict else told


def conversation(model: str, request: Request, traits: Traits, head: bytes) -> tuple[list[bytes], list[int], str]:
    """The messages, one piece of JSON each, of how many blocks each is, and what they are known by. The pieces of a
    conversation that went on begin with those of before. A thought is bound to the model that had it and to exactly what
    stood before it: for another model, and once that has changed, it is left out."""
    pieces: list[bytes] = []
    blocks: list[int] = []
    ids = _NO_IDS
    digest = blake2b(head, digest_size=16)
    for step in replayed(request.messages):
        if isinstance(step, Heard):
            new = _heard(step, ids, traits)
            blocks += (len(step.results) + len(step.texts) or len(step.notes), 1)[: len(new)]
        else:
            piece, size, ids = _told(step, model, digest)
            new = (piece,)
            blocks.append(size)
        for piece in new:
            digest.update(piece)
        pieces += new
    return pieces, blocks, digest.hexdigest()


def _heard(step: Heard, ids: Mapping[str, str], traits: Traits) -> tuple[bytes, ...]:
    """Results first, as the API demands, then words. A note is a system message after them, where a model knows those."""
    if not step.results and not step.notes and len(step.texts) == 1:
        return (b'{"role":"user","content":[{"type":"text","text":%b}]}' % orjson.dumps(step.texts[0]),)
    blocks = [_result(r, ids) for r in step.results]
    blocks += [{"type": "text", "text": text} for text in step.texts]
    as_system = traits.system and bool(blocks)
    if not as_system:
        blocks += [{"type": "text", "text": NOTE + note} for note in step.notes]
    said = orjson.dumps({"role": "user", "content": blocks})
    if as_system and step.notes:
        return said, orjson.dumps({"role": "system", "content": "\n\n".join(step.notes)})
    return (said,)


def _result(returned: Returned, ids: Mapping[str, str]) -> dict[str, Any]:
    told: dict[str, Any] = {"type": "tool_result", "tool_use_id": ids.get(returned.call_id, returned.call_id)}
    if returned.note.strip() or not returned.ok:
        told["content"] = returned.note if returned.note.strip() else "It failed."
    if not returned.ok:
        told["is_error"] = True
    return told


def _told(step: Told, model: str, seen: blake2b) -> tuple[bytes, int, Mapping[str, str]]:
    """An answer as it came, where it came from this API; else its text and calls. With it, of how many blocks it is and by
    what ids the API knows the calls."""
    own = None if step.raw is None or step.raw.get("api") != API else _own(step.raw["content"])
    if step.raw is not None and own is not None and len(own.ids) == len(step.calls):
        same = step.raw.get("model") == model and step.raw.get("seen") == seen.hexdigest()
        ids = {call.id: own_id for call, own_id in zip(step.calls, own.ids, strict=True)} if own.ids else _NO_IDS
        return (own.whole if same or not own.thinks else own.without_thoughts), own.blocks, ids
    blocks: list[dict[str, Any]] = [{"type": "text", "text": step.text}] if step.text.strip() else []
    ids = {call.id: safe(call.id) for call in step.calls}
    blocks += [{"type": "tool_use", "id": ids[c.id], "name": safe(c.tool), "input": dict(c.args)} for c in step.calls]
    return orjson.dumps({"role": "assistant", "content": blocks}), len(blocks), ids


@dataclass(frozen=True, slots=True)
class _Own:
    """An answer of this API as it can go back: whole, without its thoughts and its calls' ids."""

    whole: bytes
    without_thoughts: bytes
    thinks: bool
    blocks: int
    ids: tuple[str, ...]


@lru_cache(maxsize=4096)
def _own(content: str) -> _Own | None:
    """What an answer's own form holds; None where it cannot go back as it is."""
    try:
        blocks = orjson.loads(content)
        kept = [b for b in blocks if b["type"] not in _THOUGHTS]
        if not kept or not all(_is_sound(b) for b in kept):
            return None
        whole = b'{"role":"assistant","content":%b}' % content.encode()
        bare = orjson.dumps({"role": "assistant", "content": kept})
        ids = tuple(b["id"] for b in kept if b["type"] == "tool_use")
        return _Own(whole, bare, len(kept) < len(blocks), len(blocks), ids)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _is_sound(block: dict[str, Any]) -> bool:
    """Whether a block can go back at all: a blank text cannot."""
    return bool(block["text"].strip()) if block["type"] == "text" else block["type"] != "tool_use" or "input" in block
