"""How fast what is said becomes durable: one writer and many at once, against a plain loop over the same transactions."""

import asyncio
import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.floor import Floor, Recorder, copy
from benchmarks.gym import Open, folder, make_gym, opened
from benchmarks.report import Figure, Spent, against, counted, medians, ms, ratio_of, spent

WRITERS = 64
WORDS = "book crossfit tomorrow evening"


async def measure(small: bool) -> list[Figure]:
    """A message received: its inbox row and what the room sees of it, in one transaction."""
    rounds, each, writers = (2, 8, 4) if small else (30, 256, WRITERS)
    async with folder() as place:
        file = place / "gym.db"
        await make_gym(file, writers)
        commits = await _commits(file)
        alone, together = [await _pairs(_fresh(file, w), rounds, each, w) for w in (1, writers)]
    return [
        *_figures("one writer", alone, each, ("≥", 0.8)),
        *_figures(f"{writers} writers at once", together, each, ("≥", 3)),
        counted("transactions of a turn with one tool call, its message included", commits, goal=("≤", 5)),
    ]


def _figures(who: str, pairs: Sequence[tuple[Spent, Spent]], each: int, goal: tuple[str, float]) -> Iterator[Figure]:
    """Writes a second are what is promised; the processor's time is told beside them."""
    walls = [(each / ours.wall, each / floor.wall) for ours, floor in pairs]
    ours, reference = medians(walls)
    yield against(
        f"durable writes a second, {who}, against F", f"{ours:,.0f}", f"{reference:,.0f}", ratio_of(walls), goal
    )
    cpus = [(ours.cpu / each, floor.cpu / each) for ours, floor in pairs]
    mine, theirs = medians(cpus)
    yield against(f"CPU of one, {who}", ms(mine), ms(theirs), ratio_of(cpus))


async def _pairs(file: Path, rounds: int, each: int, writers: int) -> list[tuple[Spent, Spent]]:
    """Our writes and the floor's, in turn. The lanes are closed: messages are taken in and not answered."""
    pairs = []
    recorder = Recorder()
    async with opened(file, connection=recorder.connection()) as gym:
        await gym.desk.lanes.close()
        await _received(gym, 2 * writers, writers)
        recorder.take()
        floor = Floor(file, f"{writers}")
        for _ in range(rounds):
            ours = await spent(lambda: _received(gym, each, writers))
            written = [t.only_changes() for t in recorder.take() if t.writes]
            pairs.append((ours, await spent(lambda: floor.replay(written))))  # noqa: B023
        floor.close()
    return pairs


async def _received(gym: Open, messages: int, writers: int) -> None:
    """So many messages, shared among writers who each wait for their own to be durable before the next."""
    shares = [messages // writers + (n < messages % writers) for n in range(writers)]

    async def write(person: int, share: int) -> None:
        for _ in range(share):
            await gym.desk.receive(gym.incoming(person, WORDS))

    await asyncio.gather(*(write(p, s) for p, s in zip(gym.guests()[:writers], shares, strict=True)))


def _fresh(file: Path, number: int) -> Path:
    """A copy in which no message waits to be answered."""
    target = file.with_name(f"log{number}.db")
    copy(file, target)
    return target


async def _commits(file: Path) -> int:
    """Commits from the message to the end of its turn: the most of a write, its undo and a look."""
    moments: list[str] = []
    most = 0
    async with opened(file, moments.append) as gym:
        speaker = gym.coaches()[0]
        for words in itertools.chain(gym.coach_words(0), ("show timetable",)):
            moments.clear()
            await gym.say(speaker, words)
            await gym.desk.lanes.idle()
            most = max(most, moments.count("after"))
    return most
