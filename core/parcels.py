"""What the courier hands to a platform's carrier, and what the carrier can say of it: the words of the way out."""

from dataclasses import dataclass
from typing import Literal, Protocol

from core.chat import Message, Spot

ParcelKind = Literal["answer", "push", "edit", "pointer"]


@dataclass(frozen=True)
class Parcel:
    """One message for one chat of a platform.

    `kind`: an `answer` to somebody, a `push` that Whistle sends by itself, an `edit` of the messages in `edits`, or a
    `pointer`, which stands in a room for an answer that waits in private: add a link that opens the private chat.
    `nonce` is the same however often the parcel is handed over. `only_for` is the account that alone may see it in a
    place that others read: show it so, or return `Elsewhere`; never show it to the room. `answers` is what it replies to.
    `sent` are the ids of parts that an earlier try delivered, of an edit those it added: go on behind them. `again` says
    that an earlier try may have reached the platform; `repeat` says that it may have reached the reader, and the
    message's text is marked already.
    `language` is the reader's, None is English.
    """

    id: int
    nonce: str
    chat: str
    thread: str
    kind: ParcelKind
    message: Message
    only_for: str = ""
    answers: Spot | None = None
    edits: tuple[str, ...] = ()
    sent: tuple[str, ...] = ()
    again: bool = False
    repeat: bool = False
    language: str | None = None


@dataclass(frozen=True)
class Sent:
    """It is out. The ids are those of all messages that show it now, in order."""

    message_ids: tuple[str, ...]


@dataclass(frozen=True)
class Later:
    """Not now: try again in so many seconds. `everywhere` holds up all chats of this bot, not this one alone. `sent`
    are the ids of the parts that did go out."""

    seconds: float
    everywhere: bool = False
    sent: tuple[str, ...] = ()


@dataclass(frozen=True)
class Unsure:
    """Nobody can tell whether it arrived: the line broke after it was handed over."""

    sent: tuple[str, ...] = ()


@dataclass(frozen=True)
class Gone:
    """Nothing can be sent to this chat any more: the bot was blocked, thrown out, or the chat is no longer there."""

    reason: str


@dataclass(frozen=True)
class Moved:
    """The chat has another id from now on; the parcel comes again with it."""

    chat: str


@dataclass(frozen=True)
class Failed:
    """The platform refuses this parcel and always will."""

    reason: str


@dataclass(frozen=True)
class Elsewhere:
    """What is for one person alone cannot be shown here to them alone: the courier finds another way."""


Outcome = Sent | Later | Unsure | Gone | Moved | Failed | Elsewhere


class Carrier(Protocol):
    """The sending half of an adapter. It paces itself within the platform's allowance (`send` may wait for that) and
    turns every fault of the platform into one of the outcomes; what it raises counts as `Unsure`.

    `idempotent`: a parcel that is handed over twice with the same nonce arrives once. `whispers`: the platform can show
    something to one person in a room; where false, the carrier is never given a parcel with `only_for`.
    """

    platform: str
    bot: str
    idempotent: bool
    whispers: bool

    async def send(self, parcel: Parcel) -> Outcome: ...

    def door(self, code: str, group: bool = False) -> str:
        """The address that opens a chat with the bot, or asks to which `group` it shall be added, and brings a code along;
        empty where there is none."""
        return ""

    def working(self, spot: Spot, on: bool) -> None:
        """Whistle begins or ends its work on what was said at a spot: a typing sign. Must return at once."""


@dataclass(frozen=True)
class Raw:
    """One update as the platform sent it. `event_id` is unique within the bot; updates of one `lane` (a chat, with `press`
    a lane of their own so that they overtake) are handled one after the other, in order. `rest` are the updates that came
    after it and belong to the same message, where a platform sends one in pieces."""

    event_id: str
    lane: str
    body: dict[str, object]
    rest: tuple[dict[str, object], ...] = ()


def of_nothing(raw: Raw) -> str:
    """What an update is a piece of, on a platform that sends every message whole."""
    return ""
