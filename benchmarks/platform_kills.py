"""Real kills while many chats talk on a platform: a stand-in of it lives on, the program behind it is ended with
SIGKILL again and again, and then everything that was said and shown is compared. Every fifth message makes something that
five others are told of, so that pushes are under way too."""

import argparse
import asyncio
import json
import os
import random
import re
import select as waiting
import shutil
import signal
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import text
from sqlalchemy.sql import select

from benchmarks.report import Figure, counted
from core.agent.tools import Context, Effect, Notice, Result, Role, Tool, tool
from core.clock import SystemClock
from core.desk import Desk
from core.gym.gyms import GymProfile
from core.llm.contract import Event, Proposed, Request, Returned, Said, Stop, TextDelta, ToolCall
from core.people import Account, Person
from core.references.kinds import Words
from core.store.database import Store, unlogged
from tests import toys
from tests.checker import faults
from tests.conftest import START, House, make_tables

FIRST = 40_000
EVERY_S = 0.12
PATIENCE_S = 180.0
EARLY = 0.15  # of the kills, before anything was begun
MOST_OPEN = 3
PUSHES = (
    "select d.chat, o.body, d.state from deliveries d join outbox o on o.id = d.outbox_id "
    "where d.kind = 'push' and o.kind = 'notice'"
)
NUMBER = re.compile(r"✅ Made t(\d+)\b")
NEWS = re.compile(r"^News of t(\d+)$")
TOLD, UNDO_S, LAST_S = 5, 1, 2.0
HURRY, BEGAN = 5, datetime.now(UTC)


class Hurried:
    """The machine's clock, but faster: what is waited for takes a fraction of its time, so that kills fill the time."""

    def now(self) -> datetime:
        """The moment, further on than it is."""
        return BEGAN + (datetime.now(UTC) - BEGAN) * HURRY

    async def sleep(self, seconds: float) -> None:
        """A shorter sleep."""
        await asyncio.sleep(seconds / HURRY)


@tool(Role.MEMBER, Effect.WRITE)
async def share_toy(ctx: Context, name: Words) -> Result:
    """Make a toy and tell the next five people of it."""
    ctx.db.add(toys.Toy(gym_id=ctx.gym.id, name=name, owner_id=ctx.speaker.person_id))
    others = select(Person.id).where(Person.role == "coach", Person.id != ctx.speaker.person_id)
    near = list(await ctx.db.scalars(others.order_by((Person.id + ctx.speaker.person_id * 7) % 50).limit(TOLD)))
    return Result(receipt=f"Made {name}", tell=tuple(Notice(person, f"News of {name}") for person in near))


class Obeying:
    """Turns "make t1" and "share t2", one a line, into calls."""

    name = "obeying"

    async def stream(self, request: Request) -> AsyncIterator[Event]:
        if isinstance(request.messages[-1], Returned):
            yield TextDelta("ok")
            yield Stop("end")
            return
        said = next(m for m in reversed(request.messages) if isinstance(m, Said))
        for verb, toy in (line.split() for line in said.text.splitlines()):
            yield Proposed(ToolCall("", f"{verb}_toy", {"name": toy}))
        yield Stop("tools")


def toolbox() -> dict[str, Tool]:
    """The toys, and one that others hear of."""
    return {**toys.toolbox(), "share_toy": share_toy.tool}


class Stand(Protocol):
    """A platform's stand-in in a process of its own, with people who have the accounts from `FIRST` on."""

    async def start(self, chats: int) -> dict[str, str]:
        """Begin to listen; returns what the program has to know to find it."""

    def heard(self) -> bool:
        """Whether the program listens."""

    def says(self, person: int, words: str) -> None:
        """One of them writes in private."""

    def texts(self, person: int) -> list[str]:
        """What the bot's messages say in their private chat."""

    def chat(self, person: int) -> str:
        """What the platform calls that chat."""

    async def until(self, found: Callable[[], bool], seconds: float) -> None:
        """Wait until something is so."""

    async def stop(self) -> None:
        """Listen no more."""


class Starts(Protocol):
    """The platform's adapter."""

    async def start(self) -> None: ...


class Side(Protocol):
    """What differs between platforms. `marks`: a second showing is allowed where it is marked; else there is none."""

    name: str
    marks: bool

    def stand(self) -> Stand:
        """The platform."""

    def adapter(self, desk: Desk, where: dict[str, str], folder: Path) -> Starts:
        """The program's way to it."""


