"""Whether words typed over an open question are its answer: an ordinal, a label, a yes or no, or a value of its type."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.agent import confirm
from core.agent.questions import REJECTED, QuestionRow
from core.i18n import _
from core.llm.contract import Reader

ORDINALS = {
    "first": 0, "1st": 0, "one": 0, "1": 0, "second": 1, "2nd": 1, "two": 1, "2": 1, "third": 2, "3rd": 2, "three": 2,
    "3": 2, "fourth": 3, "4th": 3, "four": 3, "4": 3, "fifth": 4, "5th": 4, "five": 4, "5": 4, "sixth": 5, "6th": 5,
    "six": 5, "6": 5, "last": -1,
}  # fmt: skip
YES = re.compile(
    r"^(?:yes|y|yep|yeah|yup|ok|okay|sure|do it|go ahead|approve|confirm|please do|go on|ja|si|oui)\b", re.I
)
NO = re.compile(
    r"^(?:no|n|nope|nah|don'?t|do not|stop|cancel that|reject|never ?mind|forget it|leave it|nein|non)\b", re.I
)
CANCEL = re.compile(r"^(?:please )?(?:cancel|abort|quit|exit)(?: please)?[.! ]*$", re.I)
NEITHER = re.compile(
    r"^(?:none of (?:them|these|those)|neither|no(?:pe)?|nah|never ?mind|forget it|leave it|nothing)[.! ]*$", re.I
)
FILLER = frozenset(
    [
        "the",
        "a",
        "an",
        "one",
        "please",
        "pls",
        "option",
        "number",
        "nr",
        "no.",
        "i",
        "mean",
        "meant",
        "that",
        "this",
        "take",
        "want",
        "for",
        "on",
        "at",
        "in",
        "it",
        "is",
        "to",
        "thanks",
        "and",
        "class",
        "with",
        "would",
        "like",
        "of",
        "my",
        "make",
        "about",
        "around",
        "max",
        "maximum",
    ]
)
NARROWED = "narrowed"
PARTS = {
    "morning": (0, 12), "early": (0, 10), "noon": (12, 13), "midday": (11, 14), "lunchtime": (11, 14), "afternoon": (12, 17),
    "evening": (17, 24), "tonight": (17, 24), "night": (17, 24), "late": (18, 24),
}  # fmt: skip
_TITLE_WORDS = 6
_NO_TITLE = frozenset(
    re.findall(
        r"\S+",
        "what whats what's who whos who's when where how which show list book cancel move put add undo redo my help is are am",
    )
)
WORD = re.compile(r"[\w'’:.&+-]+")


@dataclass(frozen=True)
class Answer:
    """The state that the question takes, and the key or the words that answer it."""

    state: str
    key: Any


def read(question: QuestionRow, text: str, reader: Reader | None) -> Answer | None:
    """The answer that the text gives to the question; None when it is something else."""
    words = text.strip()
    if not words or len(words) > 300:
        return None
    if CANCEL.match(words):
        return Answer("rejected", confirm.NO)
    if question.kind == "confirm":
        return _yes_or_no(words)
    if NEITHER.match(words) and len(WORD.findall(words)) <= 4:
        return Answer("rejected", confirm.NO)
    if question.kind == "pick":
        return _pick(question.options, words) or _narrowed(question, words)
    return _value(question, words, reader)


def _yes_or_no(words: str) -> Answer | None:
    short = len(WORD.findall(words)) <= 4
    if short and NO.match(words):
        return Answer("rejected", confirm.NO)
    return Answer("answered", confirm.YES) if short and YES.match(words) else None


def _pick(options: Sequence[dict[str, Any]], words: str) -> Answer | None:
    said = [w.casefold() for w in WORD.findall(words)]
    meant = [w for w in said if w not in FILLER or w in ("one", "no.")]
    numbers = [ORDINALS[w] for w in meant if w in ORDINALS and w != "one"] or [0 for w in meant if meant == ["one"]]
    rest = [w for w in meant if w not in ORDINALS]
    if len(numbers) == 1 and not rest and numbers[0] < len(options):
        return Answer("answered", options[numbers[0]]["key"])
    fitting = [o for o in options if meant and _says(o, [w for w in meant if w != "one"])]
    return Answer("answered", fitting[0]["key"]) if len(fitting) == 1 else None


def _narrowed(question: QuestionRow, words: str) -> Answer | None:
    """Words that leave some of the classes asked about: the one that is left, or those to ask about again."""
    said = [w.casefold() for w in WORD.findall(words) if w.casefold() not in FILLER]
    part = next((PARTS[w] for w in said if w in PARTS), None)
    rest = [w for w in said if w not in PARTS]
    if question.type != "session" or not said:
        return None
    left = [o for o in question.options if (part is None or _within(o, part)) and (not rest or _says(o, rest))]
    if not left or len(left) == len(question.options):
        return None
    return Answer("answered", left[0]["key"]) if len(left) == 1 else Answer(NARROWED, words)


def _within(option: dict[str, Any], part: tuple[int, int]) -> bool:
    """Whether a class begins in a part of the day."""
    hour = re.search(r"T(\d\d):", str(option["key"]))
    return hour is not None and part[0] <= int(hour[1]) < part[1]


def _says(option: dict[str, Any], words: list[str]) -> bool:
    """Whether every word occurs in the option's label or key."""
    known = {_plain(w) for w in WORD.findall(f"{option['label']} {option['key']}".replace("T", " "))}
    known |= {str(int(k[:2])) for k in known if re.fullmatch(r"\d\d:00", k)} | _half_days(known)
    return bool(words) and all(_plain(w) in known for w in words)


