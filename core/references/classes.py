"""The types `session` and `class_type`: how people speak of classes, and which of the timetable they mean."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Annotated, Any

from sqlalchemy.sql import bindparam, select

from core.agent.reference import Ask, Candidate, Focus, TypeName, references
from core.agent.tools import Context, Role
from core.clock import to_local
from core.gym import timetable, wording
from core.gym.bookings import coming_seats
from core.gym.class_types import ClassType, class_types, type_names
from core.gym.timetable import KEY, Occurrence
from core.i18n import _
from core.llm.contract import Reader, Span
from core.people import Person
from core.references._class_choice import View, is_at, kept_half, meant, target
from core.references._class_names import ClassNames, folded, names_of, slips
from core.references._class_words import Atom, Kind, Sought, atoms, runs, sought_in, strangers, sureness
from core.references._listed import listed
from core.references._shift import SHIFT, far
from core.references.training import pointed
from core.store.statements import Statement

_STAFF = Statement(
    select(Person.id, Person.name, Person.username).where(
        Person.gym_id == bindparam("gym"), Person.role.in_(("coach", "admin", "owner")), Person.left_on.is_(None)
    ),
    unwritten=True,
)
SessionRef = Annotated[Occurrence, TypeName("session")]
ClassTypeRef = Annotated[ClassType, TypeName("class_type")]
ClassTypeValue = Annotated[int | str, TypeName("class_type_value")]

# Tools that may look at classes of the past, tools where one's own bookings tell which class is meant, and tools on whose
# buttons free spots matter.
LOOK_BACK = frozenset({"show_class", "show_roster"})
OF_MINE = frozenset({("cancel_booking", "session"), ("move_booking", "session"), ("list_bookings", "session")})
WITH_SPOTS = frozenset({("book_class", "session"), ("move_booking", "to")})
AHEAD = timedelta(days=28)
MOST_OFFERED = 25

_POINTING = r"(?:that|this|the\s+(?:last|previous|same)|the|my)"
_THE_CLASS = re.compile(
    rf"\b{_POINTING}\s+(?:class|session|booking|spot|seat)\b(?!\s+types?)|\b(?:that|this|the\s+same|the\s+last)\s+one\b"
    r"|\b(?:it|that|this|there)\b",
    re.IGNORECASE,
)
_JUST_MADE = re.compile(
    r"\b(?:the|that|this|my)\s+(?:last\s+|new\s+|newest\s+)?(?:one|class|session|booking)\s+(?:that\s+)?(?:i|we)(?:'ve)?\s+"
    r"(?:have\s+)?(?:just\s+|only\s+just\s+)?(?:made|created|added|scheduled|booked|put\s+(?:on|in|up)|set\s+up|moved)"
    r"(?:\s+(?:just\s+now|now|before|earlier))?\b|\b(?:the|that|my)\s+new(?:est)?\s+(?:class|session|one)\b",
    re.IGNORECASE,
)
# A new name stands at the end of what is said.
_NAME = re.compile(
    r"(?:(?<=\bto )|(?<=\binto )|(?<=\bcalled )|(?<=\bnamed ))[^\W\d_][\w'& -]*?(?=\s*(?:from now on|now)?\s*(?:please|pls|thanks|thx)?\s*[.!?]*$)|(?<=\bas )[^\W\d_][\w' -]*$"
)
_CALL = re.compile(r"(?i)\b(?:call|name)\s+(?:(?:the|our)\s+)?(?=\S)")
_NEW_NAME = re.compile(
    r"(?i)\s+(?:class(?:es)?\s+)?[\"'“]?(?P<name>[^\W\d_][\w'& -]*?)[\"'”]?(?=\s*(?:from now on|now|instead)?\s*(?:please|pls|thanks|thx)?\s*[.!?]*$)"
)
# "6 on friday": a mere hour that names a class by when it begins.
_BARE_HOUR = re.compile(
    r"(?i)^(?=\d{1,2}(?:$|\s+(?:on|today|tonight|tomorrow|this|next|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*)\b))"
)
_MY = re.compile(r"\b(?:my|our)\s+$", re.IGNORECASE)


@dataclass(frozen=True)
class SessionReader:
    """Finds classes in a text: by type, time and coach in any order, and by what the talk was about."""

    names: ClassNames
    focus: Focus
    now: datetime

    def spans(self, text: str) -> Sequence[Span]:
        """Every stretch that can be a class. The words are handed on as typed; a pronoun as the class it stands for."""
        found = atoms(text, self.names, self.now)
        spoken = [_span(text, run) for run in runs(text, found)]
        named = [(s.start, s.end) for s in spoken if s.sure >= 0.8]
        return [*spoken, *self._pointed(text, named)]

    def _pointed(self, text: str, taken: list[tuple[int, int]]) -> Iterator[Span]:
        made = next((t for t in reversed(self.focus.made) if t.type == "session"), None) or self.focus.newest("session")
        just = [Span(m.start(), m.end(), made.key) for m in _JUST_MADE.finditer(text)] if made else []
        just += listed(text, self.focus, "session")
        yield from just
        yield from pointed(text, _THE_CLASS, self.focus, "session", [*taken, *((s.start, s.end) for s in just)])


def _span(text: str, run: Sequence[Atom]) -> Span:
    start, end = run[0].start, run[-1].end
    mine = _MY.search(text[:start])
    start = mine.start() if mine else start
    return Span(start, end, text[start:end], sureness(run))


class SessionReference:
    """A class on the timetable by its key, by what people say, or by what the conversation is about."""

    name = "session"

    def reader(self, names: Any, focus: Focus, now: datetime, role: int) -> Reader:
        return SessionReader(names or ClassNames(), focus, now)

    async def names(self, db: Any, gym_id: int) -> ClassNames:
        return names_of(await type_names(db, gym_id), await _STAFF.rows(db, {"gym": gym_id}))

    async def resolve(self, ctx: Context, words: Any, ask: Ask) -> Sequence[Candidate]:
        spots = (ask.tool, ask.param) in WITH_SPOTS
        found = await classes_meant(ctx, str(words), ask)
        found = _with_spots(found, ask) if spots else found
        return [Candidate(o, o.key, wording.class_label(o, spots=spots)) for o in found]

    async def offered(self, ctx: Context, ask: Ask) -> Sequence[Candidate]:
        """The next classes that the tool could be about; where it is about bookings of one's own, those."""
        of_mine = (ask.tool, ask.param) in OF_MINE and not ask.args.get("member")
        found = await _coming(ctx, ask, await _own(ctx, ask)) if of_mine else await _choose(ctx, Sought(), ask)
        spots = (ask.tool, ask.param) in WITH_SPOTS
        found = _with_spots(found, ask) if spots else found
        return [Candidate(o, o.key, wording.class_label(o, spots=spots)) for o in found[:MOST_OFFERED]]

    async def near(self, ctx: Context, words: Any, ask: Ask) -> Sequence[Candidate]:
        """The next classes of the type that was said, whatever the time."""
        wanted = sought_in(str(words), await self.names(ctx.db, ctx.gym.id), ask.now)
        if not wanted.types:
            return ()
        found = await _choose(ctx, replace(wanted, days=(), clocks=(), windows=()), ask)
        return [Candidate(o, o.key, wording.class_label(o, spots=True)) for o in found]

    async def missed(self, ctx: Context, words: Any, ask: Ask) -> str:
        """That the class which is meant has begun already."""
        if ask.tool in LOOK_BACK:
            return ""
        back = await classes_meant(ctx, str(words), replace(ask, tool=min(LOOK_BACK)))
        begun = [o for o in back if o.starts_at <= ctx.now]
        if not begun:
            return ""
        return _("{session} has already begun. Nothing was changed.").format(session=wording.class_at(begun[-1]))

    def schema(self) -> Mapping[str, Any]:
        return {
            "type": "string",
            "description": "a class as it was said (“crossfit tomorrow 6pm”, “the next yoga”) or its key “CrossFit "
            "2026-11-24T18:00”",
        }


