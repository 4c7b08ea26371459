"""Dialogues on Discord: private chats, and a server with a channel that is bound as the coaches' room."""

import copy
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from tests.contract.surface import Seen
from tests.discord.server import Server, buttons_of
from tests.fakes.discord import discord
from tests.fakes.discord_rules import BUTTON, walk
from tests.fakes.discord_world import Interaction, Json
from tests.test_dialogues import demo_house


class OnDiscord:
    """People in the gym's server and in their private chats with the bot."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.house = server.house

    async def say(self, who: str, words: str, room: str | None = None) -> list[Seen]:
        """In the room the bot is mentioned. What is answered elsewhere is seen there."""
        server, own = self.server, self.server.dm(who)
        if room is None:
            return [_seen(m) for m in await server.says(who, words)]
        before = len(server.world.shown(own))
        shown = await server.says(who, f"<@{server.world.bot['id']}> {words}", server.room)
        return [_seen(m) for m in (*shown, *server.world.shown(own)[before:])]

    async def tap(self, who: str, seen: Seen, label: str) -> str | None:
        """A press on a message as it was seen; its toast is a message that its person alone sees."""
        pressed = await self.server.settled(self._press(who, seen, label))
        return "\n".join(Server.words(m) for m in pressed.messages) or None

    async def taps(self, who: str, seen: Seen, label: str, times: int) -> None:
        """All before any of them is answered."""
        for pressed in [self._press(who, seen, label) for _ in range(times)]:
            await self.server.settled(pressed)

    def _press(self, who: str, seen: Seen, label: str) -> Interaction:
        message, token = self._live(seen), _token(seen.handle, label)
        return self.server.people.forges(self.server.users[who], message, token)

    def _live(self, seen: Seen) -> Json:
        found = self.server.world.find(seen.handle["channel_id"], seen.handle["id"])
        assert found is not None
        return found

    async def read(self, who: str, room: str | None = None) -> list[Seen]:
        """What the bot's messages say now."""
        return [_seen(m) for m in self.server.world.shown(self.server.room if room else self.server.dm(who))]

    async def again(self, who: str, seen: Seen) -> Seen:
        """A message as it is now."""
        return _seen(self._live(seen))

    async def pass_time(self, by: timedelta) -> None:
        """Everything that becomes due goes out."""
        await self.house.pass_time(by)
        await self.server.desk.platforms.idle()


def _seen(message: Json) -> Seen:
    text = Server.words(message).replace("\\", "")
    return Seen(text, tuple(buttons_of(message)), copy.deepcopy(message))


def _token(message: Json, label: str) -> str:
    for component in walk(message["components"]):
        if component["type"] == BUTTON and label in component["label"]:
            return str(component["custom_id"])
        for option in component.get("options", ()):
            if label in option["label"]:
                return str(option["value"])
    raise AssertionError(f"there is no button {label}")


@asynccontextmanager
async def on_discord(url: str, folder: Path) -> AsyncIterator[OnDiscord]:
    """The demo gym on Discord, its coaches in a channel of their own."""
    house = await demo_house(url)
    await house.desk.stop()
    async with discord() as fake:
        fake.rates.enforced = False
        server = await Server(house, fake, folder / "data").open()
        try:
            yield OnDiscord(server)
        finally:
            await server.close()
