"""A second opinion: the same adapter driven by simcord, a simulation of Discord that knows nothing of ours."""

import asyncio
import base64
from collections.abc import Callable
from pathlib import Path

import simcord
from simcord.backend import Backend
from sqlalchemy.sql import select

from adapters.discord.adapter import DiscordAdapter
from adapters.discord.parse import PLATFORM
from core.agent.tools import load
from core.clock import SetClock
from core.desk import Desk
from core.llm.rules import RulesModel
from core.people import Account
from tests.conftest import House
from tests.databases import fresh
from tests.discord.conftest import known_people
from tests.test_dialogues import AT, demo_gym


async def test_the_bot_talks_to_another_simulation_of_discord(tmp_path: Path) -> None:
    """Commands are accepted as registered; a command is answered, its form shown, its button works, words are heard."""
    async with fresh("sqlite", tmp_path, "demo", demo_gym) as url:
        people = await known_people(url)
        house = House(url=url, clock=SetClock(AT), model=RulesModel(), toolbox=load(), people=people)
        made: list[DiscordAdapter] = []
        head = base64.b64encode(str(bot_id()).encode()).decode()
        house.furnish = lambda desk: made.append(DiscordAdapter(desk, f"{head}.a.b", tmp_path / "data"))
        await house.open()
        adapter = made[0]
        async with simcord.run(adapter.line) as env:
            await adapter.begin()
            guild = env.create_guild()
            channel = guild.create_text_channel("general")
            mia = guild.add_member(env.create_user("mia"))
            await link(house.desk, str(mia.id), people["mia"])
            assert "bookings book-class" in mia.available_commands(channel)
            ran = await mia.slash(channel, "classes show-timetable", when="tomorrow")
            await answered(house.desk, lambda: "CrossFit" in shown(ran))
            assert ran.acknowledged
            booked = await mia.slash(channel, "bookings book-class", session="CrossFit 2026-11-24T18:00")
            await answered(house.desk, lambda: "18:00" in shown(booked))
            assert booked.ephemeral
            assert booked.response is not None
            pressed = await mia.click(booked.response, label="Undo")
            await answered(house.desk, lambda: "Undone" in shown(booked))
            assert pressed.acknowledged
            words = await mia.send(channel, f"<@{bot_id()}> what's on tomorrow?")
            await answered(house.desk, lambda: channel.last_message is not None and channel.last_message.id != words.id)
            assert channel.last_message is not None
            assert "CrossFit" in channel.last_message.content
            await adapter.ingest.stop()
            await house.desk.platforms.close(adapter.carrier)
            await adapter.carrier.stop()
        await house.desk.stop()


def shown(ran: simcord.InteractionResult) -> str:
    """What the answer to an interaction says."""
    answer = ran.response
    return f"{answer.content}{answer.components}" if answer is not None else ""


def bot_id() -> int:
    """The bot's number in that simulation."""
    return Backend().bot_user.id


async def link(desk: Desk, account: str, person_id: int) -> None:
    """Somebody of the simulation is somebody of the gym."""
    async with desk.store.write() as db:
        assert await db.scalar(select(Account.id).where(Account.account == account)) is None
        db.add(Account(platform=PLATFORM, account=account, person_id=person_id, linked_at=AT))


async def answered(desk: Desk, true: Callable[[], bool]) -> None:
    """Let everything go on until something is so."""
    async with asyncio.timeout(60):
        while not true():
            await desk.platforms.idle()
            await asyncio.sleep(0)
