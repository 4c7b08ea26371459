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
    assert as_asked("marcus coaches the 7pm tomorrow, right") == "marcus coaches the 7pm tomorrow?"
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
