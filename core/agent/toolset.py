"""Decides which tools a language model finds in the prefix of every request in a kind of place, and which it must search
for; and how each tool is described to it."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from math import log
from typing import Any

from core.agent.reference import references
from core.agent.tools import ParamSpec, Role, Tool
from core.chat import Place
from core.llm.contract import OWN_SEARCH, ToolCall, ToolSpec

MOST_CORE, MOST_SHARE = 25, 0.15
FIND, USE = "find_tools", "use_tool"
# About what a provider's own search costs in the prefix.
THEIR_SEARCH = 24

# What a conversation itself needs, then what people of each kind of place ask for most, the most frequent first; names that
# are not there yet are skipped.
_ALWAYS = (FIND, USE, "message_ask_user", "fetch_data", "undo")
_MEMBER = (
    "book_class", "cancel_booking", "show_timetable", "list_bookings", "move_booking", "show_class", "join_waitlist",
    "todays_plan", "log_sets", "show_workout", "suggest_alternatives", "show_balance", "ask_coaching",
    "show_progress", "set_preference", "report_pain", "show_exercise", "recommend_trainers", "search_exercises",
)  # fmt: skip
_COACH = (
    "show_timetable", "show_roster", "book_class", "cancel_booking", "schedule_class", "move_class", "cancel_class",
    "set_class_coach", "show_member", "show_changes", "list_members", "note_member", "read_text", "create_workout",
    "set_class_workout", "show_workout", "check_in", "assign_workout", "set_class_spots", "edit_workout",
)  # fmt: skip
_OWNER = (
    "show_timetable", "show_roster", "book_class", "cancel_booking", "schedule_class", "move_class", "cancel_class",
    "set_class_coach", "show_member", "show_changes", "list_members", "list_unpaid", "note_member", "read_text",
    "create_workout", "add_member", "record_payment", "send_message", "show_balance", "list_at_risk", "update_member",
)  # fmt: skip
_OPEN = (
    "show_timetable", "book_class", "cancel_booking", "list_bookings", "show_class", "show_workout", "ask_coaching",
    "move_booking", "suggest_alternatives", "show_exercise", "recommend_trainers", "list_class_types",
)  # fmt: skip

# A model answers in words of its own, so these would only cost it tokens.
_NEEDLESS = frozenset({"message_notify_user", "idle"})


def kind_of(place: Place, role: Role) -> str:
    """The kind of place whose toolset stays the same: a private chat of a role, the coaches' room, or an open group."""
    return f"private chat of {_named(role)}" if place is Place.PRIVATE else f"{place.value} room"


def _named(role: Role) -> str:
    return {Role.MEMBER: "a member", Role.COACH: "a coach", Role.ADMIN: "an admin", Role.OWNER: "the owner"}.get(
        role, "a stranger"
    )


def core_names(place: Place, role: Role) -> tuple[str, ...]:
    """The tools in the prefix of a kind of place, by name."""
    named = _OPEN if place is Place.OPEN else _COACH if place is Place.STAFF else _by_role(role)
    return (*_ALWAYS, *named)[:MOST_CORE]


def _by_role(role: Role) -> tuple[str, ...]:
    return _MEMBER if role <= Role.MEMBER else _COACH if role is Role.COACH else _OWNER


def reach(place: Place, role: Role) -> Role:
    """The highest role whose tools are described in a place: in a room, that of anyone who may speak there."""
    return role if place is Place.PRIVATE else Role.OWNER if place is Place.STAFF else Role.MEMBER


def toolset(toolbox: Mapping[str, Tool], place: Place, role: Role) -> list[ToolSpec]:
    """Every tool for a speaker in a place, the core ones first. Only `allowed` depends on who speaks in a room."""
    reached = reach(place, role)
    specs = {t.name: described(t, reached, role) for t in sorted(toolbox.values(), key=lambda t: t.name)}
    specs[USE] = ENVELOPE
    wanted = [specs[n] for n in core_names(place, role) if n in specs]
    share = int(MOST_SHARE * sum(cost(in_full(t)) for t in toolbox.values()))
    core = within(wanted, share)
    left = share - THEIR_SEARCH - sum(cost(s) for s in core if s.name not in OWN_SEARCH)
    spare = [replace(s, shelf="spare") for s in within([w for w in wanted if w not in core], left)]
    near = {s.name for s in (*core, *spare)}
    others = [replace(s, shelf="deferred") for s in specs.values() if s.name not in near]
    return [_for_models(spec, toolbox, reached) for spec in (*core, *spare, *others)]


