"""What a test may do to a platform and see of it besides what people do: the words in which the carrier's contract is
written once for Telegram and Discord."""

from typing import Protocol

from core.agent.outbox import To
from core.chat import Message
from tests.contract.surface import Seen, Surface

LOST, CUT = "lost", "cut"


class Platform(Surface, Protocol):
    """A surface behind which a server of the platform stands. `repeats_marked`: a message that may have arrived comes
    once more with a mark; where false, the platform itself knows it again."""

    name: str
    repeats_marked: bool

    async def settled(self) -> None:
        """Wait until everything has happened that follows from what was done."""

    async def moves(self, seconds: int) -> None:
        """So many seconds pass, or a few more, and nobody waits for what follows."""

    async def types(self, who: str, words: str, room: str | None = None, **more: object) -> None:
        """Write without waiting for an answer. `to_bot` false: nobody is spoken to; `thread`: in a topic of the room, by
        its number; `replies`: to a message that was seen."""

    async def until(self, found: object) -> None:
        """Wait until something is so, without letting time pass."""

    def trouble(self, kind: str) -> None:
        """The next message of the bot's arrives and its answer is lost ("lost"), or never arrives ("cut")."""

    def told_to_wait(self, who: str, seconds: int) -> None:
        """The next message to somebody's private chat is refused for so many seconds."""

    def sends(self, who: str) -> int:
        """How often the bot tried to show a message in somebody's private chat."""

    async def shuts(self, who: str) -> None:
        """Somebody lets the bot write to them no more."""

    async def lets_in(self, who: str) -> None:
        """They do again."""

    async def throws_out(self) -> None:
        """The bot is taken out of the coaches' room."""

    async def sends_file(
        self, who: str, name: str, data: bytes, words: str = "", size: int | None = None
    ) -> list[Seen]:
        """Somebody sends a file, which may be said to be larger than it is."""

    def files(self, who: str) -> list[bytes]:
        """The bytes of all files that the bot has shown somebody."""

    def saved(self) -> list[bytes]:
        """The bytes of all files that were kept."""

    async def forge(self, who: str, seen: Seen, token: str) -> str | None:
        """A press with any token on a message; the short word that it is answered with."""

    def forges(self, who: str, seen: Seen, token: str) -> object:
        """The same without waiting: what is under way."""

    def tokens(self, seen: Seen) -> list[str]:
        """What stands behind a message's buttons."""

    async def comes_again(self) -> None:
        """The platform delivers the newest thing that anybody did once more."""

    async def stop(self) -> None:
        """The program ends."""

    async def start(self) -> None:
        """It starts again on the same data."""

    def thread(self, name: str) -> int:
        """A topic of the coaches' room; returns its number."""

    def in_thread(self, number: int) -> list[Seen]:
        """What the bot's messages in a topic say."""

    def everything(self, room: str) -> str:
        """All that the bot ever sent to a room, as it went over the wire."""


async def push(here: Platform, who: str | None, message: Message) -> None:
    """Whistle tells a person, or the coaches' room, something by itself."""
    desk, now = here.house.desk, here.house.clock.now()
    to = To(1, here.house.people[who], None) if who else To(1, None, "staff")
    async with desk.store.write() as db:
        await desk.outbox.post(db, to, message, now, kind="notice")
