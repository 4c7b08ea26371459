"""Undo keeps to the rules of booking: what a seat or a class must meet, it must meet when it comes back as well."""

import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session
from sqlalchemy.sql import select

from core.chat import Turn
from core.gym.plans import Membership
from core.store.database import unlogged
from core.store.restoring import Remark, Restoring, declared, when_restored
from tests.class_house import (
    CROSSFIT_LATER,
    CROSSFIT_MONDAY,
    CROSSFIT_TONIGHT,
    YOGA_MONDAY,
    YOGA_SUNDAY,
    class_house,
    labels,
    press,
    receipts,
    seats,
    words,
)
from tests.conftest import House

Opener = Callable[[], Any]
YOGA_NOON = "Yoga 2026-11-22T12:00"


@pytest.fixture
async def gym(database: str, tmp_path: Path) -> AsyncIterator[House]:
    """The small gym with its timetable, on each kind of database."""
    async with class_house(tmp_path, url=database) as house:
        yield house


async def undo_of(house: House, who: str, turn: Turn) -> Turn:
    """Press the Undo of a turn's receipt."""
    return await house.tap(who, turn.messages[0].receipts[0].undo)


async def on_sunday_noon(house: House, who: str = "carla") -> Turn:
    """A single yoga class on Sunday at noon."""
    return await house.call(who, "schedule_class", class_type="Yoga", when="2026-11-22T12:00")


async def approved(house: House, who: str, tool: str, **args: Any) -> Turn:
    """A call whose card is approved."""
    turn = await house.call(who, tool, **args)
    return await press(house, who, turn) if turn.question else turn


def until(house: House, local: str) -> timedelta:
    """How long it is until a local time in Berlin, in winter."""
    return datetime.fromisoformat(local).replace(tzinfo=UTC) - timedelta(hours=1) - house.clock.now()


async def test_a_visit_is_not_given_back_after_the_class(gym: House) -> None:
    """Undo of a booking after the class began is refused, for the member and for staff."""
    booked = await gym.call("mia", "book_class", session=CROSSFIT_TONIGHT)
    await gym.pass_time(until(gym, "2026-11-20T20:45"))
    turn = await undo_of(gym, "mia", booked)
    assert "CrossFit, Fri 20 November 18:00 has already started" in words(turn)
    assert not receipts(turn)
    assert "started" in words(await undo_of(gym, "olivia", booked))
    assert await seats(gym, "mia") == [("Fri 18:00", "booked")]


async def test_a_booking_undone_after_the_deadline_is_a_late_cancellation(gym: House) -> None:
    """It is refused with a button that cancels late; the button says what that costs."""
    booked = await gym.call("mia", "book_class", session=CROSSFIT_TONIGHT)
    await gym.pass_time(timedelta(hours=6))
    turn = await undo_of(gym, "mia", booked)
    assert "is a late cancellation. Nothing was changed." in words(turn)
    asked = await press(gym, "mia", turn, "Cancel it late")
    await press(gym, "mia", asked)
    assert await seats(gym, "mia") == [("Fri 18:00", "late_cancelled")]


async def test_a_slip_is_undone_within_the_window_even_after_the_deadline(gym: House) -> None:
    """Booked late and at once undone: nobody lost anything."""
    await gym.pass_time(timedelta(hours=6))
    booked = await gym.call("mia", "book_class", session=CROSSFIT_TONIGHT)
    await gym.pass_time(timedelta(seconds=10))
    assert receipts(await undo_of(gym, "mia", booked))
    assert await seats(gym, "mia") == []


async def test_staff_set_the_deadline_aside_with_a_press(gym: House) -> None:
    """Undoing what a coach booked for a member after the deadline asks first."""
    booked = await gym.call("carla", "book_class", session=CROSSFIT_TONIGHT, member="Anna Schmidt")
    await gym.pass_time(timedelta(hours=6))
    asked = await undo_of(gym, "carla", booked)
    assert "You set it aside: the visit is not counted." in words(asked)
    assert receipts(await press(gym, "carla", asked)) == [
        "Undone: “Booked Anna Schmidt: CrossFit, Fri 20 November 18:00 (Europe/Berlin)”"
    ]
    assert await seats(gym, "schmidt") == []


