"""A model that lies, loops, makes things up or presses for itself: nothing wrong happens, and the person hears the truth."""

from collections.abc import Callable, Sequence

import pytest

from core.agent.budget import MOST_MODEL_CALLS, MOST_TOOL_CALLS
from core.agent.loop import TOO_MUCH
from core.llm.contract import Event, Proposed, Request, Stop, ToolCall
from core.llm.scripted import Piece
from tests.ladder_house import gives, rigged, used

ASK = "I would love something soft for my nephew"


def call(tool: str, **args: object) -> ToolCall:
    """A call that a model proposes."""
    return ToolCall("", tool, args)


def insists(*calls: ToolCall) -> Callable[[Request], Sequence[Piece]]:
    """The same calls, whatever was said."""
    events: list[Event] = [*(Proposed(c) for c in calls), Stop("tools")]
    return gives(*events)


@pytest.mark.parametrize(
    "lie",
    ["Done! I made you a teddy.", "I have booked you into Yoga at 18:00.", "Your toy has been deleted, as you wished."],
)
async def test_a_claim_without_a_call_is_called_what_it_is(sqlite: str, lie: str) -> None:
    """“Done” is only ever said by code, from a committed change."""
    async with rigged(sqlite, claude=[used(lie)]) as rig:
        told = await rig.say("mia", ASK)
        assert told[0].startswith("Nothing has been changed: no action ran in this turn.")
        assert await rig.rows("select * from changes") == []


@pytest.mark.parametrize(
    "lie", ["予約しました。", "Готово! Я записал вас на кроссфит.", "Jag har bokat dig på yoga i morgon."]
)
async def test_beside_words_that_nobody_can_judge_stands_that_nothing_was_changed(sqlite: str, lie: str) -> None:
    """In a language or script in which claims are not read; a question claims nothing."""
    async with rigged(sqlite, claude=[used(lie), used("どのクラスですか？")]) as rig:
        assert await rig.say("mia", ASK) == [f"{lie}\n\nNothing was changed in this turn."]
        assert await rig.say("mia", ASK) == ["どのクラスですか？"]


async def test_after_a_change_or_a_reading_words_in_any_language_stand_alone(sqlite: str) -> None:
    """A call that failed, and a search for tools, are neither."""
    words = "予約しました。"
    changed, read = insists(call("make_toy", name="teddy")), insists(call("count_toys"))
    claude = [changed, used(words), read, used(words), insists(call("fly")), used(words)]
    async with rigged(sqlite, claude=claude) as rig:
        assert (await rig.say("mia", ASK))[-1] == words
        assert (await rig.say("mia", ASK))[-1] == words
        assert (await rig.say("mia", ASK))[-1] == f"{words}\n\nNothing was changed in this turn."


async def test_the_same_change_twice_in_a_turn_is_made_once(sqlite: str) -> None:
    """A model in a loop is told that its call has run; the turn ends with what is done."""
    again = insists(call("make_toy", name="teddy"))
    async with rigged(sqlite, claude=[again] * (MOST_MODEL_CALLS + 1)) as rig:
        told = await rig.say("mia", ASK)
        assert told[-1].startswith(TOO_MUCH)
        assert await rig.rows("select name from toys") == [("teddy",)]
        assert len(rig.claude.requests) == MOST_MODEL_CALLS


async def test_a_model_that_reads_the_same_again_and_again_is_stopped(sqlite: str) -> None:
    """The person sees the result once; after the second repeat the turn ends, and no further answer is paid for."""
    async with rigged(sqlite, claude=[insists(call("count_toys"))] * (MOST_MODEL_CALLS + 1)) as rig:
        told = await rig.say("mia", ASK)
        assert [words.partition(":")[0] for words in told[:-1]] == ["0 toys"]
        assert told[-1].startswith(TOO_MUCH)
        assert len(rig.claude.requests) == 3
        assert "not read again" in str(rig.claude.requests[-1].messages)


async def test_a_model_that_reads_twice_and_then_answers_is_heard(sqlite: str) -> None:
    """One repeat, in one answer or in the next, is a slip; the note leads to an answer."""
    twice = insists(call("count_toys"), call("count_toys"), call("count_toys"))
    async with rigged(sqlite, claude=[twice, used("There are none.")]) as rig:
        told = await rig.say("mia", ASK)
        assert [words.partition(":")[0] for words in told] == ["0 toys", "There are none."]


async def test_a_reading_runs_again_after_a_change(sqlite: str) -> None:
    """It may show something new; several at once are held to the same."""
    reads = [call("count_toys"), call("count_toys", last=3)]
    claude = [insists(*reads), insists(call("make_toy", name="teddy")), insists(*reads), insists(*reads), used("One.")]
    async with rigged(sqlite, claude=claude) as rig:
        told = await rig.say("mia", ASK)
        assert [words.partition(":")[0] for words in told if "toys" in words] == ["0 toys"] * 2 + ["1 toys"] * 2
        assert told[-1] == "One."


async def test_a_flood_of_calls_ends_with_what_is_done(sqlite: str) -> None:
    """No more than a dozen in one turn."""
    flood = insists(*(call("make_toy", name=f"toy {n}") for n in range(40)))
    async with rigged(sqlite, claude=[flood]) as rig:
        told = await rig.say("mia", ASK)
        assert told[-1].startswith(TOO_MUCH)
        assert len(await rig.rows("select * from toys")) == MOST_TOOL_CALLS


async def test_tools_that_do_not_exist_are_told_to_the_model_alone(sqlite: str) -> None:
    """It may correct itself; the person hears no noise."""
    claude = [insists(call("grant_admin", who="mia"), call("sudo")), used("I cannot do that.")]
    async with rigged(sqlite, claude=claude) as rig:
        assert await rig.say("mia", ASK) == ["I cannot do that."]
        assert [a.ok for a in rig.turn.actions] == [False, False]
        assert "There is no tool called grant_admin" in str(rig.claude.requests[-1].messages)


@pytest.mark.parametrize(
    "press",
    [
        call("break_toy", toy="teddy", confirmed=True, pressed="yes"),
        call("press", token="v1:anything"),
        call("answer", option="yes"),
    ],
    ids=lambda c: c.tool,
)
async def test_a_model_cannot_press_its_own_confirmation(sqlite: str, press: ToolCall) -> None:
    """Only the person's press counts; until then nothing is broken."""
    claude = [insists(call("make_toy", name="teddy")), insists(call("break_toy", toy="teddy"), press), used("Broken!")]
    async with rigged(sqlite, claude=claude) as rig:
        await rig.say("carla", ASK)
        assert rig.turn.question is not None
        assert await rig.rows("select name from toys") == [("teddy",)]


async def test_what_is_above_the_speaker_is_refused_whatever_the_model_says(sqlite: str) -> None:
    """A role, a gym or a person in the arguments changes nothing."""
    claude = [insists(call("price_toys", gym_id=2, role="owner", person_id=1)), used("The toys cost nothing.")]
    async with rigged(sqlite, claude=claude) as rig:
        told = await rig.say("mia", ASK)
        assert not rig.turn.actions[0].ok
        assert "4711" not in str(told)
