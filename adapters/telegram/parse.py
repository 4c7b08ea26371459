"""What a raw update is to Whistle: words to take, a press, a change of a chat, or nothing, with the reason."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from telegram import CallbackQuery, MaybeInaccessibleMessage, Message, MessageEntity, Update
from telegram.constants import ChatType

from core.chat import Spot, visible
from core.parcels import Raw

PLATFORM = "telegram"
ANONYMOUS_ADMIN, CHANNEL_FORWARD = 1087968824, 777000
# What our own links say with /start: nothing, or which command is meant in the group that the bot was added to.
OPENED, TO_BIND = "open", "bind_room"
PRESS_LANE = "press"
AWAY = ("kicked", "left")
_SPACE = re.compile(r"[ \t]+")


@dataclass(frozen=True)
class Attached:
    """A file of a message, not loaded yet."""

    file_id: str
    name: str
    media_type: str
    size: int


@dataclass(frozen=True)
class Said:
    """Words of a person. `command` was typed before them; `addressed` is false for words in a group that are not for the
    bot; `answers` is the bot's message that they reply to; `forwarded` words are somebody else's."""

    account: str
    name: str
    spot: Spot
    text: str = ""
    command: str | None = None
    addressed: bool = True
    answers: str | None = None
    forwarded: bool = False
    attached: tuple[Attached, ...] = field(default=())


@dataclass(frozen=True)
class Tapped:
    """A press on a button. `seen` is false where Telegram no longer tells what the message is, nor its topic."""

    account: str
    token: str
    query: str
    spot: Spot
    seen: bool = True


@dataclass(frozen=True)
class Standing:
    """What the bot may do in a chat has changed. `back` says whether it can send there."""

    chat: str
    back: bool
    admin: bool
    group: bool
    by: str
    title: str


@dataclass(frozen=True)
class Renumbered:
    """A chat has another number from now on."""

    chat: str
    to: str


@dataclass(frozen=True)
class Ignored:
    """Nothing to do, and why."""

    reason: str


Parsed = Said | Tapped | Standing | Renumbered | Ignored


def raw_of(update: Mapping[str, Any]) -> Raw:
    """An update as it is kept: one event whatever number it comes with again, in the lane of its chat. Shapes that make
    no sense are kept as well."""
    number = update.get("update_id")
    body = dict(update)
    try:
        return Raw(*_event(update), body)
    except (LookupError, TypeError, AttributeError):
        return Raw(f"u:{number}", "odd", body)


def _event(update: Mapping[str, Any]) -> tuple[str, str]:
    if query := update.get("callback_query"):
        return f"p:{query['id']}", f"{PRESS_LANE}:{query['from']['id']}"
    if message := update.get("message"):
        chat, number = message["chat"]["id"], message["message_id"]
        return f"m:{chat}:{number or 'e' + str(message['ephemeral_message_id'])}", str(chat)
    [kind, *_others] = [k for k in update if k != "update_id"] or ["nothing"]
    return f"u:{update['update_id']}:{kind}", str(update[kind].get("chat", {}).get("id", kind))


def piece_of(raw: Raw) -> str:
    """The album that an update is a picture of; nothing for what is a message by itself."""
    message = raw.body.get("message")
    group = message.get("media_group_id") if isinstance(message, Mapping) else None
    return f"{raw.lane}:{group}" if group else ""


def together(pictures: Sequence[Said]) -> Said:
    """An album as one message: all its files, with the words of the one that has some."""
    worded = next((p for p in pictures if p.text or p.command), pictures[0])
    return replace(
        worded,
        addressed=any(p.addressed for p in pictures),
        answers=next((p.answers for p in pictures if p.answers), None),
        attached=tuple(a for p in pictures for a in p.attached),
    )


def parsed(body: Mapping[str, Any], bot_id: int, username: str) -> Parsed:
    """What an update says. Edits, channels, other programs and people who hide who they are lead to nothing."""
    if "my_chat_member" in body:
        return _standing(body["my_chat_member"])
    update = Update.de_json(dict(body), None)
    if update.callback_query is not None:
        return _press(update.callback_query)
    if update.message is not None:
        return _message(update.message, bot_id, username)
    if update.edited_message is not None:
        return Ignored("an edit runs nothing again")
    if update.channel_post is not None:
        return Ignored("a channel is nobody")
    return Ignored("not asked for")


def _press(query: CallbackQuery) -> Parsed:
    if query.from_user.is_bot:
        return Ignored("another bot")
    if not query.data:
        return Ignored("a button without a key")
    message = query.message
    if message is None:
        return Ignored("a press without its message")
    account = str(query.from_user.id)
    shown = _number(message, query.from_user.id)
    thread = _thread(message) if isinstance(message, Message) else ""
    chat = message.chat
    group = chat.type != ChatType.PRIVATE
    spot = Spot(
        chat=str(chat.id), thread=thread, message=shown, group=group, title=chat.title or "", hook=f"q:{query.id}",
        aside=shown.startswith("e"),
    )  # fmt: skip
    return Tapped(account, query.data, query.id, spot, seen=message.is_accessible)


def _message(message: Message, bot_id: int, username: str) -> Parsed:
    if message.migrate_to_chat_id is not None:
        return Renumbered(str(message.chat_id), str(message.migrate_to_chat_id))
    if message.migrate_from_chat_id is not None:
        return Ignored("the group that it was says the same")
    if reason := _nobody(message):
        return Ignored(reason)
    sender = message.from_user
    assert sender is not None
    attached = _attached(message)
    body = message.text or message.caption or ""
    if not body and not attached and _service(message):
        return Ignored("a note of Telegram's")
    command, words, meant = _command(message, body, username)
    if command is not None and not meant:
        return Ignored("a command for another bot")
    group = message.chat.type != ChatType.PRIVATE
    replied = message.reply_to_message
    to_us = replied is not None and replied.from_user is not None and replied.from_user.id == bot_id
    mentioned, words = _without_mention(words, username)
    return Said(
        account=str(sender.id),
        name=visible(sender.full_name)[:120],
        spot=Spot(
            chat=str(message.chat_id),
            thread=_thread(message),
            message=_number(message, sender.id),
            group=group,
            title=message.chat.title or "",
        ),
        text=words,
        command=command,
        addressed=not group or command is not None or mentioned or to_us,
        answers=_number(replied, sender.id) if to_us and replied is not None else None,
        forwarded=message.forward_origin is not None,
        attached=attached,
    )


def _number(message: MaybeInaccessibleMessage, account: int) -> str:
    """The number of a message; one that a single person sees is counted for that person."""
    whispered = message.api_kwargs.get("ephemeral_message_id")
    return f"e{account}:{whispered}" if whispered else str(message.message_id)


def _nobody(message: Message) -> str | None:
    """Why a message is from nobody whom we could know."""
    sender = message.from_user
    if message.chat.type == ChatType.CHANNEL:
        return "a channel is nobody"
    if sender is None or message.sender_chat is not None or sender.id in (ANONYMOUS_ADMIN, CHANNEL_FORWARD):
        return "the sender hides behind a chat"
    if message.is_automatic_forward:
        return "a channel's forward"
    if sender.is_bot:
        return "another bot"
    return "sent through another bot" if message.via_bot is not None else None


def _service(message: Message) -> bool:
    """Whether a message only tells that something happened in the chat; a sticker or a place on a map is somebody's."""
    theirs = ("sticker", "location", "contact", "venue", "poll", "dice", "story", "game", "animation", "checklist")
    return not any(getattr(message, kind, None) for kind in theirs)


