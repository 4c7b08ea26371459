"""Words of an answer while it is written: one message that is edited at most once a second and becomes the answer."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any, Protocol

import aiohttp
import discord

from adapters.discord.hooks import ORIGINAL
from adapters.discord.limits import EDIT_EVERY_S
from adapters.discord.line import Line
from adapters.discord.parse import Hook
from adapters.discord.render import Body, partial
from core.chat import Spot

LEFT_FOR_S = 60.0
Broken = (OSError, TimeoutError, aiohttp.ClientError, discord.DiscordException)


class Book(Protocol):
    """Where messages that still grow are written down, so that none is left half said when the process ends."""

    async def growing(self, spot: Spot, message: str) -> None: ...

    async def grown(self, chat: str, asked: str) -> None: ...


class Streamed:
    """One answer on its way."""

    def __init__(self, spot: Spot) -> None:
        self.spot = spot
        self.text = ""
        self.shown = ""
        self.message: str | None = None
        self.over = False
        self.editing = asyncio.Lock()
        self.news = asyncio.Event()


class Streams:
    """All answers of one bot that are being written now, by where they were asked for."""

    def __init__(self, line: Line, sleep: Callable[[float], Coroutine[Any, Any, None]], book: Book) -> None:
        self._line = line
        self._sleep = sleep
        self._book = book
        self._open: dict[tuple[str, str, str], Streamed] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def follow(self, spot: Spot, inbox_id: int, words: AsyncIterator[str]) -> None:
        """Show the words that answer what was said at a spot, as they come."""
        streamed = Streamed(spot)
        self._open[_key(spot)] = streamed
        self._start(self._run(streamed, inbox_id, words))

    def adopt(self, spot: Spot, message: str) -> None:
        """An earlier process left a message half said: the answer takes it over, if it comes soon."""
        streamed = Streamed(spot)
        streamed.message = message
        self._open[_key(streamed.spot)] = streamed
        self._start(self._swept(streamed))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def claim(self, spot: Spot) -> str | None:
        """The final answer is here: no more words are shown. Returns the message that it takes the place of."""
        streamed = self._open.pop(_key(spot), None)
        if streamed is None:
            return None
        streamed.over = True
        streamed.news.set()
        async with streamed.editing:
            return streamed.message

    async def settled(self, spot: Spot) -> None:
        """What was shown as it came is the whole answer now."""
        await self._book.grown(spot.chat, spot.message)

    async def stop(self) -> None:
        """Let go of everything."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self, streamed: Streamed, inbox_id: int, words: AsyncIterator[str]) -> None:
        showing = asyncio.create_task(self._show(streamed, inbox_id))
        try:
            async for piece in words:
                streamed.text += piece
                streamed.news.set()
            if streamed.message is not None and not streamed.over:
                await self._swept(streamed)
        finally:
            showing.cancel()
            if self._open.get(_key(streamed.spot)) is streamed and streamed.message is None:
                del self._open[_key(streamed.spot)]

    async def _show(self, streamed: Streamed, inbox_id: int) -> None:
        try:
            while not streamed.over:
                await streamed.news.wait()
                streamed.news.clear()
                body = partial(streamed.text)
                if body is not None and body["content"] != streamed.shown:
                    async with streamed.editing:
                        if not streamed.over:
                            await self._edit(streamed, inbox_id, body)
                    await self._sleep(EDIT_EVERY_S)
        except Broken:
            return

    async def _edit(self, streamed: Streamed, inbox_id: int, body: Body) -> None:
        """Show what has come so far. A request that has begun is waited for, so that it cannot overtake the answer."""
        spot, streamed.shown, hook = streamed.spot, body["content"], Hook.read(streamed.spot.hook)
        channel = spot.thread or spot.chat
        if hook is not None and hook.waits:
            parts = {"webhook_id": str(self._line.application_id), "webhook_token": hook.token}
            await self._line.call("PATCH", ORIGINAL, body, **parts)
        elif streamed.message is None:
            body |= {"nonce": f"s{inbox_id}", "enforce_nonce": True}
            if spot.group and spot.message and hook is None:
                body["message_reference"] = {"message_id": spot.message, "fail_if_not_exists": False}
            made = await self._line.call("POST", "/channels/{channel_id}/messages", body, channel_id=channel)
            streamed.message = str(made["id"])
            await self._book.growing(spot, streamed.message)
        else:
            path = "/channels/{channel_id}/messages/{message_id}"
            await self._line.call("PATCH", path, body, channel_id=channel, message_id=streamed.message)

    async def _swept(self, streamed: Streamed) -> None:
        """The answer went another way: unfinished words do not stay behind."""
        await self._sleep(LEFT_FOR_S)
        if streamed.over:
            return
        message = await self.claim(streamed.spot)
        if message is not None:
            path = "/channels/{channel_id}/messages/{message_id}"
            channel = streamed.spot.thread or streamed.spot.chat
            try:
                await self._line.call("DELETE", path, channel_id=channel, message_id=message)
            except Broken:
                return
            await self.settled(streamed.spot)


def _key(spot: Spot) -> tuple[str, str, str]:
    return spot.chat, spot.message, spot.hook
