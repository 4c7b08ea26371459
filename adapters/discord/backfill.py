"""What was written while nobody listened: read from the history, channel by channel, from where it was left, until it is all
there; what is written there meanwhile is held and comes after it."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

import aiohttp
import discord
import structlog

from adapters.discord.limits import BACKFILL_AT_ONCE, BACKFILL_PAGE
from adapters.discord.line import Json, Line

log = structlog.get_logger("whistle.discord")
AGAIN_S, SELDOM_S = 2.0, 60.0
NO_MORE = (discord.Forbidden, discord.NotFound)
Broken = (OSError, TimeoutError, aiohttp.ClientError, discord.DiscordException)

Known = Callable[[], Coroutine[Any, Any, Mapping[str, int]]]
Take = Callable[[str, list[Json]], Awaitable[None]]
Release = Callable[[Json], None]


class Backfill:
    """The channels of one bot that are being read. `take` writes a page down, with how far its channel is read then;
    `release` hands on a message that was held. A fault is waited out; only a channel that the bot may not read is left."""

    def __init__(
        self, line: Line, sleep: Callable[[float], Coroutine[Any, Any, None]], take: Take, release: Release
    ) -> None:
        self._line = line
        self._sleep = sleep
        self._take = take
        self._release = release
        self._held: dict[str, list[Json]] = {}
        self._reading: dict[str, asyncio.Task[None]] = {}
        self._looking: asyncio.Task[None] | None = None
        self._few = asyncio.Semaphore(BACKFILL_AT_ONCE)
        self._session = 0

    @property
    def busy(self) -> bool:
        """Whether something may still be missing."""
        return self._looking is not None or bool(self._reading)

    @property
    def looking(self) -> bool:
        """Whether it is not known yet which channels have a past."""
        return self._looking is not None

    def begin(self, known: Known) -> None:
        """A new session: from here on events come, and what came before it has to be read. `known` tells how far each
        channel was read."""
        self._session += 1
        if self._looking is None:
            self._looking = asyncio.create_task(self._look(known))

    def holds(self, message: Json) -> bool:
        """Whether a message has to wait for those before it; it is kept here then."""
        channel = str(message["channel_id"])
        if self._looking is None and channel not in self._reading:
            return False
        self._held.setdefault(channel, []).append(message)
        return True

    async def stop(self) -> None:
        """Read nothing more; what was held was not written down and is read at the next start."""
        tasks = [*self._reading.values(), *filter(None, [self._looking])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # -- reading -------------------------------------------------------------------------------------------

    async def _look(self, known: Known) -> None:
        found: Mapping[str, int] = await self._lasting(known, "bookmarks")
        self._looking = None
        for channel, upto in found.items():
            if channel not in self._reading:
                self._reading[channel] = asyncio.create_task(self._read(channel, upto))
        for channel in [c for c in self._held if c not in self._reading]:
            self._let_go(channel)

    async def _read(self, channel: str, upto: int) -> None:
        """All of one channel; once more when another session began meanwhile."""
        session = -1
        while session != self._session:
            session = self._session
            try:
                upto = await self._to_the_end(channel, upto)
            except NO_MORE:
                log.warning("channel_not_read", channel=channel)
        del self._reading[channel]
        self._let_go(channel)

    async def _to_the_end(self, channel: str, upto: int) -> int:
        """Page by page, each written down before the next is asked for; returns how far it is read then."""
        server: Json | None = None
        while True:
            path = f"/channels/{{channel_id}}/messages?after={upto}&limit={BACKFILL_PAGE}"
            page: list[Json] = await self._asked(path, channel)
            if page and server is None:
                where = await self._asked("/channels/{channel_id}", channel)
                server = {"guild_id": where["guild_id"]} if where.get("guild_id") else {}
            page.sort(key=lambda m: int(m["id"]))
            if page:
                await self._take(channel, [{**m, **(server or {})} for m in page])
                upto = int(page[-1]["id"])
            if len(page) < BACKFILL_PAGE:
                return upto

    async def _asked(self, path: str, channel: str) -> Any:
        async def ask() -> Any:
            async with self._few:
                return await self._line.call("GET", path, channel_id=channel)

        return await self._lasting(ask, channel)

    async def _lasting(self, work: Callable[[], Coroutine[Any, Any, Any]], what: str) -> Any:
        """The outcome of something that is tried until it works, less and less often."""
        wait = AGAIN_S
        while True:
            try:
                return await work()
            except NO_MORE:
                raise
            except Broken as error:
                log.warning("history_not_read", what=what, reason=type(error).__name__)
                wait = max(wait, getattr(error, "retry_after", 0.0))
            except Exception:
                log.exception("history_not_read", what=what)
            await self._sleep(wait)
            wait = min(wait * 2, SELDOM_S)

    def _let_go(self, channel: str) -> None:
        for message in self._held.pop(channel, ()):
            self._release(message)
