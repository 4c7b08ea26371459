"""Files, the bot as a guest, and searching among more than a menu holds."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.chat import Button, Card, Message
from tests.discord.server import private
from tests.fakes.discord_rules import EPHEMERAL

Opener = Callable[..., Any]
TWENTY_MEGABYTES = 20 * 1024 * 1024


async def test_files_are_kept_with_their_words_and_large_ones_are_not_even_loaded(demo: Opener, tmp_path: Path) -> None:
    """A picture with a caption is received with it; what is too large is refused before it is fetched, in plain words."""
    gym = await demo()
    picture = gym.people.attachment("squat.png", b"\x89PNG picture", "image/png")
    await gym.says("mia", "my squat today", files=[picture])
    kept = await gym.desk.file(gym.house.people["mia"], 1)
    assert (kept.name, kept.media_type, kept.size) == ("squat.png", "image/png", 12)
    assert (tmp_path / "data" / "files" / kept.key).read_bytes() == b"\x89PNG picture"
    huge = gym.people.attachment("film.mp4", b"x", "video/mp4") | {"size": TWENTY_MEGABYTES + 1}
    gym.world.files.pop(huge["id"])
    answers = await gym.says("mia", "and this", files=[huge])
    assert any("20 MB" in gym.words(a) for a in answers)


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
