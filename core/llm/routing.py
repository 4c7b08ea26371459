"""Decides who is asked: the rules where they understand for certain, the small model to read, the better one to write."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from core.llm.contract import Answered, Request, Returned, Said, ToolCall
from core.llm.phrases.readings import FREE_TEXT
from core.llm.phrases.talk import asks_for_help, is_content, is_courtesy, is_emergency
from core.llm.phrases.tokens import words_of
from core.llm.rules import newest_words, understand

BRANDS = {"claude": "anthropic/", "gpt": "openai/"}
WHOLE = 0.999
_LONG = 400
_BY_CODE = ("rules", "code")
_BACK = re.compile(r"\s*/?(undo|redo)\b", re.IGNORECASE)
# Words that lean on what a model has said before: the rules do not know what it was about.
_LEANING = re.compile(
    r"\b(it|its|that|this|them|those|these|same|there|then|instead|also|too|again|ones?|both|either|neither|other|"
    r"first|second|last|yes|no|yeah|yep|nope|ok|okay|sure|please do|do so|go on|him|her|his|their)\b",
    re.IGNORECASE,
)
_BEGUN = r"\s*(?:(?:and|but|so|or|also|then|ok|okay|hi|hey|hello)\b[\s,]*)*"
_ASKING = re.compile(
    rf"{_BEGUN}(is|are|was|were|do|does|did|has|have|show|list|tell|explain|compare|find|look|check|any)\b",
    re.IGNORECASE,
)
# Whoever asks like this wants to know something, also about a change ("how late may people cancel?").
_WANTS_TO_KNOW = re.compile(rf"{_BEGUN}(what|when|who|where|which|why|how)\b", re.IGNORECASE)
_CHANGING = re.compile(
    r"\b(book|cancel|move|change|set|add|remove|delete|create|make|schedule|put|send|invite|assign|record|waive|freeze|"
    r"end|start|mark|note|remind|update|swap|rename|enrol|enroll|log|join|leave|claim|publish|share|copy)\b",
    re.IGNORECASE,
)
_PLANNING = re.compile(
    r"\b(program|programme|plan|periodi[sz]\w+|meso\s?cycle|macro\s?cycle|deload|weeks? of|meals?|diet|generate|design|"
    r"build|write)\b",
    re.IGNORECASE,
)

Why = Literal[
    "certain", "chosen", "reading", "writing", "planning", "no model", "unreachable", "cap", "late", "context"
]


@dataclass(frozen=True)
class Route:
    """Why somebody is asked, and whether that is the rules alone."""

    why: Why
    free: bool = False


def route(request: Request) -> Route:
    """Where a request goes."""
    if request.prefer == "rules":
        return Route("chosen", free=True)
    text = newest_words(request)
    if text is None:
        return Route("writing")
    if certain(text, request):
        return Route("certain", free=True)
    if _PLANNING.search(text):
        return Route("planning")
    return Route("reading") if _only_reads(text) else Route("writing")


def certain(text: str, request: Request) -> bool:
    """Whether the rules know what is meant: a command, an undo, thanks, or words that are accounted for to the last one
    and lean on nothing that a model has said."""
    if text.lstrip().startswith("/"):
        return bool(understand(text, request, offering=False).calls) or asks_for_help(text.strip().lstrip("/"))
    if _BACK.match(text):
        return understand(text, request, offering=False).score >= WHOLE
    said = _said_by_a_model(request)
    if said is not None and "?" in said[-300:]:
        return False
    if is_content(text):
        return True
    if said is not None and _LEANING.search(text):
        return False
    if asks_for_help(text) or is_courtesy(text) or is_emergency(text):
        return True
    understood = understand(text, request, offering=False)
    if not understood.calls or understood.score < WHOLE or _guesses(understood.calls, request):
        return False
    return not _unnamed(text, understood.calls, request)


def _unnamed(text: str, calls: Sequence[ToolCall], request: Request) -> bool:
    """Whether a change lacks a value and no word of its name was said: a slip may have led to it ("lie" for "live")."""
    tools = {tool.name: tool for tool in request.tools}
    words = {word.removesuffix("s") for word in words_of(text)}
    return any(
        words.isdisjoint(word.removesuffix("s") for word in call.tool.split("_"))
        for call in calls
        if (tool := tools.get(call.tool)) is not None and tool.writes
        if any(param.required and param.name not in call.args for param in tool.params)
    )


def _guesses(calls: Sequence[ToolCall], request: Request) -> bool:
    """Whether words are accounted for only because something is looked for with all of them."""
    tools = {tool.name: tool for tool in request.tools}
    return any(
        param.type in FREE_TEXT and param.name in call.args
        for call in calls
        if (tool := tools.get(call.tool)) is not None and not tool.writes
        for param in tool.params
    )


def _only_reads(text: str) -> bool:
    if len(text) > _LONG:
        return False
    return bool(_WANTS_TO_KNOW.match(text) or (_ASKING.match(text) and not _CHANGING.search(text)))


def _said_by_a_model(request: Request) -> str | None:
    """What the newest answer said if a language model gave it, or one that leads up to it."""
    for message in reversed(request.messages):
        if isinstance(message, Answered):
            return None if message.provider in _BY_CODE else message.text
    return None


def preferred(names: list[str], brand: str) -> list[str]:
    """Models in the order in which they are asked: a person's preferred brand first."""
    prefix = BRANDS.get(brand)
    return names if prefix is None else sorted(names, key=lambda name: not name.startswith(prefix))


def under_way(request: Request) -> bool:
    """Whether something has been done for the newest words already."""
    for message in reversed(request.messages):
        if isinstance(message, Returned):
            return True
        if isinstance(message, Said) and message.kind == "user":
            return False
    return False
