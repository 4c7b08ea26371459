"""Ends a stream that is silent for too long: before its first event, between events, or in all."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from core.llm.contract import BrokenOff, Event, ModelError, Ping, Retryable


class Clock(Protocol):
    """Time as the house sees it."""

    def now(self) -> datetime: ...

    async def sleep(self, seconds: float) -> None: ...


@dataclass(frozen=True)
class Patience:
    """How many seconds to wait for the first event, for the next one, and for more of the answer while the provider only
    says that it is alive."""

    first: float = 30
    idle: float = 45
    pinged: float = 120


class Late(ModelError):
    """There is no time left for an answer: nobody else is asked."""


class Watchdog:
    """Reads one stream and watches over it. `until` is the moment at which everything ends."""

    def __init__(self, clock: Clock, patience: Patience, until: datetime) -> None:
        self._clock = clock
        self._patience = patience
        self._until = until
        self._heard = False
        self._pinged = timedelta(0)
        self._since = clock.now()
        self._reader: asyncio.Task[object] | None = None
        self._bitten = False

    async def read(self, stream: AsyncIterator[Event]) -> AsyncGenerator[Event, None]:
        """The events of a stream; Retryable when it has gone silent, Late when there is no time left."""
        watching = asyncio.ensure_future(self._watch())
        try:
            while True:
                try:
                    event = await self._next(stream)
                except StopAsyncIteration:
                    return
                yield event
        finally:
            watching.cancel()
            closing = getattr(stream, "aclose", None)
            if closing is not None:
                await closing()

    async def _next(self, stream: AsyncIterator[Event]) -> Event:
        if self._bitten:
            raise self._fault()
        self._since, self._reader = self._clock.now(), asyncio.current_task()
        before = self._reader.cancelling() if self._reader else 0
        try:
            event = await anext(stream)
        except BaseException:
            if self._bitten and self._reader is not None and self._reader.uncancel() <= before:
                raise self._fault() from None
            raise
        finally:
            self._reader = None
        mere = isinstance(event, Ping) and not event.works
        self._pinged = self._pinged + self._clock.now() - self._since if mere else timedelta(0)
        self._heard = True
        return event

    async def _watch(self) -> None:
        while (left := self._left()) > 0:
            await self._clock.sleep(left)
        self._bitten = True
        if self._reader is not None:
            self._reader.cancel()

    def _left(self) -> float:
        """Seconds of patience that are left; the stream is not to blame for the time in which nobody reads it."""
        now, patience = self._clock.now(), self._patience
        pinged = patience.pinged - self._pinged.total_seconds()
        seconds = min(patience.idle, pinged) if self._heard else patience.first
        since = self._since if self._reader is not None else now
        return (min(since + timedelta(seconds=seconds), self._until) - now).total_seconds()

    def _fault(self) -> ModelError:
        if self._clock.now() >= self._until:
            return Late("There was no time left to go on.", code="late")
        silent = f"Nothing came for {(self._clock.now() - self._since).total_seconds():.0f} s."
        return BrokenOff(silent, code="stalled") if self._heard else Retryable(silent, code="no_answer")
