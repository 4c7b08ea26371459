"""The door: strangers get a fixed menu, codes let people in and link them, an owner opens the gym in the chat."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy.sql import select

from core.agent.arrivals import ArrivalRow
from core.agent.places import PlaceRow
from core.agent.tools import load
from core.clock import SetClock
from core.gym.gyms import Gym
from core.gym.invites import new_invite
from core.gym.opening import SetupRow
from core.llm.rules import RulesModel
from core.people import Account, LinkCode, Person
from core.store.changes import Cause
from tests.conftest import START, House, small_gym
from tests.fakes.carrier import FakeCarrier
from tests.platforms.street import GROUP, Street


@pytest.fixture
async def here(database: str) -> AsyncIterator[Street]:
    """A gym with the real tools and the rules in front of a platform that knows its staff and Mia."""
    house = House(url=database, clock=SetClock(START), model=RulesModel(), toolbox=load())
    street = await Street(house).open(("carla", "olivia", "mia"))
    yield street
    await street.close()


async def invitation(here: Street, who: str) -> str:
    """A fresh invitation's code."""
    person, now = here.house.people[who], here.house.clock.now()
    async with here.desk.store.write(Cause(1, person, None, None, "c", None, "invite", {}, "staff", now)) as db:
        row, code = new_invite(1, person, now)
        db.add(row)
    return code


async def code_of(here: Street, who: str) -> str:
    """A linking code as its person reads it."""
    return (await here.say(who, "/link"))[-1].split("`")[1].removeprefix("/link ")


async def test_a_stranger_gets_a_fixed_menu_a_few_times_and_then_silence(here: Street) -> None:
    """Whatever they say; nothing of it reaches a conversation or a model."""
    for words in ("hi", "who owes money?", "/start", "cancel all classes", "hello?", "HELLO"):
        await here.say("zoe", words)
    shown = here.carrier.texts("t-zoe")
    assert len(shown) == 4
    assert all("assistant of Ironside Athletic" in t for t in shown)
    here.house.clock.move(timedelta(minutes=11))
    assert len(await here.say("zoe", "hi again")) == 5


async def test_a_stranger_in_a_group_is_not_answered(here: Street) -> None:
    """A group is not filled with greetings."""
    assert await here.say("zoe", "book yoga", GROUP) == []


@pytest.mark.parametrize("words", ["/start {}", "/join {}", "{}"])
async def test_an_invitation_lets_its_person_in_once(here: Street, words: str) -> None:
    """By link, by command, or as the bare code; a second account gets nothing by the same code."""
    code = await invitation(here, "schmidt")
    assert "Welcome to Ironside Athletic, Anna Schmidt" in (await here.say("anna", words.format(code)))[-1]
    assert (await here.say("anna", "show my settings"))[-1] == "Your settings"
    assert "used already" in (await here.say("eve", words.format(code)))[-1]


async def test_guessing_codes_ends_in_silence(here: Street) -> None:
    """Six tries an hour."""
    for n in range(9):
        await here.say("eve", f"/join aaaaaaaaaaaa{n}")
    assert len(here.carrier.texts("t-eve")) == 6


async def test_a_second_platform_becomes_the_same_person(here: Street) -> None:
    """The code from the private chat there; after that both are one person with one undo."""
    code = await code_of(here, "mia")
    there = Street(here.house, FakeCarrier(platform="discord", bot="9"))
    await here.desk.platforms.open(there.carrier, there.handle)
    assert "one log, one undo" in (await there.say("mimi", f"/link {code}"))[-1]
    await here.say("mia", "use lb")
    assert "undone" in " ".join(await there.say("mimi", "undo")).casefold()
    await here.say("mia", "/link", GROUP)
    assert not [t for t in here.carrier.texts(GROUP) if "/link" in t]
    await here.desk.platforms.close(there.carrier)


async def test_linking_is_no_way_to_become_somebody_else(here: Street) -> None:
    """A known account stays whose it is, a code works once and for fifteen minutes, and never in a group."""
    code = await code_of(here, "mia")
    assert "belongs to Carla Reyes already" in (await here.say("carla", f"/link {code}"))[-1]
    assert "linked here already, Mia" in (await here.say("mia", f"/link {code}"))[-1]
    assert "private chat only" in (await here.say("eve", "/link AAAAA-AAAAA", GROUP))[-1]
    assert "Welcome back" in (await here.say("mimi", f"/link {code}"))[-1]
    assert "used already" in (await here.say("eve", f"/link {code}"))[-1]
    late = await code_of(here, "mia")
    here.house.clock.move(timedelta(minutes=16))
    assert "out of date" in (await here.say("eve", f"/link {late}"))[-1]


