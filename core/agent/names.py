"""The names a gym uses, kept per type for look-up in words, and dropped when a change has touched what they were read
from."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import ORMExecuteState
from sqlalchemy.sql import select

from core.agent.outbox import Counter, next_number
from core.agent.reference import Focus, references
from core.llm.contract import Reader
from core.store.statements import READ, tables_in


@dataclass(frozen=True)
class Names:
    """One type's names, and the tables that they were read from."""

    index: Any
    tables: frozenset[str]


class NameBook:
    """One gym's names by reference type, loaded on first use. On a database that several processes share, a counter
    that is raised with every change of names tells whether another process has made one since."""

    def __init__(self, shared: bool = False, forgotten: Callable[[int], None] = lambda gym_id: None) -> None:
        self._known: dict[int, dict[str, Names]] = {}
        self._versions: dict[int, int] = {}
        self._shared = shared
        self._forgotten = forgotten

    async def readers(self, db: AsyncSession, gym_id: int, focus: Focus, now: datetime, role: int) -> dict[str, Reader]:
        """A reader for every type, for a speaker of a role."""
        if self._shared:
            await self._compare(db, gym_id)
        known = self._known.setdefault(gym_id, {})
        for name, reference in references().items():
            if name not in known:
                with _tables_read(db) as tables:
                    index = await reference.names(db, gym_id)
                known[name] = Names(index, frozenset(tables))
        return {name: reference.reader(known[name].index, focus, now, role) for name, reference in references().items()}

    async def changed(self, db: AsyncSession, gym_id: int, tables: Collection[str]) -> None:
        """Rows of these tables change in this transaction: where names were read from them, other processes see it by
        the counter once it has committed."""
        known = self._known.get(gym_id, {}).values()
        if self._shared and (not known or any(not names.tables.isdisjoint(tables) for names in known)):
            await next_number(db, _counter(gym_id))

    def forget(self, gym_id: int, tables: Collection[str]) -> None:
        """Rows of these tables have changed: load what was read from them again at the next look-up."""
        known = self._known.get(gym_id, {})
        self._known[gym_id] = {name: names for name, names in known.items() if names.tables.isdisjoint(tables)}
        self._forgotten(gym_id)

    async def _compare(self, db: AsyncSession, gym_id: int) -> None:
        """Drop everything if another process has changed names since it was loaded."""
        version = await db.scalar(select(Counter.value).where(Counter.name == _counter(gym_id))) or 0
        if self._versions.get(gym_id) != version:
            self._versions[gym_id] = version
            self._known.pop(gym_id, None)


def _counter(gym_id: int) -> str:
    return f"names of gym {gym_id}"


@contextmanager
def _tables_read(db: AsyncSession) -> Iterator[set[str]]:
    """The tables that a session reads while this is open."""
    tables: set[str] = set()

    def note(state: ORMExecuteState) -> None:
        tables.update(tables_in(state.statement))

    event.listen(db.sync_session, "do_orm_execute", note)
    db.info[READ] = tables
    try:
        yield tables
    finally:
        event.remove(db.sync_session, "do_orm_execute", note)
        del db.info[READ]
