"""Holds the gym's workouts, and decides which of them a name or a part of one means."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA
from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql import select

from core.coaching.wod_shape import Wod
from core.store.rows import Json, Logged, Row, model_of

LONGEST_NAME = 80
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


class Workout(Logged, Row):
    """A workout as its author wrote it, and the structure that was read from it."""

    __tablename__ = "workouts"
    __data__ = "public"

    name: Mapped[str] = mapped_column(String(LONGEST_NAME), index=True)
    text: Mapped[str] = mapped_column(Text)
    structure: Mapped[dict[str, Any]] = mapped_column(Json)
    notes: Mapped[str] = mapped_column(Text, default="")
    author_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    made_at: Mapped[datetime]

    @property
    def wod(self) -> Wod:
        """The structure as the rules of workouts read it."""
        return Wod.model_validate(self.structure)


@dataclass(frozen=True)
class Scheduled:
    """A class that a workout is planned for."""

    session: Any
    starts_at: datetime
    cancelled: bool


def words_of(text: str) -> tuple[str, ...]:
    """A name's words as they are compared: lower case, without accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return tuple(_WORD.findall("".join(c for c in plain if not unicodedata.combining(c)).replace("’", "'")))


def named(names: Iterable[str], words: str) -> list[str]:
    """The names that the words mean: one that is exactly so, one a slip of the keys away, else all that have the words."""
    known, asked = {name: words_of(name) for name in names}, words_of(words)
    if not asked:
        return []
    exact = [name for name, own in known.items() if own == asked]
    if exact:
        return exact
    near = [name for name, own in known.items() if is_slip(" ".join(asked), " ".join(own))]
    part = [name for name, own in known.items() if set(asked) <= set(own)]
    return sorted(part if len(near) != 1 else near) or sorted(_alike(known, " ".join(asked)))


def is_slip(typed: str, name: str) -> bool:
    """Whether a name was meant, with a letter or two wrong; short names must be right."""
    allowed = 0 if len(name) < 5 else 1 if len(name) < 9 else 2
    return typed[:1] == name[:1] and OSA.distance(typed, name, score_cutoff=allowed) <= allowed


def _alike(known: dict[str, tuple[str, ...]], typed: str) -> list[str]:
    """Names with each asked word in them but for a slip: "strenght a"."""
    return [name for name, own in known.items() if all(any(is_slip(w, o) for o in own) for w in typed.split())]


async def all_of(db: AsyncSession, gym_id: int) -> Sequence[Workout]:
    """The gym's workouts by name."""
    rows = list(await db.scalars(select(Workout).where(Workout.gym_id == gym_id)))
    return sorted(rows, key=lambda w: w.name.casefold())


async def meant(db: AsyncSession, gym_id: int, words: str) -> list[Workout]:
    """The workouts that the words can mean, by name."""
    rows = await all_of(db, gym_id)
    wanted = named((w.name for w in rows), words)
    return [w for w in rows if w.name in wanted]


def tidy_name(words: str) -> str:
    """A name without quotes and stray marks around it, no longer than a name may be."""
    return " ".join(words.split()).strip("\"'“”‘’ .,:;")[:LONGEST_NAME].rstrip()


async def free_name(db: AsyncSession, gym_id: int, wanted: str) -> str:
    """The wanted name, or with a number after it where a workout of the gym has it already."""
    tidy = tidy_name(wanted)
    taken = {w.name.casefold() for w in await all_of(db, gym_id)}
    name, number = tidy, 2
    while name.casefold() in taken:
        name, number = f"{tidy[: LONGEST_NAME - 4]} {number}", number + 1
    return name


def matching(workouts: Sequence[Workout], filter_: str) -> list[Workout]:
    """The workouts whose name, format or movements have the words, with room for a slip."""
    asked = [w.removesuffix("s") for w in words_of(filter_)]
    found = []
    for workout in workouts:
        text = f"{workout.name} {workout.structure.get('format', '').replace('_', ' ')} {workout.text} {workout.notes}"
        own = [w.removesuffix("s") for w in words_of(text + " " + _exercises(workout))]
        if asked and all(any(word in o or fuzz.ratio(word, o) >= 85 for o in own) for word in asked):
            found.append(workout)
    return found


def _exercises(workout: Workout) -> str:
    return " ".join(str(m.get("exercise") or m.get("name")) for m in workout.structure.get("movements", ()))


async def planned_in(db: AsyncSession, workout: Workout) -> list[Scheduled]:
    """The classes that a workout is planned for, past and to come, by their start."""
    try:
        model: Any = model_of("class_sessions")
    except KeyError:
        return []
    if not hasattr(model, "workout_id"):
        return []
    rows = await db.scalars(select(model).where(model.workout_id == workout.id))
    planned = (Scheduled(row, row.starts_at, row.status == "cancelled") for row in rows)
    return sorted(planned, key=lambda s: s.starts_at)


async def delete(db: AsyncSession, workout: Workout) -> list[Scheduled]:
    """Take a workout out of the gym, and off the classes it was planned for; returns those."""
    planned = await planned_in(db, workout)
    for at in planned:
        at.session.workout_id = None
    await db.flush()
    await db.delete(workout)
    await db.flush()
    return planned
