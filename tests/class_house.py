"""A small gym with a timetable and plans, for tests of classes and bookings."""

import contextlib
from collections.abc import AsyncIterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session
from sqlalchemy.sql import select

from core.agent.tools import load
from core.chat import Turn
from core.clock import SetClock
from core.gym.bookings import Booking
from core.gym.class_types import ClassType
from core.gym.classes import ClassSeries, ClassSession
from core.gym.gyms import GymProfile
from core.gym.plans import Membership, Plan
from core.llm.scripted import ScriptedModel
from core.people import Person
from core.store.database import unlogged
from tests.conftest import START, House
from tests.databases import empty_file

ZONE = "Europe/Berlin"
# START is Friday 20 November 2026, 10:00 in Berlin.
CROSSFIT_TONIGHT = "CrossFit 2026-11-20T18:00"
CROSSFIT_LATER = "CrossFit 2026-11-20T19:00"
CROSSFIT_MONDAY = "CrossFit 2026-11-23T18:00"
YOGA_SUNDAY = "Yoga 2026-11-22T19:30"
YOGA_MONDAY = "Yoga 2026-11-23T19:30"
WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri"]


@contextlib.asynccontextmanager
async def class_house(tmp_path: Path, *, plans: bool = True, url: str = "") -> AsyncIterator[House]:
    """An open house: CrossFit every weekday at 18:00 and 19:00 with Carla (2 spots), yoga on Mon, Thu and Sun at 19:30.
    `url` is a database that has its tables; without it there is a new file."""
    if not url:
        url = await empty_file(tmp_path / "gym.db")
    house = await House(url=url, clock=SetClock(START), model=ScriptedModel(), toolbox=load()).open()
    async with house.desk.store.write() as db:
        await db.run_sync(_furnish, house.people, plans)
    try:
        yield house
    finally:
        await house.desk.stop()


def _furnish(db: Session, people: dict[str, int], plans: bool) -> None:
    with unlogged(db):
        gym_id = db.scalar(select(Person.gym_id).limit(1))
        assert gym_id is not None
        types = {
            "CrossFit": ClassType(gym_id=gym_id, name="CrossFit", minutes=60, spots=2, archived=False, version=1),
            "Yoga": ClassType(gym_id=gym_id, name="Yoga", minutes=60, spots=12, archived=False, version=1),
            "Open Gym": ClassType(gym_id=gym_id, name="Open Gym", minutes=60, spots=20, archived=False, version=1),
        }
        db.add_all(types.values())
        db.flush()
        for name, days, times, coach in (
            ("CrossFit", WEEKDAYS, ("18:00", "19:00"), people["carla"]),
            ("Yoga", ["Mon", "Thu", "Sun"], ("19:30",), people["marcus"]),
        ):
            for time in times:
                rule = ClassSeries(gym_id=gym_id, class_type_id=types[name].id, days=days, time=time, version=1)
                rule.coach_id, rule.from_date = coach, date(2026, 1, 1)
                db.add(rule)
        unlimited = Plan(gym_id=gym_id, name="Unlimited", price=Decimal(119), per="month", archived=False, version=1)
        db.add(unlimited)
        db.flush()
        for who in ("mia", "schmidt", "kowalski") if plans else ():
            db.add(_membership(gym_id, people[who], unlimited.id))
        db.flush()


def _membership(gym_id: int, person_id: int, plan_id: int, **more: Any) -> Membership:
    row = Membership(gym_id=gym_id, person_id=person_id, plan_id=plan_id, status="active", version=1)
    row.starts_on = date(2026, 1, 1)
    for name, value in more.items():
        setattr(row, name, value)
    return row


async def give_plan(house: House, who: str, *, plan: dict[str, Any] | None = None, **more: Any) -> int:
    """Give a person a membership of a new plan."""
    async with house.desk.store.write() as db:

        def add(session: Session) -> int:
            with unlogged(session):
                gym_id = session.scalar(select(Person.gym_id).limit(1))
                assert gym_id is not None
                facts = {"name": "Ten pack", "price": Decimal(140), **(plan or {})}
                row = Plan(gym_id=gym_id, archived=False, version=1, **facts)
                session.add(row)
                session.flush()
                held = _membership(gym_id, house.people[who], row.id, visits=row.visits, **more)
                session.add(held)
                session.flush()
                return held.id

        return await db.run_sync(add)


async def set_gym(house: House, **facts: Any) -> None:
    """Change the gym's settings."""
    async with house.desk.store.write() as db:

        def change(session: Session) -> None:
            with unlogged(session):
                profile = session.scalars(select(GymProfile)).one()
                for name, value in facts.items():
                    setattr(profile, name, value)
                session.flush()

        await db.run_sync(change)


async def seats(house: House, who: str) -> list[tuple[str, str]]:
    """A person's bookings: when, and what became of each."""
    async with house.desk.store.read() as db:
        rows = await db.execute(
            select(ClassSession.starts_at, Booking.status)
            .join(ClassSession, ClassSession.id == Booking.session_id)
            .where(Booking.person_id == house.people[who])
            .order_by(Booking.id)
        )
        return [(f"{start + timedelta(hours=1):%a %H:%M}", status) for start, status in rows]


def receipts(turn: Turn) -> list[str]:
    """All receipts of a turn."""
    return [r.text for m in turn.messages for r in m.receipts]


def words(turn: Turn) -> str:
    """Everything that a turn says, cards included."""
    cards = [c for m in turn.messages for c in m.cards]
    lines = [line for c in cards for line in (c.title, *c.lines, *(f"{f.label}: {f.value}" for f in c.facts))]
    return "\n".join([*(m.text for m in turn.messages), *lines])


def labels(turn: Turn) -> list[str]:
    """The labels of all buttons of a turn."""
    return [b.label for m in turn.messages for row in m.buttons for b in row]


async def press(house: House, who: str, turn: Turn, label: str = "Approve") -> Turn:
    """Tap the button of a label."""
    button = next(b for m in turn.messages for row in m.buttons for b in row if b.label == label)
    return await house.tap(who, button.token)
