"""Which conversation things belong to: notices, private answers, deleted chats, and names that another process changed."""

from datetime import timedelta

import pytest

from core.agent.tools import load
from core.clock import SetClock
from core.llm.rules import RulesModel
from tests.conftest import START, House, Opener


async def test_a_notice_belongs_to_the_conversation_that_is_current_when_it_comes(toy_house: Opener) -> None:
    """It stands in that one, in no other, and a new chat begins empty."""
    house = await toy_house()
    await house.call("mia", "make_toy", name="teddy")
    asked = await house.call("carla", "break_toy", toy="teddy")
    await house.tap("carla", asked.question.options[0].token)
    before = (await house.desk.sessions(house.people["mia"], 10))[0].id
    current = (await house.desk.new_session(house.people["mia"])).id
    await house.pass_time(timedelta(minutes=1))
    new = (await house.desk.new_session(house.people["mia"])).id
    there = {s: await house.desk.history(house.people["mia"], None, s, 100, None) for s in (before, current, new)}
    assert [e.message.text for e in there[current]] == ["teddy is broken"]
    assert "teddy is broken" not in str(there[before])
    assert there[new] == []


async def test_a_private_answer_to_the_room_stands_in_the_current_private_chat(toy_house: Opener) -> None:
    """Not in every chat that there is."""
    house = await toy_house()
    old = (await house.desk.new_session(house.people["olivia"])).id
    current = (await house.desk.new_session(house.people["olivia"])).id
    await house.call("olivia", "price_toys", room="staff")
    assert "4711" in str(await house.desk.history(house.people["olivia"], None, current, 100, None))
    assert await house.desk.history(house.people["olivia"], None, old, 100, None) == []


async def test_deleting_a_conversation_of_the_room_closes_its_card(toy_house: Opener) -> None:
    """Nobody in the room goes on seeing a question that can never be answered."""
    house = await toy_house()
    await house.call("mia", "make_toy", name="teddy")
    asked = await house.call("carla", "break_toy", room="staff", toy="teddy")
    await house.desk.delete_session(house.people["carla"], asked.session_id)
    shown = (await house.last("marcus", room="staff")).cards[0]
    assert (shown.state, shown.outcome) == ("closed", "No longer open")
    assert (await house.tap("carla", asked.question.options[0].token)).notice is not None


async def test_a_name_that_another_process_made_is_understood_at_once(database: str) -> None:
    """Two processes on one database: what the one adds the other reads in the next words, without a restart."""
    if not database.startswith("postgres"):
        pytest.skip("on SQLite one process has the database to itself")
    one = await House(url=database, clock=SetClock(START), model=RulesModel(), toolbox=load()).open()
    other = await House(
        url=database, clock=SetClock(START), model=RulesModel(), toolbox=load(), people=one.people
    ).open()
    other._events = 100  # every message has an id of its own
    turn = await other.say("carla", "put zumbarella on tomorrow 13:00-14:00")
    assert not any(a.ok for a in turn.actions)
    await one.call("adam", "create_class_type", name="Zumbarella", minutes="60 min", spots="12")
    turn = await other.say("carla", "put zumbarella on tomorrow 13:00-14:00")
    assert [a.tool for a in turn.actions if a.ok] == ["schedule_class"], turn
    for house in (one, other):
        await house.desk.stop()


async def test_a_plan_for_somebody_who_is_there_makes_nobody_new(gym: House) -> None:
    """A first name alone is the member of that name; with a last name it is somebody new."""
    turn = await gym.say("olivia", "add ben to the unlimited plan")
    assert "There is a Ben already" in (turn.actions[-1].error or "")
    turn = await gym.say("olivia", "add Ben Tanner to the unlimited plan")
    assert (turn.actions[-1].result or "").startswith("Ben Tanner added as a member on Unlimited")
