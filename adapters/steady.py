"""What can be shown of a text that is still being written: the part that looks the same whatever comes next."""

import re

_OPENERS = re.compile(r"\*\*|__|~~|\|\||`|\*|_|\[")
_TAIL = re.compile(r"(?:(?:^|\n)\s*(?:[-*+#>]+|\d+[.)]?)|[\[\\<!]+)\s*$")


def steadied(text: str) -> str:
    """The beginning of a Markdown text that looks the same whatever comes next: whole words, no mark that is open."""
    if text.count("```") % 2:
        head, _, block = text.rpartition("```")
        lines = block.rpartition("\n")[0]
        return f"{head}```{lines}\n```" if lines.strip() else head.rstrip()
    head, _, line = text.rpartition("\n")
    if "|" in line or line.lstrip().startswith("|"):
        line = ""
    line = line[: _open_at(line)]
    words = line.rpartition(" ")[0] if line and not line.endswith((" ", ".", "!", "?")) else line
    return _TAIL.sub("", f"{head}\n{words}" if head else words).rstrip()


def _open_at(line: str) -> int:
    """Where the first mark begins that is not closed in a line."""
    opened: dict[str, int] = {}
    for found in _OPENERS.finditer(line):
        sign = found.group()
        if sign == "[":
            if not re.match(r"\[[^\]]*\]\([^)]*\)", line[found.start() :]):
                opened.setdefault(sign, found.start())
        elif sign in opened:
            del opened[sign]
        else:
            opened[sign] = found.start()
    return min(opened.values(), default=len(line))
