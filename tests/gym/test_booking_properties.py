"""Whatever several people book, cancel, move and undo: no spot twice, no seat twice, no pack overdrawn."""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.sql import func, select

from core.gym.bookings import LIVE, USED, Booking
from core.gym.classes import ClassSession
from core.gym.plans import Membership
from core.store.database import Store
from tests.class_house import CROSSFIT_LATER, CROSSFIT_TONIGHT, YOGA_SUNDAY, class_house, give_plan

CLASSES = (CROSSFIT_TONIGHT, CROSSFIT_LATER, YOGA_SUNDAY)
PEOPLE = ("mia", "schmidt", "kowalski")
DEEDS: st.SearchStrategy[tuple[str, str, dict[str, str]]] = st.one_of(
    st.tuples(
        st.just("book_class"), st.sampled_from(PEOPLE), st.fixed_dictionaries({"session": st.sampled_from(CLASSES)})
    ),
    st.tuples(
        st.just("cancel_booking"), st.sampled_from(PEOPLE), st.fixed_dictionaries({"session": st.sampled_from(CLASSES)})
    ),
    st.tuples(
        st.just("move_booking"),
        st.sampled_from(PEOPLE),
        st.fixed_dictionaries({"session": st.sampled_from(CLASSES), "to": st.sampled_from(CLASSES)}),
    ),
    st.tuples(st.sampled_from(("undo", "redo")), st.sampled_from(PEOPLE), st.just({})),
)


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(deeds=st.lists(DEEDS, min_size=6, max_size=10))
async def test_no_sequence_breaks_the_rules(deeds: list[tuple[str, str, dict[str, str]]]) -> None:
    """After every deed, refused or not, the three rules hold."""
    with tempfile.TemporaryDirectory() as folder:
        async with class_house(Path(folder), plans=False) as house:
            for who in PEOPLE:
                await give_plan(house, who, plan={"name": f"Pack of {who}", "visits": 2})
            for tool, who, args in deeds:
                await house.call(who, tool, **args)
                assert await broken_rules(house.desk.store) == []


async def broken_rules(store: Store) -> list[str]:
    """Capacity, one seat a person, and packs: which of them does not hold."""
    broken = []
    async with store.read() as db:
        taken = (
            select(ClassSession.id, ClassSession.spots, func.count())
            .join(Booking, Booking.session_id == ClassSession.id)
            .where(Booking.status.in_(LIVE))
            .group_by(ClassSession.id, ClassSession.spots)
        )
        broken += [f"class {id}: {count} of {spots}" for id, spots, count in await db.execute(taken) if count > spots]
        doubled = select(func.count()).where(Booking.status.in_(LIVE)).group_by(Booking.session_id, Booking.person_id)
        broken += [f"{count} seats for one person" for count in await db.scalars(doubled) if count > 1]
        used = (
            select(Membership.visits, func.count())
            .join(Booking, Booking.membership_id == Membership.id)
            .where(Booking.status.in_(USED), Membership.visits.is_not(None))
            .group_by(Membership.id, Membership.visits)
        )
        broken += [f"{count} visits of a pack of {of}" for of, count in await db.execute(used) if count > (of or 0)]
    return broken
