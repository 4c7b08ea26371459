"""A stand-in for the Messages API: refuses what the real one refuses, binds thoughts to their prefix, counts its cache."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

from tests.fakes.anthropic_rules import check_request, is_new
from tests.fakes.model_answers import Brain, Say, Step, demand
from tests.fakes.model_server import ModelServer
from tests.fakes.prompt_cache import PromptCache, Segment, bare

_ENDS = {
    "length": "max_tokens",
    "refusal": "refusal",
    "context": "model_context_window_exceeded",
    "pause": "pause_turn",
}


class AnthropicServer(ModelServer):
    """Messages, streaming. `now` is the time by which cached prefixes die, in seconds. `unread` are thoughts of another
    model, which the models of this generation drop without a word and older ones refuse."""

    path = "/v1/messages"

    def __init__(self, *script: Step, brain: Brain | None = None) -> None:
        super().__init__(*script, brain=brain)
        self.now = 0.0
        self.cache = PromptCache(floor=512, look_back=20, now=lambda: self.now)
        self.unread: list[str] = []
        self._number = 0

    def check(self, body: dict[str, Any], headers: Mapping[str, str]) -> None:
        """The rules of the API, then the thoughts: each must stand after exactly what it was thought after, and a model
        reads its own only."""
        demand(headers.get("authorization", "").startswith("Bearer "), "x-api-key or authorization header is required")
        demand(headers.get("content-type") == "application/json", "content-type must be application/json")
        check_request(body)
        for path, seen, block in _thoughts(body):
            by, _, bound = str(block.get("signature")).rpartition(":")
            if by != body["model"]:
                demand(is_new(body["model"]), f"{path}: Invalid `signature` in `thinking` block")
                self.unread.append(path)
                continue
            demand(
                bound == _signature(seen),
                f"{path}: Invalid `signature` in `thinking` block: the block is bound to a different conversation",
            )

    def error(self, status: int, code: str, words: str) -> dict[str, Any]:
        return {"type": "error", "error": {"type": code, "message": words}, "request_id": f"req_{self._number}"}

    def too_long(self, tokens: int) -> dict[str, Any]:
        words = f"prompt is too long: {tokens} tokens > {self.window} maximum"
        return self.error(400, "invalid_request_error", words)

    def error_event(self, code: str) -> tuple[str, dict[str, Any]]:
        return "error", {"type": "error", "error": {"type": code, "message": "Overloaded"}}

    def events(
        self, body: dict[str, Any], say: Say, broken_arguments: bool = False
    ) -> list[tuple[str, dict[str, Any]]]:
        """message_start, the blocks, message_delta, message_stop."""
        self._number += 1
        counted = self.cache.count(_segments(body)).and_plain(self._brought(body, say))
        self.counted.append(counted)
        usage = {
            "input_tokens": counted.plain,
            "cache_read_input_tokens": counted.read,
            "cache_creation_input_tokens": counted.written + counted.kept,
            "cache_creation": {
                "ephemeral_5m_input_tokens": counted.written,
                "ephemeral_1h_input_tokens": counted.kept,
            },
            "output_tokens": 1,
        }
        message = {
            "id": f"msg_{self._number}", "type": "message", "role": "assistant", "model": body["model"], "content": [],
            "stop_reason": None, "stop_sequence": None, "usage": usage,
        }  # fmt: skip
        events: list[dict[str, Any]] = [{"type": "message_start", "message": message}, {"type": "ping"}]
        written = 0
        for index, (start, deltas) in enumerate(self._blocks(body, say, broken_arguments)):
            events.append({"type": "content_block_start", "index": index, "content_block": start})
            for delta in deltas:
                written += len(orjson.dumps(delta)) // 8
                events.append({"type": "content_block_delta", "index": index, "delta": delta})
            events.append({"type": "content_block_stop", "index": index})
        reason = _ENDS.get(say.ends) or ("tool_use" if say.calls else "end_turn")
        ended: dict[str, Any] = {"stop_reason": reason, "stop_sequence": None}
        if reason == "refusal":
            ended["stop_details"] = {"type": "refusal", "category": "general_harms", "explanation": "no"}
        events.append({"type": "message_delta", "delta": ended, "usage": {"output_tokens": max(1, written)}})
        events.append({"type": "message_stop"})
        return [(str(e["type"]), e) for e in events]

    def _blocks(self, body: dict[str, Any], say: Say, broken: bool) -> Iterator[tuple[dict[str, Any], list[Any]]]:
        if say.thinking:
            bound = _signature(bare([body.get("system"), body.get("tools"), *_flat(body["messages"])]))
            deltas = [{"type": "thinking_delta", "thinking": piece} for piece in _cut(say.thinking, say.words_at_once)]
            deltas.append({"type": "signature_delta", "signature": f"{body['model']}:{bound}"})
            yield {"type": "thinking", "thinking": "", "signature": ""}, deltas
        if say.text:
            pieces = _cut(say.text, say.words_at_once)
            yield {"type": "text", "text": ""}, [{"type": "text_delta", "text": p} for p in pieces]
        if say.ends == "pause":
            name, used = "tool_search_tool_bm25", f"srvtoolu_{self._number}"
            yield (
                {"type": "server_tool_use", "id": used, "name": name, "input": {}},
                [{"type": "input_json_delta", "partial_json": '{"query": "book"}'}],
            )
            found = {"type": "tool_search_tool_search_result", "tool_references": []}
            yield {"type": "tool_search_tool_result", "tool_use_id": used, "content": found}, []
        yield from self._searched(body, say)
        for number, (tool, args) in enumerate(say.calls):
            json = orjson.dumps(args).decode()
            json = json[:-1] if broken else json
            start = {"type": "tool_use", "id": f"toolu_{self._number}_{number}", "name": tool, "input": {}}
            pieces = ["", *_cut(json, say.words_at_once)]
            yield start, [{"type": "input_json_delta", "partial_json": p} for p in pieces]

    def _searched(self, body: dict[str, Any], say: Say) -> Iterator[tuple[dict[str, Any], list[Any]]]:
        """The search for the deferred tools that are called and were not found before, as the API makes it by itself."""
        called = _searched_for(body, say)
        if not called:
            return
        used = f"srvtoolu_f{self._number}"
        query = orjson.dumps({"query": " ".join(called).replace("_", " ")}).decode()
        start = {"type": "server_tool_use", "id": used, "name": "tool_search_tool_bm25", "input": {}}
        yield start, [{"type": "input_json_delta", "partial_json": query}]
        references = [{"type": "tool_reference", "tool_name": name} for name in called]
        told = {"type": "tool_search_tool_search_result", "tool_references": references}
        yield {"type": "tool_search_tool_result", "tool_use_id": used, "content": told}, []

    def _brought(self, body: dict[str, Any], say: Say) -> int:
        """The tokens of the definitions that this answer's own search puts before the model."""
        return sum(Segment(bare(_definition(body, name))).tokens for name in _searched_for(body, say))


