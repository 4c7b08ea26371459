"""Finds where a request begins and ends in a message: the frame it is asked in, what was said before it, thanks after it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from core.llm.phrases.lexicon import CLAUSE_BLOCKERS, COURTESY, bag
from core.llm.phrases.tokens import Token, blocks, clauses, tokenise

_SOFTLY = r"(?:\s+(?:please|pls|plz|kindly|quickly|just|also|maybe|possibly|perhaps|both|then))*"
_YOU = r"(?:you|u|ya|i|we|someone|somebody)"
_CAN = r"(?:could|can|would|will|cud|wud)"
_KIND = r"(?:\s+be\s+(?:so|as)\s+(?:kind|good|nice|sweet|lovely)(?:\s+(?:as\s+to|and|to))?|\s+be\s+able\s+to)?"
_SURE = r"(?:\s+(?:make\s+sure|see\s+to\s+it|ensure)(?:\s+that)?)?"
_GLAD = r"(?:glad|happy|grateful|thankful|delighted|great|nice|lovely|awesome|super|cool|good|perfect)"
_WILLING = (
    rf"{_CAN}\s+{_YOU}{_SOFTLY}{_KIND}{_SOFTLY}",
    rf"(?:i\s+(?:was|am)|i'm|im|we\s+(?:were|are)|we're)\s+(?:just\s+)?wondering\s+(?:if|whether)\s+{_YOU}\s+{_CAN}"
    rf"{_SOFTLY}{_KIND}",
    rf"(?:(?:i|we|it)\s+)?(?:(?:i|we|it)['’]d|would)\s+(?:be\s+(?:very\s+|really\s+|so\s+)?{_GLAD}|(?:really\s+)?appreciate\s+it"
    rf"|love\s+it)\s+if\s+{_YOU}\s+{_CAN}{_SOFTLY}",
    r"(?:i|we)(?:['’]d|\s+would)\s+(?:(?:very\s+much|really|also|just|so|quite)\s+)*(?:like|love)\s+(?:you\s+)?to",
    r"(?:i|we)\s+(?:just\s+|really\s+)?(?:want|wanted|wish|need)\s+(?:you\s+)?to",
    r"(?:is|would)\s+it\s+(?:be\s+)?possible\s+(?:for\s+you\s+)?to",
    rf"(?:is\s+there\s+)?any\s+chance\s+(?:that\s+)?{_YOU}\s+{_CAN}{_SOFTLY}",
    r"i\s+was\s+hoping\s+to",
    rf"(?:might|may|could|can)\s+i\s+(?:trouble|bother|ask|request|beg|get)\s+you{_SOFTLY}\s+to",
    r"(?:i|we)(?:['’]d|\s+would|\s+have\s+to|\s+must|\s+want\s+to|\s+need\s+to)?\s+(?:like\s+to\s+)?(?:kindly\s+)?(?:ask|request|beg)\s+(?:of\s+)?you"
    rf"{_SOFTLY}\s+to",
    rf"(?:i|we)\s+(?:should|would|['’]d)\s+(?:very\s+much\s+|really\s+)?(?:like|love|appreciate\s+it|be\s+{_GLAD})\s+to",
    rf"(?:i|we)(?:['’]d|\s+would)\s+be\s+(?:most\s+|very\s+|really\s+|so\s+)?{_GLAD}\s+(?:to|for)",
    r"(?:is|would)\s+it\s+(?:be\s+)?(?:possible|ok|okay|alright|fine|cool)\s+(?:that\s+you|if\s+(?:you|i|we)|for\s+me\s+to)",
    r"would\s+it\s+be\s+(?:possible|ok|okay|alright|fine|cool)\s+(?:for\s+(?:you|us)\s+)?to",
    r"(?:i|we)\s+(?:(?:have|need)\s+(?:unfortunately\s+|sadly\s+)?to|must(?:\s+unfortunately|\s+sadly)?)"
    r"(?=\s+(?:withdraw|cancel|drop|skip|move|change|swap|leave)\b)",
    r"(?:i\s+am|i['’]?m)\s+afraid\s+(?:that\s+)?i\s+(?:have|need)\s+to",
    r"(?:would|do)\s+you\s+mind\s+(?:telling|showing)\s+me",
    rf"do\s+you\s+think\s+{_YOU}\s+{_CAN}{_SOFTLY}",
    rf"(?:please|pls|plz|kindly){_SOFTLY}{_KIND}",
    r"(?:may|might|can|could)\s+i\s+ask(?:\s+you)?(?=\s+(?:what|which|when|who|how|where)\b)",
    rf"i\s+wonder(?:ed)?\s+(?:if|whether)\s+{_YOU}\s+(?:could|can|might|may|would){_SOFTLY}",
)
_FRAME = re.compile(rf"(?i)\b(?:{'|'.join(f'(?:{way})' for way in _WILLING)}){_SURE}\s+(?=\S)")
# What may stand right before a frame: nothing, the end of a clause, or a turn to the request.
_TURN = re.compile(
    r"(?i)(?:^|[,.;!?\n–—…)]|\b(?:so|and|but|lol|haha)(?:\s+(?:yeah|yes|um+|uh+|like|well|anyway|then|ok|okay))*)\s*[\"'\W]*$"
)
_SUPPOSED = bag(
    "imagine suppose supposing pretend hypothetically joke joking kidding dreamed dreamt unless otherwise whether "
    "example would_happen"
)
_CONDITIONS = CLAUSE_BLOCKERS - {"before", "while"}
REPORTED = bag("said says say asked asks ask told tells wrote writes")
_NEGATIONS = bag("dont not never didnt doesnt no")
_FEW = 4
_QUOTING = re.compile(r"[:\"“”„«»\n]")
_TRAILER = re.compile(
    r"(?i)(?:\s*[,.;!?–—-]+\s*|\s+)(?P<said>(?:and\s+)?(?:many\s+|kind\s+|warm\s+|best\s+)?(?:thanks|thank\s+(?:you|u)|thx|cheers|"
    r"much\s+appreciated|appreciate|appreciated|i\s+appreciate|see\s+(?:you|ya|u)|have\s+an?\b|regards|take\s+care|bye|"
    r"talk\s+soon)[^,.;!?–—:]*)(?:[,!\n]\s*(?-i:[A-Z])[^\W\d_]+)?[\s\W]*$"
)
# Only says again that what was told shall be written down.
_ECHO = re.compile(
    r"(?i)\s*[,.;!–—-]+\s*(?:and\s+|so\s+)?(?:please\s+|pls\s+|can\s+you\s+|could\s+you\s+)*(?:put|add|set|schedule|enter|get|register)\s+(?:(?:it|that|this|them|her|him)\s+(?:up|in|on|down)|her|him)"
    r"(?:\s+(?:the|our)?\s*(?:timetable|schedule|calendar|list|plan|system))?(?:\s+(?:please|pls|thanks|thx))*[\s.!?]*$"
)
_FAREWELL = COURTESY | bag(
    "many million thousand next week weekend tomorrow wonderful rest today tonight all for your help so in advance and "
    "monday tuesday wednesday thursday friday saturday sunday soon until then care take kind regards effort support work understanding patience "
    "reply answer service time everything cooperation consideration attention assistance prompt swift"
)


@dataclass(frozen=True, slots=True)
class Framed:
    """A request out of its frame, and what was said before it."""

    head: str
    core: str
    at: int


def without_thanks(text: str) -> str:
    """A message without the thanks and farewells at its end; one that quotes or tells somebody something stays."""
    echo = _ECHO.search(text)
    if echo is not None and echo.start():
        text = text[: echo.start()]
    if _QUOTING.search(text):
        return text
    while True:
        found = _TRAILER.search(text)
        if found is None or not found.start() or not _only_courtesy(found["said"]):
            return text
        rest = text[: found.start()]
        text = rest + "?" if "?" in text[found.start() : found.start("said")] else rest


def _only_courtesy(said: str) -> bool:
    return all(token.mark or token.soft or token.norm in _FAREWELL for token in tokenise(said))


_GERUND = re.compile(
    r"(?i)\b(?:(?:would|do|wouldn['’]?t)\s+(?:you|u|ya)\s+mind|(?:is|are)\s+(?:you|u|ya)\s+(?:up\s+for|ok\s+with)|any\s+chance\s+of(?:\s+you)?)"
    rf"{_SOFTLY}\s+(?P<deed>[a-z]{{3,}}ing)\b"
)


# What is only to be said or shown is asked for in its own frame.
_SHOWN = frozenset({"show", "tell", "explain"})


def plainly_asked(text: str, deeds: frozenset[str]) -> str:
    """A message whose deed is asked for as something that goes on, with the deed itself: "would you mind popping me on the
    list" is "please pop me on the list"."""
    found = _GERUND.search(text)
    stem = found["deed"].casefold().removesuffix("ing") if found else ""
    forms = (stem, stem + "e", stem[:-1] if stem[-1:] == stem[-2:-1] else stem)
    deed = next((form for form in forms if form and form in deeds - _SHOWN), "")
    return f"{text[: found.start()]}please {deed}{text[found.end() :]}" if found and deed else text


