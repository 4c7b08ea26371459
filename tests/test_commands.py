"""Commands from the catalogue: what platforms list, what a typed one means, and what may be chosen for it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.agent.choose import Pending, question_text
from core.agent.commands import commands, typed
from core.agent.tools import load
from core.chat import Call, Incoming, Suggestion
from tests.class_house import class_house
from tests.conftest import House


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """A gym with classes."""
    async with class_house(tmp_path) as opened:
        yield opened


def meant(words: str) -> Incoming:
    """A typed message as it is taken in."""
    return typed(load(), Incoming(platform="web", event_id="1", account="1", text=words))


def test_every_tool_that_people_have_words_for_is_a_command() -> None:
    """With its parameters; what only a model calls is none."""
    listed = {c.tool: c for c in commands(load())}
    assert "cancel_class" in listed
    assert not {"idle", "message_notify_user", "find_tools"} & set(listed)
    first = listed["cancel_class"].params[0]
    assert (first.name, first.type, first.required) == ("session", "session", True)
    assert listed["show_timetable"].for_groups
    assert not listed["show_member"].for_groups


def test_a_command_alone_is_a_call_of_which_all_is_still_to_be_asked() -> None:
    """With hyphens, with the bot's name, in any case."""
    for words in ("/cancel_class", "/cancel-class", "/Cancel_Class@whistle_bot"):
        assert meant(words).call == Call(tool="cancel_class")


def test_words_behind_a_command_are_its_argument_or_a_sentence() -> None:
    """Where there is but one thing to say it is that; else the words are read."""
    assert meant("/show_exercise bench press").call == Call(tool="show_exercise", args={"exercise": "bench press"})
    said = meant("/book_class yoga tomorrow")
    assert (said.call, said.text) == (None, "book class yoga tomorrow")


def test_other_words_with_a_slash_stay_as_they_are() -> None:
    """A fraction, a path or an unknown command is no call."""
    for words in ("/nonsense", "1/2 day", "/idle because"):
        assert meant(words).text == words
        assert meant(words).call is None


async def test_a_command_without_arguments_asks_with_buttons(house: House) -> None:
    """On the page as on every platform: the classes to come, a button each."""
    turn = await house.say("carla", "/cancel_class")
    assert turn.question is not None
    assert turn.question.kind == "ask"
    assert len(turn.question.options) > 1
    done = await house.tap("carla", turn.question.options[0].token)
    assert done.question is not None
    assert done.question.kind == "confirm"


async def test_a_series_is_put_on_by_answering_one_question_after_the_other(house: House) -> None:
    """Each answer in the words of its question, which show what it was taken for."""
    await house.say("olivia", "/schedule_series")
    for answer in ("yoga", "mon, wed and fri", "6am"):
        turn = await house.say("olivia", answer)
    asked = [c.outcome for e in await house.read("olivia") for c in e.message.cards if c.kind == "ask"]
    assert asked == ["yoga", "Mon, Wed, Fri", "6am"]
    assert "Every week: Yoga, Mon, Wed, Fri 06:00" in turn.messages[-1].receipts[0].text


def test_everything_that_is_asked_for_is_asked_in_a_sentence() -> None:
    """Nobody is asked what “the field” should be."""
    plain = [
        f"{tool.name}.{param.name}"
        for tool in load().values()
        for param in tool.params
        if tool.says and param.required and "should the" in question_text(tool, Pending("ask", param))
    ]
    assert plain == []


async def test_suggestions_follow_what_is_typed_and_what_one_may_do(house: House) -> None:
    """A coach is offered classes and members; a member no other members; nobody what they may not do."""
    carla, mia = house.account("carla"), house.account("mia")
    suggest = house.desk.suggest
    assert await suggest("web", carla, "cancel_class", "session", "")
    assert await suggest("web", mia, "cancel_class", "session", "") == []
    assert "Anna Schmidt" in [s.words for s in await suggest("web", carla, "show_member", "member", "ann")]
    assert await suggest("web", mia, "show_member", "member", "ann") == []
    assert await suggest("web", mia, "set_units", "units", "k") == [Suggestion(label="kg", words="kg")]
    assert await suggest("web", mia, "set_platform", "platform", "tele") == [
        Suggestion(label="Telegram", words="telegram")
    ]
    assert await suggest("web", "nobody", "set_units", "units", "k") == []
