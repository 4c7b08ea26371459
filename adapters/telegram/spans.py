"""A text with its marks, counted as Telegram counts: built from Markdown, joined, and split where nothing breaks."""

import bisect
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from telegramify_markdown import RenderConfig, convert

from adapters.telegram.limits import MOST_ENTITIES

PLAIN = RenderConfig.isolated()
PLAIN.cite_expandable = False
for _level in range(1, 7):
    setattr(PLAIN.markdown_symbol, f"heading_level_{_level}", "")
PLAIN.markdown_symbol.unordered_list_item = "•"
PLAIN.markdown_symbol.link = PLAIN.markdown_symbol.image = ""
WHOLE = ("pre", "code", "text_link")
MARKUP = re.compile(r"[*_`~\[\]#>|\\<&$!+]|^\s*(?:-|\d+[.)])\s|\n\s*(?:-|\d+[.)]|=+|-+)", re.MULTILINE)
_BREAKS = (re.compile(r"\n\s*\n"), re.compile(r"\n"), re.compile(r"(?<=[.!?…])\s"), re.compile(r"\s"))
JOINER, REGIONAL = "\u200d", range(0x1F1E6, 0x1F200)


def units(text: str) -> int:
    """The length of a text in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass(frozen=True)
class Mark:
    """How a stretch of a text looks; offsets count UTF-16 units."""

    type: str
    offset: int
    length: int
    url: str | None = None
    language: str | None = None

    @property
    def end(self) -> int:
        """Where it stops."""
        return self.offset + self.length


@dataclass(frozen=True)
class Spans:
    """A text and its marks."""

    text: str = ""
    marks: tuple[Mark, ...] = ()

    def __add__(self, other: "Spans") -> "Spans":
        at = units(self.text)
        moved = tuple(replace(m, offset=m.offset + at) for m in other.marks)
        return Spans(self.text + other.text, self.marks + moved)

    def __bool__(self) -> bool:
        return bool(self.text.strip())


def plain(text: str) -> Spans:
    """Words without any mark."""
    return Spans(text)


def marked(text: str, kind: str) -> Spans:
    """Words that are marked as a whole; nothing where there are none."""
    return Spans(text, (Mark(kind, 0, units(text)),) if text.strip() else ())


def joined(parts: Sequence[Spans], between: str) -> Spans:
    """Parts that say something, one after the other."""
    found = Spans()
    for part in (p for p in parts if p):
        found = found + Spans(between) + part if found.text else part
    return found


def from_markdown(text: str) -> Spans:
    """What a Markdown text says and how it looks."""
    if not MARKUP.search(text):
        return Spans(text.strip())
    words, entities = convert(text, latex_escape=False, config=PLAIN)
    lead = len(words) - len(words.lstrip())
    shift = units(words[:lead])
    body = words.strip()
    most = units(body)
    marks = (Mark(e.type, e.offset - shift, e.length, e.url, e.language) for e in entities if e.type != "underline")
    return Spans(body, tuple(c for m in marks if (c := _clipped(m, 0, most))))


def split(spans: Spans, most: int) -> list[Spans]:
    """Pieces of at most so many units and as many marks as one message may have. A break lies between paragraphs, else
    between lines, sentences, words; never in code or a link that would fit whole, and never in a character people see as
    one."""
    if units(spans.text) <= most and len(spans.marks) <= MOST_ENTITIES:
        return [spans] if spans else []
    return [piece for piece in _pieces(spans, most) if piece]


def _pieces(spans: Spans, most: int) -> Iterator[Spans]:
    text = spans.text
    at = _unit_offsets(text)
    start = 0
    while start < len(text):
        limit = _crowded(spans, at[start], at[start] + most)
        end = len(text) if at[-1] <= limit else _break(spans, at, start, bisect.bisect_right(at, limit) - 1)
        yield _cut(spans, at, start, end)
        start = end


def _crowded(spans: Spans, begin: int, limit: int) -> int:
    """The limit in units, nearer where more marks begin than one message may have."""
    starts = sorted(m.offset for m in spans.marks if m.end > begin and m.offset < limit)
    return limit if len(starts) <= MOST_ENTITIES else max(begin + 1, starts[MOST_ENTITIES])


def _break(spans: Spans, at: list[int], start: int, end: int) -> int:
    """Where to break between two places of the text, the later the better."""
    text = spans.text
    whole = [m for m in spans.marks if m.type in WHOLE]
    for number, pattern in enumerate(_BREAKS):
        places = [m.end() for m in pattern.finditer(text, start, end)]
        least = start + (end - start) // 3 if number < 3 else start
        for place in reversed(places):
            if place > least and not _inside(whole, at, place, at[start], at[end]):
                return place
    if opening := _opening(whole, at, start, end):
        return opening
    lines = [m.end() for m in _BREAKS[1].finditer(text, start, end) if m.end() > start]
    return lines[-1] if lines else _whole_character(text, start, end)


def _inside(whole: Sequence[Mark], at: list[int], place: int, begin: int, limit: int) -> bool:
    """Whether a place lies in something that is kept whole; what is too long for a message anyway may be broken."""
    unit, room = at[place], limit - begin
    return any(m.offset < unit < m.end and m.length <= room for m in whole)


def _opening(whole: Sequence[Mark], at: list[int], start: int, end: int) -> int | None:
    """The beginning of what is kept whole and reaches over the end."""
    over = [m.offset for m in whole if at[start] < m.offset < at[end] < m.end and m.length <= at[end] - at[start]]
    return bisect.bisect_left(at, min(over)) if over else None


def _whole_character(text: str, start: int, end: int) -> int:
    """A place at or before `end` that is not inside of a character people see as one."""
    place = end
    while place > start + 1 and place < len(text) and _sticks(text, place):
        place -= 1
    return place if place > start + 1 else end


def _sticks(text: str, place: int) -> bool:
    """Whether the character at a place belongs to the one before it."""
    here, before = text[place], text[place - 1]
    if here == JOINER or before == JOINER or unicodedata.category(here) in ("Mn", "Me", "Mc"):
        return True
    if "\U0001f3fb" <= here <= "\U0001f3ff" or "\ufe00" <= here <= "\ufe0f" or "\U000e0020" <= here <= "\U000e007f":
        return True
    if ord(here) in REGIONAL and ord(before) in REGIONAL:
        run = place - 1
        while run > 0 and ord(text[run - 1]) in REGIONAL:
            run -= 1
        return (place - run) % 2 == 1
    return False


def _cut(spans: Spans, at: list[int], start: int, end: int) -> Spans:
    words = spans.text[start:end]
    lead = len(words) - len(words.lstrip("\n"))
    body = words[lead:].rstrip()
    begin, stop = at[start + lead], at[start + lead + len(body)]
    return Spans(body, tuple(c for m in spans.marks if (c := _clipped(m, begin, stop))))


def _clipped(mark: Mark, begin: int, stop: int) -> Mark | None:
    """What of a mark lies between two places, counted from the first."""
    low, high = max(mark.offset, begin), min(mark.end, stop)
    return replace(mark, offset=low - begin, length=high - low) if high > low else None


def _unit_offsets(text: str) -> list[int]:
    offsets, at = [0], 0
    for character in text:
        at += 2 if ord(character) > 0xFFFF else 1
        offsets.append(at)
    return offsets
