"""Forms: what a command asks at once, and the search among more choices than a menu holds."""

from collections.abc import Mapping
from typing import Any

from adapters.catalogue import Command, Param
from adapters.discord.limits import MODAL_FIELDS, MODAL_TITLE_CHARS, OPTION_CHARS, SELECT_OPTIONS
from adapters.discord.parse import FORM, SEARCH_FIELD, SEARCHED
from adapters.fallback import clipped
from core.i18n import _, marked

LABEL, INPUT, SELECT = 18, 4, 3
SHORT, LONG = 1, 2
LABEL_CHARS = 45
DESCRIPTION_CHARS = 100
EXAMPLES = {
    "when": "tomorrow 18:00, Fri 5 Dec 6:30",
    "time_of_day": "18:00",
    "days": "Mon, Wed, Fri",
    "minutes": "60",
    "spots": "16",
    "member": marked("A name"),
    "staff": marked("A name"),
    "class_type": "CrossFit",
    "session": "CrossFit tomorrow 18:00",
}


def form(command: Command, given: Mapping[str, str]) -> dict[str, Any] | None:
    """A form with the fields of a command, the required ones first, then those that were given already, filled in. What
    it has no room for is named under its last field. None where something given would be lost."""
    ordered = sorted(command.params, key=lambda p: (not p.required, p.name not in given))
    shown, left = ordered[:MODAL_FIELDS], ordered[MODAL_FIELDS:]
    if any(p.required or p.name in given for p in left):
        return None
    title = clipped(_(command.description.split("\n")[0]).rstrip("."), MODAL_TITLE_CHARS)
    rows = [_field(p, given.get(p.name, "")) for p in shown]
    if left:
        more = _("To be given with the command itself: {names}.").format(names=", ".join(p.name for p in left))
        rows[-1]["description"] = clipped(more, DESCRIPTION_CHARS)
    return {"custom_id": f"{FORM}{command.tool}"[:100], "title": title, "components": rows}


def _field(param: Param, value: str) -> dict[str, Any]:
    label = clipped(_(param.name.replace("_", " ")).capitalize(), LABEL_CHARS)
    return {"type": LABEL, "label": label, "component": _select(param, value) or _input(param, value)}


def _select(param: Param, value: str) -> dict[str, Any] | None:
    names = [o.partition("|")[0][:OPTION_CHARS] for o in param.options]
    if not names or len(names) > SELECT_OPTIONS:
        return None
    options = [{"label": _(n)[:OPTION_CHARS], "value": n, **({"default": True} if n == value else {})} for n in names]
    return {"type": SELECT, "custom_id": param.name, "options": options, "required": param.required}


def _input(param: Param, value: str) -> dict[str, Any]:
    field: dict[str, Any] = {"type": INPUT, "custom_id": param.name, "required": param.required}
    field |= {"style": LONG if param.type == "text" else SHORT, "max_length": 1000 if param.type == "text" else 200}
    if example := EXAMPLES.get(param.type):
        field["placeholder"] = _(example)
    return field | ({"value": value[: field["max_length"]]} if value else {})


def search() -> dict[str, Any]:
    """The form that asks for a part of a name, where a menu cannot hold all of them."""
    field = {"type": INPUT, "custom_id": SEARCH_FIELD, "style": SHORT, "required": True, "max_length": 100}
    return {
        "custom_id": SEARCHED,
        "title": _("Search"),
        "components": [{"type": LABEL, "label": _("A name, or a part of it"), "component": field}],
    }
