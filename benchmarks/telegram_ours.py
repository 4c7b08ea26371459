"""Whistle in a process of its own, as it is measured on a stand-in of Telegram: with a scripted model, or with Claude.

Usage: python -m benchmarks.telegram_ours scripted|claude TELEGRAM MODELS FOLDER. It runs until standard input ends."""

import asyncio
import gc
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from pydantic import SecretStr

from adapters.telegram.adapter import TelegramAdapter
from adapters.telegram.limits import Paces, Window
from benchmarks.gym import START, ZONE, url_of
from bot import logs
from bot.app import House
from bot.config import KeySettings, LimitSettings, Settings, TelegramSettings
from core.clock import SystemClock
from core.desk import Desk
from core.llm.contract import Event, Request, Stop, TextDelta
from core.store.database import Store
from tests.fakes.telegram import TOKEN

PIECES = 60
ENDLESS = 10**9


class Scripted:
    """Says sixty words, each an event, as often as it is asked."""

    name = "scripted"

    async def stream(self, request: Request) -> AsyncIterator[Event]:
        for _ in range(PIECES):
            yield TextDelta("word ")
        yield Stop("end")


def settings_of(telegram: str, models: str, folder: Path) -> Settings:
    """One platform, one model, and no end of its money."""
    most = {"member_hour": ENDLESS, "member_day": ENDLESS, "message_tokens": 10**12, "session_tokens": 10**12}
    return Settings(
        data_dir=folder,
        telegram=TelegramSettings(token=SecretStr(TOKEN), api_url=telegram),
        anthropic=KeySettings(api_key=SecretStr("sk"), base_url=models),
        limits=LimitSettings(**most, lite=ENDLESS, pro=ENDLESS, elite=ENDLESS),
    )


async def main() -> None:
    """Put together as `bot run` does, without the page and without an allowance of its own."""
    which, telegram, models, folder = sys.argv[1:]
    logs.configure("error", False)
    settings = settings_of(telegram, models, Path(folder))
    store, clock = Store(url_of(Path(folder) / "gym.db")), SystemClock(START)
    house = House(settings, store, clock, ZONE)
    desk = house.desk() if which == "claude" else Desk(store, clock, Scripted())
    wide = Window(10**6, 1.0)
    adapter = TelegramAdapter(settings.telegram, desk, Path(folder), Paces(wide, wide, wide, wide))
    await desk.start()
    await adapter.start()
    if which == "claude":
        await house.connect()
    gc.collect()
    gc.freeze()
    await asyncio.to_thread(sys.stdin.read)
    await adapter.stop()
    await desk.stop()
    await house.close()


if __name__ == "__main__":
    asyncio.run(main())
