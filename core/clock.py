"""The only reader of time and the only sleeper: now, waiting, and the gym's wall clock."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """Time as the program sees it. `now` is aware and in UTC."""

    def now(self) -> datetime: ...

    async def sleep(self, seconds: float) -> None: ...


class SystemClock:
    """The machine's clock, moved by a fixed offset when a demo runs as if started at another moment."""

    def __init__(self, start: datetime | None = None) -> None:
        self._offset = start - datetime.now(UTC) if start else timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._offset

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class SetClock:
    """A clock that stands still until it is moved; sleepers wake when their time has come."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)
        self._sleepers: list[tuple[datetime, asyncio.Event]] = []

    def now(self) -> datetime:
        return self._now

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        woken = asyncio.Event()
        self._sleepers.append((self._now + timedelta(seconds=seconds), woken))
        await woken.wait()

    @property
    def sleepers(self) -> int:
        """How many wait for a later moment."""
        return len(self._sleepers)

    def move(self, by: timedelta) -> None:
        """Move time forward and wake everyone whose time has come."""
        self._now += by
        due = [woken for at, woken in self._sleepers if at <= self._now]
        self._sleepers = [(at, woken) for at, woken in self._sleepers if at > self._now]
        for woken in due:
            woken.set()


def to_local(instant: datetime, zone: str) -> datetime:
    """The wall clock of the zone at an aware instant, without tzinfo."""
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def to_instant(local: datetime, zone: str) -> datetime:
    """The UTC instant of a wall-clock time: a time that a spring change skips becomes the first valid minute after
    it, a time that an autumn change repeats is the first of the two."""
    tz = ZoneInfo(zone)
    instant = local.replace(tzinfo=tz, fold=0).astimezone(UTC)
    back = instant.astimezone(tz).replace(tzinfo=None)
    if back == local:
        return instant
    gap_start = local.replace(tzinfo=tz, fold=1).astimezone(UTC)
    return _first_after_gap(gap_start, instant, tz)


def skipped(local: datetime, zone: str) -> bool:
    """Whether the clocks of a zone jump over a wall-clock time."""
    return to_local(to_instant(local, zone), zone) != local


def repeated(local: datetime, zone: str) -> bool:
    """Whether the clocks of a zone show a wall-clock time twice that day."""
    tz = ZoneInfo(zone)
    offsets = {local.replace(tzinfo=tz, fold=fold).utcoffset() for fold in (0, 1)}
    return len(offsets) > 1 and not skipped(local, zone)


def _first_after_gap(earlier: datetime, later: datetime, tz: ZoneInfo) -> datetime:
    """The moment of the change between two instants that read one wall-clock time with either offset."""
    before = earlier.astimezone(tz).utcoffset()
    low, high = earlier, later
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(tz).utcoffset() == before:
            low = middle
        else:
            high = middle
    return (
        high.replace(microsecond=0) if high.microsecond == 0 else (high + timedelta(seconds=1)).replace(microsecond=0)
    )
