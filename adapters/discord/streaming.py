"""Words of an answer while it is written: one message that is edited at most once a second and becomes the answer."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import aiohttp
import discord

from adapters.discord.hooks import ORIGINAL
from adapters.discord.limits import EDIT_EVERY_S
from adapters.discord.line import Line
from adapters.discord.parse import Hook
from adapters.discord.render import partial
from core.chat import Spot

UNCLAIMED_S = 10.0
Broken = (OSError, TimeoutError, aiohttp.ClientError, discord.DiscordException)


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

    def __init__(self, line: Line, sleep: Callable[[float], Coroutine[Any, Any, None]]) -> None:
        self._line = line
        self._sleep = sleep
        self._open: dict[tuple[str, str, str], Streamed] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def follow(self, spot: Spot, inbox_id: int, words: AsyncIterator[str]) -> None:
        """Show the words that answer what was said at a spot, as they come."""
        streamed = Streamed(spot)
        self._open[_key(spot)] = streamed
        task = asyncio.create_task(self._run(streamed, inbox_id, words))
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
                await self._sleep(UNCLAIMED_S)
                await self._forget(streamed)
        finally:
            showing.cancel()
            if self._open.get(_key(streamed.spot)) is streamed and streamed.message is None:
                del self._open[_key(streamed.spot)]

    async def _show(self, streamed: Streamed, inbox_id: int) -> None:
        try:
            while not streamed.over:
                await streamed.news.wait()
                streamed.news.clear()
                if streamed.text.strip() and streamed.text != streamed.shown:
                    async with streamed.editing:
                        if not streamed.over:
                            await self._edit(streamed, inbox_id)
                    await self._sleep(EDIT_EVERY_S)
        except Broken:
            return

    async def _edit(self, streamed: Streamed, inbox_id: int) -> None:
        """Show what has come so far. A request that has begun is waited for, so that it cannot overtake the answer."""
        spot, streamed.shown = streamed.spot, streamed.text
        body, hook = partial(streamed.shown), Hook.read(spot.hook)
        channel = spot.thread or spot.chat
        if hook is not None and hook.ack != "update":
            parts = {"webhook_id": str(self._line.application_id), "webhook_token": hook.token}
            await self._line.call("PATCH", ORIGINAL, body, **parts)
        elif streamed.message is None:
            body |= {"nonce": f"s{inbox_id}", "enforce_nonce": True}
            if spot.group and spot.message and hook is None:
                body["message_reference"] = {"message_id": spot.message, "fail_if_not_exists": False}
            made = await self._line.call("POST", "/channels/{channel_id}/messages", body, channel_id=channel)
            streamed.message = str(made["id"])
        else:
            path = "/channels/{channel_id}/messages/{message_id}"
            await self._line.call("PATCH", path, body, channel_id=channel, message_id=streamed.message)

    async def _forget(self, streamed: Streamed) -> None:
        """The answer went another way: unfinished words do not stay behind."""
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


def _key(spot: Spot) -> tuple[str, str, str]:
    return spot.chat, spot.message, spot.hook
