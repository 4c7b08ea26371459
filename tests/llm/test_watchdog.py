"""The watchdog: how long a stream may be silent, while it says nothing at all and while it only says that it is alive."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import pytest

from core.clock import SetClock
from core.llm.contract import Event, ModelError, Ping, TextDelta
from core.llm.watchdog import Patience, Watchdog
from tests.conftest import START

Steps = Sequence[tuple[float, Event]]
PING, WORKS, WORD = Ping(), Ping(works=True), TextDelta("word")


async def _stream(clock: SetClock, steps: Steps) -> AsyncIterator[Event]:
    """Each event after so many seconds of silence; after the last, silence for good."""
    for seconds, event in steps:
        await clock.sleep(seconds)
        yield event
    await asyncio.Event().wait()


async def _bitten(*steps: tuple[float, Event], until: float = 1000) -> tuple[str, int]:
    """How a stream ended, and after how many seconds."""
    clock = SetClock(START)
    dog = Watchdog(clock, Patience(), START + timedelta(seconds=until))

    async def read() -> str:
        try:
            async for _ in dog.read(_stream(clock, steps)):
                pass
        except ModelError as error:
            return error.code
        return "ended"

    reading = asyncio.ensure_future(read())
    while not reading.done():
        for _ in range(20):
            await asyncio.sleep(0)
        if not reading.done():
            clock.move(timedelta(seconds=1))
    return reading.result(), round((clock.now() - START).total_seconds())


@pytest.mark.parametrize(
    ("steps", "code", "seconds"),
    [
        ([], "no_answer", 30),
        ([(10, PING)], "stalled", 55),
        ([(10, WORD)], "stalled", 55),
        ([(1, PING), (40, PING)], "stalled", 86),
        ([(1, WORD), *[(15, PING)] * 50], "stalled", 121),
        ([*[(15, PING)] * 50], "stalled", 120),
        ([*[(15, PING)] * 7, (10, WORD), *[(15, PING)] * 50], "stalled", 235),
        ([*[(40, WORKS)] * 5], "no_answer", 30),
        ([(1, WORKS), *[(40, WORKS)] * 5], "stalled", 246),
        ([(1, WORKS), *[(40, WORD)] * 5], "stalled", 246),
    ],
)
async def test_a_stream_may_be_silent_for_so_long(steps: Steps, code: str, seconds: int) -> None:
    """30 s at first, 45 s between two signs of life, 120 s while there are only pings; a growing answer has its time."""
    assert await _bitten(*steps) == (code, seconds)


async def test_all_ends_with_the_turn() -> None:
    """However much comes."""
    assert await _bitten(*[(10, WORD)] * 30, until=180) == ("late", 180)
