"""Lanes: one turn at a time per conversation, in order, many at once; nothing is lost and nothing is done twice."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.sql import select

from core.agent import inbox
from core.agent.inbox import InboxRow
from core.agent.messages import AgentEvent, TurnRow
from core.chat import Incoming
from core.llm.contract import Event, Request, Said, Stop, TextDelta
from tests.conftest import House, Opener, calls


class SlowModel:
    """Answers each conversation only when it is let go."""

    name = "slow"

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.go: dict[str, asyncio.Event] = {}
        self.started = asyncio.Event()

    async def stream(self, request: Request) -> AsyncIterator[Event]:
        words = next(m.text for m in reversed(request.messages) if isinstance(m, Said))
        self.asked.append(words)
        self.started.set()
        await self.go.setdefault(words.split()[0], asyncio.Event()).wait()
        yield TextDelta(f"heard: {words}")
        yield Stop("end")


def words(house: House, who: str, event: str, text: str, room: str | None = None) -> Incoming:
    """A message with an event id of its own."""
    return Incoming(platform="web", event_id=event, account=house.account(who), text=text, room=room)


async def rows(house: House, model: Any) -> list[Any]:
    """All rows of a table in order."""
    async with house.desk.store.read() as db:
        return list(await db.scalars(select(model).order_by(model.id)))


async def test_a_slow_turn_holds_up_nobody_else(toy_house: Opener) -> None:
    """Mia's turn waits on the model while Carla is answered."""
    model = SlowModel()
    model.go["carla"] = asyncio.Event()
    model.go["carla"].set()
    house = await toy_house()
    house.desk.loop.model = model
    mia = await house.desk.receive(words(house, "mia", "m1", "mia waits"))
    await model.started.wait()
    turn = await house.say("carla", "carla asks")
    assert turn.messages[0].text == "heard: carla asks"
    model.go["mia"].set()
    assert (await house.desk.turn_of(mia)).messages[0].text == "heard: mia waits"


async def test_several_quick_messages_are_one_turn(toy_house: Opener) -> None:
    """What came in while a turn ran is answered together, in order, and each sender call gets the same turn."""
    model = SlowModel()
    house = await toy_house()
    house.desk.loop.model = model
    first = await house.desk.receive(words(house, "mia", "m1", "one"))
    await model.started.wait()
    second = await house.desk.receive(words(house, "mia", "m2", "two"))
    third = await house.desk.receive(words(house, "mia", "m3", "three"))
    for key in ("one", "two"):
        model.go.setdefault(key, asyncio.Event()).set()
    turns = await asyncio.gather(*(house.desk.turn_of(i) for i in (first, second, third)))
    assert model.asked == ["one", "two\nthree"]
    assert turns[1] == turns[2] != turns[0]


async def test_a_long_queue_is_answered_a_few_messages_at_a_time(toy_house: Opener) -> None:
    """In order, and a turn looks at no more of the queue than it takes."""
    model = SlowModel()
    house = await toy_house()
    house.desk.loop.model = model
    first = await house.desk.receive(words(house, "mia", "m0", "first"))
    await model.started.wait()
    more = [await house.desk.receive(words(house, "mia", f"m{n}", f"w{n}")) for n in range(1, 8)]
    async with house.desk.store.read() as db:
        (lane,) = await inbox.waiting_lanes(db)
        assert [row.body["text"] for row in await inbox.waiting(db, lane)] == ["w1", "w2", "w3", "w4", "w5"]
    for key in ("first", "w1", "w6"):
        model.go.setdefault(key, asyncio.Event()).set()
    await asyncio.gather(*(house.desk.turn_of(i) for i in (first, *more)))
    assert model.asked == ["first", "w1\nw2\nw3\nw4\nw5", "w6\nw7"]


async def test_the_same_event_delivered_again_is_one_message(toy_house: Opener) -> None:
    """The unique key of the inbox makes a redelivery harmless."""
    house = await toy_house("hello")
    first = await house.desk.receive(words(house, "mia", "m1", "hi"))
    again = await house.desk.receive(words(house, "mia", "m1", "hi"))
    assert first == again
    await house.desk.turn_of(first)
    assert len(await rows(house, InboxRow)) == 1
    assert len(await rows(house, TurnRow)) == 1


