"""The routes around the API: the page itself, signing in, invitations, health and metrics."""

from html import escape
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response

from adapters.web import metrics
from adapters.web.sign_in import PLATFORM, SignedIn, person_of_token, remember, signed_in, token_for
from adapters.web.state import state_of
from core.errors import NotFound
from core.i18n import _

PAGE = Path(__file__).with_name("page")
router = APIRouter()
INVITATION = """<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>Whistle: {title}</title>
  <link rel="icon" href="/page/logo.svg" type="image/svg+xml">
  <link rel="stylesheet" href="/page/style.css">
  <link rel="stylesheet" href="/page/panels.css">
  <script type="module" src="/page/theme.js"></script>
</head>
<body>
  <main class="plain-page" data-testid="invitation">
    <img src="/page/logo.svg" alt="">
    <h1 class="wordmark">Whistle</h1>
    <h2>{title}</h2>
    <p>{words}</p>
    {form}
  </main>
</body>
</html>
"""
FORM = (
    '<form method="post" action="/invite"><input type="hidden" name="code" value="{code}">'
    '<button type="submit" class="button">{label}</button></form>'
)


@router.api_route("/", methods=["GET", "HEAD"], include_in_schema=False)
async def home(request: Request, token: str | None = None, invite: str | None = None) -> Response:
    """The chat page; a sign-in link is turned into a cookie, an invitation is shown."""
    if token is not None:
        return await _sign_in(request, token)
    if invite is not None:
        return await _invitation(request, invite)
    if await signed_in(request) is None:
        return FileResponse(PAGE / "signed_out.html", 401)
    return FileResponse(PAGE / "index.html")


async def _sign_in(request: Request, token: str) -> Response:
    if person_of_token(state_of(request).secret, token) is None:
        return FileResponse(PAGE / "signed_out.html", 401)
    return _into_the_chat(request, token)


def _into_the_chat(request: Request, token: str) -> Response:
    answer = RedirectResponse("/", 303)
    remember(answer, token, secure=request.url.scheme == "https")
    return answer


async def _invitation(request: Request, code: str) -> Response:
    """Show an invitation without using it up: a program that looks at links must not."""
    try:
        name, gym = await state_of(request).desk.invited(code)
    except NotFound as problem:
        return _invitation_page(404, _("This invitation does not work"), problem.words, "")
    form = FORM.format(code=escape(code), label=escape(_("Open my chat")))
    words = _("This is the invitation of {name}. It works once.").format(name=name)
    return _invitation_page(200, _("Welcome to {gym}").format(gym=gym), words, form)


def _invitation_page(status: int, title: str, words: str, form: str) -> Response:
    return HTMLResponse(INVITATION.format(title=escape(title), words=escape(words), form=form), status)


@router.post("/invite", include_in_schema=False)
async def join(request: Request, code: Annotated[str, Form(max_length=200)]) -> Response:
    """Use an invitation: its person is signed in."""
    state = state_of(request)
    try:
        person_id = await state.desk.join(PLATFORM, code)
    except NotFound as problem:
        return _invitation_page(404, _("This invitation does not work"), problem.words, "")
    return _into_the_chat(request, token_for(state.secret, person_id))


@router.get("/health", tags=["service"])
async def health(request: Request) -> dict[str, str]:
    """Whether the server is up and its database answers."""
    await state_of(request).desk.newest()
    return {"status": "ok"}


@router.get("/metrics", tags=["service"], response_class=PlainTextResponse)
async def show_metrics(request: Request, caller: SignedIn) -> Response:
    """What this process has done since it started, for Prometheus; an owner also sees what models have cost today."""
    gyms = await state_of(request).desk.spending(caller.person_id)
    return Response(metrics.exposed(gyms), media_type=metrics.CONTENT_TYPE)


@router.get("/openapi.json", include_in_schema=False)
async def openapi(request: Request, caller: SignedIn) -> Response:
    """What this API is."""
    return JSONResponse(request.app.openapi())
