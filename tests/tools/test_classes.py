"""Running the timetable by conversation: seeing it, putting classes on, moving them, calling them off."""

from datetime import timedelta
from pathlib import Path

from tests.class_house import (
    CROSSFIT_MONDAY,
    CROSSFIT_TONIGHT,
    YOGA_MONDAY,
    YOGA_SUNDAY,
    class_house,
    labels,
    press,
    receipts,
    seats,
    words,
)


async def test_the_timetable_shows_days_times_coaches_and_spots(tmp_path: Path) -> None:
    """A day as it is."""
    async with class_house(tmp_path) as house:
        await house.call("schmidt", "book_class", session=CROSSFIT_MONDAY)
        said = words(await house.call("mia", "show_timetable", when="2026-11-23"))
        assert "**Mon 23 November**" in said
        assert "- 18:00 CrossFit · Carla Reyes · 1 left" in said
        assert said.index("18:00") < said.index("19:00") < said.index("19:30 Yoga")


async def test_the_timetable_is_narrowed_by_type_coach_and_part_of_the_day(tmp_path: Path) -> None:
    """What was asked for and nothing else."""
    async with class_house(tmp_path) as house:
        assert "CrossFit" not in words(await house.call("mia", "show_timetable", when="next week", class_type="yoga"))
        assert "Yoga" not in words(await house.call("mia", "show_timetable", when="next week", coach="carla"))
        assert "No class is on" in words(await house.call("mia", "show_timetable", when="tomorrow morning"))
        assert "18:00" in words(await house.call("mia", "show_timetable", when="monday evening"))


async def test_an_empty_day_says_when_the_next_class_is(tmp_path: Path) -> None:
    """No yoga on Saturday; the next one is on Sunday."""
    async with class_house(tmp_path) as house:
        said = words(await house.call("mia", "show_timetable", when="saturday", class_type="yoga"))
        assert "No Yoga is on the timetable for Sat 21 November. The next one is Yoga, Sun 22 November 19:30." in said


async def test_a_class_is_shown_on_a_card_with_a_button_to_book_it(tmp_path: Path) -> None:
    """Everything that anyone may know of it."""
    async with class_house(tmp_path) as house:
        turn = await house.call("mia", "show_class", session="the next yoga")
        assert turn.actions[0].args == {"session": YOGA_SUNDAY}
        assert "Spots: 0 of 12 taken, 12 left" in words(turn)
        assert (await press(house, "mia", turn, "Book it")).actions[0].ok


async def test_a_class_goes_on_the_timetable_and_off_again_by_undo(tmp_path: Path) -> None:
    """The length comes from the range that was said."""
    async with class_house(tmp_path) as house:
        turn = await house.call("carla", "schedule_class", "staff", class_type="open gym", when="tomorrow 13:00-14:30")
        assert receipts(turn) == [
            "On the timetable: Open Gym, Sat 21 November 13:00 (Europe/Berlin), 90 minutes, 20 spots"
        ]
        assert "13:00 Open Gym" in words(await house.call("mia", "show_timetable", when="tomorrow"))
        await house.tap("carla", turn.messages[0].receipts[0].undo)
        assert "Open Gym" not in words(await house.call("mia", "show_timetable", when="tomorrow"))


async def test_undo_of_a_class_that_was_booked_since_is_refused(tmp_path: Path) -> None:
    """Somebody stands on it."""
    async with class_house(tmp_path) as house:
        made = await house.call("carla", "schedule_class", class_type="Open Gym", when="2026-11-21T13:00")
        await house.call("mia", "book_class", session="Open Gym 2026-11-21T13:00")
        undone = await house.tap("carla", made.messages[0].receipts[0].undo)
        assert "1 person has booked since" in words(undone)


async def test_a_class_in_the_past_or_without_a_time_is_not_put_on(tmp_path: Path) -> None:
    """Said why."""
    async with class_house(tmp_path) as house:
        past = await house.call("carla", "schedule_class", class_type="Yoga", when="2026-11-20T08:00")
        assert "has already passed" in words(past)
        assert "At what time" in words(
            await house.call("carla", "schedule_class", class_type="Yoga", when="2026-11-21")
        )
        twice = await house.call("carla", "schedule_class", class_type="Yoga", when="2026-11-22T19:30")
        assert "is already on the timetable" in words(twice)


async def test_a_coach_who_is_busy_is_asked_about(tmp_path: Path) -> None:
    """The card names the other class."""
    async with class_house(tmp_path) as house:
        asked = await house.call(
            "carla", "schedule_class", class_type="Open Gym", when="2026-11-23T18:30", coach="carla"
        )
        assert "Carla Reyes has CrossFit, Mon 23 November 18:00 and CrossFit, Mon 23 November 19:00" in words(asked)
        assert receipts(await press(house, "carla", asked))


