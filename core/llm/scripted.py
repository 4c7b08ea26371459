"""A model that answers from a script: the deterministic stand-in for tests and for replaying another model's calls."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass

from core.llm.contract import Event, Proposed, Request, Stop, TextDelta, ToolCall


@dataclass(frozen=True)
class Silence:
    """From here on nothing comes, for good. `begun` is told when it begins."""

    begun: Callable[[], None] = lambda: None


Piece = Event | Silence | Exception
Step = str | Sequence[ToolCall] | Callable[[Request], Sequence[Piece]]


class UnexpectedCall(Exception):
    """The script is used up, but the model was asked again."""


class ScriptedModel:
    """Gives one step of its script per request: words, calls, or whatever a function makes of the request, faults
    and silence included. With
    `context` it is given what language models are; `small` are its steps for small jobs, of which it does none without."""

    def __init__(
        self, *steps: Step, name: str = "scripted", context: bool = False, small: Sequence[Step] | None = None
    ) -> None:
        self.name = name
        self.steps = list(steps)
        self.context = context
        self.small = None if small is None else list(small)
        self.requests: list[Request] = []

    def reads_context(self, request: Request) -> bool:
        """As language models do, if it was made so."""
        return self.context if request.purpose != "small" else bool(self.small)

    async def stream(self, request: Request) -> AsyncIterator[Event]:
        """The next step as events."""
        self.requests.append(request)
        steps = self.small if request.purpose == "small" and self.small is not None else self.steps
        if not steps:
            raise UnexpectedCall(f"asked again after the script's end: {request.messages[-1:]}")
        step = steps.pop(0)
        for event in _events(step, request):
            if isinstance(event, Exception):
                raise event
            if isinstance(event, Silence):
                event.begun()
                await asyncio.Event().wait()
            else:
                yield event


def _events(step: Step, request: Request) -> Sequence[Piece]:
    if isinstance(step, str):
        return [TextDelta(step), Stop("end")]
    if callable(step):
        return step(request)
    return [*(Proposed(call) for call in step), Stop("tools")]
