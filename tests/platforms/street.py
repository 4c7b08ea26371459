"""A gym with a platform in front of it: people write and press in its chats, and read what its carrier shows."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy.sql import select

from core.chat import Call, Incoming, Press, Spot
from core.desk import Desk
from core.parcels import Raw
from core.people import Account
from core.platforms import Pressed
from tests.conftest import House
from tests.fakes.carrier import FakeCarrier

GROUP = "-100"


@dataclass
class Street:
    """Accounts are `t-<name>`; a person's private chat has the account's name."""

    house: House
    carrier: FakeCarrier = field(default_factory=FakeCarrier)
    notices: list[str | None] = field(default_factory=list)
    poison: dict[str, int] = field(default_factory=dict)
    deadly: set[str] = field(default_factory=set)
    dying: bool = False
    handled: list[str] = field(default_factory=list)
    events: int = 0

    async def open(self, known: Sequence[str] = ("carla", "marcus", "olivia", "mia", "schmidt")) -> "Street":
        self.house.furnish = lambda desk: desk.platforms.announce(self.carrier)
        await self.house.open()
        async with self.desk.store.write() as db:
            for name in known:
                account = f"t-{name}"
                mine = (Account.platform == self.carrier.platform, Account.account == account)
                if await db.scalar(select(Account.id).where(*mine)) is None:
                    now, person = self.house.clock.now(), self.house.people[name]
                    db.add(Account(platform=self.carrier.platform, account=account, person_id=person, linked_at=now))
        await self.desk.platforms.open(self.carrier, self.handle)
        return self

    @property
    def desk(self) -> Desk:
        return self.house.desk

    async def close(self) -> None:
        await self.desk.platforms.close(self.carrier)
        await self.desk.stop()

    async def die(self) -> None:
        """The process ends without any order: nothing more is written down."""
        self.dying = False
        for arrivals in self.desk.platforms._arrivals.values():
            arrivals._in_doubt = None
        await self.close()

    async def handle(self, raw: Raw) -> None:
        """What an adapter does with an update."""
        body: dict[str, Any] = dict(raw.body)
        if raw.event_id in self.deadly:
            self.dying = True
            await asyncio.Event().wait()
        self.handled.append(raw.event_id)
        if self.poison.get(raw.event_id, 0) > 0:
            self.poison[raw.event_id] -= 1
            raise ValueError("cannot read this")
        spot = Spot.model_validate(body["spot"])
        who = {"platform": self.carrier.platform, "bot": self.carrier.bot, "account": body["account"]}
        if "token" in body:
            pressed: Pressed = await self.desk.platforms.press(
                Press(event_id=raw.event_id, token=body["token"], spot=spot, **who)
            )
            self.notices.append(pressed.notice)
            return
        call = Call.model_validate(body["call"]) if body.get("call") else None
        await self.desk.platforms.receive(
            Incoming(
                event_id=raw.event_id,
                text=body["text"],
                call=call,
                spot=spot,
                addressed=bool(body.get("addressed", True)),
                **who,
            )
        )

    async def until(self, condition: Callable[[], bool], step: float = 0) -> None:
        """Let everything go on until something is so; `step` seconds pass whenever somebody waits for time."""
        while not condition():
            if step and self.house.clock.sleepers:
                self.house.clock.move(timedelta(seconds=step))
            await asyncio.sleep(0)

    def raw(self, who: str, words: str = "", chat: str = "", thread: str = "", **more: Any) -> Raw:
        """An update as the platform would send it."""
        self.events += 1
        spot = {"chat": chat or f"t-{who}", "thread": thread, "message": f"in{self.events}", "group": bool(chat)}
        spot |= more.pop("spot", {})
        event = more.pop("event", f"u{self.events}")
        lane = f"press:{chat}" if "token" in more else chat or f"t-{who}"
        return Raw(event, lane, {"account": f"t-{who}", "text": words, "spot": spot, **more})

    async def arrive(self, *raws: Raw) -> int:
        """Updates arrive, and everything that follows from them happens."""
        new = await self.desk.platforms.arrive(self.carrier.platform, self.carrier.bot, raws)
        await self.desk.platforms.idle()
        return new

    async def say(self, who: str, words: str, chat: str = "", thread: str = "", **more: Any) -> list[str]:
        """Somebody writes; returns what their chat shows then."""
        await self.arrive(self.raw(who, words, chat, thread, **more))
        return self.carrier.texts(chat or f"t-{who}")

    async def call(self, who: str, tool: str, chat: str = "", **args: Any) -> list[str]:
        """Somebody types a command."""
        return await self.say(who, "", chat, call={"tool": tool, "args": args})

    async def press(self, who: str, token: str, chat: str = "", message: str = "", thread: str = "") -> str | None:
        """Somebody presses a button; returns the toast."""
        spot = {"message": message} if message else {}
        await self.arrive(self.raw(who, "", chat, thread, token=token, spot=spot))
        return self.notices[-1]
