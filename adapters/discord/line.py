"""The line to Discord: discord.py's client for gateway and REST, with its events handed on raw and nothing kept of them."""

import asyncio
import json
import logging
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import aiohttp
import discord
import structlog
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from adapters.discord.budget import Budget
from core.clock import Clock

log = structlog.get_logger("whistle.discord")
# The library tells every try to connect again with its traceback; we say it in a line.
logging.getLogger("discord.client").setLevel(logging.CRITICAL)
Json = dict[str, Any]
MOST_REMEMBERED = 5000
Heard = Callable[[str, Json], None]

# What is handed on raw. Everything else that the library would build objects of is dropped, except what its cache of
# servers and threads lives on.
RAW = ("INTERACTION_CREATE", "MESSAGE_CREATE", "CHANNEL_DELETE", "GUILD_CREATE", "GUILD_DELETE", "READY")
DROPPED = ("MESSAGE_UPDATE", "MESSAGE_DELETE", "MESSAGE_DELETE_BULK", "PRESENCE_UPDATE", "TYPING_START")
KEPT_TOO = ("CHANNEL_DELETE", "GUILD_CREATE", "GUILD_DELETE", "READY")


def point_at(api_url: str | None, gateway_url: str | None) -> None:
    """Where Discord is, when it is not where it usually is. The library knows one Discord in a process."""
    if api_url:
        Route.BASE = api_url.rstrip("/")
    if gateway_url:
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway_url)


class TooOften(Exception):
    """One more session now would be more than a day allows."""


