"""Goal 4 for the whole bot: a streamed answer of sixty events on the page's way, against a raw bot that keeps its messages."""

import asyncio
import json
import sqlite3
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web

from adapters.web.limits import Pace
from benchmarks.report import Figure, against, medians, ms, ratio_of
from core.agent.budget import Limits
from core.store.database import PRAGMAS
from tests.conftest import make_tables
from tests.ladder_house import rigged
from tests.llm.brains import request
from tests.llm.histories import Stand
from tests.web.conftest import Surface, served

WHO = "mia"
Followed = Callable[[int], Awaitable[tuple[float, list[float]]]]


async def measure(url: str, turns: int, rounds: int) -> list[Figure]:
    """CPU of an answer and seconds to its first word, ours beside the raw bot, in rounds that take turns."""
    async with AsyncExitStack() as stack:
        ours = await stack.enter_async_context(_whole(url))
        raw = await stack.enter_async_context(_raw(url))
        await ours(2)
        await raw(2)
        found = [(await ours(turns), await raw(turns)) for _ in range(rounds)]
    cpu = [(mine[0], other[0]) for mine, other in found]
    first = [pair for mine, other in found for pair in zip(mine[1], other[1], strict=True)]
    return [
        _line("web: an answer of 60 events over 300 ms, CPU of the whole bot, against a raw durable bot", cpu, 2.0),
        _line("web: time to the first word on the page, against the raw bot (to be read)", first, None),
    ]


def _line(what: str, found: list[tuple[float, float]], most: float | None) -> Figure:
    ours, reference = medians(found)
    return against(what, ms(ours), ms(reference), ratio_of(found), ("≤", most) if most else None)


@asynccontextmanager
async def _whole(url: str) -> AsyncIterator[Followed]:
    """Whistle with a language model, on a real port."""
    from core.llm.anthropic.model import Claude

    model = Claude("claude-sonnet-5-5", "sk", base_url=f"{url}/paced")
    with tempfile.TemporaryDirectory() as place:
        database = f"sqlite+aiosqlite:///{Path(place) / 'gym.db'}"
        await make_tables(database)
        async with rigged(database, Limits(member_hour=9999, member_day=9999), [model]) as rig:
            one = Surface(rig.house, Path(place), Pace(burst=9999))
            async with served(one, WHO):
                yield lambda turns: _followed(f"http://127.0.0.1:{one.web.port}", one.token(WHO), turns)
            await one.web.stop()
    await model.close()


@asynccontextmanager
async def _raw(url: str) -> AsyncIterator[Followed]:
    """The least that answers durably: a message committed, the SDK's own events passed on, the answer committed."""
    from anthropic import AsyncAnthropic, AsyncStream

    client = AsyncAnthropic(api_key="sk", base_url=f"{url}/paced", max_retries=0)
    body = Stand("claude").body(request())
    options: Any = {"headers": {"Content-Type": "application/json"}}

    async def answer(asked: web.Request) -> web.StreamResponse:
        said = (await asked.json())["message"]
        with db:
            db.execute("insert into log (kind, body) values ('said', ?)", (said,))
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(asked)
        words = ""
        stream: Any = await client.post(
            "/v1/messages", content=body, options=options, cast_to=object, stream=True, stream_cls=AsyncStream[object]
        )
        async for event in stream:
            if event["type"] == "content_block_delta":
                words += event["delta"]["text"]
                await response.write(
                    b"event: delta\ndata: %b\n\n" % json.dumps({"text": event["delta"]["text"]}).encode()
                )
        with db:
            db.execute("insert into log (kind, body) values ('answered', ?)", (words,))
        await response.write(b"event: done\ndata: {}\n\n")
        return response

    with tempfile.TemporaryDirectory() as place:
        db = sqlite3.connect(Path(place) / "raw.db")
        for pragma in PRAGMAS:
            db.execute(pragma if pragma.upper().startswith("PRAGMA") else f"PRAGMA {pragma}")
        db.execute("create table log (id integer primary key, kind text, body text)")
        app = web.Application()
        app.router.add_post("/agent/stream", answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield lambda turns: _followed(f"http://127.0.0.1:{runner.addresses[0][1]}", "none", turns)
        await runner.cleanup()
        db.close()
    await client.close()


async def _followed(url: str, token: str, turns: int) -> tuple[float, list[float]]:
    """So many answers, followed from another process: this process's CPU for each, and the seconds to each first word."""
    command = [sys.executable, "-m", "benchmarks.follower", url, token, str(turns)]
    began = time.process_time()
    client = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    told, _ = await client.communicate()
    return (time.process_time() - began) / turns, json.loads(told)
