"""The way out: in order in each chat, recorded, repeated only where that is right, and never in the way of others."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy.sql import select

from core.agent.deliveries import DeliveryRow
from core.agent.outbox import OutboxRow, To
from core.chat import Message
from core.parcels import Failed, Gone, Later, Moved, Unsure
from tests.fakes.carrier import Crashed, FakeCarrier
from tests.platforms.street import GROUP, Street

Opener = Callable[..., Any]


async def states(street: Street) -> list[tuple[str, str]]:
    """Kind and state of every delivery, in order."""
    async with street.desk.store.read() as db:
        return [(r.kind, r.state) for r in await db.scalars(select(DeliveryRow).order_by(DeliveryRow.id))]


async def push(street: Street, who: str, words: str) -> int:
    """Whistle tells a person something by itself."""
    async with street.desk.store.write() as db:
        person = street.house.people[who]
        gym = 1
        made = await street.desk.outbox.post(
            db, To(gym, person, None), Message(text=words), street.house.clock.now(), kind="notice"
        )
    await street.desk.platforms.idle()
    return made


async def test_an_answer_goes_to_the_chat_it_was_asked_in(street: Opener) -> None:
    """It replies to the message; nobody else's chat gets it, and what people say is not sent back to them."""
    here: Street = await street()
    assert await here.say("mia", "make teddy") == ["Made teddy", "ok"]
    assert set(here.carrier.chats) == {"t-mia"}
    assert here.carrier.parcels[0].answers is not None
    assert here.carrier.parcels[0].answers.message == "in1"
    assert here.carrier.signs == [("t-mia", True), ("t-mia", False)]


async def test_what_is_said_on_the_page_stays_on_the_page(street: Opener) -> None:
    """The page reads all; a platform gets the answers to what was said there."""
    here: Street = await street()
    await here.say("mia", "make teddy")
    await here.house.say("mia", "make bear")
    await here.desk.platforms.idle()
    assert here.carrier.texts("t-mia") == ["Made teddy", "ok"]
    assert "Made teddy" in [r.text for e in await here.house.read("mia") for r in e.message.receipts]


async def test_a_changed_message_is_edited_where_it_is_shown(street: Opener) -> None:
    """After Undo the receipt in the chat says so, on the same message."""
    here: Street = await street()
    await here.say("mia", "make teddy")
    assert await here.press("mia", here.carrier.token("t-mia", "Undo")) is None
    assert here.carrier.texts("t-mia")[0] == "Made teddy (undone)"


async def test_a_reply_and_a_press_find_the_message(street: Opener) -> None:
    """The platform's message id leads to what it shows; a button pressed on another message of ours does nothing."""
    here: Street = await street()
    await here.say("mia", "make teddy")
    first, second = here.carrier.chats["t-mia"]
    assert await here.desk.platforms.shown("telegram", "7", "t-mia", first.id) is not None
    assert await here.desk.platforms.shown("telegram", "7", "t-mia", "999") is None
    token = here.carrier.token("t-mia", "Undo")
    assert "does not belong here" in str(await here.press("mia", token, message=second.id))
    assert await here.press("mia", token, message=first.id) is None


async def test_later_waits_for_its_chat_and_holds_up_no_other(street: Opener) -> None:
    """A chat that is told to wait keeps its order; a request is never made inside the wait."""
    here: Street = await street()
    here.carrier.plan["t-mia"].append(Later(30))
    await here.desk.platforms.arrive("telegram", "7", [here.raw("mia", "make a"), here.raw("schmidt", "make b")])
    await here.until(lambda: len(here.carrier.texts("t-schmidt")) == 2 and here.house.clock.sleepers > 0)
    assert here.carrier.texts("t-mia") == []
    here.house.clock.move(timedelta(seconds=29))
    assert [p.chat for p in here.carrier.parcels].count("t-mia") == 1
    here.house.clock.move(timedelta(seconds=1))
    await here.desk.platforms.idle()
    assert here.carrier.texts("t-mia") == ["Made a", "ok"]


async def test_later_everywhere_holds_up_the_whole_bot(street: Opener) -> None:
    """When the platform closes its door for the bot, no chat knocks before the time."""
    here: Street = await street()
    here.carrier.plan["t-mia"].append(Later(30, everywhere=True))
    await here.desk.platforms.arrive("telegram", "7", [here.raw("mia", "make a")])
    await here.until(lambda: here.house.clock.sleepers == 1)
    await here.desk.platforms.arrive("telegram", "7", [here.raw("schmidt", "make b")])
    await here.until(lambda: here.house.clock.sleepers == 2)
    here.house.clock.move(timedelta(seconds=29))
    assert [p.chat for p in here.carrier.parcels] == ["t-mia"]
    here.house.clock.move(timedelta(seconds=2))
    await here.desk.platforms.idle()
    assert len(here.carrier.texts("t-mia")) == len(here.carrier.texts("t-schmidt")) == 2


async def test_an_unsure_answer_comes_once_more_and_says_so(street: Opener) -> None:
    """It may have arrived, so the second says that it is a repeat; a second doubt ends it."""
    here: Street = await street()
    here.carrier.plan["t-mia"].append((Unsure(), True))
    assert await here.say("mia", "make teddy") == ["Made teddy", "(repeat) · Made teddy", "ok"]
    here.carrier.plan["t-mia"].extend([Unsure(), ConnectionError("gone")])
    await here.say("mia", "make bear")
    assert await states(here) == [("answer", "sent"), ("answer", "sent"), ("answer", "uncertain"), ("answer", "sent")]


