"""What platforms sent, kept raw before it is acknowledged: unique per event, handled in order in each lane, tried five
times, then put aside with one alert."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Index, Integer, String, Text, UniqueConstraint, func
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql import delete, select, update

from core.clock import Clock
from core.parcels import Raw
from core.store.database import Store, after_commit
from core.store.rows import Row

NEW, DONE, DEAD = "new", "done", "dead"
MOST_ATTEMPTS = 5
RETRY_S = 1.0
KEPT_FOR = timedelta(days=30)
log = structlog.get_logger()

Handle = Callable[[Raw], Awaitable[None]]
Alert = Callable[[AsyncSession, "ArrivalRow"], Awaitable[None]]


class ArrivalRow(Row):
    """One update of a platform. A finished one stays as the tombstone that makes a second delivery harmless."""

    __tablename__ = "arrivals"
    __table_args__ = (
        UniqueConstraint("platform", "bot", "event_id"),
        Index("ix_arrivals_state", "platform", "bot", "state"),
        Index("ix_arrivals_received", "received_at"),
    )

    platform: Mapped[str] = mapped_column(String(20))
    bot: Mapped[str] = mapped_column(String(60))
    event_id: Mapped[str] = mapped_column(String(120))
    lane: Mapped[str] = mapped_column(String(120))
    body: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(10), default=NEW)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    error: Mapped[str | None] = mapped_column(Text)
    received_at: Mapped[datetime]


class Arrivals:
    """The arrivals of one bot. `handle` gets each update; what it raises is a failure of that update alone. `alert` is
    called once for an update that is put aside, in the transaction that does so."""

    def __init__(self, store: Store, clock: Clock, platform: str, bot: str, handle: Handle, alert: Alert) -> None:
        self.store = store
        self.clock = clock
        self.platform = platform
        self.bot = bot
        self._handle = handle
        self._alert = alert
        self._lanes: dict[str, deque[tuple[int, Raw]]] = {}
        self._running: dict[str, asyncio.Task[None]] = {}
        self._finished: list[int] = []
        self._noting: asyncio.Task[None] | None = None
        self._closed = False

    async def start(self) -> None:
        """Take up what an earlier process left unhandled, and forget what is older than anybody could ask for."""
        async with self.store.write() as db:
            old = self.clock.now() - KEPT_FOR
            await db.execute(delete(ArrivalRow).where(ArrivalRow.received_at < old, ArrivalRow.state != NEW))
            left = await db.scalars(
                select(ArrivalRow)
                .where(ArrivalRow.platform == self.platform, ArrivalRow.bot == self.bot, ArrivalRow.state == NEW)
                .order_by(ArrivalRow.id)
            )
            rows = [(r.id, Raw(r.event_id, r.lane, r.body)) for r in left]
        self._queue(rows)

    async def stop(self) -> None:
        """Stop handling; what is under way is handled again at the next start."""
        self._closed = True
        running = [*self._running.values(), *([self._noting] if self._noting else [])]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        self._running.clear()
        self._lanes.clear()

    @property
    def busy(self) -> bool:
        """Whether something is being handled."""
        return bool(self._running or self._noting)

    async def idle(self) -> None:
        """Wait until everything that arrived has been handled and that is written down."""
        while self._running or self._noting:
            await asyncio.gather(*self._running.values(), *([self._noting] if self._noting else []))

    async def accept(self, batch: Sequence[Raw]) -> int:
        """Commit a batch of updates in one transaction; returns how many were new. After this they may be acknowledged."""
        if not batch:
            return 0
        now = self.clock.now()
        async with self.store.write() as db:
            insert = sqlite.insert if self.store.sqlite else postgresql.insert
            made: list[tuple[int, Raw]] = []
            for raw in batch:
                values = {
                    "platform": self.platform,
                    "bot": self.bot,
                    "event_id": raw.event_id,
                    "lane": raw.lane,
                    "body": raw.body,
                    "state": NEW,
                    "attempts": 0,
                    "received_at": now,
                }
                new = insert(ArrivalRow).values(values).on_conflict_do_nothing().returning(ArrivalRow.id)
                row_id = await db.scalar(new)
                if row_id is not None:
                    made.append((row_id, raw))
            after_commit(db, lambda: self._queue(made))
        return len(made)

    def _queue(self, rows: Sequence[tuple[int, Raw]]) -> None:
        """Put updates into their lanes and let every lane run."""
        if self._closed:
            return
        for row_id, raw in rows:
            self._lanes.setdefault(raw.lane, deque()).append((row_id, raw))
            if raw.lane not in self._running:
                self._running[raw.lane] = asyncio.create_task(self._run(raw.lane))

    async def _run(self, lane: str) -> None:
        try:
            while waiting := self._lanes.get(lane):
                await self._one(*waiting[0])
                waiting.popleft()
        finally:
            self._lanes.pop(lane, None)
            self._running.pop(lane, None)

    async def _one(self, row_id: int, raw: Raw) -> None:
        """Handle one update, up to five times; whatever it does, the next in its lane comes."""
        while True:
            try:
                await self._handle(raw)
            except Exception as error:
                log.exception("arrival_failed", platform=self.platform, arrival=row_id)
                attempts = await self._failed(row_id, error)
                if attempts >= MOST_ATTEMPTS:
                    return
                await self.clock.sleep(RETRY_S * 2 ** (attempts - 1))
            else:
                self._note(row_id)
                return

    async def _failed(self, row_id: int, error: Exception) -> int:
        """Count a failure; the last one puts the update aside. A count that cannot be kept counts as the last but one."""
        try:
            async with self.store.write() as db:
                row = await db.get_one(ArrivalRow, row_id)
                row.attempts += 1
                if row.attempts >= MOST_ATTEMPTS:
                    row.state, row.error = DEAD, f"{type(error).__name__}: {error}"[:500]
                    await self._alert(db, row)
                return row.attempts
        except Exception:
            log.exception("arrival_not_counted", platform=self.platform, arrival=row_id)
            return MOST_ATTEMPTS - 1

    def _note(self, row_id: int) -> None:
        """An update was handled. Many are written down together: one that is not is handled again, which does no harm."""
        self._finished.append(row_id)
        if self._noting is None and not self._closed:
            self._noting = asyncio.create_task(self._write_down())

    async def _write_down(self) -> None:
        try:
            while self._finished:
                done, self._finished = self._finished, []
                try:
                    async with self.store.write() as db:
                        await db.execute(update(ArrivalRow).where(ArrivalRow.id.in_(done)).values(state=DONE))
                except Exception:
                    log.exception("arrivals_not_noted", platform=self.platform)
                    self._finished = [*done, *self._finished]
                    await self.clock.sleep(RETRY_S)
        finally:
            self._noting = None


async def newest(db: AsyncSession, platform: str, bot: str) -> dict[str, str]:
    """The newest event of each lane."""
    last = (
        select(func.max(ArrivalRow.id))
        .where(ArrivalRow.platform == platform, ArrivalRow.bot == bot)
        .group_by(ArrivalRow.lane)
    )
    rows = await db.execute(select(ArrivalRow.lane, ArrivalRow.event_id).where(ArrivalRow.id.in_(last)))
    return {row.lane: row.event_id for row in rows}
