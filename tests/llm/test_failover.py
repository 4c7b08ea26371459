"""The ladder: who answers when a model fails, and what the person is told."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.agent.budget import Limits
from core.clock import SetClock
from core.llm.breakers import Breaker
from core.llm.contract import (
    BrokenOff,
    KeyRefused,
    Permanent,
    Ping,
    Proposed,
    Said,
    Span,
    Stop,
    TextDelta,
    ToolCall,
    reads_context,
)
from core.llm.failover import (
    BROKE_OFF,
    LATE,
    LISTED,
    NOT_ACTED,
    REFUSED,
    REFUSED_MIDWAY,
    STOPPED,
    TOO_LONG,
    TURN_S,
    UNREACHABLE,
)
from core.llm.scripted import Piece, ScriptedModel, Silence
from tests.conftest import START
from tests.ladder_house import CLAUDE, GPT, fails, gives, rigged, used

MAKE = ToolCall("", "make_toy", {"name": "teddy"})
ASK = "I would love something soft for my nephew"
MANY = Limits(member_hour=100, member_day=100)


async def test_the_first_model_answers_and_the_turn_says_so(sqlite: str) -> None:
    """Nothing of the others is asked."""
    async with rigged(sqlite, claude=[used("Hello!")]) as rig:
        assert await rig.say("mia", ASK) == ["Hello!"]
        assert rig.by == CLAUDE
        assert rig.gpt.requests == []


class Counting:
    """A reader that finds nothing and counts how often it is asked."""

    asked = 0

    def spans(self, text: str) -> list[Span]:
        """Nothing."""
        self.asked += 1
        return []


async def test_where_a_message_goes_is_decided_once(sqlite: str) -> None:
    """To read it costs more than all else that is ours; more words of the person are read anew."""
    async with rigged(sqlite, claude=[used("Hello!")] * 3) as rig:
        await rig.say("mia", ASK)
        ladder, reader = rig.house.desk.loop.model, Counting()
        asked = rig.claude.requests[0]
        readers = {param.type: reader for tool in asked.tools for param in tool.params}
        asked = replace(asked, messages=[Said("if it rains make toy bear")], readers=readers)
        assert reads_context(ladder, asked)
        once = reader.asked
        assert once
        [event async for event in ladder.stream(replace(asked, plain=asked))]
        assert reader.asked == once
        more = replace(asked, messages=[*asked.messages, Said("and one for my niece")])
        assert reads_context(ladder, more)
        assert reader.asked > once


@pytest.mark.parametrize("status", [529, 500, 503, 429, 0])
async def test_a_failing_model_is_asked_three_times_and_then_the_next_one(sqlite: str, status: int) -> None:
    """With a little time in between, and the person notices nothing."""
    async with rigged(sqlite, claude=[fails(status)] * 3, gpt=[used("Hello!")]) as rig:
        assert await rig.say("mia", ASK) == ["Hello!"]
        assert (rig.by, len(rig.claude.requests)) == (GPT, 3)
        assert timedelta(0) < rig.clock.now() - rig.turn_started() < timedelta(seconds=10)


async def test_an_hours_retry_after_means_the_next_one_for_an_hour(sqlite: str) -> None:
    """Nobody waits for it, and nobody knocks before it is over."""
    claude = [fails(429, retry_after=3600), used("I am back")]
    async with rigged(sqlite, claude=claude, gpt=[used("one"), used("two")]) as rig:
        assert await rig.say("mia", ASK) == ["one"]
        await rig.house.pass_time(timedelta(minutes=59))
        assert await rig.say("mia", ASK) == ["two"]
        assert len(rig.claude.requests) == 1
        await rig.house.pass_time(timedelta(minutes=2))
        assert await rig.say("mia", ASK) == ["I am back"]


async def test_when_nobody_answers_the_rules_do_and_say_so_once(sqlite: str) -> None:
    """A command is done, with one honest line; the next message carries no such line."""
    down = [fails(529)] * 40
    async with rigged(sqlite, claude=down, gpt=down) as rig:
        rig.claude.steps.insert(0, used("What shall I make?"))
        await rig.say("mia", ASK)
        told = await rig.say("mia", "make toy teddy")
        assert told[0] == UNREACHABLE
        assert "Made teddy" in str(rig.turn.messages)
        assert rig.by == "rules"
        assert UNREACHABLE not in str(await rig.say("mia", ASK))


async def test_the_line_comes_again_only_after_a_model_has_answered(sqlite: str) -> None:
    """An outage is told of once; the next outage is another one."""
    down = [fails(529)] * 3
    claude, gpt = [*down, used("back"), *down], [*down, *down]
    async with rigged(sqlite, claude=claude, gpt=gpt) as rig:
        assert UNREACHABLE in (await rig.say("mia", ASK))[0]
        await rig.house.pass_time(timedelta(minutes=5))
        assert await rig.say("mia", ASK) == ["back"]
        await rig.house.pass_time(timedelta(minutes=5))
        assert UNREACHABLE in (await rig.say("mia", ASK))[0]


async def test_five_failures_in_a_minute_leave_a_model_alone_for_half_a_minute(sqlite: str) -> None:
    """Then one request tries it; only its success brings it back."""
    gpt = [used(str(n)) for n in range(5)]
    async with rigged(sqlite, claude=[*[fails(529)] * 6, used("back")], gpt=gpt) as rig:
        for _ in range(3):
            await rig.say("mia", ASK)
        assert len(rig.claude.requests) == 5
        await rig.house.pass_time(timedelta(seconds=31))
        await rig.say("mia", ASK)
        assert len(rig.claude.requests) == 6
        await rig.house.pass_time(timedelta(seconds=31))
        await rig.say("mia", ASK)
        assert len(rig.claude.requests) == 6
        await rig.house.pass_time(timedelta(seconds=31))
        assert await rig.say("mia", ASK) == ["back"]


async def test_a_refused_key_is_not_tried_again_for_ten_minutes(sqlite: str) -> None:
    """Somebody has to act first."""
    claude = [gives(KeyRefused("no key", status=401)), used("three")]
    async with rigged(sqlite, claude=claude, gpt=[used("one"), used("two")]) as rig:
        assert await rig.say("mia", ASK) == ["one"]
        await rig.house.pass_time(timedelta(minutes=9))
        assert await rig.say("mia", ASK) == ["two"]
        await rig.house.pass_time(timedelta(minutes=2))
        assert await rig.say("mia", ASK) == ["three"]


@pytest.mark.parametrize("fault", ["401", "silence"])
async def test_after_an_outage_everybody_has_the_model_at_once(sqlite: str, fault: str) -> None:
    """One good answer brings it back for all: five who ask while none has been answered yet all get it."""
    only = ScriptedModel(name=CLAUDE)
    async with rigged(sqlite, models=[only]) as rig:
        down = gives(rig.after(30)) if fault == "silence" else gives(KeyRefused("no key", status=401))
        only.steps = [down, *[used("back")] * 6]
        assert UNREACHABLE in (await rig.say("mia", ASK))[0]
        await rig.house.pass_time(timedelta(minutes=30))
        assert await rig.say("mia", ASK) == ["back"]
        answers = [rig.house.desk.loop.model.stream(only.requests[-1]) for _ in range(5)]
        assert [await anext(answer) for answer in answers] == [TextDelta("back")] * 5
        assert [[e.by async for e in answer if isinstance(e, Stop)] for answer in answers] == [[CLAUDE]] * 5


async def test_a_repetition_is_earned_back_by_answers_and_by_time(sqlite: str) -> None:
    """Eleven stumbles, each with an answer after it, are all got over; so is one a minute for ever."""
    only = ScriptedModel(*[step for n in range(24) for step in (fails(529), used(f"ok {n}"))], name=CLAUDE)
    async with rigged(sqlite, MANY, models=[only]) as rig:
        assert [(await rig.say("mia", ASK))[0] for _ in range(11)] == [f"ok {n}" for n in range(11)]
        for n in range(11, 24):
            await rig.house.pass_time(timedelta(minutes=1))
            assert await rig.say("mia", ASK) == [f"ok {n}"]


async def test_a_repetition_that_would_have_to_wait_too_long_is_not_spent(sqlite: str) -> None:
    """Eleven that want a quarter of a minute are passed over; a short stumble of the twelfth is got over."""
    busy = [ScriptedModel(fails(429, retry_after=15), name=f"anthropic/busy-{n}") for n in range(11)]
    last = ScriptedModel(fails(529), used("back"), name=GPT)
    async with rigged(sqlite, models=[*busy, last]) as rig:
        assert await rig.say("mia", ASK) == ["back"]


@pytest.mark.parametrize(
    "fault", [Permanent("bad request", status=400), ZeroDivisionError("a bug of ours")], ids=["400", "bug"]
)
async def test_a_request_that_cannot_work_goes_to_the_next_one_at_once(sqlite: str, fault: Exception) -> None:
    """So does a fault in a provider of ours."""
    async with rigged(sqlite, claude=[gives(fault)], gpt=[used("Hello!")]) as rig:
        assert await rig.say("mia", ASK) == ["Hello!"]
        assert len(rig.claude.requests) == 1


async def test_a_model_that_says_nothing_for_thirty_seconds_is_given_up(sqlite: str) -> None:
    """First byte 30 s, once: the next one is asked at once, and in the next turn before it."""
    async with rigged(sqlite, claude=[], gpt=[used("Hello!"), used("Again!")]) as rig:
        rig.claude.steps = [gives(rig.after(30)), used("never")]
        assert await rig.say("mia", ASK) == ["Hello!"]
        assert await rig.say("mia", ASK) == ["Again!"]
        assert rig.clock.now() - rig.turn_started() == timedelta(seconds=30)


async def test_a_silent_model_is_tried_again_after_two_minutes_and_then_after_four(sqlite: str) -> None:
    """One person's message at a time pays for the look, and ever more rarely."""
    async with rigged(sqlite, claude=[], gpt=[used(str(n)) for n in range(3)]) as rig:
        rig.claude.steps = [gives(rig.after(30)), gives(rig.after(30)), used("back")]
        assert await rig.say("mia", ASK) == ["0"]
        await rig.house.pass_time(timedelta(seconds=121))
        assert await rig.say("mia", ASK) == ["1"]
        await rig.house.pass_time(timedelta(seconds=121))
        assert await rig.say("mia", ASK) == ["2"]
        await rig.house.pass_time(timedelta(seconds=121))
        assert await rig.say("mia", ASK) == ["back"]


