"""The conversations that must work wherever people write, each told once: what is said, tapped and seen."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from tests.contract.surface import Seen, Surface

Dialogue = Callable[[Surface], Awaitable[None]]


def said(seen: list[Seen]) -> str:
    """Everything that was shown."""
    return "\n".join(s.text for s in seen)


def asking(seen: list[Seen]) -> Seen:
    """The message with buttons."""
    return next(s for s in reversed(seen) if s.buttons)


async def newest(s: Surface, who: str, room: str | None = None) -> Seen:
    """The last message of the bot's in a place."""
    return (await s.read(who, room))[-1]


async def a_member_books_by_button_and_undoes(s: Surface) -> None:
    """One button for each class that fits; a tap books; Undo frees the seat and the message says so."""
    asked = asking(await s.say("mia", "book crossfit tomorrow evening"))
    assert len(asked.buttons) == 3
    assert all("Tue" in b and "left" in b for b in asked.buttons)
    await s.tap("mia", asked, "18:00")
    booked = await newest(s, "mia")
    assert "Tue 24 November 18:00" in booked.text
    assert (await s.again("mia", asked)).buttons == ()
    await s.tap("mia", booked, "Undo")
    undone = await s.again("mia", booked)
    assert "Undone" in undone.text
    assert undone.buttons == ()


async def a_coach_changes_the_class_she_just_made(s: Surface) -> None:
    """ "It" is understood from the conversation; the last two are undone together."""
    assert "13:00" in said(await s.say("carla", "put open gym on tomorrow 13:00-14:00", "staff"))
    assert "20" in said(await s.say("carla", "make it 20 spots", "staff"))
    assert "18" in said(await s.say("carla", "make it 18 spots", "staff"))
    assert "14:00" in said(await s.say("carla", "move it to 14:00", "staff"))
    await s.say("carla", "undo the last two", "staff")
    assert "13:00" in said(await s.say("carla", "show open gym tomorrow", "staff"))


async def a_coach_builds_a_workout_and_deletes_it(s: Surface) -> None:
    """The structure is shown back; deleting needs a press and can be undone."""
    built = await s.say("carla", "build a workout: 3 rounds - 200m run, 30 double-unders")
    assert "200 m" in said(built)
    await s.tap("carla", asking(await s.say("carla", "delete the workout I just made")), "Approve")
    deleted = await newest(s, "carla")
    await s.tap("carla", deleted, "Undo")
    assert "Undone" in (await s.again("carla", deleted)).text


async def nobody_hears_of_a_cancellation_that_is_undone_in_time(s: Surface) -> None:
    """The card says how many will be told; after the window they are, and get the correction."""
    asked = asking(await s.say("carla", "cancel friday's 6pm crossfit"))
    assert "booked and will be told" in asked.text
    before = len(await s.read("mia"))
    await s.tap("carla", asked, "Approve")
    await s.tap("carla", await newest(s, "carla"), "Undo")
    await s.pass_time(timedelta(minutes=5))
    assert len(await s.read("mia")) == before
    await s.say("mia", "book crossfit friday 6pm")
    before = len(await s.read("mia"))
    await s.tap("carla", asking(await s.say("carla", "cancel friday's 6pm crossfit")), "Approve")
    cancelled = await newest(s, "carla")
    await s.pass_time(timedelta(seconds=20))
    assert len(await s.read("mia")) == before + 1
    await s.tap("carla", cancelled, "Undo")
    assert "after all" in (await newest(s, "mia")).text
    assert len(await s.read("mia")) == before + 2


async def two_annas_are_told_apart(s: Surface) -> None:
    """By tap, by "the second one", by a last name."""
    asked = asking(await s.say("olivia", "show anna"))
    assert asked.buttons == ("Anna Kowalski", "Anna Schmidt")
    await s.tap("olivia", asked, "Schmidt")
    assert "Anna Schmidt" in (await newest(s, "olivia")).text
    for words, whom in (("the second one", "Anna Schmidt"), ("kowalski", "Anna Kowalski")):
        await s.say("olivia", "show anna")
        assert whom in said(await s.say("olivia", words))


