"""People on Telegram, from the update on the wire to the message in their chat."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.databases import fresh
from tests.fakes.telegram import TelegramServer
from tests.telegram.town import Town
from tests.test_dialogues import demo_gym, demo_house


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """The demo gym on Telegram."""
    async with fresh("sqlite", tmp_path, "demo", demo_gym) as url:
        house = await demo_house(url)
        await house.desk.stop()
        server = TelegramServer(house.clock)
        await server.start()
        made = await Town(house, server, tmp_path).open()
        yield made
        await made.close()
        await server.stop()


async def test_mia_books_and_undoes(town: Town) -> None:
    """One button a class; a tap books; Undo gives the seat back; each press has its toast."""
    asked = await town.say("mia", "book crossfit tomorrow evening")
    assert await town.press("mia", asked[-1], 1) == "Got it."
    assert town.shown("mia") == [
        "Which class do you mean?\n✅ CrossFit, Tue 24 Nov 18:00 · 8 left",
        "✅ Booked: CrossFit, Tue 24 November 18:00 (Europe/Berlin)",
    ]
    await town.press("mia", town.server.last(town.number("mia")), "Undo")
    assert town.shown("mia")[1].startswith("↩️ Booked:")
    assert town.server.allowance.refused == []


async def test_commands_are_listed_by_who_is_asked(town: Town) -> None:
    """Members' in private, public ones in groups, coaches' for administrators; staff see theirs in their own chat."""
    methods = town.server.methods
    await town.settled()
    names = {scope: [c["command"] for c in listed] for scope, listed in methods.commands.items()}
    assert names["all_private_chats"][:2] == ["show_timetable", "book_class"]
    assert "cancel_class" not in names["all_private_chats"]
    assert "show_balance" not in names["all_group_chats"]
    assert "cancel_class" in names["all_chat_administrators"]
    assert methods.menu == {"type": "commands"}
    german = {c["command"]: c["description"] for c in methods.commands["all_private_chats:de"]}
    assert german["book_class"] == "Einen Platz in einem Kurs buchen."
    await town.say("carla", "hello")
    assert "cancel_class" in [c["command"] for c in methods.commands[f"chat:{town.number('carla')}"]]


async def test_a_command_alone_is_asked_back_and_one_with_words_is_done(town: Town) -> None:
    """Also with the bot's name behind it."""
    asked = await town.say("carla", "/cancel_class")
    assert "reply_markup" in asked[-1] or "Which" in asked[-1]["text"]
    shown = await town.say("mia", f"/show_timetable@{town.name[1:]} tomorrow")
    assert "Tue 24 November" in shown[-1]["text"]


async def test_edits_bots_and_the_anonymous_run_nothing(town: Town) -> None:
    """Whatever they say."""
    first = await town.say("mia", "what's on tomorrow?")
    assert len(first) == 1
    place = town.server.world.chats[town.number("mia")]
    town.server.world.edits(town.number("mia"), place.messages[1], "book crossfit tomorrow 18:00")
    town.group(-10050, "Members", "mia")
    other = {"id": 99, "is_bot": True, "first_name": "Other"}
    hidden = {"sender_chat": {"id": -10050, "type": "supergroup", "title": "Members"},
              "from": {"id": 1087968824, "is_bot": True, "first_name": "Group"}}  # fmt: skip
    assert await town.say("mia", "/book_class", -10050, **{"from": other}) == []
    assert await town.say("mia", "/book_class", -10050, **hidden) == []
    assert len(town.shown("mia")) == 1


