"""The way out to Telegram: a parcel becomes sends or edits, within the bot's own allowance, and every fault of the platform
one of the courier's outcomes."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import structlog
from telegram import (
    Bot,
    InlineKeyboardButton,
    InputFile,
    InputMediaDocument,
    InputMediaPhoto,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
)
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TimedOut

from adapters.contract import Elsewhere, Failed, Gone, Later, Moved, Outcome, Parcel, Sent, Unsure
from adapters.edits import reshaped
from adapters.fallback import Load, brought, has_pages, nothing
from adapters.telegram.limits import ALBUM, TELEGRAM
from adapters.telegram.live import Live
from adapters.telegram.pace import Pacer
from adapters.telegram.parse import OPENED, PLATFORM
from adapters.telegram.render import Part, Rendered, Upload, entities_of, rendered
from adapters.telegram.spans import plain
from adapters.telegram.whisper import Whispers
from adapters.telegram.wire import NotSent
from core.chat import Message as Told
from core.chat import Spot
from core.i18n import _

log = structlog.get_logger("whistle.telegram")
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
UNREACHED_S = 3.0
WRONG_TOKEN_S = 60.0
NOTHING_MORE = "…"
NOT_MODIFIED = "message is not modified"
NOT_THERE = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "there is no text in the message",
)
NO_CHAT = (
    "chat not found",
    "user is deactivated",
    "group chat was deactivated",
    "peer_id_invalid",
    "need administrator",
)
NO_THREAD = ("message thread not found", "topic_deleted", "topic_id_invalid")


class NotYet(Exception):
    """The allowance has no room for so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


@dataclass
class Way:
    """One parcel under way: where to, and what of it is out."""

    parcel: Parcel
    shown: Rendered
    reply: ReplyParameters | None
    thread: int | None
    sent: list[str] = field(default_factory=list)


