"""What a platform cannot show is told in another way: buttons beyond its limit on further pages or as numbers to type,
pictures it cannot draw in their words, files where they can be had. Nothing is left out without a word."""

import base64
import binascii
import mimetypes
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from adapters.contract import Limits
from core.chat import Button, Card, File, Image, Message, Table
from core.i18n import _, marked

PAGE = "page:"
OWN = "/agent/files/"
MORE, BACK = marked("More…"), marked("Back…")
TYPED = marked("Answer with its number.")
UNDO_TYPED = marked("Say “undo” to take that back.")
TOO_LARGE = marked("It is larger than {most} MB, which is more than fits here; it can be read on the page.")
NOT_HERE = marked("It cannot be shown here; it can be read on the page.")
MEGABYTE = 1024 * 1024
EMPTY = "–"
LEGEND_ROWS, LEGEND_COLUMNS = 3, 5
SIGNS = {
    "approved": "✅",
    "rejected": "✖️",
    "answered": "✅",
    "closed": "⚪️",
    "expired": "⌛️",
    "undone": "↩️",
}
OUTCOMES = {
    "approved": marked("Approved"),
    "rejected": marked("Not done"),
    "answered": marked("Answered"),
    "closed": marked("No longer open"),
    "expired": marked("Expired"),
    "undone": marked("Undone"),
}
_MARKS = re.compile(r"([\\`*_~|\[\]<>#])")

Load = Callable[[str], Awaitable[bytes | None]]


@dataclass(frozen=True)
class Content:
    """What stands behind a picture's or a file's address: its bytes, or an address that everybody can read."""

    data: bytes | str
    media_type: str


def fitted(message: Message, limits: Limits, page: int = 0) -> Message:
    """A message of which a platform can show every part; `page` is the page of its buttons."""
    pictures = [i for i in message.images if _drawn(i, limits)]
    others = [i for i in message.images if i not in pictures]
    files = [*message.files, *(File(url=i.url, name=_name_of(i)) for i in others if content_of(i.url))]
    told = [plain(i.alt or _(NOT_HERE)) for i in others]
    told += [f"{plain(f.name)}: {why}" for f in files if (why := _why_not(f, limits))]
    told += [f"- {plain(b.label)}" for row in message.buttons for b in row if len(b.label) > limits.button_label_chars]
    sent = tuple(f for f in files if _why_not(f, limits) is None)
    shown = message.model_copy(update={"text": _with(message.text, *told), "images": tuple(pictures), "files": sent})
    return _paged(_few_undos(shown, limits), limits, page) if limits.buttons else _numbered(shown)


def plain(words: str) -> str:
    """Words in Markdown that are nothing but words."""
    return _MARKS.sub(r"\\\1", words)


def _with(text: str, *more: str) -> str:
    return "\n\n".join(filter(None, [text, *more]))


# -- buttons ---------------------------------------------------------------------------------------------------


def page_of(token: str) -> int | None:
    """The page that a button of ours turns to; None for every other token."""
    number = token.removeprefix(PAGE)
    return (
        int(number) if token.startswith(PAGE) and number.isascii() and number.isdecimal() and len(number) < 4 else None
    )


def has_pages(message: Message, limits: Limits) -> bool:
    """Whether a message has more buttons than are shown at once."""
    return any(page_of(b.token) is not None for row in fitted(message, limits).buttons for b in row)


def _paged(message: Message, limits: Limits, page: int) -> Message:
    """The buttons of one page, with those that turn it. Rows stay whole."""
    undos = sum(1 for r in message.receipts if r.undo)
    rows = [tuple(_labelled(b, limits) for b in row) for row in told_apart(message.buttons) if row]
    pages = _cut(rows, limits.buttons, max(limits.buttons - undos, 1))
    page = min(page, len(pages) - 1)
    turns = [Button(label=_(BACK), token=f"{PAGE}{page - 1}")] if page else []
    turns += [Button(label=_(MORE), token=f"{PAGE}{page + 1}")] if page < len(pages) - 1 else []
    return message.model_copy(update={"buttons": (*pages[page], *((tuple(turns),) if turns else ()))})


def _few_undos(message: Message, limits: Limits) -> Message:
    """Receipts beyond as many buttons as are shown at once are undone by saying so."""
    undos = [r for r in message.receipts if r.undo]
    if len(undos) <= limits.buttons:
        return message
    receipts = tuple(
        r.model_copy(update={"undo": None}) if r in undos[limits.buttons :] else r for r in message.receipts
    )
    return message.model_copy(update={"receipts": receipts, "text": _with(message.text, _(UNDO_TYPED))})


def _cut(rows: Sequence[tuple[Button, ...]], most: int, first: int) -> list[list[tuple[Button, ...]]]:
    """Rows in pages of at most so many buttons, a row that is longer than a page in pieces."""
    pieces = [row[n : n + most] for row in rows for n in range(0, len(row), most)]
    pages: list[list[tuple[Button, ...]]] = [[]]
    for row in pieces:
        room = first if len(pages) == 1 else most
        if pages[-1] and sum(len(r) for r in pages[-1]) + len(row) > room:
            pages.append([])
        pages[-1].append(row)
    return pages


