"""A stretch of whole days, and the calendar arithmetic that places it from the day something was said."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from core.when.value import Grain, add_months


@dataclass(frozen=True)
class Days:
    """From a first day up to, not including, `end`. `maybe_today` marks a bare weekday said on that very day;
    `dated` one that a day of the month fixes, `recurs` one of a recurrence, where an hour counts as said."""

    start: date
    end: date
    grain: Grain = "day"
    interval: bool = False
    maybe_today: bool = False
    dated: bool = False
    weekday: bool = False
    recurs: bool = False


def one(day: date, *, dated: bool = False) -> Days:
    """A single day."""
    return Days(day, day + timedelta(days=1), dated=dated)


def stretch(first: date, last: date) -> Days:
    """From a day to a day, both inclusive."""
    return Days(first, last + timedelta(days=1), interval=True, dated=True)


def monday(day: date) -> date:
    """The Monday of the day's week."""
    return day - timedelta(days=day.weekday())


def period(unit: str, today: date, shift: int) -> Days:
    """This (0), the next (1) or the last (-1) week, month, quarter, year or weekend, whole."""
    if unit == "day":
        return one(today + timedelta(days=shift))
    if unit == "week":
        first = monday(today) + timedelta(weeks=shift)
        return Days(first, first + timedelta(weeks=1), "week")
    if unit == "weekend":
        first = monday(today) + timedelta(weeks=shift, days=5)
        return Days(first, first + timedelta(days=2), interval=True)
    months = {"month": 1, "quarter": 3, "year": 12}[unit]
    first = add_months(today.replace(day=1), -((today.month - 1) % months) + shift * months)
    grain: Grain = "month" if unit == "month" else "quarter" if unit == "quarter" else "year"
    return Days(first, add_months(first, months), grain)


def coming(weekday: int, today: date) -> date:
    """The next such weekday after today."""
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def made(year: int, month: int, day: int) -> date | None:
    """The date, where there is one."""
    if 1 <= month <= 12 and 1 <= year <= 9998 and 1 <= day <= calendar.monthrange(year, month)[1]:
        return date(year, month, day)
    return None


def yearly(month: int, day: int, today: date, weekday: int | None = None) -> date | None:
    """The coming such day of the year, today included. A weekday said with it picks among the coming years, or the
    past month; where none fits, the date counts and the weekday is let go."""
    options = [d for year in range(today.year, today.year + 9) if (d := made(year, month, day)) and d >= today]
    if weekday is not None:
        near = [
            d
            for year in (today.year, today.year - 1)
            if (d := made(year, month, day)) and timedelta(0) < today - d <= timedelta(days=31)
        ]
        fitting = [d for d in (*options[:2], *near) if d.weekday() == weekday]
        if fitting:
            return fitting[0]
    return options[0] if options else None


def monthly(day: int, today: date, weekday: int | None = None) -> date | None:
    """The coming such day of a month, today included; with a weekday, the first that falls on it."""
    first: date | None = None
    for months in range(29):
        start = add_months(today.replace(day=1), months)
        option = made(start.year, start.month, day)
        if option is None or option < today:
            continue
        if weekday is None or option.weekday() == weekday:
            return option
        first = first or option
    return first


def nth_weekday(count: int, weekday: int, within: Days) -> date | None:
    """The first (1), second (2), … or last (-1) such weekday of a stretch."""
    if count < 0:
        last = within.end - timedelta(days=1)
        return last - timedelta(days=(last.weekday() - weekday) % 7)
    found = within.start + timedelta(days=(weekday - within.start.weekday()) % 7, weeks=count - 1)
    return found if found < within.end else None
