"""The model that needs no network: it matches what was said against the phrases that every tool declares."""

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from textwrap import shorten

from core.i18n import _, marked
from core.llm.contract import (
    URGENTLY,
    Answered,
    Event,
    Proposed,
    Request,
    Returned,
    Said,
    Stop,
    TextDelta,
    ToolCall,
    ToolSpec,
)
from core.llm.phrases.bare_workouts import saved
from core.llm.phrases.beyond import asks_how_many, wish, wished_for, with_wishes
from core.llm.phrases.checked import as_asked
from core.llm.phrases.choose import Reading, verbs
from core.llm.phrases.examples import in_this_gym
from core.llm.phrases.frame import (
    corrected,
    plainly_asked,
    without_or_not,
    without_some_time,
    without_thanks,
)
from core.llm.phrases.grammar import grammar
from core.llm.phrases.noted import noted, without_the_call
from core.llm.phrases.plainer import plainer
from core.llm.phrases.readings import FREE_TEXT
from core.llm.phrases.runs import without_runs
from core.llm.phrases.sentences import InTurn, asked_in_turn
from core.llm.phrases.smoothed import smoothed
from core.llm.phrases.split import Part
from core.llm.phrases.talk import (
    URGENT,
    asks_for_help,
    cannot,
    help_text,
    is_emergency,
    no_such_day,
    small_talk,
)
from core.llm.phrases.taught import in_their_place, with_coach, without_whom
from core.llm.phrases.tokens import ARROW, tokenise
from core.llm.phrases.wish import COACH

_COMMAND = re.compile(r"^\s*/(\w+)(?:@\w+)?")
_ONE_BY_ONE = marked("I do that one at a time, so that nothing goes by mistake.")
_ARROWS = re.compile(r"\s*(?:[-=]+>|[→⇒⟶➔➜➡]\ufe0f?)\s*")
_LONGEST = 4000
_TO_A_DAY = re.compile(r"(?i)(?<=[a-z] )2 (?=(?:mon|tue|wed|thu|fri|sat|sun|tom|tmr)[a-z]*\b)")
# Behind an undo: the change before the one that was taken back.
_ONE_MORE_BACK = re.compile(
    r"(?i)^\W*(?:(?:and|also|now|then|ok|yes|please)\W+)*(?:(?:the|that)\s+)?(?:one|change|thing|step)\s+before(?:\s+(?:that|it|this|too|as\s+well))*"
    r"(?:\s+(?:please|pls|too|as\s+well))*[\s.!?]*$"
)
_CROSSED_OUT = re.compile(r"^\s*[❌🚫✖]\ufe0f?\s*(?=\w)")
_CONDITION = re.compile(r"(?i)\b(?:if|unless|in case|as long as|provided|when|once|whenever)\b")
_ASKS = re.compile(r"(?i)^\W*(?:so |and |hi |hey )?when (?:are|is|do|does|can|will|did|was|were)\b")
_ON_CONDITION = marked("I can’t wait for a condition or check one for you, so nothing was changed. Shall I do it now?")
NOT_UNDERSTOOD = marked("I did not understand “{words}”. Say that part in other words.")
_NEAR = 0.5
_LABEL = 60


@dataclass(frozen=True)
class Understood:
    """What a message asks for: the calls, or the nearest ones to choose from, or a reply in words. `score` is the share
    of its content words that the calls account for; `beside` is what is said beside the calls; `urgent` that somebody is
    told to call for help."""

    calls: tuple[ToolCall, ...] = ()
    choices: tuple[tuple[str, ToolCall], ...] = ()
    score: float = 0.0
    reply: str = ""
    beside: str = ""
    urgent: bool = False


def understand(text: str, request: Request, *, offering: bool = True) -> Understood:
    """Read a message as calls of the tools that the request offers; what it may have meant instead, and what nothing here
    does, if that is to be offered."""
    short = without_runs(text) if len(text) <= _LONGEST else text
    return _understood_as(short, request, offering)


def _understood_as(text: str, request: Request, offering: bool) -> Understood:
    """What a message means that repeats nothing without end."""
    if asks_for_help(_without_slash(text)):
        return Understood(reply=help_text(request.role))
    talk = small_talk(text)
    if talk is not None:
        return Understood(reply=talk)
    urgent = is_emergency(text)
    if len(text) > _LONGEST:
        return Understood(reply=cannot(text[:_LONGEST], request))
    text = _written_down(text, request) if request.role >= COACH else text
    text = _ONE_MORE_BACK.sub("undo", text) if _last_called(request) == "undo" else text
    text = as_asked(text, verbs(request))
    text = plainer(smoothed(text, request.readers.get("member")))
    plain = _TO_A_DAY.sub("to ", _CROSSED_OUT.sub("cancel ", _ARROWS.sub(f" {ARROW} ", _without_slash(text))))
    plainly = plainly_asked(corrected(without_thanks(plain)), grammar(request.tools).words)
    asked = without_some_time(without_or_not(plainly))
    found = _found(asked, request, offering)
    if (impossible := no_such_day(text)) and not _writes_down(found.parts):
        return Understood(reply=impossible)
    urgent = urgent and not _writes_down(found.parts)
    if urgent and (not found.parts or any(part.reading.forbidden for part in found.parts)):
        return Understood(reply=_(URGENT), urgent=True)
    wished, parts = (
        _wished(found.parts, request.role),
        [part for part in found.parts if wish(part.reading.tool) is None],
    )
    if parts:
        beside = [_(URGENT)] if urgent else []
        beside += [*wished, *(_lost(words, request) for words in found.lost)]
        beside += [help_text(request.role)] if found.helps else []
        beside += [_(_ONE_BY_ONE)] if _wants_all(parts) else []
        score = _score(parts) * _understood(text, found.lost)
        return Understood(calls=_calls(parts, request), score=score, beside="\n\n".join(beside), urgent=urgent)
    if wished:
        return Understood(reply="\n\n".join(wished))
    nearest = [reading for reading in found.nearest if wish(reading.tool) is None]
    choices = tuple(_choice(reading, request, number) for number, reading in enumerate(_close(nearest)))
    reply = (
        _(_ON_CONDITION) if choices and _CONDITION.search(text) and not _ASKS.search(text) else cannot(text, request)
    )
    return Understood(choices=choices, score=nearest[0].score if nearest else 0.0, reply=reply)


