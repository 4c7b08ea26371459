"""The way in: events are committed as they came, then acknowledged; what was missed while nobody listened is fetched."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

import aiohttp
import discord
import structlog

from adapters.contract import Raw
from adapters.discord.hooks import Hooks
from adapters.discord.limits import BACKFILL_PAGE, BACKFILL_PAGES
from adapters.discord.line import Json, Line
from adapters.discord.parse import COMMAND, COMPONENT, SUBMIT, Hook

log = structlog.get_logger("whistle.discord")
MOST_AT_ONCE = 200
RETRY_S = 0.5
Broken = (OSError, TimeoutError, aiohttp.ClientError, discord.DiscordException)

Commit = Callable[[list[Raw]], Coroutine[Any, Any, int]]
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
    """Everything that arrives on one line, in the order in which it came.

    `decide` looks at an event before it is kept: None drops it, else it returns what is kept. `commit` writes a batch
    down. Messages wait while those that were missed before them are fetched; interactions wait only until it is known
    from where on to fetch.
    """

    def __init__(self, line: Line, hooks: Hooks, decide: Decide, commit: Commit) -> None:
        self._line = line
        self._hooks = hooks
        self._decide = decide
        self._commit = commit
        self._coming: asyncio.Queue[tuple[str, Json]] = asyncio.Queue()
        self._held: list[tuple[str, Json]] | None = None
        self._collecting: asyncio.Task[None] | None = None
        self._may_keep = asyncio.Event()
        self._may_keep.set()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._keeping = False

    @property
    def busy(self) -> bool:
        """Whether something that was heard is not yet committed and acknowledged."""
        return self._keeping or bool(self._tasks) or not self._coming.empty()

    def start(self) -> None:
        """Begin to take what is heard."""
        self._collecting = asyncio.create_task(self._collect())

    async def stop(self) -> None:
        """Take nothing more; what was committed is safe, the rest was not acknowledged."""
        tasks = [*([self._collecting] if self._collecting else []), *self._tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def heard(self, event: str, data: Json) -> None:
        """An event of the gateway."""
        if event == "MESSAGE_CREATE" and self._held is not None:
            self._held.append((event, data))
        else:
            self._coming.put_nowait((event, data))

    def soon(self, work: Coroutine[Any, Any, Any]) -> None:
        """Do something beside the stream of events."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # -- committing ----------------------------------------------------------------------------------------

    async def _collect(self) -> None:
        while True:
            self._keeping = False
            batch = [await self._coming.get()]
            self._keeping = True
            await self._may_keep.wait()
            while len(batch) < MOST_AT_ONCE and not self._coming.empty():
                batch.append(self._coming.get_nowait())
            raws: list[Raw] = []
            for event, data in batch:
                if (raw := await self._raw(event, data)) is not None:
                    raws.append(raw)
            if raws:
                await self._keep(raws)

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

    async def _keep(self, raws: list[Raw]) -> None:
        """Commit, and only then acknowledge."""
        while True:
            try:
                await self._commit(raws)
                break
            except Exception:
                log.exception("arrivals_not_kept", count=len(raws))
                await asyncio.sleep(RETRY_S)
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

    # -- what was missed -----------------------------------------------------------------------------------

    def catch_up(self, seen: Callable[[], Coroutine[Any, Any, Mapping[str, str]]]) -> None:
        """A new session begins: hold what is written from now on until what was written before has been fetched."""
        if self._held is None:
            self._held = []
            self._may_keep.clear()
            self.soon(self._catch_up(seen))

    async def _catch_up(self, seen: Callable[[], Coroutine[Any, Any, Mapping[str, str]]]) -> None:
        fetched = 0
        try:
            known = await seen()
            self._may_keep.set()
            for channel, after in known.items():
                for message in await self._missed(channel, after):
                    self._coming.put_nowait(("MESSAGE_CREATE", message))
                    fetched += 1
        except Exception:
            log.exception("catching_up_failed")
        finally:
            self._may_keep.set()
            held, self._held = self._held or [], None
            for event in held:
                self._coming.put_nowait(event)
            if fetched:
                log.info("caught_up", messages=fetched)

    async def _missed(self, channel: str, after: str) -> list[Json]:
        """The messages of a channel after one that is known, oldest first."""
        found: list[Json] = []
        try:
            where = await self._line.call("GET", "/channels/{channel_id}", channel_id=channel)
            server = {"guild_id": where["guild_id"]} if where.get("guild_id") else {}
            for _ in range(BACKFILL_PAGES):
                path = f"/channels/{{channel_id}}/messages?after={after}&limit={BACKFILL_PAGE}"
                page: list[Json] = await self._line.call("GET", path, channel_id=channel)
                page.sort(key=lambda m: int(m["id"]))
                found += [{**m, **server} for m in page]
                if len(page) < BACKFILL_PAGE:
                    break
                after = page[-1]["id"]
        except discord.HTTPException:
            log.warning("channel_not_read", channel=channel)
        return found


def wants_ack(data: Json) -> bool:
    """Whether an interaction is one that is committed and acknowledged, and not answered on the spot."""
    return data["type"] in (COMMAND, COMPONENT, SUBMIT)
