"""What conversations are called: at once by their first words, better by the small model, never waited for."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy.sql import select

from core.agent.messages import AgentSession
from core.agent.small import Small, in_time
from core.agent.titles import Title, from_words
from core.clock import SetClock
from core.llm.contract import Event, Request
from core.llm.scripted import ScriptedModel
from tests.conftest import START, House
from tests.test_context import with_model


async def title_of(gym: House, who: str) -> str:
    """What a person's conversation is called once nobody works on its title any more."""
    await gym.desk.loop.context.titles.settled()
    async with gym.desk.store.read() as db:
        query = select(AgentSession.title).where(AgentSession.person_id == gym.people[who])
        return str(await db.scalar(query.order_by(AgentSession.id.desc())))


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("hi there, could you book crossfit tomorrow evening please", "book crossfit tomorrow evening please"),
        ("Hello!", "Hello"),
        ("who hasn't paid this month, and since when do they owe it?", "who hasn't paid this month"),
        ("what's on", "what's on"),
        ("workout: 21-15-9 thrusters - pull-ups and rope climbs", "workout: 21-15-9 thrusters - pull-ups"),
        ("Friday - crossfit with the kids - cancel it", "Friday - crossfit with the kids"),
        ("“yoga”", "yoga"),
        ("x" * 300, "x" * 60),
        ("a\u200bb\nc", "ab c"),
    ],
)
def test_the_first_words_are_a_title(words: str, title: str) -> None:
    """Behind the greeting, six at most, on one line."""
    assert from_words(words) == title


async def test_the_small_model_gives_a_better_one(gym: House) -> None:
    """Four to six words, when it has them in time."""
    with_model(gym, "Fine.", small=['{"title": "Stronger squat before the summer"}'])
    await gym.say("mia", "hey, I'd like to talk about how I get my squat up before the holidays")
    assert await title_of(gym, "mia") == "Stronger squat before the summer"


@pytest.mark.parametrize(
    "answer",
    ['{"title": "Squat"}', '{"title": "one two three four five six seven"}', "Squats!", '{"name": "a b c d"}'],
)
async def test_what_is_no_title_is_not_taken(gym: House, answer: str) -> None:
    """The first words stay."""
    with_model(gym, "Fine.", small=[answer])
    await gym.say("mia", "about my squat")
    assert await title_of(gym, "mia") == "about my squat"


async def test_a_greeting_that_the_rules_answered_is_no_title_for_ever(gym: House) -> None:
    """The first words that reach a model give the conversation another; what came before was no more than a greeting."""
    await gym.say("mia", "hi")
    assert await title_of(gym, "mia") == "hi"
    with_model(gym, "Fine.", "Fine.", small=['{"title": "Stronger squat before the summer"}'])
    await gym.say("mia", "I'd like to talk about how I get my squat up before the holidays")
    assert await title_of(gym, "mia") == "Stronger squat before the summer"


async def test_a_short_name_that_a_person_gave_stays_when_a_model_comes(gym: House) -> None:
    """It is no greeting."""
    await gym.say("mia", "about my squat")
    await gym.call("mia", "rename_chat", chat="this chat", title="Squats")
    with_model(gym, "Fine.", small=['{"title": "A much better title here"}'])
    await gym.say("mia", "how do I get it up before the holidays")
    assert await title_of(gym, "mia") == "Squats"


async def test_nobody_waits_for_a_title(gym: House) -> None:
    """The answer is there while the small model is still thinking; after three seconds it is given up."""
    asked = asyncio.Event()

    class Slow(ScriptedModel):
        async def stream(self, request: Request) -> AsyncIterator[Event]:
            if request.purpose == "small":
                asked.set()
                await asyncio.Event().wait()
            async for event in super().stream(request):
                yield event

    gym.desk.loop.model = Slow("Fine.", context=True, small=["never"])
    turn = await gym.say("mia", "about my squat")
    assert turn.messages[-1].text == "Fine."
    await asked.wait()
    gym.clock.move(timedelta(seconds=3.1))
    assert await title_of(gym, "mia") == "about my squat"


async def test_a_name_that_a_person_gave_is_not_replaced(gym: House) -> None:
    """A title that comes late changes only what it was made to improve."""
    context = gym.desk.loop.context
    await gym.say("mia", "about my squat")
    async with gym.desk.store.read() as db:
        session = await db.scalar(select(AgentSession).where(AgentSession.person_id == gym.people["mia"]))
    assert session is not None
    await gym.call("mia", "rename_chat", chat="this chat", title="Squats")
    request = Request((), (), "", datetime(2026, 11, 23, 10), "Europe/Berlin", 1, {})
    model = ScriptedModel(context=True, small=['{"title": "A much better title here"}'])
    context.titles.begin(Small(model, request, gym.clock), session, "about my squat")
    assert await title_of(gym, "mia") == "Squats"


async def test_late_work_is_given_up() -> None:
    """It is cancelled, and whoever asked goes on."""
    clock, begun, ended = SetClock(START), asyncio.Event(), asyncio.Event()

    async def endless() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    waiting = asyncio.create_task(in_time(clock, 3, endless()))
    await begun.wait()
    clock.move(timedelta(seconds=4))
    with pytest.raises(TimeoutError):
        await waiting
    await ended.wait()


def test_a_title_is_tidy() -> None:
    """Without quotes and full stops."""
    assert Title(title=" “Stronger squat before summer.” ").title == "Stronger squat before summer"
