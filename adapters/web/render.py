"""What the core says becomes the page's JSON and the blocks of its streams."""

from datetime import datetime
from typing import Any, Literal

from fastapi.sse import format_sse_event
from pydantic import BaseModel, Field

from adapters.web.sign_in import Caller
from core.chat import STAFF_ROOM, Entry, Turn
from core.desk import Typing
from core.i18n import _, locale

HEARTBEAT = format_sse_event(comment="still here")
RETRY_MS = 1000

MEMBER_PROMPTS = ("Find my perfect program", "Build strength", "Lose weight sustainably", "Train at home")
COACH_PROMPTS = ("What's on today?", "Who is booked for the next class?", "What's on tomorrow?", "What changed today?")
DESK_PROMPTS = ("What's on today?", "Who hasn't paid?", "Who is booked for the next class?", "What changed today?")


class Room(BaseModel):
    """A place to talk in; `id` is null for the private chat."""

    id: str | None
    title: str


class Prompts(BaseModel):
    """Things to start with, for each place."""

    private: tuple[str, ...]
    staff: tuple[str, ...]


class Me(BaseModel):
    """Who the caller is, and which places they have."""

    id: int
    name: str
    role: Literal["member", "coach", "admin", "owner", "stranger"]
    gym: str
    zone: str
    now: datetime = Field(description="the gym's moment, which is not the machine's where the clock was moved")
    language: str = Field(description="the code of the language that the page speaks to the caller")
    rooms: tuple[Room, ...]
    prompts: Prompts


class SessionRow(BaseModel):
    """A conversation in the caller's list."""

    id: int
    title: str
    message_count: int
    last_message_at: datetime
    current: bool


class Sessions(BaseModel):
    """The caller's private conversations, newest first."""

    sessions: list[SessionRow]


class OneSession(BaseModel):
    """A conversation that was just made."""

    session: SessionRow


class EventRow(BaseModel):
    """One event of a conversation's log."""

    sequence_number: int
    event_type: str
    content: dict[str, Any]


class SessionLog(BaseModel):
    """A conversation with its whole log."""

    session: SessionRow
    events: list[EventRow]


class History(BaseModel):
    """The transcript of a place, oldest first."""

    entries: list[Entry]


class SavedFile(BaseModel):
    """A file that was taken in; its id goes into `attachments`."""

    id: int


class MyUsage(BaseModel):
    """What the caller has used today; what is left is null where there is no limit."""

    messages_today: int
    messages_left_today: int | None
    messages_left_hour: int | None


class UsageDay(BaseModel):
    """One day of the gym."""

    day: str
    people: int
    messages: int
    tokens: int
    cost_usd: float
    cache_share: float | None


class UsageModel(BaseModel):
    """What one model, or the rules, answered."""

    model: str
    turns: int
    tokens: int
    cost_usd: float
    cache_share: float | None


class GymUsage(BaseModel):
    """The gym's usage of the last days. `turns_spared` are turns that the rules answered because they were certain, and
    `saved_usd` what they and reading with the small model have saved; `cache_share` is of all tokens sent."""

    tier: str
    cap_usd: float
    spent_usd_today: float
    cache_share: float | None
    turns_spared: int
    saved_usd: float
    days: list[UsageDay]
    by_model: list[UsageModel]


class Usage(BaseModel):
    """The caller's usage; the gym's for its owner."""

    me: MyUsage
    gym: GymUsage | None = Field(description="for owners only")


def me(caller: Caller, now: datetime) -> Me:
    """The caller as the page shows them."""
    rooms = [Room(id=None, title=_("Private chat"))]
    if caller.is_staff:
        rooms.append(Room(id=STAFF_ROOM, title=_("Coaches' room")))
    return Me.model_validate(
        {
            "id": caller.person_id,
            "name": caller.name,
            "role": caller.role,
            "gym": caller.gym,
            "zone": caller.zone,
            "now": now,
            "language": locale(),
            "rooms": rooms,
            "prompts": _prompts(caller),
        }
    )


def _prompts(caller: Caller) -> Prompts:
    """What people of a role start with; the front desk's questions of money are not for the room."""
    if not caller.is_staff:
        return Prompts(private=MEMBER_PROMPTS, staff=())
    return Prompts(private=COACH_PROMPTS if caller.role == "coach" else DESK_PROMPTS, staff=COACH_PROMPTS)


def session_row(session: Any) -> SessionRow:
    """A conversation as the list shows it."""
    return SessionRow(
        id=session.id,
        title=session.title or _("New chat"),
        message_count=session.message_count,
        last_message_at=session.last_message_at,
        current=session.current,
    )


def session_log(session: Any, events: list[Any]) -> SessionLog:
    """A conversation and its log."""
    rows = [EventRow(sequence_number=e.sequence_number, event_type=e.event_type, content=e.content) for e in events]
    return SessionLog(session=session_row(session), events=rows)


def opening(position: int) -> bytes:
    """The first block of a live stream: from here on it can be resumed, even when nothing has come yet."""
    return format_sse_event(comment="open", id=str(position), retry=RETRY_MS)


def live(sign: Entry | Typing | None) -> bytes:
    """One block of the live stream."""
    match sign:
        case Entry():
            return format_sse_event(event="entry", id=str(sign.id), data_str=sign.model_dump_json(by_alias=True))
        case Typing():
            data = _TypingSign(room=sign.room, on=sign.on)
            return format_sse_event(event="typing", data_str=data.model_dump_json())
        case _:
            return HEARTBEAT


class _TypingSign(BaseModel):
    room: str | None
    on: bool


def block(event: str, data: BaseModel) -> bytes:
    """One block of an answer's stream."""
    return format_sse_event(event=event, data_str=data.model_dump_json(by_alias=True))


def answer_blocks(turn: Turn, told: int = 0) -> list[bytes]:
    """The end of an answer's stream: what was done and not told yet, what is asked, what is shown, and the whole turn."""
    return [
        *(block("action", Done(tool=a.tool, ok=a.ok)) for a in turn.actions[told:]),
        *([block("question", turn.question)] if turn.question else []),
        *(block("message", m) for m in turn.messages),
        block("done", turn),
    ]


class Done(BaseModel):
    """A call that has ended."""

    tool: str
    ok: bool


class Delta(BaseModel):
    """Words of an answer as they come."""

    text: str
