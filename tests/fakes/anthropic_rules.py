"""What the Messages API refuses with a 400, for the models of this generation and before."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from tests.fakes.model_answers import demand

_PARAMS = {
    "model", "max_tokens", "messages", "cache_control", "container", "diagnostics", "inference_geo", "metadata",
    "output_config", "service_tier", "speed", "stop_sequences", "stream", "system", "thinking", "tool_choice", "tools",
    "user_profile_id",
}  # fmt: skip
_TOOL_PARAMS = {
    "name", "description", "input_schema", "strict", "defer_loading", "cache_control", "eager_input_streaming",
    "input_examples", "allowed_callers", "type",
}  # fmt: skip
_BLOCKS: dict[str, dict[str, tuple[set[str], set[str]]]] = {
    "user": {
        "text": ({"text"}, {"cache_control", "citations"}),
        "tool_result": ({"tool_use_id"}, {"content", "is_error", "cache_control"}),
    },
    "assistant": {
        "text": ({"text"}, {"citations", "cache_control"}),
        "thinking": ({"thinking", "signature"}, set()),
        "redacted_thinking": ({"data"}, set()),
        "tool_use": ({"id", "name", "input"}, {"caller", "cache_control"}),
        "server_tool_use": ({"id", "name", "input"}, {"caller", "cache_control"}),
        "tool_search_tool_result": ({"tool_use_id", "content"}, {"cache_control"}),
    },
}
_NAME = re.compile(r"^[a-zA-Z0-9_-]{1,128}$")
_UNHELD = {"minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "multipleOf"}
_NEW = re.compile(r"claude-(fable|mythos|opus-5-5|sonnet-5-5|haiku-5-5)")
_NOT_SYSTEM = re.compile(r"claude-(sonnet-[345](?!-5)|sonnet-4-\d|haiku-4|opus-4-[1-7])")


def check_request(body: Mapping[str, Any]) -> None:
    """Refuse a request that the API refuses, in about its words."""
    for name in ("model", "max_tokens", "messages"):
        demand(name in body, f"{name}: Field required")
    new = is_new(body["model"])
    for gone in ("temperature", "top_p", "top_k"):
        demand(gone not in body, f"{gone}: is not supported")
    for name in body:
        demand(name in _PARAMS, f"{name}: Extra inputs are not permitted")
    demand(isinstance(body["max_tokens"], int) and body["max_tokens"] >= 0, "max_tokens: not a number of tokens")
    choice = body.get("tool_choice", {}).get("type", "auto")
    demand(not (new and choice in ("any", "tool")), "tool_choice: forcing a tool is not supported on this model")
    thinking = body.get("thinking", {}).get("type")
    demand(not (new and thinking in ("disabled", "enabled")), f"thinking.type: {thinking} is not supported")
    demand(thinking is None or not body["model"].startswith("claude-haiku-4"), "thinking: adaptive is not supported")
    _check_format(body)
    _check_tools(body.get("tools", ()))
    _check_breakpoints(body)
    _check_messages(body["messages"], new, body["model"])


def is_new(model: str) -> bool:
    """Whether a model is of the generation that refuses prefill, sampling and forced tools."""
    return _NEW.match(model) is not None


def _check_format(body: Mapping[str, Any]) -> None:
    config = body.get("output_config", {})
    for name in config:
        demand(name in ("effort", "format"), f"output_config.{name}: Extra inputs are not permitted")
    if "format" in config:
        demand(config["format"].get("type") == "json_schema", "output_config.format.type: must be json_schema")
        check_strict(config["format"]["schema"], "output_config.format.schema")


def _check_tools(tools: Sequence[Mapping[str, Any]]) -> None:
    seen: set[str] = set()
    strict = [t for t in tools if t.get("strict")]
    demand(len(strict) <= 20, "tools: too many strict tools (20 at most)")
    optional = sum(
        len(t["input_schema"].get("properties", {})) - len(t["input_schema"].get("required", ())) for t in strict
    )
    demand(optional <= 24, "tools: too many optional parameters in strict tools (24 at most)")
    for place, told in enumerate(tools):
        path = f"tools.{place}"
        demand(_NAME.match(told.get("name", "")), f"{path}.name: String should match pattern")
        demand(told["name"] not in seen, f"{path}: Tool names must be unique")
        seen.add(told["name"])
        if told.get("type", "custom") != "custom":
            continue
        for name in told:
            demand(name in _TOOL_PARAMS, f"{path}.{name}: Extra inputs are not permitted")
        demand(told.get("input_schema", {}).get("type") == "object", f"{path}.input_schema.type: Field required")
        demand(not (told.get("defer_loading") and "cache_control" in told), f"{path}: deferred and cached")
        if told.get("strict"):
            check_strict(told["input_schema"], f"{path}.input_schema")
    deferred = [t for t in tools if t.get("defer_loading")]
    if deferred:
        demand(any("tool_search" in t.get("type", "") for t in tools), "tools: deferred tools need a tool search tool")
        demand(len(deferred) < len(tools), "tools: at least one tool must not be deferred")


def check_strict(schema: Mapping[str, Any], path: str) -> None:
    """The subset that a grammar can be made of."""
    if schema.get("type") == "object":
        demand(schema.get("additionalProperties") is False, f"{path}: additionalProperties must be false")
        for name, prop in schema.get("properties", {}).items():
            check_strict(prop, f"{path}.properties.{name}")
        demand(set(schema.get("required", ())) <= set(schema.get("properties", {})), f"{path}.required: not a property")
    demand(not _UNHELD & set(schema), f"{path}: {_UNHELD & set(schema)} not supported")
    demand("type" in schema or "anyOf" in schema or "$ref" in schema, f"{path}: type is required")
    if isinstance(schema.get("items"), Mapping):
        check_strict(schema["items"], f"{path}.items")


def _check_breakpoints(body: Mapping[str, Any]) -> None:
    marks = [] if not body.get("cache_control") else [body["cache_control"]]
    system = body.get("system") or []
    blocks = [*body.get("tools", ()), *([] if isinstance(system, str) else system)]
    for message in body["messages"]:
        blocks += [] if isinstance(message.get("content"), str) else message.get("content", ())
    in_order = [b["cache_control"] for b in blocks if b.get("cache_control")] + marks
    demand(len(in_order) <= 4, f"A maximum of 4 blocks with cache_control may be provided. Found {len(in_order)}.")
    for mark in in_order:
        demand(mark.get("type") == "ephemeral" and mark.get("ttl", "5m") in ("5m", "1h"), "cache_control: unknown")
    lives = [mark.get("ttl", "5m") for mark in in_order]
    demand(lives == sorted(lives), "cache_control: a ttl of 1h must not come after one of 5m")


def _check_messages(messages: Sequence[Mapping[str, Any]], new: bool, model: str) -> None:
    demand(len(messages) > 0, "messages: at least one message is required")
    demand(messages[0]["role"] == "user", "messages: first message must use the user role")
    demand(not (new and messages[-1]["role"] == "assistant" and not _paused(messages[-1])), "prefill is not supported")
    used: set[str] = set()
    waiting: list[str] = []
    for place, message in enumerate(messages):
        path, role = f"messages.{place}", str(message.get("role"))
        demand(set(message) == {"role", "content"}, f"{path}: Extra inputs are not permitted")
        demand(role in ("user", "assistant", "system"), f"{path}.role: unknown")
        if role == "system":
            demand(not _NOT_SYSTEM.match(model), "role 'system' is not supported on this model")
            after = messages[place + 1]["role"] if place + 1 < len(messages) else "assistant"
            demand(messages[place - 1]["role"] == "user" and after == "assistant", f"{path}: system out of place")
            _check_text(message["content"], path)
            continue
        content = message["content"]
        blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content
        demand(len(blocks) > 0, f"{path}.content: must not be empty")
        for number, block in enumerate(blocks):
            _check_block(block, role, f"{path}.content.{number}")
        waiting = _check_results(blocks, role, waiting, used, path)
    demand(not waiting, f"tool_use ids were found without tool_result blocks immediately after: {waiting}")


def _check_results(
    blocks: Sequence[Mapping[str, Any]], role: str, waiting: list[str], used: set[str], path: str
) -> list[str]:
    """Every call is answered once, in the very next message, before anything else is said."""
    results = [b["tool_use_id"] for b in blocks if b["type"] == "tool_result"]
    first = [b["type"] == "tool_result" for b in blocks[: len(results)]]
    demand(all(first), f"{path}: tool_result blocks must come first")
    demand(len(results) == len(set(results)), f"{path}: each tool_use must have a single result")
    demand(set(results) <= set(waiting), f"{path}: unexpected tool_use_id found in tool_result blocks: {results}")
    missing = set(waiting) - set(results)
    demand(not missing, f"{path}: tool_use ids were found without tool_result blocks immediately after: {missing}")
    called = [b["id"] for b in blocks if b["type"] == "tool_use"]
    demand(len(called) == len(set(called)) and not used & set(called), f"{path}: tool_use ids must be unique")
    used.update(called)
    if role == "assistant":
        demand(blocks[-1]["type"] not in ("thinking", "redacted_thinking"), f"{path}: the final block is a thought")
    return called


def _check_block(block: Mapping[str, Any], role: str, path: str) -> None:
    kind = block.get("type", "")
    demand(kind in _BLOCKS[role], f"{path}.type: {kind} is not a block of a {role} message")
    required, optional = _BLOCKS[role][kind]
    given = set(block) - {"type"}
    demand(required <= given, f"{path}: {required - given} required")
    demand(given <= required | optional, f"{path}: {given - required - optional}: Extra inputs are not permitted")
    if kind == "text":
        _check_text(block["text"], path)
    if kind in ("tool_use", "server_tool_use"):
        demand(isinstance(block["input"], dict), f"{path}.input: Input should be a valid dictionary")
        demand(_NAME.match(block["name"]) and _NAME.match(block["id"]), f"{path}: String should match pattern")
    if kind == "tool_result" and isinstance(block.get("content"), str):
        demand(block["content"].strip() or not block.get("is_error"), f"{path}: content cannot be empty if is_error")


def _check_text(text: Any, path: str) -> None:
    demand(isinstance(text, str) and text.strip(), f"{path}: text content blocks must contain non-whitespace text")


def _paused(message: Mapping[str, Any]) -> bool:
    """A turn that the server broke off itself is sent back as it is."""
    content = message["content"]
    return not isinstance(content, str) and any(b["type"] in ("server_tool_use", "thinking") for b in content)
