"""The calculator `when`: words and a moment in, one JSON object out."""

from datetime import datetime
from zoneinfo import ZoneInfo

from core.clock import repeated, skipped, to_instant, to_local
from core.when.read import read
from core.when.value import When


def _local(moment: datetime | None, zone: str) -> str | None:
    """A moment as it is written; one that the clocks skip is the first valid minute after it."""
    if moment is not None and moment.tzinfo is None and zone and skipped(moment, zone):
        moment = to_local(to_instant(moment, zone), zone)
    return moment.isoformat() if moment is not None else None


def _of_the_clocks(start: datetime, zone: str) -> dict[str, object]:
    """What is odd about a start when the clocks change; nothing of any other."""
    if not zone or start.tzinfo is not None:
        return {}
    if skipped(start, zone):
        return {"note": f"{start:%H:%M} does not exist that day: the clocks go forward"}
    return {"note": f"{start:%H:%M} comes twice that day: this is the first"} if repeated(start, zone) else {}


def _moment(at: object) -> datetime | None:
    if isinstance(at, datetime):
        return at
    try:
        return datetime.fromisoformat(str(at).strip())
    except ValueError:
        return None


def _zoned(at: datetime, zone: str | None) -> datetime | None:
    """The moment with the zone's offset, its wall clock kept; None where the zone is not known."""
    if not zone or at.tzinfo is not None:
        return at
    try:
        return at.replace(tzinfo=ZoneInfo(zone))
    except (ValueError, OSError, KeyError):
        return None


def _object(when: When, zone: str) -> dict[str, object]:
    return {
        "kind": when.kind,
        "grain": when.grain,
        "start": _local(when.start, zone),
        "end": _local(when.end, zone),
        "rule": when.rule,
        **(_of_the_clocks(when.start, zone) if when.time_said else {}),
    }


def calc(text: object, at: object, zone: object = None) -> dict[str, object]:
    """What `calc when` prints: kind, grain, start, end and rule, with a note where the clocks change, or the error in
    plain words."""
    if not isinstance(text, str) or not text.strip():
        return {"error": "There is no text to read a time from; give text=…"}
    if at is None or not str(at).strip():
        return {"error": "There is no moment to reckon from; give the local time with at=…, like at=2026-11-20T10:00"}
    moment = _moment(at)
    if moment is None:
        return {"error": f"'{at}' is not a local date and time; give at like 2026-11-20T10:00"}
    zoned = _zoned(moment, str(zone) if zone else None)
    if zoned is None:
        return {"error": f"'{zone}' is not a known time zone; give one like Europe/Berlin"}
    when = read(text, zoned, day_first=not str(zone or "").startswith("America/"))
    if when is None:
        return {"kind": "none", "grain": None, "start": None, "end": None, "rule": None}
    return _object(when, str(zone or ""))
