"""What all routes of one web adapter share."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from fastapi import Request

from adapters.web.pace import Paces
from core.desk import Desk


@dataclass
class State:
    """The desk, the key of the sign-in tokens, where files are kept, and the sign that the server is stopping."""

    desk: Desk
    secret: bytes
    data_dir: Path
    paces: Paces
    stopping: asyncio.Event = field(default_factory=asyncio.Event)


def state_of(request: Request) -> State:
    """The state that a request's application was made with."""
    found = request.app.state.whistle
    assert isinstance(found, State)
    return found
