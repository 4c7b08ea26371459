"""Says as one plain command what was told in two halves: "i have yoga friday and engine sunday, cancel both", "we have a new guy,
peter pan, add him on drop-in"."""

import re

from core.llm.phrases.smoothed import hands_on

# No longer text is told in two halves, and every pattern here is fast on what is shorter.
_LONGEST = 200
_END = r"(?:[\s,]+(?:please|pls|plz|thanks|thx))*[\s.!?]*$"
_ORDERS = r"(?:please\s|pls\s|so\s|and\s|but\s|let['’]?s\s|can\syou\s|could\syou\s|i\s(?:need|want|have)\sto\s)*"
_HAVING = (
    r"^\W*(?:(?:hi|hey|hello|ok|so)\W+)?(?:i(?:['’]ve|\shave|\sgot)(?:\s(?:already|also|now))?(?:\s(?:got|booked|reserved))*"
    r"|i(?:['’]m|\sam|m)(?:\s(?:already|also|now))?\s(?:booked|reserved|signed\sup|registered|in|down)(?:\sin)?)"
    r"(?:\s(?:for|in|into|at|on))?(?:\sthe)?\s"
)
_PART = r"[^,.;!?]{2,40}?"
_BOTH = re.compile(
    rf"(?i){_HAVING}(?P<one>{_PART})\sand\s(?P<other>{_PART})\s?[,.;–-]+\s?{_ORDERS}"
    r"(?P<deed>cancel|drop|skip|unbook|delete|remove|take\sme\s(?:out|off)(?:\sof)?|get\sme\sout\sof|pull\sme\s(?:out|from)(?:\sof)?"
    rf"|sign\sme\s(?:out|off)(?:\sof)?)\s(?:them\s)?(?:both|the\stwo)(?:\sof\s(?:them|those))?{_END}"
)
_RATHER = re.compile(
    rf"(?i){_HAVING}(?P<one>{_PART})\s?,?\s(?:but|and)\s(?:i\s)?(?:now\s)?(?:['’]?d\s|would\s)?(?:prefer(?!\sit\b)|rather)"
    rf"(?:\s(?:to|come|go|have|be|do|take))*(?:\s(?:in|at|for))?(?:\sthe)?\s(?P<other>{_PART})\s?[,.;–-]+\s?"
    rf"[^,.;!?]{{0,24}}\b(?:change|move|switch|swap|possible|rebook)\b[^,.;!?]{{0,16}}{_END}"
)
_NO_SEAT = re.compile(r"(?i)\b(?:not|no|never|impossible|late|kgs?|lbs?|kilos?|reps|rounds)\b")
_DAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:days?)?"
_WHEN = rf"(?:(?:{_DAY}|today|tonight|tomorrow|tmrw?|the|on|at|and\sthe|this|next|morning|evening|noon|\d{{1,2}}(?:[:.]\d\d)?\s?(?:am|pm|h|uhr)?)\s?){{1,5}}"
_FOR_ME = re.compile(rf"(?i)^(?P<one>{_WHEN})(?:and|\+|&)\s?(?P<other>{_WHEN})for\sme{_END}")
_SAME_DAY = re.compile(r"(?i)(?<=[\dmh])[\s,]{1,3}(?:on\s)?(?:the\s)?same\sday\b(?!\s+as\b)")
# Words that open what is handed on or thought, and no name.
_NO_NAME = r"(?!(?:note|tell|announce|say|remember|write|jot|log|fyi|nobody|no\sone|somebody|someone|my|our|his|her|i|we|you|they|if|when|why)\b)"
_BADLY_NAMED = re.compile(
    rf"(?i)^\W*{_NO_NAME}(?P<old>[^,.;:!?\n]{{2,40}}?)\sis\s(?:such\s|really\s)?an?\s(?:\w{{2,12}}\s)?"
    r"(?:boring|bad|stupid|silly|terrible|dull|lame|poor|misleading|wrong|awful|weird|ugly)\sname\s?[,.;!–-]+\s?"
    rf"{_ORDERS}(?:make\sit|call\sit|name\sit|rename\sit(?:\sto)?|change\sit\s(?:to|into))\s(?P<new>[^,.;:!?\n]{{2,60}}?)(?:\sinstead)?{_END}"
)
_RENAMED = re.compile(
    rf"(?i)^\W*{_NO_NAME}(?P<old>[^,.;:!?\n]{{2,40}}?)\sis\s(?:now|from\snow\son)\s(?:called|named)\s(?P<new>[^,.;:!?\n]{{2,60}}?)\s?[,.;!–-]+\s?"
    rf"{_ORDERS}(?:change|update|correct|fix)\s(?:it|(?:her|his|their|the)\s(?:last\s|family\s)?name){_END}"
)
_MARRIED = re.compile(
    rf"(?i)^\W*{_NO_NAME}(?P<old>[^,.;:!?\n]{{2,40}}?)\s(?:has\s|is\s|was\s)?(?:just\s)?(?:got\s|gotten\s)?(?:re|newly\s)?married\b[^,.;:!?\n]{{0,30}}[,.;!–-]+\s?(?:and\s|so\s)?"
    r"(?:her|his|their)\s(?:new\s|last\s|full\s|family\s)?name\sis(?:\snow)?\s(?P<new>[^,.;:!?\n]{2,60}?)(?:\snow)?\s?"
    rf"(?:[,.;!–-]+\s?{_ORDERS}(?:change|update|correct|fix)\s(?:it|that|(?:her|his|the)\sname))?{_END}"
)
_THEM_IN = (
    rf"\s?[,.;–-]+\s?{_ORDERS}(?:add|put|sign|register|enter|enroll?|get|set)\s(?:him|her|them)(?:\s(?:up|in|down))?"
    r"(?:\s(?:in|into|to|on)\s(?:the\s|our\s)?(?:system|list|members?(?:\slist)?|books|database))?(?:\sas\s(?:a\s)?(?:new\s)?member)?"
    r"(?P<plan>\s(?:on|with)\s(?:the\s|an?\s)?(?:unlimited|drop-?\s?in|trial|monthly|(?:\w+\s){0,2}(?:plan|pack|pass|membership|card)))?"
    rf"{_END}"
)
_WHO = rf"{_NO_NAME}(?P<who>[^\W\d_][\w'’-]*(?:\s[^\W\d_][\w'’-]*){{1,3}}?)"
_NEW_HERE = (
    re.compile(
        r"(?i)^\W*(?:(?:we\s(?:have|got|['’]?ve\sgot)|we['’]ve\sgot|there\sis|there['’]s|got|have)\s)?an?\snew\s(?:guy|girl|member|one|person|client|lady|athlete|customer|joiner|face)"
        rf"\s?[,:–-]*\s?(?:called\s|named\s)?{_WHO}{_THEM_IN}"
    ),
    re.compile(
        rf"(?i)^\W*{_WHO}\s(?:wants|would\slike|has\sdecided|decided|is\sgoing)\sto\s(?:join|become\sa\smember|sign\sup|be\sa\smember)(?:\sus|\sthe\sgym)?{_THEM_IN}"
    ),
    re.compile(rf"(?i)^\W*new\s(?:member|client|customer|athlete)\s?[,:–-]*\s?{_WHO}{_THEM_IN}"),
)
_AS_OF_TODAY = re.compile(
    r"(?i)^\W*(?:a\s)?new\s(?:member|client|customer|joiner|sign[- ]?up|registration)\s(?:as\sof\s|from\s|starting\s|since\s)?"
    r"(?:today|now|tonight|yesterday|this\s(?:morning|week|evening))\s?[:,–-]\s?"
)
_TOOK = re.compile(
    r"(?i),\s?(?:and\s)?(?:she\s|he\s|they\s)?(?:has\s)?(?:took|takes|taken|bought|buys|chose|picked|wants|gets)\s(?:the\s|an?\s)?"
)
_LEFT_ALONE = re.compile(
    rf"(?i)\s?[,.;–-]\s?(?:but\s|and\s)?(?:leave|keep)\s(?:the\s)?(?P<day>{_DAY})s?(?:\sone)?\s(?:alone|as\s(?:it\s)?is|untouched|on|in\splace)\W{{0,4}}$"
)
_ENDS = re.compile(r"(?i)\b(?:cancel|take|drop|end|stop|remove|delete|scrap|axe)\b")
_NAMED_DAY = re.compile(rf"(?i)\b({_DAY})s?\b")
_BESIDES = re.compile(r"(?i)\band\s(?:separately|besides|additionally|in\saddition)\s?,?\s(?=\w)")


