"""Talking with Whistle on Discord: in private, in the coaches' room, in threads, by commands, buttons, menus and forms."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.agent.tools import load
from tests.discord.server import buttons_of, private

Opener = Callable[..., Any]
TEXTS = Path(__file__).parents[2] / "core" / "locale" / "whistle.pot"


async def test_what_is_for_one_alone_is_seen_by_one_alone(demo: Opener) -> None:
    """A command answered in private is ephemeral, and the room, which saw nobody ask, is not troubled; a mention is answered
    by direct message, and the room sees only that."""
    gym = await demo()
    run = await gym.runs("olivia", "payments list-unpaid", gym.room)
    assert run.acked == 5
    assert len(private(run.messages)) == 1
    assert "€" in gym.words(private(run.messages)[0])
    assert gym.shown(gym.room) == []
    entries = await gym.desk.history(gym.house.people["olivia"], "staff", None, 50, None)
    assert [e.message.text for e in entries] == ["/list_unpaid", "Answered privately."]
    await gym.says("olivia", f"<@{gym.world.bot['id']}> who hasn't paid?", gym.room)
    assert any("€" in words for words in gym.shown(gym.dm("olivia")))
    room = "\n".join(gym.shown(gym.room))
    assert "Answered privately" in room
    assert "EUR" not in room
    assert "€" not in room


async def test_a_command_with_values_is_a_call_and_its_first_answer_takes_the_waiting_sign(demo: Opener) -> None:
    """Nothing is guessed from words: the options are the arguments."""
    gym = await demo()
    run = await gym.runs("mia", "bookings book-class", session="CrossFit 2026-11-24T18:00")
    assert run.acked == 5
    assert run.original is not None
    assert "18:00" in gym.words(run.messages[0])
    assert buttons_of(run.messages[0]) == ["Undo"]


async def test_a_command_that_asks_much_opens_a_form(demo: Opener) -> None:
    """Without values the class form opens; what is filled in becomes one call."""
    gym = await demo()
    shown = gym.people.runs(gym.users["carla"], gym.room, "classes schedule")
    await gym.world.until(lambda: shown.acked is not None)
    assert shown.modal is not None
    fields = [row["component"]["custom_id"] for row in shown.modal["components"]]
    assert fields == ["class_type", "when", "minutes", "coach", "spots"]
    sent = gym.people.submits(shown, class_type="Open Gym", when="tomorrow 13:00", spots="20")
    await gym.settled(sent)
    assert "13:00" in gym.words(sent.messages[0])


async def test_an_option_completes_itself(demo: Opener) -> None:
    """What fits is offered while it is typed, at once and without being kept: as people read it, with the exact words behind."""
    gym = await demo()
    typed = gym.people.completes(gym.users["mia"], gym.dm("mia"), "bookings book-class", "session", "crossf")
    await gym.world.until(lambda: typed.acked is not None)
    assert typed.choices[0] == {"name": "CrossFit, Mon 23 Nov 17:00 · 6 left", "value": "CrossFit 2026-11-23T17:00"}
    assert len(typed.choices) <= 25


async def test_what_my_texts_name_with_a_slash_is_a_command_by_that_name(demo: Opener) -> None:
    """Help and undo too, in private and where others read; the noun is not said twice."""
    gym = await demo()
    told = set(re.findall(r"(?<![\w/])/([a-z_]+)", TEXTS.read_text(encoding="utf-8"))) & {
        *load(),
        "help",
        "join",
        "setup",
    }
    assert {"link", "leave", "set_platform", "forget_me", "bind_room", "help"} <= told
    assert told | {"undo", "redo"} <= set(gym.people.offered(gym.users["olivia"], gym.dm("olivia")))
    shown = await gym.runs("mia", "help", gym.open_room)
    assert "Here is what you can ask me" in gym.words(gym.world.shown(gym.open_room)[-1])
    assert private(shown.messages) == []
    assert "step by step" in gym.words((await gym.runs("olivia", "setup")).messages[-1])
    await gym.runs("mia", "bookings book-class", session="CrossFit 2026-11-24T18:00")
    await gym.runs("mia", "undo")
    assert "Undone" in gym.shown(gym.dm("mia"))[-1]
    assert "set-coach" in [o["name"] for c in gym.world.commands if c["name"] == "classes" for o in c["options"]]


async def test_a_message_s_menu_undoes_what_that_message_did(demo: Opener) -> None:
    """“Undo this” on a receipt."""
    gym = await demo()
    await gym.runs("mia", "bookings book-class", session="CrossFit 2026-11-24T18:00")
    receipt = gym.world.shown(gym.dm("mia"))[-1]
    used = await gym.settled(gym.people.uses(gym.users["mia"], receipt, "Undo this"))
    assert used.acked == 5
    assert "Undone" in gym.words(receipt)


async def test_the_menu_of_a_message_undoes_nothing_else_than_what_that_message_did(demo: Opener) -> None:
    """On somebody's own words, on an answer that changed nothing, on what another did, and on what is undone already:
    nothing is done, and why."""
    gym = await demo()
    await gym.runs("mia", "bookings book-class", session="CrossFit 2026-11-24T18:00")
    receipt = gym.world.shown(gym.dm("mia"))[-1]
    listed = (await gym.says("mia", "show the timetable tomorrow"))[-1]
    own = gym.world.messages[gym.dm("mia")][-2]
    assert own["author"]["id"] == gym.users["mia"]
    for target in (own, listed):
        used = await gym.settled(gym.people.uses(gym.users["mia"], target, "Undo this"))
        assert "nothing was undone" in gym.words(used.messages[-1])
    await gym.says("carla", f"<@{gym.world.bot['id']}> put open gym on tomorrow 13:00-14:00", gym.room)
    hers = next(m for m in gym.world.shown(gym.room) if "Undo" in buttons_of(m))
    used = await gym.settled(gym.people.uses(gym.users["marcus"], hers, "Undo this"))
    assert "Only the one who made a change, or the owner" in gym.words(used.messages[-1])
    used = await gym.settled(gym.people.uses(gym.users["mia"], receipt, "Undo this"))
    assert "Undone" in gym.words(receipt)
    used = await gym.settled(gym.people.uses(gym.users["mia"], receipt, "Undo this"))
    assert "undone already" in gym.words(used.messages[-1])
    assert sum("Undone: " in words for words in gym.shown(gym.dm("mia"))) == 1


async def test_a_stranger_gets_a_fixed_answer(demo: Opener) -> None:
    """Whoever the gym does not know is told what to do, and nothing else happens."""
    gym = await demo()
    gym.users["nobody"] = gym.world.user("Nobody")
    answers = await gym.says("nobody", "cancel all classes")
    assert len(answers) == 1
    gym.users.pop("nobody")


async def test_a_room_that_listens_acts_only_on_what_is_certain_and_after_a_press(demo: Opener) -> None:
    """With the intent, and registered so: chatter is left alone, a certain command is offered to whoever said it, and
    nobody else's press counts. Every other channel stays unheard."""
    gym = await demo(content=True)
    for words in ("what a morning", "did anybody see my keys?", "maybe cancel crossfit some day"):
        gym.people.says(gym.users["carla"], gym.room, words)
    gym.people.says(gym.users["carla"], gym.open_room, "put open gym on tomorrow 13:00-14:00")
    offered = (await gym.says("carla", "put open gym on tomorrow 13:00-14:00", gym.room))[-1]
    assert gym.shown(gym.open_room) == []
    assert len(gym.shown(gym.room)) == 1
    assert "shall I?" in gym.words(offered)
    label = buttons_of(offered)[0]
    foreign = await gym.presses("marcus", offered, label)
    assert "Carla" in gym.words(private(foreign.messages)[0])
    await gym.presses("carla", offered, label)
    assert any("13:00" in words for words in gym.shown(gym.room)[1:])


async def test_without_the_intent_nothing_is_heard_that_is_not_said_to_it(demo: Opener) -> None:
    """Discord sends such words blank, and nothing of them is kept."""
    gym = await demo()
    gym.people.says(gym.users["carla"], gym.room, "put open gym on tomorrow 13:00-14:00")
    await gym.says("carla", f"<@{gym.world.bot['id']}> show the timetable tomorrow", gym.room)
    assert len(gym.shown(gym.room)) == 1
    assert "Open Gym" not in gym.shown(gym.room)[0]
