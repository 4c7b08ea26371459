"""What the Responses API refuses with a 400, and what a compatible server's template cannot take."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from tests.fakes.model_answers import demand

_PARAMS = {
    "model", "input", "instructions", "tools", "tool_choice", "stream", "store", "include", "reasoning", "text",
    "max_output_tokens", "parallel_tool_calls", "prompt_cache_key", "prompt_cache_options", "stream_options",
    "metadata", "safety_identifier", "service_tier", "truncation", "temperature", "top_p", "previous_response_id",
    "max_tool_calls", "context_management", "moderation", "background", "conversation", "user",
}  # fmt: skip
_CHAT_PARAMS = {
    "model", "messages", "tools", "tool_choice", "stream", "stream_options", "max_tokens", "max_completion_tokens",
    "response_format", "temperature", "top_p", "parallel_tool_calls", "stop", "seed", "user",
}  # fmt: skip
_NAME = re.compile(r"^[a-zA-Z0-9_-]{1,64}$")
_ITEMS: dict[str, tuple[set[str], set[str]]] = {
    "message": ({"role", "content"}, {"id", "status", "phase"}),
    "function_call": ({"call_id", "name", "arguments"}, {"id", "status", "namespace", "caller"}),
    "function_call_output": ({"call_id", "output"}, {"id", "status"}),
    "tool_search_call": ({"arguments"}, {"id", "call_id", "execution", "status"}),
    "tool_search_output": ({"tools"}, {"id", "call_id", "execution", "status"}),
    "reasoning": ({"id", "summary"}, {"encrypted_content", "content", "status"}),
}


def check_responses(body: Mapping[str, Any]) -> None:
    """Refuse a request that the Responses API refuses."""
    for name in ("model", "input"):
        demand(name in body, f"Missing required parameter: '{name}'.")
    for name in body:
        demand(name in _PARAMS, f"Unknown parameter: '{name}'.")
    reasoning = bool(re.match(r"gpt-[56]|o\d", body["model"]))
    for gone in ("temperature", "top_p"):
        demand(not (reasoning and gone in body), f"Unsupported parameter: '{gone}' is not supported with this model.")
    effort = body.get("reasoning", {}).get("effort", "low")
    demand(effort in ("none", "minimal", "low", "medium", "high", "xhigh", "max"), "Invalid value: reasoning.effort")
    demand(
        not (body["model"] == "gpt-6.1-sol" and effort in ("none", "minimal")), "Unsupported value: reasoning.effort"
    )
    for name in body.get("stream_options", {}):
        demand(name == "include_obfuscation", f"Unknown parameter: 'stream_options.{name}'.")
    _check_cache(body)
    _check_tools(body.get("tools", ()))
    form = body.get("text", {}).get("format")
    if form and form["type"] == "json_schema":
        demand(_NAME.match(form.get("name", "")), "Missing required parameter: 'text.format.name'.")
        check_complete(form["schema"], "text.format.schema")
    _check_items(body["input"], stored=body.get("store", True))


def breakpoints_in(item: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The breakpoints that stand on the parts of an item."""
    content = item.get("content")
    parts = content if isinstance(content, list) else []
    return [part["prompt_cache_breakpoint"] for part in parts if "prompt_cache_breakpoint" in part]


def _check_cache(body: Mapping[str, Any]) -> None:
    options = body.get("prompt_cache_options", {})
    set_here = [mark for item in body["input"] for mark in breakpoints_in(item)]
    new = re.match(r"gpt-(5\.[6-9]|[6-9])", body["model"])
    demand(
        new or not (options or set_here),
        "Unsupported parameter: 'prompt_cache_options' is not supported with this model.",
    )
    demand(
        set(options) <= {"mode", "ttl", "prewarm", "comparison_response_id"},
        "Unknown parameter: 'prompt_cache_options'.",
    )
    demand(options.get("mode", "implicit") in ("implicit", "explicit"), "Invalid value: 'prompt_cache_options.mode'.")
    demand(all(mark.get("mode") == "explicit" for mark in set_here), "Invalid value: 'prompt_cache_breakpoint.mode'.")


def _check_tools(tools: Sequence[Mapping[str, Any]]) -> None:
    names: set[str] = set()
    for place, told in enumerate(tools):
        if told["type"] != "function":
            continue
        path = f"tools[{place}]"
        for name in ("name", "parameters", "strict"):
            demand(name in told, f"Missing required parameter: '{path}.{name}'.")
        demand(
            set(told) <= {"type", "name", "parameters", "strict", "description", "defer_loading", "output_schema"},
            f"Unknown parameter in {path}.",
        )
        demand(_NAME.match(told["name"]) and told["name"] not in names, f"Invalid '{path}.name'.")
        names.add(told["name"])
        if told["strict"]:
            check_complete(told["parameters"], f"{path}.parameters")
    deferred = any(t.get("defer_loading") for t in tools)
    demand(not deferred or any(t["type"] == "tool_search" for t in tools), "Deferred tools need tool_search.")


