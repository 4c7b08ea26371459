"""What a model says of how things stand is held to what its conversation did and read, and to what became of that."""



from core.llm.contract import ToolCall
from tests.conftest import House
from tests.test_context import with_model
from tests.test_dialogues import option

ASKED = "and so, in your own words, what about me"
BOOKED = ToolCall("", "book_class", {"session": "Yoga 2026-11-23T19:30"})
CANCELLED = ToolCall("", "cancel_booking", {"session": "Yoga 2026-11-23T19:30"})
STATE = "Yes, you're booked for Yoga tonight at 19:30."
FALSE = "Nothing has been changed: no action ran in this turn."


async def told_after(gym: House, *before: ToolCall, says: str = STATE) -> str:
    """What a model's words become in a turn after turns with a call each."""
    steps = [step for call in before for step in ([call], "Fine.")]
    with_model(gym, *steps, says)
    for _ in before:
        turn = await gym.say("mia", "what would you do in my place, in your own words")
        assert turn.actions[0].ok, turn.actions
    return (await gym.say("mia", ASKED)).messages[-1].text


async def test_how_things_stand_is_true_in_the_turn_after_the_change(gym: House) -> None:
    """What the conversation did is in the model's sight."""
    assert await told_after(gym, BOOKED) == STATE


async def test_a_reading_holds_for_the_next_turn(gym: House) -> None:
    """Until something of its kind is changed."""
    assert await told_after(gym, ToolCall("", "list_bookings", {})) == STATE


async def test_what_the_timetable_shows_holds_for_the_next_turn(gym: House) -> None:
    """For things as for people."""
    says = "It's on the timetable."
    assert await told_after(gym, ToolCall("", "show_timetable", {}), says=says) == says


async def test_a_change_that_was_undone_stands_no_more(gym: House) -> None:
    """Undo takes it from under the words."""
    assert (await told_after(gym, BOOKED, ToolCall("", "undo", {}))).startswith(FALSE)


async def test_a_booking_that_was_cancelled_stands_no_more(gym: House) -> None:
    """The later change of the same booking is how things stand."""
    assert (await told_after(gym, BOOKED, CANCELLED)).startswith(FALSE)
    cancelled = "Your booking is cancelled."
    with_model(gym, cancelled)
    assert (await gym.say("mia", ASKED)).messages[-1].text == cancelled


async def test_a_reading_from_before_a_change_holds_no_more(gym: House) -> None:
    """It shows a booking that is gone."""
    seen = await told_after(gym, BOOKED, ToolCall("", "list_bookings", {}), CANCELLED)
    assert seen.startswith(FALSE)


async def test_having_done_something_now_needs_a_change_now(gym: House) -> None:
    """The change of another turn is none of this one's."""
    assert (await told_after(gym, BOOKED, says="I've booked you for Yoga tonight.")).startswith(FALSE)


async def test_what_others_did_meanwhile_counts(gym: House) -> None:
    """A class that its coach has cancelled has no bookings, whatever the conversation saw."""
    with_model(gym, [BOOKED], "Fine.")
    await gym.say("mia", "what would you do in my place, in your own words")
    with_model(gym, [ToolCall("", "cancel_class", {"session": "Yoga 2026-11-23T19:30"})], "Fine.")
    asked = await gym.say("carla", "what would you do in my place, in your own words")
    if asked.question:
        assert (await gym.tap("carla", option(asked))).actions[0].ok
    with_model(gym, STATE)
    assert (await gym.say("mia", ASKED)).messages[-1].text.startswith(FALSE)
