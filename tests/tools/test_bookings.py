"""Booking by conversation: receipts, refusals that help, late cancellations, what staff may set aside."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from sqlalchemy.orm import Session
from sqlalchemy.sql import select

from core.gym.payments import Charge
from core.people import Person
from core.store.database import unlogged
from tests.class_house import (
    CROSSFIT_LATER,
    CROSSFIT_MONDAY,
    CROSSFIT_TONIGHT,
    YOGA_MONDAY,
    YOGA_SUNDAY,
    class_house,
    give_plan,
    labels,
    press,
    receipts,
    seats,
    set_gym,
    words,
)
from tests.conftest import House


async def test_a_booking_says_weekday_date_time_and_zone(tmp_path: Path) -> None:
    """The receipt leaves no doubt about when."""
    async with class_house(tmp_path) as house:
        turn = await house.call("mia", "book_class", session="yoga on sunday")
        assert receipts(turn) == ["Booked: Yoga, Sun 22 November 19:30 (Europe/Berlin)"]
        assert turn.actions[0].args == {"session": YOGA_SUNDAY}


async def test_undoing_a_booking_frees_the_seat(tmp_path: Path) -> None:
    """After Undo the person has no seat and may book again."""
    async with class_house(tmp_path) as house:
        turn = await house.call("mia", "book_class", session=YOGA_SUNDAY)
        await house.tap("mia", turn.messages[0].receipts[0].undo)
        assert await seats(house, "mia") == []
        assert (await house.call("mia", "book_class", session=YOGA_SUNDAY)).actions[0].ok


async def test_an_evening_with_two_classes_is_asked_with_spots_left(tmp_path: Path) -> None:
    """Several classes fit: one button for each, with what is free."""
    async with class_house(tmp_path) as house:
        await house.call("schmidt", "book_class", session=CROSSFIT_TONIGHT)
        turn = await house.call("mia", "book_class", session="crossfit tonight")
        assert labels(turn) == ["CrossFit, Fri 20 Nov 18:00 · 1 left", "CrossFit, Fri 20 Nov 19:00 · 2 left"]
        assert receipts(await press(house, "mia", turn, labels(turn)[1]))[0].startswith(
            "Booked: CrossFit, Fri 20 November 19:00"
        )


async def test_a_full_class_refuses_and_offers_others(tmp_path: Path) -> None:
    """The refusal says why, and its buttons book what has room."""
    async with class_house(tmp_path) as house:
        for who in ("schmidt", "kowalski"):
            await house.call(who, "book_class", session=CROSSFIT_TONIGHT)
        turn = await house.call("mia", "book_class", session=CROSSFIT_TONIGHT)
        assert not turn.actions[0].ok
        assert "is full: all 2 spots are taken" in words(turn)
        assert "CrossFit, Fri 20 Nov 19:00 · 2 left" in labels(turn)
        booked = await press(house, "mia", turn, "CrossFit, Fri 20 Nov 19:00 · 2 left")
        assert booked.actions[0].ok


async def test_only_classes_with_spots_left_are_offered(tmp_path: Path) -> None:
    """One button per class that a member can still get into; staff may fill a class beyond its spots."""
    async with class_house(tmp_path) as house:
        for who in ("schmidt", "kowalski"):
            await house.call(who, "book_class", session=CROSSFIT_LATER)
        asked = await house.call("mia", "book_class", session="crossfit tonight or monday")
        assert [label for label in labels(asked) if "Fri 20 Nov 19:00" in label or "full" in label] == []
        assert any("Fri 20 Nov 18:00 · 2 left" in label for label in labels(asked))
        squeezed = await house.call("carla", "book_class", session="crossfit tonight", member="Mia Tran")
        assert "CrossFit, Fri 20 Nov 19:00 · full" in labels(squeezed)


async def test_one_person_has_one_seat(tmp_path: Path) -> None:
    """Booking twice is refused in words."""
    async with class_house(tmp_path) as house:
        await house.call("mia", "book_class", session=YOGA_SUNDAY)
        turn = await house.call("mia", "book_class", session=YOGA_SUNDAY)
        assert "You already have a seat" in words(turn)
        assert await seats(house, "mia") == [("Sun 19:30", "booked")]


async def test_classes_at_the_same_time_cannot_both_be_booked(tmp_path: Path) -> None:
    """Monday's yoga begins while the seven o'clock CrossFit runs."""
    async with class_house(tmp_path) as house:
        await house.call("mia", "book_class", session=YOGA_MONDAY)
        turn = await house.call("mia", "book_class", session="CrossFit 2026-11-23T19:00")
        assert "which is at the same time" in words(turn)


async def test_nobody_books_without_a_plan(tmp_path: Path) -> None:
    """No plan: said so, with where to get one."""
    async with class_house(tmp_path, plans=False) as house:
        assert "You have no plan" in words(await house.call("mia", "book_class", session=YOGA_SUNDAY))


async def test_staff_train_without_a_plan(tmp_path: Path) -> None:
    """A coach books for themselves."""
    async with class_house(tmp_path) as house:
        assert (await house.call("carla", "book_class", session=YOGA_SUNDAY)).actions[0].ok


async def test_booking_opens_two_weeks_before(tmp_path: Path) -> None:
    """The day on which a class opens is named."""
    async with class_house(tmp_path) as house:
        assert "can be booked from Mon 23 November" in words(
            await house.call("mia", "book_class", session="Yoga 2026-12-07T19:30")
        )
        assert (await house.call("mia", "book_class", session="CrossFit 2026-12-04T18:00")).actions[0].ok


async def test_a_class_that_has_begun_cannot_be_booked(tmp_path: Path) -> None:
    """A button that was pressed too late is refused."""
    async with class_house(tmp_path) as house:
        await house.pass_time(timedelta(hours=8, minutes=1))
        assert "has already started" in words(await house.call("mia", "book_class", session=CROSSFIT_TONIGHT))


async def test_a_pack_counts_down_and_ends(tmp_path: Path) -> None:
    """Two visits: two bookings, then a refusal; a cancelled one gives its visit back."""
    async with class_house(tmp_path, plans=False) as house:
        await give_plan(house, "mia", plan={"visits": 2})
        assert "1 visit left of your Ten pack" in words(await house.call("mia", "book_class", session=YOGA_SUNDAY))
        await house.call("mia", "book_class", session=YOGA_MONDAY)
        assert "are used or booked" in words(await house.call("mia", "book_class", session="Yoga 2026-11-26T19:30"))
        await house.call("mia", "cancel_booking", session=YOGA_SUNDAY)
        assert (await house.call("mia", "book_class", session="Yoga 2026-11-26T19:30")).actions[0].ok


async def test_an_undone_cancellation_cannot_overdraw_a_pack(tmp_path: Path) -> None:
    """The visit was used for something else since, so the seat does not come back."""
    async with class_house(tmp_path, plans=False) as house:
        await give_plan(house, "mia", plan={"visits": 1})
        await house.call("mia", "book_class", session=YOGA_SUNDAY)
        cancelled = await house.call("mia", "cancel_booking", session=YOGA_SUNDAY)
        await house.call("mia", "book_class", session=YOGA_MONDAY)
        undone = await house.tap("mia", cancelled.messages[0].receipts[0].undo)
        assert not undone.actions[0].ok
        assert await seats(house, "mia") == [("Sun 19:30", "cancelled"), ("Mon 19:30", "booked")]


async def test_an_undone_cancellation_cannot_overfill_a_class(tmp_path: Path) -> None:
    """Somebody else has the seat since."""
    async with class_house(tmp_path) as house:
        for who in ("mia", "schmidt"):
            await house.call(who, "book_class", session=CROSSFIT_MONDAY)
        cancelled = await house.call("mia", "cancel_booking", session=CROSSFIT_MONDAY)
        await house.call("kowalski", "book_class", session=CROSSFIT_MONDAY)
        undone = await house.tap("mia", cancelled.messages[0].receipts[0].undo)
        assert not undone.actions[0].ok
        assert "2 spots, and no seat is free" in words(undone)
        assert await seats(house, "mia") == [("Mon 18:00", "cancelled")]


async def test_an_undone_cancellation_cannot_exceed_a_weekly_limit(tmp_path: Path) -> None:
    """The week's visit was used for another day since."""
    async with class_house(tmp_path, plans=False) as house:
        await give_plan(house, "mia", plan={"name": "Once a week", "per": "month", "visits_per_week": 1})
        await house.call("mia", "book_class", session=YOGA_MONDAY)
        cancelled = await house.call("mia", "cancel_booking", session=YOGA_MONDAY)
        await house.call("mia", "book_class", session="Yoga 2026-11-26T19:30")
        undone = await house.tap("mia", cancelled.messages[0].receipts[0].undo)
        assert "All visits of that week" in words(undone)
        assert await seats(house, "mia") == [("Mon 19:30", "cancelled"), ("Thu 19:30", "booked")]