def _thread(message: Message) -> str:
    return str(message.message_thread_id) if message.is_topic_message and message.message_thread_id else ""


def _command(message: Message, body: str, username: str) -> tuple[str | None, str, bool]:
    """The command at the beginning of a message, the words after it, and whether it is meant for this bot."""
    entities = message.entities or message.caption_entities or ()
    first = next((e for e in entities if e.type == MessageEntity.BOT_COMMAND and e.offset == 0), None)
    if first is None:
        return None, body, True
    typed = body[: first.length]  # commands are ASCII, so units are characters
    name, _, addressee = typed[1:].partition("@")
    meant = not addressee or addressee.casefold() == username.casefold()
    return name.casefold(), body[first.length :].strip(), meant


def _without_mention(words: str, username: str) -> tuple[bool, str]:
    """Whether the bot is named, and the words without its name."""
    if not username or "@" not in words:
        return False, words
    name = re.compile(rf"(?<![\w@])@{re.escape(username)}\b[,:]?", re.IGNORECASE)
    if not name.search(words):
        return False, words
    return True, _SPACE.sub(" ", name.sub(" ", words)).strip()


def _attached(message: Message) -> tuple[Attached, ...]:
    """The file of a message: the largest form of a picture, a voice note, a document."""
    if message.photo:
        best = message.photo[-1]
        return (Attached(best.file_id, "photo.jpg", "image/jpeg", best.file_size or 0),)
    kinds = (
        (message.voice, "voice.ogg", "audio/ogg"),
        (message.audio, "audio.mp3", "audio/mpeg"),
        (message.document, "document", "application/octet-stream"),
        (message.video, "video.mp4", "video/mp4"),
        (message.video_note, "video.mp4", "video/mp4"),
    )
    for found, name, media_type in kinds:
        if found is not None:
            said = getattr(found, "file_name", None) or name
            kind = getattr(found, "mime_type", None) or media_type
            return (Attached(found.file_id, said, kind, found.file_size or 0),)
    return ()


def _standing(change: Mapping[str, Any]) -> Parsed:
    """Read by hand: the library wants rights that only some kinds of members have."""
    status, chat = change["new_chat_member"]["status"], change["chat"]
    return Standing(
        chat=str(chat["id"]),
        back=status not in AWAY,
        admin=status == "administrator",
        group=chat["type"] != ChatType.PRIVATE,
        by=str(change["from"]["id"]),
        title=chat.get("title", ""),
    )
