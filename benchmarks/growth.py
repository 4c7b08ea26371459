"""Whether a turn costs more when there is more: earlier events, open sessions, members, and turns in the same process."""

import asyncio
import gc
import itertools
import os
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from pathlib import Path
from typing import Any

from benchmarks.floor import copy
from benchmarks.gym import ROUND, Open, fill_log, folder, make_gym, mixed, opened
from benchmarks.report import Figure, against, medians, ms, ratio_of, spent

EVENTS_A_TURN = 4
GOAL = ("≤", 1.1)
MEMORY_GOAL = ("≤", 1.05)
DEMO_MEMBERS = 60
ONE_GUEST = "gym.db"


async def measure(small: bool) -> list[Figure]:
    """Memory first, while the process is young."""
    rounds = 1 if small else 25
    turns, first = (4, 2) if small else (10_000, 100)
    logs = (50,) if small else (1_000, 100_000)
    crowds = (2,) if small else (50, 500)
    members = 61 if small else 5_000
    async with folder() as place:
        await make_gym(place / ONE_GUEST, 1)
        return [
            await _memory(place, first, turns),
            *[await _longer_log(place, events, rounds) for events in logs],
            *[await _more_sessions(place, many, 1 if small else 3) for many in crowds],
            await _more_members(place, members, rounds),
        ]


async def _memory(place: Path, first: int, turns: int) -> Figure:
    file = place / "memory.db"
    copy(place / ONE_GUEST, file)
    async with opened(file) as gym:
        talk = mixed(gym, gym.guests(), gym.coaches())
        await _speak(gym, itertools.islice(talk, first))
        early = _resident()
        await _speak(gym, itertools.islice(talk, turns - first))
        late = _resident()
    what = f"memory after {turns:,} turns against after {first}"
    return against(what, f"{late / 2**20:.1f} MB", f"{early / 2**20:.1f} MB", late / early, MEMORY_GOAL)


def _resident() -> int:
    """Bytes of this process that are in memory."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


async def _speak(gym: Open, said: Iterator[tuple[int, str]]) -> None:
    for person, words in said:
        await gym.say(person, words)
    await gym.desk.lanes.idle()


async def _longer_log(place: Path, events: int, rounds: int) -> Figure:
    """One member and one coach with a long conversation each, against the same two with ten events."""
    small, large = place / f"log{events}-small.db", place / f"log{events}-large.db"
    copy(place / ONE_GUEST, small)
    async with opened(small) as gym:
        for person in (gym.guests()[0], gym.coaches()[0]):
            await gym.say(person, "show timetable")
        people = gym.guests()[0], gym.coaches()[0]
    copy(small, large)
    for person in people:
        fill_log(small, person, 2)
        fill_log(large, person, events // EVENTS_A_TURN)
    pairs = await _paired(large, small, rounds)
    return _figure(f"a turn with {events:,} earlier events against 10", pairs)


async def _more_members(place: Path, members: int, rounds: int) -> Figure:
    """The same turns, and one that names a member, in a large gym and in the demo gym."""
    small, large = place / "few.db", place / "many.db"
    copy(place / ONE_GUEST, small)
    await make_gym(large, members - DEMO_MEMBERS)
    pairs = await _paired(large, small, rounds, ("show mia tran",))
    return _figure(f"a turn in a gym with {members:,} members against {DEMO_MEMBERS}", pairs)


async def _paired(large: Path, small: Path, rounds: int, asked: Sequence[str] = ()) -> list[tuple[float, float]]:
    """CPU of a turn in two gyms, by the same two people, block by block in turn."""
    async with opened(large) as more, opened(small) as less:
        talks = [_two_people(gym, asked) for gym in (more, less)]
        pairs = []
        for number in range(rounds + 1):
            took = []
            for gym, talk in zip((more, less), talks, strict=True):
                block = list(itertools.islice(talk, ROUND + len(asked)))
                took.append((await spent(lambda: _speak(gym, iter(block)))).cpu / len(block))  # noqa: B023
            if number:
                pairs.append((took[0], took[1]))
    return pairs


def _two_people(gym: Open, asked: Sequence[str]) -> Iterator[tuple[int, str]]:
    member, coach = gym.guests()[:1], gym.coaches()[:1]
    talk = mixed(gym, member, coach)
    while True:
        yield from itertools.islice(talk, ROUND)
        yield from ((coach[0], words) for words in asked)


async def _more_sessions(place: Path, many: int, rounds: int) -> Figure:
    """So many members with an open page who all speak at the same time, against one."""
    small, large = place / f"{many}-one.db", place / f"{many}-all.db"
    await make_gym(small, many)
    copy(small, large)
    pairs = []
    async with opened(large) as more, opened(small) as less, AsyncExitStack() as pages:
        for gym, count in ((more, many), (less, 1)):
            for person in gym.guests()[:count]:
                await pages.enter_async_context(_page(gym, person))
        for number in range(rounds + 1):
            ours = (await spent(lambda: _everyone(more, many, 1))).cpu / many
            reference = (await spent(lambda: _everyone(less, 1, min(many, 20)))).cpu / min(many, 20)
            if number:
                pairs.append((ours / 3, reference / 3))
    return _figure(f"a turn with {many} sessions at once against 1", pairs)


async def _everyone(gym: Open, many: int, rounds: int) -> None:
    """Each books, looks and gives the seat back, so many times."""

    async def one(number: int, person: int) -> None:
        for _ in range(rounds):
            for words in gym.member_words(number):
                await gym.say(person, words)

    await asyncio.gather(*(one(n, p) for n, p in enumerate(gym.guests()[:many])))
    await gym.desk.lanes.idle()


@asynccontextmanager
async def _page(gym: Open, person: int) -> Any:
    """An open page: it reads everything that reaches its person."""

    async def read() -> None:
        async with aclosing(gym.desk.subscribe(person, None)) as stream:
            async for _ in stream:
                pass

    reading = asyncio.create_task(read())
    try:
        yield
    finally:
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)


def _figure(what: str, pairs: Sequence[tuple[float, float]]) -> Figure:
    ours, reference = medians(pairs)
    return against(f"CPU of {what}", ms(ours), ms(reference), ratio_of(pairs), GOAL)
