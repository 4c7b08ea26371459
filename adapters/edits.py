"""What becomes of the messages that show something when it has changed and takes more of them, or fewer."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

P = TypeVar("P")


async def reshaped(
    shown: Sequence[str],
    made: list[str],
    parts: Sequence[P],
    *,
    change: Callable[[str, P], Awaitable[None]],
    add: Callable[[int, P], Awaitable[str | None]],
    remove: Callable[[str], Awaitable[None]],
) -> tuple[str, ...]:
    """The messages that show `parts` afterwards, in order. Missing ones are added behind those that are there, then these
    change, and those that are left over go. `made` are the added ones that an earlier try has sent; it grows with each, so
    that a try after this one goes on behind them. `add` may have no way to: then nothing more is added."""
    for number in range(len(shown) + len(made), len(parts)):
        added = await add(number, parts[number])
        if added is None:
            break
        made.append(added)
    for message, part in zip(shown, parts, strict=False):
        await change(message, part)
    for message in shown[len(parts) :]:
        await remove(message)
    return (*shown[: len(parts)], *made)