def within(wanted: Iterable[ToolSpec], most: int) -> list[ToolSpec]:
    """The wanted tools in their order, without those that no longer fit into so many tokens."""
    taken = []
    for spec in wanted:
        if cost(spec) <= most:
            taken.append(spec)
            most -= cost(spec)
    return taken


def in_full(tool: Tool) -> ToolSpec:
    """A tool as it would be sent if nothing were done about its size: the whole text, every parameter described."""
    spec = described(tool, Role.OWNER, Role.OWNER)
    schema = schema_of([p for p in tool.params if p.type.name != "change"], brief=False)
    return replace(spec, description=tool.description, schema=schema)


def cost(spec: ToolSpec) -> int:
    """About how many tokens a tool costs in a request."""
    return tokens_of({"name": spec.name, "description": spec.description, "input_schema": spec.schema})


# A provider without a search of its own sends this one too: a tool that was found is called through it, so that the
# prefix stays as it was.
ENVELOPE = ToolSpec(
    name=USE,
    description=f"Call a tool that {FIND} told you of.",
    params=(),
    says=(),
    role=1,
    writes=False,
    allowed=True,
    schema={
        "type": "object",
        "properties": {"tool": {"type": "string"}, "args": {"type": "string", "description": "a JSON object"}},
        "required": ["tool", "args"],
        "additionalProperties": False,
    },
)


def unwrapped(call: ToolCall) -> ToolCall:
    """The call that a model made through the envelope; any other, and an envelope that cannot be read, as it is."""
    args = _inner(call.args.get("args", {}))
    if call.tool != USE or not isinstance(call.args.get("tool"), str) or args is None:
        return call
    return ToolCall(call.id, call.args["tool"], args)


def _inner(args: Any) -> dict[str, Any] | None:
    """The arguments in an envelope; None where they are no JSON object: a call without them would be another call."""
    if isinstance(args, str):
        try:
            args = json.loads(args)
        except (ValueError, RecursionError):
            return None
    return args if isinstance(args, dict) else None


_UNREADABLE = (
    f"Nothing was run: {USE} needs `tool`, the name of a tool that {FIND} told you of, and its args must be a JSON object "
    'as one text, such as "{\\"last\\": 2}", or "{}" for a tool without arguments. Send the whole call again.'
)


def no_such(name: str) -> str:
    """What a model is told of a call that no tool answers to: an envelope gets here where it could not be read."""
    return _UNREADABLE if name == USE else f"There is no tool called {name}."


def is_needless(tool: Tool) -> bool:
    """Whether a tool is there for the rules and for code alone: a model says such things by itself."""
    return tool.name in _NEEDLESS


def _for_models(spec: ToolSpec, toolbox: Mapping[str, Tool], reached: Role) -> ToolSpec:
    """What no model may call, or nobody in this place, is there for the rules only."""
    tool = toolbox.get(spec.name)
    hidden = tool is not None and (not tool.model_may or tool.role > reached or is_needless(tool))
    return replace(spec, shelf="none") if hidden else spec


class Specs:
    """Every tool of a toolbox as the rules see it, made once for each role; parameters of internal types are left out."""

    def __init__(self, toolbox: Mapping[str, Tool]) -> None:
        self._toolbox = toolbox
        self._known: dict[int, list[ToolSpec]] = {}

    def of(self, role: int) -> list[ToolSpec]:
        """The same list for a role every time."""
        if role not in self._known:
            self._known[role] = [_plain(tool, role) for tool in self._toolbox.values()]
        return self._known[role]


def _plain(tool: Tool, role: int) -> ToolSpec:
    params = tuple(p.as_contract() for p in tool.params if p.type.name != "change")
    allowed = role >= tool.role
    return ToolSpec(
        tool.name, tool.description, params, tool.says, int(tool.role), tool.writes, allowed, makes=tool.makes
    )


def described(tool: Tool, reached: Role, role: Role) -> ToolSpec:
    """A tool as a language model reads it: its first sentence, and the parameters that its place can use."""
    given = [p for p in tool.params if p.type.name != "change"]
    shown = [p for p in given if p.role <= reached]
    return ToolSpec(
        name=tool.name,
        description=first_sentence(tool.description),
        params=tuple(p.as_contract() for p in given),
        says=tool.says,
        role=int(tool.role),
        writes=tool.writes,
        allowed=role >= tool.role,
        schema=schema_of(shown),
    )


