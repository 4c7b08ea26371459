"""Streams that end when the server stops, and waiting that does not outlast it."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable
from typing import Any, TypeVar

from fastapi.responses import StreamingResponse

from adapters.web.problems import STOPPING, Problem

T = TypeVar("T")
OF_EVENTS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A stream of server-sent events.",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }
}


class EventStream(StreamingResponse):
    """An answer of server-sent events that no proxy holds back."""

    media_type = "text/event-stream"

    def __init__(self, blocks: AsyncIterator[bytes]) -> None:
        super().__init__(blocks, headers={"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"})


async def until(stopping: asyncio.Event, source: AsyncGenerator[T, None]) -> AsyncGenerator[T, None]:
    """Everything from a source, until it ends or the server stops."""
    stopped = asyncio.ensure_future(stopping.wait())
    coming: asyncio.Future[T] | None = None
    try:
        while True:
            coming = asyncio.ensure_future(anext(source))
            await asyncio.wait({coming, stopped}, return_when=asyncio.FIRST_COMPLETED)
            if not coming.done():
                return
            try:
                piece = coming.result()
            except StopAsyncIteration:
                return
            yield piece
    finally:
        stopped.cancel()
        await _close(source, coming)


async def _close(source: AsyncGenerator[T, None], coming: "asyncio.Future[T] | None") -> None:
    """Let go of a source: one that is at work ends by being cancelled, one that rests is closed."""
    if coming is not None and not coming.done():
        coming.cancel()
    else:
        await source.aclose()


async def or_stopping(stopping: asyncio.Event, work: Awaitable[T]) -> T:
    """The result of some work, or the honest word that the server stops first."""
    working = asyncio.ensure_future(work)
    stopped = asyncio.ensure_future(stopping.wait())
    try:
        await asyncio.wait({working, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise Problem(503, "stopping", STOPPING, {"Retry-After": "2"})
        return working.result()
    finally:
        working.cancel()
        stopped.cancel()
