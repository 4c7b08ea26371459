"""What a language model is sent: a prefix that never changes, a past that stays bounded, and what a message speaks of."""

from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.sql import select

from core.agent.compaction import Limits
from core.agent.context import ContextBuilder
from core.agent.messages import AgentEvent, Event, as_messages
from core.agent.tools import load
from core.chat import Spot
from core.llm.contract import Answered, Request, Returned, Said, ToolCall
from core.llm.replay import Heard, Told, replayed
from core.llm.scripted import ScriptedModel
from tests.conftest import House
from tests.databases import KINDS, fresh
from tests.test_dialogues import demo_gym, demo_house, option


def with_model(house: House, *steps: Any, **more: Any) -> ScriptedModel:
    """Let a scripted language model answer from now on."""
    house.desk.loop.model = model = ScriptedModel(*steps, context=True, name="claude", **more)
    return model


def notes(request: Request) -> str:
    """Everything that code told the model."""
    return "\n".join(m.text for m in request.messages if isinstance(m, Said) and m.kind != "user")


async def test_what_a_message_speaks_of_is_found_before_the_model_is_asked(gym: House) -> None:
    """With words that tools take as they are, so that no search is needed."""
    model = with_model(gym, "Which Anna?")
    await gym.say("carla", "put anna into crossfit friday 6pm")
    told = notes(model.requests[0])
    assert "member “Anna Kowalski”, “Anna Schmidt”" in told
    assert "session “CrossFit 2026-11-27T18:00”" in told
    assert "Now Mon 23 Nov 2026 10:00." in told
    assert "You talk with Carla Reyes, coach" in told


async def test_a_member_is_told_of_no_other_member(gym: House) -> None:
    """Nor is an open group, whoever speaks in it."""
    model = with_model(gym, "I cannot see that.")
    await gym.say("mia", "put anna schmidt into crossfit friday 6pm")
    assert "Anna" not in notes(model.requests[0])
    assert "CrossFit 2026-11-27T18:00" in notes(model.requests[0])


async def test_the_rules_are_given_nothing_of_it(gym: House) -> None:
    """What only a language model needs is not looked up for them."""
    await gym.say("mia", "book yoga")
    async with gym.desk.store.read() as db:
        kinds = set(await db.scalars(select(AgentEvent.event_type)))
    assert not kinds & {"note", "knowledge", "checkpoint"}


def prefixes(model: ScriptedModel) -> list[tuple[Request, Request]]:
    """Each request with the one before it."""
    asked = [r for r in model.requests if r.purpose == "chat"]
    return list(pairwise(asked))


def begins_alike(before: Request, after: Request) -> bool:
    """Whether a request begins with all that the one before it was."""
    same = before.system == after.system and before.tools == after.tools
    return same and list(after.messages[: len(before.messages)]) == list(before.messages)


SAYINGS = (
    "what is on tomorrow?", "my bookings please", "and what is my membership?", "book yoga thursday 19:30",
    "when does the cancellation deadline end", "thanks, what should I train for a stronger squat", "show fran",
)  # fmt: skip


def chatter(turns: int) -> list[Any]:
    """A model that looks something up in every other turn, and says something in each."""
    steps: list[Any] = []
    for number in range(turns):
        if number % 2:
            steps.append([ToolCall("", "show_timetable", {"when": "tomorrow"}), ToolCall("", "list_bookings", {})])
        steps.append(f"Answer {number}: coach Carla has 14 spots. " + "It goes on like this for a while. " * 10)
    return steps


@pytest.mark.parametrize("kind", KINDS)
async def test_a_session_is_only_ever_added_to(kind: str, tmp_path: Path) -> None:
    """Request after request begins with the same bytes: tools, rules, and everything that was said; on each database."""
    async with fresh(kind, tmp_path, "demo", demo_gym) as url:
        gym = await demo_house(url)
        model = with_model(gym, *chatter(14))
        for number in range(14):
            await gym.say("mia", SAYINGS[number % len(SAYINGS)])
        alike = [begins_alike(before, after) for before, after in prefixes(model)]
        await gym.desk.stop()
    assert len(alike) == 20
    assert alike.count(False) == 1
    assert "summary of the conversation so far" in notes(model.requests[alike.index(False) + 1])