def _searched_for(body: dict[str, Any], say: Say) -> list[str]:
    """The deferred tools that an answer calls and that nobody has found before it."""
    blocks = [block for _, block in _flat(body["messages"]) if isinstance(block, dict)]
    found = {name for block in blocks for name in _found(block)}
    deferred = {t["name"] for t in body.get("tools", ()) if t.get("defer_loading")}
    return sorted({tool for tool, _ in say.calls} & deferred - found)


def _found(block: Mapping[str, Any]) -> list[str]:
    """The tools that a block refers to, if it is what a search found."""
    if block.get("type") != "tool_search_tool_result":
        return []
    return [reference["tool_name"] for reference in block["content"].get("tool_references", ())]


def _definition(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return next(t for t in body["tools"] if t.get("name") == name)


def _cut(text: str, size: int) -> list[str]:
    return [text[i : i + size] for i in range(0, len(text), size)]


def _flat(messages: Sequence[dict[str, Any]]) -> list[Any]:
    """The blocks of a conversation with their sides: messages of one side that follow each other are one."""
    flat = []
    for message in messages:
        content = message["content"]
        blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content
        flat += [[message["role"], block] for block in blocks]
    return flat


def _thoughts(body: dict[str, Any]) -> Iterator[tuple[str, bytes, dict[str, Any]]]:
    """Every thinking block with what stood before it."""
    flat = _flat(body["messages"])
    for place, (role, block) in enumerate(flat):
        if role == "assistant" and block.get("type") == "thinking":
            yield f"block {place}", bare([body.get("system"), body.get("tools"), *flat[:place]]), block


def _signature(prefix: bytes) -> str:
    return hashlib.sha256(prefix).hexdigest()


def _segments(body: dict[str, Any]) -> list[Segment]:
    """The prompt in the order in which it is cached: tools, system, messages. A deferred tool is read where a search found
    it, each time anew."""
    system = body.get("system") or []
    system = [{"type": "text", "text": system}] if isinstance(system, str) else system
    parts = [t for t in body.get("tools", ()) if not t.get("defer_loading")]
    parts += system
    parts += [b if isinstance(b, dict) else {"text": b} for _, b in _flat(body["messages"])]
    read = [[part, *(_definition(body, name) for name in _found(part))] for part in parts]
    segments = [
        Segment(bare(told), _minutes(part.get("cache_control"))) for part, told in zip(parts, read, strict=True)
    ]
    if body.get("cache_control") and segments:
        segments[-1] = Segment(segments[-1].data, _minutes(body["cache_control"]))
    return segments


def _minutes(mark: Mapping[str, Any] | None) -> int:
    return 0 if not mark else 60 if mark.get("ttl") == "1h" else 5
