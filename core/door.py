"""Who comes to a bot without being known: greeted by a fixed menu, let in by a code, or led through opening a gym. No model
ever reads a stranger's words."""

import hmac
import re
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql import select

from core.chat import Incoming, visible
from core.clock import Clock
from core.errors import NotFound, Told
from core.gym import invites
from core.gym.gyms import Gym, profile
from core.gym.opening import SetupRow, known_zone, money_of, open_gym, zones_meant
from core.i18n import _, marked, speak
from core.people import Account, LinkCode, Person, give_account, hash_of_code, linkable, new_code, person_of
from core.store.after import after_commit

if TYPE_CHECKING:
    from core.store.database import Store

COMMAND = re.compile(r"^/(start|join|link|link_account|setup)(?:@\w+)?(?:\s+(\S.*))?$", re.IGNORECASE | re.DOTALL)
CODE = re.compile(r"^[A-Za-z0-9_-]{10,40}$")
BY_NAME = "link_account"
LIKE_CODES = re.compile(r"[A-Za-z0-9_-]{10,40}")
MOST_LIKE_CODES = 20
REPLIES, REPLIES_IN = 4, timedelta(minutes=10)
TRIES, TRIES_IN = 6, timedelta(hours=1)
CURRENCY = re.compile(r"^[A-Za-z]{3}$")
MENU = marked(
    "Hello! I am Whistle, the assistant of {gym}. I work for its members and staff.\n\n"
    "• You have an invitation? Send me its code, or open its link.\n"
    "• You use me somewhere else already? Write /link there, in our private chat, and send me the code.\n"
    "• You are new? Ask the front desk for an invitation."
)
MENU_CLOSED = marked(
    "Hello! I am Whistle. This gym is not open yet. Its owner opens it with /setup and the code that the program printed "
    "when it was started."
)
WRONG_CODE = marked(
    "That code was used already, is out of date, or was mistyped. Nothing was changed; ask for a new one."
)
OTHER_PERSON = marked(
    "This account belongs to {name} already, so nothing was linked. Nobody can be merged into somebody else; whoever the "
    "code is for has to send it from an account of their own."
)
SAME_PERSON = marked("You are linked here already, {name}. Nothing was changed.")
LINKED = marked(
    "Welcome back, {name}! This is you at {gym} from now on: one log, one undo and one set of reminders, wherever you write. "
    "/set_platform chooses where I write to you by myself."
)
JOINED = marked("Welcome to {gym}, {name}! Say what you need, like “what's on tomorrow?”, or /help.")
PRIVATELY = marked(
    "Codes are for our private chat only, where nobody reads along. Nothing was done; please make a new one."
)
VOID = marked(
    "Everybody here could read that code, so it is void now and nothing was done with it. Make a new one, and send it to me "
    "in our private chat only."
)
NO_SETUP = marked("That is not the code which the program printed when it was started. Nothing was changed.")
QUESTIONS = {
    "name": marked("Let's open your gym. What is it called?"),
    "zone": marked("Which city is it in, or which time zone? Like Berlin, or America/New_York."),
    "owner": marked("And your own name, first and last, as your coaches and members know you?"),
    "currency": marked("Which currency are your prices in? Three letters, like {hint}."),
}


@dataclass(frozen=True)
class Answer:
    """What the door says, and the tool that is called next for whoever it let in."""

    words: str = ""
    call: str = ""


