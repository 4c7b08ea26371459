"""Requests become the words of the core: a message, a press, and the one event that each of them is."""

import hashlib
import secrets
from typing import Annotated

from fastapi import Depends, Header
from pydantic import BaseModel, ConfigDict, Field

from adapters.web.limits import KEY_CHARS, MOST_ATTACHMENTS
from adapters.web.problems import Problem
from adapters.web.sign_in import PLATFORM, Caller
from core.chat import Incoming, Press
from core.i18n import marked

LARGEST_ID = 2**63 - 1
EMPTY = marked("The message is empty. Write what you need, like “book crossfit tomorrow evening”.")

RowId = Annotated[int, Field(ge=0, le=LARGEST_ID)]


class Words(BaseModel):
    """A message. Without `sessionId` it goes to the caller's current conversation in that place."""

    model_config = ConfigDict(populate_by_name=True, extra="forbid")

    message: str
    session_id: RowId | None = Field(default=None, alias="sessionId")
    room: str | None = Field(default=None, description="“staff” for the coaches' room; absent for the private chat")
    reply_to: RowId | None = Field(default=None, alias="replyTo", description="the id of the message it answers")
    attachments: tuple[RowId, ...] = Field(default=(), max_length=MOST_ATTACHMENTS, description="ids of files")


class Tap(BaseModel):
    """A press on a button, on an option of a question, or on a receipt's undo."""

    model_config = ConfigDict(extra="forbid")

    token: str = Field(min_length=1, max_length=200)


def _key(
    idempotency_key: Annotated[
        str | None,
        Header(max_length=KEY_CHARS, description="a repeat with the same key is the same message, and gets its Turn"),
    ] = None,
) -> str | None:
    return idempotency_key or None


Key = Annotated[str | None, Depends(_key)]


def event_id(kind: str, caller: Caller, key: str | None) -> str:
    """What makes a request one event: the caller's own key, or none other ever."""
    if key is None:
        return f"{kind}:{secrets.token_hex(16)}"
    return f"{kind}:{caller.person_id}:{hashlib.sha256(key.encode()).hexdigest()[:40]}"


def incoming(words: Words, caller: Caller, key: str | None) -> Incoming:
    """A message of the page."""
    if not words.message.strip() and not words.attachments:
        raise Problem(400, "empty_message", EMPTY)
    return Incoming(
        platform=PLATFORM,
        event_id=event_id("say", caller, key),
        account=caller.account,
        text=storable(words.message),
        room=words.room,
        reply_to=words.reply_to,
        attachments=tuple(str(id) for id in words.attachments),
        session_id=words.session_id,
    )


def press(tap: Tap, caller: Caller, key: str | None) -> Press:
    """A press on the page."""
    return Press(
        platform=PLATFORM, event_id=event_id("press", caller, key), account=caller.account, token=storable(tap.token)
    )


def storable(text: str) -> str:
    """Without what no database keeps: halves of characters and the null character."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")