async def test_a_series_puts_classes_on_and_undo_takes_them_off(tmp_path: Path) -> None:
    """Undo removes the series with its untouched classes, but not one that somebody has booked."""
    async with class_house(tmp_path) as house:
        turn = await house.call("adam", "schedule_series", class_type="open gym", days=["Sat", "Sun"], time="10:00")
        assert receipts(turn) == ["Every week: Open Gym, Sat, Sun 10:00 (Europe/Berlin), first on Sat 21 November"]
        await house.call("mia", "book_class", session="Open Gym 2026-11-28T10:00")
        undo = turn.messages[0].receipts[0].undo
        refused = await house.tap("adam", undo)
        assert "1 person has booked classes of this series" in words(refused)
        await house.call("mia", "cancel_booking", session="Open Gym 2026-11-28T10:00")
        assert (await house.call("adam", "undo")).actions[0].ok
        assert "No Open Gym" in words(
            await house.call("mia", "show_timetable", when="2026-11-29", class_type="open gym")
        )


async def test_a_series_that_is_on_already_is_refused(tmp_path: Path) -> None:
    """Two of them could not be told apart."""
    async with class_house(tmp_path) as house:
        turn = await house.call("adam", "schedule_series", class_type="yoga", days=["Sun", "Tue"], time="19:30")
        assert "Yoga is already on every Sun at 19:30" in words(turn)


async def test_moving_a_class_asks_first_and_tells_everyone_after_the_undo_window(tmp_path: Path) -> None:
    """The card has the scope; people hear of it once it can no longer be taken back quietly."""
    async with class_house(tmp_path) as house:
        await house.call("mia", "book_class", session=YOGA_SUNDAY)
        asked = await house.call("carla", "move_class", "staff", session="sunday's yoga", to="at 8")
        assert "Move Yoga, Sun 22 November 19:30 to Sun 22 November 20:00 (Europe/Berlin)?" in words(asked)
        assert "1 person is booked and will be told." in words(asked)
        done = await press(house, "carla", asked)
        assert receipts(done) == ["Moved: Yoga, Sun 22 November 19:30 → Sun 22 November 20:00 (Europe/Berlin)"]
        before = len(await house.read("mia"))
        await house.pass_time(timedelta(seconds=20))
        assert len(await house.read("mia")) == before + 1
        assert "it now starts Sun 22 November 20:00" in (await house.last("mia")).text


async def test_a_cancelled_class_frees_everyone_and_undo_in_time_tells_nobody(tmp_path: Path) -> None:
    """Undone inside the window, nobody hears a thing and every seat is back."""
    async with class_house(tmp_path) as house:
        for who in ("mia", "schmidt"):
            await house.call(who, "book_class", session=CROSSFIT_TONIGHT)
        before = len(await house.read("mia"))
        asked = await house.call(
            "carla", "cancel_class", session="tonight's 6pm crossfit", reason="the heating is broken"
        )
        assert "2 people are booked and will be told." in words(asked)
        done = await press(house, "carla", asked)
        assert await seats(house, "mia") == [("Fri 18:00", "cancelled")]
        assert "is cancelled (the heating is broken)" in words(
            await house.call("kowalski", "book_class", session=CROSSFIT_TONIGHT)
        )
        await house.tap("carla", done.messages[0].receipts[0].undo)
        await house.pass_time(timedelta(minutes=5))
        assert await seats(house, "mia") == [("Fri 18:00", "booked")]
        assert len(await house.read("mia")) == before


async def test_a_cancellation_undone_too_late_is_corrected(tmp_path: Path) -> None:
    """Those who were told hear that the class takes place."""
    async with class_house(tmp_path) as house:
        await house.call("mia", "book_class", session=CROSSFIT_MONDAY)
        done = await press(house, "carla", await house.call("carla", "cancel_class", session=CROSSFIT_MONDAY))
        await house.pass_time(timedelta(minutes=1))
        assert "is cancelled. The visit is not counted." in (await house.last("mia")).text
        await house.tap("carla", done.messages[0].receipts[0].undo)
        assert "takes place after all" in (await house.last("mia")).text


async def test_a_new_booking_between_card_and_press_gives_a_new_card(tmp_path: Path) -> None:
    """What was approved must still be true."""
    async with class_house(tmp_path) as house:
        asked = await house.call("carla", "cancel_class", session=CROSSFIT_MONDAY)
        assert "Nobody is booked." in words(asked)
        await house.call("mia", "book_class", session=CROSSFIT_MONDAY)
        again = await press(house, "carla", asked)
        assert "1 person is booked and will be told." in words(again)
        assert await seats(house, "mia") == [("Mon 18:00", "booked")]


