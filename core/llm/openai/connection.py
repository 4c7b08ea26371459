"""Posts a request over the OpenAI SDK's own connection and says what its errors mean."""

from collections.abc import Mapping
from typing import Any

import httpx2
import openai
from openai import AsyncOpenAI, AsyncStream

from core.llm.contract import BrokenOff, ModelError
from core.llm.failures import refused, unreachable
from core.llm.transport import TIMEOUT, http_client

_JSON = {"Content-Type": "application/json", "Accept": "text/event-stream"}
_PLAIN = {"Content-Type": "application/json", "Accept": "application/json"}


class Connection:
    """One key at one address. Nothing is tried again here."""

    def __init__(self, name: str, model: str, api_key: str, base_url: str | None) -> None:
        self.name = name
        self._model = model
        self.client = AsyncOpenAI(
            api_key=api_key, base_url=base_url, max_retries=0, timeout=TIMEOUT, http_client=http_client()
        )

    async def post(self, path: str, body: bytes) -> httpx2.Response:
        """Send bytes, get the response as soon as it begins."""
        try:
            stream = await self.client.post(
                path,
                content=body,
                options={"headers": _JSON},
                cast_to=object,
                stream=True,
                stream_cls=AsyncStream[object],
            )
        except openai.APIStatusError as error:
            raise self._meant(error) from error
        except openai.OpenAIError as error:
            raise unreachable(self.name, error) from error
        return stream.response

    async def ask(self, path: str, body: bytes) -> Any:
        """Send bytes, get the whole answer as JSON."""
        try:
            return await self.client.post(path, content=body, options={"headers": _PLAIN}, cast_to=object)
        except openai.APIStatusError as error:
            raise self._meant(error) from error
        except openai.OpenAIError as error:
            raise unreachable(self.name, error) from error
        except ValueError as error:
            raise BrokenOff(
                f"{self.name}: an answer that is no JSON", model=self.name, status=200, code="shape"
            ) from error

    async def check(self) -> None:
        """Whether the key works and the model is there, by a call that costs nothing."""
        try:
            await self.client.models.retrieve(self._model)
        except openai.APIStatusError as error:
            raise self._meant(error) from error
        except openai.OpenAIError as error:
            raise unreachable(self.name, error) from error

    async def close(self) -> None:
        """Close the connections."""
        await self.client.close()

    def _meant(self, error: openai.APIStatusError) -> ModelError:
        said: Any = error.body
        told: Mapping[str, Any] = said if isinstance(said, Mapping) else {}
        inner = told.get("error")
        told = inner if isinstance(inner, Mapping) else told
        code = str(told.get("code") or told.get("type") or "")
        return refused(self.name, error.status_code, code, str(told.get("message", "")), error.response.headers)
