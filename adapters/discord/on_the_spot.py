"""What is answered at once and changes nothing, so it is not kept: completing an option, opening a form, turning a page."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import aiohttp
import discord
import structlog
from pydantic import ValidationError

from adapters.discord import forms
from adapters.discord.commands import Commands
from adapters.discord.hooks import CHOICES as ANSWER_CHOICES
from adapters.discord.hooks import DEFERRED_UPDATE, MODAL, UPDATE, Hooks
from adapters.discord.limits import ANSWER_WITHIN_S, CHOICES, OPTION_CHARS
from adapters.discord.line import Json, Line
from adapters.discord.parse import AUTOCOMPLETE, COMMAND, COMPONENT, PLATFORM, Interaction, interaction_spot
from adapters.discord.render import SEARCH, bodies, kept
from adapters.fallback import clipped, page_of
from core.chat import Suggestion
from core.desk import Desk
from core.errors import Told
from core.i18n import speaking

log = structlog.get_logger("whistle.discord")
LEFT_FOR_THE_WAY_S = 0.5


class OnTheSpot:
    """Suggestions, forms and pages of one bot."""

    def __init__(self, desk: Desk, bot: str, commands: Commands, hooks: Hooks, line: Line) -> None:
        self._desk = desk
        self._bot = bot
        self._commands = commands
        self._hooks = hooks
        self._line = line

    def answer(self, data: Json) -> Coroutine[Any, Any, None] | None:
        """The answer to an interaction that is answered on the spot; None for one that goes through the arrivals."""
        try:
            interaction = Interaction.model_validate(data)
        except ValidationError:
            return None
        if interaction.type == AUTOCOMPLETE:
            return self._complete(interaction)
        if interaction.type == COMPONENT and (page := page_of(interaction.data.custom_id)) is not None:
            return self._turn(interaction, page, data.get("locale"))
        with speaking(data.get("locale")):
            if interaction.type == COMPONENT and interaction.data.custom_id == SEARCH:
                return self._open(interaction, forms.search())
            if interaction.type == COMMAND and (form := self._commands.form(interaction)):
                return self._open(interaction, form)
        return None

    async def _open(self, interaction: Interaction, form: Json) -> None:
        await self._respond(interaction, {"type": MODAL, "data": form})

    async def _turn(self, interaction: Interaction, page: int, language: str | None) -> None:
        """Show other buttons of the same message; where that is not known any more, leave it as it is."""
        own = await self._line.private_chat(interaction.by.id) if interaction.visiting else ""
        chat, number = (
            interaction_spot(interaction, "update", own).chat,
            interaction.message.id if interaction.message else "",
        )
        shown = await self._desk.platforms.message(PLATFORM, self._bot, chat, number)
        if shown is None:
            return await self._respond(interaction, {"type": DEFERRED_UPDATE})
        with speaking(language):
            body = kept(bodies(shown, as_components=True, page=page)[-1])
        return await self._respond(interaction, {"type": UPDATE, "data": body})

    async def _complete(self, interaction: Interaction) -> None:
        """Offer what would fit; when that takes too long, nothing: what is typed can be sent all the same."""
        found: list[Suggestion] = []
        if (typed := self._commands.focused(interaction)) is not None:
            tool, param, words, others = typed
            try:
                async with asyncio.timeout(ANSWER_WITHIN_S - LEFT_FOR_THE_WAY_S):
                    found = await self._suggestions(interaction, tool, param, words, others)
            except TimeoutError:
                log.warning("suggestions_too_slow", tool=tool, param=param)
            except Told:
                found = []
        choices = [{"name": clipped(s.label, OPTION_CHARS), "value": s.words[:OPTION_CHARS]} for s in found[:CHOICES]]
        await self._respond(interaction, {"type": ANSWER_CHOICES, "data": {"choices": choices}})

    async def _suggestions(
        self, interaction: Interaction, tool: str, param: str, words: str, others: dict[str, Any]
    ) -> list[Suggestion]:
        return await self._desk.suggest(PLATFORM, interaction.by.id, tool, param, words)

    async def _respond(self, interaction: Interaction, answer: Json) -> None:
        try:
            await self._hooks.respond(interaction.id, interaction.token, answer)
        except (OSError, TimeoutError, aiohttp.ClientError, discord.DiscordException):
            log.warning("not_answered", interaction=interaction.id)
