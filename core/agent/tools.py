"""What a tool is: how it is declared, the context it runs in, what it returns, and how tools are found by name."""

import importlib
import inspect
import pkgutil
import types
import typing
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum, IntEnum, StrEnum
from functools import cache
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core.agent.reference import TypeName, type_of
from core.chat import Card, File, Image, Place
from core.clock import Clock, to_local
from core.errors import Offer
from core.i18n import speaking
from core.llm.contract import Param
from core.people import Someone
from core.store.changes import Cause


class Role(IntEnum):
    """What a person is in a gym; each includes the ones before."""

    STRANGER = 0
    MEMBER = 1
    COACH = 2
    ADMIN = 3
    OWNER = 4


class Effect(StrEnum):
    """What a call does to the world, and so when a person is asked first."""

    READ = "read"
    WRITE = "write"
    CONFIRM = "confirm"
    ALWAYS = "always"


class Data(Enum):
    """Whose eyes a result is for."""

    PUBLIC = "public"
    SELF = "self"
    STAFF = "staff"
    MONEY = "money"
    HEALTH = "health"


@dataclass(frozen=True)
class Thing:
    """Something a result was about, so that "it" and "the one I just made" can be understood later.
    `type` is a reference type's name, `key` what that type resolves exactly (its canonical words)."""

    type: str
    key: str


@dataclass(frozen=True)
class Notice:
    """A message to someone else that a change causes; it waits for the undo window and is withdrawn by undo."""

    person_id: int
    text: str
    correction: str = ""


def notice(person: Someone, words: Callable[[], tuple[str, str]]) -> Notice:
    """What somebody else is told, and what corrects it: worded in their language, not in the speaker's."""
    with speaking(person.language):
        return Notice(person.id, *words())


@dataclass(frozen=True)
class Result:
    """What a tool returns. `text` and `cards` are for people, `note` for the model (the text, if empty). `receipt` is
    said only if rows really changed. `things` are what it was about, the most important last; `listed` what a list shows, in
    its order. `data` narrows the tool's
    class where one result is more private than usual. `tell` are messages to others. `offers` become buttons. `undone`
    are the changes that an undo took back: their notices are withdrawn or corrected and their receipts say so. `private`
    results are for the asker alone, wherever they were asked for. `taints`: the note holds somebody else's free text.
    `aside` is for the model: people see it only where none asked. A `final` receipt has no Undo: nobody is left to press it."""

    text: str = ""
    note: str = ""
    cards: tuple[Card, ...] = ()
    receipt: str = ""
    things: tuple[Thing, ...] = ()
    listed: tuple[Thing, ...] = ()
    images: tuple[Image, ...] = ()
    files: tuple[File, ...] = ()
    tell: tuple[Notice, ...] = ()
    offers: tuple[Offer, ...] = ()
    undone: tuple[int, ...] = ()
    data: Data | None = None
    private: bool = False
    taints: bool = False
    aside: bool = False
    final: bool = False


@dataclass(frozen=True)
class Speaker:
    """Who acts: from the verified update, never from an argument."""

    person_id: int
    name: str
    role: Role
    gym_id: int


@dataclass(frozen=True)
class GymFacts:
    """What every tool needs to know of its gym."""

    id: int
    name: str
    zone: str
    currency: str
    units: str
    settings: Mapping[str, Any]


@dataclass
class Context:
    """Everything a tool may use: the transaction, the speaker, the gym, the place, the time. `pressed` is true when the
    person has pressed yes for this very call; `cause` is what the change log writes down;
    `answer` is what the person answered to a tool that asks; `by_code` is a call that no model proposed,
    `tainted` one that a model proposed after it read somebody else's free text."""

    db: AsyncSession
    speaker: Speaker
    gym: GymFacts
    place: Place
    room: str | None
    session_id: int
    turn_id: int
    call_id: str
    clock: Clock
    at: datetime
    cause: Cause
    pressed: bool = False
    answer: str | None = None
    by_code: bool = True
    tainted: bool = False

    @property
    def now(self) -> datetime:
        """The moment of the call, aware, in UTC."""
        return self.at

    @property
    def local_now(self) -> datetime:
        """The gym's wall clock at the moment of the call."""
        return to_local(self.at, self.gym.zone)


class Unconcerning:
    """What a check returns instead of a card where a change that is previewed concerns nobody: it is done at once, with
    Undo. A call that other people's words may have led to is asked about all the same."""


Body = Callable[..., Awaitable[Result]]
AskFirst = Callable[..., Awaitable[Card | Unconcerning | None]]