async def test_a_weekly_limit_counts_the_gyms_week(tmp_path: Path) -> None:
    """One a week: Sunday and Monday are two weeks, Monday and Thursday one."""
    async with class_house(tmp_path, plans=False) as house:
        await give_plan(house, "mia", plan={"name": "Once a week", "per": "month", "visits_per_week": 1})
        assert (await house.call("mia", "book_class", session=YOGA_SUNDAY)).actions[0].ok
        assert (await house.call("mia", "book_class", session=YOGA_MONDAY)).actions[0].ok
        turn = await house.call("mia", "book_class", session="Yoga 2026-11-26T19:30")
        assert "for 1 visit a week" in words(turn)
        assert "Mon 23 November" in words(turn)


async def test_a_frozen_plan_says_until_when(tmp_path: Path) -> None:
    """Frozen over the class's day: refused; after it: fine."""
    async with class_house(tmp_path, plans=False) as house:
        await give_plan(house, "mia", frozen_from=date(2026, 11, 20), frozen_until=date(2026, 11, 22))
        assert "is frozen until Sun 22 November" in words(await house.call("mia", "book_class", session=YOGA_SUNDAY))
        assert (await house.call("mia", "book_class", session=YOGA_MONDAY)).actions[0].ok


async def test_a_plan_that_ends_before_the_class_refuses(tmp_path: Path) -> None:
    """What ends, and when."""
    async with class_house(tmp_path, plans=False) as house:
        await give_plan(house, "mia", ends_on=date(2026, 11, 21))
        assert "ends on Sat 21 November" in words(await house.call("mia", "book_class", session=YOGA_SUNDAY))


