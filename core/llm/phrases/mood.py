"""Decides whether a message only tells of something, speaks of every week or says goodbye, where a command seems to stand."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from core.llm.phrases.readings import Message

_DOERS = frozenset("i we they he she someone somebody you who".split())
_HAVING = frozenset({"have", "has", "had"})
_WERE = frozenset({"was", "were", "had", "been"})
_ONE_CLASS = {"class_type", "when"}
_ONE_BOOKING = {"session", "member"}
# Who was hired is still to be let in.
_STILL_TO_DO = frozenset({"need", "hired", "employed", "engaged"})
_WISHED = _STILL_TO_DO | {"wanted", "needed", "wished", "would", "planned"}
_WEEKLY = frozenset("mondays tuesdays wednesdays thursdays fridays saturdays sundays".split())


def told_of_past(message: Message, literals: Sequence[int]) -> bool:
    """Whether a command word is something that somebody did: "i cancelled it already"."""
    first = min(literals, default=0)
    norms = [token.norm for token in message.tokens[max(0, first - 4) : first] if not token.soft]
    if any(b in _WERE and a in _DOERS for a, b in pairwise(norms)):
        return True
    return any(
        message.tokens[place].norm.endswith("ed")
        and message.tokens[place].norm not in _STILL_TO_DO
        and place
        and message.tokens[place - 1].norm in _DOERS | _HAVING
        for place in literals
    )


def told_weekly(message: Message, types: Mapping[str, str]) -> bool:
    """Whether the message speaks of every week to a tool that puts on or books one class at one time. To a booking a
    plural day says so only after "on": "wednesdays engine" is wednesday's."""
    kinds = set(types.values())
    puts_on, moves = kinds >= _ONE_CLASS, {"session", "when"} <= kinds
    fills = "session" in kinds
    if "days" in kinds or not (puts_on or moves or fills or set(types) == _ONE_BOOKING):
        return False
    norms = [token.norm for token in message.tokens if not token.quoted]
    if "weekly" in norms or (puts_on and not _WEEKLY.isdisjoint(norms)):
        return True
    lasting = not moves or "until" in norms
    return any(
        (a in ("every", "each") and b != "one") or (lasting and a == "on" and b in _WEEKLY) for a, b in pairwise(norms)
    )


# What a report begins with, behind "just" and "already": "just did fran in 4:12".
_DONE = frozenset(
    "did done finished completed crushed smashed nailed survived killed ran rowed lifted hit got pr'd trained came went".split()
)


def told_at_once(message: Message) -> bool:
    """Whether the message opens with something that the speaker did: "i already cancelled my yoga"."""
    if _then_asks(message):
        return False
    openings = ("already", "just", "also", "hi", "hey")
    norms = [token.norm for token in message.tokens if token.norm not in openings and not token.soft][:2]
    just = any(token.norm in ("just", "already") for token in message.tokens[:4])
    if norms and norms[0] in (_DONE if just else _DONE - {"did", "got", "hit"}) and not message.requests:
        return True
    just = just or any(token.norm == "already" for token in message.tokens)
    if just and norms and norms[0].endswith("ed") and norms[0] != "need":
        return True
    if norms and norms[0] == "remember" and norms[1:] in (["when"], ["how"], ["why"]):
        return True
    if norms[:2] == ["what", "a"] and not message.asks:
        return True
    return len(norms) == 2 and norms[0] in ("i", "we") and norms[1].endswith("ed") and norms[1] not in _WISHED


_INSTEAD = {
    "what": frozenset({"instead", "instead of", "else", "can", "should", "could"}),
    "any": frozenset({"alternative", "alternatives", "substitute", "substitutes", "swap", "swaps"}),
}


def _then_asks(message: Message) -> bool:
    """Whether what is told is the reason to ask for something else: "i pulled my hamstring, what instead of deadlifts"."""
    starts = (message.tokens[clause.start : clause.start + 2] for clause in message.clauses[1:])
    return any(len(words) > 1 and words[1].norm in _INSTEAD.get(words[0].norm, ()) for words in starts)


def says_goodbye(message: Message) -> bool:
    """Whether values without a verb belong to a farewell or a memory: "see you at yoga", "i was at yoga"."""
    return any((token.norm == "see" and token.soft) or token.norm in _WERE for token in message.tokens)


def speaks_of_past(message: Message, literals: Sequence[int]) -> bool:
    """Whether a message that is no question tells how something was, in other words than those that ask for it."""
    return not message.requests and any(
        token.norm in _WERE and place not in literals for place, token in enumerate(message.tokens)
    )
