"""Tools behind a provider's own search: found in the answer that calls them, and known from then on."""

from typing import Any

import orjson
import pytest

from core.llm.contract import Returned, Said, Turnwise
from tests.fakes.model_answers import Say
from tests.fakes.prompt_cache import Segment, bare
from tests.llm.brains import ask, pair, request
from tests.test_toolset import TOOLS as ALL

UNITS = ("set_units", {"units": "lb"})
SEARCHES = {
    "claude": ("server_tool_use", "tool_search_tool_result"),
    "gpt": ("tool_search_call", "tool_search_output"),
}


@pytest.mark.parametrize("kind", SEARCHES)
async def test_a_tool_that_the_provider_found_is_called_like_any_other(kind: str) -> None:
    """One answer searches and calls; it goes back as it came, and the next call of the tool needs no search."""
    async with pair(kind, Say("I look.", [UNITS], thinking="units"), Say("", [UNITS]), Say("So.")) as (model, server):
        assert UNITS[0] in ALL
        first = await ask(model, request(Said("pounds, please")))
        assert [(c.tool, c.args) for c in first.calls] == [UNITS]
        said: list[Turnwise] = [Said("pounds, please"), first.answered(1), Returned("t1-0", "Set.", True)]
        second = await ask(model, request(*said))
        assert [c.tool for c in second.calls] == ["set_units"]
        more: list[Turnwise] = [*said, second.answered(2), Returned("t2-0", "Set.", True), Said("thanks")]
        assert (await ask(model, request(*more))).error is None
        assert server.rejected == []
        assert kinds_in(server.bodies[0]) & set(SEARCHES[kind]) == set()
        assert [body.count(SEARCHES[kind][1].encode()) for body in server.bodies[1:]] == [1, 1]
        assert server.bodies[1].startswith(server.bodies[0].partition(b"pounds")[0])


@pytest.mark.parametrize("kind", SEARCHES)
async def test_a_definition_that_a_search_brought_is_paid_for_from_then_on(kind: str) -> None:
    """The stand-ins count it in the answer that found it, and as a part of the prefix in every later request."""
    async with pair(kind, Say("", [UNITS]), Say("So.")) as (model, server):
        first = await ask(model, request(Said("pounds, please")))
        told: list[Turnwise] = [Said("pounds, please"), first.answered(1), Returned("t1-0", "Set.", True)]
        await ask(model, request(*told))
        definition = next(t for t in server.requests[0]["tools"] if t.get("name") == UNITS[0])
    size = Segment(bare(definition)).tokens
    first_one, second_one = (c.read + c.written + c.kept for c in server.counted)
    added = (len(server.bodies[1]) - len(server.bodies[0])) // 4
    within = size if kind == "claude" else 0  # in what GPT is sent back the whole definition stands
    assert size <= server.counted[0].plain <= size + 60
    assert second_one - first_one == pytest.approx(added + within, abs=15)


def kinds_in(body: bytes) -> set[Any]:
    """The kinds of the conversation's pieces."""
    told = orjson.loads(body)
    blocks = [b for m in told.get("messages", ()) for b in m["content"] if isinstance(b, dict)]
    return {piece.get("type") for piece in (*told.get("input", ()), *blocks)}


async def test_a_server_without_a_search_uses_ours() -> None:
    """The envelope is in its prefix, and what it finds is called through it."""
    call = ("use_tool", {"tool": "set_units", "args": '{"units": "lb"}'})
    async with pair("local", Say("", [call])) as (model, server):
        heard = await ask(model, request(Said("pounds, please")))
        names = {t["function"]["name"] for t in server.requests[0]["tools"]}
    assert {"find_tools", "use_tool"} <= names
    assert "set_units" not in names
    assert heard.calls[0].tool == "use_tool"
