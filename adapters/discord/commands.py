"""Slash commands from the catalogue of tools: groups by noun, options by type, and back from what was chosen to a call."""

import inspect
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import discord
from discord import app_commands
from discord.app_commands import AppCommandContext, AppInstallationType, Choice, locale_str

from adapters.catalogue import Command, Param
from adapters.discord import forms
from adapters.discord.limits import CHOICES, GROUP_COMMANDS, OPTION_CHARS
from adapters.discord.line import Json, Line
from adapters.discord.localized import Localized
from adapters.discord.parse import FORM, SEARCH_FIELD, SEARCHED, SUBMIT, Interaction, filled, path_of
from adapters.fallback import clipped
from core.i18n import marked

COACH, ADMIN = 2, 3
PUBLIC, STAFF = "public", "staff"
STAFF_ROOM = "staff"
MENUS = {"Undo this": "undo"}
# What the door of the house takes; no tool stands behind them.
SETUP, HELP = "setup", "help"
DOORS = {
    "join": marked("Send me the code of your invitation, or the one I gave you on another platform."),
    SETUP: marked("Open your gym with the code that the program printed, or see what is left to do."),
}
ABOUT_HELP = marked("What you can ask me, with examples.")
# Nobody looks for a thing of the gym behind these nouns: what they hold is called by the name that my texts call it by.
ALONE = ("conversation", "erasure", "history", "onboarding", "search")
PLAIN = ("text", "title", "contact", "days", "units", "zone", "language", "workout_change", "class_type_value")
WHOLE: dict[str, tuple[int, int]] = {"number": (1, 1000), "spots": (1, 500), "minutes": (1, 600), "day_count": (1, 730)}
FIGURES = ("amount", "money")
SWITCH, CHOICE = "switch", "choice"
ALL_INSTALLS = AppInstallationType(guild=True, user=True)
ALL_CONTEXTS = AppCommandContext(guild=True, dm_channel=True, private_channel=True)
OWN_CHAT = AppCommandContext(guild=False, dm_channel=True, private_channel=False)


