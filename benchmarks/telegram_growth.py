"""Telegram: whether an answer costs more after a long past, and for how long the loop is ever held up."""

import asyncio
import json
import shutil
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.gym import fill_log
from benchmarks.report import Figure, against, medians, ms, ratio_of
from benchmarks.telegram import FIRST, WISH, bot

CHATS, ROUNDS, PAIRS = 4, 10, 4
SHORT, PASTS = 10, (1_000, 100_000)
ALONE = 40
GOAL = ("≤", 1.1)


async def measure(models: str, place: Path, small: bool) -> list[Figure]:
    """The same people with different pasts, in turn; then one person alone before a loop that is watched."""
    pasts, size = ((50,), (2, 1, 1)) if small else (PASTS, (CHATS, ROUNDS, PAIRS))
    young = await _spoken(models, place, size[0])
    _lengthen(young / "gym.db", size[0], SHORT)
    figures = [await _longer(models, young, past, size) for past in pasts]
    return [*figures, *await _stalls(models, young, 3 if small else ALONE)]


async def _spoken(models: str, place: Path, chats: int) -> Path:
    """A gym in which everybody has said something and has an answer."""
    young = place / "young"
    young.mkdir()
    async with bot("scripted", models, place) as one:
        await one.burst(WISH, chats, 2)
        with sqlite3.connect(one.folder / "gym.db") as now, sqlite3.connect(young / "gym.db") as kept:
            now.backup(kept)
    return young


def _lengthen(file: Path, chats: int, events: int) -> None:
    """Repeat what everybody said last and what was sent for it, until their conversations hold so many events together."""
    with sqlite3.connect(file) as db:
        named = [(str(FIRST + n),) for n in range(chats)]
        query = "select person_id from accounts where platform = 'telegram' and account = ?"
        people = [db.execute(query, one).fetchone()[0] for one in named]
        of_turn = "select count(*) from agent_events where turn_id = (select max(turn_id) from agent_events)"
        turns = max(1, events // chats // int(db.execute(of_turn).fetchone()[0]))
    for person in people:
        fill_log(file, person, turns)
    with sqlite3.connect(file) as db:
        for account in named:
            _send_again(db, account[0], turns)


def _send_again(db: sqlite3.Connection, chat: str, many: int) -> None:
    """Updates and deliveries of a chat as if it had had so many more."""
    db.row_factory = sqlite3.Row
    newest: dict[str, Any] = {
        table: dict(db.execute(f"select * from {table} where {at} = ? order by id desc limit 1", (chat,)).fetchone())
        for table, at in (("arrivals", "lane"), ("deliveries", "chat"), ("shown", "chat"))
    }
    first = int(db.execute("select max(id) from deliveries").fetchone()[0]) + 1
    numbers = range(first, first + many)
    _insert(db, "arrivals", [{**newest["arrivals"], "id": None, "event_id": f"f{n}"} for n in numbers])
    _insert(db, "deliveries", [{**newest["deliveries"], "id": n} for n in numbers])
    shown = [{**newest["shown"], "id": None, "message": f"f{n}", "delivery_id": n} for n in numbers]
    _insert(db, "shown", shown)


def _insert(db: sqlite3.Connection, table: str, rows: Sequence[dict[str, Any]]) -> None:
    names, slots = ", ".join(rows[0]), ", ".join(f":{column}" for column in rows[0])
    db.executemany(f"insert into {table} ({names}) values ({slots})", rows)


async def _longer(models: str, young: Path, past: int, size: tuple[int, int, int]) -> Figure:
    """CPU of an answer after so many events against one after ten."""
    chats, rounds, pairs = size
    old = young.parent / f"old{past}"
    shutil.copytree(young, old)
    _lengthen(old / "gym.db", chats, past)
    took = []
    async with bot("scripted", models, old) as more, bot("scripted", models, young) as less:
        for number in range(pairs + 1):
            pair = [(await one.burst(WISH, chats, rounds)).cpu for one in (more, less)]
            if number:
                took.append((pair[0], pair[1]))
    mine, other = medians(took)
    what = f"CPU of an answer after {past:,} earlier events against {SHORT}"
    return against(what, ms(mine), ms(other), ratio_of(took), GOAL)


async def _stalls(models: str, place: Path, many: int) -> list[Figure]:
    """The longest that nothing else could run while one person writes and is answered."""
    async with bot("watched", models, place) as one:
        file = one.folder / "stalls.json"
        await one.server.say(FIRST, WISH, "sendMessage")
        await _written(file)
        file.unlink()
        for n in range(many):
            await one.server.say(FIRST, f"{WISH} {n}", "sendMessage")
        await asyncio.sleep(0.6)
        cpu, wall = await _written(file)
    return [
        Figure("longest stall of the loop, one chat, CPU", ms(cpu), judged=cpu * 1000, goal=("≤", 20.0)),
        Figure("the same, by the clock on the wall (disk and other processes included)", ms(wall)),
    ]


async def _written(file: Path) -> tuple[float, float]:
    """What the watcher wrote, once it did."""
    for _ in range(600):
        if told := await asyncio.to_thread(_read, file):
            return told
        await asyncio.sleep(0.05)
    raise TimeoutError("nobody watched the loop")


def _read(file: Path) -> tuple[float, float] | None:
    if not file.exists():
        return None
    cpu, wall = json.loads(file.read_text(encoding="ascii") or "[0, 0]")
    return float(cpu), float(wall)
