"""Messages that hold more than one command: what a pronoun means in a later one, and that none of them is lost."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from core.chat import Turn
from tests.conftest import House
from tests.test_dialogues import option
from tests.utterances.score import OneGym

Reads = Callable[[str, str], dict[str, Any]]


@pytest.fixture(scope="module")
def reads() -> Iterator[Reads]:
    """What is understood of words on Monday, 23 November, at 10:00, as the command line explains it."""
    with asyncio.Runner() as runner:
        gyms = runner.run(OneGym(None).__aenter__())

        def read(who: str, words: str) -> dict[str, Any]:
            return runner.run(gyms.answer({"text": words, "as": who, "at": "2026-11-23T10:00", "room": None}))

        yield read
        runner.run(gyms.__aexit__())


def done(turn: Turn) -> list[tuple[str, dict[str, object]]]:
    """What a turn did, as plain pairs."""
    return [(a.tool, a.args) for a in turn.actions if a.ok]


def texts(turn: Turn) -> str:
    """All that a turn said."""
    return "\n".join(m.text for m in turn.messages)


async def test_her_is_who_the_message_has_just_added(gym: House) -> None:
    """Whoever the talk was about before is left alone."""
    await gym.say("olivia", "show anna kowalski")
    turn = await gym.say("olivia", "add member Tia Moss then invite her")
    assert done(turn)[1] == ("invite", {"member": "Tia Moss"})
    turn = await gym.say("olivia", "add member Ria Moss and change her phone to +49 30 123456")
    assert done(turn)[1][1]["member"] == "Ria Moss"
    turn = await gym.say("olivia", "add member Gina Moss and book her into yoga sunday")
    assert "Gina Moss has no plan" in texts(turn)


async def test_it_is_what_the_message_has_just_made(gym: House) -> None:
    """A class that is put on, and not its type; the workout that is built, and not an older one."""
    turn = await gym.say("olivia", "put kids on sunday 16:00 and make it 5 spots")
    assert done(turn)[1] == ("set_class_spots", {"session": "Kids 2026-11-29T16:00", "spots": 5})
    turn = await gym.say("olivia", "put engine on sunday 8:00 and set its coach to marcus")
    assert done(turn)[1] == ("set_class_coach", {"session": "Engine 2026-11-29T08:00", "coach": "Marcus Hale"})
    await gym.say("carla", "show cindy")
    turn = await gym.say("carla", "build a workout: 5 rounds 10 burpees. delete it")
    assert turn.question is not None
    assert "5 rounds: Burpee" in turn.question.text


async def test_it_is_what_the_message_has_just_named(gym: House) -> None:
    """Even where the talk was about something else of the kind."""
    await gym.say("carla", "show cindy")
    turn = await gym.say("carla", "show fran and duplicate it")
    assert done(turn)[1] == ("duplicate_workout", {"workout": "Fran"})
    await gym.say("mia", "book crossfit today 6pm")
    turn = await gym.say("mia", "book crossfit wednesday 6pm and cancel it")
    assert done(turn)[1] == ("cancel_booking", {"session": "CrossFit 2026-11-25T18:00"})


async def test_what_is_picked_for_the_first_command_is_not_asked_for_again(gym: House) -> None:
    """The second is about whoever was chosen."""
    turn = await gym.say("carla", "book anna into engine saturday and show her")
    turn = await gym.tap("carla", option(turn, 1))
    assert done(turn)[-1] == ("show_member", {"member": "Anna Schmidt"})


async def test_a_command_that_leans_on_a_failed_one_is_left_out_and_says_so(gym: House) -> None:
    """Nothing is done to what the talk was about before."""
    await gym.say("olivia", "put kids on sunday 16:00")
    turn = await gym.say("olivia", "put kids on yesterday 16:00 and make it 5 spots")
    assert done(turn) == []
    assert "I left out" in texts(turn)


async def test_a_card_of_a_leaning_command_can_be_asked_again(gym: House) -> None:
    """It is still about what its message made."""
    await gym.say("carla", "build a workout: 5 rounds 10 burpees. delete it")
    await gym.say("carla", "show cindy")
    closed = next(
        e.message for e in reversed(await gym.read("carla")) if e.message.cards and e.message.cards[0].state == "closed"
    )
    turn = await gym.tap("carla", closed.buttons[0][0].token)
    assert turn.question is not None
    assert "5 rounds: Burpee" in turn.question.text


@pytest.mark.parametrize(
    ("who", "words", "tools"),
    [
        ("mia", "my balance\nwhat is on sunday", ["show_balance", "show_timetable"]),
        ("mia", "my balance. what's on sunday?", ["show_balance", "show_timetable"]),
        ("mia", "my balance, what's on sunday?", ["show_balance", "show_timetable"]),
        ("mia", "my bookings\nbook engine tomorrow 8am", ["list_bookings", "book_class"]),
        ("mia", "undo\nmy balance", ["undo", "show_balance"]),
        ("olivia", "who hasn't paid?\nwhat's on tomorrow?", ["list_unpaid", "show_timetable"]),
        ("mia", "how many spots are left in yoga on sunday? book me in", ["show_class", "book_class"]),
        ("mia", "list workouts\nwhat is on sunday\nmy balance", ["list_workouts", "show_timetable", "show_balance"]),
        ("carla", "note on anna schmidt: hurt her knee.\nshow jonas weber", ["note_member", "show_member"]),
        ("carla", "build a workout: 5 rounds:\n10 burpees\n20 squats", ["create_workout"]),
        ("olivia", "add member Dr. Jane Smith. invite her", ["add_member", "invite"]),
        ("mia", "if it rains. cancel yoga sunday.", []),
        ("mia", "book yoga sunday. no wait, don't", []),
        ("mia", "I can finally train again 💪 book me for crossfit on friday at 7 in the morning", ["book_class"]),
        ("carla", "can marcus cover crossfit thu 7pm? put him on", ["set_class_coach"]),
    ],
)  # fmt: skip
def test_every_line_and_sentence_is_read(reads: Reads, who: str, words: str, tools: list[str]) -> None:
    """None is lost, and a text that goes on over lines stays whole."""
    assert [call["tool"] for call in reads(who, words)["calls"]] == tools


async def test_what_is_not_understood_is_said_while_the_rest_is_done(gym: House) -> None:
    """A line, a sentence, or what stands behind an "and"."""
    turn = await gym.say("mia", "my balance\nblub\nwhat's on sunday")
    assert [tool for tool, _ in done(turn)] == ["show_balance", "show_timetable"]
    assert "I did not understand “blub”" in texts(turn)
    turn = await gym.say("olivia", "add member Seán Ó'Brien-Müller and freeze him")
    assert done(turn) == [("add_member", {"name": "Seán Ó'Brien-Müller"})]
    assert "I did not understand “freeze him”" in texts(turn)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("add member Dr. Jane Smith", "Dr. Jane Smith"),
        ("add member J. R. Ewing", "J. R. Ewing"),
        ('add member "Bob Ross"', "Bob Ross"),
        ("add member Anne-Marie O’Neill, anne@x.de", "Anne-Marie O’Neill"),
        ("add member Gina Moss her phone is 0301234567", "Gina Moss"),
        ("add member Mr. `code`", None),
        ("add member Bob <script>", None),
        ('add member Robert"); DROP TABLE people;--', None),
        ("add member Gina and Tina Moss", None),
    ],
)
def test_a_name_is_taken_whole_or_asked_for(reads: Reads, words: str, name: str | None) -> None:
    """Points of titles and initials belong to it; what is written with signs is nobody's name until it is said again."""
    (call,) = reads("olivia", words)["calls"]
    assert call["tool"] == "add_member"
    assert call["args"].get("name") == name


def test_what_is_no_name_changes_nobody_else(reads: Reads) -> None:
    """A new member's odd name is never a change of a known one."""
    assert reads("olivia", "add member **Bob** [x](http://evil.example)")["calls"] == []


async def test_a_name_that_was_asked_for_may_be_typed(gym: House) -> None:
    """It is the answer; a question is none."""
    await gym.say("olivia", "add member Bob <script>")
    turn = await gym.say("olivia", "Bob Dylan")
    assert done(turn) == [("add_member", {"name": "Bob Dylan"})]
    await gym.say("olivia", "add member Bob <script>")
    assert done(await gym.say("olivia", "what's on tomorrow"))[0][0] == "show_timetable"
