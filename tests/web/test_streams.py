"""Streams on a real server: an answer as it is written, and everything that reaches a person."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from adapters.web.streams import until
from core.agent.outbox import To
from core.chat import Message
from core.llm.contract import Event, Proposed, Request, Returned, Stop, TextDelta, ToolCall
from core.people import Person
from core.store.database import unlogged
from tests.conftest import START, calls
from tests.web.conftest import Opener, SlowModel, Surface, blocks, listening, served


def signed(one: Surface, who: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {one.token(who)}"}


async def streamed(client: httpx2.AsyncClient, words: str, **more: Any) -> list[tuple[str, Any]]:
    """The events of one streamed answer."""
    async with client.stream("POST", "/agent/stream", json={"message": words, **more}) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        return [(b.event, b.json) async for b in blocks(answer)]


async def test_an_answer_is_streamed_and_ends_with_its_turn(surface: Opener) -> None:
    """Deltas come first, then the message, and done carries the Turn."""
    one = await surface("Hello Mia!")
    async with served(one, "mia") as client:
        seen = await streamed(client, "hello")
    assert [event for event, _ in seen] == ["delta", "message", "done"]
    assert seen[0][1] == {"text": "Hello Mia!"}
    turn = seen[-1][1]
    assert turn["messages"] == [seen[1][1]]
    assert turn["sessionId"] > 0


class Working:
    """A model that makes a toy first and is in no hurry to speak of it."""

    name = "working"

    def __init__(self) -> None:
        self.go_on = asyncio.Event()

    async def stream(self, request: Request) -> AsyncIterator[Event]:
        if not isinstance(request.messages[-1], Returned):
            yield Proposed(ToolCall("", "make_toy", {"name": "teddy"}))
            yield Stop("tools")
            return
        await self.go_on.wait()
        yield TextDelta("There it is.")
        yield Stop("end")


async def test_what_is_done_is_told_when_it_is_done(surface: Opener) -> None:
    """An action comes once its call has ended, while the model still thinks, and only once."""
    model = Working()
    one = await surface(model=model)
    async with (
        asyncio.timeout(60),
        served(one, "mia") as client,
        client.stream("POST", "/agent/stream", json={"message": "make a teddy"}) as answer,
    ):
        coming = blocks(answer)
        first = await anext(coming)
        model.go_on.set()
        rest = [block.event async for block in coming]
    assert (first.event, first.json) == ("action", {"tool": "make_toy", "ok": True})
    assert "action" not in rest
    assert rest[-1] == "done"


async def test_a_streamed_question_and_action_are_events_of_their_own(surface: Opener) -> None:
    """What was done and what is asked are told apart from the words."""
    one = await surface(calls(("make_toy", {"name": "teddy"})), "Made.", calls(("break_toy", {"toy": "teddy"})))
    async with served(one, "carla") as client:
        made = await streamed(client, "make a teddy")
        asked = await streamed(client, "break it")
    assert ("action", {"tool": "make_toy", "ok": True}) in made
    question = dict(asked)["question"]
    assert question["kind"] == "confirm"
    assert question == asked[-1][1]["question"]


async def test_what_cannot_be_received_is_refused_before_the_stream_opens(surface: Opener) -> None:
    """An empty message and a closed room get their status, not a stream."""
    one = await surface()
    assert (await one.post("mia", "/agent/stream", {"message": " "})).status_code == 400
    assert (await one.post("mia", "/agent/stream", {"message": "hi", "room": "staff"})).status_code == 403


async def test_words_of_an_answer_reach_only_the_one_who_asked(surface: Opener) -> None:
    """Two people stream at once: each sees their own words, although one model speaks to both."""
    model = SlowModel()
    one = await surface(model=model)
    async with served(one, "mia") as client:
        mia = asyncio.create_task(streamed(client, "mia's secret"))
        await model.asked.wait()
        model.asked.clear()
        async with httpx2.AsyncClient(base_url=client.base_url, headers=signed(one, "carla"), timeout=60) as other:
            carla = asyncio.create_task(streamed(other, "carla's secret"))
            await model.asked.wait()
            model.go_on.set()
            both = await asyncio.gather(mia, carla)
    for name, other_name, seen in (("mia", "carla", both[0]), ("carla", "mia", both[1])):
        text = json.dumps(seen)
        assert f"{name}'s secret" in text
        assert f"{other_name}'s secret" not in text
        assert "".join(data["text"] for event, data in seen if event == "delta").endswith(f"{name}'s secret")


async def test_everything_said_and_answered_reaches_an_open_page(surface: Opener) -> None:
    """Own words from another tab, the answer, and the sign that an answer is being made."""
    one = await surface("Hello Mia!")
    async with served(one, "mia") as client, listening(client) as live:
        await client.post("/agent/chat", json={"message": "hello"})
        signs: list[Any] = []
        async for block in live.blocks:
            signs.append((block.event, block.json))
            if block.event == "entry" and block.json["kind"] == "message":
                break
    entries = [data for event, data in signs if event == "entry"]
    assert [(e["kind"], e["author"]["mine"], e["message"]["text"]) for e in entries] == [
        ("said", True, "hello"),
        ("message", False, "Hello Mia!"),
    ]
    assert entries[0]["at"].endswith("Z")
    assert ("typing", {"room": None, "on": True}) in signs


async def test_two_people_in_the_room_see_each_other_at_once(surface: Opener) -> None:
    """Each sees the other's words and the room's answers; a member's page gets nothing of it."""
    one = await surface("Morning, all.", "For Mia alone.")
    async with (
        served(one, "carla") as carla,
        httpx2.AsyncClient(base_url=carla.base_url, headers=signed(one, "marcus"), timeout=60) as marcus,
        httpx2.AsyncClient(base_url=carla.base_url, headers=signed(one, "mia"), timeout=60) as mia,
        listening(marcus) as on_marcus_screen,
        listening(mia) as on_mias_screen,
    ):
        await carla.post("/agent/chat", json={"message": "good morning", "room": "staff"})
        seen = await on_marcus_screen.until("Morning, all.")
        assert [(e["author"]["name"], e["room"]) for e in seen] == [("Carla Reyes", "staff"), ("Whistle", "staff")]
        await mia.post("/agent/chat", json={"message": "hello"})
        assert all(e["room"] is None for e in await on_mias_screen.until("For Mia alone."))


