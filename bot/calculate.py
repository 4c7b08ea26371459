"""The calculators by kind: values in, one JSON object out, and plain words for what cannot be computed."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

import orjson

Calculator = Callable[[Mapping[str, Any]], dict[str, Any]]

LATER = ("sets", "e1rm", "rpe", "plates", "progress", "strength", "vdot", "riegel", "load", "energy", "food")


def _when(given: Mapping[str, Any]) -> dict[str, Any]:
    from core.when.calculate import calc

    return calc(given.get("text"), given.get("at"), given.get("zone"))


def _wod(given: Mapping[str, Any]) -> dict[str, Any]:
    from core.coaching.wod import calc

    text, unit = given.get("text"), given.get("unit", "kg")
    if not isinstance(text, str) or not text.strip():
        return {"error": "There is no workout to read; give text=…"}
    if unit not in ("kg", "lb"):
        return {"error": f"'{unit}' is not a unit of weight; give kg or lb"}
    return calc(text, unit)


CALCULATORS: dict[str, Calculator] = {"when": _when, "wod": _wod}
TAKES = {"when": {"text", "at", "zone"}, "wod": {"text", "unit"}}


def calculate(kind: str, given: object) -> dict[str, Any]:
    """What a calculator makes of some values, or `{"error": …}` in plain words."""
    if kind not in CALCULATORS:
        return {"error": _absent(kind)}
    if not isinstance(given, Mapping):
        return {"error": 'A line must be a JSON object, like {"text": "tomorrow 6pm"}'}
    strange = sorted(set(given) - TAKES[kind] - {"id"})
    if strange:
        return {"error": f"'{strange[0]}' is nothing that {kind} takes; it takes {', '.join(sorted(TAKES[kind]))}"}
    try:
        return CALCULATORS[kind](given)
    except Exception:
        logging.getLogger("whistle").exception("a calculator failed")
        return {"error": f"{kind} could not read this; the log has the details"}


def calculate_line(kind: str, line: str | bytes) -> dict[str, Any]:
    """What a calculator makes of one line of JSON."""
    try:
        given = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        return {"error": f"This line is not JSON: {error}"}
    return calculate(kind, given)


def _absent(kind: str) -> str:
    there = ", ".join(CALCULATORS)
    if kind in LATER:
        return f"The calculator {kind} is not there yet; these are: {there}"
    return f"There is no calculator called {kind}; these are there: {there}"
