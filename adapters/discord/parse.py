"""Discord's raw events become the words of the core: messages, presses, commands, forms, and the spot where they happened."""

import base64
import binascii
import re
from typing import Any, Literal, NamedTuple, get_args

from pydantic import BaseModel, ConfigDict, Field

from adapters.discord.render import PICK, SEARCH
from core.chat import Incoming, Press, Spot

PLATFORM = "discord"
COMMAND, COMPONENT, AUTOCOMPLETE, SUBMIT = 2, 3, 4, 5
GROUP_DM = 3
OWN_CHAT = 1
THREADS = (10, 11, 12)
WORDS = (0, 19)
MENU = 3
SUB_COMMANDS = (1, 2)
EPHEMERAL = 1 << 6
FORM = "form:"
SEARCHED = "searched"
SEARCH_FIELD = "words"
TOKEN = re.compile(r"v1:[\w-]{10,80}")

# How an interaction is acknowledged: a waiting sign for all or for its person alone, or none, where a message is to change;
# "aside" is that too, in a place where whatever follows is for its person alone.
Ack = Literal["public", "private", "update", "aside"]


class Piece(BaseModel):
    """A part of an event: what is read of it is checked, what else there is passes by."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class User(Piece):
    """An account."""

    id: str
    username: str = ""
    global_name: str | None = None
    bot: bool = False

    @property
    def name(self) -> str:
        return self.global_name or self.username


class Member(Piece):
    """An account in a server."""

    user: User
    nick: str | None = None


class Attached(Piece):
    """A file that came with a message."""

    id: str
    filename: str
    size: int
    url: str
    content_type: str | None = None


class Referenced(Piece):
    """The message that another one answers."""

    id: str
    author: User
    content: str = ""


class Snapshot(Piece):
    """A forwarded message."""

    message: dict[str, Any] = {}


class Written(Piece):
    """A message as the gateway and the history give it."""

    id: str
    channel_id: str
    guild_id: str | None = None
    author: User
    type: int = 0
    content: str = ""
    webhook_id: str | None = None
    mentions: tuple[User, ...] = ()
    attachments: tuple[Attached, ...] = ()
    referenced_message: Referenced | None = None
    message_snapshots: tuple[Snapshot, ...] = ()


class Channel(Piece):
    """Where an interaction happened."""

    id: str
    type: int = 0
    parent_id: str | None = None
    name: str | None = None


class Pressed(Piece):
    """The message whose button was pressed."""

    id: str
    flags: int = 0


class Option(Piece):
    """A part of a slash command: a sub-command, or a value."""

    name: str
    type: int
    value: str | int | float | bool | None = None
    focused: bool = False
    options: tuple["Option", ...] = ()


class Field_(Piece):
    """A filled-in field of a form."""

    custom_id: str
    value: str = ""
    values: tuple[str, ...] = ()


class Row(Piece):
    """A row of a form."""

    component: Field_ | None = None


class Data(Piece):
    """What an interaction is about."""

    name: str = ""
    type: int = 1
    custom_id: str = ""
    values: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    target_id: str | None = None
    components: tuple[Row, ...] = ()


class Interaction(Piece):
    """A use of a command, a button, a menu or a form."""

    id: str
    token: str
    type: int
    application_id: str
    data: Data = Data()
    guild_id: str | None = None
    channel_id: str = ""
    channel: Channel | None = None
    context: int | None = None
    locale: str | None = None
    member: Member | None = None
    user: User | None = None
    message: Pressed | None = None
    owners: dict[str, str] = Field(default={}, alias="authorizing_integration_owners")

    @property
    def by(self) -> User:
        found = self.member.user if self.member else self.user
        assert found is not None
        return found

    @property
    def visiting(self) -> bool:
        """Whether the bot is here only because this person brought it along: others read here of whom it knows nothing.
        Without a server only its own chat with the person is not such a place; one of two people looks the same."""
        if self.guild_id is None:
            return self.context != OWN_CHAT
        return "0" not in self.owners and "1" in self.owners


class Hook(NamedTuple):
    """How an interaction was acknowledged, and the token to answer it with; a spot carries it as one string."""

    ack: Ack
    id: str
    token: str

    def __str__(self) -> str:
        return f"{self.ack} {self.id} {self.token}"

    @staticmethod
    def read(words: str) -> "Hook | None":
        ack, _, rest = words.partition(" ")
        id, _, token = rest.partition(" ")
        return Hook(ack, id, token) if token and ack in get_args(Ack) else None  # type: ignore[arg-type]

    @property
    def waits(self) -> bool:
        """Whether a waiting sign stands where the answer will."""
        return self.ack in ("public", "private")

    def guest(self, spot: Spot) -> bool:
        """Whether it came from a place that the bot only visits, where its person alone sees what is answered."""
        return not spot.group and self.ack in ("private", "aside")


# -- messages --------------------------------------------------------------------------------------------------


def from_person(message: Written) -> bool:
    """Whether somebody wrote it: no bot, no webhook, no notice of Discord's own."""
    return not message.author.bot and message.webhook_id is None and message.type in WORDS


