"""Telegram: what an answer costs, how soon it comes and how the program starts, against a bare python-telegram-bot over the
same transport on the same stand-in."""

import asyncio
import itertools
import os
import shutil
import sqlite3
import statistics
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy.sql import select

from benchmarks.gym import START, folder, guest_name, make_gym, url_of
from benchmarks.models import standin
from benchmarks.report import Figure, against, counted, medians, ms, ratio_of
from benchmarks.standin import PACED_S
from benchmarks.start import cpu_of, free_port, memory_of
from core.clock import SystemClock
from core.people import Account, Person
from core.store.database import Store, unlogged
from core.store.migrate import newest
from tests.fakes.telegram import TOKEN, TelegramServer
from tests.fakes.telegram_checks import Window
from tests.fakes.telegram_world import Json

FIRST = 600_000
PATIENCE_S = 60.0
QUIET_S, IDLE_S = 0.02, 15.0
CHATS, ROUNDS, PAIRS, STARTS = 50, 3, 4, 3
ENDS = {"edit": "editMessageText", "model": "editMessageText"}
BOTS = {
    "scripted": ("benchmarks.telegram_ours", "scripted"),
    "watched": ("benchmarks.telegram_ours", "watched"),
    "claude": ("benchmarks.telegram_ours", "claude"),
    "bare": ("benchmarks.telegram_bare",),
}
WISH = "write me a poem about the sea, number"
# Where each stand-in begins to number messages: a database that has seen one of them takes another's for news.
_MESSAGES = itertools.count(0, 100_000)
WORDS = ("sendMessage", "sendMessageDraft")


@dataclass
class Telegram(TelegramServer):
    """The stand-in with people who write and wait. It lets a bot send as fast as it can."""

    counts: Counter[str] = field(default_factory=Counter)
    _awaited: dict[int, tuple[str, "asyncio.Future[float]"]] = field(default_factory=dict)
    _first: dict[int, float] = field(default_factory=dict)

    def _log(self, method: str, params: Json, code: int, result: Any) -> None:
        """Whoever waits for this call goes on."""
        super()._log(method, params, code, result)
        self.counts[method] += 1
        chat = params.get("chat_id", 0)
        if method in WORDS:
            self._first.setdefault(chat, time.perf_counter())
        ends, answered = self._awaited.get(chat, ("", None))
        if method == ends and answered is not None and not answered.done():
            answered.set_result(time.perf_counter())

    async def say(self, chat: int, words: str, ends: str) -> tuple[float, float]:
        """Somebody writes; how long they waited for the first word and for the whole answer."""
        answered: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._awaited[chat] = ends, answered
        self._first.pop(chat, None)
        began = time.perf_counter()
        self.world.types(chat, words)
        async with asyncio.timeout(PATIENCE_S):
            whole = await answered
        return self._first.get(chat, whole) - began, whole - began


@dataclass
class Bot:
    """A bot in a process of its own, before a stand-in of its own in ours, with a folder of its own."""

    server: Telegram
    pid: int
    folder: Path

    async def burst(self, words: str, chats: int, rounds: int) -> "Burst":
        """So many chats at once, each writes again as soon as it has its answer."""
        ends = ENDS.get(words, "sendMessage")
        self.server.counts.clear()
        cpu, began = cpu_of(self.pid), time.perf_counter()
        waits = await asyncio.gather(*(self._chat(FIRST + n, words, ends, rounds) for n in range(chats)))
        took = time.perf_counter() - began
        await asyncio.sleep(0.2)  # what is written down after an answer belongs to it
        many = chats * rounds
        calls = sum(n for method, n in self.server.counts.items() if method != "getUpdates")
        return Burst((cpu_of(self.pid) - cpu) / many, many / took, calls / many, [w for chat in waits for w in chat])

    async def _chat(self, chat: int, words: str, ends: str, rounds: int) -> list[tuple[float, float]]:
        return [await self.server.say(chat, f"{words} {n}", ends) for n in range(rounds)]


