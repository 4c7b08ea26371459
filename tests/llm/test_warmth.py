"""Who reads for less: the small model, or the better one that has the conversation in its cache."""

from datetime import timedelta

import pytest

from core.clock import SetClock
from core.llm.contract import Said, Usage
from core.llm.prices import price_of
from core.llm.warmth import Warmth, expected_cost, prompt_of
from tests.conftest import START
from tests.ladder_house import CLAUDE, GPT, HAIKU, rigged, used
from tests.llm.brains import request

OLD_HAIKU, LUNA = "anthropic/claude-haiku-4-5", "openai/gpt-6-luna"
READ, WRITE = "what can a kite be made of", "I would love something soft for my nephew"


def dearer(small: str, better: str, prompt: int, warm: int) -> bool:
    """Whether a small model that knows nothing of a prompt costs more than a better one that knows so much of it."""
    costs = [
        expected_cost(price_of(name), prompt, known, kept=name.startswith("anthropic"))
        for name, known in ((small, 0), (better, warm))
    ]
    return costs[0] > costs[1]


@pytest.mark.parametrize(
    ("small", "better", "prompt", "warm", "expected"),
    [
        (HAIKU, CLAUDE, 3_000, 3_000, False),
        (HAIKU, CLAUDE, 40_000, 40_000, False),
        (LUNA, GPT, 40_000, 40_000, False),
        (LUNA, GPT, 100_000, 100_000, True),
        (OLD_HAIKU, CLAUDE, 3_000, 3_000, True),
        (OLD_HAIKU, CLAUDE, 3_000, 0, False),
        (OLD_HAIKU, CLAUDE, 1_000, 1_000, False),
    ],
)
def test_a_cold_cache_is_written_only_where_that_is_cheaper(
    small: str, better: str, prompt: int, warm: int, expected: bool
) -> None:
    """By the price table: today's small models nearly always are, dearer ones are not once the conversation is known."""
    assert dearer(small, better, prompt, warm) is expected


def test_a_reading_turn_costs_what_its_two_calls_cost() -> None:
    """What is warm is read, the rest written, and all of it read again with the result."""
    price = price_of(CLAUDE)
    first = price.cost(Usage(cached=900, cache_kept=100, output=300))
    assert expected_cost(price, 1000, 900, kept=True) == first + price.cost(Usage(cached=1000, output=300))


def test_what_is_known_of_a_conversation_fades() -> None:
    """Claude's cache lasts an hour, GPT's half of one; a conversation that was summed up keeps its prefix only."""
    clock = SetClock(START)
    warmth, long = Warmth(clock), request(Said("word " * 4000), talk=7)
    tokens = prompt_of(long)
    for name, minutes in ((CLAUDE, 60), (GPT, 30)):
        price, kept = price_of(name), name == CLAUDE
        cold = expected_cost(price, tokens, 0, kept)
        assert warmth.cost(name, price, long) == cold
        warmth.note(name, long)
        assert warmth.cost(name, price, long) == expected_cost(price, tokens, tokens, kept)
        other = request(*long.messages, talk=8)
        assert expected_cost(price, tokens, tokens, kept) < warmth.cost(name, price, other) < cold
        short = request(Said("hi"), talk=7)
        assert warmth.cost(name, price, short) < expected_cost(price, prompt_of(short), 0, kept)
        clock.move(timedelta(minutes=minutes))
        assert warmth.cost(name, price, long) == cold


async def test_reading_stays_with_the_model_that_has_the_conversation_while_that_is_cheaper(sqlite: str) -> None:
    """With an older small model: the better one reads while its cache is warm, the small one after a long break."""
    claude = [used("A teddy? " * 1200), used("A bear."), used("Wood.")]
    async with rigged(sqlite, claude=claude, haiku=[used("Paper.")], small=OLD_HAIKU) as rig:
        await rig.say("mia", WRITE)
        await rig.say("mia", WRITE)
        assert (await rig.say("mia", READ), rig.by) == (["Wood."], CLAUDE)
        await rig.house.pass_time(timedelta(hours=2))
        assert (await rig.say("mia", READ), rig.by) == (["Paper."], OLD_HAIKU)
