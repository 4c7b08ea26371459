"""The coaching guide: short sections of our own with their sources, and which of them a question is about."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from rapidfuzz import fuzz, process

from core.i18n import marked

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_SLIP = 88.0
_LIMB = r"(?:arm|leg|neck|back|shoulder|knee|hand|foot|hip|wrist|finger|toe|thumb|ankle|elbow|head|jaw|face|side|body)s?|feet"
# "I can't move my arm" is one, "I can't move my class" is none; nor is "number" a numbness.
RED_FLAGS = re.compile(
    r"\b(?:chest (?:pain|tight\w*)|(?<!\ba )faint(?:s|ed|ing|ness)?|pass(?:ed|ing) out(?! \w+s\b)|black(?:ed)? out|"
    r"short(?:ness)? of breath|"
    r"numb(?:ness|ed|ing)?|tingling|paraly\w*|slurred|worst headache|coughing blood|blood in|dark urine|suicid\w*|"
    r"heart (?:attack|racing)|can(?:'|no)?t (?:breathe|(?:feel|move)(?: (?:my|his|her|the|either|one)"
    rf"(?: (?:left|right|whole))? (?:{_LIMB})\b|(?: (?:at all|anymore|properly))?(?=[.!,?]|$)))|"
    r"popp(?:ed|ing) (?:sound|noise)|heard a pop|swollen|swelling|broken bone|dislocat\w*)(?!\w)",
    re.IGNORECASE,
)
STOP = marked(
    "Please stop training and do not wait: with that, see a doctor now; if it is bad or getting worse, call an ambulance. "
    "Tell your coach too. I cannot judge it from here."
)


@dataclass(frozen=True)
class Section:
    """One topic of the guide."""

    title: str
    words: tuple[str, ...]
    source: str
    text: str


@cache
def sections() -> tuple[Section, ...]:
    """The guide's sections in order."""
    written = files("core.coaching").joinpath("guide.md").read_text(encoding="utf-8")
    return tuple(_section(part) for part in written.split("## ") if part.strip())


def _section(part: str) -> Section:
    title, words, source, *text = part.strip().split("\n")
    named = tuple(w.strip() for w in words.removeprefix("words:").split(","))
    return Section(title.strip(), named, source.removeprefix("source:").strip(), " ".join(text).strip())


def is_alarming(words: str) -> bool:
    """Whether words name a sign that no guide answers: a doctor is needed at once."""
    return RED_FLAGS.search(words.replace("’", "'")) is not None


def about(topic: str, most: int = 2) -> list[Section]:
    """The sections that a topic is about, the one with the longest words in it first; room for a slip where none is."""
    said = _plain(topic)
    found = [(max((len(w) for w in s.words if _stands_in(_plain(w), said)), default=0), s) for s in sections()]
    fitting = sorted((pair for pair in found if pair[0]), key=lambda pair: -pair[0])
    return [section for _, section in fitting[:most]] or _slipped(said)


def _slipped(said: str) -> list[Section]:
    shelf = {_plain(word): section for section in sections() for word in section.words}
    hit = process.extractOne(said, shelf.keys(), scorer=fuzz.ratio, score_cutoff=_SLIP)
    return [shelf[hit[0]]] if hit else []


def _stands_in(words: str, said: str) -> bool:
    return f" {words} " in f" {said} "


def _plain(text: str) -> str:
    return " ".join(w.removesuffix("s") if len(w) > 3 else w for w in _WORD.findall(text.casefold()))
