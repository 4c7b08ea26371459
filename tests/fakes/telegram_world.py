"""The people, chats, messages and updates of the Telegram stand-in, and what its users can do."""

import asyncio
import itertools
import re
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from core.clock import Clock

Json = dict[str, Any]
BOT_ID = 7_000_001
BOT_NAME = "whistle_test_bot"
ANONYMOUS_ADMIN, CHANNEL_FORWARD = 1087968824, 777000
MESSAGE_LIFETIME, PRESS_LIFETIME = timedelta(hours=24), timedelta(seconds=150)
DEFAULT_UPDATES = (
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "callback_query",
    "my_chat_member",
)
COMMAND = re.compile(r"(?<!\S)/[A-Za-z0-9_]{1,32}(?:@\w+)?")
MENTION = re.compile(r"(?<![\w@])@\w{4,32}")


def utf16(text: str) -> int:
    """The length of a text as Telegram counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass
class Chat:
    """One chat as the server keeps it. `bot` is the bot's status in it; `started` and `blocked` are of private chats."""

    id: int
    type: str
    title: str = ""
    bot: str = "member"
    privacy: bool = True
    started: bool = False
    blocked: bool = False
    forum: bool = False
    moved_to: int | None = None
    members: dict[int, str] = field(default_factory=dict)
    messages: dict[int, Json] = field(default_factory=dict)
    ephemeral: dict[int, Json] = field(default_factory=dict)
    drafts: list[Json] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    last_id: int = 0

    def as_json(self) -> Json:
        """The chat as an update carries it."""
        found: Json = {"id": self.id, "type": self.type}
        if self.title:
            found["first_name" if self.type == "private" else "title"] = self.title
        if self.forum:
            found["is_forum"] = True
        return found

    def sent(self) -> list[Json]:
        """What the bot's messages show now, oldest first."""
        return [m for m in self.messages.values() if m.get("from", {}).get("id") == BOT_ID]


@dataclass
class Waiting:
    """An update that was not confirmed, and since when."""

    update: Json
    at: datetime


