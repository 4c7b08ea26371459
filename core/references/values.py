"""The plain types: text, names, figures, counts with their units, switches, fixed choices, units, zones and languages."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from babel import Locale

from core.agent.reference import Ask, Candidate, Focus, Span
from core.agent.tools import Context
from core.llm.contract import Reader

_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
).split()
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50}
_COMPOUND = {
    f"{ten}{sep}{_WORDS[n]}": float(tens + n) for ten, tens in _TENS.items() for n in range(1, 10) for sep in ("-", " ")
}
_FIGURES: dict[str, float] = {word: n for n, word in enumerate(_WORDS)} | _COMPOUND | {
    "thirty": 30, "forty": 40, "fortyfive": 45, "forty-five": 45, "fifty": 50, "sixty": 60, "ninety": 90, "a dozen": 12,
    "dozen": 12, "a couple": 2, "couple": 2, "both": 2, "a": 1, "an": 1, "half an": 0.5, "half a": 0.5, "one and a half": 1.5}  # fmt: skip
_FIGURE = (
    r"(?:\d+(?:[.,]\d+)?|" + "|".join(sorted((w.replace(" ", r"\s+") for w in _FIGURES), key=len, reverse=True)) + ")"
)
COUNT = (
    r"(?:\d+|"
    + "|".join(sorted((*_WORDS[1:], *_COMPOUND, "thirty", "forty", "fifty", "sixty"), key=len, reverse=True))
    + ")"
)
Found = Iterable[Span]
# No figure that people mean is longer.
_MOST = 1e12


def figure(words: Any) -> float | None:
    """A number in digits or as a word."""
    if isinstance(words, int | float) and not isinstance(words, bool):
        return float(words) if abs(words) <= _MOST else None
    text = re.sub(r"\s+", " ", str(words).strip().casefold())
    if text in _FIGURES:
        return _FIGURES[text]
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    return value if abs(value) <= _MOST else None


def whole(words: Any) -> int | None:
    """A whole number in digits or as a word."""
    value = figure(words)
    return int(value) if value is not None and value == int(value) else None


NUMBER = re.compile(rf"(?i)(?<![\w.,:/-])(?:{COUNT}|(?<=undo )both)(?![\w:/%]|[.,]\d)")
_AMOUNT = re.compile(r"(?<![\w.,:/])\d+(?:[.,]\d+)?(?![\w:/])")
_MONEY = re.compile(
    r"(?i)(?:(?:€|\$|£|eur|usd|gbp)\s*(?P<a>\d+(?:[.,]\d{1,2})?)|(?P<b>\d+(?:[.,]\d{1,2})?)\s*(?:€|\$|£|eur\w*|usd|dollars?|bucks|pounds?|gbp)(?!\w))"
)
_LENGTH = re.compile(
    rf"(?i)(?<![\w:/.])(?:for\s+)?(?:(?P<h>{_FIGURE})\s*-?\s*(?:hours?|hrs?|h)(?![\w]))(?:\s*(?:and\s+)?(?:(?P<q>a half|a quarter)|(?P<m>{_FIGURE})\s*(?:minutes?|mins?|m)(?!\w)|(?P<mm>\d\d)(?!\w)))?"
    rf"|(?<![\w:/.])(?:for\s+)?(?P<n>{_FIGURE})\s*-?\s*(?:minutes?|mins?|min\.|')(?!\w)"
    rf"|(?<![\w:/.])(?:for\s+)?(?P<s>{_FIGURE})\s*-?\s*(?:seconds?|secs?)(?!\w)"
)
_DAYS = re.compile(rf"(?i)(?<![\w:/.])(?:(?:for|over|in)\s+)?(?P<n>{_FIGURE})\s*(?P<u>days?|weeks?|months?)(?!\w)")
_CONTACT = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\+?\d[\d ()/-]{5,}\d")
_ON = re.compile(
    r"(?i)\b(?:on|enable[ds]?|enabling|activate|activated|start|unmute|yes|want|resume|allow|subscribe|send|give|reactivate|receive|bring back|sign up for|love to)\b"
)
_OFF = re.compile(
    r"(?i)\b(?:get rid of|unsubscribe|off|disable[ds]?|deactivate[d]?|stop|mute[d]?|no|dont|don['’]t|silence|without|pause|block|kill|quit|spare|shut up|drop|cut|opt\b[^,.;!?]{0,40}\bout)\b"
)
_UNIT = {"kg": re.compile(r"(?i)\b(?:kgs?|kilos?|kilograms?|kilogrammes?|metric)\b"),
         "lb": re.compile(r"(?i)\b(?:lbs?|pounds?|imperial)\b")}  # fmt: skip
_ZONE = re.compile(r"\b[A-Za-z]+/[A-Za-z_]+(?:/[A-Za-z_]+)?\b|\bUTC\b|\bGMT\b")


def _length_seconds(match: re.Match[str]) -> float:
    if match["h"]:
        seconds = 3600 * (figure(match["h"]) or 0)
        seconds += {"a half": 1800, "a quarter": 900}.get((match["q"] or "").casefold(), 0)
        return seconds + 60 * (
            (figure(match["m"]) if match["m"] else figure(match["mm"])) or 0 if match["m"] or match["mm"] else 0
        )
    return 60 * (figure(match["n"]) or 0) if match["n"] else figure(match["s"]) or 0


def _numbers(text: str) -> Found:
    for match in NUMBER.finditer(text):
        value = whole(match.group())
        if value is not None:
            yield Span(match.start(), match.end(), value)


def _amounts(text: str) -> Found:
    return _figures(_AMOUNT.finditer(text), 1.0)


def _sums(text: str) -> Found:
    yield from _figures(_MONEY.finditer(text), 1.0)
    yield from _figures(_AMOUNT.finditer(text), 0.55)


def _figures(found: Iterable[re.Match[str]], sure: float) -> Found:
    for match in found:
        value = figure(next((group for group in match.groups() if group), match.group()))
        if value is not None:
            yield Span(match.start(), match.end(), value, sure)


def _minutes(text: str) -> Found:
    lengths = list(_LENGTH.finditer(text))
    for match in lengths:
        seconds = _length_seconds(match)
        if seconds and seconds % 60 == 0:
            yield Span(match.start(), match.end(), int(seconds // 60))
    for match in NUMBER.finditer(text):
        value = whole(match.group())
        if value is not None and not any(m.start() <= match.start() < m.end() for m in lengths):
            yield Span(match.start(), match.end(), value, 0.5)


def _durations(text: str) -> Found:
    for match in _LENGTH.finditer(text):
        yield Span(match.start(), match.end(), int(_length_seconds(match)))


def _day_counts(text: str) -> Found:
    for match in _DAYS.finditer(text):
        value = whole(match["n"])
        times = {"d": 1, "w": 7, "m": 30}[match["u"][0].lower()]
        if value is not None:
            yield Span(match.start(), match.end(), value * times)


def _contacts(text: str) -> Found:
    for match in _CONTACT.finditer(text):
        yield Span(match.start(), match.end(), match.group().strip())


def _switches(text: str) -> Found:
    for match in _OFF.finditer(text):
        yield Span(match.start(), match.end(), False)
    for match in _ON.finditer(text):
        yield Span(match.start(), match.end(), True)


def _units(text: str) -> Found:
    found = (Span(m.start(), m.end(), unit) for unit, pattern in _UNIT.items() for m in pattern.finditer(text))
    return sorted(found, key=lambda span: span.start)


@cache
def _zones() -> Mapping[str, str]:
    return {zone.casefold(): zone for zone in available_timezones()}


@cache
def _cities() -> Mapping[str, str]:
    return {
        zone.rsplit("/", 1)[-1].replace("_", " ").casefold(): zone
        for zone in sorted(available_timezones())
        if "/" in zone
    }


def _zones_in(text: str) -> Found:
    for match in _ZONE.finditer(text):
        yield Span(match.start(), match.end(), match.group())
    for match in re.finditer(r"[A-Za-z]+", text):
        two = re.compile(r"[A-Za-z]+ [A-Za-z]+").match(text, match.start())
        for found in (two, match):
            if found and len(found.group()) > 3 and found.group().casefold() in _cities():
                yield Span(found.start(), found.end(), found.group(), 0.8 if match.group().istitle() else 0.76)
                break


@cache
def _languages() -> Mapping[str, str]:
    """Names of languages, in English and in themselves, to the English name."""
    english = {code: name for code, name in Locale("en").languages.items() if re.fullmatch(r"[a-z]{2}", code)}
    own = {
        code: Locale(code).languages.get(code)
        for code in ("de", "fr", "es", "it", "pt", "nl", "pl", "tr", "sv", "da", "cs")
    }
    named = {name.casefold(): name for name in english.values()}
    return named | {name.casefold(): english[code] for code, name in own.items() if name}


def _languages_in(text: str) -> Found:
    for match in re.finditer(r"[^\W\d_]{4,}", text):
        if match.group().casefold() in _languages():
            yield Span(match.start(), match.end(), match.group())


class _Pattern:
    """A reader made of one finding function."""

    def __init__(self, find: Callable[[str], Found]) -> None:
        self._find = find

    def spans(self, text: str) -> Sequence[Span]:
        return tuple(self._find(text))


class _Value:
    """A type whose words mean one value or nothing."""

    def __init__(
        self, name: str, find: Callable[[str], Found], value: Callable[[Any], Any], schema: Mapping[str, Any]
    ) -> None:
        self.name = name
        self._find = find
        self._value = value
        self._schema = schema

    def reader(self, names: Any, focus: Focus, now: datetime, role: int) -> Reader:
        return _Pattern(self._find)

    async def names(self, db: Any, gym_id: int) -> None:
        return None

    async def resolve(self, ctx: Context, words: Any, ask: Ask) -> Sequence[Candidate]:
        value = self._value(words)
        return [Candidate(value, value)] if value is not None else []

    def schema(self) -> Mapping[str, Any]:
        return self._schema


class _Choice(_Value):
    """One of the options that the parameter declares."""

    def __init__(self) -> None:
        super().__init__("choice", lambda text: (), str, {"type": "string"})

    async def resolve(self, ctx: Context, words: Any, ask: Ask) -> Sequence[Candidate]:
        said = _plain(words)
        for option in ask.options:
            if said in (_plain(spelling) for spelling in option.split("|")):
                value = option.split("|")[0]
                return [Candidate(value, value)]
        return [] if ask.options else [Candidate(str(words), str(words))]


def _plain(words: Any) -> str:
    return re.sub(r"[\s_]+", " ", str(words)).strip().casefold()


def _first(find: Callable[[str], Found]) -> Callable[[Any], Any]:
    """The value of the surest stretch in the words, for words that a model sends."""

    def value(words: Any) -> Any:
        if not isinstance(words, str):
            return words
        return max(find(words), key=lambda span: span.sure, default=Span(0, 0, None)).words

    return value


def _count(find: Callable[[str], Found]) -> Callable[[Any], int | None]:
    found = _first(find)

    def value(words: Any) -> int | None:
        return whole(words) if whole(words) is not None else whole(found(words))

    return value


def _money(words: Any) -> float | None:
    value = figure(words)
    return value if value is not None else _first(_sums)(words)


def _text(words: Any) -> str | None:
    return str(words).strip() or None


def _title(words: Any) -> str | None:
    """A name, without the little word that led on to what follows it ("Jane Roe on" the ten pack)."""
    return re.sub(r"\s+(?:on|with|to|for|at|as|and|in)$", "", str(words).strip(), flags=re.IGNORECASE) or None


def _switch(words: Any) -> bool | None:
    if isinstance(words, bool):
        return words
    said = _plain(words)
    return True if said in ("true", "1") else False if said in ("false", "0") else _first(_switches)(said)


def _zone(words: Any) -> str | None:
    said = str(words).strip()
    return _zones().get(said.casefold().replace(" ", "_")) or _cities().get(said.casefold())


def _language(words: Any) -> str | None:
    return _languages().get(str(words).strip().casefold())


_WHOLE = {"type": "integer"}
_STRING = {"type": "string"}
REFERENCES = (
    _Value("text", lambda text: (), _text, _STRING),
    _Value("title", lambda text: (), _title, _STRING),
    _Value("contact", _contacts, _text, {"type": "string", "description": "an e-mail address or a telephone number"}),
    _Value("number", _numbers, _count(_numbers), _WHOLE),
    _Value("amount", _amounts, figure, {"type": "number"}),
    _Value("money", _sums, _money, {"type": "number"}),
    _Value("minutes", _minutes, _count(_minutes), _WHOLE),
    _Value("duration", _durations, _count(_durations), {"type": "integer", "description": "seconds"}),
    _Value("day_count", _day_counts, _count(_day_counts), {"type": "integer", "description": "days"}),
    _Value("switch", _switches, _switch, {"type": "boolean"}),
    _Value("units", _units, _first(_units), {"type": "string", "enum": ["kg", "lb"]}),
    _Value("zone", _zones_in, _zone, {"type": "string", "description": "an IANA time zone, like Europe/Berlin"}),
    _Value("language", _languages_in, _language, {"type": "string", "description": "a language by its English name"}),
    _Choice(),
)
