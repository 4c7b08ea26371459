"""Any history, however it was cut, becomes a request that each API takes; and a cut answer becomes no call at all."""

import asyncio
import random
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import orjson
import pytest

from core.llm.contract import (
    Answered,
    BrokenOff,
    Event,
    ModelError,
    Proposed,
    Raw,
    Returned,
    Said,
    Stop,
    ToolCall,
    Turnwise,
)
from core.llm.openai.chat_asking import conversation, message_of
from core.llm.replay import NO_RESULT, Heard, Told, replayed
from core.llm.wire import Reading, read
from tests.fakes.model_answers import Rejected, Say
from tests.fakes.model_server import as_sse
from tests.llm.brains import KINDS, request
from tests.llm.histories import Histories, Stand

MANGLED, AT_ONCE, STREAMS = 2_000, 500, 200


@pytest.fixture(scope="module")
def stands() -> list[Stand]:
    """Every provider without its network."""
    return [Stand(kind) for kind in KINDS]


def check_mangled(stands: list[Stand], first: int, many: int) -> list[str]:
    """What the APIs refuse of so many mangled histories."""
    wrong = []
    for seed in range(first, first + many):
        history = Histories(seed, stands).mangled()
        for stand in stands:
            try:
                stand.check(request(*history))
            except Rejected as reason:
                wrong.append(f"seed {seed}, {stand.kind}: {reason}")
    return wrong


@pytest.mark.parametrize("first", range(0, MANGLED, AT_ONCE))
def test_mangled_histories_are_valid_for_every_provider(stands: list[Stand], first: int) -> None:
    """Cut at any place, doubled, shuffled, with damaged answers: of two thousand no API refuses what is made of it."""
    assert check_mangled(stands, first, AT_ONCE) == []


def test_a_history_that_took_place_is_sent_as_a_longer_one_begins(stands: list[Stand]) -> None:
    """What stands before an answer never depends on what comes after."""
    for seed in range(60):
        history = Histories(seed, stands).true()
        whole = replayed(history)
        for length in range(1, len(history)):
            part = replayed(history[:length])
            settled = [step for step in part[:-1] if isinstance(step, Told)]
            assert settled == [step for step in whole if isinstance(step, Told)][: len(settled)]


def test_every_call_is_answered_once_and_at_once(stands: list[Stand]) -> None:
    """Answers and what was heard alternate, and what is heard after an answer begins with the results of its calls."""
    for seed in range(100):
        steps = replayed(Histories(seed, stands).mangled())
        assert [type(s) for s in steps] == [(Heard, Told)[n % 2] for n in range(len(steps))]
        assert isinstance(steps[-1], Heard)
        for told, heard in zip(steps[1::2], steps[2::2], strict=True):
            assert isinstance(told, Told)
            assert isinstance(heard, Heard)
            assert [r.call_id for r in heard.results] == [c.id for c in told.calls]


def test_a_call_without_a_result_is_told_as_not_done() -> None:
    """A crash between a call and its result leaves no hole, and a result without its call is left out."""
    called = Answered("", (ToolCall("t1", "book_class", {}),), "rules")
    assert replayed([Said("hi"), called])[-1] == Heard([Returned("t1", NO_RESULT, False)])
    assert replayed([Said("hi"), Returned("nobody", "x", True)]) == [Heard(texts=["hi"])]
    late = replayed([Said("hi"), called, Answered("So?", (), "rules"), Returned("t1", "Booked.", True)])
    assert late[-1] == Heard(texts=["Result of an earlier call: Booked."])


class _Bytes(httpx2.AsyncByteStream):
    """A body that ends where it is told to."""

    def __init__(self, *pieces: bytes) -> None:
        self._pieces = pieces

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            yield piece


async def heard_of(reading: Reading, *pieces: bytes) -> tuple[list[Event], ModelError | None]:
    """What is heard of a body, and the error that it ends in."""
    heard: list[Event] = []
    try:
        async for event in read(httpx2.Response(200, stream=_Bytes(*pieces)), reading, "x", asyncio.sleep, 0):
            heard.append(event)
    except ModelError as error:
        return heard, error
    return heard, None


@pytest.mark.parametrize("kind", KINDS)
async def test_a_stream_cut_at_any_event_runs_no_tool(kind: str, stands: list[Stand]) -> None:
    """200 answers, each ended after every one of its events and once in the middle of one: nothing is proposed."""
    stand = next(s for s in stands if s.kind == kind)
    chance = random.Random(kind)
    asked = request(Said("book"))
    cuts = 0
    for _ in range(STREAMS):
        calls = [(chance.choice(("book_class", "list_bookings")), {"session": "CrossFit " * chance.randint(0, 3)})]
        calls *= chance.randint(1, 3)
        say = Say("Right away. " * chance.randint(0, 3), calls, "thinking " * chance.randint(0, 2), words_at_once=9)
        body: dict[str, Any] = {
            "model": "claude-sonnet-5-5" if kind == "claude" else "gpt-6.1-terra",
            "messages": [],
            "input": [],
        }
        pieces = as_sse(stand.server.events(body, say))
        last = next(n for n, piece in enumerate(pieces) if b"message_stop" in piece or b"response.completed" in piece
                    or b'"finish_reason":"' in piece)  # fmt: skip
        for end in range(last + 1):
            part = b"".join(pieces[:end])
            if end % 5 == 0:
                part += pieces[end][: chance.randrange(len(pieces[end]) - 2)]
            reading = stand.reading(asked)
            heard, error = await heard_of(reading, part)
            assert isinstance(error, BrokenOff)
            assert not any(isinstance(e, Proposed | Stop) for e in heard)
            cuts += 1
        reading = stand.reading(asked)
        whole, error = await heard_of(reading, *pieces)
        assert error is None
        assert sum(isinstance(e, Proposed) for e in whole) == len(calls)
    assert cuts > STREAMS * 8


def test_calls_that_a_server_numbers_anew_in_every_answer_have_ids_of_their_own() -> None:
    """In the conversation that is sent back each id stands for one call, and each result says whose it is."""
    said: list[Turnwise] = [Said("hi")]
    for turn in (1, 2):
        calls = [("call_0", "list_bookings", "{}"), ("call_0", "show_timetable", "{}")][: 3 - turn]
        raw: Raw = {"api": "chat", "model": "llama-4", "content": message_of("", calls).decode()}
        made = tuple(ToolCall(f"t{turn}-{n}", name, {}) for n, (_, name, _) in enumerate(calls))
        said += [Answered("", made, "local/llama-4", raw), *(Returned(c.id, f"of {c.id}", True) for c in made)]
    sent = [orjson.loads(piece) for piece in conversation(request(*said, Said("so?")))]
    ids = [call["id"] for message in sent for call in message.get("tool_calls") or ()]
    assert len(set(ids)) == len(ids) == 3
    assert [m["tool_call_id"] for m in sent if m["role"] == "tool"] == ids
    assert ids[2] == "call_0"