async def test_a_private_row_never_reaches_a_raw_client_in_the_room(surface: Opener) -> None:
    """What is private to the owner is not on a coach's stream, from the beginning of time."""
    one = await surface(calls(("price_toys", {})), "There you are.", "Last words.")
    async with served(one, "marcus") as marcus:
        await one.say("olivia", "what do the toys cost?", room="staff")
        await one.say("marcus", "hi", room="staff")
        async with listening(marcus, after=0) as live:
            seen = json.dumps(await live.until("Last words."))
        assert "what do the toys cost?" in seen
        assert "4711" not in seen
        async with (
            httpx2.AsyncClient(base_url=marcus.base_url, headers=signed(one, "olivia"), timeout=60) as olivia,
            listening(olivia, after=0) as live,
        ):
            assert "4711" in json.dumps(await live.until("Last words."))


async def test_a_cut_stream_goes_on_where_it_was(surface: Opener) -> None:
    """Last-Event-ID gives what came meanwhile, once and in order, even if nothing had come before the cut."""
    one = await surface("A", "B")
    async with served(one, "mia") as client:
        async with listening(client) as live:
            first = live.opened_at
        await client.post("/agent/chat", json={"message": "one"})
        async with listening(client, after=first) as live:
            seen = await live.until("A")
        await client.post("/agent/chat", json={"message": "two"})
        async with listening(client, after=seen[-1]["id"]) as live:
            more = await live.until("B")
    assert [e["message"]["text"] for e in seen + more] == ["one", "A", "two", "B"]
    assert [e["id"] for e in seen + more] == sorted({e["id"] for e in seen + more})