async def test_the_coach_spots_and_workout_of_a_class_are_set(tmp_path: Path) -> None:
    """Each with a receipt that says what it was."""
    async with class_house(tmp_path) as house:
        coach = await house.call("carla", "set_class_coach", session="monday 6pm crossfit", coach="adam")
        assert receipts(coach)[0].endswith("instead of Carla Reyes")
        spots = await house.call("carla", "set_class_spots", session=CROSSFIT_MONDAY, spots=10)
        assert receipts(spots) == ["CrossFit, Mon 23 November 18:00 (Europe/Berlin): 10 spots (was 2)"]
        await house.call("carla", "create_workout", text="3 rounds: 200 m run, 30 double-unders", name="Skipper")
        done = await house.call("carla", "set_class_workout", session=CROSSFIT_MONDAY, workout="Skipper")
        assert receipts(done)[0].endswith("does Skipper")
        assert "Workout: Skipper" in words(await house.call("mia", "show_class", session=CROSSFIT_MONDAY))


async def test_fewer_spots_than_people_are_refused(tmp_path: Path) -> None:
    """Nobody loses a seat by a number."""
    async with class_house(tmp_path) as house:
        for who in ("mia", "schmidt"):
            await house.call(who, "book_class", session=YOGA_MONDAY)
        assert "needs at least 2 spots" in words(
            await house.call("carla", "set_class_spots", session=YOGA_MONDAY, spots=1)
        )


async def test_the_roster_is_for_staff(tmp_path: Path) -> None:
    """In the order of booking, with flags; a member is refused."""
    async with class_house(tmp_path) as house:
        for who in ("schmidt", "mia"):
            await house.call(who, "book_class", session=YOGA_MONDAY)
        said = words(await house.call("carla", "show_roster", "staff", session="monday's yoga"))
        assert "2 of 12" in said
        assert said.index("1. Anna Schmidt") < said.index("2. Mia Tran")
        assert not (await house.call("mia", "show_roster", session=YOGA_MONDAY)).actions[0].ok


async def test_a_coachs_own_six_oclock_is_the_one_they_coach(tmp_path: Path) -> None:
    """ "my 6pm" is Carla's, and a coming class only."""
    async with class_house(tmp_path) as house:
        await house.call("adam", "schedule_class", class_type="Open Gym", when="2026-11-23T18:00")
        asked = await house.call("carla", "cancel_class", session="my 6pm on monday")
        assert "Cancel CrossFit, Mon 23 November 18:00" in words(asked)


async def test_class_types_are_made_changed_and_retired(tmp_path: Path) -> None:
    """A retired type leaves the timetable and comes back by undo."""
    async with class_house(tmp_path) as house:
        made = await house.call("adam", "create_class_type", name="Boxing", minutes=60, spots=12)
        assert receipts(made) == ["New class type: Boxing, 60 minutes, 12 spots"]
        assert "There is already" in words(
            await house.call("adam", "create_class_type", name="boxing", minutes=60, spots=12)
        )
        changed = await house.call("adam", "update_class_type", class_type="boxing", field="minutes", value=75)
        assert receipts(changed) == ["Class type changed: Boxing: 75 minutes (was 60)"]
        await house.call("mia", "book_class", session=YOGA_SUNDAY)
        asked = await house.call("adam", "delete_class_type", class_type="yoga")
        assert "1 seat is booked" in words(asked)
        done = await press(house, "adam", asked)
        assert "Yoga" not in words(await house.call("mia", "show_timetable", when="next week"))
        assert await seats(house, "mia") == [("Sun 19:30", "cancelled")]
        assert (await house.tap("adam", done.messages[0].receipts[0].undo)).actions[0].ok
        assert await seats(house, "mia") == [("Sun 19:30", "booked")]
        assert "Yoga" in words(await house.call("mia", "show_timetable", when="next week"))


async def test_members_cannot_change_the_timetable(tmp_path: Path) -> None:
    """Policy refuses every writing tool of classes to members."""
    async with class_house(tmp_path) as house:
        for tool, args in (
            ("schedule_class", {"class_type": "Yoga", "when": "2026-11-21T10:00"}),
            ("cancel_class", {"session": YOGA_SUNDAY}),
            ("set_class_spots", {"session": YOGA_SUNDAY, "spots": 3}),
        ):
            turn = await house.call("mia", tool, **args)
            assert not turn.actions[0].ok
            assert labels(turn) == []
