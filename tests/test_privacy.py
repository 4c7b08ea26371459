"""Who may do what and who sees the answer: decided by code, by role, place and class of data."""

from typing import Any

import pytest

from core.errors import NotFound, Refused
from core.people import Person
from core.store.database import unlogged
from tests.conftest import House, Opener


async def test_money_asked_for_in_the_room_is_answered_privately(toy_house: Opener) -> None:
    """The answer goes to the asker alone; the room sees that it was answered, and so does the room's model."""
    house = await toy_house()
    turn = await house.call("olivia", "price_toys", room="staff")
    assert [m.text for m in turn.messages] == ["The toys cost 4711 EUR.", "Answered privately."]
    assert turn.messages[0].private
    room = await house.read("carla", room="staff")
    assert [e.message.text for e in room] == ["/price_toys", "Answered privately."]
    assert "4711" not in str(room)
    assert "4711" in str(await house.read("olivia"))
    assert turn.actions[0].result == "Answered privately."


async def test_a_member_is_refused_in_plain_words_and_nothing_leaks(toy_house: Opener) -> None:
    """No role, no answer."""
    house = await toy_house()
    turn = await house.call("mia", "price_toys")
    assert turn.messages[0].text == "Sorry, only admins and the owner can see what the toys cost."
    assert "4711" not in str(turn)


async def test_members_are_not_let_into_the_coaches_room(toy_house: Opener) -> None:
    """The room is checked when something comes in, and when it is read."""
    house = await toy_house()
    for attempt in (house.call("mia", "count_toys", room="staff"), house.read("mia", room="staff")):
        with pytest.raises(Refused, match="staff"):
            await attempt


async def test_another_persons_conversation_does_not_exist_for_me(toy_house: Opener) -> None:
    """Neither to write to nor to read."""
    house = await toy_house()
    turn = await house.call("carla", "count_toys")
    for attempt in (
        house.desk.session(house.people["mia"], turn.session_id),
        house.desk.delete_session(house.people["mia"], turn.session_id),
        house.say("mia", "hello", session_id=turn.session_id),
    ):
        with pytest.raises(NotFound, match="no such conversation"):
            await attempt


async def test_a_demoted_coach_cannot_press_what_was_asked_before(toy_house: Opener) -> None:
    """Policy decides again at the press."""
    house = await toy_house()
    await house.call("mia", "make_toy", name="teddy")
    asked = await house.call("marcus", "break_toy", toy="teddy")
    await demote(house, "marcus")
    turn = await house.tap("marcus", asked.question.options[0].token)
    assert not turn.actions[0].ok
    assert (await house.call("mia", "count_toys")).messages[0].text == "1 toys: teddy red"


async def test_a_demoted_coach_cannot_press_their_way_back_into_the_room(toy_house: Opener) -> None:
    """An Undo or an offer on an old message of the room is a message there: it looks at the right to be there again."""
    house = await toy_house()
    await house.call("marcus", "make_toy", "staff", name="teddy")
    undo = (await house.last("marcus", "staff")).receipts[0].undo
    await demote(house, "marcus")
    turn = await house.tap("marcus", undo)
    assert turn.notice == "The coaches' room is for the gym's staff; nothing was done."
    assert (await house.call("carla", "count_toys")).messages[0].text == "1 toys: teddy red"


async def demote(house: House, who: str) -> None:
    """Make somebody a member, past the change log."""

    def to_member(session: Any) -> None:
        with unlogged(session):
            session.get(Person, house.people[who]).role = "member"
            session.flush()

    async with house.desk.store.write() as db:
        await db.run_sync(to_member)
