"""Puts an answer of the Messages API together from its events; what comes out is whole or an error."""

from collections.abc import Iterable
from typing import Any

import orjson

from core.llm.anthropic.asking import API
from core.llm.contract import (
    BrokenOff,
    ContextExceeded,
    Ending,
    Event,
    Ping,
    Proposed,
    Raw,
    Stop,
    TextDelta,
    ThinkingDelta,
    ToolCall,
    Usage,
)
from core.llm.failures import broken
from core.llm.schema import without_nulls

_ENDS: dict[str, Ending] = {
    "end_turn": "end",
    "stop_sequence": "end",
    "tool_use": "tools",
    "max_tokens": "length",
    "refusal": "refusal",
    "model_context_window_exceeded": "context",
    "pause_turn": "pause",
}


class Block:
    """One content block while it grows."""

    def __init__(self, start: dict[str, Any]) -> None:
        self.start = start
        self.grown: dict[str, list[str]] = {}
        self.json = ""

    def grow(self, field: str, piece: str) -> None:
        """More of a text, a thought or a signature."""
        self.grown.setdefault(field, []).append(piece)

    @property
    def blank(self) -> bool:
        """Whether it is a text that says nothing."""
        return (
            self.start["type"] == "text"
            and not "".join([self.start.get("text", ""), *self.grown.get("text", ())]).strip()
        )

    def text(self) -> bytes:
        """The block as it goes back: what it began with and what was added, arguments exactly as they were written."""
        full = {**self.start, **{f: self.start.get(f, "") + "".join(p) for f, p in self.grown.items()}}
        if not self.json:
            return orjson.dumps(full)
        full.pop("input", None)
        return orjson.dumps(full)[:-1] + b',"input":' + self.json.encode() + b"}"


class MessageReading:
    """The answer of one request, over as many responses as it takes: a paused one is gone on with."""

    def __init__(self, name: str, model: str, seen: str, may_be_empty: bool) -> None:
        self.name = name
        self.model = model
        self.seen = seen
        self.answered_by = ""
        self.may_be_empty = may_be_empty
        self.whole = False
        self.reason = ""
        self.note = ""
        self.blocks: list[Block] = []
        self._first_of_response = 0
        self._usage: dict[str, Any] = {}
        self._before = Usage()

    def take(self, event: dict[str, Any]) -> Iterable[Event]:
        """What an event shows."""
        match event.get("type"):
            case "content_block_delta":
                return self._grow(event)
            case "content_block_start":
                self.blocks.append(Block(dict(event["content_block"])))
            case "message_start":
                self.answered_by = event["message"].get("model", "")
                self._count(event["message"].get("usage"))
            case "message_delta":
                self.reason = event["delta"].get("stop_reason") or ""
                self.note = ((event["delta"].get("stop_details") or {}).get("category")) or ""
                self._count(event.get("usage"))
            case "message_stop":
                self.whole = bool(self.reason)
            case "error":
                error = event.get("error") or {}
                raise broken(self.name, str(error.get("type", "")), str(error.get("message", "")))
            case "ping":
                return (Ping(),)
        return ()

    def _grow(self, event: dict[str, Any]) -> Iterable[Event]:
        index = self._first_of_response + event["index"]
        if index != len(self.blocks) - 1:
            raise BrokenOff(f"{self.name}: the stream lost a block", model=self.name, status=200)
        block, delta = self.blocks[index], event["delta"]
        match delta["type"]:
            case "text_delta":
                block.grow("text", delta["text"])
                return (TextDelta(delta["text"]),)
            case "thinking_delta":
                block.grow("thinking", delta["thinking"])
                return (ThinkingDelta(delta["thinking"]),)
            case "signature_delta":
                block.grow("signature", delta["signature"])
            case "input_json_delta":
                block.json += delta["partial_json"]
            case "citations_delta":
                block.start.setdefault("citations", [])
                block.start["citations"] = [*(block.start["citations"] or []), delta["citation"]]
        return ()

    def _count(self, usage: dict[str, Any] | None) -> None:
        """Later figures are of the whole answer so far and replace earlier ones."""
        self._usage.update({k: v for k, v in (usage or {}).items() if v is not None})

    def used(self) -> Usage | None:
        """The tokens of all responses so far."""
        if not self._usage:
            return self._before if self._before.prompt else None
        u, before = self._usage, self._before
        kept = (u.get("cache_creation") or {}).get("ephemeral_1h_input_tokens", 0)
        return Usage(
            input=before.input + u.get("input_tokens", 0),
            cached=before.cached + u.get("cache_read_input_tokens", 0),
            cache_written=before.cache_written + u.get("cache_creation_input_tokens", 0) - kept,
            cache_kept=before.cache_kept + kept,
            output=before.output + u.get("output_tokens", 0),
            thinking=before.thinking + (u.get("output_tokens_details") or {}).get("thinking_tokens", 0),
            model=self.answered_by or self.model,
        )

    @property
    def enough(self) -> bool:
        """Only the last event says that an answer is complete."""
        return self.whole

    @property
    def paused(self) -> bool:
        """Whether the server broke off to be asked to go on."""
        return self.whole and self.reason == "pause_turn"

    def go_on(self) -> None:
        """The next response continues this answer."""
        self._before, self._usage = self.used() or self._before, {}
        self._first_of_response = len(self.blocks)
        self.whole, self.reason = False, ""

    def content(self) -> bytes:
        """The answer so far in the API's own form. A blank text, which the API sends now and then, it never takes back."""
        return b"[" + b",".join(block.text() for block in self.blocks if not block.blank) + b"]"

    def ending(self) -> list[Event]:
        """The calls, the usage and the stop. Calls of an answer that did not end by itself are not told."""
        if self.reason == "model_context_window_exceeded" and not self.blocks:
            raise ContextExceeded(f"{self.name}: the conversation is too long for it.", model=self.name, status=200)
        reason: Ending = _ENDS.get(self.reason, "cut")
        calls = self._calls() if reason in ("end", "tools") else []
        said = any(b.start["type"] == "text" and not b.blank for b in self.blocks)
        if reason in ("end", "tools") and not calls and not said and not self.may_be_empty:
            raise BrokenOff(f"{self.name}: an empty answer", model=self.name, status=200, code="empty")
        if reason == "tools" and not calls:
            reason = "end"
        acted_on = reason in ("end", "tools") and (calls or said)
        content: Raw = {"api": API, "model": self.model, "seen": self.seen, "content": self.content().decode()}
        stop = Stop("tools" if calls else reason, raw=content if acted_on else None, note=self.note)
        return [*(Proposed(call) for call in calls), self.used() or Usage(model=self.model), stop]

    def _calls(self) -> list[ToolCall]:
        calls = []
        for block in self.blocks:
            if block.start["type"] != "tool_use":
                continue
            try:
                args = orjson.loads(block.json) if block.json else block.start.get("input", {})
            except ValueError:
                args = None
            if not isinstance(args, dict):
                raise BrokenOff(f"{self.name}: arguments that are no JSON", model=self.name, status=200, code="json")
            calls.append(ToolCall(block.start["id"], block.start["name"], without_nulls(args)))
        return calls
