"""The routes of what is the caller's own: who they are, transcripts, conversations, usage, and files."""

import asyncio
from pathlib import Path
from typing import Annotated
from unicodedata import category
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response, UploadFile
from fastapi import Path as InPath
from fastapi.responses import FileResponse

from adapters import keep
from adapters.web import render
from adapters.web.limits import WEB
from adapters.web.parse import LARGEST_ID, storable
from adapters.web.problems import Problem
from adapters.web.sign_in import SignedIn
from adapters.web.state import state_of
from core.desk import PICTURES
from core.i18n import marked

router = APIRouter(prefix="/agent", tags=["own"])
SessionId = Annotated[int, InPath(ge=0, le=LARGEST_ID)]
FileId = Annotated[int, InPath(ge=0, le=LARGEST_ID)]
AnyId = Annotated[int | None, Query(ge=0, le=LARGEST_ID)]
LARGE_FILE = marked("A file may have up to 20 MB, and this one has more. It was not kept.")
LOST_FILE = marked("The bytes of this file are no longer there. Please send it again.")
EMPTY_FILE = marked("That file is empty. It was not kept.")


@router.get("/me")
async def me(request: Request, caller: SignedIn) -> render.Me:
    """Who the caller is, their gym and its time, and the places they may talk in."""
    return render.me(caller, state_of(request).desk.clock.now())


@router.get("/history")
async def history(
    request: Request,
    caller: SignedIn,
    room: str | None = None,
    session_id: Annotated[int | None, Query(alias="sessionId", ge=0, le=LARGEST_ID)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 60,
    before: AnyId = None,
) -> render.History:
    """The transcript of a place as the caller may read it, oldest first; `before` is the id of an entry."""
    entries = await state_of(request).desk.history(caller.person_id, room, session_id, limit, before)
    return render.History(entries=entries)


@router.get("/sessions")
async def sessions(
    request: Request, caller: SignedIn, limit: Annotated[int, Query(ge=1, le=100)] = 10
) -> render.Sessions:
    """The caller's private conversations, newest first."""
    rows = await state_of(request).desk.sessions(caller.person_id, limit)
    return render.Sessions(sessions=[render.session_row(row) for row in rows])


@router.post("/sessions")
async def new_session(request: Request, caller: SignedIn) -> render.OneSession:
    """Start a private conversation; it becomes the current one."""
    row = await state_of(request).desk.new_session(caller.person_id)
    return render.OneSession(session=render.session_row(row))


@router.get("/sessions/{session_id}")
async def session(request: Request, caller: SignedIn, session_id: SessionId) -> render.SessionLog:
    """One of the caller's conversations with its whole log."""
    return render.session_log(*await state_of(request).desk.session(caller.person_id, session_id))


@router.delete("/sessions/{session_id}", status_code=204)
async def delete_session(request: Request, caller: SignedIn, session_id: SessionId) -> Response:
    """Remove a conversation with what was said in it; what it changed in the gym stays."""
    await state_of(request).desk.delete_session(caller.person_id, session_id)
    return Response(status_code=204)


@router.get("/usage")
async def usage(request: Request, caller: SignedIn) -> render.Usage:
    """What the caller has used and has left; for owners the gym's too."""
    return render.Usage.model_validate(await state_of(request).desk.usage(caller.person_id))


@router.post("/files")
async def save_file(request: Request, caller: SignedIn, file: UploadFile) -> render.SavedFile:
    """Send a file, to be named in the `attachments` of a message."""
    if not file.size:
        raise Problem(400, "empty_file", EMPTY_FILE)
    if file.size > WEB.file_bytes:
        raise Problem(413, "too_large", LARGE_FILE)
    state = state_of(request)
    kept = await keep.keep(state.data_dir / "files", file.file, clean_name(file.filename), media_type(file), file.size)
    return render.SavedFile(id=await state.desk.save_file(caller.person_id, kept))


@router.get("/files/{file_id}", response_class=Response)
async def read_file(request: Request, caller: SignedIn, file_id: FileId) -> Response:
    """A file of the caller's own, or one that was sent into a room they are in. Pictures are shown, others downloaded."""
    state = state_of(request)
    row = await state.desk.file_to_read(caller.person_id, file_id)
    shown = "inline" if row.media_type in PICTURES else "attachment"
    headers = {
        "Content-Disposition": f"{shown}; filename*=UTF-8''{quote(row.name)}",
        "Cache-Control": "private, no-cache",
    }
    kind = row.media_type if row.media_type in PICTURES or row.content is not None else "application/octet-stream"
    if row.content is not None:
        return Response(row.content, media_type=kind, headers=headers)
    path = state.data_dir / "files" / row.key
    if not await asyncio.to_thread(path.is_file):
        raise Problem(404, "not_found", LOST_FILE)
    return FileResponse(path, media_type=kind, headers=headers)


def clean_name(name: str | None) -> str:
    """A file's name as it may be shown: the last part of its path, without invisible characters."""
    last = Path(storable(name or "").replace("\\", "/")).name
    shown = "".join(c for c in last if category(c)[0] != "C").strip()
    return "file" if shown in ("", ".", "..") else shown[:200]


def media_type(file: UploadFile) -> str:
    """What kind of file it is said to be."""
    return storable(file.content_type or "application/octet-stream")[:100]
