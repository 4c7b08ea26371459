"""Reads one streamed answer off the wire: in slices, and as whole or not at all."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import Any, Protocol

import httpx2

from core.llm.contract import BrokenOff, Event, ModelError, Ping, TextDelta, Usage
from core.llm.failures import crashed
from core.llm.sse import EventReader, Unreadable

Sleep = Callable[[float], Awaitable[None]]

# How long to wait for more before a stream is looked at again. Platforms take one edit a second; a page reads this as
# steady typing, and a burst of small pieces costs one wake-up instead of many.
SLICE = 0.04
_LAST_BYTES = 0.5
_ODD = (KeyError, IndexError, TypeError, AttributeError)


class Reading(Protocol):
    """An answer as it is put together from a provider's events. `whole` turns true with the last event; `enough` says
    that nothing that counts is missing should the stream end now."""

    whole: bool

    @property
    def enough(self) -> bool: ...

    def take(self, event: dict[str, Any]) -> Iterable[Event]:
        """What an event shows; an error in the stream is raised as what it means."""

    def used(self) -> Usage | None:
        """The tokens as far as they are known."""

    def ending(self) -> list[Event]:
        """The calls, the usage and the stop of a whole answer."""


async def read(
    response: httpx2.Response, reading: Reading, model: str, sleep: Sleep, pause: float = SLICE
) -> AsyncIterator[Event]:
    """The events of an answer. What is not whole ends in an error, after its usage; then nothing of it was proposed."""
    shown = False
    chunks = response.aiter_bytes()
    try:
        async for event in _shown(chunks, reading, sleep, pause):
            shown = shown or isinstance(event, TextDelta)
            yield event
        if not reading.enough:
            raise BrokenOff(f"{model}: the stream ended before the answer did", model=model, status=200)
        ending = reading.ending()
        await _read_out(chunks)
    except (ModelError, Unreadable, httpx2.HTTPError, httpx2.StreamError, *_ODD) as error:
        if (usage := reading.used()) is not None:
            yield usage
        raise _told(error, model, shown) from error
    except Exception as error:
        if (usage := reading.used()) is not None:
            yield usage
        raise crashed(model, error, status=200) from error
    finally:
        await response.aclose()
    for event in ending:
        yield event


async def _shown(chunks: AsyncIterator[bytes], reading: Reading, sleep: Sleep, pause: float) -> AsyncIterator[Event]:
    """What each slice of the stream shows, its words joined; the first word does not wait."""
    events = EventReader()
    speaking = False
    async for chunk in chunks:
        took = list(events.feed(chunk))
        told = [e for event in took for e in reading.take(event)]
        if all(isinstance(e, Ping) for e in told):
            yield Ping(works=len(took) > len(told))
        for joined in _joined(told):
            speaking = speaking or isinstance(joined, TextDelta)
            yield joined
        if reading.whole:
            return
        if speaking and pause:
            await sleep(pause)


def _joined(events: list[Event]) -> Iterable[Event]:
    """Neighbouring pieces of text as one, without pings."""
    text = ""
    for event in events:
        if isinstance(event, TextDelta):
            text += event.text
            continue
        if text:
            yield TextDelta(text)
            text = ""
        if not isinstance(event, Ping):
            yield event
    if text:
        yield TextDelta(text)


async def _read_out(chunks: AsyncIterator[bytes]) -> None:
    """The few bytes after the last event, so that the connection can be used again."""
    with contextlib.suppress(TimeoutError, httpx2.HTTPError):
        async with asyncio.timeout(_LAST_BYTES):
            async for _ in chunks:
                pass


def _told(error: Exception, model: str, shown: bool) -> ModelError:
    if isinstance(error, ModelError):
        error.shown = shown
        return error
    words = str(error) if isinstance(error, Unreadable) else "the stream broke"
    if isinstance(error, _ODD):
        words = "an event of another shape"
    return BrokenOff(f"{model}: {words}", model=model, status=200, shown=shown)
