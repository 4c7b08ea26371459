"""Named days of the year that people date things by."""

from collections.abc import Callable
from datetime import date, timedelta

from dateutil.easter import easter

from core.when.days import Days, nth_weekday, one
from core.when.numerals import number
from core.when.tokens import Words

Rule = Callable[[int], date]


def _fixed(month: int, day: int) -> Rule:
    return lambda year: date(year, month, day)


def _nth(count: int, weekday: int, month: int, plus: int = 0) -> Rule:
    def rule(year: int) -> date:
        within = Days(date(year, month, 1), date(year + month // 12, month % 12 + 1, 1))
        return (nth_weekday(count, weekday, within) or within.start) + timedelta(days=plus)

    return rule


def _easter(plus: int) -> Rule:
    return lambda year: easter(year) + timedelta(days=plus)


_RULES: dict[str, Rule] = {
    "christmas eve": _fixed(12, 24),
    "xmas eve": _fixed(12, 24),
    "christmas day": _fixed(12, 25),
    "christmas": _fixed(12, 25),
    "xmas day": _fixed(12, 25),
    "xmas": _fixed(12, 25),
    "boxing day": _fixed(12, 26),
    "st stephen day": _fixed(12, 26),
    "new year eve": _fixed(12, 31),
    "new years eve": _fixed(12, 31),
    "nye": _fixed(12, 31),
    "new year day": _fixed(1, 1),
    "new years day": _fixed(1, 1),
    "new year": _fixed(1, 1),
    "new years": _fixed(1, 1),
    "silvester": _fixed(12, 31),
    "epiphany": _fixed(1, 6),
    "valentine day": _fixed(2, 14),
    "valentines day": _fixed(2, 14),
    "valentine": _fixed(2, 14),
    "valentines": _fixed(2, 14),
    "st patrick day": _fixed(3, 17),
    "st patricks day": _fixed(3, 17),
    "saint patrick day": _fixed(3, 17),
    "saint patricks day": _fixed(3, 17),
    "saint patrick": _fixed(3, 17),
    "st patrick": _fixed(3, 17),
    "april fools day": _fixed(4, 1),
    "april fool day": _fixed(4, 1),
    "april fools": _fixed(4, 1),
    "earth day": _fixed(4, 22),
    "anzac day": _fixed(4, 25),
    "may day": _fixed(5, 1),
    "halloween": _fixed(10, 31),
    "halloween day": _fixed(10, 31),
    "all saints day": _fixed(11, 1),
    "guy fawkes day": _fixed(11, 5),
    "guy fawkes night": _fixed(11, 5),
    "veterans day": _fixed(11, 11),
    "remembrance day": _fixed(11, 11),
    "independence day": _fixed(7, 4),
    "canada day": _fixed(7, 1),
    "bastille day": _fixed(7, 14),
    "australia day": _fixed(1, 26),
    "womens day": _fixed(3, 8),
    "women day": _fixed(3, 8),
    "juneteenth": _fixed(6, 19),
    "groundhog day": _fixed(2, 2),
    "groundhogs day": _fixed(2, 2),
    "mlk day": _nth(3, 0, 1),
    "martin luther king day": _nth(3, 0, 1),
    "presidents day": _nth(3, 0, 2),
    "president day": _nth(3, 0, 2),
    "mother day": _nth(2, 6, 5),
    "mothers day": _nth(2, 6, 5),
    "memorial day": _nth(-1, 0, 5),
    "father day": _nth(3, 6, 6),
    "fathers day": _nth(3, 6, 6),
    "labor day": _nth(1, 0, 9),
    "labour day": _nth(1, 0, 9),
    "columbus day": _nth(2, 0, 10),
    "thanksgiving day": _nth(4, 3, 11),
    "thanksgiving": _nth(4, 3, 11),
    "turkey day": _nth(4, 3, 11),
    "black friday": _nth(4, 3, 11, 1),
    "cyber monday": _nth(4, 3, 11, 4),
    "easter": _easter(0),
    "easter sunday": _easter(0),
    "easter day": _easter(0),
    "easter monday": _easter(1),
    "good friday": _easter(-2),
    "palm sunday": _easter(-7),
    "ash wednesday": _easter(-46),
    "pentecost": _easter(49),
    "maundy thursday": _easter(-3),
    "whit sunday": _easter(49),
    "whitsunday": _easter(49),
    "whit monday": _easter(50),
    "ascension day": _easter(39),
    "shrove tuesday": _easter(-47),
    "mardi gras": _easter(-47),
}
_LONGEST = max(name.count(" ") for name in _RULES) + 1
HOLIDAY_STARTS = frozenset(name.split(" ")[0] for name in _RULES)


def holiday(s: Words, i: int, *, past: bool = False) -> tuple[Days, int] | None:
    """A named day: of the year said after it, or the coming one, or (`past`) the last one."""
    if s[i] not in HOLIDAY_STARTS:
        return None
    for size in range(_LONGEST, 0, -1):
        rule = _RULES.get(" ".join(s[n] for n in range(i, i + size)))
        if rule is not None:
            year, j = _year_after(s, i + size)
            return one(rule(year) if year else _nearest(rule, s.today, past), dated=True), j
    return None


def _nearest(rule: Rule, today: date, past: bool) -> date:
    options = [rule(today.year + n) for n in (-1, 0, 1)]
    return max(d for d in options if d < today) if past else min(d for d in options if d >= today)


def _year_after(s: Words, i: int) -> tuple[int, int]:
    """ "2014", "of 2014", "of this year", "next year" after a name; year 0 where none is said."""
    j = s.skip(i, ("of", "in", ","))
    shift = {"this": 0, "current": 0, "next": 1, "last": -1, "previous": -1}.get(s[j])
    if shift is not None and s[j + 1] == "year":
        return s.today.year + shift, j + 2
    count = number(s, j) or ((1, j + 1) if s[j] == "a" else None)
    if s[i] == "in" and count is not None and s[count[1]] in ("year", "years") and count[0] < 1000:
        return s.today.year + count[0], count[1] + 1
    return (s.number(j), j + 1) if len(s.digits(j)) == 4 and 1583 <= s.number(j) <= 4000 else (0, i)
