"""How a request is found behind a greeting, an excuse or a reason, and before the thanks."""

from core.llm.phrases.frame import binds, frames, without_thanks
from core.llm.phrases.talk import asks_for_help, help_text


def test_thanks_and_farewells_are_no_part_of_a_request() -> None:
    """They end it; a text that tells somebody something keeps them."""
    assert without_thanks("cancel Monday's Open Gym? Thank you and have a nice evening") == "cancel Monday's Open Gym?"
    assert without_thanks("message anna: see you, thanks") == "message anna: see you, thanks"


def test_a_request_is_found_behind_its_reason() -> None:
    """What was said first is the head, what is asked for the core."""
    found = list(frames("My shift changed and I was wondering if you could cancel my yoga"))
    assert [framed.core for framed in found] == ["cancel my yoga"]


def test_a_condition_before_a_request_binds_it() -> None:
    """So do suppositions; a mere reason does not."""
    assert binds("If it rains tomorrow,", frozenset())
    assert not binds("Before I leave for today,", frozenset())


def test_help_differs_by_role() -> None:
    """Members are shown bookings, staff the timetable."""
    assert asks_for_help("what can you do?")
    assert asks_for_help("?")
    assert not asks_for_help("help me book yoga")
    assert help_text(1) != help_text(2)
