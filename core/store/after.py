"""What happens around a commit: work that waits for it, and waiting that cannot be cut off."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

After = Callable[[], Awaitable[None] | None]


async def unbroken(work: Coroutine[Any, Any, None]) -> None:
    """Wait until the work has ended even if the waiter is cancelled meanwhile, so that its outcome is never unknown."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait({task})
        raise


def after_commit(db: AsyncSession, then: After) -> None:
    """Run something in the process once the transaction has committed: waking a lane, telling a subscriber."""
    db.info.setdefault("after", []).append(then)


async def run_after(db: AsyncSession) -> None:
    """Run what was registered for after the commit, in order."""
    for then in db.info.pop("after", []):
        waiting = then()
        if waiting is not None:
            await waiting
