"""The few sentences the rules model says itself: greetings, thanks, and what it can do."""

import re

from core.i18n import _, marked
from core.llm.contract import Request
from core.llm.phrases.lexicon import bag
from core.llm.phrases.tokens import tokenise

_GREETINGS = frozenset(["hi", "hello", "hey", "morning", "evening", "afternoon", "moin", "servus"])
_ABROAD = bag(
    "hola bonjour salut hallo namaste merhaba hej hei ola olá buongiorno ahoj szia cześć czesc hoi buenas salam salaam shalom привет "
    "здравствуйте ciao guten tag morgen abend buenos dias días noches"
)
_NODS = bag(
    "ok okay k kk yes yep yeah yup no nope nah sure fine right alright cool great nice perfect awesome lovely super good well "
    "noted understood sorry haha hahaha lol ha please and all it is was that very so then i see you too got done will do sounds"
)
_PLAIN_NODS = bag(
    "ok okay k kk yes yep yeah yup no nope nah sure fine right alright noted understood sorry haha hahaha lol do too you"
)
_EXCLAIMING = re.compile(r"(?:(?:lol|lmao|rofl|wtf|omg|wow|ugh|meh|hm+|damn|what the (?:hell|heck|fuck))[\s!?.,]*)+")
_EMERGENCY = re.compile(
    r"(?i)\b(?:call|phone|ring|need|get|send|want)\b[^.!?\n]{0,20}\b(?:an? ambulance|911|112|999|paramedics?|first aider)\b"
    r"|\bambulance\b|\bheart attack\b|\b(?:having|had|has) an? (?:stroke|seizure)\b|\b(?:not|isn'?t|stopped|can'?t|cannot) breath(?:e|ing)\b"
    r"|\b(?:unconscious|collapsed|passed out|anaphyla\w+|overdosed?)\b|\bbleeding (?:badly|heavily|a lot|out)\b"
    r"|\bmedical emergency\b|\b(?:kill|hurt) myself\b|\bsuicid\w+"
)
URGENT = marked(
    "This sounds like an emergency. Call **112** (or your local emergency number) now, and get a coach or whoever is near you to "
    "help. I can't call anyone for you."
)
_THANKS = frozenset(["thanks", "thank", "cheers", "appreciated"])
_PARTING = frozenset(["bye", "goodbye", "ciao", "cya"])
_FOREIGN = bag(
    "ich nicht bitte und der die das ist mich kannst buche heute morgen für "
    "por favor quiero una clase para hoy mañana reservar je veux voudrais pour demain "
    "cours réserver moi une les est prenotare vorrei domani lezione quero uma aula amanhã "
    "wil een les boeken voor morgen ik proszę chcę jutro"
)
_MEMBER = ("book crossfit tomorrow 6pm", "what's on this week", "my bookings")
_STAFF = ("who's in friday's 6pm crossfit", "move thursday yoga to 8pm", "show anna schmidt")


