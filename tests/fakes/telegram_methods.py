"""The methods of the Telegram stand-in: what each takes, checks, changes and answers."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests.fakes.telegram_checks import (
    CAPTION_UNITS,
    TEXT_UNITS,
    TOAST_CHARS,
    Allowance,
    Rejected,
    bad,
    check_markup,
    check_text,
    unknown,
)
from tests.fakes.telegram_world import BOT_ID, Chat, Json, World

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content "
    "and reply markup of the message"
)
ANSWERABLE = timedelta(seconds=60)
EPHEMERAL_WITHIN = timedelta(seconds=15)
DOWNLOAD_BYTES, UPLOAD_BYTES, PHOTO_BYTES = 20 * 2**20, 50 * 2**20, 10 * 2**20
SEND = {
    "chat_id", "message_thread_id", "disable_notification", "protect_content", "reply_parameters", "reply_markup",
    "message_effect_id", "allow_paid_broadcast", "ephemeral_message_parameters",
}  # fmt: skip
FIELDS: dict[str, set[str]] = {
    "sendMessage": SEND | {"text", "parse_mode", "entities", "link_preview_options", "receiver_user_id", "callback_query_id"},
    "sendPhoto": SEND | {"photo", "caption", "parse_mode", "caption_entities", "show_caption_above_media", "has_spoiler"},
    "sendDocument": SEND | {"document", "caption", "parse_mode", "caption_entities", "disable_content_type_detection"},
    "sendMediaGroup": SEND | {"media"},
    "sendMessageDraft": {"chat_id", "message_thread_id", "draft_id", "text", "parse_mode", "entities"},
    "sendChatAction": {"chat_id", "message_thread_id", "action"},
    "editMessageText": {"chat_id", "message_id", "text", "parse_mode", "entities", "link_preview_options", "reply_markup"},
    "editMessageCaption": {"chat_id", "message_id", "caption", "parse_mode", "caption_entities", "reply_markup"},
    "editMessageReplyMarkup": {"chat_id", "message_id", "reply_markup"},
    "editEphemeralMessageText": {
        "chat_id", "receiver_user_id", "ephemeral_message_id", "text", "entities", "parse_mode", "link_preview_options",
        "reply_markup",
    },
    "deleteMessage": {"chat_id", "message_id"},
    "answerCallbackQuery": {"callback_query_id", "text", "show_alert", "url", "cache_time"},
    "getFile": {"file_id"},
    "getMe": set(),
    "getChat": {"chat_id"},
    "getChatMember": {"chat_id", "user_id"},
    "leaveChat": {"chat_id"},
    "setMyCommands": {"commands", "scope", "language_code"},
    "getMyCommands": {"scope", "language_code"},
    "deleteMyCommands": {"scope", "language_code"},
    "setChatMenuButton": {"chat_id", "menu_button"},
    "setMyDescription": {"description", "language_code"},
    "setMyShortDescription": {"short_description", "language_code"},
    "setWebhook": {"url", "secret_token", "allowed_updates", "max_connections", "drop_pending_updates"},
    "deleteWebhook": {"drop_pending_updates"},
    "getWebhookInfo": set(),
}  # fmt: skip
COUNTED = {"sendMessage", "sendPhoto", "sendDocument", "sendMediaGroup", "editMessageText", "editMessageCaption",
           "editMessageReplyMarkup"}  # fmt: skip
SINCE = {"setChatMenuButton": (6, 0), "setMyDescription": (6, 6), "setMyShortDescription": (6, 6), "sendMessageDraft": (9, 3),
         "editEphemeralMessageText": (10, 2)}  # fmt: skip
NESTED = {"entities", "caption_entities", "reply_markup", "reply_parameters", "link_preview_options", "media", "commands",
          "scope", "menu_button", "allowed_updates", "ephemeral_message_parameters"}  # fmt: skip
NUMBERS = {"message_id", "message_thread_id", "user_id", "receiver_user_id", "ephemeral_message_id", "draft_id", "offset",
           "limit", "timeout"}  # fmt: skip

RIGHTS = ("can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats",
          "can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories",
          "can_edit_stories", "can_delete_stories")  # fmt: skip


def read(params: dict[str, Any]) -> Json:
    """Parameters of a form or of JSON in one shape."""
    found: Json = {}
    for name, value in params.items():
        if name in NESTED and isinstance(value, str):
            value = json.loads(value)
        if name in NUMBERS or (name == "chat_id" and str(value).lstrip("-").isdigit()):
            value = int(value)
        if value in ("true", "false"):
            value = value == "true"
        found[name] = value
    return found


class Methods:
    """One bot's methods."""

    def __init__(self, world: World, allowance: Allowance) -> None:
        self.world = world
        self.allowance = allowance
        self.commands: dict[str, list[Json]] = {}
        self.menu: Json = {"type": "default"}
        self.descriptions: Json = {}
        self.answers: dict[str, Json] = {}
        self.webhook: Json = {}
        self.version = (10, 3)

    def call(self, method: str, params: Json, files: dict[str, tuple[str, bytes]]) -> Any:
        """Do one method; what is refused raises."""
        if method not in FIELDS or self.version < SINCE.get(method, self.version):
            raise Rejected(404, "Not Found")
        if extra := unknown(params, FIELDS[method] | set(files)):
            raise bad(f"unknown field {sorted(extra)}")
        found: Callable[..., Any] = getattr(self, f"_{method}")
        if method in COUNTED:
            place = self._place(params)
            count = len(params["media"]) if method == "sendMediaGroup" else 1
            self.allowance.take(place.id, group=place.type != "private", count=count)
        return found(params, files) if method in ("sendPhoto", "sendDocument", "sendMediaGroup") else found(params)

    # -- sending --------------------------------------------------------------------------------------------

    def _sendMessage(self, p: Json) -> Json:
        place = self._place(p)
        check_text(p.get("text", ""), p.get("entities"), TEXT_UNITS, "message text is empty")
        return self._sent(place, p, {"text": p["text"], **_kept(p, "entities")})

    def _sendPhoto(self, p: Json, files: dict[str, tuple[str, bytes]]) -> Json:
        return self._media(p, files, "photo", PHOTO_BYTES)

    def _sendDocument(self, p: Json, files: dict[str, tuple[str, bytes]]) -> Json:
        return self._media(p, files, "document", UPLOAD_BYTES)

    def _media(self, p: Json, files: dict[str, tuple[str, bytes]], kind: str, most: int) -> Json:
        place = self._place(p)
        check_text(p.get("caption", ""), p.get("caption_entities"), CAPTION_UNITS, None)
        return self._sent(
            place, p, {**self._file(p.get(kind), files, kind, most), **_kept(p, "caption", "caption_entities")}
        )

    def _file(self, given: Any, files: dict[str, tuple[str, bytes]], kind: str, most: int) -> Json:
        name = str(given).removeprefix("attach://") if given else kind
        if name in files:
            file_name, content = files[name]
            if len(content) > most:
                raise Rejected(413, "Request Entity Too Large")
            file_id = f"up-{len(self.world.files)}"
            self.world.files[file_id] = (f"uploads/{file_id}", content)
        elif given in self.world.files:
            file_id, file_name = given, given
            content = self.world.files[given][1]
        else:
            raise bad("wrong file identifier/HTTP URL specified")
        if not content:
            raise bad("file must be non-empty")
        if kind == "photo" and content.lstrip().startswith((b"<svg", b"<?xml")):
            raise bad("IMAGE_PROCESS_FAILED")
        one = {"file_id": file_id, "file_unique_id": f"u{file_id}", "file_size": len(content)}
        return {"photo": [{**one, "width": 800, "height": 450}]} if kind == "photo" else {
            "document": {**one, "file_name": file_name}
        }  # fmt: skip

    def _sendMediaGroup(self, p: Json, files: dict[str, tuple[str, bytes]]) -> list[Json]:
        place, media = self._place(p), p["media"]
        if not 2 <= len(media) <= 10:
            raise bad("wrong number of media in the album: 2 to 10 are allowed")
        kinds = {m["type"] for m in media}
        if len(kinds) > 1 and kinds != {"photo", "video"}:
            raise bad("document can't be mixed with other media types")
        made = []
        for m in media:
            check_text(m.get("caption", ""), m.get("caption_entities"), CAPTION_UNITS, None)
            body = self._file(m["media"], files, m["type"], UPLOAD_BYTES)
            album = {"media_group_id": f"album{place.last_id}", **_kept(m, "caption", "caption_entities")}
            made.append(self._sent(place, p, {**body, **album}))
        return made

    def _sent(self, place: Chat, p: Json, body: Json) -> Json:
        check_markup(p.get("reply_markup"))
        if (thread := p.get("message_thread_id")) is not None and not place.forum:
            raise bad("message thread not found")
        if (reply := p.get("reply_parameters")) is not None:
            target = place.messages.get(reply.get("message_id", 0)) or place.ephemeral.get(
                reply.get("ephemeral_message_id", 0)
            )
            if target is None and not reply.get("allow_sending_without_reply"):
                raise bad("message to be replied not found")
            if target is not None:
                body["reply_to_message"] = {k: v for k, v in target.items() if k != "reply_to_message"}
        shown = {
            "from": self.world.me(),
            **body,
            **_kept(p, "reply_markup", "message_thread_id", "link_preview_options"),
        }
        if (wanted := self._for_one(p)) is not None:
            return self._ephemeral(place, wanted, shown)
        place.drafts.clear()
        message = self.world.store(place, shown)
        if thread is not None:
            message["is_topic_message"] = True
        return message

    def _for_one(self, p: Json) -> Json | None:
        """For whom alone a message is, as this version is told of it; one that does not know the field passes it over."""
        if self.version >= (10, 3):
            return p.get("ephemeral_message_parameters")
        return p if self.version >= (10, 2) and "receiver_user_id" in p else None

    def _ephemeral(self, place: Chat, wanted: Json, shown: Json) -> Json:
        """A message that one person of a group sees: for administrators, or within 15 s of that person's press."""
        receiver = wanted["receiver_user_id"]
        if place.type != "supergroup" or receiver not in place.members:
            raise bad(
                "USER_NOT_PARTICIPANT" if place.type == "supergroup" else "ephemeral messages are not allowed here"
            )
        if place.bot != "administrator":
            query = self.world.queries.get(wanted.get("callback_query_id", ""))
            if (
                query is None
                or query[1]["from"]["id"] != receiver
                or self.world.clock.now() - query[0] > EPHEMERAL_WITHIN
            ):
                raise bad("not enough rights to send ephemeral messages")
        number = len(place.ephemeral) + 1
        message = {**shown, "message_id": 0, "ephemeral_message_id": number, "receiver_user": self.world.users[receiver],
                   "date": int(self.world.clock.now().timestamp()), "chat": place.as_json()}  # fmt: skip
        place.ephemeral[number] = message
        return message

    def _sendMessageDraft(self, p: Json) -> bool:
        place = self._place(p)
        if place.type != "private":
            raise bad("drafts can be sent to private chats only")
        if not p.get("draft_id"):
            raise bad("DRAFT_ID_INVALID")
        check_text(p.get("text", ""), p.get("entities"), TEXT_UNITS, None)
        place.drafts.append(p)
        return True

    def _sendChatAction(self, p: Json) -> bool:
        if p.get("action") not in ("typing", "upload_photo", "upload_document"):
            raise bad("wrong parameter action in request")
        self._place(p).actions.append(p["action"])
        return True

    # -- changing -------------------------------------------------------------------------------------------

    def _editMessageText(self, p: Json) -> Json:
        message = self._own(p)
        if "text" not in message:
            raise bad("there is no text in the message to edit")
        check_text(p.get("text", ""), p.get("entities"), TEXT_UNITS, "message text is empty")
        return self._changed(message, p, {"text": p["text"], "entities": p.get("entities")})

    def _editMessageCaption(self, p: Json) -> Json:
        message = self._own(p)
        check_text(p.get("caption", ""), p.get("caption_entities"), CAPTION_UNITS, None)
        return self._changed(message, p, {"caption": p.get("caption"), "caption_entities": p.get("caption_entities")})

    def _editMessageReplyMarkup(self, p: Json) -> Json:
        return self._changed(self._own(p), p, {})

    def _editEphemeralMessageText(self, p: Json) -> bool:
        place = self._place(p)
        message = place.ephemeral.get(p["ephemeral_message_id"])
        if message is None or message["receiver_user"]["id"] != p["receiver_user_id"]:
            raise bad("message to edit not found")
        check_text(p.get("text", ""), p.get("entities"), TEXT_UNITS, "message text is empty")
        self._changed(message, p, {"text": p["text"], "entities": p.get("entities")})
        return True

    def _own(self, p: Json) -> Json:
        message = self._place(p).messages.get(p.get("message_id", 0))
        if message is None:
            raise bad("message to edit not found")
        if message.get("from", {}).get("id") != BOT_ID:
            raise bad("message can't be edited")
        return message

    def _changed(self, message: Json, p: Json, fields: Json) -> Json:
        check_markup(p.get("reply_markup"))
        wanted = {**fields, "reply_markup": p.get("reply_markup") or None}
        if wanted["reply_markup"] == {"inline_keyboard": []}:
            wanted["reply_markup"] = None
        if all((message.get(k) or None) == (v or None) for k, v in wanted.items()):
            raise bad(NOT_MODIFIED)
        for name, value in wanted.items():
            message.pop(name, None)
            if value:
                message[name] = value
        message["edit_date"] = int(self.world.clock.now().timestamp())
        return message

    def _deleteMessage(self, p: Json) -> bool:
        if self._place(p).messages.pop(p.get("message_id", 0), None) is None:
            raise bad("message to delete not found")
        return True

    def _answerCallbackQuery(self, p: Json) -> bool:
        query = self.world.queries.get(p.get("callback_query_id", ""))
        if query is None or self.world.clock.now() - query[0] > ANSWERABLE or p["callback_query_id"] in self.answers:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        if len(p.get("text", "")) > TOAST_CHARS:
            raise bad("MESSAGE_TOO_LONG")
        self.answers[p["callback_query_id"]] = p
        return True

    # -- the rest -------------------------------------------------------------------------------------------

    def _getMe(self, p: Json) -> Json:
        return {**self.world.me(), "can_join_groups": True, "can_read_all_group_messages": False,
                "supports_inline_queries": False}  # fmt: skip

    def _getFile(self, p: Json) -> Json:
        found = self.world.files.get(p.get("file_id", ""))
        if found is None:
            raise bad("wrong file_id or the file is temporarily unavailable")
        if len(found[1]) > DOWNLOAD_BYTES:
            raise bad("file is too big")
        return {"file_id": p["file_id"], "file_unique_id": "u", "file_size": len(found[1]), "file_path": found[0]}

    def _getChat(self, p: Json) -> Json:
        return {**self._place(p).as_json(), "accent_color_id": 0, "max_reaction_count": 0, "accepted_gift_types": {}}

    def _getChatMember(self, p: Json) -> Json:
        place = self._place(p)
        user = self.world.me() if p["user_id"] == BOT_ID else self.world.users.get(p["user_id"])
        if user is None:
            raise bad("user not found")
        status = place.bot if p["user_id"] == BOT_ID else place.members.get(p["user_id"], "left")
        return {"user": user, "status": status, **(dict.fromkeys(RIGHTS, False) if status == "administrator" else {})}

    def _leaveChat(self, p: Json) -> bool:
        self._place(p).bot = "left"
        return True

    def _setMyCommands(self, p: Json) -> bool:
        for c in p["commands"]:
            name, words = c["command"], c["description"]
            if not (1 <= len(name) <= 32 and name.replace("_", "").isalnum() and name == name.lower()):
                raise bad("BOT_COMMAND_INVALID")
            if not 1 <= len(words) <= 256:
                raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
        if len(p["commands"]) > 100:
            raise bad("BOT_COMMANDS_TOO_MUCH")
        self.commands[_scope(p)] = p["commands"]
        return True

    def _getMyCommands(self, p: Json) -> list[Json]:
        return self.commands.get(_scope(p), [])

    def _deleteMyCommands(self, p: Json) -> bool:
        self.commands.pop(_scope(p), None)
        return True

    def _setChatMenuButton(self, p: Json) -> bool:
        self.menu = p["menu_button"]
        return True

    def _setMyDescription(self, p: Json) -> bool:
        self.descriptions[_in("long", p)] = p.get("description", "")[:512]
        return True

    def _setMyShortDescription(self, p: Json) -> bool:
        self.descriptions[_in("short", p)] = p.get("short_description", "")[:120]
        return True

    def _setWebhook(self, p: Json) -> bool:
        self.webhook = p if p.get("url") else {}
        if "allowed_updates" in p:
            self.world.allowed = tuple(p["allowed_updates"])
        if p.get("drop_pending_updates"):
            self.world.queue.clear()
        return True

    def _deleteWebhook(self, p: Json) -> bool:
        self.webhook = {}
        if p.get("drop_pending_updates"):
            self.world.queue.clear()
        return True

    def _getWebhookInfo(self, p: Json) -> Json:
        return {"url": self.webhook.get("url", ""), "has_custom_certificate": False,
                "pending_update_count": len(self.world.queue)}  # fmt: skip

    def _place(self, p: Json) -> Chat:
        """The chat of a call, if the bot may do anything there."""
        place = self.world.chats.get(p.get("chat_id", 0))
        if place is None:
            raise bad("chat not found")
        if place.moved_to is not None:
            raise bad("group chat was upgraded to a supergroup chat", migrate_to_chat_id=place.moved_to)
        if place.type == "private" and place.blocked:
            raise Rejected(403, "Forbidden: bot was blocked by the user")
        if place.type == "private" and not place.started:
            raise Rejected(403, "Forbidden: bot can't initiate conversation with a user")
        if place.type != "private" and place.bot in ("kicked", "left"):
            word = "kicked from" if place.bot == "kicked" else "not a member of"
            raise Rejected(403, f"Forbidden: bot was {word} the {place.type} chat")
        return place


def _kept(p: Json, *names: str) -> Json:
    return {name: p[name] for name in names if p.get(name)}


def _in(what: str, p: Json) -> str:
    return f"{what}:{p['language_code']}" if p.get("language_code") else what


def _scope(p: Json) -> str:
    scope = p.get("scope") or {"type": "default"}
    return ":".join(str(v) for v in (scope["type"], scope.get("chat_id"), p.get("language_code")) if v)
