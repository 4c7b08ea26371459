"""Members: who they are by name and state, the notes about them, and when they last came."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import ForeignKey, Text, case, event, inspect
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, mapped_column
from sqlalchemy.sql import func, select

from core.gym.bookings import ATTENDED, Booking
from core.gym.classes import ClassSession
from core.gym.known_names import Known, NameIndex
from core.gym.plans import Held, fitting, held_by, is_frozen
from core.i18n import marked
from core.people import Person
from core.store.changes import ChangeRow
from core.store.rows import Logged, Row

NEW_FOR = timedelta(days=30)
BIRTHDAYS_AHEAD = 31


class MemberNote(Logged, Row):
    """What a member of staff wrote down about a person: free text, quoted and never obeyed."""

    __tablename__ = "member_notes"

    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


@dataclass(frozen=True)
class Listed:
    """A member in a list: state is "active", "frozen", "no plan" or "left"."""

    id: int
    name: str
    state: str
    plan: str | None
    joined_on: date
    left_on: date | None
    birthday: date | None
    frozen_until: date | None = None


def state_of(held: Held | None, left_on: date | None, on: date) -> str:
    """What a member is on a day."""
    if left_on is not None and left_on <= on:
        return marked("left")
    m = held.membership if held else None
    if m is None or m.starts_on > on or (m.ends_on and m.ends_on < on):
        return marked("no plan")
    return marked("frozen") if is_frozen(m.frozen_from, m.frozen_until, on) else marked("active")


def next_birthday(born: date, today: date) -> date:
    """The coming birthday, today's included; on 29 February it is kept on the 28th in other years."""
    for year in (today.year, today.year + 1):
        try:
            day = born.replace(year=year)
        except ValueError:
            day = date(year, 2, 28)
        if day >= today:
            return day
    raise AssertionError("a birthday comes every year")


def chosen(listed: Iterable[Listed], kind: str | None, today: date) -> list[Listed]:
    """Those of the members that a list is asked for: everyone who has not left, by state, the new, by birthdays to
    come, or by plan."""
    here = [m for m in listed if m.state != "left"]
    if kind is None:
        return here
    if kind == "left":
        return sorted((m for m in listed if m.state == "left"), key=lambda m: m.left_on or today, reverse=True)
    if kind == "new":
        return sorted((m for m in here if m.joined_on > today - NEW_FOR), key=lambda m: m.joined_on, reverse=True)
    if kind == "birthdays":
        soon = [m for m in here if m.birthday and _in_days(m.birthday, today) <= BIRTHDAYS_AHEAD]
        return sorted(soon, key=lambda m: _in_days(m.birthday or today, today))
    if kind in ("active", "frozen", "no plan"):
        return [m for m in here if m.state == kind]
    return [m for m in here if m.plan == kind and m.state != "no plan"]


def _in_days(born: date, today: date) -> int:
    return (next_birthday(born, today) - today).days


async def listed(db: AsyncSession, gym_id: int, today: date) -> list[Listed]:
    """Every member of a gym by name, those who left too."""
    query = select(Person).where(Person.gym_id == gym_id, Person.role == "member").order_by(Person.name, Person.id)
    people = (await db.scalars(query)).all()
    held = await held_by(db, gym_id)
    return [_line(person, fitting(held.get(person.id, ()), today), today) for person in people]


def _line(person: Person, held: Held | None, today: date) -> Listed:
    return Listed(
        id=person.id,
        name=person.name,
        state=state_of(held, person.left_on, today),
        plan=held.plan if held else None,
        joined_on=person.joined_on,
        left_on=person.left_on,
        birthday=person.birthday,
        frozen_until=held.membership.frozen_until if held else None,
    )


async def by_ids(db: AsyncSession, gym_id: int, ids: Sequence[int]) -> dict[int, Person]:
    """People of a gym by id."""
    rows = await db.scalars(select(Person).where(Person.gym_id == gym_id, Person.id.in_(ids)))
    return {person.id: person for person in rows}


async def notes_of(db: AsyncSession, gym_id: int, person_id: int) -> Sequence[tuple[MemberNote, str]]:
    """The notes about a person with their authors' names, the newest first."""
    query = select(MemberNote, Person.name).join(Person, Person.id == MemberNote.author_id)
    query = query.where(MemberNote.gym_id == gym_id, MemberNote.person_id == person_id)
    return [(row[0], row[1]) for row in await db.execute(query.order_by(MemberNote.at.desc(), MemberNote.id.desc()))]


@dataclass(frozen=True)
class Visits:
    """How a person has come lately."""

    last: datetime | None
    lately: int


async def visits(db: AsyncSession, gym_id: int, person_ids: Sequence[int], since: datetime) -> Mapping[int, Visits]:
    """Each person's last visit, and how many there were since a moment."""
    lately = func.sum(case((ClassSession.starts_at >= since, 1), else_=0))
    query = (
        select(Booking.person_id, func.max(ClassSession.starts_at), lately)
        .join(ClassSession, ClassSession.id == Booking.session_id)
        .where(Booking.gym_id == gym_id, Booking.person_id.in_(person_ids), Booking.status == ATTENDED)
        .group_by(Booking.person_id)
    )
    found = {row[0]: Visits(row[1], int(row[2])) for row in await db.execute(query)}
    return {person_id: found.get(person_id, Visits(None, 0)) for person_id in person_ids}


_INDEXES: WeakKeyDictionary[Any, dict[tuple[int, bool], tuple[Any, NameIndex]]] = WeakKeyDictionary()
# How often people were changed around the change log.
_rewritten = [0]


@event.listens_for(Session, "do_orm_execute")
def _note_rewriting(state: ORMExecuteState) -> None:
    """An erasure changes people around the change log."""
    if (state.is_update or state.is_delete) and state.bind_mapper is inspect(Person):
        state.session.info["people_rewritten"] = True


@event.listens_for(Session, "after_commit")
def _forget_names(session: Session) -> None:
    if session.info.pop("people_rewritten", False):
        _rewritten[0] += 1


async def index(db: AsyncSession, gym_id: int, *, staff: bool) -> NameIndex:
    """The gym's members, or its staff, by name; made again only when a row of theirs has changed."""
    logged = select(ChangeRow.id).where(ChangeRow.table == "persons").order_by(ChangeRow.id.desc()).limit(1)
    newest = select(func.max(Person.id)).where(Person.gym_id == gym_id)
    seen = (_rewritten[0], *(await db.execute(select(logged.scalar_subquery(), newest.scalar_subquery()))).one())
    kept = _INDEXES.setdefault(db.get_bind().engine, {})
    known = kept.get((gym_id, staff))
    if known is None or known[0] != seen:
        role = Person.role != "member" if staff else Person.role == "member"
        named = select(Person.id, Person.name, Person.left_on, Person.username).where(Person.gym_id == gym_id, role)
        rows = await db.execute(named)
        known = seen, NameIndex.of(Known(r[0], r[1], r[2] is not None, r[3]) for r in rows)
        kept[gym_id, staff] = known
    return known[1]


async def keys_of(db: AsyncSession, gym_id: int, people: Iterable[tuple[int, str]]) -> list[str]:
    """The words that mean exactly each of these members (id, name), in their order."""
    names = await index(db, gym_id, staff=False)
    return [names.label(names.people[number]) if number in names.people else name for number, name in people]


async def key_of(db: AsyncSession, person: Person) -> str:
    """The words that mean exactly this person: the name, with a number where members share it."""
    names = await index(db, person.gym_id, staff=person.role != "member")
    known = names.people.get(person.id)
    return names.label(known) if known else person.name
