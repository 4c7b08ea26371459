"""What Discord refuses in a message: the checks of its form, in the words of its own errors."""

from collections.abc import Iterator, Mapping
from typing import Any

V2 = 1 << 15
EPHEMERAL = 1 << 6
SUPPRESS_EMBEDS = 1 << 2
ROW, BUTTON, SELECT, TEXT_INPUT, USER_SELECT = 1, 2, 3, 4, 5
SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER, LABEL = 9, 10, 11, 12, 13, 14, 17, 18
MOST_COMPONENTS, MOST_TEXT, MOST_CONTENT = 40, 4000, 2000

Json = Mapping[str, Any]


def walk(components: Any) -> Iterator[Json]:
    """Every component, with those inside of it."""
    for component in components or ():
        yield component
        yield from walk(component.get("components"))
        for inner in ("accessory", "component"):
            if component.get(inner):
                yield from walk([component[inner]])


def message_faults(body: Json, flags: int, attached: int = 0) -> list[str]:
    """Everything that is wrong with a message that is sent or edited; `flags` are those it has in the end."""
    content, components = body.get("content") or "", body.get("components") or ()
    wrong = _of_components(components, flags)
    if len(content) > MOST_CONTENT:
        wrong.append(f"content: Must be {MOST_CONTENT} or fewer in length.")
    if flags & V2 and (content or body.get("embeds")):
        wrong.append("content: The 'content' and 'embeds' fields cannot be used with MessageFlags.IS_COMPONENTS_V2.")
    if not (content or components or body.get("embeds") or attached) and "components" not in body:
        wrong.append("_: Cannot send an empty message")
    if len(str(body.get("nonce") or "")) > 25:
        wrong.append("nonce: Must be 25 or fewer in length.")
    return wrong


def _of_components(components: Any, flags: int) -> list[str]:
    wrong: list[str] = []
    every = list(walk(components))
    if flags & V2:
        if len(every) > MOST_COMPONENTS:
            wrong.append(f"components: Must be {MOST_COMPONENTS} or fewer in all, there are {len(every)}.")
        if (chars := sum(len(c["content"]) for c in every if c["type"] == TEXT)) > MOST_TEXT:
            wrong.append(f"components: Displayable text must be {MOST_TEXT} or fewer in all, it is {chars}.")
    elif any(c["type"] != ROW for c in components):
        wrong.append('components: Value of field "type" must be one of (1,) without IS_COMPONENTS_V2.')
    elif len(components) > 5:
        wrong.append("components: Must be 5 or fewer in length.")
    ids = [c["custom_id"] for c in every if c.get("custom_id") is not None]
    if len(ids) != len(set(ids)):
        wrong.append("components: Component custom id cannot be duplicated")
    for component in every:
        wrong += _of_one(component)
    return wrong


def _of_one(component: Json) -> list[str]:
    kind, inner = component["type"], component.get("components") or ()
    wrong = []
    if "custom_id" in component and not 1 <= len(component["custom_id"]) <= 100:
        wrong.append("custom_id: Must be between 1 and 100 in length.")
    match kind:
        case 1:
            buttons = [c for c in inner if c["type"] == BUTTON]
            if not inner or len(buttons) > 5 or (len(inner) > 1 and len(buttons) != len(inner)):
                wrong.append("components: An action row has 1 to 5 buttons or one select.")
        case 2:
            wrong += _of_button(component)
        case 3:
            wrong += _of_select(component)
        case 9:
            if not 1 <= len(inner) <= 3 or any(c["type"] != TEXT for c in inner) or not component.get("accessory"):
                wrong.append("components: A section has 1 to 3 texts and an accessory.")
        case 10:
            if not component["content"].strip():
                wrong.append("content: This field is required")
        case 12:
            if not 1 <= len(component["items"]) <= 10:
                wrong.append("items: Must be between 1 and 10 in length.")
        case 17:
            if not inner:
                wrong.append("components: This field is required")
            if any(c["type"] == CONTAINER for c in inner):
                wrong.append("components: A container cannot be in a container.")
    return wrong


def _of_button(button: Json) -> list[str]:
    label, style = button.get("label") or "", button.get("style")
    wrong = []
    if len(label) > 80 or not (label.strip() or button.get("emoji")):
        wrong.append("label: Must be between 1 and 80 in length.")
    if style not in (1, 2, 3, 4, 5):
        wrong.append("style: Value must be one of (1, 2, 3, 4, 5, 6).")
    if (style == 5) != bool(button.get("url")) or (style != 5) != bool(button.get("custom_id")):
        wrong.append("custom_id: A custom id or a url, and only one of them, is required.")
    return wrong


