"""How people's names, contact data and birthdays are read, and what of it is refused."""

import re
from datetime import date, datetime

from core.errors import Refused
from core.i18n import _
from core.when.read import read
from core.when.words import bag

_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]{2,}")
_PHONE = re.compile(r"\+?[\d ()/.-]{5,25}")
# "my sister Bea Grant" is called Bea Grant.
_RELATED = re.compile(
    r"(?i)^(?:my|our|the)\s+(?:new\s+)?(?:sister|brother|wife|husband|friend|mate|son|daughter|neighbou?r|colleague|guy|girl|lady|member|client"
    r"|mother|father|mum|mom|dad|cousin|boyfriend|girlfriend|partner)[:,]?\s+(?=[^\W\d_]+\s+[^\W\d_])"
)
_NO_NAMES = frozenset(
    bag(
        "him her them he she they me us somebody someone anybody anyone nobody everybody everyone my our your the this that not "
        "too on in at is was missing wrong spelled spelt misspelled misspelt pronounced written"
    )
)
OLDEST = 110
_LONGEST_NAME = 120


def called(name: str) -> str:
    """A name as it is kept: one space between words, capitals where it was typed without any; words that are nobody's name
    are refused."""
    typed = _RELATED.sub("", " ".join(name.split()).strip("\"'“”‘’.,:;"))
    small = [word for word in typed.split() if word == word.lower()]
    named = any(c.isalpha() for c in typed) and _NO_NAMES.isdisjoint(small)
    if not named or len(typed) > _LONGEST_NAME:
        raise Refused(
            _("“{name}” is no name that I can write down, so nothing was changed. Say the name in full.").format(
                name=typed[:60]
            )
        )
    return typed.title() if typed == typed.lower() else typed


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
