"""Reads the lines and sentences of a message each as a message of its own, where read as one something of it is lost."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from core.llm.contract import Param, Request
from core.llm.phrases.checked import says_it_is_so
from core.llm.phrases.choose import Reading
from core.llm.phrases.clauses import reason_in, taken_back
from core.llm.phrases.frame import binds
from core.llm.phrases.grammar import grammar
from core.llm.phrases.leftover import intro_words
from core.llm.phrases.lexicon import CLAUSE_BLOCKERS, COURTESY
from core.llm.phrases.readings import FREE_TEXT, TITLES, Carried, Message
from core.llm.phrases.requests import asked
from core.llm.phrases.split import DETAILS, Part, completed_by, handed_on, incomplete, opens_with_verb
from core.llm.phrases.talk import asks_for_help, small_talk
from core.llm.phrases.tokens import Token, blocks, tokenise

_ENDS = frozenset({".", "!", "?", "…", "\n", ";"})
_MOST = 12
_THANKS = re.compile(
    r"(?i)\W*(?:many\s+|a\s+lot\s+of\s+)?(?:thanks|thank\s+(?:you|u)|thx|cheers|apologies|sorry)\s+(?:in\s+advance|so\s+much|a\s+lot|for)\b"
)
# Where a command to do something with somebody or something begins: "… and freeze him".
_AND_DO = re.compile(r"(?i)\s+(?:and(?:\s+then)?|then)\s+(?=[^\W\d_]+\s+(?:him|her|them|it)\s*[.!?]*$)")
# Where a question begins: "my balance, what's on sunday".
_AND_WHAT = re.compile(r"(?i)\s*,\s+(?:and\s+)?(?=(?:what|who|when|where|how|which)(?:'?s)?\b)")


# Only says again that what was told before is to be done.
_ONLY_THAT = re.compile(
    r"(?i)(?:and\s+|so\s+|please\s+|pls\s+|can\s+you\s+|could\s+you\s+)*(?:change|correct|update|fix|do|adjust|edit)\s+(?:it|that|this)(?:\s+(?:please|pls))?[\s.!?]*"
)


@dataclass(frozen=True)
class InTurn:
    """The commands of a message in order, the nearest readings where there is none, what of it was not understood, and
    whether it asks for help beside them."""

    parts: tuple[Part, ...] = ()
    nearest: tuple[Reading, ...] = ()
    lost: tuple[str, ...] = ()
    helps: bool = False


@dataclass(frozen=True)
class _Piece:
    """A line or sentence, and the commands that it is by itself."""

    text: str
    parts: tuple[Part, ...] = ()


def asked_in_turn(text: str, request: Request, *, offering: bool = True) -> InTurn:
    """What a message asks for, each command with all that is said of it; what is nearest to it if that is to be offered."""
    found = _in_turn(text, request, offering)
    return replace(found, parts=tuple(with_details(found.parts)))


def _in_turn(text: str, request: Request, offering: bool) -> InTurn:
    """What a message asks for, none of its lines and sentences lost: it is read as one, and its pieces by themselves where
    more is understood so."""
    parts, nearest = asked(text, request, offering=offering)
    parts = [part for n, part in enumerate(parts) if part.reading.args or not _said_again([part], parts[:n])]
    pieces = [] if taken_back(tokenise(text)) else _pieces(text)
    asking = _AND_WHAT.split(pieces[0]) if len(pieces) == 1 else []
    if len(parts) < len(asking) > 1:
        alone = [part for piece in _read(asking, parts, request) for part in piece.parts]
        if len(alone) == len(asking):
            return InTurn(tuple(alone))
    if len(pieces) < 2:
        return InTurn(tuple(parts), tuple(nearest))
    read = _read(pieces, parts, request)
    alone = [part for piece in read for part in piece.parts]
    more = len(alone) > len(parts) or (alone and any(_in_a_title(piece.text, parts) for piece in read))
    if more and not _held_back(read, request):
        return InTurn(tuple(alone), (), _lost(read, request), any(asks_for_help(p.text) for p in read))
    if parts and _same(parts, alone):
        return InTurn(tuple(parts), (), _lost(read, request), any(asks_for_help(p.text) for p in read))
    return InTurn(tuple(parts), tuple(nearest))


# What is said of a class that was just put on belongs to putting it on: "…, marcus runs it, max 12".
_AWAY = frozenset({"cant", "wont", "isnt", "not", "dont"})


def with_details(parts: Sequence[Part]) -> list[Part]:
    """The commands, with what later ones only say of the class that an earlier one puts on taken into that one."""
    kept: list[Part] = []
    for part in _each_once(parts):
        name = DETAILS.get(part.reading.tool.name, "")
        new = kept[-1] if kept else None
        fits = new is not None and name in part.reading.args and name not in new.reading.args and _takes(new, name)
        if new is not None and _only_why(new, part):
            kept[-1] = part
        elif new is not None and fits and _of_it(part, new):
            args = {**new.reading.args, name: part.reading.args[name]}
            kept[-1] = replace(new, reading=replace(new.reading, args=args))
        else:
            kept.append(part)
    return _without_afterthoughts(kept)


_BESIDE = frozenset({"reason", "older_than", "filter"})


def _each_once(parts: Sequence[Part]) -> list[Part]:
    """The commands without those that another one says in full: "no yoga tonight, i lost my voice. cancel pls"."""

    def is_more(more: Part, less: Part) -> bool:
        said, beside = dict(less.reading.args), set(more.reading.args) - set(less.reading.args)
        same = more.reading.tool is less.reading.tool and all(more.reading.args.get(n) == v for n, v in said.items())
        return (
            same
            and bool(beside)
            and (beside <= _BESIDE or (incomplete(less.reading) and bool(said or less.reading.tool.makes)))
        )

    once = [part for n, part in enumerate(parts) if not any(_call_of(part) == _call_of(p) for p in parts[:n])]
    return [part for part in once if not any(is_more(other, part) for other in once)]


def _without_afterthoughts(parts: Sequence[Part]) -> list[Part]:
    """The commands without later words that only look like one: "…, names pls", "… and let people know"."""
    return [part for n, part in enumerate(parts) if not n or not _is_afterthought(part)]


def _is_afterthought(part: Part) -> bool:
    reading = part.reading
    if _names_a_detail(reading) or (incomplete(reading) and not reading.args and not reading.tool.writes):
        return True
    told = (
        not reading.tool.writes
        and says_it_is_so([t.norm for t in part.message.tokens if not t.mark])
        and not part.message.asks
    )
    if told or (incomplete(reading) and _ONLY_THAT.fullmatch(part.message.text.strip())):
        return True
    if part.refers or opens_with_verb(part):
        return False
    first = next((n for n, token in enumerate(part.message.tokens) if token.weight), None)
    asked = reading.tool.writes or reading.args or reading.whole or first in reading.literals
    return incomplete(reading) or not asked


def _names_a_detail(reading: Reading) -> bool:
    """Whether something new would be called by what leads to a detail: "…, room for 14" makes no "room"."""
    leading = {words.split()[0] for param in reading.tool.params for words in intro_words(param)}
    titles = (str(words).casefold() for name, words in reading.args.items() if reading.types.get(name) in TITLES)
    return reading.tool.writes and any(title in leading for title in titles)


def _only_why(told: Part, part: Part) -> bool:
    """Whether a command was only the reason of the next, which is about the same thing: "i can't do kids, could carla take it"."""
    if _of_a_coach(told):
        return True
    said = {told.message.tokens[place].norm for place in told.reading.literals}
    same = part.refers.get("session") is told.message or told.reading.args.get("session") == part.reading.args.get(
        "session"
    )
    return not _AWAY.isdisjoint(said) and same and "session" in told.reading.args


def _of_a_coach(part: Part) -> bool:
    """Whether a seat is to be given up for somebody of the staff in no class: "marcus is sick, …"."""
    if part.reading.tool.name != "cancel_booking" or "session" in part.reading.args:
        return False
    staff = [s for s in part.message.stretches(Param("", "staff", False)) if s.sure == 1.0]
    members = [b for b in part.reading.bound if b.param == "member"]
    return any(s.start <= b.stretch.start < s.end for b in members for s in staff)


def _takes(part: Part, name: str) -> bool:
    puts_on = part.reading.tool.name.startswith("schedule_") or part.reading.tool.makes == "class_type"
    return puts_on and any(p.name == name for p in part.reading.tool.params)


def _of_it(part: Part, new: Part) -> bool:
    """Whether a command names no class, so that the new one is meant; or tells who takes "it"."""
    told = part.refers.get("session") is new.message and any(b.stretch.start == 0 for b in part.reading.bound)
    return "session" not in part.reading.args or told


def _pieces(text: str) -> list[str]:
    """The lines and sentences of a message; what is quoted stays whole."""
    found, start = [], 0
    for token in tokenise(text):
        if token.mark and token.norm[0] in _ENDS and not token.quoted and not _goes_on(text, token):
            found.append(text[start : token.end])
            start = token.end
    pieces = [part.strip() for piece in (*found, text[start:]) for part in _AND_DO.split(piece)]
    kept = [piece for piece in pieces if re.search(r"\w", piece)]
    return kept if len(kept) <= _MOST else []


def _goes_on(text: str, token: Token) -> bool:
    """Whether a sentence only pauses: "at half past... sorry 6pm"."""
    dots = text[token.start : token.end]
    return (dots == "…" or len(dots.rstrip(".")) < len(dots) - 1) and not text[token.end :].lstrip()[:1].isupper()


def _read(pieces: Sequence[str], whole: Sequence[Part], request: Request) -> list[_Piece]:
    """Each piece as commands of its own. What a text took in is one only if it opens like a command."""
    carried: Mapping[str, Carried] = {}
    read: list[_Piece] = []
    for text in pieces:
        silent = small_talk(text) or asks_for_help(text) or _THANKS.match(text)
        parts, _ = ([], []) if silent else asked(text, request, carried)
        parts = [completed_by(part, carried) for part in parts]
        if not all(_is_command(part, text, whole) for part in parts) or _said_again(
            parts, [p for piece in read for p in piece.parts]
        ):
            parts = []
        for part in parts:
            carried = handed_on(part, carried)
        read.append(_Piece(text, tuple(parts)))
    return read


def _is_command(part: Part, text: str, whole: Sequence[Part]) -> bool:
    """Whether a piece is a command for certain: where the message read as one is understood, with all its values."""
    reading = part.reading
    if not reading.strong or reading.forbidden or (reading.tool.writes and not reading.whole):
        return False
    if whole and (incomplete(reading) or _by_a_slip(part)):
        return False
    texts = any(reading.types.get(bound.param) in FREE_TEXT for bound in reading.bound)
    return not (texts or _in_a_text(text, whole)) or opens_with_verb(part)


def _by_a_slip(part: Part) -> bool:
    """Whether a command without a value is one only where a word is misspelt: "you are a star" starts nothing."""
    message = part.message
    near = [(message.tokens[place].norm, message.readings[place]) for place in part.reading.literals]
    return not part.reading.args and any(words and norm not in words for norm, words in near)


def _said_again(parts: Sequence[Part], before: Sequence[Part]) -> bool:
    """Whether the same was said before: "… please book it"."""
    said = [_call_of(part) for part in before]
    return bool(parts) and all(_call_of(part) in said for part in parts)


def _call_of(part: Part) -> tuple[str, dict[str, Any]]:
    return part.reading.tool.name, dict(part.reading.args)


def _in_a_text(piece: str, whole: Sequence[Part]) -> bool:
    """Whether the message read as one keeps a piece within words that are nobody's command: a note, a workout."""
    return any(
        part.reading.types.get(bound.param) in FREE_TEXT and piece.rstrip(" .!?;") in str(bound.stretch.words)
        for part in whole
        for bound in part.reading.bound
    )