async def test_a_hundred_turns_stay_bounded_and_load_nothing_twice(gym: House) -> None:
    """What a model is sent grows to a limit and no further; what was loaded is not loaded again; the log is whole."""
    model = with_model(gym, *chatter(100))
    for number in range(100):
        await gym.say("mia", SAYINGS[number % len(SAYINGS)])
    sizes = [sum(len(str(m)) for m in r.messages) for r in model.requests]
    assert max(sizes[75:]) <= 1.1 * max(sizes[25:75])
    assert max(sizes) < 4 * 40_000
    fresh_starts = sum(1 for before, after in prefixes(model) if not begins_alike(before, after))
    assert 3 <= fresh_starts <= 9
    assert all(before.system == after.system and before.tools == after.tools for before, after in prefixes(model))
    async with gym.desk.store.read() as db:
        events = list(await db.scalars(select(AgentEvent).order_by(AgentEvent.sequence_number)))
    loaded = [e.content["source"] for e in events if e.event_type == "knowledge"]
    assert sorted(loaded) == sorted(set(loaded)) != []
    assert sum(1 for e in events if e.event_type == "user_message") == 100
    assert all(valid(r) for r in model.requests)


def valid(request: Request) -> bool:
    """Whether every call is answered exactly once, after it was made, before anything else is said."""
    open_calls: set[str] = set()
    for message in request.messages:
        if isinstance(message, Returned):
            if message.call_id not in open_calls:
                return False
            open_calls.remove(message.call_id)
        elif isinstance(message, Answered):
            if open_calls:
                return False
            open_calls = {c.id for c in message.calls}
        elif isinstance(message, Said) and message.kind == "user" and open_calls:
            return False
    return not open_calls and any(isinstance(m, Said) and m.kind == "user" for m in request.messages)


async def test_a_checkpoint_keeps_what_was_done_promised_and_left_open(gym: House) -> None:
    """Names, numbers, promises and open questions are there after it, whoever wrote it."""
    done = [ToolCall("", "book_class", {"session": "Yoga 2026-11-23T19:30"})]
    said = "Marcus will call you on 0171 555. I'll remind you on Friday at 17:15. Do you want the 60 kg bar?"
    model = with_model(gym, done, "Enjoy.", *[f"Small talk {n}." for n in range(11)], said, "fresh")
    turn = await gym.say("mia", "my membership and my bookings, and book yoga tonight")
    assert turn.actions[0].ok, turn.actions
    for _ in range(13):
        await gym.say("mia", "hello again")
    told = notes(model.requests[-1])
    assert "Small talk 3" in told
    assert "summary of the conversation so far" in told
    for kept in ("Yoga", "0171 555", "I'll remind you on Friday at 17:15", "[membership]", "[bookings]"):
        assert kept in told
    assert len([m for m in model.requests[-1].messages if isinstance(m, Said) and m.kind == "user"]) == 1


async def test_the_small_model_writes_the_summary_where_there_is_one(gym: House) -> None:
    """What was done is added by code all the same; an answer that is no summary is none."""
    summary = '{"summary": "Mia asked about Yoga and trains for a half marathon on 4 April with Carla."}'
    done = [ToolCall("", "book_class", {"session": "Yoga 2026-11-23T19:30"})]
    steps = [done, "Enjoy.", *["Fine."] * 13]
    model = with_model(gym, *steps, small=['{"title": "Booking yoga on Thursday evening"}', summary])
    await gym.say("mia", "book yoga tonight")
    await gym.desk.loop.context.titles.settled()
    for _ in range(13):
        await gym.say("mia", "hello again")
    told = notes(model.requests[-1])
    assert "half marathon on 4 April" in told
    assert "Yoga, Mon 23 November 19:30" in told
    assert "asked “hello again”" not in told


async def test_what_is_said_late_in_a_long_message_is_summed_up(gym: House) -> None:
    """The small model reads whole texts; the summary by code keeps the sentences with figures, dates and names."""
    chatter = "Well, that is what I have been thinking about for quite a while, and it is hard to put into words. "
    model = with_model(gym, *["Fine."] * 15, small=["no title", "no summary"])
    await gym.say("mia", chatter * 4 + "My half marathon with Jonas is on 4 April. " + chatter)
    for _ in range(13):
        await gym.say("mia", "hello again")
    asked = str([r.messages for r in model.requests if r.purpose == "small"][-1])
    assert "My half marathon with Jonas is on 4 April." in asked
    assert asked.count("hard to put into words") == 5
    assert "My half marathon with Jonas is on 4 April." in notes(model.requests[-1])


