"""Who and what there is on the stand-in of Discord: people, guilds, channels, messages, commands, interactions."""

import asyncio
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.fakes.discord_rules import EPHEMERAL, V2

DISCORD_EPOCH_MS = 1_420_070_400_000
ANSWER_S, TOKEN_S, NONCE_S = 3.0, 15 * 60.0, 300.0
TEXT_CHANNEL, DM, GROUP_DM, THREAD = 0, 1, 3, 11
ADMINISTRATOR, ORDINARY = 1 << 3, (1 << 10) | (1 << 11) | (1 << 16) | (1 << 31)

Json = dict[str, Any]


class Refusal(Exception):
    """An error as Discord answers it: the status, its own code, and its words."""

    def __init__(self, status: int, code: int, message: str, errors: list[str] | None = None) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.errors = status, code, message, errors or []

    def body(self) -> Json:
        told = {"_errors": [{"code": "INVALID", "message": e} for e in self.errors]}
        return {"code": self.code, "message": self.message, **({"errors": told} if self.errors else {})}


@dataclass
class Interaction:
    """One use of a command, button, select, modal or autocomplete, and all that the bot answered to it."""

    id: str
    token: str
    kind: int
    at: float
    payload: Json
    user: str
    channel: str
    message: Json | None = None
    acked: int | None = None
    acked_after: float | None = None
    flags: int = 0
    choices: list[Json] = field(default_factory=list)
    modal: Json | None = None
    original: str | None = None
    messages: list[Json] = field(default_factory=list)


@dataclass
class Seen:
    """One request that the bot made, and how it was answered."""

    at: float
    method: str
    path: str
    body: Any
    status: int = 0
    answer: Any = None