async def test_no_seat_comes_back_in_a_class_that_was_called_off(gym: House) -> None:
    """Cancelled by Mia, then the class by Marcus: her undo is refused."""
    await gym.call("mia", "book_class", session=YOGA_SUNDAY)
    cancelled = await gym.call("mia", "cancel_booking", session=YOGA_SUNDAY)
    await approved(gym, "marcus", "cancel_class", session=YOGA_SUNDAY)
    turn = await undo_of(gym, "mia", cancelled)
    assert "Yoga, Sun 22 November 19:30 is cancelled. Nothing was changed." in words(turn)
    assert [status for _, status in await seats(gym, "mia")] == ["cancelled"]


async def test_no_seat_comes_back_beside_another_at_the_same_time(gym: House) -> None:
    """What book_class refuses, undo refuses."""
    await gym.call("mia", "book_class", session=CROSSFIT_MONDAY)
    cancelled = await gym.call("mia", "cancel_booking", session=CROSSFIT_MONDAY)
    await approved(gym, "marcus", "move_class", session=YOGA_MONDAY, to="2026-11-23T18:30")
    await gym.call("mia", "book_class", session="Yoga 2026-11-23T18:30")
    turn = await undo_of(gym, "mia", cancelled)
    assert "which is at the same time" in words(turn)
    assert await seats(gym, "mia") == [("Mon 18:00", "cancelled"), ("Mon 18:30", "booked")]


async def test_no_seat_comes_back_in_a_class_that_moved(gym: House) -> None:
    """The seat was for another time; the class can be booked where it is now."""
    await on_sunday_noon(gym)
    await gym.call("mia", "book_class", session=YOGA_NOON)
    cancelled = await gym.call("mia", "cancel_booking", session=YOGA_NOON)
    await approved(gym, "marcus", "move_class", session=YOGA_NOON, to="2026-11-22T18:00")
    turn = await undo_of(gym, "mia", cancelled)
    assert "it is now Yoga, Sun 22 November 18:00" in words(turn)
    assert labels(turn) == ["Yoga, Sun 22 Nov 18:00"]
    await press(gym, "mia", turn, labels(turn)[0])
    assert await seats(gym, "mia") == [("Sun 18:00", "cancelled"), ("Sun 18:00", "booked")]


async def test_a_frozen_plan_keeps_the_seat_away(gym: House) -> None:
    """The seat comes back on what the person holds now."""
    await gym.call("kowalski", "book_class", session=YOGA_SUNDAY)
    cancelled = await gym.call("kowalski", "cancel_booking", session=YOGA_SUNDAY)
    await freeze(gym, "kowalski")
    assert "is frozen" in words(await undo_of(gym, "kowalski", cancelled))


async def freeze(house: House, who: str) -> None:
    """A freeze that the front desk has set, without an end."""

    def set_it(session: Session) -> None:
        with unlogged(session):
            row = session.scalars(select(Membership).where(Membership.person_id == house.people[who])).one()
            row.frozen_from = house.clock.now().date()
            session.flush()

    async with house.desk.store.write() as db:
        await db.run_sync(set_it)


async def test_a_cancelled_class_comes_back_with_all_its_seats_or_not_at_all(gym: House) -> None:
    """Whoever took another class meanwhile keeps it, and the coach hears who."""
    for who in ("mia", "schmidt"):
        await gym.call(who, "book_class", session=CROSSFIT_TONIGHT)
    cancelled = await approved(gym, "carla", "cancel_class", session=CROSSFIT_TONIGHT)
    assert receipts(await undo_of(gym, "carla", cancelled))
    assert await seats(gym, "mia") == [("Fri 18:00", "booked")]
    cancelled = await approved(gym, "carla", "cancel_class", session=CROSSFIT_TONIGHT)
    await gym.call("marcus", "schedule_class", class_type="Open Gym", when="2026-11-20T18:30")
    await gym.call("mia", "book_class", session="Open Gym 2026-11-20T18:30")
    assert "Mia Tran is booked into Open Gym" in words(await undo_of(gym, "carla", cancelled))
    assert await seats(gym, "schmidt") == [("Fri 18:00", "cancelled")]


async def test_a_class_that_has_begun_does_not_come_back(gym: House) -> None:
    """Neither is it called on again, nor moved back, nor taken off the timetable."""
    made = await on_sunday_noon(gym)
    cancelled = await approved(gym, "carla", "cancel_class", session=CROSSFIT_TONIGHT)
    moved = await approved(gym, "carla", "move_class", session=CROSSFIT_LATER, to="2026-11-23T20:00")
    await gym.pass_time(until(gym, "2026-11-20T19:05"))
    assert "has already begun" in words(await undo_of(gym, "carla", cancelled))
    assert "has already passed" in words(await undo_of(gym, "carla", moved))
    await gym.pass_time(until(gym, "2026-11-22T12:30"))
    assert "has already begun" in words(await undo_of(gym, "carla", made))


