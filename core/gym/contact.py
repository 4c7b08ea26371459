"""How people's contact data and birthdays are read, and what of it is refused."""

import re
from datetime import date, datetime

from core.errors import Refused
from core.i18n import _
from core.when.read import read

_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]{2,}")
_PHONE = re.compile(r"\+?[\d ()/.-]{5,25}")
OLDEST = 110


def parsed(field: str, words: str, now: datetime) -> str | date:
    """The value of an e-mail address, a phone number or a birthday, or a refusal that says what is missing."""
    typed = words.strip().strip("\"'“”‘’<>")
    if field == "email":
        if not _EMAIL.fullmatch(typed.rstrip(".,;")):
            raise Refused(
                _("“{typed}” is no e-mail address. Nothing was changed; say one like name@example.com.").format(
                    typed=typed
                )
            )
        return typed.rstrip(".,;")
    if field == "phone":
        if not _PHONE.fullmatch(typed) or sum(c.isdigit() for c in typed) < 5:
            raise Refused(
                _(
                    "“{typed}” is no phone number. Nothing was changed; say it with its digits, like +49 30 1234567."
                ).format(typed=typed)
            )
        return typed
    return birthday(typed, now)


def birthday(words: str, now: datetime) -> date:
    """A day of birth with its year, in the past."""
    found = read(words, now)
    year = re.search(r"\b(?:19|20)\d\d\b", words)
    if found is None or year is None:
        raise Refused(
            _(
                "I cannot read “{words}” as a birthday. Nothing was changed; say it with the year, like 1994-05-17."
            ).format(words=words)
        )
    day = found.start.date()
    if day.year != int(year.group()) or day > now.date() or now.year - day.year > OLDEST:
        raise Refused(
            _("“{words}” cannot be a birthday. Nothing was changed; say it with the year, like 1994-05-17.").format(
                words=words
            )
        )
    return day
