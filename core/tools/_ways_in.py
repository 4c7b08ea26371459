"""Tells by which ways an invitation lets somebody in: a chat with a bot, its code, or the page."""

from core.agent.tools import Context
from core.gym import invites
from core.i18n import _


def ways_in(ctx: Context, code: str) -> str:
    """Each way on a line of its own, to be handed on."""
    doors = [f"`{door}`" for door in ctx.gym.settings["doors"](code, False)]
    page = invites.link(code, str(ctx.gym.settings.get("base_url") or ""))
    chat = [_("In a chat with me:"), *doors, f"`/join {code}`"]
    return "\n\n".join([*chat, _("On the page:"), f"`{page}`"])
