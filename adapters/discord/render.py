"""What the core says becomes Discord's messages: plain content, or components of its second version, within their limits."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.discord.limits import (
    COMPONENTS,
    CONTENT_CHARS,
    DISCORD,
    GALLERY_PICTURES,
    MOST_BUTTONS,
    OPTION_CHARS,
    TABLE_COLUMNS,
)
from adapters.discord.markdown import escaped, fixed_width, markdown, split
from adapters.fallback import clipped, columns, content_of, fitted, outcome_told, page_of, rows_told
from adapters.steady import steadied
from core.chat import Button, Card, CardState, Image, Message, Receipt, Table
from core.i18n import _, marked

Body = dict[str, Any]

EPHEMERAL, SUPPRESS_EMBEDS, V2 = 1 << 6, 1 << 2, 1 << 15
ROW, BUTTON, SELECT, SECTION, TEXT, GALLERY, FILE, CONTAINER = 1, 2, 3, 9, 10, 12, 13, 17
STYLES = {"primary": 1, "plain": 2, "danger": 4}
LINK = 5
NO_MENTIONS: dict[str, list[str]] = {"parse": []}
SEARCH = "search"
PICK = "pick"
QUESTIONS = ("confirm", "pick", "ask")
COLOURS: dict[CardState, int] = {
    "open": 0xF0B132,
    "approved": 0x23A55A,
    "answered": 0x23A55A,
    "rejected": 0x80848E,
    "closed": 0x80848E,
    "expired": 0x80848E,
    "undone": 0x80848E,
    "plain": 0x5865F2,
}
EMPTY = marked("Done.")
_FIRST = 3900
MORE = "\n…"
_UNNAMED = re.compile(r"[^\w.-]+", re.ASCII)


@dataclass(frozen=True)
class Block:
    """A part of a message that stays whole: its component, how many components and characters it counts for, and the
    names and bytes that go up with it."""

    component: Body
    count: int
    chars: int
    uploads: tuple[tuple[str, bytes], ...] = ()


def bodies(message: Message, *, as_components: bool = False, page: int = 0) -> list[Body]:
    """A message as the bodies of one or more Discord messages. What was sent as components stays components, so an edit
    asks for them. `page` is the page of the buttons, which stand in the last one."""
    total = sum(len(row) for row in message.buttons)
    message = fitted(message, DISCORD, page)
    text = markdown(message.text)
    only_words = not (message.cards or message.buttons or message.images or message.files or message.receipts)
    if only_words and not as_components and len(text) <= CONTENT_CHARS:
        return [content(text or _(EMPTY))]
    packed = _packed(_blocks(message, text, total))
    return [components(blocks) for blocks in packed] or [components([_words(_(EMPTY))])]


def content(text: str) -> Body:
    """A message of words alone."""
    return {"content": text, "flags": SUPPRESS_EMBEDS, "allowed_mentions": NO_MENTIONS}


def components(blocks: Sequence[Block]) -> Body:
    """A message of components; what goes up with it is under `uploads`, which is no field of Discord's."""
    shown = [b.component for b in blocks]
    uploads = [u for b in blocks for u in b.uploads]
    body = {"components": shown, "flags": V2 | SUPPRESS_EMBEDS, "allowed_mentions": NO_MENTIONS}
    return {**body, "uploads": uploads} if uploads else body


def kept(body: Body) -> Body:
    """A body for a message that has its uploads already."""
    return {name: value for name, value in body.items() if name != "uploads"}


def partial(text: str) -> Body | None:
    """Words of an answer that is still being written: no half marks, never too long; None where there are none yet."""
    steady = markdown(steadied(text))
    if not steady:
        return None
    return content(split(steady, CONTENT_CHARS - len(MORE))[0] + MORE)


def words_of(body: Body) -> list[str]:
    """Everything that a message says, to compare one with another."""
    said = [body["content"]] if body.get("content") else []
    for component in (*(body.get("components") or ()), *([body["accessory"]] if "accessory" in body else [])):
        said += [component["label"]] if component.get("label") else words_of(component)
    return said


# -- blocks ----------------------------------------------------------------------------------------------------


def _blocks(message: Message, text: str, total: int) -> Iterator[Block]:
    for piece in split(text, _FIRST):
        yield _words(piece)
    for card in message.cards:
        yield from _card(card)
    for receipt in message.receipts:
        yield _receipt(receipt)
    for first in range(0, len(message.images), GALLERY_PICTURES):
        yield _gallery(message.images[first : first + GALLERY_PICTURES], first)
    yield from _files(message)
    yield from _choices(message, total)


def _words(text: str) -> Block:
    return Block({"type": TEXT, "content": text}, 1, len(text))


def _card(card: Card) -> Iterator[Block]:
    for text in split(card_text(card), _FIRST):
        inside = [{"type": TEXT, "content": text}]
        yield Block({"type": CONTAINER, "accent_color": COLOURS[card.state], "components": inside}, 2, len(text))


