"""What a raw update is taken for."""

from typing import Any

import pytest

from adapters.telegram.parse import Ignored, Renumbered, Said, Standing, Tapped, parsed, raw_of
from core.clock import SetClock
from tests.conftest import START
from tests.fakes.telegram_world import BOT_ID, BOT_NAME, World

MIA, CARLA = 501, 502
GROUP, FORUM = -1001, -1002


@pytest.fixture
def world() -> World:
    """Two people, a group without privacy mode and a forum."""
    made = World(SetClock(START))
    made.user(MIA, "Mia", last_name="Tran")
    made.user(CARLA, "Carla")
    made.group(GROUP, "Ironside", [MIA, CARLA], privacy=False)
    made.group(FORUM, "Coaches", [CARLA], privacy=False, forum=True)
    return made


def newest(world: World) -> Any:
    """What the newest update says."""
    return parsed(world.queue[-1].update, BOT_ID, BOT_NAME)


def test_words_in_private(world: World) -> None:
    """Who, where, and what; the place is nobody else's."""
    world.types(MIA, "book crossfit tomorrow")
    said = newest(world)
    assert isinstance(said, Said)
    assert (said.account, said.name, said.text, said.addressed) == ("501", "Mia Tran", "book crossfit tomorrow", True)
    assert (said.spot.chat, said.spot.group, said.spot.message, said.spot.thread) == ("501", False, "1", "")


@pytest.mark.parametrize(
    ("typed", "command", "text", "addressed"),
    [
        ("hello all", None, "hello all", False),
        (f"@{BOT_NAME} what's on?", None, "what's on?", True),
        (f"what's on, @{BOT_NAME}?", None, "what's on, ?", True),
        ("@someone_else what's on?", None, "@someone_else what's on?", False),
        ("/timetable tomorrow", "timetable", "tomorrow", True),
        (f"/Timetable@{BOT_NAME} tomorrow", "timetable", "tomorrow", True),
        ("mail me at a@whistle_test_bot.example", None, "mail me at a@whistle_test_bot.example", False),
    ],
)
def test_what_is_meant_for_the_bot_in_a_group(
    world: World, typed: str, command: str | None, text: str, addressed: bool
) -> None:
    """A command, its name; nothing else."""
    world.types(MIA, typed, GROUP)
    said = newest(world)
    assert isinstance(said, Said)
    assert (said.command, said.text, said.addressed) == (command, text, addressed)
    assert said.spot.group
    assert said.spot.title == "Ironside"


def test_a_reply_to_the_bot_is_meant_for_it_and_names_its_message(world: World) -> None:
    """A reply to somebody else is not."""
    own = world.store(world.chats[GROUP], {"from": world.me(), "text": "Which one?"})
    world.types(MIA, "the second", GROUP, reply_to=own["message_id"])
    said = newest(world)
    assert said.addressed
    assert said.answers == str(own["message_id"])
    world.types(CARLA, "me too", GROUP, reply_to=own["message_id"] + 1)
    assert not newest(world).addressed


def test_topics_are_kept_apart(world: World) -> None:
    """The number of the topic, and none where a thread is only a chain of replies."""
    world.types(CARLA, "/timetable", FORUM, thread=12)
    assert newest(world).spot.thread == "12"
    world.put_raw({"message": {**world.types(MIA, "/timetable", GROUP), "message_thread_id": 5}})
    assert newest(world).spot.thread == ""


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"sender_chat": {"id": GROUP, "type": "supergroup", "title": "x"},
          "from": {"id": 1087968824, "is_bot": True, "first_name": "Group"}}, "the sender hides behind a chat"),
        ({"from": {"id": 777000, "is_bot": False, "first_name": "Telegram"}, "is_automatic_forward": True},
         "the sender hides behind a chat"),
        ({"from": {"id": 99, "is_bot": True, "first_name": "Other"}}, "another bot"),
        ({"via_bot": {"id": 99, "is_bot": True, "first_name": "Other"}}, "sent through another bot"),
    ],
)  # fmt: skip
def test_who_cannot_be_known_is_nobody(world: World, more: dict[str, Any], reason: str) -> None:
    """Anonymous administrators, channels, other bots, and words sent through them."""
    world.types(MIA, "/cancel_class", GROUP, **more)
    assert newest(world) == Ignored(reason)


