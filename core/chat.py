"""The words that adapters and core use to speak to each other: what came in, what was pressed, what is shown."""

import unicodedata
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

STAFF_ROOM = "staff"


class Word(BaseModel):
    """Anything that crosses the edge: immutable and strict about its fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


# Emoji are joined and coloured with these two; everything else that cannot be seen is taken out of shown words.
_SEEN = {"\u200d", "\ufe0f"}


def visible(words: str) -> str:
    """Words without what cannot be seen: controls, direction marks, zero-width characters, tags. Line ends stay."""
    composed = unicodedata.normalize("NFC", words)
    if composed.replace("\n", "").isprintable():
        return composed
    return "".join(
        c for c in composed if c == "\n" or c in _SEEN or unicodedata.category(c) not in ("Cc", "Cf", "Co", "Cs")
    )


def one_line(words: str) -> str:
    """Visible words on one line: nothing that stands in data can add a line to a card."""
    return " ".join(visible(words.replace("\n", " ").replace("\u2028", " ").replace("\u2029", " ")).split())


Line = Annotated[str, AfterValidator(one_line)]


class Place(StrEnum):
    """Who can read along where something is said."""

    PRIVATE = "private"
    STAFF = "staff"
    OPEN = "open"


class Call(Word):
    """A tool call made without a model: from a command, a form or a suggestion button."""

    tool: str
    args: dict[str, Any] = {}


class Spot(Word):
    """Where on a platform something happened, from a verified update. `chat` is the chat or channel in the platform's own
    words, `thread` the topic or thread in it, `message` the message that was sent or pressed on. `hook` is what the platform
    gave for answering just this event (an interaction's token) and is of use only for a few minutes; `aside` is what nobody
    else there saw being asked or pressed."""

    chat: str
    thread: str = ""
    message: str = ""
    group: bool = Field(default=False, description="others read along; false in a private chat")
    title: str = Field(default="", description="the group's name, as people there know it")
    hook: str = ""
    aside: bool = False


class Incoming(Word):
    """A message as it arrived, from a verified update. `room` is null in a private chat. A platform's adapter gives the
    `spot` and leaves the room to the desk, which knows what each chat is bound to."""

    platform: str
    bot: str = ""
    event_id: str
    account: str
    text: str = Field(default="", description="the sender's own words and nothing else")
    quoted: str = Field(default="", description="somebody else's words that came along: a forward, a quotation")
    room: str | None = None
    call: Call | None = None
    reply_to: int | None = Field(default=None, description="the id of the shown message that this one answers")
    attachments: tuple[str, ...] = ()
    session_id: int | None = Field(default=None, description="one of the person's own conversations; null: the current")
    spot: Spot | None = None
    addressed: bool = Field(default=True, description="false for words in a room that Whistle only listens to")
    name: str = Field(default="", description="what the platform calls the sender; only ever shown, never looked up")


class Press(Word):
    """A tap on a button. The token is all it carries; whose it is and what it does is looked up."""

    platform: str
    bot: str = ""
    event_id: str
    account: str
    token: str
    room: str | None = None
    spot: Spot | None = None


class Button(Word):
    """One button. `style` is a hint: danger for what cannot be taken lightly, primary for the expected choice."""

    label: Line
    token: str
    style: Literal["primary", "danger", "plain"] = "plain"


class Fact(Word):
    """One labelled line of a card."""

    label: Line
    value: Line


class Table(Word):
    """Rows under a head; cells are plain text."""

    head: tuple[Line, ...]
    rows: tuple[tuple[Line, ...], ...]


CardState = Literal["open", "approved", "rejected", "answered", "closed", "expired", "undone", "plain"]


class Card(Word):
    """A thing shown on its own: a class, a person, a workout, a list, or a question.

    `state` says what became of a question's card ("closed" is "no longer open") and `outcome` says it in words.
    """

    kind: Literal["confirm", "pick", "ask", "class", "member", "workout", "exercise", "list", "table", "notice"]
    title: Line
    facts: tuple[Fact, ...] = ()
    lines: tuple[Line, ...] = ()
    table: Table | None = None
    state: CardState = "plain"
    outcome: Line | None = None


class Image(Word):
    """A picture with the words that stand for it."""

    url: str
    alt: str


class File(Word):
    """A file to download."""

    url: str
    name: str


class Receipt(Word):
    """What was done, written by code from the committed change; `undo` is a button's token while it can be undone, and
    `label` what the button says: an undo is taken back by Redo."""

    text: Line
    undo: str | None = None
    label: Literal["Undo", "Redo"] = "Undo"
    state: Literal["done", "undone"] = "done"


class Message(Word):
    """One message as people see it. `id` is 0 until it is written to the outbox."""

    id: int = 0
    text: str = Field(default="", description="Markdown")
    private: bool = False
    cards: tuple[Card, ...] = ()
    buttons: tuple[tuple[Button, ...], ...] = ()
    images: tuple[Image, ...] = ()
    files: tuple[File, ...] = ()
    receipts: tuple[Receipt, ...] = ()


class Author(Word):
    """Who a shown entry is from."""

    name: str
    kind: Literal["bot", "person"]
    mine: bool = False


class Entry(Word):
    """One line of a place's transcript, and the data of one event of the live stream.

    `kind`: `said` a person's words, `message` the bot's, `notice` something the bot pushed by itself,
    `update` a message that changed: replace the one whose id is `message.id`.
    """

    id: int = Field(description="position in the stream: Last-Event-ID")
    kind: Literal["said", "message", "notice", "update"]
    room: str | None
    session_id: int | None = Field(serialization_alias="sessionId")
    turn_id: int | None = Field(serialization_alias="turnId")
    author: Author
    at: datetime
    message: Message


class Option(Word):
    """One answer to a question. The first option of a confirm is the yes."""

    label: str
    token: str


class Question(Word):
    """The question that a turn ended on."""

    kind: Literal["pick", "confirm", "ask"]
    text: str
    options: tuple[Option, ...] = ()


class Suggestion(Word):
    """Something that may be meant while somebody types: how it reads, and the words that name it exactly."""

    label: str
    words: str


class Action(Word):
    """One tool call of a turn and how it ended."""

    tool: str
    args: dict[str, Any]
    ok: bool
    result: str | None = None
    error: str | None = None


class Turn(Word):
    """All that one message or press led to, as its sender may see it."""

    session_id: int = Field(serialization_alias="sessionId")
    answered_by: str
    iterations: int
    messages: tuple[Message, ...] = ()
    question: Question | None = None
    actions: tuple[Action, ...] = ()
    exercises: tuple[dict[str, Any], ...] | None = None
    notice: str | None = Field(default=None, description="a toast: why a press had no effect")
