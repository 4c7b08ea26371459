"""A language model's words on their way through the whole house: the real SDK, the real library, both servers on the wire."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import text

from core.agent.budget import Limits
from core.agent.ledger import Ledger
from core.llm.anthropic.model import Claude
from core.llm.failover import Ladder
from core.llm.paying import Rung
from core.llm.prices import price_of
from core.llm.rules import RulesModel
from core.store.database import Store
from tests.databases import fresh
from tests.fakes.anthropic_server import AnthropicServer
from tests.fakes.model_answers import Say, Step
from tests.fakes.model_server import ModelServer, as_sse
from tests.fakes.telegram import SENDS, TelegramServer
from tests.ladder_house import Brisk
from tests.telegram.town import Town
from tests.test_dialogues import demo_gym, demo_house

GROUP = -100800
ANSWER = (
    "The sea is **wide and deep** today. It has `salt` in it and *waves* on it. Boats of all sizes go there and back. "
    "Some of them carry people who sing. Others carry nothing but the wind. That is all that I know of the sea."
)
ASKED = "write me a poem about the sea"


class Paced(ModelServer):
    """Writes an event each time it is let."""

    def __init__(self, *script: Step, **more: Any) -> None:
        super().__init__(*script, **more)
        self.let: asyncio.Queue[None] = asyncio.Queue()
        self.wrote = asyncio.Event()
        self.wanted = self.written = 0

    async def _pieces(self, body: dict[str, Any], step: Step) -> AsyncIterator[bytes]:
        assert isinstance(step, Say)
        for event in as_sse(self.events(body, step)):
            self.wanted += 1
            await self.let.get()
            self.written += 1
            self.wrote.set()
            yield event

    async def go_on(self) -> bool:
        """Let it write one more, if it has one; whether it did."""
        if self.wanted == self.written:
            return False
        self.wrote.clear()
        self.let.put_nowait(None)
        await self.wrote.wait()
        return True


class Slow(Paced, AnthropicServer):
    """Claude, an event each time it is let."""


@pytest.fixture
async def model() -> AsyncIterator[Slow]:
    """A model that says the same whenever it is asked."""
    async with Slow(brain=lambda body: Say(ANSWER, words_at_once=9)) as server:
        yield server


@pytest.fixture
async def town(tmp_path: Path, model: Slow) -> AsyncIterator[Town]:
    """The demo gym on Telegram, with Claude."""
    async with fresh("sqlite", tmp_path, "demo", demo_gym) as url:
        house = await demo_house(url)
        await house.desk.stop()

        def ladder(store: Store) -> Ladder:
            claude = Claude("claude-sonnet-5-5", "sk", base_url=model.url, pause=0)
            rung = Rung(claude, price_of("claude-sonnet-5-5"))
            return Ladder({"chat": [rung]}, RulesModel(), Brisk(house.clock), Ledger(store, house.clock, Limits()))

        house.model = ladder
        server = TelegramServer(house.clock)
        await server.start()
        made = await Town(house, server, tmp_path).open()
        await made.settled()
        yield made
        await made.close()
        await server.stop()


# So many rounds without an event, before the clock goes on without one.
PATIENCE = 500


async def slowly(town: Town, model: Slow, until: Any, step: float = 0.3) -> None:
    """Events come, each a while after the other, until something is so. Where none comes for long, time passes all the
    same: a poll that timed out waits for its next try."""
    async with asyncio.timeout(120):
        idle = 0
        while not until():
            written = await model.go_on()
            for _ in range(80):
                await asyncio.sleep(0)
            idle = 0 if written or model.wanted else idle + 1
            if not idle or idle % PATIENCE == 0:
                town.house.clock.move(timedelta(seconds=step))


def whole_marks(text: str) -> bool:
    """Nothing of Markdown is left in a text."""
    return not any(sign in text for sign in "*`_")


async def test_a_server_without_drafts_is_asked_once_and_answers_arrive(town: Town, model: Slow) -> None:
    """Nobody is told that the token is wrong: it is the method that an older server does not know."""
    mia = town.number("mia")
    town.server.methods.version = (9, 0)
    with structlog.testing.capture_logs() as logs:
        for count in (1, 2):
            town.server.world.types(mia, ASKED)
            await slowly(town, model, lambda count=count: len(town.shown("mia")) == count)
            await town.settled()
    assert [c.code for c in town.server.of("sendMessageDraft")] == [404]
    assert not [entry for entry in logs if entry["event"] == "token_refused"]


async def test_in_private_it_is_drafted_and_sent_once(town: Town, model: Slow) -> None:
    """Drafts that grow, seven tenths of a second apart, never half a mark; then the answer; then no more typing."""
    mia = town.number("mia")
    place = town.server.world.chats[mia]
    town.server.world.types(mia, ASKED)
    await slowly(town, model, lambda: town.shown("mia"))
    await town.settled()
    drafts = town.server.of("sendMessageDraft")
    texts = [d.params["text"] for d in drafts]
    assert len(texts) >= 4
    assert all(whole_marks(t) and t.endswith(" …") for t in texts)
    assert [t.removesuffix(" …") for t in texts] == sorted((t.removesuffix(" …") for t in texts), key=len)
    assert all(b.at - a.at >= timedelta(seconds=0.7) for a, b in pairwise(drafts))
    assert len({d.params["draft_id"] for d in drafts}) == 1
    assert town.shown("mia") == [ANSWER.replace("*", "").replace("`", "")]
    assert {e["type"] for e in town.server.last(mia)["entities"]} == {"bold", "code", "italic"}
    assert place.drafts == []
    signs = len(place.actions)
    assert signs >= 1
    town.house.clock.move(timedelta(seconds=30))
    await town.settled()
    assert len(place.actions) == signs


async def test_in_a_group_one_message_grows_at_most_once_a_second(town: Town, model: Slow) -> None:
    """It hangs on its question and becomes the answer; nothing is refused by the server."""
    town.group(GROUP, "Members", "mia", "carla")
    town.server.world.types(town.number("mia"), f"{town.name} {ASKED}", GROUP)
    await slowly(town, model, lambda: town.shown("", GROUP) == [ANSWER.replace("*", "").replace("`", "")])
    await town.settled()
    looks = town.server.of("sendMessage", "editMessageText")
    assert [c.method for c in looks].count("sendMessage") == 1
    assert 3 <= len(looks) <= 20
    assert all(whole_marks(c.params["text"]) for c in looks)
    assert all(b.at - a.at >= timedelta(seconds=1) for a, b in pairwise(looks[:-1]))
    assert town.server.last(GROUP)["reply_to_message"]["text"].endswith(ASKED)
    assert town.server.of("deleteMessage") == []
    assert {c.code for c in town.server.of(*SENDS, "editMessageText", "sendMessageDraft")} == {200}


async def test_an_end_in_the_middle_leaves_no_half_message(town: Town, model: Slow) -> None:
    """After the start the answer takes the half message's place."""
    town.group(GROUP, "Members", "mia", "carla")
    town.server.world.types(town.number("mia"), f"{town.name} {ASKED}", GROUP)
    await slowly(town, model, lambda: town.server.of("editMessageText"))
    half = town.shown("", GROUP)
    assert len(half) == 1
    assert half[0].endswith(" …")
    await town.close()
    await town.open()
    await slowly(town, model, lambda: not town.shown("", GROUP)[0].endswith(" …"))
    await town.settled()
    assert town.shown("", GROUP) == [ANSWER.replace("*", "").replace("`", "")]