async def test_the_only_model_is_tried_again_soon_after_it_was_silent(sqlite: str) -> None:
    """Nobody but the rules would answer meanwhile: after a quarter of a minute one message looks, then after half of one;
    the others are answered at once."""
    only = ScriptedModel(name=CLAUDE)
    async with rigged(sqlite, models=[only]) as rig:
        only.steps = [gives(rig.after(30)), gives(rig.after(30)), used("back")]
        assert UNREACHABLE in (await rig.say("mia", ASK))[0]
        for seconds, asked, by in ((14, 1, "rules"), (2, 2, "rules"), (16, 2, "rules"), (15, 3, CLAUDE)):
            await rig.house.pass_time(timedelta(seconds=seconds))
            await rig.say("mia", ASK)
            assert (len(only.requests), rig.by) == (asked, by)


def test_a_model_without_another_is_never_left_for_an_hour() -> None:
    """Its rests grow to five minutes; where another one answers they grow on. What a provider asks for is kept to."""
    clock = SetClock(START)
    for alone, longest in ((True, 300), (False, 3600)):
        breaker = Breaker(clock)
        for _ in range(12):
            assert breaker.enter()
            breaker.failed(silent=True, alone=alone)
            clock.move(timedelta(seconds=longest))
            assert breaker.ready
        breaker.failed(rest=1800, alone=True)
        clock.move(timedelta(seconds=1799))
        assert not breaker.ready


