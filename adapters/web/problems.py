"""How a refusal or a fault is told over HTTP: the status, a code for programs, and plain words for people."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from core.desk import Conflict, Stranger
from core.errors import NotFound, Refused, Told
from core.i18n import _, marked

SIGNED_OUT = marked(
    "You are not signed in, or your link no longer works. Open your sign-in link again, or ask for a new one."
)
FAULT = marked("Something on our side failed while doing this. It was written down; please try again in a moment.")
STOPPING = marked(
    "The server is being restarted. Your message was kept and is answered as soon as it is back: "
    "send it again with the same Idempotency-Key, or look at the chat."
)
CODES = {400: "bad_request", 404: "not_found", 405: "method_not_allowed", 413: "too_large", 415: "bad_request"}


class ErrorBody(BaseModel):
    """What went wrong: `code` for programs, `message` for people."""

    code: str
    message: str


class ErrorAnswer(BaseModel):
    """The body of every answer that is a refusal or a fault."""

    error: ErrorBody


class Problem(HTTPException):
    """A refusal that has its own status and code, in the caller's language."""

    def __init__(self, status: int, code: str, words: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(status, _(words), headers)
        self.code = code


def answer(status: int, code: str, words: str, headers: dict[str, str] | None = None) -> JSONResponse:
    """The answer that tells a problem."""
    body = ErrorAnswer(error=ErrorBody(code=code, message=words))
    return JSONResponse(body.model_dump(), status, headers)


def told(problem: Told) -> tuple[int, str]:
    """The status and the code of what the desk says to a person."""
    match problem:
        case Stranger():
            return 401, "signed_out"
        case Conflict():
            return 409, "conflict"
        case Refused():
            return 403, "forbidden"
        case NotFound():
            return 404, "not_found"
    return 400, "bad_request"


def install(app: FastAPI) -> None:
    """Make the application tell every problem in one form."""

    @app.exception_handler(Told)
    async def _told(request: Request, problem: Told) -> JSONResponse:
        status, code = told(problem)
        return answer(status, code, problem.words)

    @app.exception_handler(HTTPException)
    async def _http(request: Request, problem: HTTPException) -> JSONResponse:
        status = 400 if problem.status_code == 415 else problem.status_code
        code = problem.code if isinstance(problem, Problem) else CODES.get(status, "refused")
        words = _("There is nothing at this address.") if problem.detail == "Not Found" else str(problem.detail)
        return answer(status, code, words, dict(problem.headers or {}))

    @app.exception_handler(RequestValidationError)
    async def _unreadable(request: Request, problem: RequestValidationError) -> JSONResponse:
        first = problem.errors()[0]
        place = [str(part) for part in first["loc"]]
        if place[0] == "path":
            return answer(404, "not_found", _("There is nothing at this address."))
        where = ".".join(place[1:]) or place[0]
        words = _("The request could not be read at “{field}”: {reason}. Nothing was done.")
        return answer(400, "bad_request", words.format(field=where, reason=first["msg"]))
