"""Takes apart what is said beside a name that was asked for: "CrossFit, 60 minutes, 12 spots" is a name and two numbers."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from core.agent.reference import Focus, references
from core.agent.tools import ParamSpec

_PIECE = re.compile(r"\s*[,;]\s*|\s+[-–]\s+")
TITLE = "title"


def taken_apart(
    params: Sequence[ParamSpec], chosen: Mapping[str, Any], given: Iterable[str], now: datetime, role: int
) -> Mapping[str, Any]:
    """What was answered, with what stood behind a name given to the parameters that it fits. All pieces must fit, else the
    name is what was typed."""
    open_ones = [p for p in params if p.name not in chosen and p.name not in given]
    for param in params:
        if param.type.name != TITLE or not isinstance(chosen.get(param.name), str):
            continue
        name, *pieces = _PIECE.split(chosen[param.name].strip())
        if name and pieces and (beside := _placed(pieces, open_ones, now, role)):
            return {**chosen, param.name: name, **beside}
    return chosen


def _placed(pieces: Sequence[str], params: Sequence[ParamSpec], now: datetime, role: int) -> dict[str, Any]:
    """The pieces by the parameter whose type each is the whole of; nothing where one has no place."""
    found: dict[str, Any] = {}
    for piece in pieces:
        fitting = ((p.name, _whole(p, piece, now, role)) for p in params if p.name not in found)
        place = next(((name, value) for name, value in fitting if value is not None), None)
        if place is None:
            return {}
        found[place[0]] = place[1]
    return found


def _whole(param: ParamSpec, piece: str, now: datetime, role: int) -> Any:
    """What a piece means as a value of a parameter, where all of it does. A bare figure does not tell of what it is one."""
    reader = references()[param.type.name].reader(None, Focus(), now, role)
    spans = reader.spans(piece) if reader is not None and any(char.isalpha() for char in piece) else ()
    return next((s.words for s in spans if s.start == 0 and s.end == len(piece)), None)
