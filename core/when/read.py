"""Reading a gym's talk about dates and times: every phrase in a text, or the best one."""

from datetime import datetime, timedelta
from functools import lru_cache

from core.when.dates import LEADS, RELATIVE
from core.when.holidays import HOLIDAY_STARTS
from core.when.numerals import NUMBER_WORDS
from core.when.phrase import phrase
from core.when.recurring import RECURRING_STARTS
from core.when.tokens import Words
from core.when.value import Span, When
from core.when.words import MONTH, WEEKDAY, bag

_STARTERS = frozenset(
    {
        *WEEKDAY,
        *MONTH,
        *RELATIVE,
        *LEADS,
        *HOLIDAY_STARTS,
        *NUMBER_WORDS,
        *RECURRING_STARTS,
        *bag(
            "at on in from between after before until by since the a an half quarter halb noon midnight mid early late "
            "later tonight morning afternoon evening night lunch now right just within during end beginning start "
            "middle rest week weekend ides eom eoy eow bom boy q remainder around about few couple no not "
            "weekday starting onwards day all "
            "eod past for breakfast dinner earlier same that sometime approximately towards ab"
        ),
    }
)


def _words(text: str, at: datetime, day_first: bool) -> Words:
    offset: timedelta | None = at.utcoffset()
    return Words(text, at.replace(tzinfo=None), day_first, offset)


def _phrase(s: Words, i: int) -> tuple[When, int] | None:
    try:
        return phrase(s, i)
    except (OverflowError, ValueError):  # a date beyond the calendar's first or last year is no date
        return None


def find(text: str, at: datetime, *, day_first: bool = True) -> list[Span]:
    """Every phrase of time in the text, in order. An aware `at` gives the offset that zone words convert into."""
    return list(_found(text, at, at.utcoffset(), day_first))


@lru_cache(maxsize=256)
def _found(text: str, at: datetime, offset: timedelta | None, day_first: bool) -> tuple[Span, ...]:
    """The same phrases, kept for the other readers of the message."""
    s = _words(text, at, day_first)
    spans, i = [], 0
    while i < s.count:
        word = s[i]
        found = _phrase(s, i) if word in _STARTERS or s.digits(i) else None
        if found is None or found[1] <= i:
            i += 1
            continue
        first, last = s.starts[i], s.ends[found[1] - 1]
        spans.append(Span(first, last, text[first:last], found[0]))
        i = found[1]
    return tuple(spans)


def _weight(span: Span) -> tuple[int, int]:
    when = span.when
    return (
        2 * when.time_said + 2 * when.date_said + (when.part is not None) + (when.kind == "recurring"),
        span.end - span.start,
    )


def read(text: str, at: datetime, *, day_first: bool = True) -> When | None:
    """The reading of a phrase, or the fullest one of a sentence."""
    spans = find(text, at, day_first=day_first)
    return max(spans, key=_weight).when if spans else None
