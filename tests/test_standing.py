"""What a model says of how things stand is held to what its conversation did and read, and to what became of that."""

import pytest

from core.chat import Incoming
from core.llm.contract import TextDelta, ToolCall
from tests.conftest import House
from tests.test_context import with_model
from tests.test_dialogues import option

ASKED = "and so, in your own words, what about me"
BOOKED = ToolCall("", "book_class", {"session": "Yoga 2026-11-23T19:30"})
CANCELLED = ToolCall("", "cancel_booking", {"session": "Yoga 2026-11-23T19:30"})
STATE = "Yes, you're booked for Yoga tonight at 19:30."
FALSE = "Nothing has been changed: no action ran in this turn."


async def told_after(gym: House, *before: ToolCall, says: str = STATE, asked: str = ASKED) -> str:
    """What a model's words become in a turn after turns with a call each."""
    steps = [step for call in before for step in ([call], "Fine.")]
    with_model(gym, *steps, says)
    for _ in before:
        turn = await gym.say("mia", "what would you do in my place, in your own words")
        assert turn.actions[0].ok, turn.actions
    return (await gym.say("mia", asked)).messages[-1].text


async def test_how_things_stand_is_true_in_the_turn_after_the_change(gym: House) -> None:
    """What the conversation did is in the model's sight."""
    assert await told_after(gym, BOOKED) == STATE


async def test_a_reading_holds_for_the_next_turn(gym: House) -> None:
    """Until something of its kind is changed."""
    assert await told_after(gym, ToolCall("", "list_bookings", {})) == STATE


WISHED = "could you in your own words and as you think best book that nice yoga for me"


@pytest.mark.parametrize("asked", [WISHED, ASKED])
async def test_who_asked_for_a_change_is_told_that_a_turn_has_only_looked(gym: House, asked: str) -> None:
    """A model that reads the bookings and says that one is booked has booked nothing; who only asks hears no more."""
    with_model(gym, [ToolCall("", "list_bookings", {})], STATE)
    told = (await gym.say("mia", asked)).messages[-1].text
    assert told == (f"{STATE}\n\nNothing was changed in this turn." if asked == WISHED else STATE)


async def test_what_the_timetable_shows_holds_for_the_next_turn(gym: House) -> None:
    """For things as for people."""
    says = "It's on the timetable."
    assert await told_after(gym, ToolCall("", "show_timetable", {}), says=says) == says


THANKS = "ah nice, is there anything else that I have to do for it?"
TRUE_STATES = [
    "No, you're all set.", "You're all set for Yoga tonight.", "It's done: you're booked for 19:30.", "All set!",
    "You're booked for tonight.", "You're in for the 7:30pm class.", "You're booked for Yoga on 23 November.",
    "Nein, alles erledigt.", "Du bist für heute um 19:30 angemeldet.",
]  # fmt: skip
FALSE_STATES = [
    "You're booked for tomorrow.", "You're booked for CrossFit tonight.", "You're booked for Yoga at 18:00.",
    "You're all set for CrossFit.", "You're booked for Tuesday.", "Your booking is cancelled.", "I've booked you.",
]  # fmt: skip


@pytest.mark.parametrize("says", TRUE_STATES)
async def test_what_stands_may_be_said_again_in_a_later_turn(gym: House, says: str) -> None:
    """In general words, or by the class, its day and its time."""
    assert await told_after(gym, BOOKED, says=says, asked=THANKS) == says


@pytest.mark.parametrize("says", FALSE_STATES)
async def test_another_class_day_or_time_than_what_stands_is_none_of_it(gym: House, says: str) -> None:
    """One booking does not back every other."""
    assert (await told_after(gym, BOOKED, says=says, asked=THANKS)).startswith(FALSE)


@pytest.mark.parametrize(
    "asked", ["put me into crossfit tomorrow as well, the early one", "one more of those, book it"]
)
@pytest.mark.parametrize("says", ["You're all set!", "You're booked.", "Done!", "It's done."])
async def test_who_asks_for_more_is_not_told_of_what_was_done_before(gym: House, asked: str, says: str) -> None:
    """General words mean what was asked for, and that was not done."""
    assert (await told_after(gym, BOOKED, says=says, asked=asked)).startswith(FALSE)


async def test_a_draft_shows_what_stands_and_holds_back_what_does_not(gym: House) -> None:
    """The words that are seen while they come are judged like the message at their end."""
    with_model(gym, [BOOKED], "Fine.", f"Hm. {STATE} See you.", "Hm. You're booked for CrossFit. See you.")
    seen = [
        await follow(gym, words)
        for words in ("what would you do in my place", THANKS, "and is it crossfit that I have?")
    ]
    assert seen[1] == f"Hm. {STATE} See you."
    assert seen[2] == "Hm. "


async def follow(gym: House, words: str) -> str:
    """What a person sees of an answer while it comes."""
    incoming = Incoming(platform="web", account=str(gym.people["mia"]), event_id=f"e-{words[:30]}", text=words)
    return "".join(
        [e.text async for e in gym.desk.follow(await gym.desk.receive(incoming)) if isinstance(e, TextDelta)]
    )


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