def card_text(card: Card) -> str:
    """A card in words: title, facts, lines, table, and what became of it."""
    title = escaped(card.title)
    struck = card.state == "undone" or (card.kind == "confirm" and card.state in ("rejected", "expired", "closed"))
    parts = [f"### ~~{title}~~" if struck else f"### {title}"]
    parts += [f"**{escaped(f.label)}:** {escaped(f.value)}" for f in card.facts]
    parts += [f"- {escaped(line)}" if len(card.lines) > 1 else escaped(line) for line in card.lines]
    if card.table and card.table.rows:
        parts.append(_table(card.table))
    if outcome := outcome_told(card):
        parts.append(f"-# {escaped(outcome)}")
    return "\n".join(parts)


def _table(table: Table) -> str:
    """Columns where a phone has room for them, else a line for each row."""
    if columns(table, TABLE_COLUMNS) is not None:
        return fixed_width(table.head, table.rows)
    legend, rows = rows_told(table)
    told = [f"- **{escaped(first)}**{f' — {escaped(rest)}' if rest else ''}" for first, rest in rows]
    return "\n".join([f"-# {escaped(legend)}", *told] if legend else told)


def _receipt(receipt: Receipt) -> Block:
    if receipt.state == "undone":
        undone = _("Undone.")
        return _words(f"↩️ ~~{escaped(receipt.text)}~~\n-# {undone}")
    text = f"✅ {escaped(receipt.text)}"
    if receipt.undo is None:
        return _words(text)
    undo = _button(Button(label=_(receipt.label), token=receipt.undo))
    return Block({"type": SECTION, "components": [{"type": TEXT, "content": text}], "accessory": undo}, 3, len(text))


def _gallery(images: Sequence[Image], first: int) -> Block:
    """Pictures beside each other: from their address, or uploaded."""
    items, uploads = [], []
    for number, image in enumerate(images, first + 1):
        content = content_of(image.url)
        assert content is not None
        url = content.data
        if not isinstance(url, str):
            name = f"picture{number}.{content.media_type.partition('/')[2]}"
            uploads.append((name, url))
            url = f"attachment://{name}"
        items.append({"media": {"url": url}, "description": clipped(image.alt, 1000) or None})
    return Block({"type": GALLERY, "items": items}, 1, 0, tuple(uploads))


def _files(message: Message) -> Iterator[Block]:
    for number, file in enumerate(message.files, 1):
        content = content_of(file.url)
        assert content is not None
        if isinstance(content.data, str):
            label = clipped(file.name, DISCORD.button_label_chars)
            yield _row([{"type": BUTTON, "style": LINK, "label": label, "url": content.data}])
        else:
            name = (
                f"{number}-{_UNNAMED.sub('_', file.name)[-80:]}" if number > 1 else _UNNAMED.sub("_", file.name)[-80:]
            )
            shown = {"type": FILE, "file": {"url": f"attachment://{name}"}}
            yield Block(shown, 1, 0, ((name, content.data),))


def _choices(message: Message, total: int) -> Iterator[Block]:
    """Up to five buttons are buttons, as the core laid them out; more become a menu, and what a menu cannot hold is
    on its next page, or found by its name."""
    turns = [b for row in message.buttons for b in row if page_of(b.token) is not None]
    buttons = [b for row in message.buttons for b in row if b not in turns]
    if total <= MOST_BUTTONS:
        yield from (_row([_button(b) for b in row]) for row in message.buttons if row)
        return
    options = [_option(b) for b in buttons]
    yield _row([{"type": SELECT, "custom_id": f"{PICK}:0", "options": options, "placeholder": _("Choose one")}])
    if turns:
        label = _("Search all {count}").format(count=total)
        search = {"type": BUTTON, "style": STYLES["plain"], "label": label, "custom_id": SEARCH}
        yield _row([*(_button(b) for b in turns), search])


def _row(inside: list[Body]) -> Block:
    return Block({"type": ROW, "components": inside}, 1 + len(inside), 0)


def _button(button: Button) -> Body:
    label = clipped(button.label, DISCORD.button_label_chars) or "…"
    return {"type": BUTTON, "style": STYLES[button.style], "label": label, "custom_id": button.token}


def _option(button: Button) -> Body:
    return {"label": clipped(button.label, OPTION_CHARS) or "…", "value": button.token}


# -- packing ---------------------------------------------------------------------------------------------------


def _packed(blocks: Iterator[Block]) -> Iterator[list[Block]]:
    """Blocks in as few messages as hold them, in order."""
    held: list[Block] = []
    for block in blocks:
        count, chars = sum(b.count for b in held), sum(b.chars for b in held)
        if held and (count + block.count > COMPONENTS or chars + block.chars > DISCORD.message_chars):
            yield held
            held = []
        held.append(block)
    if held:
        yield held