@pytest.mark.parametrize(
    "words", ["/link {}", "/join {}", "/start {}", "{}", "mine is {}, is it not?", "t.me/bot?start={}"]
)
@pytest.mark.parametrize("who", ["mia", "eve"])
async def test_a_code_seen_in_a_group_is_void(here: Street, words: str, who: str) -> None:
    """Everybody there could use it; that is said, once. Other words of such a length are nothing to it."""
    for code in (await code_of(here, "mia"), await invitation(here, "schmidt")):
        before = len(here.carrier.texts(GROUP))
        update = here.raw(who, words.format(code), GROUP)
        await here.arrive(update)
        await here.handle(update)
        await here.desk.platforms.idle()
        shown = here.carrier.texts(GROUP)[before:]
        assert len(shown) == 1
        assert "void" in shown[0]
        assert "used already" in (await here.say("anna", f"/join {code}"))[-1]
    assert not [t for t in await here.say("eve", "dumbbells-and-kettlebells", GROUP) if "void" in t][2:]
    await here.say("carla", "what changed today?")
    assert "void: others have read it" in str(here.carrier.chats["t-carla"][-1].parcel.message)


async def test_a_code_is_overheard_in_a_room_that_listens(here: Street) -> None:
    """Nobody has to be spoken to for that."""
    code = await code_of(here, "mia")
    assert "void" in (await here.say("carla", f"it was {code}", GROUP, addressed=False))[-1]
    assert "used already" in (await here.say("anna", f"/link {code}"))[-1]


async def test_the_code_of_the_setup_is_void_too_once_a_group_has_seen_it(database: str) -> None:
    """A new one is printed for the owner."""
    house = House(url=database, clock=SetClock(START), model=RulesModel(), toolbox=load(), people={"nobody": 0})
    here = await Street(house).open(())
    door, printed = here.desk.platforms.door, list[str]()
    door.tell = printed.append
    code = door.setup_code
    assert "void" in (await here.say("kim", f"/setup {code}", GROUP))[-1]
    assert "not the code" in (await here.say("kim", f"/setup {code}"))[-1]
    assert printed == [door.setup_code]
    assert "What is it called" in (await here.say("kim", f"/setup {printed[0]}"))[-1]
    await here.close()


async def test_a_group_is_no_place_to_ask_for_a_code(here: Street) -> None:
    """None is made, and everybody may know why."""
    assert "private chat" in (await here.say("mia", "/link", GROUP))[-1]
    async with here.desk.store.read() as db:
        assert not list(await db.scalars(select(LinkCode.id)))


async def test_an_update_at_the_door_that_comes_twice_is_answered_once(here: Street) -> None:
    """Also after the tombstone is gone: what was said to an event is not said again."""
    update = here.raw("zoe", "hi")
    await here.arrive(update)
    await here.handle(update)
    await here.desk.platforms.idle()
    assert len(here.carrier.texts("t-zoe")) == 1


async def test_the_owner_makes_a_group_the_coaches_room_with_a_press(here: Street) -> None:
    """In that group, by the owner alone; from then on it is the room, and staff data may be shown."""
    assert "only the owner" in (await here.say("carla", "/bind_room", GROUP))[-1]
    assert "Say this in the group" in (await here.say("olivia", "/bind_room"))[-1]
    await here.say("olivia", "/bind_room", GROUP)
    place = await here.desk.platforms.place("telegram", "7", GROUP)
    assert place is not None
    assert place.room == f"telegram:{GROUP}"
    assert await here.press("olivia", here.carrier.token(GROUP, "Approve"), GROUP) is None
    place = await here.desk.platforms.place("telegram", "7", GROUP)
    assert place is not None
    assert place.room == "staff"


async def test_a_room_that_listens_acts_only_on_what_is_certain_and_after_a_press(here: Street) -> None:
    """Chatter is left alone; a certain command is offered to whoever said it."""
    here.desk.platforms.rules = RulesModel()
    await here.say("olivia", "", GROUP, call={"tool": "bind_room", "args": {"listen": "on"}})
    await here.press("olivia", here.carrier.token(GROUP, "Approve"), GROUP)
    before = len(here.carrier.texts(GROUP))
    for words in ("what a morning", "did anybody see my keys?", "maybe use lb for the new guy"):
        await here.say("carla", words, GROUP, addressed=False)
    assert len(here.carrier.texts(GROUP)) == before
    await here.say("carla", "use lb", GROUP, addressed=False)
    assert here.carrier.texts(GROUP)[-1] == "Carla Reyes, shall I?"
    label = here.carrier.chats[GROUP][-1].parcel.message.buttons[0][0].label
    await here.press("carla", here.carrier.token(GROUP, label), GROUP)
    assert here.carrier.texts(GROUP)[-1] == "I have answered you privately. Open our chat to read it."


