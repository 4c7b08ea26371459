"""Undo and redo from the change log: no tool writes a line for it."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from core.clock import SetClock
from core.llm.scripted import ScriptedModel
from core.store.database import Store, UnloggedWrite
from tests import toys
from tests.conftest import START, House, Opener
from tests.databases import empty_file


async def toys_now(store: Store) -> list[tuple[Any, ...]]:
    """Every row of the toy tables, without versions."""
    async with store.read() as db:
        rows = await db.execute(text("select id, name, colour, owner_id from toys order by id"))
        parts = await db.execute(text("select id, toy_id from toy_parts order by id"))
        return [tuple(r) for r in rows] + [tuple(r) for r in parts]


async def test_a_receipt_carries_undo_and_the_card_says_that_it_was_undone(toy_house: Opener) -> None:
    """Undo takes the row back and marks the receipt."""
    house = await toy_house()
    made = await house.call("mia", "make_toy", name="teddy")
    undone = await house.tap("mia", made.messages[0].receipts[0].undo)
    assert undone.messages[0].receipts[0].text == "Undone: “Made teddy”"
    assert await toys_now(house.desk.store) == []
    entry = next(e for e in await house.read("mia") if e.message.id == made.messages[0].id)
    assert entry.message.receipts[0].state == "undone"
    assert entry.message.receipts[0].undo is None


async def test_undo_of_an_undo_does_it_again(toy_house: Opener) -> None:
    """Undo is itself a change."""
    house = await toy_house()
    await house.call("mia", "make_toy", name="teddy")
    before = await toys_now(house.desk.store)
    undone = await house.call("mia", "undo")
    redone = await house.tap("mia", undone.messages[0].receipts[0].undo)
    assert redone.actions[0].ok
    assert await toys_now(house.desk.store) == before
    assert (await house.call("mia", "undo")).actions[0].ok
    assert (await house.call("mia", "redo")).actions[0].ok
    assert await toys_now(house.desk.store) == before


async def test_the_last_two_are_undone_together(toy_house: Opener) -> None:
    """ "undo the last two" takes both back, the newer first."""
    house = await toy_house()
    await house.call("mia", "make_toy", name="teddy")
    await house.call("mia", "paint_toy", toy="teddy", colour="blue")
    turn = await house.call("mia", "undo", last=2)
    assert turn.messages[0].receipts[0].text == "Undone: “Painted teddy blue”, “Made teddy”"
    assert await toys_now(house.desk.store) == []


async def test_undo_reaches_only_what_the_speaker_did_in_this_place(toy_house: Opener) -> None:
    """What others did, and what was done elsewhere, is left alone."""
    house = await toy_house()
    await house.call("carla", "make_toy", room="staff", name="teddy")
    await house.call("marcus", "make_toy", room="staff", name="ball")
    assert not (await house.call("carla", "undo")).actions[0].ok
    turn = await house.call("carla", "undo", room="staff")
    assert turn.messages[0].receipts[0].text == "Undone: “Made teddy”"


async def test_a_row_changed_since_is_not_overwritten(toy_house: Opener) -> None:
    """Undo names the later change and changes nothing."""
    house = await toy_house()
    made = await house.call("mia", "make_toy", name="teddy")
    await house.call("schmidt", "paint_toy", toy="teddy", colour="blue")
    turn = await house.tap("mia", made.messages[0].receipts[0].undo)
    assert not turn.actions[0].ok
    assert "Painted teddy blue" in turn.messages[0].text


async def test_what_others_built_on_a_row_keeps_it(toy_house: Opener) -> None:
    """A later row that points at the touched row refuses the undo."""
    house = await toy_house()
    made = await house.call("mia", "make_toy", name="teddy")
    await house.call("schmidt", "add_part", toy="teddy")
    turn = await house.tap("mia", made.messages[0].receipts[0].undo)
    assert "depend on it" in turn.messages[0].text
    assert len(await toys_now(house.desk.store)) == 2


async def test_yesterdays_change_is_not_undone_by_the_word_alone(toy_house: Opener) -> None:
    """After 24 hours the words say what there is; the button still works."""
    house = await toy_house()
    made = await house.call("mia", "make_toy", name="teddy")
    await house.pass_time(timedelta(hours=25))
    turn = await house.call("mia", "undo")
    assert "Made teddy" in turn.messages[0].text
    assert not turn.actions[0].ok
    assert (await house.tap("mia", made.messages[0].receipts[0].undo)).actions[0].ok


async def test_an_undo_inside_the_window_means_nobody_was_bothered(toy_house: Opener) -> None:
    """The owner's notice waits for the undo window and is withdrawn."""
    house = await toy_house()
    await house.call("mia", "make_toy", name="teddy")
    asked = await house.call("carla", "break_toy", toy="teddy")
    done = await house.tap("carla", asked.question.options[0].token)
    await house.pass_time(timedelta(seconds=10))
    await house.tap("carla", done.messages[0].receipts[0].undo)
    await house.pass_time(timedelta(minutes=10))
    assert "broken" not in str(await house.read("mia"))


