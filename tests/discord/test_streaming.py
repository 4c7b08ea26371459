"""A language model's words on their way through the whole house: the real SDKs, the real library, both servers on the wire."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from core.agent.budget import Limits
from core.agent.ledger import Ledger
from core.llm.anthropic.model import Claude
from core.llm.failover import Ladder
from core.llm.openai.model import Gpt
from core.llm.paying import Rung
from core.llm.prices import price_of
from core.llm.rules import RulesModel
from core.store.database import Store
from tests.databases import fresh
from tests.discord.server import Server
from tests.fakes.discord import FakeDiscord
from tests.fakes.discord_world import Seen
from tests.fakes.model_answers import Say
from tests.fakes.openai_server import ResponsesServer
from tests.ladder_house import Brisk
from tests.telegram.test_streaming import ANSWER, ASKED, Paced, Slow
from tests.test_dialogues import demo_gym, demo_house

# Seconds from one event of a model to the next, so also how exactly a change's time is known.
STEP = 0.4


class SlowGpt(Paced, ResponsesServer):
    """GPT, an event each time it is let."""


MODELS: dict[str, tuple[type[Paced], Any, str, str]] = {
    "claude": (Slow, Claude, "claude-sonnet-5-5", ""),
    "gpt": (SlowGpt, Gpt, "gpt-6.1-terra", "/v1"),
}


@pytest.fixture(params=MODELS)
async def model(request: pytest.FixtureRequest) -> AsyncIterator[tuple[str, Paced]]:
    """A model that says the same whenever it is asked."""
    async with MODELS[request.param][0](brain=lambda body: Say(ANSWER, words_at_once=9)) as server:
        yield request.param, server


@pytest.fixture
async def gym(tmp_path: Path, fake: FakeDiscord, model: tuple[str, Paced]) -> AsyncIterator[Server]:
    """The demo gym on Discord, with a language model."""
    brand, server = model
    _made, made_by, name, path = MODELS[brand]
    async with fresh("sqlite", tmp_path, "demo", demo_gym) as url:
        house = await demo_house(url)
        await house.desk.stop()

        def ladder(store: Store) -> Ladder:
            rung = Rung(made_by(name, "sk", base_url=f"{server.url}{path}", pause=0), price_of(name))
            return Ladder({"chat": [rung]}, RulesModel(), Brisk(house.clock), Ledger(store, house.clock, Limits()))

        house.model = ladder
        opened = await Server(house, fake, tmp_path / "data").open()
        yield opened
        await opened.close()


async def slowly(gym: Server, model: Paced, until: Callable[[], Any], step: float = STEP) -> None:
    """Events come, each a while after the other, until something is so."""
    async with asyncio.timeout(120):
        while not until():
            written = await model.go_on()
            for _ in range(80):
                await asyncio.sleep(0)
            async with gym.desk.store.write() as db:  # behind what is being written down just now
                await db.execute(text("select 1"))
            for _ in range(80):
                await asyncio.sleep(0)
            if written or not model.wanted:
                gym.house.clock.move(timedelta(seconds=step))


def looks(gym: Server, chat: str, since: int = 0) -> list[Seen]:
    """Every message and edit in a chat, in order."""
    return [
        s for s in gym.world.log[since:] if f"/channels/{chat}/messages" in s.path and s.method in ("POST", "PATCH")
    ]


def whole(text: str) -> bool:
    """No mark is open in a text."""
    return all(text.count(mark) % 2 == 0 for mark in ("**", "`")) and text.replace("**", "").count("*") % 2 == 0


async def test_one_message_grows_and_becomes_the_answer(gym: Server, model: tuple[str, Paced]) -> None:
    """In private and in the room: at most a change a second, never half a mark, and the last word is the outbox's."""
    for chat, words in ((gym.dm("mia"), ASKED), (gym.open_room, f"<@{gym.world.bot['id']}> {ASKED}")):
        times: dict[int, datetime] = {}
        gym.people.says(gym.users["mia"], chat, words)

        def done(chat: str = chat, times: dict[int, datetime] = times) -> bool:
            times.setdefault(len(looks(gym, chat)), gym.house.clock.now())
            return ANSWER in gym.shown(chat)

        await slowly(gym, model[1], done)
        await gym.desk.platforms.idle()
        seen = looks(gym, chat)
        partial = [s.body["content"] for s in seen[:-1]]
        assert len(partial) >= 3
        assert all(whole(text) and text.endswith("…") for text in partial)
        assert [len(text) for text in partial] == sorted(len(text) for text in partial)
        at = [times[n] for n in range(1, len(partial) + 1) if n in times]
        assert all(b - a >= timedelta(seconds=(j - i) - STEP) for (i, a), (j, b) in combinations(enumerate(at), 2))
        assert [s.method for s in seen].count("POST") == 1
        assert gym.shown(chat) == [ANSWER]


async def test_what_waits_for_a_model_is_acknowledged_at_once(gym: Server, model: tuple[str, Paced]) -> None:
    """Before the model has said a word; the answer comes when it has."""
    shown = gym.world.new_message(gym.dm("mia"), gym.world.bot, {"components": [SEARCH]}, 0)
    form = gym.people.presses(gym.users["mia"], shown, "Search")
    await gym.world.until(lambda: form.acked is not None)
    sent = gym.people.submits(form, words=ASKED)
    await gym.world.until(lambda: sent.acked is not None)
    assert (sent.acked_after or 9) < 3
    assert model[1].written == 0
    await slowly(gym, model[1], lambda: any(ANSWER in words for words in gym.shown(gym.dm("mia"))))
    await gym.desk.platforms.idle()
    assert sum("sea" in words for words in gym.shown(gym.dm("mia"))) == 1


async def test_an_end_in_the_middle_leaves_no_half_message(gym: Server, model: tuple[str, Paced]) -> None:
    """After the start the answer takes the half message's place."""
    chat = gym.dm("mia")
    gym.people.says(gym.users["mia"], chat, ASKED)
    await slowly(gym, model[1], lambda: len(looks(gym, chat)) >= 2)
    assert gym.shown(chat)[0].endswith("…")
    await gym.restart()
    await slowly(gym, model[1], lambda: ANSWER in gym.shown(chat))
    await gym.desk.platforms.idle()
    assert gym.shown(chat) == [ANSWER]
    assert await gym.desk.platforms.half_said("discord", gym.adapter.bot) == []


SEARCH = {"type": 1, "components": [{"type": 2, "style": 2, "label": "Search", "custom_id": "search"}]}
