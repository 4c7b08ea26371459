"""Undo and the change log in words: what is undone, what is not and why, and who hears it."""

import asyncio
from datetime import timedelta

import pytest

from core.chat import Turn
from tests.conftest import House


def said(turn: Turn) -> str:
    """All that a turn says, receipts included."""
    return "\n".join([*(m.text for m in turn.messages), *(r.text for m in turn.messages for r in m.receipts)])


async def made(gym: House, *names: str, room: str | None = "staff") -> None:
    """Workouts that Carla has just made in a place."""
    for name in names:
        await gym.call("carla", "create_workout", room, text="3 rounds - 200m run, 30 double-unders", name=name)


async def test_undoing_more_than_there_is_says_how_many_there_were(gym: House) -> None:
    """The last two of one: the one is undone, and the words say that it was the only one."""
    await made(gym, "Grinder")
    turn = await gym.say("carla", "undo the last two", "staff")
    assert "You asked for 2, but there was only 1 change to undo here." in said(turn)
    assert "Undone: “Saved the workout “Grinder”" in said(turn)
    await made(gym, "One", "Two")
    assert "You asked" not in said(await gym.say("carla", "undo the last two", "staff"))


async def test_a_refused_undo_in_the_room_is_said_in_the_room(gym: House) -> None:
    """It holds nothing private: nothing to undo, or a change that something was built on since."""
    turn = await gym.say("carla", "undo", "staff")
    assert "There is nothing to undo" in said(turn)
    assert not any(m.private for m in turn.messages)
    await made(gym, "Grinder")
    undo = (await gym.last("carla", "staff")).receipts[0].undo
    await gym.call("marcus", "rename_workout", "staff", workout="Grinder", name="Crusher")
    turn = await gym.tap("carla", undo)
    assert "it was changed again since" in said(turn)
    assert not any(m.private for m in turn.messages)


async def test_a_refused_undo_of_something_private_stays_private(gym: House) -> None:
    """Words about a change of one's own in the private chat are not for a room."""
    await gym.call("carla", "set_units", units="lb")
    undo = (await gym.last("carla")).receipts[0].undo
    await gym.call("carla", "set_units", units="kg")
    turn = await gym.tap("carla", undo)
    assert "it was changed again since" in said(turn)
    assert "changed again" not in str(await gym.read("marcus", "staff"))


@pytest.mark.parametrize(
    ("who", "tool", "words"),
    [
        ("mia", "list_unpaid", "Sorry, only admins and the owner can list who has not paid."),
        ("mia", "show_roster", "Sorry, only coaches can see who is in a class."),
        ("carla", "set_gym", "Sorry, only the owner can change the gym's name, time zone"),
    ],
)
async def test_a_refusal_is_plain_english(gym: House, who: str, tool: str, words: str) -> None:
    """What is refused is said as a person would say it."""
    assert said(await gym.call(who, tool)).startswith(words)


async def test_what_is_for_somebody_else_is_refused_in_plain_english(gym: House) -> None:
    """A member asks for another's balance."""
    turn = await gym.call("mia", "show_balance", member="Anna Schmidt")
    assert said(turn) == "Sorry, only admins and the owner can do that for somebody else."


async def test_one_spot_is_one_spot(gym: House) -> None:
    """A class for one is said in the singular."""
    turn = await gym.call("adam", "create_class_type", name="Private lesson", minutes="60 min", spots="1")
    assert "60 minutes, 1 spot" in said(turn)
    assert "1 spots" not in said(turn)


async def test_a_press_on_what_is_undone_only_says_so(gym: House) -> None:
    """Ten presses: one effect, one message, nine notices; then Redo, as often as it is pressed, does it again once."""
    made_it = await gym.call("carla", "create_workout", "staff", text="3 rounds - 200m run", name="Grinder")
    before = len(await gym.read("carla", "staff"))
    turns = await asyncio.gather(*(gym.tap("carla", made_it.messages[0].receipts[0].undo) for _ in range(10)))
    assert sum(bool(t.actions) for t in turns) == 1
    assert len(await gym.read("carla", "staff")) == before + 1
    late = await gym.tap("carla", made_it.messages[0].receipts[0].undo)
    assert (late.notice, late.actions, late.messages) == ("That is undone already; nothing more was done.", (), ())
    (receipt,) = next(t for t in turns if t.actions).messages[0].receipts
    assert receipt.label == "Redo"
    again = await gym.tap("carla", receipt.undo)
    assert again.messages[0].receipts[0].label == "Undo"
    late = await gym.tap("carla", receipt.undo)
    assert (late.notice, late.actions) == ("That is done again already; nothing more was done.", ())


async def test_redo_does_everything_again_that_one_undo_took_back(gym: House) -> None:
    """Two were undone together, and come back together."""
    await made(gym, "One", "Two")
    undone = await gym.say("carla", "undo the last two", "staff")
    again = await gym.tap("carla", undone.messages[0].receipts[0].undo)
    assert said(again).count("Saved the workout") == 2
    assert "Done again: “Saved the workout “One”" in said(again)
    assert "You asked" not in said(await gym.say("carla", "undo the last two", "staff"))


async def test_a_refused_redo_reads_well(gym: House) -> None:
    """It names what was to be done again, not the undoing of it."""
    await gym.call("carla", "set_units", units="lb")
    undone = await gym.call("carla", "undo")
    await gym.call("carla", "set_units", units="lb")
    turn = await gym.tap("carla", undone.messages[0].receipts[0].undo)
    assert "I can't do “" in said(turn)
    assert "” again: it was changed again since" in said(turn)
    assert "Undone" not in said(turn)


async def test_undo_after_the_button_says_what_is_undone_already(gym: House) -> None:
    """It is not true that nothing was changed here."""
    made_it = await gym.call("carla", "create_workout", "staff", text="3 rounds - 200m run", name="Grinder")
    await gym.tap("carla", made_it.messages[0].receipts[0].undo)
    turn = await gym.say("carla", "undo", "staff")
    assert "is undone already, and there is nothing else of yours to undo here." in said(turn)
    assert [b.label for m in turn.messages for row in m.buttons for b in row] == ["Redo it"]


async def test_the_owner_undoes_what_others_did_by_their_button(gym: House) -> None:
    """In the room the receipt says who undid whose; another coach is told that it is not theirs."""
    made_it = await gym.call("carla", "create_workout", "staff", text="3 rounds - 200m run", name="Grinder")
    undo = made_it.messages[0].receipts[0].undo
    assert "This one is for Carla Reyes" in str((await gym.tap("marcus", undo)).notice)
    turn = await gym.tap("olivia", undo)
    assert "Undone by Olivia Grant, what Carla Reyes did: “Saved the workout “Grinder”" in said(turn)
    assert "undone already by Olivia Grant" in said(await gym.say("carla", "undo", "staff"))


@pytest.mark.parametrize("words", ["undo carla's last change", "undo what carla did", "undo the last change by carla"])
async def test_the_owner_undoes_what_others_did_by_saying_so(gym: House, words: str) -> None:
    """From the private chat too; Carla hears of it, others are refused in plain words."""
    await made(gym, "Grinder")
    assert "Sorry, only the owner can do that for somebody else." in said(await gym.say("marcus", words, "staff"))
    assert "what Carla Reyes did: “Saved the workout “Grinder”" in said(await gym.say("olivia", words))
    await gym.pass_time(timedelta(seconds=20))
    assert "Olivia Grant undid what you had done" in (await gym.last("carla")).text
