"""Settings: one's own at once and undoable, the gym's by the owner after a press."""

import pytest
from sqlalchemy.sql import select

from core.errors import Refused
from core.gym.gyms import GymProfile
from core.gym.policies import SETTINGS, shown
from core.people import Person
from tests.conftest import House


async def _own(gym: House, who: str) -> dict[str, object]:
    async with gym.desk.store.read() as db:
        return (await db.get_one(Person, gym.people[who])).settings


@pytest.mark.parametrize(
    ("words", "settings"),
    [
        ("switch to pounds", {"units": "lb"}),
        ("please talk to me in Spanish from now on", {"language": "Spanish"}),
        ("my timezone is Europe/London", {"zone": "Europe/London"}),
        ("quiet hours from 22:00 to 07:00", {"quiet_hours": ["22:00", "07:00"]}),
        ("turn off class reminders", {"notifications": {"class reminders": False}}),
    ],
)
async def test_ones_own_settings_are_set_by_saying_so(gym: House, words: str, settings: dict[str, object]) -> None:
    """Each is done at once with a receipt, and undone by its button."""
    answer = await gym.say("mia", words)
    assert await _own(gym, "mia") == settings
    await gym.tap("mia", answer.messages[-1].receipts[0].undo)
    assert await _own(gym, "mia") == {}


async def test_settings_are_shown_with_what_is_the_gyms(gym: House) -> None:
    """What one has not set is the gym's, and it says so."""
    await gym.call("mia", "set_units", units="lb")
    answer = await gym.say("mia", "show my settings")
    facts = {f.label: f.value for f in answer.messages[-1].cards[0].facts}
    assert facts["Units"] == "lb"
    assert facts["Time zone"] == "Europe/Berlin (the gym’s)"


async def test_choosing_a_model_says_honestly_that_there_is_none(gym: House) -> None:
    """Nothing is pretended and nothing is written."""
    answer = await gym.call("mia", "set_model", preference="claude")
    assert "cannot answer you yet" in answer.messages[-1].text
    assert not answer.messages[-1].receipts
    assert await _own(gym, "mia") == {}


async def test_the_gyms_settings_are_previewed_before_they_change(gym: House) -> None:
    """The card shows what is and what will be; the press does it, Undo takes it back."""
    asked = await gym.call("olivia", "set_gym", field="undo window", value="30 seconds")
    assert asked.question is not None
    facts = {f.label: f.value for f in asked.messages[-1].cards[0].facts}
    assert facts == {"Now": "15 seconds", "Then": "30 seconds"}
    done = await gym.tap("olivia", asked.question.options[0].token)
    assert "30 seconds (was 15 seconds)" in done.model_dump_json()
    async with gym.desk.store.read() as db:
        assert (await db.scalars(select(GymProfile))).one().undo_window_s == 30


async def test_only_the_owner_sets_the_gym(gym: House) -> None:
    """An admin is refused before anything is asked."""
    answer = await gym.call("adam", "set_gym", field="name", value="Adam’s Gym")
    assert answer.question is None
    assert not answer.actions[0].ok


@pytest.mark.parametrize(
    ("field", "words", "value"),
    [
        ("zone", "europe/vienna", "Europe/Vienna"),
        ("zone", "Lisbon", "Europe/Lisbon"),
        ("triage time", "6:45", "06:45"),
        ("triage time", "7pm", "19:00"),
        ("week plan time", "sunday 22:00", "Sun 22:00"),
        ("waitlist quiet hours", "from 23:00 to 6am", ["23:00", "06:00"]),
        ("cancel deadline", "6 hours", 6),
        ("unpaid may book", "yes", True),
        ("units", "pounds", "lb"),
    ],
)
def test_a_value_is_read_as_it_is_said(field: str, words: str, value: object) -> None:
    """Times, spans, counts and switches in plain words."""
    assert SETTINGS[field].read(words) == value
    assert shown(SETTINGS[field], value)


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("zone", "Mars"),
        ("triage time", "25:00"),
        ("undo window", "9999 seconds"),
        ("week plan time", "soon"),
        ("name", " "),
    ],
)
def test_a_value_that_makes_no_sense_is_refused(field: str, words: str) -> None:
    """The refusal says that nothing was changed."""
    with pytest.raises(Refused, match="Nothing was changed"):
        SETTINGS[field].read(words)
