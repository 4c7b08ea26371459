"""A process that answers as the model APIs do, always the same: a tool call, then forty pieces of text; or sixty, slowly.

Usage: python -m benchmarks.standin. Prints its port. Under /paced sixty events take 300 ms; under /long as many seconds as
/pace was given last; elsewhere the two steps of a turn come at once. /asked is the longest request so far."""

import asyncio
import sys

from aiohttp import web

from tests.fakes.anthropic_server import AnthropicServer
from tests.fakes.model_answers import Say
from tests.fakes.model_server import as_sse
from tests.fakes.openai_server import ResponsesServer

CALL = Say("", [("book_class", {"session": "CrossFit tomorrow 18:00"})])
TEXT = Say("word " * 40, words_at_once=5)
LONG = Say("word " * 60, words_at_once=5)
PACED_S = 0.3


class Standin:
    """Both APIs with their answers ready as bytes."""

    def __init__(self) -> None:
        self.turn = 0
        self.asked = b""
        self.pace = 0.0
        body = {"model": "claude-sonnet-5-5", "messages": [], "input": []}
        self.answers = {
            name: [as_sse(server.events(body, say)) for say in (CALL, TEXT, LONG)]
            for name, server in (("messages", AnthropicServer()), ("responses", ResponsesServer()))
        }

    async def burst(self, request: web.Request) -> web.StreamResponse:
        """The two steps of a turn in turn, each event a write of its own."""
        response = await self._begin(request)
        self.turn += 1
        for event in self.answers[request.path.rpartition("/")[2]][(self.turn + 1) % 2]:
            await response.write(event)
        return response

    async def paced(self, request: web.Request) -> web.StreamResponse:
        """Sixty events as a model writes them."""
        return await self._slowly(request, PACED_S)

    async def long(self, request: web.Request) -> web.StreamResponse:
        """Sixty events at the pace that is set."""
        return await self._slowly(request, self.pace)

    async def _slowly(self, request: web.Request, seconds: float) -> web.StreamResponse:
        response = await self._begin(request)
        events = self.answers[request.path.rpartition("/")[2]][2]
        for event in events:
            await response.write(event)
            if seconds:
                await asyncio.sleep(seconds / len(events))
        return response

    async def set_pace(self, request: web.Request) -> web.Response:
        """How long an answer under /long takes from now on."""
        self.pace = float(request.query["seconds"])
        return web.Response()

    async def longest(self, request: web.Request) -> web.Response:
        """The longest request so far, to the byte."""
        return web.Response(body=self.asked)

    async def _begin(self, request: web.Request) -> web.StreamResponse:
        self.asked = max(self.asked, await request.read(), key=len)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        return response


async def serve() -> None:
    """Listen until the process is ended."""
    standin = Standin()
    app = web.Application(client_max_size=64 << 20)
    for api in ("messages", "responses"):
        app.router.add_post(f"/v1/{api}", standin.burst)
        app.router.add_post(f"/paced/v1/{api}", standin.paced)
        app.router.add_post(f"/long/v1/{api}", standin.long)
    app.router.add_get("/asked", standin.longest)
    app.router.add_get("/pace", standin.set_pace)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    sys.stdout.write(f"{runner.addresses[0][1]}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve())