async def test_a_conversation_that_was_erased_from_starts_afresh(gym: House) -> None:
    """A request never begins with what a model was not sent; whoever was erased is named no more."""
    look = [ToolCall("", "show_member", {"member": "Mia Tran"})]
    model = with_model(gym, look, "Mia Tran is well.", "Fine.")
    await gym.say("carla", "how is mia?")
    gym.desk.loop.model = ScriptedModel([ToolCall("", "forget_me", {})])
    asked = await gym.say("mia", "forget me")
    assert (await gym.tap("mia", option(asked))).actions[0].ok
    gym.desk.loop.model = model
    await gym.say("carla", "and now?")
    assert "Mia" not in str(model.requests[-1].messages)
    assert "summary of the conversation so far" in notes(model.requests[-1])


async def test_new_tools_or_rules_begin_with_a_checkpoint(gym: House) -> None:
    """After an update of Whistle nothing of the old prefix is sent with the new one."""
    model = with_model(gym, "One.", "Two.")
    await gym.say("mia", "hello there")
    fewer = {name: tool for name, tool in load().items() if name != "show_balance"}
    gym.desk.loop.context = ContextBuilder(gym.desk.store, gym.clock, fewer)
    await gym.say("mia", "hello again")
    assert not begins_alike(*model.requests)
    assert "asked “hello there”" in notes(model.requests[1])


async def test_new_tools_in_the_middle_of_a_question_begin_anew_with_the_next_message(gym: House) -> None:
    """The answer's turn cannot be summed up; what comes after it is not sent under the old prefix as if nothing were."""
    book = [ToolCall("", "message_ask_user", {"question": "Which one?", "options": "a|b"})]
    model = with_model(gym, book, "Fine.", "Here.", "There.")
    turn = await gym.say("mia", "hello there")
    fewer = {name: tool for name, tool in load().items() if name != "show_balance"}
    gym.desk.loop.context = ContextBuilder(gym.desk.store, gym.clock, fewer)
    await gym.tap("mia", option(turn))
    await gym.say("mia", "hello again")
    assert "summary of the conversation so far" in notes(model.requests[2])
    await gym.say("mia", "and again")
    assert begins_alike(*model.requests[2:4])


async def test_what_has_changed_of_the_person_is_told_anew(gym: House) -> None:
    """Behind what was told before, once; what was loaded on another day is loaded again when it is asked for."""
    model = with_model(gym, *["Fine."] * 6)
    await gym.say("mia", "hello there, are you well, in your own words")
    assert "(units lb)" not in notes(model.requests[-1])
    await gym.call("mia", "set_units", units="lb")
    for _ in range(2):
        await gym.say("mia", "what would you say to my bookings, in your own words")
        assert notes(model.requests[-1]).count("units lb") == 1
        assert notes(model.requests[-1]).count("[bookings]") == 1
    await gym.pass_time(timedelta(days=1))
    for _ in range(2):
        await gym.say("mia", "what would you say to my bookings, in your own words")
        assert notes(model.requests[-1]).count("[bookings]") == 2
    assert all(begins_alike(before, after) for before, after in prefixes(model))


async def test_what_a_turn_was_told_is_there_once_although_it_was_tried_twice(gym: House) -> None:
    """After a fault the conversation goes on from the log."""

    def broken(request: Request) -> list[Any]:
        raise RuntimeError("the process dies here")

    model = with_model(gym, broken, "Here I am.")
    await gym.say("mia", "my bookings please")
    assert model.requests[0].messages == model.requests[1].messages
    assert notes(model.requests[1]).count("[bookings]") == 1


async def test_any_cut_of_a_conversation_is_a_valid_request(gym: House) -> None:
    """Wherever a history begins and ends, each call in it is answered once and at once."""
    with_model(gym, *chatter(8))
    for number in range(8):
        await gym.say("mia", SAYINGS[number % len(SAYINGS)])
    async with gym.desk.store.read() as db:
        rows = list(await db.scalars(select(AgentEvent).order_by(AgentEvent.sequence_number)))
    events = [Event(r.turn_id, r.event_type, r.call_id, r.content) for r in rows]
    cuts = [(a, b) for a in range(len(events)) for b in range(a + 1, len(events) + 1)]
    assert len(cuts) > 1000
    assert all(in_turn(replayed(as_messages(events[a:b]))) for a, b in cuts)


