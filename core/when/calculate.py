"""The calculator `when`: words and a moment in, one JSON object out."""

from datetime import datetime
from zoneinfo import ZoneInfo

from core.when.read import read
from core.when.value import When


def _local(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None


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


def _object(when: When) -> dict[str, object]:
    return {
        "kind": when.kind,
        "grain": when.grain,
        "start": _local(when.start),
        "end": _local(when.end),
        "rule": when.rule,
    }


def calc(text: object, at: object, zone: object = None) -> dict[str, object]:
    """What `calc when` prints: kind, grain, start, end and rule, or the error in plain words."""
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
    return _object(when)
