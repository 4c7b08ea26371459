"""What staff tells in sentences of its own is read as the command that it means: a note about somebody, who teaches a class."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.utterances.score import OneGym

AT = "2026-11-16T10:00"


@pytest.fixture
async def gyms() -> AsyncIterator[OneGym]:
    async with OneGym(None) as found:
        yield found


async def calls(gyms: OneGym, who: str, text: str) -> list[tuple[str, dict[str, Any]]]:
    """What is called for a message."""
    answer = await gyms.answer({"text": text, "as": who, "at": AT, "room": "staff"})
    return [(call["tool"], call["args"]) for call in answer["calls"]]


async def test_what_is_told_of_somebody_and_is_to_be_noted_becomes_their_note(gyms: OneGym) -> None:
    """Whatever the order to note it is called."""
    said = {
        "tom is injured, put a note on his profile": ("Tom Becker", "is injured"),
        "tom's knee is bad, write that down": ("Tom Becker", "knee is bad"),
        "tom can't squat, add that to his profile": ("Tom Becker", "can't squat"),
        "kate is pregnant. put it in her notes": ("Kate O'Brien", "is pregnant"),
        "sofia is allergic to latex - please note that": ("Sofia Rossi", "is allergic to latex"),
        "tom said he is injured, note that": ("Tom Becker", "said he is injured"),
    }
    for text, (member, note) in said.items():
        assert await calls(gyms, "carla", text) == [("note_member", {"member": member, "note": note})], text


async def test_how_the_news_came_is_left_out_of_an_order_and_kept_in_a_note(gyms: OneGym) -> None:
    """ "Kate just called, put her down" books Kate; a note that she called says so."""
    booked = await calls(gyms, "carla", "kate just called, put her down for yoga on sunday")
    assert booked == [("book_class", {"session": "Yoga 2026-11-22T19:30", "member": "Kate O'Brien"})]
    noted = await calls(gyms, "carla", "note that tom just called, wants a refund")
    assert noted == [("note_member", {"member": "Tom Becker", "note": "just called, wants a refund"})]


async def test_a_name_alone_never_becomes_a_note(gyms: OneGym) -> None:
    """Nor what is only asked or supposed."""
    for text in (
        "jan kowalski broke his toe. can you put that in his file please",
        "is kate pregnant? add a note",
        "if kate is pregnant, add a note",
    ):
        assert [
            args for tool, args in await calls(gyms, "carla", text) if tool == "note_member" and "note" in args
        ] == [], text


async def test_who_teaches_a_new_class_may_be_a_sentence_of_its_own(gyms: OneGym) -> None:
    """Before and behind other details of it."""
    new = {"class_type": "Yoga", "when": "2026-11-21T12:00", "coach": "Priya Nair", "spots": 14}
    for text in (
        "add yoga on saturday at 12, priya teaches, 14 spots",
        "put on yoga saturday at 12, 14 spots, priya takes it",
        "another yoga on saturday at 12. priya is teaching. 14 spots.",
    ):
        assert await calls(gyms, "olivia", text) == [("schedule_class", new)], text


async def test_a_class_is_moved_by_days_and_weeks_from_its_own_day(gyms: OneGym) -> None:
    """ "The day after" is the day after the class, not after today."""
    said = {
        "move friday's 6pm crossfit to the day after": "2026-11-21T18:00",
        "move friday's 6pm crossfit a day later at 7pm": "2026-11-21T19:00",
        "push friday's 6pm crossfit back two days": "2026-11-22T18:00",
        "move friday's 6pm crossfit to next week": "2026-11-27T18:00",
        "move tomorrow's 6pm crossfit to the day after tomorrow": "2026-11-18",
    }
    for text, to in said.items():
        (tool, args), *more = await calls(gyms, "carla", text)
        assert (tool, args["to"], more) == ("move_class", to, []), text


async def test_whose_class_is_taken_over_changes_nothing_about_who_takes_it(gyms: OneGym) -> None:
    """ "I'll take it for marcus" is mine."""
    for text in ("i'll take thursday's 7am for marcus", "ill take the thursday 1700 for carla"):
        ((tool, args),) = await calls(gyms, "priya", text)
        assert (tool, args["coach"]) == ("set_class_coach", "Priya Nair"), text


async def test_two_who_are_named_are_not_booked_as_the_speaker(gyms: OneGym) -> None:
    """ "Book them" needs to know whom."""
    booked = await calls(gyms, "marcus", "elif and hugo both want into sat engine, book them")
    assert all("member" in args for tool, args in booked if tool == "book_class")


async def test_whose_class_is_meant_decides_between_a_seat_and_the_class(gyms: OneGym) -> None:
    """A member has a seat in it, a coach teaches it: nobody's class is cancelled for one who only has a seat."""
    seat = await calls(gyms, "carla", "anna schmidt is ill, cancel her yoga on thursday")
    assert seat == [("cancel_booking", {"session": "Yoga 2026-11-19T19:30", "member": "Anna Schmidt"})]
    taught = await calls(gyms, "carla", "priya is ill, cancel her yoga on thursday")
    assert [(tool, args["session"]) for tool, args in taught] == [("cancel_class", "Yoga 2026-11-19T19:30")]


async def test_who_takes_a_class_in_somebodys_place_is_who_says_so(gyms: OneGym) -> None:
    """The one who is replaced gets nothing."""
    for text in ("put me on saturday's 10am instead of marcus", "let me take saturday's 10am instead of marcus please"):
        given = {"session": "CrossFit 2026-11-21T10:00", "coach": "Carla Reyes"}
        assert await calls(gyms, "carla", text) == [("set_class_coach", given)], text


async def test_a_class_that_is_said_to_be_full_is_not_put_on_again(gyms: OneGym) -> None:
    """It gets its spots."""
    made = await calls(gyms, "carla", "yoga on thursday is full, make it 15 spots")
    assert made == [("set_class_spots", {"session": "Yoga 2026-11-19T19:30", "spots": 15})]
