"""A Bot API server on the wire, with the semantics that matter: offsets that forget, one poller at a time, webhooks with a
secret, allowances, and answers that get lost after the work was done."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from aiohttp import web

from core.clock import Clock, SetClock
from tests.fakes.telegram_checks import Allowance, Rejected
from tests.fakes.telegram_methods import Methods, read
from tests.fakes.telegram_world import Json, World

TOKEN = "7000001:AAtest-token-that-must-never-be-logged"
SENDS = ("sendMessage", "sendPhoto", "sendDocument", "sendMediaGroup")
LOST, CUT, BROKEN, REFUSE = "done, then lost", "cut before", "not json", "refused"


@dataclass(frozen=True)
class Call:
    """One request as the server saw it; `code` is 0 where nobody got an answer."""

    at: datetime
    method: str
    params: Json
    code: int
    result: Any = None


@dataclass
class Fault:
    """What happens to the next calls of a method (or of any): see the four kinds; `times` at most."""

    kind: str
    method: str | None = None
    times: int = 1
    chat: int | None = None
    error: Rejected | None = None


@dataclass
class TelegramServer:
    """The server. `world` holds people and chats, `calls` everything that was asked of it. While `gate` is not set, nothing
    is answered."""

    clock: Clock
    token: str = TOKEN
    world: World = field(init=False)
    allowance: Allowance = field(init=False)
    methods: Methods = field(init=False)
    calls: list[Call] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    polls: int = 0
    conflicts: int = 0
    down: bool = False
    keep_calls: bool = True
    conflict_after_s: float = 3.0
    port: int = 0
    sent: asyncio.Event = field(default_factory=asyncio.Event)
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.gate.set()
        self.world = World(self.clock)
        self.allowance = Allowance(self.clock)
        self.methods = Methods(self.world, self.allowance)
        self._poller: asyncio.Future[None] | None = None
        self._runner: web.AppRunner | None = None
        self._hook: asyncio.Task[None] | None = None

    # -- running --------------------------------------------------------------------------------------------

    async def start(self, port: int = 0) -> None:
        """Listen on a free port, or on one that was used before."""
        app = web.Application(client_max_size=64 * 2**20)
        app.router.add_route("*", "/bot{token}/{method}", self._answer)
        app.router.add_get("/file/bot{token}/{path:.*}", self._download)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port or self.port)
        await site.start()
        self.port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]

    async def stop(self) -> None:
        """Stop listening."""
        if self._poller and not self._poller.done():
            self._poller.set_result(None)
        if self._hook:
            self._hook.cancel()
        if self._runner:
            await self._runner.cleanup()

    @property
    def url(self) -> str:
        """What goes into the setting api_url."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def polling(self) -> bool:
        """Whether somebody holds a poll open."""
        return self._poller is not None and not self._poller.done()

    # -- what tests ask -------------------------------------------------------------------------------------

    def of(self, *methods: str) -> list[Call]:
        """The calls of some methods."""
        return [c for c in self.calls if c.method in methods]

    def texts(self, chat: int) -> list[str]:
        """What the bot's messages in a chat say now."""
        return [m.get("text") or m.get("caption") or "" for m in self.world.chats[chat].sent()]

    def last(self, chat: int) -> Json:
        """The bot's newest message in a chat."""
        return self.world.chats[chat].sent()[-1]

    async def until(self, found: Any, seconds: float = 60.0) -> Any:
        """Wait until something is found; looked for after each call that is answered and each poll that
        begins."""
        async with asyncio.timeout(seconds):
            while not (value := found()):
                self.sent.clear()
                await self.sent.wait()
        return value

    async def passing(self, found: Any, by: float = 1.0, turns: int = 40) -> Any:
        """Let time pass on a clock that is moved until something is found, with room for the line between the steps."""
        assert isinstance(self.clock, SetClock)
        async with asyncio.timeout(60):
            while True:
                for _ in range(turns):
                    if value := found():
                        return value
                    await asyncio.sleep(0)
                self.clock.move(timedelta(seconds=by))

    def fail(self, kind: str, method: str | None = None, times: int = 1, **more: Any) -> None:
        """Plan a fault."""
        self.faults.append(Fault(kind, method, times, **more))

    # -- requests -------------------------------------------------------------------------------------------

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        if request.match_info["token"] != self.token:
            return _json(401, {"ok": False, "error_code": 401, "description": "Unauthorized"})
        if self.down:
            return _cut(request)
        params, files = await _parameters(request)
        await self.gate.wait()
        fault = self._fault(method, params)
        if fault is not None and fault.kind == CUT:
            return _cut(request)
        if fault is not None and fault.kind == BROKEN:
            return web.Response(status=502, text="<html>Bad Gateway</html>")
        code, body = await self._result(method, params, files, fault)
        if fault is not None and fault.kind == LOST:
            self._log(method, params, 0, body.get("result"))
            return _cut(request)
        self._log(method, params, code, body.get("result", body.get("description")))
        return _json(code, body)

    async def _result(
        self, method: str, params: Json, files: dict[str, tuple[str, bytes]], fault: Fault | None
    ) -> tuple[int, Json]:
        try:
            if fault is not None and fault.kind == REFUSE and fault.error is not None:
                raise fault.error
            if method == "getUpdates":
                return 200, {"ok": True, "result": await self._updates(params)}
            result = self.methods.call(method, params, files)
            if method in ("setWebhook", "deleteWebhook"):
                self._hooked()
        except Rejected as no:
            body = {"ok": False, "error_code": no.code, "description": no.words}
            return no.code, {**body, "parameters": no.parameters} if no.parameters else body
        return 200, {"ok": True, "result": result}

    def _fault(self, method: str, params: Json) -> Fault | None:
        for fault in self.faults:
            here = fault.method in (None, method) and fault.chat in (None, params.get("chat_id"))
            if here and (fault.method or method != "getUpdates"):
                fault.times -= 1
                if fault.times <= 0:
                    self.faults.remove(fault)
                return fault
        return None

    def _log(self, method: str, params: Json, code: int, result: Any) -> None:
        if method == "getUpdates":
            self.polls += 1
        elif self.keep_calls:
            self.calls.append(Call(self.clock.now(), method, params, code, result))
        self.sent.set()

    async def _updates(self, p: Json) -> list[Json]:
        """A long poll: the newer one wins, the older one hears of it three seconds later."""
        if self.methods.webhook:
            raise Rejected(
                409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook first"
            )
        if self._poller is not None and not self._poller.done():
            self._poller.set_result(None)
        mine = self._poller = asyncio.get_running_loop().create_future()
        if "allowed_updates" in p:
            self.world.allowed = tuple(p["allowed_updates"])
        self.world.confirm(p.get("offset", 0))
        self.sent.set()
        found = self.world.pending(min(p.get("limit", 100), 100))
        if not found and p.get("timeout"):
            found = await self._long_poll(mine, p)
        if mine.done():
            await self.clock.sleep(self.conflict_after_s)
            self.conflicts += 1
            raise Rejected(409, "Conflict: terminated by other getUpdates request; make sure that only one bot runs")
        self._poller = None
        return found

    async def _long_poll(self, mine: "asyncio.Future[None]", p: Json) -> list[Json]:
        end = asyncio.ensure_future(self.clock.sleep(p["timeout"]))
        try:
            while not mine.done() and not end.done():
                self.world.arrived.clear()
                if found := self.world.pending(min(p.get("limit", 100), 100)):
                    return found
                coming = asyncio.ensure_future(self.world.arrived.wait())
                waiting: set[asyncio.Future[Any]] = {coming, end, mine}
                await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                coming.cancel()
        finally:
            end.cancel()
        return []

    async def _download(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self.token or self.down:
            return _json(404, {"ok": False, "error_code": 404, "description": "Not Found"})
        for path, content in self.world.files.values():
            if path == request.match_info["path"]:
                return web.Response(body=content)
        return _json(404, {"ok": False, "error_code": 404, "description": "Not Found"})

    # -- webhook --------------------------------------------------------------------------------------------

    def _hooked(self) -> None:
        if self._hook:
            self._hook.cancel()
        self._hook = asyncio.create_task(self._deliver()) if self.methods.webhook else None

    async def _deliver(self) -> None:
        """Post one update after the other until each is taken."""
        hook = self.methods.webhook
        headers = {"X-Telegram-Bot-Api-Secret-Token": hook["secret_token"]} if hook.get("secret_token") else {}
        async with aiohttp.ClientSession(headers=headers) as client:
            while True:
                self.world.arrived.clear()
                for update in self.world.pending():
                    await self._post(client, hook["url"], update)
                await self.world.arrived.wait()

    async def _post(self, client: aiohttp.ClientSession, url: str, update: Json) -> None:
        while True:
            with suppress(aiohttp.ClientError):
                async with client.post(url, json=update) as answer:
                    if answer.status == 200:
                        self.world.confirm(update["update_id"] + 1)
                        self.sent.set()
                        return
            await self.clock.sleep(1)


async def _parameters(request: web.Request) -> tuple[Json, dict[str, tuple[str, bytes]]]:
    if request.content_type == "application/json":
        raw = await request.read()
        return read(json.loads(raw) if raw else {}), {}
    if request.method == "GET" or not request.can_read_body:
        return read(dict(request.query)), {}
    values: dict[str, Any] = {}
    files: dict[str, tuple[str, bytes]] = {}
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            files[name] = (value.filename, value.file.read())
        else:
            values[name] = value
    return read(values), files


def _json(code: int, body: Json) -> web.Response:
    return web.Response(status=code, body=json.dumps(body).encode(), content_type="application/json")


def _cut(request: web.Request) -> web.StreamResponse:
    """End the connection without a word."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


@asynccontextmanager
async def telegram(clock: Clock, users: Iterable[tuple[int, str]] = ()) -> AsyncIterator[TelegramServer]:
    """A running server with some users who have started the bot."""
    server = TelegramServer(clock)
    for id, name in users:
        server.world.user(id, name)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()
