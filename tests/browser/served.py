"""The program with a clock that stands still until the test moves it: each line of standard input is a number of seconds,
answered by a line "moved" once the clock is there. This door is the tests' own; the product has none."""

import asyncio
import sys
from datetime import datetime, timedelta

from bot import app
from bot.config import load
from bot.logs import configure
from core.clock import Clock, SetClock


async def serve() -> None:
    """Run as `python -m bot run` does, and move the clock as told."""
    settings = load(None)
    configure(settings.log.level, settings.log.as_json, settings.secrets())
    loop = asyncio.get_running_loop()

    def standing_still(start: datetime | None) -> Clock:
        assert start is not None
        clock = SetClock(start)
        loop.add_reader(sys.stdin.fileno(), _obey, clock)
        return clock

    await app.run(settings, standing_still)


def _obey(clock: SetClock) -> None:
    line = sys.stdin.readline()
    if not line:
        asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
        return
    clock.move(timedelta(seconds=float(line)))
    print("moved", flush=True)


if __name__ == "__main__":
    asyncio.run(serve())
