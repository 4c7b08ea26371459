"""What can be told of the speaker's classes: those they have booked, and those they came to."""

from datetime import timedelta

from core.agent.sources import Sight, source
from core.gym.bookings import ATTENDED, coming_seats, seats_between
from core.gym.classes import ClassSession
from core.gym.timetable import of_rows

_BACK = timedelta(days=60)


@source(says=["my booking", "my class", "my classes", "am i booked", "have i booked", "my schedule", "my week"])
async def bookings(sight: Sight, limit: int) -> str:
    """The classes that the person has booked, the next first"""
    rows = [row for _, row in await coming_seats(sight.db, sight.speaker.person_id, sight.now)]
    return await _lines(sight, rows[:limit]) or "none booked"


@source(says=["history", "last workout", "did i do", "have i done", "attendance", "visited", "trained", "my progress"])
async def workout_history(sight: Sight, limit: int) -> str:
    """The classes that the person came to lately; single sets are not kept yet"""
    seats = await seats_between(sight.db, sight.speaker.person_id, sight.now - _BACK, sight.now)
    rows = [row for booking, row in seats if booking.status == ATTENDED]
    return await _lines(sight, rows[-limit:][::-1]) or f"no class in {_BACK.days} days"


async def _lines(sight: Sight, rows: list[ClassSession]) -> str:
    known = await of_rows(sight.db, sight.gym.id, sight.gym.zone, [row.id for row in rows])
    return "; ".join(known[row.id].key for row in rows if row.id in known)
