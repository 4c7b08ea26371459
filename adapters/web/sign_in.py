"""Who a request is from: tokens that stay the same over restarts, the cookie that carries one, and the signed-in person."""

import base64
import hmac
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, Response
from starlette.requests import HTTPConnection

from adapters.web.problems import SIGNED_OUT, Problem
from adapters.web.state import state_of
from core.desk import Stranger

COOKIE = "whistle"
COOKIE_SECONDS = 400 * 24 * 3600
PURPOSE = b"whistle web sign-in\0"
PLATFORM = "web"


@dataclass(frozen=True)
class Caller:
    """The signed-in person of a request."""

    person_id: int
    name: str
    role: str
    is_staff: bool
    gym: str
    zone: str

    @property
    def account(self) -> str:
        """The person's account on this platform."""
        return str(self.person_id)


def token_for(secret: bytes, person_id: int) -> str:
    """A person's sign-in token: their number and its seal, safe in an address and in a header."""
    seal = hmac.digest(secret, PURPOSE + str(person_id).encode(), "sha256")
    return f"{person_id}.{base64.urlsafe_b64encode(seal).decode().rstrip('=')}"


def person_of_token(secret: bytes, token: str) -> int | None:
    """Whose token this is, if its seal is ours."""
    number = token.partition(".")[0]
    if not (number.isascii() and number.isdecimal() and len(number) <= 18):
        return None
    genuine = token_for(secret, int(number))
    return int(number) if hmac.compare_digest(genuine.encode(), token.encode("utf-8", "replace")) else None


def signed_out() -> Problem:
    """What somebody is told whom we do not know."""
    return Problem(401, "signed_out", SIGNED_OUT, {"WWW-Authenticate": "Bearer"})


def token_of(request: HTTPConnection) -> str | None:
    """The token of a request: the header's if there is one, else the cookie's."""
    header = request.headers.get("authorization")
    if header is None:
        return request.cookies.get(COOKIE)
    kind, _, token = header.partition(" ")
    return token.strip() if kind.casefold() == "bearer" else None


def remember(response: Response, token: str, *, secure: bool) -> None:
    """Let the browser carry the token. Lax, because a link from a mail or another chat must still open the page; what
    changes anything is guarded by its origin."""
    response.set_cookie(COOKIE, token, max_age=COOKIE_SECONDS, path="/", httponly=True, samesite="lax", secure=secure)


async def signed_in(request: Request) -> Caller | None:
    """The person of a request, if their token is genuine and the gym still knows them."""
    state = state_of(request)
    person_id = person_of_token(state.secret, token_of(request) or "")
    if person_id is None:
        return None
    try:
        speaker, gym = await state.desk.who(PLATFORM, str(person_id))
    except Stranger:
        return None
    role = speaker.role.name.casefold()
    return Caller(speaker.person_id, speaker.name, role, role in ("coach", "admin", "owner"), gym.name, gym.zone)


async def caller(request: Request) -> Caller:
    """The signed-in person; without one the request ends here."""
    found = await signed_in(request)
    if found is None:
        raise signed_out()
    return found


SignedIn = Annotated[Caller, Depends(caller)]