async def owe(house: House, who: str, since: date) -> None:
    """Let a charge be open since a day."""
    async with house.desk.store.write() as db:

        def add(session: Session) -> None:
            with unlogged(session):
                gym_id = session.scalar(select(Person.gym_id).limit(1))
                charge = Charge(
                    gym_id=gym_id, person_id=house.people[who], amount=Decimal(119), currency="EUR", version=1
                )
                charge.due_on = since
                session.add(charge)
                session.flush()

        await db.run_sync(add)


async def test_an_overdue_charge_refuses_after_the_days_of_grace(tmp_path: Path) -> None:
    """Eight days open is too long, seven is not, and the gym may not mind."""
    async with class_house(tmp_path) as house:
        await owe(house, "mia", date(2026, 11, 12))
        await owe(house, "schmidt", date(2026, 11, 13))
        assert "has been open since Thu 12 November" in words(
            await house.call("mia", "book_class", session=YOGA_SUNDAY)
        )
        assert (await house.call("schmidt", "book_class", session=YOGA_SUNDAY)).actions[0].ok
        await set_gym(house, unpaid_may_book=True)
        assert (await house.call("mia", "book_class", session=YOGA_SUNDAY)).actions[0].ok


async def test_a_late_cancellation_says_first_what_it_costs(tmp_path: Path) -> None:
    """Within four hours: a card, and after the press the visit still counts."""
    async with class_house(tmp_path, plans=False) as house:
        await give_plan(house, "mia", plan={"visits": 3})
        await house.call("mia", "book_class", session=CROSSFIT_TONIGHT)
        await house.pass_time(timedelta(hours=5))
        asked = await house.call("mia", "cancel_booking", session="crossfit tonight")
        assert "The visit still counts: 2 visits are left" in words(asked)
        assert await seats(house, "mia") == [("Fri 18:00", "booked")]
        await press(house, "mia", asked)
        assert await seats(house, "mia") == [("Fri 18:00", "late_cancelled")]
        assert "1 visit left" in words(await house.call("mia", "book_class", session=YOGA_SUNDAY))


async def test_cancelling_in_time_needs_no_question(tmp_path: Path) -> None:
    """The one booking that fits is the one that is meant."""
    async with class_house(tmp_path) as house:
        await house.call("mia", "book_class", session=CROSSFIT_LATER)
        turn = await house.call("mia", "cancel_booking", session="crossfit tonight")
        assert receipts(turn) == ["Cancelled: CrossFit, Fri 20 November 19:00 (Europe/Berlin)"]


async def test_which_to_cancel_is_asked_among_all_that_one_has(tmp_path: Path) -> None:
    """However far ahead they are; nothing else is offered."""
    async with class_house(tmp_path) as house:
        assert labels(await house.call("mia", "cancel_booking")) == []
        for session in (YOGA_SUNDAY, "CrossFit 2026-12-02T18:00"):
            await house.call("mia", "book_class", session=session)
        asked = await house.call("mia", "cancel_booking")
        assert labels(asked) == ["Yoga, Sun 22 Nov 19:30", "CrossFit, Wed 2 Dec 18:00"]


async def test_cancelling_without_a_seat_is_refused(tmp_path: Path) -> None:
    """Nothing to cancel, and said so."""
    async with class_house(tmp_path) as house:
        assert "You have no seat" in words(await house.call("mia", "cancel_booking", session=YOGA_SUNDAY))


