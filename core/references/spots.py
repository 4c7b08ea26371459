"""The type `spots`: how many people fit in, as a figure or as how many more or fewer than now."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from core.agent.reference import Ask, Candidate, Focus, Span
from core.agent.tools import Context
from core.gym.timetable import Occurrence
from core.llm.contract import Reader
from core.references.values import COUNT, NUMBER, whole

_PEOPLE = r"(?:spots?|spaces?|places?|people|persons?|ppl|seats?|heads|athletes?|members?|kids|children|participants?|slots?|max(?:imum)?|capacity|pax)"
_LED = r"(?:cap(?:ped)?(?:\s+(?:it|of|at))*|max(?:imum)?(?:\s+(?:of|is))?|limit(?:ed)?(?:\s+(?:it|of|to|at))*|capacity(?:\s+(?:of|to|is))*|up to|only|room for|(?:for|to|at|have))"
_SPOTS = re.compile(
    rf"(?i)(?<![\w:./-])(?:(?:max(?:imum)?\.?|only|up to)\s+)?(?P<a>{COUNT})\s*{_PEOPLE}(?!\w)(?:\s+(?:max(?:imum)?|only|tops))?"
    rf"|(?<!\w){_LED}\s+(?P<b>{COUNT})(?![\w:/%]|\s*(?:am|pm|h|min|uhr|o'?clock|[.:]\d))"
)
_PLACES = r"(?:spots?|spaces?|places?|seats?|slots?|people|ppl|persons?|mats?|bikes?|rowers?)"
_MORE, _FEWER = r"(?:more|extra|additional|further)", r"(?:fewer|less)"
# "4 more spots", "2 places more", "another 3 seats", "an extra 2 spots", "by 4 spots", "add 4 spots", "take 2 spots".
_FURTHER = re.compile(
    rf"(?i)(?<![\w:./-])(?:"
    rf"(?P<a>{COUNT}|a|an)\s+(?:(?P<a_up>{_MORE})|{_FEWER})\s+{_PLACES}(?!\w)"
    rf"|(?P<b>{COUNT})\s+{_PLACES}\s+(?:(?P<b_up>{_MORE})|{_FEWER})(?!\w)"
    rf"|(?P<c>(?:another|an?\s+{_MORE}|{_MORE})\s+(?P<c_n>{COUNT})\s+{_PLACES})(?!\w)"
    rf"|(?P<d>another\s+(?:spot|place|seat))(?!\w)"
    rf"|by\s+(?P<e>{COUNT})(?:\s+{_PLACES})?(?!\w|\s*(?:am|pm|h|min|uhr|hours?|minutes?|days?|[.:]\d))"
    rf"|(?<=\badd )(?P<f>{COUNT})\s+(?:spots?|spaces?|places?|seats?)(?!\w)"
    rf"|(?<=\bremove )(?P<g>{COUNT})\s+(?:spots?|spaces?|places?|seats?)(?!\w)"
    rf"|(?<=\btake )(?:away\s+|off\s+)?(?P<h>{COUNT})\s+(?:spots?|spaces?|places?|seats?)(?!\w)"
    rf")"
)
_DOWN = re.compile(r"(?i)\b(?:lower|reduce|cut|decrease|drop|shrink|down|fewer|less)\b")
_CHANGE = re.compile(r"[+-]\d+")
_HARDLY_A_SIZE = 0.7


class _Spots:
    """Finds numbers of people, and by how many they change: "+4"."""

    def spans(self, text: str) -> Sequence[Span]:
        return [*_changes(text), *_sizes(text)]


def _changes(text: str) -> Iterator[Span]:
    for found in _FURTHER.finditer(text):
        said = found["c_n"] or next((found[name] for name in "abefgh" if found[name]), "1")
        many = 1 if said.lower() in ("a", "an") else whole(said)
        if many is None:
            continue
        up = _grows(found, text)
        yield Span(found.start(), found.end(), f"{'+' if up else '-'}{many}", _HARDLY_A_SIZE)


def _grows(found: re.Match[str], text: str) -> bool:
    if found["a"] or found["b"]:
        return bool(found["a_up"] or found["b_up"])
    if found["e"]:
        return not _DOWN.search(text[: found.start()])
    return not (found["g"] or found["h"])


def _sizes(text: str) -> Iterator[Span]:
    changed = [(m.start(), m.end()) for m in _FURTHER.finditer(text)]
    counted = [m for m in _SPOTS.finditer(text) if whole(m["a"] or m["b"]) is not None]
    for match in counted:
        if _within(match, changed):
            continue
        sure = 1.0 if match["a"] else 0.85
        begins = {match.start(), match.start("a")} if match["a"] else {match.start("b")}
        yield from (Span(begin, match.end(), whole(match["a"] or match["b"]), sure) for begin in sorted(begins))
    for match in NUMBER.finditer(text):
        value, taken = whole(match.group()), any(m.start() <= match.start() < m.end() for m in counted)
        if value is not None and not taken and not _within(match, changed):
            yield Span(match.start(), match.end(), value, 0.55)


def _within(match: re.Match[str], taken: Sequence[tuple[int, int]]) -> bool:
    return any(start < match.end() and match.start() < end for start, end in taken)


class SpotsReference:
    """How many people fit in. By how many that changes counts from what the class of the same call has."""

    name = "spots"

    def reader(self, names: Any, focus: Focus, now: datetime, role: int) -> Reader:
        return _Spots()

    async def names(self, db: Any, gym_id: int) -> None:
        return None

    async def resolve(self, ctx: Context, words: Any, ask: Ask) -> Sequence[Candidate]:
        if isinstance(words, str) and (change := _change(words)):
            session = ask.resolved.get("session")
            known = isinstance(session, Occurrence)
            value = session.spots + change if isinstance(session, Occurrence) else 0
            # Which class it counts from is still to be asked, if one is asked for at all.
            asked = "session" in ask.args
            return [Candidate(value, value if known else None)] if known or asked else []
        found = max(_sizes(str(words)), key=lambda span: span.sure, default=None)
        size = whole(words) if whole(words) is not None or found is None else whole(found.words)
        return [Candidate(size, size)] if size is not None else []

    def schema(self) -> Mapping[str, Any]:
        return {"type": "integer"}


def _change(words: str) -> int:
    """By how many the spots change; 0 where the words say how many there are."""
    if _CHANGE.fullmatch(words.strip()):
        return int(words)
    found = next(_changes(words), None)
    return int(str(found.words)) if found else 0


REFERENCES = (SpotsReference(),)
