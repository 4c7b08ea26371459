"""Finds in the change log what somebody asks about: by the rows that were touched, by when, by whom, by the kind of deed."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_
from sqlalchemy.sql import func, select

from core.agent import policy
from core.agent.reference import Ask, Focus, references
from core.agent.tools import Context, Data
from core.clock import to_instant, to_local
from core.gym.class_types import class_types
from core.gym.classes import ClassSession
from core.people import Person
from core.references._class_words import Sought
from core.references.classes import SessionReference, begins, classes_said
from core.store.changes import Change, ChangeRow
from core.when.read import find
from core.when.value import When

# How the names of the tools begin that do such a thing.
TOOLS: Mapping[str, tuple[str, ...]] = {
    "moved": ("move_",),
    "cancelled": ("cancel_", "delete_"),
    "deleted": ("delete_", "cancel_"),
    "booked": ("book_", "move_booking"),
    "added": ("add_", "create_", "schedule_", "book_"),
    "edited": ("edit_", "update_", "set_", "rename_"),
}
_EMPTY = frozenset(
    re.findall(
        r"\w+",
        "the a an class session s my our this that it booking bookings seat seats to on of in into for from with workout "
        "member plan type",
    )
)
_OF_SEATS = re.compile(r"\b(?:bookings?|seats?|spots?|places?)\b", re.IGNORECASE)
_WEEKDAY = re.compile(r"\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\b", re.IGNORECASE)
_CLASSES, _SERIES, _BOOKINGS, _PEOPLE = "class_sessions", "class_series", "bookings", "persons"
_WEEK = timedelta(days=7)
_MOST_ROWS = 2000


@dataclass(frozen=True)
class Asked:
    """A question to the change log; what is not said does not matter."""

    who: Person | None = None
    what: str | None = None
    when: When | None = None
    deed: str | None = None


async def answers(ctx: Context, asked: Asked, most: int) -> list[tuple[Change, Person]]:
    """The newest changes that are asked about and that the speaker may see, at most so many."""
    if not asked.what or not _content(ctx, asked.what):
        return await _newest(ctx, asked, (), most)
    for touched in await _things(ctx, asked):
        found = await _newest(ctx, asked, (touched,), most)
        if found:
            return found
    return []


async def _newest(
    ctx: Context, asked: Asked, about: Iterable[ColumnElement[bool]], most: int
) -> list[tuple[Change, Person]]:
    seen = [d.value for d in Data if policy.may_see(ctx.speaker.role, d, False)]
    query = (
        select(Change, Person).join(Person, Person.id == Change.person_id).where(Change.gym_id == ctx.gym.id, *about)
    )
    query = query.where(or_(Change.data.in_(seen), Change.person_id == ctx.speaker.person_id))
    if asked.who is not None:
        query = query.where(Change.person_id == asked.who.id)
    if asked.deed is not None:
        query = query.where(or_(*(Change.tool.startswith(name, autoescape=True) for name in TOOLS[asked.deed])))
    if asked.when is not None:
        first, last = asked.when.covers_days()
        query = query.where(Change.at >= _midnight(ctx, first), Change.at < _midnight(ctx, last + timedelta(days=1)))
    rows = await ctx.db.execute(query.order_by(Change.id.desc()).limit(most))
    return [(change, person) for change, person in rows]


async def _things(ctx: Context, asked: Asked) -> list[ColumnElement[bool]]:
    """What the words are about, as conditions on changes, the likeliest first: people and classes by their rows, other
    things by the name in their rows, and only what has none by the words of the summary."""
    what = asked.what or ""
    people = await _people(ctx, what)
    classes = await _classes(ctx, what)
    if people:
        return [_of_people(people, among) for among in (classes or (None,))]
    if classes:
        if asked.deed == "booked" or _OF_SEATS.search(what):
            return [_seats_in(found) for found in classes]
        whole = asked.deed is None
        return [about for found in classes for about in (found.changed, *((_seats_in(found),) if whole else ()))]
    words = _content(ctx, what)
    return [_named(words), _summed_up(words)]


@dataclass(frozen=True)
class _Classes:
    """Classes that words may mean: their rows, and the changes that touched them or their series."""

    ids: Sequence[int]
    changed: ColumnElement[bool]


async def _classes(ctx: Context, what: str) -> list[_Classes]:
    """The classes that are meant, those of a coming weekday before those of the last."""
    names = await SessionReference().names(ctx.db, ctx.gym.id)
    coming = classes_said(what, names, ctx.local_now)
    if coming is None:
        return []
    last = classes_said(what, names, ctx.local_now - _WEEK) if _WEEKDAY.search(what) else None
    types = [t.id for t in await class_types(ctx.db, ctx.gym.id) if t.name in coming.types]
    weeks = [coming, *([last] if last is not None and last.days != coming.days else [])]
    return [await _classes_on(ctx, sought, types) for sought in weeks]


async def _classes_on(ctx: Context, sought: Sought, types: Sequence[int]) -> _Classes:
    ids = {row_id for row_id, start in await _now_on(ctx, sought, types) if begins(sought, start)}
    for row_id, images in await _once_on(ctx, sought, types):
        starts = [to_local(datetime.fromisoformat(image["starts_at"]), ctx.gym.zone) for image in images if image]
        if any(begins(sought, start) for start in starts):
            ids.add(row_id)
    touched = _touched(_CLASSES, ChangeRow.row_id.in_(ids)) if ids else false()
    if types and not sought.days and not sought.clocks:
        touched = or_(touched, _touched(_SERIES, _field("class_type_id", types)))
    return _Classes(sorted(ids), touched)


async def _now_on(ctx: Context, sought: Sought, types: Sequence[int]) -> list[tuple[int, datetime]]:
    """Rows of classes that are on the days now, with their local starts."""
    query = select(ClassSession.id, ClassSession.starts_at).where(ClassSession.gym_id == ctx.gym.id)
    query = query.where(ClassSession.class_type_id.in_(types)) if types else query
    if sought.days:
        spans = [_between(ctx, first, last) for first, last in sought.days]
        query = query.where(or_(*(and_(ClassSession.starts_at >= a, ClassSession.starts_at < b) for a, b in spans)))
    rows = await ctx.db.execute(query.order_by(ClassSession.id.desc()).limit(_MOST_ROWS))
    return [(row[0], to_local(row[1], ctx.gym.zone)) for row in rows]


async def _once_on(ctx: Context, sought: Sought, types: Sequence[int]) -> list[tuple[int, list[Any]]]:
    """Rows of classes that a change put on the days, or took away from there, with their images."""
    query = (
        select(ChangeRow.row_id, ChangeRow.before, ChangeRow.after)
        .join(Change, Change.id == ChangeRow.change_id)
        .where(Change.gym_id == ctx.gym.id, ChangeRow.table == _CLASSES)
    )
    query = query.where(_field("class_type_id", types)) if types else query
    if sought.days:
        spans = [tuple(moment.isoformat() for moment in _between(ctx, *days)) for days in sought.days]
        starts = [image["starts_at"].as_string() for image in (ChangeRow.before, ChangeRow.after)]
        query = query.where(or_(*(and_(start >= a, start < b) for start in starts for a, b in spans)))
    rows = await ctx.db.execute(query.order_by(ChangeRow.id.desc()).limit(_MOST_ROWS))
    return [(row[0], [row[1], row[2]]) for row in rows]


async def _people(ctx: Context, what: str) -> list[int]:
    """The people whose names are in the words; of several with one name, all of them."""
    found: set[int] = set()
    ask = Ask("", "", {}, {}, Focus(), ctx.local_now, int(ctx.speaker.role), ctx.speaker.person_id)
    for kind in ("member", "staff"):
        reference = references()[kind]
        reader = reference.reader(
            await reference.names(ctx.db, ctx.gym.id), Focus(), ctx.local_now, int(ctx.speaker.role)
        )
        for span in reader.spans(what):
            if span.words.casefold() not in _EMPTY:
                found |= {c.value.id for c in await reference.resolve(ctx, span.words, ask)}
    return sorted(found)


def _of_people(people: Sequence[int], classes: "_Classes | None") -> ColumnElement[bool]:
    """What was done about people: to their own row, or to rows that are theirs; their seats in classes, if these are named."""
    if classes is not None:
        return _touched(_BOOKINGS, and_(_field("person_id", people), _field("session_id", classes.ids)))
    own = and_(ChangeRow.table == _PEOPLE, ChangeRow.row_id.in_(people))
    return Change.id.in_(select(ChangeRow.change_id).where(or_(own, _field("person_id", people))))


def _seats_in(classes: _Classes) -> ColumnElement[bool]:
    return _touched(_BOOKINGS, _field("session_id", classes.ids)) if classes.ids else false()


def _named(words: Iterable[str]) -> ColumnElement[bool]:
    """Things by the name that they have or had."""
    names = [func.lower(image["name"].as_string()) for image in (ChangeRow.before, ChangeRow.after)]
    held = [and_(*(name.contains(word, autoescape=True) for word in words)) for name in names]
    return Change.id.in_(select(ChangeRow.change_id).where(or_(*held)))


def _summed_up(words: Iterable[str]) -> ColumnElement[bool]:
    text = func.lower(Change.summary.concat(" ").concat(func.replace(Change.tool, "_", " ")))
    return and_(*(text.contains(word, autoescape=True) for word in words))


def _touched(table: str, which: ColumnElement[bool]) -> ColumnElement[bool]:
    return Change.id.in_(select(ChangeRow.change_id).where(ChangeRow.table == table, which))


def _field(name: str, values: Sequence[int]) -> ColumnElement[bool]:
    """Rows whose image holds one of the values."""
    return or_(*(image[name].as_integer().in_(values) for image in (ChangeRow.before, ChangeRow.after)))


def _content(ctx: Context, what: str) -> list[str]:
    """The words that count, without times."""
    rest = what
    for span in reversed(find(what, ctx.local_now)):
        rest = rest[: span.start] + " " + rest[span.end :]
    plain = [w.removesuffix("'s").removesuffix("’s") for w in re.findall(r"[\w'’-]+", rest.casefold())]
    kept = [w for w in plain if w not in _EMPTY]
    return kept or (["class"] if rest != what else [])


def _between(ctx: Context, first: date, last: date) -> tuple[datetime, datetime]:
    return _midnight(ctx, first), _midnight(ctx, last + timedelta(days=1))


def _midnight(ctx: Context, day: date) -> datetime:
    return to_instant(datetime.combine(day, datetime.min.time()), ctx.gym.zone)
