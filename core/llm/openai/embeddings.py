"""Texts as vectors of their meaning, from an embeddings endpoint: OpenAI's, or one of a server that speaks like it."""

from collections.abc import Sequence
from typing import Any

import orjson

from core.llm.contract import BrokenOff, Embedded
from core.llm.openai.connection import Connection

# As many figures as tell meanings well apart; these models can be asked for fewer than they have.
_SHORTENED, _FIGURES = "text-embedding-3", 256


class Embeddings:
    """One embedding model at one address."""

    def __init__(self, name: str, model: str, api_key: str, base_url: str | None) -> None:
        self.name = name
        self._model = model
        self.connection = Connection(name, model, api_key, base_url)

    async def embed(self, texts: Sequence[str]) -> Embedded:
        """A vector for each text, in order; ModelError where that does not work."""
        asked: dict[str, Any] = {"model": self._model, "input": list(texts), "encoding_format": "float"}
        if self._model.startswith(_SHORTENED):
            asked["dimensions"] = _FIGURES
        told = await self.connection.ask("/embeddings", orjson.dumps(asked))
        try:
            vectors = [one["embedding"] for one in sorted(told["data"], key=lambda one: one["index"])]
            tokens = int((told.get("usage") or {}).get("prompt_tokens") or 0)
            whole = len(vectors) == len(texts) and all(len(v) == len(vectors[0]) > 0 for v in vectors)
            numbers = whole and all(isinstance(x, int | float) for v in vectors for x in v)
        except (KeyError, TypeError, ValueError, AttributeError):
            numbers = False
        if not numbers:
            raise BrokenOff(f"{self.name}: an answer of another shape", model=self.name, status=200, code="shape")
        return Embedded(vectors, tokens)

    async def check(self) -> None:
        """Whether the key works and the model is there."""
        await self.connection.check()

    async def close(self) -> None:
        """Close the connections."""
        await self.connection.close()
