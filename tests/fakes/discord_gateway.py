"""The websocket side of the stand-in: HELLO, IDENTIFY with its budget, heartbeats, dispatches, RESUME, invalid sessions."""

import asyncio
import copy
import itertools
import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.fakes.discord_world import World

HEARTBEAT_MS = 41_250
GUILDS, GUILD_MESSAGES, DIRECT_MESSAGES, MESSAGE_CONTENT = 1 << 0, 1 << 9, 1 << 12, 1 << 15
PRIVILEGED = (1 << 1) | (1 << 8) | MESSAGE_CONTENT
IDENTIFIES_A_DAY = 1000

Json = dict[str, Any]


@dataclass
class Session:
    """One gateway session: what it was sent, and the socket that it is on, if any."""

    id: str
    intents: int
    sent: list[Json] = field(default_factory=list)
    socket: web.WebSocketResponse | None = None
    valid: bool = True


class Gateway:
    """Sessions and their dispatches. `allowed` are the privileged intents switched on for the application."""

    def __init__(self, world: World, token: str) -> None:
        self.world = world
        self.token = token
        self.allowed = MESSAGE_CONTENT
        self.sessions: dict[str, Session] = {}
        self.identifies = 0
        self.resumes = 0
        self.heartbeats = 0
        self.connections = self.open = self.refused = 0
        self.down = False
        self.remaining = IDENTIFIES_A_DAY
        self.newest: tuple[str, Json] = ("", {})
        self._ids = itertools.count(1)
        self._sending: set[asyncio.Task[None]] = set()
        world.dispatch = self.dispatch

    # -- out -----------------------------------------------------------------------------------------------

    def dispatch(self, event: str, data: Json) -> None:
        """Send an event to every session; one without a socket gets it when it resumes."""
        if event in ("MESSAGE_CREATE", "INTERACTION_CREATE"):
            self.newest = event, data
        for session in self.sessions.values():
            if session.valid and self._wanted(session, event, data):
                self._to(session, event, data)

    def _wanted(self, session: Session, event: str, data: Json) -> bool:
        if event in ("MESSAGE_CREATE", "MESSAGE_UPDATE"):
            return bool(session.intents & (GUILD_MESSAGES if "guild_id" in data else DIRECT_MESSAGES))
        if event.startswith(("GUILD_", "CHANNEL_", "THREAD_")):
            return bool(session.intents & GUILDS)
        return True

    def _to(self, session: Session, event: str, data: Json) -> None:
        shown = self._censored(session, copy.deepcopy(data)) if event == "MESSAGE_CREATE" else copy.deepcopy(data)
        block = {"op": 0, "t": event, "s": len(session.sent) + 1, "d": shown}
        session.sent.append(block)
        self._send(session, block)

    def _send(self, session: Session, block: Json) -> None:
        socket = session.socket
        if socket is not None and not socket.closed:
            task = asyncio.ensure_future(self._write(socket, block))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

    @staticmethod
    async def _write(socket: web.WebSocketResponse, block: Json) -> None:
        try:
            await socket.send_str(json.dumps(block))
        except (ConnectionError, RuntimeError):
            return

    def _censored(self, session: Session, message: Json) -> Json:
        """Without the message-content intent, a server's messages are blank unless they mention the bot."""
        mine = self.world.bot["id"]
        exempt = "guild_id" not in message or message["author"]["id"] == mine
        if session.intents & MESSAGE_CONTENT or exempt or any(m["id"] == mine for m in message["mentions"]):
            return message
        message |= {"content": "", "attachments": [], "embeds": [], "components": []}
        return message

    # -- in ------------------------------------------------------------------------------------------------

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """One connection from its HELLO to its end."""
        if self.down:
            self.refused += 1
            await self.world.notify()
            raise web.HTTPServiceUnavailable
        self.connections += 1
        self.open += 1
        try:
            return await self._serve(request)
        finally:
            self.open -= 1

    async def _serve(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(max_msg_size=0)
        await socket.prepare(request)
        await socket.send_json({"op": 10, "d": {"heartbeat_interval": HEARTBEAT_MS}, "s": None, "t": None})
        session: Session | None = None
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                continue
            block = json.loads(message.data)
            match block["op"]:
                case 1:
                    self.heartbeats += 1
                    await socket.send_json({"op": 11, "d": None, "s": None, "t": None})
                case 2:
                    session = await self._identify(socket, block["d"])
                case 6:
                    session = await self._resume(socket, block["d"])
            await self.world.notify()
        if session is not None and session.socket is socket:
            session.socket = None
        await self.world.notify()
        return socket

    async def _identify(self, socket: web.WebSocketResponse, data: Json) -> Session | None:
        if data["token"] != self.token:
            await socket.close(code=4004, message=b"Authentication failed.")
            return None
        if data["intents"] & PRIVILEGED & ~self.allowed:
            await socket.close(code=4014, message=b"Disallowed intent(s).")
            return None
        self.identifies += 1
        self.remaining -= 1
        if self.remaining < 0:
            self.token = "reset, because the bot identified too often"
            await socket.close(code=4004, message=b"Authentication failed.")
            return None
        session = Session(f"session-{next(self._ids)}", data["intents"], socket=socket)
        self.sessions[session.id] = session
        world = self.world
        ready = {"v": 10, "user": world.bot, "session_id": session.id, "resume_gateway_url": world.gateway_address}
        ready |= {"guilds": [{"id": g, "unavailable": True} for g in world.guilds], "shard": [0, 1]}
        self._to(session, "READY", {**ready, "application": {"id": world.app_id, "flags": 0}})
        for guild in world.guilds:
            self._to(session, "GUILD_CREATE", world.guild_payload(guild))
        return session

    async def _resume(self, socket: web.WebSocketResponse, data: Json) -> Session | None:
        session = self.sessions.get(data["session_id"] or "")
        if session is None or not session.valid:
            await socket.send_json({"op": 9, "d": False, "s": None, "t": None})
            return None
        self.resumes += 1
        session.socket = socket
        for block in [b for b in session.sent if b["s"] > (data["seq"] or 0)]:
            await socket.send_json(block)
        self._to(session, "RESUMED", {})
        return session

    # -- trouble -------------------------------------------------------------------------------------------

    async def drop(self, *, invalidate: bool = False, code: int = 4000) -> None:
        """Cut every connection; invalidated sessions cannot be resumed."""
        for session in list(self.sessions.values()):
            session.valid = session.valid and not invalidate
            socket, session.socket = session.socket, None
            if socket is not None:
                await socket.close(code=code)

    async def ask_to_reconnect(self) -> None:
        """Opcode 7: come again and resume."""
        for session in list(self.sessions.values()):
            if session.socket is not None:
                await session.socket.send_json({"op": 7, "d": None, "s": None, "t": None})

    def heard_up_to(self, sequence: int | None) -> bool:
        """Whether a client that is there has got everything up to now."""
        return any(s.socket is not None and s.valid and len(s.sent) == sequence for s in self.sessions.values())

    @property
    def listening(self) -> bool:
        """Whether a session is on a socket."""
        return any(s.valid and s.socket is not None for s in self.sessions.values())
