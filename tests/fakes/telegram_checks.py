"""What the Bot API refuses: texts, entities and keyboards out of bounds, and sends beyond the allowance."""

import math
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from core.clock import Clock
from tests.fakes.telegram_world import Json, utf16

TEXT_UNITS, CAPTION_UNITS, ENTITIES, DATA_BYTES, TOAST_CHARS, BUTTONS, ROW = 4096, 1024, 100, 64, 200, 100, 8
ENTITY_TYPES = {
    "mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bold", "italic", "underline",
    "strikethrough", "spoiler", "blockquote", "expandable_blockquote", "code", "pre", "text_link", "text_mention",
    "custom_emoji", "date_time",
}  # fmt: skip
ALONE = {"code", "pre"}
BUTTON_KINDS = {"callback_data", "url", "web_app", "login_url", "switch_inline_query", "copy_text", "pay"}
BUTTON_FIELDS = {"text", "style", "icon_custom_emoji_id"} | BUTTON_KINDS


class Rejected(Exception):
    """An answer that is not ok, as the server words it."""

    def __init__(self, code: int, words: str, **parameters: Any) -> None:
        super().__init__(words)
        self.code = code
        self.words = words
        self.parameters = parameters


def bad(words: str, **parameters: Any) -> Rejected:
    """A bad request."""
    return Rejected(400, f"Bad Request: {words}", **parameters)


def check_text(text: str, entities: list[Json] | None, most: int, empty: str | None) -> None:
    """A text with its entities, in UTF-16 units."""
    if not text.strip():
        if empty:
            raise bad(empty)
        return
    if utf16(text) > most:
        raise bad("message is too long" if most == TEXT_UNITS else "message caption is too long")
    check_entities(text, entities or [])


def check_entities(text: str, entities: list[Json]) -> None:
    """Entities lie inside of the text, on whole characters, nested and not crossed; code holds nothing else."""
    if len(entities) > ENTITIES:
        raise bad("ENTITIES_TOO_LONG")
    starts = _character_starts(text)
    spans = []
    for e in entities:
        if e.get("type") not in ENTITY_TYPES or unknown(
            e,
            {"type", "offset", "length", "url", "user", "language", "custom_emoji_id", "unix_time", "date_time_format"},
        ):
            raise bad(f"can't parse MessageEntity: {e}")
        begin, length = e["offset"], e["length"]
        if length <= 0 or begin < 0 or begin not in starts or begin + length not in starts:
            raise bad("ENTITY_BOUNDS_INVALID")
        if e["type"] == "text_link" and not str(e.get("url", "")).startswith(
            ("http://", "https://", "tg://", "mailto:")
        ):
            raise bad("ENTITY_URL_INVALID")
        spans.append((begin, begin + length, e["type"]))
    for a_begin, a_end, a in spans:
        for b_begin, b_end, b in spans:
            crossed = a_begin < b_begin < a_end < b_end
            inside = (a_begin, a_end, a) != (b_begin, b_end, b) and a_begin <= b_begin and b_end <= a_end
            if crossed or (inside and a in ALONE):
                raise bad("ENTITY_BOUNDS_INVALID")


def _character_starts(text: str) -> set[int]:
    starts, at = {0}, 0
    for character in text:
        at += 2 if ord(character) > 0xFFFF else 1
        starts.add(at)
    return starts


def check_markup(markup: Json | None) -> None:
    """An inline keyboard: readable, within its counts, with data of at most 64 bytes."""
    if not markup:
        return
    if "inline_keyboard" not in markup or unknown(markup, {"inline_keyboard"}):
        raise bad("object expected as reply markup")
    rows = markup["inline_keyboard"]
    if sum(len(row) for row in rows) > BUTTONS or any(len(row) > ROW for row in rows):
        raise bad("reply markup is too long")
    for button in (b for row in rows for b in row):
        kinds = BUTTON_KINDS & button.keys()
        if not str(button.get("text", "")).strip() or len(kinds) != 1 or unknown(button, BUTTON_FIELDS):
            raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
        if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= DATA_BYTES:
            raise bad("BUTTON_DATA_INVALID")
        if "url" in button and not button["url"].startswith(("http://", "https://", "tg://")):
            raise bad("BUTTON_URL_INVALID")
        if button.get("style") not in (None, "primary", "success", "danger"):
            raise bad("BUTTON_STYLE_INVALID")


def unknown(found: Mapping[str, Any], known: set[str]) -> set[str]:
    """Fields that the API does not have."""
    return set(found) - known


@dataclass(frozen=True)
class Window:
    """At most so many in any stretch of so many seconds."""

    most: int
    seconds: float


@dataclass
class Allowance:
    """How fast a bot may send, to one chat, to one group, and in all. Beyond it everything to that chat is refused until
    the time that was stated is over, and `inside` counts who did not wait for that."""

    clock: Clock
    chat: Window = Window(5, 5.0)
    group: Window = Window(20, 60.0)
    bot: Window = Window(30, 1.0)
    inside: list[int] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    _sent: dict[object, deque[datetime]] = field(default_factory=lambda: defaultdict(deque))
    _until: dict[int, datetime] = field(default_factory=dict)

    def take(self, chat: int, *, group: bool, count: int = 1) -> None:
        """Count sends to a chat, or refuse them with the seconds to wait."""
        now = self.clock.now()
        until = self._until.get(chat)
        if until is not None and now < until:
            self.inside.append(chat)
            self._refuse(chat, until)
        windows: list[tuple[object, Window]] = [("bot", self.bot), (chat, self.chat)]
        if group:
            windows.append((("group", chat), self.group))
        waits = [self._wait(key, window, now, count) for key, window in windows]
        if wait := max(waits):
            self._until[chat] = now + timedelta(seconds=wait)
            self._refuse(chat, self._until[chat])
        for key, _ in windows:
            self._sent[key].extend([now] * count)

    def _wait(self, key: object, window: Window, now: datetime, count: int) -> int:
        sent = self._sent[key]
        while sent and (now - sent[0]).total_seconds() >= window.seconds:
            sent.popleft()
        if not sent or len(sent) + count <= window.most:
            return 0
        return max(1, math.ceil(window.seconds - (now - sent[0]).total_seconds()))

    def _refuse(self, chat: int, until: datetime) -> None:
        self.refused.append(chat)
        seconds = max(1, math.ceil((until - self.clock.now()).total_seconds()))
        raise Rejected(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
