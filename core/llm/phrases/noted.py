"""Reads what a coach tells of somebody: what is to be noted ("tom is injured, put that in his notes"), and that they just called."""

import re

from core.llm.contract import Reader
from core.llm.phrases.leftover import SURE

_THAT = r"(?:that|it|this)"
_PLACE = r"(?:in|on|to|into)\s+(?:his|her|their|the)\s+(?:notes?|profile|file|record|card)"
_ASKED = re.compile(
    rf"""(?ix)[,.;–—-]\s*(?:and\s+|so\s+)?(?:please\s+|pls\s+)?(?:(?:can|could)\s+you\s+)?(?:please\s+)?(?:
        (?:note|write|jot|put)\s+{_THAT}(?:\s+down)?
      | (?:put|add|write|note|save|log|record|enter)\s+{_THAT}\s+(?:down\s+)?{_PLACE}
      | (?:put|add|make|write|take|leave|drop)\s+a\s+(?:note|remark)(?:\s+(?:of|about)\s+{_THAT})?(?:\s+{_PLACE})?
    )(?:\s+(?:please|pls|thanks|thx))?\s*[.!]*$"""
)
_OWN = re.compile(r"(?i)^['’]?s\b|^\s*:")
# What is asked or supposed is not known of anybody.
_OPEN = re.compile(r"(?i)\?|\b(?:if|whether|unless|maybe|book|cancel|birthday)\b|@|\d{5,}")
# What begins with an order to write something down keeps its words.
_CALLED = re.compile(
    r"(?i)^(?!(?:nobody|no\s+one|somebody|someone|note|remember|fyi|log|write|jot|add|put|make|remark|keep|for|on)\b)(?P<who>[^,.;:]{1,60}?)\s+(?:has\s+|have\s+)?just\s+(?:called|rang|phoned|texted|messaged|wrote)(?:\s+(?:in|me|us))?\s*(?=[,.;–-])"
)


_CALLED_AND = re.compile(
    r"(?i)^(?!(?:nobody|no\s+one|somebody|someone|note|remember|fyi|log|write|tell|if|when)\b)(?P<who>[^\W\d_]+(?:\s+[^\W\d_]+)?)\s+(?:has\s+|have\s+)?(?:just\s+)?(?:called|rang|phoned|texted|messaged|wrote)(?:\s+(?:in|me|us))?\s*[,.;–-]+\s*"
    r"(?:and\s+)?(?:he|she)\s+(?=wants|needs|would)"
)


def without_the_call(text: str) -> str:
    """The text without how the news came: "kate just called, put her down for yoga", "anna called, she wants into yoga"."""
    text = _CALLED_AND.sub(lambda m: f"{m['who']} ", text)
    return _CALLED.sub(lambda m: m["who"], text)


def noted(text: str, members: Reader | None) -> str:
    """The text as a command to note it; the text itself where it is none: it begins with the one who it is told of."""
    asked = _ASKED.search(text)
    told = text[: asked.start()].rstrip() if asked else ""
    if members is None or not told or _OPEN.search(told):
        return text
    named = [s for s in members.spans(told) if s.sure >= SURE and s.start == 0]
    end = max((s.end for s in named), default=0)
    note = _OWN.sub("", told[end:]).strip() if end else ""
    if note.startswith(("and ", ",")):
        return text
    return f"note for {told[:end]}: {note}" if note else text
