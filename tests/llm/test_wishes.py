"""What nothing here does is said plainly, by words that fit it, and never taken for a command that resembles it."""

import itertools
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from core.agent.reference import Focus
from core.clock import to_local
from core.llm.contract import Request, Said
from core.llm.phrases.wishes import WISHES
from core.llm.rules import Understood, understand
from tests.utterances.score import OneGym

AT = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
ANSWERS = {wish.name: wish for wish in WISHES}
MEMBER, OWNER = 1, 4


class Reading:
    """The demo gym, whose rules read what somebody says."""

    def __init__(self, gyms: OneGym) -> None:
        self.gyms = gyms

    async def __call__(self, words: str, role: int) -> Understood:
        desk = await self.gyms.desk(AT)
        now = to_local(AT, "Europe/Berlin")
        async with desk.store.read() as db:
            readers = await desk.names.readers(db, 1, Focus(), now, role)
        tools = desk.executor.specs.of(role)
        return understand(words, Request([Said(words)], tools, "", now, "Europe/Berlin", role, readers))


@pytest.fixture
async def read() -> AsyncIterator[Reading]:
    async with OneGym(None) as gyms:
        yield Reading(gyms)


SAID = {
    "somebody else's seat": (
        "my friend wants to come to yoga thursday",
        "book my wife into yoga thursday",
        "book me and my mate into yoga thursday",
        "book yoga thursday for my husband",
        "can my colleague come to yoga thursday",
    ),
    "payments": ("mark ben as paid", "send invoices", "how do i get a refund", "remind anna schmidt to pay"),
    "freeze": (
        "can i pause my membership",
        "freeze anna schmidt for 2 weeks from monday",
        "how do i freeze my membership?",
    ),
    "plans": ("how much is a 10 pack", "give tom a 10 pack", "what plans do you have"),
    "waitlist": ("add me to the waitlist", "is there a waitlist", "whos on the waitlist for yoga"),
    "attendance": ("check in mia", "mia did not show up"),
    "training log": ("log 5x5 back squat 60kg", "whats my pr on back squat"),
    "program": (
        "Find my perfect program",
        "Build strength",
        "Lose weight sustainably",
        "Train at home",
        "write me a plan",
    ),
    "pain": ("my knee hurts", "i have a cold"),
    "messages": (
        "message everyone that the gym is closed friday",
        "text anna schmidt her bag is here",
        "im gonna be late for monday",
        "remind everyone who trains monday to bring a rope",
    ),
    "two coaches' classes": ("swap carla and marcus on monday", "can carla and marcus swap classes on friday"),
    "tasks": ("remind me to bring my shoes tomorrow", "create a task"),
    "reports": ("what was our revenue this month", "how many hours did carla coach this month"),
    "timers": ("start a 10 minute timer",),
    "the place": ("where are you located", "can I bring a friend", "is there parking"),
    "a human": ("talk to a human", "can i speak to someone"),
    "elsewhere": ("whats the weather",),
    "rights": ("make carla an admin", "give jonas admin rights", "promote anna schmidt to coach"),
    "removing people": ("delete all members", "remove member Ben Lorenz", "remove ben lorenz from the gym"),
}


async def test_a_wish_that_nothing_here_grants_is_answered_by_what_helps(read: Reading) -> None:
    """No call, no button that guesses: the honest line for just this wish."""
    for name, words in ((name, words) for name, all_said in SAID.items() for words in all_said):
        found = await read(words, OWNER)
        assert (found.calls, found.choices, found.reply) == ((), (), ANSWERS[name].told(OWNER)), words


async def test_a_members_answer_tells_nothing_of_the_staffs_tools(read: Reading) -> None:
    """A member is sent to the front desk, not to a list that they may not see."""
    for words in ("mark ben as paid", "how are attendance numbers", "make carla an admin"):
        reply = (await read(words, MEMBER)).reply
        assert "who hasn't paid" not in reply
        assert "who's in" not in reply


async def test_a_wish_beside_a_command_is_answered_beside_it(read: Reading) -> None:
    """The command is done, and what cannot be done is said with it."""
    found = await read("cancel my yoga tomorrow and freeze my membership", MEMBER)
    assert [call.tool for call in found.calls] == ["cancel_booking"]
    assert ANSWERS["freeze"].answer in found.beside


async def test_a_command_that_gives_a_wish_as_its_reason_is_still_that_command(read: Reading) -> None:
    """Pain and illness are reasons more often than they are questions."""
    for words in ("im sick, cancel my crossfit tomorrow", "replacement for pullups? my elbow hurts"):
        assert len((await read(words, MEMBER)).calls) == 1, words


async def test_every_example_of_an_answer_is_understood(read: Reading) -> None:
    """What an answer offers instead works."""
    for wish, role in itertools.product(WISHES, (MEMBER, OWNER)):
        for example in re.findall(r"“([^”…]+)”", wish.told(role)):
            assert (await read(example, role)).calls, example
