"""Payments: who owes what since when, and who gets to see it."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.demo import demo_people, make
from core.agent.tools import load
from core.clock import SetClock
from core.gym.payments import Cents, Charge, debts, older_than
from core.llm.rules import RulesModel
from core.store.database import Store
from tests.conftest import START, House
from tests.databases import KINDS, fresh

TODAY = date(2026, 11, 20)


def charge(number: int, person: int, amount: str, days: int, *, reason: str | None = None, **more: object) -> Charge:
    """A charge that was due so many days ago."""
    return Charge(
        id=number, person_id=person, amount=Decimal(amount), currency="EUR", due_on=TODAY - timedelta(days=days),
        failed_reason=reason, **more,
    )  # fmt: skip


def test_debts_are_added_up_by_person_the_oldest_first() -> None:
    """Each person's open charges are one debt, from the oldest on, with every reason once."""
    found = debts(
        [
            charge(1, 5, "119.00", 3),
            charge(2, 7, "89.50", 40, reason="card expired"),
            charge(3, 7, "89.50", 10, reason="card expired"),
        ],
        TODAY,
    )
    assert [(d.person_id, d.amount, d.days(TODAY), d.reasons, d.charges) for d in found] == [
        (7, Decimal("179.00"), 40, ("card expired",), 2),
        (5, Decimal("119.00"), 3, (), 1),
    ]


def test_what_is_paid_waived_or_not_due_yet_is_not_owed() -> None:
    """Only open charges that are due count."""
    settled = [
        charge(1, 5, "10", 3, paid_at=START),
        charge(2, 5, "10", 3, waived_reason="ill"),
        charge(3, 5, "10", -1),
    ]
    assert debts(settled, TODAY) == []


@given(st.lists(st.tuples(st.integers(1, 5), st.decimals(0, 999, places=2), st.integers(-5, 60)), max_size=30))
def test_no_cent_of_what_is_due_is_lost(rows: list[tuple[int, Decimal, int]]) -> None:
    """The debts add up to the charges that are due, exactly."""
    charges = [charge(n, person, str(amount), days) for n, (person, amount, days) in enumerate(rows)]
    due = sum((Decimal(str(amount)) for _, amount, days in rows if days >= 0), Decimal(0))
    assert sum((d.amount for d in debts(charges, TODAY)), Decimal(0)) == due


@given(st.decimals(-99999, 99999, places=2))
def test_money_is_kept_to_the_cent(amount: Decimal) -> None:
    """What is written is what is read, as an exact number."""
    kind = Cents()
    assert kind.process_result_value(kind.process_bind_param(amount, None), None) == amount  # type: ignore[arg-type]


def test_older_than_leaves_out_the_fresh_ones() -> None:
    """A debt of exactly so many days is not older."""
    found = debts([charge(1, 1, "10", 30), charge(2, 2, "10", 31)], TODAY)
    assert [d.person_id for d in older_than(found, 30, TODAY)] == [2]
    assert len(older_than(found, None, TODAY)) == 2


async def _demo_on_friday(url: str) -> None:
    store = Store(url)
    await make(store, START)
    await store.dispose()


@pytest.fixture(params=KINDS)
async def gym(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[House]:
    """The demo gym, in which eight members owe money."""
    async with fresh(request.param, tmp_path, "demo on friday", _demo_on_friday) as url:
        store = Store(url)
        async with store.read() as db:
            people = {p.name.split()[0].casefold(): p.id for p in await demo_people(db)}
        await store.dispose()
        house = House(url=url, clock=SetClock(START), model=RulesModel(), toolbox=load(), people=people)
        yield await house.open()
        await house.desk.stop()


async def test_the_owner_sees_who_has_not_paid_with_reasons_and_the_sum(gym: House) -> None:
    """Amount, since when, why, last visit, and what it is in all."""
    answer = await gym.say("olivia", "who hasn't paid?")
    card = answer.messages[-1].cards[0]
    assert card.title.startswith("8 people owe €")
    assert card.table is not None
    assert card.table.head == ("Name", "Amount", "Since", "Reason", "Last visit")
    assert len(card.table.rows) == 8
    assert all(cell for row in card.table.rows for cell in row)


async def test_only_old_debts_are_listed_when_asked_for(gym: House) -> None:
    """ "more than 30 days" leaves the two oldest."""
    answer = await gym.call("adam", "list_unpaid", older_than=30)
    table = answer.messages[-1].cards[0].table
    assert table is not None
    assert len(table.rows) == 2


@pytest.mark.parametrize(("who", "room"), [("mia", None), ("carla", None), ("carla", "staff")])
async def test_members_and_coaches_hear_nothing_of_who_owes(gym: House, who: str, room: str | None) -> None:
    """They are refused in plain words, and no name or sum is in the answer."""
    answer = await gym.say(who, "who hasn't paid?", room)
    said = answer.model_dump_json()
    assert "only admins and the owner" in said
    assert "€" not in said


async def test_in_the_coaches_room_the_answer_goes_to_the_owner_alone(gym: House) -> None:
    """The room sees that it was answered privately, and no sum."""
    await gym.say("olivia", "who hasn't paid?", "staff")
    room = " ".join(entry.message.model_dump_json() for entry in await gym.read("marcus", "staff"))
    assert "privately" in room
    assert "€" not in room
    assert any(m.cards for m in [e.message for e in await gym.read("olivia")])


async def test_a_member_sees_their_own_balance_and_no_other(gym: House) -> None:
    """Mia owes nothing and sees her plan; another's balance is refused to her."""
    own = await gym.say("mia", "do i owe anything?")
    assert own.messages[-1].text.startswith("You owe nothing.")
    assert {f.value for f in own.messages[-1].cards[0].facts} == {"Unlimited"}
    other = await gym.say("mia", "what does sam lee owe")
    assert not other.actions or not other.actions[0].ok
    assert "€" not in other.model_dump_json()
