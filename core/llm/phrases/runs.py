"""Shortens what a message repeats without end (blanks, signs, a letter, a word), so that reading it takes no longer for it."""

import re

_BLANKS = re.compile(r"[^\S\n]{16,}")
_LINES = re.compile(r"\n(?:[^\S\n]{0,15}\n){15,}")
_AGAIN = re.compile(
    r"(?P<kept>(?P<one>\S{1,24}?(?:\s\S{1,24}?){0,3}?)(?:\s{0,2}(?P=one)){2})(?:\s{0,2}(?P=one)){13,}", re.IGNORECASE
)
# What repeats something without end is longer than this.
_LONG = 120


def without_runs(text: str) -> str:
    """A message with one blank for sixteen or more of them, and with three for sixteen or more of anything else; its lines
    stay lines, and what is shorter stays as it was typed."""
    text = _LINES.sub("\n\n", _BLANKS.sub(" ", text))
    return _AGAIN.sub(r"\g<kept>", text) if len(text) > _LONG else text
