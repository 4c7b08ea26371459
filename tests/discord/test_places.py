"""Coming in and coming back on Discord: codes by slash command, opening a gym, channels and threads after an absence."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy.sql import select

from core.agent.tools import load
from core.chat import Message, Spot
from core.clock import SetClock
from core.gym.gyms import Gym
from core.gym.invites import new_invite
from core.llm.rules import RulesModel
from core.store.changes import Cause
from tests.conftest import START, House
from tests.contract.platform import push
from tests.discord.server import Server, buttons_of, private
from tests.discord.surface import OnDiscord
from tests.fakes.discord import FakeDiscord

Opener = Callable[..., Any]


async def invitation(gym: Server, who: str) -> str:
    """A fresh invitation's code."""
    person, now = gym.house.people[who], gym.house.clock.now()
    async with gym.desk.store.write(Cause(1, person, None, None, "c", None, "invite", {}, "staff", now)) as db:
        row, code = new_invite(1, person, now)
        db.add(row)
    return code


async def test_somebody_unknown_comes_in_by_a_slash_command(demo: Opener) -> None:
    """With an invitation or a code of another platform's, in the bot's chat; the page of commands offers it nowhere else."""
    gym = await demo()
    anna, mimi = gym.world.user("Annie"), gym.world.user("Mimi")
    gym.users |= {"annie": anna, "mimi": mimi}
    assert "join" not in gym.people.offered(gym.users["carla"], gym.open_room)
    run = await gym.runs("annie", "join", code="no-such-code-at-all")
    assert "mistyped" in gym.words(run.messages[0])
    run = await gym.runs("annie", "join", code=await invitation(gym, "jonas"))
    assert "Welcome to" in gym.words(run.messages[0])
    linked = (await gym.runs("mia", "link")).messages[0]
    code = gym.words(linked).split("`")[1].removeprefix("/link ")
    run = await gym.runs("mimi", "link_account", code=code)
    assert "Welcome back, Mia" in gym.words(run.messages[0])
    gym.users["eve"] = gym.world.user("Eve")
    gym.world.members[gym.guild, gym.users["eve"]] = dict(gym.world.members[gym.guild, gym.users["mia"]])
    run = await gym.runs("eve", "link_account", gym.open_room, code="AAAAA-AAAAA")
    assert "private chat only" in gym.words(run.messages[0])
    assert private(run.messages) == run.messages
    assert gym.shown(gym.open_room) == []


async def test_a_gym_is_opened_and_filled_by_slash_command_and_buttons(
    fake: FakeDiscord, sqlite: str, tmp_path: Path
) -> None:
    """The code that was printed, the questions, and then each step's button, until there is a timetable."""
    house = House(url=sqlite, clock=SetClock(START), model=RulesModel(), toolbox=load(), people={"nobody": 0})
    kim = fake.world.user("Kim")
    gym = Server(house, fake, tmp_path / "data", users={"kim": kim}, link=False)
    await gym.open()
    run = await gym.runs("kim", "setup", code=gym.desk.platforms.door.setup_code)
    assert "What is it called" in gym.words(run.messages[0])
    for words in ("Harbour Barbell", "Lisbon", "Kim Costa", "EUR"):
        await gym.says("kim", words)
    steps = gym.world.shown(gym.dm("kim"))[-1]
    assert "step by step" in gym.words(steps)
    assert buttons_of(steps) == ["Add a kind of class", "Invite a coach or admin"]
    await gym.presses("kim", steps, "Add a kind of class")
    asked = gym.world.shown(gym.dm("kim"))[-1]
    for words in ("CrossFit", "60", "16"):
        if "Undo" not in buttons_of(gym.world.shown(gym.dm("kim"))[-1]):
            await gym.says("kim", words)
    assert gym.words(asked) != gym.words(gym.world.shown(gym.dm("kim"))[-1])
    await gym.says("kim", "/setup")
    steps = gym.world.shown(gym.dm("kim"))[-1]
    assert "CrossFit" in gym.words(steps)
    assert "Add a class that repeats" in buttons_of(steps)
    async with gym.desk.store.read() as db:
        assert len(list(await db.scalars(select(Gym)))) == 1
    await gym.close()


async def test_a_server_that_takes_the_bot_in_again_is_written_to_again(demo: Opener) -> None:
    """Nothing is sent while it is out; its rooms come back with it."""
    gym = await demo()
    here = OnDiscord(gym)
    seat = gym.world.members[gym.guild, gym.world.bot["id"]]
    await here.throws_out()
    await push(here, None, Message(text="Into the void."))
    await here.settled()
    gym.world.members[gym.guild, gym.world.bot["id"]] = seat
    gym.world.dispatch("GUILD_CREATE", gym.world.guild_payload(gym.guild))
    await here.settled()
    await push(here, None, Message(text="Good morning."))
    await here.settled()
    assert gym.shown(gym.room) == ["Good morning."]


async def test_half_a_message_in_a_thread_is_taken_away_where_it_stands(demo: Opener) -> None:
    """After an end in the middle, when no answer took its place."""
    gym = await demo()
    thread = gym.world.thread(gym.room, "friday")
    half = gym.world.new_message(thread, gym.world.bot, {"content": "It is …"}, 4)
    spot = Spot(chat=gym.room, thread=thread, message="1", group=True)
    await gym.desk.platforms.growing("discord", gym.adapter.bot, spot, half["id"])
    await gym.restart()
    await gym.pass_until(lambda: gym.world.messages[thread] == [])
    await asyncio.gather(*gym.adapter.carrier.streams._tasks)
    assert await gym.desk.platforms.half_said("discord", gym.adapter.bot) == []


async def test_a_form_loses_nothing_of_what_was_given(demo: Opener) -> None:
    """What a command was given stands in its form; what has no room there is named, or nothing is asked by form."""
    gym = await demo()
    carla, chat = gym.users["carla"], gym.dm("carla")
    shown = gym.people.runs(carla, chat, "series schedule", coach="Marcus Hale")
    await gym.world.until(lambda: shown.acked is not None)
    assert shown.modal is not None
    fields = {row["component"]["custom_id"]: row["component"].get("value") for row in shown.modal["components"]}
    assert list(fields)[:4] == ["class_type", "days", "time", "coach"]
    assert fields["coach"] == "Marcus Hale"
    assert shown.modal["components"][-1]["description"].endswith("until, minutes, spots.")
    much = await gym.runs("carla", "series schedule", coach="Marcus Hale", minutes=45, spots=12)
    assert much.modal is None
    assert "class" in gym.words(much.messages[0]).casefold()
