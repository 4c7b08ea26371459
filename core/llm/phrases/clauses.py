"""Judges the words that a command leaves over: thanks, a reason, a condition, or something else that was said."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from core.llm.phrases.leads import only_spoken_of
from core.llm.phrases.lexicon import CAUSES, CLAUSE_BLOCKERS, COURTESY, FREE, SUBJECTS, bag
from core.llm.phrases.readings import Message
from core.llm.phrases.slips import is_form_of
from core.llm.phrases.tokens import Clause, Token, blocks, clauses

# Negations that a reason may hold behind its subject: "i cant come", "we have no coach".
_EXPLAINING = bag(
    "cant wont not no dont doesnt didnt never couldnt wouldnt nobody none without said "
    "says told tells used forgot thought heard hate hates read almost nearly once stop"
)


def _introduces_oneself(tokens: Sequence[Token]) -> bool:
    """ "kate here", "this is kate from the 6am"."""
    norms = [token.norm for token in tokens]
    said = [n for n, t in zip(norms, tokens, strict=True) if t.weight]
    if len(said) > 2 or len(norms) > 5:
        return False
    return norms[-1] == "here" or norms[:2] in (["this", "is"], ["it", "is"], ["my", "name"])


_QUESTIONS = bag("what whats who whos which when where how")
_CALLING = bag("hey hi hello bro man dude mate guys buddy pal coach whistle yo oh ah uh um")


# What befell who leaves out that it was they: "overslept again", "hurt my back".
_MISHAPS = bag(
    "overslept missed hurt pulled tweaked twisted sprained strained caught busy exhausted knackered tired hungover injured lost broke traffic "
    "called ended slept woke"
)


def _is_reason(tokens: Sequence[Token], verbs: frozenset[str]) -> bool:
    opens = next((n for n, t in enumerate(tokens) if t.norm not in _CALLING), 0)
    tokens = tokens[opens:]
    norms = [token.norm for token in tokens]
    if norms[0] in CLAUSE_BLOCKERS or "?" in norms:
        return False
    caused = norms[0] in CAUSES or norms[0] in (
        "sorry",
        "unfortunately",
        "got",
        "having",
        "feeling",
        "too",
        "stuck",
        "running",
        "working",
        *_MISHAPS,
    )
    caused = (
        caused
        or _is_advised(norms)
        or norms[:2]
        in (
            ["off", "shift"],
            ["off", "work"],
            ["off", "duty"],
            ["have", "to"],
            ["need", "to"],
            ["have", "a"],
            ["am", "sick"],
            ["something", "came"],
        )
    )
    resigns = norms[0] == "not" and len(norms) > 1 and norms[1].endswith("ing") and norms[1] not in _STAYING_AWAY
    resigns = resigns and not is_form_of(norms[1], verbs)
    caused = caused or resigns
    subject = norms[0] in SUBJECTS or (len(norms) > 2 and (norms[1] in _LINKS or _is_contracted(tokens)))
    subject = subject or (len(norms) > 3 and norms[2] in _BEFALLS and norms[0] not in verbs and norms[1] not in verbs)
    subject = subject or (norms[0][0].isdigit() and norms[2:3] != [] and norms[2] in _LINKS)
    if not (caused or subject):
        return False
    if any(a == "not" and b == "sure" for a, b in pairwise(norms)) or _tells_of_words(tokens):
        return False
    if any(blocks(token) and token.norm not in _EXPLAINING for token in tokens[resigns:]):
        return False
    first = next((t.norm for t in tokens if t.weight), "")
    return first not in verbs or subject or caused


_ADVISERS = bag("doc doctor doctors dr physio physiotherapist gp dentist surgeon")


def _is_advised(norms: Sequence[str]) -> bool:
    """ "doc said no barbell", "my physio says i should rest"."""
    said = norms[1:] if norms[:1] == ["my"] else norms
    return said[:1] != [] and said[0] in _ADVISERS and said[1:2] in (["said"], ["says"], ["told"])


# What happens to somebody who is called by two names: "lena fischer got married".
_BEFALLS = bag("got is has was had")
_STAYING_AWAY = bag("coming going making attending joining booking")
_BEHIND_IS = bag("at a an in on not sick ill away off out busy late injured stuck having got been no too")


def _is_contracted(tokens: Sequence[Token]) -> bool:
    """ "priya's at a wedding": a name with an "is" behind it, which looks like a possessive."""
    return tokens[0].end - tokens[0].start > len(tokens[0].norm) and tokens[1].norm in _BEHIND_IS


_LACKED = [["not", what] for what in ("enough", "much", "many")] + [
    ["no", what]
    for what in (
        "time",
        "energy",
        "need",
        "demand",
        "interest",
        "one",
        "money",
        "coach",
        "rush",
        "worries",
        "space",
        "point",
    )
]
_LACKING = bag("no not nobody none without too")
_LINKS = bag("is are was has have had cant wont got will needs feels does did hurts broke called cancelled isnt")


_MEASURES = bag("minutes hours hour minute people spots places kg reps rounds")


def _is_remark(
    message: Message, clause: Clause, used: set[int], verbs: frozenset[str], things: frozenset[int] | None
) -> bool:
    """A few words behind a command that takes a reason: "…, bad wrist"."""
    if things is None or not used or clause.start < max(used) or clause.end - clause.start > 6:
        return False
    tokens = message.tokens[clause.start : clause.end]
    if all(token.norm[0].isdigit() or token.norm in _MEASURES for token in tokens if token.weight):
        return False
    named = any(place in things for place in range(clause.start, clause.end))
    commands = any(message.reads(place, verbs) is not None for place in range(clause.start, clause.end))
    lacking = tokens[0].norm in _LACKING and sum(token.weight > 0 for token in tokens) > 1
    forbids = (
        any(blocks(token) and not (lacking and token.norm in _EXPLAINING) for token in tokens)
        or tokens[0].norm in CLAUSE_BLOCKERS
        or tokens[0].norm == "and"
    )
    return not (named or commands or forbids)


def _is_aside(message: Message, clause: Clause, used: set[int], verbs: frozenset[str]) -> bool:
    """Something told beside a command that neither takes it back nor is one: "…, gonna be brutal"."""
    tokens = message.tokens[clause.start : clause.end]
    ends = message.tokens[clause.end].norm if clause.end < len(message) else ""
    lacking = [token.norm for token in tokens[:2]] in _LACKED
    if ends in ("?", ":") or tokens[0].norm in CLAUSE_BLOCKERS | _QUESTIONS:
        return False
    if any(blocks(token) for token in tokens[lacking:]):
        return False
    if any((token.quoted and token.weight) or token.norm[0].isdigit() for token in tokens) or _tells_of_words(tokens):
        return False
    places = range(clause.start, clause.end)
    if any(message.reads(p, verbs) is not None and not _goes_on_doing(message, p) for p in places):
        return False
    return not any(
        place in message.named and message.named[place] not in {message.named.get(other) for other in used}
        for place in range(clause.start, clause.end)
    )


def _goes_on_doing(message: Message, place: int) -> bool:
    """Whether a verb only says that something goes on: "keep forgetting stuff"."""
    ahead = message.tokens[place + 1].norm if place + 1 < len(message) else ""
    return message.tokens[place].norm in ("keep", "keeps", "start", "stop") and ahead.endswith("ing")


def _tells_of_named(words: Sequence[Token], inside: range, used: set[int], literals: set[int]) -> bool:
    """Whether a clause tells something of the one whom the command is about: "diego is injured, take him out"."""
    told = next((n for n, place in enumerate(inside) if place not in used), 0)
    only_names = not any(place in literals for place in inside) and all(place not in used for place in inside[told:])
    return bool(told) and only_names and words[told].norm in _LINKS and not _tells_of_words(words)


def _tells_of_words(tokens: Sequence[Token]) -> bool:
    """Whether a clause leads to somebody else's words: "my coach asked me", "anna wants you to"."""
    norms = [token.norm for token in tokens]
    while norms and norms[-1] in _TOLD:
        norms.pop()
    return bool(norms) and norms[-1] in _REPORTING


