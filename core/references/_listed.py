"""Finds what points into the list that was shown last: "the second one", "number 3", "the last class"."""

import re
from collections.abc import Iterator, Sequence

from core.agent.reference import Focus
from core.llm.contract import Span

_NTH = {
    name: number
    for number, names in enumerate(
        (("first", "1st"), ("second", "2nd"), ("third", "3rd"), ("fourth", "4th"), ("fifth", "5th"), ("sixth", "6th"),
         ("seventh", "7th"), ("eighth", "8th"), ("ninth", "9th"), ("tenth", "10th"))
    )
    for name in names
}  # fmt: skip
_NTH["last"] = -1
_KINDS = {
    "session": "class(?:es)?|session|booking|spot|seat",
    "member": "member|person|client|name|guy|girl|man|woman",
    "workout": "work-?out|wod",
    "exercise": "exercise|movement|move|lift",
}
_ORDINAL = rf"(?P<nth>{'|'.join(_NTH)})"
_LIST = r"(?:\s+(?:(?:on|in|of|from)\s+(?:the|that|your|this)\s+list|(?:of|from)\s+(?:them|these|those)))?"
# A day or an hour behind it says that the first one of that day is meant, and of no list.
_NO_TIME = (
    r"(?!\s+(?:on|of|in|at|after|before|from|today|tonight|tomorrow|tmrw?|this|next|every|mon|tue|wed|thu|fri|sat|sun))"
)
_POLITE = r"(?=(?:\s+(?:please|pls|plz|thanks|thx|too|also|then|instead|as\s+well|for\s+me))*\s*(?:[.,!?]|$))"


def _pattern(kind: str) -> re.Pattern[str]:
    nouns = f"(?:{_KINDS[kind]}|one)"
    return re.compile(
        rf"(?i)\b(?:the|that|my|your)\s+{_ORDINAL}\s+{nouns}\b{_LIST}{_NO_TIME}"
        rf"|\b(?:the\s+)?{_ORDINAL.replace('nth', 'alone')}\s+one\b{_LIST}{_NO_TIME}"
        rf"|\bthe\s+(?P<bare>{'|'.join(n for n in _NTH if not n[0].isdigit())}){_LIST}{_POLITE}"
        rf"|(?:\b(?:the\s+)?(?:number|no\.?|nr\.?)\s*|(?<!\S)#)(?P<figure>\d{{1,2}})\b{_LIST}{_POLITE}"
    )


_PATTERNS = {kind: _pattern(kind) for kind in _KINDS}


def listed(text: str, focus: Focus, kind: str) -> Iterator[Span]:
    """The things of the list that was shown last which a text points at by their place in it."""
    things: Sequence[str] = [thing.key for thing in focus.listed if thing.type == kind]
    for match in _PATTERNS[kind].finditer(text) if things else ():
        name = match["nth"] or match["alone"] or match["bare"]
        place = _NTH[name.casefold()] if name else int(match["figure"]) - 1
        if -1 <= place < len(things):
            yield Span(match.start(), match.end(), things[place])