@pytest.mark.parametrize("position", ["999999", "-1", "x", "9" * 40])
async def test_a_position_that_cannot_be_starts_at_now(surface: Opener, position: str) -> None:
    """A page that was open on another database, or a made-up position, gets what comes from now on."""
    one = await surface("A", "B")
    await one.say("mia", "one")
    newest = await one.house.desk.newest()
    async with (
        served(one, "mia") as client,
        client.stream("GET", "/agent/events", headers={"Last-Event-ID": position}) as answer,
    ):
        assert int((await anext(blocks(answer))).id) == newest


async def test_a_notice_reaches_its_member_without_a_reload(surface: Opener) -> None:
    """A push appears on the open page of the one it is for, in the conversation that is theirs when it comes."""
    one = await surface()
    current = (await one.house.desk.new_session(one.house.people["mia"])).id
    desk = one.house.desk
    async with served(one, "mia") as client, listening(client) as live:
        async with desk.store.write() as db:
            for who in ("anna", "mia"):
                to = To(1, one.house.people.get(who, one.house.people["schmidt"]), None)
                await desk.outbox.post(db, to, Message(text=f"For {who}"), START, kind="notice")
        seen = await live.until("For mia")
    assert [(e["kind"], e["message"]["text"], e["sessionId"]) for e in seen] == [("notice", "For mia", current)]


async def test_the_stream_of_somebody_who_leaves_ends_at_once(surface: Opener) -> None:
    """Idle as it is: what was still for them comes, then nothing more, and a new stream is refused."""
    one = await surface()
    desk, mia = one.house.desk, one.house.people["mia"]
    async with served(one, "mia") as client, listening(client) as live, asyncio.timeout(60):
        async with desk.store.write() as db:
            await db.run_sync(left_the_gym, mia)
        desk.names.forget(1, {"persons"})
        assert [block.event async for block in live.blocks] == []
        assert (await client.get("/agent/me")).status_code == 401


def left_the_gym(session: Any, person_id: int) -> None:
    """A person is no longer of this gym."""
    with unlogged(session):
        session.get(Person, person_id).left_on = START.date()
        session.flush()


async def test_stopping_ends_open_streams_at_once(surface: Opener) -> None:
    """Live streams end, a streamed answer is told that its message was kept, and the port is free again."""
    model = SlowModel()
    one = await surface(model=model)
    async with served(one, "mia") as client, listening(client) as live:
        answer = asyncio.create_task(streamed(client, "hello"))
        await model.asked.wait()
        async with asyncio.timeout(60):
            await one.web.stop()
            events = await answer
            rest = [block.event async for block in live.blocks]
    assert events[-1][0] == "error"
    assert events[-1][1]["error"]["code"] == "stopping"
    assert set(rest) <= {"entry", "typing"}
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", one.web.port)) != 0


async def test_a_closed_page_leaves_no_listener_behind(surface: Opener) -> None:
    """When a browser goes away, its stream lets go of the hub."""
    one = await surface("A", "B")
    listeners = one.house.desk.hub._listeners
    async with served(one, "mia") as client, asyncio.timeout(60):
        async with listening(client) as live:
            await client.post("/agent/chat", json={"message": "one"})
            await live.until("A")
            (closed,) = listeners
        async with listening(client) as live:
            await client.post("/agent/chat", json={"message": "two"})
            await live.until("B")
            assert closed not in listeners
            assert len(listeners) == 1


async def test_a_stream_passes_on_what_its_source_raises() -> None:
    """A fault of the source is the stream's, after all that came before it."""

    async def source() -> Any:
        yield 1
        raise ValueError("broken")

    pieces = until(asyncio.Event(), source())
    assert await anext(pieces) == 1
    with pytest.raises(ValueError, match="broken"):
        await anext(pieces)
