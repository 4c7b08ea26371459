"""The rules of booking as functions: each says no in words, and only when it must."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from core.gym.booking_rules import (
    Obstacle,
    Policy,
    Rule,
    Wish,
    is_late,
    late_cost,
    obstacles,
    week_of,
)
from core.gym.plans import Standing
from core.gym.timetable import Occurrence

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
POLICY = Policy("Europe/Berlin", "EUR", 14, 4, unpaid_may_book=False, unpaid_grace_days=7)
CLASS = Occurrence(
    class_type_id=1,
    class_type="CrossFit",
    local_start=datetime(2026, 11, 24, 18),
    starts_at=datetime(2026, 11, 24, 17, tzinfo=UTC),
    minutes=60,
    spots=14,
    row_id=1,
)
FINE = Standing(1, "Unlimited", None, None, date(2026, 1, 1), None, None, None, Decimal(0), None)
WISH = Wish(CLASS, NOW, (), FINE, 0)


def rules(wish: Wish, policy: Policy = POLICY) -> list[Rule]:
    """Which rules say no."""
    return [o.rule for o in obstacles(wish, policy)]


def at(hours: float) -> Occurrence:
    """Another class, so many hours after the wanted one."""
    by = timedelta(hours=hours)
    return replace(
        CLASS, row_id=2, class_type="Yoga", starts_at=CLASS.starts_at + by, local_start=CLASS.local_start + by
    )


def test_nothing_stands_in_the_way_of_an_ordinary_booking() -> None:
    """A free spot, a plan, paid."""
    assert rules(WISH) == []


@pytest.mark.parametrize(
    ("wish", "rule"),
    [
        (replace(WISH, occurrence=replace(CLASS, booked=14)), Rule.FULL),
        (replace(WISH, occurrence=replace(CLASS, status="cancelled", reason="snow")), Rule.CANCELLED),
        (replace(WISH, now=CLASS.starts_at), Rule.STARTED),
        (replace(WISH, has_seat=True), Rule.HAS_SEAT),
        (replace(WISH, mine=(at(0.5),)), Rule.OVERLAP),
        (replace(WISH, mine=(at(-0.5),)), Rule.OVERLAP),
        (replace(WISH, now=NOW - timedelta(days=11)), Rule.NOT_OPEN),
        (replace(WISH, standing=replace(FINE, membership_id=None)), Rule.NO_PLAN),
        (replace(WISH, standing=replace(FINE, starts=date(2026, 11, 25))), Rule.NOT_YET),
        (replace(WISH, standing=replace(FINE, ends=date(2026, 11, 23))), Rule.ENDED),
        (replace(WISH, standing=replace(FINE, frozen_from=date(2026, 11, 24))), Rule.FROZEN),
        (replace(WISH, standing=replace(FINE, visits_left=0)), Rule.PACK_EMPTY),
        (replace(WISH, standing=replace(FINE, visits_per_week=3), week_visits=3), Rule.WEEK_FULL),
        (
            replace(WISH, standing=replace(FINE, overdue=Decimal(89), overdue_since=date(2026, 11, 12))),
            Rule.UNPAID,
        ),
    ],
    ids=lambda value: value.value if isinstance(value, Rule) else "",
)
def test_each_rule_says_no_in_words(wish: Wish, rule: Rule) -> None:
    """One rule at a time, alone, with a sentence."""
    found = obstacles(wish, POLICY)
    assert [o.rule for o in found] == [rule]
    assert found[0].words.endswith((".", "!"))
    assert "None" not in found[0].words


@pytest.mark.parametrize(
    "wish",
    [
        replace(WISH, occurrence=replace(CLASS, booked=13)),
        replace(WISH, now=CLASS.starts_at - timedelta(seconds=1)),
        replace(WISH, mine=(at(1), at(-1))),
        replace(WISH, now=datetime(2026, 11, 9, 23, 0, tzinfo=UTC)),
        replace(WISH, standing=replace(FINE, starts=date(2026, 11, 24), ends=date(2026, 11, 24))),
        replace(WISH, standing=replace(FINE, frozen_from=date(2026, 11, 1), frozen_until=date(2026, 11, 23))),
        replace(WISH, standing=replace(FINE, frozen_from=date(2026, 11, 25))),
        replace(WISH, standing=replace(FINE, visits_left=1)),
        replace(WISH, standing=replace(FINE, visits_per_week=3), week_visits=2),
        replace(WISH, standing=replace(FINE, overdue=Decimal(89), overdue_since=date(2026, 11, 13))),
        replace(WISH, standing=None),
    ],
)
def test_the_edge_of_each_rule_is_allowed(wish: Wish) -> None:
    """The last spot, the last second, the last day."""
    assert rules(wish) == []


def test_a_gym_may_let_people_book_who_owe() -> None:
    """The owner's setting decides."""
    owing = replace(WISH, standing=replace(FINE, overdue=Decimal(89), overdue_since=date(2026, 1, 1)))
    assert rules(owing, replace(POLICY, unpaid_may_book=True)) == []


def test_somebody_elses_refusal_names_them() -> None:
    """Staff read whose plan it is."""
    found: list[Obstacle] = obstacles(replace(WISH, standing=replace(FINE, visits_left=0), who="Mia Tran"), POLICY)
    assert "Mia Tran's" in found[0].words
    assert "your" not in found[0].words.lower()


def test_late_is_after_the_deadline_to_the_second() -> None:
    """Four hours before is in time, a second later is not."""
    deadline = CLASS.starts_at - timedelta(hours=4)
    assert not is_late(CLASS.starts_at, deadline, POLICY)
    assert is_late(CLASS.starts_at, deadline + timedelta(seconds=1), POLICY)


def test_weeks_run_from_monday_to_sunday_in_the_gyms_zone() -> None:
    """Sunday night in Berlin belongs to the week before, and a week with a clock change has 169 hours."""
    start, end = week_of(date(2026, 11, 22), "Europe/Berlin")
    assert (start, end) == (datetime(2026, 11, 15, 23, tzinfo=UTC), datetime(2026, 11, 22, 23, tzinfo=UTC))
    start, end = week_of(date(2026, 10, 25), "Europe/Berlin")
    assert end - start == timedelta(hours=169)


def test_the_cost_of_cancelling_late_is_said_for_each_kind_of_plan() -> None:
    """Packs, weekly limits and the rest."""
    assert "1 visit is left" in late_cost(replace(FINE, visits_left=1, plan="Ten pack"))
    assert "one of the 3 of that week" in late_cost(replace(FINE, visits_per_week=3))
    assert "late cancellation" in late_cost(FINE)
