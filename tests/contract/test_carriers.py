"""What must hold wherever Whistle carries messages, told once: each platform passes all of it with its own library and its
own server on the wire."""

import base64
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.sql import select

from core.agent.deliveries import DeliveryRow
from core.agent.outbox import OutboxRow
from core.chat import Button, Card, File, Image, Message
from tests.checker import faults
from tests.contract.platform import CUT, LOST, Platform, push
from tests.contract.presses import WHO, booked, press_wrongly
from tests.databases import fresh
from tests.discord.surface import on_discord
from tests.telegram.surface import on_telegram
from tests.test_dialogues import demo_gym

Opener = Callable[[str, Path], AbstractAsyncContextManager[Platform]]
PLATFORMS: dict[str, Opener] = {"telegram": on_telegram, "discord": on_discord}
PIXEL = b"\x89PNG\r\n\x1a\npixel"
TWENTY_MEGABYTES = 20 * 1024 * 1024


@pytest.fixture(params=PLATFORMS)
async def here(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Platform]:
    """The demo gym on each platform, its coaches in a room of their own."""
    async with fresh("sqlite", tmp_path, "demo", demo_gym) as url, PLATFORMS[request.param](url, tmp_path) as made:
        yield made


async def texts(here: Platform, who: str, room: str | None = None) -> list[str]:
    """What the bot's messages in a place say."""
    return [s.text for s in await here.read(who, room)]


async def states(here: Platform) -> list[str]:
    """What became of everything that was sent."""
    async with here.house.desk.store.read() as db:
        return list(await db.scalars(select(DeliveryRow.state).order_by(DeliveryRow.id)))


async def test_each_chat_is_answered_once_and_in_order(here: Platform) -> None:
    """Whatever comes at the same moment, and if the platform delivers it again."""
    for day in ("monday", "wednesday", "friday"):
        for who in ("mia", "carla"):
            await here.types(who, f"show the timetable {day}")
    await here.settled()
    for who in ("mia", "carla"):
        days = [t.split(" ")[0] for t in " ".join(await texts(here, who)).split("\n") if t]
        found = [d for d in days if d in ("Mon", "Wed", "Fri")]
        said = " ".join(await texts(here, who))
        assert said.index("30 November") < said.index("25 November") < said.index("27 November") or found
        assert [said.count(f"{d} November") > 0 for d in (30, 25, 27)] == [True] * 3
    before = len(await texts(here, "carla"))
    await here.comes_again()
    assert len(await texts(here, "carla")) == before
    assert await faults(here.house.desk.store) == []


async def test_what_may_have_arrived_is_repeated_as_the_platform_allows(here: Platform) -> None:
    """An answer once more: marked, or known by its number. What Whistle says by itself never stands there twice."""
    await here.say("mia", "hello")
    for kind, many in ((LOST, 2), (CUT, 1)):
        before = len(await texts(here, "mia"))
        here.trouble(kind)
        await here.say("mia", "show the timetable tomorrow")
        shown = (await texts(here, "mia"))[before:]
        assert len(shown) == (many if here.repeats_marked else 1)
        assert sum("(repeat)" in text for text in shown) == here.repeats_marked
    tries = here.sends("mia")
    here.trouble(LOST)
    await push(here, "mia", Message(text="Your class is off."))
    await here.settled()
    assert (await texts(here, "mia")).count("Your class is off.") == 1
    assert ("uncertain" in await states(here)) == here.repeats_marked
    assert here.sends("mia") == tries + 1


async def test_a_time_to_wait_holds_one_chat_only(here: Platform) -> None:
    """No try inside of it, others are answered meanwhile, and the answer comes when it is over."""
    await here.say("mia", "hello")
    shown, tries = len(await texts(here, "mia")), here.sends("mia")
    here.told_to_wait("mia", 600)
    await here.types("mia", "show the timetable tomorrow")
    await here.until(lambda: here.sends("mia") == tries + 1)
    for passed in (0, 400):
        await here.moves(passed)
        answered = here.sends("carla")
        await here.types("carla", "show the timetable tomorrow")
        await here.until(lambda answered=answered: here.sends("carla") > answered)
        assert here.sends("mia") == tries + 1
    await here.moves(200)
    await here.until(lambda: here.sends("mia") == tries + 2)
    await here.settled()
    assert len(await texts(here, "mia")) == shown + 1


