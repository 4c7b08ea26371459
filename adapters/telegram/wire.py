"""How the Bot API is reached: the library's requests over one aiohttp session, with every fault told apart by whether
anything was sent."""

import os
from typing import Any

import aiohttp
import orjson
from telegram.error import BadRequest, NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

CONNECT_S = 10.0
HTTP_OK, NOT_FOUND = 200, 404
NOT_EVERYWHERE = frozenset(
    {"setMyCommands", "setChatMenuButton", "setMyDescription", "setMyShortDescription", "sendMessageDraft",
     "editEphemeralMessageText"}
)  # fmt: skip
os.environ.setdefault("PTB_TIMEDELTA", "true")  # the library's coming way of saying how long to wait, without a warning


class NotSent(NetworkError):
    """No connection came about, so nothing reached the server."""


class NoSuchMethod(BadRequest):
    """The server knows the token and not the method: it is older than what was asked of it. The library takes both for a
    wrong token."""


class Wire(BaseRequest):
    """One session with its own connections. `total_s` ends a request that nothing else ends, `file_s` one that carries a
    file up or down; the library's own timeouts end nothing."""

    def __init__(self, total_s: float, file_s: float | None = None, connections: int = 100) -> None:
        self._total_s = total_s
        self._file_s = file_s or total_s
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None
        self._known = False

    @property
    def read_timeout(self) -> float:
        """How long an answer may take."""
        return self._total_s

    async def initialize(self) -> None:
        """Open the session."""
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=15)
            self._session = aiohttp.ClientSession(connector=connector)

    async def shutdown(self) -> None:
        """Close the session with everything that is under way in it."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """One request. Errors are raised without their cause, which would hold the address and so the token."""
        if self._session is None:
            raise NotSent("The session is closed.")
        body, seconds = _body(request_data), self._file_s if _carries_file(method, request_data) else self._total_s
        timeout = aiohttp.ClientTimeout(total=seconds, connect=CONNECT_S)
        try:
            async with self._session.request(method, url, timeout=timeout, **body) as answer:
                return self._understood(url, method, answer.status, await answer.read())
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotSent(type(error).__name__) from None
        except TimeoutError:
            raise TimedOut from None
        except aiohttp.ClientError as error:
            raise TimedOut(f"The line broke: {type(error).__name__}") from None

    def _understood(self, url: str, method: str, status: int, content: bytes) -> tuple[int, bytes]:
        """An answer. Some servers do not say what they have not found: behind a good answer the token is right, so it is a
        method, where there are servers without it."""
        name = url.rpartition("/")[2]
        missing = b"method not found" in content or (self._known and name in NOT_EVERYWHERE)
        if status == NOT_FOUND and method == "POST" and missing:
            raise NoSuchMethod(f"The server does not know {name}.")
        self._known = self._known or status == HTTP_OK
        return status, content

    @staticmethod
    def parse_json_payload(payload: bytes) -> Any:
        """What the server answered."""
        try:
            return orjson.loads(payload)
        except orjson.JSONDecodeError:
            raise TelegramError("The server's answer is not JSON.") from None


def _carries_file(method: str, request_data: RequestData | None) -> bool:
    """Calls are posted; what is got is the content of a file."""
    return method == "GET" or (request_data is not None and request_data.contains_files)


def _body(request_data: RequestData | None) -> dict[str, Any]:
    if request_data is None:
        return {}
    if not request_data.contains_files:
        return {"data": orjson.dumps(request_data.parameters), "headers": {"Content-Type": "application/json"}}
    form = aiohttp.FormData()
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, media_type) in request_data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=media_type)
    return {"data": form}
