"""Recognises who teaches a class where it is told beside it: "add yoga on saturday at 12, priya teaches, 14 spots", "i'll take the
7am for marcus"."""

import re

from core.llm.contract import Reader
from core.llm.phrases.leftover import SURE
from core.llm.phrases.smoothed import hands_on

_PUTS_ON = re.compile(
    r"(?i)^\W*(?:(?:please|pls|can you|could you|can we|let['’]?s)\s+)*(?:add|put\s+on|schedule|create|plan|set\s+up|another|extra|an\s+extra|new)\b"
)
_TEACHES = re.compile(
    r"(?ix)(?<!\s)\s+(?:teaches|coaches|leads|(?:takes|runs|gives|does|holds)(?:\s+it)?|(?:will|can|should)\s+(?:teach|coach|lead|take\s+it|run\s+it|do\s+it)"
    r"|is\s+(?:teaching|coaching|leading))\s*(?=[,.;]|\band\s+\d|$)"
)
_STANDS_IN = re.compile(
    r"(?i)^\W*(?:i['’]?ll|ill|i\s+will|i\s+can|i|let\s+me)\s+(?:take|cover|do|teach|coach|run|lead)\b.*?(?P<whom>\s+for\s+)(?=[^\W\d_]+[\s.!]*$)"
)


_TAKES = re.compile(
    r"(?i)^(?P<lead>\W*(?:whistle\W+)?(?:(?:please|pls|can you|could you)\s+)*)(?:put\s+me\s+(?:in\s+|down\s+)?(?:on|in|for|to)|give\s+me|let\s+me\s+(?:take|do|coach|teach|run|lead)"
    r"|i(?:['’]?ll|\s+will|\s+can)?\s+(?:take|do|coach|teach|run|lead))\s+(?P<what>[^,.;!?]+?)\s+(?:instead\s+of|in\s+place\s+of|rather\s+than)\s+"
    r"(?P<whom>[^\W\d_]+(?:\s+[^\W\d_]+)?)(?P<end>\W*(?:please|pls)?\W*)$"
)


def in_their_place(text: str, staff: Reader | None) -> str:
    """The text as it is said by who takes a class: "put me on saturday's 10am instead of marcus" is "i take …"."""
    told = _TAKES.match(text)
    if staff is None or told is None:
        return text
    named = any(s.sure >= SURE and s.start == told.start("whom") for s in staff.spans(text))
    return f"{told['lead']}i take {told['what']}{told['end']}" if named else text


def without_whom(text: str, staff: Reader | None) -> str:
    """The text without the coach whose class somebody takes over: "i'll take thursday's 7am for marcus"."""
    told = _STANDS_IN.match(text)
    if staff is None or told is None:
        return text
    named = any(s.sure >= SURE and s.start == told.end("whom") for s in staff.spans(text))
    return text[: told.start("whom")] if named else text


def with_coach(text: str, staff: Reader | None) -> str:
    """The text with its coach named as a class's coach is: "…, with priya, 14 spots"."""
    told = _TEACHES.search(text) if staff is not None and _PUTS_ON.match(text) and not hands_on(text) else None
    if staff is None or told is None:
        return text
    named = [s for s in staff.spans(text) if s.sure >= SURE and s.end == told.start()]
    start = min((s.start for s in named), default=0)
    if not start or text[:start].rstrip()[-1:] not in (",", ".", ";"):
        return text
    rest = text[told.end() :].strip(" .")
    return f"{text[:start].rstrip(' ,.;')}, with {text[start : told.start()]}{rest if rest[:1] in (',', ';', '') else f', {rest}'}"
