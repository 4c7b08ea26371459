"""Every tool that a page can call, crashed before and after every commit of its call and again inside the recovery: the
outcome must be that of an undisturbed run."""

import asyncio
import contextlib
import itertools
import re
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks.calls import ELSEWHERE, STORIES, Step
from benchmarks.gym import START, folder, make_demo, url_of
from benchmarks.report import Figure, counted
from core.agent.tools import load
from core.chat import Call, Incoming, Press
from core.clock import SetClock
from core.desk import Conflict, Desk, Stranger
from core.errors import NotFound
from core.llm.rules import RulesModel
from core.store.database import Store
from core.store.rows import logged_tables
from tests.checker import faults
from tests.test_crash import Crash, Fuse

NEVER = 10**9
LONGEST = 400
FORGETTING = ("forget_me", "delete_chat")
WORDLESS = "a successful change without its result"
FEW = ("cancel_class",)
# What is drawn by lot or counts attempts (an export holds them), and so differs from run to run.
BY_LOT = re.compile(
    r"v1:[\w-]+|invite=[\w-]+|/(?:join|link) [\w-]+|</?[0-9a-f]{8}>|data:application/json;base64,[\w+/=]+"
)
BY_LOT_COLUMNS = {"code_hash", "token_hash"}
SEEN = {
    "outbox": "kind, person_id, room, author, state, body, correction, change_id is null",
    "agent_sessions": "person_id, room, title, current, message_count",
    "agent_events": "event_type, call_id, content",
    "changes": "person_id, tool, args, summary, undoes, undone_by",
    "questions": "kind, param, state, answer",
    "inbox": "event_id, kind, state",
}
Outcome = dict[str, list[tuple[str, ...]]]


class Story:
    """A person at a page: says every step, presses the first button of what is asked, and says again whatever got no
    answer. What was shown survives a crash of the program."""

    def __init__(self, file: Path, steps: tuple[Step, ...]) -> None:
        self.file = file
        self.steps = steps
        self.accounts = {name: str(number) for number, name in _all(file, "select id, name from persons")}
        self.tokens: dict[int, str] = {}
        self.refused: list[str] = []

    async def live(self, moments: int) -> bool:
        """One life of the program, which ends by itself or after so many moments of commits. True when it got through."""
        fuse = Fuse(moments)
        desk = Desk(Store(url_of(self.file), fuse), SetClock(START), RulesModel())
        crash = asyncio.ensure_future(fuse.blown.wait())
        playing = asyncio.ensure_future(self._play(desk))
        try:
            await asyncio.wait({crash, playing}, return_when=asyncio.FIRST_COMPLETED)
            crash.cancel()
            if not fuse.blown.is_set():
                playing.result()
                return True
            playing.cancel()
            await asyncio.gather(playing, return_exceptions=True)
            return False
        finally:
            fuse.left = NEVER
            await asyncio.gather(desk.stop(), return_exceptions=True)

    async def _play(self, desk: Desk) -> None:
        await desk.start()
        for number, step in enumerate(self.steps):
            account = self.accounts[step.who]
            call = Call(tool=step.tool, args=step.args)
            if number not in self.tokens:
                said = Incoming(platform="web", event_id=f"s{number}", account=account, call=call)
                token = await self._asked(desk, said)
                if token is None:
                    continue
                self.tokens[number] = token
            press = Press(platform="web", event_id=f"p{number}", account=account, token=self.tokens[number])
            with contextlib.suppress(Stranger):  # pressed again by one whom the first press has made a stranger
                await desk.press(press)
        await desk.lanes.idle()
        await desk.outbox.deliver_due(desk.store, START + timedelta(minutes=5))

    async def _asked(self, desk: Desk, said: Incoming) -> str | None:
        """The first button of what a message led to. Said again after its conversation was deleted, it leads nowhere."""
        try:
            turn = await desk.turn_of(await desk.receive(said))
        except NotFound:
            return None
        except Conflict as error:
            self.refused.append(f"{said.event_id} said again was refused: {error}")
            return None
        return turn.question.options[0].token if turn.question and turn.question.options else None


