"""The error tree: what is told to the person, what to the model, what is tried again, and what is a bug.

Whistle
├── Told           a person hears it in these words
│   ├── Refused    policy or a rule of the gym says no; `offer` says what would work
│   └── NotFound   nothing answers to the words that were used
├── Retry          try the same again later
└── Unfit          a model's call that cannot be read; the model hears it and may correct it
Anything else is a bug: the turn ends with an apology, the traceback goes to the log, and nothing is half done.
"""

from dataclasses import dataclass, field
from typing import Any


class Whistle(Exception):
    """Root of all errors that Whistle raises on purpose."""


@dataclass(frozen=True)
class Offer:
    """What would work instead: a button's label and the call it makes."""

    label: str
    tool: str
    args: dict[str, Any] = field(default_factory=dict)


class Told(Whistle):
    """An answer in plain words that ends the call without a change. `shows` is the class of data of these very words,
    where it is another than the tool's."""

    def __init__(self, words: str, *offers: Offer, shows: str = "") -> None:
        super().__init__(words)
        self.words = words
        self.offers = offers
        self.shows = shows


class Refused(Told):
    """Policy or a rule of the gym says no; the words say why and what would work."""


class Stranger(Refused):
    """No one the gym knows is behind an account."""


class NotFound(Told):
    """Nothing answers to the words that were used; the words say what was looked for."""


class Retry(Whistle):
    """A passing fault of something outside: the same may work later."""


class Unfit(Whistle):
    """A call that does not fit its tool: an unknown name, a missing or unreadable argument."""
