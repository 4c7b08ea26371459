"""Cuts a message into words with their places, in one spelling, and weighs what each adds to its meaning."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from core.llm.phrases.lexicon import BLOCKERS, FREE, GREETINGS, IS_BEFORE, LIGHT, SOFTENERS
from core.llm.phrases.spellings import SPELLINGS

# "8am -> 9am": where something goes.
ARROW = "->"
_EMOJI = "\u2600-\u27bf\u2b50\u2b55\U0001f000-\U0001faff"
_PIECE = re.compile(rf"{ARROW}|[^\W_]+(?:['’`´][^\W_]+)*|[,;!?\n:()\"“”„«»&+/-]|\.+|…|–|—|[{_EMOJI}]")
_SMILEY = re.compile(f"[{_EMOJI}]")
_LONG = re.compile(r"([^\W\d])\1{2,}")
_WILL = frozenset(
    "do take come be join go have need try book grab get make coach teach cover run lead train attend".split()
)
_BEFORE_TO = frozenset({"want", "need", "have", "like", "going", "able", "try", "wish", "hoping"})
_FRIENDS = frozenset({"friend", "mate", "buddy", "pal", "champ", "boss"})
_ARTICLES = frozenset({"my", "a", "our", "his", "her", "their", "another"})
_SINGLE = frozenset({"seat", "spot", "place", "slot", "ticket", "mat", "bike", "rower", "space", "class", "booking"})
_DONE_BY_US = frozenset({"come", "go", "want", "need", "can", "make", "like", "will", "attend", "train", "do"})
_UNITS = re.compile(
    r"(?i)(x|rounds?|weeks?|days?|people|spots?|min|minutes?|am|pm|o|hours?|times|reps|sets|kg|of|or|more|extra|additional|places?|seats?|persons?|guests?|kids)$"
)
_TITLED = re.compile(r"(?:^|[\W_])(?:(?i:dr|mrs?|ms|mx|prof|st|jr|sr|vs)|[A-ZÄÖÜÉ])$")
_QUOTE = re.compile(
    r"[\"“„«]([^\"“”„«»]+)[\"”“»]|(?<!\w)['‘](?!em\b|til\b|cause\b|n\b|tis\b)[^\W\d_][^'’]{2,60}['’](?!\w)"
)
BREAKS = frozenset({",", ";", "!", "?", "\n", ".", "…", "–", "—", ":"})
_MERGED = {"will": "wont", "can": "cant", "am": "not", "shall": "shant"}
_AUXILIARIES = frozenset(
    ["do", "does", "did", "is", "are", "was", "were", "has", "have", "had", "would", "could", "should", "will", "can"]
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word as it is matched (`norm`) and where it was typed. `mark` is a clause's end; `weight` is how much of the
    message's meaning it holds (0: free); `soft` words belong to a phrase of mere politeness; `quoted` ones to somebody
    else's words."""

    start: int
    end: int
    norm: str
    weight: float
    mark: bool = False
    soft: bool = False
    quoted: bool = False


@lru_cache(maxsize=8192)
def spelled(word: str) -> tuple[str, ...]:
    """The plain words behind one typed word."""
    lower = word.casefold().replace("’", "'").replace("`", "'").replace("´", "'")
    if _LONG.search(lower):
        single = _LONG.sub(r"\1", lower)
        lower = single if single in SPELLINGS or single in FREE or single in BLOCKERS else _LONG.sub(r"\1\1", lower)
    if len(lower) > 3 and lower[-1] == lower[-2] and lower not in FREE and lower[:-1] in FREE:
        lower = lower[:-1]
    if lower in SPELLINGS:
        return SPELLINGS[lower]
    if "'" in lower:
        head, tail = lower.rsplit("'", 1)
        if tail == "s":
            return (head, "is") if head in IS_BEFORE else (head.replace("'", ""),)
        if tail == "t":
            return ((head if head.endswith("n") else head + "n") + "t",) if head != "can" else ("cant",)
        ending = {"m": "am", "re": "are", "ve": "have", "ll": "will", "d": "would"}.get(tail)
        if ending:
            return (head, ending)
        return (lower.replace("'", ""),)
    return SPELLINGS.get(lower, (lower,))


