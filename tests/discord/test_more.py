"""Files, the bot as a guest, and searching among more than a menu holds."""

from collections.abc import Callable
from typing import Any

import pytest

from core.chat import Button, Card, Message
from tests.discord.server import private
from tests.fakes.discord_rules import EPHEMERAL

Opener = Callable[..., Any]
TWENTY_MEGABYTES = 20 * 1024 * 1024


async def test_where_the_bot_is_only_a_guest_everything_is_private(demo: Opener) -> None:
    """Somebody who installed it for themselves uses it in a foreign server: they alone see the answer."""
    gym = await demo()
    foreign = gym.world.guild("Elsewhere", gym.users["mia"])
    channel = gym.world.channel(foreign, "general")
    gym.world.members.pop((foreign, gym.world.bot["id"]))
    gym.people.guest.add(channel)
    run = await gym.runs("mia", "classes show-timetable", channel)
    assert len(private(run.messages)) == 1
    assert gym.world.messages[channel] == []


async def test_more_than_a_menu_holds_is_found_by_its_name(demo: Opener) -> None:
    """The search opens a form at once, and what is typed there is an answer like any typed one."""
    from adapters.discord.render import bodies

    gym = await demo()
    many = tuple((Button(label=f"Member {n}", token=f"v1:{n:022d}"),) for n in range(40))
    body = bodies(Message(cards=(Card(kind="pick", title="Who?"),), buttons=many))[0]
    shown = gym.world.new_message(gym.dm("olivia"), gym.world.bot, body, body["flags"])
    search = gym.people.presses(gym.users["olivia"], shown, "Search all 40")
    await gym.world.until(lambda: search.acked is not None)
    assert search.modal is not None
    sent = await gym.settled(gym.people.submits(search, words="show anna schmidt"))
    assert sent.acked == 6
    assert "Anna Schmidt" in gym.shown(gym.dm("olivia"))[-1]


async def test_an_ephemeral_answer_is_in_no_history(demo: Opener) -> None:
    """What one person alone sees is marked so, and a member's own data never stands in an open channel."""
    gym = await demo()
    run = await gym.runs("mia", "bookings list", gym.open_room)
    assert all(m["flags"] & EPHEMERAL for m in run.messages)
    assert all(m not in gym.world.messages[gym.open_room] for m in run.messages)


@pytest.mark.parametrize("others", [1, 2])
async def test_in_a_chat_of_people_among_themselves_one_alone_sees_the_answers(demo: Opener, others: int) -> None:
    """A private chat of two or a group of them, into which one brings the bot along: nothing is shown to the others, not
    what everybody may know, not what follows a press, and what is shown changes as it does anywhere else."""
    gym = await demo()
    chat = gym.world.between(*(gym.users[who] for who in ("olivia", "mia", "carla")[: others + 1]))
    for path in ("classes show-timetable", "payments list-unpaid"):
        run = await gym.runs("olivia", path, chat)
        assert run.messages
        assert private(run.messages) == run.messages
    booked = await gym.runs("mia", "bookings book-class", chat, session="CrossFit 2026-11-24T18:00")
    undone = await gym.presses("mia", booked.messages[0], "Undo")
    assert "Undone" in gym.words(booked.messages[0])
    assert undone.messages
    assert private(undone.messages) == undone.messages
    assert gym.world.messages[chat] == []
    assert all(f"/channels/{chat}" not in seen.path for seen in gym.world.log)
    assert gym.shown(gym.dm("mia")) == gym.shown(gym.dm("olivia")) == []


async def test_a_form_and_a_page_work_where_the_bot_is_a_guest(demo: Opener) -> None:
    """What is sent with a form is answered to its person alone, and further buttons are there."""
    gym = await demo()
    chat = gym.world.between(gym.users["carla"], gym.users["mia"])
    shown = gym.people.runs(gym.users["carla"], chat, "classes schedule")
    await gym.world.until(lambda: shown.acked is not None)
    sent = await gym.settled(gym.people.submits(shown, class_type="Open Gym", when="tomorrow 13:00", spots="20"))
    assert "13:00" in gym.words(sent.messages[0])
    assert private(sent.messages) == sent.messages
    assert gym.world.messages[chat] == []


async def test_the_acknowledgement_waits_for_nothing_that_discord_is_asked(demo: Opener) -> None:
    """Words in a thread that nobody knows, a guest's command, a burst in between: all are taken in time while Discord does
    not answer a single question, and what was asked there is answered when it does."""
    gym = await demo()
    thread = gym.world.snowflake()
    gym.world.channels[thread] = {**gym.world.channels[gym.room], "id": thread, "type": 11, "parent_id": gym.room}
    gym.world.messages[thread] = []
    chat = gym.world.between(gym.users["olivia"], gym.users["mia"])
    gates = [gym.fake.holds("GET", f"/channels/{thread}"), gym.fake.holds("POST", "/users/@me/channels")]
    for _ in range(5):
        gym.people.says(gym.users["carla"], thread, f"<@{gym.world.bot['id']}> show the timetable tomorrow")
    used = [gym.people.runs(gym.users["mia"], chat, "classes show-timetable")]
    used += [gym.people.runs(gym.users["carla"], gym.room, "classes show-timetable") for _ in range(20)]
    used += [gym.people.runs(gym.users["olivia"], chat, "bookings list")]
    await gym.world.until(lambda: all(u.acked is not None for u in used))
    assert max(u.acked_after or 9 for u in used) < 3
    assert used[0].messages == used[-1].messages == []
    assert gym.shown(thread) == []
    for gate in gates:
        gate.set()
    await gym.world.until(lambda: all(u.messages for u in used) and len(gym.shown(thread)) > 0)
    await gym.desk.platforms.idle()
    assert private(used[0].messages) == used[0].messages
