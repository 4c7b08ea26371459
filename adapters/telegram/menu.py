"""The bot's commands as Telegram lists them, by who is asked, and what a typed command says."""

from collections.abc import Iterable, Sequence
from contextlib import suppress

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    MenuButtonCommands,
)

from adapters.catalogue import Command
from adapters.telegram.limits import COMMAND_CHARS, COMMANDS, DESCRIPTION_CHARS
from adapters.telegram.parse import OPENED, TO_BIND, Said
from adapters.telegram.wire import NoSuchMethod
from core.i18n import ENGLISH, _, languages, marked, speaking

MEMBER, COACH = 1, 2
IN_ROOMS = ("public", "staff")
# What most people come for stands at the top of the list.
FIRST = ("show_timetable", "book_class", "list_bookings", "cancel_booking", "create_workout", "show_usage", "undo")
SHORT = marked("Book classes, log training, follow a plan: write it as you would say it.")
LONG = marked(
    "I am your gym's assistant. Write what you need, like “book crossfit tomorrow evening” or “what's on today?”. Press "
    "Start; if your gym gave you a code or a link, use that to join."
)


async def offer(client: Bot, commands: Sequence[Command]) -> None:
    """Set the lists for private chats, groups and the administrators of groups, the menu button and the descriptions, in
    every language that the interface speaks, as far as the server knows them."""
    private = [c for c in commands if c.role <= MEMBER]
    groups = [c for c in commands if c.for_groups]
    staff = [c for c in commands if c.role <= COACH and c.shows in IN_ROOMS]
    await _set(client, private, BotCommandScopeAllPrivateChats())
    await _set(client, groups, BotCommandScopeAllGroupChats())
    await _set(client, staff, BotCommandScopeAllChatAdministrators())
    with suppress(NoSuchMethod):
        await client.set_chat_menu_button(menu_button=MenuButtonCommands())
    with suppress(NoSuchMethod):
        for code in languages():
            with speaking(code):
                await client.set_my_description(_(LONG), language_code=_told(code))
                await client.set_my_short_description(_(SHORT), language_code=_told(code))


async def offer_to(client: Bot, chat: int, role: int, commands: Sequence[Command]) -> None:
    """The list of one person's private chat, who may do more than members."""
    mine = [c for c in commands if c.role <= role]
    await _set(client, sorted(mine, key=lambda c: -c.role), BotCommandScopeChat(chat))


async def _set(client: Bot, commands: Iterable[Command], scope: BotCommandScope) -> None:
    ordered = sorted(commands, key=lambda c: FIRST.index(c.tool) if c.tool in FIRST else len(FIRST))
    fitting = [c for c in ordered if len(c.tool) <= COMMAND_CHARS][:COMMANDS]
    for code in languages():
        with speaking(code):
            listed = [BotCommand(c.tool, _(c.description)[:DESCRIPTION_CHARS]) for c in fitting]
        with suppress(NoSuchMethod):
            await client.set_my_commands(listed, scope=scope, language_code=_told(code))


def _told(code: str) -> str | None:
    """A language as Telegram is told of it; English is what everybody sees who has no list of their own."""
    return None if code == ENGLISH else code.partition("_")[0]


def words_of(said: Said) -> str:
    """What a message says, its command included; a button that only opens the chat says nothing more, and a link that adds
    the bot to a group says the command that it was made for."""
    if said.command is None:
        return said.text
    if said.command == "start" and said.text == TO_BIND and said.spot.group:
        return f"/{TO_BIND}"
    words = "" if said.command == "start" and said.text == OPENED else said.text
    return f"/{said.command} {words}".strip()