async def classes_meant(ctx: Context, words: str, ask: Ask) -> list[Occurrence]:
    """The classes that words may mean for a parameter, in order of time."""
    typed = words.strip()
    if KEY.fullmatch(typed):
        exact = await timetable.find_key(ctx.db, ctx.gym.id, ctx.gym.zone, typed)
        return [exact] if exact else []
    pointed_at = _pointed_at(typed, ask.focus)
    if pointed_at is not None:
        return await classes_meant(ctx, pointed_at, replace(ask, focus=Focus()))
    names = await SessionReference().names(ctx.db, ctx.gym.id)
    wanted = sought_in(_BARE_HOUR.sub("at ", typed), names, ask.now)
    wanted = _leaning_on_target(wanted, names, ask)
    if wanted.empty or (not wanted.types and strangers(typed, names, ask.now)):
        return []
    if ask.tool == "move_booking" and ask.param == "to":
        return await _targets(ctx, wanted, ask)
    return await _choose(ctx, wanted, ask)


def _with_spots(found: Sequence[Occurrence], ask: Ask) -> list[Occurrence]:
    """Of several classes those that one can still be booked into; staff may fill a class beyond its spots."""
    free = [o for o in found if not o.cancelled and (o.left or ask.role >= Role.COACH)]
    return free or list(found)


