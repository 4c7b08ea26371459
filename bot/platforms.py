"""Which platforms this installation speaks on: the adapters of the tokens in the settings, made, started and stopped."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from importlib import import_module

import structlog

from adapters.contract import Adapter
from bot.config import Settings
from core.desk import Desk

log = structlog.get_logger("whistle")


def configured(settings: Settings, desk: Desk) -> list[Adapter]:
    """The adapters, each announced to the desk; a library is imported only where it is needed."""
    made: list[Adapter] = []
    if settings.telegram.token:
        from adapters.telegram.adapter import make as telegram

        made.append(telegram(settings.telegram, desk, settings.data_dir))
    if settings.discord.token:
        made.append(import_module("adapters.discord.adapter").make(settings.discord, desk, settings.data_dir))
    return made


@asynccontextmanager
async def speaking(adapters: Sequence[Adapter]) -> AsyncIterator[None]:
    """The adapters from the first update to the last."""
    begun: list[Adapter] = []
    try:
        for adapter in adapters:
            begun.append(adapter)
            await adapter.start()
            log.info("platform_started", platform=adapter.name)
        yield
    finally:
        for adapter in reversed(begun):
            await adapter.stop()
