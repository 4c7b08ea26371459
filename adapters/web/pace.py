"""How fast each person may send: a bucket of tokens a person, refilled as time passes."""

from dataclasses import dataclass
from datetime import datetime
from math import ceil

from adapters.web.limits import Pace
from core.clock import Clock

MOST_BUCKETS = 10_000


@dataclass
class Bucket:
    """What is left to a person, as of a moment."""

    left: float
    at: datetime


class Paces:
    """The buckets of everyone who sent something lately; a full one is the same as none."""

    def __init__(self, clock: Clock, pace: Pace) -> None:
        self._clock = clock
        self._pace = pace
        self._buckets: dict[int, Bucket] = {}

    def take(self, person_id: int) -> int:
        """Take one from a person's bucket: 0, or how many seconds to wait when it is empty."""
        now = self._clock.now()
        bucket = self._buckets.setdefault(person_id, Bucket(self._pace.burst, now))
        refilled = max((now - bucket.at).total_seconds(), 0.0) * self._pace.burst / self._pace.seconds
        bucket.left, bucket.at = min(bucket.left + refilled, self._pace.burst), now
        if bucket.left < 1:
            return ceil((1 - bucket.left) * self._pace.seconds / self._pace.burst)
        bucket.left -= 1
        self._forget_the_idle(now)
        return 0

    def _forget_the_idle(self, now: datetime) -> None:
        if len(self._buckets) > MOST_BUCKETS:
            self._buckets = {
                person: bucket
                for person, bucket in self._buckets.items()
                if (now - bucket.at).total_seconds() < self._pace.seconds
            }
