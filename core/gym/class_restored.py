"""What must hold of classes that an undo puts back, moves back or takes off: what their tools would ask as well."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql import select

from core.clock import to_local
from core.errors import Refused
from core.gym import class_changes as rules
from core.gym import timetable, wording
from core.gym.bookings import LIVE, Booking
from core.gym.class_types import ClassType
from core.gym.classes import CANCELLED, SCHEDULED, ClassSeries, ClassSession
from core.gym.gyms import zone_of
from core.i18n import _, ngettext
from core.store.restoring import Remark, Restoring, Ruling, Touched, before_gone, when_restored


@when_restored("class_sessions")
async def classes_restored(undo: Restoring) -> Sequence[Remark]:
    """A class that has begun stays as it is; one that comes back needs its time to itself; one that moves back tells
    who then has two classes at once."""
    zone = await zone_of(undo.db, undo.gym_id)
    found: list[Remark] = []
    for touched in undo.of("class_sessions"):
        found += await _began(undo, touched, zone) or await _back(undo, touched, zone)
    return found


async def _began(undo: Restoring, touched: Touched, zone: str) -> list[Remark]:
    starts = [datetime.fromisoformat(image["starts_at"]) for image in (touched.after, touched.before) if image]
    first = min(starts)
    if first > undo.now:
        return []
    kind = await undo.db.get_one(ClassType, (touched.before or touched.after or {})["class_type_id"])
    said = f"{kind.name}, {wording.at(to_local(first, zone))}"
    if len(starts) > 1 and starts[0] != first:
        words = _("{session} has already passed, so the class can't go back there.")
    else:
        words = _("{session} has already begun, so the class stays as it is.")
    return [Remark(Ruling.NO, words.format(session=said))]


async def _back(undo: Restoring, touched: Touched, zone: str) -> list[Remark]:
    image, until_now = touched.before, touched.after
    if image is None or image["status"] != SCHEDULED:
        return []
    came_back = until_now is None or until_now["status"] != SCHEDULED
    moved = until_now is not None and until_now["starts_at"] != image["starts_at"]
    if not came_back and not moved:
        return []
    row = await undo.db.get_one(ClassSession, touched.row_id)
    occurrence = await timetable.of_row(undo.db, zone, row.id)
    if await rules.twin(undo.db, undo.gym_id, zone, occurrence):
        words = _("{session} is on the timetable already.").format(session=wording.class_at(occurrence))
        return [Remark(Ruling.NO, words)]
    torn = await rules.would_overlap(undo.db, occurrence, occurrence) if moved else 0
    words = ngettext(
        "{count} person in it has another class then.", "{count} people in it have another class then.", torn
    )
    return [Remark(Ruling.PRESS, words.format(count=torn))] if torn else []


@before_gone("class_series")
async def clear_series(db: AsyncSession, series_id: int) -> None:
    """A series goes with its untouched classes; classes that somebody is booked into keep it where it is. A class that
    somebody had booked and left goes as well, unless the visit counts all the same."""
    rows = list(await db.scalars(select(ClassSession).where(ClassSession.series_id == series_id)))
    bookings = list(await db.scalars(select(Booking).where(Booking.session_id.in_([row.id for row in rows]))))
    booked = sum(booking.status in LIVE for booking in bookings)
    if booked:
        words = ngettext(
            "{count} person has booked classes of this series. Nothing was changed. Cancel those classes first, so that "
            "the people are told; then the series can go.",
            "{count} people have booked classes of this series. Nothing was changed. Cancel those classes first, so that "
            "the people are told; then the series can go.",
            booked,
        )
        raise Refused(words.format(count=booked))
    stays = {booking.session_id for booking in bookings if booking.status not in Booking.__settled__}
    for booking in bookings:
        if booking.session_id not in stays:
            await db.delete(booking)
    await db.flush()
    for row in rows:
        if row.id in stays:
            row.series_id, row.original_local, row.status = None, None, CANCELLED
        else:
            await db.delete(row)
    await db.flush()


def _ran_as_long(image: dict[str, Any], until_now: dict[str, Any] | None) -> bool:
    """Whether a series had the same days until the same end before it went back."""
    return until_now is not None and all(until_now[name] == image[name] for name in ("until_date", "days", "time"))


@when_restored("class_series")
async def series_restored(undo: Restoring) -> Sequence[Remark]:
    """A series comes back only where no other has taken its days."""
    found: list[Remark] = []
    for touched in undo.of("class_series"):
        if touched.before is None or _ran_as_long(touched.before, touched.after):
            continue
        rule = await undo.db.get_one(ClassSeries, touched.row_id)
        taken = await rules.same_series(undo.db, rule)
        if taken:
            words = _("Another series is on every {days} at {time} by now.")
            found.append(Remark(Ruling.NO, words.format(days=", ".join(taken), time=rule.time)))
    return found
