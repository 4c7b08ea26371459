"""The few sentences the rules model says itself: greetings, thanks, and what it can do."""

import re

from core.llm.contract import Request
from core.llm.phrases.lexicon import bag
from core.llm.phrases.tokens import tokenise

_GREETINGS = frozenset(["hi", "hello", "hey", "morning", "evening", "afternoon", "moin", "servus"])
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
_FOR_MEMBERS = """Here is what you can ask me, in your own words:
- **Classes:** “what's on tomorrow”, “when is yoga this week”, “spots left in engine saturday”
- **Book:** “book crossfit tomorrow 6pm”, “book yoga sunday and engine wednesday”
- **Change:** “move my crossfit from 6pm to 7pm”, “cancel my yoga on thursday”, “my bookings”
- **Account:** “my balance”, “how many visits do I have left”
- **Training:** “show the workout Fran”, “list workouts”, “which coach for strength”
- **Exercises:** “how do I do a snatch”, “alternatives to burpees”
- **Settings:** “set my units to kg”, “set my language to German”
- **Oops:** “undo”"""
_FOR_COACHES = """Here is what you can ask me, in your own words:
- **Classes:** “what's on tomorrow”, “who's in friday's 6pm crossfit”
- **Timetable:** “put open gym on saturday 13:00-14:00”, “move thursday yoga to 8pm”, “cancel friday's open gym”
- **A class:** “Marcus takes friday's 6pm crossfit”, “cap engine saturday at 12”
- **Bookings:** “book anna schmidt into yoga sunday”, “take anna out of yoga sunday”
- **Members:** “show anna schmidt”, “frozen members”, “note on anna schmidt: sore knee”
- **Training:** “build a workout: 3 rounds - 200m run, 30 double-unders”, “alternatives to burpees”
- **Your own:** “my bookings”, “set my units to kg”
- **Oops:** “undo”, “undo the last two”"""
_FOR_ADMINS = """
- **Series:** “yoga every tuesday at 12:30 from december”, “new member Lisa Beck, lisa@beck.de”
- **Money:** “who hasn't paid”, “what does anna schmidt owe”"""


_NEVER_MIND = re.compile(
    r"(?:ok(?:ay)?[\s,]+)?(?:forget (?:it|that)|never ?mind|nvm|leave it|no worries|none of (?:them|these))"
)
_GOALS = re.compile(
    r"(?:i want to |help me |how (?:do|can) i )?(?:find (?:me )?(?:my|the|a) (?:perfect|right|best|good) program(?:me)?"
    r"|(?:build|get|gain) (?:strength|stronger|muscle)|lose weight(?: sustainably)?|train at home|get fit(?:ter)?)"
)
_ON_GOALS = """I can't write you a program yet; programs and plans come with a later release. What helps now:
- the gym's own workouts: “list workouts”, “show Strength A”
- movements for a goal or a place: “exercises for legs”, “exercises with a kettlebell”
- somebody who can: “which coach should I train with for strength”
- and a class: “book crossfit tomorrow evening”"""


def asks_for_help(text: str) -> bool:
    """Whether a message asks what can be asked."""
    plain = re.sub(r"[\s?!.…]+$", "", text.strip().casefold())
    return (not plain and "?" in text) or _HELP.fullmatch(plain) is not None


def help_text(role: int) -> str:
    """What a person of a role can ask for, by examples."""
    if role < 2:
        return _FOR_MEMBERS
    return _FOR_COACHES if role < 3 else _FOR_COACHES.replace("\n- **Your own", _FOR_ADMINS + "\n- **Your own")


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
        return "All right."
    if _GOALS.fullmatch(plain):
        return _ON_GOALS
    tokens = [token for token in tokenise(text) if not token.mark]
    norms = {token.norm for token in tokens}
    if not tokens:
        return "I read words best: say what you would like to do."
    joined = " ".join(token.norm for token in tokens)
    if "how are you" in joined:
        return "All good here, thanks for asking! What can I do for you?"
    if any(token.weight for token in tokens):
        return None
    if norms & _THANKS:
        return "You're welcome!"
    if norms & _PARTING:
        return "See you!"
    if norms & _GREETINGS or "good morning" in joined:
        return "Hi! What can I do for you?"
    return "👍"


def cannot(text: str, request: Request) -> str:
    """What to say when nothing fits: what the rules model understands, with examples for the speaker."""
    examples = _STAFF if request.role >= 2 else _MEMBER
    listed = ", ".join(f"“{example}”" for example in examples)
    if _foreign(text):
        return f"Without a language model connected I only understand English. Try {listed}."
    return (
        f"I didn't find anything I can do in that, so nothing was changed. I understand short requests like {listed}."
    )


def _foreign(text: str) -> bool:
    words = re.findall(r"[^\W\d_]+", text.casefold())
    letters = [char for word in words for char in word]
    if not letters:
        return False
    far = sum(char > "\u024f" for char in letters) / len(letters)
    known = sum(word in _FOREIGN for word in words)
    return far > 0.3 or known >= 2
