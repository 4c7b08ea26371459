"""Typing signs: shown while Whistle works on an answer, renewed as they fade, never for ever."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import aiohttp
import discord

from adapters.discord.limits import TYPING_AT_MOST_S, TYPING_EVERY_S
from adapters.discord.line import Line


class TypingSigns:
    """The signs of one bot, one a channel."""

    def __init__(self, line: Line, sleep: Callable[[float], Coroutine[Any, Any, None]]) -> None:
        self._line = line
        self._sleep = sleep
        self._shown: dict[str, asyncio.Task[None]] = {}

    def turn(self, channel: str, on: bool) -> None:
        """Show or end the sign of a channel."""
        if not on:
            if task := self._shown.pop(channel, None):
                task.cancel()
        elif channel not in self._shown:
            self._shown[channel] = task = asyncio.create_task(self._show(channel))
            task.add_done_callback(lambda done: self._ended(channel, done))

    def _ended(self, channel: str, task: "asyncio.Task[None]") -> None:
        if self._shown.get(channel) is task:
            del self._shown[channel]

    async def stop(self) -> None:
        """End all signs."""
        tasks = list(self._shown.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _show(self, channel: str) -> None:
        try:
            for _ in range(int(TYPING_AT_MOST_S / TYPING_EVERY_S)):
                await self._line.call("POST", "/channels/{channel_id}/typing", channel_id=channel)
                await self._sleep(TYPING_EVERY_S)
        except (TimeoutError, OSError, aiohttp.ClientError, discord.DiscordException):
            return