@dataclass(frozen=True)
class Burst:
    """What a burst took: CPU of one answer, answers a second, platform calls an answer, waits for first words and wholes."""

    cpu: float
    rate: float
    calls: float
    waits: list[tuple[float, float]]

    def wait(self, share: float) -> float:
        """The wait that so many were not longer than."""
        return sorted(w for _, w in self.waits)[int(share * (len(self.waits) - 1))]


@asynccontextmanager
async def listening() -> AsyncIterator[Telegram]:
    """A stand-in with people who have begun a chat, and no limit to what may be sent."""
    server, begins = Telegram(SystemClock(), keep_calls=False), next(_MESSAGES)
    for name in ("chat", "group", "bot"):
        setattr(server.allowance, name, Window(10**6, 1.0))
    for n in range(CHATS):
        server.world.user(FIRST + n, guest_name(n))
        server.world.chats[FIRST + n].last_id = begins
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


@asynccontextmanager
async def bot(which: str, models: str, place: Path) -> AsyncIterator[Bot]:
    """One of the bots, as it polls."""
    async with listening() as server, folder() as own:
        shutil.copytree(place, own, dirs_exist_ok=True)
        command = (sys.executable, "-m", *BOTS[which], server.url, models, str(own))
        process = await asyncio.create_subprocess_exec(*command, stdin=asyncio.subprocess.PIPE)
        try:
            await server.until(lambda: server.polling, PATIENCE_S)
            yield Bot(server, process.pid, own)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            await process.wait()


async def measure(small: bool) -> list[Figure]:
    """A burst with a scripted model and with Claude, a stream, a long past, and the start."""
    from benchmarks import telegram_growth

    chats, rounds, pairs = (3, 1, 1) if small else (CHATS, ROUNDS, PAIRS)
    async with folder() as place:
        await _furnish(place, chats)
        with standin() as models:
            figures = await _answers(models, place, (chats, rounds, pairs))
            figures += await telegram_growth.measure(f"{models}/long", place, small)
        return figures if small else [*figures, *await _starts(place, STARTS, IDLE_S)]


async def _answers(models: str, place: Path, size: tuple[int, int, int]) -> list[Figure]:
    """Three bots, each before a stand-in of its own; those that do the same take turns."""
    long = f"{models}/long"
    async with bot("claude", long, place) as claude:
        await claude.server.say(FIRST, WISH, "sendMessage")
        (place / "body.json").write_bytes(_asked(f"{models}/asked"))
        async with bot("scripted", long, place) as scripted, bot("bare", long, place) as bare:
            figures = await _bursts(Bots(claude, scripted, bare), *size)
            _asked(f"{models}/pace?seconds={PACED_S}")
            figures += await _streams(Bots(claude, scripted, bare), min(10, size[0]), size[2])
            _check_that_claude_answered(claude.folder / "gym.db")
            return figures


def _check_that_claude_answered(file: Path) -> None:
    """What the rules answered would be measured as an answer of Claude."""
    db = sqlite3.connect(file)
    by = {name for (name,) in db.execute("select distinct answered_by from turns where state = 'done'")}
    db.close()
    if not by or not all(name.startswith("anthropic/") for name in by):
        raise RuntimeError(f"answered by {', '.join(sorted(by)) or 'nobody'}")


def _asked(url: str) -> bytes:
    with urllib.request.urlopen(url) as answer:
        found: bytes = answer.read()
        return found


async def _furnish(place: Path, guests: int) -> None:
    """A gym whose guests are known on Telegram."""
    await make_gym(place / "gym.db", guests)
    await _link(url_of(place / "gym.db"), {guest_name(n): FIRST + n for n in range(guests)})


async def _link(url: str, numbers: dict[str, int]) -> None:
    store = Store(url)
    async with store.write() as db:
        people = list(await db.scalars(select(Person).where(Person.name.in_(numbers))))

        def add(session: Any) -> None:
            with unlogged(session):
                for person in people:
                    account = str(numbers[person.name])
                    session.add(Account(platform="telegram", account=account, person_id=person.id, linked_at=START))
                session.flush()

        await db.run_sync(add)
    await store.dispose()


