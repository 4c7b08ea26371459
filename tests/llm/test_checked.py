"""What only asks whether something is so, tells how things are, or makes an exception, changes nothing; an order does."""

from collections.abc import AsyncIterator

import pytest

from core.llm.phrases.checked import as_asked
from tests.utterances.score import TOOLS, OneGym

AT = "2026-11-17T10:00"


@pytest.fixture
async def gyms() -> AsyncIterator[OneGym]:
    async with OneGym(None) as found:
        yield found


async def done(gyms: OneGym, who: str, text: str) -> list[str]:
    """The tools that a message leads to; those that change something are marked."""
    answer = await gyms.answer({"text": text, "as": who, "at": AT, "room": None})
    return [f"{call['tool']}{'!' * TOOLS[call['tool']].writes}" for call in answer["calls"]]


async def test_a_statement_with_a_tag_is_the_question_that_it_is(gyms: OneGym) -> None:
    """And is answered as one; an order with a tag is an order."""
    assert as_asked("marcus coaches the 7pm tomorrow, right", {"cancel"}) == "marcus coaches the 7pm tomorrow?"
    assert (
        as_asked("cancel yoga because it's raining, right?", {"cancel"}) == "cancel yoga because it's raining, right?"
    )
    assert await done(gyms, "adam", "marcus coaches the 7pm tomorrow, right?") == ["show_timetable"]
    assert await done(gyms, "adam", "marcus is on the 7pm tomorrow, isn't he") == ["show_timetable"]
    assert await done(gyms, "mia", "book me into yoga thursday, right?") == ["book_class!"]


async def test_what_is_asked_for_politely_is_done(gyms: OneGym) -> None:
    """A question mark alone makes no request a question."""
    assert await done(gyms, "mia", "could you put me in yoga thursday?") == ["book_class!"]
    assert await done(gyms, "mia", "do you have a place for me in crossfit tomorrow 6am? please book it") == [
        "book_class!"
    ]
    assert await done(gyms, "adam", "can marcus take thursday's yoga?") == ["set_class_coach!"]


async def test_a_new_class_is_put_on_where_it_is_ordered_and_not_where_it_is_told_of(gyms: OneGym) -> None:
    """ "We have an extra yoga" tells; "we need an extra yoga" orders."""
    assert await done(gyms, "carla", "we need an extra yoga on sunday at 10") == ["schedule_class!"]
    for told in (
        "we have an extra yoga on sunday at 10",
        "is there an extra yoga on sunday at 10",
        "yoga sunday 10am maybe",
    ):
        assert not any(tool.endswith("!") for tool in await done(gyms, "carla", told)), told


async def test_an_exception_is_not_taken_for_the_reason(gyms: OneGym) -> None:
    """Nothing can leave one of several classes alone, so nothing is done."""
    for text in ("cancel crossfit tomorrow, but not the 6pm", "cancel all crossfit this week except friday"):
        assert await done(gyms, "carla", text) == [], text


async def test_what_is_handed_on_is_kept_whatever_it_says(gyms: OneGym) -> None:
    """A note may tell, ask, praise or make an exception."""
    for note in (
        "already had shoulder surgery",
        "he could have a concussion, too many falls",
        "there is a problem with his left hip",
        "isn't he on holiday",
        "comes on fridays but not on mondays",
        "his left knee is worse than his right",
        "kate knows it, priya teaches",
    ):
        answer = await gyms.answer({"text": f"note for felix braun: {note}", "as": "carla", "at": AT, "room": None})
        assert [call["args"] for call in answer["calls"]] == [{"member": "Felix Braun", "note": note}]


async def test_a_word_in_an_address_says_nothing(gyms: OneGym) -> None:
    """ "already@there.de" is where somebody is written to."""
    assert await done(gyms, "adam", "jonas weber's email is already@there.de") == ["update_member!"]


async def test_a_seat_moves_from_where_it_was_said_to_be(gyms: OneGym) -> None:
    """However the two are told: what stands behind "to" is where it goes."""
    for text in (
        "i'm booked for crossfit friday 6pm, please move it to 7pm",
        "i have crossfit friday 6pm, move me to 7pm",
        "im in crossfit friday 6pm but stuck at work, swap me to the 7pm",
    ):
        answer = await gyms.answer({"text": text, "as": "mia", "at": AT, "room": None})
        ((tool, args),) = [(call["tool"], call["args"]) for call in answer["calls"]]
        assert (tool, args) == (
            "move_booking",
            {"session": "CrossFit 2026-11-20T18:00", "to": "CrossFit 2026-11-20T19:00"},
        ), text


async def test_what_somebody_has_is_not_booked_for_them(gyms: OneGym) -> None:
    """ "I have yoga" tells, "can i have a spot" asks; that the gym is missed cancels nothing."""
    for text in ("i have open gym tomorrow", "i have open gym tomorrow and engine on saturday", "Miss you guys."):
        assert not [tool for tool in await done(gyms, "mia", text) if tool.endswith("!")], text
    assert await done(gyms, "mia", "can i have a spot in open gym on friday") == ["book_class!"]


async def test_the_day_of_a_reason_is_the_day_of_the_class(gyms: OneGym) -> None:
    """Unless that day is over."""
    for text, at in (
        ("i have a wedding friday, cancel the 6pm", "20T18:00"),
        ("i was ill on friday, cancel the 6pm", "17T18:00"),
    ):
        answer = await gyms.answer({"text": text, "as": "mia", "at": AT, "room": None})
        (call,) = answer["calls"]
        assert call["tool"] == "cancel_booking", text
        assert str(call["args"].get("session", "")).endswith(at), text


async def test_what_may_be_is_not_done(gyms: OneGym) -> None:
    """ "Could you maybe" asks politely; "maybe" at the beginning, and "i may", leave it open."""
    for text in (
        "i may skip yoga thursday",
        "maybe move my yoga thursday to sunday, i'll tell you later",
        "we might cancel yoga thursday",
    ):
        assert not [tool for tool in await done(gyms, "mia", text) if tool.endswith("!")], text
    assert await done(gyms, "mia", "could you maybe book me into yoga thursday") == ["book_class!"]
    assert await done(gyms, "mia", "may i join yoga thursday") == ["book_class!"]