async def what_is_owed_is_private(s: Surface) -> None:
    """A member is refused; the owner reads it alone; the room sees only that it was answered."""
    assert "only admins and the owner" in said(await s.say("mia", "who hasn't paid?"))
    answer = said(await s.say("olivia", "who hasn't paid?", "staff"))
    assert "€" in answer or "EUR" in answer
    room = said(await s.read("carla", "staff"))
    assert "privately" in room
    assert "EUR" not in room
    assert "€" not in room


async def typing_something_else_closes_a_question(s: Surface) -> None:
    """A foreign press is refused and leaves it open; a press on what is closed says so; Ask again opens it anew."""
    asked = asking(await s.say("carla", "cancel friday's 6pm crossfit", "staff"))
    assert "Carla Reyes" in (await s.tap("marcus", asked, "Approve") or "")
    assert (await s.again("carla", asked)).buttons == asked.buttons
    await s.say("carla", "show the timetable tomorrow", "staff")
    assert "no longer open" in (await s.tap("carla", asked, "Approve") or "")
    closed = await s.again("carla", asked)
    assert closed.buttons == ("Ask again",)
    await s.tap("carla", closed, "Ask again")
    assert "Approve" in (await newest(s, "carla", "staff")).buttons


async def ten_presses_at_once_have_one_effect(s: Surface) -> None:
    """Only one of them does anything."""
    asked = asking(await s.say("mia", "book crossfit tomorrow evening"))
    before = len(await s.read("mia"))
    await s.taps("mia", asked, "18:00", 10)
    after = await s.read("mia")
    assert len(after) == before + 1
    assert "Booked" in after[-1].text


async def nonsense_gets_an_honest_answer(s: Surface) -> None:
    """Nothing is done, and the reply says what would work."""
    for words in ("asdf qwer zxcv", "🏋️🔥🔥", "x" * 4000, "Wann ist die nächste Stunde frei?"):
        assert said(await s.say("mia", words)).strip()
    assert "Undo" not in str([m.buttons for m in await s.read("mia")])


async def who_moved_a_class_is_answered_from_the_log(s: Surface) -> None:
    """With name and time."""
    await s.tap("carla", asking(await s.say("carla", "move friday's 6pm crossfit to 18:30")), "Approve")
    answer = said(await s.say("olivia", "who moved friday's class?"))
    assert "Carla Reyes" in answer
    assert "Mon 23 November" in answer


async def two_people_in_one_room_see_each_other(s: Surface) -> None:
    """What one is answered, the other reads, each once and in the same order."""
    first = await s.say("carla", "show the timetable tomorrow", "staff")
    second = await s.say("marcus", "who is booked for the next class?", "staff")
    seen = [m.text for m in await s.read("carla", "staff")]
    assert seen == [m.text for m in await s.read("marcus", "staff")]
    assert [m.text for m in (*first, *second)] == seen


async def words_that_fit_no_class_offer_the_nearest(s: Surface) -> None:
    """There is no yoga on Tuesday: the next ones are a tap away."""
    offered = asking(await s.say("mia", "book yoga tomorrow"))
    assert "nothing like it" in offered.text
    assert offered.buttons[0].startswith("Yoga, Mon 23 Nov 19:30")
    await s.tap("mia", offered, "Mon 23 Nov 19:30")
    assert "Mon 23 November 19:30" in (await newest(s, "mia")).text


DIALOGUES: tuple[Dialogue, ...] = (
    a_member_books_by_button_and_undoes,
    a_coach_changes_the_class_she_just_made,
    a_coach_builds_a_workout_and_deletes_it,
    nobody_hears_of_a_cancellation_that_is_undone_in_time,
    two_annas_are_told_apart,
    what_is_owed_is_private,
    typing_something_else_closes_a_question,
    ten_presses_at_once_have_one_effect,
    nonsense_gets_an_honest_answer,
    who_moved_a_class_is_answered_from_the_log,
    two_people_in_one_room_see_each_other,
    words_that_fit_no_class_offer_the_nearest,
)
