"""Remembers the turns that models are asked for: since when each runs, and where which of its words were routed."""

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import NamedTuple

from core.llm.routing import Route
from core.llm.watchdog import Clock


class Routed(NamedTuple):
    """Where the newest words of a turn were routed."""

    words: str | None
    way: Route


class Turns:
    """Since when each turn is under way and where its newest words were routed. One that was not heard of for as long as a
    turn may take begins anew."""

    def __init__(self, clock: Clock, seconds: float, most: int = 1000) -> None:
        self._clock = clock
        self._may_take = timedelta(seconds=seconds)
        self._most = most
        self._known: OrderedDict[int, tuple[datetime, datetime, Routed | None]] = OrderedDict()

    def _of(self, turn: int) -> tuple[datetime, datetime, Routed | None]:
        now = self._clock.now()
        began, last, routed = self._known.pop(turn, (now, now, None))
        if now - last >= self._may_take:
            began, routed = now, None
        self._known[turn] = (began, now, routed)
        while len(self._known) > self._most:
            self._known.popitem(last=False)
        return self._known[turn]

    def until(self, turn: int | None) -> datetime:
        """The moment at which a turn must have its answer."""
        began = self._clock.now() if turn is None else self._of(turn)[0]
        return began + self._may_take

    def touch(self, turn: int | None) -> None:
        """A turn was heard of."""
        if turn is not None:
            self._of(turn)

    def routed(self, turn: int | None) -> Routed | None:
        """Where a turn was routed, and for which words."""
        return None if turn is None else self._of(turn)[2]

    def remember(self, turn: int | None, words: str | None, way: Route) -> None:
        """Keep to a route while the turn runs, until the person has said more."""
        if turn is not None:
            began, last, _ = self._of(turn)
            self._known[turn] = (began, last, Routed(words, way))
