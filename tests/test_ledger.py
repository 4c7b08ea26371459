"""Money for models: put aside before a call, settled after it, and never more than the caps allow."""

import asyncio
import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.config import LocalSettings
from bot.models import price
from core.agent.budget import Limits
from core.agent.ledger import Ledger
from core.llm.contract import BrokenOff, Ping, Retryable, Stop, TextDelta, ToolCall, Usage
from core.llm.prices import FREE, is_priced, price_of, priced_on
from core.llm.scripted import ScriptedModel
from core.llm.warmth import prompt_of
from tests.ladder_house import CLAUDE, GPT, HAIKU, Rigged, fails, gives, rigged, used

ASK = "I would love something soft for my nephew"
SPENT = "select coalesce(sum(cost_usd_micros), 0) from usage_daily"


def test_a_call_costs_what_its_tokens_cost_each_kind_apart() -> None:
    """8,000 tokens from the cache, 500 written to it and 300 answered are half a cent on Sonnet."""
    usage = Usage(cached=8000, cache_written=500, output=300)
    assert price_of(CLAUDE).cost(usage) == 800 + 1250 + 3000
    assert price_of(HAIKU).cost(Usage(input=100_001)) == 50_001
    assert price_of(CLAUDE).uncached(usage) == 17_000 + 3000


def test_an_unknown_model_is_as_dear_as_the_dearest_and_a_server_of_ones_own_is_free() -> None:
    """A cap errs on the safe side; the table has a date."""
    assert price_of("anthropic/claude-new").output == Decimal(75)
    assert not is_priced("anthropic/claude-new")
    assert price_of("anthropic/claude-haiku-5-5-20261007") == price_of(HAIKU)
    assert price_of("local/qwen3") == FREE
    assert priced_on() == "2026-11-20"


@pytest.mark.parametrize(
    ("name", "output"),
    [
        ("anthropic/claude-opus-4-20250514", 75),
        ("anthropic/claude-opus-4-1-20250805", 75),
        ("anthropic/claude-opus-4-5", 25),
        ("anthropic/claude-opus-4-8-latest", 25),
        ("anthropic/claude-opus-50", 75),
        ("anthropic/claude-opus-5-9", 75),
        ("openai/gpt-6-sol-2026-10-01", 10),
        ("openai/gpt-6-sol-pro", 50),
    ],
)
def test_a_name_that_begins_like_another_is_not_that_model(name: str, output: int) -> None:
    """Only a date or an alias may follow; any other is unknown, and the dearest until the table has it."""
    assert price_of(name).output == output


@pytest.mark.parametrize(
    ("url", "free"),
    [
        ("http://127.0.0.1:11434/v1", True),
        ("http://10.0.0.7/v1", True),
        ("http://ollama:11434/v1", True),
        ("http://gpu.local/v1", True),
        ("https://openrouter.ai/api/v1", False),
        ("http://93.184.216.34/v1", False),
    ],
)
def test_a_compatible_server_out_in_the_internet_is_not_free(url: str, free: bool) -> None:
    """Without a price it counts as the dearest; with one in the settings as that."""
    assert (price("local/openai/gpt-x", LocalSettings(base_url=url)) == FREE) is free
    told = price("local/x", LocalSettings(base_url=url, input_usd=0.5, output_usd=1.5))
    assert told.cost(Usage(input=1_000_000, output=1_000_000)) == 2_000_000


async def test_a_call_is_written_down_with_its_tokens_and_its_cost(database: str) -> None:
    """By turn, conversation, person, gym, day and model; the day's table says the same."""
    async with rigged(database, claude=[used("Hi", cached=8000, cache_written=500)]) as rig:
        await rig.say("mia", ASK)
        cost = 1000 * 2 + 800 + 1250 + 1000
        called = "select model, purpose, state, outcome, tokens_in, tokens_cached, tokens_written, tokens_out from model_calls"
        assert await rig.rows(called) == [(CLAUDE, "chat", "settled", "ok", 1000, 8000, 500, 100)]
        assert await rig.rows("select cost_usd_micros from model_calls") == [(cost,)]
        assert await rig.rows("select tokens, cost_usd_micros from usage_sessions") == [(9600, cost)]
        day = "select messages, turns, tokens_cached, cost_usd_micros from usage_daily where model = :m"
        assert await rig.rows(day, m=CLAUDE) == [(1, 1, 8000, cost)]


