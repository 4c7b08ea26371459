"""Telegram and Discord: presses that nobody was offered, and the right ones many times at the same moment: what was done
although nobody was entitled to it, and what was done more than once."""

import tempfile
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from benchmarks.report import Figure, counted
from tests.checker import faults
from tests.contract.platform import Platform
from tests.contract.presses import WHO, booked, press_wrongly
from tests.databases import fresh
from tests.discord.surface import on_discord
from tests.telegram.surface import on_telegram
from tests.test_dialogues import demo_gym

Opener = Callable[[str, Path], AbstractAsyncContextManager[Platform]]
PLATFORMS: dict[str, Opener] = {"Telegram": on_telegram, "Discord": on_discord}
TRIES, AT_ONCE, SEED = 2000, 20, 20261121


async def pressed(here: Platform, tries: int, at_once: int) -> tuple[int, int, int]:
    """How many were accepted wrongly, how many of those that count were not accepted exactly once, and how many faults
    the checker finds afterwards."""
    asked = await press_wrongly(here, tries, SEED)
    wrongly = len(await booked(here))
    for who in WHO:
        for _ in range(at_once):
            here.forges(who, asked[who], here.tokens(asked[who])[1])
    await here.settled()
    done = await booked(here)
    astray = sum(done.count(who) != 1 for who in WHO)
    return wrongly, astray, len(await faults(here.house.desk.store))


async def measure(small: bool) -> list[Figure]:
    """Both platforms, each with a gym of its own."""
    tries, at_once = (50, 5) if small else (TRIES, AT_ONCE)
    found: list[Figure] = []
    for name, opened in PLATFORMS.items():
        with tempfile.TemporaryDirectory() as place:
            async with fresh("sqlite", Path(place), "demo", demo_gym) as url, opened(url, Path(place)) as here:
                wrongly, astray, wrong = await pressed(here, tries, at_once)
        found += [
            counted(
                f"{name}: accepted of {tries:,} forged, changed, foreign and misplaced presses", wrongly, goal=("≤", 0)
            ),
            counted(
                f"{name}: {len(WHO)} right keys, {at_once} times at once: not accepted exactly once",
                astray,
                goal=("≤", 0),
            ),
            counted(f"{name}: faults in the database afterwards", wrong, goal=("≤", 0)),
        ]
    return found
