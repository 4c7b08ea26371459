"""What every platform's adapter is to Whistle: something that starts, stops, and states its limits as data."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Limits:
    """What a platform can carry and show. What does not fit is split, or told in another way, by the adapter."""

    message_chars: int
    button_label_chars: int
    button_data_bytes: int
    buttons_per_row: int
    button_rows: int
    file_bytes: int
    edits: bool
    streams: bool
    tables: bool
    private_in_room: bool


class Adapter(Protocol):
    """A platform at the edge. `start` returns once messages can arrive; `stop` lets what is under way end, and then
    takes nothing more."""

    name: str
    limits: Limits

    async def start(self) -> None: ...

    async def stop(self) -> None: ...