class Commands:
    """Everything that can be called by name, as Discord knows it."""

    def __init__(self, listed: Iterable[Command]) -> None:
        self._by_path: dict[tuple[str, ...], Command] = {}
        self._by_tool: dict[str, Command] = {}
        for command in listed:
            if len(command.params) <= 25 and command.tool not in DOORS:
                self._by_path[path_for(command)] = command
                self._by_tool[command.tool] = command

    # -- registering ---------------------------------------------------------------------------------------

    async def register(self, line: Line) -> None:
        """Tell Discord the commands; what is no longer there disappears."""
        tree = self.tree(line)
        await tree.set_translator(Localized())
        await tree.sync()

    def tree(self, line: discord.Client) -> app_commands.CommandTree[Any]:
        """The commands as the library's tree, which knows the form they are registered in."""
        tree: app_commands.CommandTree[Any] = app_commands.CommandTree(
            line, allowed_installs=ALL_INSTALLS, allowed_contexts=ALL_CONTEXTS
        )
        groups: dict[str, app_commands.Group] = {}
        for path, command in self._by_path.items():
            if len(path) == 1:
                leaf = _leaf(command, path[0])
                leaf.default_permissions = _permissions(command.role)
                tree.add_command(leaf)
                continue
            group = groups.get(path[0])
            if group is None:
                group = groups[path[0]] = _group(path[0], self._all_in(path[0]))
                tree.add_command(group)
            if len(group.commands) < GROUP_COMMANDS:
                group.add_command(_leaf(command, path[1]))
        for name in MENUS:
            tree.add_command(_menu(name))
        for name, about in DOORS.items():
            tree.add_command(_door(name, about))
        tree.add_command(_help())
        return tree

    def _all_in(self, group: str) -> list[Command]:
        return [c for path, c in self._by_path.items() if path[0] == group]

    # -- reading -------------------------------------------------------------------------------------------

    def of(self, path: tuple[str, ...]) -> Command | None:
        """The command of a path of words."""
        return self._by_path.get(path)

    def shown_in(self, interaction: Interaction, room: str | None) -> bool:
        """Whether everyone in a room may read what a command usually answers."""
        if interaction.type == SUBMIT and not interaction.data.custom_id.startswith(FORM):
            return True
        if interaction.data.name == HELP:
            return True
        command = self._command(interaction)
        cleared = (PUBLIC, STAFF) if room and room.partition("#")[0] == STAFF_ROOM else (PUBLIC,)
        return command is not None and command.shows in cleared

    def _command(self, interaction: Interaction) -> Command | None:
        if interaction.type == SUBMIT:
            return self._by_tool.get(interaction.data.custom_id.removeprefix(FORM))
        return self._by_path.get(path_of(interaction.data)[0])

    def said(self, interaction: Interaction) -> dict[str, Any]:
        """What a command or a form says to the core: a call, or words that were searched for."""
        data = interaction.data
        if interaction.type == SUBMIT:
            given = filled(data)
            if data.custom_id.startswith(SEARCHED):
                return {"text": given.get(SEARCH_FIELD, "")}
            command = self._by_tool.get(data.custom_id.removeprefix(FORM))
            return self._call(command, given) if command else {"text": " ".join(given.values())}
        path, options = path_of(data)
        command = self._by_path.get(path)
        values = {o.name: o.value for o in options if o.value is not None}
        if path[0] in DOORS and len(path) == 1:
            return {"text": f"/{path[0]} {values.get('code', '')}".strip()}
        if command is None:
            return {"text": " ".join((*path, *(str(v) for v in values.values())))}
        return self._call(command, values)

    @staticmethod
    def _call(command: Command, values: Mapping[str, Any]) -> dict[str, Any]:
        known = {option_name(p.name): p.name for p in command.params}
        return {"call": {"tool": command.tool, "args": {known[n]: v for n, v in values.items() if n in known}}}

    def of_menu(self, interaction: Interaction, change: int) -> dict[str, Any]:
        """What a message's menu says to the core of the change that the message tells of."""
        name = interaction.data.name
        return {"call": {"tool": MENUS.get(name, name), "args": {"change": change}}}

    # -- on the spot ---------------------------------------------------------------------------------------

    def form(self, interaction: Interaction) -> Json | None:
        """The form of a command that asks several things at once and was given too few of them."""
        path, options = path_of(interaction.data)
        command = self._by_path.get(path)
        if command is None or not asks_by_form(command):
            return None
        known = {option_name(p.name): p.name for p in command.params}
        given = {known[o.name]: str(o.value) for o in options if o.name in known and o.value not in (None, "")}
        missing = [p for p in command.params if p.required and p.name not in given]
        return forms.form(command, given) if missing else None

    def focused(self, interaction: Interaction) -> tuple[str, str, str, dict[str, Any]] | None:
        """What is being typed: the tool, the parameter, the words so far, and the other values."""
        path, options = path_of(interaction.data)
        command = self._by_path.get(path)
        typed = next((o for o in options if o.focused), None)
        if command is None or typed is None:
            return None
        known = {option_name(p.name): p.name for p in command.params}
        others = {known[o.name]: o.value for o in options if not o.focused and o.name in known}
        return command.tool, known.get(typed.name, typed.name), str(typed.value or ""), others


# -- building --------------------------------------------------------------------------------------------------


def path_for(command: Command) -> tuple[str, ...]:
    """A command's words: the noun and what is done with it, without saying the noun again; or its own name alone."""
    if command.noun in ALONE:
        return (command.tool[:32],)
    group = command.noun.replace("_", "-")
    stems = (group, group.removesuffix("s"), group.removesuffix("es"))
    leaf = command.tool.replace("_", "-")
    for stem in stems:
        leaf = re.sub(rf"-{stem}(?=-|$)", "", leaf)
    return (group, leaf[:32])


def option_name(name: str) -> str:
    """A parameter's name as Discord allows it."""
    return name.lower().replace(" ", "-")[:32]


def asks_by_form(command: Command) -> bool:
    """Whether a command asks so much at once that a form is kinder than options."""
    return sum(1 for p in command.params if p.required) >= 2 and len(command.params) >= 3


def _group(name: str, inside: Sequence[Command]) -> app_commands.Group:
    about = f"Everything about {name.replace('-', ' ')}."
    return app_commands.Group(
        name=locale_str(name),
        description=locale_str(about),
        default_permissions=_permissions(min(c.role for c in inside)),
        allowed_installs=ALL_INSTALLS,
        allowed_contexts=ALL_CONTEXTS,
    )


