"""The way in from Telegram: batches are committed before the offset moves past them, by long polls of our own or by a
webhook; neither stops for good."""

import asyncio
import hmac
import os
import warnings
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import orjson
import structlog
from aiohttp import web
from telegram import Bot
from telegram.error import BadRequest, Conflict, InvalidToken, RetryAfter, TelegramError
from telegram.warnings import PTBUserWarning

from adapters.contract import Raw
from adapters.telegram.limits import ALLOWED_UPDATES, CONFLICT_WAIT_S, POLL_GRACE_S, POLL_LIMIT, POLL_S
from adapters.telegram.parse import raw_of
from adapters.telegram.wire import Wire
from core.clock import Clock
from core.errors import Told

log = structlog.get_logger("whistle.telegram")
# Asked for raw on purpose: the library's own method fails for the whole batch where one update has a shape it does not know.
warnings.filterwarnings("ignore", "Please use 'Bot.getUpdates'", PTBUserWarning)
RETRY_S, LONGEST_RETRY_S, REFUSED_S = 1.0, 30.0, 60.0
SECRET = "X-Telegram-Bot-Api-Secret-Token"
MOST_BYTES = 4 * 2**20
OTHER_PROGRAM = "Another program polls with this bot's token. Stop it, or make a token of its own with BotFather."
NO_SECRET = (
    "A webhook needs a secret: set telegram.webhook_secret to 16 to 256 letters, digits, _ or -. Nothing was started."
)
PORT_TAKEN = (
    "Nothing can listen on {host} port {port}: {reason}. Stop what uses it, or set telegram.webhook_port to another port and "
    "lead the webhook's address there. Telegram keeps what people write meanwhile; I try again, and everything else works."
)
Accept = Callable[[Sequence[Raw]], Awaitable[Any]]
NewBot = Callable[[Wire], Bot]


class PortTaken(TelegramError):
    """Something else listens where updates should come in."""


