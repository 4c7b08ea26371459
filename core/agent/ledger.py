"""Every call of a language model with its tokens and its money: put aside before the call, settled after it.

A call that was never settled, because the process died, counts at the worst case that was put aside for it: the provider
may have done the work. It counts on the day on which it was made and is let go with that day."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Index, Integer, String, bindparam, case, distinct
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql import and_, func, insert, or_, select, update

from core.agent import budget, cap_notices
from core.agent.budget import Limits, Used
from core.agent.messages import TurnRow
from core.agent.outbox import Outbox, To
from core.chat import Message
from core.clock import Clock, to_local
from core.gym.gyms import Gym, GymProfile
from core.i18n import speaking
from core.llm.contract import Usage
from core.metrics import COUNTS
from core.people import Person
from core.store.database import Store, after_commit
from core.store.rows import Row
from core.store.statements import Statement

HELD, SETTLED, TOLD = "held", "settled", "told"
REMIND_AFTER = timedelta(hours=12)
SMALL = "small"


class ModelCall(Row):
    """One call of a model, and what it was for. While `state` is "held" the cost is the worst case put aside for it;
    `outcome` says how it ended. A row that is "told" is no call: it remembers that a person has heard a reason."""

    __tablename__ = "model_calls"
    __table_args__ = (
        Index("ix_model_calls_person", "person_id", "at"),
        Index("ix_model_calls_heard", "session_id", "outcome"),
    )

    gym_id: Mapped[int]
    person_id: Mapped[int]
    session_id: Mapped[int]
    turn_id: Mapped[int] = mapped_column(index=True)
    day: Mapped[date]
    at: Mapped[datetime]
    model: Mapped[str] = mapped_column(String(60))
    purpose: Mapped[str] = mapped_column(String(10))
    route: Mapped[str] = mapped_column(String(20))
    attempt: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(10))
    outcome: Mapped[str] = mapped_column(String(40), default="")
    held_tokens: Mapped[int] = mapped_column(BigInteger, default=0)
    tokens_in: Mapped[int] = mapped_column(BigInteger, default=0)
    tokens_cached: Mapped[int] = mapped_column(BigInteger, default=0)
    tokens_written: Mapped[int] = mapped_column(BigInteger, default=0)
    tokens_out: Mapped[int] = mapped_column(BigInteger, default=0)
    cost_usd_micros: Mapped[int] = mapped_column(BigInteger, default=0)
    saved_usd_micros: Mapped[int] = mapped_column(BigInteger, default=0)
    first_ms: Mapped[int] = mapped_column(Integer, default=0)
    ms: Mapped[int] = mapped_column(Integer, default=0)


class UsageSession(Row):
    """What a conversation has used in all."""

    __tablename__ = "usage_sessions"

    session_id: Mapped[int] = mapped_column(unique=True)
    tokens: Mapped[int] = mapped_column(BigInteger, default=0)
    cost_usd_micros: Mapped[int] = mapped_column(BigInteger, default=0)


_CALLS: Any = ModelCall.__table__
_SESSIONS: Any = UsageSession.__table__
_COST = (
    "tokens_in", "tokens_cached", "tokens_written", "tokens_out", "cost_usd_micros", "saved_usd_micros", "outcome",
    "first_ms", "ms",
)  # fmt: skip
_HOLD = Statement(insert(_CALLS).returning(_CALLS.c.id))
_HELD = Statement(
    select(
        _CALLS.c.id, _CALLS.c.gym_id, _CALLS.c.person_id, _CALLS.c.session_id, _CALLS.c.turn_id, _CALLS.c.day,
        _CALLS.c.model, _CALLS.c.cost_usd_micros,
    ).where(_CALLS.c.id == bindparam("call"))
)  # fmt: skip
_SETTLE = Statement(
    update(_CALLS)
    .where(_CALLS.c.id == bindparam("call"))
    .values(state=SETTLED, **{name: bindparam(f"new_{name}", type_=_CALLS.c[name].type) for name in _COST})
)
_TURN = Statement(
    select(TurnRow.id, TurnRow.gym_id, TurnRow.person_id, TurnRow.session_id).where(TurnRow.id == bindparam("turn"))
)
_GYM = Statement(
    select(GymProfile.gym_id, GymProfile.zone, GymProfile.tier).where(GymProfile.gym_id == bindparam("gym"))
)
# One purse for a gym: whoever puts aside waits for whoever does so at the same time.
_LOCK = Statement(select(Gym.id).where(Gym.id == bindparam("gym")).with_for_update())


class _Turn(NamedTuple):
    """Whose turn a call is paid under."""

    id: int
    gym_id: int
    person_id: int
    session_id: int


class _Gym(NamedTuple):
    """Whose money is spent, by which clock."""

    gym_id: int
    zone: str
    tier: str


class _Call(NamedTuple):
    """A call that was put aside for."""

    id: int
    gym_id: int
    person_id: int
    session_id: int
    turn_id: int
    day: date
    model: str
    cost_usd_micros: int


async def _turn(db: AsyncSession, turn: int) -> _Turn:
    found = await _TURN.first(db, {"turn": turn})
    assert found is not None
    return _Turn(*found)


async def _gym(db: AsyncSession, gym_id: int) -> _Gym:
    found = await _GYM.first(db, {"gym": gym_id})
    assert found is not None
    return _Gym(*found)


class Ledger:
    """The one place where model calls are paid for. `outbox` is how the owners hear that a day's money runs low."""

    def __init__(self, store: Store, clock: Clock, limits: Limits | None = None) -> None:
        self.store = store
        self.clock = clock
        self.limits = limits or Limits()
        self.outbox: Outbox | None = None
        self._put_aside: Counter[int] = Counter()
        self._told: set[tuple[int, date, str]] = set()

    async def hold(
        self, turn: int, model: str, purpose: str, route: str, attempt: int, tokens: int, micros: int
    ) -> tuple[int | None, str, str]:
        """Put the worst case of a call aside, committed before the call is made: its id, or else the reason's name and
        the words for the person."""
        async with self.store.write() as db:
            row = await _turn(db, turn)
            await _LOCK.rows(db, {"gym": row.gym_id})
            gym = await _gym(db, row.gym_id)
            local = to_local(self.clock.now(), gym.zone)
            used = await self._used(db, row, gym, local.date())
            reason, words = budget.refusal(used, self.limits, tokens, micros, job=purpose == SMALL)
            if reason:
                after_commit(db, lambda: COUNTS.refused(reason.partition(":")[0]))
                if reason.startswith("gym:"):
                    await self._tell_owners(db, row, gym, local.date(), cap_notices.ALL, used.spent)
                return None, reason, words
            model = model[:60]
            told = {"model": model, "purpose": purpose, "route": route, "attempt": attempt, "state": HELD}
            money = {"held_tokens": tokens, "cost_usd_micros": micros}
            [(held,)] = await _HOLD.rows(db, self._values(row, local.date(), **told, **money))
            await budget.add(db, row.gym_id, row.person_id, local.date(), model, cost_usd_micros=micros)
            self._put_aside[row.gym_id] += micros
            return held, "", ""

    async def hold_more(self, held: int, tokens: int, micros: int) -> tuple[str, str]:
        """Put more aside for a call that goes on. The reason's name and the words for the person, or nothing."""
        async with self.store.write() as db:
            call = await db.get_one(ModelCall, held)
            await _LOCK.rows(db, {"gym": call.gym_id})
            turn, gym = await _turn(db, call.turn_id), await _gym(db, call.gym_id)
            used = await self._used(db, turn, gym, call.day)
            reason, words = budget.refusal(used, self.limits, tokens, micros, job=True)
            if not reason:
                call.held_tokens += tokens
                call.cost_usd_micros += micros
                await budget.add(db, call.gym_id, call.person_id, call.day, call.model, cost_usd_micros=micros)
                self._put_aside[call.gym_id] += micros
            return reason, words

    def _values(self, turn: _Turn, day: date, **values: Any) -> dict[str, Any]:
        """The columns of a call."""
        ids = {"gym_id": turn.gym_id, "person_id": turn.person_id, "session_id": turn.session_id, "turn_id": turn.id}
        zero = {"held_tokens": 0, "tokens_in": 0, "tokens_cached": 0, "tokens_written": 0, "tokens_out": 0}
        money = {"cost_usd_micros": 0, "saved_usd_micros": 0, "first_ms": 0, "ms": 0}
        return {"day": day, "at": self.clock.now(), "outcome": "", **ids, **zero, **money, **values}

    async def _used(self, db: AsyncSession, turn: _Turn, gym: _Gym, day: date) -> Used:
        person = await db.get_one(Person, turn.person_id)
        spoken = await turns_of(db, person.id, self.clock.now(), day)
        [(tokens, answers)] = await _OF_TURN.rows(db, {"turn": turn.id})
        session = await _OF_SESSION.first(db, {"session": turn.session_id})
        return Used(
            rank=0 if person.left_on is not None else person.rank,
            tier=gym.tier,
            spent=await budget.spent_on(db, gym.gym_id, day),
            turns_hour=spoken.hour,
            turns_day=spoken.day,
            message_tokens=int(tokens or 0),
            session_tokens=session[0] if session else 0,
            again=to_local(spoken.again, gym.zone),
            begun=bool(answers),
        )

    async def settle(
        self, held: int, usage: Usage, micros: int, saved: int, outcome: str, first_ms: int, ms: int
    ) -> None:
        """Write down what a call came to, instead of what was put aside for it."""
        tokens = {
            "tokens_in": usage.input,
            "tokens_cached": usage.cached,
            "tokens_written": usage.cache_written + usage.cache_kept,
            "tokens_out": usage.output,
        }
        told = {"outcome": outcome[:40], "first_ms": first_ms, "ms": ms}
        async with self.store.write() as db:
            [found] = await _HELD.rows(db, {"call": held})
            call = _Call(*found)
            money = {"cost_usd_micros": micros, "saved_usd_micros": saved}
            change = money | {"cost_usd_micros": micros - call.cost_usd_micros}
            await budget.add(db, call.gym_id, call.person_id, call.day, call.model, **tokens, **change)
            await _add_to_session(db, call.session_id, usage.prompt + usage.output, micros)
            new = {f"new_{name}": value for name, value in (tokens | money | told).items()}
            await _SETTLE.rows(db, {"call": held, **new})
            self._put_aside[call.gym_id] -= min(call.cost_usd_micros, self._put_aside[call.gym_id])
            after_commit(db, lambda: COUNTS.model_call(call.model, outcome, first_ms, ms))
            cap = self.limits.cap((await _gym(db, call.gym_id)).tier)
            spent = await budget.spent_on(db, call.gym_id, call.day) - self._put_aside[call.gym_id]
        await self._watch(call, cap, spent)

    async def _watch(self, call: _Call, cap: int, spent: int) -> None:
        """See how far a gym's day has come with what was really spent, and tell its owners."""
        percent = cap_notices.reached(spent, cap)
        if not percent or self.outbox is None or (call.gym_id, call.day, _mark(percent, cap)) in self._told:
            return
        async with self.store.write() as db:
            await _LOCK.rows(db, {"gym": call.gym_id})
            turn, gym = await _turn(db, call.turn_id), await _gym(db, call.gym_id)
            await self._tell_owners(db, turn, gym, call.day, percent, spent)

    async def _tell_owners(self, db: AsyncSession, turn: _Turn, gym: _Gym, day: date, percent: int, spent: int) -> None:
        """Tell each owner privately what a day has come to, once for each percentage of a cap. The gym is locked."""
        cap = self.limits.cap(gym.tier)
        mark = _mark(percent, cap)
        if self.outbox is None or (gym.gym_id, day, mark) in self._told:
            return
        owners = select(Person).where(Person.gym_id == gym.gym_id, Person.role == "owner", Person.left_on.is_(None))
        for owner in list(await db.scalars(owners)):
            told = select(ModelCall.id).where(ModelCall.person_id == owner.id, ModelCall.day == day)
            if await db.scalar(told.where(ModelCall.state == TOLD, ModelCall.outcome == mark).limit(1)) is not None:
                continue
            heard = {"model": "", "purpose": "", "route": "", "attempt": 0, "state": TOLD, "outcome": mark}
            await _HOLD.rows(db, self._values(turn, day, **heard, person_id=owner.id))
            with speaking(owner.language):
                message = Message(text=cap_notices.words(percent, spent, cap, gym.tier))
            await self.outbox.post(db, To(gym.gym_id, owner.id, None), message, self.clock.now(), kind="notice")
        after_commit(db, lambda: self._told.add((gym.gym_id, day, mark)))

    async def first(self, turn: int | None, reason: str) -> bool:
        """Whether a person has not heard a reason yet in this conversation: since a model last answered in it, or for
        half a day. From now on they have."""
        if turn is None:
            return True
        async with self.store.write() as db:
            row = await _turn(db, turn)
            told = await _newest(db, row.session_id, reason, TOLD)
            if told is not None and self.clock.now() - told.at < REMIND_AFTER:
                answered = await _newest(db, row.session_id, "ok", SETTLED)
                if answered is None or answered.id < told.id or reason != "unreachable":
                    return False
            day = to_local(self.clock.now(), (await _gym(db, row.gym_id)).zone).date()
            heard = {"model": "", "purpose": "", "route": "", "attempt": 0, "state": TOLD, "outcome": reason}
            await _HOLD.rows(db, self._values(row, day, **heard))
            return True

    async def fell(self, turn: int | None, why: str) -> None:
        """The rules answered where a model should have."""
        COUNTS.fell(why)


