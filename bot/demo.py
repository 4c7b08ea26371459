"""Makes the demo gym: names, plans and timetable from its file, and a history that leads up to the moment."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session
from sqlalchemy.sql import select

from bot.demo_people import DROP_IN, TEN, WEEKS, Guest, guests
from bot.demo_visits import PACKS, Bookings, Seat, Slot
from core.clock import to_instant, to_local
from core.coaching.wod import parse
from core.coaching.workouts import Workout
from core.gym.bookings import Booking
from core.gym.class_types import ClassType
from core.gym.classes import WEEKDAYS, ClassSeries, ClassSession
from core.gym.gyms import Gym, GymProfile
from core.gym.members import MemberNote
from core.gym.payments import Charge
from core.gym.plans import Membership, Plan
from core.people import ROLES, Account, Person
from core.store.database import Store, unlogged
from core.when.value import add_months

FILE = Path(__file__).with_name("demo_gym.toml")
PLATFORM = "web"
DAYS_AHEAD = 14
METHODS = ("card", "card", "direct debit", "direct debit", "cash")
NOTES = (
    "Prefers morning classes.",
    "Training for a first competition in spring.",
    "Asked about a beginner course for a friend.",
    "Travels for work every second week.",
    "New shoes, wants feedback on landing.",
    "Would like more Olympic lifting.",
)


@dataclass
class Making:
    """The gym in the making: its file, the moment, and the ids of what is there already."""

    db: Session
    file: Mapping[str, Any]
    at: datetime
    gym_id: int = 0
    people: dict[str, int] = field(default_factory=dict)
    plans: dict[str, int] = field(default_factory=dict)
    types: dict[str, int] = field(default_factory=dict)

    @property
    def zone(self) -> str:
        return str(self.file["gym"]["zone"])

    @property
    def now(self) -> datetime:
        """The gym's wall clock."""
        return to_local(self.at, self.zone)

    @property
    def first_day(self) -> date:
        """The Monday on which the history begins."""
        begin = self.now.date() - timedelta(weeks=WEEKS)
        return begin - timedelta(days=begin.weekday())

    def add(self, model: Any, rows: Sequence[Mapping[str, Any]]) -> list[int]:
        """Insert rows of this gym and return their ids, in order."""
        statement = insert(model).returning(model.id, sort_by_parameter_order=True)
        return list(self.db.scalars(statement, [{**row, "gym_id": self.gym_id, "version": 1} for row in rows]))


async def make(store: Store, at: datetime, toml_path: Path | None = None) -> None:
    """Build the demo gym as it is at a moment, the same for the same moment. Does nothing if it is there."""
    file = tomllib.loads((toml_path or FILE).read_text("utf-8"))
    async with store.write() as db:
        if await db.scalar(select(Gym.id).where(Gym.slug == file["gym"]["slug"])) is None:
            await db.run_sync(lambda session: _make(Making(session, file, at.replace(second=0, microsecond=0))))


async def demo_people(db: AsyncSession) -> Sequence[Person]:
    """Whom visitors can sign in as: the staff of the demo gym, the owner first, and its first member."""
    slug = tomllib.loads(FILE.read_text("utf-8"))["gym"]["slug"]
    people = select(Person).join(Gym, Gym.id == Person.gym_id).where(Gym.slug == slug).order_by(Person.id)
    staff = (await db.scalars(people.where(Person.role != "member"))).all()
    member = (await db.scalars(people.where(Person.role == "member").limit(1))).all()
    return [*sorted(staff, key=lambda p: -ROLES.index(p.role)), *member]


def _make(making: Making) -> None:
    with unlogged(making.db):
        _gym(making)
        found = guests(making.file["members"]["names"], making.file["seed"], making.now.date())
        _people(making, found)
        _class_types(making)
        _plans(making)
        _workouts(making)
        _notes(making)
        chance = Random(f"{making.file['seed']}:{making.at.isoformat()}")
        bookings = Bookings(found, making.now, str(making.file["seed"]))
        sessions = _sessions(making)
        seats = bookings.fill(slot for slot, _ in sessions)
        packs = _memberships(making, found, bookings, seats, chance)
        _bookings(making, sessions, seats, packs)


def _gym(making: Making) -> None:
    gym = Gym(slug=making.file["gym"]["slug"])
    making.db.add(gym)
    making.db.flush()
    making.gym_id = gym.id
    making.add(GymProfile, [{k: v for k, v in making.file["gym"].items() if k != "slug"}])


