"""The names a gym uses, kept per type for look-up in words, and dropped when a change may have touched them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql import select

from core.agent.outbox import Counter, next_number
from core.agent.reference import Focus, references
from core.llm.contract import Reader


class NameBook:
    """One gym's names by reference type, loaded on first use. On a database that several processes share, a counter
    that is raised with every change of names tells whether another process has made one since."""

    def __init__(self, shared: bool = False, forgotten: Callable[[int], None] = lambda gym_id: None) -> None:
        self._known: dict[int, tuple[int, dict[str, Any]]] = {}
        self._shared = shared
        self._forgotten = forgotten

    async def readers(self, db: AsyncSession, gym_id: int, focus: Focus, now: datetime, role: int) -> dict[str, Reader]:
        """A reader for every type, for a speaker of a role."""
        known = await self._names(db, gym_id)
        return {name: reference.reader(known.get(name), focus, now, role) for name, reference in references().items()}

    async def changed(self, db: AsyncSession, gym_id: int) -> None:
        """Names change in this transaction: other processes see it by the counter once it has committed."""
        if self._shared:
            await next_number(db, _counter(gym_id))

    def forget(self, gym_id: int) -> None:
        """Names may have changed: load them again at the next look-up."""
        self._known.pop(gym_id, None)
        self._forgotten(gym_id)

    async def _names(self, db: AsyncSession, gym_id: int) -> dict[str, Any]:
        version = await self._version(db, gym_id) if self._shared else 0
        kept, known = self._known.get(gym_id, (-1, {}))
        if kept != version:
            known = {name: await reference.names(db, gym_id) for name, reference in references().items()}
            self._known[gym_id] = version, known
        return known

    async def _version(self, db: AsyncSession, gym_id: int) -> int:
        return await db.scalar(select(Counter.value).where(Counter.name == _counter(gym_id))) or 0


def _counter(gym_id: int) -> str:
    return f"names of gym {gym_id}"
