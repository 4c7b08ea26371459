"""The web adapter: one server for the chat page and the HTTP API, inside of the program's own event loop."""

import asyncio
import contextlib
import socket
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from adapters.contract import Limits
from adapters.web import front, own, problems, talk
from adapters.web.gate import Gate
from adapters.web.limits import WEB, Pace
from adapters.web.pace import Paces
from adapters.web.state import State
from core.desk import Desk

GRACE_S = 5
ERRORS: dict[int | str, dict[str, Any]] = {
    400: {"model": problems.ErrorAnswer, "description": "Empty, malformed, or for another host."},
    401: {"model": problems.ErrorAnswer, "description": "Not signed in."},
    403: {"model": problems.ErrorAnswer, "description": "Not allowed."},
    404: {"model": problems.ErrorAnswer, "description": "Not there, or somebody else's."},
    409: {"model": problems.ErrorAnswer, "description": "Collides with what is under way."},
    413: {"model": problems.ErrorAnswer, "description": "Too large."},
    429: {"model": problems.ErrorAnswer, "description": "Too fast."},
}


class WebAdapter:
    """Serves the page and the API of a desk. Stop it before the desk: open streams end, nothing new is taken."""

    name = "web"
    limits: Limits = WEB

    def __init__(
        self,
        desk: Desk,
        *,
        host: str,
        port: int,
        secret: bytes,
        data_dir: Path,
        allowed_hosts: Iterable[str] = (),
        pace: Pace | None = None,
    ) -> None:
        self.host = host
        self.port = port
        self._state = State(desk, secret, data_dir, Paces(desk.clock, pace or Pace()))
        self.app = application(self._state, (*allowed_hosts, *_named(host)))
        self._server: _Server | None = None
        self._serving: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Listen; returns once requests are answered. A port of 0 becomes one that is free."""
        self._state.stopping.clear()
        listening = await asyncio.to_thread(_listen, self.host, self.port)
        self.port = listening.getsockname()[1]
        config = uvicorn.Config(
            self.app,
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            lifespan="off",
            timeout_graceful_shutdown=GRACE_S,
        )
        self._server = _Server(config)
        self._serving = asyncio.create_task(self._server.serve(sockets=[listening]))
        up = asyncio.ensure_future(self._server.up.wait())
        await asyncio.wait({up, self._serving}, return_when=asyncio.FIRST_COMPLETED)
        up.cancel()
        if self._serving.done():
            self._serving.result()

    async def stop(self) -> None:
        """End the open streams, let short requests finish, and take nothing more."""
        self._state.stopping.set()
        if self._server is not None and self._serving is not None:
            self._server.end()
            await self._serving
        self._server = self._serving = None


class _Server(uvicorn.Server):
    """Uvicorn as a part of a program that handles its signals itself."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()
        self._ending = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()

    async def main_loop(self) -> None:
        """No tick ten times a second, which would be most of what idling costs: it would only set default headers, and the
        gate sets them all."""
        await self._ending.wait()

    def end(self) -> None:
        """Take nothing more and finish what is open."""
        self.should_exit = True
        self._ending.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _named(host: str) -> tuple[str, ...]:
    """The host name that was configured to listen on, unless it stands for every address."""
    return () if host in ("", "0.0.0.0", "::") else (host,)


def _listen(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listening = socket.socket(family, kind, protocol)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(1024)
    except OSError:
        listening.close()
        raise
    return listening


def application(state: State, allowed_hosts: Iterable[str]) -> FastAPI:
    """The routes behind the gate."""
    app = FastAPI(
        title="Whistle",
        summary="The coach's whistle in a gym's chat.",
        version="0.1.0",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        responses=ERRORS,
    )
    app.state.whistle = state
    problems.install(app)
    for router in (talk.router, own.router, front.router):
        app.include_router(router)
    app.mount("/page", StaticFiles(directory=front.PAGE), name="page")
    app.add_middleware(Gate, secret=state.secret, clock=state.desk.clock, allowed_hosts=tuple(allowed_hosts))
    return app