def _people(making: Making, found: Sequence[Guest]) -> None:
    today = making.now.date()
    staff = [
        _person(name, at["role"], f"{at['username']}@example.com", today - timedelta(days=700), at["username"])
        for name, at in making.file["staff"].items()
    ]
    members = [
        _person(g.name, "member", g.email, g.joined) | {"birthday": g.birthday, "phone": f"+49 151 555{number:05d}"}
        for number, g in enumerate(found, 10)
    ]
    people = [*staff, *members]
    ids = making.add(Person, people)
    making.people = {row["name"]: id for row, id in zip(people, ids, strict=True)}
    accounts = [{"platform": PLATFORM, "account": str(i), "person_id": i, "linked_at": making.at} for i in ids]
    making.db.execute(insert(Account), accounts)


def _person(name: str, role: str, email: str, joined: date, username: str | None = None) -> dict[str, Any]:
    return {
        "name": name,
        "role": role,
        "username": username,
        "email": email,
        "phone": None,
        "birthday": None,
        "joined_on": joined,
        "settings": {},
    }


def _class_types(making: Making) -> None:
    types = making.file["class_types"]
    ids = making.add(ClassType, [{"name": name, **sizes} for name, sizes in types.items()])
    making.types = dict(zip(types, ids, strict=True))


def _plans(making: Making) -> None:
    rows = [
        {
            "name": name,
            "price": Decimal(str(terms["price"])),
            "per": terms.get("per"),
            "visits": terms.get("visits"),
            "visits_per_week": terms.get("visits_per_week"),
        }
        for name, terms in making.file["plans"].items()
    ]
    making.plans = {row["name"]: id for row, id in zip(rows, making.add(Plan, rows), strict=True)}


def _workouts(making: Making) -> None:
    """The gym's named workouts, written by its coaches in turn."""
    coaches = [name for name, at in making.file["staff"].items() if at["role"] == "coach"]
    rows = [
        {
            "name": name,
            "text": text,
            "structure": parse(text).as_json(),
            "author_id": making.people[coaches[number % len(coaches)]],
            "made_at": making.at - timedelta(weeks=WEEKS, days=number),
        }
        for number, (name, text) in enumerate(making.file["workouts"].items())
    ]
    making.add(Workout, rows)


def _notes(making: Making) -> None:
    """A few lines that coaches wrote about members."""
    chance = Random(f"{making.file['seed']}:notes")
    coaches = [making.people[n] for n, at in making.file["staff"].items() if at["role"] == "coach"]
    members = chance.sample(making.file["members"]["names"][1:], len(NOTES))
    rows = [
        {
            "person_id": making.people[name],
            "author_id": chance.choice(coaches),
            "text": text,
            "at": making.at - timedelta(days=chance.randint(3, 60)),
        }
        for name, text in zip(members, NOTES, strict=True)
    ]
    making.add(MemberNote, rows)


def _sessions(making: Making) -> list[tuple[Slot, int]]:
    """The series of the timetable, and its classes of the history and of the coming days, in order of time."""
    rows = [
        {
            "class_type_id": making.types[block["class"]],
            "days": block["days"],
            "time": clock,
            "coach_id": making.people[block["coach"][clock]],
            "from_date": making.first_day,
        }
        for block in making.file["timetable"]
        for clock in block["times"]
    ]
    series = zip(rows, making.add(ClassSeries, rows), strict=True)
    names = {id: name for name, id in making.types.items()}
    classes = [
        (start, names[row["class_type_id"]], id, row["coach_id"])
        for row, id in series
        for start in _starts(making, row["days"], time.fromisoformat(row["time"]))
    ]
    classes.sort()
    made = [_session(making, *one) for one in classes]
    ids = making.add(ClassSession, made)
    slots = [_slot(making, number, *one[:2]) for number, one in enumerate(classes)]
    return list(zip(slots, ids, strict=True))


def _starts(making: Making, days: Sequence[str], clock: time) -> list[datetime]:
    last = to_local(making.at + timedelta(days=DAYS_AHEAD), making.zone)
    every = [making.first_day + timedelta(days=n) for n in range((last.date() - making.first_day).days + 1)]
    starts = [datetime.combine(day, clock) for day in every if WEEKDAYS[day.weekday()] in days]
    return [start for start in starts if start < last]


def _slot(making: Making, number: int, start: datetime, name: str) -> Slot:
    sizes = making.file["class_types"][name]
    return Slot(number, name, start, sizes["minutes"], sizes["spots"])


def _session(making: Making, start: datetime, name: str, series_id: int, coach_id: int) -> dict[str, Any]:
    return {
        "class_type_id": making.types[name],
        "series_id": series_id,
        "original_local": f"{start:%Y-%m-%dT%H:%M}",
        "starts_at": to_instant(start, making.zone),
        **making.file["class_types"][name],
        "coach_id": coach_id,
    }


