"""One's own chats, usage and data."""

import json

import pytest

from core.errors import NotFound
from tests.conftest import House
from tests.tools.test_workouts import card, words


async def test_a_new_chat_is_where_the_next_words_go(gym: House) -> None:
    """The old one stays in the list."""
    first = await gym.say("mia", "show exercise front squat")
    await gym.say("mia", "new chat")
    second = await gym.say("mia", "find exercises for hamstrings")
    assert first.session_id != second.session_id
    lines = card(await gym.say("mia", "show my chats")).lines
    assert [line.split(" — ")[0] for line in lines] == ["find exercises for hamstrings", "show exercise front squat"]


async def test_an_earlier_chat_is_opened_by_its_title(gym: House) -> None:
    """What is said next belongs to it."""
    first = await gym.say("mia", "show exercise front squat")
    await gym.say("mia", "new chat")
    await gym.say("mia", "rename this chat to Race Prep")
    await gym.call("mia", "open_chat", chat="show exercise front squat")
    again = await gym.say("mia", "find exercises for hamstrings")
    assert again.session_id == first.session_id
    await gym.say("mia", "open the chat Race Prep")
    assert (await gym.say("mia", "show my chats")).session_id != first.session_id


async def test_nobody_opens_another_persons_chat(gym: House) -> None:
    """A title is looked for among one's own."""
    await gym.say("mia", "show exercise front squat")
    await gym.call("mia", "rename_chat", chat="this chat", title="Knee Stuff")
    turn = await gym.say("schmidt", "open the chat Knee Stuff")
    assert not turn.actions[0].ok


async def test_a_chat_is_deleted_after_a_yes_with_what_was_said_in_it(gym: House) -> None:
    """The open chat cannot delete itself."""
    first = await gym.say("mia", "show exercise front squat")
    await gym.call("mia", "rename_chat", chat="this chat", title="Knee Stuff")
    assert "cannot delete itself" in words(await gym.say("mia", "delete the chat Knee Stuff"))
    await gym.say("mia", "new chat")
    asked = await gym.say("mia", "delete the chat Knee Stuff")
    assert asked.question is not None
    assert "cannot be undone" in card(asked).lines[0]
    await gym.tap("mia", asked.question.options[0].token)
    own = await gym.desk.sessions(gym.people["mia"], 10)
    assert first.session_id not in [s.id for s in own]


async def test_usage_is_counted_by_day(gym: House) -> None:
    """Every answered message counts."""
    await gym.say("mia", "show exercise front squat")
    await gym.say("mia", "find exercises for hamstrings")
    facts = {f.label: f.value for f in card(await gym.say("mia", "show my usage")).facts}
    assert facts["Today"] == "2 messages"
    assert "no limit" in facts["Left"]


async def test_the_export_holds_what_is_about_me_and_nobody_else(gym: House) -> None:
    """Rows, chats and what was said in them; no keys of buttons."""
    await gym.say("carla", "show exercise front squat")
    await gym.say("mia", "show exercise hip thrust")
    turn = await gym.say("mia", "export my data")
    (file,) = [f for m in turn.messages for f in m.files]
    assert file.name == "my-data-2026-11-20.json"
    told = json.loads(await content_of(gym, "mia", file.url))
    assert [p["name"] for p in told["persons"]] == ["Mia Tran"]
    written = json.dumps(told)
    assert "show exercise hip thrust" in written
    assert "front squat" not in written
    assert "token" not in written


async def content_of(gym: House, who: str, url: str) -> bytes:
    """What a person reads at a file's address."""
    number = int(url.removeprefix("/agent/files/"))
    return (await gym.desk.file_to_read(gym.people[who], number)).content or b""


async def test_an_export_is_for_its_own_person_and_the_newest_is_kept(gym: House) -> None:
    """Nobody else reads it, not even the owner; a new one takes its place."""
    urls = [(await gym.say("mia", "export my data")).messages[0].files[0].url for _ in range(2)]
    assert urls[0] == urls[1]
    with pytest.raises(NotFound):
        await content_of(gym, "olivia", urls[0])
    assert (await content_of(gym, "mia", urls[0])).count(b"export my data") == 3


async def test_an_export_asked_for_in_a_room_is_answered_privately(gym: House) -> None:
    """The room learns only that."""
    await gym.say("carla", "export my data", "staff")
    seen = await gym.read("marcus", "staff")
    assert not any(e.message.files for e in seen)