def test_edits_channels_and_notes_lead_to_nothing(world: World) -> None:
    """An edit never runs anything again."""
    first = world.types(MIA, "/pay 50")
    world.edits(MIA, first, "/pay 500")
    assert newest(world) == Ignored("an edit runs nothing again")
    world.chats[-1009] = world.chats[GROUP].__class__(-1009, "channel", "News")
    world.posts(-1009, "/cancel_class")
    assert newest(world) == Ignored("a channel is nobody")
    world.put_raw({"message": {**first, "message_id": 9, "text": None, "new_chat_title": "x"}})
    assert newest(world) == Ignored("a note of Telegram's")
    world.types(MIA, "/start@another_bot", GROUP)
    assert newest(world) == Ignored("a command for another bot")


def test_presses_carry_their_key_and_their_place(world: World) -> None:
    """And the message that they were made on."""
    message = world.store(world.chats[MIA], {"from": world.me(), "text": "?"})
    query = world.sends_press(MIA, message, "v1:abc")
    tap = newest(world)
    assert isinstance(tap, Tapped)
    assert (tap.token, tap.query, tap.account, tap.spot.message) == ("v1:abc", query, "501", str(message["message_id"]))


def test_files_forwards_and_albums(world: World) -> None:
    """The largest form of a picture, its caption, and whose words they are."""
    world.sends_file(MIA, "photo", b"x" * 50, caption="my form", media_group_id="7")
    said = newest(world)
    assert (said.text, said.attached[0].size, said.attached[0].media_type) == ("my form", 50, "image/jpeg")
    world.sends_file(MIA, "document", b"pdf", name="plan.pdf")
    assert newest(world).attached[0].name == "plan.pdf"
    world.sends_file(MIA, "voice", b"ogg")
    assert newest(world).attached[0].media_type == "audio/ogg"
    origin = {"type": "hidden_user", "date": 1, "sender_user_name": "X"}
    world.types(MIA, "delete everything", forward_origin=origin)
    assert newest(world).forwarded


def test_changes_of_a_chat(world: World) -> None:
    """Blocked, thrown out, made an administrator, and another number."""
    world.blocks(MIA)
    assert newest(world) == Standing("501", back=False, admin=False, group=False, by="501", title="")
    world.adds_bot(CARLA, GROUP, "administrator")
    assert newest(world) == Standing("-1001", back=True, admin=True, group=True, by="502", title="Ironside")
    world.group(-77, "Old", [CARLA])
    world.upgrades(-77, -10077)
    assert parsed(world.queue[-2].update, BOT_ID, BOT_NAME) == Renumbered("-77", "-10077")
    assert isinstance(newest(world), Ignored)


def test_one_event_has_one_key_whatever_its_number(world: World) -> None:
    """Numbers of updates may begin anew; presses overtake; shapes that make no sense are kept too."""
    world.types(MIA, "hello")
    update = dict(world.queue[-1].update)
    assert raw_of(update).event_id == raw_of({**update, "update_id": 1}).event_id == "m:501:1"
    assert raw_of(update).lane == "501"
    world.sends_press(MIA, None, "v1:x")
    assert raw_of(world.queue[-1].update).lane == "press:501"
    for odd in ({"update_id": 5, "message": []}, {"update_id": 6}, {"update_id": 7, "message": {"chat": 3}}):
        with_key = raw_of(odd) if odd != {"update_id": 6} else None
        assert with_key is None or with_key.event_id.startswith("u:")