class Poller:
    """Long polls with a client of its own, which is replaced when nothing comes of it."""

    def __init__(self, clock: Clock, new_bot: NewBot, accept: Accept, poll_s: int = POLL_S) -> None:
        self._clock = clock
        self._new_bot = new_bot
        self._accept = accept
        self._poll_s = poll_s
        self._task: asyncio.Task[None] | None = None
        self._wire: Wire | None = None
        self._client: Bot | None = None
        self._failures = 0

    def start(self) -> None:
        """Begin polling."""
        self._task = asyncio.create_task(self._poll_on())

    async def stop(self) -> None:
        """Stop polling. What was not committed was not confirmed, and comes again."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._renew()

    async def _poll_on(self) -> None:
        """The first poll names no offset, because numbers may have begun anew; the next ones the last of the batch."""
        offset: int | None = None
        while True:
            try:
                batch = await self._poll(offset)
                if batch:
                    await self._accept([raw_of(update) for update in batch])
                    offset = _number(batch[-1]) + 1
                self._failures = 0
            except Exception as error:
                await self._rest(error)

    async def _poll(self, offset: int | None) -> list[Mapping[str, Any]]:
        """One poll; one that outlasts its time is cut off together with its connection."""
        client = await self._connected()
        kwargs = {"timeout": self._poll_s, "limit": POLL_LIMIT, "allowed_updates": list(ALLOWED_UPDATES)}
        if offset is not None:
            kwargs["offset"] = offset
        poll = asyncio.ensure_future(client.do_api_request("getUpdates", api_kwargs=kwargs))
        end = asyncio.ensure_future(self._clock.sleep(self._poll_s + POLL_GRACE_S))
        try:
            await asyncio.wait({poll, end}, return_when=asyncio.FIRST_COMPLETED)
            if not poll.done():
                raise TimeoutError("the poll fell silent")
            found: list[Mapping[str, Any]] = poll.result()
            return found
        finally:
            poll.cancel()
            end.cancel()

    async def _connected(self) -> Bot:
        if self._client is None:
            self._wire = Wire(self._poll_s + POLL_GRACE_S, connections=1)
            await self._wire.initialize()
            self._client = self._new_bot(self._wire)
        return self._client

    async def _renew(self) -> None:
        """Give the connection up; the next poll makes another."""
        wire, self._wire, self._client = self._wire, None, None
        if wire is not None:
            await wire.shutdown()

    async def _rest(self, error: Exception) -> None:
        """After a failure: how long to wait, and what to say of it. Once it is told, it is told again when it lasts."""
        self._failures += 1
        wait = min(LONGEST_RETRY_S, RETRY_S * 2 ** min(self._failures - 1, 10))
        match error:
            case Conflict():
                wait = CONFLICT_WAIT_S
                log.warning("polled_elsewhere", advice=OTHER_PROGRAM)
            case InvalidToken():
                wait = REFUSED_S
                log.error("token_refused", advice="Telegram refuses the bot's token. Make a new one with BotFather.")
            case RetryAfter():
                after = error.retry_after
                wait = float(after if isinstance(after, int) else after.total_seconds())
            case TelegramError() | TimeoutError():
                if self._failures in (1, 5) or self._failures % 50 == 0:
                    log.warning("poll_failed", reason=str(error), failures=self._failures)
            case _:
                log.exception("updates_not_kept")
        await self._renew()
        await self._clock.sleep(wait)


def _number(update: Mapping[str, Any]) -> int:
    return int(update["update_id"])


class Webhook:
    """A small server of our own that takes updates; it answers 200 once an update is committed."""

    def __init__(self, accept: Accept, client: Bot, *, url: str, secret: str, host: str, port: int) -> None:
        if not secret:
            raise Told(NO_SECRET)
        self._accept = accept
        self._client = client
        self._url = url
        self._secret = secret.encode()
        self._host, self.port = host, port
        self._runner: web.AppRunner | None = None
        self._told = False

    async def start(self) -> None:
        """Listen, then tell Telegram where; that can be tried again. A port that is taken is said once."""
        if self._runner is None:
            await self._listen()
        await self._client.set_webhook(
            self._url, secret_token=self._secret.decode(), allowed_updates=list(ALLOWED_UPDATES)
        )

    async def _listen(self) -> None:
        app = web.Application(client_max_size=MOST_BYTES)
        app.router.add_post("/{path:.*}", self._take)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=5)
        await runner.setup()
        try:
            await web.TCPSite(runner, self._host, self.port).start()
        except OSError as error:
            await runner.cleanup()
            self._tell(os.strerror(error.errno) if error.errno else str(error))
            raise PortTaken(f"port {self.port} is taken") from None
        self._runner, self.port = runner, runner.addresses[0][1]

    def _tell(self, reason: str) -> None:
        if not self._told:
            self._told = True
            log.error("webhook_cannot_listen", advice=PORT_TAKEN.format(host=self._host, port=self.port, reason=reason))

    async def stop(self) -> None:
        """Take nothing more. Telegram keeps what comes meanwhile."""
        if self._runner:
            await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        shown = request.headers.get(SECRET, "").encode("utf-8", "replace")
        if not hmac.compare_digest(shown, self._secret):
            return web.Response(status=401)
        try:
            update = orjson.loads(await request.read())
        except orjson.JSONDecodeError:
            update = None
        if not isinstance(update, dict):
            log.error("update_not_readable", advice="A genuine webhook call held no JSON object. It was dropped.")
            return web.Response()
        try:
            await self._accept([raw_of(update)])
        except Exception:
            log.exception("updates_not_kept")
            return web.Response(status=503)
        return web.Response()


async def no_webhook(client: Bot) -> None:
    """Polling needs a bot without a webhook; what waits is kept."""
    try:
        await client.delete_webhook(drop_pending_updates=False)
    except BadRequest as error:
        log.warning("webhook_not_removed", reason=error.message)
