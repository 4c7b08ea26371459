"""Decides from the small words that lead to a command whether it is asked for, or only asked about, denied, reported or told of."""

from collections.abc import Collection, Sequence
from itertools import pairwise

from core.llm.phrases.lexicon import bag
from core.llm.phrases.readings import Message
from core.llm.phrases.tokens import Token

_QUESTIONS = bag("why how who what which when where whoever whenever")
_ABOUT = (["how", "about"], ["what", "about"], ["why", "dont"], ["why", "not"])
_NEGATIONS = bag(
    "dont never not cant wont wouldnt couldnt shouldnt didnt doesnt isnt arent wasnt havent hasnt hadnt nobody noone neither"
)
_INVERTED = bag("did does had has was were didnt havent hasnt wasnt werent hadnt")
_MODALS = bag("should must shall might ought do have am are is")
_SUBJECTS = bag("i we you he she they anyone anybody someone somebody people members everyone everybody coaches")
_GENERAL = bag("members people anyone anybody everyone everybody nobody coaches athletes guests clients others")
_REPORTED = bag("he she they")
_SUPPOSED = bag(
    "almost nearly forgot forgotten remind reminds remember imagine suppose supposing pretend dreamed dreamt example ever planning "
    "planned thinking thought hopefully hate hated might used kidding joking wished"
)
# What an infinitive behind "to" is wished with: "want to", "i need you to", "allow me to".
_WISHES = bag(
    "want wanted need needs needed like love have has had got able possible try trying please wish hoping hope you sure kind good nice "
    "care happy glad keen ready prefer decided chance way go going as kindly time wonderful delighted grateful happily"
)
_THEY_WISH = bag("wants needs likes has")
_WANTING = bag("want need like prefer")
_GRANTS = bag("help allow let enable permit")
_PUT_IN_THE_PAST = bag("put set cut let hit shut")
_OWNERS = bag("my your his her its our their")
_NOUNS_TOO = bag("name call swap")
_OBLIGED = bag("need have want going")
_ATTENDING = bag("make come attend go do train join be show get receive hear")
_TAKING = bag(
    "take have need grab get book reserve pass skip miss try teach coach lead cover run give hold sub step fill"
)
_I_DO = frozenset({("i", "can"), ("i", "will")})
_SOME_DAY = frozenset({("next", "year"), ("some", "day")})
_DEEDS = bag(
    "cancel book delete remove move change drop unbook link rename add create undo invite swap switch reschedule put set"
)
_OPINIONS = [
    [word] for word in "mind ok alright fine cool problem matter bad trouble annoyed angry mad upset okay".split()
]
_GIVING_UP = bag("cancel skip drop miss leave")
_STAYING_AWAY = bag("dont cant wont not skip miss didnt never")
_WONDERS = [[first, second] for first in ("maybe", "perhaps") for second in ("i", "we", "they", "he", "she", "you")]
_DOERS = bag("i we you have has had")
_ASKED = bag("can could would may will let")
_WANTED = bag("wanted wished planned meant")
_ONCE = bag("yesterday ago but last")
_BETWEEN = bag("just already also then now never even actually really only not")


def only_spoken_of(message: Message, first: int, literals: Collection[int] = ()) -> bool:
    """Whether the words that lead to a command, which begins at `first`, do not ask for it: a question about it, a denial, a
    report, a deed done, an intention, thanks for it. English says so in a few small words, so that all of them are known here.
    `literals` are the words of its phrase, some of which may stand before its verb ("i dont need fran, delete it")."""
    key = (first, tuple(literals))
    if key not in message.spoken_of:
        message.spoken_of[key] = _is_only_spoken_of(message, first, literals)
    return message.spoken_of[key]


def asks_leave(tokens: Sequence[Token]) -> bool:
    """Whether it is asked what somebody thinks of it that the speaker stays away: "would you mind if i don't come?", "can i
    still cancel?"."""
    norms = [token.norm for token in tokens]
    if norms[:2] == ["just", "checking"]:
        return True
    if norms[1:3] in (["i", "still"], ["we", "still"]) and norms[0] in _ASKED and not _GIVING_UP.isdisjoint(norms[3:4]):
        return True
    return any(
        norm in ("if", "to")
        and norms[place - 1 : place] in _OPINIONS
        and (
            (
                norms[place + 1 : place + 2] in (["i"], ["we"])
                and not _STAYING_AWAY.isdisjoint(norms[place + 2 : place + 5])
            )
            or (norms[0] in ("is", "would") and not _GIVING_UP.isdisjoint(norms[place + 1 : place + 3]))
        )
        for place, norm in enumerate(norms)
    )


def _is_only_spoken_of(message: Message, first: int, literals: Collection[int]) -> bool:
    clause = next((c for c in message.clauses if c.start <= first < c.end), None)
    if clause is None:
        return False
    lead = [p for p in range(clause.start, first) if not message.tokens[p].mark]
    every = [message.tokens[p].norm for p in lead]
    verb = message.tokens[first].norm
    if _inverts(every) or _denies_deed(every, verb) or _by_oneself(every, verb) or _put_off(message):
        return True
    if verb in _PUT_IN_THE_PAST and not every and any(token.norm == "already" for token in message.tokens):
        return True
    places = [p for p in lead if not message.tokens[p].soft]
    norms = [message.tokens[p].norm for p in places]
    own = frozenset(n for n, p in enumerate(places) if p in literals)
    return (
        _questions(norms, own)
        or _denies(norms, own)
        or _supposes(norms)
        or _wanted_once(norms, message)
        or _is_noun(norms, message.tokens[first].norm)
        or _reports(norms)
        or _leads_to_infinitive(norms, own)
        or _tells_what_was_done(message, places, norms, first)
    )


