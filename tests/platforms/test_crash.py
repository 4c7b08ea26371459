"""Crashes on the way in and out: before and after every commit, on both databases, and what the chat shows after."""

import asyncio
import itertools

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from core.clock import SetClock
from tests import toys
from tests.conftest import START, House
from tests.fakes.carrier import FakeCarrier
from tests.platforms.street import Street
from tests.test_crash import Fuse, Plain, _empty

NEVER = 10**9


async def live(url: str, fuse: Fuse, people: dict[str, int], carrier: FakeCarrier) -> bool:
    """Let two updates arrive until all is carried or the process crashes; what was not acknowledged comes again."""
    house = House(url=url, clock=SetClock(START), model=Plain(), toolbox=toys.toolbox(), people=people, on_commit=fuse)
    street = Street(house, carrier)
    crash = asyncio.ensure_future(fuse.blown.wait())
    playing = asyncio.ensure_future(_play(street))
    try:
        await asyncio.wait({crash, playing}, return_when=asyncio.FIRST_COMPLETED)
        return not fuse.blown.is_set() and playing.exception() is None
    finally:
        crash.cancel()
        playing.cancel()
        await asyncio.gather(playing, return_exceptions=True)
        fuse.left = NEVER
        await asyncio.gather(street.close(), return_exceptions=True)


async def _play(street: Street) -> None:
    await street.open(("mia",))
    await street.arrive(street.raw("mia", "make teddy"), street.raw("mia", "make bear"))


async def _clear(url: str) -> None:
    """Forget all that was said and done; the people stay."""
    engine = create_async_engine(url)
    async with engine.begin() as conn:
        for table in ("shown", "deliveries", "places", "arrivals"):
            await conn.execute(text(f"delete from {table}"))
        await conn.execute(text("delete from accounts where platform = 'telegram'"))
    await engine.dispose()
    await _empty(url)


@pytest.mark.parametrize("idempotent", [False, True])
async def test_a_crash_at_any_commit_loses_nothing_and_doubles_only_what_it_marks(
    database: str, idempotent: bool
) -> None:
    """Every effect once, every answer shown; a second showing only where the platform cannot know, and then marked."""
    house = House(url=database, clock=SetClock(START), model=Plain(), toolbox=toys.toolbox())
    await house.open()
    await house.desk.stop()
    for moments in itertools.count(int(idempotent), 6 if "postgresql" in database else 4):
        await _clear(database)
        carrier = FakeCarrier(idempotent=idempotent)
        ended = await live(database, Fuse(moments), house.people, carrier)
        if not ended:
            await live(database, Fuse(NEVER), house.people, carrier)
        _check(carrier, moments)
        if ended:
            break
    assert moments > 8


def _check(carrier: FakeCarrier, moments: int) -> None:
    shown = [t.replace("(repeat)  ", "(repeat) ").split("  ")[0] for t in carrier.texts("t-mia")]
    plain = [t for t in shown if not t.startswith("(repeat)")]
    marked = [t.removeprefix("(repeat)").removeprefix(" · ").strip() for t in shown if t.startswith("(repeat)")]
    assert set(plain + marked) == {"Made teddy", "Made bear", "ok"}, (moments, shown)
    assert plain.count("Made teddy") <= 1, (moments, shown)
    assert plain.count("Made bear") <= 1, (moments, shown)
    assert plain.count("ok") <= 2, (moments, shown)
    assert not (marked and carrier.idempotent), (moments, shown)
    firsts = list(dict.fromkeys(t for t in (*plain, *marked) if t.startswith("Made")))
    assert firsts[:2] == ["Made teddy", "Made bear"] or marked, (moments, shown)