async def test_a_message_that_keeps_failing_is_buried_after_five_attempts_with_one_alert(toy_house: Opener) -> None:
    """The sender hears it, the owner is told once, and the next message is answered."""

    class Broken:
        name = "broken"

        async def stream(self, request: Request) -> AsyncIterator[Event]:
            said = next(m.text for m in reversed(request.messages) if isinstance(m, Said))
            if said == "poison":
                raise ValueError("cannot")
            yield TextDelta("fine")
            yield Stop("end")

    house = await toy_house()
    house.desk.loop.model = Broken()
    turn = await house.say("mia", "poison")
    assert "put it aside" in turn.messages[0].text
    assert (await house.say("mia", "good")).messages[0].text == "fine"
    alerts = [e for e in await house.read("olivia") if e.kind == "notice"]
    assert len(alerts) == 1
    assert [r.state for r in await rows(house, InboxRow)] == ["dead", "done"]


class Deadly:
    """A model that takes the process down at one message, never comes to an end with another, and answers the rest."""

    name = "deadly"

    def __init__(self) -> None:
        self.deaths = 0
        self.asked = asyncio.Event()
        self.died = asyncio.Event()
        self.waits = True

    async def stream(self, request: Request) -> AsyncIterator[Event]:
        said = next(m.text for m in reversed(request.messages) if isinstance(m, Said))
        self.asked.set()
        if said == "poison":
            self.deaths += 1
            self.died.set()
            raise Gone
        if said == "slow" and self.waits:
            await asyncio.Event().wait()
        yield TextDelta(f"heard: {said}")
        yield Stop("end")


class Gone(BaseException):
    """The process ends here."""


async def killed_and_started(house: House) -> None:
    """The process is gone without a word, and a new one starts on its database."""
    lanes = house.desk.lanes
    lanes._closed = True
    cut = [task for task in (*lanes._running.values(), lanes._alone) if task is not None]
    for task in cut:
        task.cancel()
    await asyncio.gather(*cut, return_exceptions=True)
    await house.desk.pump.stop()
    await house.desk.store.dispose()  # the system closes the files of a process that is gone
    await house.desk.store.dispose()
    await house.open()


async def test_a_message_that_ends_the_process_is_put_aside_after_five_starts(toy_house: Opener) -> None:
    """It is taken up at five starts and then buried with one alert; a slow turn beside it is never taken for the cause."""
    model = Deadly()
    house = await toy_house()
    house.model = house.desk.loop.model = model
    slow = await house.desk.receive(words(house, "mia", "m1", "slow"))
    deadly = await house.desk.receive(words(house, "carla", "c1", "poison"))
    async with asyncio.timeout(60):
        for death in range(6):
            await model.died.wait()
            model.died.clear()
            model.waits = death < 2
            await killed_and_started(house)
            house.clock.move(timedelta(minutes=1))
        turn = await house.desk.turn_of(deadly)
        assert "put it aside" in turn.messages[0].text
        assert model.deaths == 6
        assert (await house.say("carla", "good")).messages[0].text == "heard: good"
        assert (await house.desk.turn_of(slow)).messages[0].text == "heard: slow"
    assert len([e for e in await house.read("olivia") if e.kind == "notice"]) == 1


async def test_a_machine_that_is_often_killed_buries_nothing(toy_house: Opener) -> None:
    """A turn that was cut off again and again waits a little after a start; starts that are shorter do not count."""
    model = Deadly()
    house = await toy_house()
    house.model = house.desk.loop.model = model
    slow = await house.desk.receive(words(house, "mia", "m1", "slow"))
    await model.asked.wait()
    for _ in range(12):
        await killed_and_started(house)
        if not house.desk.lanes._held:
            model.asked.clear()
            await model.asked.wait()
    assert (await rows(house, TurnRow))[0].revivals == 2
    model.waits = False
    house.clock.move(timedelta(minutes=1))
    assert (await house.desk.turn_of(slow)).messages[0].text == "heard: slow"


