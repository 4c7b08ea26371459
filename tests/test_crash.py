"""Crashes inside the process: before and after every commit, and again inside the recovery, on both databases."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import text

from core.chat import Incoming, Press
from core.clock import SetClock
from core.llm.contract import Answered, Event, Proposed, Request, Returned, Said, Stop, TextDelta, ToolCall
from tests import toys
from tests.checker import faults
from tests.conftest import START, House


class Crash(BaseException):
    """The process is gone."""


class Fuse:
    """Lets a number of commit moments pass, then crashes at every one after."""

    def __init__(self, moments: int) -> None:
        self.left = moments
        self.blown = asyncio.Event()

    def __call__(self, moment: str) -> None:
        if self.left <= 0:
            self.blown.set()
            raise Crash(moment)
        self.left -= 1


class Plain:
    """Turns "make a, paint b red" into calls, and says "ok" when they have run: the same answer however often asked."""

    name = "plain"

    async def stream(self, request: Request) -> AsyncIterator[Event]:
        last = request.messages[-1]
        if isinstance(last, Returned):
            yield TextDelta("ok")
            yield Stop("end")
            return
        said = next(m for m in reversed(request.messages) if isinstance(m, Said | Answered))
        for command in str(said.text).replace("\n", ", ").split(", "):
            verb, *rest = command.split()
            args = {"make": {"name": rest[0]}, "paint": {"toy": rest[0], "colour": rest[-1]}, "break": {"toy": rest[0]}}
            yield Proposed(ToolCall("", f"{verb}_toy", args[verb]))
        yield Stop("tools")


# A lone write commits as the first step of the second story does.
STORIES = {
    "two calls": ["make teddy, paint teddy blue"],
    "a question and a press": ["make teddy", "break teddy", "TAP"],
}


async def live(url: str, fuse: Any, people: dict[str, int], story: list[str]) -> bool:
    """Play the story until it ends or the process crashes; every step is delivered again if it was not acknowledged."""
    house = House(url=url, clock=SetClock(START), model=Plain(), toolbox=toys.toolbox(), on_commit=fuse, people=people)
    try:
        crash = asyncio.ensure_future(fuse.blown.wait())
        playing = asyncio.ensure_future(_play(house, story))
        await asyncio.wait({crash, playing}, return_when=asyncio.FIRST_COMPLETED)
        crash.cancel()
        if playing.done() and not playing.cancelled() and playing.exception() is None:
            return True
        playing.cancel()
        await asyncio.gather(playing, return_exceptions=True)
        return False
    finally:
        fuse.left = 10**9
        await asyncio.gather(house.desk.stop(), return_exceptions=True)


async def _play(house: House, story: list[str]) -> None:
    await house.open()
    token = None
    for number, step in enumerate(story):
        account = house.account("carla")
        if step == "TAP":
            token = token or await _token(house)
            await house.desk.press(Press(platform="web", event_id=f"s{number}", account=account, token=token))
        else:
            incoming = Incoming(platform="web", event_id=f"s{number}", account=account, text=step)
            await house.desk.turn_of(await house.desk.receive(incoming))
    await house.desk.lanes.idle()


async def _token(house: House) -> str:
    shown = [e.message for e in await house.read("carla") if e.message.cards]
    return shown[-1].buttons[0][0].token if shown[-1].buttons else "v1:settled"


@pytest.mark.parametrize("story", STORIES)
async def test_a_crash_at_any_commit_loses_and_doubles_nothing(database: str, story: str) -> None:
    """Every commit moment of the story crashes once; after the restart the outcome is that of an undisturbed run."""
    people = await _people(database)
    for moments in itertools.count():
        await _empty(database)
        if await live(database, Fuse(moments), people, STORIES[story]):
            break
        await live(database, Fuse(10**9), people, STORIES[story])
        await _check(database, people, story, f"crash after {moments} commit moments")
    assert moments > 6


async def test_a_second_crash_inside_the_recovery_changes_nothing(database: str) -> None:
    """Recovery can be cut off anywhere too."""
    people = await _people(database)
    story = "a question and a press"
    for first, second in ((7, 1), (9, 3), (13, 2), (15, 4), (18, 5), (21, 1)):
        await _empty(database)
        await live(database, Fuse(first), people, STORIES[story])
        await live(database, Fuse(second), people, STORIES[story])
        await live(database, Fuse(10**9), people, STORIES[story])
        await _check(database, people, story, f"crashes after {first} and {second}")


async def _people(url: str) -> dict[str, int]:
    house = await House(url=url, clock=SetClock(START), model=Plain(), toolbox=toys.toolbox()).open()
    await house.desk.stop()
    return house.people


TABLES = [
    "toy_parts",
    "toys",
    "change_rows",
    "changes",
    "buttons",
    "questions",
    "outbox",
    "counters",
    "inbox",
    "agent_events",
    "turns",
    "agent_sessions",
    "usage_daily",
]


async def _empty(url: str) -> None:
    from sqlalchemy.ext.asyncio import create_async_engine

    engine = create_async_engine(url)
    async with engine.begin() as conn:
        for table in TABLES:
            await conn.execute(text(f"delete from {table}"))
    await engine.dispose()


async def _check(url: str, people: dict[str, int], story: str, when: str) -> None:
    house = await House(url=url, clock=SetClock(START), model=Plain(), toolbox=toys.toolbox(), people=people).open()
    await house.desk.lanes.idle()
    assert await faults(house.desk.store) == [], when
    async with house.desk.store.read() as db:
        rows = [tuple(r) for r in await db.execute(text("select name, colour from toys"))]
        receipts = [e.message.receipts for e in await house.read("carla") if e.message.receipts]
    expected = {"two calls": [("teddy", "blue")], "a question and a press": []}
    assert rows == expected[story], when
    assert len(receipts) == {"two calls": 2, "a question and a press": 2}[story], when
    await house.desk.stop()
