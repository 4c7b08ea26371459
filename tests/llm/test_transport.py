"""How requests are carried: a key goes nowhere else, faults of the network have one name, connections are used again."""

import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from core.llm.anthropic.model import Claude
from core.llm.contract import Permanent, Retryable, Said
from tests.fakes.anthropic_server import AnthropicServer
from tests.fakes.model_answers import Say
from tests.fakes.model_server import as_sse
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
