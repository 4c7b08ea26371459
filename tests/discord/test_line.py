"""The line to Discord on a stand-in of its wire: sessions, what is committed before it is acknowledged, what was missed."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from adapters.contract import Raw
from adapters.discord.budget import Budget, wait_for
from adapters.discord.hooks import Hooks
from adapters.discord.ingest import Ingest
from adapters.discord.line import Line, point_at
from adapters.discord.parse import Hook, Interaction, usual_ack
from core.clock import SetClock, SystemClock
from tests.fakes.discord import FakeDiscord, Trouble, discord
from tests.fakes.discord_world import World

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


class Listener:
    """A line whose arrivals are kept in memory."""

    def __init__(
        self, fake: FakeDiscord, folder: Path, content: bool = False, clock: SetClock | SystemClock | None = None
    ) -> None:
        point_at(fake.api, fake.websocket)
        self.fake = fake
        self.kept: list[Raw] = []
        self.seen: dict[str, int] = {}
        self.clock = clock or SystemClock()
        self.acked_before_commit = 0
        self.broken = False
        self.line = Line(self._heard, Budget(folder / "identifies.json"), self.clock, content=content)
        self.ingest = Ingest(self.line, Hooks(self.line), self._decide, self._commit, self.clock.sleep)

    def _heard(self, event: str, data: dict[str, Any]) -> None:
        if event == "READY":
            self.ingest.catch_up(self._known)
        elif event in ("INTERACTION_CREATE", "MESSAGE_CREATE"):
            self.ingest.heard(event, data)

    async def _known(self) -> Mapping[str, int]:
        return self.seen

    async def _decide(self, event: str, data: dict[str, Any]) -> dict[str, Any] | None:
        if event == "MESSAGE_CREATE":
            return {} if not data["author"].get("bot") else None
        interaction = Interaction.model_validate(data)
        return {"hook": str(Hook(usual_ack(interaction), interaction.id, interaction.token))}

    async def _commit(self, raws: list[Raw], read: Mapping[str, int]) -> int:
        if self.broken:
            raise OSError("the disk is full")
        known = {r.event_id for r in self.kept}
        raws = [r for r in raws if r.event_id not in known]
        self.seen |= read
        for raw in raws:
            token = raw.body["d"].get("token")  # type: ignore[attr-defined]
            if token and self.fake.world.interactions[token].acked is not None:
                self.acked_before_commit += 1
        self.kept += raws
        await self.fake.world.notify()
        return len(raws)

    async def start(self) -> "Listener":
        await self.begin()
        async with asyncio.timeout(60):
            await self.line.connected.wait()
        return self

    async def begin(self) -> None:
        await self.line.login(self.fake.token)
        self.ingest.start()
        self._task = asyncio.create_task(self.line.listen())

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
    fake.people.says(mia, chat, "one")
    await world.until(lambda: listener.words() == ["one"])
    await fake.gateway.drop(invalidate=True)
    missed = [fake.people.says(mia, chat, f"missed {n}") for n in range(3)]
    await world.until(lambda: fake.gateway.identifies == 2)
    await world.until(lambda: len(listener.words()) == 4)
    fake.people.says(mia, chat, "after")
    await world.until(lambda: listener.words()[-1] == "after")
    assert listener.words() == ["one", *(m["content"] for m in missed), "after"]


async def passes(world: World, clock: SetClock, until: Callable[[], bool], step: float = 1.0) -> None:
    """Time passes for whoever waits, until something is so."""
    async with asyncio.timeout(60):
        while not until():
            clock.move(timedelta(seconds=step))
            with suppress(TimeoutError):
                await world.until(until, 0.05)


async def test_a_long_past_is_read_to_its_end_whatever_happens_meanwhile(fake: FakeDiscord, tmp_path: Path) -> None:
    """More than a thousand messages in one channel, with broken connections, an end of the program in the middle, a channel
    that cannot be read any more and live words in all of them: each once, and in the order in which it was written."""
    world = fake.world
    fake.rates.enforced = False
    mia, carla = world.user("Mia"), world.user("Carla")
    guild = world.guild("Ironside", mia, carla)
    long, short, lost = world.dm(mia), world.dm(carla), world.channel(guild, "gone")
    first = await Listener(fake, tmp_path).start()
    for who, chat in ((mia, long), (carla, short), (carla, lost)):
        fake.people.says(who, chat, "begin")
    await world.until(lambda: len(first.words()) == 3)
    await first.stop()
    said = [f"long {n}" for n in range(1234)]
    for words in said:
        fake.people.says(mia, long, words)
    for n in range(3):
        fake.people.says(carla, short, f"short {n}")
    del world.channels[lost]
    fake.troubles.append(Trouble("GET", f"/channels/{long}/messages", "cut before", times=1))
    fake.troubles.append(Trouble("GET", f"/channels/{short}", "cut after", times=2))
    clock = SetClock(NOW)
    second = Listener(fake, tmp_path, clock=clock)
    second.seen = first.seen
    await second.start()
    fake.people.says(mia, long, "live in the long one")
    fake.people.says(carla, short, "live in the short one")
    await passes(world, clock, lambda: sum(w.startswith("long") for w in second.words()) >= 500)
    await second.stop()
    assert "live in the long one" not in second.words()
    third = Listener(fake, tmp_path, clock=clock)
    third.seen = second.seen
    await third.start()
    await passes(world, clock, lambda: len(second.words()) + len(third.words()) >= 1239)
    both = [*second.words(), *third.words()]
    assert [w for w in both if "long" in w] == [*said, "live in the long one"]
    assert [w for w in both if "short" in w] == ["short 0", "short 1", "short 2", "live in the short one"]
    await third.stop()


async def test_a_command_does_not_hide_what_was_written_before_it(fake: FakeDiscord, tmp_path: Path) -> None:
    """It arrives while the past is still being read; the program ends before that is done, and nothing is missing after
    the next start."""
    world = fake.world
    mia = world.user("Mia")
    chat = world.dm(mia)
    message = world.new_message(chat, world.bot, {"content": "?"}, 0)
    first = await Listener(fake, tmp_path).start()
    fake.people.says(mia, chat, "begin")
    await world.until(lambda: first.words() == ["begin"])
    await first.stop()
    fake.people.says(mia, chat, "missed")
    gate = fake.holds("GET", f"/channels/{chat}/messages")
    second = Listener(fake, tmp_path)
    second.seen = first.seen
    await second.start()
    world.commands = [{"id": "1", "type": 3, "name": "Undo this"}]
    used = fake.people.uses(mia, message, "Undo this")
    await world.until(lambda: used.acked is not None)
    await second.stop()
    gate.set()
    third = Listener(fake, tmp_path)
    third.seen = second.seen
    await third.start()
    await world.until(lambda: third.words() == ["missed"])
    assert "missed" not in second.words()
    await third.stop()


async def test_one_session_too_many_waits_before_it_connects(fake: FakeDiscord, tmp_path: Path) -> None:
    """At the start and after a lost session, for the day's own budget and for what Discord says is left; one line says so,
    and no connection is open meanwhile."""
    clock, budget = SetClock(NOW), Budget(tmp_path / "identifies.json")
    for _ in range(20):
        budget.spend(NOW)
    listener = Listener(fake, tmp_path, clock=clock)
    with capture_logs() as logged:
        await listener.begin()
        await passes(fake.world, clock, lambda: clock.sleepers == 1, 0)
    assert [line["event"] for line in logged] == ["discord_identify_waits"]
    assert (fake.gateway.connections, fake.gateway.identifies) == (0, 0)
    clock.move(timedelta(minutes=10))
    await fake.world.until(lambda: fake.gateway.identifies == 1)
    for remaining in (1000, 0):
        identified = fake.gateway.identifies
        await fake.world.until(lambda: fake.gateway.listening)
        again = partial(lambda before: fake.gateway.identifies == before + 1, identified)
        fake.gateway.remaining = remaining
        if not remaining:
            clock.move(timedelta(days=2))
            for _ in range(20):
                budget.spend(clock.now())
        await fake.gateway.drop(invalidate=True)
        await passes(fake.world, clock, lambda: clock.sleepers > 0, 0)
        assert fake.gateway.identifies == identified
        assert fake.gateway.open == 0
        fake.gateway.remaining = 1000
        clock.move(timedelta(days=1))
        await fake.world.until(again)
    await listener.stop()


async def test_a_first_connection_that_fails_is_tried_again(fake: FakeDiscord, tmp_path: Path) -> None:
    """The gateway is down when the program starts; it is listened to as soon as it is there."""
    fake.gateway.down = True
    listener = Listener(fake, tmp_path)
    await listener.begin()
    await fake.world.until(lambda: fake.gateway.refused > 0)
    fake.gateway.down = False
    await fake.world.until(lambda: fake.gateway.listening)
    assert not listener.words()
    await listener.stop()


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
