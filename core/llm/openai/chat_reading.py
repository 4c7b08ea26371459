"""Puts an answer of Chat Completions together from its chunks, with the habits of servers that only resemble it."""

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

import orjson

from core.llm.contract import (
    BrokenOff,
    Ending,
    Event,
    Proposed,
    Raw,
    Stop,
    TextDelta,
    ThinkingDelta,
    ToolCall,
    Usage,
)
from core.llm.failures import broken
from core.llm.openai.chat_asking import API, message_of
from core.llm.schema import without_nulls
from core.llm.sse import DONE

_ENDS: dict[str, Ending] = {
    "stop": "end",
    "tool_calls": "end",
    "function_call": "end",
    "length": "length",
    "content_filter": "refusal",
}


class ChatReading:
    """The answer of one request. It is complete with its finish reason; the usage may come after it, or never."""

    def __init__(self, name: str, model: str, may_be_empty: bool) -> None:
        self.name = name
        self.model = model
        self.may_be_empty = may_be_empty
        self.whole = False
        self._answered_by = model
        self._reason = ""
        self._text = ""
        self._calls: list[dict[str, str]] = []
        self._at: dict[int, int] = {}
        self._usage: dict[str, Any] = {}

    @property
    def enough(self) -> bool:
        """Some servers end a stream with no word of it."""
        return bool(self._reason)

    def take(self, event: dict[str, Any]) -> Iterable[Event]:
        """What a chunk shows."""
        if event.get("type") == DONE:
            self.whole = bool(self._reason)
            return ()
        if event.get("error"):
            error = event["error"] if isinstance(event["error"], dict) else {"message": str(event["error"])}
            code = str(error.get("code") or error.get("type") or "")
            raise broken(self.name, "" if code.isdigit() else code, str(error.get("message", "")))
        self._answered_by = event.get("model") or self._answered_by
        self._usage = event.get("usage") or self._usage
        shown: list[Event] = []
        for choice in event.get("choices") or ():
            shown += self._choice(choice)
        return shown

    def _choice(self, choice: dict[str, Any]) -> Iterable[Event]:
        delta = choice.get("delta") or {}
        self._reason = choice.get("finish_reason") or self._reason
        for call in delta.get("tool_calls") or ():
            self._grow_call(call)
        thought = delta.get("reasoning_content") or delta.get("reasoning")
        if isinstance(thought, str) and thought:
            yield ThinkingDelta(thought)
        text = delta.get("content") or delta.get("refusal") or ""
        if text:
            self._text += text
            yield TextDelta(text)

    def _grow_call(self, piece: dict[str, Any]) -> None:
        """More of a call. A new name under a known number is a new call: some servers number none."""
        function = piece.get("function") or {}
        number, name = piece.get("index", len(self._calls)), function.get("name") or ""
        if number not in self._at or (name and self._calls[self._at[number]]["arguments"]):
            self._at[number] = len(self._calls)
            self._calls.append({"id": "", "name": "", "arguments": ""})
        call = self._calls[self._at[number]]
        call["id"] = call["id"] or piece.get("id") or ""
        call["name"] += name
        arguments = function.get("arguments") or ""
        call["arguments"] += arguments if isinstance(arguments, str) else orjson.dumps(arguments).decode()

    def used(self) -> Usage | None:
        """The tokens, if the server tells them, with what was cached counted apart."""
        if not self._usage:
            return None
        cached = (self._usage.get("prompt_tokens_details") or {}).get("cached_tokens") or 0
        thinking = (self._usage.get("completion_tokens_details") or {}).get("reasoning_tokens") or 0
        return Usage(
            input=max(0, (self._usage.get("prompt_tokens") or 0) - cached),
            cached=cached,
            output=self._usage.get("completion_tokens") or 0,
            thinking=thinking,
            model=self._answered_by,
        )

    def ending(self) -> list[Event]:
        """The calls, the usage and the stop. Calls of an answer that did not end by itself are not told."""
        usage = self.used() or Usage(model=self._answered_by)
        reason = _ENDS.get(self._reason, "cut")
        if reason != "end":
            return [usage, Stop(reason, note=self._reason)]
        calls = [self._call(call) for call in self._calls]
        if not calls and not self._text.strip():
            if not self.may_be_empty:
                raise BrokenOff(f"{self.name}: an empty answer", model=self.name, status=200, code="empty")
            return [usage, Stop("end")]
        written = [(c.id, c.tool, own["arguments"] or "{}") for c, own in zip(calls, self._calls, strict=True)]
        raw: Raw = {"api": API, "model": self.model, "content": message_of(self._text, written).decode()}
        return [*(Proposed(call) for call in calls), usage, Stop("tools" if calls else "end", raw=raw)]

    def _call(self, call: dict[str, str]) -> ToolCall:
        try:
            args = orjson.loads(call["arguments"] or "{}")
        except ValueError:
            args = None
        if not isinstance(args, dict) or not call["name"]:
            raise BrokenOff(f"{self.name}: arguments that are no JSON", model=self.name, status=200, code="json")
        return ToolCall(call["id"] or f"call_{uuid4().hex}", call["name"], without_nulls(args))
