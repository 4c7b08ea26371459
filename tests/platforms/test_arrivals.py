"""What platforms send: kept before it is acknowledged, handled in order, and never in the way of others."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy.sql import select

from core.agent.arrivals import DEAD, DONE, ArrivalRow
from core.store.statements import readable_json
from tests.platforms.street import Street

Opener = Callable[..., Any]


async def states(street: Street) -> list[str]:
    """The states of all arrivals, in order."""
    async with street.desk.store.read() as db:
        return list(await db.scalars(select(ArrivalRow.state).order_by(ArrivalRow.id)))


async def test_characters_that_no_database_holds_stop_nobody(street: Opener) -> None:
    """They are left out, and what stands around them is kept to the letter."""
    here: Street = await street()
    assert await here.say("mia", "make ted\x00dy\ud800") == ["Made teddy", "ok"]
    async with here.desk.store.read() as db:
        kept = (await db.scalars(select(ArrivalRow))).one()
    assert kept.body["text"] == "make teddy"
    assert json.loads(readable_json({"a": "back\\u0000slash\\\x00"})) == {"a": "back\\u0000slash\\"}


async def test_an_update_that_comes_twice_is_handled_once(street: Opener) -> None:
    """The tombstone of a handled update makes a second delivery harmless, in one batch and in the next."""
    here: Street = await street()
    update = here.raw("mia", "make teddy")
    assert await here.arrive(update, update) == 1
    assert await here.arrive(update) == 0
    assert here.handled == [update.event_id]
    assert await states(here) == [DONE]


async def test_a_chat_is_handled_in_order_and_another_does_not_wait(street: Opener) -> None:
    """While one update of a chat is tried again and again, its chat waits and another chat goes on."""
    here: Street = await street()
    bad, behind, other = here.raw("mia", "make a"), here.raw("mia", "make b"), here.raw("schmidt", "make c")
    here.poison[bad.event_id] = 1
    await here.desk.platforms.arrive("telegram", "7", [bad, behind, other])
    await here.until(lambda: other.event_id in here.handled and here.house.clock.sleepers > 0)
    assert behind.event_id not in here.handled
    here.house.clock.move(timedelta(seconds=10))
    await here.desk.platforms.idle()
    assert here.handled == [bad.event_id, other.event_id, bad.event_id, behind.event_id]


async def test_poison_is_tried_five_times_then_put_aside_with_one_alert(street: Opener) -> None:
    """The updates behind it are handled, and the owner hears of it once."""
    here: Street = await street()
    bad, good = here.raw("mia", "make a"), here.raw("mia", "make b")
    here.poison[bad.event_id] = 99
    await here.desk.platforms.arrive("telegram", "7", [bad, good])
    await here.until(lambda: good.event_id in here.handled, step=10)
    await here.desk.platforms.idle()
    assert here.handled.count(bad.event_id) == 5
    assert await states(here) == [DEAD, DONE]
    told = [e.message.text for e in await here.house.read("olivia")]
    assert len(told) == 1
    assert "put aside after five attempts" in told[0]


async def test_what_was_not_handled_is_taken_up_at_the_next_start(street: Opener) -> None:
    """Kept before the acknowledgement, so a stop between the two loses nothing."""
    here: Street = await street()
    await here.desk.platforms._arrivals["telegram", "7"].stop()
    await here.desk.platforms.arrive("telegram", "7", [here.raw("mia", "make teddy")])
    assert here.handled == []
    await here.close()
    await here.open()
    await here.desk.platforms.idle()
    assert here.carrier.texts("t-mia") == ["Made teddy", "ok"]


async def test_an_old_finished_update_is_forgotten(street: Opener) -> None:
    """Raw updates are kept for thirty days."""
    here: Street = await street()
    await here.say("mia", "make teddy")
    await here.desk.platforms.close(here.carrier)
    here.house.clock.move(timedelta(days=31))
    await here.desk.platforms.open(here.carrier, here.handle)
    assert await states(here) == []


async def test_an_update_that_ends_the_process_each_time_is_put_aside(street: Opener) -> None:
    """It is taken up alone and counted; what waits beside it and behind it is handled, and the owner hears of it once."""
    here: Street = await street()
    bad, behind, other = here.raw("mia", "make a"), here.raw("mia", "make b"), here.raw("schmidt", "make c")
    here.deadly.add(bad.event_id)
    await here.desk.platforms.arrive("telegram", "7", [bad, behind, other])
    deaths = 0
    while not {behind.event_id, other.event_id} <= set(here.handled):
        await here.until(lambda: here.dying or behind.event_id in here.handled, step=1)
        if here.dying:
            deaths += 1
            await here.die()
            await here.open()
    await here.desk.platforms.idle()
    assert deaths == 5
    assert await states(here) == [DEAD, DONE, DONE]
    told = [e.message.text for e in await here.house.read("olivia")]
    assert [t for t in told if "put aside after five attempts" in t] == told != []


async def test_an_orderly_stop_is_held_against_nothing(street: Opener) -> None:
    """However often the process is restarted while an update is under way."""
    here: Street = await street()
    slow = here.raw("mia", "make a")
    here.deadly.add(slow.event_id)
    await here.desk.platforms.arrive("telegram", "7", [slow])
    for _ in range(8):
        await here.until(lambda: here.dying, step=1)
        here.dying = False
        await here.close()
        await here.open()
    here.deadly.clear()
    await here.close()
    await here.open()
    await here.until(lambda: here.handled == [slow.event_id], step=1)
    await here.desk.platforms.idle()
    assert await states(here) == [DONE]


async def test_what_a_machine_that_is_often_killed_does_not_get_to_is_never_put_aside(street: Opener) -> None:
    """A process that ends at once is held against nothing; the first that lives goes on with everything."""
    here: Street = await street()
    rows = [here.raw(who, f"make {who}") for who in ("mia", "schmidt", "carla")]
    here.deadly |= {r.event_id for r in rows}
    await here.desk.platforms.arrive("telegram", "7", rows)
    for _ in range(12):
        await here.until(lambda: here.dying or here.house.clock.sleepers > 0)
        await here.die()
        await here.open()
    here.deadly.clear()
    await here.until(lambda: len(here.handled) == 3, step=1)
    await here.desk.platforms.idle()
    assert await states(here) == [DONE] * 3
