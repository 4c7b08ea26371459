"""The pump: delivers the outbox's pending rows when they are due, and never stops for good."""

import asyncio

import structlog

from core.agent.outbox import Outbox, next_due
from core.clock import Clock
from core.store.database import Store

RETRY_S = 1.0
log = structlog.get_logger()


class Pump:
    """Sleeps until the next row is due, or until it is woken because one may have been written."""

    def __init__(self, store: Store, clock: Clock, outbox: Outbox) -> None:
        self.store = store
        self.clock = clock
        self.outbox = outbox
        self._due = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Start delivering."""
        self._task = asyncio.create_task(self._deliver())

    async def stop(self) -> None:
        """Stop delivering; what is pending stays so."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def wake(self) -> None:
        """Something may have been written that is due."""
        self._due.set()

    async def _deliver(self) -> None:
        while True:
            try:
                await self._deliver_next()
            except Exception:
                log.exception("delivery_failed")
                await self.clock.sleep(RETRY_S)

    async def _deliver_next(self) -> None:
        self._due.clear()
        due = await next_due(self.store)
        if due is None:
            await self._due.wait()
            return
        wait = (due - self.clock.now()).total_seconds()
        if wait <= 0:
            await self.outbox.deliver_due(self.store, self.clock.now())
            return
        sleeping = asyncio.ensure_future(self.clock.sleep(wait))
        waking = asyncio.ensure_future(self._due.wait())
        try:
            await asyncio.wait({sleeping, waking}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleeping.cancel()
            waking.cancel()
