"""The demo gym: the same for the same moment, and true to the gym's own rules."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql import select

from bot.demo import demo_people, make
from core.clock import to_local
from core.coaching.workouts import Workout
from core.gym.bookings import LIVE, USED, Booking
from core.gym.classes import ClassSeries, ClassSession
from core.gym.members import listed
from core.gym.payments import Charge, unpaid
from core.gym.plans import Membership, Plan
from core.gym.timetable import between
from core.people import Account, Person
from core.store.database import Store
from tests.conftest import make_tables

ZONE = "Europe/Berlin"
# A Friday morning, a Monday night, the week of a clock change, and a leap day.
MOMENTS = (
    datetime(2026, 11, 20, 9, 0, tzinfo=UTC),
    datetime(2026, 11, 23, 22, 30, tzinfo=UTC),
    datetime(2027, 3, 26, 5, 15, tzinfo=UTC),
    datetime(2028, 2, 29, 17, 30, tzinfo=UTC),
)


@dataclass
class Demo:
    """Everything that was made, as rows."""

    url: str
    at: datetime
    persons: Sequence[Person]
    seats: Sequence[tuple[Booking, ClassSession]]
    memberships: dict[int, Membership]
    plans: dict[int, Plan]
    charges: Sequence[Charge]
    by_person: dict[int, list[tuple[Booking, ClassSession]]] = field(default_factory=lambda: defaultdict(list))

    def local_day(self, session: ClassSession) -> date:
        return to_local(session.starts_at, ZONE).date()

    def named(self, name: str) -> Person:
        return next(p for p in self.persons if p.name == name)


async def _read(store: Store, at: datetime) -> Demo:
    async with store.read() as db:
        seats = (await db.execute(select(Booking, ClassSession).join(ClassSession))).all()
        demo = Demo(
            url=str(store.url),
            at=at,
            persons=(await db.scalars(select(Person).order_by(Person.id))).all(),
            seats=[(row[0], row[1]) for row in seats],
            memberships={m.id: m for m in await db.scalars(select(Membership))},
            plans={p.id: p for p in await db.scalars(select(Plan))},
            charges=(await db.scalars(select(Charge))).all(),
        )
    for booking, session in demo.seats:
        demo.by_person[booking.person_id].append((booking, session))
    return demo


async def _made(url: str, at: datetime) -> Demo:
    await make_tables(url)
    store = Store(url)
    await make(store, at)
    demo = await _read(store, at)
    await store.dispose()
    return demo


@pytest.fixture(scope="module", params=MOMENTS, ids=str)
def demo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The demo gym at a moment, made once for all tests."""
    file = tmp_path_factory.mktemp("demo") / "demo.db"
    return asyncio.run(_made(f"sqlite+aiosqlite:///{file}", request.param))


@pytest.fixture
async def db(demo: Demo) -> AsyncIterator[AsyncSession]:
    """A look into its database."""
    store = Store(demo.url)
    async with store.read() as session:
        yield session
    await store.dispose()


async def test_the_people_are_there_and_can_sign_in(demo: Demo, db: AsyncSession) -> None:
    """Five staff, sixty members, an account each; the owner first among those to sign in as, and Mia last."""
    assert Counter(p.role for p in demo.persons) == {"owner": 1, "admin": 1, "coach": 3, "member": 60}
    accounts = {(a.platform, a.account, a.person_id) for a in await db.scalars(select(Account))}
    first = await demo_people(db)
    assert accounts == {("web", str(p.id), p.id) for p in demo.persons}
    assert [p.name.split()[0] for p in first] == ["Olivia", "Adam", "Carla", "Marcus", "Priya", "Mia"]


async def test_the_timetable_is_that_of_the_file(demo: Demo, db: AsyncSession) -> None:
    """39 classes a week by series, with coach, before and after the moment, and beyond the days that have rows."""
    monday = to_local(demo.at, ZONE).date()
    monday -= timedelta(days=monday.weekday())
    assert len(list(await db.scalars(select(ClassSeries)))) == 13
    for weeks in (-12, -1, 0, 1, 5):
        first = monday + timedelta(weeks=weeks)
        week = await between(db, 1, ZONE, first, first + timedelta(days=6))
        assert len(week) == 39
        assert all(o.coach for o in week)


async def test_coming_classes_are_between_40_and_90_percent_full_with_a_seat_left(demo: Demo, db: AsyncSession) -> None:
    """For fourteen days; after that nothing is booked."""
    today = to_local(demo.at, ZONE).date()
    coming = [o for o in await between(db, 1, ZONE, today, today + timedelta(days=20)) if o.starts_at > demo.at]
    for occurrence in coming:
        if occurrence.starts_at < demo.at + timedelta(days=14):
            assert 0.4 <= occurrence.booked / occurrence.spots <= 0.9
            assert occurrence.left >= 1
        else:
            assert occurrence.booked == 0


def test_nobody_is_in_two_places_at_once(demo: Demo) -> None:
    """One seat a class, and no class while another runs."""
    for mine in demo.by_person.values():
        held = sorted((s.starts_at, s.minutes) for b, s in mine if b.status != "cancelled")
        for (start, minutes), (after, _) in pairwise(held):
            assert after >= start + timedelta(minutes=minutes)


