"""A gym in which anybody does anything, in any order, while time passes: what must hold after every deed."""

import asyncio
import contextlib
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy.orm import Session
from sqlalchemy.sql import func, select

from core.chat import Turn
from core.gym import timetable
from core.gym.bookings import BOOKED, DROPPED, LIVE, USED, Booking
from core.gym.classes import CANCELLED, ClassSession
from core.gym.payments import Charge
from core.gym.plans import Membership, Plan
from core.store.changes import Change, ChangeRow, image
from core.store.database import unlogged
from core.store.rows import logged_tables, model_of
from tests.class_house import ZONE, class_house, give_plan
from tests.conftest import House
from tests.databases import fresh, nothing

DEADLINE = timedelta(hours=4)
MEMBERS = ("mia", "schmidt", "kowalski")
STAFF = ("carla", "marcus")
TIMES = ("2026-11-20T18:30", "2026-11-20T19:30", "2026-11-21T10:00", "2026-11-22T19:00", "2026-11-23T18:30")
whoever = st.sampled_from((*MEMBERS, *STAFF))
members = st.sampled_from(MEMBERS)
staff = st.sampled_from(STAFF)
some_class = st.integers(0, 30)
some_time = st.sampled_from(TIMES)


@dataclass(frozen=True)
class Seat:
    """One booking with its class, as it was at some moment."""

    person_id: int
    session_id: int
    status: str
    starts_at: datetime
    minutes: int
    cancelled: bool


@dataclass
class Gym:
    """The house with what the test knows of it beside the database."""

    house: House
    seats: dict[int, Seat] = field(default_factory=dict)
    touched_at: dict[int, datetime] = field(default_factory=dict)
    moved: set[int] = field(default_factory=set)
    barred: set[str] = field(default_factory=set)
    receipts: list[tuple[str, str]] = field(default_factory=list)
    checked: int | None = None

    async def classes(self) -> list[str]:
        """The keys of the classes of the next days."""
        today = self.house.clock.now().date()
        async with self.house.desk.store.read() as db:
            on = await timetable.between(db, 1, ZONE, today, today + timedelta(days=3))
        return [o.key for o in on]

    async def call(self, who: str, tool: str, /, **args: Any) -> Turn:
        """Make a call, and press yes to whatever is asked."""
        return await self.settled(who, await self.house.call(who, tool, **args))

    async def settled(self, who: str, turn: Turn) -> Turn:
        """The end of a turn that may ask for a press."""
        if turn.question is not None:
            turn = await self.house.tap(who, turn.question.options[0].token)
        assert "on my side" not in str(turn.messages), "a fault of our own"
        self.receipts += [(who, r.undo) for m in turn.messages for r in m.receipts if r.undo]
        return turn

    async def newest(self) -> int | None:
        """The number of the last change: as long as it is the same, nothing has to be looked at again."""
        async with self.house.desk.store.read() as db:
            return await db.scalar(select(func.max(Change.id)))

    async def read(self) -> dict[int, Seat]:
        """Every booking as it is now."""
        async with self.house.desk.store.read() as db:
            rows = await db.execute(
                select(Booking, ClassSession).join(ClassSession, ClassSession.id == Booking.session_id)
            )
            return {
                b.id: Seat(b.person_id, s.id, b.status, s.starts_at, s.minutes, s.status == CANCELLED) for b, s in rows
            }


