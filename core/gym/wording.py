"""How dates, times, classes and sums are said to people."""

from datetime import date, datetime
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_currency

from core.gym.timetable import Occurrence

LOCALE = "en"


def full_day(day: date) -> str:
    """A day in full: "Tue 24 November"."""
    return format_date(day, "EEE d MMMM", locale=LOCALE)


def short_day(day: date) -> str:
    """A day on a button: "Tue 24 Nov"."""
    return format_date(day, "EEE d MMM", locale=LOCALE)


def at(local: datetime) -> str:
    """A local moment: "Tue 24 November 18:00"."""
    return f"{full_day(local)} {local:%H:%M}"


def at_in(local: datetime, zone: str) -> str:
    """A local moment with its zone, as receipts say it: "Tue 24 November 18:00 (Europe/Berlin)"."""
    return f"{at(local)} ({zone})"


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
        return "cancelled"
    return f"{occurrence.left} left" if occurrence.left else "full"


def spots(count: int) -> str:
    """How many people fit in: "1 spot", "20 spots"."""
    return "1 spot" if count == 1 else f"{count} spots"


def people(count: int, verb_one: str = "is", verb_many: str = "are") -> str:
    """How many people, with their verb: "1 person is", "9 people are"."""
    return f"1 person {verb_one}" if count == 1 else f"{count} people {verb_many}"


def sum_of(amount: Decimal, currency: str) -> str:
    """A sum of money."""
    return format_currency(amount, currency, locale=LOCALE)
