"""The way in: events are committed as they came, then acknowledged."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any

import aiohttp
import discord
import structlog

from adapters.contract import Raw
from adapters.discord.backfill import Backfill, Known
from adapters.discord.hooks import Hooks
from adapters.discord.line import Json, Line
from adapters.discord.parse import COMPONENT, SUBMIT, Hook

log = structlog.get_logger("whistle.discord")
MOST_AT_ONCE = 200
RETRY_S = 0.5
Broken = (OSError, TimeoutError, aiohttp.ClientError, discord.DiscordException)

Commit = Callable[[list[Raw], Mapping[str, int]], Coroutine[Any, Any, int]]
Decide = Callable[[str, Json], Coroutine[Any, Any, Json | None]]


def event_id(event: str, data: Json) -> str:
    """What makes an event one: its kind and Discord's number for it."""
    return f"{'m' if event == 'MESSAGE_CREATE' else 'i'}{data['id']}"


def lane(event: str, data: Json) -> str:
    """What is handled in order: a channel's messages and commands; presses go by themselves, a lane for each person."""
    if event == "INTERACTION_CREATE" and data["type"] in (COMPONENT, SUBMIT):
        by = (data.get("member") or data)["user"]["id"]
        return f"press:{by}"
    return str(data.get("channel_id") or data["id"])


class Ingest:
    """Everything that arrives on one line, in the order in which it came in each lane; interactions, which have seconds,
    before all that waits in other lanes.

    `decide` looks at an event before it is kept, without asking Discord: None drops it, else it returns what is kept.
    `commit` writes a batch down, with how far channels are read then.
    """

    def __init__(
        self,
        line: Line,
        hooks: Hooks,
        decide: Decide,
        commit: Commit,
        sleep: Callable[[float], Coroutine[Any, Any, None]],
    ) -> None:
        self._hooks = hooks
        self._decide = decide
        self._commit = commit
        self._sleep = sleep
        self._coming: list[tuple[str, Json]] = []
        self._news = asyncio.Event()
        self._backfill = Backfill(line, sleep, self._page, lambda message: self._put("MESSAGE_CREATE", message))
        self._read: set[str] = set()
        self._collecting: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._keeping = False

    @property
    def busy(self) -> bool:
        """Whether something that was heard is not yet committed and acknowledged."""
        return self._keeping or bool(self._tasks or self._coming) or self._backfill.busy

    def start(self) -> None:
        """Begin to take what is heard."""
        self._collecting = asyncio.create_task(self._collect())

    async def stop(self) -> None:
        """Take nothing more; what was committed is safe, the rest was not acknowledged."""
        await self._backfill.stop()
        tasks = [*([self._collecting] if self._collecting else []), *self._tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def heard(self, event: str, data: Json) -> None:
        """An event of the gateway."""
        if event != "MESSAGE_CREATE" or not self._backfill.holds(data):
            self._put(event, data)

    def catch_up(self, known: Known) -> None:
        """A new session begins: what was written before it comes first, in each channel that was read before."""

        async def read() -> Mapping[str, int]:
            found = await known()
            self._read |= set(found)
            return found

        self._backfill.begin(read)

    def _put(self, event: str, data: Json) -> None:
        self._coming.append((event, data))
        self._news.set()

    def soon(self, work: Coroutine[Any, Any, Any]) -> None:
        """Do something beside the stream of events."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # -- committing ----------------------------------------------------------------------------------------

    async def _collect(self) -> None:
        while True:
            if not self._coming:
                self._keeping = False
                self._news.clear()
                await self._news.wait()
            self._keeping = True
            batch = self._next()
            raws = [raw for event, data in batch if (raw := await self._raw(event, data)) is not None]
            if raws:
                await self._keep(raws, self._upto(raws))

    def _next(self) -> list[tuple[str, Json]]:
        """What is written down next: interactions with all that came before them in their lanes, or what waits longest."""
        at = [n for n, (event, _) in enumerate(self._coming) if event == "INTERACTION_CREATE"][:MOST_AT_ONCE]
        if at:
            lanes = {lane(*self._coming[n]) for n in at}
            taken = {n for n in range(at[-1] + 1) if lane(*self._coming[n]) in lanes}
        else:
            taken = set(range(min(MOST_AT_ONCE, len(self._coming))))
        batch = [self._coming[n] for n in sorted(taken)]
        self._coming = [event for n, event in enumerate(self._coming) if n not in taken]
        return batch

    def _upto(self, raws: Sequence[Raw]) -> dict[str, int]:
        """How far channels are read when these are written down. A command begins a channel: it says nothing of the
        messages before it."""
        found: dict[str, int] = {}
        for raw in raws:
            if not raw.lane.isdecimal() or raw.body.get("guest"):
                continue
            if raw.event_id.startswith("m"):
                found[raw.lane] = max(found.get(raw.lane, 0), int(raw.event_id[1:]))
            elif raw.lane not in self._read and not self._backfill.looking:
                found.setdefault(raw.lane, int(raw.event_id[1:]))
        self._read |= found.keys()
        return found

    async def _page(self, channel: str, page: list[Json]) -> None:
        """A page of a channel's past."""
        raws = [raw for message in page if (raw := await self._raw("MESSAGE_CREATE", message)) is not None]
        await self._keep(raws, {channel: int(page[-1]["id"])})

    async def _raw(self, event: str, data: Json) -> Raw | None:
        """What is kept of an event. One that cannot even be looked at is kept as it is: its failure is seen later."""
        try:
            kept = await self._decide(event, data)
        except Exception:
            log.exception("event_not_understood", event_name=event)
            kept = {}
        if kept is None:
            return None
        return Raw(event_id(event, data), lane(event, data), {"t": event, "d": data, **kept})

    async def _keep(self, raws: list[Raw], upto: Mapping[str, int]) -> None:
        """Commit, and only then acknowledge."""
        while True:
            try:
                await self._commit(raws, upto)
                break
            except Exception:
                log.exception("arrivals_not_kept", count=len(raws))
                await self._sleep(RETRY_S)
        for raw in raws:
            if raw.body["t"] == "INTERACTION_CREATE":
                self.soon(self._acknowledge(raw))

    async def _acknowledge(self, raw: Raw) -> None:
        hook = Hook.read(str(raw.body.get("hook") or ""))
        if hook is None:
            return
        try:
            if not await self._hooks.acknowledge(hook):
                log.warning("acknowledged_too_late", interaction=hook.id)
        except Broken:
            log.exception("not_acknowledged", interaction=hook.id)
