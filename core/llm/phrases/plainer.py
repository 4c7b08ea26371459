"""Says as one plain command what was told in two halves: "i have yoga friday and engine sunday, cancel both", "we have a new guy,
peter pan, add him on drop-in"."""

import re

from core.llm.phrases.smoothed import hands_on

_PLEASE = r"(?:\s*,?\s*(?:please|pls|plz|thanks|thx))*\s*[.!?]*\s*$"
_MINE = (
    r"i(?:['’]ve|\s+have|['’]m|\s+am|m)?\s+(?:(?:already\s+|also\s+|now\s+)?(?:got|booked|reserved|signed\s+up|registered|in|down|put\s+down|a\s+spot)\s+)*"
    r"(?:(?:for|in|into|at|on)\s+)?(?:the\s+)?"
)
_BOTH = re.compile(
    rf"(?is)^\W*(?:(?:hi|hey|hello|ok|so)\W+)?{_MINE}(?P<one>[^,.;!?]+?)\s+and\s+(?P<other>[^,.;!?]+?)\s*[,.;–-]+\s*(?:and\s+|so\s+|but\s+)?"
    rf"(?:i\s+(?:need|want|have)\s+to\s+|(?:can|could)\s+you\s+|please\s+|pls\s+)*(?P<deed>[a-z][a-z' ]{{2,24}}?)\s+(?:them\s+)?(?:both|the\s+two|all)(?:\s+of\s+(?:them|those))?{_PLEASE}"
)
_RATHER = re.compile(
    rf"(?is)^\W*(?:(?:hi|hey|hello|ok|so)\W+)?{_MINE}(?P<one>[^,.;!?]+?)\s*,?\s+(?:but|and)\s+(?:i\s+)?(?:now\s+)?(?:['’]d\s+|would\s+|d\s+)?(?:prefer|rather|like\s+better|wish)"
    rf"(?:\s+(?:to|come|go|have|be|do|take|be\s+in))*(?:\s+(?:in|at|for))?(?:\s+the)?\s+(?P<other>[^,.;!?]*?\d[^,.;!?]*?)\s*[,.;–-]+\s*"
    rf"[^,.;!?]{{0,24}}\b(?:change|move|switch|swap|possible|rebook)\b[^,.;!?]{{0,16}}{_PLEASE}"
)
_FOR_ME = re.compile(
    r"(?i)^\W*(?P<one>[^,.;!?]*?\d[^,.;!?]*?)\s*(?:\band\b|\+|&)\s*(?P<other>[^,.;!?]*?\d[^,.;!?]*?)\s+for\s+me"
    rf"{_PLEASE}"
)
_BADLY_NAMED = re.compile(
    r"(?is)^\W*(?:the\s+name\s+)?(?P<old>[^,.;:!?\n]{2,40}?)\s+is\s+(?:now\s+|such\s+|really\s+|kind\s+of\s+)*an?\s+(?:\w+\s+)?"
    r"(?:boring|bad|stupid|silly|terrible|dull|lame|poor|misleading|wrong|awful|weird|ugly)\s+name\s*[,.;!–-]+\s*(?:please\s+|pls\s+|let['’]?s\s+)*"
    r"(?:make\s+it|call\s+it|name\s+it|rename\s+it(?:\s+to)?|change\s+it\s+(?:to|into))\s+(?P<new>[^,.;:!?\n]{2,60}?)(?:\s+(?:instead|please|pls))*[\s.!]*$"
)
_RENAMED = re.compile(
    r"(?is)^\W*(?P<old>[^,.;:!?\n]{2,40}?)\s+is\s+(?:now|from\s+now\s+on|meanwhile)\s+(?:called|named)\s+(?P<new>[^,.;:!?\n]{2,60}?)\s*[,.;!–-]+\s*(?:so\s+|please\s+|pls\s+)*"
    r"(?:change|update|correct|fix)\s+(?:it|(?:her|his|their|the)\s+(?:last\s+|family\s+)?name)(?:\s+(?:please|pls))?[\s.!]*$"
)
_THEM_IN = (
    r"(?:please\s+|pls\s+|so\s+|can\s+you\s+|could\s+you\s+)*(?:add|put|sign|register|enter|enroll?|get|set)\s+(?:him|her|them)(?:\s+(?:up|in|down))?"
    r"(?:\s+(?:in|into|to|on)\s+(?:the\s+|our\s+)?(?:system|list|members?(?:\s+list)?|books|database))?(?:\s+as\s+(?:a\s+)?(?:new\s+)?member)?"
    r"(?P<plan>\s+(?:on|with)\s+[^,;:!?]+?)?(?:\s+(?:please|pls))?[\s.!]*$"
)
_WHO = r"(?P<who>[^\W\d_][\w'’-]*(?:\s+[^\W\d_][\w'’-]*){1,3}?)"
_NEW_HERE = (
    re.compile(
        rf"(?i)^\W*(?:(?:we\s+(?:have|got|['’]?ve\s+got)|we['’]ve\s+got|there\s+is|there['’]s|got|have)\s+)?an?\s+new\s+(?:guy|girl|member|one|person|client|lady|athlete|customer|joiner|face)"
        rf"\s*[,:–-]*\s*(?:called\s+|named\s+)?{_WHO}\s*[,.;–-]+\s*{_THEM_IN}"
    ),
    re.compile(
        rf"(?i)^\W*{_WHO}\s+(?:wants|would\s+like|has\s+decided|decided|is\s+going)\s+to\s+(?:join|become\s+a\s+member|sign\s+up|be\s+a\s+member)(?:\s+(?:us|the\s+gym))?\s*[,.;–-]+\s*{_THEM_IN}"
    ),
    re.compile(rf"(?i)^\W*new\s+(?:member|client|customer|athlete)\s*[,:–-]*\s*{_WHO}\s*[,.;–-]+\s*{_THEM_IN}"),
)
_DAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:days?)?"
_LEFT_ALONE = re.compile(
    rf"(?i)\s*[,.;–-]+\s*(?:but\s+|and\s+)?(?:leave|keep)\s+(?:the\s+)?(?P<day>{_DAY})s?(?:\s+one)?\s+(?:alone|as\s+(?:it\s+)?is|untouched|on|in\s+place)\W*$"
)
_BESIDES = re.compile(r"(?i)\band\s+(?:separately|besides|additionally|in\s+addition)\s*,?\s+(?=\w)")
_SAME_DAY = re.compile(r"(?i)(?<=[\dmh])\s*,?\s+(?:on\s+)?(?:the\s+)?same\s+day\b")


