"""What an owner may set about the gym: which settings there are, how they are said, and which values make sense."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time
from typing import Any
from zoneinfo import available_timezones

from core.errors import Refused
from core.i18n import _, marked

_DAY_TIME = re.compile(r"(?i)(mon|tue|wed|thu|fri|sat|sun)[a-z]*\s+(?:at\s+)?(\d.*)")
_CLOCK = re.compile(r"(?i)(\d{1,2})(?:[:.h](\d{2}))?\s*(am|pm)?")
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True)
class Setting:
    """One thing that can be set: its column, what it is called, and how a value for it is read."""

    column: str
    label: str
    read: Callable[[str], Any]
    unit: str = ""


def _name(words: str) -> str:
    typed = " ".join(words.split()).strip("\"'“”‘’")
    if not 1 <= len(typed) <= 120:
        raise Refused(_("A gym’s name has 1 to 120 characters. Nothing was changed."))
    return typed


def _zone(words: str) -> str:
    known = {zone.casefold(): zone for zone in available_timezones()}
    cities = {zone.rsplit("/", 1)[-1].casefold(): zone for zone in sorted(known.values()) if "/" in zone}
    typed = words.strip().casefold().replace(" ", "_")
    found = known.get(typed) or cities.get(typed)
    if found is None:
        raise Refused(
            _("I know no time zone “{words}”. Nothing was changed; say one like Europe/Berlin.").format(words=words)
        )
    return found


def clock(words: str) -> str:
    """A time of the clock as "07:00"."""
    match = _CLOCK.fullmatch(words.strip())
    hour, minute = (int(match[1]), int(match[2] or 0)) if match else (99, 0)
    if match and match[3] and 1 <= hour <= 12:
        hour = hour % 12 + (12 if match[3].casefold() == "pm" else 0)
    if hour > 23 or minute > 59:
        raise Refused(
            _("“{words}” is no time of the clock. Nothing was changed; say one like 06:30.").format(words=words)
        )
    return time(hour, minute).isoformat("minutes")


def _day_and_clock(words: str) -> str:
    match = _DAY_TIME.fullmatch(words.strip())
    if not match:
        raise Refused(
            _("“{words}” is no day with a time. Nothing was changed; say one like Sun 23:00.").format(words=words)
        )
    return f"{match[1].title()} {clock(match[2])}"


def _hours(words: str) -> list[str]:
    ends = re.split(r"(?i)\s*(?:-|–|to|until|till|and)\s*", re.sub(r"(?i)^(?:from|between)\s+", "", words.strip()))
    if len(ends) != 2:
        raise Refused(
            _("“{words}” is no span of hours. Nothing was changed; say one like 22:00 to 07:00.").format(words=words)
        )
    return [clock(ends[0]), clock(ends[1])]


def _within(low: int, high: int, unit: str) -> Callable[[str], int]:
    def read(words: str) -> int:
        found = _NUMBER.search(words)
        value = int(found.group()) if found else -1
        if not low <= value <= high:
            raise Refused(
                _("“{words}” does not fit: {low} to {high} {unit}. Nothing was changed.").format(
                    words=words, low=low, high=high, unit=_(unit)
                )
            )
        return value

    return read


def _yes(words: str) -> bool:
    said = words.strip().casefold()
    if said in ("yes", "on", "true", "allowed", "allow", "may", "ok"):
        return True
    if said in ("no", "off", "false", "not allowed", "forbidden", "never"):
        return False
    raise Refused(_("“{words}” is neither yes nor no. Nothing was changed.").format(words=words))


def _units(words: str) -> str:
    said = words.strip().casefold()
    if said[:2] in ("kg", "ki"):
        return "kg"
    if said[:2] in ("lb", "po"):
        return "lb"
    raise Refused(
        _("“{words}” is no unit of weight that I know. Nothing was changed; say kg or lb.").format(words=words)
    )


SETTINGS = {
    "name": Setting("name", marked("name"), _name),
    "zone": Setting("zone", marked("time zone"), _zone),
    "units": Setting("units", marked("units"), _units),
    "triage time": Setting("triage_at", marked("time of the morning triage"), clock),
    "week plan time": Setting("weekly_plan_at", marked("time of the weekly plans"), _day_and_clock),
    "undo window": Setting(
        "undo_window_s", marked("undo window"), _within(0, 600, marked("seconds")), marked("seconds")
    ),
    "booking window": Setting("booking_opens_days", marked("booking window"), _within(1, 365, marked("days")), "days"),
    "cancel deadline": Setting(
        "cancel_deadline_h", marked("deadline to cancel"), _within(0, 168, marked("hours")), "hours"
    ),
    "claim window": Setting(
        "waitlist_claim_min", marked("time to claim a spot"), _within(1, 1440, marked("minutes")), "minutes"
    ),
    "waitlist quiet hours": Setting("waitlist_quiet", marked("hours without waitlist offers"), _hours),
    "unpaid may book": Setting("unpaid_may_book", marked("booking with unpaid charges"), _yes),
    "unpaid grace": Setting(
        "unpaid_grace_days", marked("days of grace for unpaid charges"), _within(0, 365, marked("days")), "days"
    ),
}


def shown(setting: Setting, value: Any) -> str:
    """A value in words."""
    if isinstance(value, bool):
        return _("allowed") if value else _("not allowed")
    if isinstance(value, list):
        return _(" to ").join(value)
    return f"{value} {_(setting.unit)}" if setting.unit else str(value)
