"""How often the bot may IDENTIFY: Discord resets the token of one that does so too often, so a crash loop slows down."""

import json
from datetime import datetime, timedelta
from pathlib import Path

from adapters.discord.limits import IDENTIFIES_A_DAY

FREELY = 20
DAY = timedelta(days=1)


def wait_for(earlier: list[datetime], now: datetime) -> float:
    """Seconds to wait before the next IDENTIFY: none for the first of a day, then evenly spread over it."""
    lately = sorted(at for at in earlier if now - at < DAY)
    if len(lately) < FREELY:
        return 0.0
    apart = DAY / (IDENTIFIES_A_DAY - FREELY)
    free_at = lately[-1] + apart
    if len(lately) >= IDENTIFIES_A_DAY:
        free_at = max(free_at, lately[-IDENTIFIES_A_DAY] + DAY)
    return max((free_at - now).total_seconds(), 0.0)


class Budget:
    """The moments of the last day's IDENTIFYs, kept in a file so that a restart remembers them."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def earlier(self) -> list[datetime]:
        """What is remembered; a file that cannot be read is none."""
        try:
            return [datetime.fromisoformat(at) for at in json.loads(self._file.read_text(encoding="utf-8"))]
        except (OSError, ValueError, TypeError):
            return []

    def wait(self, now: datetime) -> float:
        """Seconds to wait before the next one."""
        return wait_for(self.earlier(), now)

    def spend(self, now: datetime) -> None:
        """Remember one, before it is sent."""
        kept = [at for at in self.earlier() if now - at < DAY]
        fresh = self._file.with_suffix(".part")
        self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh.write_text(json.dumps([at.isoformat() for at in (*kept, now)]), encoding="utf-8")
        fresh.replace(self._file)