def _pieces(text: str) -> Iterator[tuple[int, int, str, bool]]:
    """Words and marks in order: start, end, spelling, whether it is a mark that ends a clause."""
    found = list(_PIECE.finditer(text))
    for number, piece in enumerate(found):
        raw, start, end = piece.group(), piece.start(), piece.end()
        if raw[0].isalnum():
            if raw.casefold() == "ill" and number + 1 < len(found) and found[number + 1].group().casefold() in _WILL:
                yield start, end, "i", False
                yield start, end, "will", False
                continue
            if raw == "2" and number and _reads_as_to(found, number):
                yield start, end, "to", False
                continue
            if raw == "4" and number and _reads_as_for(text, found, number):
                yield start, end, "for", False
                continue
            if raw == "1" and number + 1 < len(found) and found[number + 1].group().casefold() in _SINGLE:
                raw = "one"
            for norm in spelled(raw):
                yield start, end, norm, False
        elif raw == ARROW:
            yield start, end, raw, False
        elif raw == "&" or (raw == "+" and text[start - 1 : start].isspace() and text[end : end + 1].isspace()):
            yield start, end, "and", False
        elif raw[0] == ".":
            behind, ahead = text[start - 1 : start], text[end : end + 1]
            dated = behind.isdigit() and (ahead.isdigit() or re.search(r"\d{1,2}\.\d{1,2}$", text[:start]) is not None)
            if not dated and (not ahead or ahead.isspace()) and not _of_a_name(text, start):
                yield start, end, ".", True
        elif _SMILEY.match(raw):
            yield start, end, "…", True
        elif raw == "-" and text[start - 1 : start].isspace() and text[end : end + 1].isspace():
            if not (text[:start].rstrip()[-1:].isdigit() and text[end:].lstrip()[:1].isdigit()):
                yield start, end, "–", True
        elif raw in BREAKS and not (raw == ":" and text[start - 1 : start].isdigit() and text[end : end + 1].isdigit()):
            yield start, end, raw, True


def _of_a_name(text: str, dot: int) -> bool:
    """Whether a point belongs to a title or an initial: "Dr. Jane", "J. R. Ewing"."""
    return _TITLED.search(text[:dot]) is not None and text[dot + 1 :].strip(" ") != ""


def _reads_as_to(found: list[re.Match[str]], number: int) -> bool:
    if number + 1 >= len(found):
        return False
    if found[number - 1].group().casefold() in _BEFORE_TO and found[number + 1].group().isalpha():
        return True
    return found[number - 1].group().isalpha() and found[number + 1].group().casefold() in (
        "the",
        "my",
        "a",
        "an",
        "this",
    )


_MONTH = re.compile(r"(?i)(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*$")


def _reads_as_for(text: str, found: list[re.Match[str]], number: int) -> bool:
    if number + 1 >= len(found):
        return False
    before, after = found[number - 1].group(), found[number + 1].group()
    if after.casefold() in ("me", "us", "myself"):
        return True
    joined = text[found[number].end() : found[number + 1].start()]
    if _MONTH.match(after):
        return False
    return before.isalpha() and after[0].isalpha() and bool(joined) and not _UNITS.match(after) and before != "at"


