"""How requests are carried: a key goes nowhere else, faults of the network have one name, connections are used again."""

import contextlib
import gzip
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
from aiohttp import web

from core.llm.anthropic.model import Claude
from core.llm.contract import Model, Permanent, Retryable, Said
from core.llm.failover import UNREACHABLE
from core.llm.openai.model import Gpt
from tests.fakes.anthropic_server import AnthropicServer
from tests.fakes.model_answers import Say
from tests.fakes.model_server import as_sse
from tests.ladder_house import CLAUDE, GPT, rigged
from tests.llm.brains import ask, pair, request


@asynccontextmanager
async def site(handler: Any) -> AsyncIterator[str]:
    """A server that answers every POST as it likes."""
    app = web.Application()
    app.router.add_post("/{tail:.*}", handler)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def test_a_redirect_is_not_followed() -> None:
    """Whoever answers for the API cannot send the key on."""

    async def elsewhere(_: web.Request) -> web.Response:
        raise web.HTTPTemporaryRedirect(server.url + "/v1/messages")

    async with AnthropicServer(Say("Stolen.")) as server, site(elsewhere) as url:
        model = Claude("claude-sonnet-5-5", "sk-test", base_url=url, pause=0)
        heard = await ask(model, request(Said("hi")))
        await model.close()
        assert server.requests == []
    assert type(heard.error) is Permanent


async def test_a_server_that_is_not_there_may_be_there_later() -> None:
    """No connection is a fault of its own name: nothing was sent and nothing can have been charged."""
    model = Claude("claude-sonnet-5-5", "sk-test", base_url="http://127.0.0.1:9", pause=0)
    heard = await ask(model, request(Said("hi")))
    await model.close()
    assert type(heard.error) is Retryable
    assert (heard.error.code, heard.error.status) == ("connection", 0)


@asynccontextmanager
async def deaf() -> AsyncIterator[str]:
    """A server whose door is full: nobody gets as far as a connection."""
    with socket.socket() as door, contextlib.ExitStack() as waiting:
        door.bind(("127.0.0.1", 0))
        door.listen(0)
        for _ in range(3):
            guest = waiting.enter_context(socket.socket())
            guest.setblocking(False)
            guest.connect_ex(door.getsockname())
        yield f"http://127.0.0.1:{door.getsockname()[1]}"


@asynccontextmanager
async def hurried(url: str) -> AsyncIterator[tuple[Model, ...]]:
    """Models that wait for a connection no longer than a moment."""
    claude, gpt = Claude("claude-sonnet-5-5", "sk", base_url=url, pause=0), Gpt("gpt-6.1-terra", "sk", base_url=url)
    claude.client.timeout = gpt.connection.client.timeout = httpx2.Timeout(200, connect=0.05)
    yield claude, gpt
    await claude.close()
    await gpt.close()


async def test_a_connection_that_does_not_come_about_in_time_is_no_late_answer() -> None:
    """Nothing was sent; it is not a silence of a provider that may be working."""
    async with deaf() as url, hurried(url) as models:
        for model in models:
            error = (await ask(model, request(Said("hi")))).error
            assert type(error) is Retryable
            assert (error.code, error.status) == ("connect", 0)


async def test_a_call_that_reached_nobody_costs_nothing(sqlite: str) -> None:
    """Nor is it repeated, as everybody would wait ten seconds each time; the rules answer, and nothing was spent."""
    async with deaf() as url, hurried(url) as models, rigged(sqlite, models=models) as rig:
        assert UNREACHABLE in (await rig.say("mia", "I would love something soft for my nephew"))[0]
        called = await rig.rows("select model, outcome, cost_usd_micros from model_calls where model != '' order by id")
    assert called == [(CLAUDE, "connect", 0), (GPT, "connect", 0)]


@asynccontextmanager
async def hanging_up() -> AsyncIterator[str]:
    """A server that takes a request and hangs up without a word."""

    async def hang_up(asked: web.Request) -> web.Response:
        await asked.read()
        assert asked.transport is not None
        asked.transport.abort()
        return web.Response()

    async with site(hang_up) as url:
        yield url


async def test_a_connection_that_breaks_once_a_request_is_sent_has_a_name_of_its_own_and_its_cost(sqlite: str) -> None:
    """The provider may have worked for it: what was sent is booked, each time that it was."""
    async with hanging_up() as url, hurried(url) as models, rigged(sqlite, models=models) as rig:
        assert UNREACHABLE in (await rig.say("mia", "I would love something soft for my nephew"))[0]
        called = await rig.rows(
            "select model, outcome, tokens_in > 500, cost_usd_micros > 0 from model_calls where model != '' order by id"
        )
    assert called == [(CLAUDE, "disconnected", True, True)] * 3 + [(GPT, "disconnected", True, True)] * 3


async def test_a_compressed_stream_is_read() -> None:
    """A proxy may compress what it passes on."""
    server = AnthropicServer()

    async def compressed(asked: web.Request) -> web.Response:
        events = b"".join(as_sse(server.events(await asked.json(), Say("Small."))))
        headers = {"Content-Encoding": "gzip", "Content-Type": "text/event-stream"}
        return web.Response(body=gzip.compress(events), headers=headers)

    async with site(compressed) as url:
        model = Claude("claude-sonnet-5-5", "sk-test", base_url=url, pause=0)
        heard = await ask(model, request(Said("hi")))
        await model.close()
    assert heard.error is None
    assert heard.text == "Small."


async def test_a_connection_is_used_again_after_an_answer() -> None:
    """The last bytes of a stream are read, so that the next request needs no new connection."""
    async with pair("claude", *(Say(f"Answer {n}.") for n in range(5))) as (model, server):
        for n in range(5):
            assert (await ask(model, request(Said(f"message {n}")))).text == f"Answer {n}."
        assert len(set(server.peers)) == 1