class Door:
    """The door of a house. `setup_code` is what `bot run` prints; it lives as long as the process does. `tell` is called
    with the one that takes its place when it must not be used any more."""

    def __init__(self, store: "Store", clock: Clock) -> None:
        self.store = store
        self.clock = clock
        self.setup_code = new_code()
        self.tell: Callable[[str], None] = lambda code: None
        self._taken: dict[str, str] = {}
        self._asked: dict[tuple[str, str, str], deque[datetime]] = {}

    async def answer(self, db: AsyncSession, incoming: Incoming) -> Answer | None:
        """What is said to a message that no conversation takes: a stranger's, or a code. None when it is a message like
        any other, of somebody known; an empty answer when nothing is said."""
        command, words = _read(incoming)
        person = await person_of(db, incoming.platform, incoming.account)
        known = person is not None and person.left_on is None
        private = incoming.spot is None or not incoming.spot.group
        speak(person.language if person is not None and private else None)
        coded = bool(words) and command is not None
        if known and (not coded or command not in ("link", "link_account", "start", "join", "setup")):
            return None
        if not private:
            return Answer(_(PRIVATELY)) if coded and command != "start" else None if known else Answer()
        if coded and not self._may(incoming, "try", TRIES, TRIES_IN):
            return Answer()
        if coded and command is not None:
            return await self._coded(db, incoming, command, words, person)
        if (setup := await self._setup_of(db, incoming)) is not None:
            return await self._step(db, incoming, setup)
        if CODE.match(incoming.text.strip()) and self._may(incoming, "try", TRIES, TRIES_IN):
            return await self._coded(db, incoming, "join", incoming.text.strip(), person)
        return await self._greeting(db, incoming)

    async def _greeting(self, db: AsyncSession, incoming: Incoming) -> Answer:
        """The fixed menu, a few times and then no more for a while."""
        if not self._may(incoming, "menu", REPLIES, REPLIES_IN):
            return Answer()
        gym = await db.scalar(select(Gym.id).order_by(Gym.id).limit(1))
        return Answer(_(MENU).format(gym=(await profile(db, gym)).name) if gym else _(MENU_CLOSED))

    def _may(self, incoming: Incoming, what: str, most: int, within: timedelta) -> bool:
        """Whether an account may be answered once more. Accounts that were quiet for long are forgotten."""
        now = self.clock.now()
        if len(self._asked) > 5000:
            self._asked = {k: v for k, v in self._asked.items() if v and now - v[-1] < TRIES_IN}
        times = self._asked.setdefault((incoming.platform, incoming.account, what), deque())
        while times and now - times[0] >= within:
            times.popleft()
        if len(times) >= most:
            return False
        times.append(now)
        return True

    # -- codes ----------------------------------------------------------------------------------------------

    async def in_public(self, db: AsyncSession, incoming: Incoming) -> list[str]:
        """The codes of ours that stand in what a group can read and can still be used. Guesses cost nothing but a look."""
        found = list(dict.fromkeys(LIKE_CODES.findall(f"{incoming.text} {incoming.quoted}")))[:MOST_LIKE_CODES]
        now = self.clock.now()
        return [
            code
            for code in found
            if self._is_setup(code) or await linkable(db, code, now) or await invites.redeemable(db, code, now)
        ]

    async def void(self, db: AsyncSession, codes: Sequence[str]) -> Answer:
        """Whoever has read these codes has no use of them."""
        now = self.clock.now()
        for code in codes:
            if self._is_setup(code):
                self.setup_code = new_code()
                self.tell(self.setup_code)
            elif (link := await linkable(db, code, now)) is not None:
                link.used_at = now
            elif (invite := await invites.redeemable(db, code, now)) is not None:
                await invites.void(db, invite, now)
        await db.flush()
        speak(None)
        return Answer(_(VOID))

    def _is_setup(self, code: str) -> bool:
        return hmac.compare_digest(hash_of_code(code), hash_of_code(self.setup_code))

    async def _coded(
        self, db: AsyncSession, incoming: Incoming, command: str, words: str, person: Person | None
    ) -> Answer:
        if command == "setup":
            return await self._begin(db, incoming, words, person)
        link = await linkable(db, words, self.clock.now())
        if link is not None:
            return await self._link(db, incoming, link, person)
        if person is not None and person.left_on is None:
            return Answer(_(WRONG_CODE) if command != "start" else _(SAME_PERSON).format(name=person.name))
        try:
            joined = await invites.redeem(db, incoming.platform, incoming.account, words, self.clock.now())
        except NotFound:
            return Answer(_(WRONG_CODE))
        return Answer(_(JOINED).format(gym=(await profile(db, joined.gym_id)).name, name=joined.name))

    async def _link(self, db: AsyncSession, incoming: Incoming, link: LinkCode, person: Person | None) -> Answer:
        """One more account for a person; an account that is somebody's already stays theirs, and the code stays good."""
        owner = await db.get_one(Person, link.person_id)
        if person is not None and person.left_on is None:
            same = person.id == owner.id
            return Answer(_(SAME_PERSON if same else OTHER_PERSON).format(name=person.name))
        if owner.left_on is not None:
            return Answer(_(WRONG_CODE))
        link.used_at = self.clock.now()
        await self._account(db, incoming, owner)
        return Answer(_(LINKED).format(name=owner.name, gym=(await profile(db, owner.gym_id)).name))

    async def _account(self, db: AsyncSession, incoming: Incoming, person: Person) -> None:
        await give_account(db, incoming.platform, incoming.account, person.id, self.clock.now())

    # -- opening a gym --------------------------------------------------------------------------------------

    async def _begin(self, db: AsyncSession, incoming: Incoming, words: str, person: Person | None) -> Answer:
        if not self._is_setup(words):
            return Answer(_(NO_SETUP))
        if person is not None:
            return Answer(_(SAME_PERSON).format(name=person.name))
        # Taken before anything is waited for: whoever sends it at the same moment is too late.
        self._taken[incoming.event_id], self.setup_code = self.setup_code, new_code()
        after_commit(db, lambda: self._keep(incoming))
        for begun in await self._setups(db):
            await db.delete(begun)
        await db.flush()
        owner = await self._owner(db)
        if owner is not None:
            await self._account(db, incoming, owner)
            return Answer(_(LINKED).format(name=owner.name, gym=(await profile(db, owner.gym_id)).name))
        db.add(SetupRow(platform=incoming.platform, account=incoming.account, answers={}, at=self.clock.now()))
        await db.flush()
        return Answer(_(QUESTIONS["name"]))

    def _keep(self, incoming: Incoming) -> None:
        self._taken.pop(incoming.event_id, None)

    def give_back(self, incoming: Incoming) -> None:
        """What a message did was not written down: the code that it took can be used as before."""
        self.setup_code = self._taken.pop(incoming.event_id, self.setup_code)

    async def _owner(self, db: AsyncSession) -> Person | None:
        found: Person | None = await db.scalar(
            select(Person).where(Person.role == "owner", Person.left_on.is_(None)).limit(1)
        )
        return found

    async def _setups(self, db: AsyncSession) -> list[SetupRow]:
        """What was begun, oldest first, held until this transaction ends."""
        return list(await db.scalars(select(SetupRow).order_by(SetupRow.id).with_for_update()))

    async def _setup_of(self, db: AsyncSession, incoming: Incoming) -> SetupRow | None:
        """What an account has begun, if it is still its turn: the newest code counts, and one gym is opened."""
        begun = await self._setups(db)
        mine = next((s for s in begun if (s.platform, s.account) == (incoming.platform, incoming.account)), None)
        if mine is None or (mine is begun[-1] and await self._owner(db) is None):
            return mine
        await db.delete(mine)
        await db.flush()
        return None

    async def _step(self, db: AsyncSession, incoming: Incoming, setup: SetupRow) -> Answer:
        """Take one answer and ask the next question; the last opens the gym."""
        asked = next(q for q in QUESTIONS if q not in setup.answers)
        try:
            value = _checked(asked, incoming.text)
        except Told as error:
            return Answer(error.words)
        answers = {**setup.answers, asked: value}
        setup.answers = answers
        left = [q for q in QUESTIONS if q not in answers]
        if left:
            return Answer(_(QUESTIONS[left[0]]).format(hint=money_of(answers.get("zone", ""))))
        await self._open(db, incoming, setup)
        words = _("{gym} is open. Its clock is {zone}, its money {currency}.")
        words = words.format(gym=answers["name"], zone=answers["zone"], currency=answers["currency"])
        return Answer(words, call="setup")

    async def _open(self, db: AsyncSession, incoming: Incoming, setup: SetupRow) -> None:
        now, facts = self.clock.now(), dict(setup.answers)
        account = Account(platform=incoming.platform, account=incoming.account, person_id=0, linked_at=now)
        units = "lb" if facts["zone"].startswith("America/") else "kg"
        await db.run_sync(lambda session: open_gym(session, now, **facts, units=units, account=account))
        for begun in await self._setups(db):
            await db.delete(begun)
        await db.flush()


