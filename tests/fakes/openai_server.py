"""Stand-ins for the Responses API and for a compatible server: refuse what the real ones refuse, count the cache."""

from collections.abc import Mapping
from typing import Any

import orjson

from tests.fakes.model_answers import Brain, Say, Step, demand
from tests.fakes.model_server import ModelServer
from tests.fakes.openai_rules import breakpoints_in, check_chat, check_responses
from tests.fakes.prompt_cache import PromptCache, Segment, bare


class ResponsesServer(ModelServer):
    """Responses, streaming. `now` is the time by which cached prefixes die, in seconds."""

    path = "/v1/responses"

    def __init__(self, *script: Step, brain: Brain | None = None) -> None:
        super().__init__(*script, brain=brain)
        self.now = 0.0
        self.cache = PromptCache(floor=1024, look_back=None, now=lambda: self.now)
        self._number = 0

    def check(self, body: dict[str, Any], headers: Mapping[str, str]) -> None:
        """The rules of the API; a thought goes back only to the model that had it."""
        demand(headers.get("content-type") == "application/json", "Unsupported content type.")
        check_responses(body)
        for item in body["input"]:
            if item.get("type") == "reasoning":
                thought_by = str(item.get("encrypted_content", "")).partition(":")[0]
                demand(
                    thought_by == body["model"], f"The encrypted content for item {item['id']} could not be verified."
                )

    def error(self, status: int, code: str, words: str) -> dict[str, Any]:
        return {"error": {"message": words, "type": "invalid_request_error", "code": code, "param": None}}

    def too_long(self, tokens: int) -> dict[str, Any]:
        words = "Your input exceeds the context window of this model. Please adjust your input and try again."
        return self.error(400, "context_length_exceeded", words)

    def error_event(self, code: str) -> tuple[str, dict[str, Any]]:
        code = "server_is_overloaded" if code == "overloaded_error" else code
        return "error", {"type": "error", "code": code, "message": "Overloaded", "param": None, "sequence_number": 9}

    def events(
        self, body: dict[str, Any], say: Say, broken_arguments: bool = False
    ) -> list[tuple[str, dict[str, Any]]]:
        """response.created, the items, response.completed (or incomplete)."""
        self._number += 1
        items = self._items(body, say, broken_arguments)
        brought = [item for item in items if item["type"] == "tool_search_output"]
        counted = self.cache.count(_segments(body)).and_plain(sum(Segment(bare(item)).tokens for item in brought))
        self.counted.append(counted)
        response = {"id": f"resp_{self._number}", "object": "response", "model": body["model"], "status": "in_progress"}
        events: list[dict[str, Any]] = [
            {"type": "response.created", "response": response},
            {"type": "response.in_progress", "response": response},
        ]
        for index, item in enumerate(items):
            events += _item_events(index, item, say.words_at_once)
        written = sum(len(orjson.dumps(item)) for item in items if item not in brought) // 4
        usage = {
            "input_tokens": counted.plain + counted.read + counted.written + counted.kept,
            "input_tokens_details": {"cached_tokens": counted.read, "cache_write_tokens": counted.written},
            "output_tokens": max(1, written),
            "output_tokens_details": {"reasoning_tokens": len(say.thinking) // 4},
        }
        ended = {**response, "output": items, "usage": usage, "status": "completed"}
        kind = "response.completed"
        if say.ends:
            why = {"length": "max_output_tokens", "refusal": "content_filter"}.get(say.ends, "max_messages")
            kind = "response.incomplete"
            ended = {**ended, "status": "incomplete", "incomplete_details": {"reason": why}}
        events.append({"type": kind, "response": ended})
        return [(e["type"], {**e, "sequence_number": n}) for n, e in enumerate(events)]

    def _items(self, body: dict[str, Any], say: Say, broken: bool) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = []
        if say.thinking:
            summary = [{"type": "summary_text", "text": say.thinking}]
            sealed = f"{body['model']}:{self._number}"
            items.append(
                {"id": f"rs_{self._number}", "type": "reasoning", "summary": summary, "encrypted_content": sealed}
            )
        if say.text:
            part = {"type": "output_text", "text": say.text, "annotations": [], "logprobs": []}
            items.append(
                {
                    "id": f"msg_{self._number}",
                    "type": "message",
                    "role": "assistant",
                    "status": "completed",
                    "phase": "final_answer",
                    "content": [part],
                }
            )
        items += self._searched(body, say)
        for number, (tool, args) in enumerate(say.calls):
            json = orjson.dumps(args).decode()
            items.append(
                {
                    "id": f"fc_{self._number}_{number}",
                    "type": "function_call",
                    "call_id": f"call_{self._number}_{number}",
                    "name": tool,
                    "arguments": json[:-1] if broken else json,
                    "status": "completed",
                }
            )
        if say.thinking and not say.text and not say.calls:
            items.clear()
        return items

    def _searched(self, body: dict[str, Any], say: Say) -> list[dict[str, Any]]:
        """The search for the deferred tools that are called and were not found before, as the API makes it by itself."""
        found = {t["name"] for i in body["input"] if i.get("type") == "tool_search_output" for t in i["tools"]}
        called = {tool for tool, _ in say.calls} - found
        tools = [t for t in body.get("tools", ()) if t.get("defer_loading") and t["name"] in called]
        if not tools:
            return []
        both = {"call_id": f"tsc_{self._number}", "execution": "server", "status": "completed"}
        asked = {"query": " ".join(sorted(called)).replace("_", " ")}
        return [
            {"id": f"ts_{self._number}", "type": "tool_search_call", "arguments": asked, **both},
            {"id": f"tso_{self._number}", "type": "tool_search_output", "tools": tools, **both},
        ]


def _item_events(index: int, item: dict[str, Any], size: int) -> list[dict[str, Any]]:
    here = {"output_index": index, "item_id": item["id"]}
    empty = {**item, "status": "in_progress"}
    events: list[dict[str, Any]] = []
    match item["type"]:
        case "reasoning":
            empty = {**item, "summary": [], "encrypted_content": ""}
            for piece in _cut(item["summary"][0]["text"], size):
                events.append({"type": "response.reasoning_summary_text.delta", **here, "delta": piece})
        case "message":
            empty["content"] = []
            events.append({"type": "response.content_part.added", **here, "content_index": 0, "part": {}})
            for piece in _cut(item["content"][0]["text"], size):
                events.append({"type": "response.output_text.delta", **here, "content_index": 0, "delta": piece})
            events.append({"type": "response.output_text.done", **here, "text": item["content"][0]["text"]})
        case "function_call":
            empty["arguments"] = ""
            for piece in _cut(item["arguments"], size):
                events.append({"type": "response.function_call_arguments.delta", **here, "delta": piece})
            events.append({"type": "response.function_call_arguments.done", **here, "arguments": item["arguments"]})
    added = {"type": "response.output_item.added", "output_index": index, "item": empty}
    return [added, *events, {"type": "response.output_item.done", "output_index": index, "item": item}]


def _segments(body: dict[str, Any]) -> list[Segment]:
    """Tools, instructions and items in order, with the breakpoints that are set, and the one that the API sets by itself at
    the end unless it is told not to."""
    tools = [t for t in body.get("tools", ()) if not t.get("defer_loading")]
    parts: list[Any] = [*tools, body.get("instructions", ""), *body["input"]]
    marked = {place for place, part in enumerate(parts) if isinstance(part, dict) and breakpoints_in(part)}
    if body.get("prompt_cache_options", {}).get("mode") != "explicit":
        marked.add(len(parts) - 1)
    return [Segment(bare(part), 30 * (place in marked)) for place, part in enumerate(parts)]


def _cut(text: str, size: int) -> list[str]:
    return [text[i : i + size] for i in range(0, len(text), size)]


class ChatServerFake(ModelServer):
    """Chat Completions, streaming, as a local server with a strict template speaks it."""

    path = "/v1/chat/completions"
    last_words = b"data: [DONE]\n\n"

    def __init__(self, *script: Step, brain: Brain | None = None) -> None:
        super().__init__(*script, brain=brain)
        self.cache = PromptCache(floor=1, look_back=None, now=lambda: 0.0)
        self._number = 0

    def check(self, body: dict[str, Any], headers: Mapping[str, str]) -> None:
        """What the template takes."""
        check_chat(body)

    def error(self, status: int, code: str, words: str) -> dict[str, Any]:
        return {"error": {"message": words, "type": code, "code": code}}

    def too_long(self, tokens: int) -> dict[str, Any]:
        words = f"This model's maximum context length is {self.window} tokens, but the request has {tokens}."
        return self.error(400, "BadRequestError", words)

    def error_event(self, code: str) -> tuple[str, dict[str, Any]]:
        return "", {"error": {"message": "Overloaded", "type": code, "code": 500}}

    def events(
        self, body: dict[str, Any], say: Say, broken_arguments: bool = False
    ) -> list[tuple[str, dict[str, Any]]]:
        """Chunks: the role, pieces of text, pieces of calls, the finish reason, the usage."""
        self._number += 1
        parts: list[Any] = [*body.get("tools", ()), *body["messages"]]
        segments = [Segment(bare(p), 60 * (n == len(parts) - 1)) for n, p in enumerate(parts)]
        counted = self.cache.count(segments)
        self.counted.append(counted)
        deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
        deltas += [{"reasoning_content": piece} for piece in _cut(say.thinking, say.words_at_once)]
        deltas += [{"content": piece} for piece in _cut(say.text, say.words_at_once)]
        for index, (tool, args) in enumerate(say.calls):
            json = orjson.dumps(args).decode()
            json = json[:-1] if broken_arguments else json
            call = {"index": index, "id": f"call_{self._number}_{index}", "type": "function"}
            deltas.append({"tool_calls": [{**call, "function": {"name": tool, "arguments": ""}}]})
            for piece in _cut(json, say.words_at_once):
                deltas.append({"tool_calls": [{"index": index, "function": {"arguments": piece}}]})
        reason = {"length": "length", "refusal": "content_filter"}.get(say.ends)
        reason = reason or ("tool_calls" if say.calls else "stop")
        chunk = {"id": f"c{self._number}", "object": "chat.completion.chunk", "model": body["model"]}
        events = [{**chunk, "choices": [{"index": 0, "delta": d, "finish_reason": None}]} for d in deltas]
        events.append({**chunk, "choices": [{"index": 0, "delta": {}, "finish_reason": reason}]})
        total = counted.plain + counted.read + counted.written + counted.kept
        usage = {
            "prompt_tokens": total,
            "completion_tokens": len(deltas),
            "prompt_tokens_details": {"cached_tokens": counted.read},
        }
        events.append({**chunk, "choices": [], "usage": usage})
        return [("", e) for e in events]
