"""Puts an answer of the Responses API together from its events; what comes out is whole or an error."""

from collections.abc import Iterable
from typing import Any

import orjson

from core.llm.contract import (
    BrokenOff,
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
from core.llm.openai.asking import API
from core.llm.schema import without_nulls

_CUT_SHORT: dict[str, Ending] = {"max_output_tokens": "length", "content_filter": "refusal"}


class ResponseReading:
    """The answer of one request. Only items that came whole count, and only once the response says it is complete."""

    def __init__(self, name: str, model: str, may_be_empty: bool) -> None:
        self.name = name
        self.model = model
        self.may_be_empty = may_be_empty
        self.whole = False
        self.reason: Ending = "end"
        self.note = ""
        self.items: dict[int, dict[str, Any]] = {}
        self._asides: set[int] = set()
        self._begun = 0
        self._response: dict[str, Any] = {}

    @property
    def enough(self) -> bool:
        """Only the last event says that an answer is complete."""
        return self.whole

    def take(self, event: dict[str, Any]) -> Iterable[Event]:
        """What an event shows. What a model says on the way to its answer is thought aloud, and no answer."""
        match event.get("type"):
            case "response.output_text.delta":
                aside = event.get("output_index") in self._asides
                return (ThinkingDelta(event["delta"]) if aside else TextDelta(event["delta"]),)
            case "response.refusal.delta":
                self.reason = "refusal"
                return (TextDelta(event["delta"]),)
            case "response.reasoning_summary_text.delta" | "response.reasoning_text.delta":
                return (ThinkingDelta(event["delta"]),)
            case "response.output_item.added":
                self._begun += 1
                if event["item"].get("phase") == "commentary":
                    self._asides.add(event["output_index"])
            case "response.output_item.done":
                self.items[event["output_index"]] = event["item"]
            case "response.completed" | "response.incomplete" | "response.failed" as ended:
                self._end(ended, event["response"])
            case "error" | None:
                self._fail(event.get("error") or event)
            case "response.created" | "response.in_progress" | "response.queued":
                return (Ping(),)
        return ()

    def _end(self, ended: str, response: dict[str, Any]) -> None:
        self._response = response
        if ended == "response.failed":
            self._fail(response.get("error") or {})
        if ended == "response.incomplete":
            why = (response.get("incomplete_details") or {}).get("reason") or ""
            self.reason, self.note = _CUT_SHORT.get(why, "cut"), why
        elif self._begun != len(self.items):
            raise BrokenOff(f"{self.name}: the stream lost an item", model=self.name, status=200)
        self.whole = True

    def _fail(self, error: dict[str, Any]) -> None:
        """A policy that stops an answer is a refusal; anything else is an error of its kind."""
        code = str(error.get("code") or error.get("type") or "")
        if "policy" in code:
            self.reason, self.note, self.whole = "refusal", code, True
            return
        raise broken(self.name, "" if code == "error" else code, str(error.get("message", "")))

    def used(self) -> Usage | None:
        """The tokens, with what was cached counted apart: this API's input includes it."""
        usage = self._response.get("usage")
        if not usage:
            return None
        details = usage.get("input_tokens_details") or {}
        cached, written = details.get("cached_tokens") or 0, details.get("cache_write_tokens") or 0
        kept = (details.get("cache_write_tokens_details") or {}).get("ttl_12h_tokens") or 0
        return Usage(
            input=max(0, usage.get("input_tokens", 0) - cached - written),
            cached=cached,
            cache_written=written - kept,
            cache_kept=kept,
            output=usage.get("output_tokens", 0),
            thinking=(usage.get("output_tokens_details") or {}).get("reasoning_tokens") or 0,
            model=self._response.get("model") or self.model,
        )

    def ending(self) -> list[Event]:
        """The calls, the usage and the stop. Calls of an answer that did not end by itself are not told."""
        usage = self.used() or Usage(model=self.model)
        if self.reason != "end":
            return [usage, Stop(self.reason, note=self.note)]
        items = [self.items[place] for place in sorted(self.items)]
        calls = [self._call(item) for item in items if item["type"] == "function_call"]
        said = any(_text(item).strip() for item in items)
        if not calls and not said:
            if not self.may_be_empty:
                raise BrokenOff(f"{self.name}: an empty answer", model=self.name, status=200, code="empty")
            return [usage, Stop("end")]
        raw: Raw = {"api": API, "model": self.model, "content": orjson.dumps(items).decode()}
        return [*(Proposed(call) for call in calls), usage, Stop("tools" if calls else "end", raw=raw)]

    def _call(self, item: dict[str, Any]) -> ToolCall:
        try:
            args = orjson.loads(item["arguments"] or "{}")
        except ValueError:
            args = None
        if not isinstance(args, dict):
            raise BrokenOff(f"{self.name}: arguments that are no JSON", model=self.name, status=200, code="json")
        return ToolCall(item["call_id"], item["name"], without_nulls(args))


def _text(item: dict[str, Any]) -> str:
    if item["type"] != "message":
        return ""
    return "".join(part.get("text") or part.get("refusal") or "" for part in item.get("content", ()))
