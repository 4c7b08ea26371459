"""What a person can do and see wherever Whistle speaks: the few words in which dialogues are written once for every
surface, and the page's way of doing them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

from core.chat import Message
from tests.conftest import House
from tests.web.conftest import Surface as Page


@dataclass(frozen=True)
class Seen:
    """One message as a person sees it now: its words with all that cards and receipts say, and its buttons by label.
    `handle` is the surface's own, for taps and for looking again; `answers` are the words of the message that it hangs on."""

    text: str
    buttons: tuple[str, ...]
    handle: Any
    answers: str = ""


class Surface(Protocol):
    """One way to speak with Whistle. `room` is null in private; "staff" is the coaches' room."""

    house: House

    async def say(self, who: str, words: str, room: str | None = None) -> list[Seen]:
        """Say something; what the speaker is shown for it, wherever that is."""

    async def tap(self, who: str, seen: Seen, label: str) -> str | None:
        """Tap a button of a message; the short word that a press may be answered with."""

    async def taps(self, who: str, seen: Seen, label: str, times: int) -> None:
        """Tap a button so many times at the same moment."""

    async def read(self, who: str, room: str | None = None) -> list[Seen]:
        """What the bot's messages in a place say to a person now, oldest first."""

    async def again(self, who: str, seen: Seen) -> Seen:
        """A message as it is now."""

    async def pass_time(self, by: timedelta) -> None:
        """Let time pass, and everything happen that becomes due."""


def words_of(message: Message) -> str:
    """All that a message says."""
    lines = [message.text]
    for card in message.cards:
        lines += [card.title, *card.lines, *(f"{f.label}: {f.value}" for f in card.facts), card.outcome or card.state]
        lines += [" ".join(row) for row in card.table.rows] if card.table else []
    lines += [r.text + (" Undone." if r.state == "undone" else "") for r in message.receipts]
    return "\n".join(line for line in lines if line)


class OnPage:
    """The page's HTTP."""

    def __init__(self, house: House, data_dir: Path) -> None:
        self.house = house
        self._page = Page(house, data_dir)

    async def say(self, who: str, words: str, room: str | None = None) -> list[Seen]:
        turn = await self._page.say(who, words, **({"room": room} if room else {}))
        return [_seen(Message.model_validate(m)) for m in turn["messages"]]

    async def tap(self, who: str, seen: Seen, label: str) -> str | None:
        answer = await self._page.post(who, "/agent/press", {"token": _token(seen, label)})
        assert answer.status_code == 200, answer.text
        notice: str | None = answer.json()["notice"]
        return notice

    async def taps(self, who: str, seen: Seen, label: str, times: int) -> None:
        import asyncio

        await asyncio.gather(*(self.tap(who, seen, label) for _ in range(times)))

    async def read(self, who: str, room: str | None = None) -> list[Seen]:
        entries = await self.house.read(who, room)
        return [_seen(e.message) for e in entries if e.author.kind == "bot"]

    async def again(self, who: str, seen: Seen) -> Seen:
        for room in (None, "staff"):
            try:
                entries = await self.house.read(who, room)
            except Exception:  # a member has no room
                continue
            for entry in entries:
                if entry.message.id == seen.handle.id:
                    return _seen(entry.message)
        raise AssertionError("the message is not there any more")

    async def pass_time(self, by: timedelta) -> None:
        await self.house.pass_time(by)


def _buttons(message: Message) -> Sequence[tuple[str, str]]:
    found = [(b.label, b.token) for row in message.buttons for b in row]
    return [*found, *(("Undo", r.undo) for r in message.receipts if r.undo)]


def _seen(message: Message) -> Seen:
    return Seen(words_of(message), tuple(label for label, _ in _buttons(message)), message)


def _token(seen: Seen, label: str) -> str:
    return next(token for name, token in _buttons(seen.handle) if label in name)


def kept_in(folder: Path) -> list[bytes]:
    """The bytes of all files in a folder."""
    return [p.read_bytes() for p in sorted(folder.iterdir())] if folder.exists() else []
