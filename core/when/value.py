"""What a reading of time is: an instant, an interval or a recurrence in the gym's local wall time."""

import calendar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

Kind = Literal["instant", "interval", "recurring"]
Grain = Literal["second", "minute", "hour", "day", "week", "month", "quarter", "year"]
Part = Literal["early_morning", "morning", "noon", "afternoon", "evening", "night"]
Open = Literal["after", "before"]

_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def add_months(day: date, months: int) -> date:
    """The same day of a later or earlier month, or its last day where that month is shorter."""
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month0 + 1, min(day.day, calendar.monthrange(year, month0 + 1)[1]))


@dataclass(frozen=True)
class When:
    """One reading. `tonight` is the part `evening`; `night` is said of another day ("tomorrow night").

    An interval of whole days ends at the midnight after its last day; a range of the clock ends as spoken.
    """

    kind: Kind
    grain: Grain
    start: datetime
    end: datetime | None = None
    rule: str | None = None
    date_said: bool = False
    time_said: bool = False
    part: Part | None = None
    either_half: bool = False
    days: tuple[str, ...] = ()
    open: Open | None = None

    @property
    def last_day(self) -> date:
        """The last day the reading touches, inclusive."""
        if self.end is not None:
            last = self.end - timedelta(microseconds=1) if self.end > self.start else self.end
            return last.date()
        first = self.start.date()
        if self.kind == "instant" and self.grain == "week":
            return first + timedelta(days=6)
        if self.kind == "instant" and self.grain in _MONTHS:
            return add_months(first, _MONTHS[self.grain]) - timedelta(days=1)
        return first

    def covers_days(self) -> tuple[date, date]:
        """First and last day, both inclusive."""
        return self.start.date(), self.last_day


@dataclass(frozen=True)
class Span:
    """A phrase of the text and what it means; `text` is `original[start:end]`."""

    start: int
    end: int
    text: str
    when: When