_HELP = re.compile(
    r"(?:(?:hi|hello|hey|ok|please|pls|bot|whistle|and|so|sorry|i\s+need|i\s+want|show|get|me|some|the|a)[\s,!.]+)*"
    r"(?:help|menu|start|commands?|help\s+me|instructions"
    r"|what\s+(?:else\s+)?(?:can|could|do|are)\s+(?:you|u)\s+(?:all\s+)?(?:do|able\s+to\s+do|help\s+(?:me\s+)?with|understand|know)"
    r"|what\s+(?:else\s+)?can\s+i\s+(?:ask|say|type|write|tell|do\s+with)(?:\s+(?:you|to\s+you|u|this\s+bot))?(?:\s+(?:for|about|to\s+do))?"
    r"|how\s+(?:does\s+(?:this|it)(?:\s+bot)?\s+work|do\s+(?:i|you)\s+(?:use\s+(?:this|you|it)(?:\s+bot)?|work))"
    r"|what\s+(?:commands|can\s+be\s+done)(?:\s+are\s+there|\s+do\s+you\s+(?:have|know|understand))?"
    r"|how\s+can\s+(?:you|u)\s+help(?:\s+me)?|who\s+are\s+you|what\s+are\s+you)"
    r"(?:\s+(?:me|here|for\s+me|please|pls|thanks|exactly|then))*"
)
_CAN = marked("Here is what you can ask me, in your own words:")
_FOR_MEMBERS = (
    marked("- **Classes:** “what's on tomorrow”, “when is yoga this week”, “spots left in engine saturday”"),
    marked("- **Book:** “book crossfit tomorrow 6pm”, “book yoga sunday and engine wednesday”"),
    marked("- **Change:** “move my crossfit from 6pm to 7pm”, “cancel my yoga on thursday”, “my bookings”"),
    marked("- **Account:** “my balance”, “how many visits do I have left”"),
    marked("- **Training:** “show the workout Fran”, “list workouts”, “which coach for strength”"),
    marked("- **Exercises:** “how do I do a snatch”, “alternatives to burpees”"),
    marked("- **Settings:** “set my units to kg”, “set my language to German”"),
    marked("- **Oops:** “undo”"),
)
_OWN = marked("- **Your own:** “my bookings”, “set my units to kg”")
_FOR_COACHES = (
    marked("- **Classes:** “what's on tomorrow”, “who's in friday's 6pm crossfit”"),
    marked(
        "- **Timetable:** “put open gym on saturday 13:00-14:00”, “move thursday yoga to 8pm”, “cancel friday's open gym”"
    ),
    marked("- **A class:** “Marcus takes friday's 6pm crossfit”, “cap engine saturday at 12”"),
    marked("- **Bookings:** “book anna schmidt into yoga sunday”, “take anna out of yoga sunday”"),
    marked("- **Members:** “show anna schmidt”, “frozen members”, “note on anna schmidt: sore knee”"),
    marked("- **Training:** “build a workout: 3 rounds - 200m run, 30 double-unders”, “alternatives to burpees”"),
    _OWN,
    marked("- **Oops:** “undo”, “undo the last two”"),
)
_FOR_ADMINS = (
    marked("- **Series:** “yoga every tuesday at 12:30 from december”, “new member Lisa Beck, lisa@beck.de”"),
    marked("- **Money:** “who hasn't paid”, “what does anna schmidt owe”"),
)


_NEVER_MIND = re.compile(
    r"(?:ok(?:ay)?[\s,]+)?(?:forget (?:it|that)|never ?mind|nvm|leave it|no worries|none of (?:them|these))"
)
_CONTENT = re.compile(
    r"(?:(?:ok(?:ay)?|great|good|perfect|cool|nice|super|lovely|awesome|wonderful|excellent|alright|right)\b[\s,.!-]*)*"
    r"(?P<thanks>(?:many )?(?:thanks|thank you|thx|cheers)\b(?: (?:so much|very much|a lot|again|for (?:that|this|(?:the|your) help)))*"
    r"(?:[\s,]+(?:coach|mate|man|buddy|bro|guys|team|all|everyone|everybody|folks))?)?"
    r"(?:[\s,.!-]*(?:yo)?u(?: all)?(?:[’']?re| are| r)? (?:rock|(?:the|so|really|just) (?:best|good|great|awesome|kind|helpful)|awesome|amazing|great|a legend|legends?|a star))?"
    r"[\s,.!-]*"
    r"(?P<enough>(?:that|this|it)(?:['’]s| is| was)? (?:all|(?:very |really )?(?:helps?|helped|helpful|useful)|it for (?:now|today))"
    r"(?: (?:a lot|very much|so much|for (?:now|today)))*)?[\s,.!]*"
)


_MISSING = re.compile(
    r"(?:and |i |i['’]m |we )*(?:really |already )?miss(?:ed|ing)? (?:you|u|ya|y['’]?all|everyone|everybody|the (?:gym|crew|team|gang|place))"
    r"(?: all| guys| lot| lots| so much| a lot| too| both| already)*[\s.!…]*"
)
_SIGNS = re.compile(r"[^\w\s,.!?'’-]+")


def is_emergency(text: str) -> bool:
    """Whether somebody needs help at once that no bot can give."""
    return _EMERGENCY.search(text) is not None


_MONTHS = {
    name: (full, days)
    for full, days in (
        ("January", 31), ("February", 29), ("March", 31), ("April", 30), ("May", 31), ("June", 30), ("July", 31), ("August", 31),
        ("September", 30), ("October", 31), ("November", 30), ("December", 31),
    )
    for name in (full.casefold(), full[:3].casefold())
}  # fmt: skip
_MONTH = r"(?P<month>january|february|march|april|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sep|oct|nov|dec)"
_DAY_OF_MONTH = re.compile(
    rf"(?i)\b(?:(?P<day>3\d)(?:st|nd|rd|th)?(?: of)? {_MONTH}\b|{_MONTH.replace('month', 'before')} (?P<behind>3\d)(?:st|nd|rd|th)?\b(?![:.]\d))"
)