def told_apart(rows: Sequence[Sequence[Button]]) -> list[list[Button]]:
    """Buttons of which no two read the same: those that would get a number."""
    labels = [b.label for row in rows for b in row]
    seen: dict[str, int] = {}
    found: list[list[Button]] = []
    for row in rows:
        found.append([])
        for button in row:
            seen[button.label] = number = seen.get(button.label, 0) + 1
            twice = labels.count(button.label) > 1
            found[-1].append(button.model_copy(update={"label": f"{number} · {button.label}"}) if twice else button)
    return found


def _labelled(button: Button, limits: Limits) -> Button:
    return button.model_copy(update={"label": clipped(button.label, limits.button_label_chars) or "…"})


def _numbered(message: Message) -> Message:
    """Buttons as a list that is answered by typing: what a platform without buttons shows."""
    labels = [b.label for row in message.buttons for b in row]
    lines = [f"{number}. {label}" for number, label in enumerate(labels, 1)]
    text = _with(message.text, _(UNDO_TYPED) if any(r.undo for r in message.receipts) else "")
    asked = (Card(kind="list", title=_(TYPED), lines=tuple(lines)),) if lines else ()
    receipts = tuple(r.model_copy(update={"undo": None}) for r in message.receipts)
    return message.model_copy(
        update={"text": text, "buttons": (), "cards": (*message.cards, *asked), "receipts": receipts}
    )


def clipped(words: str, most: int) -> str:
    """Words that fit, with a sign where they were cut."""
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"


# -- tables ----------------------------------------------------------------------------------------------------


def columns(table: Table, most: int) -> str | None:
    """A table with its columns lined up, for fixed width; None where a line would be longer than so many characters."""
    rows = [table.head, *table.rows]
    count = max((len(row) for row in rows), default=0)
    cells = [[*row, *[""] * (count - len(row))] for row in rows]
    widths = [max(len(row[n]) for row in cells) for n in range(count)]
    if sum(widths) + 2 * (count - 1) > most:
        return None
    return "\n".join("  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in cells)


def rows_told(table: Table) -> tuple[str, list[tuple[str, str]]]:
    """A table that is too wide, row by row: what each is about, and the rest. Where many rows say the same few things, a
    legend above names these once; else each row does."""
    few = len(table.rows) >= LEGEND_ROWS and 2 <= len(table.head) <= LEGEND_COLUMNS and all(table.head)
    legend = f"{table.head[0]} — {' · '.join(table.head[1:])}" if few else ""
    return legend, [_row_told(table, row, named=not few) for row in table.rows]


def _row_told(table: Table, row: Sequence[str], named: bool) -> tuple[str, str]:
    first, cells = (row[0] if row else "") or EMPTY, list(zip(table.head[1:], row[1:], strict=False))
    if not named:
        return first, " · ".join(cell or EMPTY for _head, cell in cells)
    return first, ", ".join(f"{head}: {cell}" if head else cell for head, cell in cells if cell)


def outcome_told(card: Card) -> str:
    """What became of a card, with a sign for it; nothing for one that is open or plain."""
    if card.state not in SIGNS:
        return card.outcome or ""
    return f"{SIGNS[card.state]} {card.outcome or _(OUTCOMES[card.state])}"


# -- pictures and files ----------------------------------------------------------------------------------------


async def nothing(url: str) -> bytes | None:
    """Where no files are kept."""
    return None


async def brought(message: Message, load: Load) -> Message:
    """A message whose own files have come along: in place of an address that only the page can read, their bytes."""
    urls = [i.url for i in message.images] + [f.url for f in message.files]
    if not any(url.startswith(OWN) for url in urls):
        return message
    images = [i.model_copy(update={"url": await _brought(i.url, load)}) for i in message.images]
    files = [f.model_copy(update={"url": await _brought(f.url, load, f.name)}) for f in message.files]
    return message.model_copy(update={"images": tuple(images), "files": tuple(files)})


async def _brought(url: str, load: Load, name: str = "") -> str:
    found = await load(url) if url.startswith(OWN) else None
    if found is None:
        return url
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return f"data:{kind};base64,{base64.b64encode(found).decode()}"


def content_of(url: str) -> Content | None:
    """What a data address holds, or an address that anybody can read; None for what only this machine sees."""
    if not url.startswith("data:"):
        return Content(url, mimetypes.guess_type(url)[0] or "") if url.startswith("https://") else None
    head, _comma, data = url.removeprefix("data:").partition(",")
    try:
        read = base64.b64decode(data, validate=True) if head.endswith(";base64") else unquote_to_bytes(data)
    except (ValueError, binascii.Error):
        return None
    return Content(read, head.partition(";")[0]) if read else None


def _drawn(image: Image, limits: Limits) -> bool:
    """Whether a platform draws a picture: of a kind that it knows, and not too large."""
    content = content_of(image.url)
    if content is None:
        return False
    kind = content.media_type
    known = kind in limits.pictures or (isinstance(content.data, str) and not kind)
    return known and (isinstance(content.data, str) or len(content.data) <= limits.upload_bytes)


def _why_not(file: File, limits: Limits) -> str | None:
    """Why a file cannot be sent; None when it can."""
    content = content_of(file.url)
    if content is None:
        return _(NOT_HERE)
    large = not isinstance(content.data, str) and len(content.data) > limits.upload_bytes
    return _(TOO_LARGE).format(most=limits.upload_bytes // MEGABYTE) if large else None


def _name_of(image: Image) -> str:
    """What a picture is called that is sent as a file."""
    content = content_of(image.url)
    return f"picture{mimetypes.guess_extension(content.media_type) or ''}" if content else "picture"