def _half_days(known: set[str]) -> set[str]:
    """18:00 is also said as 6pm."""
    found = set()
    for time in known:
        if re.fullmatch(r"\d\d:\d\d", time):
            hour, minute = int(time[:2]), time[3:]
            half = "pm" if hour >= 12 else "am"
            short = (hour - 1) % 12 + 1
            found |= {f"{short}{half}"} if minute == "00" else {f"{short}:{minute}{half}", f"{short}:{minute}"}
            found |= {str(short)} if minute == "00" else set()
    return found


def _plain(word: str) -> str:
    return word.casefold().strip(".’'").removesuffix("'s").removesuffix("’s")


def _value(question: QuestionRow, words: str, reader: Reader | None) -> Answer | None:
    if NO.match(words) and len(WORD.findall(words)) <= 3:
        return Answer("rejected", confirm.NO)
    if question.type == "text":
        return Answer("answered", words)
    if question.type == "title" and _may_be_title(words):
        return Answer("answered", words)
    if reader is None:
        return _pick(question.options, words) if question.options else None
    covered = sorted((s for s in reader.spans(words)), key=lambda s: s.start - s.end)
    for span in covered:
        outside = WORD.findall(words[: span.start] + " " + words[span.end :])
        if all(w.casefold() in FILLER for w in outside):
            return Answer("answered", span.words)
    return _pick(question.options, words) if question.options else None


def _may_be_title(words: str) -> bool:
    """Whether words may be the name that was asked for, and no question or command of their own."""
    said = [word.casefold() for word in WORD.findall(words)]
    return 0 < len(said) <= _TITLE_WORDS and "?" not in words and "\n" not in words and said[0] not in _NO_TITLE


def outcome_of(question: QuestionRow, answer: Answer) -> tuple[str, Any]:
    """What became of a question, in words, and the state of its card."""
    if answer.state == REJECTED:
        return _("Rejected"), "rejected"
    if question.kind == "confirm":
        return _("Approved"), "approved"
    said = ", ".join(answer.key) if isinstance(answer.key, list) else str(answer.key)
    return next((o["label"] for o in question.options if o["key"] == answer.key), said), "answered"
