"""How an installation opens: which gym it finds, what time it is there, and who is let in."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.app import clock_of, opened
from bot.config import ClockSettings, GymSettings, Settings
from bot.gyms import account_of, people_to_show, person_named
from core.agent.outbox import To
from core.chat import Message
from core.clock import SystemClock
from core.errors import Told

OWN = GymSettings(name="Harbour Barbell", zone="Europe/Oslo", owner="Ida Berg", units="lb")
START = datetime(2026, 11, 20, 10, 0)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A gym of one's own with a moved clock, in an empty folder."""
    return Settings(data_dir=tmp_path / "data", gym=OWN, clock=ClockSettings(start=START))


def passed(since: datetime, now: datetime) -> timedelta:
    """How long ago something was."""
    return now - since


async def test_an_empty_database_becomes_the_gym_of_the_settings(settings: Settings) -> None:
    """One gym, one owner, and nobody of the demo."""
    async with opened(settings) as house:
        owner = await person_named(house.store, "ida")
        assert (owner.name, owner.role) == ("Ida Berg", "owner")
        assert [p.name for p in await people_to_show(house.store)] == ["Ida Berg"]
        assert house.zone == "Europe/Oslo"
        speaker, gym = await house.desk().who("web", await account_of(house.store, owner, house.clock.now()))
        assert (speaker.name, gym.name, gym.units) == ("Ida Berg", "Harbour Barbell", "lb")


async def test_the_settings_do_not_change_a_gym_that_is_there(settings: Settings) -> None:
    """[gym] is read only while the database is empty."""
    async with opened(settings):
        pass
    other = settings.model_copy(update={"gym": OWN.model_copy(update={"name": "Elsewhere", "owner": "Someone Else"})})
    async with opened(other) as house:
        assert [p.name for p in await people_to_show(house.store)] == ["Ida Berg"]


async def test_a_moved_clock_starts_at_the_gyms_local_time(settings: Settings) -> None:
    """10:00 in Oslo in November is 09:00 UTC."""
    async with opened(settings) as house:
        assert (
            timedelta(0) <= passed(datetime(2026, 11, 20, 9, 0, tzinfo=UTC), house.clock.now()) < timedelta(minutes=1)
        )


async def test_after_a_restart_a_moved_clock_goes_on_from_the_last_thing_recorded(settings: Settings) -> None:
    """Time never runs backwards over a restart."""
    later = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
    async with opened(settings) as house:
        owner = await person_named(house.store, "ida")
        async with house.store.write() as db:
            await house.desk().outbox.post(db, To(owner.gym_id, owner.id, None), Message(text="late"), later)
    async with opened(settings) as house:
        assert timedelta(0) <= passed(later, house.clock.now()) < timedelta(minutes=1)
        again = settings.model_copy(update={"clock": ClockSettings(start=START + timedelta(days=1))})
        moved = await clock_of(house.store, again, house.zone)
        assert passed(later, moved.now()) > timedelta(hours=16)


async def test_without_a_start_the_clock_is_the_machines(settings: Settings) -> None:
    """Nothing recorded moves a clock that nobody moved."""
    async with opened(settings.model_copy(update={"clock": ClockSettings()})) as house:
        assert abs(passed(SystemClock().now(), house.clock.now())) < timedelta(seconds=5)


async def test_a_name_that_fits_two_people_is_asked_back(tmp_path: Path) -> None:
    """The demo has two Annas; a username or the whole name decides."""
    async with opened(Settings(data_dir=tmp_path / "demo")) as house:
        with pytest.raises(Told, match=r"Anna Schmidt, Anna Kowalski|Anna Kowalski, Anna Schmidt"):
            await person_named(house.store, "anna")
        assert (await person_named(house.store, "anna kowalski")).name == "Anna Kowalski"
        assert (await person_named(house.store, "@Olivia")).role == "owner"
        with pytest.raises(Told, match="Nobody here is called Zed"):
            await person_named(house.store, "Zed")
