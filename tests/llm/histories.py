"""Conversations as they never should be: true ones, then cut, shuffled, doubled and damaged. The same for a seed."""

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import orjson

from core.llm.anthropic.reading import MessageReading
from core.llm.contract import Answered, Event, Proposed, Raw, Request, Returned, Said, Stop, ToolCall, Turnwise
from core.llm.openai.chat_reading import ChatReading
from core.llm.openai.reading import ResponseReading
from core.llm.wire import Reading
from tests.fakes.model_answers import Say
from tests.fakes.model_server import ModelServer
from tests.llm.brains import SERVERS, model_for, request

_TEXTS = (
    "book crossfit", "", "   ", "👩‍👩‍👧 ok", "half \ud83d pair", "nul \x00 inside", "x" * 3000, "\u200b", "Wann?", "…", "</s>",
)  # fmt: skip
_ARGS: tuple[dict[str, Any], ...] = (
    {},
    {"session": "CrossFit"},
    {"spots": 12},
    {"days": ["Mon", "Tue"]},
    {"a": {"b": None}},
)
_TOOLS = ("book_class", "list_bookings", "no such tool!", "x" * 200)
HEADERS = {"authorization": "Bearer x", "content-type": "application/json"}


class Stand:
    """A provider without its network: what it would be sent, and what it would make of an answer."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.model = model_for(kind, "http://127.0.0.1:9")
        self.server: ModelServer = SERVERS[kind]()

    def body(self, asked: Request) -> bytes:
        """What a request is sent as."""
        told = self.model.asked(asked).body() if hasattr(self.model, "asked") else self.model.body(asked)
        return bytes(told)

    def check(self, asked: Request) -> None:
        """Raise what the API would refuse a request with."""
        self.server.check(orjson.loads(self.body(asked)), HEADERS)

    def reading(self, asked: Request) -> Reading:
        """What puts an answer together."""
        if self.kind == "claude":
            seen = self.model.asked(asked).seen  # type: ignore[union-attr]
            return MessageReading("claude", "claude-sonnet-5-5", seen, may_be_empty=False)
        made = ResponseReading if self.kind == "gpt" else ChatReading
        return made(self.kind, "gpt-6.1-terra" if self.kind == "gpt" else "llama-4", may_be_empty=False)

    def answer(self, asked: Request, say: Say) -> list[Event]:
        """The calls and the stop of a whole answer to a request."""
        reading = self.reading(asked)
        for _, event in self.server.events(orjson.loads(self.body(asked)), say):
            list(reading.take(event))
        return reading.ending()


class Histories:
    """A maker of histories from one seed, true and mangled."""

    def __init__(self, seed: int, stands: Sequence[Stand]) -> None:
        self.chance = random.Random(seed)
        self.stands = stands
        self._number = 0

    def true(self) -> list[Turnwise]:
        """A conversation of some turns that really took place, now with one brain, now with another, now by the rules."""
        said: list[Turnwise] = []
        for _ in range(self.chance.randint(1, 6)):
            said.append(Said(self.chance.choice(_TEXTS) or "hi"))
            if self.chance.random() < 0.4:
                said.append(Said("It is ten.", self.chance.choice(("note", "data"))))
            for _ in range(self.chance.randint(1, 3)):
                answered = self._answered(said)
                said.append(answered)
                said += [Returned(c.id, "Done.", self.chance.random() < 0.8) for c in answered.calls]
                if not answered.calls:
                    break
        return said

    def _answered(self, said: list[Turnwise]) -> Answered:
        self._number += 1
        calls = [(self.chance.choice(_TOOLS[:2]), self.chance.choice(_ARGS)) for _ in range(self.chance.randint(0, 3))]
        say = Say("Right." if not calls or self.chance.random() < 0.5 else "", calls, self.chance.choice(("", "hm")))
        if self.chance.random() < 0.2:
            return Answered(say.text, self._own(say.calls), "rules")
        stand = self.chance.choice(self.stands)
        events = stand.answer(request(*said), say)
        stop = next(e for e in events if isinstance(e, Stop))
        proposed = [(e.call.tool, e.call.args) for e in events if isinstance(e, Proposed)]
        return Answered(say.text, self._own(proposed), stand.kind, stop.raw)

    def _own(self, calls: Sequence[tuple[str, Any]]) -> tuple[ToolCall, ...]:
        return tuple(ToolCall(f"t{self._number}-{n}", tool, args) for n, (tool, args) in enumerate(calls))

    def mangled(self) -> list[Turnwise]:
        """A true conversation after some accidents."""
        said = self.true()
        for _ in range(self.chance.randint(1, 5)):
            said = self._accident(said)
        return said

    def _accident(self, said: list[Turnwise]) -> list[Turnwise]:
        if not said:
            return [Said(self.chance.choice(_TEXTS))]
        place = self.chance.randrange(len(said))
        other = self.chance.randrange(len(said))
        match self.chance.randrange(9):
            case 0:
                return said[place:]
            case 1:
                return said[:place]
            case 2:
                return said[:place] + said[place + 1 :]
            case 3:
                return [*said[:place], said[other], *said[place:]]
            case 4:
                said[place], said[other] = said[other], said[place]
                return said
            case 5:
                return [
                    *said[:place],
                    Said(self.chance.choice(_TEXTS), self.chance.choice(("user", "note", "data"))),
                    *said[place:],
                ]
            case 6:
                return [
                    *said[:place],
                    Returned(self.chance.choice(("t1-0", "nobody", "")), "late", True),
                    *said[place:],
                ]
            case 7:
                odd = Answered(self.chance.choice(_TEXTS), (ToolCall("", self.chance.choice(_TOOLS), {}),), "x")
                return [*said[:place], odd, *said[place:]]
        return [self._damaged(m) if isinstance(m, Answered) and n == place else m for n, m in enumerate(said)]

    def _damaged(self, answered: Answered) -> Answered:
        if self.chance.random() < 0.5 or answered.raw is None:
            return replace(answered, calls=answered.calls[1:])
        content = self.chance.choice(("[]", "{", "null", '[{"type":"text"}]', answered.raw["content"][:-5]))
        broken: Raw = {**answered.raw, "content": content}
        return replace(answered, raw=broken)
