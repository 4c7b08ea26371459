"""Whatever several people book, cancel, move and undo, while classes come, go and begin: the rules of booking hold."""

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test

from tests.class_house import (
    CROSSFIT_LATER,
    CROSSFIT_MONDAY,
    CROSSFIT_TONIGHT,
    YOGA_MONDAY,
    YOGA_SUNDAY,
    class_house,
    give_plan,
)
from tests.databases import fresh, nothing
from tests.gym.booking_machine import MEMBERS, STAFF, TIMES, BookingMachine, Gym, every_row

CLASSES = (CROSSFIT_TONIGHT, CROSSFIT_LATER, CROSSFIT_MONDAY, YOGA_SUNDAY, YOGA_MONDAY)
a_class = st.sampled_from(CLASSES)
Deed = tuple[str, str, dict[str, Any]]


def deed(who: tuple[str, ...], tool: str, **args: st.SearchStrategy[Any]) -> st.SearchStrategy[Deed]:
    """A call by one of some people."""
    return st.tuples(st.sampled_from(who), st.just(tool), st.fixed_dictionaries(args))


DEEDS: st.SearchStrategy[Deed] = st.one_of(
    deed((*MEMBERS, *STAFF), "book_class", session=a_class),
    deed((*MEMBERS, *STAFF), "book_class", session=a_class),
    deed((*MEMBERS, *STAFF), "cancel_booking", session=a_class),
    deed(MEMBERS, "move_booking", session=a_class, to=a_class),
    deed(STAFF, "schedule_class", class_type=st.just("Open Gym"), when=st.sampled_from(TIMES)),
    deed(STAFF, "cancel_class", session=a_class),
    deed(STAFF, "move_class", session=a_class, to=st.sampled_from(TIMES)),
    deed(STAFF, "set_class_spots", session=a_class, spots=st.sampled_from(("1", "3"))),
    deed(("olivia",), "end_series", class_type=st.sampled_from(("Open Gym", "Yoga")), days=st.just(["Sun"])),
    deed(("olivia",), "schedule_series", class_type=st.just("Open Gym"), days=st.just(["Sat"]), time=st.just("07:00")),
)


def test_no_sequence_of_deeds_breaks_the_rules() -> None:
    """After every deed, refused or not: capacity, one seat a person and time, packs, weeks, deadlines, what has begun."""
    small = settings(max_examples=25, stateful_step_count=10, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(BookingMachine, settings=small)


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(deeds=st.lists(DEEDS, min_size=4, max_size=8))
async def test_whatever_was_done_undoing_it_in_reverse_restores_every_row(deeds: list[Deed]) -> None:
    """Each undone by whoever did it, the newest first, through every state that there was."""
    with tempfile.TemporaryDirectory() as folder:
        async with fresh("sqlite", Path(folder), "empty", nothing) as url:
            await done_and_undone(folder, url, deeds)


async def done_and_undone(folder: str, url: str, deeds: list[Deed]) -> None:
    """Do all of it, then undo it and compare each state with what it was."""
    async with class_house(Path(folder), plans=False, url=url) as house:
        for who in MEMBERS:
            await give_plan(house, who, plan={"name": f"Pack of {who}", "visits": 3})
        gym, states = Gym(house), []
        for who, tool, args in deeds:
            before = await every_row(house)
            turn = await gym.call(who, tool, **args)
            if any(m.receipts for m in turn.messages):
                states.append((who, before))
        for who, before in reversed(states):
            turn = await gym.call(who, "undo")
            assert any(m.receipts for m in turn.messages), [m.text for m in turn.messages]
            assert await every_row(house) == before