async def test_a_call_that_was_turned_away_costs_nothing_and_one_that_fell_silent_what_was_sent(database: str) -> None:
    """The provider may have worked for what it did not finish: all of the prompt, by our own count."""
    async with rigged(database, gpt=[used("Hi")]) as rig:
        rig.claude.steps = [fails(529), fails(500), gives(Ping(), rig.after(45))]
        await rig.say("mia", ASK)
        rows = await rig.rows("select outcome, tokens_in, tokens_out, cost_usd_micros from model_calls order by id")
        sent = rows[2][1]
        assert rows == [
            ("Retryable", 0, 0, 0), ("Retryable", 0, 0, 0), ("stalled", sent, 0, 2 * sent), ("ok", 1000, 100, 1500),
        ]  # fmt: skip
        assert sent == prompt_of(rig.claude.requests[-1]) > 500
        [(total,)] = await rig.rows("select sum(cost_usd_micros) from model_calls")
        assert await rig.rows(SPENT) == [(total,)]


async def test_a_connection_that_broke_before_any_usage_costs_what_was_sent_and_what_was_heard(database: str) -> None:
    """Neither nothing nor the worst case: the prompt by our own count, and the words that came."""
    broken = Retryable("the connection broke", code="disconnected")
    words = TextDelta("So far and no further. " * 4)
    async with rigged(database, gpt=[used("Hi")] * 2) as rig:
        rig.claude.steps = [gives(broken), gives(words, BrokenOff("cut", status=200, code="cut"))]
        await rig.say("mia", ASK)
        called = "select outcome, tokens_in, tokens_out, cost_usd_micros, state from model_calls order by id"
        first, second = await rig.rows(called)
        assert first == ("disconnected", sent := prompt_of(rig.claude.requests[0]), 0, 2 * sent, "settled")
        assert second == ("cut", sent, 23, 2 * sent + 230, "settled")
        assert await rig.rows(SPENT) == [(4 * sent + 230,)]


async def test_a_fault_of_our_own_costs_nothing_and_is_not_met_with_every_message(sqlite: str) -> None:
    """Nothing was sent; after five of them the model is left alone. Once it was heard, it may have worked."""
    bug = gives(TypeError("a bug of ours"))
    async with rigged(sqlite, claude=[bug] * 9, gpt=[used("Hi")] * 9) as rig:
        for _ in range(7):
            assert await rig.say("mia", ASK) == ["Hi"]
        assert len(rig.claude.requests) == 5
        called = f"select outcome, cost_usd_micros > 0 from model_calls where model = '{CLAUDE}' order by id"
        assert await rig.rows(called) == [("crashed", False)] * 5
        await rig.house.pass_time(timedelta(minutes=1))
        rig.claude.steps = [gives(Ping(), TypeError("a bug of ours"))]
        await rig.say("mia", ASK)
        assert (await rig.rows(called))[-1] == ("crashed", True)


async def test_money_put_aside_by_a_process_that_died_stays_spent_for_the_day(database: str) -> None:
    """A hold that nobody settled counts at its worst case until midnight."""
    limits = Limits(caps_usd={"pro": 0.05})
    async with rigged(database, limits, claude=[used("Hi")] * 3) as rig:
        await rig.say("mia", ASK)
        ledger = Ledger(rig.house.desk.store, rig.clock, limits)
        [(turn,)] = await rig.rows("select max(id) from turns")
        assert (await ledger.hold(turn, CLAUDE, "chat", "writing", 1, 100, 44_000))[0]
        await rig.house.reopen()
        assert "budget" in (await rig.say("mia", ASK))[0]
        await rig.house.pass_time(timedelta(days=1))
        assert await rig.say("mia", ASK) == ["Hi"]


async def test_at_the_cap_the_rules_answer_and_say_once_how_to_raise_it(database: str) -> None:
    """One clear line; then the rules, without it. A raised cap is another one."""
    limits = Limits(caps_usd={"pro": 0.02, "elite": 1})
    async with rigged(database, limits, claude=[used("Hi", input=2000)] * 9, gpt=[used("Hi", input=2000)] * 9) as rig:
        told = [(await rig.say("mia", ASK))[0] for _ in range(7)]
        line = "Today's AI budget of the gym ($0.02, tier pro) has no room for another answer"
        heard = [n for n, words in enumerate(told) if line in words]
        assert len(heard) == 1
        assert heard[0] < 6
        assert "set ai tier elite" in told[heard[0]]
        assert rig.by == "rules"
        async with rig.house.desk.store.write() as db:
            from sqlalchemy import text

            await db.run_sync(lambda s: s.connection().info.update(unlogged=True))
            await db.execute(text("update gym_profiles set tier = 'elite'"))
        assert await rig.say("mia", ASK) == ["Hi"]


