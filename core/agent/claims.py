"""Decides what a model's words claim to have been done, in nine languages, and whether a turn backs it."""

import re
import tomllib
from collections.abc import Callable, Collection, Iterator
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict

TABLE = Path(__file__).with_name("claims.toml")
Voice = Literal["said", "noted", "yours", "theirs"]
ACTED: frozenset[Voice] = frozenset({"said", "noted"})
ANY, OTHER = "any", "other"

SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+|(?=¿)")
_TURN = r"but|aber|doch|sondern|pero|sino|mais|ma|mas|maar|ale|ama|fakat"
_CLAUSE = re.compile(rf"(?<=[,;:])\s+|\s+[—–-]+\s+|—|\s+(?=(?:{_TURN})\b)", re.IGNORECASE)
_DECORATION = re.compile(r"[*_~`#>\"“”„«»|]")
_LEAD = re.compile(
    r"^(?:[^\w¿]+|(?:ok|okay|great|sure|yes|perfect|alright|super|ja|gut|sí|vale|oui|voilà|sì|sim|tak|evet)\b[ ,!]*)+",
    re.IGNORECASE,
)
_FEW_MORE = re.compile(r"(?:\W+\w+){0,2}")


def _either(value: Any) -> Any:
    """Several expressions as one of which any fits."""
    return "|".join(value) if isinstance(value, list) else value


def _apart(value: Any) -> Any:
    """The words of a text, each once."""
    return frozenset(value.split()) if isinstance(value, str) else value


Words = Annotated[str, BeforeValidator(_either)]
Set = Annotated[frozenset[str], BeforeValidator(_apart)]


