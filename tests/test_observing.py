"""What the owner sees of the models: usage, tier and choice in the chat, metrics, the trace of a turn, and lean logs."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import structlog
from opentelemetry import trace

from adapters.web.metrics import exposed
from bot.config import DatabaseSettings, Settings
from bot.logs import Redaction
from bot.trace import lines
from core.agent.budget import Assistants, Limits
from core.agent.tools import load
from core.llm.contract import ToolCall
from core.tracing import span
from tests.ladder_house import CLAUDE, fails, rigged, used

ASK = "I would love something soft for my nephew"
MAKE = ToolCall("", "make_toy", {"name": "teddy"})


async def _with_models(rig: Any, *brands: str) -> None:
    """The real tools, with models that are connected."""
    rig.house.desk.executor.toolbox.update(load())
    rig.house.desk.executor.assistants = Assistants(brands, Limits(), any=True)


async def test_the_owner_sees_what_the_models_cost_with_a_chart(sqlite: str) -> None:
    """People, messages, tokens, cache share and cost by day and by model; the chat, the page and the metrics agree."""
    async with rigged(sqlite, claude=[used("Hi", cached=9000)] * 2) as rig:
        await _with_models(rig, "claude")
        await rig.say("mia", ASK)
        await rig.say("carla", ASK)
        turn = await rig.house.call("olivia", "show_ai_usage")
        shown = turn.messages[0]
        assert shown.text.startswith("$0.01 of $5 spent today (tier pro). 90% of what was sent came from a cache.")
        assert shown.cards[0].table is not None
        assert shown.cards[0].table.rows[0][1:] == ("2", "2", "20200", "90%", "$0.01")
        assert "$0.01" in base64.b64decode(shown.images[0].url.partition(",")[2]).decode()
        assert "2026-11-20 $0.01" in shown.images[0].alt
        gym = (await rig.house.desk.usage(rig.house.people["olivia"]))["gym"]
        assert gym["spent_usd_today"] == 2 * 0.0039
        spending = exposed(await rig.house.desk.spending(rig.house.people["olivia"])).decode()
        assert f'whistle_model_usd_today{{gym="1",model="{CLAUDE}"}} {2 * 0.0039}' in spending
        assert 'whistle_model_cap_usd{gym="1"} 5.0' in spending
        assert f'whistle_model_calls_total{{model="{CLAUDE}",outcome="ok"}}' in spending
        assert await rig.house.desk.spending(rig.house.people["carla"]) == []


async def test_a_person_sees_how_many_answers_are_left(sqlite: str) -> None:
    """For today and for this hour."""
    async with rigged(sqlite, claude=[used("Hi")]) as rig:
        await _with_models(rig, "claude")
        await rig.say("mia", ASK)
        turn = await rig.house.call("mia", "show_usage")
        assert "59 AI answers today, 19 of them in this hour; fixed commands are free" in turn.model_dump_json()
        me = (await rig.house.desk.usage(rig.house.people["mia"]))["me"]
        assert (me["messages_left_today"], me["messages_left_hour"]) == (59, 19)


async def test_the_tier_is_raised_by_the_owner_with_a_press(sqlite: str) -> None:
    """The card says both budgets; nobody else may."""
    async with rigged(sqlite) as rig:
        await _with_models(rig, "claude")
        turn = await rig.house.say("olivia", "set ai tier elite")
        assert turn.question is not None
        assert "up to $25 a day" in turn.model_dump_json()
        done = await rig.house.tap("olivia", turn.question.options[0].token)
        assert "AI tier is now elite, up to $25 a day (was pro)" in done.model_dump_json()
        refused = await rig.house.call("adam", "set_ai_tier", tier="elite")
        assert refused.messages[0].text.startswith("Sorry, only the owner can choose how much the gym may spend")


async def test_a_model_is_chosen_among_those_that_are_connected(sqlite: str) -> None:
    """The choice is kept and undoable; what is not connected is said."""
    async with rigged(sqlite) as rig:
        await _with_models(rig, "claude")
        assert (await rig.say("mia", "use gpt"))[0].startswith("GPT is not connected here; Claude is.")
        await rig.say("mia", "rules only")
        assert "my fixed commands answer you" in rig.turn.model_dump_json()
        await rig.say("mia", ASK)
        assert rig.by == "rules"
        assert rig.claude.requests == []


async def test_a_trace_tells_all_that_happened_in_a_turn(sqlite: str, tmp_path: Path) -> None:
    """Events, calls, models with tokens and cost, changes and messages; words of people only on request."""
    claude = [fails(529), used("", MAKE, cached=9000), used("Your teddy is ready")]
    async with rigged(sqlite, claude=claude) as rig:
        await rig.say("mia", ASK)
        settings = Settings(data_dir=tmp_path, database=DatabaseSettings.model_validate({"url": sqlite}))
        told = "\n".join(await lines(settings, 1, words=False))
        assert told.startswith(f"Turn 1: done, answered by {CLAUDE}, 2 answers")
        for part in (
            "message from web", "make_toy(name)", "make_toy ok", "try 1): Retryable", "9000 cached", "$0.003900",
            "by make_toy, 1 rows", "3 model calls, 11000 tokens sent, 82% of them from a cache, $0.006900",
        ):  # fmt: skip
            assert part in told, part
        assert "nephew" not in told
        assert "teddy" not in told
        assert "nephew" in "\n".join(await lines(settings, 1, words=True))


async def test_every_line_of_a_turn_names_the_turn_and_the_call(sqlite: str) -> None:
    """So that a trace can be found from the log."""
    async with rigged(sqlite, claude=[used("", ToolCall("", "make_toy", {"name": "bug"})), used("Oh")]) as rig:
        with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as logged:
            await rig.say("mia", ASK)
        assert [(line["event"], line["turn"], line["session"]) for line in logged] == [("tool_failed", 1, 1)]


def test_a_log_holds_the_kinds_of_personal_words_and_not_the_words() -> None:
    """By the name of the value, and by shape where they stand inside of another."""
    line = {
        "event": "could not reach mia.tran@example.com or +49 151 2345678",
        "text": "I hurt my knee",
        "name": "Mia Tran",
        "note": 3,
        "error": "IntegrityError [parameters: ('Mia Tran', 'knee')]",
    }
    shown = Redaction([])(None, "info", line)
    assert (shown["text"], shown["name"], shown["note"]) == ("<text>", "<name>", 3)
    assert not any(word in str(shown) for word in ("Mia", "knee", "mia.tran", "2345678"))


def test_without_tracing_a_span_is_nothing() -> None:
    """OpenTelemetry is optional. What is done inside is done, and what goes wrong there comes out."""
    done = []
    with span("turn", turn=1):
        done.append(trace.get_current_span())
    with pytest.raises(KeyError, match="toy"), span("tool", tool="make_toy"):
        raise KeyError("toy")
    assert done == [trace.INVALID_SPAN]


async def test_a_turn_and_its_tools_are_spans(sqlite: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With numbers and names of ours and no word of people, the tool within the turn."""
    made: list[tuple[str, dict[str, object]]] = []

    class Recorder:
        @contextmanager
        def start_as_current_span(self, name: str, attributes: dict[str, object]) -> Iterator[None]:
            made.append((name, attributes))
            yield
            made.append((f"/{name}", {}))

    monkeypatch.setattr("core.tracing._tracer", Recorder())
    async with rigged(sqlite, claude=[used("", MAKE), used("Your teddy is ready")]) as rig:
        await rig.say("mia", ASK)
        call = made[1][1]["whistle.call"]
    assert made == [
        ("turn", {"whistle.turn": 1}),
        ("tool", {"whistle.tool": "make_toy", "whistle.call": call}),
        ("/tool", {}),
        ("/turn", {}),
    ]
    assert isinstance(call, str)