async def test_files_are_kept_with_their_words_and_large_ones_are_not_loaded(town: Town) -> None:
    """A photo, a voice note, a document; the bytes are the person's."""
    world, mia = town.server.world, town.number("mia")
    world.sends_file(mia, "photo", b"jpeg bytes", caption="what's on tomorrow?")
    await town.settled()
    assert "Tue 24 November" in town.shown("mia")[-1]
    world.sends_file(mia, "voice", b"ogg bytes")
    await town.settled()
    assert sorted(p.read_bytes() for p in (town.data_dir / "files").iterdir()) == [b"jpeg bytes", b"ogg bytes"]
    world.sends_file(mia, "document", b"x", name="huge.zip", size=21 * 2**20)
    await town.settled()
    assert "huge.zip" in town.shown("mia")[-1]
    assert "20 MB" in town.shown("mia")[-1]
    assert len(town.server.of("getFile")) == 2


async def test_a_stranger_is_told_how_to_join_and_nothing_is_loaded_for_them(town: Town) -> None:
    """No turn, no model."""
    town.server.world.user(99, "Nobody")
    town.server.world.types(99, "book crossfit tomorrow 18:00")
    town.server.world.sends_file(99, "photo", b"x")
    await town.settled()
    assert "invitation" in town.server.texts(99)[0]
    assert town.server.of("getFile") == []


async def test_a_group_that_gets_another_number_goes_on(town: Town) -> None:
    """What is sent to the old number arrives at the new one."""
    town.group(-70, "Members", "mia")
    await town.say("mia", f"{town.name} what's on tomorrow?", -70)
    town.server.world.chats[-70].moved_to = -10070
    town.group(-10070, "Members", "mia")
    town.server.world.types(town.number("mia"), f"{town.name} what's on friday?", -70)
    await town.settled()
    assert "Fri 27 November" in town.server.texts(-10070)[-1]


async def test_updates_that_cannot_be_read_hold_up_nobody(town: Town) -> None:
    """Twenty shapes that make no sense, between the words of one person: all words are answered, nothing is tried more
    than five times, and the owner hears of each once."""
    world, mia = town.server.world, town.number("mia")
    await town.say("olivia", "hello")
    chat = {"id": mia, "type": "private"}
    odd: list[dict[str, Any]] = [{"message": {"message_id": 1000 + n, "chat": chat, "date": n, "from": n}} for n in range(10)]
    odd += [{"callback_query": {"id": str(n), "from": {"id": mia}}} for n in range(5)]
    odd += [{"message": []}, {"message": 5}, {"message": "x"}, {"my_chat_member": {"chat": chat}}, {"message": {"chat": chat}}]
    for shape in odd:
        world.put_raw(shape)
    world.types(mia, "what's on tomorrow?")
    await town.server.passing(town._still, 1, 200)
    assert "Tue 24 November" in "".join(town.shown("mia"))
    alerts = [t for t in town.shown("olivia") if "could not be read" in t]
    assert len(alerts) == len(set(alerts)) == len(odd)


async def test_the_token_stands_in_no_log_line(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever goes wrong."""
    caplog.set_level("DEBUG")
    town.server.fail("cut before", "sendMessage")
    town.server.fail("not json", "editMessageText")
    await town.say("mia", "what's on tomorrow?")
    town.server.world.put_raw({"message": {"message_id": 5, "chat": 3}})
    town.server.world.put_raw({"message": []})
    town.server.world.types(town.number("carla"), "what's on tomorrow?")
    await town.server.passing(town._still, 1, 200)
    assert "Tue 24 November" in town.shown("carla")[-1]
    assert "AAtest-token" not in caplog.text


async def test_an_invitation_opens_the_chat(town: Town) -> None:
    """A link that Telegram understands, beside the code and the page; who opens it is known there."""
    town.server.world.user(77, "Noah", started=False)
    invited = (await town.say("adam", "invite mia"))[-1]["text"]
    door = f"https://t.me/{town.name[1:]}?start="
    code = invited.partition(door)[2].split()[0]
    assert f"/join {code}" in invited
    assert f"/?invite={code}" in invited
    town.server.world.types(77, f"/start {code}")
    await town.settled()
    assert "Mia" in town.server.texts(77)[0]
