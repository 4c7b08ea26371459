"""Reads what was told first and asked for then: "the reminders are annoying, turn them off", "jan wants in on friday, book him"."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from core.llm.contract import Param, Request
from core.llm.phrases.choose import Reading, verbs
from core.llm.phrases.frame import REPORTED, binds, plain_reason
from core.llm.phrases.grammar import grammar
from core.llm.phrases.leftover import SURE
from core.llm.phrases.lexicon import PERSONS, bag
from core.llm.phrases.readings import FREE_TEXT, Carried, Message, message_of
from core.llm.phrases.split import Part, commands, opens_with_verb
from core.llm.phrases.tokens import Clause, Token, tokenise
from core.llm.phrases.whose import of_somebody_else, owner

_CLASS_TYPE = Param("", "class_type", False)
_LONGEST = 400
_MOST_TURNS = 4
_UNLISTED = frozenset({"link", "bind", "release"})
_LONGEST_SUBJECT = 5
_COPULAS = bag("is are isnt arent was keeps keep has have cant gets needs seems wants")
# What can be named first and be meant by a pronoun, or by nothing, behind it.
_KINDS = ("session", "member", "staff", "workout", "class_type")
_PRONOUNS = bag("it them him her that this one there they these those he she")
_PERSONAL = bag("him her he she")
# What is often said not to be done by whom a command is about: "he does not come", "i dont use it anymore".
_OFTEN_SAID = bag("come comes go make attend join train show use need want offer like have run give take")


def told_then_asked(text: str, request: Request) -> list[Part]:
    """The command at the end of a message whose things are named before it; nothing where what comes first is a command,
    a condition, somebody else's words, or has no part in it."""
    if len(text) > _LONGEST:
        return []
    for head, tail in _turns(message_of(text, grammar(request.tools), request.readers)):
        said = message_of(head, grammar(request.tools), request.readers)
        kinds = (kind for kind in _KINDS if not _is_of_one(Param("", kind, False), said))
        carried = {kind: Carried(words, said) for kind in kinds if (words := _only_one(said, Param("", kind, False)))}
        if found := _asked(tail, said, carried, request):
            return found
    return []


def _turns(message: Message) -> Iterator[tuple[str, str]]:
    """Where a message may turn from telling to asking, the last such place first."""
    for clause in [*message.clauses[:0:-1]][:_MOST_TURNS]:
        start = message.tokens[clause.start].start
        head = message.text[:start]
        told = any(
            (token.norm in REPORTED and not _of_themselves(message, place)) or token.quoted
            for place, token in enumerate(message.tokens[: clause.start])
        )
        told = told or (
            message.tokens[0].norm in ("thanks", "thank", "sorry") and _gerund(message.tokens[: clause.start])
        )
        if (
            not told
            and _may_ask(message, clause)
            and not message.tokens[clause.start].quoted
            and not head.rstrip().endswith(("?", ":", '"'))
        ):
            yield head.strip(" ,;.!–—-"), message.text[start:].strip()


def _of_themselves(message: Message, place: int) -> bool:
    """Whether somebody who is named is only said to have told something of themselves: "kate says she can't come, …"."""
    ahead = [token.norm for token in message.tokens[place + 1 : place + 3] if token.norm != "that"]
    end = next((c.end for c in message.clauses if c.start <= place < c.end), place)
    if any(
        place < stretch.end <= end
        for kind in ("when", "session")
        for stretch in message.stretches(Param("", kind, False))
    ):
        return False
    return ahead[:1] in (["he"], ["she"]) and any(named < place for named in message.persons)


def _gerund(tokens: Sequence[Token]) -> bool:
    return any(token.norm.endswith("ing") for token in tokens)


def _may_ask(message: Message, clause: Clause) -> bool:
    """Whether a clause may be a command: its first word with content is one of a phrase, or names somebody."""
    places = range(clause.start, clause.end)
    first = next((p for p in places if message.tokens[p].weight), None)
    somebody = any(message.tokens[p].norm in _PERSONAL for p in places)
    return first is not None and (
        somebody or first in message.named or message.reads(first, message.grammar.words) is not None
    )


def _asked(tail: str, said: Message, carried: Mapping[str, Carried], request: Request) -> list[Part]:
    deeds = verbs(request)
    leaning = [_completed(part, said, deeds) for part in commands(tail, request, carried)]
    found = leaning if len(leaning) == 1 else []
    whose = owner(message_of(tail, grammar(request.tools), request.readers))
    settled = found and found[0] and _certain(found[0]) and whose is None
    for words, fuller in () if settled else _in_full(tail, said) if whose is None else _of_theirs(tail, said, whose):
        parts = [part for part in commands(fuller, request) if not _as_a_text(part, words)]
        found = [_completed(part, said, deeds, leans=True) for part in parts] if len(parts) == 1 else []
        if found and found[0] and _certain(found[0]):
            break
    part = found[0] if found else None
    if part is None or any(of_somebody_else(part.message, part.reading.tool, said)):
        return []
    if not _certain(part) or binds(said.text, (_deed(part, request) | verbs(request)) - _OFTEN_SAID):
        return []
    if part.reading.tool.name == "delete_class_type" and any(token.norm == "series" for token in said.tokens):
        return []
    if _is_command(said.text, request) and not _says_the_same(part, commands(said.text, request)):
        return []
    return [replace(_into_its_class(part, tail, said, carried, request), refers={})]


