"""A bare python-telegram-bot over the same transport as ours, in a process of its own.

Usage: python -m benchmarks.telegram_bare TELEGRAM MODELS FOLDER. It runs until standard input ends. What it does is said by
the first word of a message: `echo` it, `edit` the echo as well, ask a `model` and edit its whole answer over its first words,
or stream it and be `durable` about it. What only some of that needs is imported there: a bare start is bare."""

import asyncio
import gc
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from telegram import Bot, Message, Update
from telegram.ext import Application, ApplicationBuilder, MessageHandler, filters

from adapters.telegram.wire import Wire

TOKEN = "7000001:AAtest-token-that-must-never-be-logged"
AT_ONCE = 256
ANSWER = "word " * 60
DRAFT_EVERY_S = 0.7
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL")


class Models:
    """The SDK's own post with bytes that are ready."""

    def __init__(self, url: str, folder: Path) -> None:
        from anthropic import AsyncAnthropic, AsyncStream

        self._client: Any = AsyncAnthropic(api_key="sk", base_url=url, max_retries=0)
        self._stream = AsyncStream[object]
        self._body = (folder / "body.json").read_bytes()

    async def words(self) -> AsyncIterator[str]:
        """All words so far, with each event."""
        headers = {"headers": {"Content-Type": "application/json"}}
        stream = await self._client.post(
            "/v1/messages", content=self._body, options=headers, cast_to=object, stream=True, stream_cls=self._stream
        )
        so_far = ""
        async for event in stream:
            if event["type"] == "content_block_delta":
                so_far += event["delta"]["text"]
                yield so_far


class Book:
    """What is kept of a message: one transaction when it comes, one when it is answered."""

    def __init__(self, folder: Path) -> None:
        import sqlite3

        self._db = sqlite3.connect(folder / "bare.db", isolation_level=None)
        for pragma in PRAGMAS:
            self._db.execute(f"pragma {pragma}")
        for table in ("inbox", "events", "outbox"):
            self._db.execute(f"create table if not exists {table} (id integer primary key, chat, body)")

    def keep(self, chat: int, *rows: tuple[str, str]) -> None:
        """Rows of tables in one transaction."""
        self._db.execute("begin immediate")
        for table, words in rows:
            self._db.execute(f"insert into {table} (chat, body) values (?, ?)", (chat, words))
        self._db.execute("commit")


class Bare:
    """The least that does the same work."""

    def __init__(self, models: str, folder: Path) -> None:
        self._where = models, folder
        self._models: Models | None = None
        self._book: Book | None = None

    async def said(self, update: Update, _: Any) -> None:
        """Answer one message."""
        message = update.message
        assert message is not None
        assert message.text is not None
        match message.text.split()[0]:
            case "edit":
                made = await message.reply_text(ANSWER[:20])
                await made.edit_text(ANSWER)
            case "model":
                await self._model(message)
            case "durable":
                await self._durable(message, message.text)
            case _:
                await message.reply_text(message.text)

    def _words(self) -> AsyncIterator[str]:
        self._models = self._models or Models(*self._where)
        return self._models.words()

    async def _model(self, message: Message) -> None:
        made, so_far = None, ""
        async for so_far in self._words():
            made = made or await message.reply_text(so_far)
        if made is not None:
            await made.edit_text(so_far)

    async def _durable(self, message: Message, said: str) -> None:
        """Kept as it comes and as it is answered, with a draft as often as Telegram takes one."""
        self._book = self._book or Book(self._where[1])
        self._book.keep(message.chat_id, ("inbox", said), ("events", said))
        loop, shown, so_far = asyncio.get_running_loop(), 0.0, ""
        async for so_far in self._words():
            if loop.time() - shown >= DRAFT_EVERY_S:
                shown = loop.time()
                await message.get_bot().send_message_draft(message.chat_id, message.message_id, so_far)
        self._book.keep(message.chat_id, ("events", so_far), ("events", so_far), ("outbox", so_far))
        await message.reply_text(so_far)


async def main() -> None:
    """python-telegram-bot as its pages show it, but for the transport."""
    telegram, models, folder = sys.argv[1:]
    wire, polls = Wire(20.0), Wire(60.0)
    bot = Bot(TOKEN, f"{telegram}/bot", f"{telegram}/file/bot", request=wire, get_updates_request=polls)
    app: Application[Any, Any, Any, Any, Any, Any]
    app = ApplicationBuilder().bot(bot).concurrent_updates(AT_ONCE).build()
    app.add_handler(MessageHandler(filters.TEXT, Bare(models, Path(folder)).said))
    await app.initialize()
    await app.start()
    assert app.updater is not None
    await app.updater.start_polling(timeout=30)
    gc.collect()
    gc.freeze()
    await asyncio.to_thread(sys.stdin.read)
    await app.updater.stop()
    await app.stop()
    await app.shutdown()


if __name__ == "__main__":
    asyncio.run(main())
