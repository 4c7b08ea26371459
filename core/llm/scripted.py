"""A model that answers from a script: the deterministic stand-in for tests and for replaying another model's calls."""

from collections.abc import AsyncIterator, Callable, Sequence

from core.llm.contract import Event, Proposed, Request, Stop, TextDelta, ToolCall

Step = str | Sequence[ToolCall] | Callable[[Request], Sequence[Event]]


class UnexpectedCall(Exception):
    """The script is used up, but the model was asked again."""


class ScriptedModel:
    """Gives one step of its script per request: words, calls, or whatever a function makes of the request."""

    def __init__(self, *steps: Step, name: str = "scripted") -> None:
        self.name = name
        self.steps = list(steps)
        self.requests: list[Request] = []

    async def stream(self, request: Request) -> AsyncIterator[Event]:
        """The next step as events."""
        self.requests.append(request)
        if not self.steps:
            raise UnexpectedCall(f"asked again after the script's end: {request.messages[-1:]}")
        step = self.steps.pop(0)
        for event in _events(step, request):
            yield event


def _events(step: Step, request: Request) -> Sequence[Event]:
    if isinstance(step, str):
        return [TextDelta(step), Stop("end")]
    if callable(step):
        return step(request)
    return [*(Proposed(call) for call in step), Stop("tools")]
