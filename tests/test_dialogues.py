"""The conversations that must work, on the demo gym with the rules model, exactly as people have them."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.sql import select

from bot.demo import make
from core.agent.tools import load
from core.chat import Entry, Turn
from core.clock import SetClock
from core.llm.contract import Model
from core.llm.rules import RulesModel
from core.people import Person
from core.store.database import Store
from tests.conftest import House
from tests.databases import fresh

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # Monday, 10:00 in Berlin


async def demo_gym(url: str) -> None:
    """Fill a database with the demo gym."""
    store = Store(url)
    await make(store, AT)
    await store.dispose()


async def demo_house(url: str, rebuild: bool = False, model: Model | None = None) -> House:
    """The demo gym with everyone in it, by first name (of several by last)."""
    store = Store(url)
    async with store.read() as db:
        people = list(await db.scalars(select(Person).order_by(Person.id)))
    await store.dispose()
    known: dict[str, int] = {}
    for person in people:
        first, last = person.name.casefold().split(" ", 1)
        known.setdefault(first if first not in known else last, person.id)
    brain = model or RulesModel()
    house = House(url=url, clock=SetClock(AT), model=brain, toolbox=load(), people=known, rebuild=rebuild)
    return await house.open()


@pytest.fixture(
    params=["sqlite", "sqlite, rebuilt between requests", pytest.param("postgres", marks=pytest.mark.postgres)]
)
async def gym(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[House]:
    """The demo gym; in one mode the program is rebuilt from its database between any two requests."""
    kind, _, rebuilt = request.param.partition(", ")
    async with fresh(kind, tmp_path, "demo", demo_gym) as url:
        house = await demo_house(url, bool(rebuilt))
        yield house
        await house.desk.stop()


def option(turn: Turn, number: int = 0) -> str:
    """The token of an answer to the question that a turn ended on; the first of a confirm is the yes."""
    assert turn.question is not None, turn
    return turn.question.options[number].token


def receipt(turn: Turn) -> str:
    """The receipt of a turn with one action."""
    assert turn.messages, turn
    assert turn.messages[0].receipts, turn.messages[0]
    return turn.messages[0].receipts[0].text


async def test_mia_books_by_button_and_undoes(gym: House) -> None:
    """One button per fitting class; a tap books; Undo frees the seat and the card says so."""
    turn = await gym.say("mia", "book crossfit tomorrow evening")
    assert turn.question is not None
    assert turn.question.kind == "pick"
    assert len(turn.question.options) == 3
    assert all("Tue" in o.label and "left" in o.label for o in turn.question.options)
    booked = await gym.tap("mia", option(turn, 1))
    assert "Tue" in receipt(booked)
    assert "24 November" in receipt(booked)
    assert "18:00" in receipt(booked)
    assert "Europe/Berlin" in receipt(booked)
    undone = await gym.tap("mia", booked.messages[0].receipts[0].undo)
    assert undone.actions[0].ok
    entry = next(e for e in await gym.read("mia") if e.message.id == booked.messages[0].id)
    assert entry.message.receipts[0].state == "undone"
    assert (await gym.say("mia", "my bookings")).actions[0].ok


async def test_carla_puts_on_a_class_and_changes_what_she_just_made(gym: House) -> None:
    """It is understood from the conversation, and the last two are undone together."""
    turn = await gym.say("carla", "put open gym on tomorrow 13:00-14:00", room="staff")
    assert "13:00" in receipt(turn)
    turn = await gym.say("carla", "make it 20 spots", room="staff")
    assert turn.actions[0].args == {"session": "Open Gym 2026-11-24T13:00", "spots": 20}
    turn = await gym.say("carla", "make it 18 spots", room="staff")
    assert "18" in receipt(turn)
    turn = await gym.say("carla", "move it to 14:00", room="staff")
    assert turn.question is None
    assert "14:00" in receipt(turn)
    turn = await gym.say("carla", "undo the last two", room="staff")
    assert turn.actions[0].ok, turn
    shown = await gym.say("carla", "show open gym tomorrow", room="staff")
    assert "13:00" in str(shown)


async def test_the_last_two_are_what_was_changed_last(gym: House) -> None:
    """Twenty spots are what Open Gym has, so that was no change: the class and its move are the last two."""
    await gym.say("carla", "put open gym on tomorrow 13:00-14:00", room="staff")
    turn = await gym.say("carla", "make it 20 spots", room="staff")
    assert "already has 20 spots" in turn.messages[0].text
    turn = await gym.say("carla", "move it to 14:00", room="staff")
    assert receipt(turn) == "Moved: Open Gym, Tue 24 November 13:00 → Tue 24 November 14:00 (Europe/Berlin)"
    turn = await gym.say("carla", "undo the last two", room="staff")
    assert receipt(turn).startswith("Undone: “Moved: Open Gym, Tue 24 November 13:00")
    assert "On the timetable: Open Gym, Tue 24 November 13:00" in receipt(turn)
    shown = await gym.say("carla", "show the timetable tomorrow", room="staff")
    assert "13:00" not in str(shown)
    assert "14:00" not in str(shown)


async def test_carla_builds_a_workout_and_deletes_the_one_she_just_made(gym: House) -> None:
    """The structure is shown back; deleting needs a press and can be undone."""
    turn = await gym.say("carla", "build a workout: 3 rounds - 200m run, 30 double-unders")
    assert "200 m" in str(turn.messages[0].cards[0])
    turn = await gym.say("carla", "delete the workout I just made")
    assert turn.question is not None
    turn = await gym.tap("carla", option(turn))
    assert turn.actions[0].ok
    undone = await gym.tap("carla", turn.messages[0].receipts[0].undo)
    assert undone.actions[0].ok


async def test_carla_cancels_a_class_and_nobody_hears_if_it_is_undone_in_time(gym: House) -> None:
    """The card says how many will be told; inside the window undo keeps it quiet, after it they get the correction."""
    turn = await gym.say("carla", "cancel friday's 6pm crossfit")
    assert turn.question is not None
    scope = str(turn.messages[0].cards[0])
    assert "booked and will be told" in scope
    turn = await gym.tap("carla", option(turn))
    assert turn.actions[0].ok
    undo = turn.messages[0].receipts[0].undo
    await gym.pass_time(timedelta(seconds=5))
    assert (await gym.tap("carla", undo)).actions[0].ok
    await gym.pass_time(timedelta(minutes=5))
    assert await _notices(gym) == []
    turn = await gym.say("carla", "cancel friday's 6pm crossfit")
    turn = await gym.tap("carla", option(turn))
    await gym.pass_time(timedelta(seconds=20))
    told = await _notices(gym)
    assert told
    assert (await gym.tap("carla", turn.messages[0].receipts[0].undo)).actions[0].ok
    assert len(await _notices(gym)) == 2 * len(told)


async def _notices(gym: House) -> list[str]:
    return [e.message.text for who in gym.people for e in await gym.read(who) if e.kind == "notice"]


@pytest.mark.parametrize("answer", ["the second one", "schmidt", "TAP"])
async def test_two_annas_are_told_apart_by_tap_or_by_words(gym: House, answer: str) -> None:
    """Buttons for both; the second one or a last name answers as well."""
    turn = await gym.say("olivia", "show anna")
    assert turn.question is not None
    assert [o.label for o in turn.question.options] == ["Anna Kowalski", "Anna Schmidt"]
    turn = await (gym.tap("olivia", option(turn, 1)) if answer == "TAP" else gym.say("olivia", answer))
    assert turn.actions[0].args == {"member": "Anna Schmidt"}


async def test_who_has_not_paid_is_refused_to_a_member_and_private_for_the_owner(gym: House) -> None:
    """Nothing leaks; the room sees that it was answered."""
    turn = await gym.say("mia", "who hasn't paid?")
    assert turn.actions[0].tool == "list_unpaid"
    assert not turn.actions[0].ok
    assert "only admins and the owner" in turn.messages[0].text
    turn = await gym.say("olivia", "who hasn't paid?", room="staff")
    assert turn.messages[0].private
    assert turn.messages[-1].text == "Answered privately."
    room = str(await gym.read("carla", room="staff"))
    assert "EUR" not in room
    assert "€" not in room


async def test_typing_something_else_closes_the_question_and_only_its_person_can_press(gym: House) -> None:
    """The card is no longer open, with Ask again; a press on it says so; another person's press is refused."""
    asked = await gym.say("carla", "cancel friday's 6pm crossfit", room="staff")
    foreign = await gym.tap("marcus", option(asked))
    assert "Carla Reyes" in (foreign.notice or "")
    await gym.say("carla", "show the timetable tomorrow", room="staff")
    dead = await gym.tap("carla", option(asked))
    assert "no longer open" in (dead.notice or "")
    card = next(e.message for e in await gym.read("carla", room="staff") if e.message.id == asked.messages[0].id)
    assert card.buttons[0][0].label == "Ask again"


