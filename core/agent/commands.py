"""The tools that people call by name, as platforms list them, and what a typed command means."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.agent.tools import Data, Role, Tool
from core.chat import Call, Incoming

HELP = ("start", "help")
FREE = ("text", "title", "contact", "workout_change", "class_type_value")


@dataclass(frozen=True)
class CommandParam:
    """One parameter: its reference type, and the fixed options of a choice."""

    name: str
    type: str
    required: bool
    options: tuple[str, ...]
    description: str
    role: int


@dataclass(frozen=True)
class Command:
    """One command. `role` is the least that may use it; `shows` is whose eyes its answer is for (public, self, staff,
    money, health): what is not public is answered privately in an open group."""

    tool: str
    noun: str
    description: str
    role: int
    shows: str
    writes: bool
    params: tuple[CommandParam, ...]

    @property
    def for_groups(self) -> bool:
        """Whether it is of use in an open group: what it shows may be seen by all, and anybody may ask."""
        return self.shows == Data.PUBLIC.value and self.role <= Role.MEMBER


def commands(toolbox: Mapping[str, Tool]) -> list[Command]:
    """Every tool that people have words for; those that only a model calls have none."""
    return [_command(tool) for tool in sorted(toolbox.values(), key=lambda t: (t.noun, t.name)) if tool.says]


def _command(tool: Tool) -> Command:
    params = tuple(
        CommandParam(p.name, p.type.name, p.required, tuple(o.split("|")[0] for o in p.type.options), p.description,
                     int(p.role))
        for p in tool.params
    )  # fmt: skip
    summary = tool.description.split("\n")[0]
    return Command(tool.name, tool.noun, summary, int(tool.role), tool.shows.value, tool.writes, params)


def typed(toolbox: Mapping[str, Tool], incoming: Incoming) -> Incoming:
    """A typed command as the call that it is. Alone it is a call of which everything is still to be asked; with words
    behind it, these are its one argument, or else it is read like any sentence."""
    text = incoming.text.strip()
    if incoming.call is not None or not text.startswith("/"):
        return incoming
    command, _, words = text[1:].partition(" ")
    name = command.partition("@")[0].replace("-", "_").casefold()
    if name in HELP:
        return incoming.model_copy(update={"text": "help"})
    tool = toolbox.get(name)
    if tool is None or not tool.says:
        return incoming
    words = words.strip()
    if not words:
        return incoming.model_copy(update={"call": Call(tool=tool.name)})
    wanted = [p for p in tool.params if p.required]
    if len(wanted) == 1 and (len(tool.params) == 1 or wanted[0].type.name in FREE):
        return incoming.model_copy(update={"call": Call(tool=tool.name, args={wanted[0].name: words})})
    return incoming.model_copy(update={"text": f"{tool.name.replace('_', ' ')} {words}"})