async def test_half_a_message_that_nobody_finishes_is_taken_away(town: Town, model: Slow) -> None:
    """Its turn is gone when the program comes back."""
    town.group(GROUP, "Members", "mia", "carla")
    town.server.world.types(town.number("mia"), f"{town.name} {ASKED}", GROUP)
    await slowly(town, model, lambda: town.server.of("editMessageText"))
    await town.close()
    store = Store(town.house.url)
    async with store.write() as db:
        await db.execute(text("update turns set state = 'failed'"))
    await store.dispose()
    await town.open()
    await town.server.passing(lambda: not town.adapter._live._tasks, 5)
    assert town.shown("", GROUP) == []
    assert await town.adapter._desk.platforms.half_said("telegram", town.adapter.bot) == []


async def test_two_quick_messages_are_drafted_once(town: Town, model: Slow) -> None:
    """Both are answered by one turn, whose words are shown at one of them."""
    mia = town.number("mia")
    town.server.world.types(mia, ASKED)
    town.server.world.types(mia, "and of the moon")
    lanes = town.house.desk.lanes
    await slowly(town, model, lambda: town.shown("mia") and not lanes._running)
    await town.settled()
    assert len({d.params["draft_id"] for d in town.server.of("sendMessageDraft")}) <= len(town.shown("mia"))
