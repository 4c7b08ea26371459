"""Takes the format of a workout out of its text: rounds, clock, scheme, rest, cap and what is scored."""

import re
from dataclasses import dataclass, field
from typing import Literal

from core.coaching.exercises import spans
from core.coaching.wod_grammar import seconds_of
from core.coaching.wod_shape import Format

Kind = Literal["amrap", "emom", "tabata", "intervals", "max_load", "strength"]

_SPAN = r"(?:\d+:\d{2}|\d+(?:\.\d+)?\s*-?\s*(?:hours?|h|minutes?|mins?|seconds?|secs?|m|s|'|\")(?![a-z]))"
_CLEAR_SPAN = r"(?:\d+:\d{2}|\d+\s*-?\s*(?:minutes?|mins?|seconds?|secs?|s)(?![a-z]))"
_MINUTES = r"(\d+:\d{2}|\d+(?:\.\d+)?)[ \t]*-?[ \t]*(?:minutes?|mins?|m|')?(?![a-z])"
_ROUNDS = r"(?:rounds?|rds?|rnds?)"
_END = r"\s*(?:[:;,]|-(?=\s))?"


@dataclass(slots=True)
class Header:
    """What the text says about the format, gathered phrase by phrase."""

    kind: Kind | None = None
    for_time: bool = False
    rounds: int | None = None
    rep_scheme: tuple[int, ...] | None = None
    duration_s: int | None = None
    interval_s: int | None = None
    rest_s: int | None = None
    cap_s: int | None = None
    attempts: int | None = None
    max_reps: int | None = None
    work_s: int | None = None
    score: str | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def said(self) -> bool:
        """Whether any format was named at all."""
        return bool(self.kind or self.for_time or self.rounds or self.rep_scheme)