class Town:
    """People who talk: each once, and then by chance."""

    def __init__(self, stand: Stand, chats: int) -> None:
        self._stand = stand
        self._people = range(FIRST, FIRST + chats)
        self.said: list[tuple[int, int]] = []

    def speaks(self, person: int) -> None:
        """One more message, unless too many wait for an answer."""
        if sum(p == person for p, _ in self.said) - len(self._answered(person)) < MOST_OPEN:
            self._stand.says(person, f"{'make' if len(self.said) % 5 else 'share'} t{len(self.said)}")
            self.said.append((person, len(self.said)))

    def _answered(self, person: int) -> set[str]:
        return {n for t in self._stand.texts(person) for n in NUMBER.findall(t)}

    async def answered(self) -> None:
        """Wait until everybody was."""
        await self._stand.until(lambda: sum(len(self._answered(p)) for p in self._people) == len(self.said), PATIENCE_S)

    async def begin(self) -> None:
        """Everybody is known before the first end of the program: a chat it never heard of cannot be read again."""
        await self._stand.until(self._stand.heard, PATIENCE_S)
        for person in self._people:
            self.speaks(person)
        await self.answered()


async def platform(side: Side, chats: int, seed: int, ready: int, stop: int, out: Path) -> None:
    """The stand-in: people write until a sign comes; it ends when all of them were answered and nothing more comes."""
    chance, stand = random.Random(seed), side.stand()
    where = await stand.start(chats)
    os.write(ready, json.dumps(where).encode() + b"\n")
    town, over = Town(stand, chats), asyncio.Event()
    asyncio.get_running_loop().add_reader(stop, over.set)
    await town.begin()
    os.write(ready, b"begun\n")
    while not over.is_set():
        town.speaks(FIRST + chance.randrange(chats))
        with suppress(TimeoutError):
            await asyncio.wait_for(over.wait(), EVERY_S)
    with suppress(TimeoutError):
        await town.answered()
    await asyncio.sleep(LAST_S)
    texts = {stand.chat(p): stand.texts(p) for p in range(FIRST, FIRST + chats)}
    await asyncio.to_thread(out.write_text, json.dumps({"said": town.said, "texts": texts}), "utf-8")
    await stand.stop()


async def life(side: Side, url: str, people: dict[str, int], where: dict[str, str], folder: Path, up: int = -1) -> None:
    """The program, until it is killed; it says when it is up."""
    house = House(url=url, clock=Hurried(), model=Obeying(), toolbox=toolbox(), people=people)  # type: ignore[arg-type]
    made: list[Starts] = []
    house.furnish = lambda desk: made.append(side.adapter(desk, where, folder))
    await house.open()
    await made[0].start()
    if up >= 0:
        os.write(up, b"u")
    await asyncio.Event().wait()


def run(side: Side, kills: int, chats: int, seed: int) -> list[str]:
    """Kill so many lives; returns what is wrong afterwards."""
    chance = random.Random(seed)
    folder = Path(tempfile.mkdtemp())
    url = f"sqlite+aiosqlite:///{folder / 'kills.db'}"
    people = asyncio.run(_prepare(side, url, chats))
    heard, told = os.pipe()
    stopping, stop = os.pipe()
    out = folder / "platform.json"
    server = _forked(lambda: platform(side, chats, seed, told, stopping, out))
    ready = os.fdopen(heard)
    where = json.loads(ready.readline())
    risen, up = os.pipe()
    os.set_blocking(risen, False)
    for number in range(kills):
        child = _forked(lambda: life(side, url, people, where, folder, up))
        if number == 0:
            ready.readline()
        elif chance.random() > EARLY:
            waiting.select([risen], [], [], PATIENCE_S)
        time.sleep(chance.uniform(0.05, 0.6))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        with suppress(BlockingIOError):
            os.read(risen, 1)
    os.write(stop, b"x")
    last = _forked(lambda: life(side, url, people, where, folder))
    os.waitpid(server, 0)
    os.kill(last, signal.SIGKILL)
    os.waitpid(last, 0)
    found = asyncio.run(_check(side, url, json.loads(out.read_text(encoding="utf-8"))))
    if not found:
        shutil.rmtree(folder)
    return found


