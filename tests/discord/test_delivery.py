"""What must not break on Discord: restarts, broken lines, late answers, forged and repeated presses, previews and mentions."""

import asyncio
from collections.abc import Callable
from typing import Any

from tests.checker import faults
from tests.discord.server import buttons_of, private
from tests.fakes.discord import Trouble
from tests.fakes.discord_rules import EPHEMERAL
from tests.fakes.discord_world import Seen

Opener = Callable[..., Any]
BOOK = {"session": "CrossFit 2026-11-24T18:00"}


async def test_what_was_written_while_nobody_listened_is_answered_after_a_restart(demo: Opener) -> None:
    """Private chats and rooms are read again from the last message that was kept, each message once."""
    gym = await demo()
    me = f"<@{gym.world.bot['id']}>"
    await gym.says("mia", "hello")
    await gym.says("carla", f"{me} show the timetable tomorrow", gym.room)
    await gym.close()
    gym.people.says(gym.users["mia"], gym.dm("mia"), "my bookings")
    gym.people.says(gym.users["carla"], gym.room, f"{me} show the timetable today")
    gym.people.says(gym.users["marcus"], gym.room, "not for the bot")
    before = len(gym.shown(gym.dm("mia"))), len(gym.shown(gym.room))
    await gym.open()
    await gym.world.until(lambda: len(gym.shown(gym.dm("mia"))) > before[0] and len(gym.shown(gym.room)) > before[1])
    await gym.desk.platforms.idle()
    assert (len(gym.shown(gym.dm("mia"))), len(gym.shown(gym.room))) == (before[0] + 1, before[1] + 1)
    assert await faults(gym.desk.store) == []


async def test_a_button_works_after_a_restart(demo: Opener) -> None:
    """No state of a message is kept in the process."""
    gym = await demo()
    asked = (await gym.says("mia", "book crossfit tomorrow evening"))[-1]
    await gym.restart()
    await gym.presses("mia", asked, buttons_of(asked)[0])
    assert buttons_of(gym.world.shown(gym.dm("mia"))[-1]) == ["Undo"]


async def test_a_message_that_may_have_arrived_is_sent_again_and_stands_there_once(demo: Opener) -> None:
    """The line breaks after Discord took the message: the same nonce brings back the same message."""
    gym = await demo()
    gym.fake.troubles.append(Trouble("POST", r"/channels/\d+/messages", "cut after", times=2))
    before = len(gym.shown(gym.dm("mia")))
    gym.people.says(gym.users["mia"], gym.dm("mia"), "my bookings")

    def tries() -> list[Seen]:
        return [s for s in gym.world.log if s.method == "POST" and s.path.endswith("/messages")]

    await gym.world.until(lambda: len(tries()) >= 1)
    await gym.pass_until(lambda: len(tries()) >= 3)
    await gym.desk.platforms.idle()
    assert len(gym.shown(gym.dm("mia"))) == before + 1
    assert len({s.body["nonce"] for s in tries()}) == 1


async def test_after_fifteen_minutes_the_answer_comes_as_a_message(demo: Opener) -> None:
    """The token of the command is dead: its answer is a message of the channel, what is private a direct one."""
    gym = await demo()
    gym.fake.troubles.append(Trouble("PATCH", "/webhooks/", "401 50027"))
    run = gym.people.runs(gym.users["mia"], gym.dm("mia"), "bookings list")
    await gym.settled(run)
    assert run.messages == []
    assert len(gym.world.shown(gym.dm("mia"))) == 1


async def test_presses_that_nobody_was_offered_do_nothing(demo: Opener) -> None:
    """Forged, changed, another's, from another place, repeated and at the same moment: one effect, for its person."""
    gym = await demo()
    asked = (await gym.says("mia", "book crossfit tomorrow evening"))[-1]
    token = next(c["components"][0]["custom_id"] for c in asked["components"] if c["type"] == 1)
    forged = [f"{token[:-1]}{c}" for c in "abcXYZ019" if c != token[-1]] + [
        "v1:",
        "",
        token.upper(),
        "'; --",
        "x" * 100,
    ]
    tries = [gym.people.forges(gym.users["mia"], asked, t) for t in forged]
    tries += [gym.people.forges(gym.users["carla"], asked, token, gym.room) for _ in range(5)]
    for one in tries:
        await gym.settled(one)
    assert all(len(private(t.messages)) == 1 for t in tries)
    presses = [gym.people.forges(gym.users["mia"], asked, token) for _ in range(10)]
    for one in presses:
        await gym.settled(one)
    receipts = [m for m in gym.world.shown(gym.dm("mia")) if "Undo" in buttons_of(m)]
    assert len(receipts) == 1
    assert await faults(gym.desk.store) == []


async def test_two_hundred_interactions_at_once_are_acknowledged_in_time(demo: Opener) -> None:
    """Each is committed and acknowledged within three seconds, while what they ask for is being worked on."""
    gym = await demo()
    asked = (await gym.says("mia", "book crossfit tomorrow evening"))[-1]
    uses = [gym.people.runs(gym.users["mia"], gym.dm("mia"), "bookings list") for _ in range(20)]
    uses += [gym.people.forges(gym.users["mia"], asked, f"v1:{n:022d}") for n in range(180)]
    await gym.world.until(lambda: all(u.acked is not None for u in uses))
    assert max(u.acked_after or 9 for u in uses) < 3
    await gym.desk.platforms.idle()


async def test_nothing_that_is_sent_shows_a_preview_or_calls_anybody(demo: Opener) -> None:
    """Messages and edits alike carry no mention and no preview."""
    gym = await demo()
    asked = (await gym.says("mia", "book crossfit tomorrow evening"))[-1]
    await gym.presses("mia", asked, buttons_of(asked)[0])
    await gym.runs("olivia", "payments list-unpaid", gym.room)
    sent = [s for s in gym.world.log if s.method in ("POST", "PATCH") and "messages" in s.path and s.body]
    assert sent
    for seen in sent:
        assert seen.body["flags"] & 4, seen
        assert seen.body["allowed_mentions"] == {"parse": []}, seen


async def test_what_one_person_saw_alone_changes_for_them_alone(demo: Opener) -> None:
    """A press on an ephemeral message: the message itself is edited, through the press, and nobody else sees it."""
    gym = await demo()
    run = await gym.runs("mia", "bookings book-class", gym.open_room, **BOOK)
    receipt = run.messages[0]
    assert receipt["flags"] & EPHEMERAL
    await gym.presses("mia", receipt, "Undo")
    assert "Undone" in gym.words(receipt)
    assert set(gym.shown(gym.open_room)) == {"Answered privately."}


async def test_an_interaction_that_came_twice_is_one(demo: Opener) -> None:
    """The gateway may repeat an event; it is one arrival and one effect."""
    gym = await demo()
    run = gym.people.runs(gym.users["mia"], gym.dm("mia"), "bookings book-class", **BOOK)
    gym.world.dispatch("INTERACTION_CREATE", run.payload)
    await gym.settled(run)
    await asyncio.sleep(0)
    await gym.desk.platforms.idle()
    receipts = [m for m in gym.world.shown(gym.dm("mia")) if "Undo" in buttons_of(m)]
    assert len(receipts) == 1
