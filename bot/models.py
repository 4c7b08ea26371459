"""Builds the language models that the settings connect, by what they are asked for."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import aclosing
from typing import TYPE_CHECKING, Literal, Protocol

from pydantic import SecretStr

from bot.config import KeySettings, LocalSettings, Settings
from core.agent.budget import Assistants, Limits
from core.agent.ledger import Ledger
from core.clock import Clock
from core.llm.contract import Event, Model, Request
from core.llm.rules import RulesModel
from core.store.database import Store

if TYPE_CHECKING:
    from core.agent.meanings import Meanings
    from core.llm.prices import Price

Purpose = Literal["chat", "plan", "small"]
PURPOSES: tuple[Purpose, ...] = ("chat", "plan", "small")
Sleep = Callable[[float], Awaitable[None]]


class Connection(Protocol):
    """A model behind a connection."""

    name: str

    def stream(self, request: Request) -> AsyncIterator[Event]: ...

    async def check(self) -> None: ...

    async def close(self) -> None: ...


class Connected:
    """A model whose SDK is imported when it is first asked: a second that no start has to wait for."""

    def __init__(self, name: str, connect: Callable[[], Connection], own: LocalSettings | None = None) -> None:
        self.name = name
        self.own = own
        self._connect = connect
        self._connection: asyncio.Future[Connection] | None = None

    def reads_context(self, request: Request) -> bool:
        """A language model wants the notes and the whole conversation."""
        return True

    async def connection(self) -> Connection:
        """The model itself."""
        if self._connection is None:
            self._connection = asyncio.ensure_future(asyncio.to_thread(self._connect))
        return await asyncio.shield(self._connection)

    async def stream(self, request: Request) -> AsyncIterator[Event]:
        """The answer as it comes."""
        connection = await self.connection()
        async with aclosing(connection.stream(request)) as events:  # type: ignore[type-var]
            async for event in events:
                yield event

    async def check(self) -> None:
        """Whether the key works and the model is there, by a call that costs nothing."""
        await (await self.connection()).check()

    async def close(self) -> None:
        """Close the connections, if there are any."""
        if self._connection is not None:
            await (await self._connection).close()


def model_of(models: Mapping[Purpose, list[Connected]], store: Store, clock: Clock, limits: Limits) -> Model:
    """What answers in this installation: a ladder of the connected models over the rules, or the rules alone."""
    if not everyone(models):
        return RulesModel()
    from core.llm.failover import Ladder
    from core.llm.paying import Rung

    steps = {
        purpose: [Rung(model, price(model.name, model.own)) for model in listed] for purpose, listed in models.items()
    }
    ladder = Ladder(steps, RulesModel(), clock, Ledger(store, clock, limits))
    ladder.assistants = Assistants(ladder.brands, limits, any=True)
    return ladder


def price(name: str, own: LocalSettings | None = None) -> "Price":
    """What a model costs: as the settings say of a server of one's own, else by the table."""
    from core.llm.prices import price_in_words, price_of

    if own is None or (own.input_usd is None and own.output_usd is None):
        return price_of(name, own.base_url or "" if own else "")
    return price_in_words(own.input_usd or 0, own.output_usd or 0)


def meanings_of(settings: Settings, model: Model, store: Store, clock: Clock) -> "Meanings | None":
    """What finds things by their meaning, where that is set and something is connected for it; paid for as the models are."""
    ledger = getattr(model, "ledger", None)
    provider, name = _named(settings.models.embeddings) if settings.models.embeddings else ("", "")
    places: Mapping[str, KeySettings | LocalSettings] = {"openai": settings.openai, "local": settings.local}
    told = places.get(provider)
    if ledger is None or told is None or not (told.base_url if provider == "local" else told.api_key):
        return None
    from core.agent.meanings import Meanings
    from core.llm.embedding import PaidEmbedder, Source

    full = f"{provider}/{name}"
    own = settings.local if provider == "local" else None

    def connect() -> Source:
        from core.llm.openai.embeddings import Embeddings

        return Embeddings(full, name, _secret(told.api_key) or "none", told.base_url)

    return Meanings(store, clock, PaidEmbedder(full, connect, price(full, own), clock, ledger))


def limits_of(settings: Settings) -> Limits:
    """How much of the models is allowed here."""
    own = settings.limits
    caps = {"lite": own.lite, "pro": own.pro, "elite": own.elite}
    return Limits(
        own.member_hour, own.member_day, own.staff_hour, own.staff_day, own.message_tokens, own.session_tokens, caps
    )


def connected(settings: Settings, sleep: Sleep = asyncio.sleep) -> Mapping[Purpose, list[Connected]]:
    """The models of each purpose, in order. One that is asked for several things is the same one."""
    asked_for = {
        purpose: [*getattr(settings.models, purpose), *_local_names(settings, purpose)] for purpose in PURPOSES
    }
    wanted = dict.fromkeys(name for names in asked_for.values() for name in names)
    built = {name: model for name in wanted if (model := _build(name, settings, sleep)) is not None}
    return {p: [built[name] for name in dict.fromkeys(names) if name in built] for p, names in asked_for.items()}


def everyone(models: Mapping[Purpose, list[Connected]]) -> list[Connected]:
    """Each model once."""
    return list({model.name: model for listed in models.values() for model in listed}.values())


def _local_names(settings: Settings, purpose: Purpose) -> list[str]:
    local = settings.local
    name = (local.small_model or local.model) if purpose == "small" else local.model
    return [f"local/{name}"] if local.base_url and name else []


def _build(name: str, settings: Settings, sleep: Sleep) -> Connected | None:
    """A model by its name, "claude-…", "gpt-…" or "local/…"; None where nothing is connected for it."""
    provider, model = _named(name)
    connects = {"anthropic": _claude, "openai": _gpt, "local": _local}
    keys = {
        "anthropic": settings.anthropic.api_key,
        "openai": settings.openai.api_key,
        "local": settings.local.base_url,
    }
    if not keys[provider]:
        return None
    own = settings.local if provider == "local" else None
    return Connected(f"{provider}/{model}", lambda: connects[provider](model, settings, sleep), own)


def _named(name: str) -> tuple[str, str]:
    """The provider and the model that a name in the settings means."""
    provider, _, model = name.partition("/") if name.startswith(("anthropic/", "openai/", "local/")) else ("", "", name)
    return provider or ("anthropic" if model.startswith("claude") else "openai"), model


def _claude(model: str, settings: Settings, sleep: Sleep) -> Connection:
    from core.llm.anthropic.model import Claude

    told = settings.anthropic
    effort = settings.models.effort
    return Claude(model, _secret(told.api_key), base_url=told.base_url, effort=effort, sleep=sleep)


def _gpt(model: str, settings: Settings, sleep: Sleep) -> Connection:
    from core.llm.openai.model import Gpt

    told = settings.openai
    return Gpt(model, _secret(told.api_key), base_url=told.base_url, effort=settings.models.effort, sleep=sleep)


def _local(model: str, settings: Settings, sleep: Sleep) -> Connection:
    from core.llm.openai.chat import ChatServer

    told = settings.local
    return ChatServer(model, told.base_url or "", api_key=_secret(told.api_key) or "none", sleep=sleep)


def _secret(held: SecretStr | None) -> str:
    return held.get_secret_value() if held else ""
