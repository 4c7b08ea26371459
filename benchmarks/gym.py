"""The gym that is measured: the demo gym with guests who have time and seats, and the conversations they have."""

import itertools
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session
from sqlalchemy.sql import select

from benchmarks.floor import copy
from bot import demo
from core.chat import Incoming, Turn
from core.clock import Clock, SystemClock
from core.desk import Desk
from core.gym.classes import ClassSession
from core.gym.plans import Membership, Plan
from core.gym.timetable import Occurrence, between
from core.llm.rules import RulesModel
from core.people import Account, Person
from core.store.database import CommitHook, Store, unlogged
from core.store.tables import metadata

START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ZONE = "Europe/Berlin"
SEATS = 2000
OF_TURN = ("inbox", "agent_events", "outbox")
EVENTS = itertools.count(1)
COACHES = ("Carla Reyes", "Marcus Hale", "Priya Nair")


class Unexpected(Exception):
    """A turn did something else than it should: its figures would mean nothing."""


def url_of(file: Path) -> str:
    """A database file as the store wants it."""
    return f"sqlite+aiosqlite:///{file}"


async def make_demo(file: Path) -> None:
    """The demo gym as it is at START."""
    store = Store(url_of(file))
    async with store.writer.begin() as connection:
        await connection.run_sync(metadata().create_all)
    await demo.make(store, START)
    await store.dispose()


async def make_gym(file: Path, guests: int) -> None:
    """The demo gym with so many guests more, and seats for all of them."""
    await make_demo(file)
    store = Store(url_of(file))
    async with store.write() as db:
        await db.run_sync(_furnish, guests)
    await store.dispose()


def _furnish(db: Session, guests: int) -> None:
    with unlogged(db):
        gym_id = db.scalars(select(Person.gym_id).limit(1)).one()
        plan = db.scalars(select(Plan.id).where(Plan.name == "Unlimited")).one()
        db.execute(update(ClassSession).values(spots=ClassSession.spots + SEATS))
        if guests:
            _add_guests(db, gym_id, plan, guests)


def _add_guests(db: Session, gym_id: int, plan: int, guests: int) -> None:
    joined = date(2025, 1, 1)
    about = {"gym_id": gym_id, "version": 1, "role": "member", "joined_on": joined, "settings": {}}
    named = [{**about, "name": guest_name(n), "email": f"guest{n}@example.com"} for n in range(guests)]
    statement = insert(Person).returning(Person.id, sort_by_parameter_order=True)
    ids = list(db.scalars(statement, named))
    accounts = [{"platform": "web", "account": str(i), "person_id": i, "linked_at": START} for i in ids]
    db.execute(insert(Account), accounts)
    held = {"gym_id": gym_id, "version": 1, "plan_id": plan, "status": "active", "starts_on": joined}
    db.execute(insert(Membership), [{**held, "person_id": i} for i in ids])


def guest_name(number: int) -> str:
    """A name of two made-up words, another for each number."""
    first = ("Ba", "Do", "Fi", "Gu", "Ke", "Lo", "Mu", "Ne", "Po", "Ra")
    last = ("bir", "dal", "fen", "gor", "lim", "mot", "nev", "pas", "rud", "tov")
    digits = [int(d) for d in f"{number:06d}"]
    return f"{first[digits[0]]}{last[digits[1]]}{last[digits[2]]} {first[digits[3]]}{last[digits[4]]}{last[digits[5]]}"


