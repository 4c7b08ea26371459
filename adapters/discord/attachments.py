"""Files that come with messages: their size is looked at before they are loaded, then they are kept as their sender's."""

import asyncio
import io
from pathlib import Path

import aiohttp
import discord
import structlog

from adapters import keep
from adapters.discord.limits import DISCORD
from adapters.discord.line import Line
from adapters.discord.parse import PLATFORM, Attached, Written
from core.desk import Desk, Kept, Stranger
from core.i18n import _, marked

log = structlog.get_logger("whistle.discord")
MOST = 10
NAME_CHARS, TYPE_CHARS = 200, 100
TOO_LARGE = marked("I did not take {names}: files may have up to 20 MB here. Your words were received.")
NOT_LOADED = marked(
    "I did not take {names}: Discord did not give it to me; send it once more. Your words were received."
)


class Attachments:
    """Loads and keeps the files of one bot's messages."""

    def __init__(self, desk: Desk, line: Line, folder: Path) -> None:
        self._desk = desk
        self._line = line
        self._folder = folder

    async def keep(self, message: Written) -> tuple[str, ...]:
        """The ids of a message's files. What cannot be taken is said at once; the words are received all the same."""
        if not message.attachments:
            return ()
        try:
            speaker, _gym = await self._desk.who(PLATFORM, message.author.id)
        except Stranger:
            return ()
        large = [a for a in message.attachments if a.size > DISCORD.file_bytes]
        if large:
            await self._say(message, large, TOO_LARGE)
        kept = []
        for attached in [a for a in message.attachments if a not in large][:MOST]:
            if (found := await self._load(message, attached)) is not None:
                kept.append(str(await self._desk.save_file(speaker.person_id, found)))
        return tuple(kept)

    async def _load(self, message: Written, attached: Attached) -> Kept | None:
        try:
            async with asyncio.timeout(60):
                data = await self._line.http.get_from_cdn(attached.url)
        except (OSError, TimeoutError, aiohttp.ClientError, discord.HTTPException):
            log.warning("file_not_loaded", message=message.id)
            await self._say(message, [attached], NOT_LOADED)
            return None
        kind = (attached.content_type or "application/octet-stream").partition(";")[0][:TYPE_CHARS]
        name = Path(attached.filename.replace("\\", "/")).name[:NAME_CHARS] or "file"
        return await keep.keep(self._folder, io.BytesIO(data), name, kind, len(data))

    async def _say(self, message: Written, files: list[Attached], why: str) -> None:
        words = _(why).format(names=", ".join(a.filename for a in files)[:300])
        reply = {"message_id": message.id, "fail_if_not_exists": False}
        body = {"content": words, "allowed_mentions": {"parse": []}, "flags": 4, "message_reference": reply}
        body |= {"nonce": f"f{files[0].id}", "enforce_nonce": True}
        try:
            await self._line.call("POST", "/channels/{channel_id}/messages", body, channel_id=message.channel_id)
        except (OSError, TimeoutError, aiohttp.ClientError, discord.DiscordException):
            log.warning("not_said", message=message.id)
