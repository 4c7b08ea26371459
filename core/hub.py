"""Who is listening now: delivered messages and typing signs are handed to the open streams of this process."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from core.agent.outbox import Readers


@dataclass(frozen=True)
class Typing:
    """The bot is at work for someone, in a place."""

    room: str | None
    person_id: int
    on: bool


@dataclass(eq=False)
class Listener:
    """One open stream: `wake` is set when something may have reached it; `typing` holds the last signs."""

    person_id: int
    gym_id: int
    staff: bool
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    typing: list[Typing] = field(default_factory=list)

    def concerns(self, row: Readers) -> bool:
        """Whether the row is for this listener."""
        if row.gym_id != self.gym_id:
            return False
        return self.staff if row.room is not None else row.person_id == self.person_id


class Hub:
    """The listeners of this process. A stream reads what it missed from the outbox, so nothing here must be kept."""

    def __init__(self) -> None:
        self._listeners: set[Listener] = set()

    def publish(self, rows: Sequence[Readers]) -> None:
        """Rows were delivered: wake whom they concern."""
        for listener in self._listeners:
            if any(listener.concerns(row) for row in rows):
                listener.wake.set()

    def typing(self, gym_id: int, sign: Typing) -> None:
        """Show or take away a typing sign."""
        for listener in self._listeners:
            here = listener.person_id == sign.person_id or (sign.room is not None and listener.staff)
            if listener.gym_id == gym_id and here:
                listener.typing.append(sign)
                listener.wake.set()

    def look_again(self, gym_id: int) -> None:
        """Somebody's role may have changed, or they have left: every stream of the gym finds out for itself."""
        for listener in self._listeners:
            if listener.gym_id == gym_id:
                listener.wake.set()

    def join(self, listener: Listener) -> None:
        """A stream opens."""
        self._listeners.add(listener)

    def leave(self, listener: Listener) -> None:
        """A stream closes."""
        self._listeners.discard(listener)