def _forked(work: Callable[[], Coroutine[Any, Any, None]]) -> int:
    child = os.fork()
    if child == 0:
        try:
            asyncio.run(work())
        finally:
            os._exit(0)
    return child


async def _prepare(side: Side, url: str, chats: int) -> dict[str, int]:
    await make_tables(url)
    house = await House(url=url, clock=SystemClock(START), model=Obeying(), toolbox=toolbox()).open()  # type: ignore[arg-type]
    async with house.desk.store.write() as db:
        await db.run_sync(lambda s: _enrol(s, side.name, chats))
    await house.desk.stop()
    return house.people


def _enrol(session: Any, platform: str, chats: int) -> None:
    with unlogged(session):
        session.scalars(select(GymProfile)).one().undo_window_s = UNDO_S
        for n in range(chats):
            facts = {"gym_id": 1, "role": "coach", "joined_on": date(2025, 1, 1), "settings": {}, "version": 1}
            person = Person(name=f"P{n} Person", **facts)
            session.add(person)
            session.flush()
            account = Account(platform=platform, account=str(FIRST + n), person_id=person.id, linked_at=START)
            session.add(account)
        session.flush()


async def _check(side: Side, url: str, seen: dict[str, Any]) -> list[str]:
    store = Store(url)
    found = await faults(store)
    async with store.read() as db:
        rows = [tuple(r) for r in await db.execute(text("select name, owner_id from toys order by id"))]
        pushes = [tuple(r) for r in await db.execute(text(PUSHES))]
    await store.dispose()
    said, texts = seen["said"], seen["texts"]
    made = Counter(name for name, _ in rows)
    found += [f"lost: t{n}" for _, n in said if made[f"t{n}"] == 0][:5]
    found += [f"doubled: {name}" for name, count in made.items() if count > 1][:5]
    for owner in {o for _, o in rows}:
        order = [int(name[1:]) for name, o in rows if o == owner]
        if order != sorted(order):
            found.append(f"order inverted for person {owner}")
    unmarked = Counter(
        n for chat in texts.values() for t in chat if "(repeat)" not in t for n in set(NUMBER.findall(t))
    )
    shown = Counter(n for chat in texts.values() for t in chat for n in set(NUMBER.findall(t)))
    found += [f"never answered: t{n}" for _, n in said if not shown[str(n)]][:5]
    found += [f"answered twice without a mark: t{n}" for n, count in unmarked.items() if count > 1][:5]
    found += _pushed(pushes, texts)
    repeats = sum("(repeat)" in t for chat in texts.values() for t in chat)
    found += [f"repeated {repeats} times though the platform knows"] if repeats and not side.marks else []
    unsure = sum(state == "uncertain" for _, _, state in pushes)
    print(
        f"{len(said)} messages, {len(rows)} effects, {repeats} answers marked as repeated, {len(pushes)} pushes, "
        f"{unsure} of them uncertain"
    )
    return found


def _pushed(pushes: Sequence[tuple[str, str, str]], texts: dict[str, list[str]]) -> list[str]:
    """Every push is shown once, or at most once where it is uncertain whether it was."""
    shown = Counter((chat, t) for chat, sent in texts.items() for t in sent if NEWS.match(t))
    states = {(chat, json.loads(body)["text"]): state for chat, body, state in pushes}
    found = [f"pushed {count} times to {chat}: {words}" for (chat, words), count in shown.items() if count > 1]
    found += [f"not pushed to {chat} ({state}): {words}" for (chat, words), state in states.items()
              if state != "uncertain" and not shown[chat, words]]  # fmt: skip
    return [*found[:5], *(f"pushed from nowhere to {key}" for key in shown if key not in states)]


def measured(side: Side, small: bool) -> list[Figure]:
    """The kills of the table."""
    kills, chats = (5, 10) if small else (500, 50)
    found = run(side, kills, chats, 1)
    for fault in found:
        print(f"  {fault}")
    name = side.name.capitalize()
    return [counted(f"faults after {kills} kills while {chats} {name} chats talk", len(found), goal=("≤", 0))]


def main(side: Side, about: str) -> int:
    """Run the kills that the command line asks for."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--chats", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    began = time.monotonic()
    found = run(side, options.kills, options.chats, options.seed)
    print(f"{options.kills} kills in {time.monotonic() - began:.0f} s, seed {options.seed}: {len(found)} faults")
    for fault in found:
        print(f"  {fault}")
    return 1 if found else 0
