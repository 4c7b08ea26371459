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


def in_this_gym(text: str, request: Request, asked: str) -> str:
    """What is said to somebody who `asked`, with examples that this gym understands; their own words stay as they are."""
    reader = request.readers.get("class_type")
    return with_classes(text, reader.listed, asked) if isinstance(reader, Listing) else text


def with_classes(text: str, types: Sequence[str], asked: str = "") -> str:
    """A text whose examples in quotation marks name classes of these types, as far as there are any."""
    names = _instead(tuple(types)) if types else {}

    def example(quoted: re.Match[str]) -> str:
        if quoted[0][1:-1].casefold() in asked.casefold():
            return quoted[0]
        return _USUAL.sub(lambda m: names.get(m[0].casefold(), m[0]), quoted[0])

    return _QUOTED.sub(example, text)


def _instead(types: Sequence[str]) -> dict[str, str]:
    """What stands for each usual kind that there is not: first the kinds that stand nowhere yet."""
    known = {name.casefold() for name in types}
    missing = [name for name in USUAL if name not in known]
    others = [name for name in types if name.casefold() not in USUAL] or list(types)
    return {name: others[n % len(others)] for n, name in enumerate(missing)}
