"""The model that needs no network: it matches what was said against the phrases that every tool declares."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from textwrap import shorten

from core.llm.contract import (
    Answered,
    Event,
    Proposed,
    Request,
    Returned,
    Said,
    Stop,
    TextDelta,
    ToolCall,
)
from core.llm.phrases.choose import Reading
from core.llm.phrases.frame import without_thanks
from core.llm.phrases.requests import asked
from core.llm.phrases.split import Part
from core.llm.phrases.talk import asks_for_help, cannot, help_text, small_talk

_COMMAND = re.compile(r"^\s*/(\w+)(?:@\w+)?")
_LONGEST = 4000
_CONDITION = re.compile(r"(?i)\b(?:if|unless|in case|as long as|provided|when|once|whenever)\b")
_ON_CONDITION = "I can’t wait for a condition or check one for you, so nothing was changed. Shall I do it now?"
_NEAR = 0.5
_LABEL = 60


@dataclass(frozen=True)
class Understood:
    """What a message asks for: the calls, or the nearest ones to choose from, or a reply in words. `score` is the share
    of its content words that the calls account for."""

    calls: tuple[ToolCall, ...] = ()
    choices: tuple[tuple[str, ToolCall], ...] = ()
    score: float = 0.0
    reply: str = ""


def understand(text: str, request: Request) -> Understood:
    """Read a message as calls of the tools that the request offers."""
    if asks_for_help(_without_slash(text)):
        return Understood(reply=help_text(request.role))
    talk = small_talk(text)
    if talk is not None:
        return Understood(reply=talk)
    if len(text) > _LONGEST:
        return Understood(reply=cannot(text[:_LONGEST], request))
    parts, nearest = asked(without_thanks(_without_slash(text)), request)
    if parts:
        calls = tuple(_call(part.reading, request, number) for number, part in enumerate(parts))
        return Understood(calls=calls, score=_score(parts))
    choices = tuple(_choice(reading, request, number) for number, reading in enumerate(_close(nearest)))
    reply = _ON_CONDITION if choices and _CONDITION.search(text) else cannot(text, request)
    return Understood(choices=choices, score=nearest[0].score if nearest else 0.0, reply=reply)


class RulesModel:
    """The rules as a model like any other."""

    name = "rules"

    async def stream(self, request: Request) -> AsyncIterator[Event]:
        """Calls for the newest words of the person; nothing more once they have their results."""
        text = newest_words(request)
        if text is None:
            yield Stop("end")
            return
        understood = understand(text, request)
        for call in understood.calls:
            yield Proposed(call)
        if understood.calls:
            yield Stop("tools", final=True, score=understood.score)
            return
        yield TextDelta(understood.reply)
        yield Stop("end", choices=understood.choices, score=understood.score)


def newest_words(request: Request) -> str | None:
    """What the person said since the last answer, as one text; None where a call's result is the newest."""
    said: list[str] = []
    for message in reversed(request.messages):
        if isinstance(message, Answered | Returned):
            break
        if isinstance(message, Said) and message.kind == "user":
            said.append(message.text)
    return "\n".join(reversed(said)) if said else None


def _without_slash(text: str) -> str:
    """A slash command as plain words: "/show_timetable friday", "/book crossfit 6pm"."""
    command = _COMMAND.match(text)
    if command is None:
        return text
    return command.group(1).replace("_", " ") + text[command.end() :]


def _score(parts: list[Part]) -> float:
    return min(part.reading.score for part in parts)


def _call(reading: Reading, request: Request, number: int) -> ToolCall:
    return ToolCall(f"r{len(request.messages)}-{number}", reading.tool.name, dict(reading.args))


def _close(nearest: list[Reading]) -> list[Reading]:
    """Up to three commands that the message may have meant."""
    return [r for r in nearest if r.tool.allowed and r.strong and r.score >= _NEAR][:3]


def _choice(reading: Reading, request: Request, number: int) -> tuple[str, ToolCall]:
    call = _call(reading, request, number)
    return label_of(call), call


def label_of(call: ToolCall) -> str:
    """A call on a button: what it does and with what, in whole words."""
    told = ", ".join(" ".join(str(v).split()) for v in call.args.values() if isinstance(v, str | int | float))
    return shorten(call.tool.replace("_", " ").capitalize() + (f": {told}" if told else ""), _LABEL, placeholder="…")
