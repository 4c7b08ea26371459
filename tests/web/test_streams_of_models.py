"""An answer of a language model on the page's stream, cut off at any event: it always ends, and with the truth."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from core.agent.budget import Limits
from core.llm.failover import BROKE_OFF
from tests.fakes.model_answers import Fault, Say, Step
from tests.ladder_house import rigged
from tests.llm.brains import KINDS, SERVERS, pair
from tests.web.conftest import Surface, blocks, served

ASK = "please knock together a kite for my nephew"
ANSWER = Say("I can do that for you, one kite.", [("make_toy", {"name": "kite"})], thinking="a kite", words_at_once=16)
BODY: dict[str, Any] = {"model": "a", "messages": [{"role": "user", "content": "hi"}], "input": [{"role": "user"}]}


class CutAt:
    """A provider's brain: its next answer breaks off after so many events, the one after that is whole."""

    def __init__(self) -> None:
        self.after: int | None = None

    def __call__(self, body: Mapping[str, Any]) -> Step:
        after, self.after = self.after, None
        return Say("All is well.") if after is None else Fault("cut", after=after, answer=ANSWER)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_stream_that_is_cut_anywhere_ends_with_the_truth(sqlite: str, tmp_path: Path, kind: str) -> None:
    """Before the first word the model is asked again; after it what was shown stays, with a line that it broke off. The
    words of the stream are those of the message, and no call of a partial answer runs."""
    brain = CutAt()
    async with AsyncExitStack() as stack:
        model, _ = await stack.enter_async_context(pair(kind, brain=brain))
        rig = await stack.enter_async_context(rigged(sqlite, Limits(member_hour=99), [model]))
        one = Surface(rig.house, tmp_path / "data")
        client = await stack.enter_async_context(served(one, "mia"))
        stack.push_async_callback(one.web.stop)
        ends = set()
        for after in range(len(SERVERS[kind]().events(BODY, ANSWER))):
            brain.after = after
            rig.clock.move(timedelta(minutes=2))
            async with client.stream("POST", "/agent/stream", json={"message": f"{ASK} ({after})"}) as answer:
                seen = [(b.event, b.json) async for b in blocks(answer)]
            assert seen[-1][0] == "done", seen
            streamed = "".join(data["text"] for event, data in seen if event == "delta")
            assert seen[-1][1]["actions"] == []
            [message] = seen[-1][1]["messages"]
            assert message["text"] == streamed
            assert message["text"] == "All is well." or message["text"].endswith(BROKE_OFF)
            ends.add(message["text"])
        assert await rig.rows("select count(*) from toys") == [(0,)]
        assert "All is well." in ends
        assert any(text.startswith("I can do that") for text in ends)