async def test_an_undo_after_the_window_sends_the_correction(toy_house: Opener) -> None:
    """Those who were told hear that it is no longer so."""
    house = await toy_house()
    await house.call("mia", "make_toy", name="teddy")
    asked = await house.call("carla", "break_toy", toy="teddy")
    done = await house.tap("carla", asked.question.options[0].token)
    await house.pass_time(timedelta(seconds=20))
    assert (await house.last("mia")).text == "teddy is broken"
    await house.tap("carla", done.messages[0].receipts[0].undo)
    assert (await house.last("mia")).text == "teddy is whole again"
    assert "correction" not in str(await house.read("schmidt"))


async def test_a_refused_call_leaves_nothing_behind(toy_house: Opener) -> None:
    """No row, no change, no receipt, and the words say so."""
    house = await toy_house()
    turn = await house.call("mia", "make_toy", name="bomb")
    assert turn.messages[0].text == "We make no bombs here. Nothing was made."
    assert turn.messages[0].receipts == ()
    assert await toys_now(house.desk.store) == []


async def test_a_fault_of_our_own_is_confessed_and_keeps_nothing(toy_house: Opener) -> None:
    """A bug in a tool rolls its transaction back and ends in an apology."""
    house = await toy_house()
    turn = await house.call("mia", "make_toy", name="bug")
    assert "nothing was changed" in turn.messages[0].text
    assert await toys_now(house.desk.store) == []


async def test_a_write_outside_the_unit_of_work_raises(toy_house: Opener) -> None:
    """A bulk statement on a logged table would escape the log."""
    house = await toy_house()
    await house.call("mia", "make_toy", name="teddy")
    for statement in ("update toys set colour = 'blue'", "delete from toys", 'insert into "toys" (name) values (1)'):
        with pytest.raises(UnloggedWrite, match="logged table"):
            async with house.desk.store.write() as db:
                await db.execute(text(statement))


STEPS = st.lists(
    st.tuples(st.sampled_from(["make_toy", "paint_toy", "break_toy"]), st.sampled_from("abc"), st.sampled_from("xyz")),
    min_size=1,
    max_size=7,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
async def test_any_sequence_undone_in_reverse_restores_every_row(
    tmp_path_factory: Any, steps: list[tuple[str, str, str]]
) -> None:
    """Whatever was done, undoing it newest first goes back through every state."""
    url = await empty_file(tmp_path_factory.mktemp("undo") / "gym.db")
    house = await House(url=url, clock=SetClock(START), model=ScriptedModel(), toolbox=toys.toolbox()).open()
    states = []
    for tool, name, colour in steps:
        before = await toys_now(house.desk.store)
        args = {"make_toy": {"name": name}, "paint_toy": {"toy": name, "colour": colour}, "break_toy": {"toy": name}}
        turn = await house.call("carla", tool, **args[tool])
        if turn.question is not None and turn.question.kind == "confirm":
            turn = await house.tap("carla", turn.question.options[0].token)
        if turn.actions and turn.actions[0].ok and turn.messages[0].receipts:
            states.append(before)
    for state in reversed(states):
        assert (await house.call("carla", "undo")).actions[0].ok
        assert await toys_now(house.desk.store) == state
    await house.desk.stop()


async def test_a_long_chain_of_undo_and_redo_stays_true(toy_house: Opener) -> None:
    """Undo, undo that, undo that again: the log always knows what stands, and typed undo is never stuck."""
    house = await toy_house()
    made = await house.call("mia", "make_toy", name="teddy")
    empty: list[tuple[Any, ...]] = []
    stands = await toys_now(house.desk.store)
    token = made.messages[0].receipts[0].undo
    for expected in (empty, stands, empty, stands):
        turn = await house.tap("mia", token)
        assert turn.actions[0].ok, turn
        assert await toys_now(house.desk.store) == expected
        token = turn.messages[0].receipts[0].undo
    turn = await house.call("mia", "undo")
    assert turn.messages[0].receipts[0].text == "Undone: “Made teddy”"
    turn = await house.call("mia", "redo")
    assert turn.messages[0].receipts[0].text == "Done again: “Made teddy”"
    assert not (await house.call("mia", "redo")).actions[0].ok
    assert await toys_now(house.desk.store) == stands


async def test_a_message_of_another_private_chat_cannot_be_replied_to(toy_house: Opener) -> None:
    """What it was about stays unknown."""
    house = await toy_house("I see nothing")
    made = await house.call("olivia", "make_toy", name="secret")
    turn = await house.say("mia", "paint it", reply_to=made.messages[0].id)
    _, events = await house.desk.session(house.people["mia"], turn.session_id)
    assert events[0].content["replied"] == []
