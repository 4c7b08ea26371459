"""A message cut into words, numbers and signs, with the moment it was said at."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from core.when.words import canonical

_TOKEN = re.compile(
    r"2(?:moro|morro|morrow|mrw|moz|day|nites?|nights?)\b|[0-9]+|[^\W\d_]+(?:['’´`][^\W\d_]+)*|[^\w\s]", re.IGNORECASE
)


@dataclass
class Words:
    """The canonical words of a message. Reading past either end gives the empty word."""

    raw: str
    at: datetime
    day_first: bool
    offset: timedelta | None = None
    words: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        for match in _TOKEN.finditer(self.raw):
            self.words.append(canonical(match.group()))
            self.starts.append(match.start())
            self.ends.append(match.end())
        self.count = len(self.words)
        self.today: date = self.at.date()

    def __getitem__(self, index: int) -> str:
        return self.words[index] if 0 <= index < self.count else ""

    def glued(self, index: int) -> bool:
        """Whether nothing stands between this word and the one before."""
        return 0 < index < self.count and self.starts[index] == self.ends[index - 1]

    def digits(self, index: int) -> str:
        """The digits at this place, where there are at most eight of them."""
        word = self[index]
        return word if word.isdecimal() and word.isascii() and len(word) <= 8 else ""

    def number(self, index: int) -> int:
        """The number written in digits at this place, or -1."""
        word = self.digits(index)
        return int(word) if word else -1

    def skip(self, index: int, words: "frozenset[str] | tuple[str, ...]") -> int:
        """The first place from here that holds none of the words, six of them at most."""
        for _ in range(6):
            if self[index] not in words:
                break
            index += 1
        return index

    def whole(self, start: int, end: int) -> bool:
        """Whether these words are the entire message, signs at its ends aside."""
        if start > 4 or self.count - end > 4:
            return False
        edges = (*self.words[:start], *self.words[end:])
        return all(not word.isalnum() for word in edges)
