"""Decides which kinds of class the examples name that the rules give: those of this gym, where it has not the usual ones."""

import re
from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from core.llm.contract import Request

USUAL = ("crossfit", "yoga", "engine", "open gym")
_QUOTED = re.compile(r"“[^”]*”|„[^“]*“")
_USUAL = re.compile(rf"(?i)\b(?:{'|'.join(USUAL)})\b")


@runtime_checkable
class Listing(Protocol):
    """A reader that can tell what there is."""

    @property
    def listed(self) -> Sequence[str]:
        """The names, as they are written."""


def in_this_gym(text: str, request: Request) -> str:
    """What is said, with examples that this gym understands."""
    reader = request.readers.get("class_type")
    return with_classes(text, reader.listed) if isinstance(reader, Listing) else text


def with_classes(text: str, types: Sequence[str]) -> str:
    """A text whose examples in quotation marks name classes of these types, as far as there are any."""
    if not types:
        return text
    names = _instead(tuple(types))
    return _QUOTED.sub(lambda quoted: _USUAL.sub(lambda m: names.get(m[0].casefold(), m[0]), quoted[0]), text)


def _instead(types: Sequence[str]) -> dict[str, str]:
    """What stands for each usual kind that there is not: first the kinds that stand nowhere yet."""
    known = {name.casefold() for name in types}
    missing = [name for name in USUAL if name not in known]
    others = [name for name in types if name.casefold() not in USUAL] or list(types)
    return {name: others[n % len(others)] for n, name in enumerate(missing)}
