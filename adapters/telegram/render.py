"""What the core says becomes Telegram's messages: text with entities, rows of buttons that can be read, pictures, files."""

import base64
import binascii
import mimetypes
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote_to_bytes

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity

from adapters.telegram.limits import CAPTION_UNITS, MOST_BUTTONS, PHOTO_BYTES, ROW_CHARS, TABLE_COLUMNS, TELEGRAM
from adapters.telegram.spans import Spans, from_markdown, joined, marked, plain, split, units
from core.chat import Button, Card, File, Image, Message, Receipt, Table

SIGNS = {
    "approved": "✅",
    "rejected": "✖️",
    "answered": "✅",
    "closed": "⚪️",
    "expired": "⌛️",
    "undone": "↩️",
}
OUTCOMES = {
    "approved": "Approved",
    "rejected": "Not done",
    "answered": "Answered",
    "closed": "No longer open",
    "expired": "Expired",
    "undone": "Undone",
}
NOTHING = "…"
ONLY_YOU = "🔒 Only you see this."
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


def rendered(message: Message, *, only_you: bool = False, link: InlineKeyboardButton | None = None) -> Rendered:
    """A message as Telegram shows it. `link` is one more button, at the end."""
    whole = joined([plain(ONLY_YOU) if only_you else Spans(), *_blocks(message)], "\n\n")
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
    if card.state not in SIGNS:
        return plain(card.outcome or "")
    return marked(f"{SIGNS[card.state]} {card.outcome or OUTCOMES[card.state]}", "italic")


def _table(table: Table) -> Spans:
    """Columns where a phone has room for them, else a line for each row."""
    rows = [table.head, *table.rows]
    widths = [max(len(row[n]) if n < len(row) else 0 for row in rows) for n in range(len(table.head))]
    if sum(widths) + 2 * (len(widths) - 1) <= TABLE_COLUMNS:
        lines = ["  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=False)).rstrip() for row in rows]
        return marked("\n".join(lines), "pre")
    return joined([_row(table.head, row) for row in table.rows], "\n")


def _row(head: Sequence[str], row: Sequence[str]) -> Spans:
    rest = [f"{h}: {v}" if h else v for h, v in zip(head[1:], row[1:], strict=False) if v]
    return plain("• ") + marked(row[0] or "–", "bold") + plain(f" — {', '.join(rest)}" if rest else "")


def _receipt(receipt: Receipt) -> Spans:
    if receipt.state == "undone":
        return plain("↩️ ") + marked(receipt.text, "strikethrough") + plain(" Undone.")
    return plain(f"✅ {receipt.text}")


# -- buttons --------------------------------------------------------------------------------------------------


def _keyboard(message: Message, link: InlineKeyboardButton | None) -> InlineKeyboardMarkup | None:
    rows = [row for given in message.buttons for row in _rows(given)]
    undo = [r for r in message.receipts if r.undo]
    rows += [[_undo(r, len(undo) > 1)] for r in undo]
    if link is not None:
        rows.append([link])
    return InlineKeyboardMarkup(_within(rows)) if rows else None


def _undo(receipt: Receipt, several: bool) -> InlineKeyboardButton:
    label = f"↩️ Undo: {receipt.text}" if several else "↩️ Undo"
    return InlineKeyboardButton(_short(label), callback_data=receipt.undo)


def _rows(buttons: Iterable[Button]) -> list[list[InlineKeyboardButton]]:
    """Buttons of one row, in as many rows as it takes to read their labels on a phone."""
    rows: list[list[InlineKeyboardButton]] = []
    width = 0
    for button in buttons:
        label = _short(button.label)
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


def _short(label: str) -> str:
    most = TELEGRAM.button_label_chars
    return label if len(label) <= most else f"{label[: most - 1].rstrip()}…"


def _within(rows: list[list[InlineKeyboardButton]]) -> list[list[InlineKeyboardButton]]:
    kept, count = [], 0
    for row in rows:
        count += len(row)
        if count > MOST_BUTTONS:
            break
        kept.append(row)
    return kept


# -- pictures and files ---------------------------------------------------------------------------------------


def _photo(image: Image) -> Upload | None:
    content = content_of(image.url)
    if content is None:
        return None
    kind: Literal["photo", "document"] = "document" if len(content) > PHOTO_BYTES else "photo"
    return Upload(kind, content, f"picture{_ending(image.url)}", image.alt[:CAPTION_UNITS])


def _document(file: File) -> Upload | None:
    content = content_of(file.url)
    return Upload("document", content, file.name) if content is not None else None


def content_of(url: str) -> bytes | str | None:
    """The bytes in a data address, or an address that anybody can fetch; None for what only this machine sees."""
    if not url.startswith("data:"):
        return url if url.startswith("https://") else None
    head, _, data = url.partition(",")
    try:
        return base64.b64decode(data) if head.endswith(";base64") else unquote_to_bytes(data)
    except (ValueError, binascii.Error):
        return None


def _ending(url: str) -> str:
    kind = url[5:].partition(";")[0].partition(",")[0] if url.startswith("data:") else ""
    return mimetypes.guess_extension(kind) or ".png"


def entities_of(spans: Spans) -> list[MessageEntity]:
    """The marks as the library takes them."""
    return [MessageEntity(m.type, m.offset, m.length, url=m.url, language=m.language) for m in spans.marks]
