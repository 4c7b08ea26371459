"""What a language model's turn costs: ours against the SDKs' own low-level loop and their usual call, on one stand-in."""

import pickle
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import orjson

from benchmarks import streamed
from benchmarks.report import Figure, Spent, against, counted, medians, ms, ratio_of, spent
from core.agent.prompt import system_for
from core.agent.tools import Role, load
from core.agent.toolset import toolset
from core.chat import Place
from core.llm.anthropic.model import Claude
from core.llm.contract import Answered, Proposed, Request, Returned, Said, Stop, TextDelta, ToolSpec, Turnwise
from core.llm.openai.model import Gpt
from core.llm.wire import SLICE
from tests.fakes.model_answers import Say
from tests.llm.brains import NOW
from tests.llm.histories import Stand
from tests.llm.test_histories import check_mangled

TOOLS, ROUNDS, TURNS = 60, 7, 20
MANGLED = 20_000
REMEMBERED = 200
Work = Callable[[], Awaitable[object]]


@contextmanager
def standin() -> Iterator[str]:
    """A stand-in in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.standin"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.terminate()
        process.wait(10)


def tools_of(many: int) -> list[ToolSpec]:
    """So many tools in the prefix."""
    real = [replace(t, shelf="core") for t in toolset(load(), Place.PRIVATE, Role.OWNER)]
    return [replace(real[n % len(real)], name=f"{real[n % len(real)].name}_{n}") for n in range(many)]


def request(tools: Sequence[ToolSpec], history: Sequence[Turnwise] = ()) -> Request:
    """A request with so many tools and messages."""
    said = (*history, Said("book crossfit tomorrow evening"))
    return Request(said, tools, system_for(Place.PRIVATE), NOW, "Europe/Berlin", 4, {})


@dataclass
class Turn:
    """A turn of two steps: what a model answers first, and again with the result of its call."""

    model: Claude | Gpt
    asked: Request

    async def __call__(self) -> None:
        text, calls, raw = await self.step(self.asked)
        results = [Returned(call.id, "Booked.", True) for call in calls]
        messages = (*self.asked.messages, Answered(text, tuple(calls), "x", raw), *results)
        await self.step(replace(self.asked, messages=messages))

    async def step(self, asked: Request) -> tuple[str, list[Any], Any]:
        """One answer."""
        text, calls, raw = "", [], None
        async for event in self.model.stream(asked):
            if isinstance(event, TextDelta):
                text += event.text
            elif isinstance(event, Proposed):
                calls.append(event.call)
            elif isinstance(event, Stop):
                raw = event.raw
        return text, calls, raw


def low_level(kind: str, url: str, asked: Request) -> Work:
    """L: the SDK's own post with bytes that are ready, its events looked at and nothing else done."""
    body = Stand(kind).body(asked)
    client: Any
    stream_cls: Any
    if kind == "claude":
        from anthropic import AsyncAnthropic, AsyncStream

        client = AsyncAnthropic(api_key="sk", base_url=url, max_retries=0)
        path, stream_cls = "/v1/messages", AsyncStream[object]
    else:
        from openai import AsyncOpenAI
        from openai import AsyncStream as OpenAIStream

        client = AsyncOpenAI(api_key="sk", base_url=f"{url}/v1", max_retries=0)
        path, stream_cls = "/responses", OpenAIStream[object]
    headers = {"headers": {"Content-Type": "application/json"}}

    async def work() -> float:
        first = 0.0
        for _ in range(2):
            stream = await client.post(
                path, content=body, options=headers, cast_to=object, stream=True, stream_cls=stream_cls
            )
            async for event in stream:
                if not first and event["type"] in ("content_block_delta", "response.output_text.delta"):
                    first = time.perf_counter()
        return first

    return work


def usual(kind: str, url: str, asked: Request) -> Work:
    """The call of the SDK's documentation, with the same content."""
    body = orjson.loads(Stand(kind).body(asked))
    body.pop("stream")
    create: Any
    if kind == "claude":
        from anthropic import AsyncAnthropic

        create = AsyncAnthropic(api_key="sk", base_url=url, max_retries=0).messages.create
    else:
        from openai import AsyncOpenAI

        create = AsyncOpenAI(api_key="sk", base_url=f"{url}/v1", max_retries=0).responses.create

    async def work() -> None:
        for _ in range(2):
            async for _ in await create(**body, stream=True):
                pass

    return work


