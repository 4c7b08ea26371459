"""Decides from a model's name what it can be asked for: the Claude models differ in what they refuse."""

import re
from dataclasses import dataclass

_NAME = re.compile(r"claude-([a-z]+)-(\d{1,2})(?:-(\d{1,2}))?(?:-|$)")
_SINCE: dict[str, dict[str, tuple[int, int]]] = {
    "system": {"opus": (4, 8), "fable": (5, 0), "mythos": (5, 0), "sonnet": (5, 5), "haiku": (5, 5)},
    "thinking": {"opus": (4, 6), "fable": (5, 0), "mythos": (5, 0), "sonnet": (4, 6), "haiku": (5, 5)},
    "effort": {"opus": (4, 5), "fable": (5, 0), "mythos": (5, 0), "sonnet": (4, 6), "haiku": (5, 5)},
    "search": {"opus": (4, 0), "fable": (5, 0), "mythos": (5, 0), "sonnet": (4, 0), "haiku": (4, 5)},
}


@dataclass(frozen=True)
class Traits:
    """What a model takes: notes of code as system messages in the conversation, adaptive thinking, an effort, and the
    API's own tool search."""

    system: bool
    thinking: bool
    effort: bool
    search: bool


def traits_of(model: str) -> Traits:
    """By line and generation; a name that says nothing gets only what every model takes."""
    found = _NAME.search(model)
    if found is None:
        return Traits(system=False, thinking=False, effort=False, search=False)
    line, version = found[1], (int(found[2]), int(found[3] or 0))
    return Traits(**{trait: line in since and version >= since[line] for trait, since in _SINCE.items()})