def _into_its_class(part: Part, tail: str, said: Message, carried: Mapping[str, Carried], request: Request) -> Part:
    """Somebody who is signed up, for the one class that was spoken of before: "she wants the 9am crossfit, sign her up"."""
    session = _typed(said, Param("", "session", False))
    takes = any(param.type == "session" for param in part.reading.tool.params)
    if not session or takes or part.reading.tool.name != "invite":
        return part
    parts = commands(f"{tail.rstrip(' .!?')} for {session}", request, carried)
    fits = len(parts) == 1 and "session" in parts[0].reading.args and _certain(parts[0])
    return parts[0] if fits else part


def _as_a_text(part: Part, words: str) -> bool:
    """Whether a name would become all of a text: "jan has hurt his knee, put that in his notes" notes no "jan"."""
    texts = (bound for bound in part.reading.bound if part.reading.types.get(bound.param) in FREE_TEXT)
    return any(part.message.original(bound.stretch.start, bound.stretch.end) == words for bound in texts)


def _in_full(tail: str, said: Message) -> Iterator[tuple[str, str]]:
    """What a pronoun of the command may mean, and the command with that in the pronoun's place: "turn the reminders off"."""
    tokens = tokenise(tail)
    place = next((n for n, token in enumerate(tokens) if token.norm in _PRONOUNS and not token.soft), None)
    if place is None:
        return
    ahead = tokens[place + 1 : place + 2]
    link = " is" if ahead and (ahead[0].start, ahead[0].norm) == (tokens[place].start, "is") else ""
    before, behind = tail[: tokens[place].start], link + tail[tokens[place].end :]
    people = tokens[place].norm in _PERSONAL or (tokens[place].norm in ("them", "they") and said.persons)
    kinds = PERSONS if people else _KINDS
    named = [_typed(said, Param("", kind, False)) for kind in kinds]
    for words in dict.fromkeys(filter(None, (_subject(said), *named))):
        yield words, f"{before}{words}{behind}"


def _of_theirs(tail: str, said: Message, place: int) -> Iterator[tuple[str, str]]:
    """Whose class it may be, and the command with the name in the place of "his" or "her": "cancel priya's yoga"."""
    token = tokenise(tail)[place]
    for name in filter(None, (_typed(said, Param("", kind, False)) for kind in sorted(PERSONS))):
        yield name, f"{tail[: token.start]}{name}'s{tail[token.end :]}"


def _typed(said: Message, param: Param) -> str:
    """The one thing of a kind as it was typed."""
    sure = [s for s in said.stretches(param) if s.sure >= SURE and not s.pronoun]
    longest = max(sure, key=lambda s: (s.end - s.start, s.sure), default=None)
    return said.original(longest.start, longest.end) if longest and _only_one(said, param) is not None else ""


def _subject(said: Message) -> str:
    """What is told of: the words before the first "is" or "are"."""
    end = next((n for n, token in enumerate(said.tokens) if token.norm in _COPULAS or _is_fronted(said, n)), 0)
    start = next((n for n in range(end) if said.tokens[n].norm in ("the", "my", "our", "your", "these", "those")), 0)
    return said.original(start, end) if 0 < end - start <= _LONGEST_SUBJECT else ""


def _is_fronted(said: Message, place: int) -> bool:
    """Whether what is told of ends before one who does not want it: "news | i dont need"."""
    ahead = said.tokens[place + 1].norm if place + 1 < len(said.tokens) else ""
    return place > 0 and said.tokens[place].norm in ("i", "we") and ahead in ("dont", "never", "no", "hate", "wont")


def _certain(part: Part) -> bool:
    """Whether a command is one for certain, and has all that it needs."""
    reading = part.reading
    given = all(param.name in reading.args for param in reading.tool.params if param.required)
    known = all(bound.known for bound in reading.bound)
    worded = not reading.tool.writes and any(reading.types.get(bound.param) in FREE_TEXT for bound in reading.bound)
    certain = reading.whole and reading.strong and not reading.forbidden and not worded
    return given and known and certain and _opens(part)


def _opens(part: Part) -> bool:
    """Whether a command opens with words of its phrase, but for those that ask politely."""
    first = next((n for n, token in enumerate(part.message.tokens) if token.weight), None)
    named = any(bound.param == "member" and bound.stretch.start == first for bound in part.reading.bound)
    return opens_with_verb(part) or named or first in part.reading.literals


