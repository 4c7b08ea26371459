"""`bot run` with a Discord token, as somebody who has just installed it lives through it."""

import asyncio
import os
import re
import signal
import sys
from functools import partial
from pathlib import Path

import aiohttp

from tests.browser.conftest import free_port
from tests.discord.server import Server
from tests.fakes.discord import FakeDiscord

ROOT = Path(__file__).parents[2]


class Running:
    """The program in a process of its own, and what it prints."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.lines: list[str] = []
        self._printed = asyncio.Event()
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def begin(cls, **settings: str) -> "Running":
        """Start it."""
        mine = {k: v for k, v in os.environ.items() if not k.startswith("WHISTLE_") and not k.endswith("_API_KEY")}
        out, both = asyncio.subprocess.PIPE, asyncio.subprocess.STDOUT
        command = (sys.executable, "-m", "bot", "run")
        return cls(
            await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=mine | settings, stdout=out, stderr=both)
        )

    async def _read(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            self.lines.append(line.decode())
            self._printed.set()
        self._printed.set()

    async def said(self, what: str) -> "re.Match[str]":
        """Wait until it prints something."""
        async with asyncio.timeout(60):
            while not (found := re.search(what, "".join(self.lines))):
                assert not self._reading.done(), "".join(self.lines)
                self._printed.clear()
                await self._printed.wait()
        return found

    async def ends(self, by: signal.Signals) -> int:
        """End it, and wait for that."""
        self.process.send_signal(by)
        code = await self.process.wait()
        await self._reading
        return code


async def test_a_newcomer_connects_discord(tmp_path: Path) -> None:
    """Without a network one plain line, and the page works; with one the gym is opened in the chat. Killed and started
    again it answers what was said meanwhile; told to stop, it stops."""
    fake, port = FakeDiscord(), free_port()
    api, page = f"http://127.0.0.1:{port}", free_port()
    kim = fake.world.user("Kim")
    chat = fake.world.dm(kim)
    settings = {
        "WHISTLE_DATA_DIR": str(tmp_path), "WHISTLE_WEB__PORT": str(page), "WHISTLE_DISCORD__TOKEN": fake.token,
        "WHISTLE_DISCORD__API_URL": f"{api}/api/v10", "WHISTLE_DISCORD__GATEWAY_URL": f"ws://127.0.0.1:{port}/gateway",
    }  # fmt: skip

    def shown() -> list[str]:
        return [Server.words(m) for m in fake.world.shown(chat)]

    def shows(many: int) -> bool:
        return len(shown()) >= many

    running = await Running.begin(**settings)
    await running.said("discord_not_reached")
    code = (await running.said(r"/setup (\S+)"))[1]
    await running.said("started")
    async with aiohttp.ClientSession() as client, client.get(f"http://127.0.0.1:{page}/health") as answer:
        assert answer.status == 200
    await fake.start(port)
    await fake.world.until(lambda: fake.gateway.listening)
    assert {"classes", "bookings"} <= {c["name"] for c in fake.world.commands}
    for number, words in enumerate((f"/setup {code}", "Harbour Barbell", "Lisbon", "Kim Costa", "EUR"), 1):
        fake.people.says(kim, chat, words)
        await fake.world.until(partial(shows, number))
    await fake.world.until(lambda: "step by step" in shown()[-1])
    assert await running.ends(signal.SIGKILL) < 0
    before = len(shown())
    fake.people.says(kim, chat, "list class types")
    running = await Running.begin(**settings)
    await fake.world.until(lambda: len(shown()) > before)
    assert fake.gateway.identifies == 2
    assert await running.ends(signal.SIGTERM) == 0
    assert "Traceback" not in "".join(running.lines)
    assert fake.token not in "".join(running.lines)
    await fake.stop()
