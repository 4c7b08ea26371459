"""The conversations that must work, on the page, on Telegram and on Discord, from one description."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from tests.contract.dialogues import DIALOGUES, Dialogue
from tests.contract.surface import OnPage, Surface
from tests.databases import fresh
from tests.discord.surface import on_discord
from tests.telegram.surface import on_telegram
from tests.test_dialogues import demo_gym, demo_house

Opener = Callable[[str, Path], AbstractAsyncContextManager[Surface]]


@asynccontextmanager
async def on_page(url: str, folder: Path) -> AsyncIterator[OnPage]:
    """The demo gym behind the page's HTTP."""
    house = await demo_house(url)
    yield OnPage(house, folder)
    await house.desk.stop()


SURFACES: dict[str, Opener] = {"page": on_page, "telegram": on_telegram, "discord": on_discord}


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("dialogue", DIALOGUES, ids=lambda d: d.__name__)
async def test_a_conversation_works_wherever_people_write(surface: str, dialogue: Dialogue, tmp_path: Path) -> None:
    """What is said, tapped and seen is the same everywhere."""
    async with fresh("sqlite", tmp_path, "demo", demo_gym) as url, SURFACES[surface](url, tmp_path) as here:
        await dialogue(here)