def plainer(text: str) -> str:
    """The text as one command, or as two that stand side by side. What is handed on word for word stays as it is, but for the
    names that are told anew."""
    if len(text) > _LONGEST:
        return text
    text = " ".join(text.split()) if "\n" not in text else text
    named = _named_anew(text)
    return _named_one(text) if named == text and not hands_on(text) else named


def _named_anew(text: str) -> str:
    """Who or what gets another name, and who is new here."""
    if badly := _BADLY_NAMED.match(text):
        return f"rename {badly['old']} to {badly['new']}"
    if other := _RENAMED.match(text) or _MARRIED.match(text):
        return f"change {other['old']}'s name to {other['new']}"
    if today := _AS_OF_TODAY.match(text):
        return _TOOK.sub(", ", f"new member: {text[today.end() :]}")
    if new := next(filter(None, (way.match(text) for way in _NEW_HERE)), None):
        return f"new member {new['who']}{new['plan'] or ''}"
    return text


def _named_one(text: str) -> str:
    """One seat or two of one's own."""
    text = _SAME_DAY.sub("", _without_what_stays(text))
    text = _BESIDES.sub("and ", text)
    both, rather, mine = _BOTH.match(text), _RATHER.match(text), _FOR_ME.match(text)
    if both and " and " not in both["one"] + both["other"]:
        return f"{both['deed']} {both['one']} and {both['deed']} {both['other']}"
    if rather and re.search(r"\d", rather["other"]) and not _NO_SEAT.search(text):
        return f"move me from {rather['one']} to {rather['other']}"
    return f"book {mine['one'].strip()} and book {mine['other'].strip()}" if mine else text


def _without_what_stays(text: str) -> str:
    """The text without a day that is left alone, where another is called off: "… on wednesdays, leave saturday alone"."""
    kept = _LEFT_ALONE.search(text)
    if kept is None or not _ENDS.search(text):
        return text
    days = {m.group(1).casefold()[:3] for m in _NAMED_DAY.finditer(text[: kept.start()])}
    return text[: kept.start()] if days and kept["day"].casefold()[:3] not in days else text