async def many(work: Work, turns: int) -> Spent:
    """So many turns one after the other."""

    async def all_of_them() -> None:
        for _ in range(turns):
            await work()

    return await spent(all_of_them)


async def pairs(ours: Work, reference: Work, turns: int, rounds: int) -> list[tuple[float, float]]:
    """CPU of a turn, ours beside the reference, in rounds that take turns."""
    await many(ours, 2)
    await many(reference, 2)
    found = []
    for _ in range(rounds):
        mine, other = await many(ours, turns), await many(reference, turns)
        found.append((mine.cpu / turns, other.cpu / turns))
    return found


def line(what: str, found: Sequence[tuple[float, float]], goal: tuple[str, float] | None) -> Figure:
    """One comparison of CPU."""
    ours, reference = medians(found)
    return against(what, ms(ours), ms(reference), ratio_of(found), goal)


async def measure(small: bool) -> list[Figure]:
    """Two-step turns, size of tools and history, streams, first words, memory, and mangled histories."""
    turns, rounds, many_mangled = (1, 1, 20) if small else (TURNS, ROUNDS, MANGLED)
    figures: list[Figure] = []
    with standin() as url:
        for kind in ("claude", "gpt"):
            figures += await _turns(kind, url, turns, rounds, 5 if small else 100)
            figures += await _streams(kind, url, 1 if small else 5, 1 if small else 5)
        figures += _memory(url, 2 if small else REMEMBERED, ["claude"] if small else list(_CONNECTS))
        figures += await streamed.measure(url, 1 if small else 10, 1 if small else 5)
    wrong = check_mangled([Stand(kind) for kind in ("claude", "gpt", "local")], 10_000, many_mangled)
    what = f"refused requests of {many_mangled} mangled histories for three APIs"
    return [*figures, counted(what, len(wrong), goal=("≤", 0))]


def _model(kind: str, url: str, pause: float = SLICE) -> Claude | Gpt:
    if kind == "claude":
        return Claude("claude-sonnet-5-5", "sk", base_url=url, pause=pause)
    return Gpt("gpt-6.1-terra", "sk", base_url=f"{url}/v1", pause=pause)


