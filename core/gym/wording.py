"""How dates, times, classes and sums are said to people."""

from contextvars import ContextVar
from datetime import date, datetime, timedelta
from decimal import Decimal

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency

from core.clock import repeated, skipped, to_instant, to_local
from core.gym.timetable import Occurrence
from core.i18n import _, locale, ngettext

YOU = "you"
# A day within the next or last four months is known by its name; one further off needs its year.
_NEAR = timedelta(days=120)
_today: ContextVar[date | None] = ContextVar("today", default=None)


def spoken_on(day: date) -> None:
    """What is said from here on is said on a day: dates far from it are told with their year."""
    _today.set(day)


def _far(day: date) -> bool:
    today = _today.get()
    return today is not None and not -_NEAR < date(day.year, day.month, day.day) - today < _NEAR


def full_day(day: date) -> str:
    """A day in full: "Tue 24 November"."""
    # Patterns of dates: EEE is the weekday, MMMM the month, MMM its short form.
    return format_date(day, _("EEE d MMMM yyyy") if _far(day) else _("EEE d MMMM"), locale=locale())


def short_day(day: date) -> str:
    """A day on a button: "Tue 24 Nov"."""
    return format_date(day, _("EEE d MMM yyyy") if _far(day) else _("EEE d MMM"), locale=locale())


def weekday(number: int) -> str:
    """A day of the week, 0 is Monday: "Mon"."""
    return format_date(date(2024, 1, 1 + number), "EEE", locale=locale())


def date_in_full(day: date) -> str:
    """A day without its weekday: "24 November"."""
    return format_date(day, _("d MMMM"), locale=locale())


def moment_of_chat(local: datetime, *, year: bool = False) -> str:
    """When something was said: "Tue 24 Nov, 18:00", "Tue 24 Nov 2026, 18:00"."""
    pattern = _("EEE dd MMM yyyy, HH:mm") if year else _("EEE dd MMM, HH:mm")
    return format_datetime(local, pattern, locale=locale())


def at(local: datetime) -> str:
    """A local moment: "Tue 24 November 18:00"."""
    return f"{full_day(local)} {local:%H:%M}"


def at_in(local: datetime, zone: str) -> str:
    """A local moment with its zone, as receipts say it: "Tue 24 November 18:00 (Europe/Berlin)"."""
    return f"{at(local)} ({zone})"


def clock_change(said: datetime, zone: str) -> str:
    """What becomes of a local time that the clocks skip or show twice; nothing to say of any other."""
    if skipped(said, zone):
        words = _("{time} does not exist on {day}: the clocks go forward, so it is {becomes}.")
        becomes = to_local(to_instant(said, zone), zone)
        return words.format(time=f"{said:%H:%M}", day=full_day(said), becomes=f"{becomes:%H:%M}")
    if repeated(said, zone):
        words = _("{time} comes twice on {day}, as the clocks go back; this is the first.")
        return words.format(time=f"{said:%H:%M}", day=full_day(said))
    return ""


def class_at(occurrence: Occurrence) -> str:
    """A class in a sentence: "CrossFit, Tue 24 November 18:00"."""
    return f"{occurrence.class_type}, {at(occurrence.local_start)}"


def class_in(occurrence: Occurrence, zone: str) -> str:
    """A class in a receipt: "CrossFit, Tue 24 November 18:00 (Europe/Berlin)"."""
    return f"{occurrence.class_type}, {at_in(occurrence.local_start, zone)}"


def class_label(occurrence: Occurrence, *, spots: bool = False) -> str:
    """A class on a button, with the spots left if they matter: "CrossFit, Tue 24 Nov 18:00 · 5 left"."""
    label = f"{occurrence.class_type}, {short_day(occurrence.local_start)} {occurrence.local_start:%H:%M}"
    return f"{label} · {spots_left(occurrence)}" if spots else label


def spots_left(occurrence: Occurrence) -> str:
    """What is free in a class."""
    if occurrence.cancelled:
        return _("cancelled")
    return _("{count} left").format(count=occurrence.left) if occurrence.left else _("full")


def spots(count: int) -> str:
    """How many people fit in: "1 spot", "20 spots"."""
    return ngettext("{count} spot", "{count} spots", count).format(count=count)


def about(who: str, yours: str, theirs: str, **told: object) -> str:
    """A sentence to the person whom it is about ("you"), or about somebody who is named in it."""
    return (yours if who == YOU else theirs).format(name=who, **told)


def sum_of(amount: Decimal, currency: str) -> str:
    """A sum of money."""
    return format_currency(amount, currency, locale=locale())
