"""Counts what a provider's prompt cache would have read and written, from nothing but the exact prefix of a request."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson


@dataclass(frozen=True)
class Segment:
    """One block of a prompt: what it says, and the lifetime of the breakpoint on it, in minutes (0 for none)."""

    data: bytes
    minutes: int = 0

    @property
    def tokens(self) -> int:
        return max(1, (len(self.data) + 3) // 4)


@dataclass(frozen=True)
class Counted:
    """The tokens of a prompt by what they cost."""

    plain: int
    read: int
    written: int
    kept: int

    def and_plain(self, tokens: int) -> "Counted":
        """The same with so many tokens more that no cache has to do with."""
        return replace(self, plain=self.plain + tokens)


class PromptCache:
    """Knows the prefixes that were written, for as long as they live. `look_back` is how many blocks before a breakpoint
    are looked at for one (none means any number)."""

    def __init__(self, floor: int, look_back: int | None, now: Callable[[], float]) -> None:
        self._floor = floor
        self._look_back = look_back
        self._now = now
        self._until: dict[bytes, float] = {}

    def count(self, segments: Sequence[Segment]) -> Counted:
        """Read the longest known prefix, write the breakpoints after it."""
        marks, hashes, sums = [], [], []
        digest, total = hashlib.sha256(), 0
        for place, segment in enumerate(segments):
            digest.update(segment.data + b"\0")
            total += segment.tokens
            hashes.append(digest.copy().digest())
            sums.append(total)
            if segment.minutes:
                marks.append(place)
        if not marks or sums[marks[-1]] < self._floor:
            return Counted(total, 0, 0, 0)
        hit = max((self._hit(mark, hashes) for mark in marks), default=-1)
        kept = written = 0
        start = hit
        for mark in marks:
            self._until[hashes[mark]] = self._now() + segments[mark].minutes * 60
            if mark > start:
                fresh = sums[mark] - (sums[start] if start >= 0 else 0)
                long = segments[mark].minutes >= 60
                kept, written = kept + fresh * long, written + fresh * (not long)
                start = mark
        read = sums[hit] if hit >= 0 else 0
        return Counted(total - read - written - kept, read, written, kept)

    def _hit(self, mark: int, hashes: Sequence[bytes]) -> int:
        lowest = 0 if self._look_back is None else max(0, mark - self._look_back)
        for place in range(mark, lowest - 1, -1):
            if self._until.get(hashes[place], 0) > self._now():
                return place
        return -1


def bare(value: Any) -> bytes:
    """What a block says, without the marks that only steer the cache."""
    return orjson.dumps(_bare(value))


def _bare(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {k: _bare(v) for k, v in value.items() if k not in ("cache_control", "prompt_cache_breakpoint")}
    return [_bare(v) for v in value] if isinstance(value, list) else value