async def _turns(kind: str, url: str, turns: int, rounds: int, past: int) -> list[Figure]:
    asked = request(tools_of(TOOLS))
    model = _model(kind, url, pause=0)
    ours = Turn(model, asked)
    history: list[Turnwise] = []
    for n in range(past):
        history += [Said(f"message {n}"), await _answered(Turn(model, asked), n)]
    told = [
        line(
            f"two-step turn of {kind}, {TOOLS} tools, CPU, against the SDK's low-level loop (L)",
            await pairs(ours, low_level(kind, url, asked), turns, rounds),
            ("≤", 2.0),
        ),
        line(
            f"the same, against the SDK's usual call{'' if kind == 'gpt' else ' (to be read)'}",
            await pairs(ours, usual(kind, url, asked), max(1, turns // 4), rounds),
            ("≤", 0.25) if kind == "gpt" else None,
        ),
        line(
            f"{kind}: 100 tools against none",
            await pairs(Turn(model, request(tools_of(100))), Turn(model, request([])), turns, rounds),
            ("≤", 1.7),
        ),
        line(
            f"{kind}: {2 * past} messages of history against none",
            await pairs(Turn(model, request(asked.tools, history)), ours, turns, rounds),
            ("≤", 1.3),
        ),
    ]
    await model.close()
    return told


async def _answered(turn: Turn, number: int) -> Answered:
    """An answer in the provider's own form, as the log keeps it."""
    stand = Stand("claude" if isinstance(turn.model, Claude) else "gpt")
    stop = next(e for e in stand.answer(turn.asked, Say(f"answer {number}")) if isinstance(e, Stop))
    return Answered(f"answer {number}", (), "x", stop.raw)


async def _streams(kind: str, url: str, turns: int, rounds: int) -> list[Figure]:
    """An answer of sixty events over 300 ms: CPU in slices against every event by itself, and when its first word is there."""
    asked = request(tools_of(TOOLS))
    sliced, raw = _model(kind, f"{url}/paced"), low_level(kind, f"{url}/paced", asked)
    ours = Turn(sliced, asked)
    firsts = []
    for _ in range(max(3, turns)):
        began = time.perf_counter()
        mine = await _first(sliced.stream(asked)) - began
        began = time.perf_counter()
        firsts.append((mine, float(str(await raw())) - began))
    found = await pairs(ours, raw, turns, rounds)
    await sliced.close()
    return [
        line(f"{kind}: two answers of 60 events over 300 ms, CPU, read in slices, against L", found, ("≤", 2.0)),
        line(f"{kind}: time to the first word, against L", firsts, ("≤", 1.5)),
    ]


async def _first(events: AsyncIterator[Any]) -> float:
    first = 0.0
    async for event in events:
        if not first and isinstance(event, TextDelta):
            first = time.perf_counter()
    return first


# What each process runs: nothing is imported that its loop does not need.
_OURS = """
from dataclasses import replace
from core.llm.contract import Answered, Proposed, Returned, Stop
{connect}
async def step(asked):
    calls, raw = [], None
    async for event in model.stream(asked):
        if isinstance(event, Proposed):
            calls.append(event.call)
        elif isinstance(event, Stop):
            raw = event.raw
    return calls, raw
async def turn(given):
    calls, raw = await step(given)
    results = [Returned(call.id, 'Booked.', True) for call in calls]
    await step(replace(given, messages=(*given.messages, Answered('', tuple(calls), 'x', raw), *results)))
"""
_BARE = """
{connect}
async def turn(given):
    for _ in range(2):
        async for _ in await create(**given, stream=True):
            pass
"""
_CONNECTS = {
    "claude": (
        "from core.llm.anthropic.model import Claude; model = Claude('claude-sonnet-5-5', 'sk', base_url=url, pause=0)",
        "from anthropic import AsyncAnthropic; create = AsyncAnthropic(api_key='sk', base_url=url).messages.create",
    ),
    "gpt": (
        "from core.llm.openai.model import Gpt; model = Gpt('gpt-6.1-terra', 'sk', base_url=url + '/v1', pause=0)",
        "from openai import AsyncOpenAI; create = AsyncOpenAI(api_key='sk', base_url=url + '/v1').responses.create",
    ),
}
_RUN = """
import asyncio, pickle, re, sys
url, turns, given = sys.argv[1], int(sys.argv[2]), pickle.load(sys.stdin.buffer)
{loop}
async def all_of_them():
    for _ in range(turns):
        await turn(given)
asyncio.run(all_of_them())
print(re.search(r'VmRSS:\\s+(\\d+)', open('/proc/self/status').read())[1])
"""


def _memory(url: str, turns: int, kinds: Sequence[str]) -> list[Figure]:
    """What a process holds after so many two-step turns, ours beside the SDK's usual call with the same content."""
    asked, told = request(tools_of(TOOLS)), []
    for kind in kinds:
        ours, bare = _CONNECTS[kind]
        body = orjson.loads(Stand(kind).body(asked))
        body.pop("stream")
        mine = _rss(_OURS.format(connect=ours), url, turns, asked)
        other = _rss(_BARE.format(connect=bare), url, turns, body)
        what = f"{kind}: memory of a process after {turns} two-step turns, against the bare SDK"
        told.append(against(what, f"{mine:.0f} MB", f"{other:.0f} MB", mine / other))
    return told


def _rss(loop: str, url: str, turns: int, given: object) -> float:
    """Megabytes that a process holds which has run a loop in it so often."""
    command = [sys.executable, "-c", _RUN.format(loop=loop), url, str(turns)]
    ran = subprocess.run(command, input=pickle.dumps(given), capture_output=True, check=True)
    return int(ran.stdout) / 1024