def _merged(pieces: list[tuple[int, int, str, bool]]) -> list[tuple[int, int, str, bool]]:
    """ "do not" as "dont", so that both are matched alike."""
    out: list[tuple[int, int, str, bool]] = []
    for number, (start, end, norm, mark) in enumerate(pieces):
        if norm == "of" and out and out[-1][2] == "instead":
            start, norm = out.pop()[0], "instead of"
        if norm == "than" and out and out[-1][2] == "rather":
            start, norm = out.pop()[0], "instead of"
        if norm == "of" and out and out[-1][2] == "as":
            start, norm = out.pop()[0], "from"
        if norm == "case" and out and out[-1][2] == "in":
            start, norm = out.pop()[0], "if"
        if norm == "as" and len(out) > 1 and out[-1][2] == "long" and out[-2][2] == "as":
            start, norm = out[-2][0], "if"
            del out[-2:]
        if (
            norm == "as"
            and len(out) > 1
            and out[-1][2] == "soon"
            and out[-2][2] == "as"
            and not _possible(pieces, number)
        ):
            start, norm = out[-2][0], "once"
            del out[-2:]
        if norm == "once" and out and not out[-1][3] and out[-1][2] in ("me", "us", "you", "please"):
            norm = "just"
        if (
            norm in ("no", "not")
            and out
            and out[-1][2] in ("i", "we")
            and number + 1 < len(pieces)
            and pieces[number + 1][2] in _DONE_BY_US
        ):
            norm = "dont"
        if norm == "not" and out and out[-1][2] in _AUXILIARIES:
            first = out.pop()
            norm, start = _MERGED.get(first[2], first[2] + "nt"), first[0]
        if norm == "can" and out and out[-1][2] == "not":
            start, norm = out.pop()[0], "cant"
        if norm == "to" and len(out) > 1 and (out[-2][2], out[-1][2]) == ("not", "going"):
            start, norm = out[-2][0], "wont"
            del out[-2:]
        out.append((start, end, norm, mark))
    return out


def _possible(pieces: list[tuple[int, int, str, bool]], number: int) -> bool:
    """Whether "as soon as" goes on with "possible" or "you can"."""
    return number + 1 < len(pieces) and pieces[number + 1][2] in ("possible", "you")


def _softened(norms: list[str], phrases: dict[str, list[tuple[str, ...]]]) -> set[int]:
    """The places of the words that belong to a phrase of politeness."""
    soft: set[int] = set()
    for place, norm in enumerate(norms):
        for phrase in phrases.get(norm, ()):
            if tuple(norms[place : place + len(phrase)]) == phrase:
                soft.update(range(place, place + len(phrase)))
    return soft


def _politely(norms: list[str], marks: list[bool]) -> set[int]:
    """The places of conditions that only ask politely: "if it is possible", "if you could be so kind"."""
    soft: set[int] = set()
    for place, norm in enumerate(norms):
        if norm != "if":
            continue
        end = place + 1
        while end < len(norms) and norms[end] in _POLITE_CONDITION:
            end += 1
        closed = end == len(norms) or marks[end] or norms[end] in ("thanks", "thank", "please")
        if closed and not _KINDLY.isdisjoint(norms[place:end]):
            soft.update(range(place, end))
    return soft


def readable(text: str) -> str:
    """The text for those who read names and times in it: without figures that stand for words ("schedule 4 friday")."""
    found = list(_PIECE.finditer(text))
    for number, piece in enumerate(found):
        if piece.group() == "4" and number and _reads_as_for(text, found, number):
            text = f"{text[: piece.start()]} {text[piece.end() :]}"
    return text.replace(ARROW, "to")


@lru_cache(maxsize=4096)
def tokenise(text: str) -> tuple[Token, ...]:
    """The words of a message in one spelling."""
    pieces = _merged(list(_pieces(text)))
    norms, marks = [piece[2] for piece in pieces], [piece[3] for piece in pieces]
    soft = _softened(norms, _BY_FIRST) | _politely(norms, marks)
    closed_at = dict.fromkeys(_softened(norms, _CLOSED_BY_FIRST), True)
    quotes = [(m.start(), m.end()) for m in _QUOTE.finditer(text)]
    tokens = []
    for place, (start, end, norm, mark) in enumerate(pieces):
        quoted = any(a <= start < b for a, b in quotes)
        closed = closed_at.get(place, False)
        free = norm in FREE and not quoted and not _is_a_friend(text, pieces, place)
        weight = 0.0 if mark or place in soft or free else 0.3 if norm in LIGHT else 1.0
        tokens.append(Token(start, end, norm, weight, mark, place in soft, quoted or closed))
    return tuple(tokens)


