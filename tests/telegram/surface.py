"""Dialogues on Telegram: private chats, and a group that is bound as the coaches' room."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from core.agent import places
from core.chat import Spot
from tests.contract.surface import Seen, kept_in
from tests.fakes.telegram import CUT, LOST, REFUSE, SENDS, TelegramServer
from tests.fakes.telegram_checks import Rejected
from tests.fakes.telegram_world import Json
from tests.telegram.town import Town
from tests.test_dialogues import demo_house

ROOM = -100700


class OnTelegram:
    """People in a town."""

    name, repeats_marked = "telegram", True

    def __init__(self, town: Town) -> None:
        self.town = town
        self.house = town.house
        self._threads = 0

    async def say(self, who: str, words: str, room: str | None = None) -> list[Seen]:
        """In the room the bot is addressed by name. What is answered elsewhere is seen there."""
        own = self.town.server.world.chats[self.town.number(who)]
        before = own.last_id
        if room is None:
            return [_seen(m) for m in await self.town.say(who, words)]
        shown = await self.town.say(who, f"{self.town.name} {words}", ROOM)
        return [_seen(m) for m in shown] + [_seen(m) for m in own.sent() if m["message_id"] > before]

    async def tap(self, who: str, seen: Seen, label: str) -> str | None:
        """A tap on a message as it was seen: its buttons may have changed meanwhile."""
        query = self.town.server.world.sends_press(self.town.number(who), seen.handle, _data(seen, label))
        await self.town.settled()
        answer = self.town.server.methods.answers.get(query)
        return answer.get("text") if answer else None

    async def taps(self, who: str, seen: Seen, label: str, times: int) -> None:
        """All in one batch."""
        for _ in range(times):
            self.town.server.world.sends_press(self.town.number(who), seen.handle, _data(seen, label))
        await self.town.settled()

    async def read(self, who: str, room: str | None = None) -> list[Seen]:
        """What the bot's messages say now."""
        place = self.town.server.world.chats[ROOM if room else self.town.number(who)]
        return [_seen(m) for m in place.sent()]

    async def again(self, who: str, seen: Seen) -> Seen:
        """A message as it is now."""
        message = seen.handle
        return _seen(self.town.server.world.chats[message["chat"]["id"]].messages[message["message_id"]])

    async def pass_time(self, by: timedelta) -> None:
        """Polls end and begin again meanwhile; the outbox gives what is due to the courier."""
        while by:
            step = min(by, timedelta(seconds=20))
            by -= step
            self.house.clock.move(step)
            for _ in range(50):
                await asyncio.sleep(0)
            await self.town.settled()
        await self.house.pass_time(timedelta(0))
        await self.town.settled()

    # -- what the contract asks of a platform ----------------------------------------------------------------

    async def moves(self, seconds: int) -> None:
        """A poll that fell silent meanwhile begins again, which takes a few seconds more."""
        self.house.clock.move(timedelta(seconds=seconds))
        polls = self.server.polls
        await self.server.passing(lambda: self.server.polls > polls + 1 and self.server.polling, 1, 200)

    async def settled(self) -> None:
        """Everything that follows has happened."""
        await self.town.settled()

    async def types(self, who: str, words: str, room: str | None = None, **more: Any) -> None:
        """A message on its way to the bot."""
        words = f"{self.town.name} {words}" if room and more.pop("to_bot", True) and "replies" not in more else words
        if replies := more.pop("replies", None):
            more["reply_to"] = replies.handle["message_id"]
        self.server.world.types(self.town.number(who), words, ROOM if room else None, **more)

    async def until(self, found: Any) -> None:
        """After each call that is answered."""
        await self.server.until(found)

    def trouble(self, kind: str) -> None:
        """With the next message."""
        self.server.fail(LOST if kind == "lost" else CUT, "sendMessage")

    def told_to_wait(self, who: str, seconds: int) -> None:
        """As the server words it."""
        refused = Rejected(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
        self.server.fail(REFUSE, "sendMessage", chat=self.town.number(who), error=refused)

    def sends(self, who: str) -> int:
        """Every kind of message counts."""
        return sum(c.params["chat_id"] == self.town.number(who) for c in self.server.of(*SENDS))

    async def shuts(self, who: str) -> None:
        """They block the bot."""
        self.server.world.blocks(self.town.number(who))
        await self.settled()

    async def lets_in(self, who: str) -> None:
        """They unblock it."""
        self.server.world.chats[self.town.number(who)].blocked = False

    async def throws_out(self) -> None:
        """An administrator does."""
        self.server.world.throws_out(self.town.number("olivia"), ROOM)
        await self.settled()

    async def sends_file(
        self, who: str, name: str, data: bytes, words: str = "", size: int | None = None
    ) -> list[Seen]:
        """A document."""
        place = self.server.world.chats[self.town.number(who)]
        before = place.last_id
        self.server.world.sends_file(place.id, "document", data, caption=words, name=name, size=size)
        await self.settled()
        return [_seen(m) for m in place.sent() if m["message_id"] > before]

    def files(self, who: str) -> list[bytes]:
        """Photos and documents."""
        shown = self.server.world.chats[self.town.number(who)].sent()
        sent = [m.get("document") or (m["photo"][-1] if "photo" in m else None) for m in shown]
        return [self.server.world.files[one["file_id"]][1] for one in sent if one]

    def saved(self) -> list[bytes]:
        """What lies in the folder."""
        return kept_in(self.town.data_dir / "files")

    async def forge(self, who: str, seen: Seen, token: str) -> str | None:
        """The toast."""
        query = self.forges(who, seen, token)
        await self.settled()
        return self.server.methods.answers.get(query, {}).get("text")

    def forges(self, who: str, seen: Seen, token: str) -> str:
        """The number of the press."""
        return self.server.world.sends_press(self.town.number(who), seen.handle, token)

    def tokens(self, seen: Seen) -> list[str]:
        """The data of its keyboard."""
        rows = seen.handle.get("reply_markup", {}).get("inline_keyboard", ())
        return [b["callback_data"] for row in rows for b in row if "callback_data" in b]

    async def comes_again(self) -> None:
        """With a number of its own, as after a change of servers."""
        newest = self.server.world.newest
        assert newest is not None
        self.server.world.put_raw({k: v for k, v in newest.items() if k != "update_id"})
        await self.settled()

    async def stop(self) -> None:
        """All but the server."""
        await self.town.close()

    async def start(self) -> None:
        """A few seconds later, as a start takes them; what was missed is fetched."""
        self.house.clock.move(timedelta(seconds=6))
        await self.town.open()
        await self.settled()

    def thread(self, name: str) -> int:
        """The room is a forum."""
        self._threads += 1
        return self._threads + 40

    def in_thread(self, number: int) -> list[Seen]:
        """What the bot wrote there."""
        return [_seen(m) for m in self.server.world.chats[ROOM].sent() if m.get("message_thread_id") == number]

    def everything(self, room: str) -> str:
        """Also what was refused, and what was edited."""
        return str([c.params for c in self.server.calls if c.params.get("chat_id") == ROOM])

    @property
    def server(self) -> TelegramServer:
        return self.town.server


def _seen(message: Json) -> Seen:
    rows = message.get("reply_markup", {}).get("inline_keyboard", ())
    labels = tuple(b["text"].removeprefix("↩️ ") for row in rows for b in row if "callback_data" in b)
    answered = message.get("reply_to_message", {}).get("text", "")
    return Seen(message.get("text") or message.get("caption") or "", labels, dict(message), answered)


def _data(seen: Seen, label: str) -> str:
    rows = seen.handle["reply_markup"]["inline_keyboard"]
    found: str = next(b["callback_data"] for row in rows for b in row if label in b["text"])
    return found


async def seated(town: Town) -> OnTelegram:
    """Everybody's private chat is open, and the coaches have a group of their own, which is their room."""
    house = town.house
    town.group(ROOM, "Coaches", "carla", "marcus", "olivia", forum=True)
    async with house.desk.store.write() as db:
        spot = Spot(chat=str(ROOM), group=True, title="Coaches")
        for who in ("carla", "marcus", "olivia", "mia"):
            chat = Spot(chat=str(town.number(who)))
            await places.met(db, 1, house.people[who], "telegram", town.adapter.bot, chat, house.clock.now())
        await places.bind(db, 1, "telegram", town.adapter.bot, spot, "staff", places.QUIET, house.clock.now())
    return OnTelegram(town)


@asynccontextmanager
async def on_telegram(url: str, folder: Path) -> AsyncIterator[OnTelegram]:
    """The demo gym on Telegram, its coaches in a group of their own."""
    house = await demo_house(url)
    await house.desk.stop()
    server = TelegramServer(house.clock)
    await server.start()
    town = await Town(house, server, folder).open()
    try:
        yield await seated(town)
    finally:
        await town.close()
        await server.stop()