def _permissions(role: int) -> discord.Permissions | None:
    """Who is shown a command in a server by default; what they may really do is decided by the gym."""
    if role >= ADMIN:
        return discord.Permissions(manage_guild=True)
    return discord.Permissions(manage_messages=True) if role >= COACH else None


def _leaf(command: Command, name: str) -> app_commands.Command[Any, Any, Any]:
    """One command. Its callback is never run: what is chosen goes through the arrivals as it came."""

    async def callback(interaction: discord.Interaction, **options: Any) -> None:
        return None

    form = asks_by_form(command)
    first = inspect.Parameter(
        "interaction", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=discord.Interaction[discord.Client]
    )
    ordered = sorted(command.params, key=lambda p: not p.required)
    rest = [_parameter(p, p.required and not form) for p in ordered]
    callback.__signature__ = inspect.Signature([first, *rest])  # type: ignore[attr-defined]
    of_params: dict[str, dict[str, Any]] = {
        "rename": {_inner(p): locale_str(option_name(p.name)) for p in command.params},
        "description": {_inner(p): locale_str(_described(p)) for p in command.params},
        "choices": {_inner(p): _choices(p) for p in command.params if p.type == CHOICE and len(p.options) <= CHOICES},
        "autocomplete": {_inner(p): _completes for p in command.params if completes(p)},
    }
    for what, said in of_params.items():
        setattr(callback, f"__discord_app_commands_param_{what}__", said)
    about = command.description.split("\n")[0]
    shown = locale_str(clipped(about, OPTION_CHARS) or name)
    return app_commands.Command(name=locale_str(name), description=shown, callback=callback)  # type: ignore[arg-type]


def completes(param: Param) -> bool:
    """Whether an option completes itself: every typed reference and date does."""
    simple = (*PLAIN, *WHOLE, *FIGURES, SWITCH, CHOICE)
    return param.type not in simple or (param.type == CHOICE and len(param.options) > CHOICES)


async def _completes(interaction: Any, current: str) -> list[Choice[str]]:
    return []


def _parameter(param: Param, required: bool) -> inspect.Parameter:
    kinds: dict[str, Any] = {SWITCH: bool, **dict.fromkeys(FIGURES, float)}
    kinds |= {name: app_commands.Range[int, low, high] for name, (low, high) in WHOLE.items()}
    more = {} if required else {"default": None}
    return inspect.Parameter(
        _inner(param),
        inspect.Parameter.KEYWORD_ONLY,
        annotation=kinds.get(param.type, str),
        **more,
    )


def _inner(param: Param) -> str:
    """A parameter's name inside of the callback, where it must not be a word of Python's own."""
    return f"{param.name}_"


def _described(param: Param) -> str:
    return clipped(param.description or param.name.replace("_", " ").capitalize(), OPTION_CHARS)


def _choices(param: Param) -> list[Choice[str]]:
    names = [o.partition("|")[0] for o in param.options]
    return [Choice(name=locale_str(clipped(n, OPTION_CHARS)), value=n[:OPTION_CHARS]) for n in names]


def _door(name: str, about: str) -> app_commands.Command[Any, Any, Any]:
    """A command for somebody who is not known yet. It is not offered where others read."""

    async def with_code(interaction: discord.Interaction, code: str) -> None:
        return None

    async def perhaps_with_code(interaction: discord.Interaction, code: str = "") -> None:
        return None

    callback = perhaps_with_code if name == SETUP else with_code
    return app_commands.Command(
        name=locale_str(name),
        description=locale_str(about),
        callback=callback,
        allowed_installs=ALL_INSTALLS,
        allowed_contexts=OWN_CHAT,
    )


def _help() -> app_commands.Command[Any, Any, Any]:
    async def callback(interaction: discord.Interaction) -> None:
        return None

    return app_commands.Command(
        name=locale_str(HELP), description=locale_str(ABOUT_HELP), callback=callback,
        allowed_installs=ALL_INSTALLS, allowed_contexts=ALL_CONTEXTS,
    )  # fmt: skip


def _menu(name: str) -> app_commands.ContextMenu:
    async def callback(interaction: discord.Interaction, message: discord.Message) -> None:
        return None

    return app_commands.ContextMenu(
        name=locale_str(name), callback=callback, allowed_installs=ALL_INSTALLS, allowed_contexts=ALL_CONTEXTS
    )
