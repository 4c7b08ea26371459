"""What was listed is pointed at by its place in the list: "cancel the second one", "the first one please"."""

from core.chat import Turn
from tests.conftest import House


def done(turn: Turn) -> tuple[str, dict[str, object]]:
    """The one thing that a turn did or asks to do."""
    assert turn.actions, turn
    return turn.actions[0].tool, dict(turn.actions[0].args)


async def test_bookings_that_were_listed_are_cancelled_by_their_place(gym: House) -> None:
    """A change does not take the list out of sight; a day that is named means no list."""
    for words in ("book yoga on sunday", "book engine on saturday", "book olympic lifting on thursday"):
        assert (await gym.say("mia", words)).actions[0].ok
    shown = str((await gym.say("mia", "my bookings")).messages[0].text)
    lines = [line for line in shown.splitlines() if line.startswith("- ")]
    kinds = [line[2:].split(",")[0] for line in lines]
    tool, args = done(await gym.say("mia", "cancel the second one"))
    assert (tool, str(args["session"]).startswith(kinds[1])) == ("cancel_booking", True)
    tool, args = done(await gym.say("mia", "and cancel the last one too"))
    assert (tool, str(args["session"]).startswith(kinds[-1])) == ("cancel_booking", True)


async def test_a_class_of_the_timetable_is_booked_by_its_place(gym: House) -> None:
    """ "The first one please" and "number 3" are enough."""
    await gym.say("mia", "what's on tomorrow")
    assert done(await gym.say("mia", "the first one please")) == (
        "book_class",
        {"session": "CrossFit 2026-11-24T06:00"},
    )
    await gym.say("mia", "what's on tomorrow")
    assert done(await gym.say("mia", "book number 3")) == ("book_class", {"session": "CrossFit 2026-11-24T17:00"})
    await gym.say("mia", "what's on tomorrow")
    tool, args = done(await gym.say("mia", "book me into the first class on saturday"))
    assert str(args["session"]).endswith("2026-11-28T08:00"), (tool, args)


async def test_members_and_workouts_are_opened_by_their_place(gym: House) -> None:
    """Whatever the list is of."""
    turn = await gym.say("olivia", "list members")
    table = turn.messages[0].cards[0].table
    assert table is not None
    assert done(await gym.say("olivia", "show the second one")) == ("show_member", {"member": table.rows[1][0]})
    turn = await gym.say("olivia", "list workouts")
    name = turn.messages[0].cards[0].lines[2].split(":")[0]
    assert done(await gym.say("olivia", "show me the third workout")) == ("show_workout", {"workout": name})
    assert done(await gym.say("olivia", "the third one")) == ("show_workout", {"workout": name})


async def test_without_a_list_nothing_is_pointed_at(gym: House) -> None:
    """Nor beyond its end, nor once something else was shown."""
    assert not (await gym.say("mia", "cancel the second one")).actions
    await gym.say("mia", "what's on tomorrow")
    assert not (await gym.say("mia", "book the ninth one")).actions
    await gym.say("mia", "how do i do a burpee")
    assert not (await gym.say("mia", "book the second one")).actions
    await gym.say("mia", "what's on tomorrow")
    await gym.say("mia", "show the second one")
    assert done(await gym.say("mia", "book the third one")) == ("book_class", {"session": "CrossFit 2026-11-24T17:00"})
