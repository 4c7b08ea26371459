"""What the core says becomes Discord's messages: plain content, or components of its second version, within their limits."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from adapters.discord.limits import COMPONENTS, CONTENT_CHARS, DISCORD, MOST_BUTTONS, OPTION_CHARS, SELECT_OPTIONS
from adapters.discord.markdown import escaped, fixed_width, markdown, split
from core.chat import Button, Card, CardState, Message, Receipt

Body = dict[str, Any]

EPHEMERAL, SUPPRESS_EMBEDS, V2 = 1 << 6, 1 << 2, 1 << 15
ROW, BUTTON, SELECT, SECTION, TEXT, GALLERY, CONTAINER = 1, 2, 3, 9, 10, 12, 17
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
EMPTY = "Done."
_FIRST = 3900


@dataclass(frozen=True)
class Block:
    """A part of a message that stays whole: its component, how many components and characters it counts for."""

    component: Body
    count: int
    chars: int


def bodies(message: Message, *, as_components: bool = False) -> list[Body]:
    """A message as the bodies of one or more Discord messages. What was sent as components stays components, so an edit
    asks for them."""
    text = markdown(message.text)
    only_words = not (message.cards or message.buttons or message.images or message.files or message.receipts)
    if only_words and not as_components and len(text) <= CONTENT_CHARS:
        return [content(text or EMPTY)]
    return [components(blocks) for blocks in _packed(_blocks(message, text))] or [components([_words(EMPTY)])]


def content(text: str) -> Body:
    """A message of words alone."""
    return {"content": text, "flags": SUPPRESS_EMBEDS, "allowed_mentions": NO_MENTIONS}


def components(blocks: Sequence[Block]) -> Body:
    """A message of components."""
    shown = [b.component for b in blocks]
    return {"components": shown, "flags": V2 | SUPPRESS_EMBEDS, "allowed_mentions": NO_MENTIONS}


def partial(text: str) -> Body:
    """Words of an answer that is still being written: no half marks, never too long."""
    shown = markdown(text)
    if len(shown) > CONTENT_CHARS - 2:
        shown = shown[: CONTENT_CHARS - 100].rsplit("\n", 1)[0]
    if shown.count("**") % 2:
        shown += "**"
    if shown.replace("```", "").count("`") % 2:
        shown += "`"
    return content(f"{shown} …" if not shown.endswith("```") else f"{shown}\n…")


def words_of(body: Body) -> list[str]:
    """Everything that a message says, to compare one with another."""
    said = [body["content"]] if body.get("content") else []
    for component in (*(body.get("components") or ()), *([body["accessory"]] if "accessory" in body else [])):
        said += [component["label"]] if component.get("label") else words_of(component)
    return said


# -- blocks ----------------------------------------------------------------------------------------------------


def _blocks(message: Message, text: str) -> Iterator[Block]:
    for piece in split(text, _FIRST):
        yield _words(piece)
    for card in message.cards:
        yield from _card(card)
    for receipt in message.receipts:
        yield _receipt(receipt)
    if pictures := [i for i in message.images if i.url.startswith("https://")]:
        items = [{"media": {"url": i.url}, "description": i.alt[:1000] or None} for i in pictures[:10]]
        yield Block({"type": GALLERY, "items": items}, 1, 0)
    for image in message.images:
        if image not in pictures:
            yield _words(f"*{escaped(image.alt)}*")
    yield from _files(message)
    yield from _choices([b for row in message.buttons for b in row], message)


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
    parts += [f"- {escaped(line)}" for line in card.lines]
    if card.table and card.table.rows:
        parts.append(fixed_width(card.table.head, card.table.rows))
    if card.outcome:
        parts.append(f"-# {escaped(card.outcome)}")
    return "\n".join(parts)


def _receipt(receipt: Receipt) -> Block:
    if receipt.state == "undone":
        return _words(f"↩️ ~~{escaped(receipt.text)}~~\n-# Undone.")
    text = f"✅ {escaped(receipt.text)}"
    if receipt.undo is None:
        return _words(text)
    undo = _button(Button(label="Undo", token=receipt.undo))
    return Block({"type": SECTION, "components": [{"type": TEXT, "content": text}], "accessory": undo}, 3, len(text))


def _files(message: Message) -> Iterator[Block]:
    linked = [f for f in message.files if f.url.startswith(("https://", "http://"))]
    for file in linked[:MOST_BUTTONS]:
        link = {"type": BUTTON, "style": LINK, "label": clipped(file.name, DISCORD.button_label_chars), "url": file.url}
        yield Block({"type": ROW, "components": [link]}, 2, 0)


def _choices(buttons: Sequence[Button], message: Message) -> Iterator[Block]:
    """Up to five buttons are buttons, as the core laid them out; more become a menu, and what a menu cannot hold is
    found by its name."""
    if len(buttons) <= MOST_BUTTONS:
        for row in message.buttons:
            if row:
                yield _row([_button(b) for b in row])
        return
    options = [_option(b) for b in islice(buttons, SELECT_OPTIONS)]
    menu = {"type": SELECT, "custom_id": f"{PICK}:0", "options": options, "placeholder": "Choose one"}
    yield _row([menu])
    if len(buttons) > SELECT_OPTIONS:
        label = f"Search all {len(buttons)}"
        yield _row([{"type": BUTTON, "style": STYLES["plain"], "label": label, "custom_id": SEARCH}])


def _row(inside: list[Body]) -> Block:
    return Block({"type": ROW, "components": inside}, 1 + len(inside), 0)


def _button(button: Button) -> Body:
    label = clipped(button.label, DISCORD.button_label_chars) or "…"
    return {"type": BUTTON, "style": STYLES[button.style], "label": label, "custom_id": button.token}


def _option(button: Button) -> Body:
    return {"label": clipped(button.label, OPTION_CHARS) or "…", "value": button.token}


def clipped(words: str, most: int) -> str:
    """Words that fit, with a sign where they were cut."""
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"


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