_DAY_WORD = r"(?:today|tonight|tomorrow|tmrw?|tmw|(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?)"
_HOUR = r"(?:\d{1,2}(?:[:.]\d\d)?\s*(?:am|pm|h)?|half past|noon)"
_CORRECTS = (
    r"(?:\s*[,.;…–—-]+\s*|\s+)(?:(?:no|wait|oops|ups|nope|ah|oh|um+|uh+|sorry|actually|rather|i\s+mean(?:t)?|make\s+(?:that|it)|correction)"
    r"\s*[,.;…–—-]*\s*){1,4}(?:on\s+|at\s+|the\s+)?"
)
_CORRECTED = tuple(
    re.compile(
        rf"(?i)(?:\b(?:on|at)\s+)?\b{said}\b{_CORRECTS}(?P<new>{said})\b(?:\s*,?\s*(?:i\s+mean(?:t)?|sorry|please|pls))*(?=\s*[.!?]*$)"
    )
    for said in (_DAY_WORD, _HOUR)
)
_DROPPED = re.compile(
    r"(?i)^.{1,80}?(?:\.{2,}|…|,|\s)\s*(?:nvm|never\s?mind|scratch\s+that|forget\s+(?:that|it))\b[\s,.!:–—-]*(?:just\s+)?(?=\w+\s+\w+)"
)
_UNSURE = re.compile(
    r"(?i)^\W*(?:i(?:['’]?m|\s+am)?\s+)?(?:not\s+(?:really\s+)?sure|unsure|no\s+idea|don['’]?t\s+know|have\s+no\s+idea)\s+"
    r"(?:who|what|which|how|when|where)\b[^,.;!?\n]*[,.;–—-]+\s*(?=(?:which|what|who|when|how|where)\b)"
)