_TOLD = bag("me us him her you that to this the following if whether please like")
_REPORTING = bag(
    "said says say asked asks ask told tells tell wrote writes wants want wanted begged thinks think suggested suggests "
    "recommended recommends advised texted messaged goes went like"
)


def _reason_words(message: Message, clause: Clause) -> str:
    """A reason without the word that leads to it, as typed."""
    tokens, start = message.tokens, clause.start
    if tokens[start].norm in ("because", "due", "since", "as", "so", "but") and clause.end - start > 1:
        start += 1
        while start < clause.end - 1 and tokens[start].norm in ("to", "of"):
            start += 1
    end = clause.end
    while end > start + 1 and tokens[end - 1].norm in ("please", "thanks", "sorry", "and", "so", "but"):
        end -= 1
    return message.original(start, end)


_JESTING = bag("kidding joking jk joke")
_REVOKING = bag("nvm no not wait dont stop never mind nevermind actually forget scratch nope nah cancel")


def taken_back(tokens: Sequence[Token]) -> bool:
    """Whether a message ends in "no wait, don't", "never mind"."""
    last = next(
        (found for found in reversed(clauses(tokens)) if any(not t.mark for t in tokens[found.start : found.end])), None
    )
    if last is None or last.start == 0:
        return False
    norms = [t.norm for t in tokens[last.start : last.end] if not t.mark]
    if (not _JESTING.isdisjoint(norms) and len(norms) <= 4) or norms == ["no", "way"]:
        return True
    if norms[:1] and norms[0] in _PAST and "wait" in {t.norm for t in tokens[: last.start][-2:]}:
        return True
    return bool(set(norms) & (_REVOKING - {"cancel", "actually"})) and all(n in _REVOKING or n in FREE for n in norms)