async def test_a_chat_that_is_closed_is_left_alone_until_it_is_open_again(here: Platform) -> None:
    """Blocked by one person, thrown out by a group: others are served, and a word lets it in again."""
    for who in ("mia", "carla"):
        await here.say(who, "hello")
    await here.shuts("mia")
    for words in ("one", "two"):
        await push(here, "mia", Message(text=words))
        await here.settled()
    tries = here.sends("mia")
    await push(here, "mia", Message(text="three"))
    await here.settled()
    assert here.sends("mia") == tries
    assert await here.say("carla", "show the timetable tomorrow")
    await here.lets_in("mia")
    assert "three" not in await texts(here, "mia")
    assert await here.say("mia", "show the timetable tomorrow")
    await here.say("carla", "show the timetable tomorrow", "staff")
    await here.throws_out()
    sent = here.everything("staff")
    await push(here, None, Message(text="Good morning, coaches."))
    await push(here, "carla", Message(text="Good morning, Carla."))
    await here.settled()
    assert here.everything("staff") == sent
    assert "Good morning, Carla." in await texts(here, "carla")


async def test_a_long_message_comes_in_pieces_and_goes_on_where_it_stopped(here: Platform) -> None:
    """Nothing of it is lost, doubled or out of order, though the line breaks in the middle."""
    await here.say("mia", "hello")
    before = len(await texts(here, "mia"))
    lines = [f"Line {n}: {'words ' * 12}" for n in range(150)]
    await push(here, "mia", Message(text="\n\n".join(lines)))
    await here.settled()
    await here.pass_time(timedelta(seconds=30))
    shown = (await texts(here, "mia"))[before:]
    assert len(shown) > 2
    numbers = [int(part.partition(":")[0]) for text in shown for part in text.split("Line ")[1:]]
    assert numbers == list(range(150))


async def test_a_message_that_changes_may_take_more_messages_or_fewer(here: Platform) -> None:
    """All of its newest words are there and its buttons stand below them, also when the line breaks meanwhile; what it
    takes no more is gone."""
    desk, press = here.house.desk, ((Button(label="Right", token="v1:" + "a" * 22),),)
    await here.say("mia", "hello")
    before = len(await here.read("mia"))
    await push(here, "mia", Message(text="Line 0:", buttons=press))
    await here.settled()
    for count, trouble in ((150, False), (400, True), (1, False), (90, False)):
        lines = [f"Line {n}: {'words ' * 12}" for n in range(count)]
        if trouble:
            here.trouble(CUT)
        async with desk.store.write() as db:
            row = (await db.scalars(select(OutboxRow).where(OutboxRow.kind == "notice").order_by(OutboxRow.id))).all()[
                -1
            ]
            await desk.outbox.revise(db, row, Message(text="\n\n".join(lines), buttons=press), here.house.clock.now())
        await here.pass_time(timedelta(seconds=5))
        shown = (await here.read("mia"))[before:]
        numbers = [int(part.partition(":")[0]) for seen in shown for part in seen.text.split("Line ")[1:]]
        assert numbers == list(range(count))
        assert [seen.buttons for seen in shown] == [*[()] * (len(shown) - 1), ("Right",)]


async def test_a_settled_card_changes_where_it_stands(here: Platform) -> None:
    """Its buttons give way to the outcome; the press delivered again, and presses on what was there before, do nothing."""
    asked = (await here.say("carla", "cancel friday's 6pm crossfit"))[-1]
    assert len(asked.buttons) == 2
    await here.tap("carla", asked, "Approve")
    now = await here.again("carla", asked)
    assert now.buttons == ()
    assert "Approved" in now.text
    before = await texts(here, "carla")
    await here.comes_again()
    for token in here.tokens(asked):
        assert await here.forge("carla", asked, token)
    assert await texts(here, "carla") == before


async def test_presses_that_nobody_was_offered_do_nothing(here: Platform) -> None:
    """Forged, changed, foreign and misplaced keys; then the right ones, many at once: once each. Not one that is too
    old."""
    asked = await press_wrongly(here, 60, seed=20261120)
    assert await booked(here) == []
    for who in WHO:
        for _ in range(5):
            here.forges(who, asked[who], here.tokens(asked[who])[1])
    await here.settled()
    assert await booked(here) == sorted(WHO)
    late = (await here.say("mia", "book crossfit saturday morning"))[-1]
    await here.moves(8 * 24 * 3600)
    await here.forge("mia", late, here.tokens(late)[0])
    assert await booked(here) == sorted(WHO)
    assert await faults(here.house.desk.store) == []