class Line(discord.Client):
    """One bot's connection. `heard` gets every event of `RAW` as it came."""

    def __init__(self, heard: Heard, budget: Budget, clock: Clock, *, content: bool) -> None:
        intents = discord.Intents(guilds=True, guild_messages=True, dm_messages=True, message_content=content)
        super().__init__(
            intents=intents,
            max_messages=None,
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=30.0,
            guild_ready_timeout=0.5,
        )
        self._budget = budget
        self._clock = clock
        self._private: OrderedDict[str, str] = OrderedDict()
        self.connected = asyncio.Event()
        self._lost = False
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._connect_to, self.http.ws_connect = self.http.ws_connect, self._connected  # type: ignore[method-assign]
        # The library's own table of parsers is the one place where events are still as Discord sent them.
        parsers: dict[str, Callable[[Any], Any]] = self._connection.parsers
        for name in DROPPED:
            parsers.pop(name, None)
        for name in RAW:
            parsers[name] = self._handed_on(name, heard, parsers.get(name) if name in KEPT_TOO else None)

    @staticmethod
    def _handed_on(name: str, heard: Heard, own: Callable[[Any], Any] | None) -> Callable[[Any], None]:
        def parse(data: Any) -> None:
            heard(name, data)
            if own is not None:
                own(data)

        return parse

    async def sign_in(self, token: str) -> None:
        """Tell Discord who we are; after a try that failed as well."""
        if self.http.connector is not discord.utils.MISSING:
            await self.http.close()
            self.http.connector = discord.utils.MISSING
        await self.login(token)

    async def on_connect(self) -> None:
        """READY came: from here on events arrive."""
        self.connected.set()
        self._lost = False

    async def on_resumed(self) -> None:
        """The line is back, with all that was missed."""
        self._lost = False

    async def on_disconnect(self) -> None:
        """The library connects again by itself; that it has to is said once."""
        if self.connected.is_set() and not self._lost and not self.is_closed():
            log.warning("discord_connection_lost", advice="Connecting again until it answers.")
        self._lost = True

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        log.exception("discord_event_failed", event_name=event_method)

    # -- connecting ----------------------------------------------------------------------------------------

    async def listen(self) -> None:
        """Be connected until the line is closed; what Discord refuses for good is raised. The library connects again by
        itself, except where it would have to identify too often, or where its first connection failed."""
        while not self.is_closed():
            await self._may_identify()
            try:
                await self.connect()
            except TooOften:
                if self._socket is not None:
                    await self._socket.close()
            except AttributeError:
                if self.ws is not None:
                    raise

    async def _may_identify(self) -> None:
        """Wait, before a connection is there that would wait too, for as long as a new session would be one too many."""
        if (wait := max(self._budget.wait(self._clock.now()), await self._none_left())) > 0:
            log.warning("discord_identify_waits", seconds=round(wait), advice="It was started too often for one day.")
            await self._clock.sleep(wait)

    async def _none_left(self) -> float:
        """Seconds until Discord lets the bot begin again; 0 where it does now, or cannot be asked."""
        try:
            limit = (await self.call("GET", "/gateway/bot"))["session_start_limit"]
        except (OSError, TimeoutError, aiohttp.ClientError, discord.DiscordException):
            return 0.0
        return 0.0 if limit["remaining"] > 0 else float(limit["reset_after"]) / 1000

    async def _connected(self, url: str, **more: Any) -> aiohttp.ClientWebSocketResponse:
        self._socket = await self._connect_to(url, **more)
        return self._socket

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Keep within the day's IDENTIFYs. The library gives up on a connection that waits here."""
        now = self._clock.now()
        if self._budget.wait(now) > 0:
            raise TooOften
        self._budget.spend(now)

    # -- REST ----------------------------------------------------------------------------------------------

    async def call(self, method: str, path: str, body: Any = None, **parts: Any) -> Any:
        """One request through the library's client: its rate buckets, its retries, its errors. What a body has under
        `uploads` goes up beside it."""
        more = _sent_as(body) if body is not None else {}
        async with asyncio.timeout(60):
            return await self.http.request(Route(method, path, **parts), **more)

    def knows(self, channel: str) -> bool:
        """Whether it is known without asking what a channel of a server is."""
        return self.get_channel(int(channel)) is not None

    async def parent_of(self, channel: str) -> str | None:
        """The channel of a thread; None for what is no thread, or is not there any more."""
        known: Any = self.get_channel(int(channel))
        if known is None:
            try:
                found = await self.call("GET", "/channels/{channel_id}", channel_id=channel)
            except (discord.NotFound, discord.Forbidden):
                return None
            return found.get("parent_id") if found["type"] in (10, 11, 12) else None
        return str(known.parent_id) if isinstance(known, discord.Thread) else None

    async def private_chat(self, user: str) -> str:
        """The chat of a person with the bot; it is opened where there is none yet."""
        if user not in self._private:
            opened = await self.call("POST", "/users/@me/channels", {"recipient_id": user})
            self._private[user] = str(opened["id"])
            if len(self._private) > MOST_REMEMBERED:
                self._private.popitem(last=False)
        return self._private[user]

    def title_of(self, channel: str) -> str:
        """A channel's name, as people in its server know it."""
        known: Any = self.get_channel(int(channel))
        name = getattr(known, "name", None)
        return f"#{name} in {known.guild.name}" if name and getattr(known, "guild", None) else ""

    def channels_of(self, guild: str) -> list[str]:
        """The text channels of a server that the bot is in."""
        known = self.get_guild(int(guild))
        return [str(c.id) for c in known.text_channels] if known else []


def _sent_as(body: Any) -> dict[str, Any]:
    uploads = body.get("uploads", ()) if isinstance(body, dict) else ()
    if not uploads:
        return {"json": body}
    listed = [{"id": number, "filename": name} for number, (name, _) in enumerate(uploads)]
    told = {**{k: v for k, v in body.items() if k != "uploads"}, "attachments": listed}
    form: list[dict[str, Any]] = [{"name": "payload_json", "value": json.dumps(told)}]
    for number, (name, data) in enumerate(uploads):
        form.append(
            {"name": f"files[{number}]", "value": data, "filename": name, "content_type": "application/octet-stream"}
        )
    return {"form": form}