class TelegramCarrier:
    """Sends for one bot. `held` are the parcels that wait for the allowance."""

    platform = PLATFORM
    idempotent = False
    whispers = True

    def __init__(
        self, bot: str, client: Bot, pacer: Pacer, live: Live, whispers: Whispers, load: Load = nothing
    ) -> None:
        self.bot = bot
        self.username = ""
        self.held: set[int] = set()
        self._client = client
        self._pacer = pacer
        self._live = live
        self._whispers = whispers
        self._load = load

    def door(self, code: str, group: bool = False) -> str:
        """A deep link; it is known once Telegram has told the bot's name."""
        start = "startgroup" if group else "start"
        return f"https://t.me/{self.username}?{start}={code}" if self.username else ""

    def working(self, spot: Spot, on: bool) -> None:
        """A typing sign while Whistle is at work."""
        self._live.typing(spot, on)

    async def send(self, parcel: Parcel) -> Outcome:
        """Carry a parcel, or say how long it has to wait."""
        group = parcel.chat.startswith("-")
        parcel = replace(parcel, message=await brought(parcel.message, self._load))
        way = Way(parcel, self._shown(parcel), self._reply(parcel, group), _thread(parcel.thread), list(parcel.sent))
        if parcel.only_for and group:
            return await self._told(way, lambda: self._whisper(way))
        return await self._told(way, lambda: self._edit(way) if parcel.kind == "edit" else self._out(way))

    def _slot(self, way: Way, count: int = 1) -> None:
        """Go on if the allowance has room; else the courier has to wait, because what waits here would be in doubt after
        a crash."""
        parcel = way.parcel
        key = f"{parcel.id}:{parcel.kind}:{len(way.sent)}"
        wait = self._pacer.wait(key, parcel.chat, group=parcel.chat.startswith("-"), count=count)
        if wait > 0:
            self.held.add(parcel.id)
            raise NotYet(wait)
        self.held.discard(parcel.id)

    def _shown(self, parcel: Parcel) -> Rendered:
        whispered = bool(parcel.only_for) and parcel.chat.startswith("-")
        link = None
        if parcel.kind == "pointer":
            link = InlineKeyboardButton(_("Open our chat"), url=self.door(OPENED))
        return rendered(parcel.message, only_you=whispered, link=link)

    @staticmethod
    def _reply(parcel: Parcel, group: bool) -> ReplyParameters | None:
        """In a group an answer hangs on its question."""
        spot = parcel.answers
        if (
            not group
            or spot is None
            or not spot.message.isdecimal()
            or spot.chat != parcel.chat
            or parcel.kind == "edit"
        ):
            return None
        return ReplyParameters(int(spot.message), allow_sending_without_reply=True)

    # -- outcomes -------------------------------------------------------------------------------------------

    async def _told(self, way: Way, work: Callable[[], Awaitable[Outcome]]) -> Outcome:
        """The outcome of some work, whatever the platform says to it."""
        chat, sent = way.parcel.chat, way.sent
        try:
            return await work()
        except NotYet as error:
            return Later(error.seconds, sent=tuple(sent))
        except RetryAfter as error:
            seconds = _seconds(error)
            self._pacer.blocked(chat, seconds)
            return Later(seconds, sent=tuple(sent))
        except ChatMigrated as error:
            return Moved(str(error.new_chat_id))
        except Forbidden as error:
            return Gone(error.message)
        except InvalidToken:
            log.error("token_refused", advice="Telegram refuses the bot's token. Make a new one with BotFather.")
            return Later(WRONG_TOKEN_S, everywhere=True, sent=tuple(sent))
        except NotSent:
            return Later(UNREACHED_S, everywhere=True, sent=tuple(sent))
        except BadRequest as error:
            return self._refused(way, error.message)
        except (TimedOut, NetworkError):
            return Unsure(tuple(sent))

    def _refused(self, way: Way, words: str) -> Outcome:
        lower = words.casefold()
        if any(sign in lower for sign in NO_CHAT):
            return Gone(words)
        log.error("parcel_refused", parcel=way.parcel.id, reason=words)
        return Failed(words)

    # -- sending --------------------------------------------------------------------------------------------

    async def _out(self, way: Way) -> Outcome:
        """All parts that are not out yet; the words may take the place of those that were shown as they came."""
        shown = way.shown
        streamed = await self._live.taken(way.parcel)
        if streamed is not None:
            self._slot(way)
        fits = streamed is not None and not way.sent and shown.parts and shown.parts[0].upload is None
        if streamed is not None and fits and await self._over(way, streamed, shown.parts[0]):
            way.sent.append(streamed)
            await self._live.settled(way.parcel)
        for part in shown.parts[len(way.sent) :]:
            self._slot(way)
            way.sent.append(str((await self._part(way, part)).message_id))
        for batch in _batches(shown.uploads, len(way.sent) - len(shown.parts)):
            self._slot(way, len(batch))
            way.sent += await self._uploaded(way, batch)
        return Sent(tuple(way.sent))

    async def _over(self, way: Way, message: str, part: Part) -> bool:
        """Put a part in the place of a message that is there; False where that is gone."""
        try:
            await self._changed(way.parcel.chat, int(message), part)
        except BadRequest as error:
            return NOT_MODIFIED in error.message.casefold()
        return True

    async def _part(self, way: Way, part: Part) -> Message:
        try:
            return await self._sent(way, part)
        except BadRequest as error:
            if way.thread is None or not any(sign in error.message.casefold() for sign in NO_THREAD):
                raise
            way.thread = None
            return await self._sent(way, part)

    async def _sent(self, way: Way, part: Part) -> Message:
        where: dict[str, Any] = {
            "chat_id": int(way.parcel.chat),
            "message_thread_id": way.thread,
            "reply_markup": part.keyboard,
            "reply_parameters": way.reply if not way.sent else None,
        }
        words, marks = part.spans.text, entities_of(part.spans)
        if part.upload is None:
            return await self._client.send_message(text=words, entities=marks, link_preview_options=NO_PREVIEW, **where)
        file = _file(part.upload)
        if part.upload.kind == "photo":
            return await self._client.send_photo(photo=file, caption=words, caption_entities=marks, **where)
        return await self._client.send_document(document=file, caption=words, caption_entities=marks, **where)

    async def _uploaded(self, way: Way, batch: Sequence[Upload]) -> list[str]:
        """Pictures or files: one alone, several as an album."""
        where: dict[str, Any] = {"chat_id": int(way.parcel.chat), "message_thread_id": way.thread}
        if len(batch) == 1:
            one, file = batch[0], _file(batch[0])
            if one.kind == "photo":
                return [str((await self._client.send_photo(photo=file, caption=one.caption, **where)).message_id)]
            return [str((await self._client.send_document(document=file, caption=one.caption, **where)).message_id)]
        kind = InputMediaPhoto if batch[0].kind == "photo" else InputMediaDocument
        media = [kind(_file(u, attach=True), caption=u.caption or None) for u in batch]
        return [str(m.message_id) for m in await self._client.send_media_group(media=media, **where)]

    # -- changing -------------------------------------------------------------------------------------------

    async def _edit(self, way: Way) -> Outcome:
        """The messages that show it are made to show its newest form; what is no longer there stays gone."""
        parcel, free = way.parcel, False
        words = len(parcel.edits) - len(way.shown.uploads)
        parts = way.shown.parts
        if parcel.only_for and 0 < words < len(parts):
            parts = (*parts[: words - 1], replace(parts[words - 1], keyboard=parts[-1].keyboard))

        async def change(message: str, part: Part) -> None:
            nonlocal free
            if not free:
                self._slot(way)
            free = True
            await self._put_over(parcel.chat, message, part)

        async def add(number: int, part: Part) -> str | None:
            self._slot(way)
            return str((await self._part(way, part)).message_id)

        async def remove(message: str) -> None:
            await self._removed(parcel.chat, message)

        shown = await reshaped(parcel.edits[:words], way.sent, parts, change=change, add=add, remove=remove)
        return Sent((*shown, *parcel.edits[words:]))

    async def _put_over(self, chat: str, message: str, part: Part) -> None:
        """Show a part in the place of a message, if that is still there."""
        try:
            if message.startswith("e"):
                await self._whispers.change(chat, message, part)
            else:
                await self._changed(chat, int(message), part)
        except BadRequest as error:
            words = error.message.casefold()
            if NOT_MODIFIED not in words and not any(sign in words for sign in NOT_THERE):
                raise

    async def _removed(self, chat: str, message: str) -> None:
        """Take a message away; one that is too old for that says nothing any more."""
        try:
            if message.startswith("e"):
                await self._whispers.change(chat, message, Part(plain(NOTHING_MORE)))
            else:
                await self._client.delete_message(int(chat), int(message))
        except BadRequest:
            with suppress(BadRequest):
                await self._put_over(chat, message, Part(plain(NOTHING_MORE)))

    async def _changed(self, chat: str, message: int, part: Part) -> None:
        words, marks = part.spans.text, entities_of(part.spans)
        if part.upload is not None:
            await self._client.edit_message_caption(
                chat_id=int(chat), message_id=message, caption=words, caption_entities=marks, reply_markup=part.keyboard
            )
            return
        await self._client.edit_message_text(
            chat_id=int(chat),
            message_id=message,
            text=words,
            entities=marks,
            link_preview_options=NO_PREVIEW,
            reply_markup=part.keyboard,
        )

    async def turn_page(self, chat: str, message: str, shown: Told, page: int) -> None:
        """Show another page of a message's buttons, if it has several and the allowance has room; to one person alone
        where only they see it."""
        if not has_pages(shown, TELEGRAM) or not self._pacer.spare(chat, group=chat.startswith("-")):
            return
        part = rendered(shown, only_you=message.startswith("e"), page=page).parts[-1]
        if message.startswith("e"):
            await self._whispers.change(chat, message, part)
        else:
            await self._client.edit_message_reply_markup(int(chat), int(message), reply_markup=part.keyboard)

    # -- to one person in a group ---------------------------------------------------------------------------

    async def _whisper(self, way: Way) -> Outcome:
        """Only where the server shows it to that person alone, and all of it; else the courier finds another way."""
        if way.parcel.kind == "edit":
            return await self._edit(way)
        whole = len(way.shown.parts) == 1 and not way.shown.uploads and way.shown.parts[0].upload is None
        if not whole or not await self._whispers.may(way.parcel):
            self.held.discard(way.parcel.id)
            return Elsewhere()
        self._slot(way)
        try:
            made = await self._whispers.tell(way.parcel, way.shown.parts[0], way.thread)
        except BadRequest:
            return Elsewhere()
        return Sent((made,)) if made else Elsewhere()


def _seconds(error: RetryAfter) -> float:
    wait = error.retry_after
    return float(wait if isinstance(wait, int) else wait.total_seconds())


def _thread(thread: str) -> int | None:
    return int(thread) if thread.isdecimal() else None


def _file(upload: Upload, attach: bool = False) -> Any:
    if isinstance(upload.content, str):
        return upload.content
    return InputFile(upload.content, filename=upload.name, attach=attach)


def _batches(uploads: Sequence[Upload], done: int) -> list[list[Upload]]:
    """Uploads of a kind together, at most an album at a time, without those that are out."""
    batches: list[list[Upload]] = []
    for upload in uploads[max(0, done) :]:
        if batches and batches[-1][0].kind == upload.kind and len(batches[-1]) < ALBUM:
            batches[-1].append(upload)
        else:
            batches.append([upload])
    return batches
