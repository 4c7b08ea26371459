"""What a type of parameter is: how it is found in words, resolved to one value or several, and written back as words."""

import importlib
import pkgutil
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, Literal, Protocol

from core.llm.contract import Reader, Span

if typing.TYPE_CHECKING:
    from core.agent.tools import Context, Thing


@dataclass(frozen=True)
class TypeName:
    """The name of a reference type, put on a parameter with `Annotated[..., TypeName("member")]`."""

    name: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Candidate:
    """One thing that words may mean: the value for the tool's body, its key (canonical words, which resolve to exactly this
    one), and a label for its button. A key of None goes without saying: the call is shown without it."""

    value: Any
    key: Any
    label: str = ""


@dataclass(frozen=True)
class Focus:
    """What the conversation is about: things that results named, the newest last, and those of the message replied to;
    `listed` are those of the list that was shown last, in its order."""

    things: tuple["Thing", ...] = ()
    replied: tuple["Thing", ...] = ()
    made: tuple["Thing", ...] = ()
    listed: tuple["Thing", ...] = ()

    def newest(self, kind: str) -> "Thing | None":
        """The thing that "it" means: of the message replied to, else the newest named."""
        for group in (self.replied, self.things):
            for thing in reversed(group):
                if thing.type == kind:
                    return thing
        return None


@dataclass(frozen=True)
class Names:
    """A gym's names as they are looked up in words: loaded once and kept until a row of them changes."""

    by_type: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Ask:
    """The surroundings of a resolution: which tool and parameter asks, the other arguments as typed and what of them is
    already resolved, what the conversation is about. `options` are the fixed values of a choice."""

    tool: str
    param: str
    args: Mapping[str, Any]
    resolved: Mapping[str, Any]
    focus: Focus
    now: datetime
    role: int
    person_id: int
    options: tuple[str, ...] = ()


class Reference(Protocol):
    """A type of parameter. One class per type in `core/references`, found by its `name`."""

    name: str

    def reader(self, names: Any, focus: Focus, now: datetime, role: int) -> Reader:
        """What finds this type's values in a text. `names` is what `names()` returned for this gym."""
        ...

    async def names(self, db: Any, gym_id: int) -> Any:
        """The gym's names of this type, in whatever shape `reader` wants; None where there are none."""
        ...

    async def resolve(self, ctx: "Context", words: Any, ask: Ask) -> Sequence[Candidate]:
        """What the words mean: no candidate, one, or several to ask about. ISO values and keys resolve exactly."""
        ...

    def schema(self) -> Mapping[str, Any]:
        """The JSON schema of the words a model sends."""
        ...


async def nearest(reference: Reference, ctx: "Context", words: Any, ask: Ask) -> Sequence[Candidate]:
    """What comes near words that meant nothing, the best first; none where a type has no notion of nearness. A type has
    one by a method `near` with the parameters of `resolve`."""
    near = getattr(reference, "near", None)
    return await near(ctx, words, ask) if near else ()


async def missed(reference: Reference, ctx: "Context", words: Any, ask: Ask) -> str:
    """Why words meant nothing, where a type can tell more than that it looked. A type does by a method `missed` with the
    parameters of `resolve`."""
    telling = getattr(reference, "missed", None)
    return await telling(ctx, words, ask) if telling else ""


async def offered(reference: Reference, ctx: "Context", ask: Ask) -> Sequence[Candidate]:
    """What can be chosen before a word is said, the likeliest first; none where a type does not list its things. A type
    does by a method `offered` with the context and the ask."""
    listing = getattr(reference, "offered", None)
    return await listing(ctx, ask) if listing else ()


def type_of(hint: Any) -> TypeName:
    """The reference type that an annotation names; `str`, `int`, `bool` and `Literal` have their own."""
    for extra in getattr(hint, "__metadata__", ()):
        if isinstance(extra, TypeName):
            return extra
    if typing.get_origin(hint) is Literal:
        return TypeName("choice", tuple(str(a) for a in typing.get_args(hint)))
    plain = {str: "text", int: "number", float: "amount", bool: "switch"}
    if hint in plain:
        return TypeName(plain[hint])
    raise TypeError(f"no reference type for {hint!r}: annotate it with TypeName")


@cache
def references() -> Mapping[str, Reference]:
    """Every reference type by name, found in `core/references`."""
    package = importlib.import_module("core.references")
    found: dict[str, Reference] = {}
    for module in pkgutil.iter_modules(package.__path__):
        if module.name.startswith("_"):
            continue
        loaded = importlib.import_module(f"core.references.{module.name}")
        for reference in getattr(loaded, "REFERENCES", ()):
            if found.setdefault(reference.name, reference) is not reference:
                raise ValueError(f"two reference types are called {reference.name}")
    return found


__all__ = [
    "Ask",
    "Candidate",
    "Focus",
    "Names",
    "Reader",
    "Reference",
    "Span",
    "TypeName",
    "missed",
    "nearest",
    "offered",
    "references",
    "type_of",
]
