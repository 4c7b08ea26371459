"""Plans: which membership a visit is on, and what of it is left."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from core.gym.bookings import Booking
from core.gym.class_types import ClassType
from core.gym.classes import ClassSession
from core.gym.payments import Charge
from core.gym.plans import Held, Membership, Plan, Term, fitting, is_frozen, standing
from core.references.plans import FilterReader, PlanReader, meant, pattern_of
from core.store.database import Store, unlogged
from tests.conftest import small_gym

DAY = date(2026, 11, 20)
PLANS = ("Unlimited", "Three a week", "Ten pack", "Drop-in")


def held(
    number: int, starts: int = -30, ends: int | None = None, size: int | None = None, used: int = 0, frozen: int = 0
) -> Held:
    """A membership whose days are counted from the day of the test."""
    membership = Term(
        id=number,
        person_id=1,
        starts_on=DAY + timedelta(days=starts),
        ends_on=None if ends is None else DAY + timedelta(days=ends),
        frozen_from=DAY if frozen else None,
        frozen_until=DAY + timedelta(days=frozen) if frozen else None,
        visits=size,
        plan="Plan",
        visits_per_week=None,
    )
    return Held(membership, used)


@pytest.mark.parametrize(
    ("choices", "number"),
    [
        ([held(1, ends=-1), held(2)], 2),
        ([held(1, size=10, used=10), held(2, size=10, used=1)], 2),
        ([held(1, frozen=5), held(2, size=10)], 2),
        ([held(1), held(2, size=10, ends=20)], 2),
        ([held(1, ends=-50), held(2, ends=-3)], 2),
        ([held(1, starts=20), held(2, starts=3)], 2),
        ([held(1, size=10, used=10)], 1),
    ],
)
def test_a_visit_is_on_the_membership_that_fits_best(choices: list[Held], number: int) -> None:
    """What covers the day, has visits left and rests not comes first, then what ends first, then what is nearest."""
    for order in (choices, choices[::-1]):
        found = fitting(order, DAY)
        assert found is not None
        assert found.membership.id == number


def test_without_any_membership_there_is_none_to_fit() -> None:
    """Nobody is put on a plan by accident."""
    assert fitting([], DAY) is None


@given(st.integers(-40, 40), st.integers(0, 40), st.integers(-60, 60))
def test_both_ends_of_a_freeze_are_frozen(begin: int, length: int, on: int) -> None:
    """A freeze holds from its first to its last day, and without a last day until it is lifted."""
    first, last, day = (DAY + timedelta(days=n) for n in (begin, begin + length, on))
    assert is_frozen(first, last, day) == (begin <= on <= begin + length)
    assert is_frozen(first, None, day) == (begin <= on)


@pytest.fixture
async def store(database: str) -> AsyncIterator[Store]:
    """A store on an empty gym."""
    opened = Store(database)
    yield opened
    await opened.dispose()


async def _filled(store: Store) -> dict[str, int]:
    """A gym in which Mia has a pack of ten with one visit of each outcome, and owes one charge."""
    people = await small_gym(store)
    async with store.write() as db:
        await db.run_sync(lambda session: _fill(session, people["mia"]))
    return people


def _fill(session: Session, mia: int) -> None:
    with unlogged(session):
        plan = Plan(id=1, gym_id=1, name="Ten pack", price=Decimal("140"), visits=10, version=1)
        pack = Membership(
            id=1,
            gym_id=1,
            person_id=mia,
            plan_id=1,
            status="active",
            starts_on=DAY - timedelta(days=9),
            visits=10,
            version=1,
        )
        kind = ClassType(id=1, gym_id=1, name="Yoga", minutes=60, spots=12, version=1)
        for row in (plan, kind):
            session.add(row)
        session.flush()
        session.add(pack)
        session.flush()
        for number, status in enumerate(("booked", "attended", "no_show", "late_cancelled", "cancelled"), 1):
            at = datetime(2026, 11, 20, 8 + number, tzinfo=UTC)
            session.add(
                ClassSession(id=number, gym_id=1, class_type_id=1, starts_at=at, minutes=60, spots=12, version=1)
            )
            session.flush()
            seat = Booking(
                gym_id=1, session_id=number, person_id=mia, status=status, booked_at=at, membership_id=1, version=1
            )
            session.add(seat)
        charge = Charge(
            gym_id=1, person_id=mia, membership_id=1, amount=Decimal("140.10"), currency="EUR",
            due_on=DAY - timedelta(days=9), version=1,
        )  # fmt: skip
        session.add(charge)
        session.flush()


async def test_a_pack_counts_every_visit_but_the_ones_cancelled_in_time(store: Store) -> None:
    """Booked, attended, missed and late-cancelled visits use up a pack."""
    people = await _filled(store)
    async with store.read() as db:
        found = await standing(db, 1, people["mia"], DAY)
    assert (found.plan, found.visits_left, found.visits_per_week) == ("Ten pack", 6, None)
    assert (found.overdue, found.overdue_since) == (Decimal("140.10"), DAY - timedelta(days=9))
    assert found.covers(DAY)
    assert not found.covers(DAY - timedelta(days=10))


async def test_what_is_owed_is_what_is_due_today_and_not_on_the_day_of_the_class(store: Store) -> None:
    """A class next month is not refused for a charge that is not due yet."""
    people = await _filled(store)
    async with store.read() as db:
        early = await standing(db, 1, people["mia"], DAY, today=DAY - timedelta(days=10))
    assert (early.overdue, early.overdue_since) == (Decimal(0), None)


async def test_someone_without_a_plan_has_nothing_to_use(store: Store) -> None:
    """The standing says so with Nones."""
    people = await _filled(store)
    async with store.read() as db:
        found = await standing(db, 1, people["schmidt"], DAY)
    assert (found.membership_id, found.plan, found.overdue) == (None, None, Decimal(0))


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("unlimited", "Unlimited"),
        ("the unlimited plan", "Unlimited"),
        ("unlimted", "Unlimited"),
        ("10 pack", "Ten pack"),
        ("ten-pack", "Ten pack"),
        ("3x a week", "Three a week"),
        ("three times per week", "Three a week"),
        ("drop in", "Drop-in"),
        ("dropin", "Drop-in"),
    ],
)
def test_a_plan_is_known_by_the_ways_its_name_is_typed(words: str, name: str) -> None:
    """Figures, hyphens, "per" and a slip of the keys change nothing."""
    assert meant(PLANS, words) == [name]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("who is on hold", ["frozen"]),
        ("any birthdays this week?", ["birthdays"]),
        ("who left the gym", ["left"]),
        ("how many spots are left", []),
        ("who joined this month", ["new"]),
        ("members on the ten pack", ["ten pack"]),
    ],
)
def test_which_members_are_meant_is_heard_in_a_sentence(text: str, words: list[str]) -> None:
    """States in plain words, and plans by name."""
    reader = FilterReader(PlanReader({name: pattern_of(name) for name in PLANS}))
    assert [s.words for s in reader.spans(text)] == words