def corrected(text: str) -> str:
    """A message without what its writer took back in it: "on monday, no sorry, on thursday", "who's in… nvm, give it to
    marcus", "not sure who to ask, which coach …"."""
    text = _UNSURE.sub("", _DROPPED.sub("", text))
    for pattern in _CORRECTED:
        text = pattern.sub(lambda found: f"{'at' if found['new'][0].isdigit() else 'on'} {found['new']}", text)
    return text


_OR_NOT = re.compile(r"(?i)^(\W*(?:am|is|are|do|does|did|have|has|was|were)\b.*?)\s+or\s+not(?=[\s?!.]*$)")


def without_or_not(text: str) -> str:
    """A question without the "or not" at its end."""
    return _OR_NOT.sub(r"\1", text)


_SOME_TIME = re.compile(
    r"(?i)\s+to\s+(?:a\s+different|another|some\s+other|a\s+new)\s+(?:time|day|date|slot|hour)(?=[\s.!?]*$)"
)


def without_some_time(text: str) -> str:
    """A message without a time that names none: "move yoga to a different time"."""
    return _SOME_TIME.sub("", text)


def frames(text: str) -> Iterator[Framed]:
    """Every way to take the message as something said first and a request behind it."""
    for match in _FRAME.finditer(text):
        head = text[: match.start()]
        if _TURN.search(head) or _is_dictated(head, match.group()):
            yield Framed(head.strip(), text[match.end() :].strip(), match.start())


# A request that can begin without a mark before it, where somebody has just told what they want or why.
_ASKED_OF_YOU = re.compile(r"(?i)(?:can|could|would|will)\s+(?:you|u)\b")
_WISHING = re.compile(
    r"(?i)^\W*(?:(?:hi|hey|hello|ok|okay|so|um|well|yeah|i was thinking)\W+)*i(?:['’]?d| would| really)?\s+(?:want|wanna|need|like|love)\b"
)
_TOLD_OR_ASKED = re.compile(
    r"(?i)\b(?:if|that|whether|what|how|when|where|who|why|which|said|says|asked|told|wrote|not|never|no|don['’]?t|only|to know)\b"
)


def _is_dictated(head: str, frame: str) -> bool:
    """Whether a request begins in the midst of words without marks: "i want to come on thursday can you …"."""
    wishing = _WISHING.match(head) is not None and not _TOLD_OR_ASKED.search(head)
    return wishing and _ASKED_OF_YOU.match(frame) is not None


_INDIRECT = re.compile(
    r"(?i)\b(?:know|tell\s+me|tell\s+us|check|find\s+out|look\s+up|see|wondering|wonder|ask|sure)\s+(?:whether|if)\s+(?=\S)"
)


def asked_indirectly(text: str) -> str:
    """The question in "I should like to know whether I still owe something"; empty where there is none."""
    found = _INDIRECT.search(text)
    return text[found.end() :].strip() if found else ""


