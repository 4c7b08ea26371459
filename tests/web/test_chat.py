"""Talking to Whistle over HTTP: answers, keys, presses, places, and what is refused."""

import asyncio
from datetime import timedelta
from typing import Any

from adapters.web.limits import Pace
from tests.conftest import calls
from tests.web.conftest import Opener, SlowModel, Surface


async def asked_to_break(surface: Opener) -> tuple[Surface, dict[str, Any]]:
    """A coach who is asked whether to break Mia's teddy."""
    one = await surface(calls(("break_toy", {"toy": "teddy"})), "Done.")
    await one.house.call("mia", "make_toy", name="teddy")
    return one, await one.say("carla", "break the teddy")


async def test_a_message_is_answered_with_its_turn(surface: Opener) -> None:
    """A POST waits for the turn and gets it in the names that the API promises."""
    one = await surface("Hello Mia!")
    turn = await one.say("mia", "hello")
    assert turn["messages"][0]["text"] == "Hello Mia!"
    assert turn["answered_by"] == "scripted"
    assert turn.keys() == {
        "sessionId", "answered_by", "iterations", "messages", "question", "actions", "exercises", "notice",
    }  # fmt: skip
    assert turn["question"] is None
    assert turn["exercises"] is None


async def test_an_empty_message_is_refused_and_changes_nothing(surface: Opener) -> None:
    """Blank words are a 400 with words of help, and nothing is received."""
    one = await surface()
    for words in ("", "  \n\t"):
        answer = await one.post("mia", "/agent/chat", {"message": words})
        assert answer.status_code == 400
        assert answer.json()["error"]["code"] == "empty_message"
    assert await one.house.read("mia") == []


async def test_what_cannot_be_read_is_refused_in_plain_words(surface: Opener) -> None:
    """Malformed JSON, a wrong type, no body, another content type: 400 in the one form of errors."""
    one = await surface()
    bodies = [(b"{", "application/json"), (b'{"message": 5}', "application/json"), (b"", "application/json")]
    bodies += [(b'{"message": "hi"}', "text/plain"), (b'{"message": "hi", "sessionId": "x"}', "application/json")]
    async with one.client("mia") as client:
        for body, kind in bodies:
            answer = await client.post("/agent/chat", content=body, headers={"Content-Type": kind})
            assert answer.status_code == 400, body
            assert answer.json()["error"]["message"].endswith("Nothing was done.")


async def test_twenty_thousand_characters_get_a_useful_answer_without_a_model(surface: Opener) -> None:
    """An endless message is answered by code; a body of megabytes is not taken in."""
    one = await surface()
    turn = await one.say("mia", "x" * 20_000)
    assert turn["answered_by"] == "code"
    assert "20,000 characters" in turn["messages"][0]["text"]
    answer = await one.post("mia", "/agent/chat", {"message": "x" * 3_000_000})
    assert answer.status_code == 413
    assert answer.json()["error"]["code"] == "too_large"


