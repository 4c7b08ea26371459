"""A second opinion: the same adapter driven by tg-auto-test, a simulation of Telegram that knows nothing of ours."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiohttp import web
from pydantic import SecretStr
from telegram import Update
from telegram.ext import TypeHandler
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from adapters.telegram.adapter import TelegramAdapter
from adapters.telegram.limits import Paces, Window
from adapters.telegram.parse import PLATFORM
from core.desk import Desk
from core.people import Account
from tests.databases import fresh
from tests.telegram.town import Settings
from tests.test_dialogues import AT, demo_gym, demo_house

simulated = pytest.importorskip(
    "tg_auto_test.test_utils.serverless_telegram_client", reason="tg-auto-test is for Python 3.12 and later"
)
MIA = 9001
WIDE = Paces(chat=Window(1000, 1.0))
NOT_FOUND = {"ok": False, "error_code": 404, "description": "Not Found: method not found"}


class Line:
    """The simulation's transport behind an address, so that our own transport and our own polls are used. What it does
    not know is answered as by a server of an older version."""

    def __init__(self) -> None:
        self.client: Any = simulated.ServerlessTelegramClient(build_application=self._build)
        self.unknown: set[str] = set()
        self._updates: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._confirmed = asyncio.Event()
        self.settled: Callable[[], Awaitable[None]]

    def _build(self, builder: Any) -> Any:
        application: Any = builder.build()
        application.add_handler(TypeHandler(Update, self._deliver))
        return application

    async def _deliver(self, update: Update, context: Any) -> None:
        """An update waits in the next poll; it is done with once a later poll confirms it and all is answered."""
        self._confirmed.clear()
        self._updates.put_nowait(update.to_dict())
        await self._confirmed.wait()
        await self.settled()

    async def answer(self, request: web.Request) -> web.Response:
        """One call of the Bot API."""
        method = request.match_info["method"]
        params = orjson.loads(await request.read() or b"{}")
        if method == "getUpdates":
            if "offset" in params:
                self._confirmed.set()
            update = await self._updates.get()
            return web.json_response({"ok": True, "result": [update] if update else []})
        if method == "deleteWebhook":
            return web.json_response({"ok": True, "result": True})
        return await self._handed_on(method, params)

    def close(self) -> None:
        """Let the last poll end."""
        self._updates.put_nowait({})

    async def _handed_on(self, method: str, params: dict[str, Any]) -> web.Response:
        stub = self.client._request
        if method not in stub._handlers:
            self.unknown.add(method)
            return web.json_response(NOT_FOUND, status=404)
        status, body = await stub.do_request(f"/bot/{method}", "POST", _form(params))
        return web.Response(status=status, body=body, content_type="application/json")


def _form(params: dict[str, Any]) -> RequestData:
    """The fields of a call, as the simulation reads them."""
    return RequestData([RequestParameter(name, value, None) for name, value in params.items()])


@asynccontextmanager
async def served(line: Line) -> AsyncIterator[str]:
    """The line's address."""
    app = web.Application()
    app.router.add_post("/bot{token}/{method}", line.answer)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    line.close()
    await runner.cleanup()


async def test_the_bot_talks_to_another_simulation_of_telegram(tmp_path: Path) -> None:
    """Commands are offered; words and commands are answered, a question's button books, and Undo takes it back."""
    line = Line()
    async with fresh("sqlite", tmp_path, "demo", demo_gym) as url, served(line) as address:
        house = await demo_house(url)
        settings = Settings(address, token=SecretStr("999999:ABC"))
        made: list[TelegramAdapter] = []
        await house.desk.stop()
        house.furnish = lambda desk: made.append(TelegramAdapter(settings, desk, tmp_path / "data", WIDE))
        await house.open()
        desk = house.desk
        line.settled = desk.platforms.idle
        await link(desk, house.people["mia"])
        await made[0].start()
        await line.client.connect()
        async with line.client.conversation("test_bot") as talk:
            await talk.send_message("book crossfit tomorrow evening")
            asked = await said(desk, line, "Which class")
            await asked.click(text=label_of(asked, "18:00"))
            booked = await said(desk, line, "Booked")
            assert label_of(booked, "Undo")
            await booked.click(text=label_of(booked, "Undo"))
            await said(desk, line, "Undone")
            await talk.send_message("/show_timetable tomorrow")
            assert "CrossFit" in (await said(desk, line, "Tue")).text
        await line.client.disconnect()
        await made[0].stop()
        await desk.stop()
        assert line.unknown <= {"setMyDescription", "sendMessageDraft"}
        assert {c["command"] for c in line.client._request.get_scoped_commands("all_private_chats")} >= {"book_class"}


async def link(desk: Desk, person_id: int) -> None:
    """Whoever speaks in the simulation is somebody of the gym."""
    async with desk.store.write() as db:
        db.add(Account(platform=PLATFORM, account=str(MIA), person_id=person_id, linked_at=AT))


async def said(desk: Desk, line: Line, words: str) -> Any:
    """The message that says something, as it is in the chat now, once it is there."""
    async with asyncio.timeout(60):
        while True:
            found = [m for m in line.client._outbox if words in m.text]
            if found:
                return found[-1]
            await desk.platforms.idle()
            await asyncio.sleep(0)


def label_of(message: Any, words: str) -> str:
    """The label of the button that says something."""
    labels: list[str] = [button.text for row in message.buttons or [] for button in row if words in button.text]
    assert labels, f"no button of {message.text!r} says {words}"
    return labels[0]
