"""Real kills while many chats talk on Telegram: a stand-in of the platform lives on, the program behind it is ended with
SIGKILL again and again, and then everything that was said and shown is compared.

Usage: python -m benchmarks.telegram_kills [--kills 500] [--chats 50] [--seed 1]. Exit code 1 on any fault."""

import argparse
import asyncio
import json
import os
import random
import re
import signal
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from sqlalchemy import text

from adapters.telegram.adapter import TelegramAdapter
from adapters.telegram.limits import Paces, Window
from benchmarks.report import Figure, counted
from core.clock import SystemClock
from core.people import Account, Person
from core.store.database import Store, unlogged
from tests import toys
from tests.checker import faults
from tests.conftest import START, House, make_tables
from tests.fakes.telegram import TOKEN, TelegramServer
from tests.fakes.telegram_checks import Window as Allowed
from tests.telegram.town import Settings
from tests.test_crash import Plain

FIRST = 40_000
EVERY_S = 0.12
PATIENCE_S = 90.0
WIDE = Window(10_000, 1.0)
NUMBER = re.compile(r"✅ Made t(\d+)\b")


async def platform(chats: int, seed: int, ready: int, stop: int, out: Path) -> None:
    """The stand-in: people write until a sign comes; it ends when all of them were answered and nothing more comes."""
    clock, chance = SystemClock(), random.Random(seed)
    server = TelegramServer(clock)
    for name in ("chat", "group", "bot"):
        setattr(server.allowance, name, Allowed(10_000, 1.0))
    for n in range(chats):
        server.world.user(FIRST + n, f"P{n}")
    await server.start()
    os.write(ready, f"{server.port}\n".encode())
    loop, over = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(stop, over.set)
    said: list[tuple[int, int]] = []
    while not over.is_set():
        chat = FIRST + chance.randrange(chats)
        server.world.types(chat, f"make t{len(said)}")
        said.append((chat, len(said)))
        with suppress(TimeoutError):
            await asyncio.wait_for(over.wait(), EVERY_S)
    with suppress(TimeoutError):
        await server.until(lambda: len(_answered(server)) == len(said), PATIENCE_S)
        await asyncio.sleep(1)
    texts = {chat: server.texts(chat) for chat in server.world.chats}
    await asyncio.to_thread(out.write_text, json.dumps({"said": said, "texts": texts}), "utf-8")
    await server.stop()


def _answered(server: TelegramServer) -> set[str]:
    return {n for chat in server.world.chats for t in server.texts(chat) for n in NUMBER.findall(t)}


async def life(url: str, people: dict[str, int], port: int, folder: Path) -> None:
    """The program, until it is killed."""
    house = House(url=url, clock=SystemClock(), model=Plain(), toolbox=toys.toolbox(), people=people)  # type: ignore[arg-type]
    made: list[TelegramAdapter] = []
    settings = Settings(f"http://127.0.0.1:{port}", token=SecretStr(TOKEN))
    paces = Paces(WIDE, WIDE, WIDE, WIDE)
    house.furnish = lambda desk: made.append(TelegramAdapter(settings, desk, folder, paces))
    await house.open()
    await made[0].start()
    await asyncio.Event().wait()


def run(kills: int, chats: int, seed: int) -> list[str]:
    """Kill so many lives; returns what is wrong afterwards."""
    chance = random.Random(seed)
    folder = Path(tempfile.mkdtemp())
    url = f"sqlite+aiosqlite:///{folder / 'kills.db'}"
    people = asyncio.run(_prepare(url, chats))
    ready, told = os.pipe()
    stopping, stop = os.pipe()
    out = folder / "platform.json"
    server = _forked(lambda: platform(chats, seed, told, stopping, out))
    port = int(os.read(ready, 64).split()[0])
    for _ in range(kills):
        child = _forked(lambda: life(url, people, port, folder))
        time.sleep(chance.uniform(0.2, 0.9))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    os.write(stop, b"x")
    last = _forked(lambda: life(url, people, port, folder))
    os.waitpid(server, 0)
    os.kill(last, signal.SIGKILL)
    os.waitpid(last, 0)
    return asyncio.run(_check(url, json.loads(out.read_text(encoding="utf-8"))))


def _forked(work: Any) -> int:
    child = os.fork()
    if child == 0:
        try:
            asyncio.run(work())
        finally:
            os._exit(0)
    return child


async def _prepare(url: str, chats: int) -> dict[str, int]:
    await make_tables(url)
    house = await House(url=url, clock=SystemClock(START), model=Plain(), toolbox=toys.toolbox()).open()  # type: ignore[arg-type]
    async with house.desk.store.write() as db:
        await db.run_sync(lambda s: _enrol(s, chats))
    await house.desk.stop()
    return house.people


def _enrol(session: Any, chats: int) -> None:
    with unlogged(session):
        for n in range(chats):
            facts = {"gym_id": 1, "role": "coach", "joined_on": date(2025, 1, 1), "settings": {}, "version": 1}
            person = Person(name=f"P{n} Person", **facts)
            session.add(person)
            session.flush()
            account = Account(platform="telegram", account=str(FIRST + n), person_id=person.id, linked_at=START)
            session.add(account)
        session.flush()


async def _check(url: str, seen: dict[str, Any]) -> list[str]:
    store = Store(url)
    found = await faults(store)
    async with store.read() as db:
        rows = [tuple(r) for r in await db.execute(text("select name, owner_id from toys order by id"))]
    await store.dispose()
    said, texts = seen["said"], seen["texts"]
    made = Counter(name for name, _ in rows)
    found += [f"lost: t{n}" for _, n in said if made[f"t{n}"] == 0][:5]
    found += [f"doubled: {name}" for name, count in made.items() if count > 1][:5]
    for owner in {o for _, o in rows}:
        order = [int(name[1:]) for name, o in rows if o == owner]
        if order != sorted(order):
            found.append(f"order inverted for person {owner}")
    unmarked = Counter(n for chat in texts.values() for t in chat if "(repeat)" not in t for n in set(NUMBER.findall(t)))
    shown = Counter(n for chat in texts.values() for t in chat for n in set(NUMBER.findall(t)))
    found += [f"never answered: t{n}" for _, n in said if not shown[str(n)]][:5]
    found += [f"answered twice without a mark: t{n}" for n, count in unmarked.items() if count > 1][:5]
    repeats = sum("(repeat)" in t for chat in texts.values() for t in chat)
    print(f"{len(said)} messages, {len(rows)} effects, {repeats} answers marked as repeated")
    return found


def measure(small: bool) -> list[Figure]:
    """The kills of the table."""
    kills, chats = (5, 10) if small else (500, 50)
    found = run(kills, chats, 1)
    for fault in found:
        print(f"  {fault}")
    return [counted(f"faults after {kills} kills while {chats} Telegram chats talk", len(found), goal=("≤", 0))]


def main() -> int:
    """Run the kills that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--chats", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    began = time.monotonic()
    found = run(options.kills, options.chats, options.seed)
    print(f"{options.kills} kills in {time.monotonic() - began:.0f} s, seed {options.seed}: {len(found)} faults")
    for fault in found:
        print(f"  {fault}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
