"""A compatible server as a model (vLLM, Ollama, OpenRouter, …): one request through Chat Completions."""

import asyncio
from collections.abc import AsyncIterator

from core.llm.contract import Event, Request
from core.llm.openai.chat_asking import conversation, ending, prefix
from core.llm.openai.chat_reading import ChatReading
from core.llm.openai.connection import Connection
from core.llm.prefixes import Prefixes
from core.llm.replay import after_results
from core.llm.wire import SLICE, Sleep, read


class ChatServer:
    """A model behind a base URL. A server on this machine needs no key."""

    def __init__(
        self,
        model: str,
        base_url: str,
        *,
        api_key: str = "none",
        sleep: Sleep = asyncio.sleep,
        pause: float = SLICE,
    ) -> None:
        self.name = f"local/{model}"
        self._model = model
        self.connection = Connection(self.name, model, api_key, base_url)
        self._sleep = sleep
        self._pause = pause
        self._prefixes = Prefixes()

    def reads_context(self, request: Request) -> bool:
        """A language model wants the notes and the whole conversation."""
        return True

    def body(self, request: Request) -> bytes:
        """What a request is sent as."""
        head = self._prefixes.of(request, lambda: prefix(self._model, request))
        return b'%b,"messages":[%b]%b' % (head, b",".join(conversation(request)), ending(request))

    async def stream(self, request: Request) -> AsyncIterator[Event]:
        """The answer as it comes."""
        reading = ChatReading(self.name, self._model, may_be_empty=after_results(request))
        response = await self.connection.post("/chat/completions", self.body(request))
        async for event in read(response, reading, self.name, self._sleep, self._pause):
            yield event

    async def check(self) -> None:
        """Whether the server answers and has the model."""
        await self.connection.check()

    async def close(self) -> None:
        """Close the connections."""
        await self.connection.close()
