"""Groups and topics: rooms kept apart, clearance that follows the chat, private answers that stay private."""

from collections.abc import Callable
from typing import Any

from core.agent import places
from core.chat import Entry, Spot
from core.parcels import Elsewhere
from tests.fakes.carrier import FakeCarrier
from tests.platforms.street import GROUP, Street

Opener = Callable[..., Any]
PRIVATELY = "Answered privately."
PRICES = "The toys cost 4711 EUR."


async def bind(street: Street, chat: str = GROUP) -> None:
    """The owner has made a group the coaches' room."""
    async with street.desk.store.write() as db:
        spot = Spot(chat=chat, group=True, title="Coaches")
        await places.bind(db, 1, "telegram", "7", spot, "staff", places.QUIET, street.house.clock.now())


async def test_a_group_is_an_open_place_until_it_is_bound(street: Opener) -> None:
    """Its key names the platform and the chat; a topic adds its own."""
    here: Street = await street()
    await here.say("mia", "make teddy", GROUP)
    await here.say("mia", "make bear", GROUP, thread="7")
    assert [e.room for e in await here.desk.history(here.house.people["mia"], None, None, 100, None)] == []
    place = await here.desk.platforms.place("telegram", "7", GROUP)
    topic = await here.desk.platforms.place("telegram", "7", GROUP, "7")
    assert place is not None
    assert topic is not None
    assert (place.room, topic.room) == (f"telegram:{GROUP}", f"telegram:{GROUP}#7")


async def test_a_bound_group_is_the_coaches_room_on_the_page_too(street: Opener) -> None:
    """What is said and answered there stands in the room's transcript, wherever it is read."""
    here: Street = await street()
    await bind(here)
    await here.say("carla", "make teddy", GROUP)
    seen = [e.message.text or e.message.receipts[0].text for e in await here.house.read("marcus", "staff")]
    assert seen == ["make teddy", "Made teddy", "ok"]


async def test_a_topic_of_the_coaches_room_is_read_on_the_page_with_the_rest_of_it(street: Opener) -> None:
    """In the order in which it was said, as it comes and later; what is said on the page is no part of the topic, and a
    topic of an open group is read by nobody there."""
    here: Street = await street()
    await bind(here)
    marcus = here.house.people["marcus"]
    live = here.desk.subscribe(marcus, await here.desk.newest())
    await here.say("carla", "make teddy", GROUP, thread="7")
    await here.say("mia", "make lamb", "-555", thread="7")
    await here.house.say("carla", "make bear", room="staff")
    read = await here.house.read("marcus", "staff")
    assert [e.message.text for e in read if e.kind == "said"] == ["make teddy", "make bear"]
    assert {e.room for e in read} == {"staff"}
    first = await anext(e async for e in live if isinstance(e, Entry))
    assert (first.room, first.message.text) == ("staff", "make teddy")
    await live.aclose()
    assert here.carrier.texts(GROUP) == ["Made teddy", "ok"]


async def test_the_coaches_room_refuses_a_member(street: Opener) -> None:
    """Being in the group is not being staff: the words are not taken, and the room hears why."""
    here: Street = await street()
    await bind(here)
    assert await here.say("mia", "make teddy", GROUP) == ["The coaches' room is for the gym's staff."]
    assert await here.say("mia", "make teddy", GROUP, thread="7") == ["The coaches' room is for the gym's staff."] * 2


async def test_what_the_room_may_not_see_goes_to_the_private_chat(street: Opener) -> None:
    """Money asked for in an open group, in the coaches' room or in a topic of it is answered privately."""
    here: Street = await street()
    await here.say("olivia", "make teddy")
    await bind(here)
    for chat, thread in (("-555", ""), ("-555", "3"), (GROUP, ""), (GROUP, "9")):
        await here.say("olivia", "", chat, thread, call={"tool": "price_toys", "args": {}})
        assert here.carrier.texts("t-olivia")[-1] == PRICES
        assert PRIVATELY in here.carrier.texts(chat)[-1]
    assert not [t for chat in (GROUP, "-555") for t in here.carrier.texts(chat) if "4711" in t]


async def test_without_a_private_chat_the_room_gets_a_pointer_and_the_answer_waits(street: Opener) -> None:
    """The answer is never shown to the room; it comes as soon as the person opens the chat."""
    here: Street = await street()
    await here.call("olivia", "price_toys", GROUP)
    assert [p.kind for p in here.carrier.parcels] == ["pointer"]
    assert len(here.carrier.texts(GROUP)) == 1
    assert not [t for t in here.carrier.texts(GROUP) if "4711" in t]
    assert await here.say("olivia", "make teddy") == [PRICES, "Made teddy", "ok"]


async def test_a_platform_that_whispers_shows_it_to_the_asker_alone(street: Opener) -> None:
    """Where the platform can show something to one person in a room it does; where it then cannot, the chat is next."""
    here: Street = await street(carrier=FakeCarrier(whispers=True))
    await here.say("olivia", "make teddy")
    await here.call("olivia", "price_toys", GROUP)
    whispered = [p for p in here.carrier.parcels if p.only_for]
    assert [(p.only_for, p.chat, p.message.text) for p in whispered] == [("t-olivia", GROUP, PRICES)]
    here.carrier.plan[GROUP].append(Elsewhere())
    await here.call("olivia", "price_toys", GROUP)
    assert here.carrier.texts("t-olivia")[-1] == PRICES


async def test_topics_are_conversations_of_their_own(street: Opener) -> None:
    """A question asked in one topic is not answered by words in another, nor by somebody else's."""
    here: Street = await street()
    await bind(here)
    await here.say("carla", "make teddy", GROUP, thread="1")
    await here.say("carla", "break teddy", GROUP, thread="1")
    token = here.carrier.token(GROUP, "Approve")
    await here.say("carla", "make bear", GROUP, thread="2")
    assert "This one is for Carla" in str(await here.press("marcus", token, GROUP, thread="1"))
    assert await here.press("carla", token, GROUP, thread="1") is None
    assert "Break teddy? [Approved]" in here.carrier.texts(GROUP)


async def test_a_press_in_another_room_does_nothing(street: Opener) -> None:
    """A button works where it was shown and nowhere else; there it stays open."""
    here: Street = await street()
    await here.say("mia", "make teddy", GROUP)
    token = here.carrier.token(GROUP, "Undo")
    assert "does not belong here" in str(await here.press("mia", token, "-777"))
    assert await here.press("mia", token, GROUP) is None


async def test_a_push_to_the_room_reaches_every_chat_that_is_bound_to_it(street: Opener) -> None:
    """One coaches' room in two groups gets what Whistle says by itself in both."""
    from core.agent.outbox import To
    from core.chat import Message

    here: Street = await street()
    await bind(here)
    await bind(here, "-300")
    async with here.desk.store.write() as db:
        await here.desk.outbox.post(
            db, To(1, None, "staff"), Message(text="Good morning."), here.house.clock.now(), kind="notice"
        )
    await here.desk.platforms.idle()
    assert here.carrier.texts(GROUP) == here.carrier.texts("-300") == ["Good morning."]
