"""The files that come with words: loaded from Telegram and kept for people whom the gym knows. What cannot be loaded is told
and takes nothing else with it."""

import io
from pathlib import Path

from telegram import Bot
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError

from adapters import keep
from adapters.telegram.limits import TELEGRAM
from adapters.telegram.parse import PLATFORM, Attached, Said
from core.chat import one_line
from core.desk import Desk, Stranger
from core.errors import Told
from core.i18n import _, marked

TOO_LARGE = marked(
    "“{name}” is larger than 20 MB, which is more than I can load. It was not kept; send a smaller file."
)
NOT_LOADED = marked("“{name}” could not be loaded from Telegram. It was not kept; please send it again.")
TOO_BIG = "file is too big"


class Attachments:
    """Loads through one bot, keeps in one folder."""

    def __init__(self, client: Bot, desk: Desk, folder: Path) -> None:
        self._client = client
        self._desk = desk
        self._folder = folder

    async def keep(self, said: Said) -> tuple[tuple[str, ...], list[str]]:
        """The numbers of the files that were kept, and what is to be said of those that were not."""
        if not said.attached:
            return (), []
        try:
            speaker, _gym = await self._desk.who(PLATFORM, said.account)
        except Stranger:
            return (), []
        kept, problems = [], []
        for one in said.attached:
            try:
                kept.append(str(await self._keep(speaker.person_id, one)))
            except Told as error:
                problems.append(error.words)
        return tuple(kept), problems

    async def _keep(self, person_id: int, one: Attached) -> int:
        if one.size > TELEGRAM.file_bytes:
            raise Told(_(TOO_LARGE).format(name=one.name))
        try:
            content = await self._loaded(one)
        except TelegramError as error:
            words = TOO_LARGE if TOO_BIG in error.message.casefold() else NOT_LOADED
            raise Told(_(words).format(name=one.name)) from None
        name = one_line(one.name)[:200]
        row = await keep.keep(self._folder, io.BytesIO(content), name, one.media_type, len(content))
        return await self._desk.save_file(person_id, row)

    async def _loaded(self, one: Attached) -> bytes:
        """Once more where the line broke: a connection that was kept open may have been closed by the other side."""
        try:
            return await self._load(one)
        except (BadRequest, RetryAfter):
            raise
        except NetworkError:
            return await self._load(one)

    async def _load(self, one: Attached) -> bytes:
        file = await self._client.get_file(one.file_id)
        return bytes(await file.download_as_bytearray())
