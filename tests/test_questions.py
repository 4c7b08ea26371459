"""Questions: asked before the body, settled once, bound to one person, closed when the person moves on."""

import asyncio
from datetime import timedelta

import pytest

from core.chat import Press
from core.tools.conversation import message_ask_user
from tests.conftest import House, Opener, calls


async def test_one_candidate_goes_on_several_ask_with_a_button_each(toy_house: Opener) -> None:
    """Ambiguity suspends the run with one option per candidate; a press lets it go on."""
    house = await toy_house("ok")
    await house.call("mia", "make_toy", name="red car")
    await house.call("mia", "make_toy", name="blue car")
    turn = await house.call("mia", "paint_toy", toy="car", colour="green")
    assert turn.question is not None
    assert [o.label for o in turn.question.options] == ["blue car", "red car"]
    assert turn.actions == ()
    turn = await house.tap("mia", turn.question.options[1].token)
    assert turn.messages[0].receipts[0].text == "Painted red car green"
    assert turn.actions[0].args == {"toy": "red car", "colour": "green"}


async def test_a_typed_ordinal_or_name_answers_as_well_as_a_tap(toy_house: Opener) -> None:
    """ "the second one" and a distinguishing word both answer a pick."""
    house = await toy_house()
    await house.call("mia", "make_toy", name="red car")
    await house.call("mia", "make_toy", name="blue car")
    for words, expected in (("the second one", "red car"), ("blue", "blue car")):
        await house.call("mia", "paint_toy", toy="car", colour="green")
        turn = await house.say("mia", words)
        assert turn.messages[0].receipts[0].text == f"Painted {expected} green"


async def test_a_missing_argument_is_asked_for_and_the_next_words_answer(toy_house: Opener) -> None:
    """A required parameter that was not said becomes an open question."""
    house = await toy_house()
    turn = await house.call("mia", "make_toy")
    assert turn.question is not None
    assert turn.question.kind == "ask"
    turn = await house.say("mia", "teddy")
    assert turn.messages[0].receipts[0].text == "Made teddy"


async def test_what_cannot_be_taken_lightly_waits_for_a_press(toy_house: Opener) -> None:
    """A CONFIRM tool shows its card and does nothing until it is approved."""
    house = await toy_house("3 toys")
    await house.call("mia", "make_toy", name="teddy")
    turn = await house.call("carla", "break_toy", toy="teddy")
    card = turn.messages[0].cards[0]
    assert (card.title, card.lines, card.state) == ("Break teddy?", ("It is red.",), "open")
    turn = await house.tap("carla", turn.question.options[0].token)
    assert turn.messages[0].receipts[0].text == "Broke teddy"
    assert (await house.read("carla"))[1].message.cards[0].outcome == "Approved"


async def test_a_rejected_card_changes_nothing_and_says_so(toy_house: Opener) -> None:
    """No is an answer: the call is not done."""
    house = await toy_house()
    await house.call("mia", "make_toy", name="teddy")
    turn = await house.call("carla", "break_toy", toy="teddy")
    turn = await house.tap("carla", turn.question.options[1].token)
    assert turn.messages[0].text == "All right, nothing was changed."
    assert (await house.call("mia", "count_toys")).messages[0].text == "1 toys: teddy red"


async def test_a_typed_yes_counts_in_private_for_confirm(toy_house: Opener) -> None:
    """Yes is enough for CONFIRM in a private chat, and not in a room."""
    house = await toy_house()
    for name in ("teddy", "ball"):
        await house.call("mia", "make_toy", name=name)
    await house.call("carla", "break_toy", toy="teddy")
    turn = await house.say("carla", "yes")
    assert turn.messages[0].receipts[0].text == "Broke teddy"
    asked = await house.call("carla", "break_toy", room="staff", toy="ball")
    turn = await house.say("carla", "yes", room="staff")
    assert "press the button" in turn.messages[0].text
    assert (await house.tap("carla", asked.question.options[0].token)).messages[0].receipts[0].text == "Broke ball"


async def test_a_changed_world_gives_a_new_card_not_a_wrong_act(toy_house: Opener) -> None:
    """What was approved is compared with what is true at the press."""
    house = await toy_house()
    await house.call("mia", "make_toy", name="teddy")
    turn = await house.call("carla", "break_toy", toy="teddy")
    await house.call("mia", "paint_toy", toy="teddy", colour="blue")
    turn = await house.tap("carla", turn.question.options[0].token)
    assert turn.messages[0].cards[0].lines[0] == "It is blue."
    assert turn.question is not None
    turn = await house.tap("carla", turn.question.options[0].token)
    assert turn.messages[0].receipts[0].text == "Broke teddy"


async def test_words_about_something_else_close_the_question_visibly(toy_house: Opener) -> None:
    """The card is marked no longer open with Ask again; the old button does nothing and says so."""
    house = await toy_house("Hello!")
    await house.call("mia", "make_toy", name="teddy")
    asked = await house.call("carla", "break_toy", toy="teddy")
    turn = await house.say("carla", "how are you?")
    assert turn.messages[0].text == "Hello!"
    card = (await house.read("carla"))[1].message
    assert (card.cards[0].state, card.cards[0].outcome) == ("closed", "No longer open")
    assert [b.label for b in card.buttons[0]] == ["Ask again"]
    dead = await house.tap("carla", asked.question.options[0].token)
    assert dead.notice is not None
    assert "no longer open" in dead.notice
    again = await house.tap("carla", card.buttons[0][0].token)
    assert again.question is not None
    assert again.question.text == "Break teddy?"