def _questions(norms: Sequence[str], own: frozenset[int]) -> bool:
    at = next((n for n, norm in enumerate(norms) if norm in _QUESTIONS and n not in own), None)
    return at is not None and norms[at : at + 2] not in _ABOUT


def _denies(norms: Sequence[str], own: frozenset[int]) -> bool:
    """A denial, but for "can't you …" and "why don't you …"."""
    return any(
        norm in _NEGATIONS and n not in own and norms[n + 1 : n + 2] not in (["you"], ["we"]) and norms[:1] != ["why"]
        for n, norm in enumerate(norms)
    )


def _denies_deed(norms: Sequence[str], verb: str) -> bool:
    """ "don't want to cancel", "no need to book", "i can't move": said of what is done here and not of coming to a class."""
    if norms[-1:] == ["to"] and not _OBLIGED.isdisjoint(norms) and not {"no", *_NEGATIONS}.isdisjoint(norms):
        return verb not in _ATTENDING
    return norms[-1:] != [] and norms[-1] in _NEGATIONS and verb in _DEEDS


def _by_oneself(norms: Sequence[str], verb: str) -> bool:
    """ "i can delete it", "i'll set it": the speaker's own doing, where coming to a class is not spoken of."""
    return verb not in _ATTENDING | _TAKING and any(a == "i" and b in ("can", "will") for a, b in pairwise(norms))


def _put_off(message: Message) -> bool:
    """Whether a deed is for some day, or not to be told each time: "can we … next year", "will you … automatically"."""
    if [token.norm for token in message.tokens[:2]] in _WONDERS:
        return True
    words = {word for pair in message.pairs for word in pair}
    if "myself" in words and not _I_DO.isdisjoint(message.pairs) and message.tokens[0].norm == "i":
        return True
    return not words.isdisjoint({"automatically", "someday"}) or not _SOME_DAY.isdisjoint(message.pairs)


def _inverts(norms: Sequence[str]) -> bool:
    """ "did you …", "should i …", "can members …"."""
    opening = norms[1:] if norms[:1] in (["and"], ["so"], ["but"], ["hey"], ["hi"]) else norms
    if not opening:
        return False
    if opening[0] in _INVERTED and opening[1:2] != ["better"]:
        return True
    ahead = opening[1] if len(opening) > 1 else ""
    if opening[0] in _MODALS and ahead in _SUBJECTS and not (opening[0] in ("are", "is", "do") and ahead == "you"):
        return True
    return opening[0] in ("can", "could", "may", "would", "will") and ahead in _GENERAL


def _supposes(norms: Sequence[str]) -> bool:
    if not _SUPPOSED.isdisjoint(norms):
        return True
    pairs = set(pairwise(norms))
    return bool(pairs & _SAID_OF_IT)


_SAID_OF_IT = frozenset(
    {("was", "going"), ("were", "going"), ("about", "to"), ("in", "theory"), ("wish", "i"), ("wish", "we")}
    | {(a, b) for a in ("thanks", "sorry", "thank") for b in ("for",)}
    | {
        (a, b)
        for a in ("glad", "good", "great", "nice", "happy", "sad", "bad", "cool", "pity")
        for b in ("that", "you")
    }
)


def _is_noun(norms: Sequence[str], verb: str) -> bool:
    """ "her name is …" names nothing."""
    return norms[-1:] != [] and norms[-1] in _OWNERS and verb in _NOUNS_TOO


def _wanted_once(norms: Sequence[str], message: Message) -> bool:
    """ "yesterday i wanted to …", "i wanted to … but it was full"."""
    return not _WANTED.isdisjoint(norms) and any(token.norm in _ONCE for token in message.tokens)


def _reports(norms: Sequence[str]) -> bool:
    return not _REPORTED.isdisjoint(norms) or (bool(norms) and norms[0] in _GENERAL)


def _leads_to_infinitive(norms: Sequence[str], own: frozenset[int]) -> bool:
    """ "forgot to", "tell anna to": an infinitive that nobody wishes for here."""
    if (
        len(norms) < 2
        or norms[-1] != "to"
        or len(norms) - 1 in own
        or (norms[-2] in _THEY_WISH and len(norms) - 2 in own)
    ):
        return False
    if norms[-2] in ("me", "us"):
        return len(norms) > 2 and norms[-3] not in _GRANTS
    return norms[-2] not in _WISHES and _WANTING.isdisjoint(norms[-4:-2])


def _tells_what_was_done(message: Message, places: Sequence[int], norms: Sequence[str], first: int) -> bool:
    """ "i put", "carla has set": a verb whose past looks like its order, right behind who did it."""
    words = [(norm, place) for norm, place in zip(norms, places, strict=True) if norm not in _BETWEEN]
    if message.tokens[first].norm not in _PUT_IN_THE_PAST or not words or not _ASKED.isdisjoint(norms):
        return False
    norm, place = words[-1]
    return norm in _DOERS or (place in message.named and place == first - 1)