NOTICES = "select person_id, room, body from outbox where kind = 'notice' order by id"


async def test_the_owners_hear_once_a_day_that_the_money_runs_low_and_that_it_is_used_up(database: str) -> None:
    """Each of them privately, at 80 % and when an answer has no room, and the next day anew."""
    dollars = {"pro": 0.1, "elite": 1000.0}
    only = ScriptedModel(*[used("Hi", input=1000, output=2000)] * 9, name=CLAUDE)
    async with rigged(database, Limits(caps_usd=dollars), models=[only]) as rig:
        for _ in range(3):
            await rig.say("mia", ASK)
        assert await rig.rows(NOTICES) == []
        await rig.say("mia", ASK)
        [(person, room, body)] = await rig.rows(NOTICES)
        assert (person, room) == (rig.house.people["olivia"], None)
        assert "88 % of today's AI budget is spent: $0.09 of $0.10 (tier pro)" in str(body)
        assert "set ai tier elite" in str(body)
        for _ in range(2):
            assert (await rig.say("carla", ASK))[0]
            assert rig.by == "rules"
        notices = await rig.rows(NOTICES)
        assert [person for person, _, _ in notices] == [rig.house.people["olivia"]] * 2
        assert "is used up" in str(notices[-1])
        await rig.house.pass_time(timedelta(days=1))
        for _ in range(4):
            await rig.say("mia", ASK)
        assert len(await rig.rows(NOTICES)) == 3


@pytest.mark.parametrize(
    ("limits", "line"),
    [
        (
            Limits(member_hour=2),
            "You have used the 2 AI answers that an hour has, so my fixed commands answer until 11:00.",
        ),
        (Limits(member_day=2), "You have used your 2 AI answers for today"),
        (Limits(session_tokens=14_000), "This chat has used what one chat may"),
        (Limits(message_tokens=2), "This message took more reading than one message may."),
    ],
)
async def test_every_limit_has_its_own_line(sqlite: str, limits: Limits, line: str) -> None:
    """Messages an hour and a day, tokens a message and a chat."""
    async with rigged(sqlite, limits, claude=[used("Hi")] * 9, gpt=[used("Hi")] * 9) as rig:
        told = [(await rig.say("mia", ASK))[0] for _ in range(12)]
        assert sum(line in words for words in told) == 1
        told = [words for words in told if words == "Hi"]
        assert len(told) == {2: 2}.get(limits.member_hour, {2: 2}.get(limits.member_day, len(told)))


async def test_a_message_that_no_model_answered_is_not_counted_as_an_answer(sqlite: str) -> None:
    """An outage costs nobody their hour's answers."""
    down, back = [fails(400)] * 3, [used("Hi")] * 9
    async with rigged(sqlite, Limits(member_hour=2), claude=[*down, *down, *down, *back], gpt=down * 3) as rig:
        for _ in range(3):
            await rig.say("mia", ASK)
            assert rig.by == "rules"
            await rig.house.pass_time(timedelta(minutes=6))
        assert [(await rig.say("mia", ASK)) == ["Hi"] for _ in range(3)] == [True, True, False]


async def test_staff_may_more_than_members_and_somebody_who_left_nothing(sqlite: str) -> None:
    """An hour's messages go by the role."""
    async with rigged(sqlite, Limits(member_hour=1, staff_hour=3), claude=[used("Hi")] * 9) as rig:
        assert [(await rig.say("carla", ASK)) == ["Hi"] for _ in range(4)] == [True, True, True, False]
        await rig.house.pass_time(timedelta(hours=1))
        assert (await rig.say("carla", ASK)) == ["Hi"]


