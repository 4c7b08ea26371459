"""Sixty chats and three groups at ten times the allowed rate, on a clock that is moved: what the Telegram carrier asks of a
server that counts, and what that costs chats that write slowly."""

import heapq
import random
import statistics
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from telegram import Bot

from adapters.contract import Later, Parcel, Sent
from adapters.telegram.carrier import TelegramCarrier
from adapters.telegram.limits import Paces
from adapters.telegram.live import Live
from adapters.telegram.pace import Pacer
from adapters.telegram.whisper import Whispers
from adapters.telegram.wire import Wire
from benchmarks.report import Figure, against, counted
from core.chat import Message
from core.clock import SetClock
from tests.conftest import START
from tests.fakes.telegram import REFUSE, TOKEN, TelegramServer, telegram
from tests.fakes.telegram_checks import Rejected
from tests.fakes.telegram_world import BOT_ID

CHATS, GROUPS, QUIET = 60, 3, 5
TEN_TIMES, NOW_AND_THEN = 0.1, 4.0
FIRST_CHAT, FIRST_QUIET, FIRST_GROUP = 10_000, 20_000, -100_500


@dataclass(order=True)
class Waiting:
    """A chat whose next parcel may be tried at a moment."""

    at: datetime
    chat: int
    parcel: Any = field(compare=False)
    written: datetime = field(compare=False)


@dataclass
class Flooded:
    """What a stretch of time has shown."""

    delays: list[float]
    sent: int
    inside: int
    refused: int


async def flood(seconds: float, loud: bool, provoked: int = 0, seed: int = 1) -> Flooded:
    """So many seconds with the quiet chats, and with the loud ones if wanted. `provoked` times the server asks a loud chat
    to wait for no reason that we could know."""
    clock, chance = SetClock(START), random.Random(seed)
    async with telegram(clock) as server:
        wire = Wire(10.0)
        await wire.initialize()
        carrier = _carrier(server, clock, wire)
        chats = _people(server, loud)
        for _ in range(provoked):
            chat = chance.randrange(FIRST_CHAT, FIRST_CHAT + CHATS)
            error = Rejected(429, "Too Many Requests: retry after 5", retry_after=5)
            server.fail(REFUSE, "sendMessage", chat=chat, error=error)
        found = await _run(carrier, clock, chats, START + timedelta(seconds=seconds))
        await wire.shutdown()
        asked = server.of("sendMessage")
        inside = len(server.allowance.inside) + _during_waits(asked)
        return Flooded(found, sum(1 for c in asked if c.code == 200), inside, len(server.allowance.refused))


def _carrier(server: TelegramServer, clock: SetClock, wire: Wire) -> TelegramCarrier:
    client = Bot(TOKEN, f"{server.url}/bot", f"{server.url}/file/bot", request=wire, get_updates_request=wire)
    pacer = Pacer(clock, Paces())
    return TelegramCarrier(str(BOT_ID), client, pacer, Live(clock, client, pacer), Whispers(clock, client, BOT_ID))


def _people(server: TelegramServer, loud: bool) -> dict[int, float]:
    """Every chat with the seconds between two messages that are written for it."""
    chats = {FIRST_QUIET + n: NOW_AND_THEN for n in range(QUIET)}
    for n in range(CHATS if loud else 0):
        chats[FIRST_CHAT + n] = TEN_TIMES
    for chat in chats:
        server.world.user(chat, f"U{chat}")
    for n in range(GROUPS if loud else 0):
        server.world.group(FIRST_GROUP - n, f"G{n}", [])
        chats[FIRST_GROUP - n] = TEN_TIMES * 3
    return chats


async def _run(carrier: TelegramCarrier, clock: SetClock, chats: dict[int, float], end: datetime) -> list[float]:
    """One parcel after the other in each chat, as a courier does; the delays of the quiet chats."""
    number, delays = 0, []
    queue = [Waiting(START + timedelta(seconds=0.01 * n), chat, None, START) for n, chat in enumerate(chats)]
    for w in queue:
        w.written = w.at
    heapq.heapify(queue)
    while queue[0].at < end:
        now = heapq.heappop(queue)
        if now.at > clock.now():
            clock.move(now.at - clock.now())
        if now.parcel is None:
            number += 1
            now.parcel = Parcel(number, f"n{number}", str(now.chat), "", "push", Message(text=f"Number {number}."))
        outcome = await carrier.send(now.parcel)
        match outcome:
            case Later(wait, sent=sent):
                now.parcel, now.at = replace(now.parcel, sent=sent), clock.now() + timedelta(seconds=wait)
            case Sent():
                if chats[now.chat] == NOW_AND_THEN:
                    delays.append((clock.now() - now.written).total_seconds())
                now.written += timedelta(seconds=chats[now.chat])
                now.parcel, now.at = None, max(clock.now(), now.written)
            case other:
                raise AssertionError(f"the server lets nobody down here: {other}")
        heapq.heappush(queue, now)
    return delays


def _during_waits(calls: Any) -> int:
    """Requests to a chat inside of a time that the server asked to wait."""
    until: dict[int, datetime] = {}
    inside = 0
    for call in calls:
        chat = call.params["chat_id"]
        inside += call.at < until.get(chat, call.at)
        if call.code == 429:
            until[chat] = call.at + timedelta(seconds=5)
    return inside


async def measure(small: bool) -> list[Figure]:
    """Two minutes with and without the loud ones."""
    seconds = 20.0 if small else 120.0
    calm, wild = await flood(seconds, loud=False), await flood(seconds, loud=True, provoked=20)
    before, after = statistics.median(calm.delays), statistics.median(wild.delays)
    allowed = 30 * seconds
    return [
        counted(f"requests inside a time to wait, {CHATS} chats and {GROUPS} groups at ten times the rate", wild.inside,
                goal=("≤", 0)),
        counted("requests beyond the allowance", wild.refused, goal=("≤", 0)),
        against("allowance used", f"{wild.sent}", f"{allowed:.0f}", wild.sent / allowed, ("≥", 0.9)),
        against("median delay of other chats (and a tenth of a second)", f"{after:.2f} s", f"{before:.2f} s",
                (after + 0.1) / (before + 0.1), ("≤", 1.2)),
    ]  # fmt: skip
