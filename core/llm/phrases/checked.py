"""Decides whether a message only tells or asks how things are, or makes an exception that no command can make: "marcus coaches
the 7pm, right?", "is there an extra yoga?", "… but not the 6pm"."""

import re
from collections.abc import Collection, Sequence
from itertools import pairwise, takewhile

from core.llm.phrases.lexicon import bag
from core.llm.phrases.readings import Message
from core.llm.phrases.smoothed import hands_on
from core.llm.phrases.tokens import Token, tokenise

_ENDS = frozenset({".", "!", "?", "…", "\n", ";"})
# A question with one of these asks for something to be done.
_REQUESTS = bag(
    "can could may would will please pls plz possible chance mind wonder wondering let lets ok okay shall fancy want wanna need how"
)
_TAG = re.compile(
    r"""(?ix)(?<![,\s])(?<!\bleft)(?<!\ball)(?<!\bor)(?<!\bhis)(?<!\bher)(?<!\bthe)(?<!\bto)(?<!\bmy)[,\s]\s*(?:right|correct|innit|am\ i\ right|or\ (?:not|what|nah|no)|huh
        |isn['’]?t\ (?:it|he|she|that)|aren['’]?t\ (?:they|we|you)|doesn['’]?t\ (?:it|he|she)|don['’]?t\ (?:we|they))\W*$"""
)
_WILL = re.compile(r"(?i)(?<=\w)(?:['’]ll|\s+will)\s+(?!you\b|we\b|i\b)")
# What opens like a verb of a command and is none in a question.
_NO_DEEDS = frozenset({"have", "workout", "open", "note", "no", "name", "call"})
_THERE = frozenset({("is", "there"), ("are", "there"), ("there", "is"), ("there", "are"), ("do", "we"), ("do", "they")})
_OF_YOU = bag("have speak understand know support offer use got")
_HAVING = bag("have has got")
_BEING = bag("have has got there is are")
_MORE = bag("extra additional another copy")
_ENDING = bag("ends stops finishes")
_TOO = frozenset({("too", "much"), ("too", "many")})
_AS_IT_IS = frozenset({("is", "quiet"), ("are", "quiet"), ("was", "quiet"), ("shift", "is"), ("shift", "starts")})
_POLITE = bag("please pls plz")
_PERHAPS = frozenset((who, may) for who in ("i", "we", "they", "he", "she") for may in ("may", "might"))
_SOON = bag("now soon early late today")
_PRAISE = bag("love loved awesome amazing great good best favourite favorite fun brilliant nice cool sweet super")
_LAST = (["last", "week"], ["last", "month"], ["last", "year"])
_DONE = (["i", "did"], ["we", "did"])
_EXCEPTING = bag("except excluding")
_OF_CLASSES = frozenset({"session", "class_type"})


def as_asked(text: str, deeds: Collection[str]) -> str:
    """A statement that ends in a tag as the question that it is: "marcus coaches it, right" asks "marcus coaches it?". What
    is ordered or handed on stays as it is."""
    if hands_on(text) or not _TAG.search(text):
        return text
    opening = next((token.norm for token in tokenise(text) if token.weight), "")
    return text if opening in deeds else _WILL.sub(" ", _TAG.sub("?", text), count=1)


def _leaves_out(message: Message, types: Collection[str]) -> bool:
    """Whether one of several classes is to be left alone, which no command can: "… this week except friday"."""
    said = list(takewhile(lambda token: token.norm not in ("because", "since"), message.tokens))
    words = {token.norm for token in said if not token.quoted}
    but_not = any((a.norm, b.norm) == ("but", "not") for a, b in pairwise(said) if not b.quoted)
    return not _OF_CLASSES.isdisjoint(types) and (but_not or not _EXCEPTING.isdisjoint(words))


def only_checks(
    message: Message,
    place: int,
    deeds: Collection[str],
    types: Collection[str] = (),
    *,
    bare: bool = False,
    worded: bool = False,
) -> bool:
    """Whether the sentence around a word tells or asks how things are, or leaves one of several classes out, so that nothing
    of it is to be done. `types` are those of the command's parameters; a `bare` one has no word of its own, a `worded` one
    hands on words, whatever they say."""
    start, end = _sentence(message, place)
    said = [token for token in message.tokens[start:end] if not token.mark and not _in_an_address(message, token)]
    norms = [token.norm for token in said]
    if "workout" in types and _tells_of_a_workout(norms):
        return True
    if norms[:2] == ["the", "note"] and "was" in norms:
        return True
    if worded and norms[:1] != ["workout"]:
        return False
    if not worded and _leaves_out(message, types):
        return True
    if _is_not_to_be([token.norm for token in message.tokens[_clause_start(message, place) : place + 1]], norms):
        return True
    if _opens_with_a_deed(message, start, end, deeds):
        return False
    if _asks_what_there_is(norms) or _tells_how_it_is(norms):
        return True
    if "class_type" in types and ("is", "full") in pairwise(norms):
        return True
    if bare and (norms[-1:] in (["maybe"], ["perhaps"]) or _praises(message) or says_it_is_so(norms)):
        return True
    asked = end < len(message) and "?" in message.tokens[end].norm
    whose = norms[:1] in (["someone"], ["somebody"], ["anyone"], ["anybody"], ["others"])
    return asked and (whose or (_REQUESTS.isdisjoint(norms) and "me" not in norms))