def first_sentence(text: str) -> str:
    """What a tool does in one sentence; the rest of its description is for people."""
    line = " ".join(text.split())
    return line.partition(". ")[0].rstrip(".") + "."


def schema_of(params: Iterable[ParamSpec], brief: bool = True) -> dict[str, Any]:
    """The JSON schema of a tool's arguments; briefly, or with every type explained again."""
    params = list(params)
    return {
        "type": "object",
        "properties": {p.name: _property(p, brief) for p in params},
        "required": [p.name for p in params if p.required],
        "additionalProperties": False,
    }


# What a name or a time may look like is said once, in the system prompt, and not with every parameter.
_SAID_ONCE = frozenset(
    {"session", "member", "staff", "class_type", "workout", "exercise", "plan", "when", "chat", "exercise_name"}
)


def _property(param: ParamSpec, brief: bool) -> dict[str, Any]:
    declared = dict(references()[param.type.name].schema())
    if param.type.options:
        declared["enum"] = [option.split("|")[0] for option in param.type.options]
    if brief and param.type.name in _SAID_ONCE:
        declared.pop("description", None)
    if param.description:
        declared["description"] = param.description
    return declared


def fingerprint(system: str, tools: Iterable[ToolSpec]) -> str:
    """What a session's prefix is known by: another one means other tools or rules, and a fresh start."""
    told = [(t.name, t.description, t.schema, t.shelf) for t in tools if t.shelf != "none"]
    return hashlib.sha256(json.dumps([system, told], sort_keys=True).encode()).hexdigest()[:32]


def tokens_of(value: Any) -> int:
    """About how many tokens something costs a model: four bytes of UTF-8 each, as a first measure. That is four letters of
    English, two of Cyrillic, Greek, Arabic or Hebrew, and four signs in three of Chinese, Japanese, Korean or Hindi."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    size = len(text) if text.isascii() else len(text.encode(errors="surrogatepass"))
    return (size + 3) // 4


def found_tools(query: str, specs: Iterable[ToolSpec], most: int = 5) -> list[ToolSpec]:
    """The tools behind the search that fit some words best: by their names, sentences, phrases and choices. A word that
    few tools have says more than one that many have."""
    behind = [spec for spec in specs if spec.shelf in ("spare", "deferred") and spec.allowed]
    words = {spec.name: _weighed(spec) for spec in behind}
    spread = Counter(word for own in words.values() for word in own)
    asked = {word: log(1 + len(behind) / spread[word]) for word in _stems(query) if word in spread}
    scores = {name: sum(own.get(w, 0) * rare for w, rare in asked.items()) for name, own in words.items()}
    best = sorted((spec for spec in behind if scores[spec.name] > 0), key=lambda s: (-scores[s.name], s.name))
    return best[:most]


def _weighed(spec: ToolSpec) -> dict[str, float]:
    """A tool's words with their weights: its name counts most, then its sentence."""
    choices = " ".join(option for p in spec.params for option in (p.name.replace("_", " "), *p.options))
    told = dict.fromkeys(_stems(f"{' '.join(spec.says)} {choices}"), 1.0)
    told |= dict.fromkeys(_stems(spec.description), 1.5)
    return told | dict.fromkeys(_stems(spec.name.replace("_", " ")), 2.5)


_NOISE = frozenset({"a", "an", "the", "to", "of", "for", "in", "on", "my", "me", "and", "or", "is", "it", "tool"})


def _stems(text: str) -> set[str]:
    words = (w.strip("{}[]()|.,:;“”\"'?!").casefold() for w in text.replace("|", " ").split())
    return {w.removesuffix("s") if len(w) > 3 else w for w in words if w and w not in _NOISE}


def as_text(specs: Iterable[ToolSpec]) -> str:
    """Tools as a search returns them, one a line: name, arguments, sentence."""
    return "\n".join(f"{s.name}({_arguments(s)}): {s.description}" for s in specs)


def _arguments(spec: ToolSpec) -> str:
    required = set(spec.schema.get("required", ()))
    return ", ".join(
        f"{name}{'' if name in required else '?'}: {_type(prop)}" for name, prop in spec.schema["properties"].items()
    )


def _type(prop: Mapping[str, Any]) -> str:
    if "enum" in prop:
        return "|".join(str(v) for v in prop["enum"])
    return str(prop.get("description") or prop.get("type", "string"))
