"""What this process has done since it started, counted for whoever watches over it."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Counts:
    """Turns by who answered them, questions asked, and presses by whether they had an effect."""

    turns: Counter[str] = field(default_factory=Counter)
    presses: Counter[str] = field(default_factory=Counter)
    questions: int = 0

    def turn(self, answered_by: str) -> None:
        """A turn came to its end."""
        self.turns[answered_by] += 1

    def question(self) -> None:
        """A person was asked something."""
        self.questions += 1

    def press(self, effect: bool) -> None:
        """A button was pressed."""
        self.presses["done" if effect else "refused"] += 1


COUNTS = Counts()
