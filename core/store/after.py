"""What happens around a commit: work that waits for it, and waiting that cannot be cut off."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

After = Callable[[], Awaitable[None] | None]


async def unbroken(work: Coroutine[Any, Any, None]) -> None:
    """Do work to its end even if the waiter is cancelled meanwhile, so that its outcome is never unknown."""
    await settled(asyncio.ensure_future(work))


async def settled(outcome: asyncio.Future[None]) -> None:
    """Wait for an outcome, even beyond one's own cancellation."""
    try:
        await asyncio.shield(outcome)
    except asyncio.CancelledError:
        while not outcome.done():
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait({outcome})
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
