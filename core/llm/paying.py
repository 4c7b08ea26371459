"""One paid call of a model: what it can cost at most is put aside before it, what it did cost is written down after."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

import orjson

from core.llm.contract import (
    MOST_TOKENS,
    Answered,
    Event,
    Model,
    Ping,
    Request,
    Returned,
    TextDelta,
    ThinkingDelta,
    ToolSpec,
    Usage,
)
from core.llm.prices import Price
from core.llm.watchdog import Clock

# No text has more tokens than half its bytes, as far as the tokenisers of these models go; as a rule it has a quarter.
BYTES_A_TOKEN = 2
USUAL_BYTES_A_TOKEN = 4
OVERHEAD_TOKENS = 600


@dataclass(frozen=True)
class Rung:
    """A model on the ladder, with its price and how many tokens it may answer with, if not as many as any other."""

    model: Model
    price: Price
    most_output: int | None = None

    @property
    def name(self) -> str:
        return self.model.name


@dataclass(frozen=True)
class Held:
    """Money put aside under an id; without one it was refused, for a `reason` that `words` explain to the person."""

    id: int | None
    reason: str = ""
    words: str = ""


class Unpaid(Exception):
    """There is no money for a call, or for the rest of one."""

    def __init__(self, held: Held) -> None:
        super().__init__(held.reason)
        self.held = held


class Ledger(Protocol):
    """Where money is put aside and written down. Money is counted in millionths of a dollar."""

    async def hold(
        self, turn: int, model: str, purpose: str, route: str, attempt: int, tokens: int, micros: int
    ) -> tuple[int | None, str, str]: ...

    async def hold_more(self, held: int, tokens: int, micros: int) -> tuple[str, str]: ...

    async def settle(
        self, held: int, usage: Usage, micros: int, saved: int, outcome: str, first_ms: int, ms: int
    ) -> None: ...

    async def first(self, turn: int | None, reason: str) -> bool: ...

    async def fell(self, turn: int | None, why: str) -> None: ...


class PaidCall:
    """What is known of a call while it runs."""

    def __init__(
        self, ledger: Ledger, clock: Clock, rung: Rung, better: Rung, held: Held, sent: int = 0, output: int = 0
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._rung = rung
        self._better = better
        self._began = clock.now()
        self._first: datetime | None = None
        self._usage: Usage | None = None
        self._most_sent, self._most_output = sent, output
        self.held = held
        self.outcome = "broken"
        # Whether the provider may have worked for it, as far as its end tells.
        self.may_cost = True
        self._heard = False
        self._said = 0
        self._before_the_pause: Usage | None = None

    @classmethod
    async def begin(
        cls, ledger: Ledger, clock: Clock, rung: Rung, better: Rung, request: Request, route: str, attempt: int
    ) -> "PaidCall":
        """Put aside what a call can cost at most."""
        if request.turn is None:
            return cls(ledger, clock, rung, better, Held(None, "nobody", ""))
        sent, output = most_tokens(request), rung.most_output or MOST_TOKENS[request.purpose]
        worst = rung.price.worst(sent, output)
        held = await ledger.hold(request.turn, rung.name, request.purpose, route, attempt, sent + output, worst)
        return cls(ledger, clock, rung, better, Held(*held), sent, output)

    async def goes_on(self) -> None:
        """An answer has paused and is asked for the rest: as much again is put aside. Unpaid where there is no more."""
        if self.held.id is None:
            return
        sent, output = self._most_sent, self._most_output
        worst = self._rung.price.worst(sent, output)
        reason, words = await self._ledger.hold_more(self.held.id, sent + output, worst)
        if reason:
            raise Unpaid(Held(None, reason, words))
        self._before_the_pause = self._usage

    def hears(self, event: Event) -> None:
        """Take note of an event."""
        self._heard = True
        if isinstance(event, TextDelta | ThinkingDelta):
            self._said += len(event.text.encode(errors="surrogatepass"))
        if isinstance(event, Usage):
            self._usage, self._said = event, 0
        elif self._first is None and not isinstance(event, Ping):
            self._first = self._clock.now()

    async def settle(self) -> None:
        """Write down what the call came to, by our own count where the provider did not say."""
        if self.held.id is None:
            return
        usage = self._used()
        micros = self._rung.price.cost(usage)
        saved = max(self._better.price.cost(usage) - micros, 0) if self.outcome == "ok" else 0
        first = _ms(self._began, self._first) if self._first else 0
        await self._ledger.settle(
            self.held.id, usage, micros, saved, self.outcome, first, _ms(self._began, self._clock.now())
        )

    def _used(self) -> Usage:
        """What the provider said; where it may have worked and did not say, all that was sent and the words that came."""
        told, sent, said = self._usage, usual_tokens(self._most_sent), self._said // USUAL_BYTES_A_TOKEN
        if told is None:
            return Usage(input=sent, output=said) if self.may_cost or self._heard else Usage()
        if self.may_cost and self._before_the_pause == replace(told, so_far=True):
            return replace(told, input=told.input + sent, output=told.output + said)
        return told


def usual_tokens(most: int) -> int:
    """About how many tokens a request has that has so many at most."""
    return (most - OVERHEAD_TOKENS) * BYTES_A_TOKEN // USUAL_BYTES_A_TOKEN


def most_tokens(request: Request) -> int:
    """How many tokens a request has at most."""
    told = len(request.system.encode()) + _size_of_tools(request.tools)
    for message in request.messages:
        if isinstance(message, Answered):
            told += len(message.raw["content"].encode()) if message.raw else len(message.text.encode())
            told += sum(len(orjson.dumps(dict(call.args), default=str)) + 80 for call in message.calls)
        else:
            told += len((message.note if isinstance(message, Returned) else message.text).encode()) + 40
    if request.output is not None:
        told += len(orjson.dumps(dict(request.output)))
    return told // BYTES_A_TOKEN + OVERHEAD_TOKENS


_SIZES: dict[int, tuple[Sequence[ToolSpec], int]] = {}


def _size_of_tools(tools: Sequence[ToolSpec]) -> int:
    """The bytes of a toolset; the same list of tools comes with every request of a kind of place."""
    known = _SIZES.get(id(tools))
    if known is None or known[0] is not tools:
        if len(_SIZES) > 100:
            _SIZES.clear()
        sent = [t for t in tools if t.shelf in ("core", "spare")]
        size = sum(len(t.name) + len(t.description.encode()) + len(orjson.dumps(dict(t.schema))) + 60 for t in sent)
        known = _SIZES[id(tools)] = (tools, size)
    return known[1]


def _ms(begin: datetime, end: datetime) -> int:
    return int((end - begin).total_seconds() * 1000)
