"""What this process has done since it started, counted for whoever watches over it."""

from collections import Counter
from dataclasses import dataclass, field

SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 180.0)


@dataclass
class Spread:
    """How long something took, as a histogram: how often at most so many seconds, and the sum of all."""

    buckets: list[int] = field(default_factory=lambda: [0] * (len(SECONDS) + 1))
    total: float = 0.0

    def add(self, seconds: float) -> None:
        """One more that took so long."""
        place = next((n for n, most in enumerate(SECONDS) if seconds <= most), len(SECONDS))
        self.buckets[place] += 1
        self.total += seconds


@dataclass
class Counts:
    """Turns by who answered them and how long they took, calls of models by how they ended and how long they took,
    why the rules answered in a model's place, why money was refused, tools that failed, changes taken back, questions
    asked, and presses by whether they had an effect."""

    turns: Counter[str] = field(default_factory=Counter)
    turn_seconds: dict[str, Spread] = field(default_factory=dict)
    presses: Counter[str] = field(default_factory=Counter)
    questions: int = 0
    model_calls: Counter[tuple[str, str]] = field(default_factory=Counter)
    first_seconds: dict[str, Spread] = field(default_factory=dict)
    call_seconds: dict[str, Spread] = field(default_factory=dict)
    fallbacks: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    tool_errors: Counter[tuple[str, str]] = field(default_factory=Counter)
    undone: int = 0

    def turn(self, answered_by: str, seconds: float | None = None) -> None:
        """A turn came to its end."""
        self.turns[answered_by] += 1
        if seconds is not None:
            self.turn_seconds.setdefault(answered_by, Spread()).add(seconds)

    def question(self) -> None:
        """A person was asked something."""
        self.questions += 1

    def press(self, effect: bool) -> None:
        """A button was pressed."""
        self.presses["done" if effect else "refused"] += 1

    def model_call(self, model: str, outcome: str, first_ms: int, ms: int) -> None:
        """A model was called; it gave its first event after `first_ms`, if any."""
        self.model_calls[model, outcome] += 1
        self.call_seconds.setdefault(model, Spread()).add(ms / 1000)
        if first_ms:
            self.first_seconds.setdefault(model, Spread()).add(first_ms / 1000)

    def fell(self, why: str) -> None:
        """The rules answered where a model should have."""
        self.fallbacks[why] += 1

    def refused(self, reason: str) -> None:
        """A call was not paid for."""
        self.refusals[reason] += 1

    def tool_error(self, tool: str, kind: str) -> None:
        """A tool call did not do what was asked."""
        self.tool_errors[tool, kind] += 1

    def undo(self) -> None:
        """A change was taken back."""
        self.undone += 1


COUNTS = Counts()