async def test_files_come_in_with_their_words_and_go_out_with_theirs(here: Platform) -> None:
    """What is too large is not loaded and named; what cannot be shown is told in words."""
    answer = await here.sends_file("mia", "squat.bin", b"my squat", "what's on tomorrow?")
    assert "24 November" in answer[-1].text
    assert here.saved() == [b"my squat"]
    refused = await here.sends_file("mia", "film.mp4", b"x", size=TWENTY_MEGABYTES + 1)
    assert any("film.mp4" in s.text and "20 MB" in s.text for s in refused)
    assert here.saved() == [b"my squat"]
    picture = f"data:image/png;base64,{base64.b64encode(PIXEL).decode()}"
    drawing = Image(url="data:image/svg+xml,<svg/>", alt="You came 12 times.")
    table = File(url="data:text/csv,a%2Cb", name="week.csv")
    shown = Message(text="Your week", images=(Image(url=picture, alt="A chart"), drawing), files=(table,))
    await push(here, "mia", shown)
    await here.settled()
    assert here.files("mia") == [PIXEL, b"a,b", b"<svg/>"]
    assert any("You came 12 times." in text for text in await texts(here, "mia"))
    await here.pass_time(timedelta(seconds=20))
    await here.say("mia", "export my data")
    assert b"what's on tomorrow?" in here.files("mia")[-1]


async def test_in_a_room_it_answers_who_speaks_to_it_and_where(here: Platform) -> None:
    """A mention, a reply to it; other talk is left alone. An answer hangs on its question and stays in its topic."""
    await here.types("carla", "lunch?", "staff", to_bot=False)
    await here.settled()
    assert await here.read("carla", "staff") == []
    first = (await here.say("carla", "show the timetable tomorrow", "staff"))[-1]
    assert "show the timetable tomorrow" in first.answers
    await here.types("carla", "show the timetable friday", "staff", replies=first)
    await here.settled()
    assert "27 November" in (await here.read("carla", "staff"))[-1].text
    before = len(await here.read("carla", "staff"))
    thread = here.thread("friday")
    await here.types("carla", "who is booked for the next class?", "staff", thread=thread)
    await here.settled()
    assert len(here.in_thread(thread)) == 1
    assert len([s for s in await here.read("carla", "staff") if s not in here.in_thread(thread)]) == before


async def test_what_is_for_one_alone_never_falls_back_to_the_room(here: Platform) -> None:
    """Not when their chat is closed, not when the line breaks: the room sees that it was answered, and no more."""
    await here.say("olivia", "who hasn't paid?", "staff")
    here.trouble(CUT)
    await here.say("olivia", "who hasn't paid?", "staff")
    await here.shuts("olivia")
    await here.types("olivia", "who hasn't paid?", "staff")
    await here.settled()
    sent = here.everything("staff")
    assert "privately" in sent
    assert "EUR" not in sent
    assert "€" not in sent
    assert any("€" in text or "EUR" in text for text in await texts(here, "olivia"))


async def test_what_was_said_while_nobody_listened_is_answered_after_a_start(here: Platform) -> None:
    """Each once, in the private chat and in the room; and what was shown before can still be pressed."""
    asked = (await here.say("mia", "book crossfit tomorrow evening"))[-1]
    await here.say("carla", "show the timetable tomorrow", "staff")
    before = {"mia": len(await texts(here, "mia")), "staff": len(await texts(here, "carla", "staff"))}
    await here.stop()
    await here.types("mia", "my bookings")
    await here.types("carla", "show the timetable friday", "staff")
    await here.types("marcus", "not for the bot", "staff", to_bot=False)
    await here.start()
    assert len(await texts(here, "mia")) == before["mia"] + 1
    assert len(await texts(here, "carla", "staff")) == before["staff"] + 1
    again = (await here.say("mia", "book crossfit tomorrow evening"))[-1]
    await here.stop()
    await here.start()
    await here.tap("mia", again, "18:00")
    assert "Booked" in (await texts(here, "mia"))[-1]
    assert (await here.again("mia", asked)).buttons != asked.buttons
    assert await faults(here.house.desk.store) == []


async def test_more_buttons_than_are_shown_at_once_are_on_further_pages(here: Platform) -> None:
    """Every one of them can be reached, there and back."""
    await here.say("mia", "hello")
    many = tuple((Button(label=f"Member {n}", token=f"v1:{n:022d}"),) for n in range(60))
    await push(here, "mia", Message(cards=(Card(kind="pick", title="Who?", state="open"),), buttons=many))
    await here.settled()
    seen = (await here.read("mia"))[-1]
    reached = set(seen.buttons)
    for label in ("More…", "More…", "Back…"):
        assert label in seen.buttons
        await here.tap("mia", seen, label)
        seen = await here.again("mia", seen)
        reached |= set(seen.buttons)
    assert {f"Member {n}" for n in range(60)} <= reached
