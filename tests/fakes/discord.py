"""A stand-in for Discord on the wire: its REST API and gateway, strict about forms, deadlines, rates and nonces."""

import asyncio
import base64
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.fakes.discord_gateway import Gateway
from tests.fakes.discord_interactions import Answers
from tests.fakes.discord_people import People
from tests.fakes.discord_rates import Rates
from tests.fakes.discord_rules import EPHEMERAL, V2, command_faults, message_faults
from tests.fakes.discord_world import DM, NONCE_S, Json, Refusal, Seen, World


@dataclass
class Trouble:
    """Something that goes wrong with the next requests that fit: a status with a code ("401 50027"), a time to wait ("429
    after 60"), or a connection that is cut before or after the request took effect ("cut before", "cut after")."""

    method: str
    path: str
    how: str
    times: int = 1


class FakeDiscord:
    """The server. `world` is its state, `gateway` the websocket side, `people` what users do."""

    def __init__(self) -> None:
        self.world = World()
        head = base64.b64encode(self.world.bot["id"].encode()).decode().rstrip("=")
        self.token = token = f"{head}.a-token.for-tests"
        self.gateway = Gateway(self.world, token)
        self.people = People(self.world)
        self.rates = Rates()
        self.troubles: list[Trouble] = []
        self._held: list[tuple[str, str, asyncio.Event]] = []
        self._answers = Answers(self.world)
        self._runner: web.AppRunner | None = None

    # -- running -------------------------------------------------------------------------------------------

    async def start(self, port: int = 0) -> None:
        """Listen on a free port of this machine, or on a given one."""
        app = web.Application(client_max_size=30 * 1024 * 1024)
        app.router.add_get("/gateway", self.gateway.serve)
        app.router.add_get("/files/{id}", self._file)
        app.router.add_route("*", "/api/v10/{path:.*}", self._request)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        port = self._runner.addresses[0][1]
        self.world.address = f"http://127.0.0.1:{port}"
        self.world.gateway_address = f"ws://127.0.0.1:{port}/gateway"

    async def stop(self) -> None:
        await self.gateway.drop(code=1001)
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def api(self) -> str:
        """The address of the REST API, as the bot's settings have it."""
        return f"{self.world.address}/api/v10"

    @property
    def websocket(self) -> str:
        """The address of the gateway, as the bot's settings have it."""
        return self.world.gateway_address

    # -- requests ------------------------------------------------------------------------------------------

    async def _request(self, request: web.Request) -> web.StreamResponse:
        path, now = "/" + request.match_info["path"], self.world.now()
        body, files = await _read(request)
        seen = Seen(now, request.method, path, body)
        self.world.log.append(seen)
        headers, wait, everything = self._paced(request.method, path, now)
        for held, fits, event in self._held:
            if request.method == held and re.search(fits, path):
                await event.wait()
        try:
            if wait:
                seen.status, seen.answer = 429, {"message": "You are being rate limited.", "retry_after": wait}
                seen.answer["global"] = everything
            else:
                await self._answered(request, seen, files)
        except Refusal as refusal:
            seen.status, seen.answer = refusal.status, refusal.body()
        if seen.status == 429:
            headers |= {"Retry-After": str(seen.answer["retry_after"]), "Via": "1.1 google"}
        if seen.status in (401, 403, 429):
            self.rates.count_invalid(now)
        await self.world.notify()
        if seen.status == -1:
            assert request.transport is not None
            request.transport.abort()
        return _response(max(seen.status, 200), seen.answer, headers)

    async def _answered(self, request: web.Request, seen: Seen, files: dict[str, tuple[bytes, str]]) -> None:
        trouble = self._trouble(seen)
        if trouble is not None and trouble.how == "cut before":
            seen.status = -1
            return
        if trouble is not None and trouble.how.startswith("429 after "):
            wait = float(trouble.how.removeprefix("429 after "))
            seen.status, seen.answer = (
                429,
                {"message": "You are being rate limited.", "retry_after": wait, "global": False},
            )
            return
        if trouble is not None and trouble.how[0].isdecimal():
            status, _, code = trouble.how.partition(" ")
            raise Refusal(int(status), int(code or 0), "The stand-in was told to fail")
        by_token = seen.path.startswith(("/interactions/", "/webhooks/"))
        if not by_token and request.headers.get("Authorization") != f"Bot {self.token}":
            raise Refusal(401, 0, "401: Unauthorized")
        seen.status, seen.answer = await self._route(seen, files, dict(request.query))
        if trouble is not None and trouble.how == "cut after":
            seen.status = -1

    def holds(self, method: str, path: str) -> asyncio.Event:
        """Requests that fit are answered once the event is set, and not before."""
        self._held.append((method, path, asyncio.Event()))
        return self._held[-1][2]

    def _trouble(self, seen: Seen) -> Trouble | None:
        for trouble in self.troubles:
            if trouble.times and trouble.method == seen.method and re.search(trouble.path, seen.path):
                trouble.times -= 1
                return trouble
        return None

    def _paced(self, method: str, path: str, now: float) -> tuple[dict[str, str], float, bool]:
        parts = path.strip("/").split("/")
        if parts[0] == "interactions":
            return {}, 0.0, False
        if parts[0] == "webhooks":
            return self.rates.take(f"{method} webhooks", parts[2], now)
        if parts[0] == "channels" and len(parts) > 2:
            return self.rates.take(f"{method} {parts[2]}", parts[1], now)
        return self.rates.take(f"{method} {parts[0]}", "", now)

    async def _route(self, seen: Seen, files: dict[str, tuple[bytes, str]], query: dict[str, str]) -> tuple[int, Any]:
        world, body = self.world, seen.body
        match [seen.method, *seen.path.strip("/").split("/")]:
            case ["GET", "users", "@me"]:
                return 200, world.bot
            case ["GET", "oauth2", "applications", "@me"]:
                return 200, self._application()
            case ["GET", "gateway", "bot"]:
                limit = {"total": 1000, "remaining": max(self.gateway.remaining, 0), "reset_after": 86_400_000}
                url = {"url": self.websocket, "shards": 1}
                return 200, {**url, "session_start_limit": {**limit, "max_concurrency": 1}}
            case ["PUT", "applications", world.app_id, "commands"]:
                return 200, self._commands(body)
            case ["GET", "applications", world.app_id, "commands"]:
                return 200, world.commands
            case ["POST", "users", "@me", "channels"]:
                return 200, self._direct(body)
            case ["GET", "channels", channel]:
                return 200, self._channel(channel)
            case ["POST", "channels", channel, "typing"]:
                self._channel(channel)
                return 204, None
            case [method, "channels", channel, "messages", *rest]:
                return self._messages(method, channel, rest, body, files, query)
            case ["POST", "interactions", id, token, "callback"]:
                return self._answers.callback(
                    id, token, body, self.keep(files), query.get("with_response") in ("1", "true")
                )
            case [method, "webhooks", world.app_id, token, *rest]:
                return self._answers.webhook(method, token, rest, body, self.keep(files))
        raise Refusal(404, 0, f"404: Not Found ({seen.method} {seen.path})")

    def _application(self) -> Json:
        world = self.world
        owner = {"id": "1", "username": "owner", "discriminator": "0", "avatar": None}
        return {"id": world.app_id, "name": "Whistle", "icon": None, "description": "", "bot_public": True} | {
            "bot_require_code_grant": False,
            "owner": owner,
            "verify_key": "0" * 64,
            "flags": 0,
            "team": None,
        }

    def _commands(self, body: Any) -> list[Json]:
        if wrong := command_faults(body):
            raise Refusal(400, 50035, "Invalid Form Body", wrong)
        world = self.world
        known = {(c["type"], c["name"]): c["id"] for c in world.commands}
        common = {"application_id": world.app_id, "version": world.snowflake()}
        world.commands = [
            {"description": "", "options": [], **common, **c}
            | {"type": c.get("type", 1), "id": known.get((c.get("type", 1), c["name"])) or world.snowflake()}
            for c in body
        ]
        return world.commands

    def _direct(self, body: Json) -> Json:
        if str(body["recipient_id"]) not in self.world.users:
            raise Refusal(400, 50033, "Invalid Recipient(s)")
        return self.world.channels[self.world.dm(str(body["recipient_id"]))]

    def _channel(self, channel: str) -> Json:
        found = self.world.channels.get(channel)
        if found is None:
            raise Refusal(404, 10003, "Unknown Channel")
        bot = (found.get("guild_id"), self.world.bot["id"])
        if found.get("foreign") or (found["type"] != DM and bot not in self.world.members):
            raise Refusal(403, 50001, "Missing Access")
        return found

    def _messages(
        self, method: str, channel: str, rest: list[str], body: Any, files: dict[str, Any], query: dict[str, str]
    ) -> tuple[int, Any]:
        world, found = self.world, self._channel(channel)
        if method == "GET" and not rest:
            after, most = int(query.get("after", 0)), int(query.get("limit", 50))
            newer = [m for m in world.messages[channel] if int(m["id"]) > after]
            return 200, [*reversed(newer[:most] if "after" in query else newer[-most:])]
        if method == "POST" and not rest:
            if found["type"] == DM and found["recipients"][0].get("closed"):
                raise Refusal(403, 50007, "Cannot send messages to this user")
            return 200, self._post(channel, body, files)
        message = world.find(channel, rest[0]) if rest else None
        if message is None:
            raise Refusal(404, 10008, "Unknown Message")
        if method == "GET":
            return 200, message
        if message["author"]["id"] != world.bot["id"]:
            raise Refusal(403, 50005, "Cannot edit a message authored by another user")
        if method == "DELETE":
            world.messages[channel].remove(message)
            return 204, None
        self._check(body, message["flags"] | body.get("flags", 0), len(message["attachments"]))
        world.change(message, {**body, **self.keep(files)}, body.get("flags", message["flags"]))
        return 200, message

    def _post(self, channel: str, body: Json, files: dict[str, Any]) -> Json:
        world, nonce = self.world, body.get("nonce")
        if body.get("enforce_nonce") and nonce is not None:
            at, known = world.nonces.get((channel, str(nonce)), (-NONCE_S, {}))
            if known and world.now() - at < NONCE_S:
                return known
        flags = body.get("flags", 0)
        if flags & EPHEMERAL:
            raise Refusal(400, 50035, "Invalid Form Body", ["flags: EPHEMERAL is for interactions only"])
        self._check(body, flags, len(files))
        reference = body.get("message_reference")
        if reference and world.find(channel, reference["message_id"]) is None:
            if reference.get("fail_if_not_exists", True):
                raise Refusal(400, 50035, "Invalid Form Body", ["message_reference: Unknown message"])
            body = {k: v for k, v in body.items() if k != "message_reference"}
        made = world.new_message(channel, world.bot, {**body, **self.keep(files)}, flags)
        if nonce is not None:
            world.nonces[channel, str(nonce)] = (world.now(), made)
        return made

    def _check(self, body: Json, flags: int, attached: int) -> None:
        wrong = message_faults(body, flags & ~V2 if body.get("flags") == 0 else flags, attached)
        if wrong:
            raise Refusal(400, 50035, "Invalid Form Body", wrong)

    # -- files ---------------------------------------------------------------------------------------------

    def keep(self, files: dict[str, tuple[bytes, str]]) -> Json:
        """Uploaded files as a message's attachments; nothing where there are none."""
        if not files:
            return {}
        return {"attachments": [self.people.attachment(name, data) for data, name in files.values()]}

    async def _file(self, request: web.Request) -> web.Response:
        data, kind = self.world.files[request.match_info["id"]]
        return web.Response(body=data, content_type=kind)


async def _read(request: web.Request) -> tuple[Any, dict[str, tuple[bytes, str]]]:
    """The JSON of a request and its uploaded files."""
    if not request.can_read_body:
        return None, {}
    if request.content_type != "multipart/form-data":
        return json.loads(await request.read() or b"null"), {}
    body: Any = None
    files = {}
    form = await request.post()
    for name, value in form.items():
        if isinstance(value, web.FileField):
            files[name] = (value.file.read(), value.filename)
        elif name == "payload_json":
            body = json.loads(str(value))
    return body, files


def _response(status: int, answer: Any, headers: dict[str, str]) -> web.Response:
    if status == 204:
        return web.Response(status=204, headers=headers)
    data = json.dumps(answer).encode()
    return web.Response(status=status, body=data, headers={**headers, "Content-Type": "application/json"})


@asynccontextmanager
async def discord() -> AsyncIterator[FakeDiscord]:
    """A stand-in that listens for the time of a test."""
    fake = FakeDiscord()
    await fake.start()
    try:
        yield fake
    finally:
        await asyncio.shield(fake.stop())
