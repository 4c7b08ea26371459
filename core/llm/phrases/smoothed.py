"""Smooths a message before it is read: sighs and pauses, who speaks, hours in four figures, and an hour that no longer holds."""

import re

from core.llm.contract import Reader

_SIGHS = re.compile(r"(?i)^\s*(?:(?:nah|ugh+|argh+|oof|damn|meh|whoops|oops|ah+h|eh+)\b[\s,.!…]*)+(?=\w+\W+\w)")
_PAUSES = re.compile(r"(?i)^\s*(?:wait|hang on|hold on|hmm+)\W+(?=(?:what|when|who|where|how|which|did|am|is|do)\b)")
_OF_SOMEBODY = re.compile(r"(?i)\b(?:he|she|him|her|his|them|they)\b")
_INTRODUCES = re.compile(
    r"(?i)^\W*(?:(?:hi|hey|hello|hiya|yo|ok|good (?:morning|evening))\W+)?(?:it['’]?s|this\s+is|here\s+is)\s+(?P<who>[^\W\d_]+)(?:\s+here)?\s*[,.!:–-]+\s*(?=\w)"
)
# "the 1800", "from 1730": the hours of a day and no metres.
_HOURS = re.compile(
    r"(?i)\b(?P<led>the|from|to|at|my)\s+(?P<hour>0[5-9]|1\d|2[0-2])(?P<minute>00|15|30|45)\b(?!\s*(?:k?m\b|met|cal|kg|lb|row|run|ski|bike|rep|step|eur|usd|[€$£%]|burpee|double|people))"
)
_COUNTED = re.compile(r"(?i)\d|\b(?:run|row|ski|bike|swim|pace|set|cost|costs)\b")
_NOT_THE_OLD = re.compile(
    r"(?i)(?P<new>\b(?:start|starts|begin|begins|be)\s+(?:at\s+)?\d[\d:.]*\s*(?:am|pm|h)?)\s+(?:instead\s+of|rather\s+than|not)\s+(?:at\s+)?\d[\d:.]*(?:\s*(?:am|pm|h)\b)?(?=\W*(?:please|pls|plz|thanks|thx)?\W*$)"
)


# What is handed on word for word: notes, workouts, names, numbers, reasons, quotations.
_HANDED_ON = re.compile(
    r"(?i)(?<!\d):|:(?!\d)|[“”\"„«»]|\b(?:notes?|remarks?|comments?|workouts?|wod|amrap|emom|rounds?|announce|say|tell|save|rename|call|called"
    r"|names?|named|titled?|phone|number|code|fee|price|pay|balance|e-?mail|because|reason|profile|file|exercise|challenge)\b"
)


def hands_on(text: str) -> bool:
    """Whether some of a message may be kept word for word, so that nothing in it may be altered."""
    return _HANDED_ON.search(text) is not None


def smoothed(text: str, members: Reader | None) -> str:
    """The text as it is read; `members` finds names."""
    text = _without_own_name(_PAUSES.sub("", _SIGHS.sub("", text)), members)
    return text if hands_on(text) else _with_hours(_without_the_old_hour(text))


def _without_own_name(text: str, members: Reader | None) -> str:
    """The text without the words in which somebody says who they are: "hi its marta, i wanna do crossfit"."""
    said = _INTRODUCES.match(text)
    if said is None or members is None or _OF_SOMEBODY.search(text):
        return text
    named = any(s.start == said.start("who") and s.end == said.end("who") for s in members.spans(text))
    return text[said.end() :] if named else text


def _with_hours(text: str) -> str:
    """The text with its four figures of the clock as such, where it speaks of nothing else that is counted."""
    if _COUNTED.search(_HOURS.sub("", text)):
        return text
    return _HOURS.sub(lambda m: f"{m['led']} {m['hour']}:{m['minute']}", text)


def _without_the_old_hour(text: str) -> str:
    """The text without the hour that no longer holds: "kids should start at 10:30 instead of 11"."""
    return _NOT_THE_OLD.sub(lambda m: m["new"], text)
