"""The page of all tools, written from the tools themselves."""

from collections.abc import Mapping
from pathlib import Path

from core.agent.tools import Effect, ParamSpec, Role, Tool, load

PAGE = Path(__file__).parents[1] / "docs" / "tools.md"
HEAD = """# The tools

Everything that Whistle can do, written from the code by `make docs`; do not edit it by hand.

**Does** says what a call leads to: `read` only answers, `write` is done at once and can be undone, `confirm` and
`always` ask with a card first. **Shows** is the class of what it answers: `public` may be read by anyone in the gym, `self`
by the person it is about, `staff` by coaches, `money` by admins and the owner. Where not everyone may read an answer, it
comes privately.
"""
WHO = {
    Role.STRANGER: "anyone",
    Role.MEMBER: "everyone in the gym",
    Role.COACH: "coaches, admins and the owner",
    Role.ADMIN: "admins and the owner",
    Role.OWNER: "the owner",
}
DOES = {Effect.READ: "read", Effect.WRITE: "write", Effect.CONFIRM: "confirm", Effect.ALWAYS: "always"}


def page(tools: Mapping[str, Tool] | None = None) -> str:
    """The page's text."""
    known = load() if tools is None else tools
    nouns = sorted({tool.noun for tool in known.values()})
    parts = [HEAD, f"{len(known)} tools about {len(nouns)} nouns.\n"]
    for noun in nouns:
        parts.append(f"## {noun.replace('_', ' ').capitalize()}\n")
        parts.extend(_entry(tool) for tool in sorted(known.values(), key=lambda t: t.name) if tool.noun == noun)
    return "\n".join(parts)


def write() -> str:
    """Write the page, and say so."""
    PAGE.write_text(page(), encoding="utf-8")
    return f"Wrote {PAGE.relative_to(PAGE.parents[1])}."


def _entry(tool: Tool) -> str:
    lines = [
        f"### `{tool.name}`\n",
        f"{tool.description}\n",
        f"For {WHO[tool.role]} · does: {DOES[tool.effect]} · shows: {tool.shows.value}\n",
    ]
    if tool.params:
        lines += [f"- {_param(param, tool)}" for param in tool.params] + [""]
    if tool.says:
        lines.append("Said, for example: " + " · ".join(f"`{phrase}`" for phrase in tool.says[:3]) + "\n")
    return "\n".join(lines)


def _param(param: ParamSpec, tool: Tool) -> str:
    options = "".join(f" `{o.partition('|')[0]}`" for o in param.type.options)
    needed = "" if param.required else ", may be left out"
    role = f", only for {WHO[param.role]}" if param.role > max(tool.role, Role.MEMBER) else ""
    return f"`{param.name}`: {param.type.name}{':' + options if options else ''}{needed}{role}"
