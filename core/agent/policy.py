"""Who may do what, where, and who may see the answer: decided by code at execution, and again at the press."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from core.agent.tools import Data, Effect, Role, Speaker, Tool
from core.chat import Place
from core.i18n import _, marked

ROLE_NAMES = {
    Role.MEMBER: marked("members"),
    Role.COACH: marked("coaches"),
    Role.ADMIN: marked("admins and the owner"),
    Role.OWNER: marked("the owner"),
}

ANOTHER_GYMS = marked("There is nothing like that in this gym. Nothing was changed.")
_CLAUSE = re.compile(r"[;:.]|, (?:and|with|like)\b| and tell\b")
CLEARED = {
    Place.PRIVATE: frozenset(Data),
    Place.STAFF: frozenset({Data.PUBLIC, Data.STAFF}),
    Place.OPEN: frozenset({Data.PUBLIC}),
}


@dataclass(frozen=True)
class Decision:
    """What policy says of a call: refused with words, or allowed, after a press if `press`."""

    refused: str = ""
    press: bool = False


def decide(
    speaker: Speaker,
    tool: Tool,
    given: Collection[str],
    *,
    tainted: bool = False,
    by_code: bool = False,
    named: Iterable[object] = (),
) -> Decision:
    """Decide a call by its speaker's role, the parameters used, the effect, and whether other people's words are in
    play. The place decides nothing of what is done, only who sees it: `label_of` and `cleared`. `by_code` is a call that no
    model proposed: a command, a button, the rules. `named` are the rows that the arguments turned out to be: another gym's
    are refused to everyone. No rule, no act."""
    if speaker.role is Role.STRANGER:
        return Decision(_("I only work for people this gym knows. Ask the front desk for an invitation link."))
    if speaker.role < tool.role:
        return Decision(_("Sorry, only {who} can {deed}.").format(who=_(ROLE_NAMES[tool.role]), deed=deed(tool)))
    for name in given:
        param = tool.param(name)
        if param and speaker.role < param.role:
            return Decision(_("Sorry, only {who} can do that for somebody else.").format(who=_(ROLE_NAMES[param.role])))
    if any(getattr(row, "gym_id", speaker.gym_id) != speaker.gym_id for row in named):
        return Decision(_(ANOTHER_GYMS))
    if not tool.model_may and not by_code:
        return Decision(_("That is only possible by your own command, in a private chat."))
    consequential = tool.effect in (Effect.CONFIRM, Effect.ALWAYS) or (tool.writes and tainted and not by_code)
    return Decision(press=consequential)


def deed(tool: Tool) -> str:
    """The tool in plain words, for a sentence such as "only coaches can …"."""
    return _(clause(tool))


def clause(tool: Tool) -> str:
    """The first clause of what a tool says of itself, in English."""
    said = _CLAUSE.split(" ".join(tool.description.split()), maxsplit=1)[0]
    plain = said[:1].lower() + said[1:] if said else tool.name.replace("_", " ")
    return f"see {plain}" if plain.split(" ")[0] in ("who", "what", "which", "the", "one") else plain


def label_of(tool: Tool, result: Data | None, on_other: bool) -> Data:
    """The class of a result. A member's own data handled by someone else is staff data."""
    data = result or tool.shows
    return Data.STAFF if data is Data.SELF and on_other else data


def cleared(data: Data, place: Place) -> bool:
    """Whether everyone who reads a place may see data of a class."""
    return data in CLEARED[place]


def may_see(role: Role, data: Data, own: bool) -> bool:
    """Whether a role may see data of a class: one's own always, staff data from coach up, money from admin up."""
    if own or data is Data.PUBLIC:
        return True
    return (
        role >= {Data.STAFF: Role.COACH, Data.SELF: Role.COACH, Data.MONEY: Role.ADMIN, Data.HEALTH: Role.COACH}[data]
    )
