"""Remembers the turns that models are asked for: since when each runs, and where it was routed."""

from collections import OrderedDict
from datetime import datetime, timedelta

from core.llm.routing import Route
from core.llm.watchdog import Clock


class Turns:
    """Since when each turn is under way and where it was routed. One that was not heard of for as long as a turn
    may take begins anew."""

    def __init__(self, clock: Clock, seconds: float, most: int = 1000) -> None:
        self._clock = clock
        self._may_take = timedelta(seconds=seconds)
        self._most = most
        self._known: OrderedDict[int, tuple[datetime, datetime, Route | None]] = OrderedDict()

    def _of(self, turn: int) -> tuple[datetime, datetime, Route | None]:
        now = self._clock.now()
        began, last, way = self._known.pop(turn, (now, now, None))
        if now - last >= self._may_take:
            began, way = now, None
        self._known[turn] = (began, now, way)
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

    def route(self, turn: int | None) -> Route | None:
        """Where a turn was routed."""
        return None if turn is None else self._of(turn)[2]

    def remember(self, turn: int | None, way: Route) -> None:
        """Keep to a route while the turn runs."""
        if turn is not None:
            began, last, _ = self._of(turn)
            self._known[turn] = (began, last, way)
