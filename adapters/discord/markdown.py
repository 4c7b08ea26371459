"""Words in the Markdown that Discord reads: data escaped, tables in fixed width, long texts cut where it hurts least."""

import re
from collections.abc import Iterator, Sequence

FENCE = "```"
_MARKS = re.compile(r"([\\*_~`|<>\[\]()#])")
_LIST_HEAD = re.compile(r"^(\s*)([-+])(\s)")
_COUNT_HEAD = re.compile(r"^(\s*\d+)\.(\s)")
_TABLE_LINE = re.compile(r"^\s*\|.*\|\s*$")
_TABLE_RULE = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(\|\s*:?-{2,}:?\s*)*\|?\s*$")
_DEEP_HEADING = re.compile(r"^#{4,6}\s+(.+?)\s*#*$")
_PICTURE = re.compile(r"!\[([^\]]*)\]\([^)]*\)")
_NAMED = re.compile(r"<(@[!&]?|#|/|t:|id:|a?:\w)")
_BROADCAST = re.compile(r"@(everyone|here)\b")


def escaped(words: str) -> str:
    """Data as plain words: nothing in it is markup, a mention or the head of a list."""
    plain = _MARKS.sub(r"\\\1", words)
    plain = _BROADCAST.sub("@\u200b\\1", plain)
    return _COUNT_HEAD.sub(r"\1\.\2", _LIST_HEAD.sub(r"\1\\\2\3", plain))


def markdown(text: str) -> str:
    """Common Markdown as Discord shows it: tables in fixed width, no pictures, deep headings bold, no mentions."""
    lines: list[str] = []
    for fenced, part in _fenced(text):
        if fenced:
            lines += part
        else:
            lines += _plain(part)
    return "\n".join(lines).strip("\n")


def _fenced(text: str) -> Iterator[tuple[bool, list[str]]]:
    """The lines of a text in runs: inside of code fences, and outside of them."""
    part: list[str] = []
    inside = False
    for line in text.splitlines():
        if line.lstrip().startswith(FENCE):
            if inside:
                part.append(line)
                yield True, part
                part = []
            else:
                yield False, part
                part = [line]
            inside = not inside
        else:
            part.append(line)
    yield inside, [*part, FENCE] if inside else part


def _plain(lines: Sequence[str]) -> list[str]:
    shown: list[str] = []
    table: list[str] = []
    for line in [*lines, ""]:
        if _TABLE_LINE.match(line) or (table and _TABLE_RULE.match(line)):
            table.append(line)
            continue
        if table:
            shown += _table(table)
            table = []
        shown.append(_harmless(line))
    return shown[:-1]


def _harmless(line: str) -> str:
    line = _PICTURE.sub(r"\1", line)
    line = _NAMED.sub(r"\\<\1", line)
    line = _BROADCAST.sub("@\u200b\\1", line)
    return _DEEP_HEADING.sub(r"**\1**", line)


def _table(lines: Sequence[str]) -> list[str]:
    if len(lines) < 2:
        return [_harmless(line) for line in lines]
    rows = [[c.strip() for c in line.strip().strip("|").split("|")] for line in lines if not _TABLE_RULE.match(line)]
    return fixed_width(rows[0], rows[1:]).split("\n")


def fixed_width(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table as a block of code, its columns lined up."""
    everything = [list(head), *(list(r) for r in rows)]
    width = max(len(r) for r in everything)
    cells = [[c.replace("`", "'") for c in r] + [""] * (width - len(r)) for r in everything]
    widths = [max(len(r[n]) for r in cells) for n in range(width)]
    lines = ["  ".join(c.ljust(w) for c, w in zip(r, widths, strict=True)).rstrip() for r in cells]
    rule = "  ".join("─" * w for w in widths)
    return "\n".join([FENCE, lines[0], rule, *lines[1:], FENCE])


def split(text: str, most: int) -> list[str]:
    """A text in pieces of at most so many characters: between paragraphs, else lines, else words. A code fence that is
    cut is closed and opened again."""
    pieces: list[str] = []
    opened = ""
    while text:
        room = most - len(opened) - len(FENCE) - 1
        if len(opened) + len(text) <= most:
            pieces.append(opened + text)
            break
        cut = _cut(text, room)
        piece, text = opened + text[:cut].rstrip(), text[cut:].lstrip("\n")
        fence = _open_fence(piece)
        if not fence:
            text = text.lstrip()
        pieces.append(f"{piece}\n{FENCE}" if fence else piece)
        opened = f"{fence}\n" if fence else ""
    return [p for p in pieces if p.strip()]


def _cut(text: str, room: int) -> int:
    """Where to cut: the last good place in the second half of what fits, else a word, else no further than it fits."""
    for mark in ("\n\n", "\n", ". ", " "):
        at = text.rfind(mark, room // 2, room)
        if at > 0:
            return at + (1 if mark == ". " else 0)
    return _not_inside_a_character(text, room)


def _not_inside_a_character(text: str, at: int) -> int:
    """A place at or before `at` that leaves a joined emoji whole."""
    while at > 1 and (
        text[at] in "\u200d\ufe0f\u20e3" or text[at - 1] == "\u200d" or "\U0001f3fb" <= text[at] <= "\U0001f3ff"
    ):
        at -= 1
    return at


def _open_fence(piece: str) -> str:
    """The head of the code fence that is still open at the end of a piece."""
    fence = ""
    for line in piece.splitlines():
        if line.lstrip().startswith(FENCE):
            fence = "" if fence else line.strip()
    return fence
