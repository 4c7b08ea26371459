"""How much Discord takes and shows, as data."""

from adapters.contract import Limits

MEGABYTE = 1024 * 1024

DISCORD = Limits(
    message_chars=4000,
    button_label_chars=80,
    button_data_bytes=100,
    buttons_per_row=5,
    button_rows=5,
    buttons=25,
    file_bytes=20 * MEGABYTE,
    upload_bytes=10 * MEGABYTE,
    pictures=frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"}),
    edits=True,
    streams=True,
    tables=False,
    private_in_room=True,
)
CONTENT_CHARS = 2000
COMPONENTS = 40
MOST_BUTTONS = 5
GALLERY_PICTURES = 10
TABLE_COLUMNS = 42
SELECT_OPTIONS = 25
OPTION_CHARS = 100
CHOICES = 25
MODAL_FIELDS = 5
MODAL_TITLE_CHARS = 45
NONCE_CHARS = 25
GROUP_COMMANDS = 25
TOP_COMMANDS = 100

ANSWER_WITHIN_S = 3.0
EDIT_EVERY_S = 1.0
TYPING_EVERY_S = 8.0
TYPING_AT_MOST_S = 300.0
IDENTIFIES_A_DAY = 180
BACKFILL_PAGE = 100
BACKFILL_AT_ONCE = 8