def test_weekly_limits_and_packs_are_kept(demo: Demo) -> None:
    """No membership was used more often than its plan allows, or outside its days."""
    weeks: Counter[tuple[int, date]] = Counter()
    used: Counter[int] = Counter()
    for booking, session in demo.seats:
        assert booking.membership_id is not None
        membership, day = demo.memberships[booking.membership_id], demo.local_day(session)
        assert membership.person_id == booking.person_id
        assert membership.starts_on <= day <= (membership.ends_on or day)
        if booking.status in USED:
            used[membership.id] += 1
            weeks[membership.id, day - timedelta(days=day.weekday())] += 1
    for (number, _), count in weeks.items():
        assert count <= (demo.plans[demo.memberships[number].plan_id].visits_per_week or 99)
    for number, count in used.items():
        assert count <= (demo.memberships[number].visits or 9999)


def test_the_frozen_have_no_visits_while_they_rest(demo: Demo) -> None:
    """Three members are frozen now."""
    resting = [m for m in demo.memberships.values() if m.frozen_from]
    assert len(resting) == 3
    for membership in resting:
        days = [demo.local_day(s) for _, s in demo.by_person[membership.person_id]]
        assert membership.frozen_from is not None
        assert membership.frozen_until is not None
        assert not [d for d in days if membership.frozen_from <= d <= membership.frozen_until]


def test_bookings_were_made_when_they_could_be(demo: Demo) -> None:
    """After bookings opened and the person joined, before the class, and not in the future; what is past has an end."""
    joined = {p.id: p.joined_on for p in demo.persons}
    for booking, session in demo.seats:
        opens = demo.local_day(session) - timedelta(days=14)
        assert opens <= to_local(booking.booked_at, ZONE).date()
        assert booking.booked_at <= min(session.starts_at, demo.at)
        assert to_local(booking.booked_at, ZONE).date() >= joined[booking.person_id]
        assert (booking.status == "booked") == (session.starts_at > demo.at)
        assert (booking.status in LIVE) == (booking.cancelled_at is None)


async def test_eight_owe_money_and_the_blocked_have_booked_nothing(demo: Demo, db: AsyncSession) -> None:
    """Failed charges with a reason; whoever is beyond the days of grace has no seat to come. Mia has paid."""
    today = to_local(demo.at, ZONE).date()
    owed = await unpaid(db, 1, today)
    assert len(owed) == 8
    assert all(d.reasons for d in owed)
    assert demo.named("Mia Tran").id not in {d.person_id for d in owed}
    for debt in owed:
        if debt.days(today) > 7:
            assert not [b for b, _ in demo.by_person[debt.person_id] if b.status == "booked"]
    assert all(c.paid_at is None or c.paid_at <= demo.at for c in demo.charges)


async def test_four_are_at_risk_and_two_are_new(demo: Demo, db: AsyncSession) -> None:
    """Four who are neither frozen nor gone have not come for three weeks; two joined within a month."""
    today = to_local(demo.at, ZONE).date()
    members = await listed(db, 1, today)
    assert len([m for m in members if m.joined_on > today - timedelta(days=30)]) == 2
    missing = []
    for member in members:
        seen = [demo.local_day(s) for b, s in demo.by_person[member.id] if b.status == "attended"]
        if member.state != "frozen" and (not seen or (today - max(seen)).days >= 21):
            missing.append(member.name)
    assert len(missing) == 4


def test_mia_has_two_free_days_and_a_past(demo: Demo) -> None:
    """She is on Unlimited, has come for twelve weeks, and has nothing booked in the next 48 hours."""
    mine = demo.by_person[demo.named("Mia Tran").id]
    assert not [s for _, s in mine if demo.at <= s.starts_at <= demo.at + timedelta(hours=48)]
    assert len({demo.local_day(s).isocalendar()[:2] for b, s in mine if b.status == "attended"}) >= 11
    assert {demo.plans[demo.memberships[b.membership_id or 0].plan_id].name for b, _ in mine} == {"Unlimited"}


async def test_the_workouts_have_their_structure(demo: Demo, db: AsyncSession) -> None:
    """The six of the file, read as the workout reader reads them."""
    workouts = {w.name: w for w in await db.scalars(select(Workout))}
    assert sorted(workouts) == ["Cindy", "Fran", "Helen", "Strength A", "Strength B", "Tuesday Engine"]
    assert all(w.wod.movements for w in workouts.values())


def _plain(demo: Demo) -> list[Any]:
    return [
        [(p.name, p.email, p.birthday, p.joined_on) for p in demo.persons],
        sorted((b.person_id, s.starts_at, b.status, b.booked_at, b.membership_id) for b, s in demo.seats),
        sorted((c.person_id, c.due_on, str(c.amount), c.failed_reason or "", c.method or "") for c in demo.charges),
    ]


async def test_the_same_moment_makes_the_same_gym(tmp_path: Path) -> None:
    """Two gyms of one moment are equal, one of another moment is not; it is made once."""
    made = []
    for number, at in enumerate((MOMENTS[0], MOMENTS[0], MOMENTS[1])):
        url = f"sqlite+aiosqlite:///{tmp_path / f'{number}.db'}"
        await make_tables(url)
        store = Store(url)
        await make(store, at)
        await make(store, at)
        made.append(_plain(await _read(store, at)))
        await store.dispose()
    assert made[0] == made[1]
    assert made[0] != made[2]