def test_a_request_from_before_an_outage_ends_nobodys_try() -> None:
    """While one looks whether the model is back, one that came long before neither lets another in nor doubles the rest."""
    clock = SetClock(START)
    for late in ("left", "failed"):
        breaker = Breaker(clock)
        assert breaker.enter()
        old = breaker.trying
        breaker.failed(rest=30)
        clock.move(timedelta(seconds=31))
        assert breaker.enter()
        assert (old, breaker.trying) == (False, True)
        breaker.left(old) if late == "left" else breaker.failed(tried=old)
        assert not breaker.ready
        breaker.failed(tried=True)
        clock.move(timedelta(seconds=61))
        assert breaker.ready


@pytest.mark.parametrize("silence", [30, 45])
@pytest.mark.parametrize("words", [ASK, "what should a soft toy be made of"], ids=["writing", "reading"])
async def test_one_silent_provider_does_not_keep_people_from_the_other(sqlite: str, words: str, silence: int) -> None:
    """Claude and Haiku say nothing: GPT answers within 90 s, and the next turn at once."""
    async with rigged(sqlite, claude=[], haiku=[], gpt=[used("Wool."), used("Felt.")]) as rig:
        quiet = gives(*([Ping()] if silence == 45 else []), rig.after(silence))
        rig.claude.steps = [quiet] * 9
        assert rig.haiku is not None
        rig.haiku.steps = [quiet] * 9
        assert await rig.say("mia", words) == ["Wool."]
        first = rig.clock.now()
        assert (first - rig.turn_started()).total_seconds() <= 90
        assert [r.purpose for r in rig.haiku.requests].count("chat") == (words != ASK)
        assert await rig.say("mia", words) == ["Felt."]
        assert (rig.clock.now() - first).total_seconds() <= 5


async def test_a_stream_that_stalls_before_words_is_left_for_the_next_model(sqlite: str) -> None:
    """Idle for 45 s, whatever was there before."""
    async with rigged(sqlite, claude=[], gpt=[used("Hello!")]) as rig:
        rig.claude.steps = [gives(Ping(), rig.after(45)), used("never")]
        assert await rig.say("mia", ASK) == ["Hello!"]