def _in_an_address(message: Message, token: Token) -> bool:
    """Whether a word is part of an e-mail address or a link."""
    before, behind = message.text[: token.start][-1:], message.text[token.end :][:2]
    return "@" in (before, behind[:1]) or (behind[:1] in (".", "/") and behind[1:].isalnum())


def _sentence(message: Message, place: int) -> tuple[int, int]:
    """Where the sentence around a word begins and ends."""
    marks = [n for n, token in enumerate(message.tokens) if token.mark and token.norm[:1] in _ENDS]
    start = max((n + 1 for n in marks if n < place), default=0)
    return start, min((n for n in marks if n >= place), default=len(message))


def _opens_with_a_deed(message: Message, start: int, end: int, deeds: Collection[str]) -> bool:
    """Whether a sentence is an order; in "we already have a copy" nothing is copied."""
    first = next((n for n in range(start, end) if message.tokens[n].weight), None)
    if first is None or message.tokens[first].norm not in deeds or message.tokens[first].norm in _NO_DEEDS:
        return False
    lead = {token.norm for token in message.tokens[start:first]}
    return (_BEING.isdisjoint(lead) and not {"do", "you"} <= lead) or "to" in lead


def _tells_of_a_workout(norms: Sequence[str]) -> bool:
    """ "we did fran at 40 kg", "helen is 4 rounds"."""
    return norms[:2] in _DONE or any(a == "is" and b[0].isdigit() for a, b in pairwise(norms[1:3]))


def _clause_start(message: Message, place: int) -> int:
    """Where the clause of a word begins."""
    return next((clause.start for clause in message.clauses if clause.start <= place < clause.end), place)


def _is_not_to_be(before: Sequence[str], said: Sequence[str]) -> bool:
    """Whether a deed is left open or over: "i may skip yoga", "maybe move it", "last month marcus covered my 6pm". `before` is
    its clause up to the deed, `said` the whole sentence."""
    unsure = before[:1] in (["maybe"], ["perhaps"]) and _POLITE.isdisjoint(said)
    unsure = unsure or said[:2] in (["should", "we"], ["should", "i"])
    over = said[:2] in _LAST and any(norm.endswith("ed") for norm in said)
    return unsure or over or not _PERHAPS.isdisjoint(pairwise(before))


def _asks_what_there_is(norms: Sequence[str]) -> bool:
    """ "is there an extra yoga", "do you speak german", but for "do you have a place for me"."""
    of_you = norms[:2] == ["do", "you"] and not _OF_YOU.isdisjoint(norms[2:3])
    told = tuple(norms[:2]) in _THERE and norms[2:3] != ["no"]
    return "me" not in norms and (told or of_you)


def _tells_how_it_is(norms: Sequence[str]) -> bool:
    """ "i'm in already", "we have an extra class", "it ends at 10", "that is too much", "i'm leaving the gym now", "carla could
    do it"."""
    pairs = set(pairwise(norms))
    had = any(b in _HAVING for _, b in pairs) and _REQUESTS.isdisjoint(norms)
    return (
        ("already" in norms and _REQUESTS.isdisjoint(norms))
        or bool(pairs & _AS_IT_IS)
        or (bool(pairs & _TOO) and "please" not in norms)
        or any(a in _ENDING and b == "at" for a, b in pairs)
        or ("leaving" in norms and not _SOON.isdisjoint(norms))
        or (had and not _MORE.isdisjoint(norms))
        or (norms[1:2] in (["could"], ["might"]) and norms[0] not in ("i", "we", "you"))
    )


def says_it_is_so(norms: Sequence[str]) -> bool:
    """ "i have yoga tomorrow"."""
    has = norms[:2] in (["i", "have"], ["i", "got"], ["we", "have"]) or norms[:3] == ["i", "am", "booked"]
    return has and norms[2:3] != ["to"] and _REQUESTS.isdisjoint(norms)


def _praises(message: Message) -> bool:
    """Whether a class is only named to be praised: "yoga thursday with priya, so good"."""
    later = [[t.norm for t in message.tokens[c.start : c.end] if t.weight] for c in message.clauses[1:]]
    wished = any(token.norm in ("please", "me", "pls") for token in message.tokens)
    return not wished and any(words and _PRAISE.issuperset(words) for words in later)
