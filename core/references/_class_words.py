"""Reads what people say of a class: its type, day, time and coach, however they are put together."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import Enum, auto

from core.gym.timetable import PARTS_OF_DAY
from core.references._class_names import TOKEN, ClassNames, bare, slips, somebodys
from core.references.everyday import is_plain
from core.when.read import find
from core.when.value import When
from core.when.words import bag

_GLUE = frozenset(bag("the teh a an my our your on at in of for from this that s upcoming coming"))
_FREE = frozenset(bag("available free possible bookable"))
_GENERIC = frozenset(
    bag("class classes clas session sessions one lesson lessons training course spot slot place seat booking workout")
)
_NEXT = frozenset({"next", "nearest", "soonest"})
_FIRST = frozenset({"first", "earliest", "early"})
_LAST = frozenset({"last", "latest", "late"})
# "priya's at yoga": what follows tells where she is, and owns nothing.
_IS_AT = re.compile(r"(?i)\s+(?:at|not|sick|ill|away|off|out|late|a|an)\b")
_LED = re.compile(r"(?:with|w/?|by|from|under|coach|coached by)\s*(?:coach\s+)?$", re.IGNORECASE)
# What lasts so long is no class.
_THROUGHOUT = re.compile(r"(?i)all\s+(?:night|day|week|weekend|morning|month)\b")
_ALL = re.compile(r"(?i)\ball\s+$")
_LENGTH = re.compile(r"(?i)\d|(?:night|day|week|weekend|morning|afternoon|evening|month)\b")
_DAY_ONE = re.compile(r"(?i)\s+one$")
_POINTING = re.compile(r"(?i)\b(?:the|that|this|my)\s+$")
# What happens again and again is a series, not a class.
_EVERY = re.compile(r"\b(?:every|each|all)\b", re.IGNORECASE)
_FROM_TO = re.compile(r"(?P<first>(?:from\s+)?\S.*?)\s+(?:to|until|till|into)\s+(?P<second>\S.*)", re.IGNORECASE)


_MOST_ATOMS = 12


class Kind(Enum):
    """What a stretch of a text says of a class."""

    TYPE = auto()
    TIME = auto()
    COACH = auto()
    GENERIC = auto()
    NEXT = auto()
    FIRST = auto()
    LAST = auto()


_KINDS = {
    **dict.fromkeys(_GENERIC, Kind.GENERIC),
    **dict.fromkeys(_NEXT, Kind.NEXT),
    **dict.fromkeys(_FIRST, Kind.FIRST),
    **dict.fromkeys(_LAST, Kind.LAST),
}
_ORDER = frozenset({Kind.NEXT, Kind.FIRST, Kind.LAST})


@dataclass(frozen=True)
class Atom:
    """A stretch that says one thing of a class."""

    start: int
    end: int
    kind: Kind
    types: frozenset[str] = frozenset()
    when: When | None = None
    coaches: frozenset[int] = frozenset()
    sure: float = 1.0


@dataclass(frozen=True)
class Sought:
    """What is known of a class from words. Each group is alternatives; an empty one says nothing. `of_day` is the first or
    the last one of a day."""

    types: frozenset[str] = frozenset()
    coaches: frozenset[int] = frozenset()
    days: tuple[tuple[date, date], ...] = ()
    clocks: tuple[tuple[time, bool], ...] = ()
    windows: tuple[tuple[time, time], ...] = ()
    next: bool = False
    mine: bool = False
    of_day: Kind | None = None

    @property
    def empty(self) -> bool:
        """Whether the words say nothing of a class."""
        return not (self.types or self.coaches or self.days or self.clocks or self.windows or self.next)


def atoms(text: str, names: ClassNames, now: datetime) -> list[Atom]:
    """Everything in a text that says something of a class, in order and without overlaps."""
    found = list(_times(text, now))
    found += [a for a in _types(text, names) if _free(a, found)]
    found += [a for a in _coaches(text, names) if _free(a, found)]
    for match in TOKEN.finditer(text):
        word = bare(match.group())
        kind = _KINDS.get(word)
        atom = Atom(match.start(), match.end(), kind) if kind else None
        if atom and _free(atom, found):
            found.append(atom)
    return sorted(found, key=lambda a: a.start)


def _free(atom: Atom, taken: Sequence[Atom]) -> bool:
    return not any(atom.start < t.end and t.start < atom.end for t in taken)


def _times(text: str, now: datetime) -> Iterator[Atom]:
    for span in find(text, now):
        if span.when.kind == "recurring" and (len(span.when.days) != 1 or _EVERY.search(span.text)):
            continue
        if _THROUGHOUT.match(span.text) or (_LENGTH.match(span.text) and _ALL.search(text[: span.start])):
            continue
        if plain := _without_one(text, span.start, span.end, now):
            yield plain
            continue
        split = list(_from_to(text, span.start, span.end, now)) if span.when.kind == "interval" else []
        yield from split or [Atom(span.start, span.end, Kind.TIME, when=span.when)]


def _without_one(text: str, start: int, end: int, now: datetime) -> Atom | None:
    """ "the friday one" as friday, and not as its first hour."""
    one = _DAY_ONE.search(text, start, end)
    led = _POINTING.search(text[:start]) or text[start : start + 4].lower() == "the "
    found = find(text[start : one.start()], now) if one and led else []
    if one is None or len(found) != 1 or found[0].when.time_said:
        return None
    return Atom(start + found[0].start, start + found[0].end, Kind.TIME, when=found[0].when)


def _from_to(text: str, start: int, end: int, now: datetime) -> Iterator[Atom]:
    """ "from thursday to sunday" as two times: of a class it says where it is and where it goes."""
    match = _FROM_TO.fullmatch(text, start, end)
    if match is None:
        return
    parts = []
    for group in ("first", "second"):
        found = find(match[group], now)
        if len(found) != 1:
            return
        at = match.start(group)
        parts.append(Atom(at + found[0].start, at + found[0].end, Kind.TIME, when=found[0].when))
    yield from parts


def _types(text: str, names: ClassNames) -> Iterator[Atom]:
    tokens = list(TOKEN.finditer(text))
    words = [bare(t.group()) for t in tokens]
    first = 0
    while first < len(words):
        found = _type_at(words, first, names)
        if found is None or somebodys(words, first, first + found[0]):
            first += 1
            continue
        many, types, sure = found
        yield Atom(tokens[first].start(), tokens[first + many - 1].end(), Kind.TYPE, types=types, sure=sure)
        first += many


def _type_at(words: Sequence[str], first: int, names: ClassNames) -> tuple[int, frozenset[str], float] | None:
    """The longest type name that begins at a word: how many words, which types, how sure."""
    runs = [tuple(words[first : first + many]) for many in range(names.longest, 0, -1) if first + many <= len(words)]
    for run in runs:
        if run in names.types:
            return len(run), names.types[run], 1.0
    for run in runs:
        if meant := slips(run, names):
            return len(run), meant, 0.85
    return None


_SHORT = 4


def _coaches(text: str, names: ClassNames) -> Iterator[Atom]:
    """ "with carla", "carla's": a coach by whom a class is known. A name alone is somebody who does something."""
    if not names.coaches:
        return
    tokens = list(TOKEN.finditer(text))
    typed = tuple(bare(token.group()) for token in tokens)
    words = tuple(_without_s(word, names) for word in typed)
    for at, token in enumerate(tokens):
        if words[at] not in names.coaches_begin:
            continue
        for many in (2, 1):
            run = tokens[at : at + many]
            meant = names.coaches.get(words[at : at + many]) if len(run) == many else None
            if not meant:
                continue
            led = _LED.search(text[: token.start()])
            is_at = _IS_AT.match(text, run[-1].end())
            owns = bool(not is_at and re.search(r"['’`´]s$", run[-1].group(), re.IGNORECASE))
            owns = owns or words[at] != typed[at]
            if led or owns:
                yield Atom(led.start() if led else token.start(), run[-1].end(), Kind.COACH, coaches=meant)
                break


def _without_s(word: str, names: ClassNames) -> str:
    """ "carlas" for "carla's"."""
    bare_name = word[:-1] if word.endswith("s") and len(word) > _SHORT else ""
    return bare_name if word not in names.coaches_begin and bare_name in names.coaches_begin else word


def runs(text: str, found: Sequence[Atom]) -> Iterator[Sequence[Atom]]:
    """Every sequence of neighbours with nothing but small words between them that can be a class."""
    for first in range(len(found)):
        for last in range(first, len(found)):
            if last > first and not _joined(text, found[last - 1], found[last]):
                break
            run = found[first : last + 1]
            if _says_too_much(run):
                break
            if _can_be_class(run):
                yield run


def _joined(text: str, left: Atom, right: Atom) -> bool:
    between = text[left.end : right.start]
    if re.search(r"[.;!?\n+&]", between) or (left.kind is Kind.NEXT and right.kind is Kind.TIME and right.when is None):
        return False
    words = [bare(m.group()) for m in TOKEN.finditer(between)]
    swapped = "for" in words and left.kind is Kind.TIME
    glue = _GLUE | _FREE if left.kind is Kind.NEXT else _GLUE
    return not swapped and all(word in glue for word in words)


def _says_too_much(run: Sequence[Atom]) -> bool:
    """Whether neighbours hold more than one class has, so that no longer run can be one."""
    kinds = [a.kind for a in run]
    return kinds.count(Kind.TYPE) > 1 or kinds.count(Kind.TIME) > 3 or len(run) > _MOST_ATOMS


def _can_be_class(run: Sequence[Atom]) -> bool:
    kinds = [a.kind for a in run]
    if kinds[-1] in _ORDER or (not _ORDER.isdisjoint(kinds[:-1]) and kinds[0] not in _ORDER and Kind.TIME not in kinds):
        return False
    if Kind.TYPE in kinds or Kind.TIME in kinds:
        return (Kind.FIRST not in kinds and Kind.LAST not in kinds) or Kind.TYPE in kinds or Kind.GENERIC in kinds
    return Kind.GENERIC in kinds and (Kind.NEXT in kinds or Kind.COACH in kinds)


def sureness(run: Sequence[Atom]) -> float:
    """How sure it is that a run is a class: a type is, a day alone hardly."""
    types = [a for a in run if a.kind is Kind.TYPE]
    if sum(a.when is not None and a.when.time_said for a in run) > 1:
        return 0.6
    if types:
        return types[0].sure
    clock = any(a.when is not None and a.when.time_said for a in run)
    named = any(a.kind in (Kind.NEXT, Kind.COACH) for a in run) or any(a.kind is Kind.GENERIC for a in run)
    return 0.85 if clock or named else 0.65


def sought_in(text: str, names: ClassNames, now: datetime) -> Sought:
    """All that a text says of a class."""
    found = atoms(text, names, now)
    wanted = Sought(mine=bool(re.search(r"\b(?:my|mine|i)\b", text, re.IGNORECASE)))
    for atom in found:
        if atom.when is not None:
            wanted = _with_time(wanted, atom.when)
        wanted = replace(
            wanted,
            types=wanted.types | atom.types,
            coaches=wanted.coaches | atom.coaches,
            next=wanted.next or atom.kind is Kind.NEXT,
            of_day=atom.kind if atom.kind in (Kind.FIRST, Kind.LAST) else wanted.of_day,
        )
    return wanted


def _with_time(wanted: Sought, when: When) -> Sought:
    """What is sought, narrowed by one reading of time."""
    days, clocks, windows = wanted.days, wanted.clocks, wanted.windows
    if when.date_said or when.kind == "recurring":
        days = (*days, _days_of(when))
    if when.part is not None and not when.time_said:
        windows = (*windows, PARTS_OF_DAY[when.part])
    elif when.time_said and when.open == "after":
        windows = (*windows, (when.start.time(), time.max))
    elif when.time_said and when.open == "before":
        windows = (*windows, (time.min, (when.end or when.start).time()))
    elif when.time_said:
        clocks = (*clocks, (when.start.time().replace(second=0, microsecond=0), when.either_half))
        if when.kind == "interval" and when.end is not None:
            windows = _stretches(when)
    return replace(wanted, days=days, clocks=clocks, windows=windows)


def _stretches(when: When) -> tuple[tuple[time, time], ...]:
    """The hours of "between 5 and 7", in both halves of the day where neither was said."""
    assert when.end is not None
    said = (when.start.time(), when.end.time())
    other = ((when.start + timedelta(hours=12)).time(), (when.end + timedelta(hours=12)).time())
    return (said, other) if when.either_half else (said,)


def _days_of(when: When) -> tuple[date, date]:
    first = when.start.date()
    if when.part is not None or when.time_said or when.kind == "recurring":
        return first, first
    return when.covers_days()


def strangers(text: str, names: ClassNames, now: datetime) -> list[str]:
    """Words that name something which no class here is called: "boxing" of "boxing tomorrow"."""
    found = atoms(text, names, now)
    return [
        bare(match.group())
        for match in TOKEN.finditer(text)
        if _free(Atom(match.start(), match.end(), Kind.TYPE), found)
        and not is_plain(match.group())
        and len(match.group()) > 3
    ]
