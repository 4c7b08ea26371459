"""The conversations that must work, once more: proposed by Claude, by GPT and by a server of one's own, over the wire."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest

from core.llm.contract import Event, Model, Proposed, Request, Stop, TextDelta
from core.llm.rules import RulesModel, newest_words
from tests import test_dialogues
from tests.conftest import House
from tests.databases import fresh
from tests.fakes.model_answers import Say
from tests.llm.brains import KINDS, pair
from tests.test_dialogues import demo_gym, demo_house

# One description: each dialogue runs here as it is, with another brain.
globals().update({name: test for name, test in vars(test_dialogues).items() if name.startswith("test_")})


class OverTheWire:
    """A provider whose stand-in answers as the rules would. The stand-in is asked for what stands in its request."""

    def __init__(self, provider: Model) -> None:
        self.name = provider.name
        self.provider = provider
        self.answer = Say()
        self.words: str | None = None

    def reads_context(self, request: Request) -> bool:
        """It is sent what a language model is sent."""
        return True

    async def stream(self, request: Request) -> AsyncIterator[Event]:
        """The rules' reading of the request, said by the stand-in and heard from it."""
        plain = request.plain
        if plain is None:
            yield Stop("cut")
            return
        said = [event async for event in RulesModel().stream(plain)]
        calls = [e.call for e in said if isinstance(e, Proposed)]
        text = "".join(e.text for e in said if isinstance(e, TextDelta))
        self.words = newest_words(plain)
        self.answer = Say(text, [(call.tool, call.args) for call in calls])
        async for event in self.provider.stream(request):
            yield event

    def brain(self, body: Mapping[str, Any]) -> Say:
        """The answer, if the request really brings the words that it is the answer to."""
        sent = orjson.dumps(body).decode()
        for line in (self.words or "").splitlines():
            assert orjson.dumps(line).decode()[1:-1] in sent, "the person's words are not in the request"
        return self.answer


@pytest.fixture(params=KINDS)
async def gym(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[House]:
    """The demo gym with a language model of each kind."""
    async with fresh("sqlite", tmp_path, "demo", demo_gym) as url, pair(request.param) as (provider, server):
        model = OverTheWire(provider)
        server.brain = model.brain
        house = await demo_house(url, model=model)
        yield house
        await house.desk.stop()
        assert server.rejected == []
