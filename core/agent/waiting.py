"""Who waits for an answer in this process: woken when a turn of their lane ends, given its words as they come."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from core.llm.contract import Event, TextDelta


@dataclass(frozen=True)
class Acted:
    """A call of a turn has ended, and whether it did what it should."""

    tool: str
    ok: bool


Heard = tuple[int, Event | Acted]


class Waiting:
    """Waiters and listeners by lane. Nothing here must be kept: what a lane has come to is read from the database."""

    def __init__(self) -> None:
        self._waiters: dict[int, list[asyncio.Future[None]]] = {}
        self._listeners: dict[int, list[asyncio.Queue[Heard]]] = {}
        self._lane_of: dict[int, int] = {}

    def began(self, turn_id: int, lane: int) -> None:
        """A turn runs in a lane."""
        self._lane_of[turn_id] = lane

    def heard(self, turn_id: int, event: Event | Acted) -> None:
        """A model said something in a turn, or a call ended: only its own lane hears it."""
        for queue in self._listeners.get(self._lane_of.get(turn_id, 0), ()):
            queue.put_nowait((turn_id, event))

    def ended(self, turn_id: int) -> None:
        """A turn ended: wake who waits in its lane, or everyone where the lane is not known."""
        lane = self._lane_of.pop(turn_id, None)
        lanes = list(self._waiters) if lane is None else [lane]
        for waiter in [w for key in lanes for w in self._waiters.pop(key, [])]:
            if not waiter.done():
                waiter.set_result(None)

    async def until(self, lane: int, look: Callable[[], Awaitable[int | None]]) -> int:
        """Look again after each turn that ends in a lane, until something is found."""
        while True:
            waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiters.setdefault(lane, []).append(waiter)
            try:
                found = await look()
                if found is not None:
                    return found
                await waiter
            finally:
                self._leave(lane, waiter)

    def _leave(self, lane: int, waiter: asyncio.Future[None]) -> None:
        others = [w for w in self._waiters.pop(lane, ()) if w is not waiter]
        if others:
            self._waiters[lane] = others

    async def words(
        self, lane: int, done: asyncio.Future[Any], mine: Callable[[int], Awaitable[bool]]
    ) -> AsyncGenerator[TextDelta | Acted, None]:
        """What is said and done in a lane by the turn that is `mine`, until `done`."""
        queue: asyncio.Queue[Heard] = asyncio.Queue()
        self._listeners.setdefault(lane, []).append(queue)
        getting = asyncio.ensure_future(queue.get())
        known: dict[int, bool] = {}
        try:
            while not done.done() or getting.done():
                if getting.done():
                    for turn_id, event in _joined([getting.result(), *_waiting(queue)]):
                        if turn_id not in known:
                            known[turn_id] = await mine(turn_id)
                        if known[turn_id]:
                            yield event
                    getting = asyncio.ensure_future(queue.get())
                await asyncio.wait({done, getting}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            getting.cancel()
            self._listeners[lane].remove(queue)
            if not self._listeners[lane]:
                del self._listeners[lane]


def _waiting(queue: "asyncio.Queue[Heard]") -> Iterator[Heard]:
    """What has come meanwhile."""
    while not queue.empty():
        yield queue.get_nowait()


def _joined(heard: Iterable[Heard]) -> Iterator[tuple[int, TextDelta | Acted]]:
    """What can be shown of what was heard, neighbouring words as one."""
    words: tuple[int, str] | None = None
    for turn_id, event in heard:
        if isinstance(event, TextDelta):
            before = words[1] if words and words[0] == turn_id else ""
            if words and words[0] != turn_id:
                yield words[0], TextDelta(words[1])
            words = turn_id, before + event.text
            continue
        if words:
            yield words[0], TextDelta(words[1])
            words = None
        if isinstance(event, Acted):
            yield turn_id, event
    if words:
        yield words[0], TextDelta(words[1])
