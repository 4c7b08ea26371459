"""Messages that one person of a group sees: sent only where the bot is entitled to, and changed later."""

from datetime import datetime, timedelta

import structlog
from telegram import Bot, LinkPreviewOptions
from telegram.error import BadRequest, EndPointNotFound, InvalidToken, TelegramError

from adapters.contract import Parcel
from adapters.telegram.limits import WHISPER_WITHIN_S
from adapters.telegram.parse import Tapped
from adapters.telegram.render import Part, entities_of
from adapters.telegram.wire import NoSuchMethod
from core.clock import Clock

log = structlog.get_logger("whistle.telegram")
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
RIGHTS_FOR = timedelta(minutes=10)


class Whispers:
    """Whether the server knows whispers, which groups the bot administers, and whose press it may answer just now."""

    def __init__(self, clock: Clock, client: Bot, bot_id: int) -> None:
        self._clock = clock
        self._client = client
        self._bot_id = bot_id
        self._admin: dict[str, tuple[bool, datetime]] = {}
        self._pressed: dict[tuple[str, str], tuple[str, datetime]] = {}
        self._known: bool | None = None

    def standing(self, chat: str, admin: bool) -> None:
        """The bot became an administrator of a group, or is none any more."""
        self._admin[chat] = (admin, self._clock.now())

    def pressed(self, tap: Tapped) -> None:
        """A press of a moment ago entitles to one answer."""
        now = self._clock.now()
        fresh = timedelta(seconds=WHISPER_WITHIN_S)
        self._pressed = {k: (q, at) for k, (q, at) in self._pressed.items() if now - at <= fresh}
        self._pressed[tap.spot.chat, tap.account] = (tap.query, now)

    async def may(self, parcel: Parcel) -> bool:
        """Whether a message can be shown to one person of its group alone, as far as we know."""
        entitled = self._query(parcel) is not None or await self._administers(parcel.chat)
        return entitled and await self._understood()

    async def _understood(self) -> bool:
        """Whether the server knows whispers: one that does not would show them to the whole group. It is asked for a method
        that came with them, and without a message that changes nothing."""
        if self._known is None:
            try:
                await self._client.do_api_request("editEphemeralMessageText")
            except (EndPointNotFound, InvalidToken, NoSuchMethod):
                self._known = False
            except BadRequest:
                self._known = True
            except TelegramError:
                return False
        return bool(self._known)

    async def tell(self, parcel: Parcel, part: Part, thread: int | None) -> str | None:
        """Show a message to one person; its number, or None where that was not possible."""
        query = self._query(parcel)
        wanted: dict[str, object] = {"receiver_user_id": int(parcel.only_for)}
        if query is not None:
            wanted["callback_query_id"] = query
        made = await self._client.send_message(
            int(parcel.chat),
            part.spans.text,
            entities=entities_of(part.spans),
            message_thread_id=thread,
            reply_markup=part.keyboard,
            link_preview_options=NO_PREVIEW,
            # Bot API 10.3 reads the first, 10.2 the others.
            api_kwargs={"ephemeral_message_parameters": wanted, **wanted},
        )
        if number := made.api_kwargs.get("ephemeral_message_id"):
            return f"e{parcel.only_for}:{number}"
        self._known = False
        log.error("whisper_was_public", advice="The server showed a private answer to a group. It is taken away there.")
        await self._client.delete_message(int(parcel.chat), made.message_id)
        return None

    async def change(self, chat: str, message: str, part: Part) -> None:
        """Change what one person sees."""
        account, _, number = message[1:].partition(":")
        body = {"chat_id": int(chat), "receiver_user_id": int(account), "ephemeral_message_id": int(number)}
        kwargs = {**body, "link_preview_options": NO_PREVIEW, **_words(part)}
        await self._client.do_api_request("editEphemeralMessageText", api_kwargs=kwargs)

    def _query(self, parcel: Parcel) -> str | None:
        query, at = self._pressed.get((parcel.chat, parcel.only_for), ("", None))
        if at is None or self._clock.now() - at > timedelta(seconds=WHISPER_WITHIN_S):
            return None
        return query

    async def _administers(self, chat: str) -> bool:
        known = self._admin.get(chat)
        if known is not None and self._clock.now() - known[1] < RIGHTS_FOR:
            return known[0]
        try:
            member = await self._client.get_chat_member(int(chat), self._bot_id)
        except BadRequest:
            return False
        except TelegramError:
            return known[0] if known else False
        self.standing(chat, member.status == "administrator")
        return self._admin[chat][0]


def _words(part: Part) -> dict[str, object]:
    found: dict[str, object] = {"text": part.spans.text}
    if part.spans.marks:
        found["entities"] = [e.to_dict() for e in entities_of(part.spans)]
    if part.keyboard is not None:
        found["reply_markup"] = part.keyboard.to_dict()
    return found