def classes_said(text: str, names: ClassNames, now: datetime) -> Sought | None:
    """What a text says of classes, whenever they were; None where it says nothing of when or which."""
    wanted = sought_in(text, names, now)
    named = bool(wanted.types)
    if not named and (not (wanted.days or wanted.clocks or wanted.windows) or strangers(text, names, now)):
        return None
    return wanted


def begins(sought: Sought, start: datetime) -> bool:
    """Whether a local start is on the days and at the time that were said."""
    if sought.days and not any(first <= start.date() <= last for first, last in sought.days):
        return False
    if not (sought.clocks or sought.windows):
        return True
    exact = any(is_at(start.time(), clock, either) for clock, either in sought.clocks)
    return exact or any(first <= start.time() < last for first, last in sought.windows)


def _leaning_on_target(wanted: Sought, names: ClassNames, ask: Ask) -> Sought:
    """ "from the 5pm to the 6pm crossfit today": a mere hour takes its type and day from where it moves to."""
    words = ask.args.get("to")
    if (
        (ask.tool, ask.param) != ("move_booking", "session")
        or wanted.types
        or wanted.days
        or not wanted.clocks
        or not words
    ):
        return wanted
    beside = sought_in(str(words), names, ask.now)
    return replace(wanted, types=beside.types, days=beside.days)


def _pointed_at(typed: str, focus: Focus) -> str | None:
    """The class that a pronoun means, where a model hands it on as it was typed."""
    if _JUST_MADE.fullmatch(typed):
        made = next((t for t in reversed(focus.made) if t.type == "session"), None) or focus.newest("session")
        return made.key if made else None
    thing = focus.newest("session") if _THE_CLASS.fullmatch(typed) else None
    return thing.key if thing else None


async def _targets(ctx: Context, wanted: Sought, ask: Ask) -> list[Occurrence]:
    """Where a booking is moved: what was not said is as it was."""
    base = await classes_beside(ctx, ask)
    shift = SHIFT.fullmatch(str(ask.args.get("to", "")).strip())
    if shift is not None and base:
        keys = [f"{o.class_type} {o.local_start + far(shift):%Y-%m-%dT%H:%M}" for o in base]
        found = [await timetable.find_key(ctx.db, ctx.gym.id, ctx.gym.zone, key) for key in keys]
        return [o for o in found if o is not None]
    wanted = target(wanted, base)
    return kept_half(await _choose(ctx, wanted, ask), wanted, base)


async def classes_beside(ctx: Context, ask: Ask) -> list[Occurrence]:
    """The class that the same call is about, or those that it may be about."""
    resolved = ask.resolved.get("session")
    if isinstance(resolved, Occurrence):
        return [resolved]
    words = ask.args.get("session")
    return await classes_meant(ctx, str(words), replace(ask, param="session")) if words else []


async def _choose(ctx: Context, wanted: Sought, ask: Ask) -> list[Occurrence]:
    first, last = _window(wanted, ask.now.date())
    on = await timetable.between(ctx.db, ctx.gym.id, ctx.gym.zone, first, last)
    view = View(
        now=ctx.now,
        coming=ask.tool not in LOOK_BACK,
        mine=await _own(ctx, ask) if (ask.tool, ask.param) in OF_MINE else frozenset(),
        coach_id=ctx.speaker.person_id if _as_coach(ctx, ask) else None,
    )
    return meant(wanted, on, view)


async def _coming(ctx: Context, ask: Ask, own: Collection[str]) -> list[Occurrence]:
    """The next classes among some, by key."""
    today = ask.now.date()
    on = await timetable.between(ctx.db, ctx.gym.id, ctx.gym.zone, today, today + AHEAD) if own else ()
    return [o for o in on if o.key in own and o.starts_at > ctx.now and not o.cancelled]


def _window(wanted: Sought, today: date) -> tuple[date, date]:
    """The days in which to look."""
    if not wanted.days:
        return today, today + AHEAD
    return min(first for first, _last in wanted.days), max(last for _first, last in wanted.days)


def _as_coach(ctx: Context, ask: Ask) -> bool:
    """Whether "my 6pm" is the class that the speaker coaches."""
    return ctx.speaker.role >= Role.COACH and ask.tool not in ("book_class", "cancel_booking", "move_booking")


