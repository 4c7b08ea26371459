"""Real kills while many chats talk on Telegram.

Usage: python -m benchmarks.telegram_kills [--kills 500] [--chats 50] [--seed 1]. Exit code 1 on any fault."""

import sys
from collections.abc import Callable
from pathlib import Path

from pydantic import SecretStr

from adapters.telegram.adapter import TelegramAdapter
from adapters.telegram.limits import Paces, Window
from benchmarks import platform_kills
from benchmarks.platform_kills import FIRST, Hurried, Stand
from benchmarks.report import Figure
from core.desk import Desk
from tests.fakes.telegram import TOKEN, TelegramServer
from tests.fakes.telegram_checks import Window as Allowed
from tests.telegram.town import Settings

WIDE = Window(10_000, 1.0)


class Town:
    """The Bot API, which allows as much as one likes."""

    def __init__(self) -> None:
        self._server = TelegramServer(Hurried())

    async def start(self, chats: int) -> dict[str, str]:
        """On a free port."""
        for name in ("chat", "group", "bot"):
            setattr(self._server.allowance, name, Allowed(10_000, 1.0))
        for n in range(chats):
            self._server.world.user(FIRST + n, f"P{n}")
        await self._server.start()
        return {"url": self._server.url}

    def heard(self) -> bool:
        """By a poll."""
        return self._server.polling

    def says(self, person: int, words: str) -> None:
        """As an update."""
        self._server.world.types(person, words)

    def texts(self, person: int) -> list[str]:
        """Of a number."""
        return self._server.texts(person)

    def chat(self, person: int) -> str:
        """The same number."""
        return str(person)

    async def until(self, found: Callable[[], bool], seconds: float) -> None:
        """Looked at after each call."""
        await self._server.until(found, seconds)

    async def stop(self) -> None:
        """And the port is free."""
        await self._server.stop()


class OnTelegram:
    """Where a second showing is marked."""

    name, marks = "telegram", True

    def stand(self) -> Stand:
        """A town of its own."""
        return Town()

    def adapter(self, desk: Desk, where: dict[str, str], folder: Path) -> TelegramAdapter:
        """Without a pace, so that every moment is full."""
        settings = Settings(where["url"], token=SecretStr(TOKEN))
        return TelegramAdapter(settings, desk, folder, Paces(WIDE, WIDE, WIDE, WIDE))


def measure(small: bool) -> list[Figure]:
    """The kills of the table."""
    return platform_kills.measured(OnTelegram(), small)


if __name__ == "__main__":
    sys.exit(platform_kills.main(OnTelegram(), __doc__ or ""))
