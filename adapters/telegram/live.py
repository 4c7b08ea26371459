"""What people see while Whistle is at work: a typing sign that ends, and the words as they come, never half a mark."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog
from telegram import Bot, LinkPreviewOptions, ReplyParameters
from telegram.error import BadRequest, RetryAfter, TelegramError

from adapters.contract import Parcel
from adapters.steady import steadied
from adapters.telegram.limits import (
    DRAFT_EVERY_S,
    EDIT_EVERY_S,
    TELEGRAM,
    TYPING_AFTER_S,
    TYPING_AT_MOST_S,
    TYPING_EVERY_S,
)
from adapters.telegram.pace import Pacer
from adapters.telegram.render import entities_of
from adapters.telegram.spans import Spans, from_markdown, plain, split
from adapters.telegram.wire import NoSuchMethod
from core.chat import Spot
from core.clock import Clock

log = structlog.get_logger("whistle.telegram")
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
MORE = " …"
MOST_STREAMED = 3500
LEFT_FOR_S = 60.0


class Book(Protocol):
    """Where messages that still grow are written down, so that none is left half said when the process ends."""

    async def growing(self, spot: Spot, message: str) -> None: ...

    async def grown(self, chat: str, asked: str) -> None: ...


class Unwritten:
    """A book that keeps nothing."""

    async def growing(self, spot: Spot, message: str) -> None:
        """Nothing is written down."""

    async def grown(self, chat: str, asked: str) -> None:
        """Nothing was written down."""


class Live:
    """Typing signs by chat and thread, and the messages that show words as they come, by the message they answer."""

    def __init__(self, clock: Clock, client: Bot, pacer: Pacer, book: Book | None = None) -> None:
        self._clock = clock
        self._client = client
        self._pacer = pacer
        self._book = book or Unwritten()
        self._stopped = False
        self._drafts = True
        self._signs: dict[tuple[str, str], int] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._typists: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._streams: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._showing: dict[tuple[str, str], asyncio.Lock] = {}
        self._shown: dict[tuple[str, str], str] = {}

    async def stop(self) -> None:
        """End all signs."""
        self._stopped = True
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _start(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    # -- typing ---------------------------------------------------------------------------------------------

    def typing(self, spot: Spot, on: bool) -> None:
        """Begin or end a sign; several at work in one chat share it."""
        place = (spot.chat, spot.thread)
        count = self._signs.get(place, 0) + (1 if on else -1)
        if count <= 0:
            self._signs.pop(place, None)
            if typist := self._typists.pop(place, None):
                typist.cancel()
            return
        self._signs[place] = count
        if place not in self._typists:
            self._typists[place] = self._start(self._type(place))

    async def _type(self, place: tuple[str, str]) -> None:
        """Renew the sign, which Telegram takes away by itself, for a while and not for ever. What is answered at once
        needs none."""
        chat, thread = place
        await self._clock.sleep(TYPING_AFTER_S)
        until = self._clock.now() + timedelta(seconds=TYPING_AT_MOST_S)
        while self._clock.now() < until:
            if self._pacer.open(chat):
                with suppress(TelegramError):
                    await self._client.send_chat_action(
                        int(chat), "typing", message_thread_id=int(thread) if thread else None
                    )
            await self._clock.sleep(TYPING_EVERY_S)

    # -- words as they come ---------------------------------------------------------------------------------

    def stream(self, spot: Spot, number: int, words: Callable[[], AsyncIterator[str]]) -> None:
        """Show the words that answer a message while they come: as a draft in private, as a message that grows in a
        group. `words` gives all words so far, each time there are more. A server without drafts is not asked again."""
        if spot.message and (spot.group or self._drafts):
            key = (spot.chat, spot.message)
            self._showing[key] = asyncio.Lock()
            self._streams[key] = self._start(self._follow(key, spot, number, words))

    async def _follow(
        self, key: tuple[str, str], spot: Spot, number: int, words: Callable[[], AsyncIterator[str]]
    ) -> None:
        """Take the newest words whenever it is time to show some."""
        newest = ""
        shown_at: datetime | None = None
        every = EDIT_EVERY_S if spot.group else DRAFT_EVERY_S
        try:
            async for text in words():
                newest = text
                now = self._clock.now()
                if shown_at is None:
                    shown_at = now if spot.group else now - timedelta(seconds=every)
                steady = steadied(newest)
                if (now - shown_at).total_seconds() >= every and steady and len(newest) < MOST_STREAMED:
                    shown_at = now
                    async with self._showing[key]:
                        await self._show(key, spot, number, from_markdown(steady) + plain(MORE))
        except RetryAfter as error:
            wait = error.retry_after
            self._pacer.blocked(spot.chat, float(wait if isinstance(wait, int) else wait.total_seconds()))
        except NoSuchMethod:
            self._drafts = self._drafts and spot.group
        except TelegramError:
            log.info("stream_not_shown", chat=spot.chat)
        except Exception:
            log.exception("stream_failed", chat=spot.chat)
        finally:
            self._streams.pop(key, None)
            self._showing.pop(key, None)
            if key in self._shown and not self._stopped:
                self._start(self._sweep(key))

    def adopt(self, chat: str, asked: str, message: str) -> None:
        """An earlier process left a message half said: the answer takes it over, if it comes soon."""
        self._shown[chat, asked] = message
        self._start(self._sweep((chat, asked)))

    async def _sweep(self, key: tuple[str, str]) -> None:
        """Take away words in a group that no answer took over."""
        await self._clock.sleep(LEFT_FOR_S)
        if message := self._shown.pop(key, None):
            with suppress(TelegramError):
                await self._client.delete_message(int(key[0]), int(message))
            await self._book.grown(*key)

    async def _show(self, key: tuple[str, str], spot: Spot, number: int, words: Spans) -> None:
        """One more look at the words, if the allowance has room; the answer itself must not wait for it."""
        piece = split(words, TELEGRAM.message_chars)[0]
        if not self._pacer.spare(spot.chat, group=spot.group):
            return
        marks = entities_of(piece)
        thread = int(spot.thread) if spot.thread else None
        chat = int(spot.chat)
        if not spot.group:
            await self._client.send_message_draft(chat, number, piece.text, message_thread_id=thread, entities=marks)
        elif key in self._shown:
            message = int(self._shown[key])
            with suppress(BadRequest):
                await self._client.edit_message_text(
                    piece.text, chat, message, entities=marks, link_preview_options=NO_PREVIEW
                )
        else:
            reply = ReplyParameters(int(spot.message), allow_sending_without_reply=True)
            made = await self._client.send_message(
                chat, piece.text, entities=marks, message_thread_id=thread, reply_parameters=reply,
                link_preview_options=NO_PREVIEW,
            )  # fmt: skip
            self._shown[key] = str(made.message_id)
            await self._book.growing(spot, self._shown[key])

    async def taken(self, parcel: Parcel) -> str | None:
        """The message that shows the words of this parcel as they come, to be changed into the whole. The stream is ended
        first, between two of its steps, so that nothing old comes after the answer."""
        key = _key(parcel)
        if key is None:
            return None
        if (stream := self._streams.get(key)) is not None:
            async with self._showing[key]:
                stream.cancel()
            await asyncio.gather(stream, return_exceptions=True)
        return self._shown.get(key)

    async def settled(self, parcel: Parcel) -> None:
        """What was shown as it came is the parcel's now."""
        if (key := _key(parcel)) is not None and key in self._shown:
            del self._shown[key]
            await self._book.grown(*key)


def _key(parcel: Parcel) -> tuple[str, str] | None:
    spot = parcel.answers
    return (spot.chat, spot.message) if spot is not None and parcel.kind == "answer" else None