def plainer(text: str) -> str:
    """The text as one command, or as two that stand side by side; what is handed on word for word stays as it is."""
    if named := _BADLY_NAMED.match(text):
        return f"rename {named['old']} to {named['new']}"
    if named := _RENAMED.match(text):
        return f"change {named['old']}'s name to {named['new']}"
    if new := next(filter(None, (way.match(text) for way in _NEW_HERE)), None):
        return f"new member {new['who']}{new['plan'] or ''}"
    if hands_on(text):
        return text
    text = _BESIDES.sub("and ", _SAME_DAY.sub("", _without_what_stays(text)))
    if both := _BOTH.match(text):
        return f"{both['deed']} {both['one']} and {both['deed']} {both['other']}"
    if rather := _RATHER.match(text):
        return f"move me from {rather['one']} to {rather['other']}"
    if mine := _FOR_ME.match(text):
        return f"book {mine['one']} and book {mine['other']}"
    return text


def _without_what_stays(text: str) -> str:
    """The text without a day that is left alone, where another is spoken of: "… on wednesdays, leave saturday alone"."""
    kept = _LEFT_ALONE.search(text)
    if kept is None:
        return text
    days = {m.group(1).casefold()[:3] for m in re.finditer(rf"(?i)\b({_DAY})s?\b", text[: kept.start()])}
    return text[: kept.start()] if days and kept["day"].casefold()[:3] not in days else text
