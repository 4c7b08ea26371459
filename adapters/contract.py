"""What every platform's adapter is to Whistle: something that starts, stops, states its limits as data, and carries parcels.

A platform's folder holds adapter, parse, render and limits. `make` calls `desk.platforms.announce(carrier)` and touches
no network. `start` calls `desk.platforms.open(carrier, handle)`, `stop` calls `close`. Its way in, in this order:
1. `await desk.platforms.arrive(name, bot, [Raw(…), …])` commits updates before they are acknowledged to the platform.
2. The handler gets each `Raw` again, one lane in order, also after a crash; it
   parses, and hands `Incoming` or `Press` with a `Spot` to `desk.platforms.receive` or `desk.platforms.press`.
Its way out is its `Carrier`, which the courier calls. `make` in adapters/<platform>/adapter.py builds it from its settings.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from core.parcels import (
    Carrier,
    Elsewhere,
    Failed,
    Gone,
    Later,
    Moved,
    Outcome,
    Parcel,
    ParcelKind,
    Raw,
    Sent,
    Unsure,
)

Handle = Callable[[Raw], Awaitable[None]]


@dataclass(frozen=True)
class Limits:
    """What a platform can carry and show. What does not fit is split by the adapter, or told in another way by
    adapters/fallback.py. `buttons` is how many are shown at once, 0 where there are none; `pictures` are the media types
    that it draws."""

    message_chars: int
    button_label_chars: int
    button_data_bytes: int
    buttons_per_row: int
    button_rows: int
    buttons: int
    file_bytes: int
    upload_bytes: int
    pictures: frozenset[str]
    edits: bool
    streams: bool
    tables: bool
    private_in_room: bool


class Adapter(Protocol):
    """A platform at the edge. `start` returns once messages can arrive; `stop` lets what is under way end, and then
    takes nothing more. adapters/<platform>/adapter.py offers `make(settings, desk, data_dir) -> Adapter`: its section of
    the settings, the desk, and the folder where files may be kept."""

    name: str
    limits: Limits

    async def start(self) -> None: ...

    async def stop(self) -> None: ...


__all__ = [
    "Adapter",
    "Carrier",
    "Elsewhere",
    "Failed",
    "Gone",
    "Handle",
    "Later",
    "Limits",
    "Moved",
    "Outcome",
    "Parcel",
    "ParcelKind",
    "Raw",
    "Sent",
    "Unsure",
]