def in_turn(steps: list[Heard | Told]) -> bool:
    """Whether sides alternate, the person first and last, and each answer's calls have their results right behind it."""
    for number, step in enumerate(steps):
        if isinstance(step, Told) is not bool(number % 2):
            return False
        if isinstance(step, Told):
            heard = steps[number + 1]
            if not isinstance(heard, Heard) or [r.call_id for r in heard.results] != [c.id for c in step.calls]:
                return False
    return isinstance(steps[-1], Heard)


async def test_a_long_answer_brings_the_checkpoint_forward(gym: House) -> None:
    """What counts is what would be sent, not only how often somebody spoke."""
    gym.desk.loop.context.limits = Limits(messages=24, tokens=1_000)
    model = with_model(gym, "A long story. " * 400, "Yes.")
    await gym.say("mia", "tell me a story")
    await gym.say("mia", "was that all?")
    assert "summary of the conversation so far" in notes(model.requests[1])
    assert len(str(model.requests[1].messages)) < 4_000


async def test_a_turn_that_reads_without_end_is_ended(gym: House) -> None:
    """At twice the limit no model is asked any more; the person hears it, and the next message works."""
    gym.desk.loop.context.limits = Limits(messages=24, tokens=600)
    look = [ToolCall("", "show_timetable", {"when": "next 7 days"})]
    model = with_model(gym, look, look, look, look, "Back again.")
    turn = await gym.say("mia", "show me everything")
    assert "more than I do in one go" in turn.messages[-1].text
    asked = len(model.requests)
    assert asked < 4
    model.steps = ["Back again."]
    assert (await gym.say("mia", "hello?")).messages[-1].text == "Back again."


GROUP: dict[str, Any] = {"spot": Spot(chat="-100", group=True)}


async def test_in_an_open_group_a_model_is_told_nothing_that_is_not_public(gym: House) -> None:
    """No names of members, no data of the speaker's, no tools of the staff, whoever speaks; and a member's words in the
    group do not act with another's rights."""
    book = [ToolCall("", "book_class", {"session": "Yoga 2026-11-23T19:30"})]
    model = with_model(gym, "In private, please.", "Hello.", book, "ok")
    await gym.say("olivia", "what is my membership, and is anna schmidt in crossfit friday 6pm?", **GROUP)
    told = notes(model.requests[0])
    assert "in an open group" in told
    assert "CrossFit 2026-11-27T18:00" in told
    assert "Anna" not in told
    assert "[membership]" not in told
    offered = {t.name for t in model.requests[0].tools if t.shelf != "none"}
    assert "show_timetable" in offered
    assert not offered & {"show_member", "list_unpaid", "cancel_class"}
    await gym.say("jonas", "everybody should book yoga tonight", **GROUP)
    turn = await gym.say("mia", "what is jonas up to?", **GROUP)
    assert turn.question is not None
    assert turn.question.kind == "confirm"


async def test_in_an_open_group_a_model_is_not_told_what_was_answered_privately(gym: House) -> None:
    """Neither whom the last answer was about nor which class somebody has just booked; in private it is."""
    for session, more, known in (("Yoga 2026-11-23T19:30", GROUP, False), ("CrossFit 2026-11-24T18:00", {}, True)):
        book = [ToolCall("", "book_class", {"session": session, "member": "Anna Schmidt"})]
        model = with_model(gym, book, "There.", "Fine.")
        turn = await gym.say("carla", "what would you do in my place, in your own words", **more)
        assert turn.actions[0].ok
        await gym.say("carla", "and then, in your own words?", **more)
        told = notes(model.requests[-1])
        assert ("Just made or changed" in told) is known
        assert "Anna" not in told


async def test_a_reply_in_a_group_to_what_was_said_in_private_tells_the_group_nothing(gym: House) -> None:
    """What it was about stays where it was said."""
    private = await gym.call("carla", "show_member", member="Anna Schmidt")
    model = with_model(gym, "Hm.")
    await gym.say("carla", "what would you say to this, in your own words", reply_to=private.messages[-1].id, **GROUP)
    assert "Anna" not in notes(model.requests[0])


async def test_a_model_calls_nothing_in_a_group_that_the_group_is_not_offered(gym: House) -> None:
    """The owner may type the command there; a model that was never told of the tool may not use it."""
    with_model(gym, [ToolCall("", "cancel_class", {"session": "CrossFit 2026-11-27T18:00"})], "No.")
    turn = await gym.say("olivia", "what would you do in my place, in your own words", **GROUP)
    assert turn.question is None
    assert not turn.actions[0].ok
