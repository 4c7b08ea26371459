"""Knows what workouts and exercises mean, as an embedder sees it: vectors that are kept, made anew when a text changes, and
ranked against a message. Without an embedder, or when it fails, words alone find things."""

import array
import asyncio
import hashlib
import math
from collections.abc import Mapping, Sequence
from itertools import islice
from operator import mul
from typing import Protocol

import structlog
from sqlalchemy import LargeBinary, String, UniqueConstraint, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql import delete, select

from core.agent.ambient import Hit
from core.agent.small import in_time
from core.clock import Clock
from core.coaching import exercises, workouts
from core.store.database import Store
from core.store.rows import Row

log = structlog.get_logger()
WITHIN_S, NEAR = 2.0, 0.45
BATCH, LONGEST = 128, 1000
EVERYONES = 0


class VectorRow(Row):
    """The meaning of one thing's text. `mark` is what the text is known by; `gym_id` 0 is what all gyms share."""

    __tablename__ = "meanings"
    __table_args__ = (UniqueConstraint("gym_id", "model", "kind", "name"),)

    gym_id: Mapped[int]
    model: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200))
    mark: Mapped[str] = mapped_column(String(32))
    vector: Mapped[bytes] = mapped_column(LargeBinary)


class Embedder(Protocol):
    """Turns texts into vectors whose nearness is nearness of meaning, paid for under a turn."""

    name: str

    async def embed(self, texts: Sequence[str], turn: int) -> Sequence[Sequence[float]]: ...

    async def close(self) -> None: ...


Known = dict[Hit, "tuple[str, array.array[float]]"]


class Meanings:
    """The vectors of what can be found, in memory once they were read."""

    def __init__(self, store: Store, clock: Clock, embedder: Embedder) -> None:
        self.store = store
        self.clock = clock
        self.embedder = embedder
        self._known: dict[int, Known] = {}
        self._filling: asyncio.Task[None] | None = None

    async def nearest(self, text: str, gym_id: int, turn_id: int) -> list[Hit]:
        """The things that mean nearly the same as a text, the nearest first; none where that is not known in time."""
        try:
            return await in_time(self.clock, WITHIN_S, self._nearest(text, gym_id, turn_id))
        except Exception as error:
            log.info("meanings_unknown", why=f"{type(error).__name__}: {error}"[:200])
            return []

    async def _nearest(self, text: str, gym_id: int, turn_id: int) -> list[Hit]:
        async with self.store.read() as db:
            shelves = {EVERYONES: _exercises(), gym_id: await _workouts(db, gym_id)}
            known = {of: await self._read(db, of) for of in shelves}
        if any(_changed(shelf, known[of]) for of, shelf in shelves.items()):
            self._fill(shelves, turn_id)
        vectors = {
            hit: known[of][hit][1]
            for of, shelf in shelves.items()
            for hit, told in shelf.items()
            if hit in known[of] and known[of][hit][0] == _mark(told)
        }
        if not vectors:
            return []
        [asked] = await self.embedder.embed([text[:LONGEST]], turn_id)
        return await asyncio.to_thread(ranked, unit(asked), vectors)

    async def settled(self) -> None:
        """Wait until what is new or has changed is known."""
        if self._filling is not None:
            await asyncio.gather(self._filling, return_exceptions=True)

    async def close(self) -> None:
        """Stop learning and close the connections."""
        if self._filling is not None:
            self._filling.cancel()
        await self.settled()
        await self.embedder.close()

    async def _read(self, db: AsyncSession, of: int) -> Known:
        if of not in self._known:
            rows = await db.scalars(
                select(VectorRow).where(VectorRow.gym_id == of, VectorRow.model == self.embedder.name[:80])
            )
            self._known[of] = {Hit(r.kind, r.name): (r.mark, array.array("f", r.vector)) for r in rows}
        return self._known[of]

    def _fill(self, shelves: Mapping[int, Mapping[Hit, str]], turn_id: int) -> None:
        """Learn what is new beside the conversation, never in its way."""
        if self._filling is None or self._filling.done():
            self._filling = asyncio.create_task(self._learn(shelves, turn_id))

    async def _learn(self, shelves: Mapping[int, Mapping[Hit, str]], turn_id: int) -> None:
        try:
            for of, shelf in shelves.items():
                known = self._known[of]
                await self._keep(of, [hit for hit in known if hit not in shelf], {})
                new = iter([(hit, told) for hit, told in shelf.items() if known.get(hit, ("",))[0] != _mark(told)])
                while batch := dict(islice(new, BATCH)):
                    vectors = await self.embedder.embed([told[:LONGEST] for told in batch.values()], turn_id)
                    made = zip(batch.items(), vectors, strict=True)
                    await self._keep(of, list(batch), {hit: (_mark(told), unit(v)) for (hit, told), v in made})
        except Exception as error:
            log.warning("meanings_not_learned", why=f"{type(error).__name__}: {error}"[:200])

    async def _keep(self, of: int, old: Sequence[Hit], new: Known) -> None:
        """Put new vectors in the place of old ones, in the database and then in memory."""
        if not old and not new:
            return
        model = self.embedder.name[:80]
        names = tuple_(VectorRow.kind, VectorRow.name).in_([(hit.kind, hit.key[:200]) for hit in old])
        async with self.store.write() as db:
            gone = delete(VectorRow).where(VectorRow.gym_id == of, VectorRow.model == model, names)
            await db.execute(gone.execution_options(synchronize_session=False))
            for hit, (mark, vector) in new.items():
                row = {"kind": hit.kind, "name": hit.key[:200], "mark": mark, "vector": vector.tobytes()}
                db.add(VectorRow(gym_id=of, model=model, **row))
        for hit in old:
            self._known[of].pop(hit, None)
        self._known[of].update(new)


def _exercises() -> dict[Hit, str]:
    return {Hit("exercise", e.name): f"{e.name} {', '.join(e.primary)}" for e in exercises.catalogue().values()}


async def _workouts(db: AsyncSession, gym_id: int) -> dict[Hit, str]:
    return {Hit("workout", w.name): f"{w.name} {w.text}" for w in await workouts.all_of(db, gym_id)}


def _changed(shelf: Mapping[Hit, str], known: Known) -> bool:
    return known.keys() != shelf.keys() or any(known[hit][0] != _mark(told) for hit, told in shelf.items())


def _mark(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def unit(vector: Sequence[float]) -> "array.array[float]":
    """A vector of length one in the same direction."""
    length = math.sqrt(sum(x * x for x in vector)) or 1.0
    return array.array("f", (x / length for x in vector))


def ranked(asked: "array.array[float]", vectors: Mapping[Hit, "array.array[float]"]) -> list[Hit]:
    """The things whose vectors are near one, the nearest first; one of another length is of another model."""
    near = {hit: sum(map(mul, asked, v)) for hit, v in vectors.items() if len(v) == len(asked)}
    return sorted((hit for hit, score in near.items() if score >= NEAR), key=lambda hit: -near[hit])
