"""Recognises a workout that a coach just writes down, without asking for anything: "5 rounds for time of 400m run, … – call it
Fish" is one to be saved."""

import re

from core.llm.contract import Reader

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
# What is said of people, days and hours is no work.
_TALK = re.compile(
    r"""(?ix)\?|\b(?:i|we|he|she|they|my|our|me|us|if|not|no|never|don['’]?t|was|were|had|did|came|is|are|am|pm|people|persons?|members?
        |spots?|seats?|beginners?|today|tonight|tomorrow|yesterday|(?:mon|tues?|wednes|thurs?|fri|satur|sun)day|week|class|gym|put)\b"""
)
_NAME = re.compile(
    r"""(?ix)[\s,;.–-]*\b(?:and\s+)?(?:please\s+)?(?:(?:save|store|keep)\s+(?:it|this|that)?\s*as|(?:call|name|title)\s+(?:it|this|that)
        |(?:it(?:['’]?s|\s+is)\s+)?(?:called|named))
        \s+(?!after\b)[“"']?(?P<name>[^“”"'\n,;]{1,60}?)[”"']?\s*[.!]*$"""
)


def saved(text: str, exercises: Reader | None) -> str:
    """The text as a command to save the workout, with the name that it ends with; the text itself where it is none: a
    workout is counted, works with an exercise that is known, and speaks of nobody."""
    head = _HEAD.match(text)
    if head is None or exercises is None:
        return text
    named = _NAME.search(text)
    work = text[: named.start()] if named else text
    if _TALK.search(work) or not exercises.spans(work):
        return text
    return f"save workout called {named['name']}: {work}" if named else f"build a workout: {text}"
