"""Dialogues on Telegram: private chats, and a group that is bound as the coaches' room."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from core.agent import places
from core.chat import Spot
from tests.contract.surface import Seen
from tests.fakes.telegram import TelegramServer
from tests.fakes.telegram_world import Json
from tests.telegram.town import Town
from tests.test_dialogues import demo_house

ROOM = -100700


class OnTelegram:
    """People in a town."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.house = town.house

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


def _seen(message: Json) -> Seen:
    rows = message.get("reply_markup", {}).get("inline_keyboard", ())
    labels = tuple(b["text"].removeprefix("↩️ ") for row in rows for b in row if "callback_data" in b)
    return Seen(message.get("text") or message.get("caption") or "", labels, dict(message))


def _data(seen: Seen, label: str) -> str:
    rows = seen.handle["reply_markup"]["inline_keyboard"]
    found: str = next(b["callback_data"] for row in rows for b in row if label in b["text"])
    return found


@asynccontextmanager
async def on_telegram(url: str, folder: Path) -> AsyncIterator[OnTelegram]:
    """The demo gym on Telegram, its coaches in a group of their own."""
    house = await demo_house(url)
    await house.desk.stop()
    server = TelegramServer(house.clock)
    await server.start()
    town = await Town(house, server, folder).open()
    try:
        town.group(ROOM, "Coaches", "carla", "marcus", "olivia")
        async with house.desk.store.write() as db:
            spot = Spot(chat=str(ROOM), group=True, title="Coaches")
            for who in ("carla", "marcus", "olivia", "mia"):
                chat = Spot(chat=str(town.number(who)))
                await places.met(db, 1, house.people[who], "telegram", town.adapter.bot, chat, house.clock.now())
            await places.bind(db, 1, "telegram", town.adapter.bot, spot, "staff", places.QUIET, house.clock.now())
        yield OnTelegram(town)
    finally:
        await town.close()
        await server.stop()
