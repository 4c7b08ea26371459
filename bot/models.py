"""Builds the language models that the settings connect, by what they are asked for."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Literal, Protocol

from bot.config import Settings
from core.llm.contract import Model

Purpose = Literal["chat", "plan", "small"]
PURPOSES: tuple[Purpose, ...] = ("chat", "plan", "small")
Sleep = Callable[[float], Awaitable[None]]


class Connected(Model, Protocol):
    """A model behind a connection."""

    async def check(self) -> None:
        """Whether the key works and the model is there."""

    async def close(self) -> None:
        """Close the connections."""


def connected(settings: Settings, sleep: Sleep = asyncio.sleep) -> Mapping[Purpose, list[Connected]]:
    """The models of each purpose, in order. One that is asked for several things is the same one."""
    built: dict[str, Connected | None] = {}
    asked_for = {
        purpose: [*getattr(settings.models, purpose), *_local_names(settings, purpose)] for purpose in PURPOSES
    }
    for names in asked_for.values():
        for name in names:
            if name not in built:
                built[name] = _build(name, settings, sleep)
    return {
        purpose: [model for name in dict.fromkeys(names) if (model := built[name]) is not None]
        for purpose, names in asked_for.items()
    }


def everyone(models: Mapping[Purpose, list[Connected]]) -> list[Connected]:
    """Each model once."""
    return list({model.name: model for listed in models.values() for model in listed}.values())


def _local_names(settings: Settings, purpose: Purpose) -> list[str]:
    local = settings.local
    name = (local.small_model or local.model) if purpose == "small" else local.model
    return [f"local/{name}"] if local.base_url and name else []


def _build(name: str, settings: Settings, sleep: Sleep) -> Connected | None:
    """A model by its name, "claude-…", "gpt-…" or "local/…"; None where nothing is connected for it. The SDKs are
    imported here: an installation without keys never loads them."""
    provider, _, model = name.rpartition("/")
    provider = provider or ("anthropic" if model.startswith("claude") else "openai")
    if provider == "anthropic" and settings.anthropic.api_key:
        from core.llm.anthropic.model import Claude

        key = settings.anthropic.api_key.get_secret_value()
        return Claude(model, key, base_url=settings.anthropic.base_url, effort=settings.models.effort, sleep=sleep)
    if provider == "openai" and settings.openai.api_key:
        from core.llm.openai.model import Gpt

        key = settings.openai.api_key.get_secret_value()
        return Gpt(model, key, base_url=settings.openai.base_url, effort=settings.models.effort, sleep=sleep)
    if provider == "local" and settings.local.base_url:
        from core.llm.openai.chat import ChatServer

        secret = settings.local.api_key
        return ChatServer(
            model, settings.local.base_url, api_key=secret.get_secret_value() if secret else "none", sleep=sleep
        )
    return None