class World:
    """The state behind the REST API and the gateway. `moved` seconds are added to every reading of the time."""

    def __init__(self) -> None:
        self.moved = 0.0
        self._count = itertools.count(1)
        self.bot: Json = {
            "id": self.snowflake(),
            "username": "Whistle",
            "discriminator": "0",
            "avatar": None,
            "bot": True,
        }
        self.app_id = self.bot["id"]
        self.users: dict[str, Json] = {self.bot["id"]: self.bot}
        self.guilds: dict[str, Json] = {}
        self.members: dict[tuple[str, str], Json] = {}
        self.channels: dict[str, Json] = {}
        self.messages: dict[str, list[Json]] = {}
        self.nonces: dict[tuple[str, str], tuple[float, Json]] = {}
        self.commands: list[Json] = []
        self.interactions: dict[str, Interaction] = {}
        self.files: dict[str, tuple[bytes, str]] = {}
        self.log: list[Seen] = []
        self.dispatch: Callable[[str, Json], None] = lambda event, data: None
        self.address = ""
        self.gateway_address = ""
        self.installed_by_users: set[str] = set()
        self.changed = asyncio.Condition()

    # -- time ----------------------------------------------------------------------------------------------

    def now(self) -> float:
        """Seconds on the stand-in's clock."""
        return time.monotonic() + self.moved

    def wall(self) -> datetime:
        """The stand-in's time of day."""
        return datetime.fromtimestamp(time.time() + self.moved, UTC)

    def snowflake(self) -> str:
        """A new id: its head is the time, so ids sort as things were made."""
        millis = int((time.time() + self.moved) * 1000) - DISCORD_EPOCH_MS
        return str((millis << 22) | (next(self._count) & 0x3FFFFF))

    async def until(self, true: Callable[[], bool], seconds: float = 60.0) -> None:
        """Wait for something to be true; looked at after each request."""
        async with asyncio.timeout(seconds), self.changed:
            await self.changed.wait_for(true)

    async def notify(self) -> None:
        async with self.changed:
            self.changed.notify_all()

    # -- who there is --------------------------------------------------------------------------------------

    def user(self, name: str, id: str = "") -> str:
        """A person with an account; returns the id."""
        made: Json = {
            "id": id or self.snowflake(),
            "username": name.casefold(),
            "global_name": name,
            "discriminator": "0",
        }
        self.users[made["id"]] = {**made, "avatar": None, "bot": False}
        return str(made["id"])

    def guild(self, name: str, *people: str, admins: tuple[str, ...] = ()) -> str:
        """A server with the bot and some people in it; returns the id."""
        made = self.snowflake()
        role = {"id": made, "name": "@everyone", "permissions": str(ORDINARY), "position": 0, "color": 0}
        role |= {"hoist": False, "managed": False, "mentionable": False, "flags": 0, "icon": None}
        self.guilds[made] = {"id": made, "name": name, "owner_id": (admins or people or ("0",))[0], "roles": [role]}
        for person in (self.bot["id"], *admins, *people):
            permissions = ORDINARY | (ADMINISTRATOR if person in admins else 0)
            self.members[made, person] = {"roles": [], "joined_at": self.wall().isoformat(), "flags": 0}
            self.members[made, person] |= {"deaf": False, "mute": False, "permissions": str(permissions)}
        self.dispatch("GUILD_CREATE", self.guild_payload(made))
        return made

    def channel(self, guild: str, name: str) -> str:
        """A text channel; returns the id."""
        made: Json = {"id": self.snowflake(), "type": TEXT_CHANNEL, "guild_id": guild, "name": name, "position": 0}
        self.channels[made["id"]] = {**made, "permission_overwrites": [], "nsfw": False, "parent_id": None}
        self.messages[made["id"]] = []
        self.dispatch("CHANNEL_CREATE", self.channels[made["id"]])
        return str(made["id"])

    def thread(self, parent: str, name: str) -> str:
        """A thread of a channel; returns the id."""
        above = self.channels[parent]
        meta = {"archived": False, "auto_archive_duration": 1440, "locked": False}
        made = {
            "id": self.snowflake(),
            "type": THREAD,
            "guild_id": above["guild_id"],
            "parent_id": parent,
            "name": name,
        }
        made |= {"owner_id": self.bot["id"], "message_count": 0, "member_count": 1}
        made |= {"thread_metadata": {**meta, "archive_timestamp": self.wall().isoformat()}}
        self.channels[made["id"]] = made
        self.messages[made["id"]] = []
        self.dispatch("THREAD_CREATE", {**made, "newly_created": True})
        return str(made["id"])

    def dm(self, user: str) -> str:
        """The private channel of a person and the bot; returns the id."""
        for channel in self.channels.values():
            if channel["type"] == DM and channel["recipients"] == [self.users[user]]:
                return str(channel["id"])
        made: Json = {"id": self.snowflake(), "type": DM, "recipients": [self.users[user]], "last_message_id": None}
        self.channels[made["id"]] = made
        self.messages[made["id"]] = []
        return str(made["id"])

    def between(self, *users: str) -> str:
        """A chat of people among themselves, which the bot is no part of; returns the id."""
        kind = DM if len(users) == 2 else GROUP_DM
        made: Json = {"id": self.snowflake(), "type": kind, "recipients": [self.users[u] for u in users]}
        self.channels[made["id"]] = {**made, "last_message_id": None, "foreign": True}
        self.messages[made["id"]] = []
        return str(made["id"])

    def guild_payload(self, guild: str) -> Json:
        """A server as the gateway describes it."""
        inside = [c for c in self.channels.values() if c.get("guild_id") == guild]
        people = [self.member(guild, u) for g, u in self.members if g == guild and u == self.bot["id"]]
        lists = ("emojis", "stickers", "features", "presences", "voice_states", "stage_instances", "soundboard_sounds")
        numbers: tuple[str, ...] = (
            "verification_level",
            "default_message_notifications",
            "explicit_content_filter",
            "mfa_level",
        )
        numbers += ("nsfw_level", "premium_tier", "premium_subscription_count", "system_channel_flags", "afk_timeout")
        return {
            **self.guilds[guild],
            **{name: [] for name in (*lists, "guild_scheduled_events")},
            **dict.fromkeys(numbers, 0),
            "channels": [c for c in inside if c["type"] != THREAD],
            "threads": [c for c in inside if c["type"] == THREAD],
            "members": people,
            "member_count": sum(1 for g, _ in self.members if g == guild),
            "large": False,
            "preferred_locale": "en-US",
            "unavailable": False,
        }

    def member(self, guild: str, user: str) -> Json:
        """A person in a server."""
        return {**self.members[guild, user], "user": self.users[user], "nick": None, "avatar": None}

    # -- messages ------------------------------------------------------------------------------------------

    def new_message(self, channel: str, author: Json, body: Json, flags: int, keep: bool = True) -> Json:
        """A message as the API shows it; an ephemeral one is in no channel's history."""
        made = {
            "id": self.snowflake(),
            "channel_id": channel,
            "author": author,
            "content": body.get("content") or "",
            "timestamp": self.wall().isoformat(),
            "edited_timestamp": None,
            "tts": False,
            "mention_everyone": False,
            "mentions": body.get("mentions", []),
            "mention_roles": [],
            "attachments": body.get("attachments", []),
            "embeds": [],
            "components": body.get("components") or [],
            "pinned": False,
            "type": 19 if body.get("message_reference") else 0,
            "flags": flags,
        }
        if reference := body.get("message_reference"):
            made["message_reference"] = {"channel_id": channel, **reference}
            made["referenced_message"] = self.find(channel, reference["message_id"])
        if body.get("nonce") is not None:
            made["nonce"] = body["nonce"]
        if keep and not flags & EPHEMERAL:
            self.messages[channel].append(made)
        return made

    def find(self, channel: str, message: str) -> Json | None:
        """A message of a channel's history."""
        return next((m for m in self.messages.get(channel, ()) if m["id"] == message), None)

    def change(self, message: Json, body: Json, flags: int) -> None:
        """Edit a message in place. One with components v2 stays one."""
        if message["flags"] & V2 and not flags & V2:
            flags |= V2
        for key in ("content", "components", "attachments"):
            if key in body:
                message[key] = body[key] or ("" if key == "content" else [])
        message["flags"] = (message["flags"] & (EPHEMERAL | V2)) | flags
        message["edited_timestamp"] = self.wall().isoformat()

    def shown(self, channel: str) -> list[Json]:
        """What the bot has written in a channel and still stands there."""
        return [m for m in self.messages[channel] if m["author"]["id"] == self.bot["id"]]
