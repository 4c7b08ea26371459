"""Talking with Whistle on Discord: in private, in the coaches' room, in threads, by commands, buttons, menus and forms."""

from collections.abc import Callable
from typing import Any

from tests.discord.server import buttons_of, private

Opener = Callable[..., Any]


async def test_a_member_books_by_button_in_private_and_undoes(demo: Opener) -> None:
    """Words lead to a choice, the press to a receipt, the outcome takes the place of the buttons, Undo undoes."""
    gym = await demo()
    asked = (await gym.says("mia", "book crossfit tomorrow evening"))[-1]
    labels = buttons_of(asked)
    assert len(labels) == 3
    pressed = await gym.presses("mia", asked, labels[1])
    assert pressed.acked == 6
    assert buttons_of(asked) == []
    receipt = gym.world.shown(gym.dm("mia"))[-1]
    assert "18:00" in gym.words(receipt)
    await gym.presses("mia", receipt, "Undo")
    assert "Undone" in gym.words(receipt)
    assert buttons_of(receipt) == []


async def test_in_the_coaches_room_it_answers_only_who_speaks_to_it(demo: Opener) -> None:
    """A mention, or a reply to what it wrote; other talk is not even kept."""
    gym = await demo()
    me = f"<@{gym.world.bot['id']}>"
    gym.people.says(gym.users["carla"], gym.room, "lunch?")
    first = (await gym.says("carla", f"{me} show the timetable tomorrow", gym.room))[-1]
    assert "CrossFit" in gym.words(first)
    again = await gym.says("carla", "and on friday?", gym.room, reply_to=first)
    assert again
    kept = [m for m in gym.world.log if m.method == "POST" and "messages" in m.path]
    assert all((m.body or {}).get("message_reference") for m in kept)


async def test_what_is_for_one_alone_is_seen_by_one_alone(demo: Opener) -> None:
    """A command answered in private is ephemeral; a mention is answered by direct message; the room sees only that."""
    gym = await demo()
    run = await gym.runs("olivia", "payments list-unpaid", gym.room)
    assert run.acked == 5
    assert len(private(run.messages)) == 1
    assert "€" in gym.words(private(run.messages)[0])
    await gym.says("olivia", f"<@{gym.world.bot['id']}> who hasn't paid?", gym.room)
    assert any("€" in words for words in gym.shown(gym.dm("olivia")))
    room = "\n".join(gym.shown(gym.room))
    assert "Answered privately" in room
    assert "EUR" not in room
    assert "€" not in room


async def test_a_thread_is_a_conversation_of_its_own(demo: Opener) -> None:
    """A question in a thread of the coaches' room is answered there, with the room's clearance."""
    gym = await demo()
    thread = gym.world.thread(gym.room, "friday")
    me = f"<@{gym.world.bot['id']}>"
    asked = (await gym.says("carla", f"{me} cancel friday's 6pm crossfit", thread))[-1]
    assert "booked and will be told" in gym.words(asked)
    assert gym.shown(gym.room) == []
    await gym.presses("carla", asked, buttons_of(asked)[-1])
    assert buttons_of(asked) != ["Confirm"]


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
    """What fits is offered while it is typed, at once and without being kept."""
    gym = await demo()
    typed = gym.people.completes(gym.users["mia"], gym.dm("mia"), "bookings book-class", "session", "crossf")
    await gym.world.until(lambda: typed.acked is not None)
    assert typed.choices
    assert len(typed.choices) <= 25


async def test_a_message_s_menu_undoes_what_that_message_did(demo: Opener) -> None:
    """“Undo this” on a receipt."""
    gym = await demo()
    await gym.runs("mia", "bookings book-class", session="CrossFit 2026-11-24T18:00")
    receipt = gym.world.shown(gym.dm("mia"))[-1]
    used = await gym.settled(gym.people.uses(gym.users["mia"], receipt, "Undo this"))
    assert used.acked == 5
    assert "Undone" in gym.words(receipt)


async def test_only_its_person_can_press_and_is_told_so_alone(demo: Opener) -> None:
    """Another coach's press changes nothing; they hear whose question it is, the others hear nothing."""
    gym = await demo()
    me = f"<@{gym.world.bot['id']}>"
    asked = (await gym.says("carla", f"{me} cancel friday's 6pm crossfit", gym.room))[-1]
    before = gym.shown(gym.room)
    foreign = await gym.presses("marcus", asked, buttons_of(asked)[0])
    assert "Carla Reyes" in gym.words(private(foreign.messages)[0])
    assert gym.shown(gym.room) == before
    await gym.presses("carla", asked, buttons_of(asked)[0])
    assert gym.shown(gym.room) != before


async def test_a_stranger_gets_a_fixed_answer(demo: Opener) -> None:
    """Whoever the gym does not know is told what to do, and nothing else happens."""
    gym = await demo()
    gym.users["nobody"] = gym.world.user("Nobody")
    answers = await gym.says("nobody", "cancel all classes")
    assert len(answers) == 1
    gym.users.pop("nobody")
