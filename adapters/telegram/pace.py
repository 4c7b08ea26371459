"""When the next message may go to a chat: the bot's own allowance by chat, by group and in all, and what the server asked
us to wait."""

from collections import deque
from datetime import datetime, timedelta

from adapters.telegram.limits import Paces, Window
from core.clock import Clock

TIDY_AT = 5000
BLINK = timedelta(milliseconds=1)


class Pacer:
    """Says when. One message of a chat asks at a time; who is told to wait comes again with the same key, and finds its
    place in the queue of busy chats kept."""

    def __init__(self, clock: Clock, paces: Paces) -> None:
        self._clock = clock
        self._paces = paces
        self._chats: dict[str, tuple[tuple[Window, deque[datetime]], ...]] = {}
        self._bot: deque[datetime] = deque()
        self._busy: deque[datetime] = deque()
        self._queued: dict[str, datetime] = {}
        self._blocked: dict[str, datetime] = {}

    def wait(self, key: str, chat: str, *, group: bool, count: int = 1) -> float:
        """The seconds to wait before this message (an album counts as several) may go; 0 when it may go now, and counts
        as gone."""
        now = self._clock.now()
        if (until := self._blocked.get(chat)) is not None and until > now:
            return (until - now).total_seconds()
        windows = self._windows(chat, group)
        at = max(_next(window, taken, now) for window, taken in windows)
        if at <= now + BLINK:
            if key not in self._queued:
                busy = self._is_busy(windows, now)
                self._queued[key] = self._slot(((self._paces.busy, self._busy),), now, count) if busy else now
            at = max(self._queued[key], _next(self._paces.bot, self._bot, now))
        if at > now + BLINK:
            return (at - now).total_seconds()
        del self._queued[key]
        self._slot((*windows, (self._paces.bot, self._bot)), now, count)
        return 0.0

    @staticmethod
    def _is_busy(windows: tuple[tuple[Window, deque[datetime]], ...], now: datetime) -> bool:
        """Whether something went to a chat just before."""
        window, taken = windows[0]
        return bool(taken) and taken[-1] > now - timedelta(seconds=window.seconds / window.most * 2)

    def spare(self, chat: str, *, group: bool) -> bool:
        """Take a slot only if one is free now: for what is worth nothing later."""
        now = self._clock.now()
        if self._blocked.get(chat, now) > now:
            return False
        windows = (*self._windows(chat, group), (self._paces.bot, self._bot))
        if any(_next(window, taken, now) > now for window, taken in windows):
            return False
        self._slot(windows, now)
        return True

    def open(self, chat: str) -> bool:
        """Whether the server lets us speak to a chat at all now."""
        return self._blocked.get(chat, self._clock.now()) <= self._clock.now()

    def blocked(self, chat: str, seconds: float) -> None:
        """The server asked to leave a chat alone for so long."""
        self._blocked[chat] = self._clock.now() + timedelta(seconds=seconds)

    def _windows(self, chat: str, group: bool) -> tuple[tuple[Window, deque[datetime]], ...]:
        found = self._chats.get(chat)
        if found is None:
            self._tidy()
            of_chat = (self._paces.chat, deque[datetime]())
            found = (of_chat, (self._paces.group, deque[datetime]())) if group else (of_chat,)
            self._chats[chat] = found
        return found

    def _slot(self, windows: tuple[tuple[Window, deque[datetime]], ...], now: datetime, count: int = 1) -> datetime:
        """Take the first moment that all windows allow."""
        at = max(_next(window, taken, now) for window, taken in windows)
        for window, taken in windows:
            taken.extend([at] * count)
            while len(taken) > window.most:
                taken.popleft()
        return at

    def _tidy(self) -> None:
        """Forget chats that have been quiet longer than any window."""
        if len(self._chats) < TIDY_AT:
            return
        old = self._clock.now() - timedelta(seconds=self._paces.group.seconds)
        self._chats = {k: w for k, w in self._chats.items() if any(t and t[-1] > old for _, t in w)}
        self._blocked = {k: at for k, at in self._blocked.items() if at > old}


def _next(window: Window, taken: deque[datetime], now: datetime) -> datetime:
    """When a window has room again; it remembers the last so many moments."""
    last = taken[-1] if taken else now
    if len(taken) < window.most:
        return max(now, last)
    return max(now, last, taken[0] + timedelta(seconds=window.seconds))
