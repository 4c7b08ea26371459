"""A stand-in for a provider's HTTP side: takes requests as strictly as the real one, and streams what it is told to say."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Self

import orjson
from aiohttp import web

from tests.fakes.model_answers import Brain, Fault, Rejected, Say, Step
from tests.fakes.prompt_cache import Counted


class ModelServer:
    """Listens on a free port of this machine. It answers by its script, and when that is used up by its brain. What it
    was sent is kept: `requests` parsed, `bodies` to the byte; `rejected` are the reasons of its 400s, and of a 500 where it
    was asked once more than its script goes; `counted` what its cache read and wrote, `peers` who asked."""

    path = "/"
    chunk = 1 << 30
    # How many tokens the model behind it reads, four bytes each; none for as many as come.
    window: int | None = None

    def __init__(self, *script: Step, brain: Brain | None = None) -> None:
        self.script = list(script)
        self.brain = brain
        self.requests: list[dict[str, Any]] = []
        self.bodies: list[bytes] = []
        self.headers: list[Mapping[str, str]] = []
        self.rejected: list[str] = []
        self.counted: list[Counted] = []
        self.peers: list[object] = []
        self.stalled = asyncio.Event()
        self.url = ""
        self._released = asyncio.Event()

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=64 << 20)
        app.router.add_post(self.path, self._answer)
        app.router.add_get("/{tail:.*}", self._models)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._released.set()
        await self._runner.cleanup()

    # -- what a provider fills in ---------------------------------------------------------------------------------

    def check(self, body: dict[str, Any], headers: Mapping[str, str]) -> None:
        """Refuse what the real API refuses."""

    def events(
        self, body: dict[str, Any], say: Say, broken_arguments: bool = False
    ) -> list[tuple[str, dict[str, Any]]]:
        """The whole stream of an answer."""
        raise NotImplementedError

    def error(self, status: int, code: str, words: str) -> dict[str, Any]:
        """The body of an error."""
        raise NotImplementedError

    def too_long(self, tokens: int) -> dict[str, Any]:
        """The body of the error for more than the model reads."""
        raise NotImplementedError

    def error_event(self, code: str) -> tuple[str, dict[str, Any]]:
        """An error inside of a stream."""
        raise NotImplementedError

    last_words = b""

    # -- how it answers -------------------------------------------------------------------------------------------

    async def _models(self, request: web.Request) -> web.Response:
        if "wrong" in request.headers.get("authorization", ""):
            return web.json_response(self.error(401, "authentication_error", "invalid key"), status=401)
        return web.json_response({"id": request.path.rpartition("/")[2], "type": "model", "object": "model"})

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        body: dict[str, Any] = orjson.loads(raw)
        self.bodies.append(raw)
        self.requests.append(body)
        self.headers.append(dict(request.headers))
        self.peers.append(request.transport.get_extra_info("peername") if request.transport else None)
        if "wrong" in request.headers.get("authorization", ""):
            return web.json_response(self.error(401, "authentication_error", "invalid key"), status=401)
        try:
            self.check(body, {k.casefold(): v for k, v in request.headers.items()})
        except Rejected as reason:
            self.rejected.append(str(reason))
            return web.json_response(self.error(400, "invalid_request_error", str(reason)), status=400)
        if self.window is not None and len(raw) // 4 > self.window:
            return web.json_response(self.too_long(len(raw) // 4), status=400)
        step = self._next(body)
        if step is None:
            self.rejected.append("asked again after the script's end")
            return web.json_response(self.error(500, "api_error", self.rejected[-1]), status=500)
        if isinstance(step, Fault) and step.kind == "status":
            told = self.error(step.status, step.code, "as the script says")
            return web.json_response(told, status=step.status, headers=dict(step.headers))
        if isinstance(step, Fault) and step.kind == "silence":
            self.stalled.set()
            await self._released.wait()
        return await self._stream(request, body, step)

    def _next(self, body: dict[str, Any]) -> Step | None:
        if self.script:
            return self.script.pop(0)
        return self.brain(body) if self.brain else None

    async def _stream(self, request: web.Request, body: dict[str, Any], step: Step) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-cache"})
        await response.prepare(request)
        with contextlib.suppress(ConnectionError):
            async for piece in self._pieces(body, step):
                await response.write(piece)
            if isinstance(step, Fault) and step.kind == "cut" and request.transport is not None:
                request.transport.abort()
            else:
                await response.write_eof()
        return response

    async def _pieces(self, body: dict[str, Any], step: Step) -> AsyncIterator[bytes]:
        if isinstance(step, Say):
            yield b"".join(as_sse(self.events(body, step))) + self.last_words
            return
        say = Say() if step.kind == "empty" else step.answer
        events = self.events(body, say, broken_arguments=step.kind == "arguments")
        if step.kind in ("arguments", "empty"):
            yield b"".join(as_sse(events)) + self.last_words
            return
        yield b"".join(as_sse(events[: step.after]))
        if step.kind == "error":
            yield b"".join(as_sse([self.error_event(step.code)]))
        if step.kind == "garbage":
            yield b"event: content_block_delta\ndata: {not json\n\n"
        if step.kind == "stall":
            self.stalled.set()
            await self._released.wait()


def as_sse(events: Sequence[tuple[str, Mapping[str, Any]]]) -> list[bytes]:
    """Events as they go over the wire; one without a name has data only."""
    return [
        (f"event: {name}\n".encode() if name else b"") + b"data: " + orjson.dumps(data) + b"\n\n"
        for name, data in events
    ]
