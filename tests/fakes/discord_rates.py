"""Rate limits of the stand-in: a bucket for each route and major parameter, one for everything, and who ignored them."""

from collections import deque
from dataclasses import dataclass, field

GLOBAL_A_SECOND = 50
INVALID_IN_TEN_MINUTES = 10_000
LIMITS = {  # route: how many in how many seconds
    "POST messages": (5, 5.0),
    "PATCH messages": (5, 5.0),
    "POST typing": (5, 5.0),
    "POST webhooks": (5, 2.0),
    "PATCH webhooks": (5, 2.0),
}


@dataclass
class Window:
    """One bucket: how many are left until it is full again."""

    limit: int
    seconds: float
    resets_at: float = 0.0
    used: int = 0

    def take(self, now: float) -> bool:
        """Use one, if there is one."""
        if now >= self.resets_at:
            self.resets_at, self.used = now + self.seconds, 0
        self.used += 1
        return self.used <= self.limit

    def headers(self, name: str, now: float) -> dict[str, str]:
        """The headers that tell the bot where it stands."""
        left = max(self.resets_at - now, 0.0)
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(max(self.limit - self.used, 0)),
            "X-RateLimit-Reset-After": f"{left:.3f}",
            "X-RateLimit-Bucket": name,
        }


@dataclass
class Rates:
    """All buckets. `inside` counts requests that were made although the bot had been told to wait."""

    enforced: bool = True
    windows: dict[tuple[str, str], Window] = field(default_factory=dict)
    barred: dict[tuple[str, str], float] = field(default_factory=dict)
    recent: deque[float] = field(default_factory=deque)
    inside: int = 0
    told: int = 0
    invalid: deque[float] = field(default_factory=deque)

    def take(self, route: str, major: str, now: float) -> tuple[dict[str, str], float, bool]:
        """Use one of a route's allowance: the headers, how long to wait (0: go on), and whether that is for everything."""
        if not self.enforced:
            return {}, 0.0, False
        if self._everything(now):
            return {}, self._bar(("", ""), 1.0, now), True
        if route not in LIMITS:
            return {}, 0.0, False
        limit, seconds = LIMITS[route]
        window = self.windows.setdefault((route, major), Window(limit, seconds))
        if self.barred.get((route, major), 0.0) > now:
            self.inside += 1
        taken = window.take(now)
        headers = window.headers(route.replace(" ", "-").lower(), now)
        return headers, 0.0 if taken else self._bar((route, major), window.resets_at - now, now), False

    def _everything(self, now: float) -> bool:
        if self.barred.get(("", ""), 0.0) > now:
            self.inside += 1
            return True
        while self.recent and self.recent[0] <= now - 1.0:
            self.recent.popleft()
        self.recent.append(now)
        return len(self.recent) > GLOBAL_A_SECOND

    def _bar(self, key: tuple[str, str], seconds: float, now: float) -> float:
        self.told += 1
        self.barred[key] = now + seconds
        return seconds

    def count_invalid(self, now: float) -> int:
        """Remember a request that was answered 401, 403 or 429; returns how many there were in ten minutes."""
        self.invalid.append(now)
        while self.invalid[0] < now - 600:
            self.invalid.popleft()
        return len(self.invalid)
