"""The bot's commands as Telegram lists them, by who is asked, and what a typed command says."""

from telegram import Bot

from adapters.telegram.parse import OPENED, Said
from core.desk import Desk


async def offer(client: Bot, desk: Desk) -> None:
    """Set the lists of commands, the menu button and the descriptions."""


def words_of(said: Said) -> str:
    """What a message says, its command included; a button that only opens the chat says nothing more."""
    if said.command is None:
        return said.text
    words = "" if said.command == "start" and said.text == OPENED else said.text
    return f"/{said.command} {words}".strip()
