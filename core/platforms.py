"""The desk's door for platforms: raw updates in, messages and presses with the chat they came from, carriers out."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from core.chat import Incoming, Press
from core.parcels import Carrier, Raw

Handle = Callable[[Raw], Awaitable[None]]


@dataclass(frozen=True)
class Pressed:
    """What a press led to. `notice` is for the toast, and null when the press was taken without more words."""

    notice: str | None
    inbox_id: int | None = None
    turn_id: int | None = None


@dataclass(frozen=True)
class PlaceFacts:
    """What a chat is to Whistle. `room` is null in a private chat; `listens` allows unaddressed words to be handed on."""

    room: str | None
    listens: bool


class Platforms(Protocol):
    """What `desk.platforms` offers to adapters."""

    async def open(self, carrier: Carrier, handle: Handle) -> None:
        """Begin with a bot: take up what it left unhandled and unsent. Before `start` of the platform's own ingest."""

    async def close(self, carrier: Carrier) -> None:
        """End with a bot: what is under way is left where it stands and goes on at the next start."""

    async def arrive(self, platform: str, bot: str, batch: Sequence[Raw]) -> int:
        """Commit updates before they are acknowledged; returns how many were new."""

    async def place(self, platform: str, bot: str, chat: str, thread: str = "") -> PlaceFacts | None:
        """What a chat is bound to; None for one that Whistle has never seen."""

    async def receive(self, incoming: Incoming) -> int | None:
        """Take a message from a spot. Returns the inbox id (to `desk.follow`), or None when no turn comes of it: a
        stranger was greeted, a refusal was said. Nothing is left for the adapter to answer. Idempotent by event id."""

    async def press(self, press: Press) -> Pressed:
        """Settle a press and return as soon as that is committed; what it leads to comes through the carrier."""

    async def shown(self, platform: str, bot: str, chat: str, message: str) -> int | None:
        """The id of the message that one of the platform's messages shows: for `Incoming.reply_to`."""

    async def moved(self, platform: str, bot: str, chat: str, to: str) -> None:
        """A chat has another id from now on."""

    async def gone(self, platform: str, bot: str, chat: str, back: bool = False) -> None:
        """Nothing can be sent to a chat any more, or (`back`) it can again."""
