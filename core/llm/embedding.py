"""An embedder that is paid for like any model, and left alone while it fails."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from core.llm.breakers import Breaker
from core.llm.contract import Crashed, Embedded, ModelError, Permanent, Retryable, Usage
from core.llm.failures import crashed, may_cost
from core.llm.paying import BYTES_A_TOKEN, USUAL_BYTES_A_TOKEN, Ledger
from core.llm.prices import Price
from core.llm.watchdog import Clock

PURPOSE, ROUTE = "small", "embedding"


class Source(Protocol):
    """Where vectors come from."""

    async def embed(self, texts: Sequence[str]) -> Embedded: ...

    async def check(self) -> None: ...

    async def close(self) -> None: ...


class PaidEmbedder:
    """Vectors of texts, under a turn that pays for them. Its SDK is imported when it is first asked."""

    def __init__(self, name: str, connect: Callable[[], Source], price: Price, clock: Clock, ledger: Ledger) -> None:
        self.name = name
        self._connect = connect
        self._price = price
        self._clock = clock
        self._ledger = ledger
        self._breaker = Breaker(clock)
        self._source: Source | None = None

    async def embed(self, texts: Sequence[str], turn: int) -> Sequence[Sequence[float]]:
        """A vector for each text; ModelError where there is no money, no answer, or it rests."""
        if not self._breaker.enter():
            raise Retryable(f"{self.name} rests", model=self.name, code="resting")
        try:
            return await self._paid(texts, turn)
        except Retryable as error:
            self._breaker.failed(error.retry_after or 0, alone=True)
            raise
        except Crashed:
            self._breaker.failed(alone=True)
            raise
        finally:
            self._breaker.left()

    async def _paid(self, texts: Sequence[str], turn: int) -> Sequence[Sequence[float]]:
        size = sum(len(text.encode()) for text in texts)
        most, about = size // BYTES_A_TOKEN + 2 * len(texts), Usage(input=size // USUAL_BYTES_A_TOKEN + len(texts))
        worst = self._price.worst(most, 0)
        held, reason, _ = await self._ledger.hold(turn, self.name, PURPOSE, ROUTE, 1, most, worst)
        if held is None:
            raise Permanent(f"{self.name}: not paid for ({reason})", model=self.name, code=reason)
        began, usage, outcome = self._clock.now(), Usage(), "broken"
        try:
            source = await self._connected()
            usage = about  # from here on the provider may work for it
            told = await source.embed(texts)
            usage, outcome = Usage(input=told.tokens) if told.tokens else about, "ok"
            self._breaker.worked()
            return told.vectors
        except ModelError as error:
            outcome = error.code or type(error).__name__
            usage = usage if may_cost(error) else Usage()
            raise
        except Exception as error:
            outcome, usage = "crashed", Usage()
            raise crashed(self.name, error) from error
        finally:
            cost = self._price.cost(usage)
            await self._ledger.settle(held, usage, cost, 0, outcome, 0, _ms(began, self._clock.now()))

    async def _connected(self) -> Source:
        if self._source is None:
            self._source = await asyncio.to_thread(self._connect)
        return self._source

    async def check(self) -> None:
        """Whether the key works and the model is there."""
        await (await self._connected()).check()

    async def close(self) -> None:
        """Close the connections, if there are any."""
        if self._source is not None:
            await self._source.close()


def _ms(begin: datetime, end: datetime) -> int:
    return int((end - begin).total_seconds() * 1000)
