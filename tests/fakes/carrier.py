"""A platform at the edge of the core: it shows what it is handed, and can be told to be late, unsure, full or gone."""

from collections import defaultdict, deque
from dataclasses import dataclass, field

from core.chat import Spot
from core.parcels import Carrier, Outcome, Parcel, Sent


class Crashed(BaseException):
    """The process ended while a parcel was on its way."""


@dataclass
class Shown:
    """One message as the people of a chat see it."""

    id: str
    text: str
    parcel: Parcel


@dataclass
class FakeCarrier(Carrier):
    """Messages by chat in `chats`. `plan[chat]` holds what the next sends there answer, once each: an outcome, or an
    error to raise; a pair with True delivers first. Without a plan everything arrives."""

    platform: str = "telegram"
    bot: str = "7"
    idempotent: bool = False
    whispers: bool = False
    chats: dict[str, list[Shown]] = field(default_factory=lambda: defaultdict(list))
    plan: dict[str, deque[object]] = field(default_factory=lambda: defaultdict(deque))
    parcels: list[Parcel] = field(default_factory=list)
    signs: list[tuple[str, bool]] = field(default_factory=list)
    _ids: int = 0

    async def send(self, parcel: Parcel) -> Outcome:
        self.parcels.append(parcel)
        planned = self.plan[parcel.chat].popleft() if self.plan[parcel.chat] else None
        arrives = planned is None
        if isinstance(planned, tuple):
            planned, arrives = planned
        shown = self._show(parcel) if arrives else ()
        if isinstance(planned, BaseException):
            raise planned
        return planned if planned is not None else Sent(shown)  # type: ignore[return-value]

    def _show(self, parcel: Parcel) -> tuple[str, ...]:
        chat = self.chats[parcel.chat]
        if parcel.edits:
            for message in chat:
                if message.id in parcel.edits:
                    message.text, message.parcel = words(parcel), parcel
            return parcel.edits
        same = [m.id for m in chat if self.idempotent and m.parcel.nonce == parcel.nonce]
        if same:
            return tuple(same)
        self._ids += 1
        chat.append(Shown(str(self._ids), words(parcel), parcel))
        return (str(self._ids),)

    def working(self, spot: Spot, on: bool) -> None:
        self.signs.append((spot.chat, on))

    def texts(self, chat: str) -> list[str]:
        """What a chat shows, in order."""
        return [m.text for m in self.chats[chat]]

    def token(self, chat: str, label: str) -> str:
        """The token of the newest button with a label."""
        for message in reversed(self.chats[chat]):
            shown = message.parcel.message
            found = [b.token for row in shown.buttons for b in row if b.label == label]
            found += [r.undo for r in shown.receipts if r.undo and label == "Undo"]
            if found:
                return found[0]
        raise AssertionError(f"no button {label} in {self.texts(chat)}")


def words(parcel: Parcel) -> str:
    """A parcel in one line: its text, its cards' titles and outcomes, its receipts."""
    m = parcel.message
    cards = [f"{c.title}{f' [{c.outcome}]' if c.outcome else ''}" for c in m.cards]
    receipts = [f"{r.text}{' (undone)' if r.state == 'undone' else ''}" for r in m.receipts]
    return " · ".join([x for x in (m.text, *cards, *receipts) if x]).replace("\n", " ")