@dataclass(frozen=True)
class ParamSpec:
    """One parameter as declared: its type, whether it may be left out, and the least role that may use it."""

    name: str
    type: TypeName
    required: bool
    role: Role = Role.MEMBER
    intro: tuple[str, ...] = ()
    description: str = ""

    def as_contract(self) -> Param:
        """The parameter as models see it."""
        return Param(
            self.name, self.type.name, self.required, int(self.role), self.intro, self.description, self.type.options
        )


@dataclass(frozen=True)
class Tool:
    """A declared tool. `check` runs before the body with everything resolved: it returns a card to ask with first (what
    a late cancellation costs, how many people will be told), None to go on, or raises Refused."""

    name: str
    role: Role
    effect: Effect
    shows: Data
    says: tuple[str, ...]
    description: str
    params: tuple[ParamSpec, ...]
    body: Body
    check: AskFirst | None = None
    model_may: bool = True
    noun: str = ""
    asks: tuple[str, str] | None = None
    makes: str = ""

    @property
    def writes(self) -> bool:
        return self.effect is not Effect.READ

    def param(self, name: str) -> ParamSpec | None:
        """A parameter by its name."""
        return next((p for p in self.params if p.name == name), None)


@dataclass
class Declared:
    """What `@tool` leaves in a module: the tool, and a hook to add its check."""

    tool: Tool

    def check(self, ask: AskFirst) -> AskFirst:
        """Declare what is asked or refused before the body runs; takes the same parameters as the body."""
        self.tool = replace(self.tool, check=ask)
        return ask

    async def __call__(self, *args: Any, **kwargs: Any) -> Result:
        return await self.tool.body(*args, **kwargs)


def tool(
    role: Role,
    effect: Effect = Effect.READ,
    *,
    shows: Data = Data.PUBLIC,
    says: typing.Sequence[str] = (),
    least: Mapping[str, Role] | None = None,
    intro: Mapping[str, typing.Sequence[str]] | None = None,
    model_may: bool = True,
    asks: tuple[str, str] | None = None,
    makes: str = "",
) -> Callable[[Body], Declared]:
    """Declare a tool. Its name is the function's, its description the docstring, its parameters the signature after
    `ctx`; a trailing underscore in a parameter's name is dropped (`from_` is `from`). `least` gives a parameter a
    higher role than the tool's; `intro` gives the words that lead to an optional parameter in free order. `makes` is the
    reference type of what a call brings into being, so that "it" can mean that in the same message."""

    def declare(body: Body) -> Declared:
        return Declared(
            Tool(
                name=body.__name__,
                role=role,
                effect=effect,
                shows=shows,
                says=tuple(says),
                description=inspect.cleandoc(body.__doc__ or ""),
                params=_params(body, role, least or {}, intro or {}),
                body=body,
                model_may=model_may,
                asks=asks,
                makes=makes,
                noun=body.__module__.rsplit(".", 1)[-1],
            )
        )

    return declare


def _params(
    body: Body, role: Role, least: Mapping[str, Role], intro: Mapping[str, typing.Sequence[str]]
) -> tuple[ParamSpec, ...]:
    hints = typing.get_type_hints(body, include_extras=True)
    signature = list(inspect.signature(body).parameters.values())[1:]
    specs = []
    for parameter in signature:
        name = parameter.name.rstrip("_")
        specs.append(
            ParamSpec(
                name=name,
                type=type_of(_without_none(hints[parameter.name])),
                required=parameter.default is inspect.Parameter.empty,
                role=max(least.get(name, role), Role.MEMBER),
                intro=tuple(intro.get(name, ())),
            )
        )
    return tuple(specs)


def _without_none(hint: Any) -> Any:
    """The type behind `X | None`."""
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        kept = [a for a in typing.get_args(hint) if a is not type(None)]
        if len(kept) == 1:
            return kept[0]
    return hint


def load(package: str = "core.tools") -> dict[str, Tool]:
    """Every tool of a package by name. A module whose name starts with `_` is private; two tools of one name are a bug."""
    return dict(_found_in(package))


@cache
def _found_in(package: str) -> Mapping[str, Tool]:
    found: dict[str, Tool] = {}
    for module in pkgutil.iter_modules(importlib.import_module(package).__path__):
        if module.name.startswith("_"):
            continue
        for declared in vars(importlib.import_module(f"{package}.{module.name}")).values():
            if not isinstance(declared, Declared):
                continue
            if found.setdefault(declared.tool.name, declared.tool) is not declared.tool:
                raise ValueError(f"two tools are called {declared.tool.name}")
    return found


@dataclass(frozen=True)
class Toolbox:
    """The tools of this installation by name."""

    tools: Mapping[str, Tool] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Tool:
        return self.tools[name]
