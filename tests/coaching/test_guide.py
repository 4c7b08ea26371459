"""The coaching guide: our own words with their sources, found without a model, silent where a doctor is needed."""

from collections.abc import AsyncIterator

import pytest

from core.agent.tools import load
from core.clock import SetClock
from core.coaching import guide
from core.llm.rules import RulesModel
from tests.conftest import START, House
from tests.tools.test_workouts import words


@pytest.mark.parametrize(
    ("topic", "title"),
    [
        ("creatine", "Creatine"),
        ("how much protein do I need", "Protein"),
        ("creatin", "Creatine"),
        ("my squat depth", "Squat"),
        ("sore legs", "Soreness"),
        ("training with a cold", "Illness"),
        ("rest between sets", "Rest between sets"),
        ("how many sets for muscle growth", "How many sets"),
    ],
)
def test_a_topic_leads_to_its_section(topic: str, title: str) -> None:
    """By the words that people use for it, with room for a slip."""
    assert guide.about(topic)[0].title == title


def test_every_section_has_a_source_and_is_short() -> None:
    """What is said can be looked up, and fits on a telephone."""
    assert len(guide.sections()) >= 30
    for section in guide.sections():
        assert section.words
        assert len(section.source) > 5
        assert 80 <= len(section.text) <= 420


@pytest.mark.parametrize(
    "topic", ["chest pain on the rower", "my arm is numb since yesterday", "I heard a pop in my knee"]
)
def test_signs_of_danger_get_no_advice(topic: str) -> None:
    """Only to stop, and whom to see."""
    assert guide.is_alarming(topic)


def test_ordinary_trouble_is_no_alarm() -> None:
    """Soreness and slow progress are the guide's own matter."""
    harmless = ("sore legs", "my bench is stuck", "popular lifts", "swell guy", "how are attendance numbers")
    assert not any(map(guide.is_alarming, harmless))


@pytest.mark.parametrize(
    "words",
    [
        "what's your phone number", "how many is the number of spots", "I can't move my class to friday", "I can’t move it",
        "I can't feel the stretch in my hips", "who is passing out flyers", "a faint idea of how it goes",
        "he can't move the bar",
    ],
)  # fmt: skip
def test_everyday_words_that_begin_like_a_sign_are_none(words: str) -> None:
    """A member who asks for a number is not sent to a doctor."""
    assert not guide.is_alarming(words)


@pytest.mark.parametrize(
    "words",
    [
        "my left arm is numb", "numbness in two fingers", "I can’t breathe", "I can't move my arm",
        "I can't feel my right leg since",
        "I can't move.", "I cant feel my feet", "he passed out in the warm-up", "felt faint after the run", "I can't move at all",
    ],
)  # fmt: skip
def test_signs_are_known_however_they_are_typed(words: str) -> None:
    """With the apostrophe of a telephone too."""
    assert guide.is_alarming(words)


@pytest.fixture
async def gym(database: str) -> AsyncIterator[House]:
    """A gym open for business."""
    house = await House(url=database, clock=SetClock(START), model=RulesModel(), toolbox=load()).open()
    yield house
    await house.desk.stop()


async def test_the_guide_answers_in_the_chat_with_its_source(gym: House) -> None:
    """And says what it has where it has nothing."""
    told = words(await gym.say("mia", "ask coaching about creatine"))
    assert "3 to 5 g" in told
    assert "Source: ISSN 2017" in told
    assert "see a doctor now" in words(await gym.call("mia", "ask_coaching", topic="chest pain when I squat"))
    assert "will not make something up" in words(await gym.call("mia", "ask_coaching", topic="income tax"))