class HeaderReader:
    """Consumes the phrases of the format; what is left are the movements."""

    def __init__(self, text: str) -> None:
        self.left = text
        self.header = Header()

    def _take(self, pattern: str, mark: str = "\n") -> re.Match[str] | None:
        found = re.search(pattern, self.left, re.I | re.M)
        if found:
            self.left = self.left[: found.start()] + mark + self.left[found.end() :]
        return found

    def read(self) -> tuple[Header, str]:
        """The header and the rest of the text."""
        for part in (
            self._remarks, self._cap, self._amrap, self._every, self._emom, self._tabata, self._work_rest,
            self._max_load, self._rest, self._label, self._scheme, self._rounds, self._for_time,
        ):  # fmt: skip
            part()
        return self.header, self.left

    def _remarks(self) -> None:
        if found := self._take(r"^\s*score\s*:\s*(.+)$"):
            self.header.score = found[1].strip()
        while found := self._take(r"^\s*notes?\s*:\s*(.+)$"):
            self.header.notes.append(found[1].strip())
        if found := self._take(r"\(?\b(?:with|wearing|in)\s+(?:an?\s+)?([^()\n,:]*\bvest\b[^()\n,:]*)\)?", " "):
            self.header.notes.append(f"with {found[1].strip()}")

    def _cap(self) -> None:
        found = self._take(rf",?\s*\(?{_MINUTES}\s*(?:time\s*)?\bcap\b\)?{_END}") or self._take(
            rf",?\s*\(?(?:time\s*-?\s*)?\b(?:cap|tc)\b\s*(?:of|is|at)?\s*:?\s*{_MINUTES}\)?{_END}"
        )
        if found:
            self.header.cap_s = _whole(found[1])

    def _amrap(self) -> None:
        name = r"(?:amrap|as many (?:rounds|reps)(?:\s*(?:and|&|\+)\s*(?:reps|rounds))?\s*as possible|max rounds)"
        found = (
            self._take(rf"{_MINUTES}[ \t]*(?:of[ \t]+|:[ \t]*)?{name}{_END}")
            or self._take(rf"\b{name}\s*(?:-|:|in|of|for|x)?\s*{_MINUTES}(?:\s*of\b)?{_END}")
            or self._take(rf"\A\s*(?:in\s+)?{_MINUTES}\s+of:?\s+(?=\d)")
            or self._take(rf"(?<!x)(?<!x )(?<!sets of )\b{name}\b(?=\s*(?:[:\n]|$)){_END}")
        )
        if found:
            self.header.kind = "amrap"
            self.header.duration_s = _whole(found[1]) if found.re.groups and found[1] else None
            if self.header.duration_s is None and (within := self._take(rf"\bin\s+{_MINUTES}{_END}", " ")):
                self.header.duration_s = _whole(within[1])

    def _every(self) -> None:
        each = rf"\b(?:every|e(?=\d))\s*({_SPAN}|\d+(?=\s*mom)|minute|min)\s*(?:mom|on the (?:minute|\d+:\d\d))?"
        no_span = r"(?!\d|:\d|\.\d|\s*-?\s*(?:minutes?|mins?|m|')(?![a-z]))"
        times = rf"(?:for|x)\s*(\d+){no_span}\s*(?:(?:{_ROUNDS}|sets?|times)\b)?"
        span = rf"(?:for|x)\s*{_MINUTES}|(\d+:\d{{2}}|\d+(?=\s*min(?:ute)?s?\b))(?:\s*min(?:ute)?s?\b)?"
        count = rf"(?:\s*[,:]?\s*(?:{times}|(?:{span})(?:\s*of\b)?))?"
        found = self._take(rf"{each}{count}{_END}")
        if not found or self.header.kind:
            return
        self.header.kind = "emom"
        every = seconds_of(f"{found[1]} min" if found[1].isdigit() else found[1]) if found[1][0].isdigit() else 60.0
        self.header.interval_s = round(every or 60)
        if found[2]:
            self.header.rounds = int(found[2])
            self.header.duration_s = self.header.rounds * self.header.interval_s
        elif found[3] or found[4]:
            self.header.duration_s = _whole(found[3] or found[4])

    def _emom(self) -> None:
        if self.header.kind:
            return
        found = (
            self._take(rf"{_MINUTES}[ \t]*\bemom\b{_END}")
            or self._take(rf"\bemom\b\s*(?:-|:|x|for|of)?\s*{_MINUTES}(?:\s*of\b)?{_END}")
            or self._take(rf"\bemom\b{_END}")
        )
        if found:
            self.header.kind, self.header.interval_s = "emom", 60
            self.header.duration_s = _whole(found[1]) if found.re.groups and found[1] else None

    def _tabata(self) -> None:
        if self.header.kind is None and self._take(rf"\btabata\b(?:\s*(?:of|this))?{_END}"):
            self.header.kind, self.header.interval_s, self.header.rest_s = "tabata", 30, 10

    def _work_rest(self) -> None:
        second = r"(?:s|secs?|seconds?)?"
        found = self._take(
            rf"(\d+)\s*{second}\s*(?:on|work)\s*[,/-]?\s*(?:and\s*)?(\d+)\s*{second}\s*(?:off|rest)(?:\s*x\s*(\d+)(?:\s*{_ROUNDS})?)?{_END}"
        )
        if self.header.kind is None and self._take(rf"\bintervals?\b{_END}"):
            self.header.kind = "intervals"
        if not found:
            return
        self.header.work_s, self.header.rest_s = int(found[1]), int(found[2])
        self.header.interval_s = self.header.work_s + self.header.rest_s
        self.header.kind = self.header.kind or "intervals"
        self.header.rounds = int(found[3]) if found[3] else None

    def _max_load(self) -> None:
        verbs = r"\b(?:find|establish|test|hit|work up to|build(?:ing)?(?: up)? to|set)\s+"
        ask = rf"{verbs}(?:(?:your|an?|the|new|today'?s)\s+)*"
        found = (
            self._take(
                rf"{ask}(?:max\s*|heavy\s*)?(\d+)\s*-?\s*(?:rep(?:etition)?s?\s*max|rm)\b(?:\s*(?:of|in|for))?{_END}"
            )
            or self._take(rf"\b(\d+)\s*-?\s*(?:rep\s*max|rm)\b(?:\s*(?:of|test))?{_END}(?!\s*%)")
            or self._take(rf"(?:{ask})?\b(?:heavy|max)\s+(single|double|triple)\b(?:\s*(?:of|in))?{_END}")
            or self._take(r"\bheavy\s+(\d)(?:\s*reps?)?\b(?:\s*of)?(?!\s*x)")
            or self._take(rf"{ask}(?:max|heavy)\b{_END}")
            or self._take(rf"\bmax load\b(?:\s*[,:]?\s*(\d+)\s*attempts?)?{_END}")
        )
        if not found or self.header.kind:
            return
        self.header.kind = "max_load"
        said = found[1] if found.re.groups else None
        if within := self._take(rf"\b(?:in|within)\s+{_MINUTES}{_END}"):
            self.header.duration_s = _whole(within[1])
        if "load" in found[0].lower():
            self.header.attempts = int(said) if said else None
            while self._take(rf"^\s*max load\b(?:\s*[,:]?\s*(\d+)\s*attempts?)?{_END}"):
                continue
        else:
            self.header.max_reps = {"single": 1, "double": 2, "triple": 3}.get(said or "single") or int(said or 1)

    def _rest(self) -> None:
        of_what = r"(?:\s+(?:each|every|the))?(?:\s+(?:rounds?|sets?|reps?|efforts?|intervals?|movements?))?"
        bound = rf"(?:\s*(?:between|after|b/w|betw\.?){of_what})?"
        before = rf"[*(]*\brest(?:ing)?\s*(?:for|of|:)?\s*({_SPAN}){bound}[*)]*"
        behind = rf"(?<!\d)({_CLEAR_SPAN})\s*rest\b{bound}"
        while found := self._take(before) or self._take(behind):
            span = seconds_of(found[1])
            if span is not None and self.header.rest_s is None:
                self.header.rest_s = round(span)

    def _scheme(self) -> None:
        end = rf"\s*(?:\.\.\.|…|etc\.?)?\s*(?:reps?\b)?\s*(?:of\b)?\s*(?:for time\b)?(?:\s*of\b)?{_END}"
        found = re.search(rf"(?<![\d.:x])(\d+(?:\s*-\s*\d+){{2,}})(?![\d.]|:\d){end}", self.left, re.I)
        if self.header.kind == "strength":
            return
        if found and not self._is_one_lifts(found):
            self.header.rep_scheme = tuple(int(part) for part in found[1].split("-"))
            self.header.for_time = self.header.for_time or "time" in found[0].lower()
            self.left = self.left[: found.start()] + "\n" + self.left[found.end() :]
        elif ladder := self._take(rf"(?<![\d.:x-])(\d+)\s*(?:-|to)\s*1\b(?!\s*-?\s*(?:\d|rm)){end}"):
            self.header.rep_scheme = tuple(range(int(ladder[1]), 0, -1)) if 2 <= int(ladder[1]) <= 50 else None

    def _is_one_lifts(self, found: re.Match[str]) -> bool:
        """Whether the scheme belongs to a movement of its own: heavy sets, or one block of several."""
        if re.search(r"\d+(?:\s*-\s*\d+){2,}", self.left[found.end() :]):
            return True
        heavy = max(int(part) for part in found[1].split("-")) <= 12 and "time" not in self.left.lower()
        others = re.sub(r"[\n,;]+", "\n", self.left[: found.start()] + self.left[found.end() :]).strip()
        return heavy and "\n" not in others and " & " not in others and " and " not in others

    def _rounds(self) -> None:
        """The rounds of the whole; an indented line of rounds further down is a block of its own."""
        block = re.search(r"(?<=\S\n)[ \t]+\d+\s*rounds?\s*:?[ \t]*$", self.left, re.I | re.M)
        below = self.left[block.start() :] if block else ""
        self.left = self.left[: block.start()] if block else self.left
        self._whole_rounds()
        self.left += below

    def _whole_rounds(self) -> None:
        found = (
            self._take(rf"(?<![\d.:x])(\d+)\s*(?:rft|rounds?\s*ft)\b{_END}")
            or self._take(rf"^\s*[-•*]?\s*(\d+)\s*{_ROUNDS}\b(?:\s*,?\s*for time\b)?(?:\s*of\b)?{_END}")
            or self._take(
                rf"(?:\bx\s*|\brepeat\s*|\bfor\s+)?(?<![\d.:])\b(\d+)\s*{_ROUNDS}\b"
                rf"(?:\s*,?\s*for time\b)?(?:\s*of\b)?{_END}"
            )
            or self._take(r"^\s*(\d+)\s*sets\s*(?:for time\b)?(?:\s*of\b)?\s*:")
            or self._take(r"\b(?:repeat|do (?:this|it)|complete)\s*(?:x\s*)?(\d+)\s*(?:x|times)\b")
            or self._take(r"\b(\d+)\s*times through\b")
        )
        if found and self.header.rounds is None:
            self.header.for_time = self.header.for_time or "for time" in found[0].lower() or "ft" in found[0].lower()
            self.header.rounds = int(found[1])

    def _for_time(self) -> None:
        phrase = r"\b(?:for[ \t]+(?:best[ \t]+|total[ \t]+)?time|chipper|each for time)\b"
        while self._take(rf"{phrase}(?=\s*[:;,\n-]){_END}") or self._take(phrase, " "):
            self.header.for_time = True

    def _label(self) -> None:
        if self._take(r"^\s*strength\s*(?:[:\n]|$)"):
            self.header.kind = self.header.kind or "strength"
        title = re.match(r"\s*\"?([^\W\d][^:\n]{1,40}?)\"?\s*:\s", self.left)
        if title and not re.match(r"buy|cash|min|odd|even|rest|max", title[1], re.I) and not spans(title[1]):
            self.left = self.left[title.end() :]


def _whole(words: str) -> int | None:
    seconds = seconds_of(words)
    return None if seconds is None else round(seconds)


def format_of(header: Header, has_sets: bool, distance_sets: bool) -> Format:
    """The format the header and its movements make."""
    if header.kind is not None and header.kind != "strength":
        return header.kind
    if distance_sets:
        return "intervals"
    if header.rep_scheme:
        return "rep_scheme_for_time"
    if header.rounds:
        return "rounds_for_time"
    return "strength" if (has_sets or header.kind == "strength") and not header.for_time else "for_time"