async def test_ten_parallel_presses_have_one_effect(gym: House) -> None:
    """Only one of them does anything."""
    asked = await gym.say("mia", "book crossfit tomorrow evening")
    token = option(asked)
    if gym.rebuild:
        pytest.skip("presses at the same moment need one running program")
    turns = await asyncio.gather(*(gym.tap("mia", token) for _ in range(10)))
    assert sum(1 for t in turns if t.messages) == 1


@pytest.mark.parametrize("words", ["asdf qwer zxcv", "🏋️🔥🔥", "x" * 20_000, "", "Wann ist die nächste Stunde frei?"])
async def test_nonsense_gets_an_honest_and_useful_reply(gym: House, words: str) -> None:
    """Nothing is done, and the reply says what would work."""
    turn = await gym.say("mia", words)
    assert turn.messages
    assert turn.messages[0].text or turn.messages[0].cards
    assert all(a.tool.startswith(("show", "list", "find")) for a in turn.actions)


async def test_who_moved_fridays_class_is_answered_from_the_log(gym: House) -> None:
    """With name and time."""
    turn = await gym.say("carla", "move friday's 6pm crossfit to 18:30")
    await gym.tap("carla", option(turn))
    turn = await gym.say("olivia", "who moved friday's class?")
    assert "Carla Reyes" in turn.messages[0].text
    assert "Mon 23 November 10:00" in turn.messages[0].text


