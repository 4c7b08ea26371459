"""The timetable: series are rules, classes get a row when something happens to them, and clocks change."""

import asyncio
from datetime import UTC, date, datetime
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.sql import func, select

from core.gym import timetable
from core.gym.classes import WEEKDAYS, ClassSeries, ClassSession
from core.store.changes import ChangeRow
from tests.class_house import CROSSFIT_TONIGHT, ZONE, class_house, give_plan


async def test_a_series_is_computed_for_any_date_without_rows(tmp_path: Path) -> None:
    """A year from now the class is on, and the database holds nothing of it."""
    async with class_house(tmp_path) as house, house.desk.store.read() as db:
        on = await timetable.between(db, 1, ZONE, date(2027, 11, 22), date(2027, 11, 22))
        assert [o.key for o in on] == [
            "CrossFit 2027-11-22T18:00",
            "CrossFit 2027-11-22T19:00",
            "Yoga 2027-11-22T19:30",
        ]
        assert [o.row_id for o in on] == [None, None, None]
        assert await db.scalar(select(func.count()).select_from(ClassSession)) == 0


async def test_local_times_stay_across_the_autumn_change(tmp_path: Path) -> None:
    """Six in the evening is six in the evening; the instant moves by an hour."""
    async with class_house(tmp_path) as house, house.desk.store.read() as db:
        before = await timetable.find_key(db, 1, ZONE, "CrossFit 2026-10-23T18:00")
        after = await timetable.find_key(db, 1, ZONE, "CrossFit 2026-10-26T18:00")
        assert before is not None
        assert after is not None
        assert before.starts_at == datetime(2026, 10, 23, 16, tzinfo=UTC)
        assert after.starts_at == datetime(2026, 10, 26, 17, tzinfo=UTC)


async def test_a_class_gets_one_row_and_no_change_of_it_is_logged(tmp_path: Path) -> None:
    """Making the row of a computed class twice gives the same row, and the change log stays empty."""
    async with class_house(tmp_path) as house:
        ids = []
        for _ in range(2):
            async with house.desk.store.write() as db:
                found = await timetable.find_key(db, 1, ZONE, CROSSFIT_TONIGHT)
                assert found is not None
                ids.append((await timetable.materialise(db, 1, found)).id)
        async with house.desk.store.read() as db:
            assert ids[0] == ids[1]
            assert await db.scalar(select(func.count()).select_from(ChangeRow)) == 0
            seen = await timetable.find_key(db, 1, ZONE, CROSSFIT_TONIGHT)
            assert seen is not None
            assert seen.row_id == ids[0]


async def test_several_people_booking_a_computed_class_at_once_share_its_row(tmp_path: Path, database: str) -> None:
    """The first bookings of one class run side by side, on each kind of database; there is one row and no seat too many."""
    async with class_house(tmp_path, url=database) as house:
        await house.call("adam", "list_class_types")
        turns = await asyncio.gather(
            *(house.call(who, "book_class", session=CROSSFIT_TONIGHT) for who in ("mia", "schmidt", "kowalski"))
        )
        assert sorted(t.actions[0].ok for t in turns) == [False, True, True]
        async with house.desk.store.read() as db:
            assert await db.scalar(select(func.count()).select_from(ClassSession)) == 1


async def test_the_last_visit_of_a_pack_is_used_once_by_bookings_at_once(tmp_path: Path, database: str) -> None:
    """One person books three classes side by side with two visits left: in one room and in the private chat."""
    async with class_house(tmp_path, plans=False, url=database) as house:
        await give_plan(house, "mia", plan={"visits": 2})
        await house.call("adam", "list_class_types")
        turns = await asyncio.gather(
            house.call("mia", "book_class", session=CROSSFIT_TONIGHT),
            house.call("carla", "book_class", session="Yoga 2026-11-22T19:30", member="Mia Tran"),
            house.call("adam", "book_class", session="Yoga 2026-11-23T19:30", member="Mia Tran"),
        )
        assert sorted(t.actions[0].ok for t in turns) == [False, True, True]


async def test_a_moved_class_leaves_its_old_time(tmp_path: Path) -> None:
    """The series no longer shows the class where it was, and shows it where it went, on another day too."""
    async with class_house(tmp_path) as house:
        await house.call("carla", "move_class", session=CROSSFIT_TONIGHT, to="2026-11-21T11:00")
        async with house.desk.store.read() as db:
            friday = await timetable.between(db, 1, ZONE, date(2026, 11, 20), date(2026, 11, 20))
            saturday = await timetable.between(db, 1, ZONE, date(2026, 11, 21), date(2026, 11, 21))
        assert [o.key for o in friday] == ["CrossFit 2026-11-20T19:00"]
        assert [o.key for o in saturday] == ["CrossFit 2026-11-21T11:00"]


async def test_another_gyms_classes_are_not_seen(tmp_path: Path) -> None:
    """The timetable is of one gym."""
    async with class_house(tmp_path) as house, house.desk.store.read() as db:
        assert await timetable.between(db, 99, ZONE, date(2026, 11, 20), date(2026, 11, 27)) == []


@given(
    days=st.sets(st.sampled_from(WEEKDAYS), min_size=1),
    first=st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    length=st.integers(0, 60),
    runs=st.integers(0, 90),
)
def test_a_rule_gives_exactly_its_weekdays_within_its_dates(
    days: set[str], first: date, length: int, runs: int
) -> None:
    """Every start is on a day of the rule, inside both the rule and the window, and none is missing."""
    begin = date(2026, 6, 1)
    end = date.fromordinal(begin.toordinal() + runs)
    rule = ClassSeries(days=sorted(days), time="18:30", from_date=begin, until_date=end)
    last = date.fromordinal(first.toordinal() + length)
    starts = list(timetable.starts_of(rule, first, last))
    window = [date.fromordinal(n) for n in range(first.toordinal(), last.toordinal() + 1)]
    expected = [d for d in window if begin <= d <= end and WEEKDAYS[d.weekday()] in days]
    assert [s.date() for s in starts] == expected
    assert all((s.hour, s.minute) == (18, 30) for s in starts)
