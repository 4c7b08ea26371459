"""Who may do what and who sees the answer: decided by code, by role, place and class of data."""

import pytest

from core.errors import NotFound, Refused
from core.people import Person
from core.store.database import unlogged
from tests.conftest import Opener


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
    async with house.desk.store.write() as db:

        def demote(session: object) -> None:
            with unlogged(session):  # type: ignore[arg-type]
                session.get(Person, house.people["marcus"]).role = "member"  # type: ignore[attr-defined]
                session.flush()  # type: ignore[attr-defined]

        await db.run_sync(demote)
    turn = await house.tap("marcus", asked.question.options[0].token)
    assert not turn.actions[0].ok
    assert (await house.call("mia", "count_toys")).messages[0].text == "1 toys: teddy red"