def _all(file: Path, query: str) -> list[Any]:
    db = sqlite3.connect(file)
    try:
        return db.execute(query).fetchall()
    finally:
        db.close()


async def measure(small: bool) -> list[Figure]:
    """Each tool in turn; whatever is wrong is printed where it is found."""
    asyncio.get_running_loop().set_exception_handler(_quiet_about_crashes)
    tools = FEW if small else tuple(sorted(set(load()) - ELSEWHERE))
    crashes, wrong = 0, 0
    async with folder() as place:
        template = place / "template.db"
        await make_demo(template)
        for tool in tools:
            count, found = await crashed(template, tool)
            crashes += count
            wrong += len(found)
            for fault in found:
                print(f"{tool}: {fault}", flush=True)
    return [counted(f"faults after {crashes:,} crashes in the commits of {len(tools)} tools", wrong, goal=("≤", 0))]


def _quiet_about_crashes(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """A crash that nobody awaited is what was wanted; anything else is told."""
    if not isinstance(context.get("exception"), Crash):
        loop.default_exception_handler(context)


async def crashed(template: Path, tool: str) -> tuple[int, list[str]]:
    """One tool's story with a crash at each moment, a second one inside the recovery, and what was wrong afterwards."""
    if tool not in STORIES:
        return 0, ["there is no call of it to be crashed"]
    file = template.with_name("crashed.db")
    story = _fresh(template, file, tool)
    await story.live(NEVER)
    expected, found = outcome(file), await check(file, tool)
    if not _meant(file):
        return 0, [*found, "its call failed without any crash"]
    for moments in itertools.count():
        story = _fresh(template, file, tool)
        if await story.live(moments):
            return 2 * moments, found
        await story.live(moments % 7)
        await story.live(NEVER)
        when = f"crash after {moments} moments and {moments % 7} of the recovery"
        wrong = [*await check(file, tool), *story.refused, *different(expected, outcome(file))]
        found += [f"{when}: {fault}" for fault in wrong]
    raise AssertionError


def _fresh(template: Path, file: Path, tool: str) -> Story:
    for old in file.parent.glob(f"{file.name}*"):
        old.unlink()
    shutil.copy(template, file)
    return Story(file, STORIES[tool])


async def check(file: Path, tool: str = "") -> list[str]:
    """What the checker finds. Where a conversation is deleted on purpose, what was changed in it has lost its words."""
    store = Store(url_of(file))
    found = await faults(store)
    await store.dispose()
    return [f for f in found if tool not in FORGETTING or not f.startswith(WORDLESS)]


def _meant(file: Path) -> bool:
    """Whether the last call of the story was done, or its conversation is gone because that is what it does."""
    query = """select coalesce((select json_extract(content, '$.ok') from agent_events
        where event_type = 'result' order by id desc limit 1), 1)"""
    return bool(_all(file, query)[0][0])


def outcome(file: Path) -> Outcome:
    """What a run has left: the gym's data, and what was said and shown, without what is drawn by lot."""
    db = sqlite3.connect(file)
    try:
        queries = {**{table: _columns(db, table) for table in logged_tables()}, **SEEN}
        return {table: _rows(db, table, columns) for table, columns in queries.items()}
    finally:
        db.close()


def _columns(db: sqlite3.Connection, table: str) -> str:
    names = [row[1] for row in db.execute(f"pragma table_info({table})")]
    return ", ".join(f'"{name}"' for name in names if name not in BY_LOT_COLUMNS) or "1"


def _rows(db: sqlite3.Connection, table: str, columns: str) -> list[tuple[str, ...]]:
    if not db.execute("select 1 from sqlite_master where name = ?", (table,)).fetchone():
        return []
    return sorted(tuple(BY_LOT.sub("…", str(v)) for v in row) for row in db.execute(f"select {columns} from {table}"))


def different(expected: Outcome, found: Outcome) -> Iterator[str]:
    for table, rows in expected.items():
        if rows != found[table]:
            missing = str([r for r in rows if r not in found[table]])[:LONGEST]
            extra = str([r for r in found[table] if r not in rows])[:LONGEST]
            yield f"{table} differs: missing {missing}, extra {extra}, {len(rows)} rows became {len(found[table])}"