def _of_select(select: Json) -> list[str]:
    options = select.get("options") or ()
    wrong = []
    if not 1 <= len(options) <= 25:
        wrong.append("options: Must be between 1 and 25 in length.")
    if any(not 1 <= len(o["label"]) <= 100 or not 1 <= len(o["value"]) <= 100 for o in options):
        wrong.append("options: Labels and values must be between 1 and 100 in length.")
    if any(len(o.get("description") or "") > 100 for o in options):
        wrong.append("description: Must be 100 or fewer in length.")
    if len({o["value"] for o in options}) != len(options):
        wrong.append("options: The specified option value is already used")
    if len(select.get("placeholder") or "") > 150:
        wrong.append("placeholder: Must be 150 or fewer in length.")
    return wrong


def modal_faults(data: Json) -> list[str]:
    """Everything that is wrong with a modal."""
    rows, wrong = data.get("components") or (), []
    if not 1 <= len(data.get("title") or "") <= 45:
        wrong.append("title: Must be between 1 and 45 in length.")
    if not 1 <= len(data.get("custom_id") or "") <= 100:
        wrong.append("custom_id: Must be between 1 and 100 in length.")
    if not 1 <= len(rows) <= 5:
        wrong.append("components: Must be between 1 and 5 in length.")
    for row in rows:
        if row["type"] not in (LABEL, TEXT):
            wrong.append("components: A modal holds labels and texts.")
        elif row["type"] == LABEL:
            if not 1 <= len(row["label"]) <= 45 or len(row.get("description") or "") > 100:
                wrong.append("label: Must be between 1 and 45 in length, its description 100 or fewer.")
            wrong += _of_input(row["component"])
    return wrong


def _of_input(field: Json) -> list[str]:
    if field["type"] == SELECT:
        return _of_select(field)
    wrong = []
    if field["type"] == TEXT_INPUT:
        if len(field.get("placeholder") or "") > 100:
            wrong.append("placeholder: Must be 100 or fewer in length.")
        if len(field.get("value") or "") > field.get("max_length", 4000):
            wrong.append("value: Must be as long as max_length or shorter.")
    return wrong


def command_faults(commands: Any) -> list[str]:
    """Everything that is wrong with a list of application commands."""
    wrong = []
    slash = [c for c in commands if c.get("type", 1) == 1]
    if len(slash) > 100 or sum(1 for c in commands if c.get("type") == 3) > 5:
        wrong.append("_: Maximum number of application commands reached (100 slash, 5 of messages).")
    names = [(c.get("type", 1), c["name"]) for c in commands]
    if len(names) != len(set(names)):
        wrong.append("name: Application command names must be unique")
    for command in slash:
        wrong += _of_command(command, command["name"], 0)
    return wrong


def _of_command(command: Json, path: str, depth: int) -> list[str]:
    wrong = []
    name, options = command["name"], command.get("options") or ()
    if not (1 <= len(name) <= 32 and name == name.lower() and all(c.isalnum() or c in "-_" for c in name)):
        wrong.append(f"{path}: Command name is invalid")
    if not 1 <= len(command.get("description") or "") <= 100:
        wrong.append(f"{path}: description: Must be between 1 and 100 in length.")
    if len(options) > 25:
        wrong.append(f"{path}: options: Must be 25 or fewer in length.")
    if len({o["name"] for o in options}) != len(options):
        wrong.append(f"{path}: options: Option names must be unique")
    groups = [o for o in options if o["type"] in (1, 2)]
    if groups and len(groups) != len(options):
        wrong.append(f"{path}: options: Sub-command and options cannot be mixed")
    if not groups and [bool(o.get("required")) for o in options] != sorted(
        (bool(o.get("required")) for o in options), reverse=True
    ):
        wrong.append(f"{path}: Required options must be placed before non-required options")
    if _chars(command) > 8000 and depth == 0:
        wrong.append(f"{path}: Command exceeds maximum size (8000)")
    for option in options:
        wrong += _of_command(option, f"{path} {option['name']}", depth + 1)
        choices = option.get("choices") or ()
        if len(choices) > 25 or any(not 1 <= len(c["name"]) <= 100 for c in choices):
            wrong.append(f"{path} {option['name']}: choices: 25 or fewer, names of 1 to 100.")
        if choices and option.get("autocomplete"):
            wrong.append(f"{path} {option['name']}: autocomplete and choices cannot be used together")
    return wrong


def _chars(command: Json) -> int:
    here = len(command["name"]) + len(command.get("description") or "")
    chosen = sum(len(c["name"]) + len(str(c["value"])) for c in command.get("choices") or ())
    return here + chosen + sum(_chars(o) for o in command.get("options") or ())