async def test_who_moved_it_is_answered_by_the_move_and_not_by_what_came_later(gym: House) -> None:
    """A booking after the move does not hide it; where nothing was moved, that is said, with what was done instead."""
    await gym.call("carla", "book_class", session="CrossFit 2026-11-27T19:00", member="Elif Demir")
    turn = await gym.say("olivia", "who moved friday's 7pm crossfit?")
    assert "Nothing in the change log says that anyone moved" in turn.messages[0].text
    turn = await gym.call("marcus", "move_class", session="CrossFit 2026-11-27T19:00", to="2026-11-27T20:30")
    await gym.tap("marcus", option(turn))
    await gym.call("carla", "book_class", session="CrossFit 2026-11-27T20:30", member="Tom Berger")
    turn = await gym.say("olivia", "who moved friday's crossfit?")
    assert "Marcus Hale" in turn.messages[0].text


async def test_two_people_in_the_room_see_each_other_at_once(gym: House) -> None:
    """Marcus sees Carla's words and the answer; a notice reaches its member's open page."""
    if gym.rebuild:
        pytest.skip("a stream belongs to one running program")
    seen: list[str] = []
    both = asyncio.Event()
    now = await gym.desk.newest()

    async def listen() -> None:
        async for entry in gym.desk.subscribe(gym.people["marcus"], now):
            if isinstance(entry, Entry):
                seen.append(f"{entry.author.name}: {entry.message.text[:20]}")
                if len(seen) >= 2:
                    both.set()

    listening = asyncio.create_task(listen())
    await gym.say("carla", "show the timetable tomorrow", room="staff")
    await asyncio.wait_for(both.wait(), 60)
    listening.cancel()
    assert seen[0].startswith("Carla Reyes: show the timetable")
    assert seen[1].startswith("Whistle")


async def test_words_that_fit_no_class_offer_the_nearest(gym: House) -> None:
    """There is no yoga on Tuesday: the next ones are a tap away."""
    turn = await gym.say("mia", "book yoga tomorrow")
    assert "nothing like it" in turn.messages[0].text
    labels = [b.label for row in turn.messages[0].buttons for b in row]
    assert labels[0].startswith("Yoga, Mon 23 Nov 19:30")
    booked = await gym.tap("mia", turn.messages[0].buttons[0][0].token)
    assert "Mon 23 November 19:30" in receipt(booked)
