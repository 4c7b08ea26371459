"""Being forgotten leaves no trace of a name, and nothing to undo."""

from datetime import timedelta

import pytest

from core.chat import Incoming
from core.desk import Stranger
from core.tools.erasure import forget_me
from tests.conftest import Opener


async def test_forgetting_erases_the_name_everywhere_and_signs_out(toy_house: Opener) -> None:
    """Conversations, images, inbox, outbox and the change log hold the name no more; the account is gone."""
    house = await toy_house("Hello Mia Tran!", "I will not tell Mia Tran anything")
    house.toolbox["forget_me"] = forget_me.tool
    await house.say("mia", "I am Mia Tran")
    await house.call("mia", "make_toy", name="Mia Tran's teddy")
    await house.say("carla", "tell mia tran to call José")
    asked = await house.call("mia", "forget_me")
    assert asked.question is not None
    turn = await house.tap("mia", asked.question.options[0].token)
    assert turn.messages[0].text.startswith("You are forgotten")
    assert turn.messages[0].receipts == ()
    later = Incoming(platform="web", event_id="later", account=house.account("mia"), text="hi")
    with pytest.raises(Stranger):
        await house.desk.receive(later)
    await house.pass_time(timedelta(minutes=1))
    async with house.desk.store.read() as db:
        from sqlalchemy import text

        for table, column in (
            ("persons", "name"), ("outbox", "body"), ("inbox", "body"), ("agent_events", "content"),
            ("changes", "summary"), ("changes", "args"), ("agent_sessions", "title"), ("outbox", "author"),
        ):  # fmt: skip
            found = await db.execute(
                text(f"select count(*) from {table} where cast({column} as text) like '%Mia Tran%'")
            )
            assert found.scalar() == 0, table


async def test_a_second_delivery_to_a_forgotten_person_changes_nothing(toy_house: Opener) -> None:
    """The platform may deliver again what was said before the erasure: the tombstone still knows the event."""
    house = await toy_house("Hello!")
    house.toolbox["forget_me"] = forget_me.tool
    said = Incoming(platform="web", event_id="once", account=house.account("mia"), text="hi")
    first = await house.desk.receive(said)
    await house.desk.lanes.idle()
    asked = await house.call("mia", "forget_me")
    assert asked.question is not None
    await house.tap("mia", asked.question.options[0].token)
    assert await house.desk.receive(said) == first
