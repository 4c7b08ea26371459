"""What every request passes before a route sees it: known hosts, our own pages, genuine tokens, sizes, safe answers."""

from collections.abc import Iterable
from email.utils import format_datetime
from urllib.parse import urlsplit

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.web.limits import FORM_BYTES, JSON_BYTES, READ_AWAY_BYTES
from adapters.web.problems import FAULT, Problem, answer
from adapters.web.sign_in import COOKIE, person_of_token, signed_out, token_of
from core.clock import Clock
from core.i18n import marked

log = structlog.get_logger("whistle.web")
ALWAYS_ALLOWED = ("127.0.0.1", "localhost", "::1")
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
WRONG_HOST = marked("This server does not answer to that host name. Add it to web.allowed_hosts in the configuration.")
FOREIGN = marked(
    "This request did not come from the chat page, so it was not done. Programs use the Authorization header."
)
TOO_LARGE = marked(
    "That is too large: a file may have up to 20 MB, a request without a file up to 2 MB. Nothing was kept."
)


class Gate:
    """Wraps the application."""

    def __init__(self, app: ASGIApp, secret: bytes, clock: Clock, allowed_hosts: Iterable[str] = ()) -> None:
        self.app = app
        self.secret = secret
        self.clock = clock
        self.hosts = {host.casefold().strip("[]") for host in (*ALWAYS_ALLOWED, *allowed_hosts)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        send = _with_headers(scope, send, self.clock)
        headers = Headers(scope=scope)
        problem = self._problem(scope, headers)
        if problem is None:
            await self._answered(scope, _counted(receive, _most_bytes(headers)), send)
            return
        if problem.status_code == 413:
            await _read_away(receive)
        await answer(problem.status_code, problem.code, problem.detail, dict(problem.headers or {}))(
            scope, receive, send
        )

    async def _answered(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The application's answer; a fault that nobody foresaw is written down and told in plain words."""
        begun = False

        async def noticed(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, noticed)
        except Exception:
            log.exception("request_failed", path=scope["path"])
            if begun:
                raise
            await answer(500, "fault", FAULT)(scope, receive, send)

    def _problem(self, scope: Scope, headers: Headers) -> Problem | None:
        if scope["path"] != "/health" and _host_name(headers.get("host", "")) not in self.hosts:
            return Problem(400, "wrong_host", WRONG_HOST)
        if scope["method"] not in SAFE_METHODS and _rides_on_cookie(scope, headers) and not _own_page(headers):
            return Problem(403, "foreign_origin", FOREIGN)
        if (
            scope["path"].startswith("/agent/")
            and person_of_token(self.secret, token_of(HTTPConnection(scope)) or "") is None
        ):
            return signed_out()
        length = headers.get("content-length", "")
        if length.isdecimal() and int(length) > _most_bytes(headers):
            return Problem(413, "too_large", TOO_LARGE)
        return None


def _host_name(host: str) -> str:
    """The name of a Host header without its port."""
    try:
        return (urlsplit(f"//{host}").hostname or "").casefold()
    except ValueError:
        return ""


def _rides_on_cookie(scope: Scope, headers: Headers) -> bool:
    """Whether a browser signs this request by itself, or it signs one in: then a foreign page could have sent it."""
    if "authorization" in headers:
        return False
    return scope["path"] == "/invite" or f"{COOKIE}=" in headers.get("cookie", "")


def _own_page(headers: Headers) -> bool:
    """Whether the browser says that a page of this very server made the request."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is None and origin is None:
        return False
    if site is not None and site != "same-origin":
        return False
    return origin is None or urlsplit(origin).netloc.casefold() == headers.get("host", "").casefold()


def _most_bytes(headers: Headers) -> int:
    return FORM_BYTES if headers.get("content-type", "").casefold().startswith("multipart/") else JSON_BYTES


def _counted(receive: Receive, most: int) -> Receive:
    """A body that states no length is cut off where it grows too large."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > most:
            raise Problem(413, "too_large", TOO_LARGE)
        return message

    return counted


async def _read_away(receive: Receive) -> None:
    """Take in what is being sent, so that the sender gets to read the answer instead of a cut connection."""
    seen, more = 0, True
    while more and seen < READ_AWAY_BYTES:
        message = await receive()
        seen += len(message.get("body", b""))
        more = message["type"] == "http.request" and message.get("more_body", False)


def _with_headers(scope: Scope, send: Send, clock: Clock) -> Send:
    """Every answer is safe and dated."""

    async def complete(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.update(HEADERS)
            headers["date"] = format_datetime(clock.now(), usegmt=True)
            if not scope["path"].startswith("/page/"):
                headers.setdefault("cache-control", "no-store")
        await send(message)

    return complete