async def test_an_answer_is_repeated_at_every_start_until_one_lives_through_it(street: Opener) -> None:
    """A process that dies while it repeats has not used up the repeat: the answer comes, marked, from the one that lives."""
    here: Street = await street()
    here.carrier.plan["t-mia"].extend([Crashed() for _ in range(9)])
    await here.say("mia", "make teddy")
    for deadly in (True, True, False):
        assert here.carrier.texts("t-mia") == []
        if not deadly:
            here.carrier.plan.clear()
        await _starts_again(here)
    assert here.carrier.texts("t-mia") == ["(repeat) · Made teddy", "(repeat)  ok"]


async def test_an_answer_that_kills_every_process_is_given_up(street: Opener) -> None:
    """After as many tries as any message gets; what comes behind it goes out."""
    here: Street = await street()
    here.carrier.plan["t-mia"].extend([Crashed() for _ in range(40)])
    await here.say("mia", "make teddy")
    for _start in range(20):
        await _starts_again(here)
    assert await states(here) == [("answer", "uncertain"), ("answer", "uncertain")]
    here.carrier.plan.clear()
    assert await here.say("mia", "make bear") == ["Made bear", "ok"]


async def _starts_again(here: Street) -> None:
    await here.close()
    await here.open()
    await here.desk.platforms.idle()


async def test_an_unsure_push_is_not_repeated_and_shows_as_uncertain(street: Opener) -> None:
    """Nobody is told the same thing twice by themselves."""
    here: Street = await street()
    await here.say("mia", "make teddy")
    here.carrier.plan["t-mia"].append((Unsure(), True))
    notice = await push(here, "mia", "Your class is off.")
    assert here.carrier.texts("t-mia").count("Your class is off.") == 1
    async with here.desk.store.read() as db:
        assert (await db.get_one(OutboxRow, notice)).state == "uncertain"


async def test_a_platform_that_knows_repeats_is_simply_asked_again(street: Opener) -> None:
    """With the same number for the same message nothing is doubled and nothing is marked."""
    here: Street = await street(carrier=FakeCarrier(idempotent=True))
    here.carrier.plan["t-mia"].append((Unsure(), True))
    assert await here.say("mia", "make teddy") == ["Made teddy", "ok"]


async def test_a_chat_that_moved_is_followed(street: Opener) -> None:
    """What was on its way goes to the new chat, and the room stays the same room."""
    here: Street = await street()
    await here.say("mia", "make teddy", GROUP)
    here.carrier.plan[GROUP].append(Moved("-200"))
    await here.say("mia", "make bear", GROUP)
    assert here.carrier.texts("-200") == ["Made bear", "ok"]
    place = await here.desk.platforms.place("telegram", "7", "-200")
    assert place is not None
    assert place.room == f"telegram:{GROUP}"
    assert await here.desk.platforms.place("telegram", "7", GROUP) is None


async def test_a_chat_that_is_gone_gets_nothing_more_until_its_person_is_back(street: Opener) -> None:
    """Somebody who blocked the bot is not written to; a word of theirs opens the chat again."""
    here: Street = await street()
    here.carrier.plan["t-mia"].extend([Gone("blocked"), Gone("blocked")])
    await here.say("mia", "make teddy")
    here.carrier.plan["t-mia"].clear()
    assert await states(here) == [("answer", "dead"), ("answer", "dead")]
    await push(here, "mia", "Your class is off.")
    assert here.carrier.texts("t-mia") == []
    assert await here.say("mia", "make bear") == ["Made bear", "ok"]
    await push(here, "mia", "Your class is on.")
    assert here.carrier.texts("t-mia")[-1] == "Your class is on."


async def test_a_push_finds_the_other_chat_of_its_person(street: Opener) -> None:
    """Whoever blocked one bot hears of a class on the platform that is left."""
    here: Street = await street()
    discord = FakeCarrier(platform="discord", bot="9")
    there = Street(here.house, discord)
    await here.say("mia", "make teddy")
    await _second_platform(there)
    await there.say("mia", "make bear")
    discord.plan["t-mia"].append(Gone("no shared server"))
    await push(here, "mia", "Your class is off.")
    assert here.carrier.texts("t-mia")[-1] == "Your class is off."
    await here.desk.platforms.close(discord)


async def _second_platform(there: Street) -> None:
    from core.people import Account

    async with there.desk.store.write() as db:
        now, person = there.house.clock.now(), there.house.people["mia"]
        db.add(Account(platform=there.carrier.platform, account="t-mia", person_id=person, linked_at=now))
    await there.desk.platforms.open(there.carrier, there.handle)


async def test_a_push_goes_to_the_platform_that_was_chosen_else_where_they_wrote_last(street: Opener) -> None:
    """One person on two platforms gets each push once."""
    here: Street = await street()
    there = Street(here.house, FakeCarrier(platform="discord", bot="9"))
    await _second_platform(there)
    await there.say("mia", "make bear")
    here.house.clock.move(timedelta(minutes=1))
    await here.say("mia", "make teddy")
    await push(here, "mia", "one")
    assert (here.carrier.texts("t-mia")[-1], there.carrier.texts("t-mia")[-1]) == ("one", "ok")
    await there.say("mia", "make lamb")
    here.house.clock.move(timedelta(minutes=1))
    await there.say("mia", "make lion")
    await push(here, "mia", "two")
    assert (here.carrier.texts("t-mia")[-1], there.carrier.texts("t-mia")[-1]) == ("one", "two")
    await here.desk.platforms.close(there.carrier)


async def test_a_refused_parcel_is_dead_and_the_next_goes_out(street: Opener) -> None:
    """A message that the platform will never take does not stop its chat."""
    here: Street = await street()
    here.carrier.plan["t-mia"].append(Failed("too strange"))
    assert await here.say("mia", "make teddy") == ["ok"]
    assert await states(here) == [("answer", "dead"), ("answer", "sent")]
