"""A conversation that has become longer than a model reads: it is summed up and asked again, once, on each provider."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from core.llm.failover import TOO_LONG_TO_READ
from tests.fakes.model_answers import Say
from tests.fakes.model_server import ModelServer
from tests.ladder_house import Rigged, rigged
from tests.llm.brains import KINDS, pair

ASK = "tell me something nice about kites in the wind"
LONG = "Kites are lovely. " * 60
MAKE = ("make_toy", {"name": "kite"})


@asynccontextmanager
async def talking(url: str, kind: str, *script: Say) -> AsyncIterator[tuple[Rigged, ModelServer]]:
    """A house over one model of a kind."""
    async with pair(kind, *script) as (model, server), rigged(url, models=[model]) as rig:
        yield rig, server
        assert server.rejected == []


@pytest.mark.parametrize("kind", KINDS)
async def test_a_conversation_too_long_for_its_model_is_summed_up_and_asked_again(sqlite: str, kind: str) -> None:
    """The person notices nothing; what was made stays known, and the next message needs no second summary."""
    script = (Say("", [MAKE]), Say("Have fun."), Say(LONG), Say("Short again."), Say("And again."))
    async with talking(sqlite, kind, *script) as (rig, server):
        await rig.say("mia", "please knock together a kite for my nephew")
        await rig.say("mia", ASK)
        server.window = len(server.bodies[-1]) // 4 + 100
        assert await rig.say("mia", ASK) == ["Short again."]
        assert len(server.requests) == 5
        assert len(server.bodies[-1]) < len(server.bodies[-2])
        assert LONG not in server.bodies[-1].decode()
        assert "summary of the conversation so far" in server.bodies[-1].decode()
        assert "kite" in server.bodies[-1].decode()
        assert await rig.say("mia", ASK) == ["And again."]
        assert len(server.requests) == 6
        assert await rig.rows("select count(*) from agent_events where event_type = 'checkpoint'") == [(1,)]


@pytest.mark.parametrize("kind", KINDS)
async def test_it_is_summed_up_in_the_middle_of_a_turn_too(sqlite: str, kind: str) -> None:
    """What the turn itself has asked and done is kept to the word, and done once."""
    script = (Say(LONG), Say("", [MAKE]), Say("Have fun."))
    async with talking(sqlite, kind, *script) as (rig, server):
        await rig.say("mia", ASK)
        server.window = len(server.bodies[-1]) // 4 + len(LONG) // 4 + 60
        assert (await rig.say("mia", "please knock together a kite for my nephew"))[-1] == "Have fun."
        assert "please knock together a kite" in server.bodies[-1].decode()
        assert "make_toy" in server.bodies[-1].decode()
        assert await rig.rows("select name from toys") == [("kite",)]
        assert await rig.rows("select count(*) from agent_events where event_type = 'checkpoint'") == [(1,)]


@pytest.mark.parametrize("kind", KINDS)
async def test_what_cannot_be_made_short_enough_is_answered_by_the_rules(sqlite: str, kind: str) -> None:
    """After one try, with a line that says why."""
    async with talking(sqlite, kind, Say("Hello.")) as (rig, server):
        await rig.say("mia", ASK)
        server.window = 10
        shown = await rig.say("mia", ASK)
        assert TOO_LONG_TO_READ in shown[0]
        assert rig.by == "rules"
        assert len(server.requests) == 3


async def test_an_answer_that_runs_out_of_room_before_its_first_word_is_asked_again(sqlite: str) -> None:
    """Claude says so by its stop reason."""
    async with talking(sqlite, "claude", Say("Hello."), Say("", ends="context"), Say("Here.")) as (rig, server):
        await rig.say("mia", ASK)
        assert await rig.say("mia", ASK) == ["Here."]
        assert "summary of the conversation" in server.bodies[-1].decode()
