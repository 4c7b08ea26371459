"""What can be told of the speaker's classes: those they have booked, and those they came to."""

from datetime import timedelta

from core.agent.sources import Sight, source
from core.gym.bookings import ATTENDED, Seat, coming_seats, seats_between
from core.gym.timetable import of_rows

_BACK = timedelta(days=60)


@source(says=["my booking", "my class", "my classes", "am i booked", "have i booked", "my schedule", "my week"])
async def bookings(sight: Sight, limit: int) -> str:
    """The classes that the person has booked, the next first"""
    seats = await coming_seats(sight.db, sight.speaker.person_id, sight.now)
    return await _lines(sight, seats[:limit]) or "none booked"


@source(says=["history", "last workout", "did i do", "have i done", "attendance", "visited", "trained", "my progress"])
async def workout_history(sight: Sight, limit: int) -> str:
    """The classes that the person came to lately; single sets are not kept yet"""
    seats = await seats_between(sight.db, sight.speaker.person_id, sight.now - _BACK, sight.now)
    visits = [seat for seat in seats if seat.status == ATTENDED]
    return await _lines(sight, visits[-limit:][::-1]) or f"no class in {_BACK.days} days"


async def _lines(sight: Sight, seats: list[Seat]) -> str:
    ids = [seat.session_id for seat in seats]
    known = await of_rows(sight.db, sight.gym.zone, ids)
    return "; ".join(known[number].key for number in ids if number in known)
