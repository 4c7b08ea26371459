"""What nouns have to say when an undo puts rows of their tables back: declared by table, asked inside the transaction."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import Offer
from core.store import tables


@dataclass(frozen=True)
class Touched:
    """A row's images over a whole change: the first before and the last after."""

    table: str
    row_id: int
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class Ruling(StrEnum):
    """What a noun says of rows that go back: no, only after a press by staff, or yes with something worth knowing."""

    NO = "no"
    PRESS = "press"
    NOTE = "note"


@dataclass(frozen=True)
class Remark:
    """A noun's ruling, as a whole sentence, and what would work instead."""

    ruling: Ruling
    words: str
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True)
class Restoring:
    """An undo as its nouns see it: the rows are back already, in a transaction that can still be given up. A row's
    `after` is how it was until now, its `before` how it is again. `person_id` and `rank` are of whoever undoes,
    `change_id` and `made_at` of what is undone; all instants are aware."""

    db: AsyncSession
    gym_id: int
    change_id: int
    made_at: datetime
    now: datetime
    person_id: int
    rank: int
    rows: Sequence[Touched]

    def of(self, table: str) -> Iterator[Touched]:
        """The rows of one table."""
        return (row for row in self.rows if row.table == table)


Rule = Callable[[Restoring], Awaitable[Sequence[Remark]]]
Clearing = Callable[[AsyncSession, int], Awaitable[None]]
_RULES: dict[str, list[Rule]] = {}
_CLEARINGS: dict[str, Clearing] = {}


def when_restored(table: str) -> Callable[[Rule], Rule]:
    """Declare what must hold when rows of a table are put back."""

    def declare(rule: Rule) -> Rule:
        _RULES.setdefault(table, []).append(rule)
        return rule

    return declare


def before_gone(table: str) -> Callable[[Clearing], Clearing]:
    """Declare what is cleared away behind a row, by its id, before an undo deletes it; it may refuse."""

    def declare(clearing: Clearing) -> Clearing:
        _CLEARINGS[table] = clearing
        return clearing

    return declare


async def clear(db: AsyncSession, table: str, row_id: int) -> None:
    """Let the noun of a row that is about to go clear away what is behind it."""
    declared()
    if table in _CLEARINGS:
        await _CLEARINGS[table](db, row_id)


@cache
def declared() -> dict[str, list[Rule]]:
    """The rules of every noun: they are declared where its table is, so all of these are loaded first."""
    tables.metadata()
    return _RULES


async def remarks(restoring: Restoring) -> list[Remark]:
    """What the nouns of all rows say, in the order of the tables as they were touched."""
    touched = dict.fromkeys(row.table for row in restoring.rows)
    rules = [rule for table in touched for rule in declared().get(table, ())]
    return [remark for rule in rules for remark in await rule(restoring)]