def _written_down(text: str, request: Request) -> str:
    """What the staff only tells or writes down, as the command that it means."""
    staff = request.readers.get("staff")
    text = without_whom(in_their_place(without_the_call(text), staff), staff)
    text = with_coach(saved(text, request.readers.get("exercise")), staff)
    return noted(text, request.readers.get("member"))


def _found(text: str, request: Request, offering: bool = True) -> InTurn:
    """The commands of a message; what nothing here does is looked for where there is none, or where it fits better."""
    found = asked_in_turn(text, request, offering=offering)
    if found.parts:
        better = wished_for(text, request, found.parts)
        return InTurn((better,)) if better else found
    if not offering:
        return found
    wider = asked_in_turn(text, replace(request, tools=with_wishes(request.tools)))
    wishes = tuple(part for part in wider.parts if wish(part.reading.tool) and not asks_how_many(part))
    if not wishes:
        return found
    # What follows a wish may be part of it: "remind me to link my account, the code is …".
    return wider if wider.parts[0] not in wishes else InTurn(wishes)


def _wished(parts: Sequence[Part], role: int) -> list[str]:
    """The answers to what was wished for and nothing here does, each once."""
    wishes = [wish(part.reading.tool) for part in parts]
    return list(dict.fromkeys(known.told(role) for known in wishes if known is not None))


def _lost(words: str, request: Request) -> str:
    """What is said of a part of a message that is no command."""
    wished = _wished(_found(words, request).parts, request.role)
    return wished[0] if wished else _(NOT_UNDERSTOOD).format(words=words)


def _writes_down(parts: Sequence[Part]) -> bool:
    """Whether a message hands on words that are nobody's cry for help: a note about a member, a workout's text."""
    named = ((part.reading, name) for part in parts for name in part.reading.args if name != "reason")
    return any(reading.types.get(name) in FREE_TEXT for reading, name in named)


def ready(tools: Sequence[ToolSpec]) -> None:
    """Compile the phrases of these tools, so that the first message need not wait for it."""
    grammar(tools)
    grammar(with_wishes(tools))


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
            note = URGENTLY if understood.urgent else ""
            beside = in_this_gym(understood.beside, request, text)
            yield Stop("tools", final=True, score=understood.score, notice=beside, note=note)
            return
        yield TextDelta(in_this_gym(understood.reply, request, text))
        note = URGENTLY if understood.urgent else ""
        yield Stop("end", choices=understood.choices, score=understood.score, note=note)


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


def _last_called(request: Request) -> str:
    """The tool that was called last in the conversation."""
    answers = (m for m in reversed(request.messages) if isinstance(m, Answered) and m.calls)
    return next((answer.calls[-1].tool for answer in answers), "")


def _wants_all(parts: Sequence[Part]) -> bool:
    """Whether a change is asked for of all things of a kind at once: "cancel all my bookings"."""
    return any(
        part.reading.tool.writes
        and any(p.required and p.name not in part.reading.args for p in part.reading.tool.params)
        and any(token.norm in ("all", "every", "everything") for token in part.message.tokens)
        for part in parts
    )


def _score(parts: Sequence[Part]) -> float:
    return min(part.reading.score for part in parts)


def _understood(text: str, lost: Sequence[str]) -> float:
    """The share of a message's words that is not lost."""
    weights = [sum(token.weight for token in tokenise(words)) for words in (text, *lost)]
    return max(0.0, 1 - sum(weights[1:]) / (weights[0] or 1.0))


def _calls(parts: Sequence[Part], request: Request) -> tuple[ToolCall, ...]:
    """The calls of a message in order, each with the earlier ones that its pronouns refer to."""
    calls: list[ToolCall] = []
    for number, part in enumerate(parts):
        places = {id(earlier.message): call.id for earlier, call in zip(parts, calls, strict=False)}
        refers = {param: places[id(by)] for param, by in part.refers.items() if id(by) in places}
        calls.append(replace(_call(part.reading, request, number), refers=refers))
    return tuple(calls)


def _call(reading: Reading, request: Request, number: int) -> ToolCall:
    return ToolCall(f"r{len(request.messages)}-{number}", reading.tool.name, dict(reading.args))


def _close(nearest: Sequence[Reading]) -> list[Reading]:
    """Up to three commands that the message may have meant."""
    return [r for r in nearest if r.tool.allowed and r.strong and r.score >= _NEAR][:3]


def _choice(reading: Reading, request: Request, number: int) -> tuple[str, ToolCall]:
    call = _call(reading, request, number)
    return label_of(call), call


def label_of(call: ToolCall) -> str:
    """A call on a button: what it does and with what, in whole words."""
    told = ", ".join(" ".join(str(v).split()) for v in call.args.values() if isinstance(v, str | int | float))
    return shorten(_(call.tool.replace("_", " ").capitalize()) + (f": {told}" if told else ""), _LABEL, placeholder="…")
