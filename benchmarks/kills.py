"""Real kills: a preloaded process forks the program again and again and ends it with SIGKILL in the middle of its work.

Usage: python -m benchmarks.kills [--kills 10000] [--seed 1]. Prints what the checker found; exit code 1 on any fault."""

import argparse
import asyncio
import os
import random
import select as waiting
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from sqlalchemy import text

from benchmarks.report import Figure, counted
from core.chat import Incoming
from core.clock import SystemClock
from core.store.database import Store
from tests import toys
from tests.checker import faults
from tests.conftest import START, House, make_tables
from tests.test_crash import Plain

SPEAKERS = ("carla", "marcus", "mia", "adam")
BATCH, MOST_WAITING = 12, 60


def words(number: int) -> str:
    """The command of an event: make a toy of its own, and sometimes paint it too."""
    return f"make t{number}, paint t{number} blue" if number % 3 == 0 else f"make t{number}"


async def work(url: str, people: dict[str, int], todo: list[int], ack: int) -> None:
    """Deliver events until none is left; each acknowledgement is written to the pipe once the message is committed."""
    house = House(url=url, clock=SystemClock(), model=Plain(), toolbox=toys.toolbox(), people=people)  # type: ignore[arg-type]
    await house.open()
    for number in todo:
        who = SPEAKERS[number % len(SPEAKERS)]
        event = Incoming(platform="web", event_id=f"k{number}", account=house.account(who), text=words(number))
        await house.desk.receive(event)
        os.write(ack, f"{number}\n".encode())
    await house.desk.lanes.idle()
    os.write(ack, b"end\n")
    await house.desk.stop()


def life(url: str, people: dict[str, int], todo: list[int], fate: float | None) -> tuple[set[int], bool]:
    """One forked life: killed after `fate` seconds, or left to end. Returns what it acknowledged and whether it ended."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            asyncio.run(work(url, people, todo, writing))
        finally:
            os._exit(0)
    os.close(writing)
    heard = _hear(reading, child, fate)
    os.close(reading)
    os.waitpid(child, 0)
    lines = heard.decode().split("\n")[:-1]
    return {int(x) for x in lines if x != "end"}, "end" in lines


def _hear(reading: int, child: int, fate: float | None) -> bytes:
    heard = b""
    end = time.monotonic() + fate if fate is not None else None
    while True:
        left = None if end is None else max(0.0, end - time.monotonic())
        ready, _, _ = waiting.select([reading], [], [], left)
        if not ready:
            os.kill(child, signal.SIGKILL)
            end = None
            continue
        piece = os.read(reading, 65536)
        if not piece:
            return heard
        heard += piece


def run(kills: int, seed: int) -> list[str]:
    """Kill so many lives; returns the faults that the checker finds afterwards."""
    chance = random.Random(seed)
    folder = Path(tempfile.mkdtemp())
    url = f"sqlite+aiosqlite:///{folder / 'kills.db'}"
    people = asyncio.run(_prepare(url))
    acked: set[int] = set()
    upto = 0
    for _ in range(kills):
        # Lives that are too short to answer what they take in would leave a queue that no life gets to the end of.
        upto = max(upto, len(acked) + BATCH) if _waiting(folder / "kills.db") < MOST_WAITING else upto
        todo = [n for n in range(upto) if n not in acked]
        heard, _ = life(url, people, todo, chance.uniform(0.01, 0.35))
        acked |= heard
    heard, ended = life(url, people, [n for n in range(upto) if n not in acked], None)
    found = asyncio.run(_check(url, upto))
    found += [] if ended else ["the last life did not end"]
    if not found:
        shutil.rmtree(folder)
    return found


def _waiting(file: Path) -> int:
    """How many messages were taken in and are not answered yet."""
    db = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    (many,) = db.execute("select count(*) from inbox where state != 'done'").fetchone()
    db.close()
    return int(many)


async def _prepare(url: str) -> dict[str, int]:
    await make_tables(url)
    house = await House(
        url=url,
        clock=SystemClock(START),  # type: ignore[arg-type]
        model=Plain(),
        toolbox=toys.toolbox(),
    ).open()
    await house.desk.stop()
    return house.people


async def _check(url: str, events: int) -> list[str]:
    store = Store(url)
    found = await faults(store)
    async with store.read() as db:
        rows = [tuple(r) for r in await db.execute(text("select name, colour, owner_id from toys order by id"))]
    expected = {f"t{n}": "blue" if n % 3 == 0 else "red" for n in range(events)}
    names = [name for name, _, _ in rows]
    if missing := sorted(set(expected) - set(names)):
        found.append(f"lost: {missing[:5]} ({len(missing)})")
    if doubled := sorted(name for name, times in Counter(names).items() if times > 1):
        found.append(f"doubled: {doubled[:5]}")
    found += [f"wrong colour: {n} {c}" for n, c, _ in rows if expected.get(n) != c][:5]
    for owner in {o for _, _, o in rows}:
        order = [int(n[1:]) for n, _, o in rows if o == owner]
        if order != sorted(order):
            found.append(f"order inverted for person {owner}")
    await store.dispose()
    print(f"{events} events, {len(rows)} effects")
    return found


def measure(small: bool) -> list[Figure]:
    """The kills of the table. Not a coroutine: every life has an event loop of its own."""
    kills = 5 if small else 10_000
    found = run(kills, 1)
    for fault in found:
        print(f"  {fault}")
    return [counted(f"faults after {kills:,} kills", len(found), goal=("≤", 0))]


def main() -> int:
    """Run the kills that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    began = time.monotonic()
    found = run(options.kills, options.seed)
    print(f"{options.kills} kills in {time.monotonic() - began:.0f} s, seed {options.seed}: {len(found)} faults")
    for fault in found:
        print(f"  {fault}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
