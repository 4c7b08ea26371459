"""One gym on Telegram and on Discord at the same time: one person on both, and the coaches' room in a group of each. Told
once, and gone through in both directions."""

from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.sql import delete

from core.chat import Message
from core.desk import Desk
from core.people import Account
from tests.checker import faults
from tests.contract.platform import Platform, push
from tests.contract.surface import Seen
from tests.databases import fresh
from tests.discord.server import Server
from tests.discord.surface import OnDiscord
from tests.fakes.discord import discord
from tests.fakes.telegram import TelegramServer
from tests.telegram.surface import seated
from tests.telegram.town import Town
from tests.test_dialogues import demo_gym, demo_house


@asynccontextmanager
async def on_both(url: str, folder: Path) -> AsyncIterator[dict[str, Platform]]:
    """The demo gym with both real adapters, each before the server of its platform."""
    house = await demo_house(url)
    await house.desk.stop()
    telegram = TelegramServer(house.clock)
    await telegram.start()
    async with discord() as fake:
        fake.rates.enforced = False
        town, server = Town(house, telegram, folder / "telegram"), Server(house, fake, folder / "discord")

        def furnish(desk: Desk) -> None:
            town.furnish(desk)
            server.furnish(desk)

        house.furnish = furnish
        await house.open()
        await town.begin()
        await server.begin()
        try:
            yield {"telegram": await seated(town), "discord": OnDiscord(server)}
        finally:
            await town.adapter.stop()
            await server.adapter.stop()
            await house.desk.stop()
            await telegram.stop()


@pytest.fixture(params=["telegram", "discord"])
async def both(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[tuple[Platform, Platform]]:
    """Here and there."""
    async with fresh("sqlite", tmp_path, "demo", demo_gym) as url, on_both(url, tmp_path) as found:
        there = next(name for name in found if name != request.param)
        yield found[request.param], found[there]


async def settled(*places: Platform) -> None:
    """Everything that follows has happened, and everybody may write again."""
    for _ in places:
        for place in places:
            await place.settled()
    places[0].house.clock.move(timedelta(seconds=3))


async def newest(place: Platform, who: str, room: str | None = None) -> Seen:
    """The bot's last message."""
    return (await place.read(who, room))[-1]


async def does(places: tuple[Platform, Platform], work: Awaitable[object]) -> None:
    """Somebody does something, and all that follows from it happens on both."""
    await work
    await settled(*places)


async def test_one_person_books_on_one_platform_and_takes_it_back_on_the_other(both: tuple[Platform, Platform]) -> None:
    """Known there by a code from here; one log and one undo, and what is undone there says so here too."""
    here, there = both
    async with here.house.desk.store.write() as db:
        mine = (Account.platform == there.name, Account.person_id == here.house.people["mia"])
        await db.execute(delete(Account).where(*mine))
    await does(both, there.types("mia", "my bookings"))
    assert "invitation" in (await newest(there, "mia")).text
    await does(both, here.types("mia", "/link"))
    code = (await newest(here, "mia")).text.replace("`", "").split("/link ")[1].split()[0]
    await does(both, there.types("mia", f"/link {code}"))
    assert "Welcome back, Mia" in (await newest(there, "mia")).text
    await does(both, here.types("mia", "book crossfit tomorrow evening"))
    await does(both, here.tap("mia", await newest(here, "mia"), "18:00"))
    receipt = await newest(here, "mia")
    assert "Booked" in receipt.text
    await does(both, there.types("mia", "my bookings"))
    assert "18:00" in (await newest(there, "mia")).text
    await does(both, there.types("mia", "undo"))
    undone = await newest(there, "mia")
    assert "Undone" in undone.text
    assert "Undone" in (await here.again("mia", receipt)).text
    assert "Undo" not in (await here.again("mia", receipt)).buttons
    await does(both, there.tap("mia", undone, "Redo"))
    await does(both, here.types("mia", "my bookings"))
    assert "18:00" in (await newest(here, "mia")).text
    assert await faults(here.house.desk.store) == []


async def test_the_coaches_room_in_two_groups_is_one_room(both: tuple[Platform, Platform]) -> None:
    """What is asked in a group at the same moment is answered in that group alone; a question that is open in one is
    closed by its person's words in the other, and nobody else's; what Whistle says by itself stands once in each."""
    here, there = both
    for who, place in (("carla", here), ("marcus", there)):
        await place.types(who, "show the timetable tomorrow", "staff")
    await settled(*both)
    for place in both:
        seen = await place.read("carla", "staff")
        assert len(seen) == 1
        assert "CrossFit" in seen[0].text
    await does(both, here.types("carla", "cancel friday's 6pm crossfit", "staff"))
    asked = await newest(here, "carla", "staff")
    assert "Approve" in asked.buttons
    await does(both, there.types("marcus", "show the timetable friday", "staff"))
    assert (await here.again("carla", asked)).buttons == asked.buttons
    await does(both, there.types("carla", "show the timetable friday", "staff"))
    assert (await here.again("carla", asked)).buttons == ("Ask again",)
    assert [len(await place.read("carla", "staff")) for place in both] == [2, 3]
    await push(here, None, Message(text="Good morning, coaches."))
    await settled(*both)
    for place in both:
        assert [s.text for s in await place.read("carla", "staff")].count("Good morning, coaches.") == 1
    await here.throws_out()
    await settled(*both)
    await push(here, None, Message(text="Good night, coaches."))
    await settled(*both)
    assert (await newest(there, "carla", "staff")).text == "Good night, coaches."
    assert "Good night" not in here.everything("staff")
