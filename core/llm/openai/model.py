"""GPT as a model: one request through the Responses API, one whole answer or an error that says what to do."""

import asyncio
from collections.abc import AsyncIterator

from core.llm.contract import Event, Request
from core.llm.openai.asking import Effort, conversation, ending, prefix
from core.llm.openai.connection import Connection
from core.llm.openai.reading import ResponseReading
from core.llm.prefixes import Prefixes
from core.llm.replay import after_results
from core.llm.wire import SLICE, Sleep, read


class Gpt:
    """One of the GPT models. Nothing is stored at the provider. Waiting, retrying and giving up are not decided here."""

    def __init__(
        self,
        model: str,
        api_key: str,
        *,
        base_url: str | None = None,
        effort: Effort = "low",
        sleep: Sleep = asyncio.sleep,
        pause: float = SLICE,
    ) -> None:
        self.name = f"openai/{model}"
        self._model = model
        self.connection = Connection(self.name, model, api_key, base_url)
        self._effort: Effort = effort
        self._sleep = sleep
        self._pause = pause
        self._prefixes = Prefixes()

    def reads_context(self, request: Request) -> bool:
        """A language model wants the notes and the whole conversation."""
        return True

    def body(self, request: Request) -> bytes:
        """What a request is sent as."""
        head = self._prefixes.of(request, lambda: prefix(self._model, request, self._effort))
        return b"%b%b]%b" % (head, b",".join(conversation(request, self._model)), ending(request))

    async def stream(self, request: Request) -> AsyncIterator[Event]:
        """The answer as it comes."""
        reading = ResponseReading(self.name, self._model, may_be_empty=after_results(request))
        response = await self.connection.post("/responses", self.body(request))
        async for event in read(response, reading, self.name, self._sleep, self._pause):
            yield event

    async def check(self) -> None:
        """Whether the key works and the model is there, by a call that costs nothing."""
        await self.connection.check()

    async def close(self) -> None:
        """Close the connections."""
        await self.connection.close()
