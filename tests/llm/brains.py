"""What the tests of all providers share: a pair of model and stand-in of each kind, requests, and whole answers."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from core.agent.prompt import system_for
from core.agent.tools import Role, load
from core.agent.toolset import toolset
from core.chat import Place
from core.llm.anthropic.model import Claude
from core.llm.contract import (
    Answered,
    Event,
    Model,
    ModelError,
    Proposed,
    Request,
    Stop,
    TextDelta,
    ToolCall,
    ToolSpec,
    Turnwise,
    Usage,
)
from core.llm.openai.chat import ChatServer
from core.llm.openai.model import Gpt
from tests.fakes.anthropic_server import AnthropicServer
from tests.fakes.model_answers import Step
from tests.fakes.model_server import ModelServer
from tests.fakes.openai_server import ChatServerFake, ResponsesServer

SERVERS: dict[str, type[ModelServer]] = {"claude": AnthropicServer, "gpt": ResponsesServer, "local": ChatServerFake}
KINDS = ("claude", "gpt", "local")
TOOLS: list[ToolSpec] = toolset(load(), Place.PRIVATE, Role.MEMBER)
NOW = datetime(2026, 11, 20, 10, 0)


def request(*messages: Turnwise, tools: Sequence[ToolSpec] = TOOLS, **more: Any) -> Request:
    """A request of a member in a private chat."""
    return Request(messages, tools, system_for(Place.PRIVATE), NOW, "Europe/Berlin", 1, {}, **more)


@asynccontextmanager
async def pair(kind: str, *script: Step, **more: Any) -> AsyncIterator[tuple[Model, ModelServer]]:
    """A model of a kind, and the stand-in that it talks to."""
    server = SERVERS[kind](*script, **more)
    async with server:
        model = model_for(kind, server.url)
        yield model, server
        await model.close()


def model_for(kind: str, url: str) -> Claude | Gpt | ChatServer:
    """A model of a kind that talks to a stand-in."""
    if kind == "claude":
        return Claude("claude-sonnet-5-5", "sk-test", base_url=url, pause=0)
    if kind == "gpt":
        return Gpt("gpt-6.1-terra", "sk-test", base_url=f"{url}/v1", pause=0)
    return ChatServer("llama-4", f"{url}/v1", api_key="sk-test", pause=0)


@dataclass
class Heard:
    """What came of one request."""

    events: list[Event] = field(default_factory=list)
    error: ModelError | None = None

    @property
    def text(self) -> str:
        return "".join(e.text for e in self.events if isinstance(e, TextDelta))

    @property
    def calls(self) -> list[ToolCall]:
        return [e.call for e in self.events if isinstance(e, Proposed)]

    @property
    def stop(self) -> Stop:
        return next(e for e in self.events if isinstance(e, Stop))

    @property
    def usage(self) -> Usage:
        return next(e for e in self.events if isinstance(e, Usage) and not e.so_far)

    def answered(self, turn: int) -> Answered:
        """As the log keeps it: with call ids of its own."""
        calls = tuple(ToolCall(f"t{turn}-{n}", c.tool, c.args) for n, c in enumerate(self.calls))
        return Answered(self.text, calls, "model", self.stop.raw)


async def ask(model: Model, asked: Request) -> Heard:
    """Everything that a model says to a request, and the error that it ends in."""
    heard = Heard()
    try:
        async for event in model.stream(asked):
            heard.events.append(event)
    except ModelError as error:
        heard.error = error
    return heard