def _memberships(
    making: Making, found: Sequence[Guest], bookings: Bookings, seats: Sequence[Seat], chance: Random
) -> dict[tuple[str, int | None], int]:
    """Everyone's memberships and what was charged for them; returns their ids by guest and pack."""
    last_visit = {(s.guest.name, s.pack): s.slot.start.date() for s in seats}
    visits = _visits(seats)
    keys: list[tuple[str, int | None]] = []
    rows: list[dict[str, Any]] = []
    for guest in found:
        bought = bookings.diaries[guest.name].packs
        for number in range(max(len(bought), 1)) if guest.plan in PACKS else (None,):
            key = (guest.name, number)
            started = bought[number] if number is not None and bought else guest.joined
            used_up = number is not None and visits.get(key, 0) >= PACKS[guest.plan]
            over = used_up and last_visit[key] < making.now.date()
            keys.append(key)
            rows.append(_membership(making, guest, started, last_visit[key] if over else None))
    ids = making.add(Membership, rows)
    charges = [
        c for k, row, id in zip(keys, rows, ids, strict=True) for c in _charges(making, found, k, row, id, chance)
    ]
    making.add(Charge, charges)
    return dict(zip(keys, ids, strict=True))


def _visits(seats: Sequence[Seat]) -> Mapping[tuple[str, int | None], int]:
    counted: dict[tuple[str, int | None], int] = {}
    for seat in seats:
        counted[seat.guest.name, seat.pack] = counted.get((seat.guest.name, seat.pack), 0) + 1
    return counted


def _membership(making: Making, guest: Guest, started: date, ended: date | None) -> dict[str, Any]:
    return {
        "person_id": making.people[guest.name],
        "plan_id": making.plans[guest.plan],
        "status": "ended" if ended else "active",
        "starts_on": started,
        "ends_on": ended,
        "frozen_from": guest.frozen_from,
        "frozen_until": guest.frozen_until,
        "visits": PACKS.get(guest.plan),
    }


def _charges(
    making: Making,
    found: Sequence[Guest],
    key: tuple[str, int | None],
    membership: Mapping[str, Any],
    membership_id: int,
    chance: Random,
) -> list[dict[str, Any]]:
    """What a membership cost: a pack on the day it began, a month on its day, the last of them perhaps not paid."""
    guest = next(g for g in found if g.name == key[0])
    price = Decimal(str(making.file["plans"][guest.plan]["price"]))
    due = [membership["starts_on"]] if guest.plan in (TEN, DROP_IN) else _months(making, guest, chance)
    return [
        {
            "person_id": membership["person_id"],
            "membership_id": membership_id,
            "amount": price,
            "currency": making.file["gym"]["currency"],
            "due_on": day,
            **_settled(making, guest, day, chance),
            "waived_reason": None,
        }
        for day in due
    ]


def _months(making: Making, guest: Guest, chance: Random) -> list[date]:
    """The days on which a monthly plan was due, the oldest first."""
    today = making.now.date()
    anchor = guest.owes_since or (guest.joined if (today - guest.joined).days < 28 else None)
    anchor = anchor or today - timedelta(days=chance.randint(0, 27))
    days = [add_months(anchor, n) for n in range(-3, 3)]
    begin = max(making.first_day, guest.joined)
    return [d for d in days if begin <= d <= today and not (guest.frozen_from and d >= guest.frozen_from)]


def _settled(making: Making, guest: Guest, day: date, chance: Random) -> dict[str, Any]:
    if guest.owes_since and day >= guest.owes_since:
        return {"paid_at": None, "method": None, "failed_reason": guest.reason}
    paid = to_instant(datetime.combine(day, time(5)) + timedelta(minutes=chance.randint(0, 600)), making.zone)
    return {"paid_at": min(paid, making.at), "method": chance.choice(METHODS), "failed_reason": None}


def _bookings(
    making: Making,
    sessions: Sequence[tuple[Slot, int]],
    seats: Sequence[Seat],
    packs: Mapping[tuple[str, int | None], int],
) -> None:
    ids = {slot.key: id for slot, id in sessions}
    rows = [
        {
            "gym_id": making.gym_id,
            "session_id": ids[seat.slot.key],
            "person_id": making.people[seat.guest.name],
            "status": seat.status,
            "booked_at": to_instant(seat.booked_at, making.zone),
            "cancelled_at": _cancelled_at(making, seat),
            "membership_id": packs[seat.guest.name, seat.pack],
        }
        for seat in seats
    ]
    making.db.execute(insert(Booking), rows)


def _cancelled_at(making: Making, seat: Seat) -> datetime | None:
    late = to_instant(seat.slot.start - timedelta(minutes=45), making.zone)
    return late if seat.status == "late_cancelled" else None