_LONGEST_CHANGE = 160
_OUT_OF = re.compile(
    r"(?i)^\W*take\s+(?P<old>[^,.;!?]+?)\s+(?:out\s+of|off|from)\s+(?:the\s+)?(?P<whole>[^,.;!?]+?)(?:\s+(?:please|pls))?[\s?!.]*$"
)
_INSIDE = re.compile(
    r"(?i)^\W*(?P<deed>(?:swap|replace|switch|change|substitute|trade)(?:\s+out)?)\s+(?P<old>[^,.;!?]+?)\s+(?:in|of|from)\s+(?:the\s+)?(?P<whole>[^,.;!?]+?)"
    r"\s+(?P<joint>for|with|by|to|into)\s+(?P<new>[^,.;!?]+?)(?:\s+(?:please|pls))?[\s?!.]*$"
)


def whole_first(text: str) -> str:
    """A change of a part with the whole in front: "swap the pull-ups in fran for ring rows" is "in fran swap …"."""
    if len(text) <= _LONGEST_CHANGE and (taken := _OUT_OF.match(text)):
        return f"remove {taken['old']} from {taken['whole']}"
    found = _INSIDE.match(text) if len(text) <= _LONGEST_CHANGE else None
    return f"in {found['whole']} {found['deed']} {found['old']} {found['joint']} {found['new']}" if found else ""


_LAST_VERB = re.compile(
    r"(?i)^\W*(?:(?:can|could|would|will)\s+(?:you|u)|please|pls)\s+(?P<what>[^,.;!?]+?)\s+(?P<verb>\w+)[\s?!.]*(?:please|pls)?[\s?!.]*$"
)


def verb_first(text: str, verbs: frozenset[str]) -> str:
    """A request whose verb stands at its end, as in other languages, with the verb in front: "can you me a place reserve?"."""
    found = _LAST_VERB.match(text)
    return f"{found['verb']} {found['what']}" if found and found["verb"].casefold() in verbs else ""


def unmarked(text: str, verbs: frozenset[str]) -> Iterator[Framed]:
    """Every way to take the message as a reason and a command behind it with nothing between the two."""
    tokens = tokenise(text)
    for place, token in enumerate(tokens):
        if place > 1 and token.norm in verbs and not token.quoted and tokens[place - 1].norm not in _LEADS_TO_A_VERB:
            yield Framed(text[: token.start].strip(), text[token.start :].strip(), token.start)


def plain_reason(head: str) -> bool:
    """Whether words before an unmarked command only say what keeps somebody away: no report, no condition, nobody else."""
    tokens = tokenise(head)
    told = any(blocks(token) and token.norm not in _HINDERED for token in tokens)
    return not told and not any(token.norm in CLAUSE_BLOCKERS | REPORTED | _OTHERS for token in tokens)


_HINDERED = bag("cant wont not no couldnt without dont")
_OTHERS = bag("people everyone everybody members guys others they he she anyone nobody who")


# Behind one of these a verb is no command: "i cancel", "dont cancel", "she wants to cancel".
_LEADS_TO_A_VERB = bag(
    "i we you he she it they who to dont not never cant wont would should could will did do does didnt if that was were be "
    "been is are am have has had gonna going might may must lets let no the a an my your his her our their this"
)


def binds(head: str, deed: frozenset[str]) -> bool:
    """Whether what was said first keeps the request from being carried out: a condition, a supposition, somebody else's
    words, or that the deed is not wanted."""
    tokens = tokenise(head)
    parts = clauses(tokens)
    if any(token.norm in _SUPPOSED and not token.soft for token in tokens):
        return True
    if any(tokens[part.start].norm in _CONDITIONS and not tokens[part.start].soft for part in parts):
        return True
    return leads_to_report(head) or _denied(tokens, deed)


def leads_to_report(head: str) -> bool:
    """Whether words only lead to somebody else's: "my coach asked me, …"."""
    tokens = tokenise(head)
    last = clauses(tokens)[-1:]
    return any(
        part.end - part.start <= _FEW and any(t.norm in REPORTED and not t.soft for t in tokens[part.start : part.end])
        for part in last
    )


# Who does not do one of these stays away, whatever is asked for then: "i'll never make it, so take me out".
_COMING = bag("make come go attend")


def _denied(tokens: tuple[Token, ...], deed: frozenset[str]) -> bool:
    return any(
        token.norm in _NEGATIONS
        and any(later.weight and later.norm in deed - _COMING for later in tokens[place + 1 : place + 4])
        for place, token in enumerate(tokens)
    )