async def test_staff_may_squeeze_a_member_into_a_full_class(tmp_path: Path) -> None:
    """With a press; the member is told after the undo window."""
    async with class_house(tmp_path) as house:
        for who in ("schmidt", "kowalski"):
            await house.call(who, "book_class", session=CROSSFIT_TONIGHT)
        asked = await house.call("carla", "book_class", session=CROSSFIT_TONIGHT, member="Mia Tran")
        assert "all the same?" in words(asked)
        assert "is full" in words(asked)
        done = await press(house, "carla", asked)
        assert receipts(done)[0].startswith("Booked Mia Tran: CrossFit")
        await house.pass_time(timedelta(seconds=20))
        assert "Carla Reyes booked you into CrossFit" in (await house.last("mia")).text


async def test_staff_may_not_set_a_missing_plan_aside(tmp_path: Path) -> None:
    """Only a full class and the opening day can be overridden."""
    async with class_house(tmp_path, plans=False) as house:
        turn = await house.call("carla", "book_class", session=YOGA_SUNDAY, member="Mia Tran")
        assert "Mia Tran has no plan" in words(turn)


async def test_staff_cancel_for_a_member_past_the_deadline_without_cost(tmp_path: Path) -> None:
    """The deadline is set aside with a press, and the seat counts as given up in time."""
    async with class_house(tmp_path) as house:
        await house.call("mia", "book_class", session=CROSSFIT_TONIGHT)
        await house.pass_time(timedelta(hours=6))
        asked = await house.call("carla", "cancel_booking", session=CROSSFIT_TONIGHT, member="Mia Tran")
        assert "You set it aside" in words(asked)
        await press(house, "carla", asked)
        assert await seats(house, "mia") == [("Fri 18:00", "cancelled")]


async def test_a_booking_moves_to_another_day_of_the_same_class(tmp_path: Path) -> None:
    """The type and the time stay as they were."""
    async with class_house(tmp_path) as house:
        await house.call("mia", "book_class", session=YOGA_SUNDAY)
        turn = await house.call("mia", "move_booking", session="my yoga", to="monday")
        assert turn.actions[0].args == {"session": YOGA_SUNDAY, "to": YOGA_MONDAY}
        assert await seats(house, "mia") == [("Sun 19:30", "cancelled"), ("Mon 19:30", "booked")]
        await house.tap("mia", turn.messages[0].receipts[0].undo)
        assert await seats(house, "mia") == [("Sun 19:30", "booked")]


async def test_the_last_visit_of_a_pack_can_be_moved(tmp_path: Path) -> None:
    """The seat that is given up pays for the new one."""
    async with class_house(tmp_path, plans=False) as house:
        await give_plan(house, "mia", plan={"visits": 1})
        await house.call("mia", "book_class", session=YOGA_SUNDAY)
        assert (await house.call("mia", "move_booking", session=YOGA_SUNDAY, to=YOGA_MONDAY)).actions[0].ok


async def test_moving_a_booking_keeps_the_half_of_the_day(tmp_path: Path) -> None:
    """ "to 7" of an evening class is seven in the evening of the same day."""
    async with class_house(tmp_path) as house:
        await house.call("mia", "book_class", session=CROSSFIT_MONDAY)
        turn = await house.call("mia", "move_booking", session="crossfit on monday", to="at 7")
        assert turn.actions[0].args["to"] == "CrossFit 2026-11-23T19:00"


async def test_moving_late_costs_the_first_visit(tmp_path: Path) -> None:
    """Past the deadline the first seat is a late cancellation, said before."""
    async with class_house(tmp_path) as house:
        await house.call("mia", "book_class", session=CROSSFIT_TONIGHT)
        await house.pass_time(timedelta(hours=5))
        asked = await house.call("mia", "move_booking", session=CROSSFIT_TONIGHT, to=CROSSFIT_LATER)
        assert "late cancellation" in words(asked)
        await press(house, "mia", asked)
        assert await seats(house, "mia") == [("Fri 18:00", "late_cancelled"), ("Fri 19:00", "booked")]


async def test_bookings_are_listed_in_order(tmp_path: Path) -> None:
    """One's own, the next first; others' only for staff."""
    async with class_house(tmp_path) as house:
        await house.call("mia", "book_class", session=YOGA_MONDAY)
        await house.call("mia", "book_class", session=CROSSFIT_TONIGHT)
        said = words(await house.call("mia", "list_bookings"))
        assert said.index("CrossFit, Fri 20") < said.index("Yoga, Mon 23")
        monday = words(await house.call("mia", "list_bookings", when="monday"))
        assert "Yoga, Mon 23" in monday
        assert "CrossFit" not in monday
        assert "Yoga, Mon 23" in words(await house.call("carla", "list_bookings", member="Mia Tran"))
        assert not (await house.call("schmidt", "list_bookings", member="Mia Tran")).actions[0].ok
