"""The chat in a terminal: lines typed in, answers with numbered options out, the same conversation as on the page."""

import asyncio
import sys
import uuid
from collections.abc import Iterator

from bot.app import House
from bot.gyms import WEB, account_of
from core.chat import Button, Card, Entry, Incoming, Message, Press, Turn
from core.desk import Desk
from core.errors import Told
from core.people import Person

LEAVE = {"/quit", "/exit"}


class Terminal:
    """One person's screen. What is numbered stays valid until the next answer brings new numbers."""

    def __init__(self, desk: Desk, person: Person, account: str, room: str | None) -> None:
        self.desk = desk
        self.person = person
        self.account = account
        self.room = room
        self.choices: list[Button] = []
        self.said: set[int] = set()

    async def converse(self) -> None:
        """Answer line after line until the input ends."""
        listening = asyncio.create_task(self._listen())
        try:
            while (line := await asyncio.to_thread(_typed)) is not None:
                words = line.strip()
                if words in LEAVE:
                    break
                if words:
                    await self._answer(words)
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)

    async def _answer(self, words: str) -> None:
        try:
            self._show(await (self._press(int(words) - 1) if self._numbered(words) else self._say(words)))
        except Told as told:
            _print(told.words)

    def _numbered(self, words: str) -> bool:
        return words.isdigit() and 1 <= int(words) <= len(self.choices)

    async def _say(self, words: str) -> Turn:
        incoming = Incoming(platform=WEB, event_id=uuid.uuid4().hex, account=self.account, text=words, room=self.room)
        return await self.desk.turn_of(await self.desk.receive(incoming))

    async def _press(self, choice: int) -> Turn:
        button = self.choices[choice]
        _print(f"> {button.label}")
        press = Press(platform=WEB, event_id=uuid.uuid4().hex, account=self.account, token=button.token, room=self.room)
        return await self.desk.press(press)

    def _show(self, turn: Turn) -> None:
        if turn.notice:
            _print(turn.notice)
        if turn.messages:
            self.choices = [button for message in turn.messages for button in _buttons(message)]
        number = 0
        for message in turn.messages:
            self.said.add(message.id)
            number = self._show_message(message, number)

    def _show_message(self, message: Message, number: int) -> int:
        for line in lines_of(message):
            _print(line)
        for button in _buttons(message):
            number += 1
            _print(f"  [{number}] {button.label}")
        return number

    async def _listen(self) -> None:
        """Show what arrives by itself: notices, and what others say in the room."""
        async for entry in self.desk.subscribe(self.person.id, None):
            if isinstance(entry, Entry) and self._is_news(entry):
                _print(f"· {entry.author.name}: {' / '.join(lines_of(entry.message))}")

    def _is_news(self, entry: Entry) -> bool:
        if entry.room != self.room or entry.author.mine:
            return False
        return entry.kind == "notice" or (entry.kind == "said" and self.room is not None)


def lines_of(message: Message) -> list[str]:
    """A message as plain lines, without its buttons."""
    lines = message.text.replace("**", "").splitlines()
    for card in message.cards:
        lines.extend(_card(card))
    lines.extend(f"✓ {receipt.text}" for receipt in message.receipts)
    lines.extend(f"[picture: {image.alt}]" for image in message.images)
    lines.extend(f"[file: {file.name}]" for file in message.files)
    return [f"(privately) {line}" if message.private and n == 0 else line for n, line in enumerate(lines)]


def _card(card: Card) -> Iterator[str]:
    yield f"┃ {card.title}" + (f" ({card.outcome})" if card.outcome else "")
    for fact in card.facts:
        yield f"┃ {fact.label}: {fact.value}"
    for line in card.lines:
        yield f"┃ {line}"
    if card.table:
        yield f"┃ {' | '.join(card.table.head)}"
        for row in card.table.rows:
            yield f"┃ {' | '.join(row)}"


def _buttons(message: Message) -> list[Button]:
    undo = [Button(label=receipt.label, token=receipt.undo) for receipt in message.receipts if receipt.undo]
    return [*(button for line in message.buttons for button in line), *undo]


def _typed() -> str | None:
    if sys.stdin.isatty():
        sys.stdout.write("you: ")
        sys.stdout.flush()
    return sys.stdin.readline() or None


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def chat(house: House, person: Person, room: str | None) -> None:
    """Talk as a person until the input ends."""
    desk = house.desk()
    await desk.start()
    try:
        account = await account_of(house.store, person, house.clock.now())
        if sys.stdin.isatty():
            _print(f"You are {person.name} ({person.role}). Type a message, or a number for a button; /quit leaves.")
        await Terminal(desk, person, account, room).converse()
    finally:
        await desk.stop()
