"""A house with the Telegram adapter in front of it and the server on the wire: people write and press in their chats."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from sqlalchemy.sql import func, select

from adapters.telegram.adapter import TelegramAdapter
from adapters.telegram.limits import Paces
from core.agent.deliveries import DeliveryRow
from core.people import Account, Person
from tests.conftest import House
from tests.fakes.telegram import TOKEN, TelegramServer
from tests.fakes.telegram_world import BOT_NAME, Json

FIRST = 5000
BLINK = timedelta(milliseconds=5)


@dataclass(frozen=True)
class Settings:
    """The [telegram] section."""

    api_url: str
    token: SecretStr | None = field(default_factory=lambda: SecretStr(TOKEN))
    file_url: str | None = None
    webhook_url: str | None = None
    webhook_secret: SecretStr | None = None
    webhook_host: str = "127.0.0.1"
    webhook_port: int = 0


@dataclass
class Town:
    """People have the Telegram number 5000 and their own; `group` is a chat of several."""

    house: House
    server: TelegramServer
    data_dir: Path
    paces: Paces = field(default_factory=Paces)
    webhook_port: int | None = None
    adapter: TelegramAdapter = field(init=False)

    async def open(self) -> "Town":
        """Start everything; everyone in the house has an account on Telegram."""
        self.house.furnish = self.furnish
        await self.house.open()
        return await self.begin()

    async def begin(self) -> "Town":
        """In a house that is open already, and was furnished."""
        async with self.house.desk.store.write() as db:
            people = list(await db.scalars(select(Person).order_by(Person.id)))
            known = set(await db.scalars(select(Account.account).where(Account.platform == "telegram")))
            for person in people:
                number = FIRST + person.id
                if str(number) not in known:
                    now = self.house.clock.now()
                    db.add(Account(platform="telegram", account=str(number), person_id=person.id, linked_at=now))
                if number not in self.server.world.users:
                    self.server.world.user(number, person.name)
        await self.adapter.start()
        return self

    def furnish(self, desk: Any) -> None:
        """The adapter belongs to the house."""
        settings = Settings(self.server.url)
        if (port := self.webhook_port) is not None:
            hook = {"webhook_url": f"http://127.0.0.1:{port}/hook", "webhook_secret": SecretStr("s" * 32)}
            settings = replace(settings, webhook_port=port, **hook)  # type: ignore[arg-type]
        self.adapter = TelegramAdapter(settings, desk, self.data_dir, self.paces)

    async def close(self) -> None:
        """Stop everything but the server."""
        await self.adapter.stop()
        await self.house.desk.stop()

    async def reopen(self) -> None:
        """Stop, and start again on the same database."""
        await self.close()
        await self.open()

    def number(self, who: str) -> int:
        """Somebody's number on Telegram."""
        return FIRST + self.house.people[who]

    def group(self, id: int, title: str, *who: str, **more: Any) -> int:
        """A group with the bot and some people in it."""
        more.setdefault("privacy", False)
        return self.server.world.group(id, title, [self.number(w) for w in who], **more)

    async def settled(self) -> None:
        """Let everything happen that follows from what was said; the clock moves by no more than the allowance takes."""
        clock = self.house.clock
        async with asyncio.timeout(120):
            while not self._still():
                slot = await self._slot()
                if slot is not None and any(abs(at - slot) < BLINK for at, _ in clock._sleepers):
                    clock.move(slot - clock.now() + BLINK)
                await asyncio.sleep(0)

    def _still(self) -> bool:
        """Nothing is on its way in, at work, or on its way out."""
        desk, key = self.house.desk, ("telegram", self.adapter.bot)
        busy = desk.platforms._arrivals[key].busy or desk.platforms._couriers[key].busy
        working = desk.lanes._running or self.adapter._tasks
        return not (self.server.world.queue or busy or working) and self.server.polling

    async def _slot(self) -> datetime | None:
        """The next moment to which the courier has put something off."""
        if not self.adapter.carrier.held:
            return None
        waiting = select(func.min(DeliveryRow.not_before)).where(DeliveryRow.state == "pending")
        async with self.house.desk.store.read() as db:
            found: datetime | None = await db.scalar(waiting)
            return found

    async def say(self, who: str, words: str, chat: int | None = None, **more: Any) -> list[Json]:
        """Somebody writes; returns what the bot sent to that chat for it."""
        place = self.server.world.chats[chat if chat is not None else self.number(who)]
        before = place.last_id
        self.server.world.types(self.number(who), words, chat, **more)
        await self.settled()
        return [m for m in place.sent() if m["message_id"] > before]

    async def press(self, who: str, message: Json, button: str | int = 0) -> str | None:
        """Somebody taps a button; returns the toast."""
        query = self.server.world.presses(self.number(who), message, button)
        await self.settled()
        answer = self.server.methods.answers.get(query)
        return answer.get("text") if answer else None

    def shown(self, who: str, chat: int | None = None) -> list[str]:
        """What the bot's messages in a chat say now."""
        return self.server.texts(chat if chat is not None else self.number(who))

    @property
    def name(self) -> str:
        """How the bot is mentioned."""
        return f"@{BOT_NAME}"
