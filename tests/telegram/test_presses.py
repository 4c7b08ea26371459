"""Presses that are forged, replayed, expired, foreign or made at the same moment."""

import random
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.databases import fresh
from tests.fakes.telegram import TelegramServer
from tests.fakes.telegram_world import Json
from tests.telegram.town import Town
from tests.test_dialogues import demo_gym, demo_house

TRIES = 400


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """The demo gym on Telegram."""
    async with fresh("sqlite", tmp_path, "demo", demo_gym) as url:
        house = await demo_house(url)
        await house.desk.stop()
        server = TelegramServer(house.clock)
        await server.start()
        made = await Town(house, server, tmp_path).open()
        yield made
        await made.close()
        await server.stop()


def data_of(message: Json) -> list[str]:
    """The keys on a message's buttons."""
    return [b["callback_data"] for row in message["reply_markup"]["inline_keyboard"] for b in row]


async def test_no_press_is_accepted_wrongly_and_each_right_one_once(town: Town) -> None:
    """Random and changed keys, keys of others, keys from another message, old ones and many at once: only the three right
    taps book, once each."""
    world, chance = town.server.world, random.Random(20261120)
    who = ("mia", "kowalski", "carla")
    asked = {name: (await town.say(name, "book crossfit friday evening"))[-1] for name in who}
    keys = {name: data_of(message)[1] for name, message in asked.items()}
    numbers = [town.number(n) for n in who]
    before = len(town.server.calls)
    for n in range(TRIES - 60):
        name = chance.choice(who)
        key = keys[name]
        match n % 4:
            case 0:
                forged, presser = f"v1:{chance.randbytes(18).hex()[:24]}", town.number(name)
            case 1:
                at = chance.randrange(3, len(key))
                forged, presser = key[:at] + chance.choice("Aa0_-") + key[at + 1 :], town.number(name)
                forged = forged if forged != key else key[:-1]
            case 2:
                forged, presser = key, chance.choice([i for i in numbers if i != town.number(name)])
            case _:
                forged, presser = chance.choice(["", "v1:", "v1:" + "x" * 61, "y", "undo:1", key.upper()]), town.number(name)
        world.sends_press(presser, asked[name], forged or "0")
        if n % 100 == 0:
            await town.settled()
    await town.settled()
    assert await booked(town) == []
    for _ in range(20):
        for name in who:
            world.sends_press(town.number(name), asked[name], keys[name])
    await town.settled()
    assert sorted(await booked(town)) == sorted(who)
    assert not [c for c in town.server.calls[before:] if c.method == "sendMessage" and "Booked" not in c.params["text"]]
    assert len(town.server.methods.answers) >= TRIES - 60


async def booked(town: Town) -> list[str]:
    """Who was told of a booking, once for each time."""
    found = []
    for name in ("mia", "kowalski", "carla"):
        found += [name for text in town.shown(name) if text.startswith("✅ Booked")]
    return found


async def test_a_key_that_has_expired_says_so(town: Town) -> None:
    """And does nothing."""
    asked = (await town.say("mia", "book crossfit friday evening"))[-1]
    key = data_of(asked)[0]
    town.house.clock.move(timedelta(days=8))
    query = town.server.world.sends_press(town.number("mia"), asked, key)
    await town.server.passing(lambda: query in town.server.methods.answers, 1, 200)
    assert "expired" in town.server.methods.answers[query]["text"]
    assert await booked(town) == []
