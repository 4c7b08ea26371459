"""The pages that are written from the code: all tools, and what each platform can carry."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

from adapters.contract import Limits
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

PLATFORMS = PAGE.with_name("platforms.md")
PLATFORMS_HEAD = """# The platforms

What each platform carries and shows, written from the adapters' own limits by `make docs`; do not edit it by hand. What does not
fit is split, laid out anew, or told in another way, and nothing that is private falls back to a room.
"""
ADAPTERS = (
    ("The page", "adapters.web.limits", "WEB"),
    ("Telegram", "adapters.telegram.limits", "TELEGRAM"),
    ("Discord", "adapters.discord.limits", "DISCORD"),
)
MEANS = {
    "message_chars": "characters in one message",
    "button_label_chars": "characters on a button",
    "button_data_bytes": "bytes behind a button",
    "buttons_per_row": "buttons side by side",
    "button_rows": "rows of buttons",
    "buttons": "buttons at once (more on further pages)",
    "file_bytes": "largest file that it takes",
    "upload_bytes": "largest file that it is sent",
    "pictures": "draws",
    "edits": "messages change in place",
    "streams": "words appear as they come",
    "tables": "tables as tables (else as text)",
    "private_in_room": "shown to one person in a room",
}


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
    """Write the pages, and say so."""
    PAGE.write_text(page(), encoding="utf-8")
    PLATFORMS.write_text(platforms_page(), encoding="utf-8")
    return f"Wrote {PAGE.relative_to(PAGE.parents[1])} and {PLATFORMS.relative_to(PAGE.parents[1])}."


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


def platforms_page() -> str:
    """The table of what each platform can do."""
    limits: list[Limits] = [getattr(import_module(module), name) for _, module, name in ADAPTERS]
    rows = [f"| {words} | {' | '.join(_limit(name, of) for of in limits)} |" for name, words in MEANS.items()]
    head = [f"| | {' | '.join(title for title, _, _ in ADAPTERS)} |", f"|---|{'---|' * len(ADAPTERS)}"]
    return "\n".join([PLATFORMS_HEAD, *head, *rows]) + "\n"


def _limit(name: str, of: Limits) -> str:
    value = getattr(of, name)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, frozenset):
        return ", ".join(sorted(kind.partition("/")[2].partition("+")[0].upper() for kind in value))
    return f"{value // 1024**2} MB" if name.endswith("_bytes") and value >= 1024**2 else f"{value:,}"
