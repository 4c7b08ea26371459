"""The routes that speak with the agent: say something, follow the answer as it comes, press a button, listen."""

from collections.abc import AsyncIterator
from typing import Annotated

import structlog
from fastapi import APIRouter, Header, Request
from fastapi.responses import StreamingResponse

from adapters.web import parse, render
from adapters.web.parse import Key, Tap, Words
from adapters.web.problems import FAULT, STOPPING, ErrorAnswer, ErrorBody, Problem
from adapters.web.sign_in import Caller, SignedIn
from adapters.web.state import State, state_of
from adapters.web.streams import OF_EVENTS, EventStream, or_stopping, until
from core.chat import Incoming, Turn
from core.desk import Acted
from core.i18n import _, marked

log = structlog.get_logger("whistle.web")
router = APIRouter(prefix="/agent", tags=["talk"])
TOO_FAST = marked("That was a lot at once, so this one was not taken. Wait {seconds} s and send it again.")


async def _checked(state: State, words: Words, caller: Caller, key: str | None) -> Incoming:
    """A message that may be received: not too fast, not empty, with files of the caller's own."""
    wait = state.paces.take(caller.person_id)
    if wait:
        raise Problem(429, "too_fast", _(TOO_FAST).format(seconds=wait), {"Retry-After": str(wait)})
    incoming = parse.incoming(words, caller, key)
    for file_id in words.attachments:
        await state.desk.file(caller.person_id, file_id)
    return incoming


@router.post("/chat")
async def chat(request: Request, caller: SignedIn, words: Words, key: Key) -> Turn:
    """Say something and wait for the answer. Messages that come quickly one after the other share one turn."""
    state = state_of(request)
    inbox_id = await state.desk.receive(await _checked(state, words, caller, key))
    return await or_stopping(state.stopping, state.desk.turn_of(inbox_id))


@router.post("/stream", response_class=StreamingResponse, responses=OF_EVENTS)
async def stream(request: Request, caller: SignedIn, words: Words, key: Key) -> EventStream:
    """Say something and follow the answer. Events: delta, action, question, message, done (the Turn), error."""
    state = state_of(request)
    inbox_id = await state.desk.receive(await _checked(state, words, caller, key))
    return EventStream(_answer(state, inbox_id))


async def _answer(state: State, inbox_id: int) -> AsyncIterator[bytes]:
    """The blocks of an answer; after the first byte a fault can only be told in the stream itself."""
    ended, told = False, 0
    try:
        async for piece in until(state.stopping, state.desk.follow(inbox_id)):
            if isinstance(piece, Turn):
                ended = True
                for block in render.answer_blocks(piece, told):
                    yield block
            elif isinstance(piece, Acted):
                told += 1
                yield render.block("action", render.Done(tool=piece.tool, ok=piece.ok))
            else:
                yield render.block("delta", render.Delta(text=piece.text))
    except Exception:
        log.exception("stream_failed", inbox=inbox_id)
        yield render.block("error", ErrorAnswer(error=ErrorBody(code="fault", message=_(FAULT))))
        return
    if not ended:
        yield render.block("error", ErrorAnswer(error=ErrorBody(code="stopping", message=_(STOPPING))))


@router.post("/press")
async def press(request: Request, caller: SignedIn, tap: Tap, key: Key) -> Turn:
    """Press a button. A press without effect (not yours, no longer open) changes nothing and says why in `notice`."""
    state = state_of(request)
    return await or_stopping(state.stopping, state.desk.press(parse.press(tap, caller, key)))


@router.get("/events", response_class=StreamingResponse, responses=OF_EVENTS)
async def events(
    request: Request, caller: SignedIn, last_event_id: Annotated[str | None, Header()] = None
) -> EventStream:
    """Everything that reaches the caller from now on, or after Last-Event-ID. Events: entry, typing."""
    state = state_of(request)
    after = await _position(state, last_event_id)
    return EventStream(_live(state, caller, after))


async def _position(state: State, last_event_id: str | None) -> int:
    newest = await state.desk.newest()
    known = last_event_id is not None and last_event_id.isascii() and last_event_id.isdecimal()
    return min(int(last_event_id or 0), newest) if known and len(last_event_id or "") < 19 else newest


async def _live(state: State, caller: Caller, after: int) -> AsyncIterator[bytes]:
    yield render.opening(after)
    async for sign in until(state.stopping, state.desk.subscribe(caller.person_id, after)):
        yield render.live(sign)