def _mark(percent: int, cap: int) -> str:
    """By what it is known that the owners have heard of a day's spending; another cap is another matter."""
    return f"{percent} % of {cap}"


@dataclass(frozen=True)
class Spoken:
    """How many messages of a person a language model has answered in the last hour and on a day, and when the hour's
    oldest no longer counts."""

    hour: int
    day: int
    again: datetime


# A call that failed was no answer; one under way may become one.
_ANSWERS = or_(ModelCall.state == HELD, and_(ModelCall.state == SETTLED, ModelCall.outcome == "ok"))


async def turns_of(db: AsyncSession, person_id: int, now: datetime, day: date) -> Spoken:
    """What a person has used of their messages."""
    since = {"who": person_id, "on": day, "hour": now - timedelta(hours=1), "longest": now - timedelta(hours=36)}
    [(hour, oldest, of_day)] = await _SPOKEN.rows(db, since)
    return Spoken(hour, of_day, (oldest or now) + timedelta(hours=1))


_IN_THE_HOUR = ModelCall.at > bindparam("hour")
_SPOKEN = Statement(
    select(
        func.count(distinct(case((_IN_THE_HOUR, ModelCall.turn_id)))),
        func.min(case((_IN_THE_HOUR, ModelCall.at))),
        func.count(distinct(case((ModelCall.day == bindparam("on"), ModelCall.turn_id)))),
    ).where(
        ModelCall.person_id == bindparam("who"),
        ModelCall.at > bindparam("longest"),
        _ANSWERS,
        ModelCall.purpose != SMALL,
    )
)
_OF_TURN = Statement(
    select(
        func.sum(ModelCall.tokens_in + ModelCall.tokens_cached + ModelCall.tokens_written + ModelCall.tokens_out),
        func.count(ModelCall.id).filter(ModelCall.purpose != SMALL, ModelCall.state != TOLD),
    ).where(ModelCall.turn_id == bindparam("turn"))
)
_OF_SESSION = Statement(select(UsageSession.tokens).where(UsageSession.session_id == bindparam("session")))
_SESSION = Statement(
    update(_SESSIONS)
    .where(_SESSIONS.c.session_id == bindparam("session"))
    .values(
        tokens=_SESSIONS.c.tokens + bindparam("more"), cost_usd_micros=_SESSIONS.c.cost_usd_micros + bindparam("cost")
    )
    .returning(_SESSIONS.c.id)
)


async def _newest(db: AsyncSession, session_id: int, outcome: str, state: str) -> ModelCall | None:
    found: ModelCall | None = await db.scalar(
        select(ModelCall)
        .where(ModelCall.session_id == session_id, ModelCall.outcome == outcome)
        .where(ModelCall.state == state, ModelCall.purpose != SMALL)
        .order_by(ModelCall.id.desc())
        .limit(1)
    )
    return found


async def _add_to_session(db: AsyncSession, session_id: int, tokens: int, micros: int) -> None:
    if await _SESSION.first(db, {"session": session_id, "more": tokens, "cost": micros}) is None:
        await db.execute(insert(UsageSession).values(session_id=session_id, tokens=tokens, cost_usd_micros=micros))
