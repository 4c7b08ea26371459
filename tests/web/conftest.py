"""The page's server in front of a toy gym, and people who speak HTTP with it."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from adapters.web.adapter import WebAdapter
from adapters.web.limits import Pace
from adapters.web.sign_in import token_for
from core.chat import Entry
from core.clock import SetClock
from core.llm.contract import Event, Model, Request, Stop, TextDelta
from core.llm.scripted import ScriptedModel
from tests import toys
from tests.conftest import START, House
from tests.databases import empty_file

SECRET = b"a secret that only these tests know"
HOST = "http://127.0.0.1:8080"


class SlowModel:
    """A model that says its first word and then thinks until it is let go; it repeats what it was told last."""

    name = "slow"

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.go_on = asyncio.Event()

    async def stream(self, request: Request) -> AsyncIterator[Event]:
        words = getattr(request.messages[-1], "text", "")
        yield TextDelta("You said: ")
        self.asked.set()
        await self.go_on.wait()
        yield TextDelta(words)
        yield Stop("end")


class Surface:
    """A house with its web adapter. Requests go straight into the application unless the server was started."""

    def __init__(self, house: House, data_dir: Path, pace: Pace | None = None) -> None:
        self.house = house
        self.web = WebAdapter(
            house.desk,
            host="127.0.0.1",
            port=0,
            secret=SECRET,
            data_dir=data_dir,
            allowed_hosts=("gym.example",),
            pace=pace,
        )

    def token(self, who: str) -> str:
        return token_for(SECRET, self.house.people[who])

    def client(
        self, who: str | None = None, headers: Mapping[str, str] | None = None, *, cookie: bool = False
    ) -> httpx2.AsyncClient:
        """Somebody's client: with a bearer token, or as a browser with the cookie."""
        sent = dict(headers or {})
        cookies = {"whistle": self.token(who)} if who and cookie else None
        if who and not cookie:
            sent["Authorization"] = f"Bearer {self.token(who)}"
        transport = httpx2.ASGITransport(app=self.web.app)
        return httpx2.AsyncClient(transport=transport, base_url=HOST, headers=sent, cookies=cookies)

    async def post(self, who: str, path: str, json: Any, **headers: str) -> httpx2.Response:
        async with self.client(who, headers) as client:
            return await client.post(path, json=json)

    async def get(self, who: str, path: str) -> httpx2.Response:
        async with self.client(who) as client:
            return await client.get(path)

    async def say(self, who: str, words: str, **more: Any) -> dict[str, Any]:
        """Say something over HTTP; the Turn."""
        answer = await self.post(who, "/agent/chat", {"message": words, **more})
        assert answer.status_code == 200, answer.text
        turn: dict[str, Any] = answer.json()
        return turn

    async def until_said(self, who: str, count: int) -> None:
        """Wait until a person has seen a number of people's messages."""
        async with aclosing(self.house.desk.subscribe(self.house.people[who], 0)) as stream:
            async for sign in stream:
                count -= isinstance(sign, Entry) and sign.kind == "said"
                if count == 0:
                    return


Opener = Callable[..., Awaitable[Surface]]


@pytest.fixture
async def surface(tmp_path: Path) -> AsyncIterator[Opener]:
    """Opens a toy gym with its web adapter; the model answers from the steps given."""
    url = await empty_file(tmp_path / "gym.db")
    opened: list[Surface] = []

    async def open_surface(*steps: Any, pace: Pace | None = None, model: Model | None = None) -> Surface:
        house = House(url=url, clock=SetClock(START), model=model or ScriptedModel(*steps), toolbox=toys.toolbox())
        made = Surface(await house.open(), tmp_path / "data", pace)
        opened.append(made)
        return made

    yield open_surface
    for one in opened:
        await one.web.stop()
        await one.house.desk.stop()


@asynccontextmanager
async def served(one: Surface, who: str) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of the real server on a free port."""
    await one.web.start()
    headers = {"Authorization": f"Bearer {one.token(who)}"}
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{one.web.port}", headers=headers, timeout=60) as client:
        yield client


@dataclass
class Block:
    """One server-sent event; the first of a live stream has an id and nothing else."""

    event: str = ""
    id: str = ""
    data: str = ""

    @property
    def json(self) -> Any:
        return json.loads(self.data)


async def blocks(answer: httpx2.Response) -> AsyncIterator[Block]:
    """The server-sent events of an answer."""
    found = Block()
    async for line in answer.aiter_lines():
        if not line:
            yield found
            found = Block()
            continue
        name, _, value = line.partition(":")
        if name in ("event", "id", "data"):
            setattr(found, name, value.strip())


@asynccontextmanager
async def listening(client: httpx2.AsyncClient, after: int | None = None) -> AsyncIterator["Live"]:
    """An open live stream; it is open once its first block has come."""
    headers = {} if after is None else {"Last-Event-ID": str(after)}
    async with client.stream("GET", "/agent/events", headers=headers) as answer:
        assert answer.status_code == 200
        live = Live(blocks(answer))
        live.opened_at = int((await anext(live.blocks)).id)
        yield live


@dataclass
class Live:
    """What comes on a live stream."""

    blocks: AsyncIterator[Block]
    opened_at: int = 0

    async def until(self, text: str) -> list[Any]:
        """The entries up to the one with a text."""
        seen: list[Any] = []
        async for block in self.blocks:
            if block.event == "entry":
                assert int(block.id) == block.json["id"]
                seen.append(block.json)
                if block.json["message"]["text"] == text:
                    return seen
        raise AssertionError(f"the stream ended without {text!r}: {seen}")