def check_complete(schema: Mapping[str, Any], path: str) -> None:
    """Strict mode: every property is required, nothing undeclared, everything has a type."""
    demand("type" in schema or "anyOf" in schema, f"Invalid schema: {path} has no type.")
    kinds = schema.get("type", ())
    if kinds == "object" or "object" in kinds:
        demand(
            schema.get("additionalProperties") is False, f"Invalid schema: {path}: 'additionalProperties' not false."
        )
        demand(
            set(schema.get("required", ())) == set(schema.get("properties", {})),
            f"Invalid schema: {path}: 'required' must hold every key of properties.",
        )
        for name, prop in schema.get("properties", {}).items():
            check_complete(prop, f"{path}.{name}")
    if isinstance(schema.get("items"), Mapping):
        check_complete(schema["items"], f"{path}.items")


def _check_items(items: Any, stored: bool) -> None:
    demand(isinstance(items, list) and items, "Invalid 'input': empty.")
    open_calls: list[str] = []
    called: set[str] = set()
    ids: set[str] = set()
    thought = False
    for place, item in enumerate(items):
        path, kind = f"input[{place}]", item.get("type", "message")
        demand(kind in _ITEMS, f"Invalid value: '{kind}' at {path}.type.")
        required, optional = _ITEMS[kind]
        given = set(item) - {"type"}
        demand(required <= given, f"Missing required parameter: '{path}.{required - given}'.")
        demand(given <= required | optional, f"Unknown parameter: '{path}.{given - required - optional}'.")
        demand(not item.get("id") or item["id"] not in ids, f"Duplicate item found with id {item.get('id')}.")
        ids.add(item.get("id", ""))
        answers = kind == "function_call_output"
        searches = kind.startswith("tool_search")
        goes_on = kind in ("function_call", "reasoning") or searches or item.get("role") == "assistant"
        demand(not thought or goes_on, f"{path}: a 'reasoning' item was provided without its required following item.")
        thought = kind == "reasoning"
        demand(
            not open_calls or answers or kind == "function_call" or searches,
            f"No tool output found for function call {open_calls}.",
        )
        if kind == "function_call":
            demand(item["call_id"] not in called, f"Duplicate function call {item['call_id']}.")
            demand(_NAME.match(item["name"]) is not None, f"Invalid '{path}.name'.")
            open_calls.append(item["call_id"])
            called.add(item["call_id"])
        elif answers:
            demand(item["call_id"] in open_calls, f"No tool call found for function call output {item['call_id']}.")
            demand(isinstance(item["output"], str), f"Invalid '{path}.output'.")
            open_calls.remove(item["call_id"])
        elif kind == "reasoning":
            demand(stored or item.get("encrypted_content"), f"Item with id '{item['id']}' not found: it is not stored.")
        elif searches:
            demand(item.get("execution") == "server", f"{path}: a search that nobody here has made.")
            _check_tools([*item.get("tools", ()), {"type": "tool_search"}])
        else:
            _check_content(item, path)
    demand(not open_calls, f"No tool output found for function call {open_calls}.")
    demand(not thought, "a 'reasoning' item was provided without its required following item.")


def _check_content(item: Mapping[str, Any], path: str) -> None:
    demand(item["role"] in ("user", "assistant", "developer", "system"), f"Invalid value: '{path}.role'.")
    if isinstance(item["content"], str):
        return
    wanted = ("output_text", "refusal") if item["role"] == "assistant" else ("input_text",)
    demand(item["content"], f"Invalid '{path}.content': empty.")
    for part in item["content"]:
        demand(part.get("type") in wanted, f"Invalid value: '{part.get('type')}' in {path}.content.")
        known = {"type", "text", "refusal", "annotations", "logprobs", "prompt_cache_breakpoint"}
        demand(set(part) <= known, f"Unknown parameter: '{set(part) - known}' in {path}.content.")


def check_chat(body: Mapping[str, Any]) -> None:
    """Refuse what a server with a strict template refuses: a late system message, sides that do not alternate."""
    for name in ("model", "messages"):
        demand(name in body, f"field required: {name}")
    for name in body:
        demand(name in _CHAT_PARAMS, f"extra fields not permitted: {name}")
    for told in body.get("tools", ()):
        demand(told["type"] == "function" and _NAME.match(told["function"]["name"]), "tools: not a function")
        demand(told["function"]["parameters"].get("type") == "object", "tools: parameters must be an object")
    messages = list(body["messages"])
    if messages and messages[0]["role"] == "system":
        messages = messages[1:]
    demand(messages and messages[0]["role"] == "user", "conversation must begin with a user message")
    waiting: list[str] = []
    called: set[str] = set()
    side = "assistant"
    for place, message in enumerate(messages):
        role = message["role"]
        demand(role in ("user", "assistant", "tool"), f"messages[{place}]: system message must be at the beginning")
        if role == "tool":
            demand(message["tool_call_id"] in waiting, f"messages[{place}]: unexpected tool result")
            demand(isinstance(message["content"], str), f"messages[{place}]: content must be text")
            waiting.remove(message["tool_call_id"])
            side = "tool"
            continue
        demand(not waiting, f"messages[{place}]: tool calls without a result: {waiting}")
        demand(role != side, f"conversation roles must alternate: two times {role}")
        side = role
        if role == "assistant":
            waiting = [call["id"] for call in message.get("tool_calls", ())]
            demand(len(set(waiting)) == len(waiting) and not called & set(waiting), "tool call ids must be unique")
            called |= set(waiting)
            demand(message.get("content") or waiting, f"messages[{place}]: an empty answer")
        else:
            demand(message["content"].strip(), f"messages[{place}]: an empty message")
    demand(not waiting, f"tool calls without a result: {waiting}")
    demand(side != "assistant", "the last message must not be the assistant's")