# -- bursts ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Bots:
    """What is measured."""

    claude: Bot
    scripted: Bot
    bare: Bot


async def _bursts(bots: Bots, chats: int, rounds: int, pairs: int) -> list[Figure]:
    found: dict[str, list[Burst]] = {name: [] for name in ("scripted", "claude", "edit", "model")}
    await _in_turn([(bots.scripted, WISH, "scripted"), (bots.bare, "edit", "edit")], found, chats, rounds, pairs)
    await _in_turn([(bots.claude, WISH, "claude"), (bots.bare, "model", "model")], found, chats, rounds, pairs)
    return [
        _cpu("an answer of a scripted model, CPU, against E and one edit", found["scripted"], found["edit"]),
        _cpu("an answer of Claude, CPU, against E, one edit and L", found["claude"], found["model"], ("≤", 1.7)),
        *_rates(f"{chats} chats at once", found),
    ]


async def _in_turn(
    bots: Sequence[tuple[Bot, str, str]], found: dict[str, list[Burst]], chats: int, rounds: int, pairs: int
) -> None:
    for one, words, _ in bots:
        await one.burst(words, chats, 1)
    for _ in range(pairs):
        for one, words, name in bots:
            found[name].append(await one.burst(words, chats, rounds))


def _cpu(what: str, ours: Sequence[Burst], theirs: Sequence[Burst], goal: tuple[str, float] | None = None) -> Figure:
    pairs = [(o.cpu, t.cpu) for o, t in zip(ours, theirs, strict=True)]
    mine, other = medians(pairs)
    return against(what, ms(mine), ms(other), ratio_of(pairs), goal)


def _rates(at_once: str, found: dict[str, list[Burst]]) -> list[Figure]:
    figures = []
    for ours, bare, model in (("scripted", "edit", "a scripted model"), ("claude", "model", "Claude")):
        mine, other = (statistics.median(b.rate for b in found[n]) for n in (ours, bare))
        goal = ("≥", 200.0) if ours == "scripted" else None
        what = f"answers of {model} a second, durable in and out, {at_once}"
        figures.append(Figure(what, f"{mine:.0f}", f"{other:.0f}", mine / other, mine, goal))
        for share in (0.5, 0.99):
            waits = [(m.wait(share), o.wait(share)) for m, o in zip(found[ours], found[bare], strict=True)]
            mine, other = medians(waits)
            figures.append(against(f"the same, p{share * 100:.0f}", ms(mine), ms(other), ratio_of(waits)))
    calls = max(b.calls for name in ("scripted", "claude") for b in found[name])
    return [*figures, counted("platform calls an answer", calls, goal=("≤", 3), digits=2)]


# -- streams --------------------------------------------------------------------------------------------------


async def _streams(bots: Bots, chats: int, pairs: int) -> list[Figure]:
    """Answers of sixty events over 300 ms, some chats at once for the cost, one alone for the first word."""
    found: dict[str, list[Burst]] = {"ours": [], "raw": []}
    firsts: list[tuple[float, float]] = []
    rounds = 3 if pairs > 1 else 1
    await _in_turn([(bots.claude, WISH, "ours"), (bots.bare, "durable", "raw")], found, chats, rounds, pairs)
    for n in range(max(2, 2 * pairs)):
        mine, _ = await bots.claude.server.say(FIRST, f"{WISH} {n}", "sendMessage")
        other, _ = await bots.bare.server.say(FIRST, f"model {n}", "editMessageText")
        firsts.append((mine, other))
    mine, other = medians(firsts)
    what = "an answer of Claude of 60 events over 300 ms, CPU, against a raw durable bot"
    return [
        _cpu(what, found["ours"], found["raw"], ("≤", 2)),
        against("first word of it, against a bare bot's", ms(mine), ms(other), ratio_of(firsts), ("≤", 1.5)),
    ]


# -- the start ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Started:
    """Seconds until the first update was kept and until it was answered; bytes in memory; CPU ms of an idle minute."""

    kept: float
    answered: float
    memory: int
    idle: float = 0.0


