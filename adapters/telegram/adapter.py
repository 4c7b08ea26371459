"""The Telegram adapter: takes updates in, hands what they say to the desk, carries out what the desk sends."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing, suppress
from pathlib import Path
from typing import Any, Protocol

import structlog
from pydantic import SecretStr
from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from adapters.contract import Limits, Raw
from adapters.fallback import page_of
from adapters.telegram import menu, parse
from adapters.telegram.attachments import Attachments
from adapters.telegram.carrier import TelegramCarrier
from adapters.telegram.ingest import Poller, PortTaken, Webhook, no_webhook
from adapters.telegram.limits import CALL_S, FILE_S, TELEGRAM, TOAST_CHARS, Paces
from adapters.telegram.live import Live
from adapters.telegram.pace import Pacer
from adapters.telegram.parse import PLATFORM, Ignored, Renumbered, Said, Standing, Tapped
from adapters.telegram.whisper import Whispers
from adapters.telegram.wire import Wire
from core.chat import Incoming, Press, Spot, one_line
from core.desk import Acted, Desk, Stranger
from core.errors import Told
from core.i18n import _, marked

log = structlog.get_logger("whistle.telegram")
AGAIN_S, LONGEST_S = 1.0, 60.0
TAKEN = marked("Got it.")
NOT_REACHED = "Nothing is lost: I try again until Telegram answers; everything else works meanwhile."
BAD_TOKEN = "Telegram does not know the token in telegram.token. Copy it again from BotFather. Nothing was started."


class Section(Protocol):
    """The [telegram] section of the settings."""

    @property
    def token(self) -> SecretStr | None: ...
    @property
    def api_url(self) -> str: ...
    @property
    def file_url(self) -> str | None: ...
    @property
    def webhook_url(self) -> str | None: ...
    @property
    def webhook_secret(self) -> SecretStr | None: ...
    @property
    def webhook_host(self) -> str: ...
    @property
    def webhook_port(self) -> int: ...


class TelegramAdapter:
    """One bot."""

    name = PLATFORM
    limits: Limits = TELEGRAM

    def __init__(self, settings: Section, desk: Desk, data_dir: Path, paces: Paces | None = None) -> None:
        assert settings.token is not None
        self._settings = settings
        self._token = settings.token.get_secret_value()
        self.bot = self._token.partition(":")[0]
        if not self.bot.isdecimal():
            raise Told(BAD_TOKEN)
        self._desk = desk
        self._wire = Wire(CALL_S, FILE_S)
        self._client = self._new_bot(self._wire)
        self._pacer = Pacer(desk.clock, paces or Paces())
        self._live = Live(desk.clock, self._client, self._pacer, self)
        self._whispers = Whispers(desk.clock, self._client, int(self.bot))
        self.carrier = TelegramCarrier(
            self.bot, self._client, self._pacer, self._live, self._whispers, desk.platforms.content
        )
        self._attachments = Attachments(self._client, desk, data_dir / "files")
        self._source: Poller | Webhook = self._ingest()
        self._tasks: set[asyncio.Task[None]] = set()
        self._offered: set[str] = set()
        desk.platforms.announce(self.carrier)

    def _new_bot(self, wire: Wire) -> Bot:
        api = self._settings.api_url.rstrip("/")
        files = (self._settings.file_url or f"{api}/file").rstrip("/")
        return Bot(self._token, f"{api}/bot", f"{files}/bot", request=wire, get_updates_request=wire)

    def _ingest(self) -> Poller | Webhook:
        where = self._settings
        if not where.webhook_url:
            return Poller(self._desk.clock, self._new_bot, self._accept)
        secret = where.webhook_secret.get_secret_value() if where.webhook_secret else ""
        return Webhook(
            self._accept, self._client, url=where.webhook_url, secret=secret, host=where.webhook_host,
            port=where.webhook_port,
        )  # fmt: skip

    async def start(self) -> None:
        """Begin; a token that Telegram refuses is said at once, a network that is down is waited for."""
        await self._wire.initialize()
        for spot, message in await self._desk.platforms.half_said(PLATFORM, self.bot):
            self._live.adopt(spot.chat, spot.message, message)
        await self._desk.platforms.open(self.carrier, self._handle, parse.piece_of)
        try:
            await self._greet()
        except InvalidToken:
            await self.stop()
            raise Told(BAD_TOKEN) from None
        except PortTaken:
            self._spawn(self._greet_again())
        except TelegramError as error:
            log.warning("telegram_not_reached", reason=str(error), advice=NOT_REACHED)
            self._spawn(self._greet_again())

    async def _greet(self) -> None:
        """Learn the bot's name and let updates come; its menu can wait."""
        me = await self._client.get_me()
        self.carrier.username = me.username or ""
        if isinstance(self._source, Webhook):
            await self._source.start()
        else:
            await no_webhook(self._client)
            self._source.start()
        self._spawn(self._lasting(lambda: menu.offer(self._client, self._desk.platforms.commands())))

    async def _greet_again(self) -> None:
        await self._desk.clock.sleep(AGAIN_S)
        await self._lasting(self._greet)
        log.info("telegram_reached")

    async def _lasting(self, work: Callable[[], Awaitable[None]]) -> None:
        """Try something until Telegram lets it be done, at longer and longer distances."""
        wait = AGAIN_S
        while True:
            try:
                await work()
                return
            except InvalidToken:
                log.error("token_refused", advice=BAD_TOKEN)
                return
            except TelegramError as error:
                log.debug("telegram_not_reached", reason=str(error))
            await self._desk.clock.sleep(wait)
            wait = min(LONGEST_S, wait * 2)

    async def stop(self) -> None:
        """Take nothing more, let what is on its way arrive, and let go of the connections."""
        await self._source.stop()
        await self._desk.platforms.close(self.carrier)
        await self._live.stop()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._wire.shutdown()

    async def growing(self, spot: Spot, message: str) -> None:
        """A message of a group grows: it is known after an end of the process."""
        await self._desk.platforms.growing(PLATFORM, self.bot, spot, message)

    async def grown(self, chat: str, asked: str) -> None:
        """It is whole, or gone."""
        await self._desk.platforms.grown(PLATFORM, self.bot, chat, asked)

    def _spawn(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # -- in -------------------------------------------------------------------------------------------------

    async def _accept(self, batch: Sequence[Raw]) -> None:
        await self._desk.platforms.arrive(PLATFORM, self.bot, batch)

    async def _handle(self, raw: Raw) -> None:
        """Do what one update asks for."""
        found = self._parsed(raw)
        match found:
            case Said():
                await self._heard(raw, found)
            case Tapped():
                await self._pressed(raw, found)
            case Standing():
                if found.group:
                    self._whispers.standing(found.chat, found.admin)
                await self._desk.platforms.gone(PLATFORM, self.bot, found.chat, back=found.back)
            case Renumbered():
                await self._desk.platforms.moved(PLATFORM, self.bot, found.chat, found.to)
            case Ignored():
                log.debug("update_ignored", event_id=raw.event_id, reason=found.reason)

    def _parsed(self, raw: Raw) -> parse.Parsed:
        """What an update says, or an album, whose pictures are one message."""
        pieces = [parse.parsed(body, int(self.bot), self.carrier.username) for body in (raw.body, *raw.rest)]
        said = [piece for piece in pieces if isinstance(piece, Said)]
        return parse.together(said) if len(said) > 1 else said[0] if said else pieces[0]

    async def _heard(self, raw: Raw, said: Said) -> None:
        """Hand on words that are for us, with their files."""
        spot, platforms = said.spot, self._desk.platforms
        if not said.addressed:
            facts = await platforms.place(PLATFORM, self.bot, spot.chat, spot.thread)
            if facts is None or not facts.listens or not said.text:
                return
        kept, problems = await self._attachments.keep(said) if said.addressed else ((), [])
        shown = await platforms.shown(PLATFORM, self.bot, spot.chat, said.answers) if said.answers else None
        words = menu.words_of(said)
        incoming = Incoming(
            platform=PLATFORM,
            bot=self.bot,
            event_id=raw.event_id,
            account=said.account,
            name=said.name,
            text="" if said.forwarded else words,
            quoted=words if said.forwarded else "",
            reply_to=shown,
            attachments=kept,
            spot=spot,
            addressed=said.addressed,
        )
        if problems:
            await platforms.refuse(incoming, "\n".join(problems))
        if problems and not kept and not words:
            return None
        number = await platforms.receive(incoming)
        if not spot.group and said.account not in self._offered:
            self._spawn(self._offer(said.account, int(spot.chat)))
        if number is not None:
            self._live.stream(spot, number, lambda: self._words(number))
        return None

    async def _offer(self, account: str, chat: int) -> None:
        """The first time somebody of the staff writes, their chat lists what they may do."""
        self._offered.add(account)
        with suppress(Stranger, TelegramError):
            speaker, _gym = await self._desk.who(PLATFORM, account)
            if speaker.role > menu.MEMBER:
                await menu.offer_to(self._client, chat, int(speaker.role), self._desk.platforms.commands())

    async def _words(self, number: int) -> AsyncIterator[str]:
        """All words so far that answer a message, each time there are more."""
        so_far = ""
        async with aclosing(self._desk.heard(number, newest=True)) as pieces:
            async for piece in pieces:
                if not isinstance(piece, Acted):
                    so_far += piece.text
                    yield so_far

    async def _pressed(self, raw: Raw, tap: Tapped) -> None:
        """Settle a press; the toast says what came of it."""
        self._whispers.pressed(tap)
        if (page := page_of(tap.token)) is not None:
            return self._spawn(self._turn_page(tap, page))
        spot = await self._pressed_at(tap)
        press = Press(
            platform=PLATFORM, bot=self.bot, event_id=raw.event_id, account=tap.account, token=tap.token, spot=spot
        )
        pressed = await self._desk.platforms.press(press)
        self._spawn(self._toast(tap.query, pressed.notice))

    async def _pressed_at(self, tap: Tapped) -> Spot:
        """Where a press was made. The topic of an old message is not told any more, but we know where we sent it."""
        spot = tap.spot
        if tap.seen or not spot.group:
            return spot
        thread = await self._desk.platforms.thread(PLATFORM, self.bot, spot.chat, spot.message)
        return spot.model_copy(update={"thread": thread})

    async def _turn_page(self, tap: Tapped, page: int) -> None:
        """Other buttons of the same message; that changes nothing, so it is not kept either."""
        shown = await self._desk.platforms.message(PLATFORM, self.bot, tap.spot.chat, tap.spot.message)
        with suppress(TelegramError):
            await self._client.answer_callback_query(tap.query)
            if shown is not None:
                await self.carrier.turn_page(tap.spot.chat, tap.spot.message, shown, page)

    async def _toast(self, query: str, notice: str | None) -> None:
        """A short word to whoever pressed; a reason why nothing was done has to be read, so it stays until it is closed."""
        words = one_line(notice or _(TAKEN))
        short = words if len(words) <= TOAST_CHARS else f"{words[: TOAST_CHARS - 1]}…"
        with suppress(TelegramError):
            await self._client.answer_callback_query(query, text=short, show_alert=notice is not None)


def make(settings: Section, desk: Desk, data_dir: Path) -> TelegramAdapter:
    """The adapter of a configured bot. Nothing is asked of Telegram before `start`."""
    return TelegramAdapter(settings, desk, data_dir)
