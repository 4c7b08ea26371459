"""Whistle in a process of its own, as it is measured on a stand-in of Telegram: with a scripted model, or with Claude.

Usage: python -m benchmarks.telegram_ours scripted|watched|claude TELEGRAM MODELS FOLDER. It runs until standard input ends."""

import asyncio
import gc
import json
import sys
import time
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
TICK_S, TOLD_S = 0.001, 0.25


class Watch:
    """Ticks as often as it is let, and writes down the longest that it was not: seconds of this thread's CPU, and of the
    clock on the wall. It begins anew when the file is taken away."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._loop = asyncio.get_running_loop()
        self._longest = 0.0, 0.0
        self._last = time.thread_time(), time.perf_counter()
        self._written = self._last[1]
        self._loop.call_later(TICK_S, self._tick)

    def _tick(self) -> None:
        now = time.thread_time(), time.perf_counter()
        held = now[0] - self._last[0], now[1] - self._last[1] - TICK_S
        self._longest = max(self._longest[0], held[0]), max(self._longest[1], held[1])
        if now[1] - self._written > TOLD_S:
            self._longest = self._longest if self._file.exists() else held
            self._file.write_text(json.dumps(self._longest), encoding="ascii")
            self._written = now[1]
        self._last = time.thread_time(), time.perf_counter()
        self._loop.call_later(TICK_S, self._tick)


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
    if which == "watched":
        Watch(Path(folder) / "stalls.json")
    await asyncio.to_thread(sys.stdin.read)
    await adapter.stop()
    await desk.stop()
    await house.close()


if __name__ == "__main__":
    asyncio.run(main())