class World:
    """Everything that the server knows. What users do becomes updates at once, as far as the bot may see it."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.users: dict[int, Json] = {}
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, tuple[str, bytes]] = {}
        self.queries: dict[str, tuple[datetime, Json]] = {}
        self.allowed: tuple[str, ...] = DEFAULT_UPDATES
        self.queue: deque[Waiting] = deque()
        self.newest: Json | None = None
        self.arrived = asyncio.Event()
        self._update_ids = itertools.count(9001)
        self._numbers = itertools.count(1)
        self._bots_turn: dict[int, bool] = {}

    # -- people and chats -----------------------------------------------------------------------------------

    def user(self, id: int, name: str, *, started: bool = True, **more: Any) -> int:
        """Make a user, with a private chat that the bot may write to once they started it."""
        self.users[id] = {"id": id, "is_bot": False, "first_name": name, **more}
        self.chats[id] = Chat(id, "private", name, started=started)
        return id

    def group(self, id: int, title: str, members: Iterable[int], *, admins: Iterable[int] = (), **more: Any) -> int:
        """Make a group with the bot in it; a supergroup where the number begins with -100."""
        kind = "supergroup" if str(id).startswith("-100") else "group"
        status = dict.fromkeys(members, "member") | dict.fromkeys(admins, "administrator")
        self.chats[id] = Chat(id, kind, title, members=status, **more)
        return id

    def me(self) -> Json:
        """The bot."""
        return {"id": BOT_ID, "is_bot": True, "first_name": "Whistle", "username": BOT_NAME}

    # -- what users do --------------------------------------------------------------------------------------

    def types(
        self, user: int, text: str, chat: int | None = None, *, reply_to: int | None = None, thread: int | None = None,
        **more: Any,
    ) -> Json:  # fmt: skip
        """A user writes; returns the message."""
        place = self.chats[chat if chat is not None else user]
        if place.type == "private" and text.startswith("/start"):
            place.started, place.blocked = True, False
        message = self._message(place, user, {"text": text, **_with_entities(text)}, reply_to, thread, more)
        self._heard(place, message)
        return message

    def sends_file(
        self, user: int, kind: str, content: bytes, chat: int | None = None, *, caption: str = "", name: str = "",
        size: int | None = None, **more: Any,
    ) -> Json:  # fmt: skip
        """A user sends a photo, voice, document, video or audio; `size` may be claimed larger than it is."""
        place = self.chats[chat if chat is not None else user]
        file_id = f"{kind}-{next(self._numbers)}"
        self.files[file_id] = (f"{kind}s/{file_id}", content)
        one: Json = {"file_id": file_id, "file_unique_id": f"u{file_id}", "file_size": size or len(content)}
        body: Json
        match kind:
            case "photo":
                small = {**one, "file_id": f"{file_id}-s", "file_size": 10, "width": 90, "height": 60}
                body = {"photo": [small, {**one, "width": 1280, "height": 853}]}
            case "voice":
                body = {"voice": {**one, "duration": 3, "mime_type": "audio/ogg"}}
            case _:
                body = {kind: {**one, "file_name": name or f"{kind}.bin", "mime_type": "application/pdf"}}
        if caption:
            body |= {"caption": caption, **_with_entities(caption, "caption_entities")}
        message = self._message(place, user, body, None, None, more)
        self._heard(place, message)
        return message

    def edits(self, user: int, message: Json, text: str) -> Json:
        """A user changes an old message."""
        place = self.chats[message["chat"]["id"]]
        edited = {**message, "text": text, **_with_entities(text), "edit_date": self._now()}
        place.messages[message["message_id"]] = edited
        self.put({"edited_message": edited})
        return edited

    def presses(self, user: int, message: Json, button: str | int = 0) -> str:
        """A user taps a button of a message as it is now, by its label or number; returns the query's id."""
        place = self.chats[message["chat"]["id"]]
        now = place.messages.get(message["message_id"], message) if message["message_id"] else message
        found = [b for row in now.get("reply_markup", {}).get("inline_keyboard", ()) for b in row]
        pressable = [b for b in found if "callback_data" in b]
        match = [b for b in pressable if button in b["text"]] if isinstance(button, str) else pressable[button:]
        assert match, f"no button {button!r}: {[b['text'] for b in found]}"
        return self.sends_press(user, now, match[0]["callback_data"])

    def sends_press(self, user: int, message: Json | None, data: str) -> str:
        """A press with any data, as a changed client may send it."""
        number = str(next(self._numbers) + 4_000_000_000)
        query: Json = {"id": number, "from": self.users[user], "chat_instance": "1", "data": data}
        if message is not None:
            query["message"] = message
        self.queries[number] = (self.clock.now(), query)
        self.put({"callback_query": query})
        return number

    def posts(self, chat: int, text: str) -> Json:
        """A channel speaks."""
        place = self.chats[chat]
        message = self._message(place, None, {"text": text, "sender_chat": place.as_json()}, None, None, {})
        self.put({"channel_post": message})
        return message

    def blocks(self, user: int) -> None:
        """A user blocks the bot."""
        self.chats[user].blocked = True
        self._my_status(self.chats[user], user, "member", "kicked")

    def adds_bot(self, user: int, chat: int, status: str = "member") -> None:
        """The bot gets into a group, or another place in it."""
        place = self.chats[chat]
        before, place.bot = place.bot, status
        self._my_status(place, user, before, status)

    def throws_out(self, user: int, chat: int) -> None:
        """The bot is thrown out of a group."""
        place = self.chats[chat]
        before, place.bot = place.bot, "kicked"
        self._my_status(place, user, before, "kicked")

    def upgrades(self, chat: int, new: int) -> None:
        """A group becomes a supergroup with another number."""
        old = self.chats[chat]
        self.group(new, old.title, old.members)
        self.chats[new].privacy = old.privacy
        old.moved_to = new
        user = next(iter(old.members))
        self.put({"message": self._message(old, user, {"migrate_to_chat_id": new}, None, None, {})})
        self.put({"message": self._message(self.chats[new], user, {"migrate_from_chat_id": chat}, None, None, {})})

    # -- updates --------------------------------------------------------------------------------------------

    def put(self, body: Json) -> None:
        """Queue an update if its kind is wanted."""
        if next(iter(body)) in self.allowed:
            self.newest = {"update_id": next(self._update_ids), **body}
            self.queue.append(Waiting(self.newest, self.clock.now()))
            self.arrived.set()

    def put_raw(self, update: Json) -> None:
        """Queue an update of any shape."""
        self.queue.append(Waiting({"update_id": next(self._update_ids), **update}, self.clock.now()))
        self.arrived.set()

    def confirm(self, offset: int) -> None:
        """Forget what lies before an offset; a negative one keeps so many of the newest."""
        if offset < 0:
            while len(self.queue) > -offset:
                self.queue.popleft()
        while offset > 0 and self.queue and self.queue[0].update["update_id"] < offset:
            self.queue.popleft()

    def pending(self, limit: int = 100) -> list[Json]:
        """What waits, without what was kept too long."""
        now = self.clock.now()
        fresh = [
            w
            for w in self.queue
            if now - w.at <= (PRESS_LIFETIME if "callback_query" in w.update else MESSAGE_LIFETIME)
        ]
        if len(fresh) != len(self.queue):
            self.queue = deque(fresh)
        return [w.update for w in itertools.islice(self.queue, limit)]

    # -- inside ---------------------------------------------------------------------------------------------

    def store(self, place: Chat, message: Json) -> Json:
        """Give a message its number and keep it."""
        place.last_id += 1
        made = {"message_id": place.last_id, "date": self._now(), "chat": place.as_json(), **message}
        place.messages[place.last_id] = made
        return made

    def _now(self) -> int:
        return int(self.clock.now().timestamp())

    def _message(
        self, place: Chat, user: int | None, body: Json, reply_to: int | None, thread: int | None, more: Json
    ) -> Json:
        message: Json = {**body, **more}
        if user is not None:
            message.setdefault("from", self.users.get(user, {"id": user, "is_bot": False, "first_name": "?"}))
        if thread is not None:
            message |= {"message_thread_id": thread, "is_topic_message": True}
        if reply_to is not None:
            message["reply_to_message"] = {k: v for k, v in place.messages[reply_to].items() if k != "reply_to_message"}
        return self.store(place, message)

    def _heard(self, place: Chat, message: Json) -> None:
        """Whether the bot hears a message: everything in private, in a group what is meant for it, or all of it
        without privacy mode or as an administrator."""
        if place.type == "private" or not place.privacy or place.bot == "administrator":
            self.put({"message": message})
            return
        text = message.get("text") or message.get("caption") or ""
        entities = message.get("entities") or message.get("caption_entities") or ()
        addressed = any(
            (e["type"] == "bot_command" and "@" not in text)
            or (e["type"] in ("bot_command", "mention") and BOT_NAME in text)
            for e in entities
        )
        answered = message.get("reply_to_message", {}).get("from", {}).get("id") == BOT_ID
        if (addressed or answered) and place.bot not in ("kicked", "left"):
            self.put({"message": message})

    def _my_status(self, place: Chat, user: int, before: str, after: str) -> None:
        change = {
            "chat": place.as_json(),
            "from": self.users[user],
            "date": self._now(),
            "old_chat_member": {"user": self.me(), "status": before},
            "new_chat_member": {"user": self.me(), "status": after},
        }
        self.put({"my_chat_member": change})


def _with_entities(text: str, name: str = "entities") -> Json:
    """The commands and mentions that Telegram marks in what people type."""
    found = [
        {"type": kind, "offset": utf16(text[: match.start()]), "length": utf16(match.group())}
        for kind, pattern in (("bot_command", COMMAND), ("mention", MENTION))
        for match in pattern.finditer(text)
    ]
    return {name: sorted(found, key=lambda e: int(str(e["offset"])))} if found else {}