def no_such_day(text: str) -> str | None:
    """That a day which is named is in no calendar: "31 February"."""
    for found in _DAY_OF_MONTH.finditer(text):
        name, days = _MONTHS[(found["month"] or found["before"]).casefold()[:3]]
        day = int(found["day"] or found["behind"])
        if day > days:
            words = _(
                "{day} {month} does not exist: {month} ends on the {last}th. Nothing was changed; which day do you mean?"
            )
            words = words.replace("{last}th", "{last}st") if days == 31 else words
            return words.format(day=day, month=name, last=days)
    return None


def asks_for_help(text: str) -> bool:
    """Whether a message asks what can be asked."""
    plain = re.sub(r"[\s?!.…]+$", "", text.strip().casefold())
    return (not plain and "?" in text) or _HELP.fullmatch(plain) is not None


def help_text(role: int) -> str:
    """What a person of a role can ask for, by examples."""
    lines = _FOR_MEMBERS
    if role >= 2:
        own = _FOR_COACHES.index(_OWN)
        lines = (*_FOR_COACHES[:own], *(_FOR_ADMINS if role >= 3 else ()), *_FOR_COACHES[own:])
    return "\n".join([_(_CAN), *map(_, lines)])


def is_content(text: str) -> bool:
    """Whether somebody only says that they have what they wanted ("thanks, that helps a lot", "great, that's all")."""
    plain = _CONTENT.fullmatch(_SIGNS.sub("", text).strip().casefold())
    return plain is not None and bool(plain["thanks"] or plain["enough"])


def is_courtesy(text: str) -> bool:
    """Whether a message is a greeting, thanks or a farewell and nothing else."""
    norms = {token.norm for token in tokenise(text) if not token.mark}
    return (
        bool(norms)
        and len(norms) <= 4
        and small_talk(text) is not None
        and bool(norms & (_GREETINGS | _THANKS | _PARTING))
    )


def small_talk(text: str) -> str | None:
    """An answer to words that ask for nothing that can be done."""
    plain = re.sub(r"[\s?!.…]+$", "", text.strip().casefold())
    if _NEVER_MIND.fullmatch(plain):
        return _("All right.")
    if is_content(text):
        return _("You're welcome!")
    if _MISSING.fullmatch(plain):
        return "👍"
    if _EXCLAIMING.fullmatch(plain):
        return _("If something went wrong, say “undo”, or tell me in other words what you need.")
    tokens = [token for token in tokenise(text) if not token.mark]
    norms = {token.norm for token in tokens}
    if not tokens:
        return _("I read words best: say what you would like to do.")
    joined = " ".join(token.norm for token in tokens)
    if "how are you" in joined:
        return _("All good here, thanks for asking! What can I do for you?")
    if len(tokens) <= 3 and norms <= _ABROAD:
        return _("Hi! What can I do for you?")
    if any(token.weight for token in tokens):
        return None
    if norms & _THANKS:
        return _("You're welcome!")
    if norms & _PARTING:
        return _("See you!")
    if norms & (_GREETINGS | _ABROAD) or "good morning" in joined:
        return _("Hi! What can I do for you?")
    return "👍" if norms <= _NODS and norms & _PLAIN_NODS else None


def cannot(text: str, request: Request) -> str:
    """What to say when nothing fits: what the rules model understands, with examples for the speaker."""
    examples = _STAFF if request.role >= 2 else _MEMBER
    listed = ", ".join(f"“{example}”" for example in examples)
    if _foreign(text):
        words = _("Without a language model connected I only understand English. Try {examples}.")
    else:
        words = _(
            "I didn't find anything I can do in that, so nothing was changed. I understand short requests like {examples}."
        )
    return words.format(examples=listed)


def _foreign(text: str) -> bool:
    words = re.findall(r"[^\W\d_]+", text.casefold())
    letters = [char for word in words for char in word]
    if not letters:
        return False
    far = sum(char > "\u024f" for char in letters) / len(letters)
    known = sum(word in _FOREIGN for word in words)
    return far > 0.3 or known >= 2
