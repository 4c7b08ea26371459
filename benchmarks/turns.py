"""What a turn of the rules model costs against its own transactions, and how many a core makes with 50 sessions at once."""

import asyncio
import itertools
import os
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.floor import Floor, Recorder, Transaction
from benchmarks.gym import ROUND, Open, folder, make_gym, mixed, opened
from benchmarks.report import Figure, against, counted, medians, ms, ratio_of, spent

SESSIONS = 50


async def measure(small: bool) -> list[Figure]:
    """Both figures, on one gym."""
    rounds, each = (2, ROUND) if small else (40, 4 * ROUND)
    sessions, turns = (4, 2) if small else (SESSIONS, 40)
    async with folder() as place:
        file = place / "gym.db"
        await make_gym(file, sessions)
        paired = await _against_floor(file, rounds, each)
        return [*paired, *await _at_once(file, sessions, turns)]


async def _against_floor(file: Path, rounds: int, each: int) -> list[Figure]:
    """Our turns and a plain loop over their transactions, in turn. The strict floor only writes; the other one also
    reads what we read."""
    strict: list[tuple[float, float]] = []
    reading: list[tuple[float, float]] = []
    made = 0
    recorder = Recorder()
    async with opened(file, connection=recorder.connection()) as gym:
        talk = mixed(gym, gym.guests(), gym.coaches())
        await _speak(gym, itertools.islice(talk, 3 * each))
        recorder.take()
        floors = Floor(file, "writes"), Floor(file, "reads")
        for _ in range(rounds):
            ours = await spent(lambda: _speak(gym, itertools.islice(talk, each)))
            recorded = recorder.take()
            writes = [t.only_changes() for t in recorded if t.writes]
            made += len(writes)
            strict.append((ours.cpu / each, await _replayed(floors[0], writes) / each))
            reading.append((ours.cpu / each, await _replayed(floors[1], recorded) / each))
        same = floors[0].rows() == floors[1].rows()
        for floor in floors:
            floor.close()
    if not same:
        raise AssertionError("the floor did not make the rows that we made")
    return [
        _paired("a turn with one tool call, CPU, against F", strict, ("≤", 4)),
        _paired("the same against F that also reads what we read", reading),
        counted("transactions in such a turn", made / rounds / each, goal=("≤", 5), digits=1),
    ]


def _paired(what: str, pairs: Sequence[tuple[float, float]], goal: tuple[str, float] | None = None) -> Figure:
    ours, reference = medians(pairs)
    return against(what, ms(ours), ms(reference), ratio_of(pairs), goal)


async def _replayed(floor: Floor, transactions: Sequence[Transaction]) -> float:
    return (await spent(lambda: floor.replay(transactions))).cpu


async def _speak(gym: Open, said: Iterator[tuple[int, str]]) -> None:
    for person, words in said:
        await gym.say(person, words)
    await gym.desk.lanes.idle()


async def _at_once(file: Path, sessions: int, turns: int) -> list[Figure]:
    """Sessions that all speak at the same time, each as soon as it has its answer, on one core."""
    with one_core():
        async with opened(file) as gym:
            speakers = [*gym.guests()[: max(1, sessions - 3)], *gym.coaches()[: min(3, sessions - 1)]]
            waits: list[float] = []
            await asyncio.gather(*(_session(gym, n, who, 1, []) for n, who in enumerate(speakers)))
            began = time.perf_counter()
            await asyncio.gather(*(_session(gym, n, who, turns, waits) for n, who in enumerate(speakers)))
            took = time.perf_counter() - began
    p50, p99 = statistics.median(waits), sorted(waits)[int(len(waits) * 0.99)]
    at_once = f"{len(speakers)} sessions at once on one core"
    return [
        counted(f"turns a second, {at_once}", len(waits) / took, goal=("≥", 100), digits=1),
        against(f"p99 against p50 of an answer, {at_once}", ms(p99), ms(p50), p99 / p50, ("≤", 10)),
    ]


async def _session(gym: Open, number: int, who: int, rounds: int, waits: list[float]) -> None:
    said = gym.coach_words(number) if who in gym.coaches() else gym.member_words(number)
    for words in itertools.chain.from_iterable(itertools.repeat(said, rounds)):
        began = time.perf_counter()
        await gym.say(who, words)
        waits.append(time.perf_counter() - began)


@contextmanager
def one_core() -> Iterator[None]:
    """Only one processor for this process and its threads, where the system lets us choose."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
