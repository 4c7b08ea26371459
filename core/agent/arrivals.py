"""What platforms sent, kept raw before it is acknowledged: unique per event, handled in order in each lane, tried five
times, then put aside with one alert, also when it is the process that ends each time."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql import delete, select, update

from core.agent import bookmarks
from core.agent.revivals import WAITS_S
from core.clock import Clock
from core.parcels import Raw, of_nothing
from core.store.database import Store, after_commit
from core.store.rows import Row
from core.store.statements import Statement

NEW, DONE, DEAD = "new", "done", "dead"
MOST_ATTEMPTS = 5
RETRY_S = 1.0
PIECES_S = 1.0
KEPT_FOR = timedelta(days=30)
log = structlog.get_logger()

Handle = Callable[[Raw], Awaitable[None]]
Piece = Callable[[Raw], str]
Kept = tuple[int, Raw]
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


_TABLE: Any = ArrivalRow.__table__
_KEEP = {
    True: Statement(sqlite.insert(_TABLE).on_conflict_do_nothing().returning(_TABLE.c.id)),
    False: Statement(postgresql.insert(_TABLE).on_conflict_do_nothing().returning(_TABLE.c.id)),
}


class Arrivals:
    """The arrivals of one bot. `handle` gets each update; what it raises is a failure of that update alone. `alert` is
    called once for an update that is put aside, in the transaction that does so. Updates that `piece_of` says the same of
    are pieces of one message: they are handled as one, once no more have come for a second."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        platform: str,
        bot: str,
        handle: Handle,
        alert: Alert,
        piece_of: Piece = of_nothing,
    ) -> None:
        self.store = store
        self.clock = clock
        self.platform = platform
        self.bot = bot
        self._handle = handle
        self._alert = alert
        self._piece_of = piece_of
        self._lanes: dict[str, deque[Kept]] = {}
        self._running: dict[str, asyncio.Task[None]] = {}
        self._doubtful: dict[int, int] = {}
        self._in_doubt: int | None = None
        self._held: set[str] = set()
        self._finished: list[int] = []
        self._noting: asyncio.Task[None] | None = None
        self._alone: asyncio.Task[None] | None = None
        self._closed = False

    async def start(self) -> None:
        """Take up what an earlier process left unhandled, and forget what is older than anybody could ask for. What was
        left a second time may have ended that process: it goes on alone, and counted, before anything else of its lane."""
        async with self.store.write() as db:
            old = self.clock.now() - KEPT_FOR
            await db.execute(delete(ArrivalRow).where(ArrivalRow.received_at < old, ArrivalRow.state != NEW))
            mine = (ArrivalRow.platform == self.platform, ArrivalRow.bot == self.bot, ArrivalRow.state == NEW)
            left = list(await db.scalars(select(ArrivalRow).where(*mine).order_by(ArrivalRow.id)))
            self._doubtful = {r.id: r.attempts for r in left if r.attempts}
            for row in left:
                row.attempts = row.attempts or 1
            rows = [(r.id, Raw(r.event_id, r.lane, r.body)) for r in left]
        heads = {raw.lane: self._doubtful[row_id] for row_id, raw in reversed(rows) if row_id in self._doubtful}
        self._held = set(heads)
        self._queue(rows)
        if heads:
            self._alone = asyncio.create_task(self._one_by_one(heads, self.clock.now()))

    async def _one_by_one(self, heads: Mapping[str, int], started: datetime) -> None:
        """The lanes whose first update is in doubt, the most doubtful last and later: only a process that lives that long
        is held against it."""
        for lane in sorted(heads, key=lambda lane: heads[lane]):
            await self.clock.sleep(WAITS_S.get(heads[lane], 0.0) - (self.clock.now() - started).total_seconds())
            self._held.discard(lane)
            if self._lanes.get(lane) and not self._closed:
                self._running[lane] = asyncio.create_task(self._run(lane))
                await asyncio.gather(self._running[lane], return_exceptions=True)

    async def stop(self) -> None:
        """Stop handling; what is under way is handled again at the next start, and not to blame for this end."""
        self._closed = True
        running = [*self._running.values(), *filter(None, (self._noting, self._alone))]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        self._running.clear()
        self._lanes.clear()
        if self._in_doubt is not None:
            async with self.store.write() as db:
                row = await db.get_one(ArrivalRow, self._in_doubt)
                row.attempts -= 1

    @property
    def busy(self) -> bool:
        """Whether something is being handled."""
        return bool(self._running or self._noting or self._held)

    async def idle(self) -> None:
        """Wait until everything that arrived has been handled and that is written down."""
        while self.busy:
            alone = self._alone if self._held else None
            await asyncio.gather(*self._running.values(), *filter(None, (self._noting, alone)))

    async def accept(self, batch: Sequence[Raw], read: Mapping[str, int] | None = None) -> int:
        """Commit a batch of updates in one transaction, with how far channels are read then; returns how many were new.
        After this they may be acknowledged."""
        if not batch and not read:
            return 0
        now = self.clock.now()
        async with self.store.write() as db:
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
                if new := await _KEEP[self.store.sqlite].first(db, values):
                    made.append((new[0], raw))
            await bookmarks.move(db, self.platform, self.bot, read or {})
            after_commit(db, lambda: self._queue(made))
        return len(made)

    def _queue(self, rows: Sequence[tuple[int, Raw]]) -> None:
        """Put updates into their lanes and let every lane run."""
        if self._closed:
            return
        for row_id, raw in rows:
            self._lanes.setdefault(raw.lane, deque()).append((row_id, raw))
            if raw.lane not in self._running and raw.lane not in self._held:
                self._running[raw.lane] = asyncio.create_task(self._run(raw.lane))

    async def _run(self, lane: str) -> None:
        try:
            while waiting := self._lanes.get(lane):
                await self._one(await self._whole(lane, waiting[0][1]))
        finally:
            self._lanes.pop(lane, None)
            self._running.pop(lane, None)

    async def _whole(self, lane: str, first: Raw) -> list[Kept]:
        """The update at the head of a lane, with the other pieces of its message once no more come."""
        piece = self._piece_of(first)
        if not piece:
            return [self._lanes[lane][0]]
        seen = 0
        while (pieces := [k for k in self._lanes[lane] if self._piece_of(k[1]) == piece]) and len(pieces) > seen:
            seen = len(pieces)
            await self.clock.sleep(PIECES_S)
        return pieces

    async def _one(self, kept: Sequence[Kept]) -> None:
        """Handle one message, up to five times; whatever it does, the next in its lane comes."""
        ids, first = [row_id for row_id, _ in kept], kept[0][1]
        raw = replace(first, rest=tuple(more.body for _, more in kept[1:]))
        while not (ids[0] in self._doubtful and await self._ended_us(ids)):
            try:
                await self._handle(raw)
            except Exception as error:
                log.exception("arrival_failed", platform=self.platform, arrival=ids[0])
                attempts = await self._failed(ids, f"{type(error).__name__}: {error}"[:500])
                if attempts >= MOST_ATTEMPTS:
                    break
                await self.clock.sleep(RETRY_S * 2 ** (attempts - 1))
            else:
                self._note(ids)
                break
        self._in_doubt = None
        if len(ids) == 1:
            self._lanes[first.lane].popleft()
        else:
            self._lanes[first.lane] = deque(k for k in self._lanes[first.lane] if k[0] not in ids)

    async def _ended_us(self, ids: Sequence[int]) -> bool:
        """Count that a message is taken up again which was left more than once; whether that was once too often."""
        self._doubtful.pop(ids[0])
        self._in_doubt = ids[0]
        return await self._failed(ids, "its process ended each time") >= MOST_ATTEMPTS

    async def _failed(self, ids: Sequence[int], why: str) -> int:
        """Count a failure; the last one puts the update aside. A count that cannot be kept counts as the last but one."""
        try:
            async with self.store.write() as db:
                row = await db.get_one(ArrivalRow, ids[0])
                row.attempts += 1
                if row.attempts >= MOST_ATTEMPTS:
                    for row_id in ids:
                        lost = await db.get_one(ArrivalRow, row_id)
                        lost.state, lost.error = DEAD, why
                    await self._alert(db, row)
                return row.attempts
        except Exception:
            log.exception("arrival_not_counted", platform=self.platform, arrival=ids[0])
            return MOST_ATTEMPTS - 1

    def _note(self, ids: Sequence[int]) -> None:
        """An update was handled. Many are written down together: one that is not is handled again, which does no harm."""
        self._finished.extend(ids)
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
