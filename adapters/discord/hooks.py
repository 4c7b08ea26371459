"""Answers to interactions: the acknowledgement in time, the first answer in the place of the waiting sign, more after it."""

from collections import OrderedDict
from typing import Any

import discord

from adapters.discord.line import Line
from adapters.discord.parse import Hook
from adapters.discord.render import EPHEMERAL, Body, words_of

MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
LOADING = 1 << 7
TOKEN_GONE = {50027, 10015, 10062}
UNKNOWN_MESSAGE = 10008
ALREADY = 40060
MOST_REMEMBERED = 5000
CALLBACK = "/interactions/{webhook_id}/{webhook_token}/callback"
WEBHOOK = "/webhooks/{webhook_id}/{webhook_token}"
ORIGINAL = "/webhooks/{webhook_id}/{webhook_token}/messages/@original"
ONE = "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}"


class Hooks:
    """The interactions of one bot and how far each of them is answered. What is not remembered is asked of Discord."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._filled: OrderedDict[str, bool] = OrderedDict()
        self._pressed: OrderedDict[str, Hook] = OrderedDict()

    # -- in time -------------------------------------------------------------------------------------------

    async def acknowledge(self, hook: Hook) -> bool:
        """Tell Discord that the interaction was taken. False when it was too late or somebody else did."""
        if not hook.waits:
            return await self.respond(hook.id, hook.token, {"type": DEFERRED_UPDATE})
        data = {"flags": EPHEMERAL} if hook.ack == "private" else {}
        done = await self.respond(hook.id, hook.token, {"type": DEFERRED, "data": data})
        if done:
            self._remember(hook, filled=False)
        return done

    async def respond(self, id: str, token: str, answer: dict[str, Any]) -> bool:
        """The first answer to an interaction; it counts once and within three seconds."""
        try:
            await self._line.call("POST", CALLBACK, answer, webhook_id=id, webhook_token=token)
        except discord.HTTPException as refused:
            if refused.code in TOKEN_GONE or refused.code == ALREADY:
                return False
            raise
        return True

    # -- later ---------------------------------------------------------------------------------------------

    async def alone(self, hook: Hook, body: Body, number: int) -> str | None:
        """A part of an answer that its person alone sees; None when that is not to be had any more."""
        body = {**body, "flags": body["flags"] | EPHEMERAL}
        if number == 0 and hook.waits:
            return await self.first(hook, body, private=True)
        return await self.more(hook, body)

    async def first(self, hook: Hook, body: Body, *, private: bool) -> str | None:
        """The first answer takes the place of the waiting sign. None when that is not to be had: the sign is as private
        as it was promised, so words of another kind take it away and are sent in another way."""
        standing = await self._standing(hook, body)
        if standing is not None:
            return standing
        if self._filled[hook.id]:
            return await self.more(hook, body) if private else None
        if private != (hook.ack == "private"):
            await self._take_away(hook)
            return await self.more(hook, body)
        try:
            made = await self._on(hook, "PATCH", ORIGINAL, {"content": None, **body} if "components" in body else body)
        except discord.HTTPException as refused:
            if refused.code in TOKEN_GONE or refused.code == UNKNOWN_MESSAGE:
                return None
            raise
        self._remember(hook, filled=True)
        return str(made["id"])

    async def more(self, hook: Hook, body: Body) -> str | None:
        """One more message for an interaction; None when its time is over."""
        try:
            made = await self._on(hook, "POST", WEBHOOK, body)
        except discord.HTTPException as refused:
            if refused.code in TOKEN_GONE:
                return None
            raise
        return str(made["id"])

    async def change(self, message: str, hook: Hook | None, body: Body) -> bool:
        """Change a message that one person alone sees, through the newest press on it or what it answered. Such a
        message is not kept by Discord: when neither works any more, it stays as it is."""
        return await self._through(message, hook, "PATCH", {"content": None, **body})

    async def remove(self, message: str, hook: Hook | None) -> bool:
        """Take away a message that one person alone sees, in the same ways."""
        return await self._through(message, hook, "DELETE")

    async def beside(self, message: str, hook: Hook | None, body: Body) -> str | None:
        """One more message for the person who alone sees another; None where there is no way to them any more."""
        for through in (self._pressed.get(message), hook):
            if through is not None and (made := await self.alone(through, body, 1)) is not None:
                return made
        return None

    async def _through(self, message: str, hook: Hook | None, method: str, body: Body | None = None) -> bool:
        for path, through in ((ORIGINAL, self._pressed.get(message)), (ONE, hook)):
            if through is None:
                continue
            try:
                await self._on(through, method, path, body, message_id=message)
                return True
            except discord.HTTPException as refused:
                if refused.code not in TOKEN_GONE and refused.code != UNKNOWN_MESSAGE:
                    raise
        return False

    def pressed(self, message: str, hook: Hook) -> None:
        """Somebody pressed on a message: for a while it can be changed through that."""
        self._pressed[message] = hook
        self._pressed.move_to_end(message)
        if len(self._pressed) > MOST_REMEMBERED:
            self._pressed.popitem(last=False)

    # -- inside --------------------------------------------------------------------------------------------

    async def _on(self, hook: Hook, method: str, path: str, body: Any = None, **parts: str) -> Any:
        bot = str(self._line.application_id)
        return await self._line.call(method, path, body, webhook_id=bot, webhook_token=hook.token, **parts)

    async def _standing(self, hook: Hook, body: Body) -> str | None:
        """The message that shows these words already, which only a restarted process has to ask for."""
        if hook.id in self._filled:
            return None
        try:
            original = await self._on(hook, "GET", ORIGINAL)
        except discord.HTTPException as refused:
            if refused.code not in TOKEN_GONE and refused.code != UNKNOWN_MESSAGE:
                raise
            self._remember(hook, filled=True)
            return None
        waits = bool(original["flags"] & LOADING)
        self._remember(hook, filled=not waits)
        return str(original["id"]) if not waits and words_of(original) == words_of(body) else None

    async def _take_away(self, hook: Hook) -> None:
        try:
            await self._on(hook, "DELETE", ORIGINAL)
        except discord.HTTPException as refused:
            if refused.code not in TOKEN_GONE and refused.code != UNKNOWN_MESSAGE:
                raise
        self._remember(hook, filled=True)

    def _remember(self, hook: Hook, *, filled: bool) -> None:
        self._filled[hook.id] = filled
        if len(self._filled) > MOST_REMEMBERED:
            self._filled.popitem(last=False)
