"""Leaves a model alone that keeps failing, and lets one request through to see whether it is back."""

from collections import deque
from datetime import datetime, timedelta

from core.llm.watchdog import Clock

FAILURES, WITHIN_S = 5, 60
REST_S, SILENT_REST_S, LONGEST_REST_S = 30, 120, 3600
# Where only the rules would answer meanwhile.
ALONE_SILENT_REST_S, ALONE_LONGEST_REST_S = 15, 300
ANSWERS_A_REPETITION = 10


class Breaker:
    """Closed, it lets everything through; after five failures in a minute it is open for half a minute, then lets one
    request through: its success closes it, its failure opens it for twice as long. Silence, for which everybody waits
    long, opens it at once: for longer where another model answers meanwhile, and for less where none does."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failures: deque[datetime] = deque(maxlen=FAILURES)
        self._rest = float(REST_S)
        self._open_until: datetime | None = None
        self._trying = False

    @property
    def ready(self) -> bool:
        """Whether a request would be let through now."""
        if self._open_until is None:
            return True
        return self._clock.now() >= self._open_until and not self._trying

    def enter(self) -> bool:
        """Let a request through, or not. One that was let through ends in `worked`, `failed` or `left`, and says there
        whether it was the one that tries: `trying` right behind this call."""
        if not self.ready:
            return False
        self._trying = self._open_until is not None
        return True

    @property
    def trying(self) -> bool:
        """Whether one request is under way to see whether the model is back."""
        return self._trying

    def worked(self) -> None:
        """The model answered."""
        self._failures.clear()
        self._rest, self._open_until, self._trying = float(REST_S), None, False

    def left(self, tried: bool = True) -> None:
        """Nobody waited for the outcome. A request that came before the model was left alone ends nobody's try."""
        self._trying = self._trying and not tried

    def failed(self, rest: float = 0, silent: bool = False, alone: bool = False, tried: bool | None = None) -> None:
        """The model did not answer; `rest` is how many seconds it wants to be left alone, at most an hour of which is.
        `alone` says that there was no other to ask."""
        now = self._clock.now()
        tried = self._trying if tried is None else tried
        self._failures.append(now)
        if tried:
            self._rest = min(self._rest * 2, ALONE_LONGEST_REST_S if alone else LONGEST_REST_S)
        elif silent and alone:
            self._rest = ALONE_SILENT_REST_S
        if silent and not alone:
            self._rest = max(self._rest, SILENT_REST_S)
        full = len(self._failures) == FAILURES and now - self._failures[0] <= timedelta(seconds=WITHIN_S)
        if tried or full or silent:
            rest = max(rest, self._rest)
        self._trying = self._trying and not tried
        if rest:
            self._open_until = now + timedelta(seconds=min(rest, LONGEST_REST_S))


class RetryBudget:
    """So many repetitions at once, and one more for every ten answers and for every minute: an outage is not answered by
    a storm, and what failed last week does not count today."""

    def __init__(self, clock: Clock, most: int = 10) -> None:
        self._clock = clock
        self._most = most * ANSWERS_A_REPETITION
        self._left = self._most
        self._since = clock.now()

    def spend(self) -> bool:
        """Take one repetition, if there is one."""
        minutes = (self._clock.now() - self._since) // timedelta(minutes=1)
        self._since += timedelta(minutes=minutes)
        self._put_back(minutes * ANSWERS_A_REPETITION)
        if self._left < ANSWERS_A_REPETITION:
            return False
        self._left -= ANSWERS_A_REPETITION
        return True

    def earn(self) -> None:
        """An answer came."""
        self._put_back(1)

    def _put_back(self, answers: int) -> None:
        self._left = min(self._most, self._left + answers)
