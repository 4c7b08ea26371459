"""How much Telegram carries and shows, how fast, and which updates are asked for, as data."""

from dataclasses import dataclass

from adapters.contract import Limits

MEGABYTE = 1024 * 1024

TELEGRAM = Limits(
    message_chars=4096,
    button_label_chars=64,
    button_data_bytes=64,
    buttons_per_row=3,
    button_rows=33,
    buttons=24,
    file_bytes=20 * MEGABYTE,
    upload_bytes=50 * MEGABYTE,
    pictures=frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"}),
    edits=True,
    streams=True,
    tables=False,
    private_in_room=True,
)
CAPTION_UNITS = 1024
MOST_ENTITIES = 100
ROW_CHARS = 32
TABLE_COLUMNS = 34
ALBUM = 10
TOAST_CHARS = 200
PHOTO_BYTES = 10 * MEGABYTE
COMMANDS = 100
COMMAND_CHARS, DESCRIPTION_CHARS = 32, 256

# Left out, Telegram keeps what was asked for last.
ALLOWED_UPDATES = ("message", "edited_message", "channel_post", "callback_query", "my_chat_member")

# How long a call may take, and one that carries a file up or down.
CALL_S, FILE_S = 20.0, 90.0
POLL_S = 30
POLL_GRACE_S = 15
POLL_LIMIT = 100
CONFLICT_WAIT_S = 30.0
TYPING_AFTER_S = 0.4
TYPING_EVERY_S = 4.5
TYPING_AT_MOST_S = 120.0
DRAFT_EVERY_S = 0.7
EDIT_EVERY_S = 1.1
WHISPER_WITHIN_S = 12.0


@dataclass(frozen=True)
class Window:
    """At most so many in any stretch of so many seconds."""

    most: int
    seconds: float


@dataclass(frozen=True)
class Paces:
    """How fast the bot sends: to one chat (one a second, in short bursts), to one group, and in all. `busy` is the part of
    the whole that chats may use which have just been written to, so that they hold up no others. A little below what is
    allowed, because the line does not keep distances."""

    chat: Window = Window(5, 5.2)
    group: Window = Window(20, 61.0)
    busy: Window = Window(28, 1.03)
    bot: Window = Window(30, 1.03)
