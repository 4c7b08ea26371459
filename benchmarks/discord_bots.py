"""The two bots that are measured on one stand-in of Discord, each in a process of its own: Whistle, and a bare discord.py bot.

Usage: python -m benchmarks.discord_bots ours|bare API GATEWAY TOKEN USER FOLDER. Answers each line on standard input with the
seconds of processor time used so far."""

import asyncio
import sys
import time
from pathlib import Path

import discord
from discord import app_commands
from sqlalchemy.sql import select

from adapters.discord.adapter import DiscordAdapter
from adapters.discord.line import point_at
from benchmarks.gym import START, url_of
from core.clock import SystemClock
from core.desk import Desk
from core.llm.rules import RulesModel
from core.people import Account, Person
from core.store.database import Store


async def ours(token: str, user: str, folder: Path) -> None:
    """Whistle with the demo gym, on which Mia has an account."""
    desk = Desk(Store(url_of(folder / "gym.db")), SystemClock(START), RulesModel())
    async with desk.store.write() as db:
        mia = (await db.scalars(select(Person).where(Person.name == "Mia Tran"))).one()
        db.add(Account(platform="discord", account=user, person_id=mia.id, linked_at=START))
    adapter = DiscordAdapter(desk, token, folder)
    await desk.start()
    await adapter.start()
    await _tell_until_the_end()
    await adapter.stop()
    await desk.stop()


class Bare(discord.Client):
    """The least that answers in time: it defers and follows up, and keeps nothing."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents(guilds=True, guild_messages=True, dm_messages=True), max_messages=None)
        self.tree = app_commands.CommandTree(self)
        group = app_commands.Group(name="bookings", description="Bookings")

        @group.command(name="list", description="List")
        async def listed(interaction: discord.Interaction) -> None:
            await interaction.response.defer(thinking=True)
            await interaction.edit_original_response(content="You have no bookings.")

        self.tree.add_command(group)

    async def setup_hook(self) -> None:
        await self.tree.sync()

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        if interaction.type is discord.InteractionType.component:
            await interaction.response.defer()
            await interaction.followup.send("This button is not known any more.", ephemeral=True)


async def bare(token: str) -> None:
    """discord.py and nothing else."""
    client = Bare()
    await client.login(token)
    running = asyncio.create_task(client.connect())
    await _tell_until_the_end()
    await client.close()
    running.cancel()


async def _tell_until_the_end() -> None:
    while await asyncio.to_thread(sys.stdin.readline):
        print(f"{time.process_time():.6f}", flush=True)


async def main() -> None:
    """What the command line asks for."""
    which, api, gateway, token, user, folder = sys.argv[1:]
    point_at(api, gateway)
    await (ours(token, user, Path(folder)) if which == "ours" else bare(token))


if __name__ == "__main__":
    asyncio.run(main())