async def test_leaving_ends_it_everywhere(here: Street) -> None:
    """After a press nobody is known by that account; staff are not let go this way."""
    assert "Staff are taken off by the owner" in (await here.say("carla", "/leave"))[-1]
    await here.say("mia", "/leave")
    await here.press("mia", here.carrier.token("t-mia", "Approve"))
    assert "assistant of Ironside" in (await here.say("mia", "book yoga"))[-1]


async def test_who_left_comes_back_by_an_invitation(here: Street) -> None:
    """The same person as before, on the account they had; an invitation from before they left lets nobody in, and what they
    did last offers no Undo to somebody who is not known any more."""
    old = await invitation(here, "mia")
    await here.say("mia", "use lb")
    await here.say("mia", "/leave")
    await here.press("mia", here.carrier.token("t-mia", "Approve"))
    assert not [r.undo for shown in here.carrier.chats["t-mia"][-2:] for r in shown.parcel.message.receipts if r.undo]
    assert "used already" in (await here.say("mia", f"/join {old}"))[-1]
    told = (await here.say("olivia", "invite mia tran"))[-1]
    assert "is a member again" in told
    code = told.split("/join ")[1].split("`")[0]
    assert "Welcome to Ironside Athletic, Mia Tran" in (await here.say("mia", f"/join {code}"))[-1]
    await here.say("carla", "what changed today?")
    assert "Mia Tran is back, by an invitation" in str(here.carrier.chats["t-carla"][-1].parcel.message)
    await here.say("mia", "show my settings")
    (card,) = here.carrier.chats["t-mia"][-1].parcel.message.cards
    assert "lb" in [fact.value for fact in card.facts]


async def test_the_account_of_somebody_who_left_can_become_somebody_else_s(here: Street) -> None:
    """By an invitation, or by a code of theirs from another platform."""
    await here.say("mia", "/leave")
    await here.press("mia", here.carrier.token("t-mia", "Approve"))
    code = await invitation(here, "schmidt")
    assert "Welcome to Ironside Athletic, Anna Schmidt" in (await here.say("mia", f"/join {code}"))[-1]
    assert (await here.desk.who("telegram", "t-mia"))[0].name == "Anna Schmidt"


async def test_an_owner_opens_the_gym_in_the_chat(database: str) -> None:
    """With the printed code: name, zone, own name, money; then the steps that are left, a button each. Nobody else can."""
    house = House(url=database, clock=SetClock(START), model=RulesModel(), toolbox=load(), people={"nobody": 0})
    here = await Street(house).open(())
    code = here.desk.platforms.door.setup_code
    assert "not open yet" in (await here.say("eve", "hello"))[-1]
    assert "not the code" in (await here.say("eve", "/setup AAAAA-AAAAA"))[-1]
    assert "What is it called" in (await here.say("kim", f"/setup {code}"))[-1]
    assert "not the code" in (await here.say("eve", f"/setup {code}"))[-1]
    assert "Which city" in (await here.say("kim", "Harbour Barbell"))[-1]
    assert "no single time zone" in (await here.say("kim", "Nowhereville"))[-1]
    assert "your own name" in (await here.say("kim", "Lisbon"))[-1]
    assert "like EUR" in (await here.say("kim", "Kim Costa"))[-1]
    shown = await here.say("kim", "EUR")
    assert "Harbour Barbell is open. Its clock is Europe/Lisbon, its money EUR." in shown
    assert "Your gym, step by step" in shown[-1]
    await here.press("kim", here.carrier.token("t-kim", "Add a kind of class"))
    await here.say("kim", "CrossFit")
    assert "assistant of Harbour Barbell" in (await here.say("eve", "hello"))[-1]
    async with here.desk.store.read() as db:
        owner = (await db.scalars(select(Person).where(Person.role == "owner"))).one()
        accounts = set(await db.scalars(select(Account.platform).where(Account.person_id == owner.id)))
        assert (owner.name, accounts) == ("Kim Costa", {"web", "telegram"})
        assert len(list(await db.scalars(select(Gym)))) == 1
    await here.close()


