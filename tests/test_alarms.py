"""Signs that need a doctor: code says so, whatever a model would have said."""

import pytest

from tests.conftest import Opener
from tests.ladder_house import rigged, used

STOP = "Please stop training and do not wait"
WORDS = "I had chest pain and felt faint in the warm-up, what could that be"


async def test_a_members_red_flag_is_answered_by_code_and_no_model_is_asked(sqlite: str) -> None:
    """No diagnosis can be talked out of a model that does not hear of it; it costs nothing."""
    async with rigged(sqlite, claude=[used("It is surely nothing.")]) as rig:
        [told] = await rig.say("mia", WORDS)
        assert told.startswith(STOP)
        assert told.endswith("I have done nothing else.")
        assert rig.claude.requests == []


async def test_an_emergency_is_told_as_that(sqlite: str) -> None:
    """The number to call stands there alone."""
    async with rigged(sqlite, claude=[]) as rig:
        [told] = await rig.say("mia", "I think he has a heart attack")
        assert "112" in told
        assert STOP not in told


async def test_what_is_asked_for_beside_it_is_done(sqlite: str) -> None:
    """First the line, then the receipt."""
    async with rigged(sqlite, claude=[]) as rig:
        await rig.say("mia", "I fainted yesterday. make toy teddy")
        assert rig.turn.messages[0].text.startswith(STOP)
        assert await rig.rows("select name from toys") == [("teddy",)]


async def test_staff_who_speak_of_others_are_told_first_and_answered_then(sqlite: str) -> None:
    """A coach's request is not lost; the line stands before whatever a model says."""
    async with rigged(sqlite, claude=[used("I would call them.")]) as rig:
        told = await rig.say("carla", "one of ours fainted in class, whom would you tell of it")
        assert "\n".join(told).startswith(STOP)
        assert told[-1].endswith("I would call them.")


@pytest.mark.parametrize("words", ["make toy teddy", "my legs are sore, make toy teddy"])
async def test_ordinary_words_are_no_alarm(toy_house: Opener, words: str) -> None:
    """Soreness is not one."""
    house = await toy_house()
    assert STOP not in str((await house.say("mia", words)).messages)
