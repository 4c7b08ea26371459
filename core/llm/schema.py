"""Decides how a tool's arguments are described so that a provider can hold a model to them to the letter."""

from collections.abc import Iterable, Mapping
from typing import Any

from core.llm.contract import ToolSpec

# What a provider's grammar can carry in one request; more is refused with a 400.
MOST_STRICT, MOST_OPTIONAL, MOST_UNIONS = 20, 24, 16
_HELD_BY_CODE = frozenset(
    {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength", "minItems", "maxItems",
     "pattern", "format", "default", "multipleOf", "uniqueItems"}
)  # fmt: skip


def of(tool: ToolSpec) -> Mapping[str, Any]:
    """A tool's declared schema, or the plainest that its parameters have."""
    if tool.schema or not tool.params:
        return tool.schema
    return {
        "type": "object",
        "properties": {p.name: {"type": "string", "description": p.description or p.type} for p in tool.params},
        "required": [p.name for p in tool.params if p.required],
    }


def closed(schema: Mapping[str, Any]) -> dict[str, Any]:
    """An object schema of the subset that strict tools take: nothing undeclared, and no ranges, which the executor
    checks. Optional properties may be left out."""
    shaped = _shaped(dict(schema) or {"type": "object"})
    shaped.setdefault("properties", {})
    shaped.setdefault("required", [])
    shaped["additionalProperties"] = False
    return shaped


def complete(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The same where every property must be given: what is optional may be null instead, and null is left out again by
    `without_nulls`."""
    shaped = closed(schema)
    required = set(shaped["required"])
    shaped["properties"] = {
        name: prop if name in required else _nullable(prop) for name, prop in shaped["properties"].items()
    }
    shaped["required"] = list(shaped["properties"])
    return shaped


def without_nulls(args: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments as they were meant: null says that one was not given."""
    return {name: value for name, value in args.items() if value is not None}


def strict_names(tools: Iterable[ToolSpec]) -> frozenset[str]:
    """The tools that are held to their schema by a grammar, as many as one request may hold: those that change
    something first, since a misfit costs them most."""
    strict: set[str] = set()
    optional = unions = 0
    for tool in sorted(tools, key=lambda t: not t.writes):
        schema = of(tool)
        properties = schema.get("properties", {})
        more_optional = len(properties) - len(schema.get("required", ()))
        more_unions = sum("anyOf" in p or isinstance(p.get("type"), list) for p in properties.values())
        fits = optional + more_optional <= MOST_OPTIONAL and unions + more_unions <= MOST_UNIONS
        if fits and len(strict) < MOST_STRICT:
            strict.add(tool.name)
            optional, unions = optional + more_optional, unions + more_unions
    return frozenset(strict)


def _shaped(prop: Mapping[str, Any]) -> dict[str, Any]:
    shaped = {key: value for key, value in prop.items() if key not in _HELD_BY_CODE}
    if "enum" in shaped and "type" not in shaped:
        shaped["type"] = "string"
    if isinstance(shaped.get("items"), Mapping):
        shaped["items"] = _shaped(shaped["items"])
    if isinstance(shaped.get("properties"), Mapping):
        shaped["properties"] = {name: _shaped(p) for name, p in shaped["properties"].items()}
        shaped["additionalProperties"] = False
    if isinstance(shaped.get("anyOf"), list):
        shaped["anyOf"] = [_shaped(p) for p in shaped["anyOf"]]
    return shaped


def _nullable(prop: dict[str, Any]) -> dict[str, Any]:
    if "anyOf" in prop:
        return {**prop, "anyOf": [*prop["anyOf"], {"type": "null"}]}
    kinds = prop.get("type", "string")
    nullable = {**prop, "type": [*(kinds if isinstance(kinds, list) else [kinds]), "null"]}
    return {**nullable, "enum": [*prop["enum"], None]} if "enum" in prop else nullable
