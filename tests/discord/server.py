"""A gym whose people are on Discord: the real adapter and library before the stand-in, and what each of them sees there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.sql import select

from adapters.discord.adapter import DiscordAdapter
from adapters.discord.line import point_at
from adapters.discord.parse import PLATFORM
from adapters.discord.render import words_of
from core.agent import places
from core.chat import Spot
from core.desk import Desk
from core.llm.rules import RulesModel
from core.people import Account
from tests.conftest import House
from tests.fakes.discord import FakeDiscord
from tests.fakes.discord_people import People
from tests.fakes.discord_rules import BUTTON, EPHEMERAL, walk
from tests.fakes.discord_world import Interaction, Json, World

STAFF = ("olivia", "adam", "carla", "marcus")


@dataclass
class Server:
    """People by first name, each with an account, a private chat, and a seat in the gym's server."""

    house: House
    fake: FakeDiscord
    folder: Path
    content: bool = False
    users: dict[str, str] = field(default_factory=dict)
    adapter: DiscordAdapter = field(init=False)
    link: bool = True
    guild: str = ""
    room: str = ""
    open_room: str = ""

    async def open(self) -> "Server":
        """Start the house with the adapter; accounts are linked and the coaches' room is bound."""
        self.house.furnish = self.furnish
        await self.house.open()
        return await self.begin()

    async def begin(self) -> "Server":
        """In a house that is open already, and was furnished."""
        point_at(self.fake.api, self.fake.websocket)
        if self.link and not self.users:
            self.users = {name: self.world.user(name.capitalize()) for name in self.house.people}
            self.guild = self.world.guild("Ironside", *self.users.values())
            self.room = self.world.channel(self.guild, "coaches")
            self.open_room = self.world.channel(self.guild, "general")
        if self.link:
            await self._link()
        await self.adapter.start()
        return self

    def furnish(self, desk: Desk) -> None:
        """The adapter belongs to the house."""
        self.adapter = DiscordAdapter(desk, self.fake.token, self.folder, message_content=self.content)
        desk.platforms.rules = RulesModel()

    async def _link(self) -> None:
        now = self.house.clock.now()
        async with self.desk.store.write() as db:
            known = set(await db.scalars(select(Account.account).where(Account.platform == PLATFORM)))
            for name, user in self.users.items():
                if user not in known:
                    person = self.house.people[name]
                    db.add(Account(platform=PLATFORM, account=user, person_id=person, linked_at=now))
            gym_id = (await self.desk.who("web", self.house.account("carla")))[1].id
            spot, mode = Spot(chat=self.room, group=True), places.LISTEN if self.content else places.QUIET
            await places.bind(db, gym_id, PLATFORM, self.adapter.bot, spot, "staff", mode, now)

    async def close(self) -> None:
        await self.adapter.stop()
        await self.desk.stop()

    async def restart(self) -> None:
        """The program ends and starts again on the same database."""
        await self.close()
        await self.open()

    # -- shorthand -----------------------------------------------------------------------------------------

    @property
    def desk(self) -> Desk:
        return self.house.desk

    @property
    def world(self) -> World:
        return self.fake.world

    @property
    def people(self) -> People:
        return self.fake.people

    def dm(self, who: str) -> str:
        """A person's private chat."""
        return self.world.dm(self.users[who])

    def shown(self, chat: str) -> list[str]:
        """What the bot has written in a chat."""
        return ["\n".join(words_of(m)) for m in self.world.shown(chat)]

    @staticmethod
    def words(message: Json) -> str:
        """Everything that a message says."""
        return "\n".join(words_of(message))

    async def pass_until(self, condition: Callable[[], bool]) -> None:
        """Let time pass until something is so, as fast as everything else goes on."""
        while not condition():
            self.house.clock.move(timedelta(seconds=1))
            try:
                await self.world.until(condition, 0.05)
            except TimeoutError:
                continue

    # -- what people do ------------------------------------------------------------------------------------

    async def says(self, who: str, words: str, chat: str = "", **more: Any) -> list[Json]:
        """Somebody writes; returns what the bot answered there."""
        chat = chat or self.dm(who)
        before = len(self.world.shown(chat))
        asked = len(self.world.log)
        self.people.says(self.users[who], chat, words, **more)
        await self.world.until(
            lambda: any(chat in s.path or "/users/@me/channels" in s.path for s in self.world.log[asked:])
        )
        await self.desk.platforms.idle()
        return self.world.shown(chat)[before:]

    async def settled(self, interaction: Interaction) -> Interaction:
        """Wait until an interaction was acknowledged and all that it leads to has happened."""
        await self.world.until(lambda: interaction.acked is not None)
        await self.desk.platforms.idle()
        return interaction

    async def presses(self, who: str, message: Json, button: str) -> Interaction:
        """Somebody presses a button, or chooses from a menu where there are too many for buttons."""
        labels = [c.get("label") for c in walk(message["components"]) if c["type"] == BUTTON]
        ids = [c.get("custom_id") for c in walk(message["components"]) if c["type"] == BUTTON]
        do = self.people.presses if button in (*labels, *ids) else self.people.chooses
        return await self.settled(do(self.users[who], message, button))

    async def runs(self, who: str, path: str, chat: str = "", **options: Any) -> Interaction:
        """Somebody runs a slash command."""
        return await self.settled(self.people.runs(self.users[who], chat or self.dm(who), path, **options))


def buttons_of(message: Json) -> list[str]:
    """The labels of a message's buttons, or of its menu."""
    labels = []
    for component in walk(message["components"]):
        if component["type"] == BUTTON:
            labels.append(component["label"])
        labels += [o["label"] for o in component.get("options", ())]
    return labels


def private(messages: Sequence[Json]) -> list[Json]:
    """Those that one person alone sees."""
    return [m for m in messages if m["flags"] & EPHEMERAL]