async def _starts(place: Path, pairs: int, idle: float) -> list[Figure]:
    """The whole program with its page, one platform and one model, and the bare bot, in turn."""
    data = _as_if_it_had_run(place)
    environment = {
        "WHISTLE_DATA_DIR": str(data), "WHISTLE_WEB__PORT": str(free_port()), "WHISTLE_LOG__LEVEL": "error",
        "WHISTLE_TELEGRAM__TOKEN": TOKEN, "WHISTLE_ANTHROPIC__API_KEY": "sk",
    }  # fmt: skip
    whistle = (sys.executable, "-m", "bot", "run")
    bare = (sys.executable, "-m", *BOTS["bare"], "{url}", "http://127.0.0.1:9", str(place))
    found = []
    for n in range(pairs):
        alone = idle if n == pairs - 1 else 0.0
        shutil.copy(place / "gym.db", data / "whistle.db")
        found.append((await _start(whistle, environment, alone), await _start(bare, {}, alone)))
    last = found[-1]
    kept = [(o.kept, t.kept) for o, t in found]
    answered = [(o.answered, t.answered) for o, t in found]
    memory = [(o.memory / 2**20, t.memory / 2**20) for o, t in found]
    return [
        _seconds("cold start until the first update is durably accepted, against E's", kept, ("≤", 1.2)),
        _seconds("cold start until the first reply, against E's", answered, ("≤", 2)),
        Figure("memory with the page, one platform and one model, MB", f"{medians(memory)[0]:.0f}",
               f"{medians(memory)[1]:.0f}", ratio_of(memory), medians(memory)[0], ("≤", 100)),
        Figure("idle, CPU ms a minute, the page and one platform", f"{last[0].idle:.0f}", f"{last[1].idle:.0f}",
               judged=last[0].idle, goal=("≤", 40)),
    ]  # fmt: skip


def _seconds(what: str, pairs: Sequence[tuple[float, float]], goal: tuple[str, float]) -> Figure:
    ours, other = medians(pairs)
    return against(what, f"{ours:.2f} s", f"{other:.2f} s", ratio_of(pairs), goal)


def _as_if_it_had_run(place: Path) -> Path:
    """A data directory with a database that knows its revision, so that the start is one of many."""
    db = sqlite3.connect(place / "gym.db")
    db.execute("create table alembic_version (version_num varchar(32) primary key)")
    db.execute("insert into alembic_version values (?)", (newest(),))
    db.commit()
    db.close()
    (place / "data").mkdir()
    return place / "data"


async def _start(command: tuple[str, ...], environment: dict[str, str], idle: float) -> Started:
    """Start a program while a message waits for it."""
    async with listening() as server:
        began = time.perf_counter()
        answer = asyncio.create_task(server.say(FIRST, "what's on tomorrow?", "sendMessage"))
        async with _running(command, environment, server) as process:
            await server.until(lambda: not server.world.queue, PATIENCE_S)
            kept = time.perf_counter() - began
            await answer
            answered = time.perf_counter() - began
            memory = memory_of(process.pid)
            return Started(kept, answered, memory, await _idle(process.pid, idle) if idle else 0.0)


async def _idle(pid: int, seconds: float) -> float:
    """Milliseconds of CPU that a minute of doing nothing takes, once what a start leaves for later is done."""
    for _ in range(30):
        before = cpu_of(pid)
        await asyncio.sleep(2)
        if cpu_of(pid) - before < QUIET_S:
            break
    before = cpu_of(pid)
    await asyncio.sleep(seconds)
    return (cpu_of(pid) - before) * 1000 * 60 / seconds


@asynccontextmanager
async def _running(
    command: tuple[str, ...], environment: dict[str, str], server: Telegram
) -> AsyncIterator[asyncio.subprocess.Process]:
    said = [part.replace("{url}", server.url) for part in command]
    surroundings = {**os.environ, **environment, "WHISTLE_TELEGRAM__API_URL": server.url}
    pipe, nowhere = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(*said, env=surroundings, stdin=pipe, stdout=nowhere)
    try:
        yield process
    finally:
        process.terminate()
        await process.wait()
