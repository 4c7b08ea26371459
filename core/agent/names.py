"""The names a gym uses, kept per type for look-up in words, and dropped when a change may have touched them."""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core.agent.reference import Focus, references
from core.llm.contract import Reader


class NameBook:
    """One gym's names by reference type, loaded on first use."""

    def __init__(self) -> None:
        self._known: dict[int, dict[str, Any]] = {}

    async def readers(self, db: AsyncSession, gym_id: int, focus: Focus, now: datetime, role: int) -> dict[str, Reader]:
        """A reader for every type, for a speaker of a role."""
        known = self._known.get(gym_id)
        if known is None:
            known = {name: await reference.names(db, gym_id) for name, reference in references().items()}
            self._known[gym_id] = known
        return {name: reference.reader(known.get(name), focus, now, role) for name, reference in references().items()}

    def forget(self, gym_id: int) -> None:
        """Names may have changed: load them again at the next look-up."""
        self._known.pop(gym_id, None)
