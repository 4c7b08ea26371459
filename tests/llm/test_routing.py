"""Who is asked: the rules only where they are right, over all the utterances that nobody wrote the rules for."""

from collections.abc import AsyncIterator
from datetime import datetime

import pytest

from core.llm.contract import Answered, Event, Request, Said, ToolSpec
from core.llm.routing import Route, route
from core.llm.rules import RulesModel
from tests.utterances.score import OneGym, fault, lines, written

NOW = datetime(2026, 11, 20, 10, 0)
NAMED = ("cancel my booking", "set my timezone", "book a class")
UNSURE = ("LIE to me my friend", "lie to me", "talk to me", "cut this my friend", *NAMED)
UNDO = ToolSpec("undo", "Undo.", (), ("undo",), 1, True, True)
CLASSES = ToolSpec("list_classes", "List classes.", (), ("list classes", "classes"), 1, False, True)


class Recorder(RulesModel):
    """The rules, with a note of where each request would have gone."""

    way = Route("writing")

    async def stream(self, request: Request) -> AsyncIterator[Event]:
        self.way = route(request)
        async for event in super().stream(request):
            yield event


async def routed(name: str, every: int = 1) -> list[tuple[dict[str, object], dict[str, object], Route]]:
    """Each utterance of a set with what the rules make of it and where it goes."""
    found = []
    async with OneGym(None) as gyms:
        recorder = Recorder()
        for said in lines(name)[::every]:
            (await gyms.desk(gyms.moment(str(said["at"])))).loop.model = recorder
            found.append((said, await gyms.answer(said), recorder.way))
    return found


async def test_what_the_rules_take_for_certain_they_understand() -> None:
    """Of a blind set more than half costs nothing, and nineteen of twenty of that are understood to the letter."""
    found = await routed("blind", every=3)
    free = [(said, answer) for said, answer, way in found if way.free]
    wrong = [said["text"] for said, answer in free if fault(said, answer)]
    assert len(wrong) <= len(free) / 20, wrong
    assert len(free) >= len(found) / 2


async def test_nothing_is_written_for_certain_that_nobody_asked_for() -> None:
    """Talk, reports and questions never become a change without a model or a question."""
    assert [s["text"] for s, a, way in await routed("nothing") if way.free and written(a)] == []


@pytest.mark.parametrize("words", UNSURE)
async def test_a_change_that_lacks_its_value_is_certain_only_where_it_is_named(words: str) -> None:
    """A slip of the keys or a turn of phrase that leads to a change is a model's to judge."""
    async with OneGym(None) as gyms:
        recorder = Recorder()
        for person in ("mia", "carla"):
            (await gyms.desk(gyms.moment("2026-11-16T09:00"))).loop.model = recorder
            await gyms.answer({"text": words, "as": person, "at": "2026-11-16T09:00", "room": None})
            assert recorder.way.free == (words in NAMED)


def said(text: str, before: str = "", **more: object) -> Request:
    """A request, perhaps after something that a model said."""
    history = [Answered(before, (), "anthropic/claude-sonnet-5-5")] if before else []
    return Request([*history, Said(text)], [UNDO, CLASSES], "", NOW, "UTC", 1, {}, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("request_", "why"),
    [
        (said("undo"), "certain"),
        (said("undo", "Shall I book it?"), "certain"),
        (said("thanks!"), "certain"),
        (said("list classes"), "certain"),
        (said("/classes", "Which ones?"), "certain"),
        (said("list classes", "Which ones?"), "reading"),
        (said("list the same classes", "There you are."), "reading"),
        (said("what should I eat before training"), "reading"),
        (said("how do I move up a group"), "reading"),
        (said("and how late may people cancel?"), "reading"),
        (said("is it possible to move my class"), "writing"),
        (said("thanks, that helps a lot", "There you are."), "certain"),
        (said("great, that's all for now", "There you are."), "certain"),
        (said("thanks, that helps", "Shall I book it?"), "writing"),
        (said("thanks, that one", "There are two."), "writing"),
        (said("great", "I could book it."), "writing"),
        (said("put something together for legs"), "writing"),
        (said("a four week program for my squat"), "planning"),
        (said("anything at all", prefer="rules"), "chosen"),
    ],
)
def test_a_message_goes_where_its_words_point(request_: Request, why: str) -> None:
    """Commands and courtesies to the rules, questions to the small model, the rest to the better one."""
    way = route(request_)
    assert way.why == why
    assert way.free == (why in ("certain", "chosen"))