class BookingMachine(RuleBasedStateMachine):
    """Members and staff do what they can say or press; the rules of booking hold whatever way a change came about."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.open = contextlib.AsyncExitStack()
        self.deed = ("", "")

    @initialize()
    def opening(self) -> None:
        """A pack of two visits, one visit a week, and a plan that may be frozen or unpaid."""
        self.gym = self.runner.run(self._opened())

    async def _opened(self) -> Gym:
        folder = Path(self.open.enter_context(tempfile.TemporaryDirectory()))
        url = await self.open.enter_async_context(fresh("sqlite", folder, "empty", nothing))
        house = await self.open.enter_async_context(class_house(folder, plans=False, url=url))
        await give_plan(house, "mia", plan={"name": "Two visits", "visits": 2})
        await give_plan(house, "schmidt", plan={"name": "Once a week", "visits_per_week": 1})
        await give_plan(house, "kowalski", plan={"name": "Unlimited too"})
        return Gym(house)

    def do(self, who: str, tool: str, /, **args: Any) -> None:
        """One call by one person."""
        self.deed = (who, tool)
        self.runner.run(self.gym.call(who, tool, **args))

    def a_class(self, number: int) -> str:
        """One of the classes that are on now."""
        on = self.runner.run(self.gym.classes())
        return on[number % len(on)]

    @rule(who=whoever, number=some_class)
    def book(self, who: str, number: int) -> None:
        self.do(who, "book_class", session=self.a_class(number))

    @rule(who=staff, member=st.sampled_from(("Mia Tran", "Anna Schmidt", "Anna Kowalski")), number=some_class)
    def book_for(self, who: str, member: str, number: int) -> None:
        self.do(who, "book_class", session=self.a_class(number), member=member)

    @precondition(lambda self: any(s.status == BOOKED for s in self.gym.seats.values()))
    @rule(pick=st.integers(0, 20), by_staff=st.booleans())
    def cancel(self, pick: int, by_staff: bool) -> None:
        who, key = self._a_seat(pick)
        names = {"mia": "Mia Tran", "schmidt": "Anna Schmidt", "kowalski": "Anna Kowalski"}
        if by_staff and who in names:
            self.do("carla", "cancel_booking", session=key, member=names[who])
        else:
            self.do(who, "cancel_booking", session=key)

    @precondition(lambda self: any(s.status == BOOKED for s in self.gym.seats.values()))
    @rule(pick=st.integers(0, 20), number=some_class)
    def move_booking(self, pick: int, number: int) -> None:
        who, key = self._a_seat(pick)
        self.do(who, "move_booking", session=key, to=self.a_class(number))

    @rule(who=staff, when=some_time, spots=st.integers(1, 3))
    def schedule(self, who: str, when: str, spots: int) -> None:
        self.do(who, "schedule_class", class_type="Open Gym", when=when, spots=str(spots))

    @rule(when=st.sampled_from(("18:30", "07:00")))
    def schedule_series(self, when: str) -> None:
        self.do("olivia", "schedule_series", class_type="Open Gym", days=["Fri", "Sat", "Mon"], time=when)

    @rule(name=st.sampled_from(("Open Gym", "Yoga")), days=st.sampled_from((["Sat"], ["Mon", "Sun"])))
    def end_series(self, name: str, days: list[str]) -> None:
        self.do("olivia", "end_series", class_type=name, days=days)

    @rule(who=staff, number=some_class)
    def cancel_class(self, who: str, number: int) -> None:
        self.do(who, "cancel_class", session=self.a_class(number))

    @rule(who=staff, number=some_class, to=some_time)
    def move_class(self, who: str, number: int, to: str) -> None:
        self.do(who, "move_class", session=self.a_class(number), to=to)

    @rule(who=staff, number=some_class, spots=st.integers(1, 4))
    def set_spots(self, who: str, number: int, spots: int) -> None:
        self.do(who, "set_class_spots", session=self.a_class(number), spots=str(spots))

    @rule(who=whoever, last=st.integers(1, 2))
    def undo(self, who: str, last: int) -> None:
        self.do(who, "undo", last=last)

    @rule(who=whoever)
    def redo(self, who: str) -> None:
        self.do(who, "redo")

    @rule(who=st.sampled_from(("Carla Reyes", "Marcus Hale")))
    def undo_as_owner(self, who: str) -> None:
        self.do("olivia", "undo", who=who)

    @precondition(lambda self: bool(self.gym.receipts))
    @rule(pick=st.integers(0, 50))
    def press_undo(self, pick: int) -> None:
        who, token = self.gym.receipts[-1 - pick % len(self.gym.receipts)]
        self.deed = (who, "undo")

        async def pressed() -> None:
            await self.gym.settled(who, await self.gym.house.tap(who, token))

        self.runner.run(pressed())

    @rule(minutes=st.sampled_from((1, 45, 200, 300, 720)))
    def time_passes(self, minutes: int) -> None:
        self.deed = ("", "")
        self.gym.house.clock.move(timedelta(minutes=minutes))

    @rule(frozen=st.booleans())
    def kowalskis_plan(self, frozen: bool) -> None:
        """A freeze, or a charge that has been open for a month; the next time, all is well again."""
        self.deed = ("", "")
        free = bool(self.gym.barred)
        self.gym.barred = set() if free else {"kowalski"}
        self.runner.run(self._bar(free=free, frozen=frozen))

    async def _bar(self, *, free: bool, frozen: bool) -> None:
        person, today = self.gym.house.people["kowalski"], self.gym.house.clock.now().date()

        def set_it(session: Session) -> None:
            with unlogged(session):
                held = session.scalars(select(Membership).where(Membership.person_id == person)).one()
                for charge in session.scalars(select(Charge).where(Charge.paid_at.is_(None))):
                    charge.paid_at = self.gym.house.clock.now()
                held.frozen_from = None
                if not free and frozen:
                    held.frozen_from = today
                elif not free:
                    due = today - timedelta(days=30)
                    facts = {"gym_id": held.gym_id, "person_id": person, "membership_id": held.id, "version": 1}
                    session.add(Charge(amount=Decimal(119), currency="EUR", due_on=due, **facts))
                session.flush()

        async with self.gym.house.desk.store.write() as db:
            await db.run_sync(set_it)

    def _a_seat(self, pick: int) -> tuple[str, str]:
        held = [s for s in self.gym.seats.values() if s.status == BOOKED]
        seat = held[pick % len(held)]
        who = next(name for name, id in self.gym.house.people.items() if id == seat.person_id)
        return who, self.runner.run(self._key(seat.session_id))

    async def _key(self, session_id: int) -> str:
        async with self.gym.house.desk.store.read() as db:
            return (await timetable.of_rows(db, ZONE, [session_id]))[session_id].key

    @invariant()
    def the_rules_hold(self) -> None:
        """Of the rows as they are, and of how they became so."""
        if hasattr(self, "gym"):
            self.runner.run(self._check())

    async def _check(self) -> None:
        newest = await self.gym.newest()
        if newest == self.gym.checked:
            return
        self.gym.checked = newest
        seats = await self.gym.read()
        await self._note_moves()
        assert await broken_totals(self.gym.house) == []
        live = [s for s in seats.values() if s.status in LIVE]
        assert not [s for s in live if s.cancelled], "a seat in a class that was called off"
        for person in {s.person_id for s in live}:
            own = sorted((s for s in live if s.person_id == person), key=lambda s: s.starts_at)
            for one, other in pairwise(own):
                if not self.gym.moved & {one.session_id, other.session_id}:
                    assert one.starts_at + timedelta(minutes=one.minutes) <= other.starts_at, "two seats at one time"
        for number in {*seats, *self.gym.seats}:
            self._check_step(number, self.gym.seats.get(number), seats.get(number))
        self.gym.seats = seats

    def _check_step(self, number: int, before: Seat | None, after: Seat | None) -> None:
        """How one booking changed in the last deed."""
        now = self.gym.house.clock.now()
        was, is_ = before is not None and before.status in LIVE, after is not None and after.status in LIVE
        if (before and before.status) == (after and after.status):
            return
        who, tool = self.deed
        seat = after or before
        assert seat is not None
        assert seat.starts_at > now or seat.cancelled or not (was or is_), (
            f"{tool} changed a seat of a class that has begun"
        )
        own = self.gym.house.people.get(who) == seat.person_id
        if was and not is_ and own and not seat.cancelled and now > seat.starts_at - DEADLINE:
            late = after is not None and after.status != DROPPED
            assert late or self.gym.touched_at.get(number) == now, f"{tool} gave a visit back after the deadline"
        if is_ and not was and tool not in ("undo", "redo") and own:
            assert who not in self.gym.barred, "booked on a plan that does not hold"
        if is_ and not was and own and tool in ("undo", "redo"):
            assert who not in self.gym.barred, f"{tool} took a seat on a plan that does not hold"
        self.gym.touched_at[number] = now

    async def _note_moves(self) -> None:
        """Classes that staff have moved: they were told who is torn, and moved them all the same."""
        async with self.gym.house.desk.store.read() as db:
            rows = await db.execute(
                select(ChangeRow.row_id, ChangeRow.before, ChangeRow.after).where(ChangeRow.table == "class_sessions")
            )
            self.gym.moved |= {
                i for i, before, after in rows if before and after and before["starts_at"] != after["starts_at"]
            }

    def teardown(self) -> None:
        """Close the house and its loop."""
        self.runner.run(self.open.aclose())
        self.runner.close()


async def broken_totals(house: House) -> list[str]:
    """Capacity, one seat a person, packs and weeks: which of them does not hold."""
    broken = []
    async with house.desk.store.read() as db:
        taken = (
            select(ClassSession.id, ClassSession.spots, func.count())
            .join(Booking, Booking.session_id == ClassSession.id)
            .where(Booking.status.in_(LIVE), Booking.beyond.is_(False))
            .group_by(ClassSession.id, ClassSession.spots)
        )
        broken += [f"class {id}: {count} of {spots}" for id, spots, count in await db.execute(taken) if count > spots]
        doubled = select(func.count()).where(Booking.status.in_(LIVE)).group_by(Booking.session_id, Booking.person_id)
        broken += [f"{count} seats for one person" for count in await db.scalars(doubled) if count > 1]
        used = (
            select(Membership.visits, func.count())
            .join(Booking, Booking.membership_id == Membership.id)
            .where(Booking.status.in_(USED), Membership.visits.is_not(None))
            .group_by(Membership.id, Membership.visits)
        )
        broken += [f"{count} visits of a pack of {of}" for of, count in await db.execute(used) if count > (of or 0)]
        visits = (
            select(Membership.id, Plan.visits_per_week, ClassSession.id, ClassSession.starts_at)
            .join(Booking, Booking.membership_id == Membership.id)
            .join(Plan, Plan.id == Membership.plan_id)
            .join(ClassSession, ClassSession.id == Booking.session_id)
            .where(Booking.status.in_(USED), Plan.visits_per_week.is_not(None))
        )
        weeks: dict[tuple[int, int | None, int], int] = {}
        for membership, limit, _session, starts in await db.execute(visits):
            key = (membership, limit, starts.astimezone(UTC).isocalendar().week)
            weeks[key] = weeks.get(key, 0) + 1
        broken += [
            f"{count} visits in week {week}, not {of}" for (_m, of, week), count in weeks.items() if count > (of or 0)
        ]
    return broken


async def every_row(house: House) -> dict[tuple[str, int], dict[str, Any]]:
    """Every logged row, but those of classes that are just what their series says."""
    found = {}
    async with house.desk.store.read() as db:
        for table in sorted(logged_tables()):
            if not table.startswith("toy"):
                for row in await db.scalars(select(model_of(table))):
                    found[(table, row.id)] = image(row)
    return {key: row for key, row in found.items() if not (key[0] == "class_sessions" and _as_its_series(row))}


def _as_its_series(row: dict[str, Any]) -> bool:
    """A class of the small gym that nobody has changed since its series put it on."""
    if row["series_id"] is None or row["status"] != "scheduled":
        return False
    put = datetime.fromisoformat(row["original_local"]) - timedelta(hours=1)
    as_made = row["spots"] in (2, 12, 20) and row["coach_id"] in (None, 3, 4)
    return bool(datetime.fromisoformat(row["starts_at"]).replace(tzinfo=None) == put and as_made)
