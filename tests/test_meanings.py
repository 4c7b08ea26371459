"""Finding by meaning: over the wire to an endpoint, kept in the database, paid for, and doing without when it fails."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from pydantic import SecretStr
from sqlalchemy import text

from bot.config import KeySettings, LocalSettings, ModelSettings, Settings
from bot.models import meanings_of
from core.agent.budget import Limits
from core.agent.meanings import Meanings
from core.llm.embedding import PaidEmbedder, Source
from core.llm.rules import RulesModel
from tests.fakes.embeddings_server import EmbeddingsServer
from tests.ladder_house import Rigged, rigged, used

RUN = "I fancy a bit of cardio and endurance"
NAME = "text-embedding-3-small"
COUNTED = "select count(*) from meanings"
PAID = "from model_calls where route = 'embedding'"


@asynccontextmanager
async def finding(
    url: str, model: str = NAME, limits: Limits | None = None
) -> AsyncIterator[tuple[Rigged, Any, Meanings]]:
    """A house whose models find by meaning."""
    answers = [used("Run, then.")] * 9
    async with EmbeddingsServer() as server, rigged(url, limits, claude=answers) as rig:
        meanings = started(rig, server, model)
        yield rig, server, meanings
        await meanings.close()


def started(rig: Rigged, server: EmbeddingsServer, model: str = NAME) -> Meanings:
    """What a process knows when it starts."""
    meanings = meanings_of(settings(server.url, model), rig.house.desk.loop.model, rig.house.desk.store, rig.clock)
    assert meanings is not None
    rig.house.desk.loop.context.meanings = meanings
    return meanings


def settings(url: str, model: str) -> Settings:
    """What an owner would write."""
    key = KeySettings(api_key=SecretStr("sk-test"), base_url=url)
    return Settings(openai=key, local=LocalSettings(base_url=url), models=ModelSettings(embeddings=model))


async def noted(rig: Rigged) -> str:
    """What the newest request of the model holds of the message's things."""
    return str(rig.claude.requests[-1].messages[-1])


async def test_what_has_no_word_in_common_is_found_by_its_meaning(database: str) -> None:
    """The first message begins to learn; from then on messages find by meaning, a call each."""
    async with finding(database) as (rig, server, meanings):
        await rig.say("mia", RUN)
        assert "exercise" not in await noted(rig)
        await meanings.settled()
        learned = len(server.texts)
        assert await rig.rows(COUNTED) == [(learned,)]
        assert all(body["dimensions"] == 256 for body in server.requests)
        await rig.say("mia", RUN)
        assert "Shuttle Run" in await noted(rig)
        assert server.texts[learned:] == [RUN]


async def test_it_is_paid_for_like_a_model_and_no_message_of_anybodys(sqlite: str) -> None:
    """Tokens and cost stand in the books of the day, under the turn."""
    async with finding(sqlite) as (rig, _, meanings):
        await rig.say("mia", RUN)
        await meanings.settled()
        rows = await rig.rows(f"select purpose, route, outcome, tokens_in, cost_usd_micros {PAID}")
        assert {row[:3] for row in rows} == {("small", "embedding", "ok")}
        assert all(row[3] > 0 and row[4] > 0 for row in rows)
        day = await rig.rows("select turns, cost_usd_micros from usage_daily where model = :m", m=f"openai/{NAME}")
        assert day == [(0, sum(row[4] for row in rows))]


async def test_at_the_cap_nothing_is_embedded(sqlite: str) -> None:
    """Money is put aside before a call, and there is none."""
    async with finding(sqlite, limits=Limits(caps_usd={"pro": 0})) as (rig, server, meanings):
        await rig.say("carla", RUN)
        await meanings.settled()
        assert server.requests == []


async def test_after_a_restart_only_what_has_changed_is_embedded_again(sqlite: str) -> None:
    """What is gone is forgotten."""
    async with finding(sqlite) as (rig, server, meanings):
        await rig.say("mia", RUN)
        await meanings.settled()
        known, learned = await rig.rows(COUNTED), len(server.texts)
        async with rig.house.desk.store.write() as db:
            await db.execute(text("update meanings set mark = 'old' where name = 'Run'"))
            gone = f"(0, 'openai/{NAME}', 'exercise', 'Gone', 'x', :v)"
            row = f"insert into meanings (gym_id, model, kind, name, mark, vector) values {gone}"
            await db.execute(text(row), {"v": b"1234"})
        again = started(rig, server)
        await rig.say("mia", RUN)
        await again.settled()
        new = [t for t in server.texts[learned:] if t != RUN]
        assert [t.split()[0] for t in new] == ["Run"]
        assert await rig.rows(COUNTED) == known
        await again.close()


async def test_when_it_fails_words_alone_find_things(sqlite: str) -> None:
    """The answer comes all the same; the endpoint is left alone for a while and then asked again."""
    async with finding(sqlite) as (rig, server, meanings):
        server.broken = True
        for _ in range(7):
            assert await rig.say("mia", RUN) == ["Run, then."]
            await meanings.settled()
        assert len(server.requests) == 5
        server.broken = False
        await rig.house.pass_time(timedelta(minutes=1))
        await rig.say("mia", RUN)
        await meanings.settled()
        assert server.texts


async def test_what_reached_no_server_is_not_paid_for(sqlite: str) -> None:
    """Neither where nobody listens nor where we stumble ourselves; what stumbles is left alone like what fails."""
    async with finding(sqlite) as (rig, server, meanings):
        embedder = meanings.embedder
        assert isinstance(embedder, PaidEmbedder)
        whole, tries = embedder._connect, 0

        def stumbling() -> Source:
            nonlocal tries
            tries += 1
            raise TypeError("a bug of ours")

        embedder._connect = stumbling
        for _ in range(7):
            await rig.say("mia", RUN)
            await meanings.settled()
        assert tries == 5
        assert await rig.rows(f"select distinct outcome, cost_usd_micros {PAID}") == [("crashed", 0)]
        embedder._connect = whole
        await rig.house.pass_time(timedelta(minutes=1))
        await server.__aexit__()
        await rig.say("mia", RUN)
        await meanings.settled()
        assert await rig.rows(f"select distinct outcome, cost_usd_micros {PAID}") == [("crashed", 0), ("connection", 0)]


async def test_a_server_of_ones_own_is_asked_by_its_name_and_costs_nothing(sqlite: str) -> None:
    """Without figures that it may not know."""
    async with finding(sqlite, "local/nomic-embed-text") as (rig, server, meanings):
        await rig.say("mia", RUN)
        await meanings.settled()
        assert {body["model"] for body in server.requests} == {"nomic-embed-text"}
        assert not any("dimensions" in body for body in server.requests)
        assert await rig.rows(f"select sum(cost_usd_micros) {PAID}") == [(0,)]


async def test_without_a_name_a_key_or_a_model_it_is_off(sqlite: str) -> None:
    """Off by default."""
    async with rigged(sqlite) as rig:
        store, model = rig.house.desk.store, rig.house.desk.loop.model
        assert meanings_of(settings("http://127.0.0.1:1/v1", ""), model, store, rig.clock) is None
        assert meanings_of(Settings(models=ModelSettings(embeddings=NAME)), model, store, rig.clock) is None
        assert meanings_of(settings("http://127.0.0.1:1/v1", NAME), RulesModel(), store, rig.clock) is None
