"""The ladder with the real providers against their stand-ins: whatever a provider does, the turn ends with the truth."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from core.llm.failover import BROKE_OFF, LISTED, UNREACHABLE
from tests.fakes.anthropic_server import AnthropicServer
from tests.fakes.model_answers import Fault, Say, Step
from tests.fakes.model_server import ModelServer
from tests.fakes.openai_server import ResponsesServer
from tests.ladder_house import CLAUDE, GPT, Rigged, rigged
from tests.llm.brains import model_for

ASK = "I would love something soft for my nephew"
MAKE = ("make_toy", {"name": "teddy"})
FAULTS = {
    "529": Fault("status"),
    "500": Fault("status", status=500, code="api_error"),
    "429 for an hour": Fault("status", status=429, headers={"retry-after": "3600"}, code="rate_limit_error"),
    "401": Fault("status", status=401, code="authentication_error"),
    "error in the stream": Fault("error", after=2),
    "cut at once": Fault("cut", after=0),
    "cut in a call": Fault("cut", after=4, answer=Say("", [MAKE])),
    "arguments that are no JSON": Fault("arguments", answer=Say("", [MAKE])),
    "events that are no JSON": Fault("garbage", after=1),
    "empty": Fault("empty"),
}


@asynccontextmanager
async def wired(
    url: str, claude: Sequence[Step], gpt: Sequence[Step]
) -> AsyncIterator[tuple[Rigged, list[ModelServer]]]:
    """A house whose ladder asks Claude and GPT over the wire."""
    servers: list[ModelServer] = [AnthropicServer(*claude), ResponsesServer(*gpt)]
    async with servers[0], servers[1]:
        models = [model_for("claude", servers[0].url), model_for("gpt", servers[1].url)]
        async with rigged(url, models=models) as rig:
            yield rig, servers
        for model in models:
            await model.close()
        assert [server.rejected for server in servers] == [[], []]


async def _while_the_clock_moves(rig: Rigged, server: ModelServer, words: str) -> list[str]:
    """What is said to a person while time passes for a model that has fallen silent."""
    saying = asyncio.ensure_future(rig.say("mia", words))
    await asyncio.wait({saying, asyncio.ensure_future(server.stalled.wait())}, return_when=asyncio.FIRST_COMPLETED)
    while not saying.done():
        rig.clock.move(timedelta(seconds=1))
        await asyncio.wait({saying}, timeout=0.001)
    return saying.result()


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
async def test_a_fault_of_one_provider_is_answered_by_the_other(sqlite: str, fault: Fault) -> None:
    """The person notices nothing, no call of a broken answer runs, and one that runs, runs once."""
    async with wired(sqlite, [fault] * 3 + [FAULTS["500"]] * 3, [Say("", [MAKE]), Say("Your teddy is ready.")]) as (
        rig,
        _,
    ):
        told = await rig.say("mia", ASK)
        assert told[-1].startswith("Your teddy is ready.") or BROKE_OFF in told[-1]
        toys = await rig.rows("select name from toys")
        assert toys == ([("teddy",)] if rig.by == GPT else [])


@pytest.mark.parametrize("name", ["529", "429 for an hour", "cut in a call", "arguments that are no JSON", "empty"])
async def test_a_fault_of_both_is_answered_by_the_rules(sqlite: str, name: str) -> None:
    """With one honest line, or with what was shown before it broke off."""
    async with wired(sqlite, [FAULTS[name]] * 3, [FAULTS[name]] * 3) as (rig, servers):
        told = await rig.say("mia", ASK)
        assert UNREACHABLE in told[0] or BROKE_OFF in told[0]
        assert await rig.rows("select * from toys") == []
        assert all(len(server.requests) <= 3 for server in servers)


@pytest.mark.parametrize("kind", ["silence", "stall"])
async def test_a_provider_that_falls_silent_is_given_up(sqlite: str, kind: str) -> None:
    """Before its first byte, and after a ping that leads nowhere; the other one answers, and the next message at once."""
    fault = Fault(kind, after=2)  # type: ignore[arg-type]
    async with wired(sqlite, [fault], [Say("Here I am."), Say("Here I am again.")]) as (rig, servers):
        told = await _while_the_clock_moves(rig, servers[0], ASK)
        assert told == ["Here I am."]
        assert rig.by == GPT
        assert len(servers[0].requests) == 1
        assert await rig.say("mia", "what should a soft toy be made of") == ["Here I am again."]
        assert len(servers[0].requests) == 1


async def test_providers_that_are_gone_for_good_leave_the_commands(sqlite: str) -> None:
    """No connection at all: commands work at once, words get an honest answer, and nothing is asked again and again."""
    async with wired(sqlite, [], []) as (rig, servers):
        for server in servers:
            await server.__aexit__()
        assert UNREACHABLE in (await rig.say("mia", ASK))[0]
        for number in range(5):
            await rig.say("mia", f"/make toy robot{number}")
            assert rig.by == "rules"
        assert len(await rig.rows("select * from toys")) == 5
        before = await rig.rows("select count(*) from model_calls where model <> ''")
        await rig.say("mia", ASK)
        after = await rig.rows("select count(*) from model_calls where model <> ''")
        assert after[0][0] - before[0][0] <= 4


async def test_a_conversation_goes_on_with_another_provider_and_back(sqlite: str) -> None:
    """Everything said and done is kept, in the form of each: no request is refused."""
    down: list[Step] = [Fault("status")] * 3
    claude: list[Step] = [Say("", [MAKE], thinking="a soft one"), *down, Say("As I said.", thinking="hm")]
    gpt = [Say("Teddy is made."), Say("", [("count_toys", {})]), Say("One toy.")]
    async with wired(sqlite, claude, gpt) as (rig, servers):
        assert (await rig.say("mia", ASK))[-1].startswith("Teddy is made.")
        assert "Made" in str(servers[1].requests[0])
        servers[0].script[:0] = [Fault("status")] * 2
        await rig.say("mia", "what would you call it, if it were yours?")
        await rig.house.pass_time(timedelta(minutes=5))
        assert await rig.say("mia", "and what else would fit it?") == ["As I said."]
        assert "Teddy is made." in str(servers[0].requests[-1])
        assert rig.by == CLAUDE


async def test_when_both_fail_in_the_middle_what_is_done_is_said(sqlite: str) -> None:
    """One call ran, once; the person hears where it stopped."""
    async with wired(sqlite, [Say("", [MAKE]), *[Fault("status")] * 3], [Fault("status")] * 3) as (rig, _):
        assert (await rig.say("mia", ASK))[-1].endswith(LISTED)
        assert await rig.rows("select name from toys") == [("teddy",)]