@dataclass
class Open:
    """A gym that is open: its desk, who its people are, and the classes to come."""

    file: Path
    desk: Desk
    people: dict[str, int]
    classes: list[Occurrence]

    async def say(self, person_id: int, words: str, expect: int | None = 1) -> Turn:
        """A person says something and has the answer; it must have led to so many calls, all of them done."""
        turn = await self.desk.turn_of(await self.desk.receive(self.incoming(person_id, words)))
        if expect is not None and [a.ok for a in turn.actions] != [True] * expect:
            raise Unexpected(f"{words!r} led to {turn.actions} {[m.text for m in turn.messages]} {turn.question}")
        return turn

    def incoming(self, person_id: int, words: str) -> Incoming:
        """A message that was never sent before."""
        return Incoming(platform="web", event_id=f"b{next(EVENTS)}", account=str(person_id), text=words)

    def guests(self) -> list[int]:
        """The guests' ids, in order."""
        known = {guest_name(n) for n in range(len(self.people))}
        return [i for name, i in self.people.items() if name in known]

    def coaches(self) -> list[int]:
        """The coaches' ids."""
        return [self.people[name] for name in COACHES]

    def member_words(self, number: int) -> tuple[str, str, str]:
        """What a member says, over and over: book a class, look, give it back. Each has a class of their own."""
        chosen = self.classes[number % len(self.classes)]
        when = f"{chosen.class_type} on {chosen.local_start:%-d %B} at {chosen.local_start:%H:%M}"
        return f"book {when}", "my bookings", f"cancel my {when}"

    def coach_words(self, number: int) -> tuple[str, str]:
        """What a coach says, over and over: an extra class at an hour of their own, and its undo."""
        day = date(2027, 1, 4) + timedelta(days=number // 6)
        hour = 14 + number % 6
        return f"put open gym on {day} {hour}:00-{hour + 1}:00", "undo"


@asynccontextmanager
async def opened(
    file: Path,
    on_commit: CommitHook | None = None,
    clock: Clock | None = None,
    connection: type[sqlite3.Connection] = sqlite3.Connection,
) -> AsyncIterator[Open]:
    """The gym in a file, with the rules model."""
    desk = Desk(Store(url_of(file), on_commit, connection), clock or SystemClock(START), RulesModel())
    async with desk.store.read() as db:
        people = {name: number for number, name in await db.execute(select(Person.id, Person.name).order_by(Person.id))}
        gym_id = (await db.scalars(select(Person.gym_id).limit(1))).one()
        coming = await between(db, gym_id, ZONE, date(2026, 11, 23), date(2026, 12, 3))
    await desk.start()
    try:
        yield Open(file, desk, people, [o for o in coming if not o.cancelled])
    finally:
        await desk.stop()


def mixed(gym: Open, members: Sequence[int], coaches: Sequence[int]) -> Iterator[tuple[int, str]]:
    """Turns with one call each, in an endless round that leaves the gym as it was: book, look, put a class on, undo
    that, give the seat back."""
    for number in itertools.count():
        member, coach = number % len(members), number % len(coaches)
        book, look, cancel = gym.member_words(member)
        put, undo = gym.coach_words(coach)
        yield members[member], book
        yield members[member], look
        yield coaches[coach], put
        yield coaches[coach], undo
        yield members[member], cancel


ROUND = 5


@asynccontextmanager
async def folder() -> AsyncIterator[Path]:
    """A place for databases that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="whistle-bench-") as name:
        yield Path(name)


def fill_log(file: Path, person_id: int, turns: int) -> None:
    """Repeat the newest turn of a person's conversation in the tables, as if they had said it so many times before."""
    db = sqlite3.connect(file)
    db.row_factory = sqlite3.Row
    turn = db.execute("select * from turns where person_id = ? order by id desc limit 1", (person_id,)).fetchone()
    rows = {
        t: db.execute(f"select * from {t} where turn_id = ? order by id", (turn["id"],)).fetchall() for t in OF_TURN
    }
    newest = db.execute("select max(id) from turns").fetchone()[0]
    position = db.execute("select max(position) from outbox").fetchone()[0]
    last = rows["agent_events"][-1]["sequence_number"]
    made: dict[str, list[dict[str, Any]]] = {table: [] for table in ("turns", *OF_TURN)}
    for turn_id in range(newest + 1, newest + turns + 1):
        made["turns"].append({**dict(turn), "id": turn_id})
        for row in rows["inbox"]:
            made["inbox"].append({**dict(row), "id": None, "turn_id": turn_id, "event_id": f"f{turn_id}"})
        for row in rows["agent_events"]:
            last += 1
            made["agent_events"].append(_repeated(row, turn_id, last))
        for row in rows["outbox"]:
            position += 1
            made["outbox"].append({**dict(row), "id": None, "turn_id": turn_id, "position": position})
    for table, values in made.items():
        names, slots = ", ".join(values[0]), ", ".join(f":{column}" for column in values[0])
        db.executemany(f"insert into {table} ({names}) values ({slots})", values)
    db.execute("update counters set value = ? where name = 'outbox'", (position,))
    db.commit()
    db.close()


def _repeated(event: sqlite3.Row, turn_id: int, number: int) -> dict[str, Any]:
    """An event in another turn; its calls get names of their own."""
    was, now = f"t{event['turn_id']}-", f"t{turn_id}-"
    call = event["call_id"] and event["call_id"].replace(was, now)
    content = event["content"].replace(f'"{was}', f'"{now}')
    return {
        **dict(event),
        "id": None,
        "turn_id": turn_id,
        "sequence_number": number,
        "call_id": call,
        "content": content,
    }


__all__ = ["ROUND", "START", "Open", "Unexpected", "copy", "fill_log", "make_demo", "make_gym", "mixed", "opened"]