def _read(incoming: Incoming) -> tuple[str | None, str]:
    """The command of the door in a message, and the code behind it; chosen from a list of commands or typed."""
    if incoming.call is not None and incoming.call.tool == BY_NAME:
        return BY_NAME, str(incoming.call.args.get("code") or "").strip()
    found = COMMAND.match(incoming.text.strip())
    return (found[1].casefold(), (found[2] or "").strip()) if found else (None, "")


def _checked(question: str, typed: str) -> str:
    """An answer as it is kept; one that cannot be used is asked for again."""
    said = " ".join(visible(typed).split())
    if question == "zone":
        zones = [said] if "/" in said and known_zone(said) else zones_meant(said)
        if len(zones) == 1:
            return zones[0]
        words = (
            _("I know no single time zone by “{words}”. Did you mean {zones}?")
            if zones
            else _("I know no single time zone by “{words}”. Write a large city near you, like Berlin or Chicago.")
        )
        raise Told(words.format(words=said[:60], zones=", ".join(zones)))
    if question == "currency":
        if not CURRENCY.match(said):
            raise Told(_("Three letters, please, like EUR, USD or GBP."))
        return said.upper()
    if not any(c.isalpha() for c in said) or len(said) > 120:
        raise Told(_("Please write a name, up to 120 characters."))
    return said