async def test_words_that_were_shown_are_kept_and_nothing_is_asked_again(sqlite: str) -> None:
    """What broke off says so; calls of a partial answer never run."""
    async with rigged(sqlite, claude=[], gpt=[]) as rig:
        rig.claude.steps = [gives(TextDelta("Your toy is"), Proposed(MAKE), rig.after(45))]
        assert await rig.say("mia", ASK) == [f"Your toy is\n\n{BROKE_OFF}"]
        assert rig.turn.actions == ()
        assert await rig.rows("select * from toys") == []


async def test_a_turn_ends_within_three_minutes_whatever_happens(sqlite: str) -> None:
    """Silence everywhere: 180 s in all, retries included, then an honest word."""
    async with rigged(sqlite) as rig:
        began = rig.clock.now()
        to_the_end = Silence(lambda: rig.clock.move(began + timedelta(seconds=TURN_S) - rig.clock.now()))
        rig.claude.steps = [gives(Ping(), rig.after(45))]
        rig.gpt.steps = [gives(Ping(), to_the_end)]
        told = await rig.say("mia", ASK)
        assert LATE in told[0]
        assert (rig.clock.now() - began).total_seconds() <= TURN_S


async def test_a_failure_in_the_middle_keeps_what_was_done_and_says_so(sqlite: str) -> None:
    """No tool runs twice; the next model goes on where the first one stopped."""
    claude, gpt = [used("", MAKE), *[fails()] * 3], [used("Teddy is there.")]
    async with rigged(sqlite, claude=claude, gpt=gpt) as rig:
        told = await rig.say("mia", ASK)
        assert told[-1].startswith("Teddy is there.")
        assert [a.tool for a in rig.turn.actions] == ["make_toy"]
        assert len(await rig.rows("select * from toys")) == 1
        assert "Made" in str(rig.gpt.requests[0].messages)


async def test_when_all_fail_in_the_middle_the_person_hears_where_it_stopped(sqlite: str) -> None:
    """What is done is done, and nothing else."""
    async with rigged(sqlite, claude=[used("", MAKE), *[fails()] * 3], gpt=[fails()] * 3) as rig:
        told = await rig.say("mia", ASK)
        assert told[-1] == f"{STOPPED['unreachable']} {LISTED}"
        assert len(await rig.rows("select * from toys")) == 1


@pytest.mark.parametrize(
    ("ending", "told"),
    [
        ([Stop("refusal", note="cyber")], REFUSED),
        ([Proposed(MAKE), Stop("length")], NOT_ACTED),
        ([TextDelta("So many"), Stop("length")], f"So many\n\n{TOO_LONG}"),
        ([TextDelta("You could"), Stop("refusal")], f"You could\n\n{REFUSED_MIDWAY}"),
    ],
)
async def test_an_answer_that_did_not_end_well_is_not_acted_on(sqlite: str, ending: list[Piece], told: str) -> None:
    """Refusals and answers that are too long are said as what they are."""
    async with rigged(sqlite, claude=[gives(*ending)]) as rig:
        assert await rig.say("mia", ASK) == [told]
        assert await rig.rows("select * from toys") == []


@pytest.mark.parametrize(
    "ending", [[Stop("end")], [Stop("cut")], [Stop("pause")], [], [BrokenOff("not JSON", code="malformed")]],
    ids=["empty", "cut", "pause", "no stop", "malformed"],
)  # fmt: skip
async def test_an_answer_with_nothing_in_it_is_asked_for_again(sqlite: str, ending: list[Piece]) -> None:
    """Then the next one is asked."""
    async with rigged(sqlite, claude=[gives(*ending)] * 3, gpt=[used("Hello!")]) as rig:
        assert await rig.say("mia", ASK) == ["Hello!"]


async def test_a_cut_at_every_event_never_runs_a_call(sqlite: str) -> None:
    """Whatever the place of the cut, nothing of a partial answer is acted on."""
    whole: list[Piece] = [TextDelta("I make"), TextDelta(" a teddy"), Proposed(MAKE)]
    async with rigged(sqlite) as rig:
        for cut in range(len(whole) + 1):
            rig.claude.steps = [gives(*whole[:cut], BrokenOff("cut", status=200))] * 3
            rig.gpt.steps = [gives(*whole[:cut], BrokenOff("cut", status=200))] * 3
            await rig.house.pass_time(timedelta(minutes=5))
            told = await rig.say("mia", ASK)
            assert any(words in told[0] for words in (UNREACHABLE, BROKE_OFF, "nothing was changed")), (cut, told)
        assert await rig.rows("select * from toys") == []
