"""Opens streets: a gym with a stand-in platform before it, on each database."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from core.clock import SetClock
from tests import toys
from tests.conftest import START, House
from tests.platforms.street import Street
from tests.test_crash import Plain


@pytest.fixture
async def street(database: str) -> AsyncIterator[Callable[..., Any]]:
    """Opens a street whose gym has the toy tools and a model that obeys plain commands."""
    opened: list[Street] = []

    async def open_street(**more: Any) -> Street:
        house = House(url=database, clock=SetClock(START), model=Plain(), toolbox=toys.toolbox())
        made = Street(house, **more)
        opened.append(await made.open())
        return made

    yield open_street
    for one in opened:
        await one.close()
