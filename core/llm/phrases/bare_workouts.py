"""Recognises a workout that a coach just writes down, without asking for anything: "5 rounds for time of 400m run, … – call it
Fish" is one to be saved."""

import re

_COUNT = r"\d{1,3}"
_HEAD = re.compile(
    rf"""(?ix)^\W*(?:
        {_COUNT}\s*(?:rounds?|rnds?|rds?|sets?|rft)\b
      | (?:\d+\s*)?(?:rft)\b
      | (?:{_COUNT}[\s-]*(?:min(?:ute)?s?|')?[\s-]*)?(?:amrap|emom|e\dmom|tabata)\b
      | (?:as\ many\ rounds|every\ (?:{_COUNT}\ )?(?:min(?:ute)?s?|sec(?:ond)?s?)\b)
      | for\ time\b
      | (?={_COUNT}(?:-{_COUNT}){{2,}}\s+[a-z])
    )"""
)
# At least one line of work: a figure and a movement behind it, or movements after a scheme like 21-15-9.
_WORK = re.compile(rf"(?i)(?:\b{_COUNT}\s*(?:x|m|km|cal|kg)?\s+[a-z]{{3,}}|{_COUNT}(?:-{_COUNT})+\s+[a-z]{{3,}})")
_NAME = re.compile(
    r"""(?ix)[\s,;.–-]*\b(?:and\s+)?(?:please\s+)?(?:(?:save|store|keep)\s+(?:it|this|that)?\s*as|(?:call|name|title)\s+(?:it|this|that)|called|named)
        \s+[“"']?(?P<name>[^“”"'\n,;]{1,60}?)[”"']?\s*[.!]*$"""
)


def saved(text: str) -> str:
    """The text as a command to save the workout, with the name that it ends with; the text itself where it is none."""
    head = _HEAD.match(text)
    if head is None or "?" in text or not _WORK.search(text, head.end()):
        return text
    named = _NAME.search(text)
    if named is None:
        return f"build a workout: {text}"
    return f"save workout called {named['name']}: {text[: named.start()]}"
