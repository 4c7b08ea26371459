"""People on Telegram, from the update on the wire to the message in their chat."""

from datetime import date
from typing import Any

import pytest
import structlog
from sqlalchemy.sql import delete

from core.agent import places
from core.chat import Spot
from core.gym.timetable import between
from core.llm.rules import RulesModel
from core.people import Account
from tests.fakes.telegram import BROKEN, CUT, REFUSE
from tests.fakes.telegram_checks import Rejected
from tests.telegram.town import Town


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


async def test_an_older_server_gets_the_commands_that_it_can_show(town: Town) -> None:
    """It knows neither descriptions nor the menu button; nobody is told that the token is wrong."""
    town.server.methods.version = (5, 0)
    town.server.methods.commands.clear()
    await town.close()
    with structlog.testing.capture_logs() as logs:
        await town.open()
        await town.settled()
        assert "Tue 24 November" in (await town.say("mia", "what's on tomorrow?"))[-1]["text"]
    assert "all_chat_administrators:de" in town.server.methods.commands
    assert {entry["event"] for entry in logs} <= {"telegram_reached"}


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
    odd: list[dict[str, Any]] = [
        {"message": {"message_id": 1000 + n, "chat": chat, "date": n, "from": n}} for n in range(10)
    ]
    odd += [{"callback_query": {"id": str(n), "from": {"id": mia}}} for n in range(5)]
    odd += [
        {"message": []},
        {"message": 5},
        {"message": "x"},
        {"my_chat_member": {"chat": chat}},
        {"message": {"chat": chat}},
    ]
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


async def test_a_code_from_elsewhere_is_a_link_that_telegram_opens(town: Town) -> None:
    """Whoever asks for one on the page comes in by a tap; on Telegram itself there is nothing to open."""
    town.server.world.user(78, "Adam at home", started=False)
    async with town.house.desk.store.write() as db:
        await db.execute(delete(Account).where(Account.account == str(town.number("adam"))))
    turn = await town.house.say("adam", "/link")
    door = f"https://t.me/{town.name[1:]}?start="
    town.server.world.types(78, f"/start {turn.messages[0].text.partition(door)[2].split('`')[0]}")
    await town.settled()
    assert "Welcome back, Adam" in town.server.texts(78)[0]
    assert door not in (await town.say("mia", "/link"))[-1]["text"]


async def test_a_room_that_listens_acts_on_unaddressed_words_only_after_a_press(town: Town) -> None:
    """Chatter gets nothing, also with a picture; what is certainly meant is offered to whoever said it, and done by their
    press alone."""
    town.house.desk.platforms.rules = RulesModel()
    room = town.group(-100900, "Coaches", "carla", "marcus")
    spot = Spot(chat=str(room), group=True, title="Coaches")
    async with town.house.desk.store.write() as db:
        await places.bind(
            db, 1, "telegram", town.adapter.bot, spot, places.STAFF, places.LISTEN, town.house.clock.now()
        )
    for words in ("what a morning", "did anybody see my keys?", "maybe we put open gym on some day"):
        assert await town.say("carla", words, room) == []
    town.server.world.sends_file(town.number("carla"), "photo", b"x", room, caption="look at that")
    await town.settled()
    assert town.server.of("getFile") == []
    offered = await town.say("carla", "put open gym on tomorrow 13:00", room)
    assert [m["text"] for m in offered] == ["Carla Reyes, shall I?"]
    assert await _classes(town, "Open Gym") == []
    await town.press("marcus", offered[0])
    assert await _classes(town, "Open Gym") == []
    assert await town.press("carla", offered[0]) == "Got it."
    assert await _classes(town, "Open Gym") == ["13:00"]


async def _classes(town: Town, kind: str) -> list[str]:
    """When classes of a kind begin tomorrow that were put on by hand."""
    async with town.house.desk.store.read() as db:
        found = await between(db, 1, "Europe/Berlin", date(2026, 11, 24), date(2026, 11, 24))
        return [f"{o.local_start:%H:%M}" for o in found if o.class_type.casefold() == kind.casefold()]


@pytest.mark.parametrize("why", ["no line", "not now", "no such file", "no answer"])
async def test_a_file_that_cannot_be_loaded_takes_no_words_with_it(town: Town, why: str) -> None:
    """The words are answered, and whoever sent it hears that it was not kept."""
    faults: dict[str, tuple[str, Rejected | None]] = {
        "no line": (CUT, None), "not now": (REFUSE, Rejected(429, "Too Many Requests: retry after 7", retry_after=7)),
        "no such file": (REFUSE, Rejected(404, "Not Found")), "no answer": (BROKEN, None),
    }  # fmt: skip
    kind, error = faults[why]
    town.server.fail(kind, "getFile", times=5, error=error)
    town.server.world.sends_file(town.number("mia"), "document", b"x", name="plan.pdf", caption="what's on tomorrow?")
    await town.settled()
    assert "plan.pdf” could not be loaded from Telegram" in town.shown("mia")[0]
    assert "Tue 24 November" in town.shown("mia")[1]
    town.server.faults.clear()
    town.server.fail(CUT, "getFile")
    town.server.world.sends_file(town.number("mia"), "document", b"y", name="plan.pdf")
    await town.settled()
    assert [p.read_bytes() for p in (town.data_dir / "files").iterdir()] == [b"y"]


async def test_a_press_on_an_old_message_counts_in_its_topic(town: Town) -> None:
    """Telegram no longer tells what such a message was, nor the topic that it stands in."""
    forum = town.group(-100901, "Coaches", "carla", forum=True)
    async with town.house.desk.store.write() as db:
        spot = Spot(chat=str(forum), group=True)
        await places.bind(db, 1, "telegram", town.adapter.bot, spot, places.STAFF, places.QUIET, town.house.clock.now())
    words = f"{town.name} put open gym on tomorrow 13:00"
    done = (await town.say("carla", words, forum, thread=4))[-1]
    old = {"chat": done["chat"], "message_id": done["message_id"], "date": 0}
    undo = done["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    town.server.world.sends_press(town.number("carla"), old, undo)
    await town.settled()
    assert await _classes(town, "Open Gym") == []
    assert town.server.texts(forum)[0].startswith("↩️")
    assert {m["message_thread_id"] for m in town.server.world.chats[forum].sent()} == {4}


async def test_a_link_adds_the_bot_to_a_group_and_asks_there_whether_it_is_the_coaches_room(town: Town) -> None:
    """The owner gets it where they want to bind a room; nobody else can use it, and nothing is bound before a press."""
    room = town.group(-100902, "Coaches", "olivia", "mia")
    asked = (await town.say("olivia", "/bind_room"))[-1]["text"]
    assert f"https://t.me/{town.name[1:]}?startgroup=bind_room" in asked
    assert "only the owner" in (await town.say("mia", f"/start{town.name} bind_room", room))[-1]["text"]
    card = (await town.say("olivia", f"/start{town.name} bind_room", room))[-1]
    assert "Make Coaches the coaches' room?" in card["text"]
    place = await town.house.desk.platforms.place("telegram", town.adapter.bot, str(room))
    assert place is not None
    assert place.room != "staff"
    await town.press("olivia", card, "Approve")
    place = await town.house.desk.platforms.place("telegram", town.adapter.bot, str(room))
    assert place is not None
    assert place.room == "staff"