async def test_what_the_rules_know_for_certain_costs_nothing_and_is_counted_as_spared(sqlite: str) -> None:
    """Commands, undo and thanks; the saving is shown to the owner."""
    async with rigged(sqlite, claude=[used("What shall it be called")]) as rig:
        await rig.say("mia", ASK)
        for words in ("/make toy robot", "undo", "thanks!", "count all toys please"):
            await rig.say("mia", words)
            assert rig.by == "rules", words
        assert len(rig.claude.requests) == 1
        gym = (await rig.house.desk.usage(rig.house.people["olivia"]))["gym"]
        assert gym["turns_spared"] == 4
        assert gym["saved_usd"] == pytest.approx(4 * 0.003)
        assert gym["cap_usd"] == 5


async def test_words_that_answer_a_models_question_go_to_the_model(sqlite: str) -> None:
    """Even if they would be a command by themselves; a slash and an undo are always one."""
    async with rigged(sqlite, claude=[used("What colour?"), used("Red it is")]) as rig:
        await rig.say("mia", ASK)
        assert await rig.say("mia", "count toys") == ["Red it is"]


async def test_reading_goes_to_the_small_model_and_what_that_saved_is_written_down(sqlite: str) -> None:
    """The better model is asked as soon as something is to be changed."""
    make = ToolCall("", "make_toy", {"name": "teddy"})
    count = ToolCall("", "count_toys", {})
    haiku = [used("", count), used("None yet."), used("", make)]
    async with rigged(sqlite, haiku=haiku, claude=[used("", make), used("Here it is.")]) as rig:
        assert (await rig.say("mia", "how many nice toys do you have for my nephew"))[-1] == "None yet."
        assert rig.by == HAIKU
        routed = "select model, route, saved_usd_micros from model_calls where purpose = 'chat' order by id"
        assert await rig.rows(routed) == [(HAIKU, "reading", 2850)] * 2
        await rig.say("mia", "which one would you pick for my niece")
        assert rig.by == CLAUDE
        assert await rig.rows("select count(*) from toys") == [(1,)]


@pytest.mark.parametrize(("brand", "by"), [("gpt", GPT), ("claude", CLAUDE), ("rules", "rules")])
async def test_everybody_has_the_model_of_their_choice(sqlite: str, brand: str, by: str) -> None:
    """Claude, GPT or the rules only."""
    async with rigged(sqlite, claude=[used("I am Claude")], gpt=[used("I am GPT")]) as rig:
        async with rig.house.desk.store.write() as db:
            from sqlalchemy import text

            await db.run_sync(lambda s: s.connection().info.update(unlogged=True))
            chosen = {"s": json.dumps({"model": brand}), "p": rig.house.people["mia"]}
            await db.execute(text("update persons set settings = :s where id = :p"), chosen)
        await rig.say("mia", ASK)
        assert rig.by == by


async def test_fifty_hostile_people_for_an_hour_spend_no_more_than_the_cap(sqlite: str) -> None:
    """Everybody writes at once, again and again; what is put aside before a call keeps the sum below the cap."""
    limits = Limits(member_hour=20, caps_usd={"pro": 0.25})

    def answer(request: Any) -> list[Any]:
        return [TextDelta("Sure"), Usage(input=2500, output=1000), Stop("end")]

    async with rigged(sqlite, limits, claude=[answer] * 5000, gpt=[answer] * 5000) as rig:
        people = await _crowd(rig, 50)
        for _ in range(3):
            await asyncio.gather(*(rig.house.say(who, ASK) for who in people))
            await rig.house.pass_time(timedelta(minutes=20))
        [(spent,)] = await rig.rows(SPENT)
        assert 0.2 * 1e6 < spent <= 0.25 * 1e6
        assert len(rig.claude.requests) + len(rig.gpt.requests) < 60


async def _crowd(rig: Rigged, number: int) -> list[str]:
    """So many more members."""
    from sqlalchemy import text

    from core.people import Account, Person
    from core.store.database import unlogged
    from tests.conftest import START

    def fill(session: Any) -> None:
        gym = session.execute(text("select id from gyms")).scalar()
        with unlogged(session):
            for n in range(number):
                person = Person(
                    gym_id=gym, name=f"Hostile {n}", role="member", joined_on=START.date(), settings={}, version=1
                )
                session.add(person)
                session.flush()
                session.add(Account(platform="web", account=str(person.id), person_id=person.id, linked_at=START))
                rig.house.people[f"h{n}"] = person.id
            session.flush()

    async with rig.house.desk.store.write() as db:
        await db.run_sync(fill)
    return [f"h{n}" for n in range(number)]
