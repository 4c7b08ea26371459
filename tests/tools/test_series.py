"""Series that begin and end, and what stays of their classes."""

from datetime import timedelta
from pathlib import Path

from tests.class_house import class_house, press, receipts, words


async def test_a_series_ends_on_one_of_its_days(tmp_path: Path) -> None:
    """The card says what ends and from when; the other days go on, and undo brings the day back."""
    async with class_house(tmp_path) as house:
        asked = await house.call("adam", "end_series", class_type="yoga", days=["Mon"])
        assert "End Yoga, Mon 19:30, from Fri 20 November?" in words(asked)
        assert "Nobody has booked any of its classes." in words(asked)
        done = await press(house, "adam", asked)
        assert receipts(done) == ["Ended: Yoga, Mon 19:30, from Fri 20 November"]
        on = words(await house.call("mia", "show_timetable", class_type="yoga", when="next 14 days"))
        assert "Mon 23 November" not in on
        assert "Thu 26 November" in on
        assert "Sun 29 November" in on
        await house.call("adam", "undo")
        assert "Mon 23 November" in words(
            await house.call("mia", "show_timetable", class_type="yoga", when="next 14 days")
        )


async def test_a_class_that_is_booked_outlives_its_series(tmp_path: Path) -> None:
    """It stays on with its people until it is cancelled, which a button offers."""
    async with class_house(tmp_path) as house:
        await house.call("mia", "book_class", session="Yoga 2026-11-23T19:30")
        await house.call("mia", "book_class", session="Yoga 2026-11-26T19:30")
        await house.call("mia", "cancel_booking", session="Yoga 2026-11-26T19:30")
        await house.call("carla", "set_class_spots", session="Yoga 2026-11-29T19:30", spots="5")
        asked = await house.call("adam", "end_series", class_type="yoga")
        assert "1 of its classes stays on, because people have booked it: 1 seats." in words(asked)
        done = await press(house, "adam", asked)
        assert [b.label for row in done.messages[0].buttons for b in row] == ["Cancel Yoga, Mon 23 Nov 19:30"]
        on = words(await house.call("mia", "show_timetable", class_type="yoga", when="next 14 days"))
        assert "Mon 23 November" in on
        assert "Sun 29 November" not in on
        assert "Mon 23 November" in words(await house.call("mia", "list_bookings"))
        assert (await house.call("adam", "undo")).actions[0].ok
        on = words(await house.call("mia", "show_timetable", class_type="yoga", when="next 14 days"))
        assert "Sun 29 November" in on
        assert "5 left" in on


async def test_what_is_no_series_is_not_ended(tmp_path: Path) -> None:
    """The answer says which there are."""
    async with class_house(tmp_path) as house:
        turn = await house.call("adam", "end_series", class_type="yoga", days=["Tue"])
        assert "Yoga is not on every week like that; its series: Mon, Thu, Sun 19:30." in words(turn)
        turn = await house.call("adam", "end_series", class_type="open gym")
        assert "Open Gym has no series" in words(turn)
        turn = await house.call("carla", "end_series", class_type="yoga")
        assert "only admins" in words(turn)


async def test_a_series_ends_after_the_class_that_has_begun_today(tmp_path: Path) -> None:
    """What is under way stays; and a new series begins with the first class that is still to come."""
    async with class_house(tmp_path) as house:
        await house.pass_time(timedelta(hours=8, minutes=1))  # Friday 18:01
        asked = await house.call("adam", "end_series", class_type="crossfit", time="18:00")
        assert "from Sat 21 November" in words(asked)
        turn = await house.call("adam", "schedule_series", class_type="open gym", days=["Fri"], time="18:00")
        assert "first on Fri 27 November" in receipts(turn)[0]
