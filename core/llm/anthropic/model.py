"""Claude as a model: one request over the SDK's own connection, one whole answer or an error that says what to do."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any

import anthropic
import httpx2
from anthropic import AsyncAnthropic, AsyncStream

from core.llm.anthropic.asking import Asked, Effort, asked, prefix
from core.llm.anthropic.reading import MessageReading
from core.llm.anthropic.traits import traits_of
from core.llm.contract import Event as ModelEvent
from core.llm.contract import ModelError, Ping, Request, TextDelta, ThinkingDelta
from core.llm.failures import refused, unreachable
from core.llm.prefixes import Prefixes
from core.llm.replay import after_results
from core.llm.transport import TIMEOUT, http_client
from core.llm.wire import SLICE, Sleep, read

_JSON = {"Content-Type": "application/json", "Accept": "text/event-stream"}
_MOST_PAUSES = 4


class Claude:
    """One of the Claude models. Waiting, retrying and giving up are not decided here."""

    def __init__(
        self,
        model: str,
        api_key: str,
        *,
        base_url: str | None = None,
        effort: Effort = "low",
        ttl: str = "1h",
        sleep: Sleep = asyncio.sleep,
        pause: float = SLICE,
    ) -> None:
        self.name = f"anthropic/{model}"
        self._model = model
        self._traits = traits_of(model)
        self._effort = effort
        self._ttl = ttl
        self._sleep = sleep
        self._pause = pause
        self._prefixes = Prefixes()
        self.client = AsyncAnthropic(
            api_key=api_key,
            base_url=base_url,
            max_retries=0,
            timeout=TIMEOUT,
            http_client=http_client(),
            open_telemetry=False,
        )

    def reads_context(self, request: Request) -> bool:
        """A language model wants the notes and the whole conversation."""
        return True

    def asked(self, request: Request) -> Asked:
        """What a request is sent as."""
        head = self._prefixes.of(request, lambda: prefix(request, self._traits, self._ttl))
        return asked(self._model, request, head, self._traits, self._effort, self._ttl)

    async def stream(self, request: Request) -> AsyncIterator[ModelEvent]:
        """The answer as it comes. A pause of the server's own tools is gone on with and not noticed outside."""
        told = self.asked(request)
        reading = MessageReading(self.name, self._model, told.seen, may_be_empty=after_results(request))
        body = told.body()
        for pauses in range(1, _MOST_PAUSES + 1):
            last: list[ModelEvent] = []
            try:
                response = await self._post(body)
            except ModelError:
                if (used := reading.used()) is not None:
                    yield used
                raise
            try:
                async for event in read(response, reading, self.name, self._sleep, self._pause):
                    if isinstance(event, TextDelta | ThinkingDelta | Ping):
                        yield event
                    else:
                        last.append(event)
            except ModelError:
                for event in last:
                    yield event
                raise
            if not reading.paused or pauses == _MOST_PAUSES:
                break
            if (used := reading.used()) is not None:
                yield replace(used, so_far=True)
            body = told.body(reading.content())
            reading.go_on()
        for event in last:
            yield event

    async def _post(self, body: bytes) -> httpx2.Response:
        try:
            stream = await self.client.post(
                "/v1/messages",
                content=body,
                options={"headers": _JSON},
                cast_to=object,
                stream=True,
                stream_cls=AsyncStream[object],
            )
        except anthropic.APIStatusError as error:
            raise _meant(self.name, error) from error
        except anthropic.AnthropicError as error:
            raise unreachable(self.name, error) from error
        return stream.response

    async def check(self) -> None:
        """Whether the key works and the model is there, by a call that costs nothing."""
        try:
            await self.client.models.retrieve(self._model)
        except anthropic.APIStatusError as error:
            raise _meant(self.name, error) from error
        except anthropic.AnthropicError as error:
            raise unreachable(self.name, error) from error

    async def close(self) -> None:
        """Close the connections."""
        await self.client.close()


def _meant(model: str, error: anthropic.APIStatusError) -> ModelError:
    said: Any = error.body
    inner = said.get("error") if isinstance(said, Mapping) else None
    told: Mapping[str, Any] = inner if isinstance(inner, Mapping) else {}
    return refused(
        model, error.status_code, str(told.get("type", "")), str(told.get("message", "")), error.response.headers
    )
