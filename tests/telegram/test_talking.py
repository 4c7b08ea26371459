"""People on Telegram, from the update on the wire to the message in their chat."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.databases import fresh
from tests.fakes.telegram import TelegramServer
from tests.telegram.town import Town
from tests.test_dialogues import demo_gym, demo_house


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


async def test_mia_books_and_undoes(town: Town) -> None:
    """One button a class; a tap books; Undo gives the seat back; each press has its toast."""
    asked = await town.say("mia", "book crossfit tomorrow evening")
    assert await town.press("mia", asked[-1], 1) == "Got it."
    assert town.shown("mia") == [
        "Which class do you mean?\n✅ CrossFit, Tue 24 Nov 18:00 · 8 left",
        "✅ Booked: CrossFit, Tue 24 November 18:00 (Europe/Berlin)",
    ]
    await town.press("mia", town.server.last(town.number("mia")), "Undo")
    assert town.shown("mia")[1].startswith("↩️ Booked:")
    assert town.server.allowance.refused == []