def _in_a_title(piece: str, whole: Sequence[Part]) -> bool:
    """Whether the message read as one made a command part of a name."""
    joined = re.compile(rf"(?i)\b(?:and|then) {re.escape(piece.split()[0])}\b")
    return any(
        part.reading.types.get(bound.param) in TITLES and joined.search(str(bound.stretch.words))
        for part in whole
        for bound in part.reading.bound
    )


def _held_back(read: Sequence[_Piece], request: Request) -> bool:
    """Whether what no command was found in may keep the others from being carried out: a condition, a supposition,
    somebody else's words."""
    own = grammar(request.tools).own
    deeds = frozenset().union(*(own[request.tools.index(p.reading.tool)] for piece in read for p in piece.parts))
    others = [piece.text for piece in read if not piece.parts]
    return any(binds(text, deeds) or _opens_a_condition(text) for text in others)


def _opens_a_condition(text: str) -> bool:
    return any((t.norm in CLAUSE_BLOCKERS or blocks(t)) and not t.soft for t in tokenise(text))


def _same(parts: Sequence[Part], alone: Sequence[Part]) -> bool:
    """Whether the message read as one says no more than its pieces."""
    return [_call_of(part) for part in parts] == [_call_of(part) for part in alone]


def _lost(read: Sequence[_Piece], request: Request) -> tuple[str, ...]:
    """The pieces that are neither a command nor thanks, a reason or something told beside one."""
    return tuple(piece.text for piece in read if not piece.parts and _asks_something(piece.text, request))


def _asks_something(text: str, request: Request) -> bool:
    if small_talk(text) or asks_for_help(text):
        return False
    content = [t for t in tokenise(text) if t.weight and t.norm not in COURTESY]
    return bool(content) and reason_in(Message(text, grammar(request.tools), request.readers)) is None
