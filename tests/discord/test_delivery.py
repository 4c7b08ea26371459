"""What must not break on Discord: restarts, broken lines, late answers, forged and repeated presses, previews and mentions."""

from collections.abc import Callable
from typing import Any

from tests.discord.server import buttons_of
from tests.fakes.discord import Trouble
from tests.fakes.discord_rules import EPHEMERAL

Opener = Callable[..., Any]
BOOK = {"session": "CrossFit 2026-11-24T18:00"}


async def test_after_fifteen_minutes_the_answer_comes_as_a_message(demo: Opener) -> None:
    """The token of the command is dead: its answer is a message of the channel, what is private a direct one."""
    gym = await demo()
    gym.fake.troubles.append(Trouble("PATCH", "/webhooks/", "401 50027"))
    run = gym.people.runs(gym.users["mia"], gym.dm("mia"), "bookings list")
    await gym.settled(run)
    assert run.messages == []
    assert len(gym.world.shown(gym.dm("mia"))) == 1


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
    assert gym.shown(gym.open_room) == []
