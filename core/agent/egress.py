"""Decides what of a model's words may leave: no link to anywhere but the gym's own page, no picture, no call to everyone.
A link that is fetched by a preview, or pressed, could carry away what a hidden instruction told the model to put in it."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from core.i18n import _, marked

LEFT_OUT = marked("(link left out)")
# Endings of files, of which none is that of a domain.
_FILES = frozenset({"pdf", "csv", "txt", "xlsx", "docx", "ics", "json", "png", "jpg", "jpeg", "webp", "gif"})
# No part of an expression is tried twice over the same text: an answer of a few pages must not hold up everyone else.
_IMAGE = re.compile(r"!\[([^\[\]]*+)\]\([^()]*+\)|!\[([^\[\]]*+)\]\[[^\[\]]*+\]")
_LINK = re.compile(r"\[([^\[\]]*+)\]\(\s*+<?+([^()<>\s]*+)>?+[^()]*+\)")
_REFERENCE = re.compile(r"^\s{0,3}\[[^\]]+\]:\s*\S+.*$", re.MULTILINE)
_HTML = re.compile(
    r"<\s*/?\s*(?:a|img|iframe|script|link|video|audio|object|embed|form|svg|style|meta)\b[^<>]*+>", re.I
)
_DOT = "[.。．｡]"
_MORE = r"[^\s<>\"'“”)\]|]"
# Between letters of other scripts an ideographic full stop ends a sentence.
_JOINT = r"(?:\.|(?<=[a-z0-9])[。．｡](?=[a-z0-9]))"
_HOST = rf"(?:[\w-]+{_JOINT})+(?:[^\W\d_]{{2,63}}|xn--[\w-]+)"
_ADDRESS = re.compile(
    rf"(?:[a-z][a-z0-9+.-]{{1,20}}:[/\\]+|//|www{_DOT})(?:\[[0-9a-f:.]+\])?{_MORE}*"
    rf"|\b(?:data|javascript|vbscript|mailto|tg|discord|sms|tel|file|blob|intent):\S+"
    rf"|(?<![\w.+%-])[\w.+%-]++@{_HOST}\b(?:[/?#:]{_MORE}+)?"
    rf"|\b(?:\d{{1,3}}{_DOT}){{3}}\d{{1,3}}\b(?:[/?#:]{_MORE}+)?"
    rf"|(?<![\w.-])(?P<host>{_HOST})\b(?P<path>[/?#:\\]{_MORE}+)?"
    rf"|(?<!{_MORE}){_MORE}*\?[\w.%\[-]{{1,40}}={_MORE}*",
    re.IGNORECASE,
)
_TEMPO = re.compile(rf"(?:\d{_DOT}){{3}}\d")
_EVERYONE = re.compile(r"@(everyone|here|channel|all)\b", re.IGNORECASE)
_SIGNS = frozenset("/\\.[<@:?。．｡")


def arguments(args: Mapping[str, Any], base_url: str, said: str) -> dict[str, Any]:
    """What a model wrote into a call, without foreign links but those that the person has `said`: what comes of the call is
    shown to people and kept in the gym's books."""

    def clean(value: Any) -> Any:
        if isinstance(value, str):
            return value if value.casefold() in said.casefold() else guarded(value, base_url, said)
        if isinstance(value, Mapping):
            return {name: clean(part) for name, part in value.items()}
        return [clean(part) for part in value] if isinstance(value, list) else value

    return {name: clean(value) for name, value in args.items()}


def guarded(text: str, base_url: str = "", said: str = "") -> str:
    """A model's words without foreign links, pictures and mass mentions; what a link was called is kept, and an address
    that the person has said."""
    if _SIGNS.isdisjoint(text):
        return text
    own = urlsplit(base_url).netloc.casefold()
    plain = _IMAGE.sub(lambda m: m[1] or m[2] or "", text)
    plain = _LINK.sub(lambda m: m[0] if _is_own(m[2], own) else m[1], plain)
    plain = _HTML.sub("", _REFERENCE.sub("", plain))
    plain = _ADDRESS.sub(lambda m: m[0] if m[0].casefold() in said.casefold() else _harmless(m, own), plain)
    return _EVERYONE.sub(lambda m: m[1], plain)


def _harmless(found: re.Match[str], own: str) -> str:
    """What is left of something that may be an address. No list has all endings of domains, so any word behind a dot may
    be one: two words around a dot are taken apart by a space, which no platform makes a link of."""
    address, host = found[0], found["host"]
    if _is_own(address, own) or _TEMPO.fullmatch(address):
        return address
    if host is None or found["path"]:
        return _(LEFT_OUT)
    *before, last = re.split(_DOT, host)
    if last.casefold() in _FILES:
        return address
    if len(before) == 1 or all(len(label) == 1 for label in before):
        return f"{host[: -len(last)]} {last}"
    return _(LEFT_OUT)


def _is_own(address: str, own: str) -> bool:
    parts = urlsplit(address if "://" in address else f"http://{address}")
    return bool(own) and parts.scheme in ("http", "https") and parts.netloc.casefold() == own
