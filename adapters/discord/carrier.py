"""Carries parcels to Discord: each once, as private as it must be, and with what became of it in the courier's words."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from typing import Any

import aiohttp
import discord
import structlog

from adapters.contract import Elsewhere, Failed, Gone, Later, Outcome, Parcel, Sent, Unsure
from adapters.discord.hooks import TOKEN_GONE, Hooks
from adapters.discord.line import Line
from adapters.discord.parse import PLATFORM, Hook
from adapters.discord.render import EPHEMERAL, LINK, ROW, SUPPRESS_EMBEDS, Body, bodies, kept, words_of
from adapters.discord.streaming import Book, Streams
from adapters.discord.typing_sign import TypingSigns
from adapters.edits import reshaped
from adapters.fallback import Load, brought
from core.chat import Message, Spot
from core.i18n import _

log = structlog.get_logger("whistle.discord")

GONE = {10003, 10004, 50001, 50007, 50278, 20026}
NOT_ALLOWED = 50013
UNKNOWN_MESSAGE = 10008
UNAUTHORIZED_WAIT_S = 60.0
UNREACHED_S, OVERLOADED_S = 3.0, 15.0
OVERLOADED = 503
LOOKED_AT = 50
PRIVATE_CHAT = "https://discord.com/users/{bot}"

NotSent = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
Broken = (OSError, aiohttp.ClientError, asyncio.TimeoutError, discord.DiscordServerError)
Known = Callable[[str, str], Awaitable[int | None]]


class DiscordCarrier:
    """The way out of one bot. Sends are idempotent: a message by its nonce and, when that is too old, by a look at what
    stands in the channel; an answer to an interaction by being an edit. `known` tells whether a message of a chat is one
    whose sending was written down, `load` reads Whistle's own files."""

    platform = PLATFORM
    idempotent = True
    whispers = True

    def __init__(
        self,
        line: Line,
        bot: str,
        sleep: Callable[[float], Coroutine[Any, Any, None]],
        known: Known,
        load: Load,
        book: Book,
    ) -> None:
        self.bot = bot
        self.hooks = Hooks(line)
        self.typing = TypingSigns(line, sleep)
        self._line = line
        self._known = known
        self._load = load
        self.streams = Streams(line, sleep, book)

    # -- the courier's two calls ---------------------------------------------------------------------------

    async def send(self, parcel: Parcel) -> Outcome:
        """Hand one parcel over."""
        sent = list(parcel.sent)
        parcel = replace(parcel, message=await brought(parcel.message, self._load))
        try:
            if parcel.kind == "edit":
                return await self._edit(parcel, sent)
            if parcel.only_for:
                return await self._whisper(parcel, sent)
            return await self._say(parcel, sent)
        except discord.RateLimited as limited:
            return Later(limited.retry_after, sent=tuple(sent))
        except NotSent:
            return Later(UNREACHED_S, everywhere=True, sent=tuple(sent))
        except Broken as error:
            overloaded = isinstance(error, discord.DiscordServerError) and error.status == OVERLOADED
            return Later(OVERLOADED_S, sent=tuple(sent)) if overloaded else Unsure(tuple(sent))
        except discord.HTTPException as refused:
            return _outcome(refused, tuple(sent))

    def door(self, code: str, group: bool = False) -> str:
        """There is no link that says something in a chat."""
        return ""

    def working(self, spot: Spot, on: bool) -> None:
        """Show or end the sign that Whistle is at work. An interaction shows its own."""
        hook = Hook.read(spot.hook)
        if hook is None or hook.ack == "update":
            self.typing.turn(spot.thread or spot.chat, on)

    async def toast(self, hook: Hook, words: str) -> None:
        """Say why a press had no effect, to its person alone; what cannot be said is not kept."""
        try:
            await self.hooks.more(hook, {**bodies(Message(text=words))[0], "flags": EPHEMERAL | SUPPRESS_EMBEDS})
        except (*Broken, discord.DiscordException):
            log.warning("notice_not_shown", interaction=hook.id)

    async def stop(self) -> None:
        """End what is shown meanwhile."""
        await self.typing.stop()
        await self.streams.stop()

    # -- to a chat -----------------------------------------------------------------------------------------

    async def _say(self, parcel: Parcel, sent: list[str]) -> Outcome:
        """For everyone in the chat: in the place of an interaction's waiting sign, or of words that were streamed there,
        or as a message."""
        channel, spot = parcel.thread or parcel.chat, parcel.answers
        hook = Hook.read(spot.hook) if spot else None
        parts = self._parts(parcel)
        place = await self.streams.claim(spot) if spot else None
        for number, body in enumerate(parts):
            if number < len(sent):
                continue
            made: str | None = None
            if number == 0 and place is not None:
                made = await self._replaced(channel, place, bodies(parcel.message, as_components=True)[0])
            elif hook is not None and spot is not None and hook.guest(spot):
                made = await self.hooks.alone(hook, body, number)
            elif number == 0 and hook is not None and hook.waits:
                made = await self.hooks.first(hook, body, private=False)
            sent.append(made or await self._post(channel, parcel, number, body, hook))
        if place is not None and spot is not None:
            await self.streams.settled(spot)
        return Sent(tuple(sent))

    def _parts(self, parcel: Parcel) -> list[Body]:
        parts = bodies(parcel.message)
        if parcel.kind == "pointer":
            link = {"type": 2, "style": LINK, "label": _("Open our chat"), "url": PRIVATE_CHAT.format(bot=self.bot)}
            parts[-1] = {**parts[-1], "components": [{"type": ROW, "components": [link]}]}
        return parts

    async def _post(self, channel: str, parcel: Parcel, number: int, body: Body, hook: Hook | None) -> str:
        spot = parcel.answers
        if number == 0 and spot is not None and spot.group and spot.message and hook is None:
            body["message_reference"] = {"message_id": spot.message, "fail_if_not_exists": False}
        return await self._once(channel, parcel, number, body)

    async def _once(self, channel: str, parcel: Parcel, number: int, body: Body) -> str:
        """A message that stands in a channel once, however often this is tried: Discord knows the nonce for some minutes,
        after that the channel is looked at."""
        if parcel.again and (standing := await self._standing(channel, parcel, body)) is not None:
            return standing
        body = {**body, "nonce": f"{parcel.id}-{number}", "enforce_nonce": True}
        made = await self._line.call("POST", "/channels/{channel_id}/messages", body, channel_id=channel)
        return str(made["id"])

    async def _standing(self, channel: str, parcel: Parcel, body: Body) -> str | None:
        """A message that says the same and that nobody wrote down: the one of the try before."""
        path = f"/channels/{{channel_id}}/messages?limit={LOOKED_AT}"
        try:
            newest = await self._line.call("GET", path, channel_id=channel)
        except (discord.Forbidden, discord.NotFound):
            return None
        for message in newest:
            mine = message["author"]["id"] == self.bot and message["id"] not in parcel.sent
            if mine and words_of(message) == words_of(body) and await self._known(parcel.chat, message["id"]) is None:
                return str(message["id"])
        return None

    # -- to one person alone -------------------------------------------------------------------------------

    async def _whisper(self, parcel: Parcel, sent: list[str]) -> Outcome:
        """For one person in a place that others read: visible to them alone, else in their own chat, never to the room."""
        hook = Hook.read(parcel.answers.hook) if parcel.answers else None
        if hook is not None and parcel.answers:
            await self.streams.claim(parcel.answers)
        parts = bodies(parcel.message)
        for number, body in enumerate(parts):
            if number < len(sent):
                continue
            made = None
            if hook is not None and not any("/" in id for id in sent):
                made = await self.hooks.alone(hook, body, number)
            if made is None:
                made = await self._directly(parcel, number, parts[number])
            if made is None:
                return Elsewhere()
            sent.append(made)
        return Sent(tuple(sent))

    async def _directly(self, parcel: Parcel, number: int, body: Body) -> str | None:
        """A direct message; its id tells the chat too. None when the person takes none."""
        try:
            opened = await self._line.call("POST", "/users/@me/channels", {"recipient_id": parcel.only_for})
            chat = str(opened["id"])
            made = await self._once(chat, parcel, number, body)
        except discord.HTTPException as refused:
            if refused.code in GONE or refused.status in (400, 403):
                return None
            raise
        return f"{chat}/{made}"

    # -- edits ---------------------------------------------------------------------------------------------

    async def _edit(self, parcel: Parcel, sent: list[str]) -> Outcome:
        """The messages that show it are made to show its newest form, be it more or less than before."""
        parts = bodies(parcel.message, as_components=True)
        spot, channel = parcel.answers, parcel.thread or parcel.chat
        hook = Hook.read(spot.hook) if spot else None
        guest = hook is not None and spot is not None and hook.guest(spot)
        moved = len(parts) != len(parcel.edits)

        def alone(message: str) -> bool:
            return "/" not in message and bool(parcel.only_for or guest)

        async def change(message: str, body: Body) -> None:
            body = body if moved else kept(body)
            if alone(message) and (await self.hooks.change(message, hook, body) or parcel.only_for):
                return
            chat, _slash, direct = message.rpartition("/")
            await self._replaced(chat or channel, direct, body)

        async def add(number: int, body: Body) -> str | None:
            first = parcel.edits[0]
            if alone(first):
                beside = await self.hooks.beside(first, hook, body)
                if beside is not None or parcel.only_for:
                    return beside
            chat = first.rpartition("/")[0]
            made = await self._once(chat or channel, parcel, number, body)
            return f"{chat}/{made}" if chat else made

        async def remove(message: str) -> None:
            if alone(message) and (await self.hooks.remove(message, hook) or parcel.only_for):
                return
            chat, _slash, direct = message.rpartition("/")
            await self._removed(chat or channel, direct)

        return Sent(await reshaped(parcel.edits, sent, parts, change=change, add=add, remove=remove))

    async def _removed(self, channel: str, message: str) -> None:
        path = "/channels/{channel_id}/messages/{message_id}"
        try:
            await self._line.call("DELETE", path, channel_id=channel, message_id=message)
        except discord.HTTPException as refused:
            if refused.code != UNKNOWN_MESSAGE:
                raise

    async def _replaced(self, channel: str, message: str, body: Body) -> str | None:
        """Put a message in the place of another; None when that one is no longer there."""
        path = "/channels/{channel_id}/messages/{message_id}"
        whole = {"content": None, **body}
        try:
            await self._line.call("PATCH", path, whole, channel_id=channel, message_id=message)
        except discord.HTTPException as refused:
            if refused.code == UNKNOWN_MESSAGE:
                return None
            raise
        return message


def _outcome(refused: discord.HTTPException, sent: tuple[str, ...]) -> Outcome:
    """What a refusal means for a parcel."""
    if refused.status == 401:
        return Later(UNAUTHORIZED_WAIT_S, everywhere=True, sent=sent)
    if refused.status == 429:
        return Later(_told(refused), everywhere=True, sent=sent)
    if refused.code in GONE:
        return Gone(refused.text or str(refused))
    if refused.code == NOT_ALLOWED:
        return Failed("Whistle may not write in this channel. Give its role “Send messages” there.")
    if refused.code in TOKEN_GONE:
        return Elsewhere()
    log.warning("parcel_refused", status=refused.status, code=refused.code, reason=refused.text)
    return Failed(f"{refused.status} {refused.code}: {refused.text}")


def _told(refused: discord.HTTPException) -> float:
    try:
        return float(refused.response.headers.get("Retry-After", 1.0))
    except (AttributeError, ValueError):
        return 1.0
