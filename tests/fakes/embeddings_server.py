"""A stand-in for an embeddings endpoint: takes requests as strictly as the real one, and knows a few topics by their words."""

from collections.abc import Sequence
from typing import Any, Self

import orjson
from aiohttp import web

TOPICS = (
    "run mile jog cardio endurance long running",
    "push press bench chest shoulders",
    "pull chin row back lats",
    "short fast sprint 21-15-9",
    "squat legs quadriceps thighs",
)
_PARAMS = {"model", "input", "encoding_format", "dimensions", "user"}


class EmbeddingsServer:
    """Listens on a free port of this machine. `texts` are all that it was sent; while it is `broken` it answers 500."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.texts: list[str] = []
        self.broken = False
        self.url = ""

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=64 << 20)
        app.router.add_post("/v1/embeddings", self._embed)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/v1"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _embed(self, request: web.Request) -> web.Response:
        body: dict[str, Any] = orjson.loads(await request.read())
        self.requests.append(body)
        if self.broken:
            return web.json_response({"error": {"message": "down", "type": "server_error", "code": None}}, status=500)
        texts = body.get("input")
        if not set(body) <= _PARAMS or not isinstance(texts, list) or not 0 < len(texts) <= 2048 or not all(texts):
            wrong = {"message": "Invalid 'input'.", "type": "invalid_request_error", "code": None}
            return web.json_response({"error": wrong}, status=400)
        self.texts += texts
        data = [{"object": "embedding", "index": n, "embedding": _meaning(t)} for n, t in enumerate(texts)]
        tokens = sum(len(t) for t in texts) // 4
        usage = {"prompt_tokens": tokens, "total_tokens": tokens}
        return web.json_response({"object": "list", "model": body["model"], "data": data[::-1], "usage": usage})


def _meaning(text: str) -> Sequence[float]:
    said = text.casefold().replace("-", " ").split()
    return [float(sum(word in said for word in topic.split())) + 0.01 for topic in TOPICS]
