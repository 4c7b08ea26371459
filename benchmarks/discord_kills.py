"""Real kills while many private chats talk on Discord.

Usage: python -m benchmarks.discord_kills [--kills 500] [--chats 50] [--seed 1]. Exit code 1 on any fault."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

from adapters.discord.adapter import DiscordAdapter
from adapters.discord.line import point_at
from adapters.discord.render import words_of
from benchmarks import platform_kills
from benchmarks.platform_kills import FIRST, Stand
from benchmarks.report import Figure
from core.desk import Desk
from tests.fakes.discord import FakeDiscord

IDENTIFIES = 100_000


class Town:
    """Discord, which lets a bot begin as often as it likes."""

    def __init__(self) -> None:
        self._fake = FakeDiscord()
        self._fake.rates.enforced = False
        self._fake.gateway.remaining = IDENTIFIES
        self._world = self._fake.world

    async def start(self, chats: int) -> dict[str, str]:
        """On a free port."""
        for n in range(chats):
            self._world.user(f"P{n}", str(FIRST + n))
        await self._fake.start()
        return {"api": self._fake.api, "gateway": self._fake.websocket, "token": self._fake.token}

    def heard(self) -> bool:
        """In a session."""
        return self._fake.gateway.listening

    def says(self, person: int, words: str) -> None:
        """In their private chat with the bot."""
        self._fake.people.says(str(person), self._world.dm(str(person)), words)

    def texts(self, person: int) -> list[str]:
        """Of a channel."""
        return ["\n".join(words_of(m)) for m in self._world.shown(self.chat(person))]

    def chat(self, person: int) -> str:
        """The channel with the bot."""
        return self._world.dm(str(person))

    async def until(self, found: Callable[[], bool], seconds: float) -> None:
        """Looked at after each request."""
        await self._world.until(found, seconds)

    async def stop(self) -> None:
        """And the port is free."""
        await self._fake.stop()


class OnDiscord:
    """Where nothing is shown twice."""

    name, marks = "discord", False

    def stand(self) -> Stand:
        """A town of its own."""
        return Town()

    def adapter(self, desk: Desk, where: dict[str, str], folder: Path) -> DiscordAdapter:
        """With a folder for each life, because the day's IDENTIFYs are no matter here."""
        point_at(where["api"], where["gateway"])
        return DiscordAdapter(desk, where["token"], folder / str(os.getpid()))


def measure(small: bool) -> list[Figure]:
    """The kills of the table."""
    return platform_kills.measured(OnDiscord(), small)


if __name__ == "__main__":
    sys.exit(platform_kills.main(OnDiscord(), __doc__ or ""))