async def test_a_move_that_is_undone_tells_who_is_torn(gym: House) -> None:
    """Someone has booked another class at the old time: the coach presses for it, as for a move."""
    await gym.call("mia", "book_class", session=CROSSFIT_TONIGHT)
    moved = await approved(gym, "carla", "move_class", session=CROSSFIT_TONIGHT, to="2026-11-20T20:30")
    await gym.call("marcus", "schedule_class", class_type="Open Gym", when="2026-11-20T18:00")
    await gym.call("mia", "book_class", session="Open Gym 2026-11-20T18:00")
    asked = await undo_of(gym, "carla", moved)
    assert "1 person in it has another class then." in words(asked)
    assert receipts(await press(gym, "carla", asked))


async def test_a_class_is_undone_with_the_cancelled_bookings_behind_it(gym: House) -> None:
    """What is settled goes with the class, and comes back with it."""
    made = await on_sunday_noon(gym)
    await gym.call("mia", "book_class", session=YOGA_NOON)
    await gym.call("mia", "cancel_booking", session=YOGA_NOON)
    undone = await undo_of(gym, "carla", made)
    assert receipts(undone) == [
        "Undone: “On the timetable: Yoga, Sun 22 November 12:00 (Europe/Berlin), 60 minutes, 12 spots”"
    ]
    assert await seats(gym, "mia") == []
    assert "changed again since" in words(await gym.call("mia", "undo"))
    assert receipts(await undo_of(gym, "carla", undone))
    assert await seats(gym, "mia") == [("Sun 12:00", "cancelled")]


async def test_a_late_cancellation_keeps_its_class(gym: House) -> None:
    """Its visit counts, so the class that it counts for stays."""
    made = await on_sunday_noon(gym)
    await gym.call("mia", "book_class", session=YOGA_NOON)
    await gym.pass_time(until(gym, "2026-11-22T11:00"))
    await approved(gym, "mia", "cancel_booking", session=YOGA_NOON)
    assert "1 person has booked since" in words(await undo_of(gym, "carla", made))


async def test_what_cannot_be_undone_can_be_left(gym: House) -> None:
    """Typed undo is never stuck: the change before it is a button away."""
    await on_sunday_noon(gym)
    await gym.call("carla", "schedule_class", class_type="Open Gym", when="2026-11-22T15:00")
    await gym.call("mia", "book_class", session="Open Gym 2026-11-22T15:00")
    turn = await gym.call("carla", "undo")
    assert "1 person has booked since" in words(turn)
    assert labels(turn)[0].startswith("Leave it, undo “On the timetable: Yoga")
    assert receipts(await press(gym, "carla", turn, labels(turn)[0]))


async def test_an_undo_that_fails_for_no_known_reason_can_be_left_as_well(gym: House) -> None:
    """A fault of our own is confessed, nothing is changed, and the change before it can be undone."""
    await on_sunday_noon(gym)
    await gym.call("mia", "book_class", session=YOGA_SUNDAY)
    await gym.call("mia", "book_class", session=CROSSFIT_MONDAY)

    async def broken(undo: Restoring) -> list[Remark]:
        raise ZeroDivisionError("a fault of our own")

    with contextlib.ExitStack() as stack:
        when_restored("bookings")(broken)
        stack.callback(declared()["bookings"].remove, broken)
        turn = await gym.call("mia", "undo")
        assert "went wrong on my side" in words(turn)
        assert labels(turn)[0].startswith("Leave it, undo “Booked: Yoga")
    assert receipts(await press(gym, "mia", turn, labels(turn)[0]))
    assert await seats(gym, "mia") == [("Mon 18:00", "booked")]


async def test_a_series_is_undone_with_what_is_settled_behind_it(gym: House) -> None:
    """Booked and left, its class goes too, and all of it comes back with the series."""
    made = await gym.call("adam", "schedule_series", class_type="Open Gym", days=["Sat", "Sun"], time="10:00")
    await gym.call("mia", "book_class", session="Open Gym 2026-11-21T10:00")
    assert "1 person has booked classes of this series" in words(await undo_of(gym, "adam", made))
    await gym.call("mia", "cancel_booking", session="Open Gym 2026-11-21T10:00")
    undone = await undo_of(gym, "adam", made)
    assert receipts(undone)
    assert await seats(gym, "mia") == []
    assert receipts(await undo_of(gym, "adam", undone))
    assert await seats(gym, "mia") == [("Sat 10:00", "cancelled")]