def asks_back(message: Message, used: set[int]) -> bool:
    """Whether a clause asks about the past: "did you book me in?" is no command."""
    tokens = message.tokens
    return any(
        tokens[c.start].norm in _PAST and c.start not in used and not tokens[c.start].soft for c in message.clauses
    )


_PAST = frozenset({"is", "are", "am", "did", "was", "were", "has", "had", "didnt", "wasnt"})


@dataclass(frozen=True, slots=True)
class Remains:
    """What became of the words left over: those nothing accounts for, whether one of them forbids acting, the reason."""

    unexplained: tuple[int, ...]
    blocked: bool
    reason: str | None


def judge(
    message: Message,
    left: set[int],
    used: set[int],
    literals: set[int],
    own: frozenset[str],
    verbs: frozenset[str],
    deed: frozenset[str],
    bare: bool,
    wordless: bool,
    things: frozenset[int] | None,
) -> Remains:
    """Account for leftover words clause by clause. `left` are those with content that the command did not take; `own` are the
    words of its tool, `deed` the verbs that were said of them, `verbs` those of all tools.
    `wordless` is a command whose own words are still to be said, so that nothing is said beside it."""
    tokens = message.tokens
    unexplained: list[int] = []
    reason: str | None = None
    blocked = False
    for clause in message.clauses:
        inside = range(clause.start, clause.end)
        mine = [place for place in inside if place in left]
        words = tokens[clause.start : clause.end]
        apart = not any(place in used for place in inside) or _tells_of_named(words, inside, used, literals)
        courteous = all(tokens[p].norm in COURTESY and not blocks(tokens[p]) for p in mine)
        if (courteous and (apart or not mine)) or (apart and [token.norm for token in words] == ["reason"]):
            continue
        if not mine:
            continue
        blocked = blocked or (apart and _only_spoken_of(message, mine, deed - _COMMON))
        if apart and (_repeats(message, mine, own) or _introduces_oneself(words)):
            continue
        caused = words[0].norm in ("because", "due", "since", "as")
        said = _is_reason(words, verbs) or _is_remark(message, clause, used, verbs, things)
        if apart and (not bare or caused) and said:
            reason = reason or _reason_words(message, clause)
            continue
        if apart and not bare and not wordless and _is_aside(message, clause, used, verbs):
            continue
        unexplained += mine
    return Remains(tuple(unexplained), blocked or _forbids(message, unexplained, used), reason)


# Verbs that a reason has as well as a command: "i cant make it", "i have to go".
_COMMON = bag("make take go come get give have do be want need call let leave attend join")


def _only_spoken_of(message: Message, places: Sequence[int], deed: frozenset[str]) -> bool:
    """Whether a clause speaks of the deed without asking for it: "she said she would cancel it, …"."""
    return any(
        is_form_of(message.tokens[place].norm, deed)
        or (message.reads(place, deed) is not None and only_spoken_of(message, place))
        for place in places
    )


def reason_in(message: Message) -> str | None:
    """The first reason among clauses that stand for themselves."""
    for clause in message.clauses:
        words = message.tokens[clause.start : clause.end]
        telling = any(token.weight and token.norm not in COURTESY for token in words)
        if telling and _is_reason(words, frozenset()):
            return _reason_words(message, clause)
    return None


def _repeats(message: Message, places: Sequence[int], own: frozenset[str]) -> bool:
    """Whether a clause only says the same command again ("…, book it")."""
    return all(
        message.tokens[place].norm not in ("cant", "wont")
        and (message.reads(place, own) is not None or message.nouns("session", place))
        for place in places
    )


def _forbids(message: Message, unexplained: Sequence[int], used: set[int]) -> bool:
    tokens = message.tokens
    opening = any(
        tokens[c.start].norm in CLAUSE_BLOCKERS and c.start not in used and not tokens[c.start].soft
        for c in message.clauses
    )
    return opening or asks_back(message, used) or any(blocks(tokens[place]) for place in unexplained)
