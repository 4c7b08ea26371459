"""Whatever code says goes through the catalogue: in a language that brackets every message, nothing stands outside of them."""

import ast
import gettext
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.sql import select

from core import i18n
from core.agent.outbox import OutboxRow
from core.chat import Message
from core.coaching import guide
from core.coaching.exercises import catalogue as exercises
from core.coaching.workouts import Workout
from core.gym.class_types import ClassType
from core.gym.gyms import GymProfile
from core.gym.payments import Charge
from core.gym.plans import Plan
from core.people import Person
from tests.conftest import House
from tests.databases import fresh
from tests.test_dialogues import demo_gym, demo_house

ROOT = Path(__file__).parents[1]
OPEN, SHUT = "⟦", "⟧"
PATTERN = re.compile(r"^(?:EEE )?d+ MMM")
# What everybody says of a gym, a class at a time: who says it, and which button is tapped then.
SAID = """
mia: hello | thanks | help | never mind | if it rains book yoga | flurbish the wug | ich möchte eine klasse bitte
mia: build strength
mia: what's on tomorrow | show crossfit tomorrow 18:00 | when is yoga with marcus
mia: book crossfit tomorrow evening | book crossfit tomorrow 18:00 | my bookings | undo | undo | redo
mia: book crossfit tomorrow 18:00 | move my crossfit tomorrow 18:00 to friday 18:00 | cancel crossfit friday 18:00
mia: cancel yoga
mia: my balance | who hasn't paid | show anna schmidt | cancel friday's 6pm crossfit for everyone
mia: book crossfit in 2019
mia: my settings | set my units to lb | set language to Klingon | set my time zone to London
mia: quiet hours from 22:00 to 07:00
mia: turn off class reminders | turn off all notifications | answer me with gpt | rules only
mia: list chats | new chat | rename this chat to Hops | delete this chat | my usage | export my data
mia: forget me > ⟦Reject⟧
mia: which coach for strength | how do i improve my squat | should i train with chest pain | advice on zebras
mia: exercises for hamstrings | exercises for nothings | show burpee | alternatives to burpees because no jumps
mia: is burpee an exercise | is zorp an exercise | show workout Fran | workouts with zebras | find fran | find zzyzx
mia: calc when next tuesday 6-7pm | calc wod 3 rounds: 400m run, 21 kb swings 24kg | calc plates 100
carla: who's in crossfit tomorrow 18:00 | put open gym on tomorrow 13:00-14:00 | make it 20 spots | make it 20 spots
carla: move it to 14:00 > ⟦Approve⟧
carla: undo the last two | cancel friday's 6pm crossfit because of a storm > ⟦Approve⟧ | undo
carla: cap crossfit friday 18:00 at 1
carla: Marcus takes crossfit friday 18:00 > ⟦Approve⟧ | put yoga on tomorrow | put yoga on yesterday 9:00
carla: move crossfit friday 18:00 to 18:00
carla: book Mia Tran into yoga sunday | list members | frozen members | birthdays | show Mia Tran
carla: note on Mia Tran: sore knee | read the notes on Mia Tran | what changed today | who moved friday's crossfit
carla: build a workout: 3 rounds - 200m run, 30 double-unders | make it 5 rounds | rename it to Fish | copy it
carla: build a workout: fish
carla: swap zebras for lions in Fish | delete workout Fish > ⟦Approve⟧ | use Fran in crossfit friday 18:00
carla: list class types
adam: who hasn't paid | who owes us for more than 30 days | what does Mia Tran owe
adam: add member Lisa Beck, lisa@beck.de | invite Lisa Beck
adam: change Lisa Beck email to l@beck.de | change Lisa Beck phone to nonsense
adam: yoga every tuesday at 12:30 from december with Marcus
adam: new class type Boxing 60 minutes 12 spots | change class type Boxing to 10 spots
adam: delete class type Boxing > ⟦Approve⟧
olivia: set cancel deadline to 4 hours > ⟦Approve⟧ | set undo window to 9999 | ai usage | set ai tier pro > ⟦Approve⟧
olivia: setup
olivia: invite coach Bob Stone > ⟦Approve⟧ | undo | /link | /leave | /unlink telegram | /set_platform telegram
"""


# How workouts are written down, and what is English everywhere.
NOTATION = "AMRAP EMOM min for time rounds Rest Europe Berlin EUR English"
CODES = re.compile(r"`[^`]*`|\S+@\S+")


class Bracketed(gettext.NullTranslations):
    """A language in which every message stands in brackets; dates stay as they are."""

    def gettext(self, message: str) -> str:
        return message if PATTERN.match(message) else f"{OPEN}{message}{SHUT}"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        return self.gettext(message)


class Always:
    """Everybody speaks one language."""

    def __init__(self, catalogue: gettext.NullTranslations) -> None:
        self._catalogue = catalogue

    def get(self) -> gettext.NullTranslations:
        return self._catalogue

    def set(self, catalogue: object) -> None:
        return None

    def reset(self, before: object) -> None:
        return None