async def test_characters_that_no_database_keeps_do_no_harm(surface: Opener) -> None:
    """A null character and half of a pair are dropped or replaced, and the message is answered."""
    one = await surface("Fine.")
    async with one.client("mia") as client:
        body = b'{"message": "hi\\u0000 there \\ud83d"}'
        answer = await client.post("/agent/chat", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 200
    assert (await one.house.read("mia"))[0].message.text == "hi there ?"


async def test_a_repeat_with_the_same_key_returns_the_same_turn(surface: Opener) -> None:
    """The second delivery is not a second message, also when both come at once."""
    one = await surface("First.", "Second.")
    key = {"Idempotency-Key": "k1"}
    both = await asyncio.gather(*(one.post("mia", "/agent/chat", {"message": "hello"}, **key) for _ in range(2)))
    again = await one.post("mia", "/agent/chat", {"message": "hello"}, **key)
    assert both[0].json() == both[1].json() == again.json()
    assert [e.message.text for e in await one.house.read("mia")] == ["hello", "First."]


async def test_a_key_belongs_to_its_person(surface: Opener) -> None:
    """Two people may use the same key; one person may not use it for two messages."""
    one = await surface("To Mia.", "To Carla.")
    key = {"Idempotency-Key": "k1"}
    mia = await one.post("mia", "/agent/chat", {"message": "hello"}, **key)
    carla = await one.post("carla", "/agent/chat", {"message": "hello"}, **key)
    assert mia.json()["messages"][0]["text"] == "To Mia."
    assert carla.json()["messages"][0]["text"] == "To Carla."
    other = await one.post("mia", "/agent/chat", {"message": "something else"}, **key)
    assert other.status_code == 409
    assert other.json()["error"]["code"] == "conflict"


async def test_messages_merged_into_one_turn_return_the_same_turn(surface: Opener) -> None:
    """What comes in while an answer is made becomes one turn, and each sender's request gets it."""
    model = SlowModel()
    one = await surface(model=model)
    first = asyncio.create_task(one.say("mia", "one"))
    await model.asked.wait()
    others = [asyncio.create_task(one.say("mia", words)) for words in ("two", "three")]
    await one.until_said("mia", 3)
    model.go_on.set()
    merged = [await task for task in others]
    assert merged[0] == merged[1]
    assert merged[0]["messages"][0]["text"] in ("You said: two\nthree", "You said: three\ntwo")
    assert (await first)["messages"][0]["text"] == "You said: one"


async def test_a_question_is_answered_by_a_press(surface: Opener) -> None:
    """The Turn carries the question with the yes first; pressing it does what was asked about."""
    one, turn = await asked_to_break(surface)
    assert turn["question"]["kind"] == "confirm"
    yes = turn["question"]["options"][0]["token"]
    pressed = (await one.post("carla", "/agent/press", {"token": yes})).json()
    assert pressed["actions"][0] == {
        "tool": "break_toy", "args": {"toy": "teddy"}, "ok": True, "result": "Broke teddy", "error": None,
    }  # fmt: skip
    assert pressed["messages"][0]["receipts"][0]["undo"]


async def test_another_persons_press_is_refused_and_leaves_the_question_open(surface: Opener) -> None:
    """The press answers with a notice, no action and no receipt."""
    one, turn = await asked_to_break(surface)
    yes = turn["question"]["options"][0]["token"]
    foreign = (await one.post("marcus", "/agent/press", {"token": yes})).json()
    assert "Carla" in foreign["notice"]
    assert foreign["actions"] == foreign["messages"] == []
    mine = (await one.post("carla", "/agent/press", {"token": yes})).json()
    assert mine["actions"][0]["ok"]


async def test_ten_parallel_presses_have_one_effect(surface: Opener) -> None:
    """One press acts; the nine others are told that it is no longer open."""
    one, turn = await asked_to_break(surface)
    yes = turn["question"]["options"][0]["token"]
    answers = await asyncio.gather(*(one.post("carla", "/agent/press", {"token": yes}) for _ in range(10)))
    turns = [answer.json() for answer in answers]
    assert sum(bool(t["actions"]) for t in turns) == 1
    assert sum(bool(t["notice"]) for t in turns) == 9


async def test_a_repeated_press_with_one_key_returns_the_same_turn(surface: Opener) -> None:
    """A press that is sent again because its answer was lost has no second effect and the same answer."""
    one, turn = await asked_to_break(surface)
    tap = {"token": turn["question"]["options"][0]["token"]}
    first, again = [(await one.post("carla", "/agent/press", tap, **{"Idempotency-Key": "p"})).json() for _ in "ab"]
    assert first == again
    assert first["actions"][0]["ok"]


async def test_an_unknown_button_answers_with_a_notice(surface: Opener) -> None:
    """A forged token does nothing and says so."""
    one = await surface()
    answer = await one.post("mia", "/agent/press", {"token": "v1:forged"})
    assert answer.status_code == 200
    assert answer.json()["notice"]
    assert answer.json()["actions"] == []


async def test_the_coaches_room_is_closed_to_members(surface: Opener) -> None:
    """A room without the role is a 403, a room that does not exist a 404; for a coach it opens."""
    one = await surface("Hello, coach.")
    assert (await one.post("mia", "/agent/chat", {"message": "hi", "room": "staff"})).status_code == 403
    assert (await one.get("mia", "/agent/history?room=staff")).status_code == 403
    assert (await one.post("mia", "/agent/chat", {"message": "hi", "room": "attic"})).status_code == 404
    await one.say("carla", "hi", room="staff")
    read = await one.get("marcus", "/agent/history?room=staff")
    assert [e["message"]["text"] for e in read.json()["entries"]] == ["hi", "Hello, coach."]


async def test_too_many_messages_at_once_are_slowed_down(surface: Opener) -> None:
    """Past the pace a message is refused with the time to wait; others are not held up, and time heals it."""
    one = await surface(*["Yes."] * 5, pace=Pace(burst=2, seconds=10))
    await one.say("mia", "one")
    await one.say("mia", "two")
    answer = await one.post("mia", "/agent/chat", {"message": "three"})
    assert answer.status_code == 429
    assert answer.json()["error"]["code"] == "too_fast"
    assert answer.headers["Retry-After"] == "5"
    await one.say("carla", "one")
    one.house.clock.move(timedelta(seconds=5))
    await one.say("mia", "three")


async def test_a_stopping_server_says_that_the_message_was_kept(surface: Opener) -> None:
    """A request that waits for an answer ends with honest words; the message is in the transcript."""
    model = SlowModel()
    one = await surface(model=model)
    waiting = asyncio.create_task(one.post("mia", "/agent/chat", {"message": "hello"}))
    await model.asked.wait()
    await one.web.stop()
    answer = await waiting
    assert answer.status_code == 503
    assert "was kept" in answer.json()["error"]["message"]
    assert [e.message.text for e in await one.house.read("mia")] == ["hello"]


async def test_a_field_that_does_not_exist_is_named(surface: Opener) -> None:
    """A misspelt field is not left out without a word."""
    one = await surface()
    answer = await one.post("mia", "/agent/chat", {"message": "hi", "sesionId": 3})
    assert answer.status_code == 400
    assert "sesionId" in answer.text
    assert await one.house.read("mia") == []
