"""Files, the bot as a guest, and searching among more than a menu holds."""

from collections.abc import Callable
from typing import Any

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