def outside(text: str) -> str:
    """What stands outside of all brackets."""
    depth, kept = 0, []
    for sign in text:
        depth += (sign == OPEN) - (sign == SHUT)
        if depth == 0 and sign not in (OPEN, SHUT):
            kept.append(sign)
    return "".join(kept)


def lines_of(message: Message) -> Iterator[str]:
    """All that a person reads of a message."""
    yield message.text
    for card in message.cards:
        yield from (card.title, *card.lines, card.outcome or "")
        for fact in card.facts:
            yield from (fact.label, fact.value)
        for row in (card.table.head, *card.table.rows) if card.table else ():
            yield from row
    yield from (button.label for row in message.buttons for button in row)
    yield from (receipt.text for receipt in message.receipts)
    yield from (image.alt for image in message.images)


async def data_of(house: House) -> set[str]:
    """The words of names and of the catalogue of exercises, and of what was said: they are data."""
    known = [
        SAID,
        NOTATION,
        *map(str, exercises().values()),
        *(f"{s.title} {s.text} {s.source}" for s in guide.sections()),
    ]
    known += [f"{date(2026, n % 12 + 1, n):%A %a %B %b}" for n in range(1, 29)]
    async with house.desk.store.read() as db:
        names = (Person.name, ClassType.name, Plan.name, GymProfile.name, Workout.name, Workout.text)
        for row in (*names, Charge.failed_reason, Charge.method):
            known += [str(value) for value in await db.scalars(select(row))]
    return {word.casefold() for text in known for word in re.findall(r"[^\W\d_]+", text)}


async def say_all(house: House) -> list[str]:
    """Say everything and tap what is to be tapped; what was answered to presses."""
    noticed = []
    for line in SAID.strip().splitlines():
        who, _colon, sentences = line.partition(": ")
        for sentence in sentences.split(" | "):
            words, _arrow, label = sentence.strip().partition(" > ")
            turn = await house.say(who, words)
            options = turn.question.options if turn.question else ()
            for option in [o for o in options if label and o.label == label]:
                noticed.append((await house.tap(who, option.token)).notice or "")
    return noticed


@pytest.fixture
def bracketed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody speaks in brackets."""
    monkeypatch.setattr(i18n, "_spoken", Always(Bracketed()))


async def test_no_sentence_of_code_bypasses_the_catalogue(tmp_path: Path, bracketed: None) -> None:
    """Answers, receipts, cards, refusals, questions and notices of a broad sample of what people say."""
    async with fresh("sqlite", tmp_path, "demo", demo_gym) as url:
        house = await demo_house(url)
        try:
            told = await say_all(house)
            async with house.desk.store.read() as db:
                told += [
                    x
                    for body in await db.scalars(select(OutboxRow.body))
                    for x in lines_of(Message.model_validate(body))
                ]
            data = await data_of(house)
        finally:
            await house.desk.stop()
    missed: dict[str, Any] = {}
    for line in told:
        plain = CODES.sub("", outside(line))
        words = [w for w in re.findall(r"[^\W\d_]+", plain) if w.casefold() not in data]
        if words:
            missed[line] = words
    assert not missed, "\n".join(f"{words} in: {line}" for line, words in missed.items())


SAYS = {"Refused": 0, "NotFound": 0, "Told": 0, "Offer": 0}
SHOWN = {"text", "receipt", "title", "label", "value", "alt"}


def raw_words(tree: ast.AST) -> Iterator[ast.expr]:
    """Literals with words in them where something is said to a person."""
    for call in (n for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)):
        assert isinstance(call.func, ast.Name)
        said = call.args[:1] if call.func.id in SAYS else []
        if any(k.arg == "aside" for k in call.keywords):
            continue  # for models
        said = [
            *said,
            *(k.value for k in call.keywords if k.arg in SHOWN and call.func.id in ("Result", "Card", "Fact")),
        ]
        for value in said:
            constants = [c for c in ast.walk(value) if isinstance(c, ast.Constant) and isinstance(c.value, str)]
            looked_up = (n for n in ast.walk(value) if isinstance(n, ast.Call | ast.Subscript))
            inside = {id(c) for n in looked_up for c in ast.walk(n)}
            if any(id(c) not in inside and re.search(r"[a-z]{3}", str(c.value)) for c in constants):
                yield value


def test_tools_say_nothing_raw() -> None:
    """What a tool says to a person stands in `_()` or comes from a place that does; never a literal by itself."""
    wrong = [
        f"{file.name}:{value.lineno}"
        for file in sorted((ROOT / "core" / "tools").glob("*.py"))
        for value in raw_words(ast.parse(file.read_text(encoding="utf-8")))
    ]
    assert not wrong, wrong