async def test_one_code_opens_one_gym_whoever_sends_it_at_once_and_wherever(database: str) -> None:
    """The first has it. A code that is printed later, by the next start, is the one that counts: what was begun before is
    over, and nobody opens a second gym beside the first."""
    house = House(url=database, clock=SetClock(START), model=RulesModel(), toolbox=load(), people={"nobody": 0})
    here = await Street(house).open(())
    there = Street(house, FakeCarrier(platform="discord", bot="9"))
    await here.desk.platforms.open(there.carrier, there.handle)
    places = ((here, "kim"), (there, "lee"))

    async def all_say(*words: str) -> list[str]:
        said = zip(places, words * 2, strict=False)
        await asyncio.gather(*(place.arrive(place.raw(who, text)) for (place, who), text in said))
        return [place.carrier.texts(f"t-{who}")[-1] for place, who in places]

    door = here.desk.platforms.door
    begun = await all_say(f"/setup {door.setup_code}")
    assert sorted("What is it called" in words for words in begun) == [False, True]
    first, other = places if "What is it called" in begun[0] else places[::-1]
    await first[0].say(first[1], "Harbour Barbell")
    assert "What is it called" in (await other[0].say(other[1], f"/setup {door.setup_code}"))[-1]
    for answer in ("Harbour Barbell", "Lisbon", "Kim Costa", "EUR"):
        await all_say(answer)
    assert "is open" in " ".join(other[0].carrier.texts(f"t-{other[1]}"))
    assert "Which city" in " ".join(first[0].carrier.texts(f"t-{first[1]}"))
    assert "is open" not in " ".join(first[0].carrier.texts(f"t-{first[1]}"))
    async with here.desk.store.read() as db:
        assert len(list(await db.scalars(select(Gym)))) == 1
        assert not list(await db.scalars(select(SetupRow)))
    await here.desk.platforms.close(there.carrier)
    await here.close()


async def test_a_setup_that_another_way_in_has_overtaken_opens_nothing(database: str) -> None:
    """The gym was opened meanwhile, from its settings; who was still answering questions is told whose it is."""
    house = House(url=database, clock=SetClock(START), model=RulesModel(), toolbox=load(), people={"nobody": 0})
    here = await Street(house).open(())
    await here.say("kim", f"/setup {here.desk.platforms.door.setup_code}")
    for answer in ("Harbour Barbell", "Lisbon", "Kim Costa"):
        await here.say("kim", answer)
    await small_gym(here.desk.store)
    assert "assistant of Ironside" in (await here.say("kim", "EUR"))[-1]
    async with here.desk.store.read() as db:
        assert len(list(await db.scalars(select(Gym)))) == 1
    await here.close()


async def test_a_code_is_not_lost_to_a_fault(database: str) -> None:
    """What could not be written down is tried again with the same code."""
    house = House(url=database, clock=SetClock(START), model=RulesModel(), toolbox=load(), people={"nobody": 0})
    here = await Street(house).open(())
    door, failing = here.desk.platforms.door, [True]

    def once(moment: str) -> None:
        if moment == "before" and door._taken and failing:
            failing.clear()
            raise OSError("the disk is full")

    here.desk.store._on_commit = once
    if here.desk.store._grouped:
        here.desk.store._grouped._on_commit = once
    update = here.raw("kim", f"/setup {door.setup_code}")
    await here.desk.platforms.arrive(here.carrier.platform, here.carrier.bot, [update])
    await here.until(lambda: bool(here.carrier.texts("t-kim")), step=1)
    assert not failing
    assert "What is it called" in here.carrier.texts("t-kim")[-1]
    await here.close()


async def test_the_code_makes_the_owner_of_an_open_gym_known(here: Street) -> None:
    """A gym that was described in the settings has an owner already: who holds the code is that owner here."""
    code = here.desk.platforms.door.setup_code
    assert "Welcome back, Olivia Grant" in (await here.say("liv", f"/setup {code}"))[-1]
    assert "not the code" in (await here.say("eve", f"/setup {code}"))[-1]


async def test_staff_come_in_by_an_invitation_of_the_owners(here: Street) -> None:
    """After a press; the new coach joins by its code and is a coach."""
    await here.say("olivia", "invite Tom Baker as coach")
    await here.press("olivia", here.carrier.token("t-olivia", "Approve"))
    code = here.carrier.texts("t-olivia")[-1].split("/join ")[1].split("`")[0]
    assert "Welcome to Ironside Athletic, Tom Baker" in (await here.say("tom", f"/join {code}"))[-1]
    assert (await here.desk.who("telegram", "t-tom"))[0].role.name == "COACH"


async def test_who_is_forgotten_is_forgotten_by_the_platform_s_tables_too(here: Street) -> None:
    """Raw updates, chats, and codes; the last word still reaches them, and after it they are a stranger."""
    await here.say("mia", "use lb")
    await here.say("mia", "/link")
    await here.say("mia", "/forget_me")
    await here.press("mia", here.carrier.token("t-mia", "Approve"))
    assert "You are forgotten" in here.carrier.texts("t-mia")[-1]
    async with here.desk.store.read() as db:
        done = select(ArrivalRow.body).where(ArrivalRow.state == "done").order_by(ArrivalRow.id)
        assert "t-mia" not in str(list(await db.scalars(done))[:3])
        assert not list(await db.scalars(select(PlaceRow.id).where(PlaceRow.chat == "t-mia")))
        assert not list(await db.scalars(select(LinkCode.id)))
    assert "assistant of Ironside" in (await here.say("mia", "use lb"))[-1]
