"""A toy noun: a table, a reference type and tools that carry no line of undo, confirmation or privacy code."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql import select

from core.agent.reference import Ask, Candidate, Focus, Reader, Span, TypeName, references
from core.agent.tools import Context, Data, Effect, Notice, Result, Role, Thing, Tool, tool
from core.chat import Card
from core.errors import Refused
from core.references.kinds import Number, Words
from core.store.rows import Logged, Row
from core.tools import history


class Toy(Logged, Row):
    """A thing with a name and a colour."""

    __tablename__ = "toys"

    name: Mapped[str] = mapped_column(String(60))
    colour: Mapped[str] = mapped_column(String(20), default="red")
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))


class ToyPart(Logged, Row):
    """A part that stands on a toy."""

    __tablename__ = "toy_parts"

    toy_id: Mapped[int] = mapped_column(ForeignKey("toys.id"))


class _NoWords:
    def spans(self, text: str) -> Sequence[Span]:
        return ()


class ToyReference:
    """Toys by their name or a part of it."""

    name = "toy"

    def reader(self, names: Any, focus: Focus, now: datetime, role: int) -> Reader:
        return _NoWords()

    async def names(self, db: Any, gym_id: int) -> Any:
        return None

    async def resolve(self, ctx: Context, words: Any, ask: Ask) -> Sequence[Candidate]:
        rows = list(await ctx.db.scalars(select(Toy).where(Toy.gym_id == ctx.gym.id).order_by(Toy.name)))
        if words == "it" and (newest := ask.focus.newest("toy")):
            words = newest.key
        exact = [t for t in rows if t.name.casefold() == str(words).casefold()]
        near = [t for t in rows if str(words).casefold() in t.name.casefold()]
        return [Candidate(t, t.name, t.name) for t in (exact or near)]

    def schema(self) -> Mapping[str, Any]:
        return {"type": "string"}


ToyRef = Annotated[Toy, TypeName("toy")]


@tool(Role.MEMBER, Effect.WRITE, says=["make [toy] {name}"])
async def make_toy(ctx: Context, name: Words) -> Result:
    """Make a toy."""
    if name == "bomb":
        raise Refused("We make no bombs here. Nothing was made.")
    if name == "bug":
        ctx.db.add(Toy(gym_id=ctx.gym.id, name=name))
        await ctx.db.flush()
        raise ZeroDivisionError("a fault of our own")
    ctx.db.add(Toy(gym_id=ctx.gym.id, name=name, owner_id=ctx.speaker.person_id))
    return Result(receipt=f"Made {name}", things=(Thing("toy", name),))


@tool(Role.MEMBER, Effect.WRITE)
async def paint_toy(ctx: Context, toy: ToyRef, colour: Words) -> Result:
    """Paint a toy."""
    toy.colour = colour
    return Result(receipt=f"Painted {toy.name} {colour}", things=(Thing("toy", toy.name),))


@tool(Role.MEMBER, Effect.WRITE)
async def add_part(ctx: Context, toy: ToyRef) -> Result:
    """Add a part to a toy."""
    ctx.db.add(ToyPart(gym_id=ctx.gym.id, toy_id=toy.id))
    return Result(receipt=f"Added a part to {toy.name}")


@tool(Role.COACH, Effect.CONFIRM)
async def break_toy(ctx: Context, toy: ToyRef) -> Result:
    """Break a toy and tell its owner."""
    tell = (Notice(toy.owner_id, f"{toy.name} is broken", f"{toy.name} is whole again"),) if toy.owner_id else ()
    await ctx.db.delete(toy)
    return Result(receipt=f"Broke {toy.name}", tell=tell)


@break_toy.check
async def _scope(ctx: Context, toy: Toy) -> Card:
    return Card(kind="confirm", title=f"Break {toy.name}?", lines=(f"It is {toy.colour}.",))


@tool(Role.ADMIN, shows=Data.MONEY)
async def price_toys(ctx: Context) -> Result:
    """What the toys cost."""
    return Result(text="The toys cost 4711 EUR.")


@tool(Role.MEMBER, says=["count [the|all] toys"])
async def count_toys(ctx: Context, last: Number | None = None) -> Result:
    """How many toys there are."""
    rows = list(await ctx.db.scalars(select(Toy).where(Toy.gym_id == ctx.gym.id)))
    return Result(text=f"{len(rows)} toys: {', '.join(sorted(f'{t.name} {t.colour}' for t in rows))}")


def toolbox() -> dict[str, Tool]:
    """The toy tools with the real undo."""
    references().setdefault("toy", ToyReference())  # type: ignore[attr-defined]
    declared = (make_toy, paint_toy, add_part, break_toy, price_toys, count_toys)
    real = (history.undo, history.redo, history.show_changes)
    return {d.tool.name: d.tool for d in (*declared, *real)}
