"""Decides what of a long text a short line keeps: the sentences with figures, dates and names before the others."""

import re

_END = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？])|\n+")
_INNER = re.compile(r"(?<=[,;:])\s+|\s+(?=[–—-]\s)")
_FIGURE = re.compile(
    r"\d|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day|\b(?:january|february|april|june|july|august|september|october|november|"
    r"december|today|tonight|tomorrow|noon|midnight)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<=[^\s.!?…] )(?!I\b)[^\W\d_a-zß-öø-ÿ]\w")
_GAP = " … "
# Fewer characters than these say nothing out of their place, unless they name something.
SCRAP = 20


def gist(text: str, most: int) -> str:
    """A text in at most so many characters, on one line and in its order; where something is left out stand dots."""
    plain = " ".join(text.split())
    if len(plain) <= most:
        return plain
    parts = [part for sentence in _END.split(text) for part in _parts(" ".join(sentence.split()), most // 2) if part]
    kept: list[int] = []
    worth = [n for n, part in enumerate(parts) if _telling(part) or len(part) >= SCRAP]
    for number in sorted(worth, key=lambda n: (-_telling(parts[n]), n)):
        if len(_joined(parts, [*kept, number])) <= most:
            kept.append(number)
    return _joined(parts, kept) if kept else f"{plain[: most - 1]}…"


def _parts(sentence: str, most: int) -> list[str]:
    """A sentence, in its clauses where it is long."""
    return [sentence] if len(sentence) <= most else _INNER.split(sentence)


def _telling(part: str) -> int:
    return 2 if _FIGURE.search(part) else 1 if _NAME.search(part) else 0


def _joined(parts: list[str], kept: list[int]) -> str:
    words, last = "", -1
    for number in sorted(kept):
        words += (" " if number == last + 1 else _GAP) + parts[number]
        last = number
    return words.strip() + ("" if last == len(parts) - 1 else " …")
