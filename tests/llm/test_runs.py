"""What a message repeats without end costs next to nothing to read, and is read as if it were said once."""

import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

import pytest

from core.agent.reference import Focus
from core.clock import to_local
from core.llm.contract import Request, Said
from core.llm.phrases.runs import without_runs
from core.llm.rules import Understood, understand
from tests.utterances.score import OneGym

AT = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
USUAL = "can you please book me into the 6pm crossfit on friday, my knee is fine again"
MANY = 3900
# What a long run may cost, in sentences of the usual kind.
MOST = 100.0
Read = Callable[[str], Understood]


@pytest.fixture
async def read() -> AsyncIterator[Read]:
    """The rules as a coach of the demo gym is read."""
    async with OneGym(None) as gyms:
        desk = await gyms.desk(AT)
        now = to_local(AT, "Europe/Berlin")
        async with desk.store.read() as db:
            readers = await desk.names.readers(db, 1, Focus(), now, 2)
        tools = desk.executor.specs.of(2)
        yield lambda words: understand(words, Request([Said(words)], tools, "", now, "Europe/Berlin", 2, readers))


def seconds(read: Read, words: str) -> float:
    """The least that reading a text takes, of a few times."""
    took = []
    for number in range(3):
        begun = time.process_time()
        read(words + "!" * number)
        took.append(time.process_time() - begun)
    return min(took)


REPEATED = (
    *((" ", "\t", "\n", " \n", "\u00a0", "!", "?", ".", ",", "-", "–", "_", "…", "\"", "(", "&", "'", "0", "7", "a", "x")),
    *("🙂", "💪🏽", "! ", "a ", "a b ", "1 2 ", "6pm ", "please ", "monday ", "and ", "yoga, ", "6pm to 7pm "),
    *("no, sorry ", "a!\n "),
)  # fmt: skip


async def test_long_runs_are_read_in_no_time(read: Read) -> None:
    """Blanks, signs, letters, digits, words and pairs of words, each nearly as often as a message may have characters."""
    usual, slow = max(seconds(read, USUAL) for _ in range(3)), {}
    for unit in REPEATED:
        took = seconds(read, "monday " + unit * (MANY // len(unit)))
        if took > MOST * usual:
            slow[unit] = (round(1000 * usual), round(1000 * took))
    assert not slow


async def test_a_figure_without_end_is_no_figure(read: Read) -> None:
    """It is read as a word that nobody knows."""
    assert not any(call.args.get("spots") for call in read("set yoga thursday to " + "13579" * 3 + "8" * 400).calls)


async def test_a_command_is_found_through_long_runs(read: Read) -> None:
    """Whatever stands around its words and between them."""
    plain = read("cancel yoga on thursday").calls
    assert plain
    assert read("cancel" + " " * 2000 + "yoga on" + " \t" * 20 + "thursday" + "!" * 1500).calls == plain


def test_what_is_said_a_few_times_stays_as_typed() -> None:
    """Lines stay lines, and free text keeps what people usually repeat."""
    typed = "Cindy:  5 pull-ups\n\n10 push-ups\n----------\nha ha ha!!!!! soooooo good"
    assert without_runs(typed) == typed
    assert without_runs("a\tb\n\n\n\nc    d") == "a\tb\n\n\n\nc    d"
    assert without_runs("a" + "\n" * 40 + "b") == "a\n\nb"
    assert without_runs("a" + " " * 40 + "b") == "a b"
