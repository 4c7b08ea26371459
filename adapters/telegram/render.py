"""What the core says becomes Telegram's messages: text with entities, rows of buttons that can be read, pictures, files."""

import mimetypes
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity

from adapters.fallback import SIGNS, clipped, columns, content_of, fitted, outcome_told, rows_told
from adapters.telegram.limits import CAPTION_UNITS, PHOTO_BYTES, ROW_CHARS, TABLE_COLUMNS, TELEGRAM
from adapters.telegram.spans import Spans, from_markdown, joined, marked, plain, split, units
from core import i18n
from core.chat import Button, Card, File, Image, Message, Receipt, Table
from core.i18n import _

NOTHING = "…"
ONLY_YOU = i18n.marked("🔒 Only you see this.")
STYLES = {"primary": "primary", "danger": "danger", "plain": None}


@dataclass(frozen=True)
class Upload:
    """A picture or a file on its way out: its bytes, or an address that Telegram fetches."""

    kind: Literal["photo", "document"]
    content: bytes | str
    name: str
    caption: str = ""


@dataclass(frozen=True)
class Part:
    """One message of Telegram's: words, or an upload with words under it."""

    spans: Spans
    keyboard: InlineKeyboardMarkup | None = None
    upload: Upload | None = None


@dataclass(frozen=True)
class Rendered:
    """A whole message: its parts in order, the last of which carries the buttons, and the uploads that follow it."""

    parts: tuple[Part, ...]
    uploads: tuple[Upload, ...] = ()


def rendered(
    message: Message, *, only_you: bool = False, link: InlineKeyboardButton | None = None, page: int = 0
) -> Rendered:
    """A message as Telegram shows it. `link` is one more button, at the end; `page` is the page of its buttons."""
    message = fitted(message, TELEGRAM, page)
    whole = joined([plain(_(ONLY_YOU)) if only_you else Spans(), *_blocks(message)], "\n\n")
    keyboard = _keyboard(message, link)
    uploads = tuple(u for u in (*map(_photo, message.images), *map(_document, message.files)) if u)
    if len(uploads) == 1 and units(whole.text) <= CAPTION_UNITS and not message.cards:
        return Rendered((Part(whole, keyboard, uploads[0]),))
    pieces = split(whole, TELEGRAM.message_chars) or ([] if uploads and not keyboard else [plain(NOTHING)])
    parts = [Part(p) for p in pieces[:-1]] + [Part(p, keyboard) for p in pieces[-1:]]
    return Rendered(tuple(parts), uploads)


def _blocks(message: Message) -> list[Spans]:
    return [
        from_markdown(message.text) if message.text else Spans(),
        *(card_of(c) for c in message.cards),
        *(_receipt(r) for r in message.receipts),
    ]


def card_of(card: Card) -> Spans:
    """A card in lines: what it is about, what it says, and what became of it."""
    lines = [
        marked(card.title, "bold"),
        *(plain(f"{fact.label}: {fact.value}") for fact in card.facts),
        *(plain(f"• {line}" if len(card.lines) > 1 else line) for line in card.lines),
    ]
    blocks = [joined(lines, "\n"), _table(card.table) if card.table else Spans(), _outcome(card)]
    return joined(blocks, "\n" if not card.table else "\n\n")


def _outcome(card: Card) -> Spans:
    words = outcome_told(card)
    return marked(words, "italic") if card.state in SIGNS else plain(words)


def _table(table: Table) -> Spans:
    """Columns where a phone has room for them, else a line for each row."""
    lined_up = columns(table, TABLE_COLUMNS)
    if lined_up:
        return marked(lined_up, "pre")
    legend, rows = rows_told(table)
    return joined([marked(legend, "italic"), *(_row(*row) for row in rows)], "\n")


def _row(first: str, rest: str) -> Spans:
    return plain("• ") + marked(first, "bold") + plain(f" — {rest}" if rest else "")


def _receipt(receipt: Receipt) -> Spans:
    if receipt.state == "undone":
        return plain("↩️ ") + marked(receipt.text, "strikethrough") + plain(" " + _("Undone."))
    return plain(f"✅ {receipt.text}")


# -- buttons --------------------------------------------------------------------------------------------------


def _keyboard(message: Message, link: InlineKeyboardButton | None) -> InlineKeyboardMarkup | None:
    rows = [row for given in message.buttons for row in _rows(given)]
    undo = [r for r in message.receipts if r.undo]
    rows += [[_undo(r, len(undo) > 1)] for r in undo]
    if link is not None:
        rows.append([link])
    return InlineKeyboardMarkup(rows) if rows else None


def _undo(receipt: Receipt, several: bool) -> InlineKeyboardButton:
    if receipt.label == "Redo":
        return InlineKeyboardButton(_("↪️ Redo"), callback_data=receipt.undo)
    label = _("↩️ Undo: {change}").format(change=receipt.text) if several else _("↩️ Undo")
    return InlineKeyboardButton(clipped(label, TELEGRAM.button_label_chars), callback_data=receipt.undo)


def _rows(buttons: Iterable[Button]) -> list[list[InlineKeyboardButton]]:
    """Buttons of one row, in as many rows as it takes to read their labels on a phone."""
    rows: list[list[InlineKeyboardButton]] = []
    width = 0
    for button in buttons:
        label = button.label
        made = InlineKeyboardButton(label, callback_data=button.token, style=STYLES[button.style])
        fits = rows and len(rows[-1]) < TELEGRAM.buttons_per_row and _fits(rows[-1], label, width)
        if fits:
            rows[-1].append(made)
            width += len(label)
        else:
            rows.append([made])
            width = len(label)
    return rows


def _fits(row: Sequence[InlineKeyboardButton], label: str, width: int) -> bool:
    """All buttons of a row get the same width, so the longest label decides."""
    longest = max(len(label), *(len(b.text) for b in row))
    return longest * (len(row) + 1) <= ROW_CHARS and width + len(label) <= ROW_CHARS


# -- pictures and files ---------------------------------------------------------------------------------------


def _photo(image: Image) -> Upload | None:
    content = content_of(image.url)
    if content is None:
        return None
    large = not isinstance(content.data, str) and len(content.data) > PHOTO_BYTES
    name = f"picture{mimetypes.guess_extension(content.media_type) or '.png'}"
    return Upload("document" if large else "photo", content.data, name, clipped(image.alt, CAPTION_UNITS // 2))


def _document(file: File) -> Upload | None:
    content = content_of(file.url)
    return Upload("document", content.data, file.name) if content is not None else None


def entities_of(spans: Spans) -> list[MessageEntity]:
    """The marks as the library takes them."""
    return [MessageEntity(m.type, m.offset, m.length, url=m.url, language=m.language) for m in spans.marks]