def addressed(message: Written, me: str) -> bool:
    """Whether the bot is spoken to: in private, by a mention, or by a reply to it."""
    answered = message.referenced_message
    to_me = answered is not None and answered.author.id == me
    return message.guild_id is None or to_me or any(u.id == me for u in message.mentions)


def message_spot(message: Written, parent: str | None, title: str = "") -> Spot:
    """Where a message was written. A thread belongs to its channel."""
    thread = message.channel_id if parent else ""
    chat, group = parent or message.channel_id, message.guild_id is not None
    return Spot(chat=chat, thread=thread, message=message.id, group=group, title=title)


def incoming(message: Written, bot: str, spot: Spot, reply_to: int | None, files: tuple[str, ...] = ()) -> Incoming:
    """A message in the core's words: the sender's own, and what they quoted apart from them."""
    return Incoming(
        platform=PLATFORM,
        bot=bot,
        event_id=f"m{message.id}",
        account=message.author.id,
        text=own_words(message, bot),
        quoted=_quoted(message, bot),
        reply_to=reply_to,
        attachments=files,
        spot=spot,
        name=message.author.name,
    )


def own_words(message: Written, me: str) -> str:
    """What the sender typed, without the mention of the bot and with other people's names in place of their numbers."""
    text = re.sub(rf"<@!?{me}>[,:]?", " ", message.content)
    for user in message.mentions:
        text = re.sub(rf"<@!?{user.id}>", user.name, text)
    lines = [" ".join(line.split(" ")).strip() for line in text.strip().split("\n")]
    return re.sub(r" {2,}", " ", "\n".join(lines))


def _quoted(message: Written, me: str) -> str:
    forwarded = [str(s.message.get("content") or "") for s in message.message_snapshots]
    answered = message.referenced_message
    if answered is not None and answered.author.id != me:
        forwarded.append(answered.content)
    return "\n".join(f for f in forwarded if f)


# -- interactions ----------------------------------------------------------------------------------------------


def interaction_spot(interaction: Interaction, ack: Ack, private_chat: str = "") -> Spot:
    """Where an interaction happened, with what answers it. In a place that the bot only visits everything is private."""
    channel = interaction.channel or Channel(id=interaction.channel_id)
    message = interaction.message.id if interaction.message else ""
    hook = str(Hook(ack, interaction.id, interaction.token))
    if interaction.visiting:
        return Spot(chat=private_chat, message=message, hook=hook)
    thread = channel.id if channel.type in THREADS and channel.parent_id else ""
    chat = channel.parent_id if thread and channel.parent_id else channel.id
    group = interaction.guild_id is not None or channel.type == GROUP_DM
    title = f"#{channel.name}" if channel.name and group and not thread else ""
    unseen = ack == "private" or bool(interaction.message and interaction.message.flags & EPHEMERAL)
    return Spot(chat=chat, thread=thread, message=message, group=group, title=title, hook=hook, aside=group and unseen)


def bot_of(token: str) -> str:
    """The bot's number, which is the head of its token."""
    head = token.strip().partition(".")[0]
    try:
        number = base64.b64decode(head + "=" * (-len(head) % 4), validate=True).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        number = ""
    if not number.isdecimal():
        raise ValueError("is no bot token of Discord; copy it again from the Bot page of your application")
    return number


def token_of(interaction: Interaction) -> str | None:
    """The opaque key of the button or menu entry that was used; None where it is none of ours."""
    data = interaction.data
    key = data.values[0] if data.custom_id.startswith(PICK) and data.values else data.custom_id
    return key[:200] if interaction.type == COMPONENT and data.custom_id != SEARCH else None


def press(interaction: Interaction, bot: str, token: str, spot: Spot) -> Press:
    """A press in the core's words."""
    return Press(
        platform=PLATFORM,
        bot=bot,
        event_id=f"i{interaction.id}",
        account=interaction.by.id,
        token=token,
        spot=spot,
    )


def said(interaction: Interaction, bot: str, spot: Spot, **more: Any) -> Incoming:
    """A command or form in the core's words: a text, or a call."""
    return Incoming(
        platform=PLATFORM,
        bot=bot,
        event_id=f"i{interaction.id}",
        account=interaction.by.id,
        spot=spot,
        name=interaction.by.name,
        **more,
    )


def path_of(data: Data) -> tuple[tuple[str, ...], tuple[Option, ...]]:
    """A slash command's words, and the values that were given with it."""
    path, options = [data.name], data.options
    while options and options[0].type in SUB_COMMANDS:
        path.append(options[0].name)
        options = options[0].options
    return tuple(path), options


def filled(data: Data) -> dict[str, str]:
    """The fields of a form that were filled in."""
    found: dict[str, str] = {}
    for row in data.components:
        field = row.component
        if field is not None and (given := field.value.strip() or ", ".join(field.values)):
            found[field.custom_id] = given
    return found


def usual_ack(interaction: Interaction) -> Ack:
    """How to acknowledge what needs no look at the place: a press leaves its message, what is private stays so."""
    if interaction.type == COMPONENT or (interaction.type == SUBMIT and interaction.message is not None):
        return "aside" if interaction.visiting else "update"
    return "private" if interaction.visiting else "public"
