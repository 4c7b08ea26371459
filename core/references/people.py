"""The types `member` and `staff`: people's names in words, pronouns for them, and whom those words mean."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import pairwise
from typing import Annotated, Any

from core.agent.reference import Ask, Candidate, Focus, TypeName
from core.agent.tools import Context, Role
from core.gym import members
from core.gym.known_names import TOKEN, Known, NameIndex, fold, folded
from core.llm.contract import Reader, Span
from core.people import Person
from core.references._listed import listed
from core.references.everyday import FIRST_NAMES, SHY, is_plain
from core.when.words import bag

MemberRef = Annotated[Person, TypeName("member")]
StaffRef = Annotated[Person, TypeName("staff")]

_BETWEEN = re.compile(r"\.?[ \t\xa0]+|-")
_POSSESSIVE = re.compile(r"['’`´]s?(?!\w)", re.IGNORECASE)
_OF_A_NAME = re.compile(r"(?i)him|her|hers|his|them|their")
_PRONOUN = re.compile(
    r"\b(?:him|her|his|hers|he|she|them|their|(?:that|this|the same|the) (?:member|person|guy|girl|woman|man|one))\b",
    re.I,
)
_MYSELF = re.compile(r"\b(?:(?<=to )|(?<=for )|(?<=with )|(?<=by )|(?<=as ))(?:me|myself)\b|\bmyself\b", re.IGNORECASE)
_I_COACH = re.compile(
    r"\bi(?=(?:['’]ll|\s+will)\s+be\s+there\s+myself\b)|\bi(?=(?:['’]ll|\s+will|\s+can)\s+(?:do|have|handle|sub|host|give)\b)|\b(?:ill(?=\s+(?:take|coach|teach|cover|run|lead|do)\b))|\bi(?=(?:['’](?:ll|m)|\s+(?:will|can|could|would|am|do|should|shall))?\s+(?:take|coach|teach|cover|run|lead|coaching|taking|teaching|"
    r"covering|leading)\b)|(?<=\bam )i(?=\s+(?:on|working)\b)|\bme(?=\s+(?:down\s+)?as\s+(?:the\s+)?(?:coach|trainer)\b)",
    re.IGNORECASE,
)
_MY_CLASSES = re.compile(r"\bmy(?= (?:own )?(?:class(?:es)?|clases|schedule|timetable|shifts?)\b)", re.IGNORECASE)
_STANDS_BEFORE = frozenset(
    bag(
        "kick pull throw for of about on with show book put add invite is has does to note owe pull find remove unbook coach from by when did "
        "was and"
    )
)
_LEADS_TO_SOMEBODY = frozenset(
    bag("for of about with show invite is has does member client book unbook note owe and me up")
)
_STANDS_AFTER_NOT = frozenset(bag("you i we u someone somebody anyone it the a my be have do not"))
_PARTICLES = frozenset(bag("de da do dos di del der den van von la le el al bin ibn mc ter ten"))
_ROLE_WORD = re.compile(r"\b(?:the\s+)?(?:coach|trainer|instructor)\s+$", re.IGNORECASE)
_TITLE = re.compile(r"^(?:the\s+)?(?:coach|trainer|instructor|member|client|athlete)\s+(?=\S)", re.IGNORECASE)
_SENTENCE = re.compile(r"(?:^|[.!?…]\s+)[\W_]*$")
_IN_ADDRESSES = ("/", "@", "_", "#", "+")
_QUOTES = "\"'“”‘’ .,:;!?"
LONGEST_UNKNOWN = 3


@dataclass(frozen=True)
class Word:
    """A word of a text: where it stands, folded, and how far it reaches with a possessive."""

    start: int
    end: int
    reach: int
    plain: str
    typed: str

    @property
    def possessive(self) -> bool:
        return self.reach > self.end


@lru_cache(64)
def words_of(text: str) -> Sequence[Word]:
    """The words of a text that may be part of a name; "anna's" is anna with an end to it."""
    found: list[Word] = []
    for match in TOKEN.finditer(text):
        typed, end, reach = match.group(), match.end(), match.end()
        if typed[-2:] in ("'s", "’s", "`s", "´s", "'S", "’S"):
            typed, end = typed[:-2], end - 2
        elif typed[-1:] in "sSzZxX" and (tail := _POSSESSIVE.match(text, end)):
            reach = tail.end()
        found.append(Word(match.start(), end, reach, fold(typed), typed))
    return tuple(found)


@dataclass(frozen=True)
class PeopleReader:
    """Finds people in a text: by name, by pronoun, and by names that nobody here has."""

    index: NameIndex
    focus: Focus
    kind: str

    def spans(self, text: str) -> Sequence[Span]:
        """Every stretch that can be a person; a name spelt right is surest."""
        words = words_of(text)
        named = list(self._named(text, words))
        named += listed(text, self.focus, "member") if self.kind == "member" else ()
        found = [*named, *self._pronouns(text, named)]
        found += _unknown(text, words, named)
        return [*found, *_with_role_word(text, found)] if self.kind == "staff" else found

    def _named(self, text: str, words: Sequence[Word]) -> Iterator[Span]:
        first = 0
        while first < len(words):
            span, used = self._at(text, words, first)
            if span:
                yield span
            first += used

    def _at(self, text: str, words: Sequence[Word], first: int) -> tuple[Span | None, int]:
        """The longest name that begins at a word, and how many words it takes."""
        for many in range(min(max(self.index.longest, 2), len(words) - first), 0, -1):
            run = words[first : first + many]
            if not _joined(text, run) or not self._may_be_name(text, words, first, many):
                continue
            found = self.index.meant([w.plain for w in run])
            if not found.people and many == 1:
                found = self._with_s(run[0])
            if found.people:
                typed = text[run[0].start : run[-1].end]
                return Span(run[0].start, run[-1].reach, typed, 1.0 if found.exact else 0.8), many
        return None, 1

    def _with_s(self, word: Word) -> Any:
        """ "annas" for "anna's"."""
        bare = word.plain[:-1] if word.plain.endswith("s") and not is_plain(word.plain) else ""
        return self.index.named([bare] if len(bare) > 2 else [])

    def _may_be_name(self, text: str, words: Sequence[Word], first: int, many: int) -> bool:
        """Whether words can stand for a name here: ordinary ones only if they are spelt like one and a person fits."""
        run = words[first : first + many]
        if many > 1:
            return all(self._fits_beside(text, w) for w in run)
        word = run[0]
        if word.plain in _PARTICLES:
            return False
        if word.plain not in self.index.by_word:
            return len(word.plain) > 2 and not is_plain(word.typed) and word.plain not in SHY
        if word.plain not in SHY and not is_plain(word.typed):
            return len(word.plain) > 1
        return _stands_alone(text, words, first)

    def _fits_beside(self, text: str, word: Word) -> bool:
        if len(word.plain) == 1:
            return word.typed.isupper() or text[word.end : word.end + 1] == "." or word.plain not in "aiuxwrn"
        return word.plain in self.index.by_word or not is_plain(word.typed)

    def _pronouns(self, text: str, named: Sequence[Span]) -> Iterator[Span]:
        for match in _PRONOUN.finditer(text):
            before = [s for s in named if s.end <= match.start()]
            thing = self.focus.newest(self.kind)
            if any(s.start < match.end() and match.start() < s.end for s in named):
                continue
            if before:
                # What follows a colon is told of somebody, and names nobody.
                if _OF_A_NAME.fullmatch(match.group()) and ":" not in text[before[-1].end : match.start()]:
                    yield Span(match.start(), match.end(), before[-1].words, 0.9)
            elif thing is not None:
                yield Span(match.start(), match.end(), thing.key, 0.9)


def _joined(text: str, run: Sequence[Word]) -> bool:
    """Whether nothing but a space, a hyphen or the point of an initial is between the words of a name."""
    return all(not a.possessive and _BETWEEN.fullmatch(text[a.end : b.start]) for a, b in pairwise(run))


def _stands_alone(text: str, words: Sequence[Word], at: int) -> bool:
    """Whether an ordinary word stands where a person does: "invite can", "what does can owe", "Can's booking"."""
    word = words[at]
    if text[word.end : word.end + 2] in ("'s", "’s") and word.plain not in ("it", "that", "what", "who"):
        return True
    before = words[at - 1].plain if at else ""
    after = words[at + 1].plain if at + 1 < len(words) else ""
    capital = at > 0 and word.typed[:1].isupper() and not word.typed.isupper()
    return (before in _STANDS_BEFORE or capital or len(words) == 1) and after not in _STANDS_AFTER_NOT


def _unknown(text: str, words: Sequence[Word], named: Sequence[Span]) -> Iterator[Span]:
    """Names that nobody here has: what begins with a word that anyone takes for a first name, or is written like a first
    and last name where somebody is named."""
    known = {(s.start, s.end) for s in named}
    taken = 0
    for at, word in enumerate(words):
        if at < taken or not _like_a_name(text, word):
            continue
        run = [word]
        for after in words[at + 1 : at + LONGEST_UNKNOWN]:
            if not _joined(text, [run[-1], after]) or not _like_a_surname(run[-1], after):
                break
            run.append(after)
        taken = at + len(run)
        led = at > 0 and words[at - 1].plain in _LEADS_TO_SOMEBODY and len(run) > 1
        if not (led or run[0].plain in FIRST_NAMES or fold(run[0].typed.rstrip("sS")) in FIRST_NAMES):
            continue
        if (run[0].start, run[-1].reach) not in known and not any(s.end >= run[-1].end > s.start for s in named):
            yield Span(run[0].start, _reach(text, run[-1]), text[run[0].start : run[-1].end], 0.5)


def _reach(text: str, word: Word) -> int:
    tail = _POSSESSIVE.match(text, word.end)
    return tail.end() if tail else word.reach


def _like_a_name(text: str, word: Word) -> bool:
    if is_plain(word.typed) or word.plain in SHY or len(word.plain) < 2:
        return False
    bare = word.plain[:-1] if word.plain.endswith("s") else word.plain
    if text[word.end : word.end + 1] in _IN_ADDRESSES or text[: word.start][-1:] in _IN_ADDRESSES:
        return False
    written = word.typed[:1].isupper() and not word.typed.isupper() and not _SENTENCE.search(text[: word.start])
    return written or word.plain in FIRST_NAMES or (bare in FIRST_NAMES and text[word.end : word.end + 1] in "'’")


def _like_a_surname(before: Word, word: Word) -> bool:
    """A surname is written as the first name is, large or small."""
    same_case = word.typed[:1].isupper() or before.typed[:1].islower() or word.plain in ("de", "van", "von", "der")
    return same_case and not is_plain(word.typed) and len(word.plain) > 1


def _with_role_word(text: str, found: Sequence[Span]) -> Iterator[Span]:
    """ "coach carla" whole, beside "carla"; and "me" where a coach may stand."""
    for span in found:
        before = _ROLE_WORD.search(text[: span.start])
        if before:
            yield Span(before.start(), span.end, span.words, span.sure)


@dataclass(frozen=True)
class StaffReader:
    """Finds staff in a text; staff can mean themselves."""

    people: PeopleReader
    role: int

    def spans(self, text: str) -> Sequence[Span]:
        found = list(self.people.spans(text))
        if self.role >= Role.COACH:
            for pattern, sure in ((_MYSELF, 0.9), (_MY_CLASSES, 0.9), (_I_COACH, 1.0)):
                found += [Span(m.start(), m.end(), m.group(), sure) for m in pattern.finditer(text)]
        return found


class _People:
    """What `member` and `staff` share: reading names, and whom words mean."""

    name = ""
    staff = False

    async def names(self, db: Any, gym_id: int) -> NameIndex:
        return await members.index(db, gym_id, staff=self.staff)

    async def offered(self, ctx: Context, ask: Ask) -> Sequence[Candidate]:
        """Everybody who is here, alphabetically."""
        index = await self.names(ctx.db, ctx.gym.id)
        people = sorted((p for p in index.people.values() if not p.left), key=lambda p: p.name.casefold())
        rows = await members.by_ids(ctx.db, ctx.gym.id, [p.id for p in people])
        return [Candidate(rows[p.id], index.label(p), index.label(p)) for p in people if p.id in rows]

    async def resolve(self, ctx: Context, words: Any, ask: Ask) -> Sequence[Candidate]:
        index = await self.names(ctx.db, ctx.gym.id)
        people = whom(index, str(words), ask.focus, self.name)
        rows = await members.by_ids(ctx.db, ctx.gym.id, [p.id for p in people])
        return [Candidate(rows[p.id], index.label(p), index.label(p)) for p in people if p.id in rows]


def whom(index: NameIndex, words: str, focus: Focus, kind: str) -> Sequence[Known]:
    """The people whom words mean, alphabetically."""
    typed = words.strip(_QUOTES)
    numbered = index.numbered(typed)
    if numbered:
        return [numbered]
    thing = focus.newest(kind)
    if thing is not None and _PRONOUN.fullmatch(typed):
        return whom(index, thing.key, Focus(), kind)
    bare = _POSSESSIVE.sub("", _TITLE.sub("", typed))
    return index.meant(folded(bare), loosely=True).people or index.named(_without_s(folded(bare))).people


def _without_s(words: Sequence[str]) -> Sequence[str]:
    """ "annas" as "anna"."""
    return [*words[:-1], words[-1][:-1]] if words and words[-1].endswith("s") and len(words[-1]) > 3 else ()


class MemberReference(_People):
    """A member of the gym. Coaches and up look names up; others are only heard to have named somebody, so that what
    they learn from an answer is not who is a member here."""

    name = "member"

    def reader(self, names: Any, focus: Focus, now: datetime, role: int) -> Reader:
        known = isinstance(names, NameIndex) and role >= Role.COACH
        return PeopleReader(names if known else NameIndex.of(()), focus if known else Focus(), self.name)

    def schema(self) -> Mapping[str, Any]:
        return {"type": "string", "description": "a member's name as it was said, like “Anna Schmidt” or “anna”"}


class StaffReference(_People):
    """Someone who works at the gym, by name or username; whom members know, too."""

    name = "staff"
    staff = True

    def reader(self, names: Any, focus: Focus, now: datetime, role: int) -> Reader:
        index = names if isinstance(names, NameIndex) else NameIndex.of(())
        return StaffReader(PeopleReader(index, focus, self.name), role)

    async def resolve(self, ctx: Context, words: Any, ask: Ask) -> Sequence[Candidate]:
        if str(words).strip().casefold() in ("me", "my", "myself", "i", "ill"):
            words = (await self.names(ctx.db, ctx.gym.id)).people.get(ctx.speaker.person_id, Known(0, "")).name
        return await super().resolve(ctx, words, ask) if words else []

    def schema(self) -> Mapping[str, Any]:
        return {"type": "string", "description": "the name of a coach or another member of staff"}


REFERENCES = (MemberReference(), StaffReference())
