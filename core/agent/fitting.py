"""Decides whether the arguments that a model wrote are of the kind that a tool takes, and says what is not."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from core.agent.reference import references
from core.agent.tools import ParamSpec, Tool

_KINDS: dict[str, Any] = {
    "string": str,
    "integer": int,
    "number": float,
    "boolean": bool,
    "array": list[Any],
    "object": dict[str, Any],
}
_TOLD = {
    "string_type": "must be text",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "list_type": "must be a list",
    "dict_type": "must be an object",
}


def misfit(tool: Tool, args: Mapping[str, Any]) -> str:
    """What is wrong with the form of the arguments, in words that a model can correct them by; nothing if they fit. One
    that is missing is no misfit: the person is asked for it."""
    try:
        _shape(tool.name, tool.params).model_validate(dict(args))
    except ValidationError as error:
        first = {str(e["loc"][:1]): e for e in reversed(error.errors())}
        return " ".join(_words(tool, e) for e in reversed(first.values()))
    return ""


@lru_cache(maxsize=512)
def _shape(name: str, params: tuple[ParamSpec, ...]) -> type[BaseModel]:
    fields: dict[str, Any] = {
        f"p_{number}": (_kind(param) | None, Field(default=None, alias=param.name))
        for number, param in enumerate(params)
        if param.type.name != "change"
    }
    config = ConfigDict(extra="forbid", coerce_numbers_to_str=True)
    return create_model(f"Arguments of {name}", __config__=config, **fields)


def _kind(param: ParamSpec) -> Any:
    told = references()[param.type.name].schema().get("type", "string")
    kind: Any = str  # What is read from words may always be given in words.
    for name in told if isinstance(told, list) else [told]:
        kind = kind | _KINDS.get(name, str)
    return kind


def _words(tool: Tool, error: Any) -> str:
    name = str(error["loc"][0]) if error["loc"] else "The arguments"
    if error["type"] == "extra_forbidden":
        takes = ", ".join(p.name for p in tool.params if p.type.name != "change") or "none"
        return f"{tool.name} has no argument {name}; it takes: {takes}."
    return f"{name} {_TOLD.get(error['type'], 'does not fit')}."
