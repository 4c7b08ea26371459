"""What can be loaded into a conversation about the person and the gym: declared in `core/sources`, found by name, chosen
for a message, and told in few words."""

import importlib
import pkgutil
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from core.agent import policy
from core.agent.prompt import SOURCES
from core.agent.small import Small
from core.agent.tools import Data, GymFacts, Speaker
from core.chat import Place, one_line

LONGEST_NAME, LONGEST_TEXT = 64, 1200
CHOOSING_S = 2.0


@dataclass(frozen=True)
class Sight:
    """From where a source is looked at: the transaction, the speaker, the gym, the place, the gym's wall clock."""

    db: AsyncSession
    speaker: Speaker
    gym: GymFacts
    place: Place
    now: datetime
    local_now: datetime


Load = Callable[[Sight, int], Awaitable[str]]


@dataclass(frozen=True)
class Source:
    """A source of data. `says` are words that ask for it; `shows` is whose eyes it is for; `known` is false for what
    this gym keeps no data of yet."""

    name: str
    description: str
    shows: Data
    says: tuple[str, ...]
    load: Load
    known: bool = True


def source(*, shows: Data = Data.SELF, says: Sequence[str] = ()) -> Callable[[Load], Source]:
    """Declare a source: its name is the function's, its description the docstring's first line."""

    def declare(load: Load) -> Source:
        name = getattr(load, "__name__", "")
        return Source(name, (load.__doc__ or "").strip().split("\n")[0].rstrip("."), shows, tuple(says), load)

    return declare


def not_kept(name: str, description: str, says: Sequence[str] = ()) -> Source:
    """A source that people may ask for and that has no data behind it yet: it says so."""

    async def nothing(sight: Sight, limit: int) -> str:
        return "not kept yet"

    return Source(name, description, Data.SELF, tuple(says), nothing, known=False)


@cache
def sources() -> Mapping[str, Source]:
    """Every source by name."""
    package = importlib.import_module("core.sources")
    found: dict[str, Source] = {}
    for module in pkgutil.iter_modules(package.__path__):
        for declared in vars(importlib.import_module(f"core.sources.{module.name}")).values():
            if isinstance(declared, Source) and found.setdefault(declared.name, declared) is not declared:
                raise ValueError(f"two sources are called {declared.name}")
    return found


def offered(place: Place) -> dict[str, Source]:
    """The sources that may be told in a place."""
    return {name: s for name, s in sources().items() if policy.cleared(s.shows, place)}


class Chosen(BaseModel):
    """Which sources a message needs, and why: the same from the small model and from the rules."""

    data_sources: list[str]
    reasoning: str = ""


async def choose(jobs: Small, text: str, open_sources: Mapping[str, Source]) -> Chosen:
    """The sources that are needed for a message and not loaded yet. The rules decide what they are sure of; the small
    model, where there is one, the rest."""
    by_words = choose_by_rules(text, open_sources)
    known = [s for s in open_sources.values() if s.known]
    if by_words.data_sources or not known or not is_about_training(text):
        return by_words
    listed = "\n".join(f"- {s.name}: {s.description}" for s in known)
    told = await jobs.ask(SOURCES, f"Sources:\n{listed}\n\nMessage:\n{text[:1000]}", Chosen, CHOOSING_S)
    if told is None:
        return by_words
    return Chosen(data_sources=[n for n in told.data_sources if n in open_sources], reasoning=told.reasoning[:200])


def choose_by_rules(text: str, open_sources: Mapping[str, Source]) -> Chosen:
    """The sources whose words stand in the message."""
    said = f" {' '.join(_stems(text))} "
    needed = {
        s.name: [w for w in s.says if f" {' '.join(_stems(w))} " in said] for s in open_sources.values() if s.known
    }
    names = [name for name, words in needed.items() if words]
    why = "; ".join(f"{name}: {', '.join(needed[name][:2])}" for name in names)
    return Chosen(data_sources=names, reasoning=why or "nothing asks for more")


_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_TRAINING = frozenset({
    "train", "training", "workout", "program", "plan", "goal", "progress", "diet", "eat", "nutrition", "weight", "muscle",
    "strength", "stronger", "run", "injury", "advice", "should", "recommend", "routine", "exercise", "lift", "recover",
})  # fmt: skip


def _stems(text: str) -> list[str]:
    return [w.removesuffix("s") for w in _WORD.findall(text.casefold())]


def is_about_training(text: str) -> bool:
    """Whether a message may need to know the person better than its words say."""
    words = set(_stems(text))
    return len(words) > 3 and not words.isdisjoint(_TRAINING)


async def told(sight: Sight, name: str, limit: int = 10) -> str:
    """A source in few words, under its name."""
    text = await sources()[name].load(sight, limit)
    return f"[{name}] {text or 'nothing'}"[:LONGEST_TEXT]


def short(words: Any) -> str:
    """A name or short field as models read it: one visible line, of bounded length."""
    return one_line(str(words))[:LONGEST_NAME]