def _is_a_friend(text: str, pieces: list[tuple[int, int, str, bool]], place: int) -> bool:
    """Whether somebody is spoken of and not addressed: "my friend wants …", "jonas's mate", but not "thanks my friend"."""
    if pieces[place][2] not in _FRIENDS or not place:
        return False
    start, end, before, _mark = pieces[place - 1]
    if text[start:end].endswith(("'s", "’s")):
        return True
    goes_on = place + 1 < len(pieces) and not pieces[place + 1][3]
    led = place > 1 and pieces[place - 2][2] in ("for", "and")
    return before in _ARTICLES and (goes_on or led)


def words_of(phrase: str) -> tuple[str, ...]:
    """The words of a pattern's literal in the same spelling as messages."""
    return tuple(piece[2] for piece in _merged(list(_pieces(phrase))) if not piece[3])


def blocks(token: Token) -> bool:
    """Whether a word that no pattern accounts for forbids acting."""
    return token.norm in BLOCKERS and not token.soft


def _by_first(phrases: tuple[tuple[str, ...], ...]) -> dict[str, list[tuple[str, ...]]]:
    found: dict[str, list[tuple[str, ...]]] = {}
    for phrase in phrases:
        plain = tuple(part for word in phrase for part in spelled(word))
        found.setdefault(plain[0], []).append(plain)
    return found


_BY_FIRST = _by_first((*SOFTENERS, *GREETINGS))
_CLOSED_BY_FIRST = _by_first(GREETINGS)


_POLITE_CONDITION = frozenset(
    "it is this that thats possible ok fine alright you can could would dont mind be so kind nice works work allowed please at all "
    "will i may doable feasible any way convenient okay good inclined".split()
)
_KINDLY = frozenset(
    "possible ok fine alright mind kind nice works work allowed doable feasible can could convenient would good inclined".split()
)
LAUGHS = frozenset({"lol", "haha", "hahaha", "lmao"})
_PERSONS = frozenset(["i", "we", "he", "she", "they", "it", "the", "my", "our", "his", "her", "this", "that", "there"])


@dataclass(frozen=True, slots=True)
class Clause:
    """A run of words between marks or before a cause ("because")."""

    start: int
    end: int


_TURNS = frozenset(
    "no please pls cancel cant take book move remove cap limit set put add make raise lower delete drop change shift push swap "
    "call note give get sign switch turn unbook scrap reduce increase use let can could would show reserve save kick".split()
)


# What begins a remark behind "please": "… please stuck in traffic", "… please alarm isnt happening".
_TELLS = frozenset(
    "stuck got having running feeling need keep forgot my our im moving working sick ill two half".split()
)
_TOLD_OF = frozenset("is isnt are arent was has have hasnt havent cant wont broke hurts got".split())


def _opens(tokens: Sequence[Token], place: int) -> bool:
    """Whether a reason or a turn begins here without a mark."""
    norm = tokens[place].norm
    ahead = tokens[place + 1].norm if place + 1 < len(tokens) else ""
    if norm in ("because", "but"):
        return True
    if norm == "as" and tokens[place - 1].norm in ("down", "up", "me", "him", "her", "them"):
        return False
    if tokens[place - 1].norm == "please" and place > 2 and (norm in _TELLS or ahead in _TOLD_OF):
        return True
    if norm == "due" and ahead == "to":
        return True
    if norm == "so" and ahead in _TURNS:
        return True
    return norm in ("since", "as", "so") and (ahead in _PERSONS or ahead in ("someone", "nobody"))


def clauses(tokens: Sequence[Token]) -> list[Clause]:
    """The clauses of a message in order."""
    found, start = [], 0
    for place, token in enumerate(tokens):
        if token.mark or token.norm in LAUGHS or (place > start and _opens(tokens, place)):
            if place > start:
                found.append(Clause(start, place))
            start = place + 1 if token.mark or token.norm in LAUGHS else place
    if start < len(tokens):
        found.append(Clause(start, len(tokens)))
    return found
