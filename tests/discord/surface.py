"""Dialogues on Discord: private chats, and a server with a channel that is bound as the coaches' room."""

import asyncio
import copy
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.contract.surface import Seen, kept_in
from tests.discord.server import Server, buttons_of
from tests.fakes.discord import Trouble, discord
from tests.fakes.discord_rules import BUTTON, walk
from tests.fakes.discord_world import Interaction, Json
from tests.test_dialogues import demo_house


class OnDiscord:
    """People in the gym's server and in their private chats with the bot."""

    name, repeats_marked = "discord", False

    def __init__(self, server: Server) -> None:
        self.server = server
        self.house = server.house
        self._threads: list[str] = []

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

    # -- what the contract asks of a platform ----------------------------------------------------------------

    async def moves(self, seconds: int) -> None:
        """At once."""
        self.house.clock.move(timedelta(seconds=seconds))

    async def settled(self) -> None:
        """Nothing is on the wire, at work, or on its way out."""
        async with asyncio.timeout(120):
            while not self._still():
                await self.server.desk.platforms.idle()
                await asyncio.sleep(0)

    def _still(self) -> bool:
        desk, adapter = self.server.desk, self.server.adapter
        key = ("discord", adapter.bot)
        heard = self.server.fake.gateway.heard_up_to(getattr(adapter.line.ws, "sequence", None))
        busy = desk.platforms._arrivals[key].busy or desk.platforms._couriers[key].busy or desk.lanes._running
        return heard and not (busy or adapter.ingest.busy)

    async def types(self, who: str, words: str, room: str | None = None, **more: Any) -> None:
        """A message on its way to the bot."""
        server = self.server
        chat = self._threads[more["thread"]] if "thread" in more else server.room if room else server.dm(who)
        replies = more.get("replies")
        addressed = room and more.get("to_bot", True) and replies is None
        words = f"<@{server.world.bot['id']}> {words}" if addressed else words
        server.people.says(server.users[who], chat, words, reply_to=self._live(replies) if replies else None)

    async def until(self, found: Any) -> None:
        """After each request."""
        await self.server.world.until(found)

    def trouble(self, kind: str) -> None:
        """With the next message."""
        how = "cut after" if kind == "lost" else "cut before"
        self.server.fake.troubles.append(Trouble("POST", r"/channels/\d+/messages", how))

    def told_to_wait(self, who: str, seconds: int) -> None:
        """As the server words it."""
        path = f"/channels/{self.server.dm(who)}/messages"
        self.server.fake.troubles.append(Trouble("POST", path, f"429 after {seconds}"))

    def sends(self, who: str) -> int:
        """Every try counts."""
        path = f"/channels/{self.server.dm(who)}/messages"
        return sum(s.method == "POST" and s.path == path for s in self.server.world.log)

    async def shuts(self, who: str) -> None:
        """They take no direct messages."""
        self.server.world.channels[self.server.dm(who)]["recipients"][0]["closed"] = True

    async def lets_in(self, who: str) -> None:
        """They do again."""
        self.server.world.channels[self.server.dm(who)]["recipients"][0]["closed"] = False

    async def throws_out(self) -> None:
        """Of the whole server."""
        server = self.server
        server.world.members.pop((server.guild, server.world.bot["id"]))
        server.world.dispatch("GUILD_DELETE", {"id": server.guild})
        await self.settled()

    async def sends_file(
        self, who: str, name: str, data: bytes, words: str = "", size: int | None = None
    ) -> list[Seen]:
        """With a message."""
        attached = self.server.people.attachment(name, data) | ({"size": size} if size else {})
        before = len(self.server.world.shown(self.server.dm(who)))
        self.server.people.says(self.server.users[who], self.server.dm(who), words, files=[attached])
        await self.settled()
        return (await self.read(who))[before:]

    def files(self, who: str) -> list[bytes]:
        """Attachments."""
        shown = self.server.world.shown(self.server.dm(who))
        return [self.server.world.files[a["id"]][0] for m in shown for a in m["attachments"]]

    def saved(self) -> list[bytes]:
        """What lies in the folder."""
        return kept_in(self.server.folder / "files")

    async def forge(self, who: str, seen: Seen, token: str) -> str | None:
        """The message that only they see."""
        pressed = await self.server.settled(self.forges(who, seen, token))
        return "\n".join(Server.words(m) for m in pressed.messages) or None

    def forges(self, who: str, seen: Seen, token: str) -> Interaction:
        """The press."""
        return self.server.people.forges(self.server.users[who], self._live(seen), token)

    def tokens(self, seen: Seen) -> list[str]:
        """Of buttons and of a menu's entries."""
        return list(_tokens(seen.handle))

    async def comes_again(self) -> None:
        """As the gateway may."""
        self.server.world.dispatch(*self.server.fake.gateway.newest)
        await self.settled()

    async def stop(self) -> None:
        """All but the server."""
        await self.server.close()

    async def start(self) -> None:
        """And what was missed is fetched."""
        await self.server.open()
        await self.settled()

    def thread(self, name: str) -> int:
        """A thread of the room."""
        self._threads.append(self.server.world.thread(self.server.room, name))
        return len(self._threads) - 1

    def in_thread(self, number: int) -> list[Seen]:
        """What the bot wrote there."""
        return [_seen(m) for m in self.server.world.shown(self._threads[number])]

    def everything(self, room: str) -> str:
        """Also what was refused, and what was edited; threads as well."""
        places = (self.server.room, *self._threads)
        return str([s.body for s in self.server.world.log if any(f"/channels/{p}/" in s.path for p in places)])


def _seen(message: Json) -> Seen:
    text = Server.words(message).replace("\\", "")
    answered = (message.get("referenced_message") or {}).get("content", "")
    return Seen(text, tuple(buttons_of(message)), copy.deepcopy(message), answered)


def _token(message: Json, label: str) -> str:
    return next(token for token, words in _tokens(message).items() if label in words)


def _tokens(message: Json) -> dict[str, str]:
    """What each button and each entry of a menu says."""
    found: dict[str, str] = {}
    for component in walk(message["components"]):
        if component["type"] == BUTTON and "custom_id" in component:
            found[component["custom_id"]] = component["label"]
        found |= {o["value"]: o["label"] for o in component.get("options", ())}
    return found


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
