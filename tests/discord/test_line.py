"""The line to Discord on a stand-in of its wire: sessions, what is committed before it is acknowledged, what was missed."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.contract import Raw
from adapters.discord.budget import Budget, wait_for
from adapters.discord.hooks import Hooks
from adapters.discord.ingest import Ingest
from adapters.discord.line import Line, point_at
from adapters.discord.parse import Hook, Interaction, usual_ack
from core.clock import SetClock, SystemClock
from tests.fakes.discord import FakeDiscord, discord

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


class Listener:
    """A line whose arrivals are kept in memory."""

    def __init__(self, fake: FakeDiscord, folder: Path, content: bool = False) -> None:
        point_at(fake.api, fake.websocket)
        self.fake = fake
        self.kept: list[Raw] = []
        self.seen: dict[str, str] = {}
        self.acked_before_commit = 0
        self.line = Line(self._heard, Budget(folder / "identifies.json"), SystemClock(), content=content)
        self.ingest = Ingest(self.line, Hooks(self.line), self._decide, self._commit)

    def _heard(self, event: str, data: dict[str, Any]) -> None:
        if event == "READY":
            self.ingest.catch_up(self._known)
        elif event in ("INTERACTION_CREATE", "MESSAGE_CREATE"):
            self.ingest.heard(event, data)

    async def _known(self) -> Mapping[str, str]:
        return self.seen

    async def _decide(self, event: str, data: dict[str, Any]) -> dict[str, Any] | None:
        if event == "MESSAGE_CREATE":
            return {} if not data["author"].get("bot") else None
        interaction = Interaction.model_validate(data)
        return {"hook": str(Hook(usual_ack(interaction), interaction.id, interaction.token))}

    async def _commit(self, raws: list[Raw]) -> int:
        for raw in raws:
            token = raw.body["d"].get("token")  # type: ignore[attr-defined]
            if token and self.fake.world.interactions[token].acked is not None:
                self.acked_before_commit += 1
        self.kept += raws
        await self.fake.world.notify()
        return len(raws)

    async def start(self) -> "Listener":
        await self.line.login(self.fake.token)
        self.ingest.start()
        self._task = asyncio.create_task(self.line.connect())
        async with asyncio.timeout(60):
            await self.line.connected.wait()
        return self

    async def stop(self) -> None:
        await self.ingest.stop()
        await self.line.close()
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    def words(self) -> list[str]:
        return [str(r.body["d"]["content"]) for r in self.kept if r.body["t"] == "MESSAGE_CREATE"]  # type: ignore[index]


@pytest.fixture
async def fake() -> AsyncIterator[FakeDiscord]:
    async with discord() as server:
        yield server


@pytest.fixture
async def listener(fake: FakeDiscord, tmp_path: Path) -> AsyncIterator[Listener]:
    made = await Listener(fake, tmp_path).start()
    yield made
    await made.stop()


async def test_a_burst_of_interactions_is_committed_and_then_acknowledged_in_time(
    fake: FakeDiscord, listener: Listener
) -> None:
    """200 presses at once: each one is on the disk before Discord hears of it, and Discord hears within three seconds."""
    world = fake.world
    people = [world.user(f"Person {n}") for n in range(20)]
    messages = [world.new_message(world.dm(p), world.bot, {"content": "?"}, 0) for p in people]
    presses = [fake.people.forges(people[n % 20], messages[n % 20], f"v1:{n:022d}") for n in range(200)]
    await world.until(lambda: all(p.acked is not None for p in presses))
    assert len(listener.kept) == 200
    assert listener.acked_before_commit == 0
    assert max(p.acked_after or 9 for p in presses) < 3
    assert {p.acked for p in presses} == {6}


async def test_a_lost_connection_resumes_and_gets_what_it_missed(fake: FakeDiscord, listener: Listener) -> None:
    """RESUME replays the events in order; it costs no IDENTIFY."""
    world = fake.world
    mia = world.user("Mia")
    chat = world.dm(mia)
    fake.people.says(mia, chat, "one")
    await world.until(lambda: listener.words() == ["one"])
    await fake.gateway.ask_to_reconnect()
    fake.people.says(mia, chat, "two")
    await world.until(lambda: listener.words() == ["one", "two"])
    assert (fake.gateway.identifies, fake.gateway.resumes) == (1, 1)


async def test_after_an_invalid_session_the_history_is_read(fake: FakeDiscord, listener: Listener) -> None:
    """What was written while no session was valid is fetched, once and in order, before what comes after it."""
    world = fake.world
    mia = world.user("Mia")
    chat = world.dm(mia)
    listener.seen = {chat: fake.people.says(mia, chat, "one")["id"]}
    await world.until(lambda: listener.words() == ["one"])
    await fake.gateway.drop(invalidate=True)
    missed = [fake.people.says(mia, chat, f"missed {n}") for n in range(3)]
    await world.until(lambda: fake.gateway.identifies == 2)
    await world.until(lambda: len(listener.words()) == 4)
    fake.people.says(mia, chat, "after")
    await world.until(lambda: listener.words()[-1] == "after")
    assert listener.words() == ["one", *(m["content"] for m in missed), "after"]


async def test_without_the_intent_a_server_s_words_are_blank_but_a_mention_carries_them(
    fake: FakeDiscord, listener: Listener
) -> None:
    """Discord shows content in private chats and where the bot is mentioned."""
    world = fake.world
    mia = world.user("Mia")
    guild = world.guild("Ironside", mia)
    channel = world.channel(guild, "general")
    fake.people.says(mia, channel, "just talking")
    fake.people.says(mia, channel, f"<@{world.bot['id']}> what's on?")
    fake.people.says(mia, world.dm(mia), "hello")
    await world.until(lambda: len(listener.words()) == 3)
    assert listener.words() == ["", f"<@{world.bot['id']}> what's on?", "hello"]


def test_a_crash_loop_stays_far_below_the_identifies_of_a_day(tmp_path: Path) -> None:
    """A program that starts again at once, all day long, identifies fewer than 200 times."""
    budget, clock = Budget(tmp_path / "identifies.json"), SetClock(NOW)
    spent = 0
    while clock.now() < NOW + timedelta(days=1):
        clock.move(timedelta(seconds=max(budget.wait(clock.now()), 1)))
        budget.spend(clock.now())
        spent += 1
    assert 20 < spent < 200
    assert wait_for([], NOW) == 0
    assert wait_for([NOW - timedelta(hours=25)] * 500, NOW) == 0
