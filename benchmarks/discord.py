"""Discord: how soon a burst of 200 interactions is acknowledged, and what one costs against a bare discord.py bot."""

import asyncio
import statistics
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from benchmarks.gym import folder, make_demo
from benchmarks.report import Figure, against, counted, ms, ratio_of
from tests.fakes.discord import FakeDiscord, discord
from tests.fakes.discord_world import Interaction, Json

BURST = 200
KINDS = {"a press": "pressed", "a command": "run"}


class Bot:
    """A bot in a process of its own, before the stand-in that runs in ours."""

    def __init__(self, fake: FakeDiscord, user: str, process: asyncio.subprocess.Process) -> None:
        self.fake = fake
        self.user = user
        self._process = process
        chat = fake.world.dm(user)
        self.chat = chat
        self.asked: Json = fake.world.new_message(chat, fake.world.bot, {"content": "?"}, 0)
        self._number = 0

    async def cpu(self) -> float:
        """Seconds of processor time that it has used."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(b"\n")
        return float(await self._process.stdout.readline())

    def pressed(self) -> Interaction:
        """A press on a button that nobody was offered."""
        self._number += 1
        return self.fake.people.forges(self.user, self.asked, f"v1:{self._number:022d}")

    def run(self) -> Interaction:
        """A command that reads."""
        return self.fake.people.runs(self.user, self.chat, "bookings list")

    async def burst(self, kind: str, many: int) -> tuple[list[float], float]:
        """So many at once: how long each waited for its acknowledgement, and the processor time until all are answered."""
        world = self.fake.world
        began = await self.cpu()
        used = [getattr(self, kind)() for _ in range(many)]
        await world.until(lambda: all(u.acked is not None for u in used))
        waits = [u.acked_after or 0.0 for u in used]
        await world.until(lambda: all(u.messages for u in used), 600)
        return waits, (await self.cpu() - began) / many


@asynccontextmanager
async def bot(which: str, fake: FakeDiscord, user: str, place: Path) -> AsyncIterator[Bot]:
    """One of the two bots, connected."""
    known = len(fake.gateway.sessions)
    process = await asyncio.create_subprocess_exec(
        *(
            sys.executable,
            "-m",
            "benchmarks.discord_bots",
            which,
            fake.api,
            fake.websocket,
            fake.token,
            user,
            str(place),
        ),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        await fake.world.until(lambda: len(fake.gateway.sessions) > known, 120)
        yield Bot(fake, user, process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()


async def measure(small: bool) -> list[Figure]:
    """Both bots on one stand-in, bursts of presses and of commands in turn."""
    many, rounds = (10, 1) if small else (BURST, 5)
    waits: dict[str, list[float]] = {"ours": [], "bare": []}
    costs: dict[str, dict[str, list[float]]] = {w: {k: [] for k in KINDS} for w in waits}
    async with folder() as place, discord() as fake:
        await make_demo(place / "gym.db")
        fake.rates.enforced = False
        user = fake.world.user("Mia")
        for which in waits:
            async with bot(which, fake, user, place) as one:
                for kind, doing in KINDS.items():
                    await one.burst(doing, 2)
                    for _ in range(rounds):
                        waited, cost = await one.burst(doing, many)
                        waits[which] += waited
                        costs[which][kind].append(cost)
    return [*_waits(many, waits), *(_cost(kind, costs) for kind in KINDS)]


def _waits(many: int, waits: dict[str, list[float]]) -> list[Figure]:
    found = []
    for what, share in (("p50", 0.5), ("p99", 0.99)):
        ours, theirs = (sorted(waits[w])[int(share * (len(waits[w]) - 1))] for w in ("ours", "bare"))
        found.append(against(f"acknowledged in a burst of {many}, {what}", ms(ours), ms(theirs), ours / theirs))
    worst = max(waits["ours"])
    return [*found, counted("the last acknowledgement of a burst", worst, "s", goal=("≤", 2.5), digits=2)]


def _cost(kind: str, costs: dict[str, dict[str, list[float]]]) -> Figure:
    pairs = list(zip(costs["ours"][kind], costs["bare"][kind], strict=True))
    ours, theirs = (statistics.median(costs[w][kind]) for w in ("ours", "bare"))
    return against(f"{kind}, committed and answered, CPU against a bare bot", ms(ours), ms(theirs), ratio_of(pairs))
