"""The way in: nothing is confirmed before it is kept, and nothing stops it for good."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import aiohttp
import pytest
from telegram import Bot

from adapters.contract import Raw
from adapters.telegram.ingest import SECRET, Poller, Webhook
from adapters.telegram.parse import raw_of
from adapters.telegram.wire import Wire
from core.clock import SetClock
from core.errors import Told
from tests.conftest import START
from tests.fakes.telegram import CUT, TOKEN, TelegramServer, telegram
from tests.telegram.conftest import MIA, Out


class Kept:
    """Where updates are committed; it can refuse."""

    def __init__(self) -> None:
        self.raws: list[Raw] = []
        self.refuse = 0
        self.changed = asyncio.Event()

    async def __call__(self, batch: Sequence[Raw]) -> None:
        self.changed.set()
        if self.refuse:
            self.refuse -= 1
            raise OSError("the disk is full")
        self.raws += batch

    async def until(self, count: int) -> None:
        """Wait until so many are kept."""
        async with asyncio.timeout(60):
            while len(self.raws) < count:
                self.changed.clear()
                await self.changed.wait()

    def texts(self) -> list[object]:
        """What was said."""
        return [r.body["message"]["text"] for r in self.raws]  # type: ignore[index]


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    """A server and one person."""
    async with telegram(SetClock(START), [(MIA, "Mia")]) as made:
        yield made


def bot_of(server: TelegramServer) -> "type[object]":
    """How a poller makes its client."""

    def make(wire: Wire) -> Bot:
        return Bot(TOKEN, f"{server.url}/bot", f"{server.url}/file/bot", request=wire, get_updates_request=wire)

    return make  # type: ignore[return-value]


def poller_of(server: TelegramServer, kept: Kept) -> Poller:
    """A poller on the server's clock."""
    return Poller(server.clock, bot_of(server), kept)  # type: ignore[arg-type]


async def moving(server: TelegramServer, kept: Kept, count: int, by: float = 1.0) -> None:
    """Let time pass until so many updates are kept."""
    await server.passing(lambda: len(kept.raws) >= count, by)


async def test_what_is_not_kept_is_not_confirmed(server: TelegramServer) -> None:
    """A disk that is full for a while loses nothing: the server keeps what it was not told to forget."""
    kept = Kept()
    kept.refuse = 2
    server.world.types(MIA, "one")
    server.world.types(MIA, "two")
    poller = poller_of(server, kept)
    poller.start()
    await moving(server, kept, 2)
    assert kept.texts() == ["one", "two"]
    server.world.types(MIA, "three")
    await moving(server, kept, 3, 0)
    await poller.stop()
    assert [w.update["message"]["text"] for w in server.world.queue] in ([], ["three"])


async def test_a_new_start_asks_from_the_beginning_and_numbers_may_begin_anew(server: TelegramServer) -> None:
    """The first poll names no offset, so an unconfirmed update comes again with the same key."""
    kept = Kept()
    server.world.types(MIA, "one")
    poller = poller_of(server, kept)
    poller.start()
    await kept.until(1)
    await server.passing(lambda: server.polls and server.polling, 0)
    await poller.stop()
    server.world._update_ids = iter(range(5, 50))  # type: ignore[assignment]
    server.world.types(MIA, "two")
    again = poller_of(server, kept)
    again.start()
    await moving(server, kept, 2)
    server.world.types(MIA, "three")
    await moving(server, kept, 3)
    await again.stop()
    assert kept.texts() == ["one", "two", "three"]


async def test_a_poll_that_falls_silent_is_cut_off_and_a_broken_line_is_tried_again(server: TelegramServer) -> None:
    """However often."""
    kept = Kept()
    server.fail(CUT, "getUpdates", times=3)
    poller = poller_of(server, kept)
    poller.start()
    server.world.types(MIA, "one")
    await moving(server, kept, 1, 5)
    server.world.allowed = ()
    server.world.put_raw({"message": {"message_id": 99, "chat": {"id": MIA, "type": "private"}, "text": "two"}})
    await moving(server, kept, 2, 20)
    await poller.stop()
    assert kept.texts() == ["one", "two"]
    assert [raw.event_id for raw in kept.raws] == sorted({raw.event_id for raw in kept.raws})


async def test_a_second_poller_makes_the_first_step_back(
    server: TelegramServer, caplog: pytest.LogCaptureFixture
) -> None:
    """It says which mistake it is, waits, and does not fight."""
    first, second = Kept(), Kept()
    one, two = poller_of(server, first), poller_of(server, second)
    one.start()
    await server.passing(lambda: server.polling, 0)
    two.start()
    await server.passing(lambda: server.conflicts)
    server.world.types(MIA, "one")
    await second.until(1)
    assert first.raws == []
    await one.stop()
    await two.stop()


@pytest.fixture
async def hook(out: Out) -> AsyncIterator[tuple[Webhook, Kept]]:
    """A webhook that Telegram knows of."""
    kept = Kept()
    probe = Webhook(kept, out.client, url="http://127.0.0.1:1/", secret="s" * 32, host="127.0.0.1", port=0)
    made = await _listening(probe, out)
    yield made, kept
    await made.stop()


async def _listening(webhook: Webhook, out: Out) -> Webhook:
    await webhook.start()
    await out.client.set_webhook(f"http://127.0.0.1:{webhook.port}/hook", secret_token="s" * 32)
    return webhook


async def test_a_webhook_answers_after_the_commit_and_knows_its_caller(out: Out, hook: tuple[Webhook, Kept]) -> None:
    """A commit that fails is asked for again; a wrong or missing secret is turned away."""
    webhook, kept = hook
    kept.refuse = 1
    out.server.world.types(MIA, "one")
    await moving(out.server, kept, 1)
    assert kept.texts() == ["one"]
    async with aiohttp.ClientSession() as client:
        for headers in ({}, {SECRET: "wrong"}, {SECRET: "s" * 31}, {SECRET: "ß" * 32}):
            async with client.post(
                f"http://127.0.0.1:{webhook.port}/hook", json={"update_id": 1}, headers=headers
            ) as answer:
                assert answer.status == 401
        genuine = {SECRET: "s" * 32}
        async with client.post(f"http://127.0.0.1:{webhook.port}/hook", data=b"{", headers=genuine) as answer:
            assert answer.status == 200
    assert len(kept.raws) == 1


async def test_a_webhook_without_a_secret_is_refused(out: Out) -> None:
    """Before anything listens."""
    with pytest.raises(Told, match="webhook_secret"):
        Webhook(Kept(), out.client, url="https://x.example", secret="", host="127.0.0.1", port=0)


@pytest.mark.parametrize("update", [{"update_id": 7}, {}, {"update_id": 7, "message": {}}, {"update_id": 7, "poll": 3}])
def test_an_update_of_any_shape_can_be_kept(update: dict[str, Any]) -> None:
    """What cannot be kept would come again for ever, before everything that follows it."""
    assert raw_of(update).body == update