def _completed(part: Part, said: Message, deeds: frozenset[str], *, leans: bool = False) -> Part | None:
    """The command with what it lacks out of what was said before it; None where that has no part in it."""
    reading = part.reading
    leans = leans or any(bound.stretch.pronoun for bound in reading.bound)
    args = _going_to(part)
    for param in reading.tool.params:
        wanted = param.required or param.type == "days" or _points(part, param)
        pointed = param.type not in FREE_TEXT and param.name not in args and wanted and not _is_of_one(param, said)
        if pointed and (words := _only_one(said, param)):
            args[param.name] = words
            leans = True
    if (kind := _only_one(said, _CLASS_TYPE)) and _names_no_kind(part, said):
        args["session"] = f"{kind} {args['session']}"
        leans = True
    leans = leans or (plain_reason(said.text) and not said.asks and not _speaks_of_deeds(said, deeds))
    if any(_points(part, param) and param.name not in args for param in reading.tool.params):
        return None
    return replace(part, reading=_with(reading, args)) if leans else None


def _going_to(part: Part) -> dict[str, object]:
    """What the command was given; a class behind "to" is where a seat moves, not where it is: "…, move me to the 7pm"."""
    args = dict(part.reading.args)
    held = next((b.stretch for b in part.reading.bound if b.param == "session"), None)
    moves = "to" not in args and any(param.name == "to" for param in part.reading.tool.params)
    if held is None or held.pronoun or not moves:
        return args
    ahead = [token.norm for token in part.message.tokens[max(0, held.start - 2) : held.start]]
    return {**{n: w for n, w in args.items() if n != "session"}, "to": args["session"]} if "to" in ahead else args


def _is_of_one(param: Param, said: Message) -> bool:
    """Whether a kind of class was only named to name one class of it."""
    kind, session = _only_one(said, _CLASS_TYPE), _only_one(said, Param("", "session", False))
    return param.type == "class_type" and session is not None and str(session).casefold() != str(kind).casefold()


_LONGED_FOR = frozenset({"need", "want", "fix", "craving", "miss", "missed", "love"})
_REJECTED = frozenset({"not", "no", "never", "dont", "without", "sore", "hate", "enough", "instead of"})


def _names_no_kind(part: Part, said: Message) -> bool:
    """Whether a class is named by its time alone, behind the kind that is meant: "need my oly fix, book me for tuesday"."""
    times = said.stretches(Param("", "when", False))
    norms = {token.norm for token in said.tokens}
    if not _LONGED_FOR & norms or _REJECTED & norms:
        return False
    held = next((b.stretch for b in part.reading.bound if b.param == "session"), None)
    plain = held is not None and not held.pronoun and isinstance(part.reading.args.get("session"), str)
    return plain and not times and not part.message.stretches(_CLASS_TYPE)


def _speaks_of_deeds(said: Message, deeds: frozenset[str]) -> bool:
    """Whether what was said first has a command word or a form of one: "i already linked this account, …"."""
    norms = [token.norm for token in said.tokens if not token.mark]
    if norms[-1:] == ["moved"] or norms[-2:] in (["moved", "house"], ["moved", "here"], ["moved", "away"]):
        return False
    return any(
        said.inflected(place) or token.norm in deeds | _UNLISTED
        for place, token in enumerate(said.tokens)
        if place not in said.named
    )


def _points(part: Part, param: Param) -> bool:
    """Whether a pronoun of the command means a person that its phrase did not take up: "squeeze him in"."""
    return param.type == "member" and any(token.norm in ("him", "her", "them") for token in part.message.tokens)


def _with(reading: Reading, args: Mapping[str, object]) -> Reading:
    return replace(reading, args=args)


def _only_one(said: Message, param: Param) -> object | None:
    """The one thing of a kind that was named for certain."""
    sure = [s for s in said.stretches(param) if s.sure >= SURE and not s.pronoun]
    longest = max(sure, key=lambda s: (s.end - s.start, s.sure), default=None)
    if longest is None or any(s.end <= longest.start or longest.end <= s.start for s in sure):
        return None
    words: object = longest.words
    return words


def _deed(part: Part, request: Request) -> frozenset[str]:
    return grammar(request.tools).own[request.tools.index(part.reading.tool)]


def _is_command(head: str, request: Request) -> bool:
    """Whether what was said first is a command itself."""
    return any(_certain(part) or (part.reading.strong and _opens_in_earnest(part)) for part in commands(head, request))


def _says_the_same(part: Part, before: Sequence[Part]) -> bool:
    """Whether what was said first asks for nothing else: "tom wants to come to yoga on friday, add him"."""
    own = {name: str(words) for name, words in part.reading.args.items()}
    others = [(p.reading.tool, {name: str(words) for name, words in p.reading.args.items()}) for p in before]
    return others == [(part.reading.tool, own)]


def _opens_in_earnest(part: Part) -> bool:
    """Whether a command that still lacks something opens with words of its phrase."""
    first = next((n for n, token in enumerate(part.message.tokens) if token.weight), None)
    return part.reading.tool.writes and first in part.reading.literals
