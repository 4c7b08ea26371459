"""What every request passes: hosts, origins, sizes, and headers that keep browsers safe."""

from collections.abc import AsyncIterator
from email.utils import format_datetime

import httpx2
import pytest
from sqlalchemy import text

from adapters.contract import Adapter
from tests.web.conftest import HOST, Opener

HELLO = {"message": "hello"}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": HOST},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
    ],
)
async def test_a_foreign_page_cannot_act_with_the_cookie(surface: Opener, headers: dict[str, str]) -> None:
    """A request that rides on the cookie must say that our own page made it; nothing is received otherwise."""
    one = await surface()
    async with one.client("mia", cookie=True) as client:
        for path in ("/agent/chat", "/agent/stream", "/agent/press", "/agent/sessions", "/agent/files"):
            answer = await client.post(path, json=HELLO, headers=headers)
            assert answer.status_code == 403, path
            assert answer.json()["error"]["code"] == "foreign_origin"
        assert (await client.delete("/agent/sessions/1", headers=headers)).status_code == 403
    assert await one.house.read("mia") == []


@pytest.mark.parametrize("headers", [{"Origin": HOST}, {"Sec-Fetch-Site": "same-origin"}])
async def test_our_own_page_acts_with_the_cookie(surface: Opener, headers: dict[str, str]) -> None:
    """The page's own requests pass, as JSON; the form of an old-fashioned page does not."""
    one = await surface("Hello!")
    async with one.client("mia", cookie=True) as client:
        assert (await client.post("/agent/chat", json=HELLO, headers=headers)).status_code == 200
        assert (await client.post("/agent/chat", data=HELLO, headers=headers)).status_code == 400


async def test_other_host_names_are_not_answered(surface: Opener) -> None:
    """A name that somebody points at this machine reads nothing; ours and the configured ones work on any port."""
    one = await surface()
    async with one.client("mia") as client:
        for host in ("evil.example", "evil.example:8080", "127.0.0.1.evil.example", "", "[", "localhost@evil.example"):
            assert (await client.get("/agent/me", headers={"Host": host})).status_code == 400, host
        for host in ("127.0.0.1:1", "localhost", "LOCALHOST:8080", "[::1]:8080", "gym.example"):
            assert (await client.get("/agent/me", headers={"Host": host})).status_code == 200, host


async def test_every_answer_carries_the_safe_headers_and_its_date(surface: Opener) -> None:
    """Pages, data, refusals and faults alike; what is personal is not kept by caches."""
    one = await surface()
    now = format_datetime(one.house.clock.now(), usegmt=True)
    async with one.client("mia") as client:
        paths = ["/", "/page/app.js", "/page/none.js", "/agent/me", "/agent/none", "/health", "/agent/history?limit=x"]
        for path in paths:
            headers = (await client.get(path)).headers
            policy = headers["content-security-policy"]
            assert policy.startswith("default-src 'none'"), path
            assert "frame-ancestors 'none'" in policy
            assert "unsafe" not in policy
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["date"] == now
            assert headers.get("cache-control") == (None if path.startswith("/page/") else "no-store")


async def test_what_a_stranger_sends_is_not_taken_in(surface: Opener) -> None:
    """Without a genuine token the body is not even read: nobody fills the disk of a gym they do not belong to."""
    one = await surface()
    read = False

    async def body() -> AsyncIterator[bytes]:
        nonlocal read
        read = True
        yield b"x" * 1000

    async with one.client() as client:
        answer = await client.post("/agent/files", content=body(), headers={"Content-Type": "multipart/form-data"})
    assert answer.status_code == 401
    assert not read


async def test_unknown_addresses_answer_in_the_one_form_of_errors(surface: Opener) -> None:
    """404 and 405 too are told in plain words."""
    one = await surface()
    async with one.client("mia") as client:
        for answer in (await client.get("/nowhere"), await client.get("/agent/sessions/abc")):
            assert answer.status_code == 404
            assert answer.json()["error"]["code"] == "not_found"
        assert (await client.get("/agent/chat")).json()["error"]["code"] == "method_not_allowed"


async def test_a_fault_is_told_in_plain_words_without_its_cause(surface: Opener) -> None:
    """A database that is gone gives a 500 in the one form of errors, with safe headers and no trace."""
    one = await surface()
    async with one.house.desk.store.write() as db:
        await db.execute(text("alter table agent_sessions rename to gone"))
    answer = await one.get("mia", "/agent/sessions")
    assert answer.status_code == 500
    assert answer.json()["error"]["code"] == "fault"
    assert "agent_sessions" not in answer.text
    assert "content-security-policy" in answer.headers


async def test_the_api_describes_itself(surface: Opener) -> None:
    """Every route of the API is in the description, with the shape of a Turn."""
    one = await surface()
    found = (await one.get("mia", "/openapi.json")).json()
    routes = {f"{method.upper()} {path}" for path, methods in found["paths"].items() for method in methods}
    assert routes >= {
        "POST /agent/chat", "POST /agent/stream", "POST /agent/press", "GET /agent/events", "POST /agent/files",
        "GET /agent/sessions", "POST /agent/sessions", "GET /agent/sessions/{session_id}", "GET /agent/me",
        "DELETE /agent/sessions/{session_id}", "GET /agent/usage", "GET /agent/history", "GET /health", "GET /metrics",
    }  # fmt: skip
    assert "sessionId" in found["components"]["schemas"]["Turn"]["properties"]


async def test_metrics_count_turns_by_who_answered(surface: Opener) -> None:
    """One more turn of the model is one more in the figures."""
    one = await surface("Hello!")
    await one.say("mia", "hello")
    text = (await one.get("olivia", "/metrics")).text
    assert 'whistle_turns_total{answered_by="scripted"}' in text
    assert "whistle_questions_total" in text


async def test_the_web_adapter_is_an_adapter(surface: Opener) -> None:
    """It starts on a free port, starts again after a stop, and states its limits."""
    one = await surface()
    adapter: Adapter = one.web
    assert (adapter.name, adapter.limits.file_bytes) == ("web", 20 * 1024 * 1024)
    for _ in range(2):
        await adapter.start()
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{one.web.port}") as client:
            assert (await client.get("/health")).status_code == 200
        await adapter.stop()
