"""The change log's answers: the rows that were touched decide what a change was about, not the words that tell of it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert
from sqlalchemy.sql import select

from core.chat import Turn
from core.store.changes import Change
from tests.class_house import CROSSFIT_MONDAY, CROSSFIT_TONIGHT, YOGA_MONDAY, YOGA_SUNDAY, class_house, press, words
from tests.conftest import House


@pytest.fixture
async def house(database: str, tmp_path: Path) -> AsyncIterator[House]:
    """The small gym with its timetable, on each kind of database."""
    async with class_house(tmp_path, url=database) as opened:
        yield opened


async def moved(house: House, who: str, session: str, to: str) -> None:
    """A class that somebody has moved."""
    turn = await house.call(who, "move_class", session=session, to=to)
    if turn.question:
        await press(house, who, turn)


def first(turn: Turn) -> str:
    """What is answered in one line."""
    return turn.messages[0].text


async def test_who_moved_fridays_class_is_whoever_moved_that_class(house: House) -> None:
    """Not whoever moved a seat to it, nor a class on Monday while it was a Friday."""
    await house.call("mia", "book_class", session=CROSSFIT_TONIGHT)
    await moved(house, "marcus", CROSSFIT_MONDAY, "2026-11-23T17:00")
    await moved(house, "carla", CROSSFIT_TONIGHT, "2026-11-20T18:30")
    await house.call("mia", "move_booking", session="CrossFit 2026-11-20T18:30", to="CrossFit 2026-11-20T19:00")
    turn = await house.call("olivia", "show_changes", what="friday's class", deed="moved")
    assert first(turn).startswith("Carla Reyes, Fri 20 November 10:00: Moved: CrossFit, Fri 20 November 18:00")
    assert "Marcus" not in words(turn)
    assert "Mia" not in words(turn)
    assert "Marcus Hale" in first(await house.call("olivia", "show_changes", what="monday's crossfit", deed="moved"))


async def test_a_class_is_found_on_the_day_that_it_left_and_on_the_day_that_it_went_to(house: House) -> None:
    """Moved from Sunday to Saturday, it is both days' class."""
    await moved(house, "carla", YOGA_SUNDAY, "2026-11-21T12:00")
    for day in ("sunday's yoga", "saturday's class", "yoga sunday 19:30"):
        assert "Carla Reyes" in first(await house.call("olivia", "show_changes", what=day, deed="moved")), day
    assert first(await house.call("olivia", "show_changes", what="monday's yoga", deed="moved")) == (
        "Nothing in the change log about “monday's yoga”."
    )


async def test_last_weeks_friday_is_meant_where_nothing_was_done_about_the_coming_one(house: House) -> None:
    """On Saturday "friday's class" can be yesterday's."""
    await moved(house, "carla", CROSSFIT_TONIGHT, "2026-11-20T18:30")
    house.clock.move(timedelta(days=1))
    assert "Carla Reyes" in first(await house.call("olivia", "show_changes", what="friday's class", deed="moved"))


async def test_seats_are_found_by_their_person_and_their_class(house: House) -> None:
    """Who booked Anna into yoga, and who gave her seat up again."""
    await house.call("carla", "book_class", session=YOGA_MONDAY, member="Anna Schmidt")
    await house.call("marcus", "cancel_booking", session=YOGA_MONDAY, member="Anna Schmidt")
    await house.call("marcus", "book_class", session=YOGA_SUNDAY, member="Mia Tran")
    asked = {"booked": "anna schmidt into yoga monday", "cancelled": "anna schmidt's booking"}
    assert "Carla" in first(await house.call("olivia", "show_changes", what=asked["booked"], deed="booked"))
    assert "Marcus" in first(await house.call("olivia", "show_changes", what=asked["cancelled"], deed="cancelled"))
    assert "Marcus" in first(await house.call("olivia", "show_changes", what="yoga on sunday", deed="booked"))


async def test_a_busy_gym_is_answered_as_a_quiet_one(house: House) -> None:
    """Ten thousand later changes hide nothing."""
    await moved(house, "carla", CROSSFIT_TONIGHT, "2026-11-20T18:30")
    async with house.desk.store.write() as db:
        change = (await db.scalars(select(Change))).one()
        facts = {c.key: getattr(change, c.key) for c in Change.__table__.columns if c.key != "id"}
        await db.execute(insert(Change), [{**facts, "tool": "book_class", "summary": "Booked: Friday"}] * 10_000)
    turn = await house.call("olivia", "show_changes", what="friday's class", deed="moved")
    assert first(turn).startswith("Carla Reyes")


@pytest.mark.parametrize(
    ("said", "args"),
    [
        ("who moved friday's class?", {"what": "friday's class"}),
        ("who has cancelled thursday's yoga", {"what": "thursday's yoga"}),
        ("who changed friday's class", {"what": "friday's class"}),
    ],
)
async def test_the_verb_is_an_argument_that_goes_without_saying(gym: House, said: str, args: dict[str, str]) -> None:
    """What is shown of the call is what was asked about."""
    turn = await gym.say("olivia", said)
    assert [(a.tool, a.args) for a in turn.actions] == [("show_changes", args)]
