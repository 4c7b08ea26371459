"""A Telegram server on the wire, and the way out to it without a house behind."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from telegram import Bot

from adapters.contract import Outcome, Parcel, ParcelKind
from adapters.telegram.carrier import TelegramCarrier
from adapters.telegram.limits import Paces
from adapters.telegram.live import Live
from adapters.telegram.pace import Pacer
from adapters.telegram.whisper import Whispers
from adapters.telegram.wire import Wire
from core.chat import Message, Spot
from core.clock import SetClock
from tests.conftest import START
from tests.databases import fresh
from tests.fakes.telegram import TOKEN, TelegramServer, telegram
from tests.fakes.telegram_world import BOT_ID, BOT_NAME
from tests.telegram.town import Town
from tests.test_dialogues import demo_gym, demo_house

MIA, CARLA, MARCUS = 501, 502, 503
GROUP, FORUM = -100200, -100300


@dataclass
class Out:
    """A carrier and the server that it speaks to."""

    server: TelegramServer
    clock: SetClock
    client: Bot
    carrier: TelegramCarrier
    live: Live
    pacer: Pacer
    _number: int = 0

    def parcel(self, chat: int = MIA, text: str = "Hello.", kind: ParcelKind = "answer", **more: Any) -> Parcel:
        """A parcel with words, or with a whole message."""
        self._number += 1
        message = more.pop("message", None) or Message(text=text)
        found: dict[str, Any] = {"id": self._number, "nonce": f"n{self._number}", "thread": "", **more}
        return Parcel(chat=str(chat), kind=kind, message=message, **found)

    async def send(self, chat: int = MIA, text: str = "Hello.", kind: ParcelKind = "answer", **more: Any) -> Outcome:
        """Send one parcel."""
        return await self.carrier.send(self.parcel(chat, text, kind, **more))

    def spot(self, chat: int = MIA, message: int = 1, thread: str = "") -> Spot:
        """Where something was said."""
        return Spot(chat=str(chat), message=str(message), thread=thread, group=chat < 0)


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """The demo gym on Telegram."""
    async with fresh("sqlite", tmp_path, "demo", demo_gym) as url:
        house = await demo_house(url)
        await house.desk.stop()
        server = TelegramServer(house.clock)
        await server.start()
        made = await Town(house, server, tmp_path).open()
        yield made
        await made.close()
        await server.stop()


@pytest.fixture
async def out() -> AsyncIterator[Out]:
    """Three people, a group and a forum."""
    clock = SetClock(START)
    async with telegram(clock, [(MIA, "Mia"), (CARLA, "Carla"), (MARCUS, "Marcus")]) as server:
        server.world.group(GROUP, "Ironside", [MIA, CARLA, MARCUS], privacy=False)
        server.world.group(FORUM, "Coaches", [CARLA, MARCUS], privacy=False, forum=True)
        wire = Wire(5.0)
        await wire.initialize()
        client = Bot(TOKEN, f"{server.url}/bot", f"{server.url}/file/bot", request=wire, get_updates_request=wire)
        pacer = Pacer(clock, Paces())
        live = Live(clock, client, pacer)
        carrier = TelegramCarrier(str(BOT_ID), client, pacer, live, Whispers(clock, client, BOT_ID))
        carrier.username = BOT_NAME
        yield Out(server, clock, client, carrier, live, pacer)
        await live.stop()
        await wire.shutdown()
