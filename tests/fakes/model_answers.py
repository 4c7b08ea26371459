"""What a stand-in for a model says or does wrong, told once for every provider."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True)
class Say:
    """A whole answer: words, calls as (tool, arguments), thoughts. `ends` is why it stops, as the contract calls it.
    `words_at_once` is how many characters come in one event."""

    text: str = ""
    calls: Sequence[tuple[str, Mapping[str, Any]]] = ()
    thinking: str = ""
    ends: Literal["", "length", "refusal", "context", "pause"] = ""
    words_at_once: int = 12


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong. A `status` comes instead of an answer, with `headers`; "silence" never answers; "cut",
    "stall" and "error" break an answer off after `after` events, "arguments" writes calls that are no JSON, "garbage"
    events that are none, "empty" says nothing."""

    kind: Literal["status", "silence", "cut", "stall", "error", "arguments", "garbage", "empty"]
    status: int = 529
    headers: Mapping[str, str] = field(default_factory=dict)
    after: int = 2
    answer: Say = field(default_factory=lambda: Say("I am on it.", [("list_bookings", {})]))
    code: str = "overloaded_error"


Step = Say | Fault
Brain = Callable[[Mapping[str, Any]], Step]


class Rejected(Exception):
    """A request that the real API answers with a 400, in its words."""


def demand(holds: Any, words: str) -> None:
    """Refuse a request that breaks a rule."""
    if not holds:
        raise Rejected(words)
