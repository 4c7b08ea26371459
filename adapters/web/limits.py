"""How much the page and the HTTP API take and show, as data."""

from dataclasses import dataclass

from adapters.contract import Limits

MEGABYTE = 1024 * 1024

WEB = Limits(
    message_chars=100_000,
    button_label_chars=200,
    button_data_bytes=100,
    buttons_per_row=8,
    button_rows=50,
    buttons=400,
    file_bytes=20 * MEGABYTE,
    upload_bytes=100 * MEGABYTE,
    pictures=frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml"}),
    edits=True,
    streams=True,
    tables=True,
    private_in_room=False,
)
JSON_BYTES = 2 * MEGABYTE
FORM_BYTES = WEB.file_bytes + 64 * 1024
READ_AWAY_BYTES = 200 * MEGABYTE
KEY_CHARS = 255
MOST_ATTACHMENTS = 10


@dataclass(frozen=True)
class Pace:
    """How fast one person may send: `burst` at once, refilled over `seconds`."""

    burst: int = 30
    seconds: float = 10.0
