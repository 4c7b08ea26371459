"""A running gym with the real tools and the rules model, for tests of what the tools say and do."""

from collections.abc import AsyncIterator

import pytest

from core.agent.tools import load
from core.clock import SetClock
from core.llm.rules import RulesModel
from tests.conftest import START, House


@pytest.fixture
async def gym(database: str) -> AsyncIterator[House]:
    """Ironside Athletic with its people, open for business."""
    house = await House(url=database, clock=SetClock(START), model=RulesModel(), toolbox=load()).open()
    yield house
    await house.desk.stop()
