"""What is said to words that ask for nothing that can be done, and words typed over a question."""

from core.chat import Turn
from tests.conftest import House


def texts(turn: Turn) -> str:
    """All that a turn said."""
    return "\n".join(m.text for m in turn.messages)


def tools(turn: Turn) -> list[str]:
    """The tools that a turn called."""
    return [a.tool for a in turn.actions]


async def test_a_nod_is_answered_with_one_and_nonsense_is_not(gym: House) -> None:
    """Greetings of other languages are greetings; help in need is called for at once."""
    assert texts(await gym.say("mia", "ok")) == "👍"
    for words in ("a" * 300, "here", "so"):
        assert "I didn't find anything I can do" in texts(await gym.say("mia", words))
    for words in ("hola", "bonjour"):
        assert texts(await gym.say("mia", words)).startswith("Hi!")
    assert "112" in texts(await gym.say("mia", "call an ambulance"))
    assert "112" in texts(await gym.say("mia", "someone collapsed, cancel my yoga"))
    assert "112" in texts(await gym.say("carla", "someone collapsed, show the timetable"))
    noted = await gym.say("carla", "note on anna schmidt: had a heart attack in 2019")
    assert tools(noted) == ["note_member"]


async def test_questions_about_oneself_and_the_gym(gym: House) -> None:
    """They are about one's own things, and no condition."""
    assert tools(await gym.say("mia", "who am i")) == ["show_settings"]
    assert tools(await gym.say("mia", "am i frozen?")) == ["show_balance"]
    assert tools(await gym.say("mia", "when are you open")) == ["show_timetable"]
    assert "I don't take members out" in texts(await gym.say("olivia", "remove member jose"))
    assert (await gym.say("mia", "lol wtf")).question is None


async def test_cancel_over_a_card_is_a_no(gym: House) -> None:
    """Not a new request."""
    asked = await gym.say("carla", "cancel yoga sunday")
    assert asked.question is not None
    assert texts(await gym.say("carla", "cancel")) == "All right, nothing was changed."


async def test_a_part_of_the_day_narrows_what_is_asked(gym: House) -> None:
    """The question comes again with what fits; a time picks the one."""
    await gym.say("mia", "book crossfit wednesday")
    turn = await gym.say("mia", "evening")
    assert turn.question is not None
    assert [o.label[-14:-9] for o in turn.question.options] == ["17:00", "18:00", "19:00"]
    turn = await gym.say("mia", "18:00")
    assert turn.actions[0].args == {"session": "CrossFit 2026-11-25T18:00"}


async def test_a_class_that_has_begun_is_said_to_have(gym: House) -> None:
    """With the next ones on buttons."""
    turn = await gym.say("mia", "book crossfit today 6am")
    assert "CrossFit, Mon 23 November 06:00 has already begun" in texts(turn)
    assert "17:00" in turn.messages[0].buttons[0][0].label