class _Read(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Kind(_Read):
    """Which tools make the changes of a kind of claim, and which of those that read tell how it stands."""

    changes: frozenset[str]
    reads: frozenset[str]


class Language(_Read):
    """How one language claims an action; the fields are told in the table."""

    said: tuple[str, ...]
    yours: tuple[str, ...]
    theirs: tuple[str, ...]
    bare: str
    nouns: str
    object: str = ""
    done: Words
    negated: str
    supposed: str
    before: str
    common: Set
    letters: Set = frozenset()
    modal: str = "(?!)"
    verbs: dict[str, str]
    past: dict[str, str] = {}
    held: dict[str, Words] = {}
    did: dict[str, Words] = {}


class Table(_Read):
    """All languages, the tools behind the kinds, and those that tell what was done."""

    log: frozenset[str]
    elsewhere: Set
    asks: tuple[str, ...]
    kinds: dict[str, Kind]
    languages: dict[str, Language]


class Claim(NamedTuple):
    """What is claimed, in which voice, in which clause."""

    kind: str
    voice: Voice
    words: str


class _Patterns(NamedTuple):
    claims: tuple[tuple[str, Voice, re.Pattern[str]], ...]
    notes: tuple[tuple[str, Voice, re.Pattern[str]], ...]
    negated: re.Pattern[str]
    supposed: re.Pattern[str]
    before: re.Pattern[str]
    modal: re.Pattern[str]


@cache
def table() -> Table:
    """The claims of all languages, as the file has them."""
    return Table.model_validate(tomllib.loads(TABLE.read_text(encoding="utf-8")))


def claims(text: str) -> Iterator[Claim]:
    """Every claim in a text; questions, negations, offers and conditions are none."""
    for sentence in SENTENCE.split(_plain(text)):
        if not _hints().search(sentence.lower()):
            continue
        supposed: set[str] = set()
        clauses = [_LEAD.sub("", c) for c in _CLAUSE.split(sentence)]
        for clause in clauses:
            asked = clause.startswith("¿") or (clause is clauses[-1] and clause.rstrip().endswith("?"))
            if not asked:
                yield from _claims_of(clause, supposed)


class Standing(NamedTuple):
    """The tools of earlier changes that still stand, and those of earlier readings that still hold."""

    changed: frozenset[str] = frozenset()
    read: frozenset[str] = frozenset()


# What of all that stands a claim can mean.
Earlier = Callable[[Claim], Standing]


def unbacked(
    text: str, changed: Collection[str], read: Collection[str], earlier: Earlier | None = None
) -> Claim | None:
    """The first claim that neither the tools that changed something in a turn nor those that read back, nor, where it says
    how things stand, what stood before the turn."""
    return next((c for c in claims(text) if not _is_true(c, changed, read, earlier)), None)


def asks_for_a_change(text: str) -> bool:
    """Whether a person's words may ask to do something: to book, cancel, move, pay or send, in one of the languages."""
    return _asking().search(text.casefold()) is not None


def _is_true(claim: Claim, changed: Collection[str], read: Collection[str], earlier: Earlier | None) -> bool:
    """Whether a claim is backed. "You're all set" names no deed: it may say how things stand as well."""
    if _backed(claim, changed, read):
        return True
    if earlier is None or (claim.voice in ACTED and claim.kind != ANY):
        return False
    before = earlier(claim)
    return _backed(claim, {*changed, *before.changed}, {*read, *before.read})


def _backed(claim: Claim, changed: Collection[str], read: Collection[str]) -> bool:
    kind = table().kinds.get(claim.kind)
    if claim.voice == "noted" and not table().log.isdisjoint(read):
        return True
    if kind is None:
        return bool(changed or (read and claim.voice not in ACTED))
    if claim.voice == "theirs" and (changed or read):
        return True
    return any(tool in kind.changes for tool in changed) or (
        claim.voice == "yours" and any(tool in kind.reads for tool in read)
    )


def _claims_of(written: str, supposed: set[str]) -> Iterator[Claim]:
    """The claims of one clause. A language in `supposed` began the sentence with a condition, and it still holds."""
    clause = written.lower()
    for name, patterns in _patterns().items():
        condition = patterns.supposed.search(clause)
        if name not in supposed:
            for kind, (voice, match) in _found(clause, written, patterns).items():
                if not _exempt(clause, voice, match, patterns):
                    yield Claim(kind, voice, clause)
        if condition:
            supposed.add(name)


def _found(clause: str, written: str, patterns: _Patterns) -> dict[str, tuple[Voice, re.Match[str]]]:
    """What is claimed of each kind, in its strongest voice. Notes are read as they are written: names begin large."""
    found: dict[str, tuple[Voice, re.Match[str]]] = {}
    for text, own in ((clause, patterns.claims), (written, patterns.notes)):
        for kind, voice, pattern in own:
            if kind not in found and (match := pattern.search(text)):
                found[kind] = voice, match
    return found


def _exempt(clause: str, voice: Voice, match: re.Match[str], patterns: _Patterns) -> bool:
    """Whether a clause denies, supposes, or only says how it stood before. What the bot says that it did is no less
    said for a condition behind it."""
    denied = patterns.negated.search(clause[: _end_of(clause, match)])
    read = clause[: match.end()] if voice in ACTED else clause
    condition = patterns.supposed.search(read) or patterns.modal.search(read)
    return bool(denied or condition or (voice not in ACTED and patterns.before.search(clause)))


def _end_of(clause: str, match: re.Match[str]) -> int:
    """Up to where a negation belongs to a claim: "booked nothing", "no class booked"."""
    more = _FEW_MORE.match(clause, match.end())
    return more.end() if more else match.end()


def _plain(text: str) -> str:
    text = text.replace("’", "'").replace("İ", "i")
    return _DECORATION.sub("", text)


@cache
def _patterns() -> dict[str, _Patterns]:
    return {name: _compiled(language) for name, language in table().languages.items()}


def _compiled(language: Language) -> _Patterns:
    found: list[tuple[str, Voice, str]] = [(ANY, "said", rf"^(?:{language.done})[\s.!,;:)]*$")]
    kinds = list(language.verbs)
    found += [(kind, "said", words) for kind, words in language.did.items()]
    found += [(kind, "said", words) for kind in kinds for words in _alone(language, kind)]
    found += [(kind, "said", _filled(language, kind, words)) for kind in kinds for words in language.said]
    found += [(kind, "yours", words) for kind, words in language.held.items()]
    found += [(kind, "yours", _filled(language, kind, words)) for kind in kinds for words in language.yours]
    found += [(kind, "yours", rf"^(?:{language.verbs[kind]}):$") for kind in kinds]
    found += [(kind, "yours", _noun_first(language, kind)) for kind in kinds if language.nouns]
    found += [
        (kind, "theirs", _filled(language, kind, words)) for kind in kinds if kind != OTHER for words in language.theirs
    ]
    noted = [(kind, rf"^(?i:(?:all )?(?:{language.verbs[kind]})) (?:{language.object})") for kind in kinds]
    return _Patterns(
        tuple((kind, voice, re.compile(words)) for kind, voice, words in found),
        tuple((kind, "noted", re.compile(words)) for kind, words in noted if language.object),
        *(re.compile(words) for words in (language.negated, language.supposed, language.before, language.modal)),
    )


@cache
def _asking() -> re.Pattern[str]:
    return re.compile("|".join(table().asks))


@cache
def _hints() -> re.Pattern[str]:
    """What every claim has one of, in any language: without it a sentence need not be read further."""
    parts = [p for own in table().languages.values() for p in (own.verbs, own.past, own.held, own.did)]
    words = [*(own.done for own in table().languages.values()), *(words for part in parts for words in part.values())]
    return re.compile(rf"\b(?:{'|'.join(words)})")


def _alone(language: Language, kind: str) -> tuple[str, ...]:
    """A participle that begins a clause and ends it, or goes on with what was done."""
    verb = rf"^(?:all )?(?:{language.verbs[kind]})"
    ended = rf"{verb}[\s.!,;)]*$"
    return (ended, rf"{verb} (?:{language.bare})\b") if language.bare else (ended,)


def _noun_first(language: Language, kind: str) -> str:
    """A thing at the beginning of a clause, and what was done to it at the end or before what comes of it."""
    more = rf"|\s(?:{language.bare})\b" if language.bare else ""
    return (
        rf"^(?:\w{{2,6}} )?(?:{language.nouns})\b(?: [^\s,;:]+){{0,4}}? (?:{language.verbs[kind]})(?:[\s.!)]*${more})"
    )


def _filled(language: Language, kind: str, words: str) -> str:
    past = language.past.get(kind, "(?!)")
    return words.replace("{verb}", rf"(?:{language.verbs[kind]})\b").replace("{past}", rf"(?:{past})")
