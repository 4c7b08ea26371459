"""Small jobs for the small model: one question, one JSON answer that is checked, in little time, or nothing at all."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import structlog
from pydantic import BaseModel

from core.clock import Clock
from core.llm.contract import Model, Request, Said, Stop, TextDelta, reads_context

log = structlog.get_logger()
Answer = TypeVar("Answer", bound=BaseModel)
T = TypeVar("T")
Purpose = Literal["small", "plan"]


@dataclass(frozen=True)
class Small:
    """The small model, as one request of a conversation may use it."""

    model: Model
    about: Request
    clock: Clock

    async def ask(
        self, system: str, text: str, answer: type[Answer], within: float, purpose: Purpose = "small"
    ) -> Answer | None:
        """Its answer, or None where there is no such model, it is late, fails, or answers something else: whoever asks
        has a way of doing without."""
        request = self._request(system, text, answer, purpose)
        if not reads_context(self.model, request):
            return None
        try:
            return answer.model_validate_json(await in_time(self.clock, within, self._text(request)))
        except (TimeoutError, ValueError) as error:
            log.info("small_job_without_answer", job=answer.__name__, why=type(error).__name__)
        except Exception as error:
            log.warning("small_job_failed", job=answer.__name__, why=f"{type(error).__name__}: {error}"[:300])
        return None

    def _request(self, system: str, text: str, answer: type[Answer], purpose: Purpose) -> Request:
        return Request(
            messages=[Said(text)],
            tools=(),
            system=system,
            now=self.about.now,
            zone=self.about.zone,
            role=self.about.role,
            readers={},
            purpose=purpose,
            turn=self.about.turn,
            output=schema_of(answer),
        )

    async def _text(self, request: Request) -> str:
        text, ended = "", False
        async for event in self.model.stream(request):
            if isinstance(event, TextDelta):
                text += event.text
            elif isinstance(event, Stop):
                ended = event.reason == "end"
        if not ended:
            raise ValueError("the answer was cut")
        return text


def schema_of(answer: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema of an answer in one piece, without references, titles and defaults: every field is to be given."""
    written = answer.model_json_schema()
    parts = written.pop("$defs", {})

    def plain(value: Any) -> Any:
        if isinstance(value, list):
            return [plain(v) for v in value]
        if not isinstance(value, dict):
            return value
        if "$ref" in value:
            return plain(parts[value["$ref"].rpartition("/")[2]])
        told = {k: plain(v) for k, v in value.items() if not (k in _NEEDLESS and _is_note(v))}
        if "properties" in told and told.get("type") == "object":
            told |= {"required": list(told["properties"]), "additionalProperties": False}
        return told

    found: dict[str, Any] = plain(written)
    return found


_NEEDLESS = ("title", "default", "description")


def _is_note(value: Any) -> bool:
    """A field that is called "title" holds a schema; a schema's title holds words."""
    return not (isinstance(value, dict) and ("type" in value or "$ref" in value or "anyOf" in value))


async def in_time(clock: Clock, seconds: float, work: Coroutine[Any, Any, T]) -> T:
    """What work comes to, or TimeoutError once so much time of the clock has passed; the work is then given up."""
    doing, waiting = asyncio.ensure_future(work), asyncio.ensure_future(clock.sleep(seconds))
    try:
        await asyncio.wait({doing, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if not doing.done():
            raise TimeoutError
        return doing.result()
    finally:
        for task in (doing, waiting):
            task.cancel()
