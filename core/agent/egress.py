"""Decides what of a model's words may leave: no link to anywhere but the gym's own page, no picture, no call to everyone.
A link that is fetched by a preview, or pressed, could carry away what a hidden instruction told the model to put in it."""

import re
from urllib.parse import urlsplit

from core.i18n import _, marked

LEFT_OUT = marked("(link left out)")
_TOPS = (
    "com|net|org|io|ai|app|dev|info|biz|xyz|site|online|link|club|shop|store|top|page|cloud|live|me|tv|gg|ly|to|cc|ws|"
    "de|uk|fr|eu|nl|ch|at|es|it|pl|ru|cn|us|ca|au|in|jp|br|se|no|fi|dk|be|cz|pt"
)
_IMAGE = re.compile(r"!\[([^\]]*)\]\([^)]*\)|!\[([^\]]*)\]\[[^\]]*\]")
_LINK = re.compile(r"\[([^\]]*)\]\(\s*<?([^)>\s]*)>?[^)]*\)")
_REFERENCE = re.compile(r"^\s{0,3}\[[^\]]+\]:\s*\S+.*$", re.MULTILINE)
_HTML = re.compile(r"<\s*/?\s*(?:a|img|iframe|script|link|video|audio|object|embed|form|svg|style|meta)\b[^>]*>", re.I)
_ADDRESS = re.compile(
    rf"(?:[a-z][a-z0-9+.-]{{1,20}}://|//|www\.)[^\s<>\"'“”)\]]+"
    r"|\b(?:[\w-]+\.)+[a-z]{2,24}[/?#][^\s<>\"'“”)\]]+"
    rf"|\b(?:[\w-]+\.)+(?:{_TOPS})\b(?:[/?#:][^\s<>\"'“”)\]]*)?"
    r"|\b(?:data|javascript|vbscript|mailto|tg|discord):\S+",
    re.IGNORECASE,
)
_EVERYONE = re.compile(r"@(everyone|here|channel|all)\b", re.IGNORECASE)


def guarded(text: str, base_url: str = "") -> str:
    """A model's words without foreign links, pictures and mass mentions; what a link was called is kept."""
    if not any(sign in text for sign in ("/", ".", "[", "<", "@", ":")):
        return text
    own = urlsplit(base_url).netloc.casefold()
    plain = _IMAGE.sub(lambda m: m[1] or m[2] or "", text)
    plain = _LINK.sub(lambda m: m[0] if _is_own(m[2], own) else m[1], plain)
    plain = _HTML.sub("", _REFERENCE.sub("", plain))
    plain = _ADDRESS.sub(lambda m: m[0] if _is_own(m[0], own) else _(LEFT_OUT), plain)
    return _EVERYONE.sub(lambda m: m[1], plain)


def _is_own(address: str, own: str) -> bool:
    parts = urlsplit(address)
    return bool(own) and parts.scheme in ("http", "https") and parts.netloc.casefold() == own