async def test_a_foreign_press_is_refused_and_leaves_the_question_open(toy_house: Opener) -> None:
    """Only the person who was asked can answer."""
    house = await toy_house()
    await house.call("mia", "make_toy", name="teddy")
    asked = await house.call("carla", "break_toy", room="staff", toy="teddy")
    for other in ("marcus", "olivia", "mia"):
        turn = await house.tap(other, asked.question.options[0].token)
        assert "Carla Reyes" in (turn.notice or "")
    turn = await house.tap("carla", asked.question.options[0].token)
    assert turn.messages[0].receipts[0].text == "Broke teddy"


async def test_ten_parallel_presses_have_one_effect(toy_house: Opener) -> None:
    """The compare-and-set lets one press through; the others are told."""
    house = await toy_house()
    await house.call("mia", "make_toy", name="teddy")
    asked = await house.call("carla", "break_toy", toy="teddy")
    token = asked.question.options[0].token
    presses = [Press(platform="web", event_id=f"p{n}", account=house.account("carla"), token=token) for n in range(10)]
    turns = await asyncio.gather(*(house.desk.press(p) for p in presses))
    assert sum(1 for t in turns if t.messages) == 1
    assert sum(1 for t in turns if t.notice and "no longer open" in t.notice) == 9


async def test_the_same_press_delivered_twice_is_one_press(toy_house: Opener) -> None:
    """A redelivered event returns the same turn."""
    house = await toy_house()
    await house.call("mia", "make_toy", name="teddy")
    asked = await house.call("carla", "break_toy", toy="teddy")
    press = Press(
        platform="web", event_id="same", account=house.account("carla"), token=asked.question.options[0].token
    )
    first, second = await house.desk.press(press), await house.desk.press(press)
    assert first == second


async def test_an_expired_question_is_not_answered(toy_house: Opener) -> None:
    """After its time a button does nothing and says so."""
    house = await toy_house()
    await house.call("mia", "make_toy", name="teddy")
    asked = await house.call("carla", "break_toy", toy="teddy")
    await house.pass_time(timedelta(days=8))
    turn = await house.tap("carla", asked.question.options[0].token)
    assert "expired" in (turn.notice or "")


async def test_a_question_survives_a_restart_and_next_week(toy_house: Opener) -> None:
    """Nothing about a question lives in memory."""
    house = await toy_house()
    await house.call("mia", "make_toy", name="teddy")
    asked = await house.call("carla", "break_toy", toy="teddy")
    await house.reopen()
    await house.pass_time(timedelta(days=6))
    turn = await house.tap("carla", asked.question.options[0].token)
    assert turn.messages[0].receipts[0].text == "Broke teddy"


async def test_siblings_before_a_question_are_done_and_those_behind_wait(toy_house: Opener) -> None:
    """Calls run in order; the answer lets the rest go on."""
    answer = calls(("make_toy", {"name": "ball"}), ("break_toy", {"toy": "ball"}), ("make_toy", {"name": "kite"}))
    house = await toy_house(answer, "All done.")
    turn = await house.say("carla", "make a ball, break it, make a kite")
    assert [a.tool for a in turn.actions] == ["make_toy"]
    turn = await house.tap("carla", turn.question.options[0].token)
    assert [a.tool for a in turn.actions] == ["break_toy", "make_toy"]
    assert turn.messages[-1].text.startswith("All done.")


@pytest.mark.parametrize("answer", ["TAP", "the second one", "blue"])
async def test_a_model_asks_in_its_own_words_and_hears_the_answer(toy_house: Opener, answer: str) -> None:
    """The run waits on the person; a button or words are the tool's result."""
    question = calls(("message_ask_user", {"question": "Which colour?", "options": "red | blue"}))
    house = await toy_house(question, "Blue it is.")
    house.toolbox["message_ask_user"] = message_ask_user.tool
    turn = await house.say("mia", "make me something")
    assert [o.label for o in turn.question.options] == ["red", "blue"]
    tapped = answer == "TAP"
    turn = await (house.tap("mia", turn.question.options[1].token) if tapped else house.say("mia", answer))
    assert turn.actions[0].result == "They answered: blue"
    assert turn.messages[-1].text == "Blue it is."


@pytest.mark.parametrize("words", ["never mind", "no", "none of them", "forget it"])
async def test_a_pick_can_be_declined_in_words(toy_house: Opener, words: str) -> None:
    """Nothing is done, and the card says that it was rejected."""
    house = await toy_house()
    await house.call("mia", "make_toy", name="red car")
    await house.call("mia", "make_toy", name="blue car")
    await house.call("mia", "paint_toy", toy="car", colour="green")
    turn = await house.say("mia", words)
    assert turn.messages[0].text == "All right, nothing was changed."
    assert (await house.call("mia", "count_toys")).messages[0].text == "2 toys: blue car red, red car red"


async def test_what_stands_beside_a_name_that_was_asked_for_is_taken_too(gym: House) -> None:
    """A kind of class with its length and spots at once; a name with a comma of its own stays a name."""
    house = gym
    await house.say("olivia", "new class type")
    made = await house.say("olivia", "Bootcamp, 60 minutes, 12 spots")
    assert made.actions[-1].result == "New class type: Bootcamp, 60 minutes, 12 spots"
    await house.say("olivia", "new class type")
    asked = await house.say("olivia", "Stretch, slow and long")
    assert asked.question is not None
    await house.say("olivia", "45 minutes")
    made = await house.say("olivia", "9")
    assert made.actions[-1].result == "New class type: Stretch, slow and long, 45 minutes, 9 spots"
