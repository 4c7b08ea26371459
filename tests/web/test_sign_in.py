"""Signing in: tokens that last and cannot be forged, the cookie, invitations, and who is let in."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.web.sign_in import person_of_token, token_for
from core.gym.invites import new_invite
from core.people import Account, Person
from core.store.database import unlogged
from tests.conftest import START
from tests.web.conftest import HOST, SECRET, Opener, Surface

OWN_PAGE = {"Origin": HOST}


@given(st.integers(min_value=1, max_value=10**12), st.binary(min_size=1))
def test_a_token_is_the_same_at_every_start_and_names_its_person(person_id: int, secret: bytes) -> None:
    """The token depends on the secret and the person alone."""
    token = token_for(secret, person_id)
    assert token == token_for(secret, person_id)
    assert person_of_token(secret, token) == person_id
    assert person_of_token(secret + b"x", token) is None


@given(st.data())
def test_no_changed_token_is_accepted(data: st.DataObject) -> None:
    """Any other character anywhere, and any other person's number, breaks the seal."""
    token = token_for(SECRET, 7)
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters().filter(lambda c: c != token[place]))
    assert person_of_token(SECRET, token[:place] + other + token[place + 1 :]) is None
    assert person_of_token(SECRET, "8" + token[1:]) is None


@pytest.mark.parametrize("token", ["", ".", "7", "7.", "x.y", "٧.abc", "-7.abc", "9" * 40 + ".a"])
def test_what_is_no_token_names_nobody(token: str) -> None:
    """Anything else is refused without an error."""
    assert person_of_token(SECRET, token) is None


async def test_a_sign_in_link_becomes_a_cookie_and_leaves_the_address(surface: Opener) -> None:
    """The link redirects to the page with a cookie that scripts cannot read; the page then knows who is there."""
    one = await surface()
    async with one.client() as client:
        answer = await client.get("/", params={"token": one.token("mia")})
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        cookie = answer.headers["set-cookie"].casefold()
        assert all(part in cookie for part in ("httponly", "samesite=lax", "path=/"))
        assert "secure" not in cookie
        me = (await client.get("/agent/me")).json()
        page = await client.get("/")
    assert (me["name"], me["role"], me["gym"]) == ("Mia Tran", "member", "Ironside Athletic")
    assert me["rooms"] == [{"id": None, "title": "Private chat"}]
    assert len(me["prompts"]["private"]) == 4
    assert page.status_code == 200
    assert "/page/app.js" in page.text


async def test_staff_have_the_coaches_room(surface: Opener) -> None:
    """A coach's page shows two places."""
    one = await surface()
    me = (await one.get("carla", "/agent/me")).json()
    assert [room["id"] for room in me["rooms"]] == [None, "staff"]
    assert "Who hasn't paid?" not in str(me["prompts"])
    assert "Who hasn't paid?" in (await one.get("olivia", "/agent/me")).json()["prompts"]["private"]


async def test_all_but_health_and_the_pages_files_need_a_sign_in(surface: Opener) -> None:
    """Without a token, with a wrong one, and with the wrong kind of header: 401 in the one form of errors."""
    one = await surface()
    paths = ["/agent/me", "/agent/history", "/agent/events", "/agent/sessions", "/agent/sessions/1", "/agent/usage"]
    for headers in ({}, {"Authorization": "Bearer 1.forged"}, {"Authorization": "Basic abc"}):
        async with one.client(headers=headers) as client:
            for path in [*paths, "/metrics", "/openapi.json"]:
                answer = await client.get(path)
                assert answer.status_code == 401, path
                assert answer.json()["error"]["code"] == "signed_out"
            for path in ("/agent/chat", "/agent/stream", "/agent/press", "/agent/files", "/agent/sessions"):
                assert (await client.post(path, json={"message": "hi", "token": "x"})).status_code == 401, path
            assert (await client.get("/health")).json() == {"status": "ok"}
            assert (await client.get("/page/app.js")).status_code == 200
            page = await client.get("/")
            assert page.status_code == 401
            assert "sign-in link" in page.text


async def test_a_wrong_header_is_not_saved_by_a_cookie(surface: Opener) -> None:
    """Who sends a token in the header is judged by it alone."""
    one = await surface()
    async with one.client("mia", cookie=True) as client:
        assert (await client.get("/agent/me")).status_code == 200
        assert (await client.get("/agent/me", headers={"Authorization": "Bearer 1.x"})).status_code == 401


async def test_who_has_left_the_gym_is_signed_out(surface: Opener) -> None:
    """The token stays genuine, but the gym no longer knows the person."""
    one = await surface()

    def leave(session: Any) -> None:
        with unlogged(session):
            session.get(Person, one.house.people["mia"]).left_on = date(2026, 11, 1)
            session.flush()

    async with one.house.desk.store.write() as db:
        await db.run_sync(leave)
    assert (await one.get("mia", "/agent/me")).status_code == 401


async def invite(one: Surface, who: str) -> str:
    """A fresh invitation's code for somebody who has no account yet."""

    def write(session: Any) -> str:
        with unlogged(session):
            person = session.get(Person, one.house.people[who])
            row, code = new_invite(person.gym_id, person.id, START)
            row.version = 1
            session.add(row)
            session.query(Account).filter(Account.person_id == person.id).delete()
            session.flush()
            return code

    async with one.house.desk.store.write() as db:
        return await _sync(db, write)


async def _sync(db: AsyncSession, write: Any) -> str:
    found: str = await db.run_sync(write)
    return found


async def test_an_invitation_signs_its_person_in_once(surface: Opener) -> None:
    """Looking at it uses nothing up; the button makes the account and the cookie; a second use is refused."""
    one = await surface()
    code = await invite(one, "mia")
    async with one.client() as client:
        for _ in range(2):
            shown = await client.get("/", params={"invite": code})
            assert shown.status_code == 200
            assert "Mia Tran" in shown.text
        used = await client.post("/invite", data={"code": code}, headers=OWN_PAGE)
        assert (used.status_code, used.headers["location"]) == (303, "/")
        assert (await client.get("/agent/me")).json()["name"] == "Mia Tran"
        again = await client.post("/invite", data={"code": code}, headers=OWN_PAGE)
        assert again.status_code == 404
        assert "used already" in again.text


async def test_an_old_or_forged_invitation_says_what_to_do(surface: Opener) -> None:
    """Out of date and made up look the same: a page in plain words, and nothing of the code in it."""
    one = await surface()
    code = await invite(one, "mia")
    one.house.clock.move(timedelta(days=8))
    async with one.client() as client:
        for tried in (code, "<script>alert(1)</script>"):
            answer = await client.get("/", params={"invite": tried})
            assert answer.status_code == 404
            assert "Ask the front desk for a new one" in answer.text
            assert tried not in answer.text


async def test_an_invitation_cannot_be_used_by_a_foreign_page(surface: Opener) -> None:
    """Nobody is signed in as somebody else by visiting a hostile page."""
    one = await surface()
    code = await invite(one, "mia")
    async with one.client() as client:
        for headers in ({}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
            answer = await client.post("/invite", data={"code": code}, headers=headers)
            assert answer.status_code == 403