async def test_a_stop_in_order_is_held_against_no_message(toy_house: Opener) -> None:
    """However often the program is restarted while an answer is being made, the answer comes."""
    model = Deadly()
    house = await toy_house()
    house.model = house.desk.loop.model = model
    slow = await house.desk.receive(words(house, "mia", "m1", "slow"))
    for _ in range(8):
        await model.asked.wait()
        model.asked.clear()
        await house.reopen()
    model.waits = False
    await house.reopen()
    assert (await house.desk.turn_of(slow)).messages[0].text == "heard: slow"


async def test_a_stored_answer_is_not_asked_for_again_after_a_stop(toy_house: Opener) -> None:
    """The model's answer is in the log before its tools run; a restart goes on from there."""
    house = await toy_house(calls(("make_toy", {"name": "teddy"})), "made it")
    inbox_id = await house.desk.receive(words(house, "mia", "m1", "make a teddy"))
    await house.desk.turn_of(inbox_id)
    await house.reopen()
    events = [e.event_type for e in await rows(house, AgentEvent)]
    assert events == ["user_message", "answer", "action", "result", "answer"]


async def test_empty_and_endless_messages_are_answered_without_a_model(toy_house: Opener) -> None:
    """Code answers what no model should see."""
    house = await toy_house()
    assert "empty" in (await house.say("mia", "   ")).messages[0].text
    turn = await house.say("mia", "x" * 20_000)
    assert "20,000 characters" in turn.messages[0].text
    assert turn.iterations == 1


@pytest.mark.parametrize("claim", ["Done! I've booked it.", "Your class has been cancelled."])
async def test_a_claim_that_no_change_backs_is_corrected(toy_house: Opener, claim: str) -> None:
    """A model that lies is contradicted by code."""
    house = await toy_house(claim)
    turn = await house.say("mia", "book it")
    assert turn.messages[0].text.startswith("Nothing has been changed")


async def test_a_model_that_loops_is_stopped(toy_house: Opener) -> None:
    """At most eight model calls and twelve tool calls a turn."""
    house = await toy_house(*[calls(("count_toys", {}))] * 9)
    turn = await house.say("mia", "count for ever")
    assert turn.iterations <= 8
    assert "stopped here" in turn.messages[-1].text
    house.desk.loop.model.steps = [calls(*(("count_toys", {"last": n}) for n in range(20)))]
    turn = await house.say("mia", "count a lot")
    assert sum(1 for a in turn.actions if a.ok) == 12
    assert {a.error for a in turn.actions if not a.ok} == {"not done: too many calls in one turn"}


async def test_an_unknown_tool_is_told_to_the_model_only(toy_house: Opener) -> None:
    """The model hears it and may correct itself."""
    house = await toy_house(calls(("fly", {})), "I can't fly.")
    turn = await house.say("mia", "fly")
    assert [m.text for m in turn.messages] == ["I can't fly."]
    assert turn.actions[0].error == "There is no tool called fly."


async def test_partial_answers_run_nothing(toy_house: Opener) -> None:
    """A stream that was cut proposes nothing."""

    def cut(request: Request) -> list[Event]:
        from core.llm.contract import Proposed, ToolCall

        return [Proposed(ToolCall("", "make_toy", {"name": "ghost"})), Stop("cut")]

    house = await toy_house(cut)
    turn = await house.say("mia", "make a ghost")
    assert turn.actions == ()


async def test_what_others_said_in_the_room_arrives_quoted(toy_house: Opener) -> None:
    """A conversation hears what happened in its room since its last turn, once, as a quotation."""
    house = await toy_house("hi", "two toys, as Carla said", "still two")
    await house.say("carla", "we have two toys", room="staff")
    await house.say("marcus", "how many toys?", room="staff")
    await house.say("marcus", "and now?", room="staff")
    heard = [
        [m.text for m in r.messages if isinstance(m, Said) and m.kind == "data"] for r in house.desk.loop.model.requests
    ]
    assert heard[0] == []
    assert heard[1][0].splitlines()[1:] == ["> Carla Reyes: we have two toys", "> Whistle: hi"]
    assert heard[2] == heard[1]
