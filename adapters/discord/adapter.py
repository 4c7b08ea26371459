"""The Discord adapter: one bot's line, its way in through the arrivals, and its way out through a carrier."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, Protocol

import aiohttp
import discord
import structlog
from pydantic import SecretStr

from adapters.contract import Limits, Raw
from adapters.discord import parse
from adapters.discord.attachments import Attachments
from adapters.discord.budget import Budget
from adapters.discord.carrier import DiscordCarrier
from adapters.discord.commands import Commands
from adapters.discord.ingest import Ingest
from adapters.discord.limits import DISCORD
from adapters.discord.line import Json, Line, point_at
from adapters.discord.on_the_spot import OnTheSpot
from adapters.discord.parse import Interaction, Written
from core.chat import Spot
from core.desk import Acted, Desk
from core.errors import Told
from core.i18n import _, marked, speaking

log = structlog.get_logger("whistle.discord")
PATIENCE_S = 20.0
AGAIN_S, SELDOM_S = 2.0, 60.0
NOTHING_DONE = marked(
    "That message changed nothing that I could take back, so nothing was undone. Use “Undo this” on one in which I say "
    "what I have done."
)
Unreached = (OSError, TimeoutError, aiohttp.ClientError, discord.DiscordServerError)


class Settings(Protocol):
    """The `[discord]` section of the settings."""

    token: SecretStr | None
    api_url: str | None
    gateway_url: str | None
    message_content: bool


class DiscordAdapter:
    """One Discord bot of a desk."""

    name = parse.PLATFORM
    limits: Limits = DISCORD

    def __init__(self, desk: Desk, token: str, data_dir: Path, *, message_content: bool = False) -> None:
        self.desk = desk
        self.bot = parse.bot_of(token)
        self._token = token
        self._content = message_content
        self._data_dir = data_dir
        self.line = self._new_line()
        self.carrier = DiscordCarrier(self.line, self.bot, desk.clock.sleep, self._known, desk.platforms.content, self)
        self.ingest = Ingest(self.line, self.carrier.hooks, self._decide, self._commit, desk.clock.sleep)
        self.commands = Commands(desk.commands())
        self.attachments = Attachments(desk, self.line, data_dir / "files")
        self.on_the_spot = OnTheSpot(desk, self.bot, self.commands, self.carrier.hooks, self.line)
        self._connecting: asyncio.Task[None] | None = None
        desk.platforms.announce(self.carrier)

    def _new_line(self) -> Line:
        budget = Budget(self._data_dir / "discord_identifies.json")
        return Line(self._heard, budget, self.desk.clock, content=self._content)

    # -- running -------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Sign in, register the commands, take up what was left, and listen. What Discord refuses is said at once; where
        it cannot be reached, this goes on trying."""
        try:
            await self._sign_in()
        except Unreached as error:
            log.warning("discord_not_reached", reason=type(error).__name__, advice="Trying again until it answers.")
            self._connecting = asyncio.create_task(self._sign_in_again())
            return
        self._connecting = asyncio.create_task(self.line.listen())
        connected = asyncio.create_task(self.line.connected.wait())
        await asyncio.wait({connected, self._connecting}, timeout=PATIENCE_S, return_when=asyncio.FIRST_COMPLETED)
        connected.cancel()
        if self._connecting.done():
            self._explain(self._connecting.exception())
        self._connecting.add_done_callback(self._ended)

    async def _sign_in_again(self) -> None:
        """Until it works, less and less often; then listen."""
        wait = AGAIN_S
        while True:
            await self.desk.clock.sleep(wait)
            try:
                await self._sign_in()
                break
            except Told as error:
                log.error("discord_ended", reason=error.words)
                return
            except Unreached:
                wait = min(wait * 2, SELDOM_S)
        log.info("discord_reached")
        await self.line.listen()

    async def begin(self) -> None:
        """Once signed in: register the commands and take up what was left."""
        await self.commands.register(self.line)
        for half in await self.desk.platforms.half_said(self.name, self.bot):
            self.carrier.streams.adopt(*half)
        await self.desk.platforms.open(self.carrier, self._handle)
        self.ingest.start()

    async def stop(self) -> None:
        """Take nothing more; what was committed goes on at the next start."""
        await self.ingest.stop()
        await self.desk.platforms.close(self.carrier)
        await self.carrier.stop()
        await self.line.close()
        if self._connecting is not None:
            self._connecting.cancel()
            await asyncio.gather(self._connecting, return_exceptions=True)

    async def _sign_in(self) -> None:
        try:
            await self.line.sign_in(self._token)
            await self.begin()
        except discord.LoginFailure:
            raise Told("Discord refuses the token. Copy it again from your application's Bot page.") from None

    def _ended(self, task: "asyncio.Task[None]") -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("discord_ended", reason=str(error) or type(error).__name__)

    @staticmethod
    def _explain(error: BaseException | None) -> None:
        if isinstance(error, discord.PrivilegedIntentsRequired):
            raise Told(
                "Discord does not allow this bot to read the content of messages. Switch on “Message Content Intent” on "
                "your application's Bot page, or set discord.message_content to false."
            )
        if error is not None:
            raise error

    # -- in ------------------------------------------------------------------------------------------------

    def _heard(self, event: str, data: Json) -> None:
        """An event of the gateway: some are answered at once, the others are taken in."""
        match event:
            case "READY":
                self.ingest.catch_up(self._read)
            case "CHANNEL_DELETE":
                self.ingest.soon(self._gone([str(data["id"])]))
            case "GUILD_CREATE":
                self.ingest.soon(self._back([str(c["id"]) for c in data.get("channels", ())]))
            case "GUILD_DELETE" if not data.get("unavailable"):
                self.ingest.soon(self._gone(self.line.channels_of(str(data["id"]))))
            case "INTERACTION_CREATE" if answer := self.on_the_spot.answer(data):
                self.ingest.soon(answer)
            case "INTERACTION_CREATE" | "MESSAGE_CREATE":
                self.ingest.heard(event, data)

    async def _known(self, chat: str, message: str) -> int | None:
        return await self.desk.platforms.shown(self.name, self.bot, chat, message)

    async def _gone(self, chats: list[str]) -> None:
        for chat in chats:
            await self.desk.platforms.gone(self.name, self.bot, chat)

    async def _back(self, chats: list[str]) -> None:
        await self.desk.platforms.back(self.name, self.bot, chats)

    async def _read(self) -> Mapping[str, int]:
        return await self.desk.platforms.bookmarks(self.name, self.bot)

    async def _commit(self, raws: list[Raw], read: Mapping[str, int]) -> int:
        return await self.desk.platforms.arrive(self.name, self.bot, raws, read)

    async def _decide(self, event: str, data: Json) -> Json | None:
        """What is kept of an event, and how an interaction is acknowledged."""
        if event == "MESSAGE_CREATE":
            message = Written.model_validate(data)
            return await self._wanted(message) if parse.from_person(message) else None
        interaction = Interaction.model_validate(data)
        ack = parse.usual_ack(interaction)
        if ack == "public" and interaction.guild_id is not None and not await self._shown_to_all(interaction):
            ack = "private"
        return {"hook": str(_hook(interaction, ack)), "guest": interaction.visiting}

    async def _shown_to_all(self, interaction: Interaction) -> bool:
        """Whether everyone here may read what a command usually answers."""
        spot = parse.interaction_spot(interaction, "public")
        facts = await self.desk.platforms.place(self.name, self.bot, spot.chat, spot.thread)
        return self.commands.shown_in(interaction, facts.room if facts else None)

    async def _wanted(self, message: Written) -> Json | None:
        """A message that is for the bot, or that a registered room lets it listen to."""
        to_me = parse.addressed(message, self.bot)
        if not to_me and not message.content:
            return None
        if message.guild_id and not self.line.knows(message.channel_id):
            return {"to_me": to_me}
        parent = await self.line.parent_of(message.channel_id) if message.guild_id else None
        if not to_me and not await self._listens(message, parent):
            return None
        return {"parent": parent, "to_me": to_me}

    async def _listens(self, message: Written, parent: str | None) -> bool:
        """Whether what is said in a channel or thread to nobody is for the bot too."""
        chat, thread = (parent, message.channel_id) if parent else (message.channel_id, "")
        facts = await self.desk.platforms.place(self.name, self.bot, chat, thread)
        return facts is not None and facts.listens

    # -- handling ------------------------------------------------------------------------------------------

    async def _handle(self, raw: Raw) -> None:
        """One event, after it was committed: as the core wants it."""
        data: Any = raw.body["d"]
        if raw.body["t"] == "MESSAGE_CREATE":
            await self._message(Written.model_validate(data), raw.body)
        else:
            await self._interaction(Interaction.model_validate(data), raw.body)

    async def _message(self, message: Written, kept: Mapping[str, Any]) -> None:
        parent, to_me = kept.get("parent"), bool(kept.get("to_me", True))
        if "parent" not in kept and message.guild_id:
            parent = await self.line.parent_of(message.channel_id)
            if not to_me and not await self._listens(message, parent):
                return
        spot = parse.message_spot(message, parent, self.line.title_of(message.channel_id))
        reply_to = None
        if message.referenced_message is not None:
            answered = message.referenced_message.id
            reply_to = await self.desk.platforms.shown(self.name, self.bot, spot.chat, answered)
        files = await self.attachments.keep(message)
        incoming = parse.incoming(message, self.bot, spot, reply_to, files)
        incoming = incoming.model_copy(update={"addressed": to_me})
        self._follow(spot, await self.desk.platforms.receive(incoming))

    async def _interaction(self, interaction: Interaction, kept: Mapping[str, Any]) -> None:
        hook = parse.Hook.read(str(kept.get("hook") or ""))
        own = await self.line.private_chat(interaction.by.id) if interaction.visiting else ""
        spot = parse.interaction_spot(interaction, hook.ack if hook else "private", own)
        if (token := parse.token_of(interaction)) is not None:
            await self._press(interaction, token, spot)
            return
        if interaction.data.type == parse.MENU and interaction.type == parse.COMMAND:
            await self._of_message(interaction, spot)
            return
        said = parse.said(interaction, self.bot, spot, **self.commands.said(interaction))
        self._follow(spot, await self.desk.platforms.receive(said))

    async def _of_message(self, interaction: Interaction, spot: Spot) -> None:
        """What a message's menu offers: to take back what that very message did, and nothing else."""
        target = str(interaction.data.target_id)
        change = await self.desk.platforms.change(self.name, self.bot, spot.chat, target)
        if change is None:
            with speaking(interaction.locale):
                words = _(NOTHING_DONE)
            await self.desk.platforms.refuse(parse.said(interaction, self.bot, spot), words, alone=True)
            return
        said = parse.said(interaction, self.bot, spot, **self.commands.of_menu(interaction, change))
        self._follow(spot, await self.desk.platforms.receive(said))

    async def _press(self, interaction: Interaction, token: str, spot: Spot) -> None:
        """A press: what it leads to comes through the carrier, why it had no effect is told to its person alone."""
        if (hook := parse.Hook.read(spot.hook)) is not None and spot.message:
            self.carrier.hooks.pressed(spot.message, hook)
        pressed = await self.desk.platforms.press(parse.press(interaction, self.bot, token, spot))
        if pressed.notice and hook is not None:
            await self.carrier.toast(hook, pressed.notice)
        self._follow(spot, pressed.inbox_id)

    def _follow(self, spot: Spot, inbox_id: int | None) -> None:
        """Show the words of an answer as they come, where all who see them may."""
        hook = parse.Hook.read(spot.hook)
        if inbox_id is not None and (hook is None or hook.ack != "aside"):
            self.carrier.streams.follow(spot, inbox_id, self._words(inbox_id))

    async def _words(self, inbox_id: int) -> AsyncIterator[str]:
        async for piece in self.desk.heard(inbox_id, newest=True):
            if not isinstance(piece, Acted):
                yield piece.text

    async def growing(self, spot: Spot, message: str) -> None:
        """A message begins to show an answer as it comes."""
        await self.desk.platforms.growing(self.name, self.bot, spot, message)

    async def grown(self, chat: str, asked: str) -> None:
        """It is the whole answer now, or is gone."""
        await self.desk.platforms.grown(self.name, self.bot, chat, asked)


def _hook(interaction: Interaction, ack: parse.Ack) -> parse.Hook:
    return parse.Hook(ack, interaction.id, interaction.token)


def make(settings: Settings, desk: Desk, data_dir: Path) -> DiscordAdapter:
    """The adapter of the settings' bot."""
    if settings.token is None:
        raise ValueError("no Discord token is set")
    point_at(settings.api_url, settings.gateway_url)
    token = settings.token.get_secret_value()
    return DiscordAdapter(desk, token, data_dir, message_content=settings.message_content)