async def _own(ctx: Context, ask: Ask) -> frozenset[str]:
    """The classes that the person concerned is booked into."""
    member = ask.resolved.get("member")
    if member is None and ask.args.get("member"):
        return frozenset()
    person_id = member.id if isinstance(member, Person) else ask.person_id
    seats = await coming_seats(ctx.db, person_id, ctx.now)
    types = {t.id: t.name for t in await class_types(ctx.db, ctx.gym.id)}
    return frozenset(
        f"{types[seat.class_type_id]} {to_local(seat.starts_at, ctx.gym.zone):%Y-%m-%dT%H:%M}"
        for seat in seats
        if seat.class_type_id in types
    )


@dataclass(frozen=True)
class ClassTypeReader:
    """Finds class types in a text."""

    names: ClassNames
    focus: Focus
    now: datetime

    def spans(self, text: str) -> Sequence[Span]:
        found = [a for a in atoms(text, self.names, self.now) if a.kind is Kind.TYPE]
        return [Span(a.start, a.end, text[a.start : a.end], a.sure) for a in found]

    @property
    def listed(self) -> Sequence[str]:
        """The types of the gym, by name."""
        return list(dict.fromkeys(name for names in self.names.types.values() for name in sorted(names)))


class ClassTypeReference:
    """A type of class by its name, by what people call it, or but for a slip of the keys."""

    name = "class_type"

    async def offered(self, ctx: Context, ask: Ask) -> Sequence[Candidate]:
        """Every type of class of the gym."""
        return [Candidate(t, t.name, t.name) for t in await class_types(ctx.db, ctx.gym.id)]

    def reader(self, names: Any, focus: Focus, now: datetime, role: int) -> Reader:
        return ClassTypeReader(names or ClassNames(), focus, now)

    async def names(self, db: Any, gym_id: int) -> ClassNames:
        return names_of(await type_names(db, gym_id), ())

    async def resolve(self, ctx: Context, words: Any, ask: Ask) -> Sequence[Candidate]:
        types = await class_types(ctx.db, ctx.gym.id)
        names = names_of([t.name for t in types], ())
        typed = _without_noun(folded(str(words)))
        named = names.types.get(typed) or slips(typed, names)
        if not named:
            inside = [a for a in atoms(str(words), names, ask.now) if a.kind is Kind.TYPE]
            named = frozenset().union(*(a.types for a in inside))
        return [Candidate(t, t.name, t.name) for t in types if t.name in named]

    def schema(self) -> Mapping[str, Any]:
        return {"type": "string", "description": "the name of a type of class, such as CrossFit"}


def _without_noun(words: tuple[str, ...]) -> tuple[str, ...]:
    """ "the yoga class" as "yoga"."""
    return tuple(w for w in words if w not in ("the", "a", "an", "our", "class", "classes", "type"))


class _ValueReader:
    """Finds what a class type's field may be set to: a whole number, or a name."""

    def __init__(self, readers: Sequence[Reader], types: ClassTypeReader) -> None:
        self._readers = readers
        self._types = types

    def spans(self, text: str) -> Sequence[Span]:
        found = [s for reader in self._readers for s in reader.spans(text)]
        taken = [(s.start, s.end) for s in found]
        names = (m for m in _NAME.finditer(text) if not any(a < m.end() and m.start() < b for a, b in taken))
        return [*found, *(Span(m.start(), m.end(), m.group(), 0.7) for m in names), *self._behind_type(text)]

    def _behind_type(self, text: str) -> Iterator[Span]:
        """ "call yoga Flow": the name right behind the type that gets it."""
        called = _CALL.search(text)
        types = self._types.spans(text[called.end() :]) if called else ()
        if called and types and (name := _NEW_NAME.match(text, called.end() + types[0].end)):
            yield Span(name.start("name"), name.end("name"), name["name"], 0.8)


class ClassTypeValueReference:
    """A number where it is one, else words."""

    name = "class_type_value"

    def reader(self, names: Any, focus: Focus, now: datetime, role: int) -> Reader:
        types = ClassTypeReader(names or ClassNames(), focus, now)
        return _ValueReader([references()["number"].reader(None, focus, now, role)], types)

    async def names(self, db: Any, gym_id: int) -> ClassNames:
        return await ClassTypeReference().names(db, gym_id)

    async def resolve(self, ctx: Context, words: Any, ask: Ask) -> Sequence[Candidate]:
        typed = " ".join(str(words).split())
        figure = re.match(r"\d+\b", typed)
        value: int | str = int(figure.group()) if figure else typed
        return [Candidate(value, value)] if typed else []

    def schema(self) -> Mapping[str, Any]:
        return {"type": ["integer", "string"], "description": "the new name, minutes or spots"}


REFERENCES = (SessionReference(), ClassTypeReference(), ClassTypeValueReference())
